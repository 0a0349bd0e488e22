//! One partition on its shard: the log, the replica state machine that says what of it counts, and
//! those who wait for more of it.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use kavka_core::config::{BrokerSettings, TimestampType, TopicConfig};
use kavka_core::log::compaction::CompactionSettings;
use kavka_core::log::{
    Aborted, AppendRules, Guard, LogSettings, Marker, MarkerRule, ProducedBatch, ProducerBatch,
    ProducerStates, Support, Verdict, Verifications, Verified,
};
use kavka_core::metadata::PartitionView;
use kavka_core::replica::{Acks, Reader, Replica, ReplicaOutput};
use kavka_core::types::{
    CoordinatorEpoch, HighWatermark, Instant, Lsn, Offset, ProducerId, Timestamp,
};
use kavka_disk::{
    AppendContext, AppendError, Appended, ExpiredSegments, LogStore, Minimum, PartitionId,
    PartitionLog, RealDisk,
};
use kavka_protocol::ErrorCode;
use kavka_protocol::records::{BatchHeader, TimestampType as RecordTimestampType};
use tokio::sync::Notify;

use crate::failure::Failure;
use crate::metrics::TopicMetrics;
use crate::records;

/// Waiting fetches beyond which those that have gone are forgotten before another is added.
const WAITERS_BEFORE_SWEEP: usize = 16;

/// Fetches that wait for a partition, those included that have gone.
#[derive(Debug)]
struct Waiters {
    all: Vec<Weak<Notify>>,
    /// Length at which those that have gone are forgotten.
    sweep_at: usize,
}

impl Default for Waiters {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            sweep_at: WAITERS_BEFORE_SWEEP,
        }
    }
}

impl Waiters {
    fn add(&mut self, waiter: &Arc<Notify>) {
        if self.all.len() >= self.sweep_at {
            self.all.retain(|waiter| waiter.strong_count() > 0);
            // With many that stay a sweep for each that comes would take all the time.
            self.sweep_at = WAITERS_BEFORE_SWEEP.max(2 * self.all.len());
        }
        self.all.push(Arc::downgrade(waiter));
    }

    fn wake(&mut self) {
        for waiter in self.all.drain(..).filter_map(|waiter| waiter.upgrade()) {
            waiter.notify_one();
        }
    }
}

/// What the topic's configuration means for its partitions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PartitionSettings {
    pub(crate) log: LogSettings,
    pub(crate) topic: TopicConfig,
    /// `kavka.batch.decompressed.bytes.max`
    pub(crate) decompressed_max: i32,
}

/// A partition that this broker leads.
#[derive(Debug)]
pub(crate) struct Partition {
    id: PartitionId,
    /// `None` until the first append: a partition without records costs no files.
    log: Option<PartitionLog<RealDisk>>,
    /// The log is there and could not be opened.
    is_damaged: bool,
    replica: Replica,
    settings: PartitionSettings,
    metrics: TopicMetrics,
    verifications: Verifications,
    waiting: Waiters,
}

/// What recovery has found of a partition.
#[derive(Debug)]
pub(crate) enum Recovered {
    /// Its log.
    Log(Box<PartitionLog<RealDisk>>),
    /// Files that are damaged, or a gap where they were.
    Damaged,
}

/// Whether records of open and aborted transactions are read (`isolation.level`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// Everything below the high watermark.
    ReadUncommitted,
    /// Up to the first transaction that is open, and with word of those that were aborted.
    ReadCommitted,
}

impl Isolation {
    /// As requests have it.
    pub(crate) fn from_wire(level: i8) -> Self {
        if level == 1 {
            Self::ReadCommitted
        } else {
            Self::ReadUncommitted
        }
    }
}

/// Why a batch may be written though it is transactional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admitted {
    /// The coordinator was asked with this guard, or did not have to be.
    With(Option<Guard>),
    /// Nobody asks (`transaction.partition.verification.enable=false`).
    Unasked,
}

