//! The metadata quorum's log, hard state and snapshot on disk. What they mean is the quorum's;
//! here they are numbered entries and opaque bytes.
//!
//! All of it is one file of checksummed records. Taking a snapshot writes the next file, which
//! begins with the snapshot and takes over what comes behind it, and then removes the old one.

mod record;

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use thiserror::Error;

use crate::disk::{self, Disk, DiskFile, EntryKind, OpenMode};
use crate::folder::DataFolder;
use crate::reserve::Reserve;
use crate::width::{narrow, wide};
use record::{Kind, Record, Scan};

const FOLDER: &str = "quorum";
const ENDING: &str = ".quorum";
/// The file grows by this: writing into reserved space needs no change of metadata per sync.
const GROWTH: u64 = 1 << 20;

/// The quorum's log cannot be read or written.
#[derive(Debug, Error)]
pub enum QuorumLogError {
    /// The disk is full.
    #[error("the disk of {} is full: free some space", path.display())]
    Full {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("metadata log {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the disk says.
        source: io::Error,
    },
    /// Something that was synced is not there any more.
    #[error(
        "metadata log {} is damaged at position {position} though later parts are sound: restore \
         the data folder, or start this broker with an empty one", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, in bytes.
        position: u64,
    },
}

fn fault(path: &Path, source: io::Error) -> QuorumLogError {
    let path = path.to_owned();
    if disk::is_full(&source) {
        QuorumLogError::Full { path }
    } else {
        QuorumLogError::Io { path, source }
    }
}

/// What was stored when the log was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredQuorum {
    /// The last hard state.
    pub hard_state: Option<Bytes>,
    /// The last snapshot and the index of the last entry in it.
    pub snapshot: Option<(u64, Bytes)>,
    /// Index of the first entry.
    pub first_index: u64,
    /// The entries, one behind the other.
    pub entries: Vec<Bytes>,
}

impl StoredQuorum {
    /// Whether nothing was ever stored.
    pub fn is_empty(&self) -> bool {
        self.hard_state.is_none() && self.snapshot.is_none() && self.entries.is_empty()
    }

    fn apply(&mut self, record: &Record) {
        match record.kind {
            Kind::Begin => {}
            Kind::HardState => self.hard_state = Some(record.payload.clone()),
            Kind::Snapshot => {
                self.snapshot = Some((record.index, record.payload.clone()));
                self.first_index = record.index + 1;
                self.entries.clear();
            }
            Kind::Entry => {
                if self.entries.is_empty() {
                    self.first_index = record.index;
                }
                let behind = record.index.saturating_sub(self.first_index);
                self.entries.truncate(narrow(behind));
                self.entries.push(record.payload.clone());
            }
        }
    }
}

/// Where an entry lies in the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    index: u64,
    position: u64,
    length: usize,
}

/// The metadata quorum's log.
#[derive(Debug)]
pub struct QuorumLog<D: Disk> {
    disk: D,
    folder: PathBuf,
    path: PathBuf,
    file: D::File,
    number: u64,
    end: u64,
    synced: u64,
    reserved: u64,
    rewrite: bool,
    /// There is something behind the end that cannot be read; it goes with the first write.
    torn: bool,
    entries: VecDeque<Place>,
    hard_state: Option<Bytes>,
    /// Files that a newer one has replaced and whose removal waits for its name to be durable.
    outdated: Vec<PathBuf>,
    reserve: std::sync::Arc<Reserve<D>>,
    _lock: std::sync::Arc<D::Lock>,
}

impl<D: Disk> QuorumLog<D> {
    /// Opens the log of a data folder, or makes an empty one.
    pub fn open(data: &DataFolder<D>) -> Result<(Self, StoredQuorum), QuorumLogError> {
        let disk = data.disk().clone();
        let folder = data.path().join(FOLDER);
        let numbers = list(&disk, &folder).map_err(|error| fault(&folder, error))?;
        let number = numbers.last().copied();
        let path = folder.join(name(number.unwrap_or(1)));
        if number.is_none() {
            let begin = record::encode(Kind::Begin, 0, &[], 0, 0);
            data.reserve()
                .with_room(|| write_file(&disk, &path, &begin))
                .map_err(|error| fault(&path, error))?;
        }
        // Also when it was there: an earlier start may have ended right before this.
        disk.sync_dir(&folder)
            .map_err(|error| fault(&folder, error))?;
        disk.sync_dir(data.path())
            .map_err(|error| fault(&folder, error))?;
        for old in numbers.iter().rev().skip(1) {
            let old = folder.join(name(*old));
            disk.remove_file(&old).map_err(|error| fault(&old, error))?;
        }
        let file = disk
            .open(&path, OpenMode::Write)
            .map_err(|error| fault(&path, error))?;
        let mut log = Self {
            disk,
            folder,
            path,
            file,
            number: number.unwrap_or(1),
            end: 0,
            synced: 0,
            reserved: 0,
            rewrite: false,
            torn: false,
            entries: VecDeque::new(),
            hard_state: None,
            outdated: Vec::new(),
            reserve: data.reserve(),
            _lock: data.hold_lock(),
        };
        let stored = log.load()?;
        Ok((log, stored))
    }

