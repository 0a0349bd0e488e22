//! Consumers of topics that nobody writes to: each in a fetch session over its share of the
//! partitions, waiting for records again and again, and a member of a group that it tells to be
//! alive.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use kavka_protocol::messages::FetchRequest;

use super::consume::fetch;
use crate::client::{Connection, Member, Topic, check};

/// A Java consumer's `heartbeat.interval.ms`.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// Consumers that wait.
pub(crate) struct IdleConsumers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Result<()>>>,
}

impl IdleConsumers {
    /// Starts `count` consumers that share out the partitions of these topics.
    pub(crate) fn start(address: SocketAddr, topics: &[Topic], count: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..count).map(|number| {
            let shares = topics.iter().map(|topic| share(topic, number, count));
            let shares: Vec<_> = shares.collect();
            let stop = Arc::clone(&stop);
            thread::spawn(move || wait(address, number, &shares, &stop))
        });
        Self {
            threads: threads.collect(),
            stop,
        }
    }

    /// Ends them; fails when one had failed before.
    pub(crate) fn stop(self) -> Result<()> {
        self.stop.store(true, Ordering::Release);
        self.threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .map_err(|_| anyhow!("a generator thread panicked"))?
        })
    }
}

type Share = (Topic, Vec<(i32, i64)>);

fn share(topic: &Topic, number: usize, count: usize) -> Share {
    let partitions = (0..topic.partitions).skip(number).step_by(count.max(1));
    // What the partitions held before they were waited for is passed over.
    let ends = partitions.map(|partition| (partition, 1));
    (topic.clone(), ends.collect())
}

fn wait(address: SocketAddr, number: usize, shares: &[Share], stop: &AtomicBool) -> Result<()> {
    let mut heart = Connection::open(address)?;
    let member = Member::join(&mut heart, &format!("idle-{number}"))?;
    let mut connection = Connection::open(address)?;
    let mut told = Instant::now();
    let mut session = (0, 0);
    while !stop.load(Ordering::Acquire) {
        let request = next(shares, session);
        let answer = connection.call(&request)?;
        check("Fetch", answer.error_code)?;
        for partition in answer.responses.iter().flat_map(|topic| &topic.partitions) {
            check("Fetch", partition.error_code)?;
        }
        session = (answer.session_id, session.1 + 1);
        if told.elapsed() >= HEARTBEAT {
            told = Instant::now();
            member.heartbeat(&mut heart)?;
        }
    }
    Ok(())
}

/// The session's first request names all partitions, the later ones none.
fn next(shares: &[Share], (id, epoch): (i32, i32)) -> FetchRequest {
    let mut request = FetchRequest {
        session_id: id,
        session_epoch: epoch,
        ..FetchRequest::default()
    };
    for (topic, ends) in shares {
        let whole = fetch(topic, ends.iter().copied());
        request.max_wait_ms = whole.max_wait_ms;
        request.min_bytes = whole.min_bytes;
        request.max_bytes = whole.max_bytes;
        if epoch == 0 {
            request.topics.extend(whole.topics);
        }
    }
    request
}
