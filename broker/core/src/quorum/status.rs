//! How the quorum stands, as `DescribeQuorum` (KIP-595, 853) tells it.

use kavka_protocol::messages::describe_quorum_request::TopicData as AskedTopic;
use kavka_protocol::messages::describe_quorum_response::{
    Listener, Node, PartitionData, ReplicaState, TopicData,
};
use kavka_protocol::messages::{DescribeQuorumRequest, DescribeQuorumResponse};
use kavka_protocol::{ErrorCode, Uuid};

use super::{Quorum, raft_id};
use crate::metadata::{BrokerView, METADATA_TOPIC, MetadataImage};
use crate::types::{DirectoryId, Timestamp};

/// Kafka's word for what is not known.
const UNKNOWN: i64 = -1;

/// One member of the quorum, as its leader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberStatus {
    /// Names its disk.
    pub id: u64,
    /// The last entry that it is known to have; none where this node does not lead.
    pub matched: Option<u64>,
}

/// The quorum as of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuorumStatus {
    /// This node.
    pub id: u64,
    /// Who leads; none during an election.
    pub leader: Option<u64>,
    /// The number of the reign.
    pub term: u64,
    /// The last entry that is committed.
    pub committed: u64,
    /// Those who vote.
    pub voters: Vec<MemberStatus>,
    /// Those who follow without a vote.
    pub learners: Vec<MemberStatus>,
}

impl Quorum {
    /// How the quorum stands.
    pub fn status(&self) -> QuorumStatus {
        let raft = &self.node.raft;
        let leads = self.is_leader();
        let member = |id: &u64| MemberStatus {
            id: *id,
            matched: raft
                .prs()
                .get(*id)
                .filter(|_| leads)
                .map(|progress| progress.matched),
        };
        let members = self.node.store().conf_state();
        QuorumStatus {
            id: self.config.id,
            leader: self.leader(),
            term: raft.term,
            committed: raft.raft_log.committed,
            voters: members.voters.iter().map(member).collect(),
            learners: members.learners.iter().map(member).collect(),
        }
    }
}

/// Where the members are is told from this version on.
const FIRST_WITH_NODES: i16 = 2;

/// Answers a request of this version; `wall` is now.
pub fn describe_quorum(
    request: &DescribeQuorumRequest,
    version: i16,
    status: &QuorumStatus,
    image: &MetadataImage,
    wall: Timestamp,
) -> DescribeQuorumResponse {
    let describe = |topic: &AskedTopic| TopicData {
        topic_name: topic.topic_name.clone(),
        partitions: topic
            .partitions
            .iter()
            .map(|partition| {
                if topic.topic_name == METADATA_TOPIC && partition.partition_index == 0 {
                    describe_partition(status, image, wall)
                } else {
                    let code = ErrorCode::UnknownTopicOrPartition;
                    refused(partition.partition_index, code)
                }
            })
            .collect(),
    };
    let members = status.voters.iter().chain(&status.learners);
    let told = version >= FIRST_WITH_NODES;
    let nodes = members
        .filter(|_| told)
        .filter_map(|member| Some(node(holder(image, member.id)?.0)));
    DescribeQuorumResponse {
        error_message: None,
        topics: request.topics.iter().map(describe).collect(),
        nodes: nodes.collect(),
        ..Default::default()
    }
}

fn describe_partition(
    status: &QuorumStatus,
    image: &MetadataImage,
    wall: Timestamp,
) -> PartitionData {
    // Only the leader knows how far the others are.
    if status.leader != Some(status.id) {
        return refused(0, ErrorCode::NotLeaderOrFollower);
    }
    let replica = |member: &MemberStatus| {
        let (id, directory) =
            holder(image, member.id).map_or((-1, Uuid::ZERO), |(broker, disk)| (broker.id.0, disk));
        // The leader is where it is at this very moment.
        let seen = if member.id == status.id {
            wall.0
        } else {
            UNKNOWN
        };
        ReplicaState {
            replica_id: id,
            replica_directory_id: directory,
            log_end_offset: member.matched.map_or(UNKNOWN, end_offset),
            last_fetch_timestamp: seen,
            last_caught_up_timestamp: seen,
        }
    };
    PartitionData {
        error_message: None,
        leader_id: holder(image, status.id).map_or(-1, |(broker, _)| broker.id.0),
        leader_epoch: i32::try_from(status.term).unwrap_or(i32::MAX),
        high_watermark: end_offset(status.committed),
        current_voters: status.voters.iter().map(replica).collect(),
        observers: status.learners.iter().map(replica).collect(),
        ..Default::default()
    }
}

