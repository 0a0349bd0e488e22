//! Which broker is restarted next, if any.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;

/// What matters of a broker's pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerPod {
    /// Its name.
    pub name: String,
    /// Whether it runs what the StatefulSet says now.
    pub current: bool,
    /// Whether the broker serves.
    pub ready: bool,
    /// Whether it is on its way out.
    pub leaving: bool,
}

/// The next step of a roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollStep {
    /// Every broker runs what it should.
    Done,
    /// Something has to happen first; the operator comes back then.
    Wait(String),
    /// This pod is deleted, and comes back with what it should run.
    Restart(String),
}

/// The next step: brokers that do not serve first (nothing is lost by it, and it is how a broken
/// configuration is put right), then one that serves, when all the others do.
pub fn next_step(pods: &[BrokerPod], desired: i32) -> RollStep {
    let mut outdated: Vec<_> = pods.iter().filter(|pod| !pod.current).collect();
    if let Some(leaving) = pods.iter().find(|pod| pod.leaving) {
        return RollStep::Wait(format!("broker {} restarts", leaving.name));
    }
    outdated.sort_by_key(|pod| (pod.ready, pod.name.clone()));
    let Some(next) = outdated.first() else {
        return RollStep::Done;
    };
    if !next.ready {
        return RollStep::Restart(next.name.clone());
    }
    if let Some(unready) = pods.iter().find(|pod| !pod.ready) {
        return RollStep::Wait(format!("broker {} is not ready yet", unready.name));
    }
    if i32::try_from(pods.len()).unwrap_or(i32::MAX) < desired {
        return RollStep::Wait("a broker is not there yet".to_owned());
    }
    RollStep::Restart(next.name.clone())
}

/// What matters of the pods that belong to the StatefulSet; nothing while its own controller has
/// not seen its newest form.
pub fn broker_pods(set: &StatefulSet, pods: &[Pod]) -> Option<Vec<BrokerPod>> {
    let status = set.status.as_ref()?;
    if status.observed_generation < set.metadata.generation {
        return None;
    }
    let revision = status.update_revision.as_deref()?;
    let own = |pod: &&Pod| {
        let mut owners = pod.metadata.owner_references.iter().flatten();
        owners.any(|owner| Some(&owner.uid) == set.metadata.uid.as_ref())
    };
    let mut found: Vec<_> = pods
        .iter()
        .filter(own)
        .map(|pod| view(pod, revision))
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Some(found)
}

fn view(pod: &Pod, revision: &str) -> BrokerPod {
    let labels = pod.metadata.labels.as_ref();
    let own = labels.and_then(|labels| labels.get("controller-revision-hash"));
    BrokerPod {
        name: pod.metadata.name.clone().unwrap_or_default(),
        current: own.is_some_and(|own| own == revision),
        ready: is_ready(pod),
        leaving: pod.metadata.deletion_timestamp.is_some(),
    }
}

/// Whether a pod serves.
pub fn is_ready(pod: &Pod) -> bool {
    let conditions = pod
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|c| c.type_ == "Ready" && c.status == "True"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, current: bool, ready: bool) -> BrokerPod {
        BrokerPod {
            name: name.to_owned(),
            current,
            ready,
            leaving: false,
        }
    }

    #[test]
    fn brokers_that_are_current_are_left_alone() {
        assert_eq!(
            next_step(&[pod("a", true, true), pod("b", true, false)], 2),
            RollStep::Done
        );
    }

    #[test]
    fn one_at_a_time_and_only_while_all_the_others_serve() {
        let pods = [pod("a", true, false), pod("b", false, true)];
        assert!(matches!(next_step(&pods, 2), RollStep::Wait(_)));
        let pods = [pod("a", true, true), pod("b", false, true)];
        assert_eq!(next_step(&pods, 2), RollStep::Restart("b".to_owned()));
        assert!(matches!(next_step(&pods, 3), RollStep::Wait(_)));
    }

    #[test]
    fn a_broker_on_its_way_out_is_waited_for() {
        let mut leaving = pod("a", false, true);
        leaving.leaving = true;
        assert!(matches!(
            next_step(&[leaving, pod("b", false, true)], 2),
            RollStep::Wait(_)
        ));
    }

    #[test]
    fn a_broken_broker_gets_the_corrected_configuration_at_once() {
        let pods = [
            pod("a", false, true),
            pod("b", false, false),
            pod("c", true, false),
        ];
        assert_eq!(next_step(&pods, 3), RollStep::Restart("b".to_owned()));
    }
}
