//! The size of the broker's image with the release build.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::bench::{Bench, Run};
use crate::target_folder;
use crate::usage::as_f64;

pub(super) fn run(bench: &mut Bench, run: &Run<'_>) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(root.join(".ci/images/build"))
        .args(["release", "broker"])
        // Where this program's build lies, which need not be the default.
        .env("CARGO_TARGET_DIR", target_folder()?)
        .output()
        .context("cannot build the image")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "the image cannot be built: {said}");
    let image = target_folder()?.join("images-release/broker.tar");
    let bytes = fs::metadata(&image)
        .with_context(|| image.display().to_string())?
        .len();
    let mib = as_f64(bytes) / f64::from(1 << 20);
    bench.samples.add("image", run.column, mib);
    Ok(())
}
