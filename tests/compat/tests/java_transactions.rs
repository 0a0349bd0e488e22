//! Transactions as Apache Kafka's own tools make them, read them and tell of them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use kavka_protocol::header::{decode_response_header, encode_request};
use kavka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kavka_protocol::messages::{ProduceRequest, ProduceResponse};
use kavka_protocol::records::{BatchBuilder, Compression};
use kavka_protocol::{ApiKey, Message as _, Reader};
use kavka_test_compat::{PATIENCE, java, python, run, run_with_input};
use kavka_test_harness::{Broker, BrokerSettings, Process, wait_until};

use crate::{lines, turn};

const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const PERFORMANCE: &str = "org.apache.kafka.tools.ProducerPerformance";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const TRANSACTIONS: &str = "org.apache.kafka.tools.TransactionsCommand";

/// Runs a tool against the broker and gives back what it printed.
fn tool(broker: &Broker, class: &str, arguments: &[&str]) -> Result<String> {
    let address = broker.address();
    let command = java(
        class,
        &[&["--bootstrap-server", &address], arguments].concat(),
    )?;
    run(command)?.expect_success(class)
}

/// The values of a topic up to what is committed, waited for until there are so many.
fn committed(broker: &Broker, topic: &str, count: usize) -> Result<Vec<String>> {
    let count = count.to_string();
    let printed = tool(
        broker,
        CONSUMER,
        &[
            "--topic",
            topic,
            "--from-beginning",
            "--isolation-level",
            "read_committed",
            "--max-messages",
            &count,
            "--timeout-ms",
            "90000",
        ],
    )?;
    Ok(printed.lines().map(str::to_owned).collect())
}

/// The row of a tool's table that holds `word`, by columns.
fn row(table: &str, word: &str) -> Result<Vec<String>> {
    let found = table.lines().find(|line| line.contains(word));
    let found = found.with_context(|| format!("no {word} in\n{table}"))?;
    Ok(found.split_whitespace().map(str::to_owned).collect())
}

/// A client that has written `open` to the topic and neither commits nor aborts.
fn holder(broker: &Broker, topic: &str) -> Result<Process> {
    let mut command = python("transactions.py", &["hold", &broker.address(), topic])?;
    let holder = Process::start("the transaction's holder", &mut command)?;
    wait_until("an open transaction", PATIENCE, || {
        Ok(holder.stdout().contains("open"))
    })?;
    Ok(holder)
}

/// A producer that no coordinator knows.
const LOST: i64 = 4711;

/// Writes a batch of a transaction that no coordinator knows, as clients of old could whose write
/// came after its transaction had ended.
fn write_late(broker: &Broker, topic: &str) -> Result<()> {
    let version = 9;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let mut batch = BatchBuilder::new(Compression::None)
        .producer(LOST, 0, 0)
        .transactional();
    let now = i64::try_from(now.as_millis())?;
    batch.push(now, None, Some(b"late"), &[]);
    let request = ProduceRequest {
        transactional_id: Some("lost".to_owned()),
        acks: -1,
        timeout_ms: 30_000,
        topic_data: vec![TopicProduceData {
            name: topic.to_owned(),
            partition_data: vec![PartitionProduceData {
                index: 0,
                records: Some(batch.build()?),
            }],
            ..TopicProduceData::default()
        }],
    };
    let mut stream = TcpStream::connect(broker.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    for chunk in encode_request(1, None, version, &request)? {
        stream.write_all(&chunk)?;
    }
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let mut frame = vec![0; usize::try_from(u32::from_be_bytes(size))?];
    stream.read_exact(&mut frame)?;
    let mut reader = Reader::new(frame.into());
    decode_response_header(&mut reader, ApiKey::Produce, version)?;
    let response = ProduceResponse::decode(&mut reader, version)?;
    assert_eq!(response.responses[0].partition_responses[0].error_code, 0);
    Ok(())
}

/// The Java client takes a new epoch with each transaction (`transaction.version` 2).
#[test]
fn kafka_producer_perf_test_commits_transactions_that_a_console_consumer_reads() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    let create = ["--create", "--topic", "measured", "--partitions", "3"];
    tool(&broker, TOPICS, &create)?;
    let measured = tool(
        &broker,
        PERFORMANCE,
        &[
            "--topic",
            "measured",
            "--num-records",
            "20000",
            "--record-size",
            "100",
            "--throughput",
            "5000",
            "--transactional-id",
            "measuring",
            "--transaction-duration-ms",
            "200",
        ],
    )?;
    assert!(measured.contains("20000 records sent"), "{measured}");
    assert_eq!(committed(&broker, "measured", 20_000)?.len(), 20_000);
    let listed = tool(&broker, TRANSACTIONS, &["list"])?;
    let state = row(&listed, "measuring")?;
    assert_eq!(state.last().map(String::as_str), Some("CompleteCommit"));
    Ok(())
}

