//! What may be set of a broker or topic, and how Kafka refuses the rest.

use super::*;

const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;

/// The refusal's code and part of its message; nothing for what is accepted.
type Expected<'a> = Option<(ErrorCode, &'a str)>;

fn check(cluster: &mut Cluster, kind: i8, of: &str, change: (&str, i8, &str), expected: Expected) {
    let found = cluster.alter(kind, of, &[change]);
    match (found, expected) {
        (Ok(()), None) => {}
        (Err((code, message)), Some((wanted, part))) => {
            assert_eq!(code, wanted, "{change:?}: {message}");
            assert!(message.contains(part), "{change:?}: {message}");
        }
        (found, expected) => panic!("{change:?} of {of:?}: {found:?}, not {expected:?}"),
    }
}

#[test]
fn a_brokers_setting_is_accepted_or_refused_as_by_kafka() {
    let mut cluster = Cluster::of(2);
    let request = ErrorCode::InvalidRequest;
    let fixed = "Cannot update these configs dynamically: [num.partitions]";
    let number = "Invalid value abc for configuration log.retention.ms: Not a number of type LONG";
    let least = "Invalid value -1 for configuration max.connections: Value must be at least 0";
    let rows: [(&str, (&str, i8, &str), Expected); 17] = [
        ("0", ("num.partitions", SET, "3"), Some((request, fixed))),
        ("", ("num.partitions", SET, "3"), Some((request, fixed))),
        (
            "0",
            ("log.retention.ms", SET, "abc"),
            Some((request, number)),
        ),
        ("0", ("log.retention.ms", SET, "-1"), None),
        ("0", ("max.connections", SET, "-1"), Some((request, least))),
        ("0", ("max.connections", SET, "200"), None),
        ("", ("max.connections", SET, "100"), None),
        ("1", ("max.connections", SET, "7"), None),
        (
            "",
            ("log.retention.minutes", SET, "5"),
            Some((request, "[log.retention.minutes]")),
        ),
        (
            "",
            ("ssl.protocol", SET, "TLSv1.3"),
            Some((request, "broker id must be specified")),
        ),
        (
            "0",
            ("listeners", SET, "A://:1"),
            Some((request, "[listeners]")),
        ),
        (
            "",
            ("log.segment.bytes", SET, "5"),
            Some((request, "at least 1048576")),
        ),
        ("0", ("log.cleanup.policy", APPEND, "compact"), None),
        (
            "0",
            ("message.max.bytes", APPEND, "5"),
            Some((ErrorCode::InvalidConfig, "APPEND")),
        ),
        ("0", ("num.partitions", DELETE, ""), None),
        (
            "0",
            ("max.connections.per.ip.overrides", SET, "10.0.0.1:b"),
            Some((request, "write address:number")),
        ),
        (
            "",
            ("log.retention.mss", SET, "5"),
            Some((ErrorCode::InvalidConfig, "did you mean log.retention.ms?")),
        ),
    ];
    for (broker, change, expected) in rows {
        check(&mut cluster, 4, broker, change, expected);
    }
    let kept = cluster
        .image
        .config(&ConfigResource::Broker(Some(NodeId(0))));
    let kept: Vec<_> = kept
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let expected = [
        "log.cleanup.policy=delete,compact",
        "log.retention.ms=-1",
        "max.connections=200",
    ];
    assert_eq!(kept, expected, "what was refused is not kept");
}

#[test]
fn a_topics_setting_is_refused_as_by_kafka() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("t", 1, 1)).unwrap();
    let config = ErrorCode::InvalidConfig;
    let rows: [((&str, i8, &str), Expected); 6] = [
        (
            ("retention.ms", SET, "-7"),
            Some((config, "Value must be at least -1")),
        ),
        (
            ("nope", SET, "1"),
            Some((config, "Unknown topic config name: nope")),
        ),
        (
            ("cleanup.policy", SET, "bogus"),
            Some((config, "must be one of: compact, delete")),
        ),
        (
            ("retention.ms", SET, ""),
            Some((config, "Not a number of type LONG")),
        ),
        (
            ("internal.segment.bytes", SET, "1"),
            Some((config, "Unknown topic config")),
        ),
        (("nope", DELETE, ""), None),
    ];
    for (change, expected) in rows {
        check(&mut cluster, 2, "t", change, expected);
    }
    let unknown = ErrorCode::UnknownTopicOrPartition;
    let change = ("retention.ms", SET, "1");
    check(
        &mut cluster,
        2,
        "absent",
        change,
        Some((unknown, "does not exist")),
    );
}

#[test]
fn the_same_resource_or_setting_twice_is_refused() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("t", 1, 1)).unwrap();
    let config = alter_configs_request::AlterableConfig {
        name: "segment.ms".to_owned(),
        value: Some("6".to_owned()),
    };
    let resource = |configs: usize| alter_configs_request::AlterConfigsResource {
        resource_type: 2,
        resource_name: "t".to_owned(),
        configs: vec![config.clone(); configs],
    };
    for resources in [vec![resource(1), resource(1)], vec![resource(2)]] {
        let request = AlterConfigsRequest {
            resources,
            ..Default::default()
        };
        let decision = cluster.controller().alter_configs(&request);
        assert!(decision.records.is_empty());
        for response in decision.response.responses {
            assert_eq!(response.error_code, ErrorCode::InvalidRequest.code());
        }
    }
}
