// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `DelegationTokenRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DelegationTokenRecord {
    pub owner: String,
    pub requester: String,
    pub renewers: Vec<String>,
    pub issue_timestamp: i64,
    pub max_timestamp: i64,
    pub expiration_timestamp: i64,
    pub token_id: String,
}

impl DelegationTokenRecord {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("DelegationTokenRecord.owner");
        it.owner = r.string(Form::Compact)?;
        r.field("DelegationTokenRecord.requester");
        it.requester = r.string(Form::Compact)?;
        r.field("DelegationTokenRecord.renewers");
        it.renewers = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("DelegationTokenRecord.issue_timestamp");
        it.issue_timestamp = r.i64()?;
        r.field("DelegationTokenRecord.max_timestamp");
        it.max_timestamp = r.i64()?;
        r.field("DelegationTokenRecord.expiration_timestamp");
        it.expiration_timestamp = r.i64()?;
        r.field("DelegationTokenRecord.token_id");
        it.token_id = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("DelegationTokenRecord.owner");
        w.string(Form::Compact, &self.owner)?;
        w.field("DelegationTokenRecord.requester");
        w.string(Form::Compact, &self.requester)?;
        w.field("DelegationTokenRecord.renewers");
        w.array(Form::Compact, &self.renewers, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("DelegationTokenRecord.issue_timestamp");
        w.i64(self.issue_timestamp);
        w.field("DelegationTokenRecord.max_timestamp");
        w.i64(self.max_timestamp);
        w.field("DelegationTokenRecord.expiration_timestamp");
        w.i64(self.expiration_timestamp);
        w.field("DelegationTokenRecord.token_id");
        w.string(Form::Compact, &self.token_id)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for DelegationTokenRecord {
    const NAME: &'static str = "DelegationTokenRecord";
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

impl Keyed for DelegationTokenRecord {
    const KIND: i16 = 10;
}
