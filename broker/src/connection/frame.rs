//! Length-prefixed frames off a socket. The length decides nothing but when a frame is complete:
//! the buffer grows only as bytes arrive, and what it grows by beyond the first chunk comes out of
//! the broker's [`Budget`]. A small request needs nothing of it, so that it is never held up by
//! large ones.
//!
//! What a client has under way is read with one system call, however many requests that are, while
//! memory is plentiful. It comes into a [`Scratch`] that the connections of a thread share, so that
//! one that waits for its client holds nothing.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use kavka_protocol::header::{FrameLenError, frame_len};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::budget::{Budget, BudgetExhausted, Share, Tenure};

/// What a frame may claim before its first byte is seen, and the least that the buffer grows by.
const FIRST_CHUNK: usize = 16 * 1024;

/// The most that is read at once of frames whose length is not known.
const SCRATCH: usize = 256 * 1024;

/// Length of the length.
const PREFIX: usize = 4;

/// Where bytes lie between the socket and their frames; clones are the same place.
#[derive(Debug, Clone)]
pub(crate) struct Scratch(Rc<RefCell<Box<[u8]>>>);

impl Scratch {
    /// One for a thread.
    pub(crate) fn new() -> Self {
        Self(Rc::new(RefCell::new(vec![0; SCRATCH].into_boxed_slice())))
    }
}

/// One request as it came, without its length.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Header and body.
    pub(crate) bytes: Bytes,
    /// Given back when the request is answered.
    pub(crate) memory: Memory,
}

/// A frame's share of the memory budget; dropping it gives it back.
#[derive(Debug)]
#[expect(dead_code, reason = "held until it is dropped")]
pub(crate) enum Memory {
    /// The frame's own.
    Own(Share),
    /// That of all frames that were read at once.
    Joint(Rc<Share>),
}

impl Memory {
    /// For a small frame.
    const NONE: Self = Self::Own(Share::EMPTY);
}

/// Why a connection yields no further frame.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// The length is not one that is taken.
    #[error(transparent)]
    Length(#[from] FrameLenError),
    /// The peer went away within a frame.
    #[error("connection ended {missing} bytes before the end of a frame")]
    Truncated {
        /// How many bytes never came.
        missing: usize,
    },
    /// The budget is used up.
    #[error(transparent)]
    Budget(#[from] BudgetExhausted),
    /// Others needed the memory.
    #[error("the frame came too slowly while others needed its memory")]
    Evicted,
    /// The socket failed.
    #[error("socket: {0}")]
    Socket(#[from] std::io::Error),
}

impl FrameError {
    /// For metrics.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Length(FrameLenError::Negative(_)) => "negative_length",
            Self::Length(FrameLenError::TooLarge { .. }) => "too_large",
            Self::Truncated { .. } => "truncated",
            Self::Budget(_) | Self::Evicted => "memory",
            Self::Socket(_) => "socket",
        }
    }
}

/// Cuts a byte stream into frames.
#[derive(Debug)]
pub(crate) struct FrameReader<S> {
    stream: S,
    scratch: Scratch,
    /// Whole frames that were read at once.
    whole: VecDeque<Frame>,
    /// The beginning of the next one.
    rest: BytesMut,
    /// Memory for all that was read at once, while a large part of it is in `rest`.
    joint: Option<Rc<Share>>,
    limit: usize,
    budget: Budget,
}

impl<S: AsyncRead + Unpin> FrameReader<S> {
    /// Reads frames of at most `limit` bytes from `stream`.
    pub(crate) fn new(stream: S, scratch: Scratch, limit: usize, budget: Budget) -> Self {
        Self {
            stream,
            scratch,
            whole: VecDeque::new(),
            rest: BytesMut::new(),
            joint: None,
            limit,
            budget,
        }
    }

    /// The next frame if it came together with the one before.
    pub(crate) fn ready(&mut self) -> Option<Frame> {
        self.whole.pop_front()
    }

