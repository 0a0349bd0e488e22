//! Writes Kafka's primitive types; payloads are handed on, not copied.

use bytes::{BufMut, Bytes, BytesMut};

use crate::{Form, Uuid};

/// The message cannot be written in this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct EncodeError {
    /// The field that was being written, such as `FetchRequest.topics`.
    pub field: &'static str,
    /// What was wrong.
    pub fault: EncodeFault,
}

/// Why a message cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeFault {
    /// The version lacks the field, which is not at its default.
    #[error("version {0} cannot carry a value here")]
    NotInVersion(i16),
    /// The version has no null here.
    #[error("version {0} has no null here")]
    Null(i16),
    /// More than the length field can say.
    #[error("{len} is longer than the {most} that the protocol allows")]
    TooLong {
        /// Bytes or elements given.
        len: usize,
        /// Most that can be said.
        most: usize,
    },
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
}

/// Payloads below this many bytes are copied: a chunk of their own costs more.
const SHARE_FROM: usize = 1024;

/// Bytes of the size that precedes a frame.
const SIZE_LEN: usize = 4;

/// Writes one message. Own bytes lie in one buffer; payloads are kept as they came, with the
/// position at which they belong.
#[derive(Debug)]
pub struct Writer {
    own: BytesMut,
    shared: Vec<(usize, Bytes)>,
    shared_len: usize,
    field: &'static str,
    framed: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An empty message.
    pub fn new() -> Self {
        Self {
            own: BytesMut::new(),
            shared: Vec::new(),
            shared_len: 0,
            field: "",
            framed: false,
        }
    }

    /// An empty frame: its size is written in front of it at the end.
    pub fn framed() -> Self {
        let mut writer = Self {
            framed: true,
            own: BytesMut::with_capacity(256),
            ..Self::new()
        };
        writer.i32(0);
        writer
    }

    /// Bytes written so far, the frame's size included.
    pub fn len(&self) -> usize {
        self.own.len() + self.shared_len
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn fill_in_size(&mut self) {
        if !self.framed {
            return;
        }
        let size = u32::try_from(self.len() - SIZE_LEN).unwrap_or(u32::MAX);
        if let Some(place) = self.own.first_chunk_mut::<SIZE_LEN>() {
            *place = size.to_be_bytes();
        }
    }

    /// The message in pieces, to be sent one after the other.
    pub fn into_chunks(mut self) -> Vec<Bytes> {
        self.fill_in_size();
        let mut own = self.own.freeze();
        let mut chunks = Vec::with_capacity(2 * self.shared.len() + 1);
        let mut taken = 0;
        for (position, payload) in self.shared {
            if position > taken {
                chunks.push(own.split_to(position - taken));
                taken = position;
            }
            chunks.push(payload);
        }
        if !own.is_empty() {
            chunks.push(own);
        }
        chunks
    }

    /// The message in one piece; copies unless it is in one piece already.
    pub fn into_bytes(self) -> Bytes {
        let len = self.len();
        let mut chunks = self.into_chunks();
        if chunks.len() < 2 {
            return chunks.pop().unwrap_or_default();
        }
        let mut whole = BytesMut::with_capacity(len);
        for chunk in chunks {
            whole.put(chunk);
        }
        whole.freeze()
    }

    /// Names the field that is written next; errors carry it.
    #[inline]
    pub fn field(&mut self, name: &'static str) {
        self.field = name;
    }

    /// An error at the field where the writer stands.
    #[cold]
    pub fn fault(&self, fault: EncodeFault) -> EncodeError {
        EncodeError {
            field: self.field,
            fault,
        }
    }

    /// Refuses a field that the version lacks.
    #[cold]
    pub fn not_in_version(&mut self, field: &'static str, version: i16) -> EncodeError {
        self.field = field;
        self.fault(EncodeFault::NotInVersion(version))
    }

    /// Refuses a null that the version lacks.
    #[cold]
    pub fn no_null(&self, version: i16) -> EncodeError {
        self.fault(EncodeFault::Null(version))
    }

    /// Refuses a version that the message does not have.
    pub fn check_version(
        &mut self,
        name: &'static str,
        version: i16,
        lowest: i16,
        highest: i16,
    ) -> Result<(), EncodeError> {
        self.field = name;
        if version < lowest || version > highest {
            return Err(self.fault(EncodeFault::Version {
                version,
                lowest,
                highest,
            }));
        }
        Ok(())
    }

    /// One byte.
    pub fn bool(&mut self, value: bool) {
        self.own.put_u8(u8::from(value));
    }

    /// A signed byte.
    pub fn i8(&mut self, value: i8) {
        self.own.put_i8(value);
    }

    /// Two bytes, big-endian.
    pub fn i16(&mut self, value: i16) {
        self.own.put_i16(value);
    }

    /// Two bytes, big-endian, unsigned.
    pub fn u16(&mut self, value: u16) {
        self.own.put_u16(value);
    }

    /// Four bytes, big-endian.
    pub fn i32(&mut self, value: i32) {
        self.own.put_i32(value);
    }

    /// Four bytes, big-endian, unsigned.
    pub fn u32(&mut self, value: u32) {
        self.own.put_u32(value);
    }

    /// Eight bytes, big-endian.
    pub fn i64(&mut self, value: i64) {
        self.own.put_i64(value);
    }

    /// Eight bytes, IEEE 754.
    pub fn f64(&mut self, value: f64) {
        self.own.put_f64(value);
    }

    /// Sixteen bytes.
    pub fn uuid(&mut self, value: Uuid) {
        self.own.put_slice(&value.0);
    }

    /// Bytes as they are, copied.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.own.put_slice(bytes);
    }

