//! Replies on their way to a client: written in the order of the requests, bounded in bytes. A
//! reader waits until a slow client has taken its replies, so that nothing piles up.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use kavka_protocol::ApiKey;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

use super::budget::{Budget, Share};
use crate::metrics::Timing;

/// Requests of one connection that may be under way at once.
const IN_FLIGHT: usize = 64;

/// Bytes of finished replies beyond which no further request is read.
const QUEUED_BYTES: usize = 256 * 1024;

/// Replies are written together up to about so many bytes.
const JOINED_BYTES: usize = 16 * 1024;

/// What is measured of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) api: ApiKey,
    /// When its last byte was there.
    pub(crate) begun: Instant,
    /// How long it waited for what its API waits for.
    pub(crate) waited: Duration,
    /// When its reply was ready to be sent.
    pub(crate) ready: Instant,
}

impl Stamp {
    /// The reply has been sent.
    fn sent(&self) -> Timing {
        let now = Instant::now();
        Timing {
            api: self.api,
            total: now.saturating_duration_since(self.begun),
            waited: self.waited,
            sending: now.saturating_duration_since(self.ready),
        }
    }
}

/// A whole reply frame in pieces, with the share of memory that it holds.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) share: Share,
    pub(crate) stamp: Option<Stamp>,
}

impl Reply {
    /// Bytes of the frame.
    pub(crate) fn len(&self) -> usize {
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
    /// Writes replies until the reader is gone, the client takes no byte for as long as `stalled`,
    /// or takes the fewest of all while `budget` is used up; tells how many bytes went out, and how long it took, through `written`.
    pub(crate) async fn write_to<W: AsyncWrite + Unpin>(
        mut self,
        stream: &mut W,
        stalled: Duration,
        budget: &Budget,
        written: impl Fn(usize, Option<Timing>),
    ) -> std::io::Result<()> {
        let mut next = None;
        while let Some(mut joined) = self.replies(&mut next).await {
            let chunks: Vec<Bytes> = joined.iter_mut().flat_map(Finished::take_chunks).collect();
            let shares = joined.iter().map(|finished| finished.reply.share.units());
            let held: usize = shares.sum();
            if held == 0 {
                write_chunks(stream, &chunks, stalled, |_| ()).await?;
            } else {
                let tenure = budget.tenure(held);
                let moved = |bytes| tenure.moved(bytes);
                tokio::select! {
                    written = write_chunks(stream, &chunks, stalled, moved) => written?,
                    () = tenure.evicted() => {
                        return Err(std::io::Error::other("others needed its reply's memory"));
                    }
                }
            }
            for finished in joined {
                drop(finished.reply.share);
                written(
                    finished.length,
                    finished.reply.stamp.map(|stamp| stamp.sent()),
                );
                if finished.is_queued {
                    let queued = self.state.queued.get();
                    self.state
                        .queued
                        .set(queued.saturating_sub(finished.length));
                    self.state.drained.notify_one();
                }
            }
        }
        stream.shutdown().await
    }

    /// The next replies, which one system call can write: all that are there, or the first that
    /// comes. A promise that is not kept yet waits in `next`.
    async fn replies(&mut self, next: &mut Option<Pending>) -> Option<Vec<Finished>> {
        let mut joined: Vec<Finished> = Vec::new();
        while joined.is_empty() {
            let pending = match next.take() {
                Some(pending) => pending,
                None => self.replies.recv().await?,
            };
            joined.extend(pending.finished().await);
        }
        let mut bytes: usize = joined.iter().map(|finished| finished.length).sum();
        while bytes < JOINED_BYTES {
            let Ok(pending) = self.replies.try_recv() else {
                break;
            };
            let finished = match pending {
                Pending::Ready(reply) => Some(Finished::new(reply, true)),
                Pending::Later(mut later) => {
                    let Some(reply) = (&mut later).now_or_never() else {
                        *next = Some(Pending::Later(later));
                        break;
                    };
                    reply.map(|reply| Finished::new(reply, false))
                }
            };
            bytes += finished.as_ref().map_or(0, |finished| finished.length);
            joined.extend(finished);
        }
        Some(joined)
    }
}

/// A reply that can be written.
struct Finished {
    reply: Reply,
    length: usize,
    /// Whether it counts among the queued bytes.
    is_queued: bool,
}

impl Finished {
    fn new(reply: Reply, is_queued: bool) -> Self {
        let length = reply.len();
        Self {
            reply,
            length,
            is_queued,
        }
    }

