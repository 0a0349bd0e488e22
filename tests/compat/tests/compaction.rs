//! Compacted topics, read by clients that nobody here wrote.

use anyhow::{Result, ensure};
use kavka_test_compat::{PATIENCE, franz, java, kcat, run, run_with_input};
use kavka_test_harness::{Broker, BrokerSettings, wait_until};

use crate::franz::tally;
use crate::turn;

const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";

/// A broker whose topics are all compacted, as soon as they can be.
pub(crate) fn eager() -> Result<Broker> {
    BrokerSettings::new()
        .set("log.cleanup.policy", "compact")
        .set("log.cleaner.min.cleanable.ratio", "0")
        .set("log.cleaner.backoff.ms", "100")
        .set("log.retention.check.interval.ms", "100")
        .set("log.roll.ms", "100")
        .start()
}

/// Writes numbers under five keys, one batch each time, with an idempotent producer; the pairs
/// that are left of them.
pub(crate) fn write(broker: &Broker, topic: &str, codec: &str) -> Result<Vec<String>> {
    let address = broker.address();
    for part in 0..4 {
        let numbers = part * 50..part * 50 + 50;
        let lines: Vec<String> = numbers
            .map(|number| format!("k{}:{number}\n", number % 5))
            .collect();
        let input = lines.concat();
        let place = [
            "-b", &address, "-P", "-t", topic, "-p", "0", "-K", ":", "-z", codec,
        ];
        let how = [
            "-X",
            "enable.idempotence=true",
            "-X",
            "batch.num.messages=7",
        ];
        run_with_input(kcat(&[&place[..], &how].concat()), &input)?.expect_success("kcat -P")?;
    }
    Ok((195..200)
        .map(|number| format!("k{}:{number}", number % 5))
        .collect())
}

fn read(broker: &Broker, topic: &str, more: &[&str]) -> Result<Vec<String>> {
    let address = broker.address();
    let from = [
        "-b",
        &address,
        "-C",
        "-t",
        topic,
        "-o",
        "beginning",
        "-e",
        "-q",
        "-K",
        ":",
    ];
    let printed = run(kcat(&[&from[..], more].concat()))?.expect_success("kcat -C")?;
    Ok(printed.lines().map(str::to_owned).collect())
}

/// Waits until nothing but `expected` is left of a topic.
pub(crate) fn await_compacted(broker: &Broker, topic: &str, expected: &[String]) -> Result<()> {
    wait_until("a compacted topic", PATIENCE, || {
        Ok(read(broker, topic, &[])? == expected)
    })
}

#[test]
fn librdkafka_franz_go_and_the_java_client_read_what_is_left() -> Result<()> {
    let _turn = turn();
    let broker = eager()?;
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let expected = write(&broker, codec, codec)?;
        await_compacted(&broker, codec, &expected)?;
        let committed = read(&broker, codec, &["-X", "isolation.level=read_committed"])?;
        assert_eq!(committed, expected, "{codec}");
        let address = broker.address();
        let counted = run(franz(&["count", &address, codec, "5"])?)?;
        let counted = tally(&counted.expect_success("franz-go")?)?;
        let seen = (
            &counted["distinct"],
            &counted["repeated"],
            &counted["disordered"],
        );
        assert_eq!(
            seen,
            (&5.into(), &0.into(), &0.into()),
            "{codec}: {counted}"
        );
        let place = [
            "--bootstrap-server",
            &address,
            "--topic",
            codec,
            "--from-beginning",
        ];
        let until = [
            "--max-messages",
            "5",
            "--timeout-ms",
            "60000",
            "--formatter-property",
            "print.key=true",
            "--formatter-property",
            "key.separator=:",
        ];
        let printed = run(java(CONSUMER, &[&place[..], &until].concat())?)?;
        let printed = printed.expect_success(CONSUMER)?;
        let printed: Vec<&str> = printed.lines().collect();
        ensure!(printed == expected, "{codec}: {printed:?}");
    }
    Ok(())
}
