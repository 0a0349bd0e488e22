//! Settings that are changed while the broker runs.

use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::describe_configs_response::DescribeConfigsResourceResult;
use kavka_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kavka_protocol::messages::{
    DescribeConfigsRequest, IncrementalAlterConfigsRequest, MetadataRequest,
};
use kavka_protocol::records::Compression;

use crate::client::{Client, batch_of};
use crate::harness::TestBroker;

const BROKER: i8 = 4;
const TOPIC: i8 = 2;

/// Sets, or with no value takes back, one setting.
fn alter(client: &mut Client, kind: i8, of: &str, name: &str, value: Option<&str>) {
    let response = client.ask(&IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type: kind,
            resource_name: of.to_owned(),
            configs: vec![AlterableConfig {
                name: name.to_owned(),
                config_operation: i8::from(value.is_none()),
                value: value.map(str::to_owned),
            }],
        }],
        validate_only: false,
    });
    let told = &response.responses[0];
    assert_eq!(told.error_code, 0, "{:?}", told.error_message);
}

fn described(client: &mut Client, kind: i8, of: &str, name: &str) -> DescribeConfigsResourceResult {
    let mut response = client.ask(&DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: kind,
            resource_name: of.to_owned(),
            configuration_keys: Some(vec![name.to_owned()]),
        }],
        include_synonyms: true,
        include_documentation: true,
    });
    response.results.remove(0).configs.remove(0)
}

#[test]
fn a_changed_setting_takes_effect_at_once_and_survives_a_restart() {
    let mut broker = TestBroker::start(&[]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    let large = batch_of(&["x".repeat(5_000).as_str()]);
    assert_eq!(client.produce("t", 0, -1, large.clone()).error_code, 0);
    alter(&mut client, BROKER, "", "message.max.bytes", Some("4000"));
    let refused = client.produce("t", 0, -1, large.clone());
    assert_eq!(refused.error_code, 10, "MESSAGE_TOO_LARGE");
    alter(&mut client, BROKER, "0", "message.max.bytes", Some("9000"));
    assert_eq!(client.produce("t", 0, -1, large.clone()).error_code, 0);
    alter(&mut client, BROKER, "0", "message.max.bytes", None);
    broker.restart();
    let mut client = broker.client();
    let refused = client.produce("t", 0, -1, large);
    assert_eq!(refused.error_code, 10, "MESSAGE_TOO_LARGE");
    let told = described(&mut client, TOPIC, "t", "max.message.bytes");
    assert_eq!(
        (told.value.as_deref(), told.config_source),
        (Some("4000"), 3)
    );
    assert!(
        told.documentation
            .is_some_and(|text| text.contains("batch"))
    );
}

#[test]
fn limits_of_connections_hold_from_the_moment_they_are_set() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    let mut other = broker.client();
    other.ask(&MetadataRequest::default());
    alter(&mut client, BROKER, "", "max.connections", Some("2"));
    assert!(!broker.client().try_ask_metadata(), "a third one");
    other.ask(&MetadataRequest::default());
    alter(&mut client, BROKER, "0", "max.connections", Some("3"));
    let mut third = broker.client();
    assert!(third.try_ask_metadata());
    let limit = Some("127.0.0.1:3");
    alter(&mut client, BROKER, "0", "max.connections", Some("100"));
    alter(
        &mut client,
        BROKER,
        "0",
        "max.connections.per.ip.overrides",
        limit,
    );
    assert!(
        !broker.client().try_ask_metadata(),
        "a fourth one from here"
    );
    alter(
        &mut client,
        BROKER,
        "0",
        "max.connections.per.ip.overrides",
        None,
    );
    assert!(broker.client().try_ask_metadata());
}

#[test]
fn connections_come_no_faster_than_they_may() {
    let broker = TestBroker::start(&[]);
    let mut client = broker.client();
    let rate = "max.connection.creation.rate";
    alter(&mut client, BROKER, "", rate, Some("5"));
    // The one that was waited for when the limit came was let in before it.
    assert!(broker.client().try_ask_metadata());
    let begun = std::time::Instant::now();
    let mut clients: Vec<Client> = (0..10).map(|_| broker.client()).collect();
    for client in &mut clients {
        client.ask(&MetadataRequest::default());
    }
    // Five are let in at once, the others one every 200 ms.
    assert!(begun.elapsed().as_millis() >= 700, "{:?}", begun.elapsed());
}

#[test]
fn groups_write_with_the_codec_that_was_set() {
    let broker = TestBroker::start(&[("offsets.topic.compression.codec", "4")]);
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    crate::groups::find_coordinator(&mut client, "g");
    assert_eq!(crate::groups::commit(&mut client, "g", "t", 7), 0);
    let batches: Vec<_> = (0..4)
        .flat_map(|partition| client.batches("__consumer_offsets", partition))
        .collect();
    assert!(!batches.is_empty());
    let zstd = |batch: &kavka_protocol::records::Batch| {
        batch.header.compression() == Ok(Compression::Zstd)
    };
    assert!(batches.iter().all(zstd), "{batches:?}");
}
