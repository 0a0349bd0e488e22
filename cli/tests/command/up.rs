//! The same manifests as on Kubernetes, on this machine: applied, edited, kept.

use std::time::{Duration, Instant};

use kavka_test_harness::free_port;

use crate::process::{
    Place, Running, cluster, pipeline, post, read_all, run, run_with_input, topic,
};

/// Reads a topic until it holds so many records.
#[track_caller]
fn read_until(broker: &str, topic: &str, count: usize) -> Vec<String> {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let records = read_all(broker, topic);
        if records.len() >= count {
            return records;
        }
        assert!(Instant::now() < deadline, "only {records:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn sample_topic() -> String {
    topic("topic-sample", ", partitions: 1")
}

#[test]
fn what_is_posted_and_what_is_logged_comes_out_of_the_topic() {
    let place = Place::new();
    let port = free_port().unwrap();
    let log = place.path("app.log");
    place.write(&[cluster("demo"), sample_topic(), pipeline(port, &log)]);
    let up = place.up();
    let ok = "HTTP/1.1 200 OK";
    assert_eq!(
        post(port, "/sample.data", "application/json", "{\"id\":0}"),
        ok
    );
    let form = "application/x-www-form-urlencoded";
    assert_eq!(post(port, "/sample.data", form, "json={\"id\":1}"), ok);
    assert_eq!(
        read_until(&up.broker, "topic-sample", 2),
        ["{\"id\":0}", "{\"id\":1}"]
    );
    std::fs::write(&log, "a line\n").unwrap();
    let records = read_until(&up.broker, "topic-sample", 3);
    assert!(records[2].contains("a line"), "{records:?}");
    let (code, rest) = up.running.terminate();
    assert_eq!(code, Some(0), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.starts_with("Stopped.")),
        "{rest:?}"
    );
}

#[test]
fn an_edit_is_applied_and_told() {
    let place = Place::new();
    let port = free_port().unwrap();
    let log = place.path("app.log");
    place.write(&[cluster("demo"), sample_topic()]);
    let mut up = place.up();
    let changed = topic(
        "topic-sample",
        ", partitions: 3, config: {retention.ms: 60000}",
    );
    place.write(&[
        cluster("demo"),
        changed,
        topic("orders", ""),
        pipeline(port, &log),
    ]);
    up.running
        .line_with("grow topic topic-sample to 3 partitions");
    up.running
        .line_with("change topic topic-sample: retention.ms=60000");
    up.running.line_with("create topic orders");
    up.running.line_with("start pipeline samples");
    let described = run(&["topic", "describe", "topic-sample", "-b", &up.broker]).ok();
    assert!(described.contains("PartitionCount: 3"), "{described}");
    assert!(described.contains("retention.ms=60000"), "{described}");
    post(port, "/sample.data", "application/json", "{\"id\":0}");
    assert_eq!(read_until(&up.broker, "topic-sample", 1), ["{\"id\":0}"]);
}

#[test]
fn an_edited_pipeline_goes_on_in_its_new_form() {
    let place = Place::new();
    let (first, second) = (free_port().unwrap(), free_port().unwrap());
    let log = place.path("app.log");
    place.write(&[cluster("demo"), sample_topic(), pipeline(first, &log)]);
    let mut up = place.up();
    place.write(&[cluster("demo"), sample_topic(), pipeline(second, &log)]);
    up.running.line_with("reload pipeline samples");
    post(second, "/sample.data", "application/json", "{\"id\":0}");
    assert_eq!(read_until(&up.broker, "topic-sample", 1), ["{\"id\":0}"]);
}

#[test]
fn an_edit_that_cannot_be_applied_changes_nothing_and_says_why() {
    let place = Place::new();
    place.write(&[cluster("demo"), sample_topic()]);
    let mut up = place.up();
    place.write(&[
        cluster("demo"),
        topic("topic-sample", ", partitons: 3"),
        topic("new", ""),
    ]);
    let line = up.running.line_with("The edit is not applied");
    assert!(line.contains("spec.partitons"), "{line}");
    assert_eq!(
        run(&["topic", "list", "--exclude-internal", "-b", &up.broker]).ok(),
        "topic-sample\n"
    );
    place.write(&[cluster("demo"), sample_topic(), topic("new", "")]);
    up.running.line_with("create topic new");
}

#[test]
fn what_could_not_be_done_is_not_summed_up_as_there() {
    let place = Place::new();
    place.write(&[
        cluster("demo"),
        topic("wrong", ", config: {no.such.key: 1}"),
    ]);
    let mut command = place.command(&["--port", "0", "--http-port", "0"]);
    let mut running = Running::start(&mut command);
    running.line_with("! cannot create topic wrong");
    running.line_with("kavka is up, but for what is marked with !");
    // The topic that does not exist is neither listed nor to be read.
    running.line_with("topic create my-topic");
}

