//! A transaction over several partitions has one outcome, wherever the power goes.

use super::seeds;
use crate::coordinated::{Report, run};

#[test]
fn a_transaction_over_several_partitions_has_one_outcome_in_all_of_them() {
    for seed in seeds(0..300) {
        if let Err(reason) = run(seed, Report::Synced) {
            panic!("seed {seed}: {reason}");
        }
    }
}

/// A simulation that cannot fail would prove nothing.
#[test]
fn a_coordinator_that_believes_in_unsynced_writes_is_found_out() {
    assert!((0..300).any(|seed| run(seed, Report::Written).is_err()));
}
