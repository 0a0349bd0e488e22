//! The seeds, and what once broke something, in every ordinary run of the tests.

use std::fs;
use std::path::Path;

use crate::Target;

#[test]
fn every_target_takes_its_seeds_and_their_pieces() {
    for target in Target::ALL {
        let seeds = target.seeds();
        assert!(!seeds.is_empty(), "{target:?}");
        for seed in seeds {
            target.run(&seed);
            for cut in [1, seed.len() / 2, seed.len().saturating_sub(1)] {
                target.run(&seed[..cut.min(seed.len())]);
            }
        }
    }
}

#[test]
fn what_once_broke_something_no_longer_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    for target in Target::ALL {
        let Ok(entries) = fs::read_dir(folder.join(target.name())) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            eprintln!("{}", path.display());
            target.run(&fs::read(path).unwrap());
        }
    }
}

#[test]
fn names_lead_back_to_their_targets() {
    for target in Target::ALL {
        assert_eq!(Target::from_name(target.name()), Some(target));
    }
}
