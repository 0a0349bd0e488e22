//! Reads Kafka's primitive types from one frame.

use bytes::Bytes;

use crate::{Form, Uuid};

/// The bytes are not the message that they are said to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} at byte {position}: {fault}")]
pub struct DecodeError {
    /// The field that was being read, such as `MetadataRequest.topics`.
    pub field: &'static str,
    /// Where the reader stood, counted from where it started.
    pub position: usize,
    /// What was wrong.
    pub fault: DecodeFault,
}

/// What was wrong with the bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFault {
    /// The frame ends within the field.
    #[error("{needed} bytes are announced and {left} are left")]
    Truncated {
        /// What the field needs.
        needed: usize,
        /// What the frame still holds.
        left: usize,
    },
    /// More elements than the rest of the frame can hold.
    #[error("{count} elements are announced and {left} bytes are left")]
    TooManyElements {
        /// What the field announces.
        count: usize,
        /// What the frame still holds.
        left: usize,
    },
    /// More elements than the caller allows.
    #[error("{count} elements are announced where {most} more are allowed")]
    ElementLimit {
        /// What the field announces.
        count: usize,
        /// What the caller still allows.
        most: usize,
    },
    /// A length below -1.
    #[error("the length {0} is negative")]
    NegativeLength(i64),
    /// Null where the version has none.
    #[error("null is not allowed here")]
    Null,
    /// Text that is not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// A varint of more bytes than its type has.
    #[error("the variable-length number does not end")]
    EndlessVarint,
    /// A tagged field whose content is shorter than announced, or a frame with more in it.
    #[error("{0} bytes are left over")]
    LeftOver(usize),
    /// A version that the message does not have.
    #[error("version {version} is not among {lowest} to {highest}")]
    Version {
        /// The version asked for.
        version: i16,
        /// The lowest one known.
        lowest: i16,
        /// The highest one known.
        highest: i16,
    },
    /// A number that names nothing known, such as a record kind.
    #[error("{0} names nothing known")]
    Unknown(i64),
}

/// Reads one frame from front to back. Nothing in it sizes an allocation beyond the bytes left.
#[derive(Debug, Clone)]
pub struct Reader {
    bytes: Bytes,
    start_len: usize,
    field: &'static str,
    elements_left: usize,
}

/// Elements that an array gets room for before the first one is read; the rest grows as read.
const FIRST_ROOM: usize = 1024;

impl Reader {
    /// Starts at the front of `bytes`.
    pub fn new(bytes: Bytes) -> Self {
        Self {
            start_len: bytes.len(),
            bytes,
            field: "frame",
            elements_left: usize::MAX,
        }
    }

    /// Caps the elements of all arrays of the frame together: small elements take more memory
    /// decoded than on the wire.
    #[must_use]
    pub fn limit_elements(mut self, most: usize) -> Self {
        self.elements_left = most;
        self
    }

    /// Names the field that is read next; errors carry it.
    #[inline]
    pub fn field(&mut self, name: &'static str) {
        self.field = name;
    }

