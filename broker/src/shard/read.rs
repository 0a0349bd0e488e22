//! Reads on the shard that owns the partitions.

use std::sync::Arc;

use bytes::Bytes;
use kavka_core::replica::Reader;
use kavka_core::types::Offset;
use kavka_disk::Minimum;
use kavka_protocol::ErrorCode;
use tokio::sync::Notify;

use super::{PartitionKey, Shard};
use crate::connection::budget::Share;
use crate::failure::Failure;
use crate::partition::{Isolation, ReadResult};

/// One partition's part of a Fetch request.
#[derive(Debug, Clone)]
pub(crate) struct ReadTask {
    pub(crate) key: PartitionKey,
    pub(crate) from: Offset,
    pub(crate) max_bytes: usize,
    pub(crate) current_leader_epoch: i32,
}

/// What holds for all partitions of a request.
#[derive(Debug)]
pub(crate) struct ReadTerms {
    /// How much the reply may still take.
    pub(crate) max_bytes: usize,
    /// Whether the first batch is returned even when it is larger than that (KIP-74).
    pub(crate) nothing_yet: bool,
    /// Whether records of open transactions are read.
    pub(crate) isolation: Isolation,
    /// Told when one of the partitions gets more.
    pub(crate) waiter: Arc<Notify>,
}

/// What a read has given.
#[derive(Debug)]
pub(crate) struct ReadOutcome {
    /// One for each task.
    pub(crate) results: Vec<Result<ReadResult, Failure>>,
    /// What the records hold of the memory for replies.
    pub(crate) share: Share,
    /// Whether a partition was not read because other replies hold the memory.
    pub(crate) starved: bool,
}

/// What a read asks for at least, however little memory is left.
const FAIR_FLOOR: usize = 64 * 1024;

impl Shard {
    /// Reads partitions one after the other, and registers for more of each.
    pub(crate) fn read(&self, tasks: &[ReadTask], terms: &ReadTerms) -> ReadOutcome {
        let mut room = terms.max_bytes;
        let mut first = terms.nothing_yet;
        let mut outcome = ReadOutcome {
            results: Vec::with_capacity(tasks.len()),
            share: Share::EMPTY,
            starved: false,
        };
        for task in tasks {
            let fair = self.shared.reply_budget.fair().max(FAIR_FLOOR);
            let want = task.max_bytes.min(room).min(fair);
            let reserved = self.shared.reply_budget.try_share(want);
            outcome.starved |= reserved.is_none();
            let (limit, minimum) = match (&reserved, first) {
                (Some(_), true) => (want, Minimum::OneBatch),
                (Some(_), false) => (want, Minimum::Nothing),
                // Other replies hold the memory; the client comes back for this partition.
                (None, _) => (0, Minimum::Nothing),
            };
            let result = self.read_one(task, limit, minimum, terms);
            if let Ok(read) = &result
                && !read.records.is_empty()
            {
                first = false;
                room = room.saturating_sub(read.records.len());
                if let Some(mut reserved) = reserved {
                    reserved.shrink_to(read.records.len());
                    outcome.share.absorb(reserved);
                }
            }
            outcome.results.push(result);
        }
        outcome
    }

    fn read_one(
        &self,
        task: &ReadTask,
        limit: usize,
        minimum: Minimum,
        terms: &ReadTerms,
    ) -> Result<ReadResult, Failure> {
        let partition = self
            .partition(task.key)
            .ok_or(Failure::Code(ErrorCode::NotLeaderOrFollower))?;
        let mut partition = partition.borrow_mut();
        partition.replica().check_epoch(task.current_leader_epoch)?;
        partition.wait(&terms.waiter);
        let reader = (Reader::Consumer, terms.isolation);
        let mut result = partition.read(reader, task.from, limit, minimum)?;
        if result.records.is_empty() {
            result.records = Bytes::new();
        }
        Ok(result)
    }
}
