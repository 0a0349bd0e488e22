//! One simulated life: rounds of opening, checking, working and losing power.

use std::collections::BTreeSet;
use std::path::Path;

use kavka_core::config::Durability;
use kavka_core::log::{AppendRules, LogSettings};
use kavka_core::types::NodeId;
use kavka_disk::disk::sim::{Crash, Random, SyncSelector};
use kavka_disk::journal::JournalSettings;
use kavka_disk::{
    DataFolder, Fresh, LogStore, Opened, PartitionId, Pooled, QuorumLog, SimDisk, StoreSettings,
    StoredQuorum,
};

use crate::check::{self, Fault};
use crate::compaction;
use crate::model::Model;
use crate::workload::Workload;

/// Where everything lies.
pub(crate) const FOLDER: &str = "/data";

/// What one simulated life does. Equal plans give equal lives.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides everything that is left open.
    pub seed: u64,
    /// Operations of the first round before the power goes; `None` lets the seed choose.
    pub crash_at: Option<u64>,
    /// Rounds of work and crash.
    pub rounds: u32,
    /// Steps of work in a round.
    pub steps: u64,
    /// A sync that shall do nothing.
    pub ignored_sync: Option<SyncSelector>,
    /// Whether logs are compacted.
    pub compacts: bool,
    /// Whether logs are cut, as a follower's are.
    pub truncates: bool,
    /// Where batches go.
    pub batches: Batches,
}

/// Which rounds of a life have batches in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batches {
    /// All: `durability: disk`.
    Journaled,
    /// None: `durability: replicas`.
    Unjournaled,
    /// Every other one, as the setting is changed again and again.
    Switching,
}

impl Batches {
    fn durability(self, plan: &Plan, round: u32) -> Durability {
        let is_journaled = match self {
            Self::Journaled => true,
            Self::Unjournaled => false,
            Self::Switching => (plan.seed + u64::from(round)).is_multiple_of(2),
        };
        if is_journaled {
            Durability::Disk
        } else {
            Durability::Replicas
        }
    }
}

impl Plan {
    /// The usual life of a seed.
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            crash_at: None,
            rounds: 3,
            steps: 60,
            ignored_sync: None,
            compacts: true,
            truncates: false,
            batches: Batches::Journaled,
        }
    }

    /// The life of a broker that keeps batches out of its journal.
    pub fn without_journal(seed: u64) -> Self {
        Self {
            batches: Batches::Unjournaled,
            ..Self::of(seed)
        }
    }

    /// The life of a broker whose batches go to its journal in every other round.
    pub fn switching(seed: u64) -> Self {
        Self {
            batches: Batches::Switching,
            ..Self::of_short_rounds(seed)
        }
    }

    /// A life whose logs are cut now and then.
    pub fn truncating(seed: u64) -> Self {
        let batches = match seed % 3 {
            0 => Batches::Journaled,
            1 => Batches::Unjournaled,
            _ => Batches::Switching,
        };
        Self {
            truncates: true,
            // What a follower cuts off was above the high watermark, and never compacted.
            compacts: false,
            batches,
            ..Self::of_short_rounds(seed)
        }
    }

    /// A life of many short rounds, which meets what earlier crashes have left.
    pub fn of_short_rounds(seed: u64) -> Self {
        Self {
            rounds: 12,
            steps: 20,
            ..Self::of(seed)
        }
    }
}

/// The disk as the broker uses it.
pub(crate) type Disk = Pooled<SimDisk>;

/// What is open during a round.
pub(crate) struct Broker {
    pub(crate) opened: Opened<Disk>,
    pub(crate) quorum: QuorumLog<Disk>,
    pub(crate) stored: StoredQuorum,
    /// Partitions that are not compacted before the next start.
    pub(crate) uncleanable: BTreeSet<PartitionId>,
}

/// Small sizes, so that everything rolls and is recycled all the time.
pub(crate) fn log_settings(topic: &str) -> LogSettings {
    LogSettings {
        compaction: compaction::is_compacted(topic).then(compaction::settings),
        segment_bytes: 1500,
        index_interval_bytes: 100,
        index_bytes: 240,
        rules: AppendRules {
            max_message_bytes: 1400,
            ..AppendRules::default()
        },
        ..LogSettings::default()
    }
}

