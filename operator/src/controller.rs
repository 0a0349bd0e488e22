//! What the three controllers have in common: parse, reconcile, write the status, count.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kavka_crds::{Cluster, ClusterStatus, Pipeline, PipelineStatus, Refusal, Topic, TopicStatus};
use kube::ResourceExt;
use kube::core::DynamicObject;
use kube::runtime::controller::Action;
use serde::Serialize;
use serde_json::{Value, json};

use crate::apply::{Object, parse, write_status};
use crate::condition::{READY, Readiness, Verdict};
use crate::context::{Context, Mood};
use crate::error::ReconcileError;
use crate::naming::Owner;
use crate::observability::{Kind, Outcome};

/// An object that is right is looked at again so often, should an event have been lost.
pub const RESYNC: Duration = Duration::from_mins(5);

/// A kind of object that the operator reconciles.
pub trait Reconciles: Object {
    /// Its status.
    type Status: Serialize + Clone + Default + Send + Sync;
    /// Its kind.
    const KIND: Kind;

    /// The conditions of an object.
    fn conditions(&self) -> &[Condition];
    /// The conditions in a status.
    fn conditions_mut(status: &mut Self::Status) -> &mut Vec<Condition>;
    /// One pass.
    fn reconcile<'a>(
        pass: &'a Pass<'a, Self>,
    ) -> BoxFuture<'a, Result<Reconciled<Self>, ReconcileError>>;
}

macro_rules! reconciles {
    ($kind:ident, $status:ident, $module:ident) => {
        impl Reconciles for $kind {
            type Status = $status;
            const KIND: Kind = Kind::$kind;

            fn conditions(&self) -> &[Condition] {
                self.status
                    .as_ref()
                    .map(|s| s.conditions.as_slice())
                    .unwrap_or_default()
            }

            fn conditions_mut(status: &mut $status) -> &mut Vec<Condition> {
                &mut status.conditions
            }

            fn reconcile<'a>(
                pass: &'a Pass<'a, Self>,
            ) -> BoxFuture<'a, Result<Reconciled<Self>, ReconcileError>> {
                Box::pin(crate::$module::reconcile::reconcile(pass))
            }
        }
    };
}

reconciles!(Cluster, ClusterStatus, cluster);
reconciles!(Topic, TopicStatus, topic);
reconciles!(Pipeline, PipelineStatus, pipeline);

/// One pass over one object.
pub struct Pass<'a, K> {
    /// What every pass shares.
    pub context: &'a Context,
    /// The object, as it was last seen.
    pub object: &'a K,
    /// The object, as the owner of others.
    pub owner: Owner,
    /// The object, as events speak of it.
    pub reference: ObjectReference,
}

impl<'a, K: Reconciles> Pass<'a, K> {
    /// A pass over an object.
    pub fn new(context: &'a Context, object: &'a K) -> Self {
        let owner = Owner {
            namespace: object.namespace().unwrap_or_default(),
            name: object.name_any(),
            reference: object.controller_owner_ref(&()).unwrap_or_default(),
        };
        Self {
            context,
            object,
            owner,
            reference: object.object_ref(&()),
        }
    }

    /// Tells something of the object.
    pub async fn tell(&self, mood: Mood, reason: &str, note: &str) {
        self.context.tell(&self.reference, mood, reason, note).await;
    }
}

/// How a pass ended.
pub struct Reconciled<K: Reconciles> {
    /// What is to be said of the object; nothing of one that is on its way out.
    pub said: Option<(Verdict, K::Status)>,
    /// When to come back, should nothing happen before.
    pub again: Duration,
}

impl<K: Reconciles> Reconciled<K> {
    /// Nothing is left to be said.
    pub fn nothing() -> Self {
        Self {
            said: None,
            again: RESYNC,
        }
    }

    /// The pass came to its end.
    pub fn done(verdict: Verdict, status: K::Status) -> Self {
        Self {
            said: Some((verdict, status)),
            again: RESYNC,
        }
    }

    /// The manifest asks for something that cannot be had; nothing was changed.
    pub fn refused(refusals: &[Refusal], status: K::Status) -> Self {
        match Verdict::refused(refusals) {
            Some(verdict) => Self::done(verdict, status),
            None => Self::nothing(),
        }
    }

    /// Come back sooner.
    #[must_use]
    pub fn again_in(mut self, wait: Duration) -> Self {
        self.again = wait;
        self
    }
}

/// Reconciles an object as the watch brought it. One that cannot be parsed says so in its
/// status and stops nobody else.
pub async fn reconcile<K: Reconciles>(
    object: Arc<DynamicObject>,
    context: Arc<Context>,
) -> Result<Action, ReconcileError> {
    let begun = Instant::now();
    let result = match parse::<K>(&object) {
        Ok(parsed) => pass(&context, &parsed, &object).await,
        Err(message) => invalid::<K>(&context, &object, &message).await,
    };
    let outcome = match &result {
        Ok(_) => Outcome::Done,
        Err(_) => Outcome::Failed,
    };
    context
        .metrics
        .reconciled(K::KIND, outcome, begun.elapsed());
    if result.is_ok() {
        context.succeeded(&key::<K>(&object));
    }
    result
}

