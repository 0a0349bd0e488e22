//! Transforms: what happens to events on their way.

mod program;
mod shape;

use std::collections::BTreeMap;
use std::sync::Arc;

use kavka_pipeline::{Transform, TransformKind};
use tokio::sync::mpsc;

use self::program::Program;
use self::shape::{Filter, Remap, Route, Verdict};
use crate::channel::Output;
use crate::event::{Batch, accept_all};
use crate::metrics::ComponentMetrics;

/// The outputs of a component by route; `None` is the only output of most.
pub(crate) type Outputs = BTreeMap<Option<String>, Arc<Output>>;

/// A transform that can run: its programs are compiled.
#[derive(Clone)]
pub(crate) enum Prepared {
    /// Transform `remap`.
    Remap(Remap),
    /// Transform `filter`.
    Filter(Filter),
    /// Transform `route`.
    Route(Route),
}

/// Compiles what the transform needs.
///
/// # Errors
/// Field and problem.
pub(crate) fn prepare(transform: &Transform) -> Result<Prepared, (String, String)> {
    let compile = |field: String, source: &str| {
        Program::compile(source)
            .map_err(|problem| (format!("transforms.{}.{field}", transform.name), problem))
    };
    Ok(match &transform.kind {
        TransformKind::Remap(remap) => Prepared::Remap(Remap {
            program: compile("source".to_owned(), &remap.source)?,
            drop_on_error: remap.drop_on_error,
            drop_on_abort: remap.drop_on_abort,
        }),
        TransformKind::Filter(filter) => Prepared::Filter(Filter {
            condition: compile("condition".to_owned(), &filter.condition)?,
        }),
        TransformKind::Route(route) => Prepared::Route(Route {
            routes: route
                .routes
                .iter()
                .map(|(name, condition)| {
                    Ok((name.clone(), compile(format!("routes.{name}"), condition)?))
                })
                .collect::<Result<_, (String, String)>>()?,
        }),
    })
}

/// The names of a transform's outputs.
pub(crate) fn output_names(transform: &Transform) -> Vec<Option<String>> {
    match &transform.kind {
        TransformKind::Remap(_) | TransformKind::Filter(_) => vec![None],
        TransformKind::Route(route) => route
            .routes
            .keys()
            .cloned()
            .chain(std::iter::once(shape::UNMATCHED.to_owned()))
            .map(Some)
            .collect(),
    }
}

/// Transforms batches until the entrance is closed.
pub(crate) async fn run(
    mut prepared: Prepared,
    input: &mut mpsc::Receiver<Batch>,
    outputs: &Outputs,
    metrics: &ComponentMetrics,
) {
    while let Some(batch) = input.recv().await {
        metrics.received(batch.len(), 0);
        let mut shares: BTreeMap<Option<String>, Batch> = BTreeMap::new();
        for mut event in batch {
            match prepared.apply(&mut event, metrics) {
                Verdict::Pass(route) => shares.entry(route).or_default().push(event),
                Verdict::LeaveOut(reason) => {
                    metrics.discarded(reason, 1);
                    event.receipt.accept();
                }
            }
        }
        for (route, share) in shares {
            if let Some(output) = outputs.get(&route) {
                output.send(share).await;
            } else {
                metrics.discarded("no consumer", share.len());
                accept_all(share);
            }
        }
        tokio::task::yield_now().await;
    }
}
