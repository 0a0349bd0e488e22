use super::*;
use crate::group::tests::shell::{TOPIC_ID, live};
use crate::log::Outcome;
use crate::types::ProducerId;
use kavka_protocol::messages::offset_delete_request::{
    OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use kavka_protocol::messages::{
    ConsumerProtocolSubscription, OffsetCommitResponse, OffsetDeleteRequest, OffsetDeleteResponse,
};
use kavka_protocol::{Message as _, Writer};

fn commit_request(partition: i32, offset: i64) -> OffsetCommitRequest {
    let partition = OffsetCommitRequestPartition {
        partition_index: partition,
        committed_offset: offset,
        committed_leader_epoch: 3,
        committed_metadata: Some("a note".to_owned()),
    };
    let topic = OffsetCommitRequestTopic {
        name: "t".to_owned(),
        partitions: vec![partition],
        ..Default::default()
    };
    OffsetCommitRequest {
        group_id: "g".to_owned(),
        generation_id_or_member_epoch: -1,
        topics: vec![topic],
        ..Default::default()
    }
}

impl Shell {
    fn commit(&mut self, request: OffsetCommitRequest) -> ReplyToken {
        self.send(9, GroupRequest::OffsetCommit(request))
    }

    fn committed(&mut self, token: ReplyToken) -> OffsetCommitResponse {
        match self.take(token) {
            Some(GroupResponse::OffsetCommit(response)) => response,
            other => panic!("{other:?}"),
        }
    }

    fn commit_code(&mut self, request: OffsetCommitRequest) -> ErrorCode {
        let token = self.commit(request);
        self.complete_appends();
        code(self.committed(token).topics[0].partitions[0].error_code)
    }

    /// Offset, leader epoch and text of a partition.
    fn fetch(&mut self, partition: i32) -> (i64, i32, String) {
        let topic = OffsetFetchRequestTopics {
            name: "t".to_owned(),
            partition_indexes: vec![partition],
            ..Default::default()
        };
        let group = OffsetFetchRequestGroup {
            group_id: "g".to_owned(),
            topics: Some(vec![topic]),
            ..Default::default()
        };
        let request = OffsetFetchRequest {
            groups: vec![group],
            ..Default::default()
        };
        let token = self.send(9, GroupRequest::OffsetFetch(request));
        let Some(GroupResponse::OffsetFetch(found)) = self.take(token) else {
            panic!()
        };
        let found = &found.groups[0].topics[0].partitions[0];
        let metadata = found.metadata.clone().unwrap();
        (
            found.committed_offset,
            found.committed_leader_epoch,
            metadata,
        )
    }
}

#[test]
fn an_offset_is_visible_when_the_log_has_it_and_comes_back_as_it_was() {
    let mut shell = Shell::new();
    let token = shell.commit(commit_request(0, 42));
    assert_eq!(shell.take(token), None);
    assert_eq!(shell.fetch(0), (-1, -1, String::new()));
    shell.complete_appends();
    assert_eq!(
        code(shell.committed(token).topics[0].partitions[0].error_code),
        ErrorCode::None
    );
    assert_eq!(shell.fetch(0), (42, 3, "a note".to_owned()));
    shell.restart(2);
    assert_eq!(shell.fetch(0), (42, 3, "a note".to_owned()));
}

#[test]
fn an_offset_that_the_log_refuses_is_not_there() {
    let mut shell = Shell::new();
    for (log, client) in [
        (
            ErrorCode::NotEnoughReplicas,
            ErrorCode::CoordinatorNotAvailable,
        ),
        (ErrorCode::NotLeaderOrFollower, ErrorCode::NotCoordinator),
        (
            ErrorCode::MessageTooLarge,
            ErrorCode::InvalidCommitOffsetSize,
        ),
    ] {
        let token = shell.commit(commit_request(0, 42));
        shell.complete_one(Err(log));
        let response = shell.committed(token);
        assert_eq!(code(response.topics[0].partitions[0].error_code), client);
        assert_eq!(shell.fetch(0).0, -1);
    }
}

#[test]
fn only_members_of_the_current_generation_commit() {
    let mut shell = Shell::new();
    let joined = shell.stable(1).remove(0);
    let of = |generation: i32, member: &str| OffsetCommitRequest {
        generation_id_or_member_epoch: generation,
        member_id: member.to_owned(),
        ..commit_request(0, 1)
    };
    let me = joined.member_id.as_str();
    assert_eq!(
        shell.commit_code(of(joined.generation_id, me)),
        ErrorCode::None
    );
    assert_eq!(shell.commit_code(of(7, me)), ErrorCode::IllegalGeneration);
    assert_eq!(
        shell.commit_code(of(1, "stranger")),
        ErrorCode::UnknownMemberId
    );
    assert_eq!(
        shell.commit_code(of(-1, "")),
        ErrorCode::UnknownMemberId,
        "it has members"
    );
    let unknown = OffsetCommitRequest {
        group_id: "h".to_owned(),
        ..of(3, me)
    };
    assert_eq!(shell.commit_code(unknown), ErrorCode::IllegalGeneration);
}

#[test]
fn a_rebalance_does_not_keep_members_from_committing_until_it_is_complete() {
    let mut shell = Shell::new();
    let joined = shell.stable(1).remove(0);
    let mut request = commit_request(0, 1);
    request.generation_id_or_member_epoch = joined.generation_id;
    request.member_id.clone_from(&joined.member_id);
    let (_, token) = shell.join_anew();
    assert_eq!(shell.state(), "PreparingRebalance");
    assert_eq!(shell.commit_code(request.clone()), ErrorCode::None);
    let rejoin = shell.join(&joined.member_id, None);
    let again = shell.joined(rejoin);
    shell.joined(token);
    request.generation_id_or_member_epoch = again.generation_id;
    assert_eq!(shell.commit_code(request), ErrorCode::RebalanceInProgress);
}

#[test]
fn each_partition_has_its_own_outcome() {
    let mut shell = Shell::new();
    let mut request = commit_request(0, 1);
    let long = OffsetCommitRequestPartition {
        partition_index: 1,
        committed_metadata: Some("x".repeat(4_097)),
        ..Default::default()
    };
    let unknown = OffsetCommitRequestPartition {
        partition_index: 99,
        ..Default::default()
    };
    request.topics[0].partitions.extend([long, unknown]);
    let token = shell.commit(request);
    shell.complete_appends();
    let response = shell.committed(token);
    let codes: Vec<_> = response.topics[0]
        .partitions
        .iter()
        .map(|partition| code(partition.error_code))
        .collect();
    assert_eq!(
        codes,
        [
            ErrorCode::None,
            ErrorCode::OffsetMetadataTooLarge,
            ErrorCode::UnknownTopicOrPartition
        ]
    );
}

#[test]
fn topics_may_be_named_by_their_identity() {
    let mut shell = Shell::new();
    let mut request = commit_request(2, 5);
    request.topics[0].name.clear();
    request.topics[0].topic_id = TOPIC_ID;
    let token = shell.send(10, GroupRequest::OffsetCommit(request.clone()));
    shell.complete_appends();
    assert_eq!(
        code(shell.committed(token).topics[0].partitions[0].error_code),
        ErrorCode::None
    );
    request.topics[0].topic_id = kavka_protocol::Uuid([9; 16]);
    let token = shell.send(10, GroupRequest::OffsetCommit(request));
    let refused = shell.committed(token);
    assert_eq!(
        code(refused.topics[0].partitions[0].error_code),
        ErrorCode::UnknownTopicId
    );

    for topics in [
        None,
        Some(vec![OffsetFetchRequestTopics {
            topic_id: TOPIC_ID,
            partition_indexes: vec![2],
            ..Default::default()
        }]),
    ] {
        let group = OffsetFetchRequestGroup {
            group_id: "g".to_owned(),
            topics,
            ..Default::default()
        };
        let request = OffsetFetchRequest {
            groups: vec![group],
            ..Default::default()
        };
        let token = shell.send(10, GroupRequest::OffsetFetch(request));
        let Some(GroupResponse::OffsetFetch(found)) = shell.take(token) else {
            panic!()
        };
        let topic = &found.groups[0].topics[0];
        assert_eq!(
            (topic.topic_id, topic.partitions[0].committed_offset),
            (TOPIC_ID, 5)
        );
    }
}

#[test]
fn old_clients_fetch_offsets_too() {
    let mut shell = Shell::new();
    assert_eq!(shell.commit_code(commit_request(0, 8)), ErrorCode::None);
    let topic = OffsetFetchRequestTopic {
        name: "t".to_owned(),
        partition_indexes: vec![0, 1],
    };
    let request = OffsetFetchRequest {
        group_id: "g".to_owned(),
        topics: Some(vec![topic]),
        ..Default::default()
    };
    let offsets = |shell: &mut Shell, version, request| {
        let token = shell.send(version, GroupRequest::OffsetFetch(request));
        let Some(GroupResponse::OffsetFetch(found)) = shell.take(token) else {
            panic!()
        };
        let partitions = found.topics.iter().flat_map(|topic| &topic.partitions);
        let of =
            |p: &kavka_protocol::messages::offset_fetch_response::OffsetFetchResponsePartition| {
                (p.committed_offset, code(p.error_code))
            };
        (
            code(found.error_code),
            partitions.map(of).collect::<Vec<_>>(),
        )
    };
    let none = ErrorCode::None;
    let found = offsets(&mut shell, 5, request.clone());
    assert_eq!(found, (none, vec![(8, none), (-1, none)]));
    let all = OffsetFetchRequest {
        topics: None,
        ..request.clone()
    };
    assert_eq!(offsets(&mut shell, 7, all), (none, vec![(8, none)]));
    shell.input(GroupInput::Resigned {
        partition: PartitionIndex(0),
    });
    let gone = ErrorCode::NotCoordinator;
    assert_eq!(offsets(&mut shell, 7, request.clone()), (gone, vec![]));
    assert_eq!(
        offsets(&mut shell, 1, request),
        (none, vec![(-1, gone), (-1, gone)])
    );
}

#[test]
fn offsets_expire_when_nobody_has_used_the_group_for_long() {
    let day = 24 * 3_600_000;
    let mut shell = Shell::new();
    shell.stable(1);
    shell.pass(10_001);
    shell.complete_appends();
    assert_eq!(shell.state(), "Empty");
    assert_eq!(shell.commit_code(commit_request(0, 8)), ErrorCode::None);
    shell.pass(6 * day);
    shell.complete_appends();
    assert_eq!(shell.fetch(0).0, 8);
    shell.pass(2 * day);
    shell.complete_appends();
    assert_eq!(shell.fetch(0).0, -1);
    assert_eq!(shell.state(), "none");
    assert_eq!(
        shell::live(&shell.log).len(),
        0,
        "and nothing is left in the log"
    );
}

#[test]
fn offsets_of_a_group_that_reads_on_do_not_expire() {
    let day = 24 * 3_600_000;
    let mut shell = Shell::with(GroupConfig {
        max_session_timeout_ms: i32::MAX,
        ..GroupConfig::default()
    });
    let request = JoinGroupRequest {
        session_timeout_ms: i32::MAX,
        rebalance_timeout_ms: i32::MAX,
        ..join_request("", Some("one"))
    };
    let token = shell.send(JOIN, GroupRequest::JoinGroup(request));
    shell.pass(3_000);
    let joined = shell.joined(token);
    let token = shell.sync(&joined);
    shell.complete_appends();
    shell.synced(token);
    let request = OffsetCommitRequest {
        generation_id_or_member_epoch: joined.generation_id,
        member_id: joined.member_id.clone(),
        ..commit_request(0, 8)
    };
    assert_eq!(shell.commit_code(request), ErrorCode::None);
    shell.pass(10 * day);
    shell.complete_appends();
    assert_eq!(shell.fetch(0).0, 8);
}

#[test]
fn offsets_of_a_deleted_topic_are_gone() {
    let mut shell = Shell::new();
    assert_eq!(shell.commit_code(commit_request(0, 8)), ErrorCode::None);
    shell.input(GroupInput::TopicsDeleted {
        names: vec!["other".to_owned()],
    });
    assert!(shell.appends.is_empty());
    shell.input(GroupInput::TopicsDeleted {
        names: vec!["t".to_owned()],
    });
    shell.complete_appends();
    assert_eq!(shell.fetch(0).0, -1);
}

#[test]
fn only_offsets_that_no_member_reads_on_from_are_deleted() {
    let mut shell = Shell::new();
    let subscription = ConsumerProtocolSubscription {
        topics: vec!["t".to_owned()],
        ..Default::default()
    };
    let mut writer = Writer::new();
    writer.i16(1);
    subscription.encode(&mut writer, 1).unwrap();
    let metadata = writer.into_bytes();
    let delete = |shell: &mut Shell| -> OffsetDeleteResponse {
        let partition = OffsetDeleteRequestPartition { partition_index: 0 };
        let topic = OffsetDeleteRequestTopic {
            name: "t".to_owned(),
            partitions: vec![partition],
        };
        let request = OffsetDeleteRequest {
            group_id: "g".to_owned(),
            topics: vec![topic],
        };
        let token = shell.send(0, GroupRequest::OffsetDelete(request));
        shell.complete_appends();
        match shell.take(token) {
            Some(GroupResponse::OffsetDelete(response)) => response,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        code(delete(&mut shell).error_code),
        ErrorCode::GroupIdNotFound
    );
    assert_eq!(shell.commit_code(commit_request(0, 8)), ErrorCode::None);

    let mut request = join_request("", Some("one"));
    for protocol in &mut request.protocols {
        protocol.metadata = metadata.clone();
    }
    let token = shell.send(JOIN, GroupRequest::JoinGroup(request));
    shell.pass(3_000);
    shell.joined(token);
    let refused = delete(&mut shell);
    let found = code(refused.topics[0].partitions[0].error_code);
    assert_eq!(found, ErrorCode::GroupSubscribedToTopic);
    assert_eq!(shell.fetch(0).0, 8);

    shell.pass(120_000);
    shell.complete_appends();
    assert_eq!(shell.state(), "Empty");
    assert_eq!(
        code(delete(&mut shell).topics[0].partitions[0].error_code),
        ErrorCode::None
    );
    assert_eq!(shell.fetch(0).0, -1);
}

#[test]
fn the_census_counts_groups_by_state_and_tells_their_offsets() {
    let mut shell = Shell::new();
    assert_eq!(shell.coordinator.census().groups["Stable"], 0);
    assert_eq!(shell.commit_code(commit_request(2, 17)), ErrorCode::None);
    let census = shell.coordinator.census();
    assert_eq!((census.groups["Empty"], census.members), (1, 0));
    let committed: Vec<_> = shell.coordinator.committed().collect();
    assert_eq!(committed.len(), 1);
    let found = committed[0];
    assert_eq!((found.group, found.topic), ("g", "t"));
    assert_eq!((found.partition.0, found.offset.0), (2, 17));
    // While a partition loads, what is known of it may be old.
    let partition = partition_for("g", 1);
    shell.input(GroupInput::Elected { partition });
    assert_eq!(shell.coordinator.committed().count(), 0);
    assert_eq!(shell.coordinator.census().groups["Empty"], 0);
}

#[test]
fn a_marker_that_is_written_while_groups_load_ends_no_older_transaction() {
    let mut before = Shell::new();
    before.commit(commit_request(0, 42));
    before.complete_appends();
    let offset = live(&before.log)
        .into_iter()
        .map(|(key, value)| CoordinatorRecord {
            key,
            value: Some(value),
        });
    let records: Vec<CoordinatorRecord> = offset.collect();
    let mut shell = Shell::new();
    let (partition, producer) = (partition_for("g", 1), ProducerId(7));
    shell.input(GroupInput::Elected { partition });
    shell.input(GroupInput::LoadedPending {
        partition,
        producer,
        records,
    });
    // The producer's present transaction ends before the marker of its last one is read.
    shell.input(GroupInput::TransactionEnded {
        partition,
        producer,
        outcome: Outcome::Commit,
    });
    shell.input(GroupInput::LoadedEnd {
        partition,
        producer,
        outcome: Outcome::Abort,
    });
    shell.input(GroupInput::LoadedEnd {
        partition,
        producer,
        outcome: Outcome::Commit,
    });
    shell.input(GroupInput::LoadDone { partition });
    assert_eq!(shell.fetch(0).0, -1);
}
