//! Clusters.

use std::time::Duration;

use http::{Method, StatusCode};
use kavka_crds::Cluster;
use serde_json::json;

use super::World;
use crate::watch::controllers;

const SERVICE: &str = "/api/v1/namespaces/ns/services/demo-bootstrap";

#[tokio::test]
async fn a_new_cluster_gets_everything_it_needs_and_becomes_ready() {
    let world = World::new();
    world.apply("Cluster", "demo", "{brokers: 1, storage: {size: 1Gi}}");
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(world.api.names("statefulsets"), ["demo-broker"]);
    assert_eq!(
        world.api.names("services"),
        ["demo-bootstrap", "demo-brokers"]
    );
    assert_eq!(world.api.names("configmaps"), ["demo-broker"]);
    assert_eq!(world.api.names("poddisruptionbudgets"), ["demo-broker"]);
    assert_eq!(world.reason("Cluster", "demo"), "BrokersStarting");
    world.start_broker("one");
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(world.reason("Cluster", "demo"), "Ready");
    let status = world.api.get(&World::path("clusters", "demo")).unwrap()["status"].clone();
    assert_eq!(status["clusterId"], "cluster-id");
    assert_eq!(status["readyBrokers"], 1);
    assert_eq!(status["bootstrapServers"], "demo-bootstrap.ns.svc:9092");
}

#[tokio::test]
async fn at_rest_nothing_is_written_but_the_same_objects() {
    let world = World::new();
    world.serving_cluster().await;
    world.reconcile::<Cluster>("demo").await.unwrap();
    let changes = world.api.changes();
    assert!(
        changes.iter().all(|change| change.starts_with("PATCH")),
        "{changes:?}"
    );
    assert!(
        !changes.iter().any(|change| change.contains("/status")),
        "{changes:?}"
    );
}

#[tokio::test]
async fn more_brokers_than_this_build_runs_change_nothing_that_runs() {
    let world = World::new();
    world.serving_cluster().await;
    world.apply("Cluster", "demo", "{brokers: 3}");
    world.reconcile::<Cluster>("demo").await.unwrap();
    let changes = world.api.changes();
    assert_eq!(
        changes,
        ["PATCH /apis/kavka.dev/v1alpha1/namespaces/ns/clusters/demo/status"]
    );
    let (status, reason, message) = world.ready("Cluster", "demo");
    assert_eq!(
        (status.as_str(), reason.as_str()),
        ("False", "TooManyBrokers")
    );
    assert!(message.contains("set spec.brokers to 1"), "{message}");
}

#[tokio::test]
async fn what_was_deleted_comes_back_with_its_node_port() {
    let world = World::new();
    world.apply(
        "Cluster",
        "demo",
        "{listeners: [{name: out, type: nodePort}]}",
    );
    world.reconcile::<Cluster>("demo").await.unwrap();
    let path = "/api/v1/namespaces/ns/services/demo-out-0";
    let port = world.api.get(path).unwrap()["spec"]["ports"][0]["nodePort"].clone();
    world.api.remove(path);
    world
        .api
        .remove("/apis/apps/v1/namespaces/ns/statefulsets/demo-broker");
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(
        world.api.get(path).unwrap()["spec"]["ports"][0]["nodePort"],
        port
    );
    assert_eq!(world.api.names("statefulsets"), ["demo-broker"]);
}

#[tokio::test]
async fn a_listener_that_is_taken_away_takes_its_services_along() {
    let world = World::new();
    world.apply(
        "Cluster",
        "demo",
        "{listeners: [{name: out, type: nodePort}]}",
    );
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(world.api.names("services").len(), 4);
    world.apply("Cluster", "demo", "{}");
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(
        world.api.names("services"),
        ["demo-bootstrap", "demo-brokers"]
    );
}

#[tokio::test]
async fn a_service_of_a_cluster_before_is_left_alone() {
    let world = World::new();
    world.apply("Cluster", "demo", "{}");
    let labels = json!({"app.kubernetes.io/managed-by": "kavka-operator",
        "kavka.dev/cluster": "demo"});
    let owners = json!([{"apiVersion": "kavka.dev/v1alpha1", "kind": "Cluster", "name": "demo",
        "uid": "of-another"}]);
    let object = json!({"metadata": {"labels": labels, "ownerReferences": owners}});
    world
        .api
        .put("/api/v1/namespaces/ns/services/demo-other-0", object);
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert!(
        world
            .api
            .names("services")
            .contains(&"demo-other-0".to_owned())
    );
}

