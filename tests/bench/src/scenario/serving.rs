//! A broker from its start on an empty disk through all kinds of load.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::{cost_of, millions_per_second, per_gb};
use crate::bench::{Bench, Run};
use crate::client::{Template, Topic};
use crate::load::{OpenLoop, ProduceLoad, Producer, consume};
use crate::memory::touch_page_cache;
use crate::server::Server;
use crate::usage::as_f64;

const PARTITIONS: i32 = 6;
const CONSUMERS: usize = 10;
/// How long a broker stands idle before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
const PER_SECOND: u32 = 10_000;
const KIB: usize = 1024;

pub(super) fn run(bench: &mut Bench, run: &Run<'_>) -> Result<()> {
    let server = Server::start(run.system, &bench.cores, &run.folder)?;
    let mut serving = Serving {
        bench,
        run,
        server,
        produced: 0,
    };
    serving.idle()?;
    serving.one_kib()?;
    serving.small_records()?;
    serving.large_batches()?;
    serving.latency()?;
    serving.loaded()
}

struct Serving<'a> {
    bench: &'a mut Bench,
    run: &'a Run<'a>,
    server: Server,
    /// Bytes so far.
    produced: u64,
}

/// A load of one kind: its topic's name, its records and batches, and how much of it.
struct Kind {
    name: &'static str,
    value_len: usize,
    batch_len: usize,
    producer: Producer,
    bytes: u64,
}

impl Serving<'_> {
    fn wants(&self, ids: &[&str]) -> bool {
        ids.iter().any(|id| self.bench.wants(id))
    }

    fn add(&mut self, row: &'static str, value: f64) {
        if self.bench.wants(row) {
            self.bench.samples.add(row, self.run.column, value);
        }
    }

    fn idle(&mut self) -> Result<()> {
        let served_after = self.server.served_after;
        self.add("start.empty", served_after.as_secs_f64() * 1000.0);
        if self.wants(&["memory.idle"]) {
            thread::sleep(IDLE);
            let resident = self.server.resident_mb()?;
            self.add("memory.idle", resident);
        }
        Ok(())
    }

    /// Produces a load of one kind after a warm-up of the same; returns the topic.
    fn produce(
        &mut self,
        kind: &Kind,
        cpu: &'static str,
        rate: Option<&'static str>,
    ) -> Result<Topic> {
        let topic = self
            .server
            .connect()?
            .create_served_topic(kind.name, PARTITIONS)?;
        let template = Template::new(kind.value_len, kind.batch_len)?;
        let warm_up = self.bench.plan.warm_up.min(kind.bytes);
        touch_page_cache(&self.bench.folder, kind.bytes + warm_up)?;
        let load = |bytes| ProduceLoad {
            address: self.server.address,
            topic: &topic,
            template: &template,
            producer: kind.producer,
            bytes,
        };
        load(warm_up).run()?;
        let (volume, seconds) = cost_of(&self.server, || load(kind.bytes).run())?;
        self.produced += warm_up + volume.bytes;
        self.add(cpu, per_gb(seconds, volume.bytes));
        if let Some(rate) = rate {
            let count = match kind.producer {
                Producer::Plain => volume.bytes,
                Producer::Idempotent => volume.records,
            };
            self.add(rate, millions_per_second(count, volume.took));
        }
        Ok(topic)
    }

    fn one_kib(&mut self) -> Result<()> {
        if !self.wants(&["produce.1k", "consume"]) {
            return Ok(());
        }
        let kind = Kind {
            name: "one-kib",
            value_len: KIB,
            batch_len: 64 * KIB,
            producer: Producer::Plain,
            bytes: self.bench.plan.produced,
        };
        let topic = self.produce(&kind, "produce.1k.cpu", Some("produce.1k.rate"))?;
        self.server.connect()?.delete_topic(&topic)?;
        self.consume()
    }

    fn consume(&mut self) -> Result<()> {
        if !self.wants(&["consume"]) {
            return Ok(());
        }
        let mut connection = self.server.connect()?;
        let topic = connection.create_served_topic("read", PARTITIONS)?;
        let template = Template::new(KIB, 64 * KIB)?;
        touch_page_cache(&self.bench.folder, self.bench.plan.consumed)?;
        let load = ProduceLoad {
            address: self.server.address,
            topic: &topic,
            template: &template,
            producer: Producer::Plain,
            bytes: self.bench.plan.consumed,
        };
        self.produced += load.run()?.bytes;
        let ends = connection.wait_until_served(&topic)?;
        // The first reader warms up what reading needs.
        consume(self.server.address, &topic, &ends, 1)?;
        let (bytes, seconds) = cost_of(&self.server, || {
            consume(self.server.address, &topic, &ends, CONSUMERS)
        })?;
        self.add("consume.cpu", per_gb(seconds, bytes));
        connection.delete_topic(&topic)
    }

    fn small_records(&mut self) -> Result<()> {
        if !self.wants(&["produce.100b"]) {
            return Ok(());
        }
        let kind = Kind {
            name: "small",
            value_len: 100,
            batch_len: 16 * KIB,
            producer: Producer::Idempotent,
            bytes: self.bench.plan.produced_small,
        };
        let topic = self.produce(&kind, "produce.100b.cpu", Some("produce.100b.rate"))?;
        self.server.connect()?.delete_topic(&topic)
    }

    fn large_batches(&mut self) -> Result<()> {
        if !self.wants(&["produce.256k"]) {
            return Ok(());
        }
        let kind = Kind {
            name: "large",
            value_len: KIB,
            batch_len: 256 * KIB,
            producer: Producer::Plain,
            bytes: self.bench.plan.produced,
        };
        let topic = self.produce(&kind, "produce.256k.cpu", Some("produce.256k.rate"))?;
        self.server.connect()?.delete_topic(&topic)
    }

    fn latency(&mut self) -> Result<()> {
        if !self.wants(&["latency"]) {
            return Ok(());
        }
        let mut connection = self.server.connect()?;
        let topic = connection.create_served_topic("latency", PARTITIONS)?;
        let plan = &self.bench.plan;
        let lasting = plan.latency + plan.latency_warm_up;
        touch_page_cache(
            &self.bench.folder,
            lasting.as_secs() * u64::from(PER_SECOND) * u64::try_from(KIB)?,
        )?;
        let load = OpenLoop {
            address: self.server.address,
            topic: &topic,
            per_second: PER_SECOND,
            value_len: KIB,
            warm_up: plan.latency_warm_up,
            lasting: plan.latency,
        };
        let latencies = load.run()?;
        self.add("latency.p50", latencies.quantile_ms(0.5)?);
        self.add("latency.p99", latencies.quantile_ms(0.99)?);
        self.add("latency.p99.9", latencies.quantile_ms(0.999)?);
        connection.delete_topic(&topic)
    }

    /// Produces what is left to the volume after which memory is read, in the first round.
    fn loaded(&mut self) -> Result<()> {
        if !self.run.is_first || !self.wants(&["memory.loaded"]) {
            return Ok(());
        }
        let missing = self.bench.plan.loaded.saturating_sub(self.produced);
        let mut connection = self.server.connect()?;
        let topic = connection.create_served_topic("loaded", PARTITIONS)?;
        let load = ProduceLoad {
            address: self.server.address,
            topic: &topic,
            template: &Template::new(KIB, 64 * KIB)?,
            producer: Producer::Plain,
            bytes: missing,
        };
        self.produced += load.run()?.bytes;
        eprintln!("  {:.1} GB produced", as_f64(self.produced) / 1e9);
        let resident = self.server.resident_mb()?;
        self.add("memory.loaded", resident);
        Ok(())
    }
}
