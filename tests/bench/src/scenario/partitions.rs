//! Ten thousand partitions: made, written to, waited for, started with.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::cost_of;
use crate::bench::{Bench, Run};
use crate::client::Topic;
use crate::load::{IdleConsumers, one_batch_each};
use crate::server::Server;

/// Kafka takes no more than 10,000 records of metadata in one request.
const PARTITIONS: i32 = 1000;
const CONSUMERS: usize = 100;
/// Before memory or processor time are read, so that what was begun has ended.
const SETTLED: Duration = Duration::from_secs(6);

pub(super) fn run(bench: &mut Bench, run: &Run<'_>) -> Result<()> {
    let server = Server::start(run.system, &bench.cores, &run.folder)?;
    let mut connection = server.connect()?;
    let begun = Instant::now();
    let topics = (0..bench.plan.many_topics)
        .map(|number| connection.create_topic(&format!("many-{number}"), PARTITIONS))
        .collect::<Result<Vec<Topic>>>()?;
    for topic in &topics {
        connection.wait_until_served(topic)?;
    }
    let took = begun.elapsed().as_secs_f64();
    bench.samples.add("create", run.column, took);
    thread::sleep(SETTLED);
    let empty = server.resident_mb()?;
    bench.samples.add("memory.empty", run.column, empty);
    for topic in &topics {
        one_batch_each(server.address, topic)?;
    }
    thread::sleep(SETTLED);
    server.wait_until_at_rest()?;
    let filled = server.resident_mb()?;
    bench.samples.add("memory.partitions", run.column, filled);
    let busy = idle_share(&server, &topics, bench.plan.idle)?;
    bench.samples.add("idle.cpu", run.column, busy * 100.0);
    server.stop()?;
    let server = Server::start(run.system, &bench.cores, &run.folder)?;
    let served_after = server.served_after.as_secs_f64() * 1000.0;
    let mut connection = server.connect()?;
    for topic in &topics {
        let ends = connection.wait_until_served(topic)?;
        anyhow::ensure!(
            ends.iter().all(|end| *end == 1),
            "a partition of {} has lost its record",
            topic.name
        );
    }
    bench
        .samples
        .add("start.partitions", run.column, served_after);
    Ok(())
}

/// The part of a core that the broker takes while consumers wait.
fn idle_share(server: &Server, topics: &[Topic], lasting: Duration) -> Result<f64> {
    let consumers = IdleConsumers::start(server.address, topics, CONSUMERS);
    thread::sleep(SETTLED);
    let begun = Instant::now();
    let ((), seconds) = cost_of(server, || {
        thread::sleep(lasting);
        Ok(())
    })?;
    let share = seconds / begun.elapsed().as_secs_f64();
    consumers.stop()?;
    Ok(share)
}
