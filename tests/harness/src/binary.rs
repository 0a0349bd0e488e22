//! Finds the programs under test.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context as _, Result, ensure};

/// Programs that this process has had built.
static BUILT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The path of a program of this workspace, such as `binary("kavka-broker", "kavka-broker")`.
/// It is built unless the environment names it: `KAVKA_BROKER_BIN` for `kavka-broker`.
pub fn binary(package: &str, name: &str) -> Result<PathBuf> {
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
    let mut built = BUILT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if !built.iter().any(|one| one == name) {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "-q", "-p", package, "--bin", name])
            .status()
            .context("cargo does not run")?;
        ensure!(status.success(), "building {name} failed");
        built.push(name.to_owned());
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
    ensure!(path.is_file(), "{} was not built", path.display());
    Ok(path)
}
