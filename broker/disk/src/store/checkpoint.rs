//! The checkpoint file: up to where each partition was synced, where it begins, up to where it was
//! compacted, and up to where the journal's records are in these segments. Recovery of records
//! does not need it; it is what lets a start notice that something synced is missing, and not read
//! what was flushed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use kavka_core::types::{Lsn, Offset, PartitionIndex};

use crate::disk::{self, Disk};
use crate::journal::Address;
use crate::partition::Trust;

const NAME: &str = "kavka-checkpoint";
const SIZE_MAX: u64 = 256 << 20;
const VERSION: &str = "3";
/// Without what was compacted.
const BEFORE_COMPACTION: &str = "2";

/// Up to where each partition was synced, and where it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) partitions: BTreeMap<Address, Trust>,
    /// What the journal holds below is in synced segments.
    pub(crate) journal: Lsn,
    /// The file is lost: partitions that are not in it may have been.
    is_lost: bool,
}

impl Checkpoint {
    /// Reads the file; nothing is trusted when it is damaged or missing.
    pub(crate) fn read<D: Disk>(disk: &D, root: &Path) -> io::Result<Self> {
        let path = root.join(NAME);
        let Some(content) = disk::read_small(disk, &path, SIZE_MAX)? else {
            return Ok(Self::default());
        };
        let parsed = Self::parse(&String::from_utf8_lossy(&content));
        Ok(parsed.unwrap_or_else(Self::lost))
    }

    /// The same after a look into the journal: a file that is missing though the journal speaks of
    /// it is lost.
    pub(crate) fn expected_by(self, journal_has_checkpoint: bool) -> Self {
        let is_missing = self == Self::default();
        let checkpoint = if is_missing && journal_has_checkpoint {
            Self::lost()
        } else {
            self
        };
        if checkpoint.is_lost {
            tracing::warn!(file = NAME, "missing or damaged: all segments are read");
        }
        checkpoint
    }

    /// No partitions yet; what the journal holds below `journal` is in synced segments.
    pub(crate) fn up_to(journal: Lsn) -> Self {
        Self {
            journal,
            ..Self::default()
        }
    }

    fn lost() -> Self {
        Self {
            is_lost: true,
            ..Self::default()
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// What is known of a partition.
    pub(crate) fn trust(&self, address: &Address) -> Trust {
        let unknown = Trust {
            start_unknown: self.is_lost,
            ..Trust::default()
        };
        self.partitions.get(address).copied().unwrap_or(unknown)
    }

    pub(crate) fn write<D: Disk>(&self, disk: &D, root: &Path) -> io::Result<()> {
        disk::replace(disk, &root.join(NAME), self.to_text().as_bytes())
    }

    fn to_text(&self) -> String {
        let mut text = format!("{VERSION}\njournal {}\n", self.journal.0);
        for (address, trust) in &self.partitions {
            let (point, start) = (trust.recovery_point, trust.start);
            let (dirty, gaps) = (trust.first_dirty, trust.gaps_before);
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{} {} {point} {start} {dirty} {gaps}",
                address.topic_id, address.partition
            );
        }
        let _ = writeln!(text, "checksum {}", crc32c::crc32c(text.as_bytes()));
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let body_end = text.trim_end().rfind('\n')? + 1;
        let (body, last) = text.split_at_checked(body_end)?;
        let checksum: u32 = last.strip_prefix("checksum ")?.trim_end().parse().ok()?;
        let mut lines = body.lines();
        let version = lines.next()?;
        if checksum != crc32c::crc32c(body.as_bytes())
            || ![VERSION, BEFORE_COMPACTION].contains(&version)
        {
            return None;
        }
        let journal = lines.next()?.strip_prefix("journal ")?;
        let mut checkpoint = Self {
            journal: Lsn(journal.parse().ok()?),
            ..Self::default()
        };
        for line in lines {
            let mut fields = line.split(' ');
            let topic_id = fields.next()?.parse().ok()?;
            let partition = PartitionIndex(fields.next()?.parse().ok()?);
            let recovery_point = Offset(fields.next()?.parse().ok()?);
            let start = Offset(fields.next()?.parse().ok()?);
            let mut compacted = || match version {
                VERSION => fields.next()?.parse().ok().map(Offset),
                _ => Some(Offset(0)),
            };
            let (first_dirty, gaps_before) = (compacted()?, compacted()?);
            let address = Address {
                topic_id,
                partition,
            };
            let trust = Trust {
                recovery_point,
                start,
                start_unknown: false,
                first_dirty,
                gaps_before,
            };
            checkpoint.partitions.insert(address, trust);
        }
        Some(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Checkpoint {
        let mut checkpoint = Checkpoint {
            journal: Lsn(4711),
            ..Checkpoint::default()
        };
        for number in 0..3u8 {
            let topic_id = kavka_protocol::Uuid([number; 16]);
            let address = Address {
                topic_id,
                partition: PartitionIndex(number.into()),
            };
            let trust = Trust {
                recovery_point: Offset(100),
                start: Offset(7),
                start_unknown: false,
                first_dirty: Offset(55),
                gaps_before: Offset(66),
            };
            checkpoint.partitions.insert(address, trust);
        }
        checkpoint
    }

    #[test]
    fn the_text_brings_everything_back() {
        assert_eq!(Checkpoint::parse(&example().to_text()), Some(example()));
        let none = Checkpoint::default();
        assert_eq!(Checkpoint::parse(&none.to_text()), Some(none));
    }

    #[test]
    fn one_from_before_there_was_compaction_is_read() {
        let body = "2\njournal 4711\nAAAAAAAAAAAAAAAAAAAAAQ 0 100 7\n";
        let text = format!("{body}checksum {}\n", crc32c::crc32c(body.as_bytes()));
        let checkpoint = Checkpoint::parse(&text).unwrap();
        let trust = checkpoint.partitions.values().next().unwrap();
        assert_eq!(
            (trust.recovery_point, trust.start),
            (Offset(100), Offset(7))
        );
        assert_eq!(
            (trust.first_dirty, trust.gaps_before),
            (Offset(0), Offset(0))
        );
    }

    #[test]
    fn damage_is_noticed() {
        let text = example().to_text();
        assert_eq!(Checkpoint::parse(&text.replace("100", "900")), None);
        assert_eq!(Checkpoint::parse(text.get(..60).unwrap()), None);
        assert_eq!(Checkpoint::parse(""), None);
    }
}
