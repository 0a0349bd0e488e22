//! The coordinator with its log and the partitions of its transactions.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use kavka_core::config::TransactionConfig;
use kavka_core::group::{AppendToken, Context, CoordinatorRecord};
use kavka_core::log::{Marker, MarkerRule};
use kavka_core::metadata::{MetadataImage, ProducerIdBlock, TRANSACTION_STATE};
use kavka_core::transaction::{
    MarkerToken, TopicPartition, TransactionCoordinator, TransactionInput, TransactionOutput,
    TransactionRequest, TransactionResponse,
};
use kavka_core::types::{
    Instant, LeaderEpoch, Lsn, Offset, PartitionIndex, ProducerId, ReplyToken, Timestamp,
};
use kavka_disk::{
    AppendContext, AppendError, Appended, LogStore, Minimum, PartitionId, PartitionLog,
};
use kavka_protocol::messages::{PartitionRecord, TopicRecord};
use kavka_protocol::records::{BatchBuilder, Batches, Compression};
use kavka_protocol::{ErrorCode, Uuid};

use super::{PARTITIONS, Report, TOPIC, World};
use crate::plan::{self, Disk};

/// The coordinator's log among the partitions.
const STATE: i32 = -1;

type Results = Vec<(TopicPartition, Result<(), ErrorCode>)>;

/// A running broker.
pub(super) struct Shell {
    store: LogStore<Disk>,
    /// By number; the coordinator's own has [`STATE`].
    pub(super) logs: BTreeMap<i32, PartitionLog<Disk>>,
    coordinator: TransactionCoordinator,
    image: MetadataImage,
    now: Instant,
    report: Report,
    appends: VecDeque<(AppendToken, Lsn)>,
    markers: VecDeque<(MarkerToken, Lsn, Results)>,
    replies: BTreeMap<ReplyToken, TransactionResponse>,
    tokens: u64,
}

impl Shell {
    pub(super) fn start(world: &mut World, report: Report) -> Result<Self, String> {
        let opened = plan::open(&world.disk, world.open_max)?.opened;
        if let Some(damaged) = opened.report.damaged.first() {
            return Err(format!("damaged: {damaged:?}"));
        }
        let mut logs = BTreeMap::new();
        for log in opened.logs {
            logs.insert(number_of(log.id()), log);
        }
        for number in STATE..PARTITIONS {
            if let Entry::Vacant(missing) = logs.entry(number) {
                let id = id_of(number);
                let settings = plan::log_settings(&id.topic);
                let made = opened.store.create_partition(id, settings);
                missing.insert(made.map_err(|error| error.to_string())?);
            }
        }
        world.reign += 1;
        let mut shell = Self {
            store: opened.store,
            logs,
            coordinator: TransactionCoordinator::new(TransactionConfig::default()),
            image: image(),
            now: Instant(0),
            report,
            appends: VecDeque::new(),
            markers: VecDeque::new(),
            replies: BTreeMap::new(),
            tokens: 0,
        };
        shell.load(world)?;
        Ok(shell)
    }

    fn load(&mut self, world: &mut World) -> Result<(), String> {
        let partition = PartitionIndex(0);
        self.input(world, TransactionInput::Partitions(1))?;
        let leader_epoch = LeaderEpoch(world.reign);
        let elected = TransactionInput::Elected {
            partition,
            leader_epoch,
        };
        self.input(world, elected)?;
        for records in self.stored()? {
            self.input(world, TransactionInput::Loaded { partition, records })?;
        }
        self.input(world, TransactionInput::LoadDone { partition })
    }

    /// The records of the coordinator's log.
    fn stored(&self) -> Result<Vec<Vec<CoordinatorRecord>>, String> {
        let log = &self.logs[&STATE];
        let (mut from, end) = (log.start_offset(), log.end_offset());
        let mut all = Vec::new();
        while from < end {
            let read = log
                .read(from, 1000, end, Minimum::OneBatch)
                .map_err(|error| error.to_string())?;
            for batch in Batches::new(read) {
                let batch = batch.map_err(|error| error.to_string())?;
                from = Offset(batch.header.last_offset()).plus(1);
                let mut records = Vec::new();
                for record in batch.records(1 << 20).map_err(|error| error.to_string())? {
                    let record = record.map_err(|error| error.to_string())?;
                    records.push(CoordinatorRecord {
                        key: record.key.ok_or("no key")?,
                        value: record.value,
                    });
                }
                all.push(records);
            }
        }
        Ok(all)
    }

    pub(super) fn ask(
        &mut self,
        world: &mut World,
        request: TransactionRequest,
    ) -> Result<ReplyToken, String> {
        self.tokens += 1;
        let token = ReplyToken(self.tokens);
        let asked = TransactionInput::Request {
            token,
            version: 5,
            request,
        };
        self.input(world, asked)?;
        Ok(token)
    }

    pub(super) fn answer(&mut self, token: ReplyToken) -> Option<TransactionResponse> {
        self.replies.remove(&token)
    }