    fn take_chunks(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.reply.chunks)
    }
}

impl Pending {
    /// Waits for the reply; there is none with acks=0.
    async fn finished(self) -> Option<Finished> {
        match self {
            Self::Ready(reply) => Some(Finished::new(reply, true)),
            Self::Later(later) => later.await.map(|reply| Finished::new(reply, false)),
        }
    }
}

/// Writes all pieces with as few system calls as the socket allows.
async fn write_chunks<W: AsyncWrite + Unpin>(
    stream: &mut W,
    chunks: &[Bytes],
    stalled: Duration,
    moved: impl Fn(usize),
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
        moved(wrote);
        std::io::IoSlice::advance_slices(&mut rest, wrote);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::budget::BudgetCounters;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::AsyncReadExt;

    fn budget() -> Budget {
        Budget::new(1 << 20, Duration::from_secs(1), BudgetCounters::default())
    }

    fn ready(bytes: &'static [u8]) -> Pending {
        let chunks = vec![Bytes::from_static(bytes)];
        Pending::Ready(Reply {
            chunks,
            share: Share::EMPTY,
            stamp: None,
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
                stamp: None,
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
            .write_to(&mut near, Duration::from_millis(20), &budget(), |_, _| ())
            .await
            .unwrap();
        drop(near);
        let mut all = Vec::new();
        far.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, b"one!two");
    }

    /// Takes everything, and counts how often something is written.
    #[derive(Default)]
    struct Counting {
        bytes: Vec<u8>,
        writes: usize,
    }

    impl AsyncWrite for Counting {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<std::io::Result<usize>> {
            self.writes += 1;
            self.bytes.extend_from_slice(bytes);
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            slices: &[std::io::IoSlice<'_>],
        ) -> Poll<std::io::Result<usize>> {
            self.writes += 1;
            let before = self.bytes.len();
            for slice in slices {
                self.bytes.extend_from_slice(slice);
            }
            Poll::Ready(Ok(self.bytes.len() - before))
        }

        fn is_write_vectored(&self) -> bool {
            true
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn replies_that_are_there_are_written_together_and_the_next_one_is_waited_for() {
        let (outbox, inbox) = channel();
        let (finish, finished) = tokio::sync::oneshot::channel::<()>();
        for number in b'0'..b'5' {
            let chunks = vec![Bytes::from(vec![number])];
            let reply = Reply {
                chunks,
                share: Share::EMPTY,
                stamp: None,
            };
            let later = Box::pin(async { Some(reply) });
            outbox.push(Pending::Later(later)).await.unwrap();
        }
        let late = Box::pin(async move {
            finished.await.unwrap();
            Some(Reply {
                chunks: vec![Bytes::from_static(b"late")],
                share: Share::EMPTY,
                stamp: None,
            })
        });
        outbox.push(Pending::Later(late)).await.unwrap();
        outbox.push(ready(b"!")).await.unwrap();
        drop(outbox);
        let mut counting = Counting::default();
        let budget = budget();
        let stalled = Duration::from_secs(20);
        let answered = std::cell::Cell::new(0);
        let count = |_, _| answered.set(answered.get() + 1);
        let writing = inbox.write_to(&mut counting, stalled, &budget, count);
        let finishing = async {
            while answered.get() < 5 {
                tokio::task::yield_now().await;
            }
            finish.send(()).unwrap();
        };
        let (written, ()) = tokio::join!(writing, finishing);
        written.unwrap();
        assert_eq!((answered.get(), counting.writes), (7, 2));
        assert_eq!(counting.bytes, b"01234late!");
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (outbox, inbox) = channel();
        let (mut near, _far) = tokio::io::duplex(2);
        outbox.push(ready(b"longer than the pipe")).await.unwrap();
        let error = inbox
            .write_to(&mut near, Duration::from_millis(20), &budget(), |_, _| ())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        outbox.closed().await;
    }
}