    /// Bytes that are left.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.bytes.len()
    }

    /// Whether everything is read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes all that is left.
    pub fn rest(&mut self) -> Bytes {
        std::mem::take(&mut self.bytes)
    }

    /// Refuses bytes that are left over.
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(self.fault(DecodeFault::LeftOver(left))),
        }
    }

    /// An error at the field and position where the reader stands.
    #[cold]
    pub fn fault(&self, fault: DecodeFault) -> DecodeError {
        DecodeError {
            field: self.field,
            position: self.start_len - self.bytes.len(),
            fault,
        }
    }

    /// Refuses a version that the message does not have.
    pub fn check_version(
        &mut self,
        name: &'static str,
        version: i16,
        lowest: i16,
        highest: i16,
    ) -> Result<(), DecodeError> {
        self.field = name;
        if version < lowest || version > highest {
            return Err(self.fault(DecodeFault::Version {
                version,
                lowest,
                highest,
            }));
        }
        Ok(())
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some(found) = self.bytes.first_chunk::<N>().copied() else {
            let left = self.bytes.len();
            return Err(self.fault(DecodeFault::Truncated { needed: N, left }));
        };
        bytes::Buf::advance(&mut self.bytes, N);
        Ok(found)
    }

    /// The next `len` bytes, shared with the frame.
    #[inline]
    pub fn take(&mut self, len: usize) -> Result<Bytes, DecodeError> {
        let left = self.bytes.len();
        if len > left {
            return Err(self.fault(DecodeFault::Truncated { needed: len, left }));
        }
        Ok(self.bytes.split_to(len))
    }

    /// One byte; every value but 0 is true, as Kafka reads it.
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.i8()? != 0)
    }

    /// A signed byte.
    pub fn i8(&mut self) -> Result<i8, DecodeError> {
        Ok(i8::from_be_bytes(self.fixed()?))
    }

    /// Two bytes, big-endian.
    pub fn i16(&mut self) -> Result<i16, DecodeError> {
        Ok(i16::from_be_bytes(self.fixed()?))
    }

    /// Two bytes, big-endian, unsigned.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.fixed()?))
    }

    /// Four bytes, big-endian.
    pub fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_be_bytes(self.fixed()?))
    }

    /// Four bytes, big-endian, unsigned.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.fixed()?))
    }

    /// Eight bytes, big-endian.
    pub fn i64(&mut self) -> Result<i64, DecodeError> {
        Ok(i64::from_be_bytes(self.fixed()?))
    }

    /// Eight bytes, IEEE 754.
    pub fn f64(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_be_bytes(self.fixed()?))
    }

    /// Sixteen bytes.
    pub fn uuid(&mut self) -> Result<Uuid, DecodeError> {
        Ok(Uuid(self.fixed()?))
    }

    /// An unsigned variable-length number of at most five bytes.
    pub fn unsigned_varint(&mut self) -> Result<u32, DecodeError> {
        let value = self.unsigned_varlong()?;
        u32::try_from(value).map_err(|_| self.fault(DecodeFault::EndlessVarint))
    }

    fn unsigned_varlong(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let [byte] = self.fixed()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.fault(DecodeFault::EndlessVarint))
    }

    /// A zigzag variable-length number of at most five bytes.
    pub fn varint(&mut self) -> Result<i32, DecodeError> {
        let value = self.varlong()?;
        i32::try_from(value).map_err(|_| self.fault(DecodeFault::EndlessVarint))
    }

    /// A zigzag variable-length number of at most ten bytes.
    pub fn varlong(&mut self) -> Result<i64, DecodeError> {
        let value = self.unsigned_varlong()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn non_negative(&self, length: i64) -> Result<Option<usize>, DecodeError> {
        match length {
            -1 => Ok(None),
            _ => match usize::try_from(length) {
                Ok(length) => Ok(Some(length)),
                Err(_) => Err(self.fault(DecodeFault::NegativeLength(length))),
            },
        }
    }

    fn compact_length(&mut self) -> Result<Option<usize>, DecodeError> {
        let length = i64::from(self.unsigned_varint()?) - 1;
        self.non_negative(length)
    }

    fn length32(&mut self, form: Form) -> Result<Option<usize>, DecodeError> {
        match form {
            Form::Compact => self.compact_length(),
            Form::Classic => {
                let length = i64::from(self.i32()?);
                self.non_negative(length)
            }
        }
    }

    /// What is not null.
    pub fn required<T>(&self, value: Option<T>) -> Result<T, DecodeError> {
        value.ok_or_else(|| self.fault(DecodeFault::Null))
    }

    /// Text, or null.
    pub fn nullable_string(&mut self, form: Form) -> Result<Option<String>, DecodeError> {
        let length = match form {
            Form::Compact => self.compact_length()?,
            Form::Classic => {
                let length = i64::from(self.i16()?);
                self.non_negative(length)?
            }
        };
        let Some(length) = length else {
            return Ok(None);
        };
        let text = self.take(length)?;
        match std::str::from_utf8(&text) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(self.fault(DecodeFault::NotUtf8)),
        }
    }

    /// Text.
    pub fn string(&mut self, form: Form) -> Result<String, DecodeError> {
        let text = self.nullable_string(form)?;
        self.required(text)
    }

    /// Bytes shared with the frame, or null.
    pub fn nullable_bytes(&mut self, form: Form) -> Result<Option<Bytes>, DecodeError> {
        match self.length32(form)? {
            Some(length) => self.take(length).map(Some),
            None => Ok(None),
        }
    }

    /// Bytes shared with the frame.
    pub fn bytes(&mut self, form: Form) -> Result<Bytes, DecodeError> {
        let bytes = self.nullable_bytes(form)?;
        self.required(bytes)
    }

    /// An array, or null. An element takes at least `element_len` bytes on the wire: a count
    /// that the rest of the frame cannot hold is refused before anything is allocated.
    pub fn nullable_array<T>(
        &mut self,
        form: Form,
        element_len: usize,
        mut element: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<Vec<T>>, DecodeError> {
        let Some(count) = self.length32(form)? else {
            return Ok(None);
        };
        let left = self.remaining();
        if count > left / element_len.max(1) {
            return Err(self.fault(DecodeFault::TooManyElements { count, left }));
        }
        let Some(elements_left) = self.elements_left.checked_sub(count) else {
            let most = self.elements_left;
            return Err(self.fault(DecodeFault::ElementLimit { count, most }));
        };
        self.elements_left = elements_left;
        let mut elements = Vec::with_capacity(count.min(FIRST_ROOM));
        for _ in 0..count {
            elements.push(element(self)?);
        }
        Ok(Some(elements))
    }

    /// An array; see [`Reader::nullable_array`].
    pub fn array<T>(
        &mut self,
        form: Form,
        element_len: usize,
        element: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let elements = self.nullable_array(form, element_len, element)?;
        self.required(elements)
    }

    /// A structure behind a byte that tells whether it is there.
    pub fn nullable_struct<T>(
        &mut self,
        content: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.i8()? < 0 {
            Ok(None)
        } else {
            content(self).map(Some)
        }
    }

    /// The tagged fields that end a structure (KIP-482): `known` reads the content of a tag that
    /// it knows and answers whether it did. Unknown ones are skipped.
    pub fn tags(
        &mut self,
        mut known: impl FnMut(u32, &mut Self) -> Result<bool, DecodeError>,
    ) -> Result<(), DecodeError> {
        let count = self.unsigned_varint()?;
        for _ in 0..count {
            let tag = self.unsigned_varint()?;
            let size = self.unsigned_varint()? as usize;
            let position = self.start_len - self.bytes.len();
            let content = self.take(size)?;
            let mut inner = Self {
                start_len: position + content.len(),
                bytes: content,
                field: self.field,
                elements_left: self.elements_left,
            };
            if known(tag, &mut inner)? {
                self.elements_left = inner.elements_left;
                inner.finish()?;
            }
        }
        Ok(())
    }

    /// Tagged fields of which none is known.
    pub fn skip_tags(&mut self) -> Result<(), DecodeError> {
        self.tags(|_, _| Ok(false))
    }
}
