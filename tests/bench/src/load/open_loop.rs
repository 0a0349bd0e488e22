//! Open loop: messages are due at fixed times, whatever the broker does, and a message's latency
//! counts from when it was due until a consumer has it. A broker that stalls makes all that was due
//! meanwhile late, so nothing is omitted.

use std::net::SocketAddr;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use kavka_protocol::records::{BatchBuilder, Compression};

use super::consume::{fetch, whole_batches};
use super::produce::{acknowledge, request};
use crate::client::{Connection, Receiver, Sender, Topic, check, now_ms};

/// Requests under way at once: a Java producer's default. While so many are, messages that fall due
/// wait for the next one and share it.
const IN_FLIGHT: usize = 5;
/// Messages of one request: a Java producer's `max.request.size` in messages of 1 KiB.
const PER_REQUEST: u64 = 1000;
/// The first part of a message is its number.
const NUMBER: usize = 8;

/// Messages at a fixed rate.
pub(crate) struct OpenLoop<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) topic: &'a Topic,
    pub(crate) per_second: u32,
    pub(crate) value_len: usize,
    /// Messages before the first that is measured.
    pub(crate) warm_up: Duration,
    pub(crate) lasting: Duration,
}

/// Every measured message's latency, sorted.
#[derive(Debug)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    /// The latency that this part of all messages does not exceed, in milliseconds.
    pub(crate) fn quantile_ms(&self, part: f64) -> Result<f64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a vector, rounded up"
        )]
        let place = (self.0.len() as f64 * part).ceil() as usize;
        let latency = self.0.get(place.saturating_sub(1));
        let latency = latency.context("no message was measured")?;
        Ok(latency.as_secs_f64() * 1000.0)
    }
}

/// When messages are due.
#[derive(Clone, Copy)]
struct Schedule {
    begin: Instant,
    gap: Duration,
    count: u64,
}

impl Schedule {
    fn due(&self, number: u64) -> Instant {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.begin + self.gap * number
    }
}

impl OpenLoop<'_> {
    /// Sends and receives all messages; fails when one is missing.
    pub(crate) fn run(&self) -> Result<Latencies> {
        let lasting = self.warm_up + self.lasting;
        let schedule = Schedule {
            begin: Instant::now() + Duration::from_millis(100),
            gap: Duration::from_secs(1) / self.per_second,
            count: u64::from(self.per_second) * lasting.as_secs(),
        };
        let first_measured = u64::from(self.per_second) * self.warm_up.as_secs();
        let consumer = Connection::open(self.address)?;
        let (sender, receiver) = Connection::open(self.address)?.split();
        let flight = Flight::default();
        let latencies = thread::scope(|scope| {
            let sending = scope.spawn(|| self.send(sender, &flight, schedule));
            let acknowledging = scope.spawn(|| flight.land(receiver));
            let receiving = scope.spawn(|| self.receive(consumer, schedule, first_measured));
            let joined = |_| anyhow!("a generator thread panicked");
            sending.join().map_err(joined)??;
            acknowledging.join().map_err(joined)??;
            receiving.join().map_err(joined)?
        });
        let mut latencies = latencies?;
        latencies.sort_unstable();
        Ok(Latencies(latencies))
    }

    fn send(&self, mut sender: Sender, flight: &Flight, schedule: Schedule) -> Result<()> {
        let _ended = EndOnDrop(flight);
        let mut next = 0;
        while next < schedule.count {
            let wait = schedule.due(next).saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                thread::sleep(wait);
            }
            flight.depart()?;
            let now = Instant::now();
            let mut behind = next + 1;
            let limit = schedule.count.min(next + PER_REQUEST);
            while behind < limit && schedule.due(behind) <= now {
                behind += 1;
            }
            sender.send(&request(self.topic, self.batches(next..behind)?))?;
            next = behind;
        }
        Ok(())
    }

    /// The messages with these numbers, dealt over the partitions.
    fn batches(&self, numbers: std::ops::Range<u64>) -> Result<Vec<(i32, bytes::Bytes)>> {
        let now = now_ms()?;
        let partitions = u64::try_from(self.topic.partitions)?;
        let mut builders: Vec<(u64, BatchBuilder)> = Vec::new();
        let mut value = vec![7; self.value_len.max(NUMBER)];
        for number in numbers {
            let partition = number % partitions;
            let place = builders.iter().position(|(index, _)| *index == partition);
            let place = place.unwrap_or_else(|| {
                builders.push((partition, BatchBuilder::new(Compression::None)));
                builders.len() - 1
            });
            let (_, builder) = builders.get_mut(place).context("a builder")?;
            let prefix = value.get_mut(..NUMBER).context("a value")?;
            prefix.copy_from_slice(&number.to_be_bytes());
            builder.push(now, None, Some(&value), &[]);
        }
        builders
            .into_iter()
            .map(|(partition, builder)| Ok((i32::try_from(partition)?, builder.build()?)))
            .collect()
    }

    fn receive(
        &self,
        mut connection: Connection,
        schedule: Schedule,
        first_measured: u64,
    ) -> Result<Vec<Duration>> {
        let mut latencies = Vec::with_capacity(usize::try_from(schedule.count)?);
        let mut offsets = vec![0_i64; usize::try_from(self.topic.partitions)?];
        let mut received = 0;
        let given_up = schedule.due(schedule.count) + Duration::from_mins(1);
        while received < schedule.count {
            let request = fetch(self.topic, (0..).zip(offsets.iter().copied()));
            let answer = connection.call(&request)?;
            let now = Instant::now();
            check("Fetch", answer.error_code)?;
            ensure!(
                now < given_up,
                "{received} of {} messages came",
                schedule.count
            );
            for partition in answer
                .responses
                .into_iter()
                .flat_map(|topic| topic.partitions)
            {
                check("Fetch", partition.error_code)?;
                let index = usize::try_from(partition.partition_index)?;
                let offset = offsets.get_mut(index).context("an unknown partition")?;
                for batch in whole_batches(partition.records.unwrap_or_default()) {
                    *offset = batch.header.last_offset() + 1;
                    for record in batch.records(1 << 24)? {
                        let number = number(record?.value.as_deref())?;
                        received += 1;
                        if number >= first_measured {
                            latencies.push(now.saturating_duration_since(schedule.due(number)));
                        }
                    }
                }
            }
        }
        Ok(latencies)
    }
}

