// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `StreamsGroupCurrentMemberAssignmentValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupCurrentMemberAssignmentValue {
    pub member_epoch: i32,
    pub previous_member_epoch: i32,
    pub state: i8,
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
    pub active_tasks_pending_revocation: Vec<TaskIds>,
    pub standby_tasks_pending_revocation: Vec<TaskIds>,
    pub warmup_tasks_pending_revocation: Vec<TaskIds>,
}

impl StreamsGroupCurrentMemberAssignmentValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupCurrentMemberAssignmentValue.member_epoch");
        it.member_epoch = r.i32()?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.previous_member_epoch");
        it.previous_member_epoch = r.i32()?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.state");
        it.state = r.i8()?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.active_tasks");
        it.active_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.standby_tasks");
        it.standby_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.warmup_tasks");
        it.warmup_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.active_tasks_pending_revocation");
        it.active_tasks_pending_revocation =
            r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.standby_tasks_pending_revocation");
        it.standby_tasks_pending_revocation =
            r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupCurrentMemberAssignmentValue.warmup_tasks_pending_revocation");
        it.warmup_tasks_pending_revocation =
            r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupCurrentMemberAssignmentValue.member_epoch");
        w.i32(self.member_epoch);
        w.field("StreamsGroupCurrentMemberAssignmentValue.previous_member_epoch");
        w.i32(self.previous_member_epoch);
        w.field("StreamsGroupCurrentMemberAssignmentValue.state");
        w.i8(self.state);
        w.field("StreamsGroupCurrentMemberAssignmentValue.active_tasks");
        w.array(Form::Compact, &self.active_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("StreamsGroupCurrentMemberAssignmentValue.standby_tasks");
        w.array(Form::Compact, &self.standby_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("StreamsGroupCurrentMemberAssignmentValue.warmup_tasks");
        w.array(Form::Compact, &self.warmup_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("StreamsGroupCurrentMemberAssignmentValue.active_tasks_pending_revocation");
        w.array(
            Form::Compact,
            &self.active_tasks_pending_revocation,
            |w, it| it.write(w, version),
        )?;
        w.field("StreamsGroupCurrentMemberAssignmentValue.standby_tasks_pending_revocation");
        w.array(
            Form::Compact,
            &self.standby_tasks_pending_revocation,
            |w, it| it.write(w, version),
        )?;
        w.field("StreamsGroupCurrentMemberAssignmentValue.warmup_tasks_pending_revocation");
        w.array(
            Form::Compact,
            &self.warmup_tasks_pending_revocation,
            |w, it| it.write(w, version),
        )?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupCurrentMemberAssignmentValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskIds {
    pub subtopology_id: String,
    pub partitions: Vec<i32>,
    pub assignment_epochs: Option<Vec<i32>>,
}

impl TaskIds {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TaskIds.subtopology_id");
        it.subtopology_id = r.string(Form::Compact)?;
        r.field("TaskIds.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.tags(|tag, r| {
            match tag {
                0 => {
                    r.field("TaskIds.assignment_epochs");
                    it.assignment_epochs = r.nullable_array(Form::Compact, 4, Reader::i32)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.field("TaskIds.subtopology_id");
        w.string(Form::Compact, &self.subtopology_id)?;
        w.field("TaskIds.partitions");
        w.array(Form::Compact, &self.partitions, |w, it| {
            w.i32(*it);
            Ok(())
        })?;
        w.unsigned_varint(u32::from(self.assignment_epochs.is_some()));
        if self.assignment_epochs.is_some() {
            w.field("TaskIds.assignment_epochs");
            w.tag(0, |w| {
                match &self.assignment_epochs {
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

impl Message for StreamsGroupCurrentMemberAssignmentValue {
    const NAME: &'static str = "StreamsGroupCurrentMemberAssignmentValue";
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

impl Keyed for StreamsGroupCurrentMemberAssignmentValue {
    const KIND: i16 = 22;
}