#[test]
fn kafka_transactions_shows_an_open_transaction_and_ends_it() -> Result<()> {
    let _turn = turn();
    let broker = Broker::start()?;
    tool(&broker, TOPICS, &["--create", "--topic", "held"])?;
    let mut holder = holder(&broker, "held")?;
    // Behind the open transaction nothing is read as committed.
    let address = broker.address();
    let produce = ["--bootstrap-server", &address, "--topic", "held"];
    run_with_input(java(PRODUCER, &produce)?, &lines("behind", 3))?.expect_success(PRODUCER)?;

    let listed = tool(&broker, TRANSACTIONS, &["list"])?;
    let columns = row(&listed, "holder")?;
    assert_eq!(columns.last().map(String::as_str), Some("Ongoing"));
    let told = ["describe", "--transactional-id", "holder"];
    let described = tool(&broker, TRANSACTIONS, &told)?;
    assert!(row(&described, "Ongoing")?.contains(&"held-0".to_owned()));
    let place = ["--topic", "held", "--partition", "0"];
    let of = ["describe-producers"];
    let producers = tool(&broker, TRANSACTIONS, &[&of[..], &place].concat())?;
    // The producers' table ends with where each one's transaction begins.
    let producer = columns.get(2).context("no producer id")?;
    assert_eq!(
        row(&producers, producer)?.last().map(String::as_str),
        Some("0")
    );
    let hanging = ["find-hanging", "--max-transaction-timeout", "0"];
    let hanging = tool(&broker, TRANSACTIONS, &[&hanging[..], &place].concat())?;
    assert_eq!(
        hanging.lines().count(),
        1,
        "the coordinator knows it: {hanging}"
    );

    let end = ["abort", "--start-offset", "0"];
    tool(&broker, TRANSACTIONS, &[&end[..], &place].concat())?;
    let read = committed(&broker, "held", 3)?;
    assert_eq!(read, ["behind 0", "behind 1", "behind 2"]);
    holder.kill()?;
    Ok(())
}

#[test]
fn kafka_transactions_finds_a_hanging_transaction_and_ends_it() -> Result<()> {
    let _turn = turn();
    let unasked = ("transaction.partition.verification.enable", "false");
    let broker = BrokerSettings::new().set(unasked.0, unasked.1).start()?;
    tool(&broker, TOPICS, &["--create", "--topic", "hung"])?;
    write_late(&broker, "hung")?;
    let address = broker.address();
    let produce = ["--bootstrap-server", &address, "--topic", "hung"];
    run_with_input(java(PRODUCER, &produce)?, &lines("behind", 3))?.expect_success(PRODUCER)?;

    let find = ["find-hanging", "--max-transaction-timeout", "0"];
    let place = ["--topic", "hung", "--partition", "0"];
    let found = tool(&broker, TRANSACTIONS, &[&find[..], &place].concat())?;
    let columns = row(&found, &LOST.to_string())?;
    assert_eq!(
        columns.get(..2),
        Some(&["hung".to_owned(), "0".to_owned()][..])
    );

    let end = ["abort", "--start-offset", "0"];
    tool(&broker, TRANSACTIONS, &[&end[..], &place].concat())?;
    let read = committed(&broker, "hung", 3)?;
    assert_eq!(read, ["behind 0", "behind 1", "behind 2"]);
    let found = tool(&broker, TRANSACTIONS, &[&find[..], &place].concat())?;
    assert_eq!(found.lines().count(), 1, "nothing hangs any more: {found}");
    Ok(())
}
