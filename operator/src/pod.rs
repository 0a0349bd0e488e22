//! What brokers' and collectors' pods have in common.

use k8s_openapi::api::core::v1::{
    Capabilities, EmptyDirVolumeSource, EnvVar, EnvVarSource, HTTPGetAction, ObjectFieldSelector,
    PodSecurityContext, Probe, SeccompProfile, SecurityContext, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The user and group that Kavka's programs run as.
pub const USER: i64 = 65532;
/// The port of health and metrics.
pub const HTTP_PORT: i32 = 8080;

/// Whom a pod runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunAs {
    /// The user.
    pub user: i64,
    /// The group.
    pub group: i64,
}

impl RunAs {
    /// Whom Kavka's programs run as unless they read the node's files.
    pub const RESTRICTED: Self = Self {
        user: USER,
        group: USER,
    };
}

/// The pod's side of the restricted level of pod security.
pub fn pod_security(run_as: RunAs, fs_group: Option<i64>) -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(run_as.user != 0),
        run_as_user: Some(run_as.user),
        run_as_group: Some(run_as.group),
        fs_group,
        fs_group_change_policy: fs_group.map(|_| "OnRootMismatch".to_owned()),
        seccomp_profile: Some(SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            ..SeccompProfile::default()
        }),
        ..PodSecurityContext::default()
    }
}

/// The container's side of the restricted level of pod security.
pub fn container_security() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities {
            drop: Some(vec!["ALL".to_owned()]),
            add: None,
        }),
        ..SecurityContext::default()
    }
}

/// A probe of the program's health.
pub fn probe(path: &str, period_seconds: i32, failures: i32) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::Int(HTTP_PORT),
            ..HTTPGetAction::default()
        }),
        period_seconds: Some(period_seconds),
        failure_threshold: Some(failures),
        timeout_seconds: Some(2),
        ..Probe::default()
    }
}

/// An environment variable with a fixed value.
pub fn env(name: &str, value: &str) -> EnvVar {
    EnvVar {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        value_from: None,
    }
}

/// An environment variable taken from the pod's own fields.
pub fn env_field(name: &str, path: &str) -> EnvVar {
    EnvVar {
        name: name.to_owned(),
        value: None,
        value_from: Some(EnvVarSource {
            field_ref: Some(ObjectFieldSelector {
                api_version: Some("v1".to_owned()),
                field_path: path.to_owned(),
            }),
            ..EnvVarSource::default()
        }),
    }
}

/// A folder that lives as long as the pod.
pub fn empty_dir(name: &str) -> Volume {
    Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource::default()),
        ..Volume::default()
    }
}

/// Where a volume is mounted.
pub fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        ..VolumeMount::default()
    }
}

/// Where a volume is mounted for reading alone.
pub fn mount_read_only(name: &str, path: &str) -> VolumeMount {
    VolumeMount {
        read_only: Some(true),
        ..mount(name, path)
    }
}

/// What is wrong with a container that keeps failing, in its own last words.
pub fn last_words(pod: &k8s_openapi::api::core::v1::Pod) -> Option<String> {
    let status = pod.status.as_ref()?;
    let statuses = status
        .init_container_statuses
        .iter()
        .chain(&status.container_statuses);
    for container in statuses.flatten() {
        let waiting = container
            .state
            .as_ref()
            .and_then(|state| state.waiting.as_ref());
        let waiting = waiting.and_then(|waiting| {
            let reason = waiting.reason.as_deref()?;
            let harmless = matches!(reason, "ContainerCreating" | "PodInitializing");
            (!harmless).then(|| match &waiting.message {
                Some(message) => format!("{reason}: {message}"),
                None => reason.to_owned(),
            })
        });
        let ended = [container.last_state.as_ref(), container.state.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|state| state.terminated.as_ref())
            .filter(|ended| ended.exit_code != 0)
            .and_then(|ended| ended.message.as_deref())
            .and_then(|message| message.trim().lines().last().map(str::to_owned));
        if container.ready && ended.is_some() {
            continue;
        }
        if let Some(words) = ended.or(waiting) {
            return Some(words.chars().take(1024).collect());
        }
    }
    None
}
