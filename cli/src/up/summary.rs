//! What `kavka up` says once everything runs: what is where, and what to type next.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use kavka_crds::PipelineSpec;
use serde_json::Value;

use crate::up::desired::{Desired, DesiredPipeline};
use crate::up::ports::{bound, reached_at};

/// Where the broker is.
#[derive(Debug)]
pub(crate) struct BrokerLine<'a> {
    pub(crate) cluster: &'a str,
    pub(crate) kafka: SocketAddr,
    pub(crate) http: SocketAddr,
    pub(crate) data: &'a Path,
}

/// Everything that is told.
#[derive(Debug)]
pub(crate) struct Summary<'a> {
    pub(crate) broker: Option<BrokerLine<'a>>,
    pub(crate) bind: IpAddr,
    /// The part of the manifests that is really so.
    pub(crate) there: &'a Desired,
    /// Whether that is not all of them.
    pub(crate) has_problems: bool,
    pub(crate) files: Vec<&'a str>,
    /// How this program is called on a command line.
    pub(crate) command: &'a str,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_problems {
            writeln!(
                f,
                "\nkavka is up, but for what is marked with ! above; that is tried again\n"
            )?;
        } else {
            writeln!(f, "\nkavka is up\n")?;
        }
        if let Some(broker) = &self.broker {
            let BrokerLine {
                cluster,
                kafka,
                http,
                data,
            } = broker;
            let (kafka, http) = (reached_at(*kafka), reached_at(*http));
            writeln!(
                f,
                "  broker     {kafka}  (Cluster {cluster}, data in {})",
                data.display()
            )?;
            writeln!(f, "  health     http://{http}/healthz  /readyz  /metrics")?;
        }
        for topic in &self.there.topics {
            let partitions = match topic.spec.partitions {
                Some(1) => "1 partition".to_owned(),
                Some(count) => format!("{count} partitions"),
                None => "the broker's number of partitions".to_owned(),
            };
            writeln!(f, "  topic      {}  ({partitions})", topic.kafka_name())?;
        }
        for (name, pipeline) in &self.there.pipelines {
            self.pipeline(f, name, pipeline)?;
        }
        self.next_commands(f)?;
        let files = self.files.join(", ");
        write!(f, "\nEdit {files} and the change is applied. Ctrl-C ends.")
    }
}

