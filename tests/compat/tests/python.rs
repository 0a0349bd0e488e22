//! kafka-python, from Python's package index.

use anyhow::Result;
use kavka_test_compat::{python, run};
use kavka_test_harness::Broker;

#[test]
fn what_is_written_is_read_back_in_a_group_and_committed() -> Result<()> {
    let broker = Broker::start()?;
    let command = python("round_trip.py", &[&broker.address(), "snakes", "1000"])?;
    let counts = crate::franz::tally(&run(command)?.expect_success("kafka-python")?)?;
    for count in ["acknowledged", "read", "distinct", "headers", "committed"] {
        assert_eq!(counts[count], 1_000, "{count}: {counts}");
    }
    Ok(())
}
