// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Uuid, Writer};

/// Kafka's `PartitionRecord`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionRecord {
    pub partition_id: i32,
    pub topic_id: Uuid,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub removing_replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    pub leader: i32,
    pub leader_recovery_state: i8,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
    pub directories: Vec<Uuid>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
}

impl Default for PartitionRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::ZERO,
            replicas: Vec::new(),
            isr: Vec::new(),
            removing_replicas: Vec::new(),
            adding_replicas: Vec::new(),
            leader: -1,
            leader_recovery_state: 0,
            leader_epoch: -1,
            partition_epoch: -1,
            directories: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
        }
    }
}

impl PartitionRecord {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("PartitionRecord.partition_id");
        it.partition_id = r.i32()?;
        r.field("PartitionRecord.topic_id");
        it.topic_id = r.uuid()?;
        r.field("PartitionRecord.replicas");
        it.replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("PartitionRecord.isr");
        it.isr = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("PartitionRecord.removing_replicas");
        it.removing_replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("PartitionRecord.adding_replicas");
        it.adding_replicas = r.array(Form::Compact, 4, Reader::i32)?;
        r.field("PartitionRecord.leader");
        it.leader = r.i32()?;
        r.field("PartitionRecord.leader_epoch");
        it.leader_epoch = r.i32()?;
        r.field("PartitionRecord.partition_epoch");
        it.partition_epoch = r.i32()?;
        if version >= 1 {
            r.field("PartitionRecord.directories");
            it.directories = r.array(Form::Compact, 16, Reader::uuid)?;
        }
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("PartitionRecord.leader_recovery_state");
                    it.leader_recovery_state = r.i8()?;
                }
                1 if version >= 2 => {
                    r.field("PartitionRecord.eligible_leader_replicas");
                    it.eligible_leader_replicas =
                        r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                2 if version >= 2 => {
                    r.field("PartitionRecord.last_known_elr");
                    it.last_known_elr = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("PartitionRecord.partition_id");
        w.i32(self.partition_id);
        w.field("PartitionRecord.topic_id");
        w.uuid(self.topic_id);
        w.field("PartitionRecord.replicas");
        w.array(Form::Compact, &self.replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("PartitionRecord.isr");
        w.array(Form::Compact, &self.isr, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("PartitionRecord.removing_replicas");
        w.array(Form::Compact, &self.removing_replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("PartitionRecord.adding_replicas");
        w.array(Form::Compact, &self.adding_replicas, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.field("PartitionRecord.leader");
        w.i32(self.leader);
        w.field("PartitionRecord.leader_epoch");
        w.i32(self.leader_epoch);
        w.field("PartitionRecord.partition_epoch");
        w.i32(self.partition_epoch);
        if version >= 1 {
            w.field("PartitionRecord.directories");
            w.array(Form::Compact, &self.directories, |w, it| {
                w.uuid(*it);
                Ok(())
            })?;
        }
        if !(version >= 1) && !self.directories.is_empty() {
            return Err(w.not_in_version("PartitionRecord.directories", version));
        }
        if !(version >= 2) && self.eligible_leader_replicas.is_some() {
            return Err(w.not_in_version("PartitionRecord.eligible_leader_replicas", version));
        }
        if !(version >= 2) && self.last_known_elr.is_some() {
            return Err(w.not_in_version("PartitionRecord.last_known_elr", version));
        }
        w.unsigned_varint(
            u32::from(self.leader_recovery_state != 0)
                + u32::from(version >= 2 && self.eligible_leader_replicas.is_some())
                + u32::from(version >= 2 && self.last_known_elr.is_some()),
        );
        if self.leader_recovery_state != 0 {
            w.field("PartitionRecord.leader_recovery_state");
            w.tag(0, |w| {
                w.i8(self.leader_recovery_state);
                Ok(())
            })?;
        }
        if version >= 2 && self.eligible_leader_replicas.is_some() {
            w.field("PartitionRecord.eligible_leader_replicas");
            w.tag(1, |w| {
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
            w.field("PartitionRecord.last_known_elr");
            w.tag(2, |w| {
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

        Ok(())
    }
}

impl Message for PartitionRecord {
    const NAME: &'static str = "PartitionRecord";
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

impl Keyed for PartitionRecord {
    const KIND: i16 = 3;
}
