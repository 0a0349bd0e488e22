//! Transactions that take too long, and transactional ids that nobody uses.

use std::collections::BTreeMap;

use super::TransactionCoordinator;
use super::messages::TransactionOutput;
use super::records;
use super::state::{Change, State, Status, Then, Transaction};
use super::timers::Due;
use crate::group::Context;
use crate::types::{PartitionIndex, Timestamp};

/// Transactional ids that are removed by one batch.
const IDS_PER_BATCH: usize = 1_000;

impl TransactionCoordinator {
    pub(super) fn plan_timeouts(&mut self, context: &Context<'_>) {
        let every = u64::try_from(self.config.abort_timed_out_interval_ms).unwrap_or(1);
        let at = context.now.plus_ms(every.max(1));
        self.timers.set(at, Due::Timeouts);
    }

    pub(super) fn plan_expiry(&mut self, context: &Context<'_>) {
        let every = u64::try_from(self.config.remove_expired_interval_ms).unwrap_or(1);
        let at = context.now.plus_ms(every.max(1));
        self.timers.set(at, Due::Expiry);
    }

    /// Aborts transactions that are open for longer than their clients said, and fences these.
    pub(super) fn abort_timed_out(
        &mut self,
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        self.plan_timeouts(context);
        let late: Vec<String> = self
            .transactions
            .values()
            .filter(|transaction| self.is_serving(transaction) && transaction.is_late(context.wall))
            .map(|transaction| transaction.id.clone())
            .collect();
        for id in late {
            self.with(&id, context, out, |transaction, fx| {
                tracing::info!(id = transaction.id, "transaction timed out, aborted");
                // What cannot be written down now is late next time, too.
                let _ = transaction.abort(Then::Nothing, fx);
            });
        }
    }

    /// Removes transactional ids that nobody has used for long.
    pub(super) fn expire(&mut self, context: &Context<'_>, out: &mut Vec<TransactionOutput>) {
        self.plan_expiry(context);
        let keep = i64::from(self.config.id_expiration_ms);
        let mut idle: BTreeMap<PartitionIndex, Vec<String>> = BTreeMap::new();
        for transaction in self.transactions.values() {
            if self.is_serving(transaction) && transaction.is_idle(context.wall, keep) {
                let ids = idle.entry(transaction.partition).or_default();
                ids.push(transaction.id.clone());
            }
        }
        for (partition, ids) in idle {
            for ids in ids.chunks(IDS_PER_BATCH) {
                self.remove_ids(partition, ids, context, out);
            }
        }
    }

    fn remove_ids(
        &mut self,
        partition: PartitionIndex,
        ids: &[String],
        context: &Context<'_>,
        out: &mut Vec<TransactionOutput>,
    ) {
        let tombstones = ids.iter().map(|id| records::transaction(id, None));
        let Ok(tombstones) = tombstones.collect::<Result<Vec<_>, _>>() else {
            return;
        };
        for id in ids {
            if let Some(transaction) = self.transactions.get_mut(id) {
                let to = Status {
                    state: State::Dead,
                    updated: context.wall,
                    ..transaction.status.clone()
                };
                let then = Then::Nothing;
                transaction.change = Some(Change { to, then });
            }
        }
        self.appends
            .append(partition, ids.to_vec(), tombstones, out);
    }

    fn is_serving(&self, transaction: &Transaction) -> bool {
        let owned = self.owned.get(&transaction.partition);
        owned.is_some_and(|owned| !owned.loading)
    }
}

impl Transaction {
    fn is_late(&self, wall: Timestamp) -> bool {
        let open_for = wall.0.saturating_sub(self.status.started.0);
        self.status.state == State::Ongoing
            && self.change.is_none()
            && open_for > i64::from(self.status.timeout_ms)
    }

    fn is_idle(&self, wall: Timestamp, keep_ms: i64) -> bool {
        let at_rest = matches!(
            self.status.state,
            State::Empty | State::CompleteCommit | State::CompleteAbort
        );
        at_rest && self.change.is_none() && wall.0.saturating_sub(self.status.updated.0) >= keep_ms
    }
}
