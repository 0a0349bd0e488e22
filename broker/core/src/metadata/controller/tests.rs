use bytes::Bytes;
use kavka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use kavka_protocol::messages::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use kavka_protocol::messages::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use kavka_protocol::messages::describe_configs_request::{
    DescribeConfigsRequest, DescribeConfigsResource,
};
use kavka_protocol::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use kavka_protocol::messages::{
    AlterConfigsRequest, CreatePartitionsRequest, alter_configs_request,
};
use kavka_protocol::{ErrorCode, Uuid};
use proptest::prelude::*;

use super::super::{ConfigResource, MetadataImage, records};
use super::*;
use crate::config::{CleanupPolicy, Listener, broker_settings, describe_configs};
use crate::invariants;
use crate::random::Random;
use crate::types::{LeaderEpoch, NodeId, PartitionIndex, TopicId};

/// A cluster whose quorum commits at once.
struct Cluster {
    image: MetadataImage,
    settings: BrokerSettings,
    random: Random,
}

impl Cluster {
    fn of(brokers: i32) -> Self {
        let mut cluster = Self {
            image: MetadataImage::default(),
            settings: BrokerSettings::default(),
            random: Random::new(1),
        };
        for id in 0..brokers {
            cluster.register(id, 1);
        }
        cluster
    }

    fn commit(&mut self, records: &[MetadataRecord]) {
        let entry = Bytes::from(records::encode(records).unwrap());
        self.image.apply_entry(entry).unwrap();
        assert_eq!(invariants::image(&self.image), Ok(()));
    }

    fn controller(&self) -> Controller<'_> {
        Controller {
            image: &self.image,
            settings: &self.settings,
        }
    }

    fn register(&mut self, id: i32, incarnation: u8) {
        let registration = Registration {
            node_id: NodeId(id),
            incarnation: Uuid([incarnation; 16]),
            endpoints: vec![Listener {
                host: "h".to_owned(),
                port: 9092,
                ..Default::default()
            }],
            rack: None,
            log_dirs: vec![Uuid([9; 16])],
        };
        let decision = self.controller().register_broker(&registration);
        self.commit(&decision.records);
    }

    fn create(&mut self, topic: CreatableTopic) -> Result<(), (ErrorCode, String)> {
        let request = CreateTopicsRequest {
            topics: vec![topic],
            ..Default::default()
        };
        let mut random = self.random.clone();
        let decision = self
            .controller()
            .create_topics(&request, &mut || id(&mut random));
        self.random = random;
        self.commit(&decision.records);
        let result = &decision.response.topics[0];
        outcome(result.error_code, result.error_message.clone())
    }

    fn alter(
        &mut self,
        kind: i8,
        name: &str,
        changes: &[(&str, i8, &str)],
    ) -> Result<(), (ErrorCode, String)> {
        let configs = changes
            .iter()
            .map(|(name, operation, value)| AlterableConfig {
                name: (*name).to_owned(),
                config_operation: *operation,
                value: (*operation != 1).then(|| (*value).to_owned()),
            });
        let resource = AlterConfigsResource {
            resource_type: kind,
            resource_name: name.to_owned(),
            configs: configs.collect(),
        };
        let request = IncrementalAlterConfigsRequest {
            resources: vec![resource],
            validate_only: false,
        };
        let decision = self.controller().incremental_alter_configs(&request);
        self.commit(&decision.records);
        let result = &decision.response.responses[0];
        outcome(result.error_code, result.error_message.clone())
    }

    fn grow(&mut self, name: &str, count: i32) -> Result<(), (ErrorCode, String)> {
        let topic = CreatePartitionsTopic {
            name: name.to_owned(),
            count,
            assignments: None,
        };
        let request = CreatePartitionsRequest {
            topics: vec![topic],
            ..Default::default()
        };
        let decision = self.controller().create_partitions(&request);
        self.commit(&decision.records);
        let result = &decision.response.results[0];
        outcome(result.error_code, result.error_message.clone())
    }
}

fn outcome(code: i16, message: Option<String>) -> Result<(), (ErrorCode, String)> {
    match ErrorCode::from_code(code) {
        ErrorCode::None => Ok(()),
        code => Err((code, message.unwrap_or_default())),
    }
}

fn id(random: &mut Random) -> TopicId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.next_u64().to_be_bytes());
    Uuid(bytes)
}

fn topic(name: &str, partitions: i32, factor: i16) -> CreatableTopic {
    CreatableTopic {
        name: name.to_owned(),
        num_partitions: partitions,
        replication_factor: factor,
        ..Default::default()
    }
}

