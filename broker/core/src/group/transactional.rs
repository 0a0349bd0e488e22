//! `TxnOffsetCommit`: offsets that count when their transaction commits (KIP-98, 447).

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::txn_offset_commit_request::TxnOffsetCommitRequestPartition;
use kavka_protocol::messages::txn_offset_commit_response::{
    TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};
use kavka_protocol::messages::{TxnOffsetCommitRequest, TxnOffsetCommitResponse};

use super::GroupCoordinator;
use super::Owned;
use super::commit::Asked;
use super::effects::{After, Effects};
use super::member::Waiting;
use super::messages::{Context, CoordinatorRecord, GroupOutput, GroupResponse, Transactional};
use super::offset::{Committed, OffsetKey, PendingOffsets};
use super::records::{self, Loaded};
use super::state::{Group, State};
use crate::log::{Guard, Outcome};
use crate::types::{PartitionIndex, ProducerEpoch, ProducerId, ReplyToken};

/// Older clients would fall over `COORDINATOR_LOAD_IN_PROGRESS` (KAFKA-7296).
const KNOWS_LOADING: i16 = 2;

impl GroupCoordinator {
    /// Takes in records of a transaction that may be open.
    pub(super) fn load_pending(
        &mut self,
        partition: PartitionIndex,
        producer: ProducerId,
        records: &[CoordinatorRecord],
        context: &Context<'_>,
    ) {
        if self.owned.get(&partition) != Some(&Owned::Loading) {
            return;
        }
        for record in records {
            let Some(Loaded::Offset(id, key, Some(committed))) = records::read(record) else {
                tracing::warn!(
                    partition = partition.0,
                    "unknown record of a transaction, skipped"
                );
                continue;
            };
            let group = self.loading_group(&id, partition, context.wall);
            let order = group.next_order();
            let offsets = group.open.entry(producer).or_default();
            offsets.insert(key, vec![Committed { order, ..committed }]);
            self.open
                .entry((partition, producer))
                .or_default()
                .insert(id);
        }
    }

    /// A transaction has ended in a partition of `__consumer_offsets`.
    pub(super) fn end_transaction(
        &mut self,
        partition: PartitionIndex,
        producer: ProducerId,
        outcome: Outcome,
        context: &Context<'_>,
        out: &mut Vec<GroupOutput>,
    ) {
        if !self.owned.contains_key(&partition) {
            return;
        }
        for id in self.open.remove(&(partition, producer)).unwrap_or_default() {
            self.with_group(&id, context, out, |group, _| {
                group.end_transaction(producer, outcome);
            });
        }
    }
}

impl Group {
    /// Hands offsets of a transaction to the log. From now on nobody takes the offsets before them
    /// for certain; they themselves count when the transaction commits.
    pub(super) fn commit_pending(
        &mut self,
        waiting: Waiting,
        request: &TxnOffsetCommitRequest,
        guard: Option<Guard>,
        fx: &mut Effects<'_>,
    ) {
        let Waiting { token, version } = waiting;
        if let Err(code) = self.check_pending(request) {
            let response = refuse_pending(request, version, code);
            fx.reply(token, GroupResponse::TxnOffsetCommit(response));
            return;
        }
        self.beat(&request.member_id, fx);
        let mut offsets = Vec::new();
        let response = respond(request, |topic, partition| {
            let asked = Asked {
                topic: topic.to_owned(),
                partition: partition.partition_index,
                offset: partition.committed_offset,
                leader_epoch: partition.committed_leader_epoch,
                metadata: partition.committed_metadata.as_deref(),
                keep_ms: -1,
            };
            let offset = self.offset_to_keep(asked, fx);
            let code = offset.as_ref().err().copied().unwrap_or(ErrorCode::None);
            offsets.extend(offset);
            code
        });
        let response = GroupResponse::TxnOffsetCommit(response);
        if offsets.is_empty() {
            fx.reply(token, response);
            return;
        }
        let records = offsets
            .iter()
            .map(|(key, offset)| records::offset(&self.id, key, Some(offset)));
        let records = records.collect::<Result<Vec<_>, _>>();
        let orders = offsets.iter();
        let orders = orders.map(|(key, offset)| (key.clone(), offset.order));
        let producer = ProducerId(request.producer_id);
        let after = After::Pending {
            producer,
            offsets: orders.collect(),
            token,
            response,
        };
        let open = self.open.entry(producer).or_default();
        for (key, offset) in offsets {
            open.entry(key).or_default().push(offset);
        }
        let of = fx.open.entry((self.partition, producer)).or_default();
        of.insert(self.id.clone());
        let transaction = Transactional {
            producer,
            epoch: ProducerEpoch(request.producer_epoch),
            guard,
        };
        self.append_to(Some(transaction), records, after, fx);
    }

