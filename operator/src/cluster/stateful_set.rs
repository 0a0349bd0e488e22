//! The StatefulSet of brokers.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy};
use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, ContainerPort, PersistentVolumeClaim,
    PersistentVolumeClaimSpec, PodSpec, PodTemplateSpec, Volume, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::config_map::{DATA_FOLDER, FOLDER, restart_hash};
use super::{INSIDE_PORT, ValidCluster};
use crate::naming::{CONFIG_HASH, selector};
use crate::pod::{
    HTTP_PORT, RunAs, USER, container_security, empty_dir, env_field, mount, mount_read_only,
    pod_security, probe,
};

/// The name of the volume with the records.
pub const DATA: &str = "data";

/// The StatefulSet of brokers. `template_size` is the size in the claim template of the one that
/// exists: Kubernetes lets nobody change it, volumes grow one by one instead.
pub fn stateful_set(cluster: &ValidCluster, template_size: Option<&str>) -> StatefulSet {
    let claim = claim(cluster, template_size);
    StatefulSet {
        metadata: cluster
            .owner
            .metadata(&cluster.broker_name(), cluster.labels()),
        spec: Some(StatefulSetSpec {
            service_name: Some(cluster.headless_name()),
            replicas: Some(cluster.cluster.spec.brokers),
            selector: selector(cluster.labels()),
            pod_management_policy: Some("Parallel".to_owned()),
            update_strategy: Some(StatefulSetUpdateStrategy {
                type_: Some("OnDelete".to_owned()),
                rolling_update: None,
            }),
            template: PodTemplateSpec {
                metadata: Some(pod_metadata(cluster)),
                spec: Some(pod_spec(cluster, claim.is_some())),
            },
            volume_claim_templates: claim.map(|claim| vec![claim]),
            ..StatefulSetSpec::default()
        }),
        status: None,
    }
}

fn pod_metadata(cluster: &ValidCluster) -> ObjectMeta {
    let mut labels = cluster.template.labels.clone();
    labels.extend(cluster.labels());
    let mut annotations = cluster.template.annotations.clone();
    annotations.insert(CONFIG_HASH.to_owned(), restart_hash(cluster));
    ObjectMeta {
        labels: Some(labels),
        annotations: Some(annotations),
        ..ObjectMeta::default()
    }
}

fn pod_spec(cluster: &ValidCluster, has_claim: bool) -> PodSpec {
    let template = &cluster.template;
    let mut volumes = vec![
        Volume {
            name: "config".to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: cluster.broker_name(),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        },
        empty_dir("tmp"),
    ];
    if !has_claim {
        volumes.push(empty_dir(DATA));
    }
    volumes.extend(template.volumes.clone());
    let run_as = RunAs {
        user: template.run_as_user.unwrap_or(USER),
        ..RunAs::RESTRICTED
    };
    PodSpec {
        containers: vec![container(cluster)],
        volumes: Some(volumes),
        security_context: Some(pod_security(run_as, Some(USER))),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        termination_grace_period_seconds: Some(60),
        node_selector: Some(template.node_selector.clone()).filter(|map| !map.is_empty()),
        tolerations: Some(template.tolerations.clone()).filter(|list| !list.is_empty()),
        affinity: template.affinity.clone(),
        priority_class_name: template.priority_class_name.clone(),
        ..PodSpec::default()
    }
}

fn container(cluster: &ValidCluster) -> Container {
    let mut env = vec![
        env_field("POD_NAME", "metadata.name"),
        env_field("NODE_IP", "status.hostIP"),
    ];
    env.extend(cluster.template.env.clone());
    let mut mounts = vec![
        mount_read_only("config", FOLDER),
        mount(DATA, DATA_FOLDER),
        mount("tmp", "/tmp"),
    ];
    mounts.extend(cluster.template.volume_mounts.clone());
    Container {
        name: "broker".to_owned(),
        image: Some(cluster.images.broker_image.clone()),
        image_pull_policy: Some(cluster.images.image_pull_policy.clone()),
        args: Some(vec![
            "--config".to_owned(),
            format!("{FOLDER}/broker.properties"),
            "--config".to_owned(),
            format!("{FOLDER}/$(POD_NAME).properties"),
        ]),
        env: Some(env),
        ports: Some(ports(cluster)),
        volume_mounts: Some(mounts),
        resources: cluster.template.resources.clone(),
        security_context: Some(container_security()),
        // A broker that reads back its journal is alive but not ready: it has an hour.
        startup_probe: Some(probe("/healthz", 1, 3600)),
        liveness_probe: Some(probe("/healthz", 10, 6)),
        readiness_probe: Some(probe("/readyz", 1, 3)),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        ..Container::default()
    }
}

