//! franz-go, from Go.

use anyhow::{Context as _, Result};
use kavka_test_compat::{franz, kcat, run};
use kavka_test_harness::{Broker, BrokerSettings};
use serde_json::Value;

/// The counts that the program prints last.
pub(crate) fn tally(printed: &str) -> Result<Value> {
    let last = printed.lines().last().context("nothing was printed")?;
    serde_json::from_str(last).with_context(|| last.to_owned())
}

fn client(broker: &Broker, command: &str, topic: &str, count: &str) -> Result<String> {
    let command = franz(&[command, &broker.address(), topic, count])?;
    run(command)?.expect_success("franz-go")
}

#[test]
fn an_idempotent_producer_s_records_are_read_once_and_in_order() -> Result<()> {
    let broker = Broker::start()?;
    let acknowledged = client(&broker, "produce", "numbers", "5000")?;
    assert_eq!(acknowledged.lines().count(), 5_000);
    let read = tally(&client(&broker, "count", "numbers", "5000")?)?;
    assert_eq!(read["distinct"], 5_000, "{read}");
    assert_eq!(
        (&read["repeated"], &read["disordered"]),
        (&0.into(), &0.into()),
        "{read}"
    );
    Ok(())
}

#[test]
fn three_members_that_come_and_go_lose_and_repeat_nothing() -> Result<()> {
    let broker = BrokerSettings::new().set("num.partitions", "6").start()?;
    let read = tally(&client(&broker, "group", "shared", "8000")?)?;
    assert_eq!(
        (&read["missing"], &read["repeated"]),
        (&0.into(), &0.into()),
        "{read}"
    );
    let listed = run(kcat(&["-b", &broker.address(), "-L", "-t", "shared"]))?;
    let listed = listed.expect_success("kcat -L")?;
    assert!(listed.contains("with 6 partitions"), "{listed}");
    Ok(())
}
