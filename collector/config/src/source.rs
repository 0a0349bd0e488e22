//! The options of every source.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::Component;
use crate::error::PipelineError;
use crate::name::ComponentName;
use crate::options::Options;

/// A source with its options typed.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name.
    pub name: ComponentName,
    /// Its type and options.
    pub kind: SourceKind,
    /// As it was written: what has not changed here need not be restarted.
    pub raw: Component,
}

/// Which source it is.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// Takes events over HTTP as Fluentd's `in_http` does.
    Http(HttpSource),
    /// Follows files as they grow.
    File(FileSource),
    /// Follows the logs of the node's containers.
    KubernetesLogs(KubernetesLogsSource),
}

/// How a listening source is reached from outside of the pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expose {
    /// A Service of type `ClusterIP`.
    #[default]
    Service,
    /// A port of each node that runs a collector.
    HostPort,
    /// A Service of type `NodePort`.
    NodePort,
}

/// Where a file is begun that no checkpoint knows at the source's first start. Files that appear
/// later are always read whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadFrom {
    /// Read it whole.
    #[default]
    Beginning,
    /// Only what is written from now on.
    End,
}

/// Options of the source `http`.
#[derive(Clone, Debug)]
pub struct HttpSource {
    /// Where it listens.
    pub address: SocketAddr,
    /// The largest body, in bytes; more is answered with 413.
    pub body_limit: u64,
    /// How long a request waits for the sinks; then it is answered with 503.
    pub timeout: Duration,
    /// How the operator makes it reachable.
    pub expose: Expose,
    /// The port of every node, where `expose` is `nodePort`; absent: Kubernetes chooses one.
    pub node_port: Option<u16>,
}

/// Options of the source `file`.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// Globs of the files to follow, each an absolute path or relative to the working folder.
    pub include: Vec<String>,
    /// Globs of files to leave alone.
    pub exclude: Vec<String>,
    /// The tag; `*` in it stands for the file's path with dots for slashes.
    pub tag: String,
    /// Where files are begun at the first start.
    pub read_from: ReadFrom,
    /// Bytes of a line that are kept; the rest is cut off and counted.
    pub max_line_bytes: u64,
    /// How often the globs are looked at again.
    pub glob_interval: Duration,
    /// How long a renamed file is still read after its last growth.
    pub rotate_wait: Duration,
}

/// Which namespaces' pods are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// The collector's own.
    Own,
    /// Every one; needs a `ClusterRole` that reads pods.
    All,
    /// These.
    List(Vec<String>),
}

/// Options of the source `kubernetes_logs`.
#[derive(Clone, Debug)]
pub struct KubernetesLogsSource {
    /// Which namespaces are read.
    pub namespaces: Namespaces,
    /// The folder of the kubelet's pod logs.
    pub logs_dir: PathBuf,
    /// The tag; `*` in it stands for `<namespace>.<pod>.<container>`.
    pub tag: String,
    /// Where files are begun at the first start.
    pub read_from: ReadFrom,
    /// Bytes of a (joined) line that are kept; the rest is cut off and counted.
    pub max_line_bytes: u64,
    /// How often the folder is looked at again.
    pub glob_interval: Duration,
    /// Whether collectors' own logs are read, too.
    pub include_collectors: bool,
    /// Whether labels are fetched from the API server.
    pub labels: bool,
}

const MIB: u64 = 1 << 20;
/// Below Kafka's 1 MB for a record, JSON's escapes included.
const LINE_BYTES: u64 = 256 << 10;
const LINE_BYTES_LIMIT: u64 = 16 * MIB;

const READ_FROM: [(&str, ReadFrom); 2] =
    [("beginning", ReadFrom::Beginning), ("end", ReadFrom::End)];

/// The types of sources, for messages.
pub(crate) const SOURCE_TYPES: [&str; 3] = ["http", "file", "kubernetes_logs"];

