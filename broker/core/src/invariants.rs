//! What is always so. Tests and debug assertions ask the same questions.

use thiserror::Error;

use crate::group::state::{Group, State};
use crate::metadata::MetadataImage;
use crate::replica::Replica;
use crate::transaction::state::{State as Phase, Status, Transaction};
use crate::types::{ProducerEpoch, ProducerId};

/// Something that must not be is so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{subject}: {rule}")]
pub struct Violation {
    /// What it is about.
    pub subject: String,
    /// What should have been.
    pub rule: &'static str,
}

fn hold(subject: &str, rules: &[(bool, &'static str)]) -> Result<(), Violation> {
    match rules.iter().find(|(holds, _)| !holds) {
        None => Ok(()),
        Some((_, rule)) => Err(Violation {
            subject: subject.to_owned(),
            rule,
        }),
    }
}

/// A consumer group.
pub(crate) fn group(group: &Group) -> Result<(), Violation> {
    let members = &group.members;
    let waits_to_join = members.values().any(|member| member.joining.is_some());
    let waits_to_sync = members.values().any(|member| member.syncing.is_some());
    let known = |id: &String| members.contains_key(id);
    let has_members = !members.is_empty();
    hold(
        &group.id,
        &[
            (
                !waits_to_join || group.state == State::PreparingRebalance,
                "only a rebalance that goes on keeps somebody waiting to join",
            ),
            (
                !waits_to_sync || group.state == State::CompletingRebalance,
                "only a rebalance that is being completed keeps somebody waiting to sync",
            ),
            (
                group.state != State::PreparingRebalance || group.join_deadline.is_some(),
                "a rebalance ends one day",
            ),
            (
                group.state != State::CompletingRebalance
                    || group.sync_deadline.is_some()
                    || group.storing.is_some(),
                "a rebalance that is being completed ends one day",
            ),
            (
                !matches!(group.state, State::Empty | State::Dead) || !has_members,
                "an empty group has no members",
            ),
            (
                !matches!(group.state, State::Stable | State::CompletingRebalance) || has_members,
                "a group with a generation has members",
            ),
            (
                !matches!(group.state, State::Stable | State::CompletingRebalance)
                    || group.leader.as_ref().is_some_and(known),
                "a group with a generation has a leader among its members",
            ),
            (
                group.instances.values().all(known),
                "a static member is a member",
            ),
            (
                members.values().all(|member| {
                    let instance = member.instance.as_ref();
                    instance.is_none_or(|name| group.instances.get(name) == Some(&member.id))
                }),
                "a static member is found by its instance",
            ),
            (
                group.pending.keys().all(|id| !known(id)),
                "a pending member is no member yet",
            ),
            (
                group.unsynced.iter().all(known),
                "who has not synced is a member",
            ),
        ],
    )
}

/// A transactional id.
pub(crate) fn transaction(transaction: &Transaction) -> Result<(), Violation> {
    let now = &transaction.status;
    let to = transaction.coming();
    let at_rest = |status: &Status| {
        matches!(
            status.state,
            Phase::Empty | Phase::CompleteCommit | Phase::CompleteAbort
        )
    };
    let ends = now.state.ending().is_some();
    hold(
        &transaction.id,
        &[
            (
                !at_rest(now) || now.partitions.is_empty(),
                "a transaction that is not open writes to no partition",
            ),
            (
                ends == transaction.is_sending(),
                "markers are written while a transaction ends, and only then",
            ),
            (
                to.is_none_or(|to| {
                    let same = to.producer == now.producer;
                    (same && to.epoch >= now.epoch) || (!same && to.epoch == ProducerEpoch(0))
                }),
                "a producer's epoch never goes back",
            ),
            (
                to.is_none_or(|to| now.state.may_become(to.state)),
                "a transaction goes on as the protocol says",
            ),
            (
                !ends || to.is_none_or(|to| to.state.ended() == now.state.ending()),
                "what is decided stays so",
            ),
            (
                now.next == ProducerId::NONE || ends,
                "the next producer id waits for the end of a transaction",
            ),
            (
                transaction.parked_len() == 0 || transaction.is_busy(),
                "requests wait only while there is something to wait for",
            ),
        ],
    )
}

/// A replica of a partition.
pub(crate) fn replica(replica: &Replica) -> Result<(), Violation> {
    let (log_end, synced, high_watermark, ends) = replica.positions();
    hold(
        "replica",
        &[
            (synced <= log_end, "what is synced is in the log"),
            (
                high_watermark.0 <= log_end.0,
                "the high watermark is not beyond the log",
            ),
            (ends.is_sorted(), "producers wait in order of offsets"),
            (
                ends.iter().all(|end| *end <= log_end),
                "producers wait for what is in the log",
            ),
        ],
    )
}

/// The cluster's metadata.
pub fn image(image: &MetadataImage) -> Result<(), Violation> {
    for topic in image.topics() {
        let same = image
            .topic_by_id(topic.id)
            .is_some_and(|found| found.name == topic.name);
        hold(&topic.name, &[(same, "a topic is found by its identity")])?;
        for (place, partition) in (0..).zip(&topic.partitions) {
            let of_replicas = partition
                .isr
                .iter()
                .all(|id| partition.replicas.contains(id));
            let leads = partition
                .leader
                .is_none_or(|leader| partition.isr.contains(&leader));
            hold(
                &topic.name,
                &[
                    (
                        partition.index.0 == place,
                        "partitions are in order of their numbers",
                    ),
                    (!partition.replicas.is_empty(), "a partition has replicas"),
                    (of_replicas, "who is in sync is a replica"),
                    (leads, "a leader is in sync"),
                ],
            )?;
        }
    }
    Ok(())
}