fn with_config(name: &str, config: &str, value: &str) -> CreatableTopic {
    let config = CreatableTopicConfig {
        name: config.to_owned(),
        value: Some(value.to_owned()),
    };
    CreatableTopic {
        configs: vec![config],
        ..topic(name, 1, 1)
    }
}

fn refused(code: ErrorCode, message: &str) -> Result<(), (ErrorCode, String)> {
    Err((code, message.to_owned()))
}

#[test]
fn a_topic_is_spread_evenly_over_the_brokers() {
    let mut cluster = Cluster::of(3);
    cluster.create(topic("t", 6, 2)).unwrap();
    let partitions = &cluster.image.topic("t").unwrap().partitions;
    for broker in 0..3 {
        let leads = partitions
            .iter()
            .filter(|p| p.leader == Some(NodeId(broker)))
            .count();
        let holds = partitions
            .iter()
            .filter(|p| p.replicas.contains(&NodeId(broker)))
            .count();
        assert_eq!((leads, holds), (2, 4), "broker {broker}");
    }
}

#[test]
fn a_replication_factor_above_the_number_of_brokers_is_refused() {
    let mut cluster = Cluster::of(1);
    let refusal = cluster.create(topic("t", 3, 3)).unwrap_err();
    assert_eq!(refusal.0, ErrorCode::InvalidReplicationFactor);
    assert!(
        refusal.1.contains("only 1 broker(s) are registered"),
        "{}",
        refusal.1
    );
    let zero = cluster.create(topic("t", 3, 0)).unwrap_err();
    assert_eq!(zero.0, ErrorCode::InvalidReplicationFactor);
    assert!(cluster.image.topic("t").is_none());
}

#[test]
fn topics_that_cannot_be_are_refused_with_the_reason() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("a.b", 1, 1)).unwrap();
    assert_eq!(
        cluster.create(topic("a.b", 1, 1)),
        refused(ErrorCode::TopicAlreadyExists, "Topic 'a.b' already exists.")
    );
    assert_eq!(
        cluster.create(topic("a_b", 1, 1)),
        refused(
            ErrorCode::InvalidTopicException,
            "Topic 'a_b' collides with existing topic: a.b"
        )
    );
    let bad_name = cluster.create(topic("a/b", 1, 1)).unwrap_err();
    assert_eq!(bad_name.0, ErrorCode::InvalidTopicException);
    let none = cluster.create(topic("t", 0, 1)).unwrap_err();
    assert_eq!(none.0, ErrorCode::InvalidPartitions);
    let many = cluster.create(topic("t", i32::MAX, 1)).unwrap_err();
    assert_eq!(many.0, ErrorCode::PolicyViolation);
}

#[test]
fn a_topics_settings_are_checked_before_it_is_made() {
    let mut cluster = Cluster::of(1);
    assert_eq!(
        cluster.create(with_config("t", "retention.mss", "1")),
        refused(
            ErrorCode::InvalidConfig,
            "Unknown topic config name: retention.mss"
        )
    );
    assert_eq!(
        cluster.create(with_config("t", "retention.ms", "-5")),
        refused(
            ErrorCode::InvalidConfig,
            "Invalid value -5 for configuration retention.ms: Value must be at least -1"
        )
    );
    cluster
        .create(with_config("t", "cleanup.policy", "compact"))
        .unwrap();
    let config = cluster.image.topic_config("t", &cluster.settings);
    assert_eq!(
        config.cleanup,
        CleanupPolicy {
            compact: true,
            delete: false
        }
    );
}

#[test]
fn validation_only_changes_nothing_and_twice_the_same_name_is_refused() {
    let cluster = Cluster::of(1);
    let mut random = Random::new(3);
    let mut request = CreateTopicsRequest {
        topics: vec![topic("t", 2, 1)],
        validate_only: true,
        ..Default::default()
    };
    let decision = cluster
        .controller()
        .create_topics(&request, &mut || id(&mut random));
    assert!(decision.records.is_empty());
    assert_eq!(decision.response.topics[0].num_partitions, 2);
    assert!(
        decision.response.topics[0]
            .configs
            .as_ref()
            .is_some_and(|all| all.len() == 33)
    );

    request.topics.push(topic("t", 1, 1));
    request.topics.push(topic("u", 1, 1));
    request.validate_only = false;
    let decision = cluster
        .controller()
        .create_topics(&request, &mut || id(&mut random));
    let codes: Vec<_> = decision
        .response
        .topics
        .iter()
        .map(|t| (&*t.name, t.error_code))
        .collect();
    assert_eq!(codes, [("t", ErrorCode::InvalidRequest.code()), ("u", 0)]);
}

