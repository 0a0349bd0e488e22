//! What every reconcile shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};

use crate::kafka::SharedAdmin;
use crate::naming::MANAGER;
use crate::observability::Metrics;
use crate::settings::Settings;
use crate::topic::claims::KnownTopics;
use crate::topic::departure::Departures;

/// What every reconcile shares.
pub struct Context {
    /// The way to the API server.
    pub client: Client,
    /// The way to the brokers.
    pub kafka: SharedAdmin,
    /// What the operator was told at its start.
    pub settings: Settings,
    /// What it counts.
    pub metrics: Metrics,
    /// The Topics that the watches know.
    pub topics: KnownTopics,
    /// The namespaces that are being deleted.
    pub departures: Departures,
    recorder: Recorder,
    failures: Mutex<HashMap<String, u32>>,
    clock: fn() -> Timestamp,
}

/// Whether an event tells of something good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It went as it should.
    Normal,
    /// Somebody has to look at it.
    Warning,
}

impl Context {
    /// The context of one operator.
    pub fn new(
        client: Client,
        kafka: SharedAdmin,
        settings: Settings,
        metrics: Metrics,
    ) -> Arc<Self> {
        let reporter = Reporter {
            controller: MANAGER.to_owned(),
            instance: Some(settings.identity.clone()),
        };
        Arc::new(Self {
            recorder: Recorder::new(client.clone(), reporter),
            client,
            kafka,
            settings,
            metrics,
            topics: KnownTopics::default(),
            departures: Departures::default(),
            failures: Mutex::default(),
            clock: Timestamp::now,
        })
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Tells something of an object where `kubectl describe` shows it. An event that does not
    /// get through is logged: it is no reason to fail.
    pub async fn tell(&self, about: &ObjectReference, mood: Mood, reason: &str, note: &str) {
        let event = Event {
            type_: match mood {
                Mood::Normal => EventType::Normal,
                Mood::Warning => EventType::Warning,
            },
            reason: reason.chars().take(128).collect(),
            note: Some(note.chars().take(1000).collect()),
            action: "Reconcile".to_owned(),
            secondary: None,
        };
        if let Err(error) = self.recorder.publish(&event, about).await {
            tracing::warn!(%error, reason, "an event did not get through");
        }
    }

    /// How long to wait after another failure of an object: twice as long each time.
    pub fn failed(&self, object: &str) -> Duration {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(object.to_owned()).or_default();
        let wait = back_off(*count);
        *count = count.saturating_add(1);
        wait
    }

    /// An object came to its end: the next failure is a first one again.
    pub fn succeeded(&self, object: &str) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(object);
    }
}

/// 0.5, 1, 2 … 64 seconds.
fn back_off(failures: u32) -> Duration {
    Duration::from_millis(500 << failures.min(7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_again_later_each_time_but_within_about_a_minute() {
        assert_eq!(back_off(0), Duration::from_millis(500));
        assert_eq!(back_off(3), Duration::from_secs(4));
        assert_eq!(back_off(u32::MAX), Duration::from_secs(64));
    }
}
