// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `RegisterControllerRecord`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RegisterControllerRecord {
    pub controller_id: i32,
    pub incarnation_id: Uuid,
    pub zk_migration_ready: bool,
    pub end_points: Vec<ControllerEndpoint>,
    pub features: Vec<ControllerFeature>,
}

impl RegisterControllerRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("RegisterControllerRecord.controller_id");
        it.controller_id = r.i32()?;
        r.field("RegisterControllerRecord.incarnation_id");
        it.incarnation_id = r.uuid()?;
        r.field("RegisterControllerRecord.zk_migration_ready");
        it.zk_migration_ready = r.bool()?;
        r.field("RegisterControllerRecord.end_points");
        it.end_points = r.array(Form::Compact, 7, |r| ControllerEndpoint::read(r, version))?;
        r.field("RegisterControllerRecord.features");
        it.features = r.array(Form::Compact, 6, |r| ControllerFeature::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("RegisterControllerRecord.controller_id");
        w.i32(self.controller_id);
        w.field("RegisterControllerRecord.incarnation_id");
        w.uuid(self.incarnation_id);
        w.field("RegisterControllerRecord.zk_migration_ready");
        w.bool(self.zk_migration_ready);
        w.field("RegisterControllerRecord.end_points");
        w.array(Form::Compact, &self.end_points, |w, it| {
            it.write(w, version)
        })?;
        w.field("RegisterControllerRecord.features");
        w.array(Form::Compact, &self.features, |w, it| it.write(w, version))?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`RegisterControllerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl ControllerEndpoint {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ControllerEndpoint.name");
        it.name = r.string(Form::Compact)?;
        r.field("ControllerEndpoint.host");
        it.host = r.string(Form::Compact)?;
        r.field("ControllerEndpoint.port");
        it.port = r.u16()?;
        r.field("ControllerEndpoint.security_protocol");
        it.security_protocol = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ControllerEndpoint.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ControllerEndpoint.host");
        w.string(Form::Compact, &self.host)?;
        w.field("ControllerEndpoint.port");
        w.u16(self.port);
        w.field("ControllerEndpoint.security_protocol");
        w.i16(self.security_protocol);
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`RegisterControllerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl ControllerFeature {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("ControllerFeature.name");
        it.name = r.string(Form::Compact)?;
        r.field("ControllerFeature.min_supported_version");
        it.min_supported_version = r.i16()?;
        r.field("ControllerFeature.max_supported_version");
        it.max_supported_version = r.i16()?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("ControllerFeature.name");
        w.string(Form::Compact, &self.name)?;
        w.field("ControllerFeature.min_supported_version");
        w.i16(self.min_supported_version);
        w.field("ControllerFeature.max_supported_version");
        w.i16(self.max_supported_version);
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for RegisterControllerRecord {
    const NAME: &'static str = "RegisterControllerRecord";
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

impl Keyed for RegisterControllerRecord {
    const KIND: i16 = 27;
}
