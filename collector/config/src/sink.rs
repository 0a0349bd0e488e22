//! The options of every sink.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::Component;
use crate::error::PipelineError;
use crate::name::{ComponentName, OutputName};
use crate::options::Options;
use crate::tag::TagPattern;
use crate::template::{FieldPath, Template};
use crate::transform::parse_match;

/// A sink with its options typed.
#[derive(Clone, Debug)]
pub struct Sink {
    /// Its name.
    pub name: ComponentName,
    /// What feeds it.
    pub inputs: Vec<OutputName>,
    /// Which tags it takes; all of them when absent.
    pub matches: Option<TagPattern>,
    /// Its type and options.
    pub kind: SinkKind,
    /// As it was written.
    pub raw: Component,
}

/// Which sink it is.
#[derive(Clone, Debug)]
pub enum SinkKind {
    /// Produces to Kafka.
    Kafka(KafkaSink),
    /// Writes to standard output.
    Stdout(StdoutSink),
    /// Appends to a file.
    File(FileSink),
}

/// How an event becomes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// The event's body as JSON on one line.
    #[default]
    Json,
    /// The field `message` alone.
    Text,
}

/// How batches are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// Snappy.
    Snappy,
    /// LZ4.
    Lz4,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// Kafka's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// Options of the sink `kafka`.
#[derive(Clone, Debug)]
pub struct KafkaSink {
    /// `host:port` of some brokers; absent: those of the pipeline's Cluster.
    pub bootstrap_servers: Option<String>,
    /// The topic, possibly with fields of the event in it.
    pub topic: Template,
    /// The field whose value becomes the record's key. Absent: the file or container that a line
    /// came from, so that its lines stay in order in one partition.
    pub key_field: Option<FieldPath>,
    /// How an event becomes a record's value.
    pub encoding: Encoding,
    /// How batches are compressed.
    pub compression: Compression,
    /// How long a record waits for others to travel with.
    pub linger: Duration,
    /// Bytes that may wait in the client; then the sink's inputs wait.
    pub buffer_bytes: u64,
    /// Further properties of librdkafka.
    pub librdkafka_options: BTreeMap<String, String>,
}

/// Options of the sink `stdout`.
#[derive(Clone, Debug)]
pub struct StdoutSink {
    /// How an event becomes a line.
    pub encoding: Encoding,
}

/// Options of the sink `file`.
#[derive(Clone, Debug)]
pub struct FileSink {
    /// The file; it is created, and appended to.
    pub path: PathBuf,
    /// How an event becomes a line.
    pub encoding: Encoding,
}

/// The types of sinks, for messages.
pub(crate) const SINK_TYPES: [&str; 3] = ["kafka", "stdout", "file"];

/// Properties that delivery without loss rests upon, and those with an option of their own.
const RESERVED: [(&str, &str); 8] = [
    ("acks", "delivery without loss needs all"),
    ("request.required.acks", "delivery without loss needs all"),
    ("enable.idempotence", "delivery without repetition needs it"),
    (
        "message.timeout.ms",
        "records are retried until they are delivered",
    ),
    (
        "delivery.timeout.ms",
        "records are retried until they are delivered",
    ),
    ("bootstrap.servers", "use the option bootstrap_servers"),
    ("compression.type", "use the option compression"),
    ("linger.ms", "use the option linger"),
];

pub(crate) fn parse_sink(
    name: ComponentName,
    raw: &Component,
    errors: &mut Vec<PipelineError>,
) -> Option<Sink> {
    let path = format!("sinks.{name}");
    let inputs = crate::graph::parse_inputs(&path, raw, errors);
    let mut options = Options::new(path, &raw.options, errors);
    let matches = parse_match(&mut options);
    let kind = match raw.kind.as_str() {
        "kafka" => parse_kafka(&mut options).map(SinkKind::Kafka),
        "stdout" => Some(SinkKind::Stdout(StdoutSink {
            encoding: encoding(&mut options),
        })),
        "file" => {
            let target = options.required("path", "/var/log/events.json");
            let encoding = encoding(&mut options);
            target.map(|target| {
                SinkKind::File(FileSink {
                    path: target.into(),
                    encoding,
                })
            })
        }
        other => {
            let (problem, remedy) = crate::valid::unknown_type(other, &SINK_TYPES);
            options.error("type", problem, remedy);
            return None;
        }
    };
    options.finish();
    Some(Sink {
        name,
        inputs,
        matches,
        kind: kind?,
        raw: raw.clone(),
    })
}

