// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::BrokerRegistrationResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `BrokerRegistrationRequest`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerRegistrationRequest {
    pub broker_id: i32,
    pub cluster_id: String,
    pub incarnation_id: Uuid,
    pub listeners: Vec<Listener>,
    pub features: Vec<Feature>,
    pub rack: Option<String>,
    pub is_migrating_zk_broker: bool,
    pub log_dirs: Vec<Uuid>,
    pub previous_broker_epoch: i64,
}

impl Default for BrokerRegistrationRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            cluster_id: String::new(),
            incarnation_id: Uuid::ZERO,
            listeners: Vec::new(),
            features: Vec::new(),
            rack: None,
            is_migrating_zk_broker: false,
            log_dirs: Vec::new(),
            previous_broker_epoch: -1,
        }
    }
}

impl BrokerRegistrationRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("BrokerRegistrationRequest.broker_id");
        it.broker_id = r.i32()?;
        r.field("BrokerRegistrationRequest.cluster_id");
        it.cluster_id = r.string(Form::Compact)?;
        r.field("BrokerRegistrationRequest.incarnation_id");
        it.incarnation_id = r.uuid()?;
        r.field("BrokerRegistrationRequest.listeners");
        it.listeners = r.array(Form::Compact, 7, |r| Listener::read(r, version))?;
        r.field("BrokerRegistrationRequest.features");
        it.features = r.array(Form::Compact, 6, |r| Feature::read(r, version))?;
        r.field("BrokerRegistrationRequest.rack");
        it.rack = r.nullable_string(Form::Compact)?;
        if version >= 1 {
            r.field("BrokerRegistrationRequest.is_migrating_zk_broker");
            it.is_migrating_zk_broker = r.bool()?;
        }
        if version >= 2 {
            r.field("BrokerRegistrationRequest.log_dirs");
            it.log_dirs = r.array(Form::Compact, 16, Reader::uuid)?;
        }
        if version >= 3 {
            r.field("BrokerRegistrationRequest.previous_broker_epoch");
            it.previous_broker_epoch = r.i64()?;
        }
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("BrokerRegistrationRequest.broker_id");
        w.i32(self.broker_id);
        w.field("BrokerRegistrationRequest.cluster_id");
        w.string(Form::Compact, &self.cluster_id)?;
        w.field("BrokerRegistrationRequest.incarnation_id");
        w.uuid(self.incarnation_id);
        w.field("BrokerRegistrationRequest.listeners");
        w.array(Form::Compact, &self.listeners, |w, it| it.write(w, version))?;
        w.field("BrokerRegistrationRequest.features");
        w.array(Form::Compact, &self.features, |w, it| it.write(w, version))?;
        w.field("BrokerRegistrationRequest.rack");
        w.nullable_string(Form::Compact, self.rack.as_deref())?;
        if version >= 1 {
            w.field("BrokerRegistrationRequest.is_migrating_zk_broker");
            w.bool(self.is_migrating_zk_broker);
        }
        if !(version >= 1) && self.is_migrating_zk_broker {
            return Err(
                w.not_in_version("BrokerRegistrationRequest.is_migrating_zk_broker", version)
            );
        }
        if version >= 2 {
            w.field("BrokerRegistrationRequest.log_dirs");
            w.array(Form::Compact, &self.log_dirs, |w, it| {
                w.uuid(*it);
                Ok(())
            })?;
        }
        if version >= 3 {
            w.field("BrokerRegistrationRequest.previous_broker_epoch");
            w.i64(self.previous_broker_epoch);
        }
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`BrokerRegistrationRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl Listener {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Listener.name");
        it.name = r.string(Form::Compact)?;
        r.field("Listener.host");
        it.host = r.string(Form::Compact)?;
        r.field("Listener.port");
        it.port = r.u16()?;
        r.field("Listener.security_protocol");
        it.security_protocol = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Listener.name");
        w.string(Form::Compact, &self.name)?;
        w.field("Listener.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Listener.port");
        w.u16(self.port);
        w.field("Listener.security_protocol");
        w.i16(self.security_protocol);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`BrokerRegistrationRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl Feature {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Feature.name");
        it.name = r.string(Form::Compact)?;
        r.field("Feature.min_supported_version");
        it.min_supported_version = r.i16()?;
        r.field("Feature.max_supported_version");
        it.max_supported_version = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Feature.name");
        w.string(Form::Compact, &self.name)?;
        w.field("Feature.min_supported_version");
        w.i16(self.min_supported_version);
        w.field("Feature.max_supported_version");
        w.i16(self.max_supported_version);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for BrokerRegistrationRequest {
    const NAME: &'static str = "BrokerRegistrationRequest";
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

impl Request for BrokerRegistrationRequest {
    const KEY: ApiKey = ApiKey::BrokerRegistration;
    type Response = BrokerRegistrationResponse;
}
