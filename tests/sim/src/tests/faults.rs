//! A failing or full disk costs time, never an acknowledged record.

use std::io;

use kavka_disk::SimDisk;
use kavka_disk::disk::sim::{Crash, Fault, Operation, Random};

use crate::check;
use crate::model::Model;
use crate::plan::open;
use crate::workload::Workload;

/// Works while `trouble` happens, lets it pass, works on, loses power and checks.
fn survive(seed: u64, trouble: impl Fn(&SimDisk, &mut Random), ended: impl Fn(&SimDisk)) {
    let disk = SimDisk::new();
    let mut random = Random::new(seed);
    let mut model = Model::new();
    let mut broker = open(&disk).unwrap();
    for _ in 0..4 {
        trouble(&disk, &mut random);
        let mut work = Workload {
            disk: &disk,
            random: &mut random,
            model: &mut model,
        };
        broker = work.run_through_faults(broker, 30);
        ended(&disk);
        let mut work = Workload {
            disk: &disk,
            random: &mut random,
            model: &mut model,
        };
        broker = work
            .run_on(broker, 15)
            .unwrap_or_else(|reason| panic!("seed {seed}: does not recover: {reason}"));
        broker.opened.store.journal().sync().unwrap();
        model.synced(broker.opened.store.journal().synced());
    }
    drop(broker);
    disk.crash(Crash::Tear { seed });
    let broker = open(&disk).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
    check::all(broker, &mut model).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
}

#[test]
fn a_full_disk_is_survived_and_work_goes_on_when_there_is_space() {
    for seed in 0..80 {
        let fill = |disk: &SimDisk, random: &mut Random| {
            let used: usize = disk
                .files()
                .iter()
                .map(|path| disk.content(path).unwrap().len())
                .sum();
            let left = random.below(4000);
            disk.set_capacity(Some(u64::try_from(used).unwrap() + left));
        };
        survive(seed, fill, |disk| disk.set_capacity(None));
    }
}

#[test]
fn failing_operations_lose_nothing() {
    for seed in 0..80 {
        let fail = |disk: &SimDisk, random: &mut Random| {
            let operation = match random.below(4) {
                0 => Operation::Write,
                1 => Operation::Create,
                2 => Operation::SyncDirectory,
                _ => Operation::SyncData,
            };
            let ending = match random.below(3) {
                0 => ".journal",
                1 => ".log",
                _ => "",
            };
            disk.inject(Fault {
                operation: Some(operation),
                path_ending: ending.to_owned(),
                after: random.below(10),
                times: 1 + random.below(3),
                error: io::ErrorKind::Other,
            });
        };
        survive(seed, fail, SimDisk::heal);
    }
}
