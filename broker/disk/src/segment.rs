//! Segments: files of record batches in Kafka's format with an offset index and a time index, laid
//! out and named as Kafka does, so that its own dump tool reads them.

mod aborted;
mod active;
mod batches;
mod index;
mod sealed;
mod view;

use std::path::{Path, PathBuf};

use kavka_core::types::Offset;

pub(crate) use aborted::{AbortedFile, AbortedIndex, SealedAborted};
pub(crate) use active::{Active, SegmentFiles};
pub(crate) use batches::{BatchIdentity, Found, check_order, header_at, header_in, verified_in};
pub(crate) use index::{IndexFile, IndexStore};
pub(crate) use sealed::Sealed;
pub(crate) use view::{Place, View, ViewError};

/// Ending of a segment's batches.
pub(crate) const LOG: &str = "log";
/// Ending of its offset index.
pub(crate) const OFFSET_INDEX: &str = "index";
/// Ending of its time index.
pub(crate) const TIME_INDEX: &str = "timeindex";
/// Ending of its index of aborted transactions.
pub(crate) const ABORTED_INDEX: &str = "txnindex";
/// What the names of compacted segments' files end in until they take the old ones' place.
pub(crate) const CLEANED: &str = ".cleaned";
/// Bytes of a batch that the broker writes itself: base offset, length, leader epoch.
pub(crate) const HEAD: usize = 16;
/// Ending of a producer snapshot.
pub(crate) const SNAPSHOT: &str = "snapshot";

/// The path of a file that belongs to an offset.
pub(crate) fn path_of(folder: &Path, base: Offset, ending: &str) -> PathBuf {
    folder.join(format!("{:020}.{ending}", base.0))
}

/// The offset and the ending that a file name stands for.
pub(crate) fn parse_name(name: &str) -> Option<(Offset, &str)> {
    let (digits, ending) = name.split_once('.')?;
    let plain = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then_some(())?;
    Some((Offset(digits.parse().ok()?), ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kafka_s() {
        let path = path_of(Path::new("/data/t-0"), Offset(42), LOG);
        assert_eq!(path, Path::new("/data/t-0/00000000000000000042.log"));
        assert_eq!(
            parse_name("00000000000000000042.log"),
            Some((Offset(42), "log"))
        );
        assert_eq!(parse_name("leader-epoch-checkpoint"), None);
        assert_eq!(parse_name("42.log"), None);
    }
}