#[test]
fn a_manual_assignment_is_taken_as_it_is_or_refused() {
    let mut cluster = Cluster::of(3);
    let assigned = |replicas: &[&[i32]]| {
        let assignments =
            (0..)
                .zip(replicas)
                .map(|(partition_index, replicas)| CreatableReplicaAssignment {
                    partition_index,
                    broker_ids: replicas.to_vec(),
                });
        CreatableTopic {
            assignments: assignments.collect(),
            ..topic("t", -1, -1)
        }
    };
    for (wrong, part) in [
        (&[&[0, 7][..]][..], "broker 7, but no such broker"),
        (&[&[0, 0]], "broker 0 more than once"),
        (&[&[]], "empty replica list"),
        (&[&[0], &[0, 1]], "another number of replicas"),
    ] {
        let (code, message) = cluster.create(assigned(wrong)).unwrap_err();
        assert_eq!(code, ErrorCode::InvalidReplicaAssignment);
        assert!(message.contains(part), "{message}");
    }
    cluster.create(assigned(&[&[2, 0], &[1, 2]])).unwrap();
    let leader = |partition| {
        cluster
            .image
            .partition("t", PartitionIndex(partition))
            .unwrap()
            .leader
    };
    assert_eq!((leader(0), leader(1)), (Some(NodeId(2)), Some(NodeId(1))));
}

#[test]
fn a_topic_grows_but_never_shrinks() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("t", 3, 1)).unwrap();
    assert_eq!(
        cluster.grow("t", 2),
        refused(
            ErrorCode::InvalidPartitions,
            "The topic t currently has 3 partition(s); 2 would not be an increase."
        )
    );
    assert_eq!(
        cluster.grow("t", 3),
        refused(
            ErrorCode::InvalidPartitions,
            "Topic already has 3 partition(s)."
        )
    );
    assert_eq!(
        cluster.grow("u", 3).unwrap_err().0,
        ErrorCode::UnknownTopicOrPartition
    );
    cluster.grow("t", 5).unwrap();
    assert_eq!(cluster.image.topic("t").unwrap().partitions.len(), 5);
}

#[test]
fn a_deleted_topic_takes_its_settings_along() {
    let mut cluster = Cluster::of(1);
    cluster
        .create(with_config("t", "retention.ms", "5"))
        .unwrap();
    cluster.create(topic("u", 1, 1)).unwrap();
    let by_id = DeleteTopicState {
        topic_id: cluster.image.topic("t").unwrap().id,
        ..Default::default()
    };
    let state = |name: &str| DeleteTopicState {
        name: Some(name.to_owned()),
        ..Default::default()
    };
    let unknown = DeleteTopicState {
        topic_id: Uuid([5; 16]),
        ..Default::default()
    };
    let request = DeleteTopicsRequest {
        topics: vec![by_id, state("nowhere"), unknown],
        topic_names: vec!["u".to_owned()],
        ..Default::default()
    };
    let decision = cluster.controller().delete_topics(&request);
    let codes: Vec<_> = decision
        .response
        .responses
        .iter()
        .map(|result| ErrorCode::from_code(result.error_code))
        .collect();
    assert_eq!(
        codes,
        [
            ErrorCode::None,
            ErrorCode::UnknownTopicOrPartition,
            ErrorCode::UnknownTopicId,
            ErrorCode::None
        ]
    );
    assert_eq!(decision.response.responses[0].name.as_deref(), Some("t"));
    cluster.commit(&decision.records);
    assert_eq!(cluster.image.topics().count(), 0);
    let resource = ConfigResource::Topic("t".to_owned());
    assert!(cluster.image.config(&resource).is_empty());
}

