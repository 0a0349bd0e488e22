// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Message, Reader, Writer};

/// Kafka's `FindCoordinatorResponse`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindCoordinatorResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub coordinators: Vec<Coordinator>,
}

impl FindCoordinatorResponse {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        if version >= 1 {
            r.field("FindCoordinatorResponse.throttle_time_ms");
            it.throttle_time_ms = r.i32()?;
        }
        if version <= 3 {
            r.field("FindCoordinatorResponse.error_code");
            it.error_code = r.i16()?;
        }
        if (1..=3).contains(&version) {
            r.field("FindCoordinatorResponse.error_message");
            it.error_message = r.nullable_string(Form::of(version, 3))?;
        }
        if version <= 3 {
            r.field("FindCoordinatorResponse.node_id");
            it.node_id = r.i32()?;
        }
        if version <= 3 {
            r.field("FindCoordinatorResponse.host");
            it.host = r.string(Form::of(version, 3))?;
        }
        if version <= 3 {
            r.field("FindCoordinatorResponse.port");
            it.port = r.i32()?;
        }
        if version >= 4 {
            r.field("FindCoordinatorResponse.coordinators");
            it.coordinators = r.array(Form::Compact, 14, |r| Coordinator::read(r, version))?;
        }
        if version >= 3 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version >= 1 {
            w.field("FindCoordinatorResponse.throttle_time_ms");
            w.i32(self.throttle_time_ms);
        }
        if version <= 3 {
            w.field("FindCoordinatorResponse.error_code");
            w.i16(self.error_code);
        }
        if (1..=3).contains(&version) {
            w.field("FindCoordinatorResponse.error_message");
            w.nullable_string(Form::of(version, 3), self.error_message.as_deref())?;
        }
        if version <= 3 {
            w.field("FindCoordinatorResponse.node_id");
            w.i32(self.node_id);
        }
        if version <= 3 {
            w.field("FindCoordinatorResponse.host");
            w.string(Form::of(version, 3), &self.host)?;
        }
        if version <= 3 {
            w.field("FindCoordinatorResponse.port");
            w.i32(self.port);
        }
        if version >= 4 {
            w.field("FindCoordinatorResponse.coordinators");
            w.array(Form::Compact, &self.coordinators, |w, it| {
                it.write(w, version)
            })?;
        }
        if !(version >= 4) && !self.coordinators.is_empty() {
            return Err(w.not_in_version("FindCoordinatorResponse.coordinators", version));
        }
        if version >= 3 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
        for it in &self.coordinators {
            it.each_error(each);
        }
    }
}

/// A part of [`FindCoordinatorResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coordinator {
    pub key: String,
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl Coordinator {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("Coordinator.key");
        it.key = r.string(Form::Compact)?;
        r.field("Coordinator.node_id");
        it.node_id = r.i32()?;
        r.field("Coordinator.host");
        it.host = r.string(Form::Compact)?;
        r.field("Coordinator.port");
        it.port = r.i32()?;
        r.field("Coordinator.error_code");
        it.error_code = r.i16()?;
        r.field("Coordinator.error_message");
        it.error_message = r.nullable_string(Form::Compact)?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("Coordinator.key");
        w.string(Form::Compact, &self.key)?;
        w.field("Coordinator.node_id");
        w.i32(self.node_id);
        w.field("Coordinator.host");
        w.string(Form::Compact, &self.host)?;
        w.field("Coordinator.port");
        w.i32(self.port);
        w.field("Coordinator.error_code");
        w.i16(self.error_code);
        w.field("Coordinator.error_message");
        w.nullable_string(Form::Compact, self.error_message.as_deref())?;
        w.unsigned_varint(0);

        Ok(())
    }
    pub(super) fn each_error(&self, each: &mut dyn FnMut(i16)) {
        each(self.error_code);
    }
}

impl Message for FindCoordinatorResponse {
    const NAME: &'static str = "FindCoordinatorResponse";
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 6;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }

    fn errors(&self, each: &mut dyn FnMut(i16)) {
        self.each_error(each);
    }
}
