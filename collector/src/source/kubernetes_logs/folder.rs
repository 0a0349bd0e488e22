//! The kubelet's folder of logs: `<namespace>_<pod>_<uid>/<container>/<restarts>.log`, and
//! `<restarts>.log.<time>` once rotated (`.gz` when packed, which the open file outlives).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kavka_pipeline::KubernetesLogsSource;

use super::decoder::ContainerLines;
use super::labels::PodLabels;
use crate::source::SourceContext;
use crate::source::tail::{Decoder, Format, Found};

/// The container that collectors run in: their own logs are not read, lest they read themselves.
const COLLECTOR_CONTAINER: &str = "kavka-collector";
/// How long the first lines of a pod may wait for its labels.
const LABELS_PATIENCE: Duration = Duration::from_secs(3);

/// Whose log a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) pod_uid: String,
    pub(crate) name: String,
    /// How often it was restarted before.
    pub(crate) restarts: u32,
}

/// Finds the containers' logs of a node.
pub(crate) struct PodLogs {
    config: KubernetesLogsSource,
    /// `None`: every namespace.
    namespaces: Option<Vec<String>>,
    labels: Arc<dyn PodLabels>,
    context: SourceContext,
    began: Instant,
    missing: bool,
}

impl PodLogs {
    pub(crate) fn new(
        config: KubernetesLogsSource,
        namespaces: Option<Vec<String>>,
        labels: Arc<dyn PodLabels>,
        context: SourceContext,
    ) -> Self {
        Self {
            config,
            namespaces,
            labels,
            context,
            began: Instant::now(),
            missing: false,
        }
    }

    fn wants(&self, container: &Container) -> bool {
        let named = self
            .namespaces
            .as_ref()
            .is_none_or(|names| names.contains(&container.namespace));
        let own = container.name == COLLECTOR_CONTAINER
            || self.context.environment.pod_name.as_deref() == Some(&*container.pod)
                && self.context.environment.pod_namespace.as_deref() == Some(&*container.namespace);
        named && (self.config.include_collectors || !own)
    }

    /// Whether a pod's files may be read already: with its labels, or after a while without.
    fn ready(&self, container: &Container, folder: &Path) -> bool {
        if !self.labels.may_come() {
            return true;
        }
        if self
            .labels
            .labels(&container.namespace, &container.pod)
            .is_some()
        {
            return true;
        }
        let age = fs::metadata(folder).and_then(|m| m.created().or_else(|_| m.modified()));
        let age = age
            .ok()
            .and_then(|made| made.elapsed().ok())
            .unwrap_or(LABELS_PATIENCE);
        age.min(self.began.elapsed()) >= LABELS_PATIENCE
    }

    fn note_missing(&mut self, missing: bool) {
        if missing && !self.missing {
            tracing::warn!(
                component = &*self.context.name,
                folder = %self.config.logs_dir.display(),
                "the kubelet's folder of logs cannot be read; mount the node's /var/log there \
                 and run with a group that may read it"
            );
        }
        self.missing = missing;
    }
}

impl Format for PodLogs {
    fn discover(&mut self) -> Vec<Found> {
        let pods = entries(&self.config.logs_dir);
        self.note_missing(pods.is_none());
        let mut found = Vec::new();
        for pod in pods.unwrap_or_default() {
            let Some((namespace, pod_name, uid)) = pod_of(&pod) else {
                continue;
            };
            for folder in entries(&pod).unwrap_or_default() {
                let Some(name) = file_name(&folder) else {
                    continue;
                };
                let mut container = Container {
                    namespace: namespace.clone(),
                    pod: pod_name.clone(),
                    pod_uid: uid.clone(),
                    name: name.to_owned(),
                    restarts: 0,
                };
                if !self.wants(&container) || !self.ready(&container, &folder) {
                    continue;
                }
                let mut logs: Vec<_> = entries(&folder)
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|path| log_of(&path).map(|order| (order, path)))
                    .collect();
                logs.sort();
                for ((restarts, _), path) in logs {
                    container.restarts = restarts;
                    found.push(Found {
                        path,
                        stream: stream_of(&container),
                    });
                }
            }
        }
        found
    }

    fn decoder(&mut self, found: &Found) -> Box<dyn Decoder> {
        let container = container_of(&found.path).unwrap_or_else(|| Container {
            namespace: String::new(),
            pod: found.stream.clone(),
            pod_uid: String::new(),
            name: String::new(),
            restarts: 0,
        });
        let dotted = format!(
            "{}.{}.{}",
            container.namespace, container.pod, container.name
        );
        let limit = usize::try_from(self.config.max_line_bytes).unwrap_or(usize::MAX);
        Box::new(ContainerLines::new(
            self.config.tag.replace('*', &dotted).into(),
            container,
            self.context.environment.node_name.as_deref(),
            Arc::clone(&self.labels),
            limit,
        ))
    }
}