pub(crate) fn parse_source(
    name: ComponentName,
    raw: &Component,
    errors: &mut Vec<PipelineError>,
) -> Option<Source> {
    let path = format!("sources.{name}");
    if !raw.inputs.is_empty() {
        errors.push(PipelineError::new(
            format!("{path}.inputs"),
            "a source has no inputs",
            "take them away, or move the component to transforms or sinks",
        ));
    }
    let mut options = Options::new(path, &raw.options, errors);
    let kind = match raw.kind.as_str() {
        "http" => parse_http(&name, &mut options).map(SourceKind::Http),
        "file" => parse_file(&mut options).map(SourceKind::File),
        "kubernetes_logs" => Some(SourceKind::KubernetesLogs(parse_kubernetes(&mut options))),
        other => {
            let (problem, remedy) = crate::valid::unknown_type(other, &SOURCE_TYPES);
            options.error("type", problem, remedy);
            return None;
        }
    };
    options.finish();
    Some(Source {
        name,
        kind: kind?,
        raw: raw.clone(),
    })
}

fn parse_http(name: &ComponentName, options: &mut Options<'_>) -> Option<HttpSource> {
    let address = options.address("address", "0.0.0.0:9880");
    let source = HttpSource {
        address: address.unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0))),
        body_limit: options.bytes("body_limit", 32 * MIB, 1 << 30),
        timeout: options.duration("timeout", Duration::from_secs(30)),
        expose: options.choice(
            "expose",
            &[
                ("service", Expose::Service),
                ("hostPort", Expose::HostPort),
                ("nodePort", Expose::NodePort),
            ],
            Expose::Service,
        ),
        node_port: options.port("nodePort"),
    };
    if source.node_port.is_some() && source.expose != Expose::NodePort {
        options.error(
            "nodePort",
            "the source is not exposed by nodePort",
            "add expose: nodePort",
        );
    }
    if !name.is_dns_label() {
        options.error(
            "address",
            format!("the name {name} of a listening source becomes part of a Service's name"),
            "use lower-case letters, digits and - in it",
        );
        return None;
    }
    address.map(|_| source)
}

fn parse_file(options: &mut Options<'_>) -> Option<FileSource> {
    let include = options.strings("include");
    if include.is_empty() {
        options.error(
            "include",
            "no file is named",
            "write for example include: [/var/log/app/*.log]",
        );
    }
    let source = FileSource {
        include,
        exclude: options.strings("exclude"),
        tag: tag(options, "file.*"),
        read_from: options.choice("read_from", &READ_FROM, ReadFrom::Beginning),
        max_line_bytes: options.bytes("max_line_bytes", LINE_BYTES, LINE_BYTES_LIMIT),
        glob_interval: options.duration("glob_interval", Duration::from_secs(1)),
        rotate_wait: options.duration("rotate_wait", Duration::from_secs(5)),
    };
    (!source.include.is_empty()).then_some(source)
}

fn parse_kubernetes(options: &mut Options<'_>) -> KubernetesLogsSource {
    let namespaces = match options.strings("namespaces") {
        list if list.is_empty() => Namespaces::Own,
        list if list.len() == 1 && list.first().is_some_and(|name| name == "own") => {
            Namespaces::Own
        }
        list if list.iter().any(|name| name == "all") => {
            if list.len() > 1 {
                options.error(
                    "namespaces",
                    "all stands beside other names",
                    "write namespaces: all",
                );
            }
            Namespaces::All
        }
        list => {
            for name in &list {
                if ComponentName::parse(name).map_or(true, |name| !name.is_dns_label()) {
                    options.error(
                        "namespaces",
                        format!("{name:?} is no namespace's name"),
                        "write own, all, or a list of namespaces",
                    );
                }
            }
            Namespaces::List(list)
        }
    };
    KubernetesLogsSource {
        namespaces,
        logs_dir: options
            .string("logs_dir")
            .map_or_else(|| PathBuf::from("/var/log/pods"), PathBuf::from),
        tag: tag(options, "kubernetes.*"),
        read_from: options.choice("read_from", &READ_FROM, ReadFrom::Beginning),
        max_line_bytes: options.bytes("max_line_bytes", LINE_BYTES, LINE_BYTES_LIMIT),
        glob_interval: options.duration("glob_interval", Duration::from_secs(1)),
        include_collectors: options.flag("include_collectors", false),
        labels: options.flag("labels", true),
    }
}

fn tag(options: &mut Options<'_>, default: &str) -> String {
    let tag = options.string("tag").unwrap_or_else(|| default.to_owned());
    if tag.is_empty() || tag.chars().any(char::is_whitespace) {
        options.error(
            "tag",
            format!("{tag:?} is no tag"),
            format!("write for example {default}"),
        );
    }
    tag
}