/// What names an object among all.
pub fn key<K: Reconciles>(object: &DynamicObject) -> String {
    let namespace = object.metadata.namespace.as_deref().unwrap_or_default();
    format!("{} {namespace}/{}", K::KIND.name(), object.name_any())
}

async fn pass<K: Reconciles>(
    context: &Context,
    object: &K,
    raw: &DynamicObject,
) -> Result<Action, ReconcileError> {
    let pass = Pass::new(context, object);
    let reconciled = match K::reconcile(&pass).await {
        Ok(reconciled) => reconciled,
        Err(error) => return Err(failed(&pass, raw, error).await),
    };
    let Some((verdict, mut status)) = reconciled.said else {
        return Ok(Action::await_change());
    };
    let before = object.conditions();
    *K::conditions_mut(&mut status) =
        vec![verdict.condition(object.meta().generation, before, context.now())];
    if verdict.is_news(before) {
        let mood = match verdict.ready {
            Readiness::False if is_problem(&verdict) => Mood::Warning,
            _ => Mood::Normal,
        };
        pass.tell(mood, &verdict.reason, &verdict.message).await;
    }
    let status = serde_json::to_value(status)?;
    write_status::<K>(
        &context.client,
        object.meta(),
        raw.data.get("status"),
        &status,
    )
    .await?;
    Ok(Action::requeue(reconciled.again))
}

/// Whether a verdict is something to look at, not just a step on the way.
fn is_problem(verdict: &Verdict) -> bool {
    !matches!(
        verdict.reason.as_str(),
        "BrokersStarting" | "CollectorsStarting" | "Restarting" | "ClusterNotReady"
    )
}

/// Says in the status what went wrong, where the status can be reached.
async fn failed<K: Reconciles>(
    pass: &Pass<'_, K>,
    raw: &DynamicObject,
    error: ReconcileError,
) -> ReconcileError {
    let (reason, message) = match (&error, error.refused_content()) {
        (_, Some(message)) => ("Refused", format!("Kubernetes refuses {message}")),
        (ReconcileError::Kafka(_), _) => ("BrokersUnreachable", error.to_string()),
        _ => ("ReconcileFailed", error.to_string()),
    };
    let verdict = Verdict::progressing(reason, message);
    let before = pass.object.conditions();
    let condition = verdict.condition(pass.object.meta().generation, before, pass.context.now());
    if verdict.is_news(before) {
        pass.tell(Mood::Warning, reason, &verdict.message).await;
    }
    let mut status = raw.data.get("status").cloned().unwrap_or_else(|| json!({}));
    if let Some(fields) = status.as_object_mut() {
        fields.insert("conditions".to_owned(), json!([condition]));
    }
    let meta = pass.object.meta();
    let written =
        write_status::<K>(&pass.context.client, meta, raw.data.get("status"), &status).await;
    if let Err(also) = written {
        tracing::debug!(%also, "the status of a failure could not be written");
    }
    error
}

/// An object that cannot be parsed: its status says why, and it is not looked at again before it
/// changes.
async fn invalid<K: Reconciles>(
    context: &Context,
    object: &DynamicObject,
    message: &str,
) -> Result<Action, ReconcileError> {
    let before: Vec<Condition> = object
        .data
        .pointer("/status/conditions")
        .and_then(|value| serde_json::from_value(value.clone()).ok())
        .unwrap_or_default();
    let verdict = Verdict::progressing(
        "InvalidManifest",
        format!("{message}: correct the manifest"),
    );
    let condition = verdict.condition(object.metadata.generation, &before, context.now());
    let mut status = object
        .data
        .get("status")
        .cloned()
        .unwrap_or_else(|| json!({}));
    if let Value::Object(fields) = &mut status {
        fields.insert("conditions".to_owned(), json!([condition]));
        fields.insert(
            "observedGeneration".to_owned(),
            json!(object.metadata.generation),
        );
    }
    let known = before
        .iter()
        .any(|c| c.type_ == READY && c.message == condition.message);
    if !known {
        tracing::warn!(
            object = key::<K>(object),
            message,
            "the manifest cannot be understood"
        );
    }
    write_status::<K>(
        &context.client,
        &object.metadata,
        object.data.get("status"),
        &status,
    )
    .await?;
    Ok(Action::await_change())
}

/// When a failed pass is tried again.
pub fn retry<K: Reconciles>(
    object: &DynamicObject,
    error: &ReconcileError,
    context: &Context,
) -> Action {
    let key = key::<K>(object);
    let wait = context.failed(&key);
    tracing::warn!(object = key, %error, ?wait, "reconcile failed");
    Action::requeue(wait)
}
