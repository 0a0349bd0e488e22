//! A broker that is killed while clients write.

use std::collections::HashSet;

use anyhow::Result;
use kavka_test_compat::{PATIENCE, franz, kcat, run};
use kavka_test_harness::{BrokerSettings, Process, wait_until};

use crate::franz::tally;

#[test]
fn nothing_acknowledged_is_lost_when_the_broker_is_killed_while_a_producer_writes() -> Result<()> {
    // Small segments, so that rolling and recovery happen on the way.
    let settings = BrokerSettings::new()
        .set("num.partitions", "3")
        .set("log.segment.bytes", "1048576");
    let mut broker = settings.start()?;
    let address = broker.address();
    let total = 6_000;
    let mut writer = franz(&["produce", &address, "survivors", &total.to_string()])?;
    let mut writer = Process::start("franz-go", &mut writer)?;
    for part in 1..=3 {
        let enough = part * total / 5;
        wait_until("acknowledgements", PATIENCE, || {
            Ok(writer.stdout().lines().count() > enough)
        })?;
        broker.kill()?;
        broker.launch()?;
    }
    let acknowledged = writer.wait(PATIENCE)?.expect_success("the producer")?;
    let acknowledged: HashSet<&str> = acknowledged.lines().collect();
    assert_eq!(acknowledged.len(), total);

    let count = franz(&["count", &address, "survivors", &total.to_string()])?;
    let read = tally(&run(count)?.expect_success("franz-go")?)?;
    // Idempotence holds across the crashes too: what was retried is there once.
    assert_eq!(read["missing"], 0, "{read}");
    assert_eq!(
        (&read["repeated"], &read["disordered"]),
        (&0.into(), &0.into()),
        "{read}"
    );
    Ok(())
}

#[test]
fn what_was_acknowledged_before_the_kill_is_there_although_nobody_writes_it_again() -> Result<()> {
    let mut broker = BrokerSettings::new().start()?;
    let address = broker.address();
    let mut writer = franz(&["produce", &address, "witness", "100000"])?;
    let mut writer = Process::start("franz-go", &mut writer)?;
    wait_until("acknowledgements", PATIENCE, || {
        Ok(writer.stdout().lines().count() > 500)
    })?;
    broker.kill()?;
    // The producer goes with it: only what the broker kept by itself remains.
    writer.kill()?;
    let printed = writer.stdout();
    let complete = printed
        .rsplit_once('\n')
        .map_or("", |(complete, _)| complete);
    broker.launch()?;
    let consume = [
        "-b",
        &address,
        "-C",
        "-t",
        "witness",
        "-o",
        "beginning",
        "-e",
        "-q",
    ];
    let read = run(kcat(&consume))?.expect_success("kcat -C")?;
    let read: HashSet<&str> = read.lines().collect();
    let lost: Vec<&str> = complete
        .lines()
        .filter(|number| !read.contains(number))
        .collect();
    assert!(
        lost.is_empty(),
        "{} lost, such as {:?}",
        lost.len(),
        lost.first()
    );
    Ok(())
}