    fn load(&mut self) -> Result<StoredQuorum, QuorumLogError> {
        let io_fault = |error| fault(&self.path, error);
        let length = self.file.len().map_err(io_fault)?;
        let content = self.file.read_at(0, narrow(length)).map_err(io_fault)?;
        let mut stored = StoredQuorum {
            first_index: 1,
            ..StoredQuorum::default()
        };
        let mut scan = Scan::new(&content);
        let mut places = VecDeque::new();
        let mut synced = 0;
        while let Some((position, record)) = scan.next_record() {
            synced = record.synced.max(synced);
            stored.apply(&record);
            note(&mut places, &record, position);
        }
        if let Some(position) = scan.damage() {
            return Err(QuorumLogError::Damaged {
                path: self.path.clone(),
                position,
            });
        }
        self.end = scan.end();
        self.reserved = length;
        // What a crash left behind the end, or damage made of it.
        let tail = content.get(narrow(self.end)..).unwrap_or_default();
        self.torn = tail.iter().any(|byte| *byte != 0);
        // What a mere kill left in the page cache counts from now on. The process before may have
        // seen a sync of it fail, and then this one would succeed without having written anything.
        let end = narrow(self.end).min(content.len());
        let unsynced = content.get(narrow(synced)..end);
        if let Some(unsynced) = unsynced.filter(|part| !part.is_empty()) {
            self.file.write_at(synced, &[unsynced]).map_err(io_fault)?;
        }
        self.file.sync_data().map_err(io_fault)?;
        self.synced = self.end;
        self.entries = places;
        self.hard_state.clone_from(&stored.hard_state);
        Ok(stored)
    }

    /// Stores what the quorum wants to be stored, in this order: the snapshot (which also drops the
    /// entries up to its index), the entries (which replace all from `first_index` on), the hard
    /// state. Durable after [`QuorumLog::sync`]. After an error the same call may come again.
    pub fn persist(
        &mut self,
        snapshot: Option<(u64, &[u8])>,
        first_index: u64,
        entries: &[impl AsRef<[u8]>],
        hard_state: Option<&[u8]>,
    ) -> Result<(), QuorumLogError> {
        if let Some((index, data)) = snapshot {
            self.compact(index, data)
                .map_err(|error| fault(&self.path, error))?;
        }
        let mut bytes = Vec::new();
        let mut places = Vec::new();
        for (index, entry) in (first_index..).zip(entries) {
            let position = self.end + wide(bytes.len());
            let entry = entry.as_ref();
            bytes.extend(record::encode(
                Kind::Entry,
                index,
                entry,
                position,
                self.synced,
            ));
            places.push(Place {
                index,
                position,
                length: entry.len(),
            });
        }
        if let Some(state) = hard_state {
            let position = self.end + wide(bytes.len());
            bytes.extend(record::encode(
                Kind::HardState,
                0,
                state,
                position,
                self.synced,
            ));
        }
        self.append(&bytes)
            .map_err(|error| fault(&self.path, error))?;
        for place in places {
            self.take_place(place);
        }
        if let Some(state) = hard_state {
            self.hard_state = Some(Bytes::copy_from_slice(state));
        }
        Ok(())
    }

    /// Where the log ends with something behind it that cannot be read: the file, and the position
    /// in bytes. A power cut leaves that of what was not synced; or a record was damaged that was
    /// the last one. Until the first write it stays as it is.
    pub fn torn_at(&self) -> Option<(&Path, u64)> {
        self.torn.then_some((self.path.as_path(), self.end))
    }

