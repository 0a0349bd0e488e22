//! Running the command: to its end, or as a server whose lines are read as they come.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Far more than anything takes: a machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a command left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// The output of a command that must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kavka"));
    command
        .args(arguments)
        .env_remove("KAVKA_BOOTSTRAP_SERVER")
        .env_remove("KAVKA_LOG");
    command
}

/// Runs to the end.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    command(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
        .into()
}

/// Runs to the end with something to read.
pub(crate) fn run_with_input(arguments: &[&str], input: &str) -> Ended {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap().into()
}

/// A command that runs on.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Running {
    /// Starts it; its stderr goes to the test's.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line that holds `part`.
    #[track_caller]
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(part) {
                        return line;
                    }
                }
                Err(error) => {
                    panic!(
                        "no line with {part:?} ({error}), only:\n{}",
                        self.seen.join("\n")
                    )
                }
            }
        }
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ends it as Kubernetes would, and gives its exit code and the lines not read yet.
    pub(crate) fn terminate(mut self) -> (Option<i32>, Vec<String>) {
        if self.is_running() {
            self.signal(Signal::TERM);
        }
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `kavka up` in a folder of its own.
pub(crate) struct Up {
    pub(crate) running: Running,
    /// `localhost:PORT`
    pub(crate) broker: String,
}

/// A manifest file and a data folder.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the manifests as an editor does: beside, then renamed.
    pub(crate) fn write(&self, manifests: &[String]) {
        let beside = self.path("manifests.new");
        std::fs::write(&beside, manifests.join("\n---\n")).unwrap();
        std::fs::rename(beside, self.path("demo.yaml")).unwrap();
    }

    pub(crate) fn command(&self, more: &[&str]) -> Command {
        let mut command = command(&["up", "-f", "demo.yaml", "--data", "data"]);
        command.args(more).current_dir(self.folder.path());
        command
    }

    /// Starts on free ports and waits until it is up.
    #[track_caller]
    pub(crate) fn up(&self) -> Up {
        let mut command = self.command(&["--port", "0", "--http-port", "0"]);
        let mut running = Running::start(&mut command);
        let line = running.line_with("  broker ");
        let broker = line.split_whitespace().nth(1).unwrap().to_owned();
        running.line_with("Ctrl-C ends");
        Up { running, broker }
    }
}

/// Posts as curl would, and gives the status line.
pub(crate) fn post(port: u16, path: &str, content_type: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// The manifest of a Cluster that does not wait for more group members.
pub(crate) fn cluster(name: &str) -> String {
    format!(
        "{{apiVersion: kavka.dev/v1alpha1, kind: Cluster, metadata: {{name: {name}}}, \
         spec: {{config: {{group.initial.rebalance.delay.ms: 0}}}}}}"
    )
}

pub(crate) fn topic(name: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: kavka.dev/v1alpha1, kind: Topic, metadata: {{name: {name}}}, \
         spec: {{cluster: demo{spec}}}}}"
    )
}

/// HTTP and a file into `topic-sample`.
pub(crate) fn pipeline(port: u16, file: &Path) -> String {
    format!(
        "{{apiVersion: kavka.dev/v1alpha1, kind: Pipeline, metadata: {{name: samples}}, \
         spec: {{cluster: demo, sources: {{http: {{type: http, address: '0.0.0.0:{port}'}}, \
         log: {{type: file, include: ['{}'], tag: sample.log}}}}, \
         sinks: {{out: {{type: kafka, inputs: [http, log], match: 'sample.**', \
         topic: topic-sample}}}}}}}}",
        file.display()
    )
}

/// Everything in a topic, one line a record.
#[track_caller]
pub(crate) fn read_all(broker: &str, topic: &str) -> Vec<String> {
    let read = run(&["consume", topic, "--from-beginning", "-e", "-b", broker]).ok();
    read.lines().map(str::to_owned).collect()
}
