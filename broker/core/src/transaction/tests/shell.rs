//! A shell whose log is a list, and whose appends and markers are done when the test says so.

use std::collections::{BTreeMap, VecDeque};

use kavka_protocol::Message as _;
use kavka_protocol::messages::{PartitionRecord, TopicRecord};
use kavka_protocol::{Uuid, Writer};

use super::*;
use crate::group::{AppendToken, CoordinatorRecord};
use crate::log::MarkerRule;
use crate::metadata::{CONSUMER_OFFSETS, MetadataImage, ProducerIdBlock};
use crate::types::{LeaderEpoch, PartitionIndex, ProducerId, Timestamp};

pub(super) const PARTITIONS: i32 = 4;

/// Markers that are to be written.
#[derive(Debug, Clone)]
pub(super) struct Ordered {
    pub(super) token: MarkerToken,
    pub(super) marker: Marker,
    pub(super) rule: MarkerRule,
    pub(super) partitions: Vec<TopicPartition>,
}

pub(super) struct Shell {
    pub(super) coordinator: TransactionCoordinator,
    pub(super) image: MetadataImage,
    pub(super) now: Instant,
    pub(super) wall: Timestamp,
    pub(super) log: Vec<CoordinatorRecord>,
    pub(super) appends: VecDeque<(AppendToken, Vec<CoordinatorRecord>)>,
    pub(super) ordered: VecDeque<Ordered>,
    /// Markers that were written, in order.
    pub(super) written: Vec<(Marker, TopicPartition)>,
    pub(super) next_id: i64,
    pub(super) ids_refused: bool,
    pub(super) leader_epoch: i32,
    replies: BTreeMap<ReplyToken, TransactionResponse>,
    versions: BTreeMap<ReplyToken, i16>,
    next: u64,
}

pub(super) fn image() -> MetadataImage {
    let mut image = MetadataImage::default();
    for (number, name) in [(7, "t"), (8, CONSUMER_OFFSETS)] {
        let topic_id = Uuid([number; 16]);
        let topic = TopicRecord {
            name: name.to_owned(),
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
                ..Default::default()
            };
            image.apply(&partition.into()).unwrap();
        }
    }
    image
}

impl Shell {
    pub(super) fn new() -> Self {
        Self::with(TransactionConfig::default())
    }

    pub(super) fn with(config: TransactionConfig) -> Self {
        let mut shell = Self {
            coordinator: TransactionCoordinator::new(config),
            image: image(),
            now: Instant(0),
            wall: Timestamp(1_000_000),
            log: Vec::new(),
            appends: VecDeque::new(),
            ordered: VecDeque::new(),
            written: Vec::new(),
            next_id: 100,
            ids_refused: false,
            leader_epoch: 0,
            replies: BTreeMap::new(),
            versions: BTreeMap::new(),
            next: 0,
        };
        shell.load();
        shell
    }

    fn load(&mut self) {
        let partition = PartitionIndex(0);
        self.input(TransactionInput::Partitions(1));
        self.input(TransactionInput::Elected {
            partition,
            leader_epoch: LeaderEpoch(self.leader_epoch),
        });
        let records = self.log.clone();
        self.input(TransactionInput::Loaded { partition, records });
        self.input(TransactionInput::LoadDone { partition });
    }

    /// Whether a partition is part of a producer's open transaction.
    pub(super) fn is_open(&self, id: &str, producer: (i64, i16), partition: i32) -> bool {
        let Some(transaction) = self.coordinator.transactions.get(id) else {
            return false;
        };
        let status = &transaction.status;
        let topic = "t".to_owned();
        (status.producer.0, status.epoch.0) == producer
            && status.state == super::state::State::Ongoing
            && transaction.change.is_none()
            && status
                .partitions
                .contains(&TopicPartition { topic, partition })
    }

    /// A new process with the old log; who waited hears nothing any more.
    pub(super) fn restart(&mut self) {
        let config = self.coordinator.config.clone();
        self.coordinator = TransactionCoordinator::new(config);
        self.appends.clear();
        self.ordered.clear();
        self.leader_epoch += 1;
        self.load();
    }

    pub(super) fn input(&mut self, input: TransactionInput) {
        let mut out = Vec::new();
        let context = Context {
            now: self.now,
            wall: self.wall,
            image: &self.image,
        };
        self.coordinator.step(&context, input, &mut out);
        for output in out {
            self.output(output);
        }
    }

