//! The CRDs' YAML, made from the types.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;

use crate::{Cluster, Pipeline, Topic};

/// How to make the generated files again.
pub const HOW: &str = "cargo run -p kavka-crds --bin crdgen";

/// A CRD and the name of its file.
pub struct CrdFile {
    /// The file's name.
    pub name: &'static str,
    /// The CRD.
    pub crd: CustomResourceDefinition,
}

/// Every CRD of Kavka.
pub fn crds() -> Vec<CrdFile> {
    vec![
        CrdFile {
            name: "clusters.yaml",
            crd: Cluster::crd(),
        },
        CrdFile {
            name: "pipelines.yaml",
            crd: Pipeline::crd(),
        },
        CrdFile {
            name: "topics.yaml",
            crd: Topic::crd(),
        },
    ]
}

impl CrdFile {
    /// The text of the file in `crds/`.
    pub fn plain(&self) -> Result<String, serde_yaml::Error> {
        let body = serde_yaml::to_string(&self.crd)?;
        Ok(format!(
            "# Generated from crds/src; make it again with: {HOW}\n{body}"
        ))
    }

    /// The text of the chart's template: installed and upgraded with the release, kept when it
    /// is uninstalled, so that clusters and data outlive the operator.
    pub fn template(&self) -> Result<String, serde_yaml::Error> {
        let mut crd = self.crd.clone();
        crd.metadata.annotations =
            Some([("helm.sh/resource-policy".to_owned(), "keep".to_owned())].into());
        let body = serde_yaml::to_string(&crd)?;
        Ok(format!(
            "{{{{- /* Generated from crds/src; make it again with: {HOW} */ -}}}}\n\
             {{{{- if .Values.crds.install }}}}\n{body}{{{{- end }}}}\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_crd_fits_into_a_client_side_apply() {
        for file in crds() {
            let size = file.plain().unwrap().len();
            assert!(size < 262_144, "{} has {size} bytes", file.name);
        }
    }

    #[test]
    fn the_files_in_the_repository_are_those_of_the_types() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let chart = root.join("../charts/kavka/templates/crds");
        for file in crds() {
            let plain = fs::read_to_string(root.join(file.name)).unwrap();
            assert_eq!(plain, file.plain().unwrap(), "{}: run {HOW}", file.name);
            let template = fs::read_to_string(chart.join(file.name)).unwrap();
            assert_eq!(
                template,
                file.template().unwrap(),
                "{}: run {HOW}",
                file.name
            );
        }
    }

    #[test]
    fn the_chart_keeps_its_crds_when_it_is_uninstalled() {
        for file in crds() {
            assert!(
                file.template()
                    .unwrap()
                    .contains("helm.sh/resource-policy: keep")
            );
        }
    }

    #[test]
    fn no_text_of_a_crd_is_taken_for_a_template_by_helm() {
        for file in crds() {
            assert!(!file.plain().unwrap().contains("{{"), "{}", file.name);
        }
    }

    #[test]
    fn kinds_are_found_by_short_name_and_category() {
        let names: Vec<_> = crds().into_iter().map(|file| file.crd.spec.names).collect();
        let short: Vec<_> = names
            .iter()
            .flat_map(|n| n.short_names.clone().unwrap())
            .collect();
        assert_eq!(short, ["kvc", "kvp", "kvt"]);
        assert!(
            names
                .iter()
                .all(|n| n.categories == Some(vec!["kavka".to_owned()]))
        );
    }
}
