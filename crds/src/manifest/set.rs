//! Manifests that belong together.

use std::collections::BTreeSet;

use crate::{Cluster, Pipeline, Topic};

use super::{Manifest, ManifestError};

/// Every manifest that is to be reconciled together: no name twice, no reference into nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ManifestSet {
    /// The clusters, in the files' order.
    pub clusters: Vec<Cluster>,
    /// The topics, in the files' order.
    pub topics: Vec<Topic>,
    /// The pipelines, in the files' order.
    pub pipelines: Vec<Pipeline>,
}

impl ManifestSet {
    /// Puts manifests together, or says what does not fit.
    pub fn new(manifests: Vec<Manifest>) -> Result<Self, Vec<ManifestError>> {
        let mut errors = duplicates(&manifests);
        let mut set = Self::default();
        for manifest in manifests {
            match manifest {
                Manifest::Cluster(cluster) => set.clusters.push(*cluster),
                Manifest::Topic(topic) => set.topics.push(*topic),
                Manifest::Pipeline(pipeline) => set.pipelines.push(*pipeline),
            }
        }
        errors.extend(set.dangling());
        if errors.is_empty() {
            Ok(set)
        } else {
            Err(errors)
        }
    }

    /// References to Clusters that no manifest describes.
    fn dangling(&self) -> Vec<ManifestError> {
        let clusters: BTreeSet<_> = self
            .clusters
            .iter()
            .filter_map(|c| c.metadata.name.as_deref())
            .collect();
        let topics = self.topics.iter().map(|topic| {
            (
                "Topic",
                topic.metadata.name.as_deref(),
                Some(topic.spec.cluster.as_str()),
            )
        });
        let pipelines = self.pipelines.iter().map(|pipeline| {
            (
                "Pipeline",
                pipeline.metadata.name.as_deref(),
                pipeline.spec.cluster.as_deref(),
            )
        });
        let known = clusters.iter().copied().collect::<Vec<_>>().join(", ");
        topics
            .chain(pipelines)
            .filter_map(|(kind, name, cluster)| Some((kind, name?, cluster?)))
            .filter(|(_, _, cluster)| !clusters.contains(cluster))
            .map(|(kind, name, cluster)| {
                let remedy = if known.is_empty() {
                    "add a Cluster manifest".to_owned()
                } else {
                    format!("the Clusters are: {known}")
                };
                error(
                    kind,
                    name,
                    format!("spec.cluster is {cluster:?}: no such Cluster; {remedy}"),
                )
            })
            .collect()
    }
}

fn duplicates(manifests: &[Manifest]) -> Vec<ManifestError> {
    let mut seen = BTreeSet::new();
    manifests
        .iter()
        .filter(|manifest| !seen.insert((manifest.kind(), manifest.name())))
        .map(|manifest| {
            let message = "there are two manifests of this name: delete or rename one";
            error(manifest.kind(), manifest.name(), message.to_owned())
        })
        .collect()
}

fn error(kind: &str, name: &str, message: String) -> ManifestError {
    ManifestError {
        file: "manifests".to_owned(),
        document: None,
        object: format!("{kind} {name}"),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::parse;

    fn set(text: &str) -> Result<ManifestSet, Vec<ManifestError>> {
        ManifestSet::new(parse("a.yaml", text).unwrap())
    }

    const HEAD: &str = "apiVersion: kavka.dev/v1alpha1\nkind: ";

    #[test]
    fn the_quick_start_fits_together() {
        let set = set(include_str!("../../../examples/quickstart.yaml")).unwrap();
        assert_eq!(
            (set.clusters.len(), set.topics.len(), set.pipelines.len()),
            (1, 1, 1)
        );
    }

    #[test]
    fn a_reference_into_nothing_is_refused() {
        let text = format!("{HEAD}Topic\nmetadata: {{name: t}}\nspec: {{cluster: dmeo}}\n");
        let errors = set(&text).unwrap_err();
        assert!(
            errors[0]
                .to_string()
                .contains("Topic t: spec.cluster is \"dmeo\""),
            "{errors:?}"
        );
    }

    #[test]
    fn two_manifests_of_one_name_are_refused() {
        let one = format!("{HEAD}Cluster\nmetadata: {{name: a}}\nspec: {{}}\n");
        let errors = set(&format!("{one}---\n{one}")).unwrap_err();
        assert!(
            errors[0]
                .to_string()
                .contains("Cluster a: there are two manifests")
        );
    }
}
