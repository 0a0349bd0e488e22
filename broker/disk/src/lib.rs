//! Everything of the broker that touches files: the journal, segments with their indexes,
//! recovery, the metadata quorum's log and the data folder. All of it goes through the narrow
//! interface [`Disk`], with a real ([`RealDisk`]) and a simulated ([`SimDisk`]) implementation, so
//! that the code which survives power cuts in the simulator is the code in production.

pub mod compaction;
pub mod disk;
pub mod flusher;
pub mod folder;
pub mod journal;
mod parallel;
pub mod partition;
pub mod quorum_log;
mod reserve;
pub mod segment;
pub mod store;
mod width;
mod window;

pub use compaction::{Compaction, CompactionError, CompactionReport, Replacement};
pub use disk::pooled::Pooled;
pub use disk::real::RealDisk;
pub use disk::sim::SimDisk;
pub use disk::{Disk, DiskFile};
pub use flusher::Flusher;
pub use folder::{DataFolder, DataFolderError, Fresh};
pub use journal::{Journal, JournalError};
pub use partition::{
    AppendContext, AppendError, Appended, DeletedPartition, ExpiredSegments, Minimum, PartitionId,
    PartitionLog, ReadError, TimestampHit,
};
pub use quorum_log::{QuorumLog, QuorumLogError, StoredQuorum};
pub use store::{LogStore, Opened, RecoveryReport, StoreError, StoreSettings};
