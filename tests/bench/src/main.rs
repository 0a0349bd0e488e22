//! The broker's figures that a user feels first: how soon it serves, what it costs while nothing
//! happens, how large its image is. `make bench` builds what it measures (release, with LTO).
//!
//! The figures are printed beside their goals; a missed goal fails nothing, since another
//! machine's disk is another figure.
#![forbid(unsafe_code)]

mod broker;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{env, fs, thread};

use anyhow::{Context, Result, ensure};

use broker::Broker;

/// How often the broker is started; the figure is the median.
const STARTS: usize = 15;
/// How long it stands idle before its memory is read.
const IDLE: Duration = Duration::from_secs(5);

const START_MS_MAX: f64 = 100.0;
const IDLE_MIB_MAX: f64 = 30.0;
const IMAGE_MIB_MAX: f64 = 25.0;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let program = target.join("x86_64-unknown-linux-musl/release/kavka-broker");
    ensure!(
        program.exists(),
        "{} is missing; run: cargo build --release -p kavka-broker",
        program.display()
    );

    // On the disk of the build, not in /tmp: that may be memory.
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&target)?;
    let mut starts_ms = Vec::new();
    for run in 0..STARTS {
        let data = folder.path().join(run.to_string());
        let broker = Broker::start(&program, &data)?;
        starts_ms.push(broker.served_after.as_secs_f64() * 1000.0);
    }
    starts_ms.sort_by(f64::total_cmp);

    let broker = Broker::start(&program, &folder.path().join("idle"))?;
    thread::sleep(IDLE);
    let idle_mib = broker.resident_mib()?;
    drop(broker);

    let image_mib = image_mib(&root, &target)?;

    println!("| figure | measured | goal |");
    println!("| --- | --- | --- |");
    let (low, median, high) = spread(&starts_ms);
    let detail = format!("{median:.1} ms (median of {STARTS}; {low:.1} to {high:.1})");
    row(
        "start to first answered Metadata, empty disk",
        &detail,
        median,
        START_MS_MAX,
        "ms",
    );
    row(
        "idle memory (RSS)",
        &format!("{idle_mib:.1} MiB"),
        idle_mib,
        IDLE_MIB_MAX,
        "MiB",
    );
    row(
        "broker image",
        &format!("{image_mib:.1} MiB"),
        image_mib,
        IMAGE_MIB_MAX,
        "MiB",
    );
    Ok(())
}

fn row(figure: &str, measured: &str, value: f64, most: f64, unit: &str) {
    let verdict = if value <= most { "met" } else { "MISSED" };
    println!("| {figure} | {measured} | ≤ {most:.0} {unit}: {verdict} |");
}

/// Least, median and most of sorted values.
fn spread(sorted: &[f64]) -> (f64, f64, f64) {
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    (
        at(0),
        at(sorted.len() / 2),
        at(sorted.len().saturating_sub(1)),
    )
}

/// The size of the broker's image with the release binary.
fn image_mib(root: &Path, target: &Path) -> Result<f64> {
    let mut build = Command::new(root.join(".ci/images/build"));
    let output = build
        .args(["release", "broker"])
        .output()
        .context("cannot build the image")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "the image cannot be built: {said}");
    let image = target.join("images-release/broker.tar");
    let bytes = fs::metadata(&image)
        .with_context(|| image.display().to_string())?
        .len();
    #[expect(
        clippy::cast_precision_loss,
        reason = "an image is smaller than 2^53 bytes"
    )]
    let mib = bytes as f64 / f64::from(1 << 20);
    Ok(mib)
}