    /// An unsigned variable-length number.
    pub fn unsigned_varint(&mut self, value: u32) {
        self.unsigned_varlong(u64::from(value));
    }

    fn unsigned_varlong(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.own
                .put_u8(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
            value >>= 7;
        }
        self.own.put_u8(u8::try_from(value).unwrap_or(0));
    }

    /// A zigzag variable-length number.
    pub fn varint(&mut self, value: i32) {
        self.varlong(i64::from(value));
    }

    /// A zigzag variable-length number.
    pub fn varlong(&mut self, value: i64) {
        self.unsigned_varlong(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    fn compact_length(&mut self, len: usize) -> Result<(), EncodeError> {
        let most = i32::MAX as usize - 1;
        match u32::try_from(len) {
            Ok(short) if len <= most => {
                self.unsigned_varint(short + 1);
                Ok(())
            }
            _ => Err(self.fault(EncodeFault::TooLong { len, most })),
        }
    }

    fn length32(&mut self, form: Form, len: usize) -> Result<(), EncodeError> {
        if form == Form::Compact {
            return self.compact_length(len);
        }
        match i32::try_from(len) {
            Ok(short) => {
                self.i32(short);
                Ok(())
            }
            Err(_) => Err(self.fault(EncodeFault::TooLong {
                len,
                most: i32::MAX as usize,
            })),
        }
    }

    /// Text.
    pub fn string(&mut self, form: Form, text: &str) -> Result<(), EncodeError> {
        let len = text.len();
        match form {
            Form::Compact => self.compact_length(len)?,
            Form::Classic => match i16::try_from(len) {
                Ok(short) => self.i16(short),
                Err(_) => {
                    return Err(self.fault(EncodeFault::TooLong {
                        len,
                        most: i16::MAX as usize,
                    }));
                }
            },
        }
        self.raw(text.as_bytes());
        Ok(())
    }

    /// Text, or null.
    pub fn nullable_string(&mut self, form: Form, text: Option<&str>) -> Result<(), EncodeError> {
        match (text, form) {
            (Some(text), _) => self.string(form, text)?,
            (None, Form::Compact) => self.unsigned_varint(0),
            (None, Form::Classic) => self.i16(-1),
        }
        Ok(())
    }

    /// Bytes; not copied where they are many.
    pub fn bytes(&mut self, form: Form, payload: &Bytes) -> Result<(), EncodeError> {
        self.length32(form, payload.len())?;
        self.payload(payload.clone());
        Ok(())
    }

    /// Bytes without a length; not copied where they are many.
    pub fn payload(&mut self, payload: Bytes) {
        if payload.len() < SHARE_FROM {
            self.raw(&payload);
        } else {
            self.shared_len += payload.len();
            self.shared.push((self.own.len(), payload));
        }
    }

    /// Bytes, or null.
    pub fn nullable_bytes(
        &mut self,
        form: Form,
        payload: Option<&Bytes>,
    ) -> Result<(), EncodeError> {
        if let Some(payload) = payload {
            return self.bytes(form, payload);
        }
        self.null_array(form);
        Ok(())
    }

    /// An array: its length and then each element.
    pub fn array<T>(
        &mut self,
        form: Form,
        elements: &[T],
        mut element: impl FnMut(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.length32(form, elements.len())?;
        elements.iter().try_for_each(|one| element(self, one))
    }

    /// Null in place of an array or of bytes.
    pub fn null_array(&mut self, form: Form) {
        match form {
            Form::Compact => self.unsigned_varint(0),
            Form::Classic => self.i32(-1),
        }
    }

    /// A tagged field (KIP-482): its number, the size of its content, its content.
    pub fn tag(
        &mut self,
        tag: u32,
        content: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let mut inner = Self {
            field: self.field,
            ..Self::new()
        };
        content(&mut inner)?;
        self.unsigned_varint(tag);
        let len = inner.len();
        let size = u32::try_from(len).map_err(|_| {
            self.fault(EncodeFault::TooLong {
                len,
                most: u32::MAX as usize,
            })
        })?;
        self.unsigned_varint(size);
        let start = self.own.len();
        self.raw(&inner.own);
        self.shared_len += inner.shared_len;
        let moved = inner
            .shared
            .into_iter()
            .map(|(place, payload)| (start + place, payload));
        self.shared.extend(moved);
        Ok(())
    }
}