fn encoding(options: &mut Options<'_>) -> Encoding {
    let choices = [("json", Encoding::Json), ("text", Encoding::Text)];
    options.choice("encoding", &choices, Encoding::Json)
}

fn parse_kafka(options: &mut Options<'_>) -> Option<KafkaSink> {
    let topic = parse_topic(options);
    let servers = options.strings("bootstrap_servers").join(",");
    for server in servers.split(',').filter(|_| !servers.is_empty()) {
        let port = server
            .trim()
            .rsplit_once(':')
            .filter(|(host, _)| !host.is_empty());
        if port.is_none_or(|(_, port)| port.parse::<u16>().is_err()) {
            options.error(
                "bootstrap_servers",
                format!("{server:?} is no host with a port"),
                "write for example kafka-1:9092,kafka-2:9092",
            );
        }
    }
    let key_field = options
        .string("key_field")
        .and_then(|text| match FieldPath::parse(&text) {
            Ok(path) => Some(path),
            Err(problem) => {
                options.error("key_field", problem, "write for example user.id or %tag");
                None
            }
        });
    let compressions = [
        ("none", Compression::None),
        ("gzip", Compression::Gzip),
        ("snappy", Compression::Snappy),
        ("lz4", Compression::Lz4),
        ("zstd", Compression::Zstd),
    ];
    let encoding = encoding(options);
    let compression = options.choice("compression", &compressions, Compression::Lz4);
    let linger = options.duration("linger", Duration::from_millis(5));
    let buffer_bytes = options.bytes("buffer_bytes", 32 << 20, 2 << 30);
    let librdkafka_options = parse_librdkafka(options);
    Some(KafkaSink {
        bootstrap_servers: (!servers.is_empty()).then_some(servers),
        topic: topic?,
        key_field,
        encoding,
        compression,
        linger,
        buffer_bytes,
        librdkafka_options,
    })
}

fn parse_topic(options: &mut Options<'_>) -> Option<Template> {
    let text = options.required("topic", "topic-sample")?;
    let template = match Template::parse(&text) {
        Ok(template) => template,
        Err(problem) => {
            options.error(
                "topic",
                problem,
                "write for example logs-{{ kubernetes.namespace }}",
            );
            return None;
        }
    };
    if let Some(problem) = template.as_literal().and_then(topic_problem) {
        options.error(
            "topic",
            problem,
            "use letters, digits, '.', '_' and '-', at most 249 of them",
        );
        return None;
    }
    Some(template)
}

/// Kafka's own rules for topics' names.
fn topic_problem(topic: &str) -> Option<String> {
    if matches!(topic, "." | "..") {
        return Some(format!("{topic:?} is no topic's name"));
    }
    if topic.len() > 249 {
        return Some(format!("the topic's name has {} characters", topic.len()));
    }
    topic
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
        .map(|c| format!("{topic:?} contains {c:?}"))
}

fn parse_librdkafka(options: &mut Options<'_>) -> BTreeMap<String, String> {
    let Some(given) = options.take("librdkafka_options") else {
        return BTreeMap::new();
    };
    let Some(given) = given.as_object() else {
        let problem = format!("{given} is no mapping");
        options.error(
            "librdkafka_options",
            problem,
            "write for example {client.id: collector}",
        );
        return BTreeMap::new();
    };
    let mut properties = BTreeMap::new();
    for (name, value) in given {
        let field = format!("librdkafka_options.{name}");
        if let Some((_, why)) = RESERVED.iter().find(|(reserved, _)| reserved == name) {
            options.error(&field, "it cannot be set here", *why);
            continue;
        }
        match value {
            serde_json::Value::String(text) => properties.insert(name.clone(), text.clone()),
            serde_json::Value::Number(number) => {
                properties.insert(name.clone(), number.to_string())
            }
            serde_json::Value::Bool(value) => properties.insert(name.clone(), value.to_string()),
            other => {
                options.error(
                    &field,
                    format!("{other} is no single value"),
                    "write a string",
                );
                None
            }
        };
    }
    properties
}