#[test]
fn settings_are_set_deleted_and_lists_grow_and_shrink() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("t", 1, 1)).unwrap();
    cluster
        .alter(
            2,
            "t",
            &[("cleanup.policy", 2, "compact"), ("retention.ms", 0, "9")],
        )
        .unwrap();
    let resource = ConfigResource::Topic("t".to_owned());
    let value = |cluster: &Cluster, name| cluster.image.config(&resource).get(name).cloned();
    assert_eq!(
        value(&cluster, "cleanup.policy").as_deref(),
        Some("delete,compact")
    );
    cluster
        .alter(
            2,
            "t",
            &[("cleanup.policy", 3, "delete"), ("retention.ms", 1, "")],
        )
        .unwrap();
    assert_eq!(
        value(&cluster, "cleanup.policy").as_deref(),
        Some("compact")
    );
    assert_eq!(value(&cluster, "retention.ms"), None);
    for (change, code) in [
        (("retention.ms", 2, "5"), ErrorCode::InvalidConfig),
        (("retention.ms", 9, "5"), ErrorCode::InvalidRequest),
        (("nonsense", 0, "5"), ErrorCode::InvalidConfig),
        (
            ("min.compaction.lag.ms", 0, "9223372036854775807"),
            ErrorCode::None,
        ),
    ] {
        let found = cluster
            .alter(2, "t", &[change])
            .err()
            .map_or(ErrorCode::None, |e| e.0);
        assert_eq!(found, code, "{change:?}");
    }
    let (code, message) = cluster
        .alter(2, "t", &[("max.compaction.lag.ms", 0, "5")])
        .unwrap_err();
    assert_eq!(code, ErrorCode::InvalidConfig);
    assert!(message.contains("min.compaction.lag.ms"), "{message}");
}

#[test]
fn a_brokers_running_settings_reach_its_topics() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("t", 1, 1)).unwrap();
    cluster
        .alter(4, "", &[("log.retention.ms", 0, "77")])
        .unwrap();
    assert_eq!(
        cluster
            .image
            .topic_config("t", &cluster.settings)
            .retention_ms,
        77
    );
    cluster
        .alter(4, "0", &[("log.retention.ms", 0, "78")])
        .unwrap();
    assert_eq!(
        cluster
            .image
            .topic_config("t", &cluster.settings)
            .retention_ms,
        78
    );
    let fixed = cluster.alter(4, "0", &[("node.id", 0, "4")]).unwrap_err();
    assert_eq!(fixed.0, ErrorCode::InvalidRequest);
    let stranger = cluster
        .alter(4, "8", &[("log.retention.ms", 0, "1")])
        .unwrap_err();
    assert_eq!(stranger.0, ErrorCode::BrokerIdNotRegistered);
}

#[test]
fn replacing_all_settings_takes_away_what_is_not_named() {
    let mut cluster = Cluster::of(1);
    cluster
        .create(with_config("t", "retention.ms", "5"))
        .unwrap();
    let config = alter_configs_request::AlterableConfig {
        name: "segment.ms".to_owned(),
        value: Some("6".to_owned()),
    };
    let resource = alter_configs_request::AlterConfigsResource {
        resource_type: 2,
        resource_name: "t".to_owned(),
        configs: vec![config],
    };
    let request = AlterConfigsRequest {
        resources: vec![resource],
        ..Default::default()
    };
    let decision = cluster.controller().alter_configs(&request);
    cluster.commit(&decision.records);
    let resource = ConfigResource::Topic("t".to_owned());
    let left: Vec<_> = cluster.image.config(&resource).keys().collect();
    assert_eq!(left, ["segment.ms"]);
}

#[test]
fn every_setting_is_described_with_its_source() {
    let mut cluster = Cluster::of(1);
    cluster
        .create(with_config("t", "cleanup.policy", "compact"))
        .unwrap();
    let resource = |kind, name: &str| DescribeConfigsResource {
        resource_type: kind,
        resource_name: name.to_owned(),
        configuration_keys: None,
    };
    let request = DescribeConfigsRequest {
        resources: vec![
            resource(2, "t"),
            resource(4, "0"),
            resource(2, "gone"),
            resource(4, "9"),
        ],
        include_synonyms: true,
        ..Default::default()
    };
    let response = describe_configs(&request, &cluster.image, &cluster.settings);
    let topic = &response.results[0];
    assert_eq!(topic.configs.len(), 33);
    let policy = topic
        .configs
        .iter()
        .find(|c| c.name == "cleanup.policy")
        .unwrap();
    assert_eq!(
        (policy.value.as_deref(), policy.config_source),
        (Some("compact"), 1)
    );
    assert_eq!(policy.synonyms.len(), 2);
    assert!(!policy.read_only);
    let broker = &response.results[1];
    let shown = broker_settings().filter(|setting| setting.is_shown());
    assert_eq!(broker.configs.len(), shown.count());
    let secret = broker
        .configs
        .iter()
        .find(|c| c.name == "ssl.key.password")
        .unwrap();
    assert!(secret.is_sensitive && secret.value.is_none());
    let code = |at: usize| ErrorCode::from_code(response.results[at].error_code);
    assert_eq!(code(2), ErrorCode::UnknownTopicOrPartition);
    assert_eq!(code(3), ErrorCode::InvalidRequest);
}

