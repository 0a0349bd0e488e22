//! What the manifests ask for, with everything checked that can be checked without running it.

use std::collections::BTreeMap;

use kavka_crds::manifest::{self, ManifestSet};
use kavka_crds::plan::{PipelinePlan, plan_pipeline, render};
use kavka_crds::{Cluster, Pipeline, PipelineSpec, Refusal, Topic, broker_settings};

use crate::up::files::ManifestText;

/// How many brokers one process runs.
const BROKERS_MAX: i32 = 1;

/// The manifests, valid and ready to be planned from.
#[derive(Debug, Clone)]
pub(crate) struct Desired {
    /// The broker; none where pipelines write to brokers elsewhere.
    pub(crate) broker: Option<DesiredBroker>,
    /// The topics, in the files' order.
    pub(crate) topics: Vec<Topic>,
    /// The pipelines by name.
    pub(crate) pipelines: BTreeMap<String, DesiredPipeline>,
}

/// The broker that a Cluster stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DesiredBroker {
    /// The Cluster's name.
    pub(crate) cluster: String,
    /// Kafka's settings.
    pub(crate) settings: BTreeMap<String, String>,
}

/// A pipeline that the collector accepts.
#[derive(Debug, Clone)]
pub(crate) struct DesiredPipeline {
    /// As it was written.
    pub(crate) spec: PipelineSpec,
    /// Its components as text: two pipelines with the same text run the same.
    pub(crate) text: String,
    /// What to run.
    pub(crate) plan: PipelinePlan,
}

