//! A failing or full disk costs time, never an acknowledged record.

use std::io;

use kavka_disk::SimDisk;
use kavka_disk::disk::sim::{Crash, Fault, Operation, Random};

use super::seeds;
use crate::check;
use crate::model::Model;
use crate::plan::{Broker, open, open_max};
use crate::workload::Workload;

/// What ends a process that had trouble with its disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    WorkOn,
    MayBeKilled,
}

/// Works while `trouble` happens, lets it pass, works on, loses power and checks.
fn survive(
    seed: u64,
    then: Then,
    trouble: impl Fn(&SimDisk, &mut Random),
    ended: impl Fn(&SimDisk),
) {
    let disk = SimDisk::new();
    let mut random = Random::new(seed);
    let mut model = Model::new();
    let mut broker = open(&disk, open_max(seed)).unwrap();
    for _ in 0..4 {
        trouble(&disk, &mut random);
        let mut work = Workload {
            disk: &disk,
            random: &mut random,
            model: &mut model,
            compacts: true,
            truncates: false,
        };
        broker = work.run_through_faults(broker, 30);
        ended(&disk);
        broker.opened.store.check_space().unwrap();
        if then == Then::MayBeKilled && random.chance(60) {
            broker = restarted(seed, &disk, broker, &mut model);
        }
        let mut work = Workload {
            disk: &disk,
            random: &mut random,
            model: &mut model,
            compacts: true,
            truncates: false,
        };
        broker = work
            .run_on(broker, 15)
            .unwrap_or_else(|reason| panic!("seed {seed}: does not recover: {reason}"));
        broker.opened.store.journal().sync().unwrap();
        model.synced(broker.opened.store.journal().synced());
    }
    drop(broker);
    disk.crash(Crash::Tear { seed });
    checked(seed, &disk, &mut model);
}

/// The broker after a `kill -9`.
fn restarted(seed: u64, disk: &SimDisk, broker: Broker, model: &mut Model) -> Broker {
    drop(broker);
    disk.crash(Crash::Process);
    model.all_written();
    checked(seed, disk, model)
}

fn checked(seed: u64, disk: &SimDisk, model: &mut Model) -> Broker {
    let broker =
        open(disk, open_max(seed)).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
    check::all(broker, model).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"))
}

/// Lets a few thousand bytes be written and no more.
fn fill(disk: &SimDisk, random: &mut Random) {
    disk.set_capacity(Some(disk.used_space() + random.below(4000)));
}

/// Lets a kind of operation fail a few times.
fn fail(disk: &SimDisk, random: &mut Random) {
    let operation = match random.below(4) {
        0 => Operation::Write,
        1 => Operation::Create,
        2 => Operation::SyncDirectory,
        _ => Operation::SyncData,
    };
    let ending = match random.below(4) {
        0 => ".journal",
        1 => ".log",
        2 => ".quorum",
        _ => "",
    };
    disk.inject(Fault {
        operation: Some(operation),
        path_ending: ending.to_owned(),
        after: random.below(10),
        times: 1 + random.below(3),
        error: io::ErrorKind::Other,
    });
}

/// Lets very few files more be open, or none.
fn use_descriptors_up(disk: &SimDisk, random: &mut Random) {
    let more = usize::try_from(random.below(4)).unwrap();
    disk.set_open_max(Some(disk.open_files() + more));
}

#[test]
fn a_system_without_descriptors_loses_nothing_and_work_goes_on_when_there_are_some() {
    for seed in seeds(0..200) {
        let ended = |disk: &SimDisk| disk.set_open_max(None);
        survive(seed, Then::MayBeKilled, use_descriptors_up, ended);
    }
}

#[test]
fn a_full_disk_is_survived_and_work_goes_on_when_there_is_space() {
    for seed in seeds(0..80) {
        survive(seed, Then::WorkOn, fill, |disk| disk.set_capacity(None));
    }
}

#[test]
fn failing_operations_lose_nothing() {
    for seed in seeds(0..80) {
        survive(seed, Then::WorkOn, fail, SimDisk::heal);
    }
}

#[test]
fn what_a_failed_sync_left_in_the_page_cache_is_written_again_by_the_next_start() {
    for seed in seeds(0..300) {
        survive(seed, Then::MayBeKilled, fail, SimDisk::heal);
    }
}

#[test]
fn a_start_on_a_completely_full_disk_holds_everything_and_goes_on_when_there_is_space() {
    for seed in seeds(0..150) {
        let disk = SimDisk::new();
        let mut random = Random::new(seed);
        let mut model = Model::new();
        let mut broker = open(&disk, open_max(seed)).unwrap();
        for _ in 0..3 {
            fill(&disk, &mut random);
            broker.opened.store.check_space().unwrap();
            let mut work = Workload {
                disk: &disk,
                random: &mut random,
                model: &mut model,
                compacts: true,
                truncates: false,
            };
            broker = work.run_through_faults(broker, 15);
            if random.chance(50) {
                broker.opened.store.journal().sync().unwrap();
                model.synced(broker.opened.store.journal().synced());
                // What was written before the power went had its place, and so has what is back
                // though it was removed.
                let written = disk.used_space();
                drop(broker);
                disk.crash(Crash::Tear { seed });
                disk.set_capacity(Some(written.max(disk.used_space())));
                model.power_lost();
                broker = checked(seed, &disk, &mut model);
            } else {
                disk.set_capacity(Some(disk.used_space()));
                broker = restarted(seed, &disk, broker, &mut model);
            }
            // Not even the last byte of the next ones.
            disk.set_capacity(Some(disk.used_space()));
            broker = restarted(seed, &disk, broker, &mut model);
            disk.set_capacity(None);
            broker.opened.store.check_space().unwrap();
            let mut work = Workload {
                disk: &disk,
                random: &mut random,
                model: &mut model,
                compacts: true,
                truncates: false,
            };
            broker = work
                .run_on(broker, 20)
                .unwrap_or_else(|reason| panic!("seed {seed}: does not recover: {reason}"));
        }
    }
}
