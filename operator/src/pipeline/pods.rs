//! The pods of collectors.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, Container, ContainerPort, HostPathVolumeSource, PodSpec,
    PodTemplateSpec, SecurityContext, Volume,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kavka_pipeline::{Expose, SourceKind};

use super::ValidPipeline;
use super::access::{Access, access};
use super::config_map::{FILE, FOLDER};
use super::services::protocol;
use crate::naming::bootstrap_servers;
use crate::pod::{
    HTTP_PORT, RunAs, USER, container_security, empty_dir, env, env_field, mount, mount_read_only,
    pod_security, probe,
};

/// Where collectors keep positions and buffers.
const DATA_FOLDER: &str = "/var/lib/kavka";
/// Collectors know their own logs by this name and skip them.
const CONTAINER: &str = "kavka-collector";

/// The template of the pods. It holds nothing of the configuration but what a pod cannot change
/// while it runs: ports, volumes, users.
pub fn template(pipeline: &ValidPipeline) -> PodTemplateSpec {
    let mut labels = pipeline.template.labels.clone();
    labels.extend(pipeline.labels());
    let annotations = pipeline.template.annotations.clone();
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(labels),
            annotations: Some(annotations).filter(|map| !map.is_empty()),
            ..ObjectMeta::default()
        }),
        spec: Some(pod_spec(pipeline)),
    }
}

/// Collectors that read the node's files run with group 0, which the files belong to; with user
/// 0 only where the manifest says so. All others run as nobody in particular.
fn run_as(pipeline: &ValidPipeline) -> RunAs {
    RunAs {
        user: pipeline.template.run_as_user.unwrap_or(USER),
        group: if pipeline.reads_node() { 0 } else { USER },
    }
}

fn pod_spec(pipeline: &ValidPipeline) -> PodSpec {
    let template = &pipeline.template;
    let account = match access(pipeline) {
        Access::Nobody => None,
        Access::Own => Some(pipeline.collector_name()),
        Access::Shared(name) => Some(name),
    };
    let reads_node = pipeline.reads_node();
    PodSpec {
        init_containers: reads_node.then(|| vec![prepare(pipeline)]),
        containers: vec![container(pipeline)],
        volumes: Some(volumes(pipeline)),
        security_context: Some(pod_security(
            run_as(pipeline),
            (!reads_node).then_some(USER),
        )),
        automount_service_account_token: Some(account.is_some()),
        service_account_name: account,
        enable_service_links: Some(false),
        termination_grace_period_seconds: Some(30),
        node_selector: Some(template.node_selector.clone()).filter(|map| !map.is_empty()),
        tolerations: Some(template.tolerations.clone()).filter(|list| !list.is_empty()),
        affinity: template.affinity.clone(),
        priority_class_name: template.priority_class_name.clone(),
        ..PodSpec::default()
    }
}

fn volumes(pipeline: &ValidPipeline) -> Vec<Volume> {
    let mut volumes = vec![
        Volume {
            name: "config".to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: pipeline.collector_name(),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        },
        empty_dir("tmp"),
    ];
    let owner = &pipeline.owner;
    if pipeline.reads_node() {
        let path = format!("{DATA_FOLDER}/{}/{}", owner.namespace, owner.name);
        volumes.push(host_path("data", &path, "DirectoryOrCreate"));
    } else {
        volumes.push(empty_dir("data"));
    }
    for (index, folder) in log_folders(pipeline).iter().enumerate() {
        volumes.push(host_path(&format!("logs-{index}"), folder, ""));
    }
    volumes.extend(pipeline.template.volumes.clone());
    volumes
}