    /// What lies behind the end must not be taken for a part of the log later.
    fn cut_tail(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.end)?;
            // What is written next must not reach the disk before, or the old content goes on
            // behind it.
            self.file.sync_data()?;
            self.reserved = self.end;
            self.torn = false;
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.cut_tail()?;
        let end = self.end + wide(bytes.len());
        if end > self.reserved {
            let reserved = end.next_multiple_of(GROWTH);
            // On a nearly full disk the log takes just what it needs.
            if self.file.allocate(reserved).is_ok() {
                self.reserved = reserved;
            }
        }
        self.reserve
            .with_room(|| self.file.write_at(self.end, &[bytes]))?;
        self.end = end;
        Ok(())
    }

    fn take_place(&mut self, place: Place) {
        while self
            .entries
            .pop_back_if(|last| last.index >= place.index)
            .is_some()
        {}
        self.entries.push_back(place);
    }

    /// Brings everything to the disk.
    pub fn sync(&mut self) -> Result<(), QuorumLogError> {
        if self.synced < self.end {
            let synced = self.bring_to_disk();
            // After a failed sync the kernel may have dropped the pages.
            self.rewrite = synced.is_err();
            synced.map_err(|error| fault(&self.path, error))?;
            self.synced = self.end;
        }
        if !self.outdated.is_empty() {
            self.disk
                .sync_dir(&self.folder)
                .map_err(|error| fault(&self.folder, error))?;
            for old in self.outdated.drain(..) {
                // One that stays is removed at the next start.
                let _ = self.disk.remove_file(&old);
            }
        }
        Ok(())
    }

    fn bring_to_disk(&self) -> io::Result<()> {
        if self.rewrite {
            let length = narrow(self.end - self.synced);
            let bytes = self.file.read_at(self.synced, length)?;
            if !record::is_sound(&bytes, self.synced) {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "content lost by the disk",
                ));
            }
            self.file.write_at(self.synced, &[&bytes])?;
        }
        self.file.sync_data()
    }

    /// Writes the next file: the snapshot, the entries behind it and the hard state.
    fn compact(&mut self, index: u64, data: &[u8]) -> io::Result<()> {
        let mut bytes = record::encode(Kind::Begin, 0, &[], 0, 0);
        let put = |kind, index, payload: &[u8], bytes: &mut Vec<u8>| {
            let position = wide(bytes.len());
            bytes.extend(record::encode(kind, index, payload, position, 0));
            position
        };
        put(Kind::Snapshot, index, data, &mut bytes);
        let mut places = VecDeque::new();
        for place in self.entries.iter().filter(|place| place.index > index) {
            let start = place.position + wide(record::PAYLOAD);
            let payload = self.file.read_at(start, place.length)?;
            let position = put(Kind::Entry, place.index, &payload, &mut bytes);
            places.push_back(Place { position, ..*place });
        }
        // Entries that do not follow the snapshot belong to another history.
        if places.front().is_some_and(|first| first.index != index + 1) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "entries after a gap",
            ));
        }
        if let Some(state) = &self.hard_state {
            put(Kind::HardState, 0, state, &mut bytes);
        }
        let number = self.number + 1;
        let path = self.folder.join(name(number));
        let file = self
            .reserve
            .with_room(|| write_file(&self.disk, &path, &bytes))?;
        // From here on the new file is the log. The old one stays until the new name is durable:
        // a crash before that goes on with the old one, which holds everything that was synced.
        self.outdated.push(std::mem::replace(&mut self.path, path));
        self.file = file;
        self.number = number;
        self.end = wide(bytes.len());
        self.synced = self.end;
        self.reserved = self.end;
        self.rewrite = false;
        self.torn = false;
        self.entries = places;
        Ok(())
    }
}

fn note(places: &mut VecDeque<Place>, record: &Record, position: u64) {
    match record.kind {
        Kind::Snapshot => places.clear(),
        Kind::Entry => {
            while places
                .pop_back_if(|last| last.index >= record.index)
                .is_some()
            {}
            let length = record.payload.len();
            places.push_back(Place {
                index: record.index,
                position,
                length,
            });
        }
        Kind::Begin | Kind::HardState => {}
    }
}

fn name(number: u64) -> String {
    format!("{number:020}{ENDING}")
}

/// Writes and syncs a whole file under a temporary name and gives it its name, which is durable
/// once the folder is synced.
fn write_file<D: Disk>(disk: &D, path: &Path, bytes: &[u8]) -> io::Result<D::File> {
    let temporary = path.with_extension("quorum.tmp");
    let file = disk.open(&temporary, OpenMode::Create)?;
    file.set_len(0)?;
    file.write_at(0, &[bytes])?;
    file.sync_data()?;
    disk.rename(&temporary, path)?;
    Ok(file)
}

/// The numbers of all files, in order.
fn list<D: Disk>(disk: &D, folder: &Path) -> io::Result<Vec<u64>> {
    disk.create_dir_all(folder)?;
    let mut numbers = Vec::new();
    for entry in disk.read_dir(folder)? {
        if entry.kind != EntryKind::File {
            continue;
        }
        match entry
            .name
            .strip_suffix(ENDING)
            .and_then(|digits| digits.parse().ok())
        {
            Some(number) => numbers.push(number),
            None => disk.remove_file(&folder.join(&entry.name))?,
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
mod tests;
