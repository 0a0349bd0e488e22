//! kill -9 under load: how long until every partition is served again, with all that was
//! acknowledged.

use std::thread;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::bench::{Bench, Run};
use crate::load::{ScatterLoad, one_batch_each};
use crate::server::Server;

const PARTITIONS: i32 = 2000;

pub(super) fn run(bench: &mut Bench, run: &Run<'_>) -> Result<()> {
    let server = Server::start(run.system, &bench.cores, &run.folder)?;
    let topic = server
        .connect()?
        .create_served_topic("killed", PARTITIONS)?;
    one_batch_each(server.address, &topic)?;
    let load = ScatterLoad::start(server.address, &topic)?;
    thread::sleep(bench.plan.killed_after);
    let acknowledged = load.end_with(|| server.kill())?;
    eprintln!("  {} batches were acknowledged", acknowledged.batches);
    let begun = Instant::now();
    let server = Server::start(run.system, &bench.cores, &run.folder)?;
    let ends = server.connect()?.wait_until_served(&topic)?;
    let took = begun.elapsed().as_secs_f64();
    for (partition, (end, acknowledged)) in ends.iter().zip(&acknowledged.ends).enumerate() {
        ensure!(
            end >= acknowledged,
            "partition {partition} ends at {end} though {acknowledged} was acknowledged"
        );
    }
    bench.samples.add("recovery", run.column, took);
    Ok(())
}
