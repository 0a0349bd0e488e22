//! Checks of programs that have no tests of their own to run here.

use std::fs;

use anyhow::{Context as _, Result};
use kavka_test_compat::source;

use crate::results::{Results, Verdict};
use crate::suite::{Choice, Stage};

/// One promise that is put to the test.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Stage) -> Result<()>,
}

/// Runs the chosen ones, one after another, each on a broker and in a folder of its own.
pub(crate) fn run(checks: &[Check], stage: &mut Stage, choice: &Choice) -> Result<Results> {
    let mut results = Results::default();
    let base = stage.work.clone();
    for check in checks.iter().filter(|check| choice.takes(check.name)) {
        stage.work = base.join(check.name);
        stage.start(&[])?;
        let verdict = match (check.run)(stage) {
            Ok(()) => Verdict::Pass,
            Err(error) => {
                eprintln!("   {}: {error:?}; {}", check.name, stage.log_hint());
                Verdict::Fail
            }
        };
        stage.end("broker")?;
        results.insert(check.name, verdict);
    }
    stage.work = base;
    Ok(results)
}

/// Writes a configuration of `tests/compat` into the work folder, with each `@NAME@` filled in.
pub(crate) fn configuration(stage: &Stage, file: &str, values: &[(&str, &str)]) -> Result<String> {
    let path = source(file);
    let mut text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    for (name, value) in values {
        text = text.replace(&format!("@{name}@"), value);
    }
    let name = path.file_name().context("no file's name")?;
    let filled = stage.work.join(name);
    fs::write(&filled, text)?;
    Ok(filled.display().to_string())
}
