//! Pipelines.

use http::{Method, StatusCode};
use kavka_crds::Pipeline;
use serde_json::json;

use super::World;
use crate::settings::Settings;

const WEB: &str = "{cluster: demo, placement: PLACE, sources: {in: {type: http, \
    address: '0.0.0.0:9999'}}, transforms: {t: {type: remap, inputs: [in], source: 'SOURCE'}}, \
    sinks: {out: {type: kafka, inputs: [t], topic: topic-sample}}}";
const LOGS: &str = "{cluster: demo, sources: {logs: {type: kubernetes_logs}}, \
    sinks: {out: {type: kafka, inputs: [logs], topic: logs}}}";

fn web(place: &str, source: &str) -> String {
    WEB.replace("PLACE", place).replace("SOURCE", source)
}

async fn world_with(spec: &str) -> World {
    let world = World::new();
    world.serving_cluster().await;
    world.apply("Pipeline", "web", spec);
    world.reconcile::<Pipeline>("web").await.unwrap();
    world
}

#[tokio::test]
async fn a_pipeline_runs_on_every_node_and_is_reached_under_its_sources_name() {
    let world = world_with(&web("{daemonSet: {}}", ".a = 1")).await;
    assert_eq!(world.api.names("daemonsets"), ["web-collector"]);
    assert!(world.api.names("services").contains(&"web-in".to_owned()));
    assert!(world.api.names("serviceaccounts").is_empty());
    let path = "/apis/apps/v1/namespaces/ns/daemonsets/web-collector";
    world.api.edit(path, |set| {
        set["status"] = json!({
            "desiredNumberScheduled": 3, "currentNumberScheduled": 3, "numberMisscheduled": 0,
            "numberReady": 3, "updatedNumberScheduled": 3,
            "observedGeneration": set["metadata"]["generation"],
        });
    });
    world.reconcile::<Pipeline>("web").await.unwrap();
    assert_eq!(world.reason("Pipeline", "web"), "Ready");
    let status = world.api.get(&World::path("pipelines", "web")).unwrap()["status"].clone();
    assert_eq!(
        (&status["readyNodes"], &status["desiredNodes"]),
        (&json!(3), &json!(3))
    );
}

#[tokio::test]
async fn a_type_error_in_a_program_shows_in_status_and_changes_nothing_that_runs() {
    let world = world_with(&web("{daemonSet: {}}", ".a = 1")).await;
    world.api.changes();
    world.apply("Pipeline", "web", &web("{daemonSet: {}}", ".a = 1 + true"));
    world.reconcile::<Pipeline>("web").await.unwrap();
    let changes = world.api.changes();
    assert_eq!(
        changes,
        ["PATCH /apis/kavka.dev/v1alpha1/namespaces/ns/pipelines/web/status"]
    );
    let (status, reason, message) = world.ready("Pipeline", "web");
    assert_eq!(
        (status.as_str(), reason.as_str()),
        ("False", "InvalidConfiguration")
    );
    assert!(message.contains("spec.transforms.t"), "{message}");
    let generation = &world.api.get(&World::path("pipelines", "web")).unwrap()["status"];
    assert_eq!(generation["observedGeneration"], 2);
}

#[tokio::test]
async fn a_changed_program_reaches_the_collectors_without_a_restart() {
    let world = world_with(&web("{daemonSet: {}}", ".a = 1")).await;
    let path = "/apis/apps/v1/namespaces/ns/daemonsets/web-collector";
    let before = world.api.get(path).unwrap()["spec"].clone();
    world.apply("Pipeline", "web", &web("{daemonSet: {}}", ".a = 2"));
    world.reconcile::<Pipeline>("web").await.unwrap();
    assert_eq!(world.api.get(path).unwrap()["spec"], before);
    let map = world
        .api
        .get("/api/v1/namespaces/ns/configmaps/web-collector")
        .unwrap();
    assert!(
        map["data"]["pipeline.yaml"]
            .as_str()
            .unwrap()
            .contains(".a = 2")
    );
}

#[tokio::test]
async fn another_placement_takes_the_place_of_the_first() {
    let world = world_with(&web("{daemonSet: {}}", ".a = 1")).await;
    world.apply(
        "Pipeline",
        "web",
        &web("{deployment: {replicas: 2}}", ".a = 1"),
    );
    world.reconcile::<Pipeline>("web").await.unwrap();
    assert!(world.api.names("daemonsets").is_empty());
    assert_eq!(world.api.names("deployments"), ["web-collector"]);
}

#[tokio::test]
async fn reading_container_logs_brings_an_account_that_goes_again() {
    let world = world_with(LOGS).await;
    for kind in ["serviceaccounts", "roles", "rolebindings"] {
        assert_eq!(world.api.names(kind), ["web-collector"], "{kind}");
    }
    world.apply("Pipeline", "web", &web("{daemonSet: {}}", ".a = 1"));
    world.reconcile::<Pipeline>("web").await.unwrap();
    for kind in ["serviceaccounts", "roles", "rolebindings"] {
        assert!(world.api.names(kind).is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn every_namespace_needs_the_charts_consent() {
    let all = LOGS.replace("kubernetes_logs}", "kubernetes_logs, namespaces: all}");
    let world = world_with(&all).await;
    let (_, reason, message) = world.ready("Pipeline", "web");
    assert_eq!(reason, "AllNamespacesNotGranted");
    assert!(
        message.contains("kubernetesLogs.allNamespaces=true"),
        "{message}"
    );
    assert!(world.api.names("daemonsets").is_empty());
    let granted = World::with(Settings {
        all_namespaces_service_account: Some("reader".to_owned()),
        ..Settings::default()
    });
    granted.apply("Cluster", "demo", "{}");
    granted.apply("Pipeline", "web", &all);
    granted.reconcile::<Pipeline>("web").await.unwrap();
    let set = granted
        .api
        .get("/apis/apps/v1/namespaces/ns/daemonsets/web-collector")
        .unwrap();
    assert_eq!(
        set["spec"]["template"]["spec"]["serviceAccountName"],
        "reader"
    );
}

#[tokio::test]
async fn a_pipeline_without_its_cluster_says_so() {
    let world = World::new();
    world.apply("Pipeline", "web", &web("{daemonSet: {}}", ".a = 1"));
    world.reconcile::<Pipeline>("web").await.unwrap();
    assert_eq!(world.reason("Pipeline", "web"), "ClusterNotFound");
}

#[tokio::test]
async fn what_the_operator_may_not_do_is_told_in_the_status() {
    let world = World::new();
    world.serving_cluster().await;
    world.apply("Pipeline", "web", LOGS);
    let why = "user \"operator\" cannot grant pods";
    world
        .api
        .refuse(Method::PATCH, "/roles/", StatusCode::FORBIDDEN, why);
    assert!(world.reconcile::<Pipeline>("web").await.is_err());
    let (_, reason, message) = world.ready("Pipeline", "web");
    assert_eq!(reason, "Refused");
    assert!(message.contains("cannot grant pods"), "{message}");
}
