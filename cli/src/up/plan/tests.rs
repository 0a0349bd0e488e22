use std::collections::BTreeMap;

use kavka_crds::plan::ObservedTopic;

use super::{Present, Step, forbidden_changes, plan};
use crate::up::desired::Desired;
use crate::up::desired::tests::parse;

const CLUSTER: &str = "{apiVersion: kavka.dev/v1alpha1, kind: Cluster, metadata: {name: demo}, \
                       spec: {config: {log.retention.hours: 72}}}";

fn topic(name: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: kavka.dev/v1alpha1, kind: Topic, metadata: {{name: {name}}}, \
         spec: {{cluster: demo{spec}}}}}"
    )
}

fn pipeline(name: &str, port: u16) -> String {
    format!(
        "{{apiVersion: kavka.dev/v1alpha1, kind: Pipeline, metadata: {{name: {name}}}, \
         spec: {{cluster: demo, sources: {{http: {{type: http, address: '0.0.0.0:{port}'}}}}, \
         sinks: {{out: {{type: kafka, inputs: [http], topic: orders}}}}}}}}"
    )
}

fn desired(documents: &[String]) -> Desired {
    parse(&[&[CLUSTER.to_owned()], documents].concat().join("\n---\n")).unwrap()
}

/// What runs after everything that was desired has been applied.
fn applied(desired: &Desired) -> Present {
    let observed = |topic: &kavka_crds::Topic| ObservedTopic {
        topic_id: "id".into(),
        partitions: topic.spec.partitions.unwrap_or(1),
        replicas: 1,
        config: topic.spec.config.0.clone(),
    };
    Present {
        settings: desired
            .broker
            .as_ref()
            .map(|broker| broker.settings.clone()),
        topics: desired
            .topics
            .iter()
            .map(|topic| (topic.kafka_name().to_owned(), observed(topic)))
            .collect(),
        applied: desired.topics.clone(),
        pipelines: desired
            .pipelines
            .iter()
            .map(|(name, pipeline)| (name.clone(), pipeline.text.clone()))
            .collect(),
    }
}

fn steps(present: &Present, desired: &Desired) -> Vec<String> {
    plan(present, desired)
        .steps
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn topics_are_made_before_the_pipelines_start() {
    let wanted = desired(&[pipeline("p", 1), topic("orders", ", partitions: 4")]);
    let present = Present {
        settings: wanted.broker.as_ref().map(|broker| broker.settings.clone()),
        ..Present::default()
    };
    assert_eq!(
        steps(&present, &wanted),
        ["create topic orders with 4 partitions", "start pipeline p"]
    );
}

#[test]
fn what_is_applied_is_left_alone() {
    let wanted = desired(&[
        topic("orders", ", config: {retention.ms: 5}"),
        pipeline("p", 1),
    ]);
    assert_eq!(plan(&applied(&wanted), &wanted), super::Plan::default());
}

#[test]
fn an_edit_changes_only_what_was_edited() {
    let before = desired(&[
        topic("a", ", partitions: 1"),
        topic("b", ""),
        pipeline("p", 1),
    ]);
    let after = desired(&[
        topic("a", ", partitions: 3, config: {retention.ms: 5}"),
        topic("b", ""),
        pipeline("p", 2),
    ]);
    assert_eq!(
        steps(&applied(&before), &after),
        [
            "grow topic a to 3 partitions",
            "change topic a: retention.ms=5",
            "reload pipeline p"
        ]
    );
}

#[test]
fn fewer_partitions_are_refused_and_nothing_else_suffers() {
    let before = desired(&[topic("a", ", partitions: 3"), topic("b", "")]);
    let after = desired(&[topic("a", ", partitions: 1"), topic("c", "")]);
    let plan = plan(&applied(&before), &after);
    assert!(
        plan.refusals[0].starts_with("Topic a: spec.partitions is 1"),
        "{plan:?}"
    );
    assert!(matches!(&plan.steps[0], Step::Topic(_)), "{plan:?}");
}

#[test]
fn a_topic_that_left_the_file_follows_its_deletion_policy_after_the_pipelines() {
    let delete = ", deletionPolicy: Delete";
    let before = desired(&[topic("kept", ""), topic("gone", delete), pipeline("p", 1)]);
    let after = desired(&[]);
    let steps = steps(&applied(&before), &after);
    assert_eq!(steps[0], "stop pipeline p");
    assert!(
        steps[1].starts_with("topic kept") && steps[1].contains("Retain"),
        "{steps:?}"
    );
    assert!(steps[2].starts_with("topic gone is deleted"), "{steps:?}");
}

#[test]
fn a_topic_whose_manifest_got_another_name_is_not_removed() {
    let before = desired(&[topic("a", ", deletionPolicy: Delete")]);
    let after = desired(&[topic("b", ", topicName: a, deletionPolicy: Delete")]);
    assert_eq!(steps(&applied(&before), &after), Vec::<String>::new());
}

#[test]
fn changed_settings_restart_the_broker_and_are_named() {
    let wanted = desired(&[]);
    let mut present = applied(&wanted);
    present.settings = Some(BTreeMap::from([
        ("kavka.durability".to_owned(), "disk".to_owned()),
        ("num.partitions".to_owned(), "3".to_owned()),
    ]));
    assert_eq!(
        steps(&present, &wanted),
        ["restart the broker: log.retention.hours=72, num.partitions back to its default"]
    );
}

#[test]
fn a_topic_is_not_renamed() {
    let before = desired(&[topic("a", ", topicName: one")]);
    let after = desired(&[topic("a", ", topicName: two")]);
    let forbidden = forbidden_changes(&applied(&before).applied, &after);
    assert!(forbidden[0].starts_with("Topic a:") && forbidden[0].contains("topicName"));
    assert!(forbidden_changes(&applied(&before).applied, &before).is_empty());
}