#[test]
fn topics_that_are_asked_for_are_made_by_default() {
    let mut cluster = Cluster::of(1);
    cluster.settings.num_partitions = 2;
    let names = ["t", "__consumer_offsets", "no/name"].map(str::to_owned);
    let mut random = Random::new(3);
    let decision = cluster
        .controller()
        .auto_create_topics(&names, &mut || id(&mut random));
    let codes: Vec<_> = decision.response.iter().map(|(_, code)| *code).collect();
    assert_eq!(
        codes,
        [
            ErrorCode::None,
            ErrorCode::None,
            ErrorCode::InvalidTopicException
        ]
    );
    cluster.commit(&decision.records);
    assert_eq!(cluster.image.topic("t").unwrap().partitions.len(), 2);
    let offsets = cluster.image.topic("__consumer_offsets").unwrap();
    assert_eq!(offsets.partitions.len(), 50);
    let config = cluster
        .image
        .topic_config("__consumer_offsets", &cluster.settings);
    assert!(config.cleanup.compact && config.segment_bytes == 104_857_600);
    let again = cluster
        .controller()
        .auto_create_topics(&names[..2], &mut || id(&mut random));
    assert!(again.records.is_empty());
}

#[test]
fn a_restarted_broker_is_elected_again_with_a_higher_epoch() {
    let mut cluster = Cluster::of(1);
    cluster.create(topic("t", 1, 1)).unwrap();
    cluster.register(0, 1);
    let partition = |cluster: &Cluster| {
        cluster
            .image
            .partition("t", PartitionIndex(0))
            .unwrap()
            .clone()
    };
    assert_eq!(
        partition(&cluster).leader_epoch,
        LeaderEpoch(0),
        "nothing changed"
    );
    cluster.register(0, 2);
    assert_eq!(partition(&cluster).leader_epoch, LeaderEpoch(1));
    assert_eq!(partition(&cluster).leader, Some(NodeId(0)));
    assert_eq!(cluster.image.broker(NodeId(0)).unwrap().epoch, 2);
}

#[test]
fn producer_ids_are_never_given_twice() {
    let mut cluster = Cluster::of(1);
    let mut next = 0;
    for _ in 0..3 {
        let decision = cluster.controller().allocate_producer_ids(NodeId(0));
        assert_eq!(decision.response.first.0, next);
        next += decision.response.count;
        cluster.commit(&decision.records);
    }
}

#[derive(Debug, Clone)]
enum Action {
    Create(u8, i32, i16),
    Delete(u8),
    Grow(u8, i32),
    Alter(u8, i64),
    Restart(u8),
    ProducerIds,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        (0..6_u8, 1..5, 1..4_i16).prop_map(|(name, n, f)| Action::Create(name, n, f)),
        (0..6_u8).prop_map(Action::Delete),
        (0..6_u8, 1..9).prop_map(|(name, count)| Action::Grow(name, count)),
        (0..6_u8, -1..99_i64).prop_map(|(name, value)| Action::Alter(name, value)),
        (1..9_u8).prop_map(Action::Restart),
        Just(Action::ProducerIds),
    ]
}

proptest! {
    #[test]
    fn a_snapshot_holds_the_whole_image(actions in prop::collection::vec(action(), 0..40)) {
        let mut cluster = Cluster::of(3);
        cluster.commit(&records::bootstrap());
        for action in actions {
            // Refusals are part of the game.
            let _ = match action {
                Action::Create(name, count, factor) => {
                    cluster.create(topic(&format!("t{name}"), count, factor))
                }
                Action::Delete(name) => {
                    let request = DeleteTopicsRequest {
                        topic_names: vec![format!("t{name}")],
                        ..Default::default()
                    };
                    let decision = cluster.controller().delete_topics(&request);
                    cluster.commit(&decision.records);
                    Ok(())
                }
                Action::Grow(name, count) => cluster.grow(&format!("t{name}"), count),
                Action::Alter(name, value) => {
                    let name = format!("t{name}");
                    cluster.alter(2, &name, &[("retention.ms", 0, &value.to_string())])
                }
                Action::Restart(incarnation) => {
                    cluster.register(0, incarnation);
                    Ok(())
                }
                Action::ProducerIds => {
                    let decision = cluster.controller().allocate_producer_ids(NodeId(0));
                    cluster.commit(&decision.records);
                    Ok(())
                }
            };
        }
        let snapshot = cluster.image.to_snapshot().unwrap();
        let restored = MetadataImage::from_snapshot(Bytes::from(snapshot)).unwrap();
        prop_assert_eq!(restored, cluster.image);
    }
}

mod configs;
mod elections;
mod features;
