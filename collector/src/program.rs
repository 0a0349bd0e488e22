//! The command line, the configuration file, and the signals.

use std::fs;
use std::io::IsTerminal as _;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Parser;
use kavka_collector::{Collector, Environment, Running};
use kavka_pipeline::{PipelineErrors, ValidPipeline, parse_manifest, validate};
use tokio::signal::unix::{SignalKind, signal};

/// Reads events where they arise, transforms them, delivers them.
#[derive(Debug, Parser)]
#[command(name = "kavka-collector", version)]
struct Arguments {
    /// A Pipeline manifest or its bare spec.
    #[arg(
        long,
        env = "KAVKA_CONFIG",
        required_unless_present = "prepare_data_dir"
    )]
    config: Option<PathBuf>,
    /// The folder of checkpoints.
    #[arg(long, env = "KAVKA_DATA_DIR", default_value = "./kavka-collector-data")]
    data_dir: PathBuf,
    /// The brokers for Kafka sinks that name none, host:port joined by commas.
    #[arg(long, alias = "bootstrap-servers", env = "KAVKA_BOOTSTRAP_SERVERS")]
    bootstrap_server: Option<String>,
    /// Where health and metrics are served.
    #[arg(
        long,
        alias = "http",
        env = "KAVKA_HTTP_ADDRESS",
        default_value = "0.0.0.0:8080"
    )]
    http_address: SocketAddr,
    /// Stands in for 0.0.0.0 in the addresses of listening sources.
    #[arg(long, env = "KAVKA_LISTEN_HOST")]
    listen_host: Option<IpAddr>,
    /// Check the configuration and exit.
    #[arg(long)]
    validate: bool,
    /// Make this folder writable for the group, and exit.
    #[arg(long, value_name = "DIR")]
    prepare_data_dir: Option<PathBuf>,
    /// The Kubernetes node that this runs on.
    #[arg(long, env = "NODE_NAME", hide = true)]
    node_name: Option<String>,
    /// The pod that this runs in.
    #[arg(long, env = "POD_NAME", hide = true)]
    pod_name: Option<String>,
    /// The namespace that this runs in.
    #[arg(long, env = "POD_NAMESPACE", hide = true)]
    pod_namespace: Option<String>,
}

/// How often the configuration file is looked at. A ConfigMap is exchanged by a symbolic link, so
/// that its content is compared and not its time.
const CONFIG_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.prepare_data_dir {
        prepare_data_dir(folder)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(config) = arguments.config.clone() else {
        bail!("--config: it is missing")
    };
    let text = read(&config)?;
    let pipeline = match parse(&text) {
        Ok(pipeline) => pipeline,
        Err(errors) => {
            for error in errors.iter() {
                eprintln!("{}: {error}", config.display());
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    if arguments.validate {
        println!("{}: valid", config.display());
        return Ok(ExitCode::SUCCESS);
    }
    start_logging();
    raise_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(run(arguments, config, text, pipeline));
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended.map(|()| ExitCode::SUCCESS)
}

async fn run(
    arguments: Arguments,
    config: PathBuf,
    mut text: String,
    pipeline: ValidPipeline,
) -> anyhow::Result<()> {
    let environment = Environment {
        bootstrap_servers: arguments.bootstrap_server,
        node_name: arguments.node_name,
        pod_name: arguments.pod_name,
        pod_namespace: arguments.pod_namespace,
        http_address: Some(arguments.http_address),
        listen_host: arguments.listen_host,
        ..Environment::new(arguments.data_dir)
    };
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let running = Collector::start(pipeline, environment).await?;
    for (source, address) in running.source_addresses().await {
        tracing::info!(%source, %address, "listening");
    }
    tracing::info!(config = %config.display(), "the pipeline runs");
    let mut ticks = tokio::time::interval(CONFIG_INTERVAL);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = tokio::signal::ctrl_c() => break,
            _ = hang_up.recv() => reload(&running, &config, &mut text, Reload::Always).await,
            _ = ticks.tick() => reload(&running, &config, &mut text, Reload::IfChanged).await,
        }
    }
    tracing::info!("stopping: what is on its way is delivered first");
    running.shutdown().await;
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Reload {
    Always,
    IfChanged,
}

/// Takes a changed configuration over, or says why the old one stays.
async fn reload(running: &Running, config: &Path, text: &mut String, when: Reload) {
    // A file that is missing for a moment is being replaced.
    let Ok(new) = fs::read_to_string(config) else {
        return;
    };
    if when == Reload::IfChanged && new == *text {
        return;
    }
    text.clone_from(&new);
    match parse(&new) {
        Ok(pipeline) => match running.reload(pipeline).await {
            Ok(()) => tracing::info!(config = %config.display(), "the new configuration runs"),
            Err(error) => tracing::error!(
                config = %config.display(),
                "the new configuration is refused, the old one goes on: {error}"
            ),
        },
        Err(errors) => {
            running.note_refused().await;
            for error in errors.iter() {
                tracing::error!(
                    config = %config.display(),
                    "the new configuration is refused, the old one goes on: {error}"
                );
            }
        }
    }
}

fn parse(text: &str) -> Result<ValidPipeline, PipelineErrors> {
    validate(&parse_manifest(text)?.config)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| {
        format!(
            "--config {}: it cannot be read; name a pipeline's file",
            path.display()
        )
    })
}

/// A host path is made by the kubelet for the user 0 alone; the collector comes with the group 0.
fn prepare_data_dir(folder: &Path) -> anyhow::Result<()> {
    let failed = || {
        format!(
            "--prepare-data-dir {}: it cannot be made ready",
            folder.display()
        )
    };
    fs::create_dir_all(folder).with_context(failed)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o770)).with_context(failed)
}

/// Plain text on a terminal, JSON otherwise.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KAVKA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).init();
    } else {
        builder.json().flatten_event(true).with_target(false).init();
    }
}

/// Each followed file is an open one.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}
