//! What is said of a Cluster.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Pod;
use kavka_crds::{ClusterStatus, ListenerAddress, Refusal};

use super::roll::{RollStep, is_ready};
use super::{NodePorts, NodePortsByListener, ValidCluster};
use crate::condition::Verdict;
use crate::naming::bootstrap_servers;
use crate::pod::last_words;

/// What was observed of a cluster in one pass.
#[derive(Clone, Debug)]
pub struct Observed<'a> {
    /// The pods of the brokers.
    pub pods: &'a [Pod],
    /// The ports of the nodes that the listeners got.
    pub ports: &'a NodePortsByListener,
    /// The next step of a roll.
    pub roll: &'a RollStep,
    /// What cannot be had, while everything else is done.
    pub refusals: &'a [Refusal],
}

/// How many brokers serve.
pub fn ready_brokers(pods: &[Pod]) -> i32 {
    let ready = pods
        .iter()
        .filter(|pod| is_ready(pod) && pod.metadata.deletion_timestamp.is_none());
    i32::try_from(ready.count()).unwrap_or(i32::MAX)
}

/// What is said of a Cluster that can be had.
pub fn verdict(cluster: &ValidCluster, observed: &Observed<'_>) -> Verdict {
    if let Some(verdict) = Verdict::refused(observed.refusals) {
        return verdict;
    }
    match observed.roll {
        RollStep::Restart(pod) => {
            return Verdict::progressing("Restarting", format!("broker {pod} is being restarted"));
        }
        RollStep::Wait(what) => return Verdict::progressing("Restarting", what.clone()),
        RollStep::Done => {}
    }
    let (ready, desired) = (ready_brokers(observed.pods), cluster.cluster.spec.brokers);
    if ready >= desired {
        return Verdict::ready(format!("{ready} of {desired} brokers serve"));
    }
    if let Some((pod, words)) = broken(observed.pods) {
        return Verdict::progressing("BrokerFailing", format!("broker {pod}: {words}"));
    }
    let message = match unscheduled(observed.pods) {
        Some(why) => format!("{ready} of {desired} brokers serve; {why}"),
        None => format!("{ready} of {desired} brokers serve; the others are starting"),
    };
    Verdict::progressing("BrokersStarting", message)
}

fn broken(pods: &[Pod]) -> Option<(String, String)> {
    let mut unready = pods.iter().filter(|pod| !is_ready(pod));
    unready.find_map(|pod| Some((pod.metadata.name.clone()?, last_words(pod)?)))
}

/// Why the scheduler finds no node for a pod.
pub fn unscheduled(pods: &[Pod]) -> Option<String> {
    let conditions = pods.iter().filter_map(|pod| {
        let conditions = pod.status.as_ref()?.conditions.as_ref()?;
        let found = conditions
            .iter()
            .find(|c| c.type_ == "PodScheduled" && c.status == "False")?;
        Some(format!(
            "{}: {}",
            pod.metadata.name.as_deref()?,
            found.message.as_deref()?
        ))
    });
    conditions.into_iter().next()
}

/// Where the listeners from outside are found.
pub fn listeners(cluster: &ValidCluster, observed: &Observed<'_>) -> Vec<ListenerAddress> {
    let nodes: BTreeSet<_> = observed
        .pods
        .iter()
        .filter_map(|pod| pod.status.as_ref()?.host_ip.clone())
        .collect();
    cluster
        .listeners()
        .iter()
        .filter_map(|listener| {
            let ports = observed.ports.get(&listener.name)?;
            let hosts: Vec<_> = match &listener.advertised_host {
                Some(host) => vec![host.clone()],
                None if nodes.is_empty() => vec!["<address of any node>".to_owned()],
                None => nodes.iter().cloned().collect(),
            };
            let servers: Vec<_> = hosts
                .iter()
                .map(|host| format!("{host}:{}", ports.bootstrap))
                .collect();
            Some(ListenerAddress {
                name: listener.name.clone(),
                bootstrap_servers: servers.join(","),
                bootstrap_node_port: ports.bootstrap,
                node_ports: ports.brokers.clone(),
            })
        })
        .collect()
}

/// The status of a Cluster without its conditions.
pub fn status(cluster: &ValidCluster, observed: &Observed<'_>) -> ClusterStatus {
    let before = cluster.cluster.status.clone().unwrap_or_default();
    let owner = &cluster.owner;
    ClusterStatus {
        conditions: before.conditions,
        observed_generation: cluster.cluster.metadata.generation,
        ready_brokers: ready_brokers(observed.pods),
        cluster_id: before.cluster_id,
        bootstrap_servers: Some(bootstrap_servers(&owner.name, &owner.namespace)),
        listeners: listeners(cluster, observed),
        plan: match observed.roll {
            RollStep::Done => Vec::new(),
            RollStep::Restart(pod) => vec![format!("restart broker {pod}")],
            RollStep::Wait(what) => vec![format!("wait: {what}")],
        },
    }
}

/// The ports that were written down before.
pub fn known_ports(status: Option<&ClusterStatus>) -> NodePortsByListener {
    let listeners = status
        .map(|status| status.listeners.as_slice())
        .unwrap_or_default();
    listeners
        .iter()
        .map(|listener| {
            let ports = NodePorts {
                bootstrap: listener.bootstrap_node_port,
                brokers: listener.node_ports.clone(),
            };
            (listener.name.clone(), ports)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::fixtures::valid;

    fn pod(ready: &str, extra: &str) -> Pod {
        serde_yaml::from_str(&format!(
            "{{metadata: {{name: demo-broker-0}}, status: {{hostIP: 172.18.0.3, \
             conditions: [{{type: Ready, status: '{ready}'}}]{extra}}}}}"
        ))
        .unwrap()
    }

    fn observed<'a>(pods: &'a [Pod], ports: &'a NodePortsByListener) -> Observed<'a> {
        Observed {
            pods,
            ports,
            roll: &RollStep::Done,
            refusals: &[],
        }
    }

    #[test]
    fn a_broker_that_fails_is_quoted() {
        let failing = pod(
            "False",
            ", containerStatuses: [{name: broker, ready: false, image: a, imageID: a, \
             restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}, lastState: \
             {terminated: {exitCode: 2, message: \"starting\\nlog.dirs: wrong\\n\"}}}]",
        );
        let ports = NodePortsByListener::new();
        let verdict = verdict(&valid("{}"), &observed(&[failing], &ports));
        assert_eq!(verdict.reason, "BrokerFailing");
        assert_eq!(verdict.message, "broker demo-broker-0: log.dirs: wrong");
    }

    #[test]
    fn a_broker_that_serves_makes_the_cluster_ready() {
        let ports = NodePortsByListener::new();
        let pods = [pod("True", "")];
        assert_eq!(
            verdict(&valid("{}"), &observed(&pods, &ports)).reason,
            "Ready"
        );
        let none = verdict(&valid("{}"), &observed(&[], &ports));
        assert_eq!(none.reason, "BrokersStarting");
    }

    #[test]
    fn listeners_are_shown_with_nodes_and_ports_and_found_again() {
        let cluster = valid("{listeners: [{name: out, type: nodePort}]}");
        let ports = NodePorts {
            bootstrap: 30092,
            brokers: vec![30093],
        };
        let ports = NodePortsByListener::from([("out".to_owned(), ports)]);
        let pods = [pod("True", "")];
        let status = status(&cluster, &observed(&pods, &ports));
        assert_eq!(status.listeners[0].bootstrap_servers, "172.18.0.3:30092");
        assert_eq!(known_ports(Some(&status)), ports);
    }
}