pub(crate) fn store_settings() -> StoreSettings {
    StoreSettings {
        journal: JournalSettings {
            file_bytes: 3000,
            free_files: 1,
            unsynced_bytes_max: 1 << 20,
        },
        durability: Durability::Disk,
        flush_journal_bytes: 12_000,
        reserve_bytes: 10_000,
        // In the same order every time.
        opening_threads: 1,
    }
}

/// Files that stay open of those that may rest: many, or nearly none, so that content is written,
/// closed and opened again all the time.
pub(crate) fn open_max(seed: u64) -> usize {
    match seed % 3 {
        0 => 1000,
        1 => 1,
        _ => 3,
    }
}

/// Starts the disk side of a broker that keeps so many files open; the text says why it does not.
#[cfg(test)]
pub(crate) fn open(disk: &SimDisk, open_max: usize) -> Result<Broker, String> {
    open_with(disk, open_max, store_settings())
}

fn open_with(disk: &SimDisk, open_max: usize, settings: StoreSettings) -> Result<Broker, String> {
    let fresh = || Fresh {
        cluster_id: "sim".to_owned(),
        directory_id: kavka_protocol::Uuid([1; 16]),
    };
    let disk = Disk::bounded(disk.clone(), open_max);
    let mut folder = DataFolder::open(disk, Path::new(FOLDER), NodeId(0), None, fresh)
        .map_err(|error| error.to_string())?;
    folder
        .set_aside(60_000)
        .map_err(|error| error.to_string())?;
    let (quorum, stored) = QuorumLog::open(&folder).map_err(|error| error.to_string())?;
    let opened = LogStore::open(&folder, settings, |id| log_settings(&id.topic))
        .map_err(|error| error.to_string())?;
    Ok(Broker {
        opened,
        quorum,
        stored,
        uncleanable: BTreeSet::new(),
    })
}

/// Lives one life. Returns the number of operations of its first round.
pub fn run(plan: &Plan) -> Result<u64, Fault> {
    let disk = SimDisk::new();
    if let Some(selector) = &plan.ignored_sync {
        disk.ignore_sync(selector.clone());
    }
    let mut random = Random::new(plan.seed);
    let mut model = Model::new();
    let mut first_round = 0;
    let mut before_kill = None;
    for round in 0..plan.rounds {
        match plan.crash_at.filter(|_| round == 0) {
            Some(at) => disk.crash_at(at),
            None if random.chance(60) => {
                disk.crash_at(disk.operations() + random.below(plan.steps * 4));
            }
            None => {}
        }
        let starts = model.starts;
        let worked = work(plan, round, &disk, &mut random, &mut model);
        if !disk.has_crashed() {
            worked.map_err(|reason| Fault::new(plan, round, reason))?;
        }
        if round == 0 {
            first_round = disk.operations();
        }
        let crash = match random.below(4) {
            0 => Crash::DropUnsynced,
            1 => Crash::Process,
            _ => Crash::Tear {
                seed: random.next_u64(),
            },
        };
        if model.starts > starts {
            before_kill = None;
        }
        if crash == Crash::Process {
            // What was written has to be there at the next start, and may go with the power before.
            before_kill.get_or_insert(model.clone());
            model.all_written();
        } else {
            model = before_kill.take().unwrap_or(model);
            model.power_lost();
        }
        disk.crash(crash);
    }
    started(plan, plan.rounds, &disk, &mut model)
        .map_err(|reason| Fault::new(plan, plan.rounds, reason))?;
    Ok(first_round)
}

/// Starts the broker of a round, and checks what it has found.
fn started(plan: &Plan, round: u32, disk: &SimDisk, model: &mut Model) -> Result<Broker, String> {
    let durability = plan.batches.durability(plan, round);
    let settings = StoreSettings {
        durability,
        ..store_settings()
    };
    let broker = check::all(open_with(disk, open_max(plan.seed), settings)?, model)?;
    model.durability = durability;
    Ok(broker)
}

fn work(
    plan: &Plan,
    round: u32,
    disk: &SimDisk,
    random: &mut Random,
    model: &mut Model,
) -> Result<(), String> {
    let broker = started(plan, round, disk, model)?;
    Workload {
        disk,
        random,
        model,
        compacts: plan.compacts,
        truncates: plan.truncates,
    }
    .run(broker, plan.steps)
}
