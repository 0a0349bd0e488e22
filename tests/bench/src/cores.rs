//! The broker on one core and all that loads it on the others, so that neither takes the other's
//! time.

use std::process::{Child, Command};

use anyhow::{Context as _, Result, ensure};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Cores that this process may look for.
const CORES_MAX: usize = 1024;

/// Which cores belong to whom.
pub(crate) struct Cores {
    broker: CpuSet,
    others: CpuSet,
}

impl Cores {
    /// Leaves the first core to the broker and moves this process, with all that it starts, to the
    /// others.
    pub(crate) fn divide() -> Result<Self> {
        let allowed = sched_getaffinity(None).context("sched_getaffinity")?;
        let mut cores = (0..CORES_MAX).filter(|core| allowed.is_set(*core));
        let (mut broker, mut others) = (CpuSet::new(), CpuSet::new());
        if let Some(first) = cores.next() {
            broker.set(first);
        }
        cores.for_each(|core| others.set(core));
        ensure!(
            others.count() > 0,
            "two cores are needed: one for the broker, one for what loads it"
        );
        sched_setaffinity(None, &others).context("sched_setaffinity")?;
        Ok(Self { broker, others })
    }

    /// Starts a broker on its core.
    pub(crate) fn start_broker(&self, command: &mut Command) -> Result<Child> {
        // A process begins where the thread that starts it may run.
        sched_setaffinity(None, &self.broker).context("sched_setaffinity")?;
        let child = command.spawn();
        sched_setaffinity(None, &self.others).context("sched_setaffinity")?;
        child.with_context(|| format!("cannot start {command:?}"))
    }
}
