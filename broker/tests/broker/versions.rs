//! What `ApiVersions` announces is answered, in every version, with something that clients can
//! read.

use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::describe_producers_request::TopicRequest;
use kavka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kavka_protocol::messages::offset_fetch_request::OffsetFetchRequestGroup;
use kavka_protocol::messages::txn_offset_commit_request::TxnOffsetCommitRequestTopic;
use kavka_protocol::messages::write_txn_markers_request::WritableTxnMarker;
use kavka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, AlterConfigsRequest, ApiVersionsRequest,
    CreatePartitionsRequest, CreateTopicsRequest, DeleteGroupsRequest, DeleteRecordsRequest,
    DeleteTopicsRequest, DescribeClusterRequest, DescribeConfigsRequest, DescribeGroupsRequest,
    DescribeLogDirsRequest, DescribeProducersRequest, DescribeQuorumRequest,
    DescribeTopicPartitionsRequest, DescribeTransactionsRequest, ElectLeadersRequest,
    EndTxnRequest, FindCoordinatorRequest, HeartbeatRequest, IncrementalAlterConfigsRequest,
    InitProducerIdRequest, JoinGroupRequest, LeaveGroupRequest, ListConfigResourcesRequest,
    ListGroupsRequest, ListOffsetsRequest, ListTransactionsRequest, MetadataRequest,
    OffsetCommitRequest, OffsetDeleteRequest, OffsetFetchRequest, OffsetForLeaderEpochRequest,
    SyncGroupRequest, TxnOffsetCommitRequest, UpdateFeaturesRequest, WriteTxnMarkersRequest,
};
use kavka_protocol::{ApiKey, Request};

use crate::client::{Client, batch_of, fetch_request, produce_request};
use crate::harness::TestBroker;

/// Asks in each version that is served; a reply that cannot be written would close the connection.
fn answers_every_version<R: Request>(client: &mut Client, request: impl Fn(i16) -> R) -> ApiKey {
    for version in R::KEY.versions().unwrap() {
        client.call(&request(version), version);
    }
    R::KEY
}

