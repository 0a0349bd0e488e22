//! `OffsetCommit` and `OffsetDelete`.

use kavka_protocol::messages::offset_commit_request::OffsetCommitRequestTopic;
use kavka_protocol::messages::offset_commit_response::{
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use kavka_protocol::messages::offset_delete_response::{
    OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};
use kavka_protocol::messages::{
    ConsumerProtocolSubscription, OffsetCommitRequest, OffsetCommitResponse, OffsetDeleteRequest,
    OffsetDeleteResponse,
};
use kavka_protocol::{ErrorCode, Message, Reader};

use super::effects::{After, Effects};
use super::messages::{CoordinatorRecord, GroupResponse};
use super::offset::{Committed, OffsetKey};
use super::records;
use super::state::{Group, State};
use crate::metadata::MetadataImage;
use crate::types::{LeaderEpoch, Offset, PartitionIndex, ReplyToken, Timestamp};

/// Topics go by identity from this version on.
const TOPIC_IDS_FROM: i16 = 10;
/// The protocol type of ordinary consumers, whose subscriptions can be read.
const CONSUMER: &str = "consumer";

impl Group {
    /// Hands offsets to the log; they are visible, and the answer is given, when it has them.
    pub(super) fn commit(
        &mut self,
        token: ReplyToken,
        version: i16,
        request: &OffsetCommitRequest,
        fx: &mut Effects<'_>,
    ) {
        if let Err(code) = self.check_commit(request) {
            fx.reply(
                token,
                GroupResponse::OffsetCommit(refuse_commit(request, code)),
            );
            return;
        }
        self.beat(&request.member_id, fx);
        let mut offsets = Vec::new();
        let mut topics = Vec::new();
        for topic in &request.topics {
            let named = name_of(topic, version, fx.context.image);
            let mut partitions = Vec::new();
            for partition in &topic.partitions {
                let asked = |topic: String| Asked {
                    topic,
                    partition: partition.partition_index,
                    offset: partition.committed_offset,
                    leader_epoch: partition.committed_leader_epoch,
                    metadata: partition.committed_metadata.as_deref(),
                    keep_ms: request.retention_time_ms,
                };
                let named = named.clone();
                let offset = named.and_then(|name| self.offset_to_keep(asked(name), fx));
                let code = offset.as_ref().err().copied().unwrap_or(ErrorCode::None);
                offsets.extend(offset);
                partitions.push(OffsetCommitResponsePartition {
                    partition_index: partition.partition_index,
                    error_code: code.code(),
                });
            }
            let (name, topic_id) = (topic.name.clone(), topic.topic_id);
            topics.push(OffsetCommitResponseTopic {
                name,
                topic_id,
                partitions,
            });
        }
        let response = OffsetCommitResponse {
            topics,
            ..Default::default()
        };
        let response = GroupResponse::OffsetCommit(response);
        if offsets.is_empty() {
            fx.reply(token, response);
            return;
        }
        let records = offsets
            .iter()
            .map(|(key, offset)| records::offset(&self.id, key, Some(offset)));
        let records = records.collect::<Result<Vec<_>, _>>();
        self.append(
            records,
            After::Offsets {
                offsets,
                token,
                response,
            },
            fx,
        );
    }

    fn check_commit(&self, request: &OffsetCommitRequest) -> Result<(), ErrorCode> {
        let generation = request.generation_id_or_member_epoch;
        let (member, instance) = (&request.member_id, request.group_instance_id.as_deref());
        if self.state == State::Dead {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        // Somebody who uses the group only to keep offsets, and nobody is in it.
        if generation < 0 && self.state == State::Empty && self.members.is_empty() {
            return Ok(());
        }
        if generation >= 0 || !member.is_empty() || instance.is_some() {
            self.check_member(member, instance)?;
            self.check_generation(generation)?;
        } else {
            return Err(ErrorCode::UnknownMemberId);
        }
        match self.state {
            State::CompletingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// An offset as it will be kept, or why it will not.
    pub(super) fn offset_to_keep(
        &mut self,
        asked: Asked<'_>,
        fx: &Effects<'_>,
    ) -> Result<(OffsetKey, Committed), ErrorCode> {
        let (topic, partition) = (asked.topic, asked.partition);
        let image = fx.context.image;
        if image.partition(&topic, PartitionIndex(partition)).is_none() {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        let metadata = asked.metadata.unwrap_or_default().to_owned();
        let longest = usize::try_from(fx.config.offset_metadata_max_bytes).unwrap_or(0);
        if metadata.len() > longest {
            return Err(ErrorCode::OffsetMetadataTooLarge);
        }
        let (at, keep) = (fx.context.wall, asked.keep_ms);
        let committed = Committed {
            offset: Offset(asked.offset),
            leader_epoch: LeaderEpoch(asked.leader_epoch),
            metadata,
            at,
            expires: (keep >= 0).then(|| Timestamp(at.0.saturating_add(keep))),
            order: self.next_order(),
        };
        Ok((OffsetKey { topic, partition }, committed))
    }

    /// The place of the next commit among all of the group.
    pub(super) fn next_order(&mut self) -> u64 {
        self.last_order += 1;
        self.last_order
    }

    /// Offsets that the log has, or has not.
    pub(super) fn commit_done(
        &mut self,
        offsets: Vec<(OffsetKey, Committed)>,
        token: ReplyToken,
        mut response: GroupResponse,
        result: Result<(), ErrorCode>,
        fx: &mut Effects<'_>,
    ) {
        match result {
            Ok(()) => self.offsets.extend(offsets),
            Err(code) => {
                if let GroupResponse::OffsetCommit(response) = &mut response {
                    let topics = response.topics.iter_mut();
                    for partition in topics.flat_map(|topic| &mut topic.partitions) {
                        if partition.error_code == ErrorCode::None.code() {
                            partition.error_code = code.code();
                        }
                    }
                }
            }
        }
        fx.reply(token, response);
    }

    /// Forgets offsets that nobody who is in the group reads on from.
    pub(super) fn delete_offsets(
        &mut self,
        token: ReplyToken,
        request: &OffsetDeleteRequest,
        fx: &mut Effects<'_>,
    ) {
        let subscribed = match self.state {
            State::Dead => Err(ErrorCode::GroupIdNotFound),
            State::Empty => Ok(Some(Vec::new())),
            _ if self.protocol_type.as_deref() == Some(CONSUMER) => Ok(self.subscribed_topics()),
            _ => Err(ErrorCode::NonEmptyGroup),
        };
        let subscribed = match subscribed {
            Ok(subscribed) => subscribed,
            Err(code) => {
                let response = OffsetDeleteResponse {
                    error_code: code.code(),
                    ..Default::default()
                };
                fx.reply(token, GroupResponse::OffsetDelete(response));
                return;
            }
        };
        let mut keys = Vec::new();
        let mut topics = Vec::new();
        for topic in &request.topics {
            let read = subscribed
                .as_ref()
                .is_none_or(|names| names.contains(&topic.name));
            let mut partitions = Vec::new();
            for partition in &topic.partitions {
                let index = partition.partition_index;
                let key = OffsetKey {
                    topic: topic.name.clone(),
                    partition: index,
                };
                let code = if read {
                    ErrorCode::GroupSubscribedToTopic
                } else {
                    ErrorCode::None
                };
                if !read && (self.offsets.contains_key(&key) || self.is_pending(&key)) {
                    keys.push(key);
                }
                partitions.push(OffsetDeleteResponsePartition {
                    partition_index: index,
                    error_code: code.code(),
                });
            }
            topics.push(OffsetDeleteResponseTopic {
                name: topic.name.clone(),
                partitions,
            });
        }
        let response = OffsetDeleteResponse {
            topics,
            ..Default::default()
        };
        let response = GroupResponse::OffsetDelete(response);
        if keys.is_empty() {
            fx.reply(token, response);
        } else {
            self.forget(keys, Some((token, response)), fx);
        }
    }

    /// Takes offsets out of the log, and then out of sight.
    pub(super) fn forget(
        &mut self,
        keys: Vec<OffsetKey>,
        reply: Option<(ReplyToken, GroupResponse)>,
        fx: &mut Effects<'_>,
    ) {
        let records = keys.iter().map(|key| records::offset(&self.id, key, None));
        let records = records.collect::<Result<Vec<CoordinatorRecord>, _>>();
        let last = self.last_order;
        self.append(records, After::OffsetsGone { keys, last, reply }, fx);
    }

    pub(super) fn forgotten(
        &mut self,
        keys: &[OffsetKey],
        last: u64,
        reply: Option<(ReplyToken, GroupResponse)>,
        result: Result<(), ErrorCode>,
        fx: &mut Effects<'_>,
    ) {
        if result.is_ok() {
            for key in keys {
                if self.offsets.get(key).is_some_and(|it| it.order <= last) {
                    self.offsets.remove(key);
                }
                self.drop_pending(key, last);
            }
        }
        let Some((token, mut response)) = reply else {
            return;
        };
        if let (Err(code), GroupResponse::OffsetDelete(response)) = (result, &mut response) {
            response.error_code = code.code();
            response.topics.clear();
        }
        fx.reply(token, response);
    }

    /// What the members read; none when one of them does not say it in a form that is known.
    pub(super) fn subscribed_topics(&self) -> Option<Vec<String>> {
        if self.protocol_type.as_deref() != Some(CONSUMER) {
            return None;
        }
        let mut topics = Vec::new();
        for member in self.members.values() {
            let (_, metadata) = member.protocols.first()?;
            let mut reader = Reader::new(metadata.clone());
            let version = reader
                .i16()
                .ok()?
                .min(ConsumerProtocolSubscription::MAX_VERSION);
            let subscription = ConsumerProtocolSubscription::decode(&mut reader, version).ok()?;
            topics.extend(subscription.topics);
        }
        Some(topics)
    }
}

/// An offset that a client commits.
pub(super) struct Asked<'a> {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) leader_epoch: i32,
    pub(super) metadata: Option<&'a str>,
    /// -1 leaves it to the group.
    pub(super) keep_ms: i64,
}

fn name_of(
    topic: &OffsetCommitRequestTopic,
    version: i16,
    image: &MetadataImage,
) -> Result<String, ErrorCode> {
    if version < TOPIC_IDS_FROM {
        return Ok(topic.name.clone());
    }
    let known = image
        .topic_by_id(topic.topic_id)
        .ok_or(ErrorCode::UnknownTopicId)?;
    Ok(known.name.to_string())
}

/// The same error for every partition.
pub(super) fn refuse_commit(
    request: &OffsetCommitRequest,
    code: ErrorCode,
) -> OffsetCommitResponse {
    let topics = request
        .topics
        .iter()
        .map(|topic| OffsetCommitResponseTopic {
            name: topic.name.clone(),
            topic_id: topic.topic_id,
            partitions: topic
                .partitions
                .iter()
                .map(|partition| OffsetCommitResponsePartition {
                    partition_index: partition.partition_index,
                    error_code: code.code(),
                })
                .collect(),
        });
    OffsetCommitResponse {
        topics: topics.collect(),
        ..Default::default()
    }
}