/// The offset behind an entry.
fn end_offset(index: u64) -> i64 {
    i64::try_from(index.saturating_add(1)).unwrap_or(i64::MAX)
}

/// The broker that a member of the quorum lives on, and the disk.
fn holder(image: &MetadataImage, member: u64) -> Option<(&BrokerView, DirectoryId)> {
    image.brokers().find_map(|broker| {
        let mut disks = broker.log_dirs.iter();
        let disk = disks.find(|disk| raft_id(**disk) == member)?;
        Some((broker, *disk))
    })
}

fn node(broker: &BrokerView) -> Node {
    let listeners = broker.endpoints.iter().map(|endpoint| Listener {
        name: endpoint.name.clone(),
        host: endpoint.host.clone(),
        port: endpoint.port,
    });
    Node {
        node_id: broker.id.0,
        listeners: listeners.collect(),
    }
}

fn refused(partition_index: i32, code: ErrorCode) -> PartitionData {
    PartitionData {
        partition_index,
        error_code: code.code(),
        error_message: None,
        leader_id: -1,
        leader_epoch: -1,
        high_watermark: UNKNOWN,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::NodeId;
    use kavka_protocol::messages::describe_quorum_request::PartitionData as AskedPartition;
    use kavka_protocol::messages::{MetadataRecord, RegisterBrokerRecord};

    const DISKS: [Uuid; 2] = [Uuid([7; 16]), Uuid([8; 16])];

    fn image() -> MetadataImage {
        let mut image = MetadataImage::default();
        for (id, disk) in (3..).zip(DISKS) {
            let record = RegisterBrokerRecord {
                broker_id: id,
                log_dirs: vec![disk],
                ..Default::default()
            };
            image.apply(&MetadataRecord::from(record)).unwrap();
        }
        assert!(image.broker(NodeId(4)).is_some());
        image
    }

    fn ask(topic: &str, status: &QuorumStatus) -> PartitionData {
        let request = DescribeQuorumRequest {
            topics: vec![AskedTopic {
                topic_name: topic.to_owned(),
                partitions: vec![AskedPartition { partition_index: 0 }],
            }],
        };
        let mut response = describe_quorum(&request, 2, status, &image(), Timestamp(99));
        response.topics.remove(0).partitions.remove(0)
    }

    fn status() -> QuorumStatus {
        let member = |disk: Uuid, matched| MemberStatus {
            id: raft_id(disk),
            matched: Some(matched),
        };
        QuorumStatus {
            id: raft_id(DISKS[0]),
            leader: Some(raft_id(DISKS[0])),
            term: 5,
            committed: 40,
            voters: vec![member(DISKS[0], 41)],
            learners: vec![member(DISKS[1], 12)],
        }
    }

    #[test]
    fn members_are_told_by_the_brokers_that_their_disks_belong_to() {
        let told = ask(METADATA_TOPIC, &status());
        assert_eq!((told.error_code, told.leader_id), (0, 3));
        assert_eq!((told.leader_epoch, told.high_watermark), (5, 41));
        let of = |replicas: &[ReplicaState]| {
            let replica = &replicas[0];
            let seen = replica.last_caught_up_timestamp;
            (
                replica.replica_id,
                replica.replica_directory_id,
                replica.log_end_offset,
                seen,
            )
        };
        assert_eq!(of(&told.current_voters), (3, DISKS[0], 42, 99));
        assert_eq!(of(&told.observers), (4, DISKS[1], 13, -1));
    }

    #[test]
    fn only_the_leader_tells_and_only_of_the_metadata() {
        let following = QuorumStatus {
            leader: Some(1),
            ..status()
        };
        let told = ask(METADATA_TOPIC, &following);
        assert_eq!(told.error_code, ErrorCode::NotLeaderOrFollower.code());
        let other = ask("orders", &status());
        assert_eq!(other.error_code, ErrorCode::UnknownTopicOrPartition.code());
    }
}