fn number(value: Option<&[u8]>) -> Result<u64> {
    let prefix = value.and_then(|value| value.first_chunk());
    Ok(u64::from_be_bytes(
        *prefix.context("a message without a number")?,
    ))
}

/// Requests under way.
#[derive(Default)]
struct Flight {
    state: Mutex<FlightState>,
    changed: Condvar,
}

#[derive(Default)]
struct FlightState {
    under_way: usize,
    ended: bool,
    failed: bool,
}

/// Tells the acknowledging thread that no further request will come.
struct EndOnDrop<'a>(&'a Flight);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.ended = true);
    }
}

impl Flight {
    fn change(&self, change: impl FnOnce(&mut FlightState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Waits until another request may be sent.
    fn depart(&self) -> Result<()> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |state: &mut FlightState| state.under_way >= IN_FLIGHT && !state.failed;
        let waited = self.changed.wait_while(state, full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        ensure!(!state.failed, "a request was not acknowledged");
        state.under_way += 1;
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Takes the acknowledgements of all requests.
    fn land(&self, mut receiver: Receiver) -> Result<()> {
        loop {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let nothing = |state: &mut FlightState| state.under_way == 0 && !state.ended;
            let waited = self.changed.wait_while(state, nothing);
            let finished = waited.unwrap_or_else(PoisonError::into_inner).under_way == 0;
            if finished {
                return Ok(());
            }
            let result = acknowledge(&mut receiver);
            self.change(|state| {
                state.under_way -= 1;
                state.failed |= result.is_err();
            });
            result?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_count_every_message() {
        let latencies = Latencies((1..=1000).map(Duration::from_millis).collect());
        for (part, expected) in [(0.5, 500.0), (0.999, 999.0), (1.0, 1000.0)] {
            let found = latencies.quantile_ms(part).unwrap();
            assert!(f64::abs(found - expected) < 1e-6, "{part}: {found}");
        }
        assert!(Latencies(Vec::new()).quantile_ms(0.5).is_err());
    }
}
