//! From what runs to what the manifests ask for, as steps: pure, and the whole of the decision.

use std::collections::BTreeMap;
use std::fmt;

use kavka_crds::Topic;
use kavka_crds::plan::{DesiredTopic, ObservedTopic, Removal, TopicCall, plan_topic, removal};

use crate::up::desired::Desired;

/// What runs now.
#[derive(Debug, Default)]
pub(crate) struct Present {
    /// The broker's settings; none without a broker.
    pub(crate) settings: Option<BTreeMap<String, String>>,
    /// The topics that the brokers have, by their names in Kafka.
    pub(crate) topics: BTreeMap<String, ObservedTopic>,
    /// The topics that had a manifest when it was applied last.
    pub(crate) applied: Vec<Topic>,
    /// The pipelines that run, as text.
    pub(crate) pipelines: BTreeMap<String, String>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Start the broker again with changed settings.
    RestartBroker { changes: Vec<String> },
    /// End a pipeline.
    StopPipeline(String),
    /// Change a topic.
    Topic(TopicCall),
    /// Begin a pipeline.
    StartPipeline(String),
    /// Let a pipeline go on in its new form.
    ReloadPipeline(String),
    /// Deal with a topic whose manifest is gone.
    Remove(Removal),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RestartBroker { changes } => {
                write!(f, "restart the broker: {}", changes.join(", "))
            }
            Self::StopPipeline(name) => write!(f, "stop pipeline {name}"),
            Self::Topic(call) => call.fmt(f),
            Self::StartPipeline(name) => write!(f, "start pipeline {name}"),
            Self::ReloadPipeline(name) => write!(f, "reload pipeline {name}"),
            Self::Remove(removal) => removal.fmt(f),
        }
    }
}

/// The steps in their order, and what cannot be had.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) refusals: Vec<String>,
}

/// Plans. A pipeline starts after its topics are there, so that they are not created on demand
/// with the wrong number of partitions; and a topic goes after the pipelines that wrote to it.
pub(crate) fn plan(present: &Present, desired: &Desired) -> Plan {
    let mut plan = Plan::default();
    let changes = changed_settings(present, desired);
    if !changes.is_empty() {
        plan.steps.push(Step::RestartBroker { changes });
    }
    let gone = present
        .pipelines
        .keys()
        .filter(|name| !desired.pipelines.contains_key(*name));
    plan.steps.extend(gone.cloned().map(Step::StopPipeline));
    for topic in &desired.topics {
        let wanted = DesiredTopic::of(topic);
        let changes = plan_topic(&wanted, present.topics.get(&wanted.name));
        plan.steps
            .extend(changes.calls.into_iter().map(Step::Topic));
        let object = topic.metadata.name.as_deref().unwrap_or_default();
        let refused = changes
            .refusals
            .iter()
            .map(|refusal| format!("Topic {object}: {refusal}"));
        plan.refusals.extend(refused);
    }
    for (name, pipeline) in &desired.pipelines {
        match present.pipelines.get(name) {
            None => plan.steps.push(Step::StartPipeline(name.clone())),
            Some(text) if *text != pipeline.text => {
                plan.steps.push(Step::ReloadPipeline(name.clone()));
            }
            Some(_) => {}
        }
    }
    plan.steps
        .extend(removals(present, desired).map(Step::Remove));
    plan
}

/// The settings that differ, as a person reads them.
fn changed_settings(present: &Present, desired: &Desired) -> Vec<String> {
    let (Some(has), Some(broker)) = (&present.settings, &desired.broker) else {
        return Vec::new();
    };
    let wanted = &broker.settings;
    let set = wanted
        .iter()
        .filter(|(name, value)| has.get(*name) != Some(value))
        .map(|(name, value)| format!("{name}={value}"));
    let unset = has
        .keys()
        .filter(|name| !wanted.contains_key(*name))
        .map(|name| format!("{name} back to its default"));
    set.chain(unset).collect()
}

/// What becomes of the topics whose manifests are gone, unless another manifest has the topic.
fn removals<'a>(present: &'a Present, desired: &'a Desired) -> impl Iterator<Item = Removal> + 'a {
    let wanted = |name: &str| {
        desired
            .topics
            .iter()
            .any(|topic| topic.kafka_name() == name)
    };
    present
        .applied
        .iter()
        .filter(move |topic| !wanted(topic.kafka_name()))
        .map(removal)
}

/// Changes that a manifest may not make: Kubernetes refuses them with the same words.
pub(crate) fn forbidden_changes(applied: &[Topic], desired: &Desired) -> Vec<String> {
    let changed = desired.topics.iter().filter_map(|topic| {
        let old = applied
            .iter()
            .find(|old| old.metadata.name == topic.metadata.name)?;
        let error = topic.clone().validate_cel_update(old).err()?;
        let object = topic.metadata.name.as_deref().unwrap_or_default();
        Some(format!("Topic {object}: {error}"))
    });
    changed.collect()
}

#[cfg(test)]
mod tests;
