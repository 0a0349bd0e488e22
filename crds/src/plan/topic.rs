//! The difference between a Topic manifest and a topic, as administrative calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::{DeletionPolicy, Refusal, Topic};

/// A topic as its manifest wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesiredTopic {
    /// Its name in Kafka.
    pub name: String,
    /// Its partitions; the broker's default when none.
    pub partitions: Option<i32>,
    /// Its replication factor; the broker's default when none.
    pub replicas: Option<i16>,
    /// The settings of the topic itself.
    pub config: BTreeMap<String, String>,
}

impl DesiredTopic {
    /// What a manifest wants.
    pub fn of(topic: &Topic) -> Self {
        Self {
            name: topic.kafka_name().to_owned(),
            partitions: topic.spec.partitions,
            replicas: topic
                .spec
                .replicas
                .map(|n| i16::try_from(n).unwrap_or(i16::MAX)),
            config: topic.spec.config.0.clone(),
        }
    }
}

/// A topic as the brokers have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedTopic {
    /// The id that the brokers gave it.
    pub topic_id: String,
    /// Its partitions.
    pub partitions: i32,
    /// Its replication factor.
    pub replicas: i16,
    /// What is set on the topic itself, without defaults.
    pub config: BTreeMap<String, String>,
}

/// One administrative call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicCall {
    /// `CreateTopics`.
    Create {
        /// The topic.
        name: String,
        /// The broker's default when none.
        partitions: Option<i32>,
        /// The broker's default when none.
        replicas: Option<i16>,
        /// Settings of the topic.
        config: BTreeMap<String, String>,
    },
    /// `CreatePartitions`.
    AddPartitions {
        /// The topic.
        name: String,
        /// How many there are afterwards.
        total: i32,
    },
    /// `IncrementalAlterConfigs`: the settings that are not named stay.
    AlterConfig {
        /// The topic.
        name: String,
        /// Settings to set.
        set: BTreeMap<String, String>,
        /// Settings that follow the broker again.
        delete: BTreeSet<String>,
    },
}

impl fmt::Display for TopicCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create {
                name, partitions, ..
            } => match partitions {
                Some(1) => write!(f, "create topic {name} with 1 partition"),
                Some(partitions) => write!(f, "create topic {name} with {partitions} partitions"),
                None => write!(f, "create topic {name}"),
            },
            Self::AddPartitions { name, total } => {
                write!(f, "grow topic {name} to {total} partitions")
            }
            Self::AlterConfig { name, set, delete } => {
                let changes = set.iter().map(|(key, value)| format!("{key}={value}"));
                let removals = delete
                    .iter()
                    .map(|key| format!("{key} back to the default"));
                let all: Vec<_> = changes.chain(removals).collect();
                write!(f, "change topic {name}: {}", all.join(", "))
            }
        }
    }
}

/// What to do about one topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicPlan {
    /// Calls to make, in this order.
    pub calls: Vec<TopicCall>,
    /// What the manifest asks for that cannot be done. The calls are made all the same.
    pub refusals: Vec<Refusal>,
}

/// The calls that make the topic what the manifest says, and what cannot be had.
///
/// The plan changes nothing that the manifest leaves open, and is empty once it was carried out.
pub fn plan_topic(desired: &DesiredTopic, observed: Option<&ObservedTopic>) -> TopicPlan {
    let Some(observed) = observed else {
        return TopicPlan {
            calls: vec![TopicCall::Create {
                name: desired.name.clone(),
                partitions: desired.partitions,
                replicas: desired.replicas,
                config: desired.config.clone(),
            }],
            refusals: Vec::new(),
        };
    };
    let mut plan = TopicPlan::default();
    plan_partitions(desired, observed, &mut plan);
    plan_replicas(desired, observed, &mut plan);
    plan_config(desired, observed, &mut plan);
    plan
}

