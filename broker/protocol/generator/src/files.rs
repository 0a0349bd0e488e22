//! Brings the written code onto the disk, or compares it with what lies there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use anyhow::{Context as _, Result, bail, ensure};

/// Code and where it belongs below `src`.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) code: String,
}

/// What is done with the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

const HEADER: &str = "// Generated from broker/protocol/messages; do not edit. To make it again:\n\
     // cargo run -p kavka-protocol-generator\n\n";

const AGAIN: &str = "run: cargo run -p kavka-protocol-generator";

pub(crate) fn apply(src: &Path, sources: &[Source], mode: Mode) -> Result<()> {
    let files = formatted(sources)?;
    let mut differing = Vec::new();
    for (path, code) in &files {
        let place = src.join(path);
        if fs::read_to_string(&place).is_ok_and(|found| found == *code) {
            continue;
        }
        if mode == Mode::Write {
            let folder = place.parent().context("a file lies in a folder")?;
            fs::create_dir_all(folder)?;
            fs::write(&place, code).with_context(|| format!("writing {}", place.display()))?;
        }
        differing.push(path.clone());
    }
    for path in left_behind(src, &files)? {
        if mode == Mode::Write {
            fs::remove_file(src.join(&path))?;
        }
        differing.push(path);
    }
    match (mode, differing.as_slice()) {
        (_, []) => println!("{} generated files are as they should be", files.len()),
        (Mode::Write, changed) => println!("wrote {} of {} files", changed.len(), files.len()),
        (Mode::Check, [first, ..]) => bail!(
            "{} generated files differ, {} first: {AGAIN}",
            differing.len(),
            src.join(first).display()
        ),
    }
    Ok(())
}

/// Files of the generated folder that nothing generates any more.
fn left_behind(src: &Path, made: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let folder = src.join("messages");
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let path = format!("messages/{}", entry?.file_name().to_string_lossy());
            if !made.contains_key(&path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// The code as rustfmt writes it: all files in one run, in a folder of their own.
fn formatted(sources: &[Source]) -> Result<BTreeMap<String, String>> {
    let folder = Scratch::new()?;
    let mut paths = Vec::new();
    for source in sources {
        let path = folder.0.join(source.path.replace('/', "+"));
        fs::write(&path, format!("{HEADER}{}", source.code))?;
        paths.push(path);
    }
    let status = Command::new("rustfmt")
        .args([
            "--edition",
            "2024",
            "--config",
            "max_width=100,skip_children=true",
        ])
        .args(&paths)
        .status();
    let Ok(status) = status else {
        bail!("rustfmt does not run; install it: rustup component add rustfmt");
    };
    ensure!(
        status.success(),
        "rustfmt refuses the generated code in {}",
        folder.0.display()
    );
    let mut made = BTreeMap::new();
    for (source, path) in sources.iter().zip(paths) {
        made.insert(source.path.clone(), fs::read_to_string(path)?);
    }
    Ok(made)
}

struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let folder = env::temp_dir().join(format!("kavka-protocol-{}", process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
