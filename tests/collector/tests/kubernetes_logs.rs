//! The source `kubernetes_logs`, on folders as the kubelet makes them.

use std::fs;
use std::path::PathBuf;

use kavka_test_collector::Collector;
use serde_json::Value;

use crate::append;

const SPEC: &str = "
sources:
  logs:
    type: kubernetes_logs
    logs_dir: FOLDER/pods
    glob_interval: 100ms
    labels: false
sinks:
  out: {type: file, inputs: [logs], path: FOLDER/out}
";

const TIME: &str = "2026-01-31T10:00:00.123456789Z";

fn prepare(spec: &str) -> Collector {
    Collector::new(spec)
        .unwrap()
        .with_variable("POD_NAMESPACE", "shop")
        .with_variable("NODE_NAME", "node-1")
}

fn log_of(collector: &Collector, namespace: &str, pod: &str, container: &str) -> PathBuf {
    let folder = collector.path(&format!("pods/{namespace}_{pod}_uid-1/{container}"));
    fs::create_dir_all(&folder).unwrap();
    folder.join("0.log")
}

fn events(lines: &[String]) -> Vec<Value> {
    lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn messages(lines: &[String]) -> Vec<String> {
    events(lines)
        .iter()
        .map(|event| event["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_line_says_which_container_wrote_it() {
    let collector = prepare(SPEC);
    let log = log_of(&collector, "shop", "web-0", "nginx");
    append(
        &log,
        &format!("{TIME} stdout F hello\n{TIME} stderr F trouble\n"),
    );
    let collector = collector.start().unwrap();
    let lines = collector.wait_for_lines("out", 2).unwrap();
    let expected = serde_json::json!({
        "message": "hello",
        "stream": "stdout",
        "timestamp": TIME,
        "kubernetes": {
            "namespace": "shop", "pod": "web-0", "pod_uid": "uid-1",
            "container": "nginx", "node": "node-1",
        },
    });
    assert_eq!(events(&lines)[0], expected);
    assert_eq!(events(&lines)[1]["stream"], "stderr");
}

#[test]
fn other_namespaces_and_collectors_are_left_alone() {
    let collector = prepare(SPEC);
    let line = format!("{TIME} stdout F no\n");
    append(&log_of(&collector, "other", "web-0", "nginx"), &line);
    append(
        &log_of(&collector, "shop", "logs-x", "kavka-collector"),
        &line,
    );
    append(
        &log_of(&collector, "shop", "web-0", "nginx"),
        &format!("{TIME} stdout F yes\n"),
    );
    let collector = collector.start().unwrap();
    let lines = collector.wait_for_lines("out", 1).unwrap();
    assert_eq!(messages(&lines), ["yes"]);
    collector
        .configure(&SPEC.replace("labels: false", "labels: false\n    namespaces: all"))
        .unwrap();
    collector
        .wait_for_log("the new configuration runs")
        .unwrap();
    let lines = collector.wait_for_lines("out", 2).unwrap();
    assert_eq!(
        messages(&lines),
        ["yes", "no"],
        "only nginx of the other namespace is added"
    );
}

#[test]
fn split_lines_are_joined_across_rotation_and_a_crash() {
    let mut collector = prepare(SPEC);
    let log = log_of(&collector, "shop", "web-0", "app");
    append(
        &log,
        &format!("{TIME} stdout F first\n{TIME} stdout P the beginning, \n"),
    );
    collector.launch().unwrap();
    assert_eq!(
        messages(&collector.wait_for_lines("out", 1).unwrap()),
        ["first"]
    );
    collector.kill().unwrap();
    let rotated = log.with_file_name("0.log.20260131-100000");
    fs::rename(&log, &rotated).unwrap();
    append(
        &log,
        &format!("{TIME} stderr F between\n{TIME} stdout P the middle, \n"),
    );
    append(&log, &format!("{TIME} stdout F the end\n"));
    collector.launch().unwrap();
    let lines = collector.wait_for_lines("out", 3).unwrap();
    let mut got = messages(&lines);
    got.dedup();
    assert_eq!(
        got,
        ["first", "between", "the beginning, the middle, the end"]
    );
}

#[test]
fn rotation_by_the_kubelet_loses_and_reorders_nothing() {
    let collector = prepare(SPEC);
    let log = log_of(&collector, "shop", "web-0", "app");
    append(&log, "");
    let collector = collector.start().unwrap();
    let pad = "x".repeat(20 << 10);
    for number in 0..300 {
        let text = if number % 10 == 0 { &pad } else { "short" };
        for (start, part) in text.as_bytes().chunks(16 << 10).enumerate() {
            let part = std::str::from_utf8(part).unwrap();
            let whole = (start + 1) * (16 << 10) >= text.len();
            let (mark, head) = (
                if whole { "F" } else { "P" },
                if start == 0 {
                    format!("{number} ")
                } else {
                    String::new()
                },
            );
            append(&log, &format!("{TIME} stdout {mark} {head}{part}\n"));
        }
        if number % 40 == 20 {
            let rotated = log.with_file_name(format!("0.log.20260131-1000{number:03}"));
            fs::rename(&log, &rotated).unwrap();
            append(&log, "");
            // Packed as the kubelet does it: into another file, and the first is gone.
            if number > 100 {
                let older = log.with_file_name(format!("0.log.20260131-1000{:03}", number - 40));
                collector.wait_for_lines("out", number - 30).unwrap();
                fs::write(older.with_extension("gz"), "packed").unwrap();
                fs::remove_file(&older).unwrap();
            }
        }
    }
    let lines = collector.wait_for_lines("out", 300).unwrap();
    for (number, message) in messages(&lines).iter().enumerate() {
        let expected = if number % 10 == 0 { &pad } else { "short" };
        assert_eq!(*message, format!("{number} {expected}"));
    }
    assert_eq!(lines.len(), 300);
}

#[test]
fn a_restarted_container_goes_on_in_its_next_file() {
    let collector = prepare(SPEC);
    let log = log_of(&collector, "shop", "web-0", "app");
    append(
        &log,
        &format!("{TIME} stdout F before\n{TIME} stdout P cut off\n"),
    );
    append(
        &log.with_file_name("1.log"),
        &format!("{TIME} stdout F after\n"),
    );
    let collector = collector.start().unwrap();
    let lines = collector.wait_for_lines("out", 3).unwrap();
    assert_eq!(messages(&lines), ["before", "cut off", "after"]);
}

#[test]
fn a_line_in_another_format_is_passed_on_and_reported() {
    let collector = prepare(SPEC);
    append(
        &log_of(&collector, "shop", "web-0", "app"),
        "what is this\n",
    );
    let collector = collector.start().unwrap();
    assert_eq!(
        messages(&collector.wait_for_lines("out", 1).unwrap()),
        ["what is this"]
    );
    collector.wait_for_log("it begins with no time").unwrap();
}

#[test]
fn logs_are_read_without_labels_where_there_is_no_api_server() {
    let collector = prepare(&SPEC.replace("labels: false", "labels: true"));
    append(
        &log_of(&collector, "shop", "web-0", "app"),
        &format!("{TIME} stdout F hello\n"),
    );
    let collector = collector.start().unwrap();
    assert_eq!(
        messages(&collector.wait_for_lines("out", 1).unwrap()),
        ["hello"]
    );
    collector.wait_for_log("labels are left out").unwrap();
    let metrics = collector.metrics().unwrap();
    assert!(
        metrics.contains("pod_labels_available{component=\"logs\"} 0"),
        "{metrics}"
    );
}