    /// A producer that names no member is one of old, which is fenced by its transactional id.
    fn check_pending(&self, request: &TxnOffsetCommitRequest) -> Result<(), ErrorCode> {
        let (member, instance) = (&request.member_id, request.group_instance_id.as_deref());
        if self.state == State::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        if request.generation_id < 0 && member.is_empty() && instance.is_none() {
            return Ok(());
        }
        if request.generation_id < 0 && self.state == State::Empty {
            return Ok(());
        }
        self.check_member(member, instance)?;
        self.check_generation(request.generation_id)
    }

    /// What a transaction has committed counts, or is forgotten.
    fn end_transaction(&mut self, producer: ProducerId, outcome: Outcome) {
        let offsets = self.open.remove(&producer).unwrap_or_default();
        if outcome == Outcome::Abort {
            return;
        }
        for (key, mut tries) in offsets {
            let Some(committed) = tries.pop() else {
                continue;
            };
            let newer = self.offsets.get(&key);
            if newer.is_none_or(|newer| newer.order < committed.order) {
                self.offsets.insert(key, committed);
            }
        }
    }

    /// Whether an open transaction has committed an offset of the partition.
    pub(super) fn is_pending(&self, key: &OffsetKey) -> bool {
        self.open.values().any(|offsets| offsets.contains_key(key))
    }

    /// All partitions with an offset, also those that only an open transaction has committed.
    pub(super) fn all_keys(&self) -> impl Iterator<Item = &OffsetKey> {
        let pending = self.open.values().flat_map(|offsets| offsets.keys());
        self.offsets.keys().chain(pending)
    }

    /// The partition's offset was deleted, whoever has committed it; not so what was committed
    /// after `last`.
    pub(super) fn drop_pending(&mut self, key: &OffsetKey, last: u64) {
        for offsets in self.open.values_mut() {
            retain(offsets, key, |offset| offset.order > last);
        }
        self.open.retain(|_, offsets| !offsets.is_empty());
    }

    /// What the log has takes the place of what it had before.
    pub(super) fn keep_pending(&mut self, producer: ProducerId, written: &[(OffsetKey, u64)]) {
        let Some(offsets) = self.open.get_mut(&producer) else {
            return;
        };
        for (key, order) in written {
            retain(offsets, key, |offset| offset.order >= *order);
        }
    }

    /// Offsets of a transaction that the log has not taken: those before them stand.
    pub(super) fn forget_pending(&mut self, producer: ProducerId, refused: &[(OffsetKey, u64)]) {
        let Some(offsets) = self.open.get_mut(&producer) else {
            return;
        };
        for (key, order) in refused {
            retain(offsets, key, |offset| offset.order != *order);
        }
        if offsets.is_empty() {
            self.open.remove(&producer);
        }
    }
}

/// Thins out what a transaction has committed of one partition.
fn retain(offsets: &mut PendingOffsets, key: &OffsetKey, kept: impl Fn(&Committed) -> bool) {
    if let Some(tries) = offsets.get_mut(key) {
        tries.retain(kept);
        if tries.is_empty() {
            offsets.remove(key);
        }
    }
}

/// Whether the log has a record, or may have it: then it counts with its transaction, whatever the
/// client was told.
pub(super) fn may_be_written(result: Result<(), ErrorCode>) -> bool {
    matches!(
        result,
        Ok(()) | Err(ErrorCode::RequestTimedOut | ErrorCode::NotEnoughReplicasAfterAppend)
    )
}

/// Answers when the log has the offsets, or has not.
pub(super) fn pending_done(
    token: ReplyToken,
    mut response: GroupResponse,
    result: Result<(), ErrorCode>,
    fx: &mut Effects<'_>,
) {
    if let (Err(code), GroupResponse::TxnOffsetCommit(response)) = (result, &mut response) {
        let topics = response.topics.iter_mut();
        for partition in topics.flat_map(|topic| &mut topic.partitions) {
            if partition.error_code == ErrorCode::None.code() {
                partition.error_code = code.code();
            }
        }
    }
    fx.reply(token, response);
}

/// The same error for every partition.
pub(super) fn refuse_pending(
    request: &TxnOffsetCommitRequest,
    version: i16,
    code: ErrorCode,
) -> TxnOffsetCommitResponse {
    let code = match code {
        ErrorCode::CoordinatorLoadInProgress if version < KNOWS_LOADING => {
            ErrorCode::CoordinatorNotAvailable
        }
        code => code,
    };
    respond(request, |_, _| code)
}

fn respond(
    request: &TxnOffsetCommitRequest,
    mut of: impl FnMut(&str, &TxnOffsetCommitRequestPartition) -> ErrorCode,
) -> TxnOffsetCommitResponse {
    let topics = request.topics.iter().map(|topic| {
        let partitions =
            topic
                .partitions
                .iter()
                .map(|partition| TxnOffsetCommitResponsePartition {
                    partition_index: partition.partition_index,
                    error_code: of(&topic.name, partition).code(),
                });
        TxnOffsetCommitResponseTopic {
            name: topic.name.clone(),
            partitions: partitions.collect(),
        }
    });
    TxnOffsetCommitResponse {
        topics: topics.collect(),
        ..Default::default()
    }
}