#[test]
fn every_announced_version_is_answered() {
    let broker = TestBroker::start(&[]);
    let client = &mut broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["a"]);
    let group = || "g".to_owned();
    let asked = [
        answers_every_version(client, |_| MetadataRequest::default()),
        answers_every_version(client, |version| {
            let by_id = if version >= 13 { "" } else { "t" };
            produce_request(by_id, 0, -1, batch_of(&["b"]))
        }),
        answers_every_version(client, |version| {
            fetch_request(if version >= 13 { "" } else { "t" }, 0, 0, 0)
        }),
        answers_every_version(client, |_| list_offsets()),
        answers_every_version(client, |version| FindCoordinatorRequest {
            key: if version < 4 { group() } else { String::new() },
            coordinator_keys: if version < 4 {
                Vec::new()
            } else {
                vec![group()]
            },
            ..FindCoordinatorRequest::default()
        }),
        answers_every_version(client, |_| JoinGroupRequest {
            group_id: group(),
            session_timeout_ms: 10_000,
            ..JoinGroupRequest::default()
        }),
        answers_every_version(client, |_| SyncGroupRequest {
            group_id: group(),
            ..Default::default()
        }),
        answers_every_version(client, |_| HeartbeatRequest {
            group_id: group(),
            ..Default::default()
        }),
        answers_every_version(client, |_| LeaveGroupRequest {
            group_id: group(),
            ..LeaveGroupRequest::default()
        }),
        answers_every_version(client, |_| OffsetCommitRequest {
            group_id: group(),
            ..OffsetCommitRequest::default()
        }),
        answers_every_version(client, offset_fetch),
        answers_every_version(client, |_| DescribeGroupsRequest {
            groups: vec![group(), "absent".to_owned()],
            ..DescribeGroupsRequest::default()
        }),
        answers_every_version(client, |_| ListGroupsRequest::default()),
        answers_every_version(client, |_| DeleteGroupsRequest {
            groups_names: vec![group()],
        }),
        answers_every_version(client, |_| ApiVersionsRequest {
            client_software_name: "test".to_owned(),
            client_software_version: "1".to_owned(),
        }),
        answers_every_version(client, |_| CreateTopicsRequest::default()),
        answers_every_version(client, |_| DeleteRecordsRequest::default()),
        answers_every_version(client, |_| DeleteTopicsRequest::default()),
        answers_every_version(client, |_| CreatePartitionsRequest::default()),
        answers_every_version(client, |_| InitProducerIdRequest::default()),
        answers_every_version(client, |_| OffsetForLeaderEpochRequest::default()),
        answers_every_version(client, |_| DescribeConfigsRequest {
            resources: vec![DescribeConfigsResource {
                resource_type: 2,
                resource_name: "t".to_owned(),
                configuration_keys: None,
            }],
            ..DescribeConfigsRequest::default()
        }),
        answers_every_version(client, |_| DescribeLogDirsRequest { topics: None }),
        answers_every_version(client, |_| IncrementalAlterConfigsRequest::default()),
        answers_every_version(client, |_| DescribeClusterRequest::default()),
        answers_every_version(client, |_| AlterConfigsRequest::default()),
        answers_every_version(client, |_| ListConfigResourcesRequest::default()),
        answers_every_version(client, |_| ElectLeadersRequest::default()),
        answers_every_version(client, |_| DescribeQuorumRequest::default()),
        answers_every_version(client, |_| UpdateFeaturesRequest::default()),
        answers_every_version(client, |_| OffsetDeleteRequest {
            group_id: group(),
            ..OffsetDeleteRequest::default()
        }),
        answers_every_version(client, |_| DescribeTopicPartitionsRequest::default()),
    ];
    let transactions = transactions(client);
    let announced = client.ask(&ApiVersionsRequest {
        client_software_name: "test".to_owned(),
        client_software_version: "1".to_owned(),
    });
    for api in announced.api_keys {
        let mut known = asked.iter().chain(&transactions);
        let known = known.any(|key| key.code() == api.api_key);
        assert!(
            known,
            "{:?} is announced and not tested",
            ApiKey::from_code(api.api_key)
        );
    }
}

fn transactions(client: &mut Client) -> [ApiKey; 8] {
    [
        answers_every_version(client, |_| AddPartitionsToTxnRequest::default()),
        answers_every_version(client, |_| AddOffsetsToTxnRequest::default()),
        answers_every_version(client, |_| EndTxnRequest::default()),
        answers_every_version(client, |_| TxnOffsetCommitRequest {
            topics: vec![TxnOffsetCommitRequestTopic::default()],
            ..TxnOffsetCommitRequest::default()
        }),
        answers_every_version(client, |_| WriteTxnMarkersRequest {
            markers: vec![WritableTxnMarker::default()],
        }),
        answers_every_version(client, |_| DescribeProducersRequest {
            topics: vec![TopicRequest {
                name: "t".to_owned(),
                partition_indexes: vec![0],
            }],
        }),
        answers_every_version(client, |_| DescribeTransactionsRequest {
            transactional_ids: vec!["id".to_owned()],
        }),
        answers_every_version(client, |_| ListTransactionsRequest::default()),
    ]
}

fn list_offsets() -> ListOffsetsRequest {
    ListOffsetsRequest {
        topics: vec![ListOffsetsTopic {
            name: "t".to_owned(),
            partitions: vec![ListOffsetsPartition {
                timestamp: -1,
                ..Default::default()
            }],
        }],
        ..ListOffsetsRequest::default()
    }
}

fn offset_fetch(version: i16) -> OffsetFetchRequest {
    if version < 8 {
        return OffsetFetchRequest {
            group_id: "g".to_owned(),
            ..OffsetFetchRequest::default()
        };
    }
    let group = OffsetFetchRequestGroup {
        group_id: "g".to_owned(),
        ..OffsetFetchRequestGroup::default()
    };
    OffsetFetchRequest {
        groups: vec![group],
        ..OffsetFetchRequest::default()
    }
}
