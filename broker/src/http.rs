//! HTTP for machines that look after the broker: is it alive, does it serve, what does it count.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use warp::Filter;
use warp::http::{Response, StatusCode};

use crate::connection::budget::Budget;
use crate::metrics::{MemoryState, REPLIES, REQUESTS, Snapshot};
use crate::shared::{Phase, Shared};

/// The content type of Prometheus' text format as the client crate writes it.
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A broker that has not come round to a question within this time is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// How long a half request holds up a broker that is about to serve.
const STARTING_GRACE: Duration = Duration::from_millis(200);

/// Serves until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let of = |shared: &Arc<Shared>| {
        let shared = Arc::clone(shared);
        warp::any().map(move || Arc::clone(&shared))
    };
    let ready = warp::path!("readyz").and(of(&shared)).and_then(readiness);
    let metrics = warp::path!("metrics").and(of(&shared)).and_then(render);
    let routes = warp::get().and(alive().or(ready).or(metrics));
    warp::serve(routes).incoming(listener).run().await;
}

/// Whoever answers is alive.
fn alive() -> impl Filter<Extract = (Response<String>,), Error = warp::Rejection> + Clone {
    warp::path!("healthz").map(|| plain(StatusCode::OK, "alive\n"))
}

/// Answers for a broker that still starts: that it is alive, and not ready.
pub(crate) struct Starting {
    end: oneshot::Sender<()>,
    thread: thread::JoinHandle<()>,
}

impl Starting {
    /// Serves on a thread of its own.
    pub(crate) fn serve(listener: std::net::TcpListener) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        listener.set_nonblocking(true)?;
        let (end, ended) = oneshot::channel::<()>();
        let serve = async move {
            let not_yet = warp::path!("readyz").or(warp::path!("metrics")).map(|_| {
                let text = "starting: logs are being recovered\n";
                plain(StatusCode::SERVICE_UNAVAILABLE, text)
            });
            let listener = TcpListener::from_std(listener)?;
            let server = warp::serve(warp::get().and(alive().or(not_yet))).incoming(listener);
            // A sender that is gone ends it, too.
            let ended = ended.map(drop).shared();
            let server = server.graceful(ended.clone());
            let patience = ended.then(|()| tokio::time::sleep(STARTING_GRACE));
            tokio::select! {
                () = server.run() => {}
                () = patience => {}
            }
            io::Result::Ok(())
        };
        let thread = thread::Builder::new()
            .name("kavka-starting".to_owned())
            .spawn(move || {
                if let Err(error) = runtime.block_on(serve) {
                    tracing::warn!(%error, "nobody hears that the broker is starting");
                }
            })?;
        Ok(Self { end, thread })
    }

    /// Ends once those are answered who have asked, unless they take too long to ask.
    pub(crate) fn end(self) {
        // It may have ended by itself.
        let _ = self.end.send(());
        if self.thread.join().is_err() {
            tracing::error!("the thread that answers while the broker starts panicked");
        }
    }
}

async fn render(shared: Arc<Shared>) -> Result<Response<String>, Infallible> {
    let snapshot = look(&shared).await;
    Ok(match shared.metrics.render(snapshot) {
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

/// Ready is who would answer a client: every shard comes round to its work, and the metadata can
/// be changed.
async fn readiness(shared: Arc<Shared>) -> Result<Response<String>, Infallible> {
    let asked = tokio::time::timeout(READY_WITHIN, is_ready(&shared)).await;
    Ok(match asked {
        Ok(Ok(())) => plain(StatusCode::OK, "serving\n"),
        Ok(Err(reason)) => plain(StatusCode::SERVICE_UNAVAILABLE, reason),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "too busy to answer\n"),
    })
}

async fn is_ready(shared: &Shared) -> Result<(), &'static str> {
    if *shared.phase.borrow() == Phase::Stopping {
        return Err("stopping\n");
    }
    if !shared.serving.load(Ordering::Acquire) {
        return Err("starting\n");
    }
    for shard in &shared.shards {
        let answered = shard.call(|_| Box::pin(async {})).await;
        answered.map_err(|_| "stopping\n")?;
    }
    let status = shared.control.status().await.map_err(|_| "stopping\n")?;
    status.leader.map(|_| ()).ok_or("no metadata leader\n")
}

/// Looks at what nobody counts; a shard that has ended is left out.
async fn look(shared: &Shared) -> Snapshot {
    let journal = shared.store.journal();
    let unsynced = journal.appended().0.saturating_sub(journal.synced().0);
    let mut snapshot = Snapshot {
        uptime: shared.clock.uptime(),
        topics: shared.image().topics().count(),
        memory: vec![
            memory(REQUESTS, &shared.request_budget),
            memory(REPLIES, &shared.reply_budget),
        ],
        journal_bytes: journal.live_bytes(),
        journal_unsynced_bytes: unsynced,
        metadata_offset: shared.metadata_offset.load(Ordering::Acquire),
        ..Snapshot::default()
    };
    for shard in &shared.shards {
        let asked = shard.call(|shard| {
            Box::pin(async move {
                let coordinated = (shard.group_states(), shard.transaction_count());
                (shard.log_states(), coordinated)
            })
        });
        let Ok((logs, ((census, offsets), transactional_ids))) = asked.await else {
            continue;
        };
        snapshot.transactional_ids += transactional_ids;
        snapshot.logs.extend(logs);
        snapshot.offsets.extend(offsets);
        snapshot.members += census.members;
        for (state, count) in census.groups {
            *snapshot.groups.entry(state).or_default() += count;
        }
    }
    snapshot
}

fn memory(purpose: &'static str, budget: &Budget) -> MemoryState {
    MemoryState {
        purpose,
        used: budget.used(),
        total: budget.total(),
    }
}

fn plain(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};

    use super::*;

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_broker_that_starts_is_alive_and_not_ready() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let starting = Starting::serve(listener.try_clone().unwrap()).unwrap();
        assert!(get(address, "/healthz").starts_with("HTTP/1.1 200"));
        for path in ["/readyz", "/metrics"] {
            let answer = get(address, path);
            assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
            assert!(
                answer.contains("starting: logs are being recovered"),
                "{answer}"
            );
        }
        let mut half = TcpStream::connect(address).unwrap();
        half.write_all(b"GET /readyz HTTP/1.1\r\n").unwrap();
        starting.end();
        // Whoever comes now is left to the one who serves next.
        let mut waiting = TcpStream::connect(address).unwrap();
        waiting.write_all(b"x").unwrap();
        listener.set_nonblocking(false).unwrap();
        let mut first = [0];
        listener.accept().unwrap().0.read_exact(&mut first).unwrap();
        assert_eq!(first, *b"x");
    }
}
