//! Reading topics back with kcat.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Result, ensure};
use kavka_test_compat::{kcat, run};
use kavka_test_harness::wait_until;

/// How long records may take to arrive.
const PATIENCE: Duration = Duration::from_mins(4);

/// The committed values of a topic, each partition's in its order; empty while it does not exist.
pub(crate) fn values(address: &str, topic: &str) -> Result<Vec<String>> {
    read(address, topic, "%s\\n")
}

/// The same in a format of kcat's.
pub(crate) fn read(address: &str, topic: &str, format: &str) -> Result<Vec<String>> {
    let place = ["-b", address, "-C", "-t", topic, "-o", "beginning"];
    let how = ["-e", "-q", "-f", format];
    let ended = run(kcat(&[&place[..], &how].concat()))?;
    if !ended.status.success() && ended.stderr.contains("Unknown topic") {
        return Ok(Vec::new());
    }
    let printed = ended.expect_success("kcat -C")?;
    Ok(printed.lines().map(str::to_owned).collect())
}

/// Waits until a topic holds `count` different values and returns all that it holds.
pub(crate) fn wait_for(address: &str, topic: &str, count: usize) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    wait_until(&format!("{count} records in {topic}"), PATIENCE, || {
        seen = values(address, topic)?;
        let different: BTreeSet<&String> = seen.iter().collect();
        if different.len() < count {
            // Each look starts a program.
            std::thread::sleep(Duration::from_millis(500));
        }
        Ok(different.len() >= count)
    })
    .map_err(|error| error.context(format!("{} arrived", seen.len())))?;
    Ok(seen)
}

/// `count` numbered lines.
pub(crate) fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("line {number}")).collect()
}

/// That every wanted line is there, and none that is not wanted; how often does not count.
pub(crate) fn at_least_once(seen: &[String], wanted: &[String]) -> Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in seen {
        *counts.entry(line).or_default() += 1;
    }
    let missing: Vec<&String> = wanted
        .iter()
        .filter(|line| counts.remove(line.as_str()).is_none())
        .collect();
    let first = missing.first();
    ensure!(
        missing.is_empty(),
        "{} lost, first {first:?}",
        missing.len()
    );
    let strange = counts.first_key_value();
    ensure!(
        counts.is_empty(),
        "{} strange, first {strange:?}",
        counts.len()
    );
    Ok(())
}

/// That exactly the wanted lines are there, in their order.
pub(crate) fn exactly(seen: &[String], wanted: &[String]) -> Result<()> {
    if let Some((index, (seen, wanted))) = seen
        .iter()
        .zip(wanted)
        .enumerate()
        .find(|(_, (seen, wanted))| seen != wanted)
    {
        anyhow::bail!("record {index} is {seen:?} instead of {wanted:?}");
    }
    let (seen, wanted) = (seen.len(), wanted.len());
    ensure!(seen == wanted, "{seen} records instead of {wanted}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_strange_repeated_and_reordered_lines_are_told_apart() {
        let wanted = numbered(3);
        let mut repeated = wanted.clone();
        repeated.push("line 0".to_owned());
        assert!(at_least_once(&repeated, &wanted).is_ok());
        assert!(exactly(&repeated, &wanted).is_err());
        assert!(exactly(&wanted, &wanted).is_ok());
        let reversed: Vec<String> = wanted.iter().rev().cloned().collect();
        assert!(exactly(&reversed, &wanted).is_err());
        assert!(at_least_once(&wanted[1..], &wanted).is_err());
        assert!(at_least_once(&wanted, &wanted[1..]).is_err());
        assert!(exactly(&wanted[..2], &wanted).is_err());
    }
}
