//! Which of several operators acts: the holder of a Lease.
//!
//! [`evaluate`] decides and is pure. The rest is fail-stop: an operator that lost its Lease ends
//! at once, so that no two of them act.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kube::api::{Api, PostParams};
use tokio::time::Instant;

/// How long a Lease holds without being renewed.
pub const DURATION: Duration = Duration::from_secs(15);
/// A leader that could not renew for so long ends.
pub const RENEW_DEADLINE: Duration = Duration::from_secs(10);
/// How often a Lease is looked at.
pub const PERIOD: Duration = Duration::from_secs(2);
/// Holds the Lease while the chart is being removed.
pub const UNINSTALL: &str = "uninstall";

/// What to do about a Lease.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Make it: there is none.
    Create(LeaseSpec),
    /// Take it or renew it.
    Hold(LeaseSpec),
    /// Somebody else holds it.
    StandBy(String),
}

/// What a candidate saw of a Lease, by its own clock: the clocks of two machines differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sighting {
    /// What identifies one renewal.
    renewal: Option<(String, Option<Timestamp>)>,
    /// When this renewal was first seen.
    since: Option<Instant>,
}

impl Sighting {
    /// Takes a look; gives back for how long nothing has changed.
    pub fn look(&mut self, spec: Option<&LeaseSpec>, now: Instant) -> Duration {
        let renewal = spec.map(|spec| {
            let renewed = spec.renew_time.as_ref().map(|time| time.0);
            (spec.holder_identity.clone().unwrap_or_default(), renewed)
        });
        if renewal != self.renewal || self.since.is_none() {
            self.renewal = renewal;
            self.since = Some(now);
        }
        self.since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

/// What `me` does about the Lease. `unchanged` is for how long it has not been renewed, as seen
/// from here.
pub fn evaluate(
    spec: Option<&LeaseSpec>,
    me: &str,
    unchanged: Duration,
    now: Timestamp,
) -> Decision {
    let Some(spec) = spec else {
        return Decision::Create(held_by(me, None, now));
    };
    let holder = spec.holder_identity.as_deref().unwrap_or_default();
    if holder == me {
        return Decision::Hold(held_by(me, Some(spec), now));
    }
    let lasts = spec
        .lease_duration_seconds
        .and_then(|s| u64::try_from(s).ok());
    let lasts = lasts.map_or(DURATION, Duration::from_secs);
    let written = spec
        .renew_time
        .as_ref()
        .map(|time| now.duration_since(time.0));
    // Long over by the written time: nobody is left to renew it, so a fresh start need not wait.
    let long_over = written
        .is_some_and(|age| SignedDuration::try_from(lasts * 2).is_ok_and(|twice| age > twice));
    if holder.is_empty() || unchanged >= lasts || long_over {
        return Decision::Hold(held_by(me, Some(spec), now));
    }
    Decision::StandBy(holder.to_owned())
}

fn held_by(me: &str, before: Option<&LeaseSpec>, now: Timestamp) -> LeaseSpec {
    let kept = before.filter(|spec| spec.holder_identity.as_deref() == Some(me));
    let transitions = before.and_then(|spec| spec.lease_transitions).unwrap_or(0);
    LeaseSpec {
        holder_identity: Some(me.to_owned()),
        lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
        acquire_time: kept
            .and_then(|s| s.acquire_time.clone())
            .or(Some(MicroTime(now))),
        renew_time: Some(MicroTime(now)),
        lease_transitions: Some(match (before, kept) {
            (None, _) => 0,
            (Some(_), Some(_)) => transitions,
            (Some(_), None) => transitions.saturating_add(1),
        }),
        ..LeaseSpec::default()
    }
}

/// One operator's side of the Lease.
pub struct Candidate {
    api: Api<Lease>,
    name: String,
    me: String,
    sighting: Sighting,
}

impl Candidate {
    /// A candidate called `me` for the Lease `name`.
    pub fn new(api: Api<Lease>, name: &str, me: &str) -> Self {
        Self {
            api,
            name: name.to_owned(),
            me: me.to_owned(),
            sighting: Sighting::default(),
        }
    }

    /// Looks at the Lease once and takes it where it can be had. Somebody else's name: they hold
    /// it.
    pub async fn try_hold(&mut self) -> Result<Option<String>, kube::Error> {
        let found = self.api.get_opt(&self.name).await?;
        let spec = found.as_ref().and_then(|lease| lease.spec.as_ref());
        let unchanged = self.sighting.look(spec, Instant::now());
        let written = match evaluate(spec, &self.me, unchanged, Timestamp::now()) {
            Decision::StandBy(holder) => return Ok(Some(holder)),
            Decision::Create(spec) => {
                let lease = Lease {
                    metadata: ObjectMeta {
                        name: Some(self.name.clone()),
                        ..ObjectMeta::default()
                    },
                    spec: Some(spec),
                };
                self.api.create(&PostParams::default(), &lease).await
            }
            // The resource version of what was seen goes with it: of two that take the Lease at
            // once, one gets a conflict.
            Decision::Hold(spec) => {
                let lease = Lease {
                    spec: Some(spec),
                    ..found.unwrap_or_default()
                };
                self.api
                    .replace(&self.name, &PostParams::default(), &lease)
                    .await
            }
        };
        match written {
            Ok(_) => Ok(None),
            Err(kube::Error::Api(status)) if status.is_conflict() || status.is_already_exists() => {
                Ok(Some("somebody else".to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    /// Comes back once this candidate holds the Lease. `seen` is called when it is known who
    /// does.
    pub async fn acquire(&mut self, seen: impl Fn()) {
        loop {
            match self.try_hold().await {
                Ok(None) => return,
                Ok(Some(holder)) => {
                    seen();
                    tracing::debug!(holder, "standing by");
                }
                Err(error) => tracing::warn!(%error, "cannot look at the lease"),
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Renews the Lease until it is lost; says how.
    pub async fn keep(&mut self) -> String {
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(PERIOD).await;
            match tokio::time::timeout(RENEW_DEADLINE, self.try_hold()).await {
                Ok(Ok(None)) => renewed = Instant::now(),
                Ok(Ok(Some(holder))) => return format!("the lease was taken by {holder}"),
                Ok(Err(error)) => tracing::warn!(%error, "cannot renew the lease"),
                Err(_) => tracing::warn!("the API server is slow to renew the lease"),
            }
            if renewed.elapsed() >= RENEW_DEADLINE {
                return format!("the lease could not be renewed for {RENEW_DEADLINE:?}");
            }
        }
    }

    /// Gives the Lease back, so that the next operator need not wait for its end.
    pub async fn release(&self) -> Result<(), kube::Error> {
        self.hand_over("").await
    }

    /// Gives the Lease to a holder, whoever has it.
    pub async fn hand_over(&self, holder: &str) -> Result<(), kube::Error> {
        let Some(mut lease) = self.api.get_opt(&self.name).await? else {
            return Ok(());
        };
        let own = |spec: &LeaseSpec| spec.holder_identity.as_deref() == Some(self.me.as_str());
        if holder.is_empty() && !lease.spec.as_ref().is_some_and(own) {
            return Ok(());
        }
        lease.spec = Some(held_by(holder, lease.spec.as_ref(), Timestamp::now()));
        self.api
            .replace(&self.name, &PostParams::default(), &lease)
            .await
            .map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn lease(holder: &str, renewed: i64) -> LeaseSpec {
        LeaseSpec {
            holder_identity: Some(holder.to_owned()),
            lease_duration_seconds: Some(15),
            renew_time: Some(MicroTime(at(renewed))),
            lease_transitions: Some(4),
            ..LeaseSpec::default()
        }
    }

    #[test]
    fn the_first_operator_makes_the_lease() {
        let decision = evaluate(None, "a", Duration::ZERO, at(0));
        assert!(matches!(decision, Decision::Create(spec) if spec.lease_transitions == Some(0)));
    }

    #[test]
    fn a_lease_that_is_renewed_is_left_alone() {
        let decision = evaluate(Some(&lease("b", 0)), "a", Duration::from_secs(5), at(5));
        assert_eq!(decision, Decision::StandBy("b".to_owned()));
    }

    #[test]
    fn a_lease_that_nobody_renews_is_taken_by_the_own_clock() {
        let decision = evaluate(Some(&lease("b", 0)), "a", DURATION, at(3));
        let Decision::Hold(spec) = decision else {
            panic!("{decision:?}")
        };
        assert_eq!(spec.holder_identity.as_deref(), Some("a"));
        assert_eq!(spec.lease_transitions, Some(5));
    }

    #[test]
    fn a_clock_that_runs_ahead_a_little_takes_nothing() {
        let decision = evaluate(Some(&lease("b", 0)), "a", Duration::ZERO, at(20));
        assert_eq!(decision, Decision::StandBy("b".to_owned()));
    }

    #[test]
    fn a_lease_given_back_or_long_over_is_taken_at_once() {
        for spec in [lease("", 0), lease("b", -3600)] {
            assert!(matches!(
                evaluate(Some(&spec), "a", Duration::ZERO, at(0)),
                Decision::Hold(_)
            ));
        }
    }

    #[test]
    fn renewing_keeps_the_time_of_taking() {
        let mut mine = lease("a", 0);
        mine.acquire_time = Some(MicroTime(at(-100)));
        let Decision::Hold(spec) = evaluate(Some(&mine), "a", Duration::ZERO, at(2)) else {
            panic!("not held");
        };
        assert_eq!(spec.acquire_time, Some(MicroTime(at(-100))));
        assert_eq!(spec.renew_time, Some(MicroTime(at(2))));
        assert_eq!(spec.lease_transitions, Some(4));
    }

    #[tokio::test]
    async fn a_sighting_counts_from_the_last_renewal() {
        let mut sighting = Sighting::default();
        let start = Instant::now();
        let later = |s: u64| start + Duration::from_secs(s);
        assert_eq!(sighting.look(Some(&lease("b", 0)), start), Duration::ZERO);
        assert_eq!(
            sighting.look(Some(&lease("b", 0)), later(9)),
            Duration::from_secs(9)
        );
        assert_eq!(
            sighting.look(Some(&lease("b", 9)), later(10)),
            Duration::ZERO
        );
    }
}
