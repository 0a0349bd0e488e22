//! Classic groups: membership, offsets, administration.

use kavka_protocol::ErrorCode;
use kavka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kavka_protocol::messages::offset_commit_request::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kavka_protocol::messages::offset_fetch_request::OffsetFetchRequestTopic;
use kavka_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use kavka_protocol::messages::{
    DeleteGroupsRequest, DescribeGroupsRequest, FindCoordinatorRequest, HeartbeatRequest,
    JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, ListGroupsRequest, OffsetCommitRequest,
    OffsetFetchRequest, OffsetFetchResponse, SyncGroupRequest,
};

use crate::client::Client;
use crate::harness::TestBroker;

pub(crate) fn find_coordinator(client: &mut Client, group: &str) {
    let response = client.call(
        &FindCoordinatorRequest {
            key: group.to_owned(),
            ..FindCoordinatorRequest::default()
        },
        3,
    );
    assert_eq!(response.error_code, 0, "{:?}", response.error_message);
}

fn join(client: &mut Client, group: &str, member: &str) -> JoinGroupResponse {
    client.call(
        &JoinGroupRequest {
            group_id: group.to_owned(),
            session_timeout_ms: 10_000,
            rebalance_timeout_ms: 10_000,
            member_id: member.to_owned(),
            protocol_type: "consumer".to_owned(),
            protocols: vec![JoinGroupRequestProtocol {
                name: "range".to_owned(),
                metadata: "meta".into(),
            }],
            ..JoinGroupRequest::default()
        },
        5,
    )
}

/// Joins as the only member and assigns itself something.
fn join_alone(client: &mut Client, group: &str) -> (String, i32) {
    let asked = join(client, group, "");
    assert_eq!(asked.error_code, ErrorCode::MemberIdRequired.code());
    let joined = join(client, group, &asked.member_id);
    assert_eq!((joined.error_code, &joined.leader), (0, &joined.member_id));
    let synced = client.call(
        &SyncGroupRequest {
            group_id: group.to_owned(),
            generation_id: joined.generation_id,
            member_id: joined.member_id.clone(),
            assignments: vec![SyncGroupRequestAssignment {
                member_id: joined.member_id.clone(),
                assignment: "all of it".into(),
            }],
            ..SyncGroupRequest::default()
        },
        3,
    );
    assert_eq!(
        (synced.error_code, &synced.assignment[..]),
        (0, &b"all of it"[..])
    );
    (joined.member_id, joined.generation_id)
}

/// Commits an offset as a simple consumer, without membership.
pub(crate) fn commit(client: &mut Client, group: &str, topic: &str, offset: i64) -> i16 {
    let response = client.call(
        &OffsetCommitRequest {
            group_id: group.to_owned(),
            topics: vec![OffsetCommitRequestTopic {
                name: topic.to_owned(),
                partitions: vec![OffsetCommitRequestPartition {
                    committed_offset: offset,
                    committed_metadata: Some("note".to_owned()),
                    ..OffsetCommitRequestPartition::default()
                }],
                ..OffsetCommitRequestTopic::default()
            }],
            ..OffsetCommitRequest::default()
        },
        8,
    );
    response.topics[0].partitions[0].error_code
}

pub(crate) fn committed(client: &mut Client, group: &str, topic: &str) -> (i64, Option<String>) {
    let response = fetch_offsets(client, group, topic);
    assert_eq!(response.error_code, 0);
    let found = &response.topics[0].partitions[0];
    (found.committed_offset, found.metadata.clone())
}

pub(crate) fn fetch_offsets(client: &mut Client, group: &str, topic: &str) -> OffsetFetchResponse {
    client.call(
        &OffsetFetchRequest {
            group_id: group.to_owned(),
            topics: Some(vec![OffsetFetchRequestTopic {
                name: topic.to_owned(),
                partition_indexes: vec![0],
            }]),
            ..OffsetFetchRequest::default()
        },
        7,
    )
}

#[test]
fn the_offsets_topic_is_made_on_first_use() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    find_coordinator(&mut client, "g");
    assert_eq!(client.offset("__consumer_offsets", 3, -1), (0, 0));
}

