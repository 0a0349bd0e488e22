//! Volumes that should grow.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kavka_crds::{Cluster, Refusal};

/// What to do about the volumes of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoragePlan {
    /// Claims that are to ask for the size.
    pub grow: Vec<String>,
    /// The size in the spec.
    pub size: String,
    /// What cannot be had.
    pub refusal: Option<Refusal>,
}

/// What to do about volumes that differ from the spec: smaller ones grow, larger ones stay.
pub fn plan(cluster: &Cluster, claims: &[PersistentVolumeClaim]) -> StoragePlan {
    let Some(storage) = &cluster.spec.storage else {
        return StoragePlan::default();
    };
    let mut plan = StoragePlan {
        size: storage.size.clone(),
        ..StoragePlan::default()
    };
    let Some(wanted) = bytes(&storage.size) else {
        plan.refusal = Some(Refusal::new(
            "InvalidStorage",
            format!(
                "spec.storage.size is {:?}: write a size such as 10Gi",
                storage.size
            ),
        ));
        return plan;
    };
    for claim in claims {
        let name = claim.metadata.name.clone().unwrap_or_default();
        let Some((text, has)) = requested(claim) else {
            continue;
        };
        if has < wanted {
            plan.grow.push(name);
        } else if has > wanted {
            plan.refusal = Some(Refusal::new(
                "StorageShrunk",
                format!(
                    "spec.storage.size is {}, volume {name} has {text}: volumes do not shrink; \
                     set spec.storage.size to {text}",
                    storage.size
                ),
            ));
        }
    }
    plan
}

/// What to tell when a claim could not be made larger.
pub fn growth_refused(claim: &str, size: &str, why: &str) -> Refusal {
    Refusal::new(
        "StorageNotGrown",
        format!(
            "volume {claim} cannot grow to {size}: {why}; use a StorageClass with \
             allowVolumeExpansion, or set spec.storage.size back"
        ),
    )
}

fn requested(claim: &PersistentVolumeClaim) -> Option<(String, u64)> {
    let requests = claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?;
    let text = &requests.get("storage")?.0;
    Some((text.clone(), bytes(text)?))
}

/// Bytes of a whole quantity of Kubernetes.
fn bytes(quantity: &str) -> Option<u64> {
    let digits = quantity
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(quantity.len());
    let (number, unit) = quantity.split_at_checked(digits)?;
    let factor: u64 = match unit {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "P" => 1_000_000_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "Pi" => 1 << 50,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(size: &str) -> Cluster {
        Cluster::new(
            "demo",
            serde_yaml::from_str(&format!("{{storage: {{size: {size}}}}}")).unwrap(),
        )
    }

    fn claim(size: &str) -> PersistentVolumeClaim {
        serde_yaml::from_str(&format!(
            "{{metadata: {{name: data-demo-broker-0}}, \
             spec: {{resources: {{requests: {{storage: {size}}}}}}}}}"
        ))
        .unwrap()
    }

    #[test]
    fn a_volume_grows_to_the_size_in_the_spec() {
        assert_eq!(
            plan(&cluster("2Gi"), &[claim("1Gi")]).grow,
            ["data-demo-broker-0"]
        );
        assert_eq!(plan(&cluster("1Gi"), &[claim("1024Mi")]).grow, [""; 0]);
    }

    #[test]
    fn a_smaller_size_is_refused_with_the_size_that_works() {
        let plan = plan(&cluster("1Gi"), &[claim("2Gi")]);
        assert!(plan.grow.is_empty());
        assert!(
            plan.refusal
                .unwrap()
                .message
                .contains("set spec.storage.size to 2Gi")
        );
    }

    #[test]
    fn a_size_beyond_all_measure_is_refused() {
        assert_eq!(bytes("99999999999P"), None);
        assert_eq!(
            plan(&cluster("99999999999P"), &[]).refusal.unwrap().reason,
            "InvalidStorage"
        );
    }
}
