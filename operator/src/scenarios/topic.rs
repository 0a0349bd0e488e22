//! Topics.

use kavka_crds::Topic;
use serde_json::json;

use super::World;
use crate::naming::TOPIC_FINALIZER;
use crate::topic::departure::look;
use crate::topic::finalizer::release_all;

async fn world_with(spec: &str) -> World {
    let world = World::new();
    world.serving_cluster().await;
    world.apply("Topic", "orders", spec);
    world.reconcile::<Topic>("orders").await.unwrap();
    world
}

fn finalizers(world: &World) -> Vec<String> {
    let topic = world.api.get(&World::path("topics", "orders")).unwrap();
    serde_json::from_value(topic["metadata"]["finalizers"].clone()).unwrap_or_default()
}

fn mark_deleted(world: &World) {
    world.api.edit(&World::path("topics", "orders"), |topic| {
        topic["metadata"]["deletionTimestamp"] = json!("2026-01-02T00:00:00Z");
    });
}

#[tokio::test]
async fn a_topic_is_made_and_its_id_and_partitions_are_told() {
    let world = world_with("{cluster: demo, partitions: 4, config: {retention.ms: 1000}}").await;
    assert_eq!(
        world.kafka.calls(),
        ["create topic orders with 4 partitions"]
    );
    let status = world.api.get(&World::path("topics", "orders")).unwrap()["status"].clone();
    assert_eq!(status["topicId"], "id-of-orders");
    assert_eq!(status["partitions"], 4);
    assert_eq!(world.reason("Topic", "orders"), "Ready");
    world.reconcile::<Topic>("orders").await.unwrap();
    assert_eq!(world.kafka.calls(), [""; 0]);
}

#[tokio::test]
async fn more_partitions_are_added_and_fewer_are_refused() {
    let world = world_with("{cluster: demo, partitions: 2}").await;
    world.apply("Topic", "orders", "{cluster: demo, partitions: 4}");
    world.reconcile::<Topic>("orders").await.unwrap();
    assert!(
        world
            .kafka
            .calls()
            .contains(&"grow topic orders to 4 partitions".to_owned())
    );
    world.apply("Topic", "orders", "{cluster: demo, partitions: 3}");
    world.reconcile::<Topic>("orders").await.unwrap();
    let (status, reason, message) = world.ready("Topic", "orders");
    assert_eq!(
        (status.as_str(), reason.as_str()),
        ("False", "FewerPartitions")
    );
    assert!(message.contains("set spec.partitions to 4"), "{message}");
    assert_eq!(world.kafka.brokers().topics["orders"].partitions, 4);
}

#[tokio::test]
async fn a_setting_is_changed_and_taken_back() {
    let world =
        world_with("{cluster: demo, config: {retention.ms: 1000, preallocate: true}}").await;
    world.apply(
        "Topic",
        "orders",
        "{cluster: demo, config: {retention.ms: 2000}}",
    );
    world.reconcile::<Topic>("orders").await.unwrap();
    let config = world.kafka.brokers().topics["orders"].config.clone();
    assert_eq!(
        config.into_iter().collect::<Vec<_>>(),
        [("retention.ms".into(), "2000".into())]
    );
}

#[tokio::test]
async fn what_the_brokers_refuse_is_told_in_their_words() {
    let world = World::new();
    world.serving_cluster().await;
    world.kafka.brokers().refusal = Some("INVALID_CONFIG: Unknown topic config name: x".to_owned());
    world.apply("Topic", "orders", "{cluster: demo, config: {x: 1}}");
    world.reconcile::<Topic>("orders").await.unwrap();
    let (_, reason, message) = world.ready("Topic", "orders");
    assert_eq!(reason, "BrokersRefuse");
    assert!(
        message.contains("Unknown topic config name: x"),
        "{message}"
    );
}

#[tokio::test]
async fn brokers_that_do_not_answer_are_told_and_tried_again() {
    let world = World::new();
    world.serving_cluster().await;
    world.kafka.brokers().down = true;
    world.apply("Topic", "orders", "{cluster: demo}");
    assert!(world.reconcile::<Topic>("orders").await.is_err());
    let (_, reason, message) = world.ready("Topic", "orders");
    assert_eq!(reason, "BrokersUnreachable");
    assert!(message.contains("demo-bootstrap.ns.svc:9092"), "{message}");
    world.kafka.brokers().down = false;
    world.reconcile::<Topic>("orders").await.unwrap();
    assert_eq!(world.reason("Topic", "orders"), "Ready");
}