#[test]
fn a_member_joins_syncs_beats_and_leaves() {
    let broker = TestBroker::start(&[("kavka.shards", "2")]);
    let mut client = broker.client();
    find_coordinator(&mut client, "g");
    let (member_id, generation_id) = join_alone(&mut client, "g");
    let beat = HeartbeatRequest {
        group_id: "g".to_owned(),
        generation_id,
        member_id: member_id.clone(),
        ..HeartbeatRequest::default()
    };
    assert_eq!(client.call(&beat, 3).error_code, 0);
    let described = client.call(
        &DescribeGroupsRequest {
            groups: vec!["g".to_owned()],
            ..Default::default()
        },
        5,
    );
    assert_eq!(described.groups[0].group_state, "Stable");
    assert_eq!(described.groups[0].members[0].member_id, member_id);
    let left = client.call(
        &LeaveGroupRequest {
            group_id: "g".to_owned(),
            member_id,
            ..Default::default()
        },
        2,
    );
    assert_eq!(left.error_code, 0);
    assert_eq!(
        client.call(&beat, 3).error_code,
        ErrorCode::UnknownMemberId.code()
    );
}

#[test]
fn committed_offsets_come_back_with_their_metadata_also_after_a_restart() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    for group in ["g", "h", "i", "j", "k"] {
        find_coordinator(&mut client, group);
        assert_eq!(commit(&mut client, group, "t", 41), 0);
        assert_eq!(commit(&mut client, group, "t", 42), 0);
    }
    assert_eq!(committed(&mut client, "other", "t").0, -1);
    broker.restart();
    let mut client = broker.client();
    for group in ["g", "h", "i", "j", "k"] {
        assert_eq!(
            committed(&mut client, group, "t"),
            (42, Some("note".to_owned()))
        );
    }
}

/// "Nothing committed" would send the group's consumers to the start of the topic, or to its end.
#[test]
fn what_a_damaged_offsets_topic_held_is_not_said_to_be_nothing() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    find_coordinator(&mut client, "g");
    assert_eq!(commit(&mut client, "g", "t", 5), 0);
    broker.stop();
    let mut damaged = 0;
    for entry in std::fs::read_dir(broker.folder()).unwrap() {
        let folder = entry.unwrap();
        let name = folder.file_name().into_string().unwrap();
        let segment = folder.path().join("00000000000000000000.log");
        let is_offsets = name.starts_with("__consumer_offsets-");
        if is_offsets && segment.metadata().is_ok_and(|metadata| metadata.len() > 0) {
            std::fs::write(segment, b"").unwrap();
            damaged += 1;
        }
    }
    assert_eq!(damaged, 1);
    broker.start_again();
    let mut client = broker.client();
    let not_coordinator = ErrorCode::NotCoordinator.code();
    let fetched = fetch_offsets(&mut client, "g", "t");
    assert_eq!(fetched.error_code, not_coordinator, "{fetched:?}");
    let described = client.call(
        &DescribeGroupsRequest {
            groups: vec!["g".to_owned()],
            ..DescribeGroupsRequest::default()
        },
        5,
    );
    assert_eq!(described.groups[0].error_code, not_coordinator);
    assert_eq!(commit(&mut client, "g", "t", 6), not_coordinator);
}

#[test]
fn a_committed_generation_survives_a_restart() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    find_coordinator(&mut client, "g");
    let (member_id, generation_id) = join_alone(&mut client, "g");
    broker.restart();
    let mut client = broker.client();
    let beat = HeartbeatRequest {
        group_id: "g".to_owned(),
        generation_id,
        member_id,
        ..HeartbeatRequest::default()
    };
    assert_eq!(client.call(&beat, 3).error_code, 0);
}

#[test]
fn groups_are_listed_and_deleted_across_shards() {
    let broker = TestBroker::start(&[("kavka.shards", "3")]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let names: Vec<String> = (0..6).map(|number| format!("group-{number}")).collect();
    for name in &names {
        find_coordinator(&mut client, name);
        assert_eq!(commit(&mut client, name, "t", 1), 0);
    }
    let mut list = || {
        let listed = client.ask(&ListGroupsRequest::default());
        assert_eq!(listed.error_code, 0);
        let mut found: Vec<String> = listed
            .groups
            .into_iter()
            .map(|group| group.group_id)
            .collect();
        found.sort_unstable();
        found
    };
    assert_eq!(list(), names);
    let deleted = broker.client().ask(&DeleteGroupsRequest {
        groups_names: names.clone(),
    });
    assert_eq!(deleted.results.len(), 6);
    assert!(
        deleted.results.iter().all(|result| result.error_code == 0),
        "{deleted:?}"
    );
    assert_eq!(list(), Vec::<String>::new());
}
