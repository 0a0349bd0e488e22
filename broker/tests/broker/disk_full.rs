//! A full disk is an error that clients retry, and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kavka_protocol::ErrorCode;

use crate::client::batch_of;
use crate::harness::{BrokerProcess, command};

/// Room for the journal and some segments.
const DISK: &str = "256m";

/// The broker's command in a mount namespace of its own, where `folder` is a small disk.
fn on_small_disk(folder: &Path) -> Command {
    let broker = command(folder, &[("log.retention.check.interval.ms", "500")]);
    let mut wrapped = Command::new("unshare");
    let script = format!("mount -t tmpfs -o size={DISK} tmpfs \"$0\" && exec \"$@\"");
    wrapped.args(["-Urm", "sh", "-c", &script]).arg(folder);
    wrapped.arg(broker.get_program()).args(broker.get_args());
    wrapped
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    wrapped
}

/// Some machines let nobody mount anything.
fn namespaces_are_allowed(folder: &Path) -> bool {
    Command::new("unshare")
        .args(["-Urm", "mount", "-t", "tmpfs", "tmpfs"])
        .arg(folder)
        .status()
        .is_ok_and(|status| status.success())
}

/// The small disk's folder as seen from outside of the namespace.
fn seen_from_outside(broker: &BrokerProcess, folder: &Path) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root{}", broker.pid(), folder.display()))
}

fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    let chunk = vec![7; 64 * 1024];
    while std::io::Write::write_all(&mut file, &chunk).is_ok() {}
}

#[test]
fn a_full_disk_is_told_to_producers_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    if !namespaces_are_allowed(folder.path()) {
        eprintln!("skipped: no mount namespaces here");
        return;
    }
    let broker = BrokerProcess::spawn(&mut on_small_disk(folder.path()));
    let mut client = broker.client();
    client.create_topic("t", 1, &[]);
    client.produce_values("t", 0, &["before"]);
    let filler = seen_from_outside(&broker, folder.path()).join("filler");
    fill(&filler);

    let value = "x".repeat(500_000);
    let mut written = vec!["before".to_owned()];
    let refused = (0..1000).any(|_| {
        let response = client.produce("t", 0, -1, batch_of(&[&value]));
        if response.error_code == 0 {
            written.push(value.clone());
            return false;
        }
        let code = ErrorCode::from_code(response.error_code);
        assert_eq!(
            code,
            ErrorCode::KafkaStorageError,
            "{:?}",
            response.error_message
        );
        assert!(code.is_retriable());
        true
    });
    assert!(refused, "the disk never filled up");
    assert_eq!(
        client.fetch_values("t", 0),
        written,
        "reads go on, and hold what was acknowledged"
    );

    std::fs::remove_file(&filler).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while client.produce("t", 0, -1, batch_of(&["after"])).error_code != 0 {
        assert!(Instant::now() < deadline, "it should recover by itself");
        std::thread::sleep(Duration::from_millis(100));
    }
    written.push("after".to_owned());
    assert_eq!(client.fetch_values("t", 0), written);
}
