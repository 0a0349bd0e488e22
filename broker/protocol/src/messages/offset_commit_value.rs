// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `OffsetCommitValue`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitValue {
    pub offset: i64,
    pub leader_epoch: i32,
    pub metadata: String,
    pub commit_timestamp: i64,
    pub expire_timestamp: i64,
    pub topic_id: Uuid,
}

impl Default for OffsetCommitValue {
    fn default() -> Self {
        Self {
            offset: 0,
            leader_epoch: -1,
            metadata: String::new(),
            commit_timestamp: 0,
            expire_timestamp: -1,
            topic_id: Uuid::ZERO,
        }
    }
}

impl OffsetCommitValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("OffsetCommitValue.offset");
        it.offset = r.i64()?;
        if version >= 3 {
            r.field("OffsetCommitValue.leader_epoch");
            it.leader_epoch = r.i32()?;
        }
        r.field("OffsetCommitValue.metadata");
        it.metadata = r.string(Form::of(version, 4))?;
        r.field("OffsetCommitValue.commit_timestamp");
        it.commit_timestamp = r.i64()?;
        if version == 1 {
            r.field("OffsetCommitValue.expire_timestamp");
            it.expire_timestamp = r.i64()?;
        }
        if version >= 4 {
            r.tags(|tag, r| {
                match tag {
                    0 => {
                        r.field("OffsetCommitValue.topic_id");
                        it.topic_id = r.uuid()?;
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("OffsetCommitValue.offset");
        w.i64(self.offset);
        if version >= 3 {
            w.field("OffsetCommitValue.leader_epoch");
            w.i32(self.leader_epoch);
        }
        w.field("OffsetCommitValue.metadata");
        w.string(Form::of(version, 4), &self.metadata)?;
        w.field("OffsetCommitValue.commit_timestamp");
        w.i64(self.commit_timestamp);
        if version == 1 {
            w.field("OffsetCommitValue.expire_timestamp");
            w.i64(self.expire_timestamp);
        }
        if version >= 4 {
            w.unsigned_varint(u32::from(!self.topic_id.is_zero()));
            if !self.topic_id.is_zero() {
                w.field("OffsetCommitValue.topic_id");
                w.tag(0, |w| {
                    w.uuid(self.topic_id);
                    Ok(())
                })?;
            }
        }

        Ok(())
    }
}

impl Message for OffsetCommitValue {
    const NAME: &'static str = "OffsetCommitValue";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Keyed for OffsetCommitValue {
    const KIND: i16 = 1;
}
