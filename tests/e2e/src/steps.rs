//! The steps of the test: each is announced, timed, and listed at the end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What was done so far, and how long it took.
pub(crate) struct Steps {
    started: Instant,
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            done: Vec::new(),
        }
    }

    /// Does one step; `name` says what is true afterwards.
    pub(crate) fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        println!("== {name}");
        let before = Instant::now();
        let result = work().context(name);
        let took = before.elapsed();
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        println!("   {verdict}, {:.1} s", took.as_secs_f64());
        self.done.push((name, took));
        result
    }

    /// Prints the list of steps with their times.
    pub(crate) fn summary(&self) {
        println!("\nHow long each step took:");
        for (name, took) in &self.done {
            println!("{:>8.1} s  {name}", took.as_secs_f64());
        }
        println!("{:>8.1} s  in all", self.started.elapsed().as_secs_f64());
    }
}

/// A detail of the step that is being done.
pub(crate) fn note(text: impl std::fmt::Display) {
    println!("   {text}");
}
