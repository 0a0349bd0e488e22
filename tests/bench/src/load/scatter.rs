//! Small batches for many partitions at once: one for each, or as many as go until the broker is
//! killed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result, anyhow, ensure};
use bytes::Bytes;

use super::produce::{acknowledge, request};
use crate::client::{Connection, Template, Topic};

/// Partitions in one request.
const PER_REQUEST: usize = 50;
const CONNECTIONS: usize = 2;
const IN_FLIGHT: usize = 5;

/// Writes one record to every partition.
pub(crate) fn one_batch_each(address: SocketAddr, topic: &Topic) -> Result<()> {
    let template = Template::new(100, 0)?;
    ensure!(template.records == 1, "a batch of one record");
    let (mut sender, mut receiver) = Connection::open(address)?.split();
    let partitions: Vec<i32> = (0..topic.partitions).collect();
    for chunk in partitions.chunks(PER_REQUEST) {
        sender.send(&request(topic, batches(chunk, &template)))?;
        acknowledge(&mut receiver)?;
    }
    Ok(())
}

fn batches(partitions: &[i32], template: &Template) -> impl Iterator<Item = (i32, Bytes)> + use<> {
    let batch = template.plain();
    let partitions = partitions.to_vec();
    partitions
        .into_iter()
        .map(move |partition| (partition, batch.clone()))
}

/// For every partition the end of what was acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged {
    pub(crate) ends: Vec<i64>,
    pub(crate) batches: u64,
}

/// Batches of 4 KiB over all partitions of a topic, until the broker is gone.
pub(crate) struct ScatterLoad {
    acknowledged: Arc<Mutex<Acknowledged>>,
    killed: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Result<()>>>,
}

impl ScatterLoad {
    pub(crate) fn start(address: SocketAddr, topic: &Topic) -> Result<Self> {
        let template = Template::new(1024, 4096)?;
        let partitions = usize::try_from(topic.partitions)?;
        let acknowledged = Arc::new(Mutex::new(Acknowledged {
            ends: vec![0; partitions],
            batches: 0,
        }));
        let killed = Arc::new(AtomicBool::new(false));
        let threads = (0..CONNECTIONS).map(|number| {
            let (topic, template) = (topic.clone(), template.clone());
            let (acknowledged, killed) = (Arc::clone(&acknowledged), Arc::clone(&killed));
            thread::spawn(move || {
                let result = lane(address, number, &topic, &template, &acknowledged);
                // That the broker went away is what this load waits for.
                if killed.load(Ordering::Acquire) {
                    Ok(())
                } else {
                    result
                }
            })
        });
        Ok(Self {
            threads: threads.collect(),
            acknowledged,
            killed,
        })
    }

    /// Kills the broker under the load; returns what it had acknowledged.
    pub(crate) fn end_with(self, kill: impl FnOnce() -> Result<()>) -> Result<Acknowledged> {
        let failed_before = self.threads.iter().any(JoinHandle::is_finished);
        self.killed.store(!failed_before, Ordering::Release);
        kill()?;
        for thread in self.threads {
            thread
                .join()
                .map_err(|_| anyhow!("a generator thread panicked"))??;
        }
        ensure!(
            !failed_before,
            "the load ended before the broker was killed"
        );
        let mut acknowledged = self
            .acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut acknowledged))
    }
}

fn lane(
    address: SocketAddr,
    number: usize,
    topic: &Topic,
    template: &Template,
    acknowledged: &Mutex<Acknowledged>,
) -> Result<()> {
    let (mut sender, mut receiver) = Connection::open(address)?.split();
    let partitions: Vec<i32> = (0..topic.partitions).collect();
    let chunks: Vec<&[i32]> = partitions.chunks(PER_REQUEST).collect();
    let mut under_way = 0;
    for chunk in chunks
        .iter()
        .cycle()
        .skip(number * chunks.len() / CONNECTIONS)
    {
        sender.send(&request(topic, batches(chunk, template)))?;
        under_way += 1;
        if under_way < IN_FLIGHT {
            continue;
        }
        let answer = acknowledge(&mut receiver)?;
        under_way -= 1;
        let mut acknowledged = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        for partition in answer
            .responses
            .iter()
            .flat_map(|topic| &topic.partition_responses)
        {
            let index = usize::try_from(partition.index)?;
            let end = acknowledged.ends.get_mut(index).context("partition")?;
            *end = (*end).max(partition.base_offset + i64::from(template.records));
            acknowledged.batches += 1;
        }
    }
    Ok(())
}
