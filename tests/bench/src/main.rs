//! Measures Kavka beside Apache Kafka on one machine: what a broker's work costs, how soon it
//! answers, what it holds in memory. `make bench` builds what is measured (release, with LTO).
//!
//! A missed goal fails nothing, since another machine is another figure; a figure that cannot be
//! measured does.
#![forbid(unsafe_code)]

mod bench;
mod client;
mod cores;
mod load;
mod machine;
mod memory;
mod plan;
mod report;
mod rows;
mod samples;
mod scenario;
mod server;
mod table;
mod usage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use kavka_test_harness::binary;

use bench::Bench;
use cores::Cores;
use machine::{Machine, load_average};
use plan::Plan;
use rows::ROWS;
use samples::Samples;
use server::{Durability, Kind, System};

/// musl's own allocator would make the generator the slower side.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Kavka beside Apache Kafka and prints a table.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of a command line")]
struct Options {
    /// Fewer and shorter rounds: for development, not for the record.
    #[arg(long)]
    quick: bool,
    /// Only rows whose names begin so, such as `produce,latency.p99`; --list shows all names.
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    rows: Vec<String>,
    /// Show the names of all rows and end.
    #[arg(long)]
    list: bool,
    /// How many rounds, instead of the plan's.
    #[arg(long, value_name = "COUNT")]
    rounds: Option<usize>,
    /// Compare with another build of kavka-broker instead of Apache Kafka.
    #[arg(long, value_name = "PROGRAM")]
    against: Option<PathBuf>,
    /// Measure Kavka alone.
    #[arg(long, conflicts_with = "against")]
    alone: bool,
    /// Keep the table in docs/benchmarks.md.
    #[arg(long)]
    write: bool,
    /// No round begins that would end later.
    #[arg(long, value_name = "MINUTES", default_value_t = 28)]
    within: u64,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<ExitCode> {
    if options.list {
        for row in ROWS {
            println!("{:20} {} ({})", row.id, row.title, row.unit);
        }
        return Ok(ExitCode::SUCCESS);
    }
    for start in &options.rows {
        let known = ROWS.iter().any(|row| row.id.starts_with(start.as_str()));
        ensure!(
            known,
            "no row's name begins with {start}: --list shows all names"
        );
    }
    let target = target_folder()?;
    // On the disk of the build, not in /tmp: that may be memory.
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&target)?;
    allow_many_files()?;
    let load_before = load_average();
    let mut bench = Bench {
        systems: systems(options)?,
        cores: Cores::divide()?,
        plan: plan(options),
        samples: Samples::default(),
        chosen: options.rows.clone(),
        folder: folder.path().to_owned(),
        begun: Instant::now(),
        within: Duration::from_mins(options.within),
    };
    bench.run();
    let machine = Machine::look(folder.path());
    let mode = if options.quick {
        "quick mode, not for the record"
    } else {
        "full"
    };
    let report = report::report(&bench, &machine, &load_before, mode);
    println!("{report}");
    if options.write {
        report::keep(&report, &root().join("docs/benchmarks.md"))?;
    }
    Ok(verdict(&bench))
}

fn plan(options: &Options) -> Plan {
    let plan = if options.quick {
        Plan::quick()
    } else {
        Plan::full()
    };
    match options.rounds {
        Some(rounds) => Plan {
            rounds,
            long_rounds: rounds,
            longest_rounds: rounds,
            ..plan
        },
        None => plan,
    }
}

/// Success when every figure that was asked for is there.
fn verdict(bench: &Bench) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for row in ROWS {
        for (column, system) in bench.systems.iter().enumerate() {
            let missing = bench.expects(row.id, column)
                && (bench.samples.count(row.id, column) == 0
                    || bench.samples.failure(row.id, column).is_some());
            if missing {
                let reason = bench.samples.failure(row.id, column);
                let reason = reason.unwrap_or("not reached");
                eprintln!("{}, {}: {reason}", row.id, system.title);
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

/// The table's columns.
fn systems(options: &Options) -> Result<Vec<System>> {
    let rules = [
        (Durability::Replicas, "replicas"),
        (Durability::Disk, "disk"),
    ];
    let program = binary("kavka-broker")?;
    let mut systems = Vec::new();
    match &options.against {
        None if options.alone => {}
        None => systems.push(System {
            title: format!("Kafka {}", kavka_test_compat::KAFKA_VERSION),
            kind: Kind::Kafka,
            rival: None,
        }),
        Some(other) => {
            let other = other
                .canonicalize()
                .with_context(|| other.display().to_string())?;
            systems.extend(rules.map(|(durability, rule)| System {
                title: format!("other build, {rule}"),
                kind: Kind::Kavka(other.clone(), durability),
                rival: None,
            }));
        }
    }
    let rivals = systems.len();
    for (number, (durability, rule)) in rules.into_iter().enumerate() {
        systems.push(System {
            title: format!("Kavka, {rule}"),
            kind: Kind::Kavka(program.clone(), durability),
            rival: rivals.checked_sub(1).map(|last| number.min(last)),
        });
    }
    Ok(systems)
}

/// Brokers with ten thousand partitions keep many files open; they inherit what is allowed here.
fn allow_many_files() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).context("raising the limit of open files")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where this build lies.
fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    // <target>/<triple>/<profile>/<program>
    let target = program.ancestors().nth(3).context("the target folder")?;
    Ok(target.to_owned())
}
