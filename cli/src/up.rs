//! `kavka up`: the manifests of Kubernetes, reconciled on this machine by one process.
//!
//! Read the files → parse everything strictly → plan (pure) → apply → tell what changed; then
//! watch the files and do it again.

mod applied;
mod broker;
mod desired;
mod files;
mod machine;
mod observe;
mod pipelines;
mod plan;
mod ports;
mod summary;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::terminal::say;
use crate::up::desired::Desired;
use crate::up::files::{ManifestFiles, Watch};
use crate::up::machine::Machine;

const EXAMPLES: &str = "\
Examples:
  kavka up -f examples/quickstart.yaml
  kavka up -f cluster.yaml topics/ pipelines/ --data /var/lib/kavka
  kavka up -f demo.yaml --bind 0.0.0.0 --port 19092 --http-port 18080";

/// How often the machine is compared with the manifests though no file has changed: what failed is
/// tried again, what somebody else has changed is changed back.
const RECONCILE_INTERVAL: Duration = Duration::from_secs(5);

/// The options.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpOptions {
    /// Manifest files; a folder stands for its *.yaml and *.yml files.
    #[arg(short = 'f', long = "file", required = true, num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where the data live.
    #[arg(long, default_value = "./kavka-data", value_name = "FOLDER")]
    data: PathBuf,
    /// The address to listen on; 0.0.0.0 opens it to other machines.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    bind: IpAddr,
    /// The broker's port.
    #[arg(long, default_value_t = 9092)]
    port: u16,
    /// The port of the broker's /healthz, /readyz and /metrics.
    #[arg(long, default_value_t = 8080)]
    http_port: u16,
    /// The host that clients are told to connect to; the bound address unless told otherwise.
    #[arg(long, value_name = "HOST")]
    advertised_host: Option<String>,
}

/// Runs until the interrupt; then drains the pipelines and stops the broker.
pub(crate) async fn run(options: UpOptions, interrupt: CancellationToken) -> Result<(), Failure> {
    let files = ManifestFiles::new(options.files.clone());
    let texts = files.read()?;
    let desired = Desired::parse(&texts).map_err(|errors| Failure::list("manifests", errors))?;
    let mut machine = Machine::new(options);
    machine.claim(&desired)?;
    machine.start_broker(&desired)?;
    let problems = machine.reconcile(&desired).await;
    machine.report(&problems);
    say!("{}", machine.summary(&desired, &texts));
    follow(&mut machine, Watch::new(files, texts), desired, &interrupt).await;
    say!("Stopping: the pipelines deliver what they hold.");
    machine.stop().await;
    say!("Stopped. The data stay in {}.", machine.data_folder());
    Ok(())
}

/// Applies every edit of the files, and keeps the machine as they say.
async fn follow(
    machine: &mut Machine,
    mut watch: Watch,
    mut desired: Desired,
    interrupt: &CancellationToken,
) {
    let mut is_refused = false;
    loop {
        tokio::select! {
            () = interrupt.cancelled() => return,
            edit = watch.edited() => match edit.and_then(|texts| machine.accept(&texts)) {
                Ok(edited) => {
                    if std::mem::take(&mut is_refused) {
                        say!("The manifests can be applied again.");
                    }
                    desired = edited;
                }
                Err(failure) => {
                    say!("The edit is not applied, everything goes on as before: {failure}");
                    for line in failure.remedies() {
                        say!("  {line}");
                    }
                    is_refused = true;
                    continue;
                }
            },
            () = tokio::time::sleep(RECONCILE_INTERVAL) => {}
        }
        let problems = machine.reconcile(&desired).await;
        machine.report(&problems);
    }
}
