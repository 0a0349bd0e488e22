//! The end-to-end test: from `helm install` and `kubectl apply` on a three-node kind cluster to
//! the last record, read back by a client outside of it.
//!
//! ```sh
//! make e2e                                  # or, with the images built:
//! cargo run -p kavka-test-e2e
//! ```
//!
//! `KAVKA_E2E_REUSE=1` uses a cluster that is there; `KAVKA_E2E_KEEP=1` leaves it there at the end.
//! When a step fails, objects, events and logs are kept in a folder whose path is printed.
#![forbid(unsafe_code)]

mod command;
mod diagnostics;
mod kcat;
mod kind;
mod kubectl;
mod scenario;
mod steps;
mod tally;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

use kind::Kind;
use kubectl::Kubectl;
use scenario::{Stage, examples, install, lines, refusals, removal, web};
use steps::Steps;

/// kind's name for the cluster.
const CLUSTER: &str = "kavka-e2e";

fn main() -> ExitCode {
    let mut steps = Steps::new();
    let result = test(&mut steps);
    steps.summary();
    match result {
        Ok(()) => {
            println!("\ne2e: everything holds");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\ne2e: FAILED: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn test(steps: &mut Steps) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);

    let kind = steps.step("a kind cluster of three nodes runs", || {
        Kind::up(&root, CLUSTER)
    })?;
    let kubectl = Kubectl::of(&kind);
    let stage = Stage {
        root,
        kind,
        kubectl,
    };
    if kind::is_reused() {
        steps.step("what an earlier run left is gone", || {
            removal::leftovers(&stage)
        })?;
    }
    let result = on_cluster(steps, &stage, &target);
    if result.is_err() {
        let folder = target.join("e2e-failure");
        match diagnostics::collect(&stage.kubectl, &folder) {
            Ok(folder) => eprintln!("objects, events and logs are in {}", folder.display()),
            Err(error) => eprintln!("no diagnostics: {error:#}"),
        }
    }
    if env::var_os("KAVKA_E2E_KEEP").is_none() {
        steps.step("the kind cluster is deleted", || stage.kind.down())?;
    }
    result
}

/// What is shown, in the order in which a user would meet it.
fn on_cluster(steps: &mut Steps, stage: &Stage, target: &Path) -> Result<()> {
    let images = target.join("images");
    steps.step("the images are on the nodes", || {
        stage.kind.load_images(&images)
    })?;
    steps.step(
        "helm installs the operator under the restricted level",
        || {
            install::namespaces(stage)?;
            install::misspelt(stage)?;
            install::install(stage)
        },
    )?;
    steps.step("kubectl apply -f examples/ gets ready", || {
        examples::apply(stage)
    })?;
    steps.step("a pod of the kavka image produces and consumes", || {
        examples::produce_and_consume(stage)
    })?;
    steps.step("a cluster with an outside listener gets ready", || {
        web::apply(stage)
    })?;
    steps.step("posts from outside are read back through kcat", || {
        web::post(stage)
    })?;
    steps.step("a collector of node logs runs on every node", || {
        lines::collect(stage)
    })?;
    steps.step(
        "nine pods write for a minute; collector and broker are killed",
        || lines::write_and_kill(stage),
    )?;
    steps.step("every line is read back in order through kcat", || {
        lines::read_back(stage)
    })?;
    steps.step("the kubelet rotated the logs meanwhile", || {
        lines::rotated(stage)?;
        lines::stop_writers(stage)
    })?;
    steps.step("kubectl get shows what is ready and why not", || {
        refusals::columns(stage)
    })?;
    steps.step(
        "a pipeline with a type error is refused and changes no pod",
        || refusals::broken_pipeline(stage),
    )?;
    steps.step("fewer partitions are refused, more are made", || {
        refusals::fewer_partitions(stage)?;
        refusals::more_partitions(stage)
    })?;
    steps.step(
        "a cluster goes before its topics and comes back with its data",
        || removal::cluster_first(stage),
    )?;
    steps.step(
        "a topic goes with its manifest, a retained one stays",
        || removal::topic(stage),
    )?;
    steps.step(
        "the operator goes first, its clusters stay and are found again",
        || removal::operator_first(stage),
    )?;
    steps.step("namespaces and CRDs go without an operator", || {
        removal::namespaces(stage)
    })
}
