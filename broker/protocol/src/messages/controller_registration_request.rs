// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::ControllerRegistrationResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Uuid, Writer};

/// Kafka's `ControllerRegistrationRequest`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerRegistrationRequest {
    pub controller_id: i32,
    pub incarnation_id: Uuid,
    pub zk_migration_ready: bool,
    pub listeners: Vec<Listener>,
    pub features: Vec<Feature>,
}

impl ControllerRegistrationRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ControllerRegistrationRequest.controller_id");
        it.controller_id = r.i32()?;
        r.field("ControllerRegistrationRequest.incarnation_id");
        it.incarnation_id = r.uuid()?;
        r.field("ControllerRegistrationRequest.zk_migration_ready");
        it.zk_migration_ready = r.bool()?;
        r.field("ControllerRegistrationRequest.listeners");
        it.listeners = r.array(Form::Compact, 7, |r| Listener::read(r, version))?;
        r.field("ControllerRegistrationRequest.features");
        it.features = r.array(Form::Compact, 6, |r| Feature::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("ControllerRegistrationRequest.controller_id");
        w.i32(self.controller_id);
        w.field("ControllerRegistrationRequest.incarnation_id");
        w.uuid(self.incarnation_id);
        w.field("ControllerRegistrationRequest.zk_migration_ready");
        w.bool(self.zk_migration_ready);
        w.field("ControllerRegistrationRequest.listeners");
        w.array(Form::Compact, &self.listeners, |w, it| it.write(w, version))?;
        w.field("ControllerRegistrationRequest.features");
        w.array(Form::Compact, &self.features, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`ControllerRegistrationRequest`].
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

/// A part of [`ControllerRegistrationRequest`].
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

impl Message for ControllerRegistrationRequest {
    const NAME: &'static str = "ControllerRegistrationRequest";
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

impl Request for ControllerRegistrationRequest {
    const KEY: ApiKey = ApiKey::ControllerRegistration;
    type Response = ControllerRegistrationResponse;
}