/// One read of a partition.
#[derive(Debug, Clone)]
pub(crate) struct ReadResult {
    pub(crate) records: Bytes,
    pub(crate) high_watermark: HighWatermark,
    pub(crate) last_stable: Offset,
    pub(crate) log_start: Offset,
    /// Where it is counted if it is sent.
    pub(crate) metrics: TopicMetrics,
    /// Aborted transactions among the records, for `read_committed`.
    pub(crate) aborted: Vec<Aborted>,
}

impl Partition {
    /// A partition with what recovery found of it; nothing where it has never held a record.
    pub(crate) fn new(
        id: PartitionId,
        recovered: Option<Recovered>,
        replica: Replica,
        settings: PartitionSettings,
        metrics: TopicMetrics,
    ) -> Self {
        let (log, is_damaged) = match recovered {
            None => (None, false),
            Some(Recovered::Log(log)) => (Some(*log), false),
            Some(Recovered::Damaged) => (None, true),
        };
        Self {
            id,
            log,
            is_damaged,
            replica,
            settings,
            metrics,
            verifications: Verifications::default(),
            waiting: Waiters::default(),
        }
    }

    pub(crate) fn id(&self) -> &PartitionId {
        &self.id
    }

    pub(crate) fn metrics(&self) -> &TopicMetrics {
        &self.metrics
    }

    pub(crate) fn settings(&self) -> &PartitionSettings {
        &self.settings
    }

    pub(crate) fn replica(&mut self) -> &mut Replica {
        &mut self.replica
    }

    /// Whether recovery could not open the log.
    pub(crate) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Refuses what asks for a log that could not be opened: it is not empty, as it would seem.
    pub(crate) fn check_sound(&self) -> Result<(), Failure> {
        if self.is_damaged {
            return Err(Failure::Damaged);
        }
        Ok(())
    }

    pub(crate) fn log(&mut self) -> Option<&mut PartitionLog<RealDisk>> {
        self.log.as_mut()
    }

    /// Gives the log up, for deletion or shutdown.
    pub(crate) fn take_log(&mut self) -> Option<PartitionLog<RealDisk>> {
        self.log.take()
    }

    /// Takes over a changed configuration.
    pub(crate) fn set_settings(&mut self, settings: PartitionSettings) {
        if let Some(log) = &mut self.log {
            log.set_settings(settings.log.clone());
        }
        self.settings = settings;
    }

    pub(crate) fn log_start(&self) -> Offset {
        self.log
            .as_ref()
            .map_or(Offset(0), PartitionLog::start_offset)
    }

    pub(crate) fn log_end(&self) -> Offset {
        self.log
            .as_ref()
            .map_or(Offset(0), PartitionLog::end_offset)
    }

    /// Everything before can be read once it counts.
    pub(crate) fn written_end(&self) -> Offset {
        self.log
            .as_ref()
            .map_or(Offset(0), PartitionLog::written_end)
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.log.as_ref().map_or(0, PartitionLog::size_bytes)
    }

    /// This broker leads the partition as `view` says; everything that recovery found counts.
    pub(crate) fn lead(&mut self, now: Instant, view: &PartitionView) -> Vec<ReplicaOutput> {
        let end = self.written_end();
        let mut outputs = Vec::new();
        let high_watermark = HighWatermark(end.0);
        self.replica
            .become_leader(now, view, end, end, high_watermark, &mut outputs);
        outputs
    }

    /// Appends a batch as a producer sent it, after every check. It counts once it is written out.
    pub(crate) fn produce(
        &mut self,
        store: &LogStore<RealDisk>,
        records: Bytes,
        acks: Acks,
        admitted: Admitted,
        wall: Timestamp,
    ) -> Result<Appended, Failure> {
        self.check_sound()?;
        let leader_epoch = self.replica.check_append(acks)?;
        let records = records::prepare(
            records,
            &self.settings.topic,
            self.settings.decompressed_max,
        )?;
        let batch = ProducedBatch::check(records, &self.settings.log.rules, wall)?;
        let producer = batch.producer().filter(|producer| producer.transactional);
        if let (Some(producer), Admitted::With(guard)) = (&producer, admitted) {
            self.check_admitted(producer, guard)?;
        }
        let context = AppendContext {
            leader_epoch,
            now: wall,
        };
        let appended = self.open_log(store)?.append_later(batch, context)?;
        if let Some(producer) = producer {
            self.verifications.opened(producer.producer);
        }
        Ok(appended)
    }

