//! Whom collectors are to the API server: nobody, unless they put labels of pods on log lines.

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};

use super::ValidPipeline;

/// Who reads pods for a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody has to.
    Nobody,
    /// The pipeline's own account, in its own namespace.
    Own,
    /// The account that the chart made for every namespace.
    Shared(String),
}

/// Who reads pods for the pipeline.
pub fn access(pipeline: &ValidPipeline) -> Access {
    let Some(logs) = pipeline.node_logs() else {
        return Access::Nobody;
    };
    match &pipeline.settings.all_namespaces_service_account {
        _ if !logs.labels => Access::Nobody,
        Some(shared) if pipeline.reads_other_namespaces() => Access::Shared(shared.clone()),
        _ => Access::Own,
    }
}

/// The pipeline's own account.
pub fn service_account(pipeline: &ValidPipeline) -> ServiceAccount {
    ServiceAccount {
        metadata: pipeline
            .owner
            .metadata(&pipeline.collector_name(), pipeline.labels()),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}

/// What the account may do: look at pods of its namespace.
pub fn role(pipeline: &ValidPipeline) -> Role {
    Role {
        metadata: pipeline
            .owner
            .metadata(&pipeline.collector_name(), pipeline.labels()),
        rules: Some(vec![PolicyRule {
            api_groups: Some(vec![String::new()]),
            resources: Some(vec!["pods".to_owned()]),
            verbs: ["get", "list", "watch"].map(str::to_owned).into(),
            ..PolicyRule::default()
        }]),
    }
}

/// Gives the role to the account.
pub fn role_binding(pipeline: &ValidPipeline) -> RoleBinding {
    let name = pipeline.collector_name();
    RoleBinding {
        metadata: pipeline.owner.metadata(&name, pipeline.labels()),
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "Role".to_owned(),
            name: name.clone(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name,
            namespace: Some(pipeline.owner.namespace.clone()),
            ..Subject::default()
        }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixtures::{LOGS, http, valid};

    #[test]
    fn only_a_pipeline_that_needs_labels_of_pods_may_look_at_pods() {
        assert_eq!(access(&http("expose: service")), Access::Nobody);
        assert_eq!(access(&valid(LOGS).unwrap()), Access::Own);
        let without = LOGS.replace("kubernetes_logs}", "kubernetes_logs, labels: false}");
        assert_eq!(access(&valid(&without).unwrap()), Access::Nobody);
    }

    #[test]
    fn the_role_reads_pods_and_nothing_else() {
        let rules = role(&valid(LOGS).unwrap()).rules.unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].resources, Some(vec!["pods".to_owned()]));
        assert_eq!(rules[0].verbs, ["get", "list", "watch"]);
    }
}