#[tokio::test]
async fn a_topic_waits_for_its_cluster() {
    let world = World::new();
    world.apply("Topic", "orders", "{cluster: demo}");
    world.reconcile::<Topic>("orders").await.unwrap();
    assert_eq!(world.reason("Topic", "orders"), "ClusterNotFound");
    world.apply("Cluster", "demo", "{}");
    world.reconcile::<Topic>("orders").await.unwrap();
    assert_eq!(world.reason("Topic", "orders"), "ClusterNotReady");
    assert_eq!(world.kafka.calls(), [""; 0]);
}

#[tokio::test]
async fn the_younger_of_two_manifests_is_refused_and_takes_nothing_along() {
    let world = world_with("{cluster: demo, partitions: 4}").await;
    world.kafka.calls();
    world.apply(
        "Topic",
        "again",
        "{cluster: demo, topicName: orders, partitions: 9, deletionPolicy: Delete}",
    );
    world.api.edit(&World::path("topics", "again"), |topic| {
        topic["metadata"]["creationTimestamp"] = json!("2026-06-01T00:00:00Z");
    });
    world.reconcile::<Topic>("again").await.unwrap();
    assert_eq!(world.reason("Topic", "again"), "TopicClaimed");
    assert_eq!(world.kafka.calls(), [""; 0]);
    let again = world.api.get(&World::path("topics", "again")).unwrap();
    assert!(again["metadata"]["finalizers"].is_null());
}

#[tokio::test]
async fn a_topic_that_is_retained_bears_no_finalizer() {
    let world = world_with("{cluster: demo}").await;
    assert!(finalizers(&world).is_empty());
}

#[tokio::test]
async fn a_topic_with_delete_goes_with_its_manifest() {
    let world = world_with("{cluster: demo, deletionPolicy: Delete}").await;
    assert_eq!(finalizers(&world), [TOPIC_FINALIZER]);
    mark_deleted(&world);
    world.kafka.calls();
    world.reconcile::<Topic>("orders").await.unwrap();
    assert_eq!(world.kafka.calls(), ["delete topic orders"]);
    assert!(finalizers(&world).is_empty());
}

#[tokio::test]
async fn a_topic_turned_to_retain_keeps_its_records_and_loses_its_finalizer() {
    let world = world_with("{cluster: demo, deletionPolicy: Delete}").await;
    world.apply("Topic", "orders", "{cluster: demo, deletionPolicy: Retain}");
    mark_deleted(&world);
    world.kafka.calls();
    world.reconcile::<Topic>("orders").await.unwrap();
    assert_eq!(world.kafka.calls(), [""; 0]);
    assert!(finalizers(&world).is_empty());
}

#[tokio::test]
async fn a_topic_whose_cluster_is_gone_is_let_go() {
    let world = world_with("{cluster: demo, deletionPolicy: Delete}").await;
    world.api.remove(&World::path("clusters", "demo"));
    world.kafka.brokers().down = true;
    mark_deleted(&world);
    world.reconcile::<Topic>("orders").await.unwrap();
    assert!(finalizers(&world).is_empty());
}

#[tokio::test]
async fn the_operator_on_its_way_out_lets_every_topic_go() {
    let world = world_with("{cluster: demo, deletionPolicy: Delete}").await;
    world.api.edit(&World::path("topics", "orders"), |topic| {
        topic["metadata"]["finalizers"] = json!(["other/finalizer", TOPIC_FINALIZER]);
    });
    assert_eq!(release_all(&world.context.client, "ns").await.unwrap(), 1);
    assert_eq!(finalizers(&world), ["other/finalizer"]);
}

#[tokio::test]
async fn a_namespace_that_is_deleted_takes_its_topics_along() {
    let world = world_with("{cluster: demo, deletionPolicy: Delete}").await;
    world
        .api
        .put("/api/v1/namespaces/ns", json!({"metadata": {}}));
    look(&world.context, "ns").await;
    assert_eq!(finalizers(&world), [TOPIC_FINALIZER]);
    world.api.edit("/api/v1/namespaces/ns", |namespace| {
        namespace["metadata"]["deletionTimestamp"] = json!("2026-01-02T00:00:00Z");
    });
    look(&world.context, "ns").await;
    assert!(finalizers(&world).is_empty());
    world.reconcile::<Topic>("orders").await.unwrap();
    assert!(finalizers(&world).is_empty());
}