    fn input(&mut self, world: &mut World, input: TransactionInput) -> Result<(), String> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let context = Context {
                now: self.now,
                wall: Timestamp(1_000_000 + i64::try_from(self.now.0 / 1_000_000).unwrap()),
                image: &self.image,
            };
            let mut out = Vec::new();
            self.coordinator.step(&context, input, &mut out);
            for output in out {
                inputs.extend(self.perform(world, output));
                if world.disk.has_crashed() {
                    return Err("the power is gone".to_owned());
                }
            }
        }
        Ok(())
    }

    fn perform(
        &mut self,
        world: &mut World,
        output: TransactionOutput,
    ) -> Option<TransactionInput> {
        match output {
            TransactionOutput::Reply { token, response } => {
                self.replies.insert(token, response);
                None
            }
            TransactionOutput::Append {
                append, records, ..
            } => match self.append_state(&records) {
                Ok(_) if self.report == Report::Written => {
                    let result = Ok(());
                    Some(TransactionInput::Appended { append, result })
                }
                Ok(appended) => {
                    self.appends.push_back((append, appended.lsn));
                    None
                }
                Err(error) => {
                    let result = Err(error.code());
                    Some(TransactionInput::Appended { append, result })
                }
            },
            TransactionOutput::WriteMarkers {
                markers,
                marker,
                rule,
                partitions,
            } => {
                self.write_markers(world, markers, (&marker, rule), partitions);
                None
            }
            TransactionOutput::AllocateProducerIds => {
                let first = ProducerId(world.next_producer);
                world.next_producer += 3;
                let block = ProducerIdBlock { first, count: 3 };
                Some(TransactionInput::ProducerIds(Ok(block)))
            }
        }
    }

    fn append_state(&mut self, records: &[CoordinatorRecord]) -> Result<Appended, AppendError> {
        let mut batch = BatchBuilder::new(Compression::None);
        for record in records {
            batch.push(1_000, Some(&record.key), record.value.as_deref(), &[]);
        }
        let log = self.logs.get_mut(&STATE).unwrap();
        log.append_batch(batch.build().unwrap(), context())
    }

    /// Some partitions have no leader just now.
    fn write_markers(
        &mut self,
        world: &mut World,
        token: MarkerToken,
        (marker, rule): (&Marker, MarkerRule),
        partitions: Vec<TopicPartition>,
    ) {
        let mut last = Lsn(0);
        let mut results = Vec::new();
        for place in partitions {
            let log = self.logs.get_mut(&place.partition).unwrap();
            let result = if world.random.chance(20) {
                Err(ErrorCode::NotLeaderOrFollower)
            } else {
                let written = log.append_marker(marker, rule, context());
                written.map_err(|error| error.code()).map(|appended| {
                    last = last.max(appended.lsn);
                })
            };
            results.push((place, result));
        }
        self.markers.push_back((token, last, results));
    }

    /// Writes a value for a transaction; where it is in the journal.
    pub(super) fn write(
        &mut self,
        partition: i32,
        (producer, epoch, sequence): (i64, i16, i32),
        value: u64,
    ) -> Result<Lsn, AppendError> {
        let mut batch = BatchBuilder::new(Compression::None)
            .producer(producer, epoch, sequence)
            .transactional();
        batch.push(1_000, None, Some(&value.to_be_bytes()), &[]);
        let log = self.logs.get_mut(&partition).unwrap();
        let appended = log.append_batch(batch.build().unwrap(), context())?;
        Ok(appended.lsn)
    }

    pub(super) fn synced(&self) -> Lsn {
        self.store.journal().synced()
    }

    /// Syncs the journal and reports what that has made durable.
    pub(super) fn sync(&mut self, world: &mut World) -> Result<(), String> {
        let synced = self
            .store
            .journal()
            .sync()
            .map_err(|error| error.to_string())?;
        while let Some((append, _)) = self.appends.pop_front_if(|(_, lsn)| *lsn <= synced) {
            let result = Ok(());
            self.input(world, TransactionInput::Appended { append, result })?;
        }
        while let Some((markers, _, results)) =
            self.markers.pop_front_if(|(_, lsn, _)| *lsn <= synced)
        {
            self.input(world, TransactionInput::MarkersWritten { markers, results })?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), String> {
        self.store.flush().map_err(|error| error.to_string())?;
        self.store.close_resting();
        Ok(())
    }

    pub(super) fn pass(&mut self, world: &mut World, milliseconds: u64) -> Result<(), String> {
        self.now = self.now.plus_ms(milliseconds);
        self.input(world, TransactionInput::Tick)
    }

    pub(super) fn is_at_rest(&self) -> bool {
        self.appends.is_empty() && self.markers.is_empty()
    }
}

fn context() -> AppendContext {
    AppendContext {
        leader_epoch: LeaderEpoch(0),
        now: Timestamp(1_000),
    }
}

fn id_of(number: i32) -> PartitionId {
    let (topic, topic_id) = match number {
        STATE => (TRANSACTION_STATE, Uuid([9; 16])),
        _ => (TOPIC, Uuid([7; 16])),
    };
    PartitionId {
        topic: topic.into(),
        topic_id,
        partition: PartitionIndex(number.max(0)),
    }
}

fn number_of(id: &PartitionId) -> i32 {
    match &*id.topic {
        TRANSACTION_STATE => STATE,
        _ => id.partition.0,
    }
}

fn image() -> MetadataImage {
    let mut image = MetadataImage::default();
    let topic_id = id_of(0).topic_id;
    let topic = TopicRecord {
        name: TOPIC.to_owned(),
        topic_id,
    };
    image.apply(&topic.into()).unwrap();
    for partition_id in 0..PARTITIONS {
        let partition = PartitionRecord {
            partition_id,
            topic_id,
            replicas: vec![0],
            isr: vec![0],
            leader: 0,
            ..PartitionRecord::default()
        };
        image.apply(&partition.into()).unwrap();
    }
    image
}
