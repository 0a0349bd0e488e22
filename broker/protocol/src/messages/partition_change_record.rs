// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `PartitionChangeRecord`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionChangeRecord {
    pub partition_id: i32,
    pub topic_id: Uuid,
    pub isr: Option<Vec<i32>>,
    pub leader: i32,
    pub replicas: Option<Vec<i32>>,
    pub removing_replicas: Option<Vec<i32>>,
    pub adding_replicas: Option<Vec<i32>>,
    pub leader_recovery_state: i8,
    pub directories: Option<Vec<Uuid>>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
}

impl Default for PartitionChangeRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::ZERO,
            isr: None,
            leader: -2,
            replicas: None,
            removing_replicas: None,
            adding_replicas: None,
            leader_recovery_state: -1,
            directories: None,
            eligible_leader_replicas: None,
            last_known_elr: None,
        }
    }
}

impl PartitionChangeRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionChangeRecord.partition_id");
        it.partition_id = r.i32()?;
        r.field("PartitionChangeRecord.topic_id");
        it.topic_id = r.uuid()?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("PartitionChangeRecord.isr");
                    it.isr = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                1 => {
                    r.field("PartitionChangeRecord.leader");
                    it.leader = r.i32()?;
                }
                2 => {
                    r.field("PartitionChangeRecord.replicas");
                    it.replicas = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                3 => {
                    r.field("PartitionChangeRecord.removing_replicas");
                    it.removing_replicas = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                4 => {
                    r.field("PartitionChangeRecord.adding_replicas");
                    it.adding_replicas = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                5 => {
                    r.field("PartitionChangeRecord.leader_recovery_state");
                    it.leader_recovery_state = r.i8()?;
                }
                8 if version >= 1 => {
                    r.field("PartitionChangeRecord.directories");
                    it.directories = r.nullable_array(Form::Compact, 16, Reader::uuid)?;
                }
                6 if version >= 2 => {
                    r.field("PartitionChangeRecord.eligible_leader_replicas");
                    it.eligible_leader_replicas =
                        r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                7 if version >= 2 => {
                    r.field("PartitionChangeRecord.last_known_elr");
                    it.last_known_elr = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionChangeRecord.partition_id");
        w.i32(self.partition_id);
        w.field("PartitionChangeRecord.topic_id");
        w.uuid(self.topic_id);
        if !(version >= 1) && self.directories.is_some() {
            return Err(w.not_in_version("PartitionChangeRecord.directories", version));
        }
        if !(version >= 2) && self.eligible_leader_replicas.is_some() {
            return Err(w.not_in_version("PartitionChangeRecord.eligible_leader_replicas", version));
        }
        if !(version >= 2) && self.last_known_elr.is_some() {
            return Err(w.not_in_version("PartitionChangeRecord.last_known_elr", version));
        }
        w.unsigned_varint(
            u32::from(self.isr.is_some())
                + u32::from(self.leader != -2)
                + u32::from(self.replicas.is_some())
                + u32::from(self.removing_replicas.is_some())
                + u32::from(self.adding_replicas.is_some())
                + u32::from(self.leader_recovery_state != -1)
                + u32::from(version >= 2 && self.eligible_leader_replicas.is_some())
                + u32::from(version >= 2 && self.last_known_elr.is_some())
                + u32::from(version >= 1 && self.directories.is_some()),
        );
        if self.isr.is_some() {
            w.field("PartitionChangeRecord.isr");
            w.tag(0, |w| {
                match &self.isr {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.i32(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }
        if self.leader != -2 {
            w.field("PartitionChangeRecord.leader");
            w.tag(1, |w| {
                w.i32(self.leader);
                Ok(())
            })?;
        }
        if self.replicas.is_some() {
            w.field("PartitionChangeRecord.replicas");
            w.tag(2, |w| {
                match &self.replicas {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.i32(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }
        if self.removing_replicas.is_some() {
            w.field("PartitionChangeRecord.removing_replicas");
            w.tag(3, |w| {
                match &self.removing_replicas {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.i32(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }
        if self.adding_replicas.is_some() {
            w.field("PartitionChangeRecord.adding_replicas");
            w.tag(4, |w| {
                match &self.adding_replicas {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.i32(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }
        if self.leader_recovery_state != -1 {
            w.field("PartitionChangeRecord.leader_recovery_state");
            w.tag(5, |w| {
                w.i8(self.leader_recovery_state);
                Ok(())
            })?;
        }
        if version >= 2 && self.eligible_leader_replicas.is_some() {
            w.field("PartitionChangeRecord.eligible_leader_replicas");
            w.tag(6, |w| {
                match &self.eligible_leader_replicas {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.i32(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }
        if version >= 2 && self.last_known_elr.is_some() {
            w.field("PartitionChangeRecord.last_known_elr");
            w.tag(7, |w| {
                match &self.last_known_elr {
                    None => w.null_array(Form::Compact),
                    Some(it) => {
                        w.array(Form::Compact, it, |w, it| {
                            w.i32(*it);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })?;
        }
        if version >= 1 && self.directories.is_some() {
            w.field("PartitionChangeRecord.directories");
            w.tag(8, |w| {
                match &self.directories {
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

impl Message for PartitionChangeRecord {
    const NAME: &'static str = "PartitionChangeRecord";
    const MIN_VERSION: i16 = 0;
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

impl Keyed for PartitionChangeRecord {
    const KIND: i16 = 5;
}