    /// The next frame; `None` when the peer closed between two frames.
    pub(crate) async fn next(&mut self) -> Result<Option<Frame>, FrameError> {
        loop {
            if let Some(frame) = self.ready() {
                return Ok(Some(frame));
            }
            let total = total(&self.rest, self.limit)?;
            if let Some(total) = total.filter(|total| *total > FIRST_CHUNK) {
                return self.next_large(total).await.map(Some);
            }
            if poll_fn(|context| self.poll_fill(context)).await? == 0 {
                return match self.rest.len() {
                    0 => Ok(None),
                    got => Err(FrameError::Truncated {
                        missing: total.unwrap_or(PREFIX) - got,
                    }),
                };
            }
        }
    }

    /// Reads what is there, as far as memory is plentiful, and cuts it into frames.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let scratch = self.scratch.clone();
        let mut scratch = scratch.0.borrow_mut();
        let mut share = self.budget.spare_share(SCRATCH);
        let most = share.as_ref().map_or(FIRST_CHUNK, |_| SCRATCH);
        let mut read = ReadBuf::new(scratch.get_mut(..most).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
        let mut bytes = read.filled();
        let count = bytes.len();
        if let Some(share) = &mut share {
            share.shrink_to(count);
        }
        self.joint = share.filter(|_| count > FIRST_CHUNK).map(Rc::new);
        while let Some(frame) = self.cut(&mut bytes) {
            let memory = self.joint.clone().map_or(Memory::NONE, Memory::Joint);
            self.whole.push_back(Frame {
                bytes: frame,
                memory,
            });
        }
        // A small rest needs nothing, and what is read of a large one gets memory of its own.
        if self.rest.len() <= FIRST_CHUNK {
            self.joint = None;
        }
        Poll::Ready(Ok(count))
    }

    /// The next whole frame of `bytes`. When there is none they are in the rest; a length that is not
    /// taken is found there once the frames before it are handled.
    fn cut(&mut self, bytes: &mut &[u8]) -> Option<Bytes> {
        if self.rest.is_empty()
            && let Ok(Some(total)) = total(bytes, self.limit)
            && let Some((frame, behind)) = bytes.split_at_checked(total)
        {
            *bytes = behind;
            return Some(Bytes::copy_from_slice(frame.get(PREFIX..)?));
        }
        self.move_to_rest(bytes, PREFIX);
        let total = total(&self.rest, self.limit).ok()??;
        self.move_to_rest(bytes, total);
        (self.rest.len() == total).then(|| self.take_rest())
    }

    /// Moves bytes until the rest has `total` of them.
    fn move_to_rest(&mut self, bytes: &mut &[u8], total: usize) {
        let missing = total.saturating_sub(self.rest.len());
        let (moved, behind) = bytes.split_at(missing.min(bytes.len()));
        // What is doubled at most needs no further growing.
        if missing <= 2 * moved.len() {
            self.rest.reserve(missing);
        }
        self.rest.extend_from_slice(moved);
        *bytes = behind;
    }

    /// The rest, which is a whole frame.
    fn take_rest(&mut self) -> Bytes {
        let mut frame = std::mem::take(&mut self.rest).freeze();
        frame.advance(PREFIX);
        frame
    }

    /// The frame of `total` bytes that begins in the rest, with memory of its own.
    async fn next_large(&mut self, total: usize) -> Result<Frame, FrameError> {
        let tenure = self.budget.tenure(0);
        let share = tokio::select! {
            share = self.fill_large(total, &tenure) => share?,
            () = tenure.evicted() => return Err(FrameError::Evicted),
        };
        Ok(Frame {
            bytes: self.take_rest(),
            memory: Memory::Own(share),
        })
    }

    /// Reads until the rest holds `total` bytes, with memory from the budget.
    async fn fill_large(&mut self, total: usize, tenure: &Tenure) -> Result<Share, FrameError> {
        let mut share = Share::EMPTY;
        let mut granted = FIRST_CHUNK;
        while self.rest.len() < total {
            let have = self.rest.len();
            if have >= granted {
                // Doubling: never more than twice of what has arrived.
                let target = total.min(have.saturating_mul(2));
                let growing = self.budget.grow(&mut share, target - granted);
                tenure.during(growing).await?;
                tenure.holds(&share);
                granted = target;
            }
            self.joint = None;
            let room = granted - have;
            self.rest.reserve(room);
            let mut stream = (&mut self.stream).take(room as u64);
            let count = stream.read_buf(&mut self.rest).await?;
            if count == 0 {
                return Err(FrameError::Truncated {
                    missing: total - have,
                });
            }
            tenure.moved(count);
        }
        Ok(share)
    }
}

