//! Finding and reading what the journal holds at start.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use super::file::{FileHeader, HEADER_LEN};
use kavka_core::types::Lsn;
use kavka_protocol::records::BatchHeader;

use super::record::{Address, PREFIX, Prefix, Replayed, ReplayedContent, end_mark};
use crate::disk::{Disk, DiskFile, OpenMode};
use crate::segment::BatchIdentity;
use crate::width::{narrow, wide};
use crate::window::Window;

/// Bytes that are written again at a time.
const WINDOW: usize = 256 << 10;
/// Batches of a file that are remembered while it is scanned; others are read once more.
const REMEMBERED: usize = 1 << 20;
const ALIGN: u64 = 8;

/// A place that was synced once and cannot be read any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "journal {}: {} bytes from position {} on are damaged though they were synced",
    path.display(), positions.end - positions.start, positions.start
)]
pub struct JournalDamage {
    /// The file.
    pub path: PathBuf,
    /// The unreadable positions in it.
    pub positions: Range<u64>,
    /// The same as LSNs.
    lsns: Range<u64>,
}

/// A row of sound records in one file.
#[derive(Debug)]
struct Run<D: Disk> {
    path: PathBuf,
    file: std::sync::Arc<D::File>,
    header: FileHeader,
    positions: Range<u64>,
    batches: Vec<(u64, ScannedBatch)>,
}

/// A sound batch, as far as the scan remembers it.
#[derive(Debug, Clone, Copy)]
pub struct ScannedBatch {
    /// The partition.
    pub address: Address,
    /// What tells it from others.
    pub identity: BatchIdentity,
    /// Position behind its record.
    pub end: Lsn,
}

/// Who is handed what the journal holds.
pub trait ReplayTarget<E> {
    /// Whether a batch need not be read: it is where it belongs already.
    fn is_done(&mut self, batch: &ScannedBatch) -> bool;
    /// Takes the next record.
    fn take(&mut self, record: Replayed) -> Result<(), E>;
}

/// The sound part of the journal, ready to be read from the last checkpoint on.
#[derive(Debug)]
pub struct Replay<D: Disk> {
    runs: Vec<Run<D>>,
    controls: Vec<Replayed>,
    damage: Vec<JournalDamage>,
    checkpoint: u64,
    /// Everything below is surely on disk, here or in segments.
    synced: u64,
    /// Everything below is surely on disk here, as a record says.
    recorded: u64,
    end: u64,
    quiet_end: u64,
}

/// What a scan has found so far.
struct Scan<D: Disk> {
    runs: Vec<Run<D>>,
    /// All records that are no batches.
    controls: Vec<Replayed>,
    gaps: Vec<JournalDamage>,
    /// Number of runs before each gap.
    runs_before: Vec<usize>,
    /// The farthest position that any record says was synced.
    synced: u64,
    /// The farthest checkpoint. It holds even when the records before it are torn.
    checkpoint: u64,
    /// Where a checkpoint ends that covers everything before it, while nothing follows.
    quiet_end: u64,
    /// What lies before is in synced segments and not looked at.
    flushed: u64,
}

impl<D: Disk> Replay<D> {
    /// Walks through the files from `flushed` on and checks every record.
    pub(super) fn scan(
        disk: &D,
        files: &[(PathBuf, FileHeader)],
        flushed: Lsn,
    ) -> io::Result<Self> {
        let mut scan = Scan {
            runs: Vec::new(),
            controls: Vec::new(),
            gaps: Vec::new(),
            runs_before: Vec::new(),
            synced: 0,
            checkpoint: flushed.0,
            quiet_end: flushed.0,
            flushed: flushed.0,
        };
        let mut next: Option<&FileHeader> = None;
        let mut alive = Vec::new();
        for (path, header) in files.iter().rev() {
            // A crash took what is before this file and an earlier start went on elsewhere.
            let is_cut_off = next.is_some_and(|next| header.start >= next.previous_end);
            if !is_cut_off {
                alive.push((path, header, next));
                next = Some(header);
            }
        }
        for (path, header, next) in alive.into_iter().rev() {
            scan.file(disk, path, header, next)?;
        }
        Ok(scan.conclude())
    }

    /// Position behind the last sound record.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Position behind the journal's last record, when that is a checkpoint of everything.
    pub(super) fn quiet_end(&self) -> u64 {
        self.quiet_end
    }

