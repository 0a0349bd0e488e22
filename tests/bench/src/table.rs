//! The Markdown table: medians, their spread, ratios, and whether the goals are met.

use std::fmt::Write as _;

use crate::bench::Bench;
use crate::rows::{ROWS, Row};
use crate::samples::{Spread, rounded};
use crate::server::{Durability, Kind};

/// The table of everything that was chosen.
pub(crate) fn markdown(bench: &Bench) -> String {
    let mut text = String::from("| measure |");
    for system in &bench.systems {
        push(&mut text, &system.title);
    }
    for (column, rival) in rivalries(bench) {
        push(&mut text, &format!("{rival} ÷ {column}"));
    }
    text.push_str(" goal | |\n|");
    let columns = 3 + bench.systems.len() + rivalries(bench).count();
    text.push_str(&" --- |".repeat(columns));
    text.push('\n');
    for row in ROWS.iter().filter(|row| bench.wants(row.id)) {
        text.push_str(&line(bench, row));
    }
    text
}

fn push(text: &mut String, cell: &str) {
    // Writing to a string cannot fail.
    let _ = write!(text, " {cell} |");
}

/// Titles of the columns that are compared, and of what with.
fn rivalries(bench: &Bench) -> impl Iterator<Item = (&str, &str)> {
    bench.systems.iter().filter_map(|system| {
        let rival = bench.systems.get(system.rival?)?;
        Some((system.title.as_str(), rival.title.as_str()))
    })
}

fn line(bench: &Bench, row: &Row) -> String {
    let mut text = format!("| {} ({}) |", row.title, row.unit);
    for column in 0..bench.systems.len() {
        push(&mut text, &cell(bench, row, column));
    }
    for (column, system) in bench.systems.iter().enumerate() {
        let Some(rival) = system.rival else { continue };
        let ratio = match (median(bench, row, rival), median(bench, row, column)) {
            (Some(theirs), Some(ours)) if ours > 0.0 => format!("{}×", rounded(theirs / ours)),
            _ => "–".to_owned(),
        };
        push(&mut text, &ratio);
    }
    let (goal, verdict) = verdict(bench, row);
    push(&mut text, &goal);
    push(&mut text, verdict);
    text.push('\n');
    text
}

fn cell(bench: &Bench, row: &Row, column: usize) -> String {
    if let Some(reason) = bench.samples.failure(row.id, column) {
        let reason: String = reason.replace(['|', '\n'], " ").chars().take(200).collect();
        return format!("failed: {reason}");
    }
    match bench.samples.spread(row.id, column) {
        None if bench.expects(row.id, column) => "not measured".to_owned(),
        None => "–".to_owned(),
        Some(spread) => with_range(&spread, bench.samples.count(row.id, column)),
    }
}

fn with_range(spread: &Spread, count: usize) -> String {
    let median = rounded(spread.median);
    if count == 1 {
        return median;
    }
    let (least, most) = (rounded(spread.least), rounded(spread.most));
    format!("{median} ({least}–{most}; {count})")
}

fn median(bench: &Bench, row: &Row, column: usize) -> Option<f64> {
    Some(bench.samples.spread(row.id, column)?.median)
}

/// The goals in words, and whether all of those that could be looked at are met.
fn verdict(bench: &Bench, row: &Row) -> (String, &'static str) {
    let goal = &row.goal;
    let sign = if goal.more_is_better { "≥" } else { "≤" };
    let (mut words, mut met) = (Vec::new(), Vec::new());
    let holds = |value: f64, bound: f64| {
        if goal.more_is_better {
            value >= bound
        } else {
            value <= bound
        }
    };
    let kafka = bench
        .systems
        .iter()
        .position(|system| system.kind == Kind::Kafka);
    let column_of = |rule| {
        let is_this =
            |kind: &Kind| matches!(kind, Kind::Kavka(_, durability) if *durability == rule);
        let place = bench
            .systems
            .iter()
            .rposition(|system| is_this(&system.kind))?;
        median(bench, row, place)
    };
    for rule in [Durability::Replicas, Durability::Disk] {
        let Some(bound) = goal.bound(rule) else {
            continue;
        };
        let words_of = match rule {
            _ if goal.replicas == goal.disk => format!("{sign} {bound}"),
            Durability::Replicas => format!("{sign} {bound}"),
            Durability::Disk => format!("disk {sign} {bound}"),
        };
        if !words.contains(&words_of) {
            words.push(words_of);
        }
        met.extend(column_of(rule).map(|value| holds(value, bound)));
    }
    let replicas = column_of(Durability::Replicas);
    if let Some(part) = goal.of_kafka {
        words.push(format!("≤ 1/{} of Kafka", rounded_inverse(part)));
        let theirs = kafka.and_then(|kafka| median(bench, row, kafka));
        met.extend(
            replicas
                .zip(theirs)
                .map(|(ours, theirs)| ours <= theirs * part),
        );
    }
    if let Some(factor) = goal.disk_of_replicas {
        words.push(format!("disk ≤ {factor}× replicas"));
        let disk = column_of(Durability::Disk);
        met.extend(
            replicas
                .zip(disk)
                .map(|(replicas, disk)| disk <= replicas * factor),
        );
    }
    let verdict = match () {
        () if met.is_empty() => "",
        () if met.iter().all(|met| *met) => "met",
        () => "**missed**",
    };
    (words.join("; "), verdict)
}

fn rounded_inverse(part: f64) -> String {
    format!("{:.0}", 1.0 / part)
}
