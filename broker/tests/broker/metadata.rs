//! What clients learn about brokers and topics, and topics that come and go.

use kavka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use kavka_protocol::messages::create_topics_request::CreatableTopic;
use kavka_protocol::messages::delete_topics_request::DeleteTopicState;
use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::metadata_request::MetadataRequestTopic;
use kavka_protocol::messages::{
    ApiVersionsRequest, CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest,
    DescribeClusterRequest, DescribeConfigsRequest, DescribeTopicPartitionsRequest,
    MetadataRequest, MetadataResponse,
};
use kavka_protocol::{ApiKey, ErrorCode};

use crate::client::Client;
use crate::harness::TestBroker;

fn metadata_of(client: &mut Client, name: &str, create: bool) -> MetadataResponse {
    client.ask(&MetadataRequest {
        topics: Some(vec![MetadataRequestTopic {
            name: Some(name.to_owned()),
            ..MetadataRequestTopic::default()
        }]),
        allow_auto_topic_creation: create,
        ..MetadataRequest::default()
    })
}

#[test]
fn metadata_lead_back_to_the_broker_in_every_version() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    for version in ApiKey::Metadata.versions().unwrap() {
        let response = client.call(&MetadataRequest::default(), version);
        assert_eq!(response.brokers.len(), 1);
        let address = format!("{}:{}", response.brokers[0].host, response.brokers[0].port);
        assert_eq!(address, broker.address().to_string(), "version {version}");
    }
    let cluster = client.ask(&DescribeClusterRequest::default());
    assert_eq!(cluster.cluster_id, broker.cluster_id());
    assert_eq!(cluster.brokers[0].port, i32::from(broker.address().port()));
}

#[test]
fn api_versions_announces_what_is_served() {
    let broker = TestBroker::start(&[]);
    let response = broker.client().ask(&ApiVersionsRequest {
        client_software_name: "test".to_owned(),
        client_software_version: "1".to_owned(),
    });
    let range = |key: ApiKey| {
        let found = response
            .api_keys
            .iter()
            .find(|api| api.api_key == key.code())?;
        Some((found.min_version, found.max_version))
    };
    assert_eq!(range(ApiKey::Produce), Some((0, 13)), "KAFKA-18659");
    assert_eq!(
        range(ApiKey::InitProducerId),
        Some((0, 5)),
        "version 6 is unstable"
    );
    assert_eq!(range(ApiKey::EndTxn), Some((0, 5)));
    let features: Vec<_> = response
        .finalized_features
        .iter()
        .map(|f| f.name.as_str())
        .collect();
    assert!(features.contains(&"transaction.version"), "{features:?}");
}

#[test]
fn an_unknown_topic_is_made_when_asked_for_unless_that_is_forbidden() {
    let broker = TestBroker::start(&[("num.partitions", "3")]);
    let mut client = broker.client();
    let unknown = ErrorCode::UnknownTopicOrPartition.code();
    assert_eq!(
        metadata_of(&mut client, "new", false).topics[0].error_code,
        unknown
    );
    let made = metadata_of(&mut client, "new", true);
    assert_eq!(
        (made.topics[0].error_code, made.topics[0].partitions.len()),
        (0, 3)
    );
    let invalid = metadata_of(&mut client, "no/slash", true);
    assert_eq!(
        invalid.topics[0].error_code,
        ErrorCode::InvalidTopicException.code()
    );

    let broker = TestBroker::start(&[("auto.create.topics.enable", "false")]);
    let mut client = broker.client();
    assert_eq!(
        metadata_of(&mut client, "new", true).topics[0].error_code,
        unknown
    );
}

#[test]
fn a_replication_factor_above_the_number_of_brokers_is_refused() {
    let broker = TestBroker::start(&[]);
    let response = broker.client().ask(&CreateTopicsRequest {
        topics: vec![CreatableTopic {
            name: "t".to_owned(),
            num_partitions: 1,
            replication_factor: 3,
            ..CreatableTopic::default()
        }],
        ..CreateTopicsRequest::default()
    });
    let refused = &response.topics[0];
    assert_eq!(
        refused.error_code,
        ErrorCode::InvalidReplicationFactor.code()
    );
    assert!(refused.error_message.as_ref().unwrap().contains('3'));
}

#[test]
fn a_created_topic_takes_records_at_once_and_a_deleted_one_is_gone() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    for round in 0..3 {
        client.create_topic("t", 2, &[]);
        assert_eq!(client.produce_values("t", 1, &["a"]), 0, "round {round}");
        let deleted = client.ask(&DeleteTopicsRequest {
            topics: vec![DeleteTopicState {
                name: Some("t".to_owned()),
                ..DeleteTopicState::default()
            }],
            ..DeleteTopicsRequest::default()
        });
        assert_eq!(deleted.responses[0].error_code, 0);
        let unknown = ErrorCode::UnknownTopicOrPartition.code();
        assert_eq!(
            metadata_of(&mut client, "t", false).topics[0].error_code,
            unknown
        );
        assert_eq!(client.offset("t", 1, -1).0, unknown);
    }
}

#[test]
fn partitions_can_be_added_and_never_taken_away() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 2, &[]);
    let mut grow = |count| {
        let response = client.ask(&CreatePartitionsRequest {
            topics: vec![CreatePartitionsTopic {
                name: "t".to_owned(),
                count,
                assignments: None,
            }],
            timeout_ms: 1000,
            validate_only: false,
        });
        response.results[0].error_code
    };
    assert_eq!(grow(4), 0);
    assert_eq!(grow(3), ErrorCode::InvalidPartitions.code());
    assert_eq!(client.produce_values("t", 3, &["a"]), 0);
}

#[test]
fn topic_partitions_are_described_in_pages() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("a", 3, &[]);
    client.create_topic("b", 4, &[]);
    let mut cursor = None;
    let mut seen = Vec::new();
    loop {
        let page = client.ask(&DescribeTopicPartitionsRequest {
            response_partition_limit: 2,
            cursor: cursor.take(),
            ..DescribeTopicPartitionsRequest::default()
        });
        for topic in &page.topics {
            let name = topic.name.clone().unwrap();
            seen.extend(
                topic
                    .partitions
                    .iter()
                    .map(|p| (name.clone(), p.partition_index)),
            );
        }
        let Some(next) = page.next_cursor else { break };
        cursor = Some(
            kavka_protocol::messages::describe_topic_partitions_request::Cursor {
                topic_name: next.topic_name,
                partition_index: next.partition_index,
            },
        );
    }
    let all = [("a", 0..3), ("b", 0..4)];
    let all: Vec<(String, i32)> = all
        .into_iter()
        .flat_map(|(name, indexes)| indexes.map(move |index| (name.to_owned(), index)))
        .collect();
    assert_eq!(seen, all);
}

#[test]
fn configs_are_described_whole_with_what_the_topic_says() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[("cleanup.policy", "compact")]);
    let response = client.ask(&DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: 2,
            resource_name: "t".to_owned(),
            configuration_keys: None,
        }],
        ..DescribeConfigsRequest::default()
    });
    let configs = &response.results[0].configs;
    let value = |name: &str| {
        configs
            .iter()
            .find(|c| c.name == name)
            .unwrap()
            .value
            .clone()
    };
    assert_eq!(value("cleanup.policy").as_deref(), Some("compact"));
    assert_eq!(value("retention.ms").as_deref(), Some("604800000"));
    assert!(configs.len() >= 30, "{} configs", configs.len());
}
