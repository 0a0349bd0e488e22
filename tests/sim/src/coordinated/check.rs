//! Whether each transaction is visible in all of its partitions, or in none.

use std::collections::{BTreeMap, BTreeSet};

use kavka_core::log::Outcome;

use super::shell::Shell;
use super::{Attempt, PARTITIONS, World};
use crate::transactions::consume;

pub(super) fn all(shell: &mut Shell, world: &World) -> Result<(), String> {
    let mut seen: BTreeMap<i32, BTreeSet<u64>> = BTreeMap::new();
    for partition in 0..PARTITIONS {
        let log = shell.logs.get_mut(&partition).unwrap();
        let end = log.end_offset();
        log.settle(end);
        if let Some(open) = log.first_unstable() {
            return Err(format!(
                "partition {partition}: something is open at {open}"
            ));
        }
        let values = consume(log, log.start_offset(), end)?;
        let values: Vec<u64> = values.into_iter().map(|(_, value)| value).collect();
        let set: BTreeSet<u64> = values.iter().copied().collect();
        if set.len() < values.len() {
            return Err(format!("partition {partition}: twice in {values:?}"));
        }
        seen.insert(partition, set);
    }
    let mut known = 0;
    for attempt in &world.attempts {
        known += visible(attempt, &seen)?;
    }
    let all: usize = seen.values().map(BTreeSet::len).sum();
    if known == all {
        Ok(())
    } else {
        Err(format!(
            "{all} values are read as committed, of which {known} were"
        ))
    }
}

/// How many of its values are read as committed.
fn visible(attempt: &Attempt, seen: &BTreeMap<i32, BTreeSet<u64>>) -> Result<usize, String> {
    let there = attempt.written.iter();
    let there = there.filter(|(partition, value)| seen[partition].contains(value));
    let count = there.count();
    let (none, whole) = (count == 0, count == attempt.written.len());
    let sound = match (attempt.asked, attempt.told) {
        (_, Some(Outcome::Commit)) => whole,
        (Some(Outcome::Commit), None) => none || whole,
        _ => none,
    };
    if sound {
        Ok(count)
    } else {
        Err(format!(
            "{attempt:?}: {count} of its values are read as committed"
        ))
    }
}
