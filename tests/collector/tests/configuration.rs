//! Configuration: what is refused, what is taken over while the collector runs.

use std::net::TcpListener;
use std::process::Command;

use kavka_test_collector::{Collector, PATIENCE, distinct, lines};
use kavka_test_harness::{Process, binary, wait_until};

use crate::append;

const SPEC: &str = "
sources:
  logs: {type: file, include: [FOLDER/a.log], glob_interval: 100ms}
sinks:
  out: {type: file, inputs: [logs], path: FOLDER/one, encoding: text}
";

fn failure_of(collector: &Collector) -> String {
    let mut process = Process::start("kavka-collector", &mut collector.command().unwrap()).unwrap();
    process
        .wait(PATIENCE)
        .unwrap()
        .expect_failure("the start")
        .unwrap()
}

#[test]
fn a_faulty_configuration_is_refused_with_every_error() {
    let collector = Collector::new(
        "
sources: {in: {type: http, address: nowhere}}
transforms: {shape: {type: remap, inputs: [in], source: '.a = upcase(5)'}}
sinks: {out: {type: kafka, inputs: [shape], topics: t}}
",
    )
    .unwrap();
    let message = failure_of(&collector);
    for expected in [
        "sources.in.address: \"nowhere\" is no address with a port",
        "transforms.shape.source: line 1:",
        "sinks.out.topic: it is missing",
        "sinks.out.topics: unknown option; did you mean topic?",
    ] {
        assert!(
            message.contains(expected),
            "{expected:?} is not in:\n{message}"
        );
    }
}

#[test]
fn a_sink_without_brokers_is_refused() {
    let collector = Collector::new(
        "
sources: {in: {type: file, include: [FOLDER/x]}}
sinks: {out: {type: kafka, inputs: [in], topic: t}}
",
    )
    .unwrap();
    let message = failure_of(&collector);
    assert!(
        message.contains("sinks.out.bootstrap_servers: no broker is known"),
        "{message}"
    );
}

#[test]
fn a_taken_port_names_its_owner_and_the_field() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let collector = Collector::new(&format!(
        "
sources: {{in: {{type: http, address: '{address}'}}}}
sinks: {{out: {{type: stdout, inputs: [in]}}}}
"
    ))
    .unwrap();
    let message = failure_of(&collector);
    let owner = format!("(pid {})", std::process::id());
    assert!(message.contains("sources.in.address"), "{message}");
    assert!(
        message.contains(&address.to_string()) && message.contains(&owner),
        "{message}"
    );
}

#[test]
fn a_data_folder_is_used_by_one_collector_at_a_time() {
    let collector = Collector::new(SPEC).unwrap().start().unwrap();
    let mut command = Command::new(binary("kavka-collector").unwrap());
    command.arg("--config").arg(collector.path("pipeline.yaml"));
    command.arg("--data-dir").arg(collector.path("data"));
    command.args(["--http-address", "127.0.0.1:0"]);
    let mut process = Process::start("kavka-collector", &mut command).unwrap();
    let message = process
        .wait(PATIENCE)
        .unwrap()
        .expect_failure("the second start")
        .unwrap();
    assert!(message.contains("another collector uses it"), "{message}");
}

#[test]
fn a_changed_configuration_is_taken_over_and_positions_are_kept() {
    let collector = Collector::new(SPEC).unwrap().start().unwrap();
    let log = collector.path("a.log");
    append(&log, "first\n");
    assert_eq!(collector.wait_for_lines("one", 1).unwrap(), ["first"]);
    collector
        .configure(&SPEC.replace("FOLDER/one", "FOLDER/two"))
        .unwrap();
    collector
        .wait_for_log("the new configuration runs")
        .unwrap();
    append(&log, "second\n");
    assert_eq!(collector.wait_for_lines("two", 1).unwrap(), ["second"]);
    assert_eq!(lines(&collector.path("one")), ["first"]);
    let changed = SPEC
        .replace("FOLDER/one", "FOLDER/two")
        .replace("100ms", "200ms");
    collector.configure(&changed).unwrap();
    wait_until("the second change", PATIENCE, || {
        Ok(collector
            .log()
            .matches("the new configuration runs")
            .count()
            == 2)
    })
    .unwrap();
    append(&log, "third\n");
    let all = collector.wait_for_lines("two", 2).unwrap();
    assert_eq!(
        all,
        ["second", "third"],
        "the changed source went on at its position"
    );
}

#[test]
fn a_faulty_new_configuration_keeps_the_old_one() {
    let collector = Collector::new(SPEC).unwrap().start().unwrap();
    collector
        .configure(&SPEC.replace("type: file, inputs", "type: fil, inputs"))
        .unwrap();
    collector
        .wait_for_log("the new configuration is refused, the old one goes on")
        .unwrap();
    assert!(collector.log().contains("did you mean file?"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let port = SPEC.replace(
        "sources:",
        &format!("sources:\n  in: {{type: http, address: '{address}'}}"),
    );
    collector
        .configure(&port.replace("[logs]", "[logs, in]"))
        .unwrap();
    collector.wait_for_log("is taken by").unwrap();
    append(&collector.path("a.log"), "still here\n");
    assert_eq!(collector.wait_for_lines("one", 1).unwrap(), ["still here"]);
    assert!(collector.metrics().unwrap().contains("refused"));
}

#[test]
fn reloading_under_load_loses_nothing() {
    let collector = Collector::new(SPEC).unwrap().start().unwrap();
    let log = collector.path("a.log");
    for round in 0..6 {
        let text: String = (0..5000).map(|line| format!("{round} {line}\n")).collect();
        append(&log, &text);
        let target = if round % 2 == 0 {
            "FOLDER/two"
        } else {
            "FOLDER/one"
        };
        collector
            .configure(&SPEC.replace("FOLDER/one", target))
            .unwrap();
        wait_until("the change", PATIENCE, || {
            Ok(collector
                .log()
                .matches("the new configuration runs")
                .count()
                > round)
        })
        .unwrap();
    }
    wait_until("all lines", PATIENCE, || {
        let mut all = lines(&collector.path("one"));
        all.extend(lines(&collector.path("two")));
        Ok(distinct(&all) == 30_000)
    })
    .unwrap();
}

#[test]
fn a_configuration_can_be_checked_without_running_it() {
    let collector = Collector::new(SPEC).unwrap();
    let mut command = collector.command().unwrap();
    let mut process = Process::start("validate", command.arg("--validate")).unwrap();
    let output = process
        .wait(PATIENCE)
        .unwrap()
        .expect_success("--validate")
        .unwrap();
    assert!(output.contains("valid"), "{output}");
}

#[test]
fn a_host_path_is_made_ready_for_the_group() {
    use std::os::unix::fs::PermissionsExt as _;
    let collector = Collector::new(SPEC).unwrap();
    let folder = collector.path("state/deep");
    let mut command = Command::new(binary("kavka-collector").unwrap());
    let mut process =
        Process::start("prepare", command.arg("--prepare-data-dir").arg(&folder)).unwrap();
    process
        .wait(PATIENCE)
        .unwrap()
        .expect_success("--prepare-data-dir")
        .unwrap();
    assert_eq!(
        folder.metadata().unwrap().permissions().mode() & 0o777,
        0o770
    );
}
