//! Flipped bits and cut files are noticed or harmless; wrong records are never handed out.

use kavka_disk::SimDisk;
use kavka_disk::disk::sim::{Crash, Random};
use std::path::PathBuf;

use crate::check::read_all;
use crate::model::Model;
use crate::plan::{open, open_max};
use crate::workload::Workload;

/// A log's name and its records as offset and value.
type Content = (String, Vec<(i64, u64)>);

/// A disk with a working life behind it, and what all its logs hold.
fn lived(seed: u64) -> (SimDisk, Vec<Content>) {
    let disk = SimDisk::new();
    let mut random = Random::new(seed);
    let mut model = Model::new();
    let broker = open(&disk, open_max(seed)).unwrap();
    let mut work = Workload {
        disk: &disk,
        random: &mut random,
        model: &mut model,
        compacts: false,
        truncates: false,
    };
    work.run(broker, 120).unwrap();
    let broker = open(&disk, open_max(seed)).unwrap();
    if seed.is_multiple_of(2) {
        broker.opened.store.flush().unwrap();
    }
    let logs = broker.opened.logs.iter();
    let content = logs
        .map(|log| (log.id().to_string(), read_all(log).unwrap()))
        .collect();
    drop(broker);
    disk.crash(Crash::Process);
    (disk, content)
}

/// What became of the damage.
#[derive(Debug, PartialEq)]
enum Outcome {
    Noticed,
    Harmless,
}

fn outcome(disk: &SimDisk, expected: &[Content]) -> Outcome {
    let Ok(broker) = open(disk, 3) else {
        return Outcome::Noticed;
    };
    let report = &broker.opened.report;
    let found = !report.damaged.is_empty()
        || !report.missing.is_empty()
        || !report.journal_damage.is_empty();
    if found || report.checkpoint_lost || !report.strays.is_empty() {
        return Outcome::Noticed;
    }
    let mut noticed = false;
    for (name, content) in expected {
        let log = broker
            .opened
            .logs
            .iter()
            .find(|log| log.id().to_string() == *name);
        let Some(log) = log else {
            // The metadata makes an empty partition again.
            assert!(content.is_empty(), "{name} is silently gone");
            continue;
        };
        match read_all(log) {
            Ok(found) => assert_eq!(found, *content, "{name} silently holds something else"),
            Err(_) => noticed = true,
        }
        noticed |= log.verify().is_err();
    }
    if noticed {
        Outcome::Noticed
    } else {
        Outcome::Harmless
    }
}

fn files(disk: &SimDisk, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = disk.files();
    files.retain(|path| {
        let name = path.to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    });
    files
}

/// Damages files of many disks; returns how often it was noticed.
fn damage(endings: &[&str], seeds: u64, change: fn(&mut Vec<u8>, &mut Random)) -> u64 {
    let mut noticed = 0;
    for seed in 0..seeds {
        let (disk, expected) = lived(seed);
        let mut random = Random::new(seed);
        let candidates = files(&disk, endings);
        let count = u64::try_from(candidates.len()).unwrap();
        let Some(path) = candidates.get(usize::try_from(random.below(count)).unwrap()) else {
            continue;
        };
        let before = disk.content(path).unwrap();
        disk.damage(path, |content| change(content, &mut random))
            .unwrap();
        if disk.content(path).unwrap() == before {
            continue;
        }
        let result = std::panic::catch_unwind(|| outcome(&disk, &expected));
        match result {
            Ok(Outcome::Noticed) => noticed += 1,
            Ok(Outcome::Harmless) => {}
            Err(panic) => {
                eprintln!("seed {seed}, {}", path.display());
                std::panic::resume_unwind(panic)
            }
        }
    }
    noticed
}

#[expect(clippy::ptr_arg, reason = "cuts need the vector")]
fn flip(content: &mut Vec<u8>, random: &mut Random) {
    let bits = u64::try_from(content.len()).unwrap() * 8;
    if bits > 0 {
        let bit = usize::try_from(random.below(bits)).unwrap();
        content[bit / 8] ^= 1 << (bit % 8);
    }
}

fn cut(content: &mut Vec<u8>, random: &mut Random) {
    let length = u64::try_from(content.len()).unwrap();
    content.truncate(usize::try_from(random.below(length)).unwrap());
}

#[test]
fn flipped_bits_in_segments_never_give_wrong_records() {
    assert!(damage(&[".log"], 80, flip) > 12);
}

#[test]
fn flipped_bits_in_indexes_never_give_wrong_records() {
    assert!(damage(&[".index", ".timeindex"], 80, flip) > 12);
}

#[test]
fn flipped_bits_in_the_journal_never_give_wrong_records() {
    assert!(damage(&[".journal"], 80, flip) > 0);
}

#[test]
fn flipped_bits_in_small_files_never_give_wrong_records() {
    let small = [
        ".snapshot",
        "-checkpoint",
        "partition.metadata",
        ".properties",
        "incarnation",
    ];
    damage(&small, 80, flip);
}

#[test]
fn cut_segments_are_noticed_or_made_whole_from_the_journal() {
    assert!(damage(&[".log"], 80, cut) > 12);
}

#[test]
fn cut_indexes_never_give_wrong_records() {
    damage(&[".index", ".timeindex"], 80, cut);
}
