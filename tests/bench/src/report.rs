//! What is printed, and kept in docs/benchmarks.md.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use kavka_test_compat::KAFKA_VERSION;

use crate::bench::Bench;
use crate::machine::{Machine, load_average};
use crate::plan::GB;
use crate::server::Kind;
use crate::table;
use crate::usage::as_f64;

/// What lies between these lines of docs/benchmarks.md is written by the benchmark.
const BEGIN: &str = "<!-- begin: written by make bench -->";
const END: &str = "<!-- end: written by make bench -->";

/// The table and how it came about.
pub(crate) fn report(bench: &Bench, machine: &Machine, load_before: &str, mode: &str) -> String {
    let table = table::markdown(bench);
    let plan = &bench.plan;
    let minutes = bench.begun.elapsed().as_secs() / 60;
    format!(
        "{table}\n\
        Measured on {date} in {minutes} minutes ({mode}): {processor}, {cores} cores, \
        {memory} GiB, Linux {kernel}, {file_system}. The broker had one core, what loaded it the \
        others. Load average {load_before} before and {load_after} after.\n\n\
        - Apache Kafka {kafka}: KRaft, broker and controller in one process, 1 GiB heap, G1, \
        {java}. It acknowledges what is in the page cache and never calls fsync by itself (its \
        defaults).\n\
        - Kavka {revision}: *replicas* acknowledges by the same rule; *disk*, its default, after \
        an fdatasync. Both are the {build} build.\n\
        - Figures are medians; in brackets the least, the most and how many. The systems took turns \
        in every round. A GB is 10^9 bytes of record values (of whole batches when consuming), an MB \
        10^6 bytes. Processor time is user and system time of the broker's process from /proc.\n\
        - Clients: 4 connections with 5 requests of one batch under way on each, topics of 6 \
        partitions. Latency counts from when a record was due until a consumer has it. Memory \
        after a volume: {loaded:.0} GB.\n",
        date = machine.date,
        processor = machine.processor,
        cores = machine.cores,
        memory = machine.memory_gib,
        kernel = machine.kernel,
        file_system = machine.file_system,
        load_after = load_average(),
        kafka = KAFKA_VERSION,
        java = machine.java,
        revision = machine.revision,
        build = build(bench),
        loaded = as_f64(plan.loaded) / as_f64(GB),
    )
}

/// The name of the profile that the broker was built with.
fn build(bench: &Bench) -> String {
    let programs = bench
        .systems
        .iter()
        .rev()
        .filter_map(|system| match &system.kind {
            Kind::Kafka => None,
            Kind::Kavka(program, _) => program.parent()?.file_name(),
        });
    let profile = programs
        .map(|name| name.to_string_lossy().into_owned())
        .next();
    profile.unwrap_or_default()
}

/// Replaces the last report in the document.
pub(crate) fn keep(report: &str, document: &Path) -> Result<()> {
    let text = fs::read_to_string(document).with_context(|| document.display().to_string())?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) = parts.with_context(|| {
        let path = document.display();
        format!("{path} has no place for the table: it needs the lines {BEGIN} and {END}")
    })?;
    fs::write(
        document,
        format!("{before}{BEGIN}\n\n{report}\n{END}{after}"),
    )?;
    Ok(())
}
