//! kcat, which is librdkafka.

use anyhow::Result;
use kavka_test_compat::{kcat, run, run_with_input};
use kavka_test_harness::Broker;

use crate::lines;

/// What `kcat -C` prints of a topic from its start, with more arguments.
fn consume(broker: &Broker, topic: &str, more: &[&str]) -> Result<String> {
    let address = broker.address();
    let base = [
        "-b",
        &address,
        "-C",
        "-t",
        topic,
        "-o",
        "beginning",
        "-e",
        "-q",
    ];
    run(kcat(&[&base, more].concat()))?.expect_success("kcat -C")
}

fn produce(broker: &Broker, topic: &str, more: &[&str], input: &str) -> Result<()> {
    let address = broker.address();
    let command = kcat(&[&["-b", &address, "-P", "-t", topic], more].concat());
    run_with_input(command, input)?.expect_success("kcat -P")?;
    Ok(())
}

#[test]
fn what_is_written_is_read_back_in_every_codec() -> Result<()> {
    let broker = Broker::start()?;
    let input = lines("line", 1_000);
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        produce(&broker, codec, &["-z", codec], &input)?;
        assert_eq!(consume(&broker, codec, &[])?, input, "{codec}");
    }
    Ok(())
}

#[test]
fn an_idempotent_producer_is_served() -> Result<()> {
    let broker = Broker::start()?;
    let input = lines("line", 500);
    produce(&broker, "once", &["-X", "enable.idempotence=true"], &input)?;
    assert_eq!(consume(&broker, "once", &[])?, input);
    Ok(())
}

#[test]
fn keys_headers_and_empty_values_come_back() -> Result<()> {
    let broker = Broker::start()?;
    let with_header = ["-K", ":", "-H", "trace=7", "-Z"];
    produce(&broker, "keyed", &with_header, "a:1\nb:\nc:3\n")?;
    let format = ["-f", "%k=%s %h %o %S\n"];
    let expected = "a=1 trace=7 0 1\nb= trace=7 1 -1\nc=3 trace=7 2 1\n";
    assert_eq!(consume(&broker, "keyed", &format)?, expected);
    Ok(())
}

#[test]
fn a_topic_is_created_by_writing_and_listed_with_its_leader() -> Result<()> {
    let broker = Broker::start()?;
    produce(&broker, "auto", &[], "1\n")?;
    let address = broker.address();
    let listed = run(kcat(&["-b", &address, "-L"]))?.expect_success("kcat -L")?;
    assert!(
        listed.contains("topic \"auto\" with 1 partitions"),
        "{listed}"
    );
    assert!(
        listed.contains("partition 0, leader 0, replicas: 0, isrs: 0"),
        "{listed}"
    );
    assert!(listed.contains(&address), "{listed}");
    Ok(())
}

#[test]
fn offsets_are_found_by_time_from_the_end_and_by_number() -> Result<()> {
    let broker = Broker::start()?;
    produce(&broker, "times", &[], "1\n2\n3\n")?;
    let address = broker.address();
    let from = |offset: &str| {
        let base = [
            "-b", &address, "-C", "-t", "times", "-p", "0", "-o", offset, "-e", "-q",
        ];
        run(kcat(&base))?.expect_success("kcat -o")
    };
    assert_eq!(from("s@0")?, "1\n2\n3\n");
    assert_eq!(from("-1")?, "3\n");
    assert_eq!(from("1")?, "2\n3\n");
    let queried = run(kcat(&["-b", &address, "-Q", "-t", "times:0:-1"]))?;
    assert_eq!(
        queried.expect_success("kcat -Q")?.trim(),
        "times [0] offset 3"
    );
    Ok(())
}

#[test]
fn a_group_goes_on_where_it_stopped() -> Result<()> {
    let broker = Broker::start()?;
    let address = broker.address();
    let group = || {
        let reset = ["-X", "auto.offset.reset=earliest", "-e", "-q"];
        let base = ["-b", &address, "-G", "readers", "grouped"];
        run(kcat(&[&reset[..], &base].concat()))?.expect_success("kcat -G")
    };
    produce(&broker, "grouped", &[], "1\n2\n")?;
    assert_eq!(group()?, "1\n2\n");
    produce(&broker, "grouped", &[], "3\n")?;
    assert_eq!(group()?, "3\n");
    Ok(())
}

#[test]
fn records_survive_an_ordinary_restart() -> Result<()> {
    let mut broker = Broker::start()?;
    let input = lines("line", 300);
    produce(&broker, "kept", &[], &input)?;
    broker.stop()?;
    broker.launch()?;
    produce(&broker, "kept", &[], "after\n")?;
    assert_eq!(consume(&broker, "kept", &[])?, format!("{input}after\n"));
    Ok(())
}