    /// Whether nothing that was appended waits to be written.
    pub(crate) fn is_written_out(&self) -> bool {
        self.log.as_ref().is_none_or(PartitionLog::is_written_out)
    }

    /// Writes what waits for it; it still does after an error.
    pub(crate) fn write_out(&mut self) -> Result<(), Failure> {
        match &mut self.log {
            Some(log) => Ok(log.write_out()?),
            None => Ok(()),
        }
    }

    /// Writes a batch that the broker itself made.
    pub(crate) fn append_own(
        &mut self,
        store: &LogStore<RealDisk>,
        batch: Bytes,
        admitted: Admitted,
        wall: Timestamp,
    ) -> Result<Appended, Failure> {
        self.check_sound()?;
        let leader_epoch = self.replica.check_append(Acks::All)?;
        let context = AppendContext {
            leader_epoch,
            now: wall,
        };
        let header = BatchHeader::parse(&batch)?;
        let producer = ProducerBatch::of(&header).filter(|producer| producer.transactional);
        if let (Some(producer), Admitted::With(guard)) = (&producer, admitted) {
            self.check_admitted(producer, guard)?;
        }
        let appended = self.open_log(store)?.append_batch(batch, context)?;
        if let Some(producer) = producer {
            self.verifications.opened(producer.producer);
        }
        Ok(appended)
    }

    /// The end of a transaction that a client asks for, as it is written.
    pub(crate) fn marker_of_client(&self, asked: &Marker, oldest: CoordinatorEpoch) -> Marker {
        let none = ProducerStates::default();
        let states = self.log.as_ref().map_or(&none, PartitionLog::producers);
        states.marker_of_client(asked, oldest)
    }

    /// Writes the end of a transaction.
    pub(crate) fn append_marker(
        &mut self,
        store: &LogStore<RealDisk>,
        marker: &Marker,
        rule: MarkerRule,
        wall: Timestamp,
    ) -> Result<Appended, Failure> {
        let leader_epoch = self.replica.check_append(Acks::All)?;
        let context = AppendContext {
            leader_epoch,
            now: wall,
        };
        let log = self.open_log(store)?;
        let appended = log.append_marker(marker, rule, context)?;
        self.verifications.ended(marker, rule);
        Ok(appended)
    }

    /// What the transaction coordinator has to be asked with before a batch is written; `None`
    /// when the batch's transaction is open here already, and when the batch will be refused in any
    /// case: a transaction that a damaged partition belongs to never ends.
    pub(crate) fn begin_verification(
        &mut self,
        batch: &ProducerBatch,
        support: Support,
    ) -> Option<Guard> {
        if self.is_damaged {
            return None;
        }
        let none = ProducerStates::default();
        let states = self.log.as_ref().map_or(&none, PartitionLog::producers);
        self.verifications.begin(states, batch, support)
    }

    /// The coordinator knows nothing of the producer's transaction.
    pub(crate) fn verification_failed(&mut self, producer: ProducerId, guard: Guard) {
        self.verifications.refused(producer, guard);
    }

    fn check_admitted(&self, batch: &ProducerBatch, guard: Option<Guard>) -> Result<(), Failure> {
        let none = ProducerStates::default();
        let states = self.log.as_ref().map_or(&none, PartitionLog::producers);
        let verified = self.verifications.check(states, batch, guard);
        // What was written before is answered as it was.
        if verified == Verified::Yes || matches!(states.check(batch), Ok(Verdict::Duplicate(_))) {
            return Ok(());
        }
        Err(match verified {
            Verified::OutOfOrder => ErrorCode::OutOfOrderSequenceNumber.into(),
            Verified::Yes | Verified::No => Failure::NotInTransaction,
        })
    }

