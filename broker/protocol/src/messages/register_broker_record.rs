// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `RegisterBrokerRecord`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterBrokerRecord {
    pub broker_id: i32,
    pub is_migrating_zk_broker: bool,
    pub incarnation_id: Uuid,
    pub broker_epoch: i64,
    pub end_points: Vec<BrokerEndpoint>,
    pub features: Vec<BrokerFeature>,
    pub rack: Option<String>,
    pub fenced: bool,
    pub in_controlled_shutdown: bool,
    pub log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

impl Default for RegisterBrokerRecord {
    fn default() -> Self {
        Self {
            broker_id: 0,
            is_migrating_zk_broker: false,
            incarnation_id: Uuid::ZERO,
            broker_epoch: 0,
            end_points: Vec::new(),
            features: Vec::new(),
            rack: None,
            fenced: true,
            in_controlled_shutdown: false,
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        }
    }
}

impl RegisterBrokerRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("RegisterBrokerRecord.broker_id");
        it.broker_id = r.i32()?;
        if version >= 2 {
            r.field("RegisterBrokerRecord.is_migrating_zk_broker");
            it.is_migrating_zk_broker = r.bool()?;
        }
        r.field("RegisterBrokerRecord.incarnation_id");
        it.incarnation_id = r.uuid()?;
        r.field("RegisterBrokerRecord.broker_epoch");
        it.broker_epoch = r.i64()?;
        r.field("RegisterBrokerRecord.end_points");
        it.end_points = r.array(Form::Compact, 7, |r| BrokerEndpoint::read(r, version))?;
        r.field("RegisterBrokerRecord.features");
        it.features = r.array(Form::Compact, 6, |r| BrokerFeature::read(r, version))?;
        r.field("RegisterBrokerRecord.rack");
        it.rack = r.nullable_string(Form::Compact)?;
        r.field("RegisterBrokerRecord.fenced");
        it.fenced = r.bool()?;
        if version >= 1 {
            r.field("RegisterBrokerRecord.in_controlled_shutdown");
            it.in_controlled_shutdown = r.bool()?;
        }
        r.tags(|tag, r| {
            match tag {
                0 if version >= 3 => {
                    r.field("RegisterBrokerRecord.log_dirs");
                    it.log_dirs = r.array(Form::Compact, 16, Reader::uuid)?;
                }
                1 if version >= 4 => {
                    r.field("RegisterBrokerRecord.cordoned_log_dirs");
                    it.cordoned_log_dirs = r.nullable_array(Form::Compact, 16, Reader::uuid)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("RegisterBrokerRecord.broker_id");
        w.i32(self.broker_id);
        if version >= 2 {
            w.field("RegisterBrokerRecord.is_migrating_zk_broker");
            w.bool(self.is_migrating_zk_broker);
        }
        if !(version >= 2) && self.is_migrating_zk_broker {
            return Err(w.not_in_version("RegisterBrokerRecord.is_migrating_zk_broker", version));
        }
        w.field("RegisterBrokerRecord.incarnation_id");
        w.uuid(self.incarnation_id);
        w.field("RegisterBrokerRecord.broker_epoch");
        w.i64(self.broker_epoch);
        w.field("RegisterBrokerRecord.end_points");
        w.array(Form::Compact, &self.end_points, |w, it| {
            it.write(w, version)
        })?;
        w.field("RegisterBrokerRecord.features");
        w.array(Form::Compact, &self.features, |w, it| it.write(w, version))?;
        w.field("RegisterBrokerRecord.rack");
        w.nullable_string(Form::Compact, self.rack.as_deref())?;
        w.field("RegisterBrokerRecord.fenced");
        w.bool(self.fenced);
        if version >= 1 {
            w.field("RegisterBrokerRecord.in_controlled_shutdown");
            w.bool(self.in_controlled_shutdown);
        }
        if !(version >= 1) && self.in_controlled_shutdown {
            return Err(w.not_in_version("RegisterBrokerRecord.in_controlled_shutdown", version));
        }
        if !(version >= 3) && !self.log_dirs.is_empty() {
            return Err(w.not_in_version("RegisterBrokerRecord.log_dirs", version));
        }
        if !(version >= 4) && self.cordoned_log_dirs.is_some() {
            return Err(w.not_in_version("RegisterBrokerRecord.cordoned_log_dirs", version));
        }
        w.unsigned_varint(
            u32::from(version >= 3 && !self.log_dirs.is_empty())
                + u32::from(version >= 4 && self.cordoned_log_dirs.is_some()),
        );
        if version >= 3 && !self.log_dirs.is_empty() {
            w.field("RegisterBrokerRecord.log_dirs");
            w.tag(0, |w| {
                w.array(Form::Compact, &self.log_dirs, |w, it| {
                    w.uuid(*it);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version >= 4 && self.cordoned_log_dirs.is_some() {
            w.field("RegisterBrokerRecord.cordoned_log_dirs");
            w.tag(1, |w| {
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

/// A part of [`RegisterBrokerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl BrokerEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerEndpoint.name");
        it.name = r.string(Form::Compact)?;
        r.field("BrokerEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("BrokerEndpoint.port");
        it.port = r.u16()?;
        r.field("BrokerEndpoint.security_protocol");
        it.security_protocol = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("BrokerEndpoint.name");
        w.string(Form::Compact, &self.name)?;
        w.field("BrokerEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("BrokerEndpoint.port");
        w.u16(self.port);
        w.field("BrokerEndpoint.security_protocol");
        w.i16(self.security_protocol);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`RegisterBrokerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl BrokerFeature {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerFeature.name");
        it.name = r.string(Form::Compact)?;
        r.field("BrokerFeature.min_supported_version");
        it.min_supported_version = r.i16()?;
        r.field("BrokerFeature.max_supported_version");
        it.max_supported_version = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("BrokerFeature.name");
        w.string(Form::Compact, &self.name)?;
        w.field("BrokerFeature.min_supported_version");
        w.i16(self.min_supported_version);
        w.field("BrokerFeature.max_supported_version");
        w.i16(self.max_supported_version);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for RegisterBrokerRecord {
    const NAME: &'static str = "RegisterBrokerRecord";
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

impl Keyed for RegisterBrokerRecord {
    const KIND: i16 = 0;
}
