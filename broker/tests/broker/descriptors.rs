//! Partitions are many more than files that the system lets a broker have open.

use std::fs;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kavka_protocol::ErrorCode;

use crate::client::{Client, batch_of};
use crate::harness::{BrokerProcess, command};

/// Descriptors that the broker may have, and partitions with records.
const LIMIT: usize = 200;
const PARTITIONS: i32 = 600;

/// A broker that may not raise its limit of open files.
fn start(folder: &std::path::Path) -> BrokerProcess {
    let plain = command(folder, &[]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", &format!("ulimit -n {LIMIT} && exec \"$0\" \"$@\"")])
        .arg(plain.get_program())
        .args(plain.get_args())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    BrokerProcess::spawn(&mut limited)
}

fn produce_everywhere(client: &mut Client, value: &str) {
    for partition in 0..PARTITIONS {
        let response = client.produce("many", partition, -1, batch_of(&[value]));
        let code = ErrorCode::from_code(response.error_code);
        assert_eq!(
            code,
            ErrorCode::None,
            "{partition}: {:?}",
            response.error_message
        );
    }
}

fn check_everywhere(client: &mut Client, expected: &[&str]) {
    for partition in 0..PARTITIONS {
        let values = client.fetch_values("many", partition);
        assert_eq!(values, expected, "{partition}");
    }
}

fn open_files(broker: &BrokerProcess) -> usize {
    let folder = format!("/proc/{}/fd", broker.pid());
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn more_partitions_than_descriptors_take_and_serve_records_and_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let broker = start(folder.path());
    let mut client = broker.client();
    client.create_topic("many", PARTITIONS, &[]);
    produce_everywhere(&mut client, "first");
    produce_everywhere(&mut client, "second");
    check_everywhere(&mut client, &["first", "second"]);
    assert!(open_files(&broker) < LIMIT, "{}", open_files(&broker));
    broker.kill();
    let broker = start(folder.path());
    let mut client = broker.client();
    check_everywhere(&mut client, &["first", "second"]);
    produce_everywhere(&mut client, "third");
    check_everywhere(&mut client, &["first", "second", "third"]);
    assert!(open_files(&broker) < LIMIT, "{}", open_files(&broker));
}

#[test]
fn connections_that_take_all_descriptors_cost_no_partition() {
    let folder = tempfile::tempdir().unwrap();
    let broker = start(folder.path());
    let mut client = broker.client();
    client.create_topic("many", PARTITIONS, &[]);
    // Until the broker accepts no more and nobody can queue up either.
    let patience = Duration::from_millis(300);
    let crowd: Vec<TcpStream> = (0..2 * LIMIT)
        .map_while(|_| TcpStream::connect_timeout(&broker.address(), patience).ok())
        .collect();
    let deadline = Instant::now() + Duration::from_secs(30);
    while open_files(&broker) < LIMIT - 10 {
        assert!(Instant::now() < deadline, "{} files", open_files(&broker));
        std::thread::sleep(Duration::from_millis(20));
    }
    for partition in 0..PARTITIONS {
        let response = client.produce("many", partition, -1, batch_of(&["x"]));
        let code = ErrorCode::from_code(response.error_code);
        let is_expected = matches!(code, ErrorCode::None | ErrorCode::KafkaStorageError);
        assert!(is_expected, "{partition}: {code:?}");
    }
    drop(crowd);
    let deadline = Instant::now() + Duration::from_mins(1);
    for partition in 0..PARTITIONS {
        let again = || batch_of(&["y"]);
        while client.produce("many", partition, -1, again()).error_code != 0 {
            assert!(Instant::now() < deadline, "{partition} stays away");
            std::thread::sleep(Duration::from_millis(20));
        }
        let values = client.fetch_values("many", partition);
        assert_eq!(values.last().map(String::as_str), Some("y"), "{partition}");
    }
}