impl Desired {
    /// Parses the files, or says everything that is wrong with them.
    pub(crate) fn parse(texts: &[ManifestText]) -> Result<Self, Vec<String>> {
        let mut manifests = Vec::new();
        let mut errors = Vec::new();
        for ManifestText { file, text } in texts {
            match manifest::parse(file, text) {
                Ok(parsed) => manifests.extend(parsed),
                Err(wrong) => errors.extend(wrong.iter().map(ToString::to_string)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        if manifests.is_empty() {
            let names: Vec<_> = texts.iter().map(|text| text.file.as_str()).collect();
            return Err(vec![format!("no manifest in {}", names.join(", "))]);
        }
        let set = ManifestSet::new(manifests)
            .map_err(|wrong| wrong.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let broker = desired_broker(&set.clusters, &mut errors);
        refuse_shared_topics(&set.topics, &mut errors);
        let pipelines = set.pipelines.iter().filter_map(|pipeline| {
            desired_pipeline(pipeline)
                .map_err(|wrong| errors.extend(wrong))
                .ok()
        });
        let pipelines = pipelines.collect();
        if errors.is_empty() {
            Ok(Self {
                broker,
                topics: set.topics,
                pipelines,
            })
        } else {
            Err(errors)
        }
    }
}

fn desired_broker(clusters: &[Cluster], errors: &mut Vec<String>) -> Option<DesiredBroker> {
    if clusters.len() > 1 {
        let names: Vec<_> = clusters
            .iter()
            .map(|cluster| name(cluster.metadata.name.as_ref()))
            .collect();
        errors.push(format!(
            "there are {} Clusters ({}), kavka up runs one: start another kavka up for each, \
             with its own --data, --port and --http-port",
            clusters.len(),
            names.join(", ")
        ));
        return None;
    }
    let cluster = clusters.first()?;
    let cluster_name = name(cluster.metadata.name.as_ref());
    let refusals = kavka_crds::validate_cluster(cluster, BROKERS_MAX);
    errors.extend(prefixed("Cluster", &cluster_name, &refusals));
    Some(DesiredBroker {
        cluster: cluster_name,
        settings: broker_settings(&cluster.spec),
    })
}

fn desired_pipeline(pipeline: &Pipeline) -> Result<(String, DesiredPipeline), Vec<String>> {
    let name = name(pipeline.metadata.name.as_ref());
    let refused = |refusals: &[Refusal]| prefixed("Pipeline", &name, refusals).collect::<Vec<_>>();
    let plan = plan_pipeline(&pipeline.spec).map_err(|refusals| refused(&refusals))?;
    let text = render(&pipeline.spec).map_err(|refusal| refused(&[refusal]))?;
    Ok((
        name.clone(),
        DesiredPipeline {
            spec: pipeline.spec.clone(),
            text,
            plan,
        },
    ))
}

/// Two manifests for one topic would undo each other's changes.
fn refuse_shared_topics(topics: &[Topic], errors: &mut Vec<String>) {
    let mut claims: BTreeMap<&str, String> = BTreeMap::new();
    for topic in topics {
        let object = name(topic.metadata.name.as_ref());
        if let Some(first) = claims.insert(topic.kafka_name(), object.clone()) {
            errors.push(format!(
                "Topic {object}: the topic {} is Topic {first}'s already: \
                 delete one of them, or give it another spec.topicName",
                topic.kafka_name()
            ));
        }
    }
}

fn prefixed<'a>(
    kind: &'a str,
    name: &'a str,
    refusals: &'a [Refusal],
) -> impl Iterator<Item = String> + 'a {
    refusals
        .iter()
        .map(move |refusal| format!("{kind} {name}: {refusal}"))
}

/// An object's name; manifests without one were refused.
pub(crate) fn name(name: Option<&String>) -> String {
    name.cloned().unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Desired, ManifestText};

    pub(crate) fn parse(text: &str) -> Result<Desired, Vec<String>> {
        Desired::parse(&[ManifestText {
            file: "a.yaml".into(),
            text: text.into(),
        }])
    }

    const HEAD: &str = "apiVersion: kavka.dev/v1alpha1\nkind: ";

    fn errors(documents: &[&str]) -> String {
        let all: Vec<String> = documents
            .iter()
            .map(|text| format!("{HEAD}{text}\n"))
            .collect();
        parse(&all.join("---\n")).unwrap_err().join("\n")
    }

    const CLUSTER: &str = "Cluster\nmetadata: {name: demo}\nspec: {}";

    #[test]
    fn the_quick_start_is_accepted() {
        let desired = parse(include_str!("../../../examples/quickstart.yaml")).unwrap();
        assert_eq!(
            desired.broker.unwrap().settings["log.retention.hours"],
            "72"
        );
        assert_eq!(desired.topics.len(), 1);
        assert_eq!(desired.pipelines["samples"].plan.listens.len(), 1);
    }

    #[test]
    fn an_unknown_field_is_named_with_file_document_path_and_the_nearest_name() {
        let found = errors(&[
            CLUSTER,
            "Topic\nmetadata: {name: t}\nspec: {cluster: demo, partitons: 4}",
        ]);
        for part in [
            "a.yaml",
            "document 2",
            "spec.partitons",
            "did you mean partitions",
        ] {
            assert!(found.contains(part), "{part} is not in: {found}");
        }
    }

    #[test]
    fn more_than_one_broker_is_refused() {
        let found = errors(&["Cluster\nmetadata: {name: demo}\nspec: {brokers: 3}"]);
        assert!(found.contains("Cluster demo: spec.brokers is 3"), "{found}");
    }

    #[test]
    fn two_clusters_are_refused() {
        let found = errors(&[CLUSTER, "Cluster\nmetadata: {name: other}\nspec: {}"]);
        assert!(
            found.contains("demo, other") && found.contains("--port"),
            "{found}"
        );
    }

    #[test]
    fn two_manifests_of_one_topic_are_refused() {
        let found = errors(&[
            CLUSTER,
            "Topic\nmetadata: {name: a}\nspec: {cluster: demo}",
            "Topic\nmetadata: {name: b}\nspec: {cluster: demo, topicName: a}",
        ]);
        assert!(
            found.contains("Topic b: the topic a is Topic a's"),
            "{found}"
        );
    }

    #[test]
    fn what_the_collector_would_refuse_is_refused_here() {
        let found = errors(&[
            CLUSTER,
            "Pipeline\nmetadata: {name: p}\nspec: {cluster: demo, sources: {in: {type: htpp}}, \
             sinks: {out: {type: stdout, inputs: [in]}}}",
        ]);
        assert!(found.contains("Pipeline p: spec.sources.in"), "{found}");
    }

    #[test]
    fn a_file_without_a_manifest_is_named() {
        assert!(parse("# nothing\n").unwrap_err()[0].contains("no manifest in a.yaml"));
    }
}