    /// Whether segments were ever said to be synced.
    pub fn has_checkpoint(&self) -> bool {
        self.checkpoint > 0
    }

    /// Whether there is nothing to replay.
    pub fn is_empty(&self) -> bool {
        self.quiet_end == self.end
    }

    /// Damaged places that matter: their records may be in no segment yet.
    pub fn damage(&self) -> impl Iterator<Item = &JournalDamage> {
        self.damage
            .iter()
            .filter(|damage| damage.lsns.end > self.checkpoint)
    }

    /// Writes what is not known to be synced once more: a process before this one may have seen a
    /// sync fail, and then a later one succeeds without having written anything.
    pub(super) fn write_again(&self, disk: &D) -> io::Result<()> {
        for run in &self.runs {
            let start = run.header.start;
            let to_write = disk.open(&run.path, OpenMode::Write)?;
            if self.recorded < start + HEADER_LEN {
                to_write.write_at(0, &[&run.header.encode()])?;
            }
            let known = self.synced.saturating_sub(start);
            let mut position = known.max(run.positions.start);
            let end = run.positions.end.min(run.file.len()?);
            while position < end {
                let length = narrow(end - position).min(WINDOW);
                let content = run.file.read_at(position, length)?;
                if content.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                to_write.write_at(position, &[&content])?;
                position += wide(content.len());
            }
        }
        Ok(())
    }

    /// Every record behind the last checkpoint that is no batch, in order.
    pub fn controls(&self) -> &[Replayed] {
        &self.controls
    }

    /// Hands every record behind the last checkpoint to `target`, in order, but for the batches that
    /// it says are done.
    pub fn hand_to<E: From<io::Error>>(&self, target: &mut impl ReplayTarget<E>) -> Result<(), E> {
        for run in &self.runs {
            if run.header.start + run.positions.end <= self.checkpoint {
                continue;
            }
            let mut reader = Reader::<D>::new(&run.file, &run.header, run.positions.end);
            let mut batches = run.batches.iter().peekable();
            let mut position = run.positions.start;
            while position < run.positions.end {
                let scanned = batches.next_if(|(begin, _)| *begin == position);
                if let Some((_, batch)) = scanned
                    && (batch.end.0 <= self.checkpoint || target.is_done(batch))
                {
                    position = batch.end.0 - run.header.start;
                    continue;
                }
                let Some((prefix, record)) = reader.record(position)? else {
                    break;
                };
                position += wide(prefix.record_len());
                if record.end.0 > self.checkpoint {
                    target.take(record)?;
                }
            }
        }
        Ok(())
    }
}

impl<D: Disk> Scan<D> {
    fn file(
        &mut self,
        disk: &D,
        path: &std::path::Path,
        header: &FileHeader,
        next: Option<&FileHeader>,
    ) -> io::Result<()> {
        let file = std::sync::Arc::new(disk.open(path, OpenMode::Read)?);
        // What lies behind the place where the journal went on elsewhere does not count.
        let limit = next.map_or(header.capacity, |next| {
            next.previous_end
                .saturating_sub(header.start)
                .min(header.capacity)
        });
        let is_last = next.is_none();
        let mut position = HEADER_LEN.max(self.flushed.saturating_sub(header.start));
        if position > HEADER_LEN && position >= limit {
            if let Some(next) = next {
                self.note_missing_file(path, header, next);
            }
            return Ok(());
        }
        let mut reader = Reader::<D>::new(&file, header, limit.min(file.len()?));
        loop {
            let start = position;
            let mut batches = Vec::new();
            while let Some((prefix, record)) = reader.record(position)? {
                self.synced = self.synced.max(prefix.synced);
                self.note_checkpoint(&record, header.start + position);
                if let ReplayedContent::Batch(batch) = &record.content {
                    if batches.len() < REMEMBERED
                        && let Ok(header) = BatchHeader::parse(batch)
                    {
                        let batch = ScannedBatch {
                            address: record.address,
                            identity: BatchIdentity::of(&header),
                            end: record.end,
                        };
                        batches.push((position, batch));
                    }
                } else {
                    self.controls.push(record);
                }
                position += wide(prefix.record_len());
            }
            if position > start {
                let (path, file, header) = (path.to_owned(), file.clone(), *header);
                self.runs.push(Run {
                    path,
                    file,
                    header,
                    positions: start..position,
                    batches,
                });
            }
            if let Some(next) = next.filter(|_| position >= limit) {
                self.note_missing_file(path, header, next);
                return Ok(());
            }
            if is_last && reader.is_end(position)? {
                return Ok(());
            }
            let found = reader.next_record_after(position)?;
            let end = found.unwrap_or(limit);
            if found.is_some() || !is_last {
                self.gaps.push(JournalDamage {
                    path: path.to_owned(),
                    positions: position..end,
                    lsns: header.start + position..header.start + end,
                });
                self.runs_before.push(self.runs.len());
            }
            match found {
                Some(found) => position = found,
                None => return Ok(()),
            }
        }
    }

