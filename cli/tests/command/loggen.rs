use std::collections::BTreeSet;

use crate::process::{Running, command, run};

#[test]
fn the_limit_is_the_number_of_lines() {
    let lines = run(&["loggen", "--limit", "1000"]).ok();
    assert_eq!(lines.lines().count(), 1000);
    assert!(lines.ends_with('\n'));
}

#[test]
fn apache_loggens_command_line_writes_a_file_and_shows_progress() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("apache.log");
    let name = file.to_str().unwrap();
    let ended = run(&["loggen", "--rate=1000", "--limit=200", "--progress", name]);
    assert!(ended.stderr.contains("200[rec]"), "{}", ended.stderr);
    assert_eq!(ended.ok(), "");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 200);
    assert!(text.lines().all(|line| line.contains(" HTTP/1.1\" ")));
}

#[test]
fn numbered_lines_are_all_there_once_and_each_nth_is_long() {
    let lines = run(&[
        "loggen",
        "--format",
        "ltsv",
        "--sequence",
        "--id",
        "web-1",
        "--limit",
        "500",
        "--every",
        "50",
        "--bytes",
        "20480",
    ])
    .ok();
    let numbers: Vec<u64> = lines
        .lines()
        .map(|line| {
            line.split('\t')
                .next()
                .unwrap()
                .strip_prefix("seq:")
                .unwrap()
        })
        .map(|number| number.parse().unwrap())
        .collect();
    assert_eq!(numbers, (0..500).collect::<Vec<u64>>());
    let long: BTreeSet<usize> = lines
        .lines()
        .map(str::len)
        .filter(|len| *len > 1000)
        .collect();
    assert_eq!(long, BTreeSet::from([20_480]));
    assert_eq!(
        lines.lines().filter(|line| line.len() == 20_480).count(),
        10
    );
}

#[test]
fn the_same_seed_makes_the_same_requests() {
    let requests = |seed: &str| -> Vec<String> {
        let lines = run(&["loggen", "--limit", "20", "--seed", seed]).ok();
        lines
            .lines()
            .map(|line| line.split('"').nth(1).unwrap().to_owned())
            .collect()
    };
    assert_eq!(requests("7"), requests("7"));
    assert_ne!(requests("7"), requests("8"));
}

#[test]
fn an_endless_run_ends_with_a_whole_line() {
    let mut running = Running::start(&mut command(&[
        "loggen",
        "--rate",
        "200",
        "--sequence",
        "--format",
        "json",
    ]));
    running.line_with("\"seq\":3,");
    let (code, rest) = running.terminate();
    assert_eq!(code, Some(0));
    assert!(rest.iter().all(|line| line.ends_with('}')), "{rest:?}");
}

#[test]
fn a_lingering_run_waits_for_its_signal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.log");
    let name = file.to_str().unwrap();
    let mut running = Running::start(&mut command(&[
        "loggen",
        "--limit",
        "5",
        "--linger",
        "--progress",
        name,
    ]));
    while !std::fs::read_to_string(&file).is_ok_and(|text| text.lines().count() == 5) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(running.is_running());
    assert_eq!(running.terminate().0, Some(0));
}

#[test]
fn rotation_without_a_file_is_refused() {
    let ended = run(&["loggen", "--rotate", "5", "--limit", "1"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("--rotate needs a file"), "{ended:?}");
}
