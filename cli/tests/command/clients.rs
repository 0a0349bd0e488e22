//! Topics, groups, writing and reading against a real broker.

use crate::process::{Place, Running, Up, cluster, command, read_all, run, run_with_input};

fn broker() -> (Place, Up) {
    let place = Place::new();
    place.write(&[cluster("demo")]);
    let up = place.up();
    (place, up)
}

#[test]
fn topics_are_made_described_changed_and_deleted() {
    let (_place, up) = broker();
    let topic = |line: &str| {
        let words = ["topic"].into_iter().chain(line.split_whitespace());
        run(&words
            .chain(["--bootstrap-server", &up.broker])
            .collect::<Vec<_>>())
    };
    assert_eq!(
        topic(
            "--create --topic x --partitions 4 --replication-factor 1 --config retention.ms=5000"
        )
        .ok(),
        "Created topic x.\n"
    );
    assert_eq!(topic("list --exclude-internal").ok(), "x\n");
    let described = topic("describe x").ok();
    assert!(described.contains("PartitionCount: 4"), "{described}");
    assert!(
        described.contains("Configs: retention.ms=5000"),
        "{described}"
    );
    topic("alter x --partitions 6 --delete-config retention.ms --config max.message.bytes=2000")
        .ok();
    let described = topic("--describe --topic x").ok();
    assert!(described.contains("PartitionCount: 6"), "{described}");
    assert!(
        described.contains("Configs: max.message.bytes=2000\n"),
        "{described}"
    );
    assert_eq!(topic("delete x").ok(), "Deleted topic x.\n");
    assert_eq!(topic("list --exclude-internal").ok(), "");
}

#[test]
fn what_a_broker_refuses_comes_with_the_remedy() {
    let (_place, up) = broker();
    let refused = |line: &str| {
        let words = ["topic"].into_iter().chain(line.split_whitespace());
        let ended = run(&words.chain(["-b", &up.broker]).collect::<Vec<_>>());
        assert_eq!(ended.code, Some(1), "{ended:?}");
        ended.stderr
    };
    let error = refused("create x --partitions 4 --replication-factor 2");
    assert!(error.contains("INVALID_REPLICATION_FACTOR"), "{error}");
    assert!(error.contains("--replication-factor"), "{error}");
    run(&["topic", "create", "x", "-b", &up.broker]).ok();
    assert!(refused("create x").contains("--if-not-exists"));
    run(&["topic", "create", "x", "--if-not-exists", "-b", &up.broker]).ok();
    assert!(refused("alter x --partitions 0").contains("INVALID_PARTITIONS"));
    assert!(refused("alter x --config retention.sm=1").contains("INVALID_CONFIG"));
    assert!(refused("delete y").contains("kavka topic list"));
    run(&["topic", "delete", "y", "--if-exists", "-b", &up.broker]).ok();
}

#[test]
fn keys_headers_and_tombstones_come_back() {
    let (_place, up) = broker();
    run(&["topic", "create", "t", "-b", &up.broker]).ok();
    let produce = [
        "produce",
        "t",
        "-b",
        &up.broker,
        "--key-separator",
        ":",
        "--header",
        "h=1",
    ];
    run_with_input(
        &[&produce[..], &["--null-marker", "NULL"]].concat(),
        "a:1\nb:x:y\nc:NULL\n",
    )
    .ok();
    let consume = [
        "consume",
        "t",
        "-b",
        &up.broker,
        "--from-beginning",
        "-e",
        "--print-key",
    ];
    let read = run(&[&consume[..], &["--print-headers", "--key-separator", "|"]].concat()).ok();
    assert_eq!(read, "h:1|a|1\nh:1|b|x:y\nh:1|c|null\n");
    let last = [
        "consume",
        "t",
        "-b",
        &up.broker,
        "--partition",
        "0",
        "--offset",
        "-1",
        "-e",
    ];
    assert_eq!(
        run(&[&last[..], &["--print-key"]].concat()).ok(),
        "c\tnull\n"
    );
}

