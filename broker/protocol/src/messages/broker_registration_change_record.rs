// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `BrokerRegistrationChangeRecord`, versions 0 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerRegistrationChangeRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub fenced: i8,
    pub in_controlled_shutdown: i8,
    pub log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

impl BrokerRegistrationChangeRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerRegistrationChangeRecord.broker_id");
        it.broker_id = r.i32()?;
        r.field("BrokerRegistrationChangeRecord.broker_epoch");
        it.broker_epoch = r.i64()?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("BrokerRegistrationChangeRecord.fenced");
                    it.fenced = r.i8()?;
                }
                1 if version >= 1 => {
                    r.field("BrokerRegistrationChangeRecord.in_controlled_shutdown");
                    it.in_controlled_shutdown = r.i8()?;
                }
                2 if version >= 2 => {
                    r.field("BrokerRegistrationChangeRecord.log_dirs");
                    it.log_dirs = r.array(Form::Compact, 16, Reader::uuid)?;
                }
                3 if version >= 3 => {
                    r.field("BrokerRegistrationChangeRecord.cordoned_log_dirs");
                    it.cordoned_log_dirs = r.nullable_array(Form::Compact, 16, Reader::uuid)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("BrokerRegistrationChangeRecord.broker_id");
        w.i32(self.broker_id);
        w.field("BrokerRegistrationChangeRecord.broker_epoch");
        w.i64(self.broker_epoch);
        if !(version >= 1) && self.in_controlled_shutdown != 0 {
            return Err(w.not_in_version(
                "BrokerRegistrationChangeRecord.in_controlled_shutdown",
                version,
            ));
        }
        if !(version >= 2) && !self.log_dirs.is_empty() {
            return Err(w.not_in_version("BrokerRegistrationChangeRecord.log_dirs", version));
        }
        if !(version >= 3) && self.cordoned_log_dirs.is_some() {
            return Err(
                w.not_in_version("BrokerRegistrationChangeRecord.cordoned_log_dirs", version)
            );
        }
        w.unsigned_varint(
            u32::from(self.fenced != 0)
                + u32::from(version >= 1 && self.in_controlled_shutdown != 0)
                + u32::from(version >= 2 && !self.log_dirs.is_empty())
                + u32::from(version >= 3 && self.cordoned_log_dirs.is_some()),
        );
        if self.fenced != 0 {
            w.field("BrokerRegistrationChangeRecord.fenced");
            w.tag(0, |w| {
                w.i8(self.fenced);
                Ok(())
            })?;
        }
        if version >= 1 && self.in_controlled_shutdown != 0 {
            w.field("BrokerRegistrationChangeRecord.in_controlled_shutdown");
            w.tag(1, |w| {
                w.i8(self.in_controlled_shutdown);
                Ok(())
            })?;
        }
        if version >= 2 && !self.log_dirs.is_empty() {
            w.field("BrokerRegistrationChangeRecord.log_dirs");
            w.tag(2, |w| {
                w.array(Form::Compact, &self.log_dirs, |w, it| {
                    w.uuid(*it);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version >= 3 && self.cordoned_log_dirs.is_some() {
            w.field("BrokerRegistrationChangeRecord.cordoned_log_dirs");
            w.tag(3, |w| {
                match &self.cordoned_log_dirs {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.uuid(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }

        Ok(())
    }
}

impl Message for BrokerRegistrationChangeRecord {
    const NAME: &'static str = "BrokerRegistrationChangeRecord";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 3;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Keyed for BrokerRegistrationChangeRecord {
    const KIND: i16 = 17;
}
