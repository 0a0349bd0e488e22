//! Replies on their way to a client: written in the order of the requests, bounded in bytes. A
//! reader waits until a slow client has taken its replies, so that nothing piles up.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

use super::budget::Share;

/// Requests of one connection that may be under way at once.
const IN_FLIGHT: usize = 64;

/// Bytes of finished replies beyond which no further request is read.
const QUEUED_BYTES: usize = 256 * 1024;

/// A whole reply frame in pieces, with the share of memory that it holds.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) share: Share,
}

impl Reply {
    fn len(&self) -> usize {
        self.chunks.iter().map(Bytes::len).sum()
    }
}

/// A reply, or the promise of one; `None` stands for a request that gets no reply (acks=0).
pub(crate) enum Pending {
    Ready(Reply),
    Later(LocalBoxFuture<'static, Option<Reply>>),
}

/// The reader's end.
pub(crate) struct Outbox {
    replies: mpsc::Sender<Pending>,
    state: Rc<State>,
}

/// The writer's end.
pub(crate) struct Inbox {
    replies: mpsc::Receiver<Pending>,
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    queued: Cell<usize>,
    drained: Notify,
}

/// The writer has ended; the connection is of no further use.
#[derive(Debug)]
pub(crate) struct Closed;

/// Both ends of a connection's queue of replies.
pub(crate) fn channel() -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    let state = Rc::new(State::default());
    (
        Outbox {
            replies: sender,
            state: Rc::clone(&state),
        },
        Inbox {
            replies: receiver,
            state,
        },
    )
}

impl Outbox {
    /// Queues a reply behind those of earlier requests; waits while too many bytes are queued.
    pub(crate) async fn push(&self, pending: Pending) -> Result<(), Closed> {
        if let Pending::Ready(reply) = &pending {
            self.state.queued.set(self.state.queued.get() + reply.len());
        }
        self.replies.send(pending).await.map_err(|_| Closed)?;
        while self.state.queued.get() > QUEUED_BYTES {
            tokio::select! {
                () = self.state.drained.notified() => {}
                () = self.replies.closed() => return Err(Closed),
            }
        }
        Ok(())
    }

    /// Resolves when the writer has ended.
    pub(crate) async fn closed(&self) {
        self.replies.closed().await;
    }
}

impl Inbox {
    /// Writes replies until the reader is gone or the client takes no byte for as long as
    /// `stalled`; tells how many bytes went out through `written`.
    pub(crate) async fn write_to<W: AsyncWrite + Unpin>(
        mut self,
        stream: &mut W,
        stalled: Duration,
        written: impl Fn(usize),
    ) -> std::io::Result<()> {
        while let Some(pending) = self.replies.recv().await {
            let (reply, counted) = match pending {
                Pending::Ready(reply) => (reply, true),
                Pending::Later(later) => match later.await {
                    Some(reply) => (reply, false),
                    None => continue,
                },
            };
            let length = reply.len();
            write_chunks(stream, &reply.chunks, stalled).await?;
            drop(reply.share);
            written(length);
            if counted {
                self.state
                    .queued
                    .set(self.state.queued.get().saturating_sub(length));
                self.state.drained.notify_one();
            }
        }
        stream.shutdown().await
    }
}

/// Writes all pieces with as few system calls as the socket allows.
async fn write_chunks<W: AsyncWrite + Unpin>(
    stream: &mut W,
    chunks: &[Bytes],
    stalled: Duration,
) -> std::io::Result<()> {
    let mut slices: Vec<std::io::IoSlice<'_>> = chunks
        .iter()
        .map(|chunk| std::io::IoSlice::new(chunk))
        .collect();
    let mut rest = slices.as_mut_slice();
    while rest.iter().any(|slice| !slice.is_empty()) {
        let wrote = tokio::time::timeout(stalled, stream.write_vectored(rest))
            .await
            .map_err(|_| std::io::ErrorKind::TimedOut)??;
        if wrote == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        std::io::IoSlice::advance_slices(&mut rest, wrote);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    fn ready(bytes: &'static [u8]) -> Pending {
        let chunks = vec![Bytes::from_static(bytes)];
        Pending::Ready(Reply {
            chunks,
            share: Share::EMPTY,
        })
    }

    #[tokio::test]
    async fn replies_leave_in_the_order_of_the_requests() {
        let (outbox, inbox) = channel();
        let (mut near, mut far) = tokio::io::duplex(64);
        let (finish, finished) = tokio::sync::oneshot::channel::<()>();
        let late = Box::pin(async move {
            finished.await.unwrap();
            let chunks = vec![
                Bytes::from_static(b"one"),
                Bytes::new(),
                Bytes::from_static(b"!"),
            ];
            Some(Reply {
                chunks,
                share: Share::EMPTY,
            })
        });
        outbox.push(Pending::Later(late)).await.unwrap();
        outbox
            .push(Pending::Later(Box::pin(async { None })))
            .await
            .unwrap();
        outbox.push(ready(b"two")).await.unwrap();
        finish.send(()).unwrap();
        drop(outbox);
        inbox
            .write_to(&mut near, Duration::from_millis(20), |_| ())
            .await
            .unwrap();
        drop(near);
        let mut all = Vec::new();
        far.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, b"one!two");
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (outbox, inbox) = channel();
        let (mut near, _far) = tokio::io::duplex(2);
        outbox.push(ready(b"longer than the pipe")).await.unwrap();
        let error = inbox
            .write_to(&mut near, Duration::from_millis(20), |_| ())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        outbox.closed().await;
    }
}