    fn open_log(
        &mut self,
        store: &LogStore<RealDisk>,
    ) -> Result<&mut PartitionLog<RealDisk>, Failure> {
        // Nothing that is missing may be taken for nothing that ever was.
        self.check_sound()?;
        match &mut self.log {
            Some(log) => Ok(log),
            empty => {
                let log = store.create_partition(self.id.clone(), self.settings.log.clone())?;
                Ok(empty.insert(log))
            }
        }
    }

    /// The journal is durable up to `lsn`: tells the replica what that means for this log.
    pub(crate) fn synced(&mut self, lsn: Lsn) -> Vec<ReplicaOutput> {
        let mut outputs = Vec::new();
        if let Some(log) = &mut self.log {
            let durable = log.synced_offset(lsn);
            self.replica.synced(durable, &mut outputs);
        }
        outputs
    }

    /// Reads whole batches from `from` on, as far as `reader` may see.
    pub(crate) fn read(
        &self,
        (reader, isolation): (Reader, Isolation),
        from: Offset,
        max_bytes: usize,
        minimum: Minimum,
    ) -> Result<ReadResult, Failure> {
        self.check_sound()?;
        let last_stable = self.last_stable();
        let bound = match isolation {
            Isolation::ReadUncommitted => self.replica.fetch_bound(reader),
            Isolation::ReadCommitted => last_stable,
        };
        let records = match &self.log {
            Some(log) => log.read(from, max_bytes, bound, minimum)?,
            None if from == Offset(0) => Bytes::new(),
            None => return Err(Failure::Code(ErrorCode::OffsetOutOfRange)),
        };
        let aborted = match (&self.log, isolation) {
            (Some(log), Isolation::ReadCommitted) if !records.is_empty() => {
                log.aborted(from, end_of(&records, from))?
            }
            _ => Vec::new(),
        };
        Ok(ReadResult {
            records,
            high_watermark: self.replica.high_watermark(),
            last_stable,
            log_start: self.log_start(),
            metrics: Arc::clone(&self.metrics),
            aborted,
        })
    }

    /// Where `read_committed` stops: at the first transaction that is open, or whose end is not
    /// below the high watermark.
    pub(crate) fn last_stable(&self) -> Offset {
        let high_watermark = Offset(self.replica.high_watermark().0);
        let unstable = self.log.as_ref().and_then(PartitionLog::first_unstable);
        unstable.map_or(high_watermark, |first| first.min(high_watermark))
    }

    /// How far clients read.
    pub(crate) fn bound(&self, isolation: Isolation) -> Offset {
        match isolation {
            Isolation::ReadUncommitted => self.replica.fetch_bound(Reader::Consumer),
            Isolation::ReadCommitted => self.last_stable(),
        }
    }

    /// The high watermark has moved.
    pub(crate) fn advanced(&mut self, high_watermark: HighWatermark) {
        if let Some(log) = &mut self.log {
            log.settle(Offset(high_watermark.0));
        }
        self.wake();
    }

    /// Removes what retention says, and gives the files that are no part of the log any more.
    pub(crate) fn expire(
        &mut self,
        now: Timestamp,
    ) -> Result<Option<ExpiredSegments<RealDisk>>, Failure> {
        let bound = Offset(self.replica.high_watermark().0);
        self.moving_start(|log| log.expire(now, bound))
    }

    /// Removes what lies before an offset.
    pub(crate) fn delete_records_before(
        &mut self,
        start: Offset,
    ) -> Result<Option<ExpiredSegments<RealDisk>>, Failure> {
        self.moving_start(|log| log.delete_records_before(start))
    }

