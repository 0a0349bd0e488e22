//! What is said of a Pipeline.

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

use super::workload::Counts;
use crate::cluster::roll::is_ready;
use crate::cluster::status::unscheduled;
use crate::condition::Verdict;
use crate::pod::last_words;

/// What is said of a Pipeline that can run.
pub fn verdict(counts: Counts, pods: &[Pod]) -> Verdict {
    let Counts {
        ready,
        desired,
        current,
    } = counts;
    if current && ready >= desired && desired > 0 {
        return Verdict::ready(format!("{ready} of {desired} collectors run"));
    }
    let failing = pods.iter().filter(|pod| !is_ready(pod)).find_map(|pod| {
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
        Some((pod.name_any(), node.unwrap_or("no node"), last_words(pod)?))
    });
    if let Some((pod, node, words)) = failing {
        let message = format!("collector {pod} on {node}: {words}");
        return Verdict::progressing("CollectorFailing", message);
    }
    if current && desired == 0 {
        return Verdict::progressing(
            "NoNodes",
            "no collector is to run: no node fits spec.template, or spec.placement asks for none",
        );
    }
    let message = match unscheduled(pods) {
        None if desired == 0 => "collectors are being placed".to_owned(),
        Some(why) => format!("{ready} of {desired} collectors run; {why}"),
        None => format!("{ready} of {desired} collectors run; the others are starting"),
    };
    Verdict::progressing("CollectorsStarting", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(ready: i32, desired: i32) -> Counts {
        Counts {
            ready,
            desired,
            current: true,
        }
    }

    #[test]
    fn collectors_on_every_node_make_the_pipeline_ready() {
        assert_eq!(verdict(counts(3, 3), &[]).reason, "Ready");
        assert_eq!(verdict(counts(2, 3), &[]).reason, "CollectorsStarting");
        assert_eq!(verdict(counts(0, 0), &[]).reason, "NoNodes");
        let stale = Counts {
            current: false,
            ..counts(3, 3)
        };
        assert_eq!(verdict(stale, &[]).reason, "CollectorsStarting");
    }

    #[test]
    fn a_collector_that_fails_is_quoted_with_its_node() {
        let pod: Pod = serde_yaml::from_str(
            "{metadata: {name: web-collector-x}, spec: {nodeName: n1, containers: []}, status: \
             {containerStatuses: [{name: c, ready: false, image: a, imageID: a, restartCount: 1, \
             state: {terminated: {exitCode: 1, message: 'cannot read'}}}]}}",
        )
        .unwrap();
        let verdict = verdict(counts(0, 1), &[pod]);
        assert_eq!(
            verdict.message,
            "collector web-collector-x on n1: cannot read"
        );
    }
}
