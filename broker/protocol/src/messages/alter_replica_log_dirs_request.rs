// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use super::AlterReplicaLogDirsResponse;
use crate::{ApiKey, DecodeError, EncodeError, Form, Message, Reader, Request, Writer};

/// Kafka's `AlterReplicaLogDirsRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirsRequest {
    pub dirs: Vec<AlterReplicaLogDir>,
}

impl AlterReplicaLogDirsRequest {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterReplicaLogDirsRequest.dirs");
        it.dirs = r.array(Form::of(version, 2), 3, |r| {
            AlterReplicaLogDir::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterReplicaLogDirsRequest.dirs");
        w.array(Form::of(version, 2), &self.dirs, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterReplicaLogDirsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDir {
    pub path: String,
    pub topics: Vec<AlterReplicaLogDirTopic>,
}

impl AlterReplicaLogDir {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterReplicaLogDir.path");
        it.path = r.string(Form::of(version, 2))?;
        r.field("AlterReplicaLogDir.topics");
        it.topics = r.array(Form::of(version, 2), 3, |r| {
            AlterReplicaLogDirTopic::read(r, version)
        })?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterReplicaLogDir.path");
        w.string(Form::of(version, 2), &self.path)?;
        w.field("AlterReplicaLogDir.topics");
        w.array(Form::of(version, 2), &self.topics, |w, it| {
            it.write(w, version)
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

/// A part of [`AlterReplicaLogDirsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirTopic {
    pub name: String,
    pub partitions: Vec<i32>,
}

impl AlterReplicaLogDirTopic {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("AlterReplicaLogDirTopic.name");
        it.name = r.string(Form::of(version, 2))?;
        r.field("AlterReplicaLogDirTopic.partitions");
        it.partitions = r.array(Form::of(version, 2), 4, Reader::i32)?;
        if version >= 2 {
            r.skip_tags()?;
        }

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("AlterReplicaLogDirTopic.name");
        w.string(Form::of(version, 2), &self.name)?;
        w.field("AlterReplicaLogDirTopic.partitions");
        w.array(Form::of(version, 2), &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        if version >= 2 {
            w.unsigned_varint(0);
        }

        Ok(())
    }
}

impl Message for AlterReplicaLogDirsRequest {
    const NAME: &'static str = "AlterReplicaLogDirsRequest";
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;

    fn decode(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        Self::read(r, version)
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::NAME, version, Self::MIN_VERSION, Self::MAX_VERSION)?;
        self.write(w, version)
    }
}

impl Request for AlterReplicaLogDirsRequest {
    const KEY: ApiKey = ApiKey::AlterReplicaLogDirs;
    type Response = AlterReplicaLogDirsResponse;
}
