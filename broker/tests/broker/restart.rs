//! A restart keeps everything that was promised.

use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::{DescribeConfigsRequest, InitProducerIdRequest, MetadataRequest};
use kavka_protocol::records::{BatchBuilder, Compression};
use kavka_protocol::{ErrorCode, Uuid};

use crate::client::{Client, now_ms};
use crate::harness::TestBroker;

fn topic_id(client: &mut Client) -> Uuid {
    let everything = MetadataRequest {
        topics: None,
        ..MetadataRequest::default()
    };
    client.ask(&everything).topics[0].topic_id
}

#[test]
fn topics_ids_configs_and_records_survive() {
    let mut broker = TestBroker::start(&[("kavka.shards", "2")]);
    let mut client = broker.client();
    client.create_topic("t", 3, &[("retention.ms", "123456")]);
    for partition in 0..3 {
        client.produce_values("t", partition, &["a", "b"]);
    }
    let id = topic_id(&mut client);
    let cluster = broker.cluster_id();
    for round in 0..3_i64 {
        broker.restart();
        let mut client = broker.client();
        assert_eq!(broker.cluster_id(), cluster);
        assert_eq!(topic_id(&mut client), id);
        for partition in 0..3 {
            assert_eq!(client.produce_values("t", partition, &["more"]), 2 + round);
        }
        let described = client.ask(&DescribeConfigsRequest {
            resources: vec![DescribeConfigsResource {
                resource_type: 2,
                resource_name: "t".to_owned(),
                configuration_keys: Some(vec!["retention.ms".to_owned()]),
            }],
            ..DescribeConfigsRequest::default()
        });
        assert_eq!(
            described.results[0].configs[0].value.as_deref(),
            Some("123456")
        );
    }
    assert_eq!(
        broker.client().fetch_values("t", 1),
        ["a", "b", "more", "more", "more"]
    );
}

#[test]
fn an_idempotent_producer_goes_on_where_it_was() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let id = client.ask(&InitProducerIdRequest::default()).producer_id;
    let batch = |sequence: i32| {
        let mut builder = BatchBuilder::new(Compression::None).producer(id, 0, sequence);
        builder.push(now_ms(), None, Some(b"x"), &[]);
        builder.build().unwrap()
    };
    for sequence in 0..3 {
        assert_eq!(client.produce("t", 0, -1, batch(sequence)).error_code, 0);
    }
    broker.restart();
    let mut client = broker.client();
    let repeated = client.produce("t", 0, -1, batch(2));
    assert_eq!((repeated.error_code, repeated.base_offset), (0, 2));
    let gap = client.produce("t", 0, -1, batch(4));
    assert_eq!(gap.error_code, ErrorCode::OutOfOrderSequenceNumber.code());
    assert_eq!(client.produce("t", 0, -1, batch(3)).base_offset, 3);
    let fresh = client.ask(&InitProducerIdRequest::default()).producer_id;
    assert!(fresh > id, "ids are never given out twice");
}
