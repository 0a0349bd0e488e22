//! The operator's own health over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpListener;
use warp::Filter;
use warp::http::StatusCode;

use super::Metrics;

/// How the operator is. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Health {
    ready: Arc<AtomicBool>,
}

impl Health {
    /// It knows who leads, and its controllers run if that is itself.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// From now on it is ready.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::Relaxed);
    }
}

/// Serves /healthz, /readyz and /metrics until the process ends.
pub async fn serve(address: SocketAddr, health: Health, metrics: Metrics) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        std::io::Error::new(
            error.kind(),
            format!("cannot listen on {address}: {error}; choose another with --http-address"),
        )
    })?;
    let healthz = warp::path!("healthz").map(|| "alive\n");
    let readyz = warp::path!("readyz").map(move || {
        if health.is_ready() {
            warp::reply::with_status("ready\n", StatusCode::OK)
        } else {
            warp::reply::with_status("waiting for the lease\n", StatusCode::SERVICE_UNAVAILABLE)
        }
    });
    let text = "text/plain; version=0.0.4";
    let metrics = warp::path!("metrics")
        .map(move || warp::reply::with_header(metrics.text(), "content-type", text));
    let routes = warp::get().and(healthz.or(readyz).or(metrics));
    warp::serve(routes).incoming(listener).run().await;
    Ok(())
}
