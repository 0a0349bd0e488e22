//! `Topic`: one topic of a Cluster.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Settings;

/// A topic of a Cluster in the same namespace.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "kavka.dev",
    version = "v1alpha1",
    kind = "Topic",
    namespaced,
    status = "TopicStatus",
    derive = "PartialEq",
    shortname = "kvt",
    category = "kavka",
    doc = "A topic of a Cluster in the same namespace.",
    printcolumn(name = "Ready", type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Reason", type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Cluster", type_ = "string", json_path = ".spec.cluster"),
    printcolumn(name = "Partitions", type_ = "integer", json_path = ".status.partitions"),
    printcolumn(name = "Topic", type_ = "string", json_path = ".status.topicName", priority = 1),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    validation = Rule::new("has(self.spec.topicName) || self.metadata.name.size() <= 249")
        .message("metadata.name: a topic's name has at most 249 characters: give a shorter one in \
                  spec.topicName"),
    cel
)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("self.cluster == oldSelf.cluster")
        .message("spec.cluster cannot change: a topic does not move between clusters; make \
                  another Topic"),
    validation = Rule::new(
        "has(self.topicName) == has(oldSelf.topicName) && \
         (!has(self.topicName) || self.topicName == oldSelf.topicName)")
        .message("spec.topicName cannot change: Kafka renames no topic; make another Topic"),
    validation = Rule::new(
        "!has(self.topicName) || !(self.topicName in ['.', '..', '__consumer_offsets', \
         '__transaction_state'])")
        .message("spec.topicName: this name is Kafka's own; choose another"),
)]
pub struct TopicSpec {
    /// The Cluster that holds the topic.
    #[schemars(length(min = 1, max = 36))]
    pub cluster: String,
    /// The topic's name where the object's name cannot be it (capital letters, underscores).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 249), regex(pattern = r"^[a-zA-Z0-9._-]+$"))]
    pub topic_name: Option<String>,
    /// How many partitions; the broker's `num.partitions` when left out. It can only grow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub partitions: Option<i32>,
    /// On how many brokers each partition lies; the broker's `default.replication.factor` when
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub replicas: Option<i32>,
    /// Settings of the topic by Kafka's names; those left out follow the broker.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub config: Settings,
    /// What happens to the topic and its records when this object is deleted.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
}

/// What happens to the topic and its records when the Topic object is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeletionPolicy {
    /// They stay.
    #[default]
    Retain,
    /// They are deleted.
    Delete,
}

/// What the operator knows of a Topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicStatus {
    /// `Ready`, with a reason and what to do where it is not.
    #[serde(default)]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The topic's name in Kafka.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_name: Option<String>,
    /// The id that the brokers gave the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<String>,
    /// The partitions that the topic has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitions: Option<i32>,
    /// On how many brokers each partition lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
}

impl Topic {
    /// The topic's name in Kafka.
    pub fn kafka_name(&self) -> &str {
        match &self.spec.topic_name {
            Some(name) => name,
            None => self.metadata.name.as_deref().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(yaml: &str) -> Topic {
        Topic::new("orders", serde_yaml::from_str(yaml).unwrap())
    }

    #[test]
    fn the_objects_name_is_the_topics_unless_told_otherwise() {
        assert_eq!(topic("{cluster: demo}").kafka_name(), "orders");
        assert_eq!(
            topic("{cluster: demo, topicName: My_Orders}").kafka_name(),
            "My_Orders"
        );
    }

    #[test]
    fn a_topic_neither_moves_nor_is_renamed() {
        let old = topic("{cluster: demo, topicName: A}");
        topic("{cluster: demo, topicName: A, partitions: 9}")
            .validate_cel_update(&old)
            .unwrap();
        for changed in [
            "{cluster: other, topicName: A}",
            "{cluster: demo, topicName: B}",
            "{cluster: demo}",
        ] {
            assert!(
                topic(changed).validate_cel_update(&old).is_err(),
                "{changed}"
            );
        }
    }

    #[test]
    fn kafkas_own_topics_are_out_of_reach() {
        assert!(
            topic("{cluster: demo, topicName: __consumer_offsets}")
                .validate_cel()
                .is_err()
        );
        assert!(
            topic("{cluster: demo, topicName: '..'}")
                .validate_cel()
                .is_err()
        );
    }

    #[test]
    fn a_long_object_name_needs_a_topic_name() {
        let mut long = topic("{cluster: demo}");
        long.metadata.name = Some("a".repeat(250));
        assert!(long.validate_cel().is_err());
        long.spec.topic_name = Some("a".to_owned());
        long.validate_cel().unwrap();
    }
}
