// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `StreamsGroupMetadataValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupMetadataValue {
    pub epoch: i32,
    pub metadata_hash: i64,
    pub validated_topology_epoch: i32,
    pub last_assignment_configs: Option<Vec<LastAssignmentConfig>>,
}

impl Default for StreamsGroupMetadataValue {
    fn default() -> Self {
        Self {
            epoch: 0,
            metadata_hash: 0,
            validated_topology_epoch: -1,
            last_assignment_configs: None,
        }
    }
}

impl StreamsGroupMetadataValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupMetadataValue.epoch");
        it.epoch = r.i32()?;
        r.field("StreamsGroupMetadataValue.metadata_hash");
        it.metadata_hash = r.i64()?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("StreamsGroupMetadataValue.validated_topology_epoch");
                    it.validated_topology_epoch = r.i32()?;
                }
                1 => {
                    r.field("StreamsGroupMetadataValue.last_assignment_configs");
                    it.last_assignment_configs = r.nullable_array(Form::Compact, 3, |r| {
                        LastAssignmentConfig::read(r, version)
                    })?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupMetadataValue.epoch");
        w.i32(self.epoch);
        w.field("StreamsGroupMetadataValue.metadata_hash");
        w.i64(self.metadata_hash);
        w.unsigned_varint(
            u32::from(self.validated_topology_epoch != -1)
                + u32::from(self.last_assignment_configs.is_some()),
        );
        if self.validated_topology_epoch != -1 {
            w.field("StreamsGroupMetadataValue.validated_topology_epoch");
            w.tag(0, |w| {
                w.i32(self.validated_topology_epoch);
                Ok(())
            })?;
        }
        if self.last_assignment_configs.is_some() {
            w.field("StreamsGroupMetadataValue.last_assignment_configs");
            w.tag(1, |w| {
                match &self.last_assignment_configs {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| it.write(w, version))?;
                    }
                }
                Ok(())
            })?;
        }

        Ok(())
    }
}

/// A part of [`StreamsGroupMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LastAssignmentConfig {
    pub key: String,
    pub value: String,
}

impl LastAssignmentConfig {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("LastAssignmentConfig.key");
        it.key = r.string(Form::Compact)?;
        r.field("LastAssignmentConfig.value");
        it.value = r.string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("LastAssignmentConfig.key");
        w.string(Form::Compact, &self.key)?;
        w.field("LastAssignmentConfig.value");
        w.string(Form::Compact, &self.value)?;
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for StreamsGroupMetadataValue {
    const NAME: &'static str = "StreamsGroupMetadataValue";
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

impl Keyed for StreamsGroupMetadataValue {
    const KIND: i16 = 17;
}
