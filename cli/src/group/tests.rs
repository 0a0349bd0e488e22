use std::collections::BTreeMap;

use clap::Parser;
use kavka_client::GroupMember;

use super::actions::{Row, lag_table};
use super::reset::{Bounds, ResetOffsets, new_offset, split_topic};
use super::{GroupAction, GroupOptions};

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    options: GroupOptions,
}

fn parse(line: &str) -> Result<GroupOptions, clap::Error> {
    let words = std::iter::once("group").chain(line.split_whitespace());
    Line::try_parse_from(words).map(|line| line.options)
}

fn action(line: &str) -> GroupAction {
    let options = parse(line).unwrap();
    options
        .action
        .or(options.kafka_style.action().unwrap())
        .unwrap()
}

fn reset(target: &str) -> ResetOffsets {
    match action(&format!("reset-offsets --group g --topic t {target}")) {
        GroupAction::ResetOffsets(reset) => reset,
        other => panic!("{other:?}"),
    }
}

const BOUNDS: Bounds = Bounds {
    committed: Some(50),
    earliest: 10,
    latest: 100,
    at_time: Some(42),
};

#[test]
fn kafkas_options_mean_the_same_as_the_subcommands() {
    assert_eq!(
        action("--reset-offsets --group g --topic t --shift-by -5 --execute"),
        action("reset-offsets --group g --topic t --shift-by -5 --execute"),
    );
    assert_eq!(action("--describe --group g"), action("describe g"));
    assert_eq!(action("--list --state"), action("list --state"));
    assert_eq!(action("--delete --group g"), action("delete g"));
}

#[test]
fn a_reset_changes_nothing_unless_it_is_told_to() {
    assert!(!reset("--to-earliest").execute);
    assert!(!reset("--to-earliest --dry-run").execute);
    assert!(reset("--to-earliest --execute").execute);
}

#[test]
fn a_reset_needs_exactly_one_target() {
    assert!(!reset("").target.is_named());
    assert!(reset("--to-offset 3").target.is_named());
    assert!(parse("reset-offsets --group g --topic t --to-earliest --to-latest").is_err());
}

#[test]
fn each_target_gives_its_offset() {
    let to = |target: &str| new_offset(&reset(target).target, BOUNDS);
    assert_eq!(to("--to-earliest"), Some(10));
    assert_eq!(to("--to-latest"), Some(100));
    assert_eq!(to("--to-offset 60"), Some(60));
    assert_eq!(to("--shift-by -7"), Some(43));
    assert_eq!(to("--to-datetime 2026-11-21T12:00:00Z"), Some(42));
    assert_eq!(to("--by-duration PT1H"), Some(42));
}

#[test]
fn an_offset_that_is_not_there_becomes_the_nearest_one_that_is() {
    let to = |target: &str| new_offset(&reset(target).target, BOUNDS);
    assert_eq!(to("--to-offset 5"), Some(10));
    assert_eq!(to("--to-offset 500"), Some(100));
    assert_eq!(to("--shift-by 1000"), Some(100));
    let nothing_since = Bounds {
        at_time: None,
        ..BOUNDS
    };
    let target = reset("--to-datetime 2026-11-21T12:00:00").target;
    assert_eq!(new_offset(&target, nothing_since), Some(100));
}

#[test]
fn what_was_never_committed_cannot_be_shifted() {
    let bounds = Bounds {
        committed: None,
        ..BOUNDS
    };
    assert_eq!(new_offset(&reset("--shift-by 1").target, bounds), None);
    assert_eq!(new_offset(&reset("--to-latest").target, bounds), Some(100));
}

#[test]
fn partitions_can_be_chosen() {
    assert_eq!(split_topic("t").unwrap(), ("t".into(), vec![]));
    assert_eq!(split_topic("t:0,2").unwrap(), ("t".into(), vec![0, 2]));
    assert!(split_topic("t:x").is_err());
}

#[test]
fn lag_is_what_lies_between_commit_and_end() {
    let member = GroupMember {
        member_id: "m".into(),
        client_id: "c".into(),
        client_host: "/h".into(),
        group_instance_id: None,
        assignment: Vec::new(),
    };
    let read = Row {
        committed: Some(7),
        end: Some(10),
        member: Some(&member),
    };
    let unread = Row {
        committed: None,
        end: Some(3),
        member: None,
    };
    let rows = BTreeMap::from([(("t".to_owned(), 0), read), (("t".to_owned(), 1), unread)]);
    let text = lag_table("g", &rows).to_string();
    let cells =
        |line: usize| -> Vec<&str> { text.lines().nth(line).unwrap().split_whitespace().collect() };
    assert_eq!(cells(1), ["g", "t", "0", "7", "10", "3", "m", "/h", "c"]);
    assert_eq!(cells(2), ["g", "t", "1", "-", "3", "-", "-", "-", "-"]);
}