    fn output(&mut self, output: TransactionOutput) {
        match output {
            TransactionOutput::Reply { token, response } => {
                encode(&response, self.versions[&token]);
                let before = self.replies.insert(token, response);
                assert_eq!(before, None, "answered twice");
            }
            TransactionOutput::Append {
                append, records, ..
            } => self.appends.push_back((append, records)),
            TransactionOutput::WriteMarkers {
                markers,
                marker,
                rule,
                partitions,
            } => self.ordered.push_back(Ordered {
                token: markers,
                marker,
                rule,
                partitions,
            }),
            TransactionOutput::AllocateProducerIds => {
                let block = if self.ids_refused {
                    Err(ErrorCode::CoordinatorLoadInProgress)
                } else {
                    // Blocks are small, so that tests go through several.
                    let first = ProducerId(self.next_id);
                    self.next_id += 3;
                    Ok(ProducerIdBlock { first, count: 3 })
                };
                self.input(TransactionInput::ProducerIds(block));
            }
        }
    }

    pub(super) fn send(&mut self, version: i16, request: TransactionRequest) -> ReplyToken {
        self.next += 1;
        let token = ReplyToken(self.next);
        self.versions.insert(token, version);
        self.input(TransactionInput::Request {
            token,
            version,
            request,
        });
        token
    }

    pub(super) fn take(&mut self, token: ReplyToken) -> Option<TransactionResponse> {
        self.replies.remove(&token)
    }

    /// The answer once the log has what it waits for; markers stay where they are.
    pub(super) fn answered(&mut self, token: ReplyToken) -> TransactionResponse {
        while !self.replies.contains_key(&token) && !self.appends.is_empty() {
            self.complete_one(Ok(()));
        }
        self.take(token).expect("is answered by now")
    }

    /// The answer once everything under way is done.
    pub(super) fn settled(&mut self, token: ReplyToken) -> TransactionResponse {
        let is_at_rest = |shell: &Self| shell.appends.is_empty() && shell.ordered.is_empty();
        while !self.replies.contains_key(&token) && !is_at_rest(self) {
            self.complete_one(Ok(()));
            self.write_markers();
        }
        self.take(token).expect("is answered by now")
    }

    /// Does everything under way.
    pub(super) fn settle(&mut self) {
        while !(self.appends.is_empty() && self.ordered.is_empty()) {
            self.complete_one(Ok(()));
            self.write_markers();
        }
    }

    /// The oldest append is below the high watermark, or failed.
    pub(super) fn complete_one(&mut self, result: Result<(), ErrorCode>) {
        if let Some((append, records)) = self.appends.pop_front() {
            if result.is_ok() {
                self.log.extend(records);
            }
            self.input(TransactionInput::Appended { append, result });
        }
    }

    /// Every marker that is to be written is.
    pub(super) fn write_markers(&mut self) {
        while let Some(ordered) = self.ordered.pop_front() {
            let mut results = Vec::new();
            for partition in ordered.partitions {
                self.written.push((ordered.marker, partition.clone()));
                results.push((partition, Ok(())));
            }
            let markers = ordered.token;
            self.input(TransactionInput::MarkersWritten { markers, results });
        }
    }

    /// None of the markers that are to be written is.
    pub(super) fn refuse_markers(&mut self, code: ErrorCode) {
        for ordered in std::mem::take(&mut self.ordered) {
            let partitions = ordered.partitions.into_iter();
            let results = partitions.map(|partition| (partition, Err(code)));
            self.input(TransactionInput::MarkersWritten {
                markers: ordered.token,
                results: results.collect(),
            });
        }
    }

    /// Lets time pass, timer by timer.
    pub(super) fn pass(&mut self, milliseconds: u64) {
        let end = self.now.plus_ms(milliseconds);
        while let Some(due) = self.coordinator.next_deadline().filter(|due| *due <= end) {
            self.advance_to(due.max(self.now));
        }
        self.advance_to(end);
    }

    fn advance_to(&mut self, at: Instant) {
        let ms = i64::try_from(at.ms_since(self.now)).unwrap();
        self.now = at;
        self.wall = Timestamp(self.wall.0 + ms);
        self.input(TransactionInput::Tick);
    }
}

/// Every answer can be written in the version that was asked in.
fn encode(response: &TransactionResponse, version: i16) {
    let mut writer = Writer::new();
    let written = match response {
        TransactionResponse::InitProducerId(response) => response.encode(&mut writer, version),
        TransactionResponse::AddPartitions(_) => Ok(()),
        TransactionResponse::AddOffsets(response) => response.encode(&mut writer, version),
        TransactionResponse::EndTxn(response) => response.encode(&mut writer, version),
        TransactionResponse::Describe(response) => response.encode(&mut writer, version),
        TransactionResponse::List(response) => response.encode(&mut writer, version),
    };
    assert_eq!(written, Ok(()), "{response:?} in version {version}");
}
