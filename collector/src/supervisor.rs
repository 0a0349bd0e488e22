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
