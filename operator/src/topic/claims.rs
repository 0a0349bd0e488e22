//! Which of several manifests speaks for a topic.

use kavka_crds::Topic;
use kavka_crds::plan::{Claim, winner};

/// A manifest's claim to its topic.
pub fn claim(topic: &Topic) -> Claim {
    let made = topic.metadata.creation_timestamp.as_ref();
    Claim {
        since: made.map_or(i64::MAX, |time| time.0.as_second()),
        manifest: topic.metadata.name.clone().unwrap_or_default(),
    }
}

/// The older manifest that speaks for the same topic of the same Cluster, if there is one. A
/// manifest on its way out claims nothing any more.
pub fn older<'a>(topic: &Topic, all: impl Iterator<Item = &'a Topic>) -> Option<Claim> {
    let rivals = all.filter(|other| {
        other.spec.cluster == topic.spec.cluster
            && other.kafka_name() == topic.kafka_name()
            && other.metadata.name != topic.metadata.name
            && other.metadata.deletion_timestamp.is_none()
    });
    let own = claim(topic);
    let claims: Vec<_> = rivals.map(claim).chain([own.clone()]).collect();
    winner(&claims).filter(|first| **first != own).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str, kafka: &str, made: &str) -> Topic {
        serde_yaml::from_str(&format!(
            "{{metadata: {{name: {name}, creationTimestamp: '{made}'}}, \
             spec: {{cluster: demo, topicName: {kafka}}}}}"
        ))
        .unwrap()
    }

    #[test]
    fn the_oldest_manifest_speaks_for_the_topic() {
        let first = topic("z", "orders", "2026-01-01T00:00:00Z");
        let second = topic("a", "orders", "2026-01-02T00:00:00Z");
        let other = topic("b", "payments", "2025-01-01T00:00:00Z");
        let all = [first.clone(), second.clone(), other];
        assert_eq!(older(&first, all.iter()), None);
        assert_eq!(older(&second, all.iter()).unwrap().manifest, "z");
    }

    #[test]
    fn a_manifest_on_its_way_out_claims_nothing() {
        let mut first = topic("z", "orders", "2026-01-01T00:00:00Z");
        first.metadata.deletion_timestamp = first.metadata.creation_timestamp.clone();
        let second = topic("a", "orders", "2026-01-02T00:00:00Z");
        assert_eq!(older(&second, [first, second.clone()].iter()), None);
    }
}
