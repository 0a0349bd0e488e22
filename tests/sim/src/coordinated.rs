//! Transactions over several partitions: the coordinator's own code, with its log and those of the
//! partitions on one disk that loses power. What a transaction came to is the same in all of them.

mod check;
mod client;
mod shell;

use kavka_core::log::Outcome;
use kavka_disk::SimDisk;
use kavka_disk::disk::sim::{Crash, Random};

use crate::plan::open_max;
use client::Client;
use shell::Shell;

/// Partitions that transactions write to.
const PARTITIONS: i32 = 3;
/// Their topic.
const TOPIC: &str = "t";
/// Transactional ids.
const IDS: [&str; 2] = ["a", "b"];
/// Steps until everything has come to its end, however much was left.
const PATIENCE: u32 = 10_000;

/// When a coordinator's write is reported as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// Once it is on disk.
    Synced,
    /// Too early: what a simulation has to notice.
    Written,
}

/// One transaction of a client, as the client knows it.
#[derive(Debug, Default)]
struct Attempt {
    /// Where each of its values was written and acknowledged.
    written: Vec<(i32, u64)>,
    asked: Option<Outcome>,
    told: Option<Outcome>,
}

/// What outlives every crash.
struct World {
    disk: SimDisk,
    open_max: usize,
    random: Random,
    attempts: Vec<Attempt>,
    next_producer: i64,
    reign: i32,
    values: u64,
}

impl World {
    fn attempt(&mut self) -> usize {
        self.attempts.push(Attempt::default());
        self.attempts.len() - 1
    }

    fn value(&mut self) -> u64 {
        self.values += 1;
        self.values
    }
}

/// Lives one life of several rounds, each of which ends with a crash; then whether every
/// transaction is visible in all of its partitions or in none.
pub(crate) fn run(seed: u64, report: Report) -> Result<(), String> {
    let mut world = World {
        disk: SimDisk::new(),
        open_max: open_max(seed),
        random: Random::new(seed),
        attempts: Vec::new(),
        next_producer: 1000,
        reign: 0,
        values: 0,
    };
    for _ in 0..5 {
        let steps = 100 + world.random.below(200);
        if world.random.chance(70) {
            let until = world.random.below(steps * 2);
            world.disk.crash_at(world.disk.operations() + until);
        }
        let worked = work(&mut world, report, steps);
        if !world.disk.has_crashed() {
            worked?;
        }
        let crash = match world.random.below(3) {
            0 => Crash::DropUnsynced,
            1 => Crash::Process,
            _ => Crash::Tear {
                seed: world.random.next_u64(),
            },
        };
        world.disk.crash(crash);
    }
    let (mut shell, mut clients) = start(&mut world, report)?;
    for _ in 0..PATIENCE {
        for client in &mut clients {
            client.take_over(&mut shell, &mut world)?;
        }
        shell.sync(&mut world)?;
        shell.pass(&mut world, 1000)?;
        if shell.is_at_rest() && clients.iter().all(Client::is_ready) {
            return check::all(&mut shell, &world);
        }
    }
    Err("transactions do not come to their end".to_owned())
}

fn start(world: &mut World, report: Report) -> Result<(Shell, Vec<Client>), String> {
    let shell = Shell::start(world, report)?;
    Ok((shell, IDS.into_iter().map(Client::new).collect()))
}

fn work(world: &mut World, report: Report, steps: u64) -> Result<(), String> {
    let (mut shell, mut clients) = start(world, report)?;
    for _ in 0..steps {
        match world.random.below(100) {
            0..60 => {
                let chosen = world.random.below(2);
                let client = &mut clients[usize::try_from(chosen).unwrap()];
                client.step(&mut shell, world)?;
            }
            60..88 => shell.sync(world)?,
            88..92 => shell.flush()?,
            _ => {
                let waited = world.random.below(400);
                shell.pass(world, waited)?;
            }
        }
        if world.disk.has_crashed() {
            break;
        }
    }
    Ok(())
}
