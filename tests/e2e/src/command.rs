//! Running other programs: never without a limit, and an error shows what they said.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long an ordinary command may take.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// What a program left behind.
pub(crate) struct Output {
    /// Whether it ended with 0.
    pub(crate) success: bool,
    /// Its standard output, as it came.
    pub(crate) stdout: Vec<u8>,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// Runs `command` with `input` on its standard input and waits at most `limit`.
///
/// # Errors
/// The program cannot be started, or did not end in time.
pub(crate) fn output(command: &mut Command, input: &[u8], limit: Duration) -> Result<Output> {
    let line = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {line}"))?;
    let mut stdin = child.stdin.take().context("no stdin")?;
    let input = input.to_vec();
    // A program may end without having read its input: that is its own affair.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = drain(child.stdout.take().context("no stdout")?);
    let stderr = drain(child.stderr.take().context("no stderr")?);
    let success = wait(&mut child, limit).with_context(|| line.clone())?;
    let _ = writer.join();
    let stdout = stdout.join().unwrap_or_default();
    let stderr = String::from_utf8_lossy(&stderr.join().unwrap_or_default()).into_owned();
    Ok(Output {
        success,
        stdout,
        stderr,
    })
}

/// Runs `command` and gives its standard output as text.
///
/// # Errors
/// Also when it ends with a status other than 0; the error holds what it said.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    run_with(command, b"", LIMIT)
}

/// [`run`] with an input and a limit of its own.
pub(crate) fn run_with(command: &mut Command, input: &[u8], limit: Duration) -> Result<String> {
    let result = output(command, input, limit)?;
    let text = String::from_utf8_lossy(&result.stdout).into_owned();
    if !result.success {
        bail!("{command:?} failed:\n{}{}", text, result.stderr.trim_end());
    }
    Ok(text)
}

/// Asks again and again, twice a second, until `probe` gives a value.
///
/// # Errors
/// After `limit`: `what` and the last reason why not. An error of `probe` counts as "not yet",
/// since a broker or an API server may be away for a moment.
pub(crate) fn eventually<T>(
    what: &str,
    limit: Duration,
    mut probe: impl FnMut() -> Result<T>,
) -> Result<T> {
    let deadline = Instant::now() + limit;
    loop {
        match probe() {
            Ok(value) => return Ok(value),
            Err(error) if Instant::now() >= deadline => {
                let message = format!("{what}: not within {} s", limit.as_secs());
                return Err(error.context(message));
            }
            Err(_) => thread::sleep(Duration::from_millis(500)),
        }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

/// Waits for a program to end, and kills it after `limit`.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> Result<bool> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() >= deadline {
            let _ = child.kill();
            let _ = child.wait();
            bail!("did not end within {} s and was killed", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(20));
    }
}