    fn moving_start<T>(
        &mut self,
        remove: impl FnOnce(&mut PartitionLog<RealDisk>) -> Result<Option<T>, AppendError>,
    ) -> Result<Option<T>, Failure> {
        let before = self.log_start();
        let removed = match &mut self.log {
            Some(log) => remove(log)?,
            None => None,
        };
        if self.log_start() != before {
            self.wake();
        }
        Ok(removed)
    }

    /// Notifies `waiter`, once, when a read may tell something else: after the high watermark or
    /// the log's start has moved, and when the partition's leadership changes or it is deleted.
    pub(crate) fn wait(&mut self, waiter: &Arc<Notify>) {
        self.waiting.add(waiter);
    }

    /// Wakes everyone who waits for this partition.
    pub(crate) fn wake(&mut self) {
        self.waiting.wake();
    }
}

/// The offset behind the last of some whole batches.
fn end_of(records: &Bytes, from: Offset) -> Offset {
    let (mut rest, mut end) = (&records[..], from);
    while let Ok(header) = BatchHeader::parse(rest) {
        end = Offset(header.last_offset()).plus(1);
        rest = rest.get(header.total_len()..).unwrap_or_default();
    }
    end
}

/// What `config` means for a log.
pub(crate) fn log_settings(config: &TopicConfig, settings: &BrokerSettings) -> PartitionSettings {
    let timestamp_type = match config.timestamp_type {
        TimestampType::CreateTime => RecordTimestampType::CreateTime,
        TimestampType::LogAppendTime => RecordTimestampType::LogAppendTime,
    };
    // Compacted logs are not thinned by age or size unless they also say `delete`.
    let retention = |limit: i64| u64::try_from(limit).ok().filter(|_| config.cleanup.delete);
    let compaction = config.cleanup.compact.then(|| CompactionSettings {
        min_dirty_ratio: config.min_cleanable_dirty_ratio,
        min_lag_ms: positive_u64(config.min_compaction_lag_ms),
        max_lag_ms: positive_u64(config.max_compaction_lag_ms),
        delete_retention_ms: positive_u64(config.delete_retention_ms),
    });
    // What is still written is never compacted, so it must not be written for longer than that.
    let max_lag_ms = compaction.as_ref().map_or(u64::MAX, |of| of.max_lag_ms);
    let log = LogSettings {
        segment_bytes: positive_u32(config.segment_bytes),
        segment_ms: positive_u64(config.segment_ms).min(max_lag_ms),
        index_interval_bytes: positive_u32(config.index_interval_bytes),
        index_bytes: positive_u32(config.segment_index_bytes),
        retention_ms: retention(config.retention_ms),
        retention_bytes: retention(config.retention_bytes),
        compaction,
        producer_expiration_ms: positive_u64(settings.producer_id_expiration_ms),
        rules: AppendRules {
            max_message_bytes: positive_u32(config.max_message_bytes),
            timestamp_type,
            timestamp_before_max_ms: positive_u64(config.timestamp_before_max_ms),
            timestamp_after_max_ms: positive_u64(config.timestamp_after_max_ms),
        },
    };
    PartitionSettings {
        log,
        topic: config.clone(),
        decompressed_max: settings.batch_decompressed_bytes_max,
    }
}

fn positive_u32(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn positive_u64(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn those_who_have_gone_are_forgotten_and_those_who_wait_are_woken_once() {
        let mut waiters = Waiters::default();
        let staying: Vec<_> = (0..100).map(|_| Arc::new(Notify::new())).collect();
        let mut longest = 0;
        for number in 0..10_000 {
            match staying.get(number) {
                Some(waiter) => waiters.add(waiter),
                None => waiters.add(&Arc::new(Notify::new())),
            }
            longest = longest.max(waiters.all.len());
        }
        assert!(longest <= 201, "{longest} are kept for 100");
        waiters.wake();
        assert_eq!(waiters.all.len(), 0);
        let is_woken = |waiter: &Arc<Notify>| waiter.notified().now_or_never().is_some();
        assert!(staying.iter().all(is_woken));
        assert!(!staying.iter().any(is_woken));
    }
}
