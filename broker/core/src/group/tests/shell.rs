//! A shell whose log is a list and whose appends are done when the test says so.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kavka_protocol::messages::{PartitionRecord, TopicRecord};
use kavka_protocol::{Message as _, Uuid, Writer};

use super::super::*;
use crate::metadata::MetadataImage;
use crate::types::{ReplyToken, Timestamp};

pub(super) const TOPIC_ID: Uuid = Uuid([7; 16]);
pub(super) const PARTITIONS: i32 = 6;

pub(super) struct Shell {
    pub(super) coordinator: GroupCoordinator,
    pub(super) image: MetadataImage,
    pub(super) now: Instant,
    pub(super) wall: Timestamp,
    pub(super) log: Vec<CoordinatorRecord>,
    pub(super) appends: VecDeque<(AppendToken, Vec<CoordinatorRecord>)>,
    /// Limits that were reached.
    pub(super) limits: Vec<&'static str>,
    replies: BTreeMap<ReplyToken, GroupResponse>,
    versions: BTreeMap<ReplyToken, i16>,
    next: u64,
}

pub(super) fn image() -> MetadataImage {
    let mut image = MetadataImage::default();
    let topic = TopicRecord {
        name: "t".to_owned(),
        topic_id: TOPIC_ID,
    };
    image.apply(&topic.into()).unwrap();
    for partition_id in 0..PARTITIONS {
        let partition = PartitionRecord {
            partition_id,
            topic_id: TOPIC_ID,
            replicas: vec![0],
            isr: vec![0],
            leader: 0,
            ..Default::default()
        };
        image.apply(&partition.into()).unwrap();
    }
    image
}

impl Shell {
    pub(super) fn new() -> Self {
        Self::with(GroupConfig::default())
    }

    pub(super) fn with(config: GroupConfig) -> Self {
        let mut shell = Self {
            coordinator: GroupCoordinator::new(config, 1),
            image: image(),
            now: Instant(0),
            wall: Timestamp(1_000_000),
            log: Vec::new(),
            appends: VecDeque::new(),
            limits: Vec::new(),
            replies: BTreeMap::new(),
            versions: BTreeMap::new(),
            next: 0,
        };
        shell.load();
        shell
    }

    fn load(&mut self) {
        let partition = partition_for("g", 1);
        self.input(GroupInput::Partitions(1));
        self.input(GroupInput::Elected { partition });
        let records = self.log.clone();
        self.input(GroupInput::Loaded { partition, records });
        self.input(GroupInput::LoadDone { partition });
    }

    /// A new process with the old log; who waited hears nothing any more.
    pub(super) fn restart(&mut self, seed: u64) {
        let config = self.coordinator.config.clone();
        self.coordinator = GroupCoordinator::new(config, seed);
        self.appends.clear();
        self.load();
    }

    pub(super) fn input(&mut self, input: GroupInput) {
        let mut out = Vec::new();
        let context = Context {
            now: self.now,
            wall: self.wall,
            image: &self.image,
        };
        self.coordinator.step(&context, input, &mut out);
        for output in out {
            match output {
                GroupOutput::Reply { token, response } => {
                    encode(&response, self.versions[&token]);
                    let before = self.replies.insert(token, response);
                    assert_eq!(before, None, "answered twice");
                }
                GroupOutput::Append {
                    append, records, ..
                } => {
                    self.appends.push_back((append, records));
                }
                GroupOutput::LimitReached { setting } => self.limits.push(setting),
            }
        }
    }

    pub(super) fn send(&mut self, version: i16, request: GroupRequest) -> ReplyToken {
        self.next += 1;
        let token = ReplyToken(self.next);
        self.versions.insert(token, version);
        let client = Client {
            id: "client".to_owned(),
            host: "/127.0.0.1".to_owned(),
        };
        self.input(GroupInput::Request {
            token,
            version,
            client,
            request,
        });
        token
    }

    pub(super) fn take(&mut self, token: ReplyToken) -> Option<GroupResponse> {
        self.replies.remove(&token)
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
        self.input(GroupInput::Tick);
    }

    /// The oldest append is below the high watermark, or failed.
    pub(super) fn complete_one(&mut self, result: Result<(), ErrorCode>) {
        if let Some((append, records)) = self.appends.pop_front() {
            if result.is_ok() {
                self.log.extend(records);
            }
            self.input(GroupInput::Appended { append, result });
        }
    }

    pub(super) fn complete_appends(&mut self) {
        while !self.appends.is_empty() {
            self.complete_one(Ok(()));
        }
    }
}

/// Keys of the log that have a value, as compaction would leave them.
pub(super) fn live(log: &[CoordinatorRecord]) -> BTreeMap<Bytes, Bytes> {
    let mut live = BTreeMap::new();
    for record in log {
        match &record.value {
            Some(value) => live.insert(record.key.clone(), value.clone()),
            None => live.remove(&record.key),
        };
    }
    live
}

/// Every answer can be written in the version that was asked in.
fn encode(response: &GroupResponse, version: i16) {
    let mut writer = Writer::new();
    let written = match response {
        GroupResponse::JoinGroup(response) => response.encode(&mut writer, version),
        GroupResponse::SyncGroup(response) => response.encode(&mut writer, version),
        GroupResponse::Heartbeat(response) => response.encode(&mut writer, version),
        GroupResponse::LeaveGroup(response) => response.encode(&mut writer, version),
        GroupResponse::OffsetCommit(response) => response.encode(&mut writer, version),
        GroupResponse::OffsetFetch(response) => response.encode(&mut writer, version),
        GroupResponse::TxnOffsetCommit(response) => response.encode(&mut writer, version),
        GroupResponse::OffsetDelete(response) => response.encode(&mut writer, version),
        GroupResponse::DescribeGroups(response) => response.encode(&mut writer, version),
        GroupResponse::ListGroups(response) => response.encode(&mut writer, version),
        GroupResponse::DeleteGroups(response) => response.encode(&mut writer, version),
    };
    assert_eq!(written, Ok(()), "{response:?} in version {version}");
}