fn plan_partitions(desired: &DesiredTopic, observed: &ObservedTopic, plan: &mut TopicPlan) {
    let (name, has) = (&desired.name, observed.partitions);
    match desired.partitions {
        Some(total) if total > has => plan.calls.push(TopicCall::AddPartitions {
            name: name.clone(),
            total,
        }),
        Some(fewer) if fewer < has => plan.refusals.push(Refusal::new(
            "FewerPartitions",
            format!(
                "spec.partitions is {fewer}, topic {name} has {has}: partitions cannot be taken \
                 away without losing their records; set spec.partitions to {has}, or make another \
                 Topic with {fewer}"
            ),
        )),
        _ => {}
    }
}

fn plan_replicas(desired: &DesiredTopic, observed: &ObservedTopic, plan: &mut TopicPlan) {
    let (name, has) = (&desired.name, observed.replicas);
    if let Some(replicas) = desired.replicas
        && replicas != has
    {
        plan.refusals.push(Refusal::new(
            "ReplicasChanged",
            format!(
                "spec.replicas is {replicas}, topic {name} has {has}: this version cannot change \
                 the replication factor of a topic; set spec.replicas to {has}"
            ),
        ));
    }
}

fn plan_config(desired: &DesiredTopic, observed: &ObservedTopic, plan: &mut TopicPlan) {
    let set: BTreeMap<_, _> = desired
        .config
        .iter()
        .filter(|(key, value)| observed.config.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let delete: BTreeSet<_> = observed
        .config
        .keys()
        .filter(|key| !desired.config.contains_key(*key))
        .cloned()
        .collect();
    if !set.is_empty() || !delete.is_empty() {
        plan.calls.push(TopicCall::AlterConfig {
            name: desired.name.clone(),
            set,
            delete,
        });
    }
}

/// What becomes of a topic whose manifest is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It stays.
    Retain {
        /// The topic.
        name: String,
    },
    /// It is deleted with its records.
    Delete {
        /// The topic.
        name: String,
    },
}

/// What becomes of a topic whose manifest is gone.
pub fn removal(topic: &Topic) -> Removal {
    let name = topic.kafka_name().to_owned();
    match topic.spec.deletion_policy {
        DeletionPolicy::Retain => Removal::Retain { name },
        DeletionPolicy::Delete => Removal::Delete { name },
    }
}

impl fmt::Display for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retain { name } => write!(
                f,
                "topic {name} has no manifest any more and stays with its records \
                 (deletionPolicy: Retain)"
            ),
            Self::Delete { name } => write!(
                f,
                "topic {name} is deleted with its records (deletionPolicy: Delete)"
            ),
        }
    }
}

/// A manifest's claim to a topic. The smallest claim wins: the oldest one, by name between
/// those of the same second.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// When the manifest was made: Unix seconds, or its place in the file.
    pub since: i64,
    /// The manifest's name.
    pub manifest: String,
}

/// Which of several manifests for one topic is followed.
pub fn winner(claims: &[Claim]) -> Option<&Claim> {
    claims.iter().min()
}

