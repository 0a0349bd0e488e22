//! Runs a component and starts it again when it panics.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;

use crate::metrics::ComponentMetrics;

/// Runs what `run` gives until it ends by itself. A panic is caught, counted, and followed by a
/// restart; events that the component held were dropped by then, which their sources notice.
pub(crate) async fn supervise<F>(metrics: Arc<ComponentMetrics>, mut run: impl FnMut() -> F + Send)
where
    F: Future<Output = ()> + Send,
{
    let mut pause = Duration::from_millis(100);
    loop {
        match AssertUnwindSafe(run()).catch_unwind().await {
            Ok(()) => return,
            Err(panic) => {
                metrics.restarted();
                tracing::error!(
                    component = metrics.name(),
                    panic = describe(&*panic),
                    "the component panicked and is started again"
                );
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(10));
    }
}

/// The text of a panic.
pub(crate) fn describe(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::metrics::Metrics;

    #[tokio::test]
    async fn a_component_that_panics_is_started_again() {
        let runs = AtomicU32::new(0);
        let metrics = Metrics::new();
        supervise(metrics.component("fragile"), || async {
            let run = runs.fetch_add(1, Ordering::SeqCst);
            assert!(run >= 2, "a fault in run {run}");
        })
        .await;
        assert_eq!(runs.load(Ordering::SeqCst), 3);
        let text = metrics.encode();
        assert!(
            text.contains("restarts_total{component=\"fragile\"} 2"),
            "{text}"
        );
    }
}
