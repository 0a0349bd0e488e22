//! The data folder of a broker, as Apache Kafka's own `kafka-dump-log` reads it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use kavka_test_compat::{java, kcat, python, run, run_with_input};
use kavka_test_harness::{Broker, BrokerSettings};

use crate::compaction::{await_compacted, eager, write};
use crate::{lines, turn};

const DUMP: &str = "org.apache.kafka.tools.DumpLogSegments";

/// The files of a partition whose names end in `ending`, oldest first.
fn files(broker: &Broker, partition: &str, ending: &str) -> Result<Vec<PathBuf>> {
    let folder = broker.data().join("kavka").join(partition);
    let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// What the tool prints of files; it reports what does not fit together.
fn dump(files: &[PathBuf], more: &[&str]) -> Result<String> {
    let names: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let names = names.join(",");
    let printed = run(java(DUMP, &[&["--files", &names], more].concat())?)?.expect_success(DUMP)?;
    for complaint in [
        "Mismatches",
        "Exception",
        "isvalid: false",
        "out of order",
        "not found",
    ] {
        ensure!(!printed.contains(complaint), "{complaint}:\n{printed}");
    }
    Ok(printed)
}

/// Segments with every record, and both indexes of each; what the tool prints of the segments.
fn check(broker: &Broker, partition: &str) -> Result<String> {
    let segments = files(broker, partition, "log")?;
    let printed = dump(&segments, &["--deep-iteration", "--print-data-log"])?;
    for ending in ["index", "timeindex"] {
        let indexes = files(broker, partition, ending)?;
        // The segment that is written to gets its files with their first entries.
        let full = segments.len().saturating_sub(1);
        ensure!(
            (full..=segments.len()).contains(&indexes.len()),
            "an {ending} for each full segment: {indexes:?} of {segments:?}"
        );
        let filled: Vec<PathBuf> = indexes.into_iter().filter(|path| is_filled(path)).collect();
        if !filled.is_empty() {
            dump(&filled, &[])?;
            dump(&filled, &["--index-sanity-check"])?;
        }
    }
    Ok(printed)
}

fn is_filled(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0)
}

fn payloads(printed: &str) -> Vec<&str> {
    printed
        .lines()
        .filter_map(|line| line.split_once("payload: ").map(|(_, payload)| payload))
        .collect()
}

#[test]
fn segments_of_every_codec_and_their_indexes_are_kafkas() -> Result<()> {
    let _turn = turn();
    let mut broker = BrokerSettings::new()
        .set("log.segment.bytes", "1048576")
        .set("log.index.interval.bytes", "1000")
        .start()?;
    let address = broker.address();
    let input = lines(&"x".repeat(150), 8_000);
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let place = ["-b", &address, "-P", "-t", codec, "-p", "0", "-z", codec];
        let how = ["-X", "batch.num.messages=50"];
        run_with_input(kcat(&[&place[..], &how].concat()), &input)?.expect_success("kcat -P")?;
    }
    broker.stop()?;
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let printed = check(&broker, &format!("{codec}-0"))?;
        let expected: Vec<&str> = input.lines().collect();
        ensure!(payloads(&printed) == expected, "{codec}: other records");
        let marked = format!("compresscodec: {codec}");
        ensure!(printed.contains(&marked), "{codec}: {}", printed.len());
    }
    ensure!(
        files(&broker, "none-0", "log")?.len() > 1,
        "several segments"
    );
    Ok(())
}

#[test]
fn segments_with_transactions_are_kafkas() -> Result<()> {
    let _turn = turn();
    let mut broker = Broker::start()?;
    let copy = python("transactions.py", &["copy", &broker.address(), "600"])?;
    run(copy)?.expect_success("transactions.py")?;
    broker.stop()?;
    let printed = check(&broker, "out-0")?;
    for marker in ["endTxnMarker: COMMIT", "endTxnMarker: ABORT"] {
        ensure!(printed.contains(marker), "no {marker}:\n{printed}");
    }
    let aborted = files(&broker, "out-0", "txnindex")?;
    let printed = dump(&aborted, &[])?;
    ensure!(printed.contains("producerId: "), "{printed}");
    Ok(())
}

#[test]
fn compacted_segments_and_their_indexes_are_kafkas() -> Result<()> {
    let _turn = turn();
    let mut broker = eager()?;
    let expected = write(&broker, "t", "zstd")?;
    await_compacted(&broker, "t", &expected)?;
    broker.stop()?;
    let printed = check(&broker, "t-0")?;
    let values = expected.iter().filter_map(|pair| pair.split_once(':'));
    let values: Vec<&str> = values.map(|(_, value)| value).collect();
    ensure!(payloads(&printed) == values, "{printed}");
    Ok(())
}
