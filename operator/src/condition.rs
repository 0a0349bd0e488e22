//! Conditions: whether an object is what its manifest says, and what to do where it is not.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use k8s_openapi::jiff::Timestamp;
use kavka_crds::Refusal;

/// The one condition that matters.
pub const READY: &str = "Ready";

/// Whether an object is ready, in three states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It is what its manifest says.
    True,
    /// It is not.
    False,
    /// The operator cannot tell, or it is on the way.
    Unknown,
}

impl Readiness {
    fn text(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

/// What is to be said of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is ready.
    pub ready: Readiness,
    /// One word for programs.
    pub reason: String,
    /// What to do, for people.
    pub message: String,
}

impl Verdict {
    /// All is well.
    pub fn ready(message: impl Into<String>) -> Self {
        Self {
            ready: Readiness::True,
            reason: "Ready".to_owned(),
            message: message.into(),
        }
    }

    /// Something is missing that comes by itself.
    pub fn progressing(reason: &str, message: impl Into<String>) -> Self {
        Self {
            ready: Readiness::False,
            reason: reason.to_owned(),
            message: message.into(),
        }
    }

    /// The manifest asks for something that cannot be had.
    pub fn refused(refusals: &[Refusal]) -> Option<Self> {
        let refusal = Refusal::join(refusals)?;
        Some(Self {
            ready: Readiness::False,
            reason: refusal.reason.to_owned(),
            message: refusal.message,
        })
    }

    /// The condition for a generation of the spec. The time of the last transition stays where
    /// nothing turned, so that an unchanged status is written only once.
    pub fn condition(
        &self,
        generation: Option<i64>,
        before: &[Condition],
        now: Timestamp,
    ) -> Condition {
        let status = self.ready.text();
        let same = before
            .iter()
            .find(|c| c.type_ == READY && c.status == status);
        Condition {
            type_: READY.to_owned(),
            status: status.to_owned(),
            reason: self.reason.clone(),
            message: limit(&self.message),
            observed_generation: generation,
            last_transition_time: same.map_or(Time(now), |c| c.last_transition_time.clone()),
        }
    }

    /// Whether the condition before says the same.
    pub fn is_news(&self, before: &[Condition]) -> bool {
        !before
            .iter()
            .any(|c| c.type_ == READY && c.status == self.ready.text() && c.reason == self.reason)
    }
}

/// Kubernetes takes messages of at most 32 KiB.
fn limit(message: &str) -> String {
    message.chars().take(8192).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_time_of_the_last_transition_moves_only_with_the_status() {
        let waiting = Verdict::progressing("BrokersStarting", "wait");
        let first = waiting.condition(Some(1), &[], at(1));
        let other = Verdict::progressing("Restarting", "wait");
        let second = other.condition(Some(2), std::slice::from_ref(&first), at(2));
        assert_eq!(second.last_transition_time, first.last_transition_time);
        let third = Verdict::ready("ok").condition(Some(2), &[second], at(3));
        assert_eq!(third.last_transition_time, Time(at(3)));
    }

    #[test]
    fn the_same_verdict_is_no_news() {
        let verdict = Verdict::ready("ok");
        assert!(verdict.is_news(&[]));
        let condition = verdict.condition(Some(1), &[], at(1));
        assert!(!verdict.is_news(&[condition]));
    }

    #[test]
    fn refusals_are_told_together() {
        let refusals = [Refusal::new("A", "one"), Refusal::new("B", "two")];
        let verdict = Verdict::refused(&refusals).unwrap();
        assert_eq!(
            (verdict.reason.as_str(), verdict.message.as_str()),
            ("A", "one; two")
        );
        assert!(Verdict::refused(&[]).is_none());
    }
}