#[tokio::test]
async fn a_changed_setting_restarts_the_broker_once() {
    let world = World::new();
    world.serving_cluster().await;
    world.apply("Cluster", "demo", "{config: {num.partitions: 4}}");
    world.reconcile::<Cluster>("demo").await.unwrap();
    // The StatefulSet's controller has not seen the change yet: nothing is restarted.
    assert_eq!(world.api.names("pods"), ["demo-broker-0"]);
    assert_eq!(world.reason("Cluster", "demo"), "Restarting");
    world.api.edit(
        "/apis/apps/v1/namespaces/ns/statefulsets/demo-broker",
        |set| {
            set["status"]["updateRevision"] = json!("two");
            set["status"]["observedGeneration"] = set["metadata"]["generation"].clone();
        },
    );
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert!(world.api.names("pods").is_empty());
    world.start_broker("two");
    world.api.changes();
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(world.reason("Cluster", "demo"), "Ready");
    assert!(
        !world
            .api
            .changes()
            .iter()
            .any(|change| change.starts_with("DELETE"))
    );
}

#[tokio::test]
async fn what_kubernetes_refuses_is_told_in_the_status_and_tried_again() {
    let world = World::new();
    world.apply(
        "Cluster",
        "demo",
        "{listeners: [{name: out, type: nodePort, \
        bootstrapNodePort: 30092}]}",
    );
    let message =
        "spec.ports[0].nodePort: Invalid value: 30092: provided port is already allocated";
    world.api.refuse(
        Method::PATCH,
        "demo-out-bootstrap",
        StatusCode::UNPROCESSABLE_ENTITY,
        message,
    );
    assert!(world.reconcile::<Cluster>("demo").await.is_err());
    let (_, reason, told) = world.ready("Cluster", "demo");
    assert_eq!(reason, "Refused");
    assert!(told.contains("already allocated"), "{told}");
    world.api.accept_all();
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(world.reason("Cluster", "demo"), "BrokersStarting");
}

#[tokio::test]
async fn a_volume_that_cannot_grow_is_told_and_everything_else_goes_on() {
    let world = World::new();
    world.apply("Cluster", "demo", "{storage: {size: 2Gi}}");
    let path = "/api/v1/namespaces/ns/persistentvolumeclaims/data-demo-broker-0";
    let labels = json!({"app.kubernetes.io/managed-by": "kavka-operator",
        "kavka.dev/cluster": "demo"});
    world.api.put(
        path,
        json!({
            "metadata": {"labels": labels},
            "spec": {"resources": {"requests": {"storage": "1Gi"}}},
        }),
    );
    let why = "only dynamically provisioned pvc can be resized";
    world.api.refuse(
        Method::PATCH,
        "persistentvolumeclaims",
        StatusCode::FORBIDDEN,
        why,
    );
    world.reconcile::<Cluster>("demo").await.unwrap();
    assert_eq!(world.reason("Cluster", "demo"), "StorageNotGrown");
    assert_eq!(world.api.names("statefulsets"), ["demo-broker"]);
    world.api.accept_all();
    world.reconcile::<Cluster>("demo").await.unwrap();
    let claim = world.api.get(path).unwrap();
    assert_eq!(claim["spec"]["resources"]["requests"]["storage"], "2Gi");
}

#[tokio::test]
async fn a_manifest_that_cannot_be_understood_stops_nobody_else() {
    let world = World::new();
    world.apply("Cluster", "broken", "{config: {log.dirs: [a, b]}}");
    world.reconcile::<Cluster>("broken").await.unwrap();
    let (_, reason, message) = world.ready("Cluster", "broken");
    assert_eq!(reason, "InvalidManifest");
    assert!(message.contains("config.log.dirs"), "{message}");
    world.serving_cluster().await;
    world.apply("Topic", "broken", "{cluster: demo, config: {a: [b]}}");
    world.apply("Topic", "good", "{cluster: demo}");
    world
        .reconcile::<kavka_crds::Topic>("broken")
        .await
        .unwrap();
    world.reconcile::<kavka_crds::Topic>("good").await.unwrap();
    assert_eq!(world.reason("Topic", "broken"), "InvalidManifest");
    assert_eq!(world.reason("Topic", "good"), "Ready");
}

/// The pitfall of most operators: a filter on the watch of owned objects drops deletions.
#[tokio::test]
async fn a_deletion_of_an_owned_object_wakes_the_operator() {
    let world = World::new();
    world.apply("Cluster", "demo", "{}");
    let running = controllers(&world.context, "ns")
        .into_iter()
        .map(tokio::spawn);
    let running: Vec<_> = running.collect();
    wait_for(&world, true).await;
    // Give the watches of owned objects the time to begin.
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.api.remove(SERVICE);
    wait_for(&world, true).await;
    for task in running {
        task.abort();
    }
}

async fn wait_for(world: &World, there: bool) {
    let looked = async {
        while world.api.get(SERVICE).is_some() != there {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looked)
        .await
        .unwrap();
}
