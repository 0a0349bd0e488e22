//! Which leader epoch began at which offset (KIP-101): what a follower asks before it truncates,
//! and what Kafka's `leader-epoch-checkpoint` holds.

use std::fmt::Write as _;

use thiserror::Error;

use crate::types::{LeaderEpoch, Offset};

/// The checkpoint file is not as Kafka writes it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("leader-epoch-checkpoint, line {line}: {text:?} is not what belongs there")]
pub struct EpochsError {
    /// Counted from 1.
    pub line: usize,
    /// What is there.
    pub text: String,
}

/// The start offset of each leader epoch of a log; both grow from entry to entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeaderEpochs {
    entries: Vec<(LeaderEpoch, Offset)>,
}

impl LeaderEpochs {
    /// Notes that `epoch` writes from `start` on. Tells whether that was news.
    pub fn assign(&mut self, epoch: LeaderEpoch, start: Offset) -> bool {
        if epoch.0 < 0 || self.latest().is_some_and(|latest| latest >= epoch) {
            return false;
        }
        // An epoch that wrote nothing before the next one began has no place in the cache.
        self.entries.retain(|(_, begun)| *begun < start);
        self.entries.push((epoch, start));
        true
    }

    /// The newest epoch.
    pub fn latest(&self) -> Option<LeaderEpoch> {
        self.entries.last().map(|(epoch, _)| *epoch)
    }

    /// The epoch in which the record at `offset` was written.
    pub fn epoch_at(&self, offset: Offset) -> Option<LeaderEpoch> {
        let after = self.entries.partition_point(|(_, start)| *start <= offset);
        self.entries
            .get(after.checked_sub(1)?)
            .map(|(epoch, _)| *epoch)
    }

    /// The largest epoch that is not above `requested`, and the offset behind its last record.
    /// `None` when `requested` is unknown because it is newer than everything here.
    pub fn end_offset_for(
        &self,
        requested: LeaderEpoch,
        log_end: Offset,
    ) -> Option<(LeaderEpoch, Offset)> {
        if self.latest() == Some(requested) {
            return Some((requested, log_end));
        }
        let higher = self
            .entries
            .partition_point(|(epoch, _)| *epoch <= requested);
        let (_, end) = *self.entries.get(higher)?;
        let floor = higher
            .checked_sub(1)
            .and_then(|index| self.entries.get(index));
        Some((floor.map_or(requested, |(epoch, _)| *epoch), end))
    }

    /// Forgets what began at `end` or later: the log was truncated to it.
    pub fn truncate_to(&mut self, end: Offset) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(_, start)| *start < end);
        self.entries.len() != before
    }

    /// Forgets what ended before `start`: older segments are gone.
    pub fn advance_start(&mut self, start: Offset) -> bool {
        let after = self.entries.partition_point(|(_, begun)| *begun <= start);
        let Some(current) = after.checked_sub(1) else {
            return false;
        };
        let moved = self
            .entries
            .get(current)
            .is_some_and(|(_, begun)| *begun < start);
        self.entries.drain(..current);
        if let Some((_, begun)) = self.entries.first_mut() {
            *begun = start.max(*begun);
        }
        moved || current > 0
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[(LeaderEpoch, Offset)] {
        &self.entries
    }

    /// The checkpoint file's text.
    pub fn to_text(&self) -> String {
        let mut text = format!("0\n{}\n", self.entries.len());
        for (epoch, start) in &self.entries {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{epoch} {start}");
        }
        text
    }

    /// Reads the checkpoint file.
    pub fn parse(text: &str) -> Result<Self, EpochsError> {
        let fault = |line: usize, text: &str| EpochsError {
            line,
            text: text.to_owned(),
        };
        let mut lines = text.lines();
        let version = lines.next().unwrap_or_default();
        if version != "0" {
            return Err(fault(1, version));
        }
        let count_text = lines.next().unwrap_or_default();
        let count: usize = count_text.parse().map_err(|_| fault(2, count_text))?;
        let mut epochs = Self::default();
        for (index, line) in lines.enumerate() {
            let entry = line.split_once(' ').and_then(|(epoch, start)| {
                Some((
                    LeaderEpoch(epoch.parse().ok()?),
                    Offset(start.parse().ok()?),
                ))
            });
            let (epoch, start) = entry.ok_or_else(|| fault(index + 3, line))?;
            let grows = epochs
                .entries
                .last()
                .is_none_or(|last| last.0 < epoch && last.1 < start);
            if !grows {
                return Err(fault(index + 3, line));
            }
            epochs.entries.push((epoch, start));
        }
        if epochs.entries.len() == count {
            Ok(epochs)
        } else {
            Err(fault(2, count_text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn epochs(entries: &[(i32, i64)]) -> LeaderEpochs {
        let mut epochs = LeaderEpochs::default();
        for (epoch, start) in entries {
            epochs.assign(LeaderEpoch(*epoch), Offset(*start));
        }
        epochs
    }

    #[test]
    fn the_end_of_an_epoch_is_the_start_of_the_next_one() {
        let cache = epochs(&[(2, 6), (5, 20), (7, 30)]);
        let end = |epoch| cache.end_offset_for(LeaderEpoch(epoch), Offset(40));
        assert_eq!(end(7), Some((LeaderEpoch(7), Offset(40))));
        assert_eq!(end(6), Some((LeaderEpoch(5), Offset(30))));
        assert_eq!(end(5), Some((LeaderEpoch(5), Offset(30))));
        assert_eq!(end(3), Some((LeaderEpoch(2), Offset(20))));
        assert_eq!(end(1), Some((LeaderEpoch(1), Offset(6))));
        assert_eq!(end(8), None);
    }

    #[test]
    fn truncation_and_retention_keep_what_the_log_still_holds() {
        let mut cache = epochs(&[(1, 0), (2, 10), (3, 20)]);
        cache.truncate_to(Offset(15));
        assert_eq!(cache.entries(), epochs(&[(1, 0), (2, 10)]).entries());
        cache.advance_start(Offset(12));
        assert_eq!(cache.entries(), [(LeaderEpoch(2), Offset(12))]);
        assert_eq!(cache.epoch_at(Offset(11)), None);
        assert_eq!(cache.epoch_at(Offset(12)), Some(LeaderEpoch(2)));
    }

    #[test]
    fn an_epoch_that_wrote_nothing_gives_its_place_to_the_next() {
        assert_eq!(
            epochs(&[(1, 5), (2, 5)]).entries(),
            [(LeaderEpoch(2), Offset(5))]
        );
    }

    #[test]
    fn broken_checkpoints_name_the_line() {
        assert_eq!(LeaderEpochs::parse("1\n0\n").unwrap_err().line, 1);
        assert_eq!(LeaderEpochs::parse("0\n2\n1 5\n").unwrap_err().line, 2);
        assert_eq!(LeaderEpochs::parse("0\n2\n1 5\n1 9\n").unwrap_err().line, 4);
    }

    proptest! {
        #[test]
        fn the_checkpoint_brings_everything_back(steps in prop::collection::vec((1i32..5, 1i64..100), 0..20)) {
            let mut cache = LeaderEpochs::default();
            let (mut epoch, mut start) = (0, 0);
            for (more_epoch, more_start) in steps {
                epoch += more_epoch;
                cache.assign(LeaderEpoch(epoch), Offset(start));
                start += more_start;
            }
            prop_assert_eq!(LeaderEpochs::parse(&cache.to_text()), Ok(cache.clone()));
            for (epoch, begun) in cache.entries() {
                prop_assert_eq!(cache.epoch_at(*begun), Some(*epoch));
            }
        }
    }
}
