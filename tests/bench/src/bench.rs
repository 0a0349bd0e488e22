//! Runs what was chosen on every system in turn, round by round.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::cores::Cores;
use crate::plan::Plan;
use crate::rows::ROWS;
use crate::samples::Samples;
use crate::scenario::{SCENARIOS, Scenario};
use crate::server::System;

/// A run of the benchmark.
pub(crate) struct Bench {
    pub(crate) systems: Vec<System>,
    pub(crate) cores: Cores,
    pub(crate) plan: Plan,
    pub(crate) samples: Samples,
    /// Beginnings of the ids of rows; none stands for all.
    pub(crate) chosen: Vec<String>,
    /// On the disk that brokers write to.
    pub(crate) folder: PathBuf,
    pub(crate) begun: Instant,
    /// No further round begins that would end later.
    pub(crate) within: Duration,
}

impl Bench {
    /// Whether a row was asked for.
    pub(crate) fn wants(&self, id: &str) -> bool {
        self.chosen.is_empty() || self.chosen.iter().any(|start| id.starts_with(start))
    }

    /// Whether any of a scenario's rows was asked for.
    fn wants_any(&self, scenario: &Scenario) -> bool {
        scenario.rows.iter().any(|id| self.wants(id))
    }

    /// Whether a scenario measures a row in a column.
    pub(crate) fn expects(&self, id: &str, column: usize) -> bool {
        self.wants(id)
            && SCENARIOS.iter().any(|scenario| {
                scenario.rows.contains(&id)
                    && self
                        .systems
                        .get(column)
                        .is_some_and(|system| (scenario.runs_on)(system))
            })
    }

    /// Measures everything that was chosen.
    pub(crate) fn run(&mut self) {
        for scenario in SCENARIOS {
            if !self.wants_any(scenario) {
                continue;
            }
            let rounds = (scenario.rounds)(&self.plan);
            let mut longest = Duration::ZERO;
            for round in 0..rounds {
                let is_late = self.begun.elapsed() + longest > self.within;
                if round > 0 && is_late {
                    eprintln!("{}: no time for further rounds", scenario.name);
                    break;
                }
                let begun = Instant::now();
                self.round(scenario, round);
                longest = longest.max(begun.elapsed());
            }
        }
    }

    /// Every system once.
    fn round(&mut self, scenario: &Scenario, round: usize) {
        for column in 0..self.systems.len() {
            let Some(system) = self.systems.get(column).cloned() else {
                continue;
            };
            if !(scenario.runs_on)(&system) {
                continue;
            }
            let begun = Instant::now();
            eprintln!("{}, round {}, {}", scenario.name, round + 1, system.title);
            let folder = self
                .folder
                .join(format!("{}-{round}-{column}", scenario.name));
            let run = Run {
                column,
                system: &system,
                folder: folder.clone(),
                is_first: round == 0,
            };
            if let Err(error) = (scenario.run)(self, &run) {
                let reason = format!("{error:#}");
                eprintln!("  failed: {reason}");
                for row in ROWS.iter().filter(|row| scenario.rows.contains(&row.id)) {
                    if self.wants(row.id) && self.samples.count(row.id, column) <= round {
                        self.samples.fail(row.id, column, &reason);
                    }
                }
            }
            let removed = fs::remove_dir_all(&folder).context("removing a broker's data");
            if let Err(error) = removed
                && folder.exists()
            {
                eprintln!("  {error:#}");
            }
            eprintln!("  took {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
}

/// One scenario on one system in one round.
pub(crate) struct Run<'a> {
    pub(crate) column: usize,
    pub(crate) system: &'a System,
    /// For the broker's data.
    pub(crate) folder: PathBuf,
    /// Whether it is the first round.
    pub(crate) is_first: bool,
}
