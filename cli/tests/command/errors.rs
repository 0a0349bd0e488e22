//! One clear line and the remedy, for everything that can go wrong before anything runs.

use std::net::TcpListener;

use kavka_test_harness::free_port;

use crate::process::{Place, cluster, pipeline, run, topic};

#[test]
fn an_unreachable_broker_is_named_with_the_remedy() {
    let broker = format!("127.0.0.1:{}", free_port().unwrap());
    for arguments in [
        vec!["topic", "list"],
        vec!["group", "list"],
        vec!["consume", "orders"],
        vec!["produce", "orders"],
    ] {
        let ended = run(&[&arguments[..], &["-b", &broker]].concat());
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.stderr.contains(&broker), "{ended:?}");
        assert!(ended.stderr.contains("--bootstrap-server"), "{ended:?}");
        assert!(ended.stderr.lines().count() <= 3, "{ended:?}");
    }
}

#[test]
fn zookeeper_is_answered_with_bootstrap_server() {
    let line = "topic --create --zookeeper localhost:2181 --replication-factor 1 --partitions 1 \
                --topic topic-sample";
    let ended = run(&line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("use --bootstrap-server"), "{ended:?}");
}

#[test]
fn a_taken_port_names_its_owner_and_the_option() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let place = Place::new();
    place.write(&[cluster("demo")]);
    for (option, other) in [("--port", "--http-port"), ("--http-port", "--port")] {
        let output = place
            .command(&[option, &port, other, "0"])
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        let owner = format!("(process {})", std::process::id());
        assert!(
            stderr.contains(&format!("port {port} is taken by")),
            "{stderr}"
        );
        assert!(
            stderr.contains(&owner) && stderr.contains(option),
            "{stderr}"
        );
    }
}

#[test]
fn a_taken_port_of_a_source_names_its_field() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let place = Place::new();
    place.write(&[cluster("demo"), pipeline(port, &place.path("a.log"))]);
    let output = place
        .command(&["--port", "0", "--http-port", "0"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("Pipeline samples: spec.sources.http.address"),
        "{stderr}"
    );
    assert!(
        stderr.contains(&format!("port {port} is taken by")),
        "{stderr}"
    );
}

#[test]
fn bad_manifests_are_refused_before_anything_starts() {
    for (manifest, part) in [
        (topic("t", ", partitons: 4"), "spec.partitons"),
        (
            cluster("demo").replace("v1alpha1", "v1"),
            "kavka.dev/v1alpha1",
        ),
        (
            cluster("demo").replace("kind: Cluster", "kind: Clutser"),
            "Clutser",
        ),
        (
            cluster("demo").replace("spec: {", "spec: {brokers: 3, "),
            "spec.brokers is 3",
        ),
        (cluster("demo").replace("delay.ms", "delya.ms"), "delya.ms"),
        ("kind: [".to_owned(), "YAML"),
    ] {
        let place = Place::new();
        place.write(&[manifest]);
        let output = place
            .command(&["--port", "0", "--http-port", "0"])
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(part), "{part} is not in: {stderr}");
    }
}

#[test]
fn a_missing_manifest_is_named() {
    let ended = run(&["up", "-f", "/no/such.yaml"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("/no/such.yaml"), "{ended:?}");
}
