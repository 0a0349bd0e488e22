// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Keyed, Message, Reader, Writer};

/// Kafka's `ShareGroupTargetAssignmentMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupTargetAssignmentMetadataValue {
    pub assignment_epoch: i32,
    pub assignment_timestamp: i64,
}

impl ShareGroupTargetAssignmentMetadataValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ShareGroupTargetAssignmentMetadataValue.assignment_epoch");
        it.assignment_epoch = r.i32()?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("ShareGroupTargetAssignmentMetadataValue.assignment_timestamp");
                    it.assignment_timestamp = r.i64()?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ShareGroupTargetAssignmentMetadataValue.assignment_epoch");
        w.i32(self.assignment_epoch);
        w.unsigned_varint(u32::from(self.assignment_timestamp != 0));
        if self.assignment_timestamp != 0 {
            w.field("ShareGroupTargetAssignmentMetadataValue.assignment_timestamp");
            w.tag(0, |w| {
                w.i64(self.assignment_timestamp);
                Ok(())
            })?;
        }

        Ok(())
    }
}

impl Message for ShareGroupTargetAssignmentMetadataValue {
    const NAME: &'static str = "ShareGroupTargetAssignmentMetadataValue";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Keyed for ShareGroupTargetAssignmentMetadataValue {
    const KIND: i16 = 12;
}
