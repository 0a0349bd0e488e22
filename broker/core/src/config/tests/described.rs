//! What `DescribeConfigs` answers, against what Kafka 4.3.0 answered for the same settings: see
//! `config/described/`.

use std::collections::BTreeMap;

use kavka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kavka_protocol::messages::describe_configs_response::DescribeConfigsResourceResult;
use kavka_protocol::messages::{ConfigRecord, DescribeConfigsRequest, MetadataRecord, TopicRecord};
use serde_json::{Value, json};

use super::super::*;
use crate::metadata::MetadataImage;

/// The broker's file that Kafka ran with, without what only Kafka needs.
const FILE: &str = "node.id=1\nprocess.roles=broker,controller\n\
    controller.quorum.voters=1@localhost:19093\n\
    listeners=PLAINTEXT://localhost:19092,CONTROLLER://localhost:19093\n\
    advertised.listeners=PLAINTEXT://localhost:19092\ncontroller.listener.names=CONTROLLER\n\
    inter.broker.listener.name=PLAINTEXT\n\
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT\nlog.dirs=/data\n\
    num.partitions=1\noffsets.topic.replication.factor=1\n\
    transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n\
    log.retention.hours=72\nlog.roll.hours=5\nlog.cleaner.threads=2\ncompression.type=lz4\n\
    ssl.keystore.password=secret\n";

/// What was set while it ran: the kind and name of the resource, setting and value.
const RUNNING: [(i8, &str, &str, &str); 8] = [
    (4, "", "log.retention.ms", "5000"),
    (4, "", "log.segment.bytes", "4194304"),
    (4, "1", "log.segment.bytes", "3145728"),
    (4, "", "max.connections", "100"),
    (4, "1", "log.roll.ms", "7200000"),
    (4, "1", "log.cleanup.policy", "delete,compact"),
    (2, "t", "segment.bytes", "2097152"),
    (2, "t", "cleanup.policy", "compact"),
];

fn settings() -> BrokerSettings {
    let properties = Properties::parse(FILE).unwrap();
    BrokerSettings::from_properties(&properties, &|_| None)
        .unwrap()
        .0
}

fn image(running: &[(i8, &str, &str, &str)]) -> MetadataImage {
    let mut image = MetadataImage::default();
    let topic = TopicRecord {
        name: "t".to_owned(),
        topic_id: kavka_protocol::Uuid([1; 16]),
    };
    image.apply(&MetadataRecord::from(topic)).unwrap();
    for (kind, resource, name, value) in running {
        let record = ConfigRecord {
            resource_type: *kind,
            resource_name: (*resource).to_owned(),
            name: (*name).to_owned(),
            value: Some((*value).to_owned()),
        };
        image.apply(&MetadataRecord::from(record)).unwrap();
    }
    image
}

fn described(kind: i8, name: &str, running: &[(i8, &str, &str, &str)]) -> BTreeMap<String, Value> {
    let request = DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: kind,
            resource_name: name.to_owned(),
            configuration_keys: None,
        }],
        include_synonyms: true,
        include_documentation: true,
    };
    let mut response = describe_configs(&request, &image(running), &settings());
    let result = response.results.remove(0);
    assert_eq!(result.error_code, 0, "{:?}", result.error_message);
    result.configs.iter().map(as_dumped).collect()
}

/// An entry in the form of the files.
fn as_dumped(entry: &DescribeConfigsResourceResult) -> (String, Value) {
    let documented = entry
        .documentation
        .as_ref()
        .is_some_and(|text| text.len() > 20);
    assert!(documented, "{} is not documented", entry.name);
    let synonyms: Vec<Value> = entry
        .synonyms
        .iter()
        .map(|synonym| {
            json!({"name": synonym.name, "value": synonym.value, "source": source(synonym.source)})
        })
        .collect();
    let value = json!({
        "name": entry.name,
        "value": entry.value,
        "source": source(entry.config_source),
        "sensitive": entry.is_sensitive,
        "readOnly": entry.read_only,
        "type": kind(entry.config_type),
        "synonyms": synonyms,
    });
    (entry.name.clone(), value)
}

fn source(code: i8) -> &'static str {
    match code {
        1 => "DYNAMIC_TOPIC_CONFIG",
        2 => "DYNAMIC_BROKER_CONFIG",
        3 => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        4 => "STATIC_BROKER_CONFIG",
        5 => "DEFAULT_CONFIG",
        _ => "?",
    }
}

fn kind(code: i8) -> &'static str {
    match code {
        1 => "BOOLEAN",
        2 => "STRING",
        3 => "INT",
        4 => "SHORT",
        5 => "LONG",
        6 => "DOUBLE",
        7 => "LIST",
        8 => "CLASS",
        9 => "PASSWORD",
        _ => "?",
    }
}

/// Compares with a file, but for the settings in `differing`.
fn check(told: &BTreeMap<String, Value>, file: &str, differing: &[&str]) {
    let expected: Vec<Value> = serde_json::from_str(file).unwrap();
    for entry in &expected {
        let name = entry["name"].as_str().unwrap();
        let found = told.get(name).unwrap_or(&Value::Null);
        if differing.contains(&name) {
            assert_ne!(found, entry, "{name} differs no more: check it");
        } else {
            assert_eq!(found, entry, "{name}");
        }
    }
    for name in told.keys() {
        let known = name.starts_with("kavka.") || expected.iter().any(|e| e["name"] == **name);
        assert!(known, "{name} is told, but not by Kafka");
    }
}

/// Kafka sets it for all brokers when a cluster begins, for eligible leader replicas.
const MIN_ISR: &str = "min.insync.replicas";

#[test]
fn a_brokers_settings_are_told_as_kafka_tells_them() {
    let told = described(4, "1", &RUNNING);
    // Kafka forgets the file's hours once milliseconds are set while it runs.
    let mut differing = vec![MIN_ISR, "log.retention.hours", "log.roll.hours"];
    // Kafka opens and closes listeners while it runs.
    differing.extend(["listeners", "listener.security.protocol.map"]);
    let file = include_str!("../../../config/described/broker-dynamic.json");
    check(&told, file, &differing);
    assert_eq!(told["log.retention.hours"]["value"], "72");
    assert_eq!(told["kavka.durability"]["value"], "disk");
}

#[test]
fn a_topics_settings_are_told_as_kafka_tells_them() {
    let file = include_str!("../../../config/described/topic-file.json");
    check(&described(2, "t", &[]), file, &[MIN_ISR]);
    let file = include_str!("../../../config/described/topic-dynamic.json");
    check(&described(2, "t", &RUNNING), file, &[MIN_ISR]);
}

#[test]
fn what_is_set_for_all_brokers_is_told_as_kafka_tells_it() {
    let mut running = RUNNING.to_vec();
    running.push((4, "", MIN_ISR, "1"));
    let file = include_str!("../../../config/described/cluster-dynamic.json");
    check(&described(4, "", &running), file, &[]);
}
