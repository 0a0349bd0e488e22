//! The source `file`.

use std::fs;

use kavka_test_collector::Collector;
use kavka_test_harness::wait_until;

use crate::{append, check_all_in_order, numbered};

const SPEC: &str = "
sources:
  logs:
    type: file
    include: [FOLDER/logs/*.log]
    exclude: [FOLDER/logs/not-*.log]
    glob_interval: 100ms
    rotate_wait: 1s
    max_line_bytes: 1Ki
sinks:
  out: {type: file, inputs: [logs], path: FOLDER/out, encoding: text}
";

fn prepare(spec: &str) -> Collector {
    let collector = Collector::new(spec).unwrap();
    fs::create_dir(collector.path("logs")).unwrap();
    collector
}

#[test]
fn files_are_followed_from_their_first_line_and_new_ones_are_found() {
    let collector = prepare(SPEC);
    append(&collector.path("logs/a.log"), &numbered("a", 0..100));
    append(&collector.path("logs/not-this.log"), "never\n");
    let collector = collector.start().unwrap();
    collector.wait_for_lines("out", 100).unwrap();
    append(&collector.path("logs/a.log"), &numbered("a", 100..150));
    append(&collector.path("logs/b.log"), &numbered("b", 0..50));
    let lines = collector.wait_for_lines("out", 200).unwrap();
    assert_eq!(lines.len(), 200);
    check_all_in_order(&lines, "a", 150);
    check_all_in_order(&lines, "b", 50);
}

#[test]
fn a_line_is_read_only_once_it_is_complete() {
    let collector = prepare(SPEC).start().unwrap();
    append(&collector.path("logs/a.log"), "one\ntw");
    assert_eq!(collector.wait_for_lines("out", 1).unwrap(), ["one"]);
    append(&collector.path("logs/a.log"), "o\nthree\n");
    assert_eq!(
        collector.wait_for_lines("out", 3).unwrap(),
        ["one", "two", "three"]
    );
}

#[test]
fn a_line_that_is_too_long_is_cut_and_reported() {
    let collector = prepare(SPEC).start().unwrap();
    append(
        &collector.path("logs/a.log"),
        &format!("{}\nafter\n", "x".repeat(300_000)),
    );
    let lines = collector.wait_for_lines("out", 2).unwrap();
    assert_eq!(lines, ["x".repeat(1024), "after".to_owned()]);
    collector
        .wait_for_log("longer than max_line_bytes")
        .unwrap();
    assert!(collector.log().contains("a.log"));
}

#[test]
fn a_renamed_file_is_read_to_its_end_before_its_successor() {
    let collector = prepare(SPEC).start().unwrap();
    let (log, old) = (collector.path("logs/a.log"), collector.path("logs/a.log.1"));
    for round in 0..5 {
        append(&log, &numbered("a", round * 1000..round * 1000 + 600));
        collector.wait_for_lines("out", round * 1000 + 1).unwrap();
        fs::rename(&log, &old).unwrap();
        // The writer still has the old file open, as most programs do for a while.
        append(
            &old,
            &numbered("a", round * 1000 + 600..round * 1000 + 1000),
        );
    }
    let lines = collector.wait_for_lines("out", 5000).unwrap();
    check_all_in_order(&lines, "a", 5000);
}

#[test]
fn a_truncated_file_is_read_from_its_start() {
    let collector = prepare(SPEC).start().unwrap();
    let log = collector.path("logs/a.log");
    append(&log, &numbered("a", 0..500));
    collector.wait_for_lines("out", 500).unwrap();
    fs::write(&log, "").unwrap();
    append(&log, &numbered("a", 500..600));
    collector.wait_for_lines("out", 600).unwrap();
    // Longer than before at the first look: only its beginning shows that it is another.
    fs::write(&log, numbered("a", 600..2000)).unwrap();
    let lines = collector.wait_for_lines("out", 2000).unwrap();
    check_all_in_order(&lines, "a", 2000);
}

#[test]
fn a_restart_continues_where_it_stopped() {
    let mut collector = prepare(SPEC).start().unwrap();
    let log = collector.path("logs/a.log");
    append(&log, &numbered("a", 0..300));
    collector.wait_for_lines("out", 300).unwrap();
    collector.stop().unwrap();
    append(&log, &numbered("a", 300..400));
    append(&collector.path("logs/new.log"), &numbered("new", 0..10));
    collector.launch().unwrap();
    let lines = collector.wait_for_lines("out", 410).unwrap();
    assert_eq!(lines.len(), 410, "nothing is repeated after an orderly end");
    check_all_in_order(&lines, "a", 400);
}

#[test]
fn nothing_is_lost_when_the_collector_is_killed_again_and_again() {
    let mut collector = prepare(SPEC).start().unwrap();
    let log = collector.path("logs/a.log");
    for round in 0..4 {
        append(&log, &numbered("a", round * 2000..(round + 1) * 2000));
        collector.wait_for_lines("out", round * 2000 + 1).unwrap();
        collector.kill().unwrap();
        fs::rename(&log, collector.path(&format!("logs/a-{round}.log"))).unwrap();
        collector.launch().unwrap();
    }
    let lines = collector.wait_for_lines("out", 8000).unwrap();
    let mut numbers: Vec<usize> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("a ")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, (0..8000).collect::<Vec<_>>());
}

#[test]
fn many_small_files_are_all_read_while_one_is_flooded() {
    let collector = prepare(SPEC);
    append(
        &collector.path("logs/flood.log"),
        &numbered("flood", 0..200_000),
    );
    for file in 0..200 {
        append(
            &collector.path(&format!("logs/small-{file}.log")),
            &format!("small {file}\n"),
        );
    }
    let collector = collector.start().unwrap();
    let lines = collector.wait_for_lines("out", 200_200).unwrap();
    let last_small = lines
        .iter()
        .rposition(|line| line.starts_with("small"))
        .unwrap();
    assert!(
        last_small < 150_000,
        "a small file waited for the large one: {last_small}"
    );
    check_all_in_order(&lines, "flood", 200_000);
}

#[test]
fn the_last_line_of_a_deleted_file_is_not_lost() {
    let collector = prepare(SPEC).start().unwrap();
    let log = collector.path("logs/a.log");
    append(&log, "one\nwithout an end");
    collector.wait_for_lines("out", 1).unwrap();
    fs::remove_file(&log).unwrap();
    assert_eq!(
        collector.wait_for_lines("out", 2).unwrap(),
        ["one", "without an end"]
    );
}

#[test]
fn at_the_first_start_old_lines_can_be_left_out() {
    let collector =
        prepare(&SPEC.replace("    glob_interval", "    read_from: end\n    glob_interval"));
    append(&collector.path("logs/a.log"), "old\n");
    let collector = collector.start().unwrap();
    collector.wait_for_log("following a file").unwrap();
    append(&collector.path("logs/a.log"), "new\n");
    append(&collector.path("logs/b.log"), "whole\n");
    let mut lines = collector.wait_for_lines("out", 2).unwrap();
    lines.sort_unstable();
    assert_eq!(lines, ["new", "whole"]);
}

#[test]
fn a_missing_file_is_waited_for() {
    let collector = prepare(SPEC).start().unwrap();
    collector.wait_for_log("no file matches yet").unwrap();
    append(&collector.path("logs/late.log"), "here\n");
    collector.wait_for_lines("out", 1).unwrap();
}

#[test]
fn a_line_carries_its_file_and_host_and_is_shaped_by_a_program() {
    let spec = r#"
sources:
  logs: {type: file, include: [FOLDER/logs/*.log], glob_interval: 100ms, tag: app.x}
transforms:
  parse:
    type: remap
    inputs: [logs]
    match: app.*
    source: |
      .ltsv = parse_key_value!(.message, key_value_delimiter: ":", field_delimiter: "\t", accept_standalone_key: false)
      .was = del(.file)
      .tag = %tag
      del(.host)
      del(.message)
sinks:
  out: {type: stdout, inputs: [parse]}
"#;
    let collector = prepare(spec).start().unwrap();
    let log = collector.path("logs/a.log");
    append(&log, "id:7\tpath:/a\n");
    wait_until("the line", kavka_test_collector::PATIENCE, || {
        Ok(!collector.stdout().is_empty())
    })
    .unwrap();
    let event: serde_json::Value = serde_json::from_str(&collector.stdout()).unwrap();
    let expected = serde_json::json!({
        "ltsv": {"id": "7", "path": "/a"},
        "tag": "app.x",
        "was": log.display().to_string(),
    });
    assert_eq!(event, expected);
    append(&log, "no ltsv at all\n");
    collector
        .wait_for_log("the program failed on an event")
        .unwrap();
}
