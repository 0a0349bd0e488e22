//! Apache Kafka's own broker, for comparison.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{java_with, run, source};

/// The version of Apache Kafka that `tests/compat/java/pom.xml` fetches.
pub const KAFKA_VERSION: &str = "4.3.0";

/// What Kafka's own start script gives the virtual machine: 1 GiB of heap, and its choice of
/// collector.
const SERVER_OPTIONS: [&str; 8] = [
    "-Xms1G",
    "-Xmx1G",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-Djava.awt.headless=true",
];

/// Any cluster id will do, as long as it is 16 bytes in base 64.
const CLUSTER_ID: &str = "a2Fma2EtZm9yLWthdmthLQ";

/// Kafka's broker and controller in one process, with its data in `folder`, which is formatted when
/// it is new. Clients connect to `port`.
pub fn kafka_server(folder: &Path, port: u16, controller_port: u16) -> Result<Command> {
    let properties = folder.join("server.properties");
    let path = properties.display().to_string();
    let data = folder.join("data");
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let fixed = fs::read_to_string(source("java/server.properties"))?;
    let text = format!(
        "{fixed}\ncontroller.quorum.voters=1@localhost:{controller_port}\n\
        listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}\n\
        advertised.listeners=PLAINTEXT://127.0.0.1:{port}\nlog.dirs={}\n",
        data.display()
    );
    fs::write(&properties, text)?;
    if !data.exists() {
        let format = ["format", "-t", CLUSTER_ID, "-c", &path];
        let formatting = crate::java("kafka.tools.StorageTool", &format)?;
        run(formatting)?.expect_success("kafka-storage format")?;
    }
    java_with(&SERVER_OPTIONS, "kafka.Kafka", &[&path])
}