#[test]
fn what_somebody_else_changed_is_changed_back() {
    let place = Place::new();
    place.write(&[
        cluster("demo"),
        topic("t", ", partitions: 3, config: {retention.ms: 7200000}"),
    ]);
    let mut up = place.up();
    run(&[
        "topic",
        "alter",
        "t",
        "--config",
        "retention.ms=1",
        "-b",
        &up.broker,
    ])
    .ok();
    up.running.line_with("change topic t: retention.ms=7200000");
    run(&["topic", "delete", "t", "-b", &up.broker]).ok();
    up.running.line_with("create topic t with 3 partitions");
}

#[test]
fn an_edit_of_the_broker_s_settings_restarts_it_each_time() {
    let place = Place::new();
    place.write(&[cluster("demo"), topic("t", "")]);
    let mut up = place.up();
    for hours in 1..8 {
        let more = format!("delay.ms: 0, log.retention.hours: {hours}");
        let edited = cluster("demo").replace("delay.ms: 0", &more);
        place.write(&[edited, topic("t", "")]);
        up.running.line_with("restart the broker");
    }
}

#[test]
fn fewer_partitions_are_refused_with_the_reason() {
    let place = Place::new();
    place.write(&[cluster("demo"), topic("t", ", partitions: 3")]);
    let mut up = place.up();
    place.write(&[cluster("demo"), topic("t", ", partitions: 1")]);
    let line = up.running.line_with("Topic t: spec.partitions is 1");
    assert!(line.contains("losing"), "{line}");
}

#[test]
fn topics_that_leave_the_file_follow_their_deletion_policy() {
    let place = Place::new();
    let gone = topic("gone", ", deletionPolicy: Delete");
    place.write(&[cluster("demo"), topic("kept", ""), gone]);
    let mut up = place.up();
    place.write(&[cluster("demo")]);
    let mut lines = [
        up.running.line_with("deletionPolicy"),
        up.running.line_with("deletionPolicy"),
    ];
    lines.sort();
    assert!(lines[0].contains("topic gone is deleted"), "{lines:?}");
    assert!(
        lines[1].contains("topic kept has no manifest any more and stays"),
        "{lines:?}"
    );
    assert_eq!(
        run(&["topic", "list", "--exclude-internal", "-b", &up.broker]).ok(),
        "kept\n"
    );
}

#[test]
fn changed_settings_of_the_cluster_are_applied() {
    let place = Place::new();
    place.write(&[cluster("demo")]);
    let mut up = place.up();
    run_with_input(&["produce", "t", "-b", &up.broker], "before\n").ok();
    let edited = cluster("demo").replace("config: {", "config: {num.partitions: 5, ");
    place.write(&[edited]);
    let line = up.running.line_with("restart the broker");
    assert!(line.contains("num.partitions=5"), "{line}");
    run(&["topic", "create", "five", "-b", &up.broker]).ok();
    let described = run(&["topic", "describe", "five", "-b", &up.broker]).ok();
    assert!(described.contains("PartitionCount: 5"), "{described}");
    assert_eq!(read_all(&up.broker, "t"), ["before"]);
}

#[test]
fn data_survive_a_restart_and_a_topic_taken_out_meanwhile_is_told() {
    let place = Place::new();
    place.write(&[cluster("demo"), sample_topic()]);
    let up = place.up();
    run_with_input(&["produce", "topic-sample", "-b", &up.broker], "kept\n").ok();
    assert_eq!(up.running.terminate().0, Some(0));
    place.write(&[cluster("demo")]);
    let mut command = place.command(&["--port", "0", "--http-port", "0"]);
    let mut running = crate::process::Running::start(&mut command);
    running.line_with("topic topic-sample has no manifest any more and stays");
    let broker = running
        .line_with("  broker ")
        .split_whitespace()
        .nth(1)
        .unwrap()
        .to_owned();
    running.line_with("Ctrl-C ends");
    assert_eq!(read_all(&broker, "topic-sample"), ["kept"]);
}

#[test]
fn a_data_folder_of_another_cluster_is_refused() {
    let place = Place::new();
    place.write(&[cluster("demo")]);
    let up = place.up();
    assert_eq!(up.running.terminate().0, Some(0));
    place.write(&[cluster("other")]);
    let output = place
        .command(&["--port", "0", "--http-port", "0"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("holds the data of Cluster demo"),
        "{stderr}"
    );
    assert!(stderr.contains("--data"), "{stderr}");
}

#[test]
fn a_data_folder_in_use_is_refused() {
    let place = Place::new();
    place.write(&[cluster("demo")]);
    let _up = place.up();
    let output = place
        .command(&["--port", "0", "--http-port", "0"])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("in use"), "{stderr}");
    assert!(stderr.contains("--data"), "{stderr}");
}
