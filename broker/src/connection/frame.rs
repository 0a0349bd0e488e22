//! Length-prefixed frames off a socket. The length decides nothing but when a frame is complete:
//! the buffer grows only as bytes arrive, and what it grows by beyond the first chunk comes out of
//! the broker's [`Budget`]. A small request needs nothing of it, so that it is never held up by
//! large ones.

use bytes::{Bytes, BytesMut};
use kavka_protocol::header::{FrameLenError, frame_len};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::budget::{Budget, BudgetExhausted, Share, Tenure};

/// What a frame may claim before its first byte is seen, and the least that the buffer grows by.
const FIRST_CHUNK: usize = 16 * 1024;

/// Length of the length.
const PREFIX: usize = 4;

/// One request as it came, without its length; holds its share of the memory budget.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Header and body.
    pub(crate) bytes: Bytes,
    /// Given back when the request is answered.
    pub(crate) share: Share,
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
    buffer: BytesMut,
    limit: usize,
    budget: Budget,
}

impl<S: AsyncRead + Unpin> FrameReader<S> {
    /// Reads frames of at most `limit` bytes from `stream`.
    pub(crate) fn new(stream: S, limit: usize, budget: Budget) -> Self {
        Self {
            stream,
            buffer: BytesMut::new(),
            limit,
            budget,
        }
    }

    /// The next frame; `None` when the peer closed between two frames.
    pub(crate) async fn next(&mut self) -> Result<Option<Frame>, FrameError> {
        while self.buffer.len() < PREFIX {
            self.buffer.reserve(FIRST_CHUNK);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return match self.buffer.len() {
                    0 => Ok(None),
                    got => Err(FrameError::Truncated {
                        missing: PREFIX - got,
                    }),
                };
            }
        }
        let total = PREFIX + self.length()?;
        let share = if total <= FIRST_CHUNK {
            self.fill(total).await?;
            Share::EMPTY
        } else {
            let tenure = self.budget.tenure(0);
            tokio::select! {
                share = self.fill_large(total, &tenure) => share?,
                () = tenure.evicted() => return Err(FrameError::Evicted),
            }
        };
        let mut bytes = self.buffer.split_to(total).freeze();
        let bytes = bytes.split_off(PREFIX);
        Ok(Some(Frame { bytes, share }))
    }

    /// Reads until the buffer holds `total` bytes, with memory from the budget.
    async fn fill_large(&mut self, total: usize, tenure: &Tenure) -> Result<Share, FrameError> {
        let mut share = Share::EMPTY;
        let mut granted = FIRST_CHUNK;
        while self.buffer.len() < total {
            let have = self.buffer.len();
            // Doubling: never more than twice of what has arrived, plus one chunk.
            let target = total.min(have.saturating_mul(2).max(FIRST_CHUNK));
            if target > granted {
                let growing = self.budget.grow(&mut share, target - granted);
                tenure.during(growing).await?;
                tenure.holds(&share);
                granted = target;
            }
            self.fill_some(total, target).await?;
            tenure.moved(self.buffer.len() - have);
        }
        Ok(share)
    }

    /// Reads until the buffer holds `total` bytes.
    async fn fill(&mut self, total: usize) -> Result<(), FrameError> {
        while self.buffer.len() < total {
            self.fill_some(total, total).await?;
        }
        Ok(())
    }

    /// Reads what is there, with room for `target` bytes in all.
    async fn fill_some(&mut self, total: usize, target: usize) -> Result<(), FrameError> {
        let have = self.buffer.len();
        self.buffer.reserve(target.saturating_sub(have));
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(FrameError::Truncated {
                missing: total - have,
            });
        }
        Ok(())
    }

    /// What the first bytes of the buffer announce.
    fn length(&self) -> Result<usize, FrameLenError> {
        let prefix = self.buffer.first_chunk().copied().unwrap_or_default();
        frame_len(prefix, self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::budget::BudgetCounters;

    fn reader(stream: &[u8], limit: usize) -> FrameReader<&[u8]> {
        FrameReader::new(
            stream,
            limit,
            Budget::new(
                1 << 20,
                std::time::Duration::from_secs(1),
                BudgetCounters::default(),
            ),
        )
    }

    fn framed(bodies: &[&[u8]]) -> Vec<u8> {
        let mut stream = Vec::new();
        for body in bodies {
            stream.extend(i32::try_from(body.len()).unwrap().to_be_bytes());
            stream.extend_from_slice(body);
        }
        stream
    }

    #[tokio::test]
    async fn frames_come_out_one_by_one_and_the_end_is_clean() {
        let large = vec![7; 100_000];
        let stream = framed(&[b"first", b"", &large]);
        let mut frames = reader(&stream, 1 << 20);
        for expected in [&b"first"[..], b"", &large] {
            assert_eq!(frames.next().await.unwrap().unwrap().bytes, expected);
        }
        assert!(frames.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_large_claim_without_bytes_allocates_only_a_chunk() {
        let mut stream = 100_000_000_i32.to_be_bytes().to_vec();
        stream.extend_from_slice(&[0; 10]);
        let mut frames = reader(&stream, 104_857_600);
        let error = frames.next().await.unwrap_err();
        assert!(matches!(error, FrameError::Truncated { .. }));
        assert!(frames.buffer.capacity() <= 4 * FIRST_CHUNK);
    }

    #[tokio::test]
    async fn a_small_frame_takes_nothing_of_the_budget_and_a_large_one_gives_it_back() {
        let large = vec![7; 3 * FIRST_CHUNK];
        let stream = framed(&[&[7; FIRST_CHUNK - PREFIX], &large]);
        let mut frames = reader(&stream, 1 << 20);
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
    async fn a_frame_over_the_limit_or_below_zero_is_refused_before_it_is_read() {
        let oversized = reader(&1001_i32.to_be_bytes(), 1000)
            .next()
            .await
            .unwrap_err();
        assert!(matches!(
            oversized,
            FrameError::Length(FrameLenError::TooLarge {
                length: 1001,
                limit: 1000
            })
        ));
        let negative = reader(&(-1_i32).to_be_bytes(), 1000)
            .next()
            .await
            .unwrap_err();
        assert!(matches!(
            negative,
            FrameError::Length(FrameLenError::Negative(-1))
        ));
    }
}