impl Summary<'_> {
    fn pipeline(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        pipeline: &DesiredPipeline,
    ) -> fmt::Result {
        let spec = &pipeline.spec;
        let sources: Vec<String> = spec
            .sources
            .iter()
            .map(|(name, source)| format!("{name} ({})", source.type_))
            .collect();
        let sinks: Vec<String> = spec
            .sinks
            .iter()
            .map(|(name, sink)| format!("{name} ({})", sink.type_))
            .collect();
        writeln!(
            f,
            "  pipeline   {name}: {} → {}",
            sources.join(", "),
            sinks.join(", ")
        )?;
        for listen in &pipeline.plan.listens {
            let (source, written) = (&listen.listener.source, listen.listener.address);
            let real = bound(written, self.bind);
            write!(f, "             {source} listens on {real}")?;
            if real != written {
                write!(
                    f,
                    ", not {written}: --bind 0.0.0.0 opens it to other machines"
                )?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn next_commands(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let posts = self
            .there
            .pipelines
            .values()
            .flat_map(|pipeline| self.posts(pipeline));
        let posts: Vec<String> = posts.collect();
        let kafka = self.broker.as_ref().map(|broker| reached_at(broker.kafka));
        let topic = self.first_topic();
        if posts.is_empty() && kafka.is_none() {
            return Ok(());
        }
        writeln!(f, "\nTry:")?;
        for post in posts.into_iter().chain(self.appends()) {
            writeln!(f, "  {post}")?;
        }
        let command = self.command;
        match (kafka, topic) {
            (Some(kafka), Some(topic)) => {
                writeln!(f, "  kcat -b {kafka} -t {topic} -C -e")?;
                let option = bootstrap_option(&kafka);
                writeln!(f, "  {command} consume {topic} --from-beginning{option}")
            }
            (Some(kafka), None) => {
                writeln!(
                    f,
                    "  {command} topic create my-topic{}",
                    bootstrap_option(&kafka)
                )
            }
            (None, _) => Ok(()),
        }
    }

    /// A request for each HTTP source.
    fn posts(&self, pipeline: &DesiredPipeline) -> Vec<String> {
        let tag = example_tag(&pipeline.spec);
        let listens = pipeline
            .plan
            .listens
            .iter()
            .map(|listen| listen.listener.address);
        listens
            .map(|address| {
                let at = reached_at(bound(address, self.bind));
                format!("curl -H 'content-type: application/json' -d '{{\"id\":0}}' {at}/{tag}")
            })
            .collect()
    }

    /// A line for each file that is tailed under a name of its own.
    fn appends(&self) -> impl Iterator<Item = String> {
        let sources = self
            .there
            .pipelines
            .values()
            .flat_map(|pipeline| pipeline.spec.sources.values());
        let files = sources
            .filter(|source| source.type_ == "file")
            .filter_map(|source| source.options.get("include")?.as_array()?.first()?.as_str());
        files
            .filter(|path| !path.contains(['*', '?', '[', '{']))
            .map(|path| format!("echo 'a line' >> {path}"))
    }

    /// The topic that a pipeline writes to, or the first one of all.
    fn first_topic(&self) -> Option<String> {
        let sinks = self
            .there
            .pipelines
            .values()
            .flat_map(|pipeline| pipeline.spec.sinks.values());
        let written = sinks.filter_map(|sink| sink.options.get("topic").and_then(Value::as_str));
        // A template such as `{{ tag }}` is no topic's name.
        let written = written
            .filter(|topic| !topic.contains('{'))
            .map(str::to_owned)
            .next();
        let first = || {
            self.there
                .topics
                .first()
                .map(|topic| topic.kafka_name().to_owned())
        };
        written.or_else(first)
    }
}

fn bootstrap_option(kafka: &str) -> String {
    if kafka == "localhost:9092" {
        String::new()
    } else {
        format!(" -b {kafka}")
    }
}

/// A tag that the first sink with a pattern takes: `sample.**` takes `sample.data`.
fn example_tag(spec: &PipelineSpec) -> String {
    let mut patterns = spec
        .sinks
        .values()
        .filter_map(|sink| sink.options.get("match"));
    let pattern = patterns.find_map(Value::as_str).unwrap_or("test.**");
    let first = pattern.split([' ', ',']).next().unwrap_or(pattern);
    let words = first
        .split('.')
        .map(|word| if word.contains('*') { "data" } else { word });
    words.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::{BrokerLine, Summary};
    use crate::up::desired::tests::parse;

    fn summary(text: &str, port: u16) -> String {
        let desired = parse(text).unwrap();
        let broker = BrokerLine {
            cluster: "demo",
            kafka: ([127, 0, 0, 1], port).into(),
            http: ([127, 0, 0, 1], 8080).into(),
            data: std::path::Path::new("./kavka-data"),
        };
        let bind = [127, 0, 0, 1].into();
        Summary {
            broker: Some(broker),
            bind,
            there: &desired,
            has_problems: false,
            files: vec!["a.yaml"],
            command: "kavka",
        }
        .to_string()
    }

    const QUICK_START: &str = include_str!("../../../examples/quickstart.yaml");

    #[test]
    fn the_quick_start_says_what_to_type() {
        let text = summary(QUICK_START, 9092);
        for line in [
            concat!(
                "  curl -H 'content-type: application/json' -d '{\"id\":0}' ",
                "localhost:9999/sample.data\n"
            ),
            "  echo 'a line' >> /tmp/kavka-quickstart.log\n",
            "  kcat -b localhost:9092 -t topic-sample -C -e\n",
            "  kavka consume topic-sample --from-beginning\n",
        ] {
            assert!(text.contains(line), "{line} is not in:\n{text}");
        }
    }

    #[test]
    fn another_port_is_in_every_command() {
        let text = summary(QUICK_START, 19092);
        assert!(text.contains("kcat -b localhost:19092"), "{text}");
        assert!(
            text.contains("--from-beginning -b localhost:19092"),
            "{text}"
        );
    }

    #[test]
    fn a_source_that_would_be_open_to_everyone_is_named() {
        let text = summary(QUICK_START, 9092);
        assert!(
            text.contains("http listens on 127.0.0.1:9999, not 0.0.0.0:9999"),
            "{text}"
        );
    }
}