#[test]
fn a_line_without_its_key_is_named_and_what_came_before_is_written() {
    let (_place, up) = broker();
    let produce = ["produce", "t", "-b", &up.broker, "--key-separator", ":"];
    let ended = run_with_input(&produce, "a:1\nno key\n");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("line 2"), "{ended:?}");
    assert_eq!(read_all(&up.broker, "t"), ["1"]);
}

#[test]
fn records_are_printed_as_they_arrive_until_the_interrupt() {
    let (_place, up) = broker();
    run_with_input(&["produce", "t", "-b", &up.broker], "one\n").ok();
    let mut reader = Running::start(&mut command(&[
        "consume",
        "t",
        "--from-beginning",
        "-b",
        &up.broker,
    ]));
    reader.line_with("one");
    run_with_input(&["produce", "t", "-b", &up.broker], "two\n").ok();
    reader.line_with("two");
    assert_eq!(reader.terminate().0, Some(0));
}

#[test]
fn a_topic_that_is_not_there_is_named() {
    let (_place, up) = broker();
    let ended = run(&["consume", "nothing", "-b", &up.broker, "-e"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("topic \"nothing\" does not exist"),
        "{ended:?}"
    );
    assert!(
        ended.stderr.contains("kavka topic create nothing"),
        "{ended:?}"
    );
}

#[test]
fn a_group_remembers_shows_its_lag_and_goes_where_it_is_sent() {
    let (_place, up) = broker();
    run(&[
        "topic",
        "create",
        "t",
        "--partitions",
        "1",
        "-b",
        &up.broker,
    ])
    .ok();
    run_with_input(&["produce", "t", "-b", &up.broker], "1\n2\n3\n4\n5\n").ok();
    let read = |more: &[&str]| {
        let consume = [
            "consume",
            "t",
            "-b",
            &up.broker,
            "--group",
            "g",
            "--from-beginning",
        ];
        run(&[&consume[..], more].concat()).ok()
    };
    assert_eq!(read(&["-n", "3"]), "1\n2\n3\n");
    let group = |line: &str| {
        let words = ["group"].into_iter().chain(line.split_whitespace());
        run(&words.chain(["-b", &up.broker]).collect::<Vec<_>>())
    };
    assert_eq!(group("list").ok(), "g\n");
    let lag = |table: &str| {
        let row = table.lines().last().unwrap().to_owned();
        row.split_whitespace()
            .skip(3)
            .take(3)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(lag(&group("describe g").ok()), ["3", "5", "2"]);
    let dry = group("reset-offsets --group g --topic t --to-earliest");
    assert!(dry.stderr.contains("--execute"), "{dry:?}");
    assert_eq!(lag(&group("describe g").ok()), ["3", "5", "2"]);
    group("--reset-offsets --group g --topic t:0 --shift-by -2 --execute").ok();
    assert_eq!(lag(&group("describe g").ok()), ["1", "5", "4"]);
    assert_eq!(read(&["-e"]), "2\n3\n4\n5\n");
    group("delete g").ok();
    let gone = group("describe g");
    assert!(
        gone.stderr.contains("group \"g\" does not exist"),
        "{gone:?}"
    );
}

#[test]
fn a_running_group_is_not_reset() {
    let (_place, up) = broker();
    run_with_input(&["produce", "t", "-b", &up.broker], "1\n").ok();
    let arguments = [
        "consume",
        "t",
        "--group",
        "g",
        "--from-beginning",
        "-b",
        &up.broker,
    ];
    let mut member = Running::start(&mut command(&arguments));
    member.line_with("1");
    let reset = [
        "group",
        "reset-offsets",
        "--group",
        "g",
        "--topic",
        "t",
        "--to-earliest",
    ];
    let ended = run(&[&reset[..], &["--execute", "-b", &up.broker]].concat());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("stop its consumers first"),
        "{ended:?}"
    );
}
