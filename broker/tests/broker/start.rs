//! A broker that cannot start says what is wrong, with what, and what would be right.

use std::net::TcpListener;

use crate::harness::{BrokerProcess, TestBroker, refused_start, start_in};

#[test]
fn a_taken_port_is_reported_with_its_owner_and_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let listeners = format!("PLAINTEXT://127.0.0.1:{port}");
    let (status, message) = refused_start(folder.path(), &[("listeners", &listeners)]);
    assert_eq!(status.code(), Some(1));
    for part in [
        format!(":{port}"),
        format!("pid {}", std::process::id()),
        "listeners".into(),
    ] {
        assert!(
            message.contains(&part),
            "{part:?} is missing in {message:?}"
        );
    }
}

#[test]
fn a_folder_of_another_cluster_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = start_in(
        folder.path(),
        &[("kavka.cluster.id", "MkU3OEVBNTcwNTJENDM2Qg")],
    )
    .unwrap();
    drop(first);
    let other = [("kavka.cluster.id", "AAAAAAAAAAAAAAAAAAAAAQ")];
    let (status, message) = refused_start(folder.path(), &other);
    assert_eq!(status.code(), Some(1));
    assert!(message.contains("MkU3OEVBNTcwNTJENDM2Qg"), "{message}");
    assert!(message.contains("AAAAAAAAAAAAAAAAAAAAAQ"), "{message}");
    assert!(
        message.contains(folder.path().to_str().unwrap()),
        "{message}"
    );
}

#[test]
fn a_folder_in_use_is_refused_and_its_owner_goes_on() {
    let broker = TestBroker::start(&[]);
    let (status, message) = refused_start(broker.folder(), &[]);
    assert_eq!(status.code(), Some(1));
    assert!(
        message.contains(broker.folder().to_str().unwrap()),
        "{message}"
    );
    broker.client().create_topic("t", 1, &[]);
}

#[test]
fn a_folder_of_another_node_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(start_in(folder.path(), &[("node.id", "1")]).unwrap());
    let (status, message) = refused_start(folder.path(), &[("node.id", "2")]);
    assert_eq!(status.code(), Some(1));
    assert!(message.contains("node.id"), "{message}");
}

#[test]
fn a_file_in_the_folder_s_way_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for data in [file.clone(), file.join("below")] {
        let (status, message) = refused_start(&data, &[]);
        assert_eq!(status.code(), Some(1));
        assert!(message.contains(data.to_str().unwrap()), "{message}");
        assert!(message.contains("a file is in its way"), "{message}");
    }
}

#[test]
fn wrong_settings_are_named_with_their_values() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("num.partitions", "many"),
        ("kavka.durability", "hope"),
        ("listeners", "9092"),
        ("nmu.partitions", "3"),
        ("log.dirs", "/one,/two"),
    ] {
        let (status, message) = refused_start(folder.path(), &[(name, value)]);
        assert_eq!(status.code(), Some(2), "{name}: {message}");
        assert!(message.contains(name), "{name} is missing in {message:?}");
        assert!(message.contains(value), "{value} is missing in {message:?}");
    }
}

#[test]
fn settings_come_from_files_of_which_the_later_win() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (
        folder.path().join("a.properties"),
        folder.path().join("b.properties"),
    );
    std::fs::write(
        &first,
        "num.partitions=2\nauto.create.topics.enable=false\n",
    )
    .unwrap();
    std::fs::write(&second, "# more\nnum.partitions=5\n").unwrap();
    let data = folder.path().join("data");
    let mut command = crate::harness::command(&data, &[]);
    command
        .arg("--config")
        .arg(&first)
        .arg("--config")
        .arg(&second);
    let broker = BrokerProcess::spawn(&mut command);
    let mut client = broker.client();
    client.create_topic_with_defaults("t");
    assert_eq!(client.offset("t", 4, -1), (0, 0));
    assert_ne!(client.offset("t", 5, -1).0, 0);
}