/// How long the frame is that begins here, its length included; `None` while that is not known.
fn total(bytes: &[u8], limit: usize) -> Result<Option<usize>, FrameLenError> {
    let prefix = bytes.first_chunk().copied();
    let length = prefix.map(|prefix| frame_len(prefix, limit)).transpose()?;
    Ok(length.map(|length| PREFIX + length))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::connection::budget::BudgetCounters;

    const BUDGET: usize = 1 << 20;

    fn reader<S: AsyncRead + Unpin>(stream: S, limit: usize) -> FrameReader<S> {
        let budget = Budget::new(BUDGET, Duration::from_secs(1), BudgetCounters::default());
        FrameReader::new(stream, Scratch::new(), limit, budget)
    }

    fn framed(bodies: &[&[u8]]) -> Vec<u8> {
        let mut stream = Vec::new();
        for body in bodies {
            stream.extend(i32::try_from(body.len()).unwrap().to_be_bytes());
            stream.extend_from_slice(body);
        }
        stream
    }

    /// Gives at most so many bytes at a time, and counts how often it is asked.
    struct Slow<'a> {
        bytes: &'a [u8],
        at_once: usize,
        reads: usize,
    }

    impl<'a> Slow<'a> {
        fn new(bytes: &'a [u8], at_once: usize) -> Self {
            Self {
                bytes,
                at_once,
                reads: 0,
            }
        }
    }

    impl AsyncRead for Slow<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let most = self.at_once.min(buffer.remaining()).min(self.bytes.len());
            let (given, left) = self.bytes.split_at(most);
            buffer.put_slice(given);
            self.bytes = left;
            self.reads += 1;
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn frames_come_out_one_by_one_wherever_the_stream_is_cut() {
        let large = vec![7; 3 * FIRST_CHUNK];
        let whole = vec![8; 2 * SCRATCH + 1];
        let bodies = [&b"first"[..], b"", &large, b"between", &whole, b"last"];
        let stream = framed(&bodies);
        let cuts = (1..24).chain([FIRST_CHUNK - 1, FIRST_CHUNK + 4, SCRATCH, stream.len()]);
        for at_once in cuts {
            let mut frames = reader(Slow::new(&stream, at_once), 1 << 20);
            for expected in bodies {
                let frame = frames.next().await.unwrap().unwrap();
                assert!(
                    frame.bytes == expected,
                    "{} bytes, {at_once} at once",
                    expected.len()
                );
            }
            assert!(frames.next().await.unwrap().is_none(), "{at_once}");
            assert_eq!(frames.budget.used(), 0, "{at_once}");
        }
    }

    #[tokio::test]
    async fn what_is_under_way_is_read_at_once_while_half_of_the_memory_is_free() {
        let body = vec![7; FIRST_CHUNK];
        let stream = framed(&[&body[..]; 12]);
        let mut frames = reader(Slow::new(&stream, usize::MAX), 1 << 20);
        let first = frames.next().await.unwrap().unwrap();
        let read = (
            frames.stream.reads,
            frames.whole.len(),
            frames.budget.used(),
        );
        assert_eq!(read, (1, 11, stream.len().next_multiple_of(1024)));
        let others: Vec<Frame> = std::iter::from_fn(|| frames.ready()).collect();
        drop(others);
        assert!(
            frames.budget.used() > 0,
            "the first holds what was read with it"
        );
        drop(first);
        assert_eq!(frames.budget.used(), 0);

        let taken = frames.budget.try_share(BUDGET / 2).unwrap();
        frames.stream.bytes = &stream;
        frames.next().await.unwrap().unwrap();
        assert_eq!((frames.stream.reads, frames.whole.len()), (3, 0));
        drop(taken);
    }

    #[tokio::test]
    async fn the_beginning_of_a_small_frame_holds_nothing_of_what_was_read_with_it() {
        let mut stream = framed(&[&vec![7; 2 * FIRST_CHUNK]]);
        stream.extend([0, 0, 0, 9, 1]);
        let mut frames = reader(Slow::new(&stream, usize::MAX), 1 << 20);
        let budget = frames.budget.clone();
        let frame = frames.next().await.unwrap().unwrap();
        assert!(budget.used() > 0 && frames.rest.len() == 5);
        drop(frame);
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test]
    async fn a_large_claim_without_bytes_allocates_only_a_chunk() {
        let mut stream = 100_000_000_i32.to_be_bytes().to_vec();
        stream.extend_from_slice(&[0; 10]);
        let mut frames = reader(&stream[..], 104_857_600);
        let error = frames.next().await.unwrap_err();
        assert!(matches!(error, FrameError::Truncated { missing } if missing == 99_999_990));
        assert!(frames.rest.capacity() <= 4 * FIRST_CHUNK);
    }

    #[tokio::test]
    async fn a_connection_without_a_request_under_way_holds_nothing() {
        let (mut client, broker) = tokio::io::duplex(1 << 20);
        let mut frames = reader(broker, 1 << 20);
        let stream = framed(&[b"a request"]);
        tokio::io::AsyncWriteExt::write_all(&mut client, &stream)
            .await
            .unwrap();
        frames.next().await.unwrap().unwrap();
        let waiting = tokio::time::timeout(Duration::from_millis(1), frames.next());
        assert!(waiting.await.is_err(), "there is no second frame");
        assert_eq!((frames.rest.capacity(), frames.budget.used()), (0, 0));
    }

    #[tokio::test]
    async fn a_small_frame_takes_nothing_of_the_budget_and_a_large_one_gives_it_back() {
        let large = vec![7; 3 * FIRST_CHUNK];
        let stream = framed(&[&[7; FIRST_CHUNK - PREFIX], &large]);
        // Each comes by itself.
        let mut frames = reader(Slow::new(&stream, FIRST_CHUNK), 1 << 20);
        let budget = frames.budget.clone();
        let small = frames.next().await.unwrap().unwrap();
        assert_eq!(
            (small.bytes.len(), budget.used()),
            (FIRST_CHUNK - PREFIX, 0)
        );
        let frame = frames.next().await.unwrap().unwrap();
        let held = 2 * FIRST_CHUNK..=3 * FIRST_CHUNK;
        assert!(held.contains(&budget.used()), "{}", budget.used());
        drop(frame);
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test]
    async fn a_frame_that_trickles_in_takes_no_more_of_the_budget_than_its_length() {
        let stream = framed(&[&vec![7; 4 * FIRST_CHUNK]]);
        let mut frames = reader(Slow::new(&stream, 1), 1 << 20);
        let frame = frames.next().await.unwrap().unwrap();
        assert!(
            frames.budget.used() <= 4 * FIRST_CHUNK,
            "{}",
            frames.budget.used()
        );
        drop(frame);
    }

    #[tokio::test]
    async fn a_frame_over_the_limit_or_below_zero_is_refused_behind_those_before_it() {
        let stream = |length: i32| {
            let mut stream = framed(&[b"sound"]);
            stream.extend(length.to_be_bytes());
            stream
        };
        let oversized = stream(1001);
        let mut frames = reader(&oversized[..], 1000);
        assert_eq!(frames.next().await.unwrap().unwrap().bytes, b"sound"[..]);
        assert!(matches!(
            frames.next().await.unwrap_err(),
            FrameError::Length(FrameLenError::TooLarge {
                length: 1001,
                limit: 1000
            })
        ));
        let negative = stream(-1);
        let mut frames = reader(&negative[..], 1000);
        assert_eq!(frames.next().await.unwrap().unwrap().bytes, b"sound"[..]);
        assert!(matches!(
            frames.next().await.unwrap_err(),
            FrameError::Length(FrameLenError::Negative(-1))
        ));
    }
}