/// The folders with container logs that sources read.
fn log_folders(pipeline: &ValidPipeline) -> BTreeSet<String> {
    let sources = pipeline.plan.valid.sources.values();
    sources
        .filter_map(|source| match &source.kind {
            SourceKind::KubernetesLogs(logs) => Some(logs.logs_dir.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect()
}

fn host_path(name: &str, path: &str, type_: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        host_path: Some(HostPathVolumeSource {
            path: path.to_owned(),
            type_: Some(type_.to_owned()),
        }),
        ..Volume::default()
    }
}

/// Opens the node's folder to group 0: the kubelet makes it for root alone. Root without any
/// capability owns the folder and so may do just that.
fn prepare(pipeline: &ValidPipeline) -> Container {
    Container {
        name: "prepare-data".to_owned(),
        image: Some(pipeline.settings.images.collector_image.clone()),
        image_pull_policy: Some(pipeline.settings.images.image_pull_policy.clone()),
        args: Some(vec![
            "--prepare-data-dir".to_owned(),
            DATA_FOLDER.to_owned(),
        ]),
        volume_mounts: Some(vec![mount("data", DATA_FOLDER)]),
        security_context: Some(SecurityContext {
            run_as_user: Some(0),
            run_as_non_root: Some(false),
            ..container_security()
        }),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        ..Container::default()
    }
}

fn container(pipeline: &ValidPipeline) -> Container {
    let mut mounts = vec![
        mount_read_only("config", FOLDER),
        mount("data", DATA_FOLDER),
        mount("tmp", "/tmp"),
    ];
    for (index, folder) in log_folders(pipeline).iter().enumerate() {
        mounts.push(mount_read_only(&format!("logs-{index}"), folder));
    }
    mounts.extend(pipeline.template.volume_mounts.clone());
    Container {
        name: CONTAINER.to_owned(),
        image: Some(pipeline.settings.images.collector_image.clone()),
        image_pull_policy: Some(pipeline.settings.images.image_pull_policy.clone()),
        args: Some(vec![
            "--config".to_owned(),
            format!("{FOLDER}/{FILE}"),
            "--data-dir".to_owned(),
            DATA_FOLDER.to_owned(),
            "--http-address".to_owned(),
            format!("0.0.0.0:{HTTP_PORT}"),
        ]),
        env: Some(environment(pipeline)),
        ports: Some(ports(pipeline)),
        volume_mounts: Some(mounts),
        resources: pipeline.template.resources.clone(),
        security_context: Some(container_security()),
        liveness_probe: Some(probe("/healthz", 10, 6)),
        readiness_probe: Some(probe("/readyz", 2, 3)),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        ..Container::default()
    }
}

fn environment(pipeline: &ValidPipeline) -> Vec<k8s_openapi::api::core::v1::EnvVar> {
    let mut all = vec![
        env_field("NODE_NAME", "spec.nodeName"),
        env_field("POD_NAME", "metadata.name"),
        env_field("POD_NAMESPACE", "metadata.namespace"),
    ];
    if let Some(cluster) = &pipeline.pipeline.spec.cluster {
        let servers = bootstrap_servers(cluster, &pipeline.owner.namespace);
        all.push(env("KAVKA_BOOTSTRAP_SERVERS", &servers));
    }
    all.extend(pipeline.template.env.clone());
    all
}

fn ports(pipeline: &ValidPipeline) -> Vec<ContainerPort> {
    let own = ContainerPort {
        name: Some("metrics".to_owned()),
        container_port: HTTP_PORT,
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    };
    let sources = pipeline
        .plan
        .listens
        .iter()
        .enumerate()
        .map(|(index, listen)| {
            let port = i32::from(listen.listener.address.port());
            ContainerPort {
                // A port's name has at most 15 characters: too few for a source's.
                name: Some(format!("source-{index}")),
                container_port: port,
                protocol: Some(protocol(listen.listener.protocol)),
                host_port: (listen.listener.expose == Expose::HostPort).then_some(port),
                ..ContainerPort::default()
            }
        });
    std::iter::once(own).chain(sources).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixtures::{HTTP, LOGS, http, valid};

    fn pod(pipeline: &ValidPipeline) -> PodSpec {
        template(pipeline).spec.unwrap()
    }

    #[test]
    fn a_collector_that_reads_no_files_of_the_node_fits_the_restricted_level() {
        let pod = pod(&http("expose: service"));
        let security = pod.security_context.unwrap();
        assert_eq!(
            (security.run_as_user, security.run_as_group),
            (Some(USER), Some(USER))
        );
        assert_eq!(security.run_as_non_root, Some(true));
        assert!(pod.init_containers.is_none());
        assert_eq!(pod.automount_service_account_token, Some(false));
        assert!(
            pod.volumes
                .unwrap()
                .iter()
                .all(|volume| volume.host_path.is_none())
        );
    }

    #[test]
    fn a_collector_that_reads_container_logs_has_group_0_and_a_folder_that_survives_it() {
        let pod = pod(&valid(LOGS).unwrap());
        let security = pod.security_context.unwrap();
        assert_eq!(
            (security.run_as_user, security.run_as_group),
            (Some(USER), Some(0))
        );
        let volumes = pod.volumes.unwrap();
        let data = volumes.iter().find(|volume| volume.name == "data").unwrap();
        assert_eq!(
            data.host_path.as_ref().unwrap().path,
            "/var/lib/kavka/ns/web"
        );
        let mounts = pod.containers[0].volume_mounts.clone().unwrap();
        let logs = mounts
            .iter()
            .find(|mount| mount.mount_path == "/var/log/pods")
            .unwrap();
        assert_eq!(logs.read_only, Some(true));
        assert_eq!(pod.service_account_name.as_deref(), Some("web-collector"));
        let prepare = pod.init_containers.unwrap()[0]
            .security_context
            .clone()
            .unwrap();
        assert_eq!(prepare.capabilities.unwrap().add, None);
    }

    #[test]
    fn a_changed_configuration_changes_no_pod() {
        let other = HTTP
            .replace("EXPOSE", "expose: service")
            .replace("topic: t", "topic: u");
        let (before, after) = (http("expose: service"), valid(&other).unwrap());
        assert_ne!(before.file, after.file);
        assert_eq!(template(&before), template(&after));
    }

    #[test]
    fn a_host_port_is_a_port_of_the_node() {
        let ports = pod(&http("expose: hostPort")).containers[0]
            .ports
            .clone()
            .unwrap();
        assert_eq!(ports[1].host_port, Some(9999));
        let ports = pod(&http("expose: service")).containers[0]
            .ports
            .clone()
            .unwrap();
        assert_eq!((ports[1].container_port, ports[1].host_port), (9999, None));
    }
}
