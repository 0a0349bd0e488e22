//! rsyslog's output for Kafka, omkafka.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use kavka_test_harness::{Process, free_port, wait_until};

use crate::check::{self, Check, configuration};
use crate::reader::{at_least_once, exactly, numbered, wait_for};
use crate::results::Results;
use crate::suite::{Choice, Stage, Suite};

const TOPIC: &str = "syslog";
const LINES: usize = 20_000;
const START: Duration = Duration::from_mins(1);

const CHECKS: [Check; 2] = [
    Check {
        name: "every_line_arrives_once_and_in_order",
        run: every_line_arrives,
    },
    Check {
        name: "no_line_is_lost_when_the_broker_is_killed",
        run: the_broker_is_killed,
    },
];

pub(crate) struct Rsyslog;

impl Suite for Rsyslog {
    fn name(&self) -> &'static str {
        "rsyslog"
    }

    fn run(&self, stage: &mut Stage, choice: &Choice) -> Result<Results> {
        check::run(&CHECKS, stage, choice)
    }
}

/// A running rsyslogd, and a connection to its TCP input.
struct Daemon {
    process: Process,
    input: TcpStream,
}

impl Daemon {
    fn start(stage: &Stage) -> Result<Self> {
        let port = free_port()?;
        let work = stage.work.display().to_string();
        let broker = stage.address()?;
        let values = [
            ("work", work.as_str()),
            ("broker", &broker),
            ("port", &port.to_string()),
        ];
        let file = configuration(stage, "rsyslog/rsyslog.conf", &values)?;
        let mut command = Command::new("rsyslogd");
        command.args(["-n", "-f", &file, "-i", &format!("{work}/rsyslogd.pid")]);
        let mut process = Process::start("rsyslogd", &mut command)?;
        let mut input = None;
        wait_until("rsyslogd's start", START, || {
            anyhow::ensure!(process.is_running()?, "it ended:\n{}", process.stderr());
            input = TcpStream::connect(("127.0.0.1", port)).ok();
            Ok(input.is_some())
        })?;
        let input = input.ok_or_else(|| anyhow::anyhow!("no connection"))?;
        Ok(Self { process, input })
    }

    /// Sends lines in the form of RFC 3164.
    fn send(&mut self, lines: &[String]) -> Result<()> {
        let mut text = String::new();
        for line in lines {
            text.push_str("<14>Nov 21 12:00:00 host program: ");
            text.push_str(line);
            text.push('\n');
        }
        self.input.write_all(text.as_bytes())?;
        Ok(())
    }

    fn stop(mut self) -> Result<()> {
        self.process.signal("TERM")?;
        self.process.wait(START)?.expect_success("rsyslogd's end")?;
        Ok(())
    }
}

fn every_line_arrives(stage: &mut Stage) -> Result<()> {
    let lines = numbered(LINES);
    let mut daemon = Daemon::start(stage)?;
    daemon.send(&lines)?;
    let seen = wait_for(&stage.address()?, TOPIC, LINES)?;
    daemon.stop()?;
    exactly(&seen, &lines)
}

fn the_broker_is_killed(stage: &mut Stage) -> Result<()> {
    let lines = numbered(LINES);
    let (before, rest) = lines.split_at(LINES / 4);
    let (during, after) = rest.split_at(LINES / 4);
    let mut daemon = Daemon::start(stage)?;
    let address = stage.address()?;
    daemon.send(before)?;
    wait_for(&address, TOPIC, before.len() / 2)?;
    stage.server()?.kill()?;
    daemon.send(during)?;
    stage.server()?.launch()?;
    daemon.send(after)?;
    let seen = wait_for(&address, TOPIC, LINES)?;
    daemon.stop()?;
    at_least_once(&seen, &lines)
}
