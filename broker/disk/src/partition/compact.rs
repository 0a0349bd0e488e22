//! Compaction as the owner of a log sees it: whether a pass is due, what it needs to know, and
//! putting new segments in the place of old ones.

use kavka_core::log::compaction::{Candidate, LogSegment, select};
use kavka_core::types::{Offset, Timestamp};

use super::{PartitionLog, swap};
use crate::compaction::{Compaction, CompactionError, Replacement};
use crate::disk::{Disk, OpenMode};
use crate::segment::{Found, LOG, Sealed, header_at, path_of};

impl<D: Disk> PartitionLog<D> {
    /// The part of the log that a pass of compaction should read now; nothing at or behind
    /// `stable` (the last stable offset) may be touched.
    pub fn compaction_candidate(&self, stable: Offset, now: Timestamp) -> Option<Candidate> {
        let settings = self.settings.compaction.as_ref()?;
        let segments: Vec<LogSegment> = self.sealed.iter().map(Sealed::compaction).collect();
        let first_timestamp = |segment: &LogSegment| self.first_timestamp(segment.base);
        let first_dirty = self.first_dirty();
        select(
            &segments,
            first_dirty,
            stable,
            settings,
            now,
            first_timestamp,
        )
    }

    fn first_timestamp(&self, base: Offset) -> Option<Timestamp> {
        let path = path_of(&self.folder, base, LOG);
        let file = self.shared.disk.open(&path, OpenMode::Read).ok()?;
        let segment = self.sealed.iter().find(|segment| segment.base == base)?;
        match header_at(&file, 0, segment.size) {
            Ok(Found::Batch(header)) => Some(Timestamp(header.max_timestamp)),
            _ => None,
        }
    }

    /// What a pass needs to know, for a thread of its own. All that was appended is written first: a
    /// producer's last batch makes those before it superfluous, and the pass only flushes what is
    /// written.
    pub fn compaction(&mut self, candidate: Candidate) -> Result<Compaction<D>, CompactionError> {
        let written = self.write_tail();
        written.map_err(|source| CompactionError::io(&self.folder, source))?;
        let segments = self.sealed.iter().copied();
        let (segments, later) = segments.partition(|segment| segment.end <= candidate.up_to);
        Ok(Compaction {
            shared: self.shared.clone(),
            unsynced: self.unsynced.clone(),
            folder: self.folder.clone(),
            settings: self.settings.clone(),
            segments,
            later,
            aborted: self.active.aborted.entries().to_vec(),
            candidate,
            producers: self.producers.retained(),
        })
    }

    /// Puts a new segment in the place of old ones, which are no part of the log from here on.
    /// Nothing has changed after an error.
    pub fn replace(&mut self, replacement: Replacement) -> Result<(), CompactionError> {
        let Replacement { segment, replaced } = replacement;
        let first = self
            .sealed
            .iter()
            .position(|old| old.base == segment.base)
            .ok_or(CompactionError::Gone)?;
        let is_unchanged = replaced
            .iter()
            .eq(self.sealed.range(first..).take(replaced.len()));
        if !is_unchanged {
            return Err(CompactionError::Gone);
        }
        let taken = swap::take_place(&self.shared.disk, &self.folder, segment.base);
        taken.map_err(|source| CompactionError::io(&self.folder, source))?;
        for old in &replaced {
            self.unsynced.forget_segment(old.base);
        }
        self.unsynced.folder_changed();
        let behind = self.sealed.split_off(first + replaced.len());
        self.sealed.truncate(first);
        self.sealed.push_back(segment);
        self.sealed.extend(behind);
        Ok(())
    }

    /// Where the part begins that no compaction has read.
    pub fn first_dirty(&self) -> Offset {
        self.unsynced.first_dirty()
    }
}
