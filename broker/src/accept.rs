//! Takes connections in and deals them out to the shards.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};

use crate::connection;
use crate::connection::limits::ConnectionLimits;
use crate::connection::origin::Origin;
use crate::connection::rate::CreationRate;
use crate::shared::Shared;

/// How long nothing is accepted after the system refused, for lack of descriptors for instance.
const AFTER_ERROR: Duration = Duration::from_millis(100);

/// When a silent connection is asked whether its peer still lives, and how often.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// Accepts connections of one listener until the task is dropped.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    limits: Arc<ConnectionLimits>,
    listener: TcpListener,
    number: usize,
    turn: Arc<AtomicUsize>,
    rate: Arc<Mutex<CreationRate>>,
) {
    loop {
        let wait = {
            let per_second = shared.settings().max_connection_creation_rate;
            let mut rate = rate.lock().unwrap_or_else(PoisonError::into_inner);
            rate.take(per_second, Instant::now())
        };
        tokio::time::sleep(wait).await;
        match listener.accept().await {
            Ok((stream, peer)) => {
                let next = turn.fetch_add(1, Ordering::Relaxed) % shared.shards.len().max(1);
                deal(&shared, &limits, stream, peer, number, next).await;
            }
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
}

async fn deal(
    shared: &Shared,
    limits: &Arc<ConnectionLimits>,
    stream: TcpStream,
    peer: SocketAddr,
    listener: usize,
    next: usize,
) {
    let admission = match limits.admit(peer.ip(), &shared.settings()) {
        Ok(admission) => admission,
        Err(limit) => {
            shared.metrics.connection_refused(limit.name());
            tracing::warn!(%peer, "connection refused: {limit}");
            return;
        }
    };
    let prepared = prepare(&stream).and_then(|()| stream.into_std());
    let stream = match prepared {
        Ok(stream) => stream,
        Err(error) => {
            tracing::debug!(%peer, %error, "connection lost");
            return;
        }
    };
    let origin = Origin {
        peer,
        listener,
        admission,
    };
    let Some(chosen) = shared.shards.get(next) else {
        return;
    };
    let handed = chosen.send(Box::new(move |shard| {
        // The stream belongs to the shard's runtime from here on.
        match TcpStream::from_std(stream) {
            Ok(stream) => {
                tokio::task::spawn_local(connection::serve(
                    std::rc::Rc::clone(shard),
                    stream,
                    origin,
                ));
            }
            Err(error) => tracing::debug!(%error, "connection lost"),
        }
    }));
    if handed.await.is_err() {
        tracing::debug!(%peer, "connection closed: the broker is shutting down");
    }
}

fn prepare(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE / 4);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}
