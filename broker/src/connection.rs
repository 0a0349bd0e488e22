//! One client's connection: frames in, dispatch, replies out in order. Whatever is wrong with a
//! connection closes that connection and nothing else.

pub(crate) mod budget;
pub(crate) mod frame;
pub(crate) mod limits;
pub(crate) mod origin;
pub(crate) mod outbox;
pub(crate) mod rate;

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

use self::frame::{FrameError, FrameReader};
use self::origin::Origin;
use self::outbox::{Inbox, Outbox, Pending};
use crate::call::DispatchError;
use crate::dispatch;
use crate::metrics::Timing;
use crate::shard::Shard;

/// How long a client may take no byte at all of a reply before it is given up.
const STALLED: Duration = Duration::from_mins(1);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum CloseReason {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Dispatch(#[from] DispatchError),
    #[error("idle for connections.max.idle.ms={0}")]
    Idle(u128),
    #[error("the client closed it")]
    Client,
    #[error("the client took no replies")]
    Stalled,
    #[error("the broker stops")]
    Stopping,
}

impl CloseReason {
    /// For metrics.
    fn name(&self) -> &'static str {
        match self {
            Self::Frame(FrameError::Socket(_)) => "socket",
            Self::Frame(_) | Self::Dispatch(_) => "refused_request",
            Self::Idle(_) => "idle",
            Self::Client => "client",
            Self::Stalled => "stalled",
            Self::Stopping => "stopping",
        }
    }
}

/// Serves a connection until it ends.
pub(crate) async fn serve(shard: Rc<Shard>, stream: TcpStream, origin: Origin) {
    let listener = {
        let settings = shard.settings();
        let listener = settings.listeners.get(origin.listener);
        listener.map_or_else(String::new, |listener| listener.name.clone())
    };
    shard.metrics().connected(&listener);
    shard.count_connections(1);
    let (read, write) = stream.into_split();
    let (outbox, inbox) = outbox::channel();
    let writer = tokio::task::spawn_local(write_replies(Rc::clone(&shard), write, inbox));
    let reason = read_requests(&shard, read, &outbox, &origin).await;
    drop(outbox);
    report(&shard, &origin, &reason);
    if let Err(error) = writer.await {
        tracing::debug!(peer = %origin.peer, %error, "writer ended");
    }
    shard.metrics().disconnected(&listener, reason.name());
    shard.count_connections(-1);
    drop(origin.admission);
}

fn report(shard: &Shard, origin: &Origin, reason: &CloseReason) {
    let refused = match reason {
        CloseReason::Frame(FrameError::Socket(_))
        | CloseReason::Idle(_)
        | CloseReason::Client
        | CloseReason::Stalled
        | CloseReason::Stopping => {
            tracing::debug!(peer = %origin.peer, "connection ended: {reason}");
            return;
        }
        CloseReason::Frame(error) => error.reason(),
        CloseReason::Dispatch(error) => error.reason(),
    };
    shard.metrics().request_refused(refused);
    tracing::warn!(peer = %origin.peer, "connection closed: {reason}");
}

/// Reads requests and has them handled until the connection ends.
async fn read_requests(
    shard: &Rc<Shard>,
    stream: OwnedReadHalf,
    outbox: &Outbox,
    origin: &Origin,
) -> CloseReason {
    match read_until_closed(shard, stream, outbox, origin).await {
        Ok(reason) | Err(reason) => reason,
    }
}

async fn read_until_closed(
    shard: &Rc<Shard>,
    stream: OwnedReadHalf,
    outbox: &Outbox,
    origin: &Origin,
) -> Result<CloseReason, CloseReason> {
    let (limit, idle) = {
        let settings = shard.settings();
        (
            settings.socket_request_max_bytes,
            settings.connections_max_idle_ms,
        )
    };
    let limit = usize::try_from(limit).unwrap_or(0);
    let idle = match u64::try_from(idle) {
        Ok(limit) if limit > 0 => Duration::from_millis(limit),
        // Kafka's -1: never.
        _ => Duration::from_secs(u64::from(u32::MAX)),
    };
    let budget = shard.request_budget().clone();
    let mut frames = FrameReader::new(stream, shard.scratch().clone(), limit, budget);
    let mut closed = pin!(outbox.closed());
    let mut stopping = pin!(shard.stopping());
    loop {
        let frame = if let Some(frame) = frames.ready() {
            frame
        } else {
            tokio::select! {
                frame = tokio::time::timeout(idle, frames.next()) => {
                    let frame = frame.map_err(|_| CloseReason::Idle(idle.as_millis()))?;
                    frame?.ok_or(CloseReason::Client)?
                }
                () = &mut closed => return Ok(CloseReason::Stalled),
                () = &mut stopping => return Ok(CloseReason::Stopping),
            }
        };
        let bytes = frame.bytes.len() as u64 + 4;
        shard.metrics().bytes_in.inc_by(bytes);
        let pending: Option<Pending> = dispatch::dispatch(shard, origin, frame).await?;
        if let Some(pending) = pending
            && outbox.push(pending).await.is_err()
        {
            return Ok(CloseReason::Stalled);
        }
    }
}

async fn write_replies(
    shard: Rc<Shard>,
    mut stream: tokio::net::tcp::OwnedWriteHalf,
    inbox: Inbox,
) {
    let count = |bytes: usize, timing: Option<Timing>| {
        shard.metrics().bytes_out.inc_by(bytes as u64);
        if let Some(timing) = timing {
            shard.metrics().answered(&timing);
        }
    };
    if let Err(error) = inbox
        .write_to(&mut stream, STALLED, &shard.shared().reply_budget, count)
        .await
    {
        tracing::debug!(%error, "reply not taken");
    }
}
