//! `Pipeline`: collectors on every node, or some of them anywhere.

pub mod access;
pub mod config_map;
pub mod pods;
pub mod reconcile;
pub mod services;
pub mod status;
pub mod workload;

use kavka_crds::plan::{PipelinePlan, plan_pipeline, render};
use kavka_crds::{ParsedTemplate, Pipeline, PodTemplate, Refusal};
use kavka_pipeline::{Namespaces, NodeLogs};

use crate::naming::{Labels, Owner, collector_labels};
use crate::settings::Settings;

/// A Pipeline that can run, parsed and planned once.
#[derive(Clone, Debug)]
pub struct ValidPipeline {
    /// Whom everything belongs to.
    pub owner: Owner,
    /// The manifest.
    pub pipeline: Pipeline,
    /// What collectors run and what their pods need.
    pub plan: PipelinePlan,
    /// The file that collectors read.
    pub file: String,
    /// `spec.template`, parsed.
    pub template: ParsedTemplate,
    /// What the operator was told at its start.
    pub settings: Settings,
}

impl ValidPipeline {
    /// Parses a Pipeline, or says what cannot be had: everything that the collector itself would
    /// refuse, and what this installation does not grant.
    pub fn parse(
        owner: Owner,
        pipeline: Pipeline,
        settings: Settings,
    ) -> Result<Self, Vec<Refusal>> {
        let plan = plan_pipeline(&pipeline.spec);
        let template = PodTemplate::parse(pipeline.spec.template.as_ref());
        let (plan, template) = match (plan, template) {
            (Ok(plan), Ok(template)) => (plan, template),
            (Err(mut refusals), Err(more)) => {
                refusals.extend(more);
                return Err(refusals);
            }
            (Err(refusals), _) | (_, Err(refusals)) => return Err(refusals),
        };
        let file = render(&pipeline.spec).map_err(|refusal| vec![refusal])?;
        let valid = Self {
            owner,
            pipeline,
            plan,
            file,
            template,
            settings,
        };
        let mut refusals: Vec<_> = valid.reach_refusal().into_iter().collect();
        refusals.extend(services::name_refusals(&valid));
        if refusals.is_empty() {
            Ok(valid)
        } else {
            Err(refusals)
        }
    }

    /// The name of the workload, the ConfigMap and the `ServiceAccount`.
    pub fn collector_name(&self) -> String {
        format!("{}-collector", self.owner.name)
    }

    /// The labels of everything of the pipeline.
    pub fn labels(&self) -> Labels {
        collector_labels(&self.owner.name)
    }

    /// Whether pods of other namespaces are read.
    pub fn reads_other_namespaces(&self) -> bool {
        match self.node_logs().map(|logs| &logs.namespaces) {
            None | Some(Namespaces::Own) => false,
            Some(Namespaces::All) => true,
            Some(Namespaces::List(names)) => names
                .iter()
                .any(|name| name != "own" && *name != self.owner.namespace),
        }
    }

    /// What is read of the node's container logs.
    pub fn node_logs(&self) -> Option<&NodeLogs> {
        self.plan.node_logs.as_ref()
    }

    /// Whether collectors read files of the node: container logs, or a folder of the template.
    /// Their positions then outlive the pod, in a folder of the node.
    pub fn reads_node(&self) -> bool {
        self.node_logs().is_some()
            || self
                .template
                .volumes
                .iter()
                .any(|volume| volume.host_path.is_some())
    }

    fn reach_refusal(&self) -> Option<Refusal> {
        let granted = self.settings.all_namespaces_service_account.is_some();
        (self.reads_other_namespaces() && !granted).then(|| {
            Refusal::new(
                "AllNamespacesNotGranted",
                "spec.sources: kubernetes_logs reads other namespaces than its own, which this \
                 installation does not grant: install the chart with \
                 --set kubernetesLogs.allNamespaces=true (it adds the ClusterRole that reads \
                 pods), or leave namespaces out",
            )
        })
    }
}

#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;
    use crate::cluster::fixtures::owner;

    pub(crate) const HTTP: &str = "{cluster: demo, sources: {in: {type: http, \
        address: '0.0.0.0:9999', EXPOSE}}, sinks: {out: {type: kafka, inputs: [in], topic: t}}}";
    pub(crate) const LOGS: &str = "{cluster: demo, sources: {logs: {type: kubernetes_logs}}, \
        sinks: {out: {type: kafka, inputs: [logs], topic: t}}}";

    pub(crate) fn http(expose: &str) -> ValidPipeline {
        valid(&HTTP.replace("EXPOSE", expose)).unwrap()
    }

    pub(crate) fn valid(spec: &str) -> Result<ValidPipeline, Vec<Refusal>> {
        let pipeline = Pipeline::new("web", serde_yaml::from_str(spec).unwrap());
        ValidPipeline::parse(owner("web"), pipeline, Settings::default())
    }
}

#[cfg(test)]
mod tests {
    use super::fixtures::{LOGS, valid};
    use super::*;
    use crate::cluster::fixtures::owner;

    #[test]
    fn other_namespaces_are_refused_until_the_chart_grants_them() {
        let all = LOGS.replace("kubernetes_logs}", "kubernetes_logs, namespaces: all}");
        let refusals = valid(&all).unwrap_err();
        assert_eq!(refusals[0].reason, "AllNamespacesNotGranted");
        assert!(
            refusals[0]
                .message
                .contains("kubernetesLogs.allNamespaces=true")
        );
        let granted = Settings {
            all_namespaces_service_account: Some("reader".to_owned()),
            ..Settings::default()
        };
        let pipeline = Pipeline::new("web", serde_yaml::from_str(&all).unwrap());
        ValidPipeline::parse(owner("web"), pipeline, granted).unwrap();
        let own = LOGS.replace("kubernetes_logs}", "kubernetes_logs, namespaces: [ns]}");
        valid(&own).unwrap();
    }

    #[test]
    fn a_type_error_in_a_program_is_refused_before_anything_is_made() {
        let refusals = valid(
            "{cluster: demo, sources: {in: {type: http, address: '0.0.0.0:9999'}}, transforms: {t: {type: remap, \
             inputs: [in], source: '.a = 1 + true'}}, sinks: {out: {type: stdout, inputs: [t]}}}",
        )
        .unwrap_err();
        assert_eq!(refusals[0].reason, "InvalidConfiguration");
    }
}
