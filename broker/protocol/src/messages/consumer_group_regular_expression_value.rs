// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `ConsumerGroupRegularExpressionValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupRegularExpressionValue {
    pub topics: Vec<String>,
    pub version: i64,
    pub timestamp: i64,
}

impl ConsumerGroupRegularExpressionValue {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ConsumerGroupRegularExpressionValue.topics");
        it.topics = r.array(Form::Compact, 1, |r| r.string(Form::Compact))?;
        r.field("ConsumerGroupRegularExpressionValue.version");
        it.version = r.i64()?;
        r.field("ConsumerGroupRegularExpressionValue.timestamp");
        it.timestamp = r.i64()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ConsumerGroupRegularExpressionValue.topics");
        w.array(Form::Compact, &self.topics, |w, it| {
            w.string(Form::Compact, it)
        })?;
        w.field("ConsumerGroupRegularExpressionValue.version");
        w.i64(self.version);
        w.field("ConsumerGroupRegularExpressionValue.timestamp");
        w.i64(self.timestamp);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for ConsumerGroupRegularExpressionValue {
    const NAME: &'static str = "ConsumerGroupRegularExpressionValue";
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

impl Keyed for ConsumerGroupRegularExpressionValue {
    const KIND: i16 = 16;
}
