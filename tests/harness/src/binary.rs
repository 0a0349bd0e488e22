//! Finds the programs under test.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

/// The path of a program of this workspace, such as `binary("kavka-broker")`. `make test` builds
/// all of them beside the tests: a build from here would be another variant of every dependency.
/// The environment may name another one: `KAVKA_BROKER_BIN` for `kavka-broker`.
pub fn binary(name: &str) -> Result<PathBuf> {
    let variable = format!("{}_BIN", name.to_uppercase().replace('-', "_"));
    if let Some(path) = env::var_os(&variable) {
        let path = PathBuf::from(path);
        ensure!(
            path.is_file(),
            "{variable} is {}: there is no such file",
            path.display()
        );
        return Ok(path);
    }
    // A test lies in <target>/debug/deps, a program in <target>/debug.
    let test = env::current_exe().context("this test's own path")?;
    let deps = test.parent().context("a test lies in a folder")?;
    let folder = if deps.ends_with("deps") {
        deps.parent().unwrap_or(deps)
    } else {
        deps
    };
    let path = folder.join(name);
    ensure!(
        path.is_file(),
        "{} is missing: run `cargo build --workspace`",
        path.display()
    );
    Ok(path)
}
