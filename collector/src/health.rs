//! `/healthz`, `/readyz` and `/metrics`.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;
use warp::Filter as _;
use warp::http::StatusCode;

use crate::metrics::Metrics;

/// Serves until `stop`.
pub(crate) async fn serve(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    ready: Arc<AtomicBool>,
    stop: CancellationToken,
) {
    let healthz = warp::path!("healthz").map(|| "ok\n".to_owned());
    let readyz = warp::path!("readyz").map(move || {
        let (text, status) = if ready.load(Ordering::Acquire) {
            ("ready\n", StatusCode::OK)
        } else {
            ("not running\n", StatusCode::SERVICE_UNAVAILABLE)
        };
        warp::reply::with_status(text.to_owned(), status)
    });
    let scrape = warp::path!("metrics").map(move || {
        warp::reply::with_header(
            metrics.encode(),
            "content-type",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )
    });
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "health and metrics cannot be served");
            return;
        }
    };
    let routes = warp::get().and(healthz.or(readyz).or(scrape));
    warp::serve(routes)
        .incoming(listener)
        .graceful(stop.cancelled_owned())
        .run()
        .await;
}