impl Claim {
    /// What the manifest that lost is told.
    pub fn refuse(&self, topic: &str) -> Refusal {
        Refusal::new(
            "TopicClaimed",
            format!(
                "topic {topic} belongs to the older Topic {}: delete one of the two, or give this \
                 one another spec.topicName",
                self.manifest
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn desired(partitions: i32, pairs: &[(&str, &str)]) -> DesiredTopic {
        DesiredTopic {
            name: "orders".to_owned(),
            partitions: Some(partitions),
            replicas: Some(1),
            config: config(pairs),
        }
    }

    fn observed(partitions: i32, pairs: &[(&str, &str)]) -> ObservedTopic {
        ObservedTopic {
            topic_id: "id".to_owned(),
            partitions,
            replicas: 1,
            config: config(pairs),
        }
    }

    #[test]
    fn a_topic_that_is_missing_is_created() {
        let plan = plan_topic(&desired(4, &[("retention.ms", "1")]), None);
        assert_eq!(plan.calls.len(), 1);
        assert!(matches!(
            &plan.calls[0],
            TopicCall::Create {
                partitions: Some(4),
                ..
            }
        ));
    }

    #[test]
    fn fewer_partitions_are_refused_and_the_rest_is_done() {
        let plan = plan_topic(&desired(2, &[("a", "1")]), Some(&observed(4, &[])));
        assert_eq!(plan.refusals[0].reason, "FewerPartitions");
        assert!(
            plan.refusals[0]
                .message
                .contains("set spec.partitions to 4")
        );
        assert!(matches!(&plan.calls[..], [TopicCall::AlterConfig { .. }]));
    }

    #[test]
    fn a_changed_replication_factor_is_refused() {
        let mut wish = desired(4, &[]);
        wish.replicas = Some(3);
        let plan = plan_topic(&wish, Some(&observed(4, &[])));
        assert_eq!(plan.refusals[0].reason, "ReplicasChanged");
        assert!(plan.calls.is_empty());
    }

    #[test]
    fn a_setting_taken_out_of_the_manifest_follows_the_broker_again() {
        let plan = plan_topic(
            &desired(1, &[("a", "2")]),
            Some(&observed(1, &[("a", "1"), ("b", "1")])),
        );
        let [TopicCall::AlterConfig { set, delete, .. }] = &plan.calls[..] else {
            panic!("{plan:?}");
        };
        assert_eq!(set, &config(&[("a", "2")]));
        assert_eq!(delete, &BTreeSet::from(["b".to_owned()]));
    }

    #[test]
    fn the_oldest_manifest_wins_and_the_other_is_told_so() {
        let claim = |since, manifest: &str| Claim {
            since,
            manifest: manifest.to_owned(),
        };
        let claims = [claim(7, "a"), claim(3, "z"), claim(3, "y")];
        let first = winner(&claims).unwrap();
        assert_eq!(first.manifest, "y");
        assert!(first.refuse("orders").message.contains("older Topic y"));
    }

    /// What the brokers do with a call.
    fn carry_out(call: &TopicCall, topic: Option<ObservedTopic>) -> ObservedTopic {
        match (call, topic) {
            (
                TopicCall::Create {
                    partitions,
                    replicas,
                    config,
                    ..
                },
                _,
            ) => ObservedTopic {
                topic_id: "new".to_owned(),
                partitions: partitions.unwrap_or(1),
                replicas: replicas.unwrap_or(1),
                config: config.clone(),
            },
            (TopicCall::AddPartitions { total, .. }, Some(topic)) => {
                assert!(*total > topic.partitions);
                ObservedTopic {
                    partitions: *total,
                    ..topic
                }
            }
            (TopicCall::AlterConfig { set, delete, .. }, Some(mut topic)) => {
                for key in delete {
                    assert!(topic.config.remove(key).is_some());
                }
                topic.config.extend(set.clone());
                topic
            }
            (call, None) => panic!("{call:?} without a topic"),
        }
    }

    fn any_config() -> impl Strategy<Value = BTreeMap<String, String>> {
        proptest::collection::btree_map("[a-d]", "[0-3]", 0..4)
    }

    proptest! {
        #[test]
        fn a_plan_carried_out_leaves_nothing_to_do_but_what_was_refused(
            partitions in proptest::option::of(1..6i32),
            replicas in proptest::option::of(1..4i16),
            wish in any_config(),
            has in proptest::option::of((1..6i32, 1..4i16, any_config())),
        ) {
            let desired = DesiredTopic { name: "t".to_owned(), partitions, replicas, config: wish };
            let mut topic = has.map(|(partitions, replicas, config)| ObservedTopic {
                topic_id: "old".to_owned(), partitions, replicas, config,
            });
            let before = topic.clone();
            let plan = plan_topic(&desired, topic.as_ref());
            for call in &plan.calls {
                topic = Some(carry_out(call, topic));
            }
            let after = topic.unwrap();
            let again = plan_topic(&desired, Some(&after));
            prop_assert!(again.calls.is_empty());
            prop_assert_eq!(&again.refusals, &plan.refusals);
            prop_assert_eq!(&after.config, &desired.config);
            if let Some(before) = before {
                prop_assert!(after.partitions >= before.partitions);
                prop_assert_eq!(after.replicas, before.replicas);
            }
        }
    }
}
