// Generated from broker/protocol/messages; do not edit. To make it again:
// cargo run -p kavka-protocol-generator

use crate::{DecodeError, EncodeError, Form, Keyed, Message, Reader, Writer};

/// Kafka's `StreamsGroupTargetAssignmentMemberValue`, versions 0 to 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTargetAssignmentMemberValue {
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
}

impl StreamsGroupTargetAssignmentMemberValue {
    pub(super) fn read(r: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("StreamsGroupTargetAssignmentMemberValue.active_tasks");
        it.active_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupTargetAssignmentMemberValue.standby_tasks");
        it.standby_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.field("StreamsGroupTargetAssignmentMemberValue.warmup_tasks");
        it.warmup_tasks = r.array(Form::Compact, 3, |r| TaskIds::read(r, version))?;
        r.skip_tags()?;

        Ok(it)
    }

    pub(super) fn write(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.field("StreamsGroupTargetAssignmentMemberValue.active_tasks");
        w.array(Form::Compact, &self.active_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("StreamsGroupTargetAssignmentMemberValue.standby_tasks");
        w.array(Form::Compact, &self.standby_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.field("StreamsGroupTargetAssignmentMemberValue.warmup_tasks");
        w.array(Form::Compact, &self.warmup_tasks, |w, it| {
            it.write(w, version)
        })?;
        w.unsigned_varint(0);

        Ok(())
    }
}

/// A part of [`StreamsGroupTargetAssignmentMemberValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskIds {
    pub subtopology_id: String,
    pub partitions: Vec<i32>,
}

impl TaskIds {
    pub(super) fn read(r: &mut Reader, _version: i16) -> Result<Self, DecodeError> {
        let mut it = Self::default();
        r.field("TaskIds.subtopology_id");
        it.subtopology_id = r.string(Form::Compact)?;
        r.field("TaskIds.partitions");
        it.partitions = r.array(Form::Compact, 4, Reader::i32)?;
        r.skip_tags()?;

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
        w.unsigned_varint(0);

        Ok(())
    }
}

impl Message for StreamsGroupTargetAssignmentMemberValue {
    const NAME: &'static str = "StreamsGroupTargetAssignmentMemberValue";
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

impl Keyed for StreamsGroupTargetAssignmentMemberValue {
    const KIND: i16 = 21;
}
