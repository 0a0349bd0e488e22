//! HTTP for machines that look after the broker: is it alive, does it serve, what does it count.

use std::convert::Infallible;
use std::sync::Arc;

use tokio::net::TcpListener;
use warp::Filter;
use warp::http::{Response, StatusCode};

use crate::shared::Shared;

/// The content type of Prometheus' text format as the client crate writes it.
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let alive = warp::path!("healthz").map(|| plain(StatusCode::OK, "alive\n"));
    let of = |shared: &Arc<Shared>| {
        let shared = Arc::clone(shared);
        warp::any().map(move || Arc::clone(&shared))
    };
    let ready = warp::path!("readyz")
        .and(of(&shared))
        .map(|shared: Arc<Shared>| {
            if shared.is_serving() {
                plain(StatusCode::OK, "serving\n")
            } else {
                plain(StatusCode::SERVICE_UNAVAILABLE, "not serving\n")
            }
        });
    let metrics = warp::path!("metrics").and(of(&shared)).and_then(render);
    let routes = warp::get().and(alive.or(ready).or(metrics));
    warp::serve(routes).incoming(listener).run().await;
}

async fn render(shared: Arc<Shared>) -> Result<Response<String>, Infallible> {
    refresh(&shared).await;
    Ok(match shared.metrics.render() {
        Ok(text) => {
            let mut response = Response::new(text);
            response.headers_mut().insert(
                warp::http::header::CONTENT_TYPE,
                warp::http::HeaderValue::from_static(METRICS_TYPE),
            );
            response
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n")),
    })
}

/// Asks the shards for what only they know.
async fn refresh(shared: &Shared) {
    let mut sizes: std::collections::BTreeMap<Arc<str>, u64> = std::collections::BTreeMap::new();
    let mut groups = 0;
    for shard in &shared.shards {
        let asked = shard
            .call(|shard| Box::pin(async move { (shard.log_sizes(), shard.group_count().await) }));
        let Ok((logs, held)) = asked.await else {
            return;
        };
        groups += held;
        for (topic, _, bytes) in logs {
            *sizes.entry(topic).or_default() += bytes;
        }
    }
    shared
        .metrics
        .groups
        .set(i64::try_from(groups).unwrap_or(i64::MAX));
    shared.metrics.set_log_sizes(&sizes);
}

fn plain(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response
}