fn ports(cluster: &ValidCluster) -> Vec<ContainerPort> {
    let port = |name: &str, number: i32| ContainerPort {
        name: Some(name.to_owned()),
        container_port: number,
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    };
    let own = [
        port("kafka", INSIDE_PORT),
        port("controller", 9093),
        port("http", HTTP_PORT),
    ];
    let outside = cluster.listeners().iter().map(|l| port(&l.name, l.port));
    own.into_iter().chain(outside).collect()
}

/// Claims outlive their StatefulSet and their Cluster: a Cluster made again finds its records.
fn claim(cluster: &ValidCluster, template_size: Option<&str>) -> Option<PersistentVolumeClaim> {
    let storage = cluster.cluster.spec.storage.as_ref()?;
    let size = template_size.unwrap_or(&storage.size).to_owned();
    Some(PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(DATA.to_owned()),
            labels: Some(cluster.labels()),
            ..ObjectMeta::default()
        },
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec!["ReadWriteOnce".to_owned()]),
            storage_class_name: storage.class.clone(),
            resources: Some(VolumeResourceRequirements {
                requests: Some([("storage".to_owned(), Quantity(size))].into()),
                ..VolumeResourceRequirements::default()
            }),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    })
}

/// The size in the claim template of a StatefulSet that exists.
pub fn template_size(stateful_set: &StatefulSet) -> Option<String> {
    let claims = stateful_set
        .spec
        .as_ref()?
        .volume_claim_templates
        .as_ref()?;
    let requests = claims
        .first()?
        .spec
        .as_ref()?
        .resources
        .as_ref()?
        .requests
        .as_ref()?;
    requests.get("storage").map(|quantity| quantity.0.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::fixtures::valid;

    fn pod(spec: &str) -> PodSpec {
        stateful_set(&valid(spec), None)
            .spec
            .unwrap()
            .template
            .spec
            .unwrap()
    }

    #[test]
    fn nobody_but_the_operator_restarts_a_broker() {
        let spec = stateful_set(&valid("{}"), None).spec.unwrap();
        assert_eq!(
            spec.update_strategy.unwrap().type_.as_deref(),
            Some("OnDelete")
        );
        assert_eq!(spec.pod_management_policy.as_deref(), Some("Parallel"));
    }

    #[test]
    fn the_pod_fits_the_restricted_level() {
        let pod = pod("{}");
        let security = pod.security_context.unwrap();
        assert_eq!(security.run_as_non_root, Some(true));
        assert_eq!(security.seccomp_profile.unwrap().type_, "RuntimeDefault");
        let container = pod.containers[0].security_context.clone().unwrap();
        assert_eq!(container.allow_privilege_escalation, Some(false));
        assert_eq!(container.read_only_root_filesystem, Some(true));
        assert_eq!(container.capabilities.unwrap().drop.unwrap(), ["ALL"]);
        assert_eq!(pod.automount_service_account_token, Some(false));
    }

    #[test]
    fn records_lie_on_a_claim_only_where_storage_is_asked_for() {
        let set = stateful_set(&valid("{storage: {size: 2Gi, class: fast}}"), None);
        assert_eq!(template_size(&set).as_deref(), Some("2Gi"));
        assert!(
            stateful_set(&valid("{}"), None)
                .spec
                .unwrap()
                .volume_claim_templates
                .is_none()
        );
        let names: Vec<_> = pod("{}")
            .volumes
            .unwrap()
            .into_iter()
            .map(|v| v.name)
            .collect();
        assert!(names.contains(&DATA.to_owned()));
    }

    #[test]
    fn the_claim_template_of_a_set_that_exists_stays() {
        let set = stateful_set(&valid("{storage: {size: 2Gi}}"), Some("1Gi"));
        assert_eq!(template_size(&set).as_deref(), Some("1Gi"));
    }

    #[test]
    fn the_template_adds_what_it_says() {
        let pod = pod(
            "{template: {tolerations: [{operator: Exists}], nodeSelector: {a: b}, \
                       resources: {limits: {memory: 1Gi}}}}",
        );
        assert_eq!(pod.tolerations.unwrap().len(), 1);
        assert_eq!(pod.node_selector.unwrap()["a"], "b");
        assert!(pod.containers[0].resources.is_some());
    }

    #[test]
    fn the_template_cannot_take_the_labels_away_that_pods_are_found_by() {
        let set = stateful_set(
            &valid("{template: {labels: {kavka.dev/cluster: other}}}"),
            None,
        );
        let labels = set.spec.unwrap().template.metadata.unwrap().labels.unwrap();
        assert_eq!(labels["kavka.dev/cluster"], "demo");
    }
}