/// The key of a container's records, whatever its restarts: its lines stay in order.
fn stream_of(container: &Container) -> String {
    format!(
        "{}/{}/{}",
        container.namespace, container.pod, container.name
    )
}

fn entries(folder: &Path) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).ok()?;
    Some(entries.flatten().map(|entry| entry.path()).collect())
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name().and_then(|name| name.to_str())
}

/// Neither namespaces nor pods nor uids contain an underscore.
fn pod_of(path: &Path) -> Option<(String, String, String)> {
    let mut parts = file_name(path)?.split('_');
    let (namespace, pod, uid) = (parts.next()?, parts.next()?, parts.next()?);
    let complete = parts.next().is_none() && !namespace.is_empty() && !pod.is_empty();
    complete.then(|| (namespace.to_owned(), pod.to_owned(), uid.to_owned()))
}

/// The order of a log among those of its container: by restarts, the rotated before the current.
/// Packed ones and those that are being packed (`.tmp`) are none.
fn log_of(path: &Path) -> Option<(u32, String)> {
    let (restarts, rotated) = file_name(path)?.split_once(".log")?;
    let restarts = restarts.parse().ok()?;
    match rotated.strip_prefix('.') {
        None if rotated.is_empty() => Some((restarts, "~".to_owned())),
        Some(time) if time.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
            Some((restarts, time.to_owned()))
        }
        _ => None,
    }
}

/// How often the container of a log had been restarted.
pub(crate) fn restarts_of(path: &Path) -> u32 {
    log_of(path).map_or(0, |(restarts, _)| restarts)
}

/// Whose log `path` is.
fn container_of(path: &Path) -> Option<Container> {
    let folder = path.parent()?;
    let (namespace, pod, pod_uid) = pod_of(folder.parent()?)?;
    let (restarts, _) = log_of(path)?;
    Some(Container {
        namespace,
        pod,
        pod_uid,
        name: file_name(folder)?.to_owned(),
        restarts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_whose_log_it_is() {
        let path = "/var/log/pods/default_web-0_1b2c/nginx/3.log.20260131-100000";
        let container = container_of(Path::new(path)).unwrap();
        assert_eq!(container.namespace, "default");
        assert_eq!(container.pod, "web-0");
        assert_eq!(container.name, "nginx");
        assert_eq!(container.restarts, 3);
        for path in [
            "/var/log/pods/static/nginx/0.log",
            "/var/log/pods/default_web-0_1b2c/nginx/0.log.20260131-100000.gz",
            "/var/log/pods/default_web-0_1b2c/nginx/0.log.20260131-100000.tmp",
            "/var/log/pods/default_web-0_1b2c/nginx/x.log",
        ] {
            assert_eq!(container_of(Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn logs_of_a_container_are_read_oldest_first() {
        let mut names = [
            "1.log",
            "0.log",
            "1.log.20260131-100500",
            "1.log.20260131-100000",
            "10.log",
        ];
        names.sort_by_key(|name| log_of(Path::new(name)));
        let expected = [
            "0.log",
            "1.log.20260131-100000",
            "1.log.20260131-100500",
            "1.log",
            "10.log",
        ];
        assert_eq!(names, expected);
    }
}