    /// Between two files that do not follow each other, a whole one is missing.
    fn note_missing_file(
        &mut self,
        path: &std::path::Path,
        header: &FileHeader,
        next: &FileHeader,
    ) {
        let end = header.start + header.capacity;
        if next.previous_end > end {
            self.gaps.push(JournalDamage {
                path: path.to_owned(),
                positions: header.capacity..header.capacity,
                lsns: end..next.previous_end,
            });
            self.runs_before.push(self.runs.len());
        }
    }

    /// Tells damage from the torn end: only what lies below a synced position was ever promised.
    fn conclude(mut self) -> Replay<D> {
        let torn = self
            .gaps
            .iter()
            .position(|gap| gap.lsns.start >= self.synced);
        if let Some(torn) = torn {
            self.runs
                .truncate(self.runs_before.get(torn).copied().unwrap_or(0));
            self.gaps.truncate(torn);
        }
        let end = self
            .runs
            .last()
            .map_or(0, |run| run.header.start + run.positions.end);
        let checkpoint = self.checkpoint;
        self.controls
            .retain(|record| record.end.0 > checkpoint && record.end.0 <= end);
        Replay {
            runs: self.runs,
            controls: self.controls,
            damage: self.gaps,
            checkpoint: self.checkpoint,
            synced: self.synced.max(self.checkpoint),
            recorded: self.synced,
            // The last records may be torn though what they say is in segments. Their positions
            // are not used again.
            end: end.max(self.flushed),
            quiet_end: self.quiet_end,
        }
    }

    fn note_checkpoint(&mut self, record: &Replayed, lsn: u64) {
        if let ReplayedContent::Checkpoint(mark) = record.content {
            self.checkpoint = self.checkpoint.max(mark.0);
            if mark.0 >= lsn {
                self.quiet_end = record.end.0;
            }
        }
    }
}

/// Reads records of one file through a window.
struct Reader<'a, D: Disk> {
    header: &'a FileHeader,
    window: Window<&'a D::File>,
}

impl<'a, D: Disk> Reader<'a, D> {
    /// For what lies before `limit`.
    fn new(file: &'a D::File, header: &'a FileHeader, limit: u64) -> Self {
        Self {
            header,
            window: Window::new(file, limit),
        }
    }

    /// The record at `position`, when a sound one lies there.
    fn record(&mut self, position: u64) -> io::Result<Option<(Prefix, Replayed)>> {
        let bytes = self.window.read(position, PREFIX)?;
        let Some(prefix) = Prefix::decode(&bytes, self.header.start + position) else {
            return Ok(None);
        };
        // What fills the record up may lie behind the end of the file, when its length was lost with
        // a sync that failed.
        if position.saturating_add(wide(PREFIX + prefix.body_len())) > self.window.limit() {
            return Ok(None);
        }
        let body = self
            .window
            .read(position + wide(PREFIX), prefix.body_len())?;
        Ok(prefix
            .record(&body, self.header.incarnation)
            .map(|record| (prefix, record)))
    }

    /// Whether the last record of the file's incarnation ends at `position`.
    fn is_end(&mut self, position: u64) -> io::Result<bool> {
        let mark = end_mark(self.header.incarnation, self.header.start + position);
        Ok(self.window.read(position, PREFIX)?[..] == mark)
    }

    /// The next position behind `position` where a sound record lies.
    fn next_record_after(&mut self, position: u64) -> io::Result<Option<u64>> {
        let mut candidate = position + ALIGN;
        while candidate + wide(PREFIX) <= self.window.limit() {
            let bytes = self.window.read(candidate, PREFIX)?;
            if Prefix::decode(&bytes, self.header.start + candidate).is_some()
                && self.record(candidate)?.is_some()
            {
                return Ok(Some(candidate));
            }
            candidate += ALIGN;
        }
        Ok(None)
    }
}
