//! Where the lines go: stdout, or a file that is renamed now and then.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// An open file or stdout.
pub(crate) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    rotation: Option<Rotation>,
}

struct Rotation {
    path: PathBuf,
    interval: Duration,
    since: Instant,
}

impl Output {
    /// Opens `path` for appending, or stdout; with `interval` the file is rotated.
    pub(crate) fn open(path: Option<&Path>, interval: Option<Duration>) -> io::Result<Self> {
        let target: Box<dyn Write> = match path {
            Some(path) => Box::new(append_to(path)?),
            None => Box::new(io::stdout()),
        };
        let rotation = path.zip(interval).map(|(path, interval)| Rotation {
            path: path.to_owned(),
            interval,
            since: Instant::now(),
        });
        Ok(Self {
            writer: BufWriter::with_capacity(64 * 1024, target),
            rotation,
        })
    }

    /// Writes one line and its newline; rotates between lines only.
    pub(crate) fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.rotate_when_due()?;
        self.writer.write_all(line)?;
        self.writer.write_all(b"\n")
    }

    /// Hands everything to the operating system.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn rotate_when_due(&mut self) -> io::Result<()> {
        let Some(rotation) = &mut self.rotation else {
            return Ok(());
        };
        if rotation.since.elapsed() < rotation.interval {
            return Ok(());
        }
        rotation.since = Instant::now();
        self.writer.flush()?;
        let time = jiff::Zoned::now().strftime("%Y-%m-%d_%H%M%S").to_string();
        let renamed = renamed(&rotation.path, &time);
        std::fs::rename(&rotation.path, &renamed)?;
        eprintln!("file rotate. rename to {}", renamed.display());
        self.writer = BufWriter::with_capacity(64 * 1024, Box::new(append_to(&rotation.path)?));
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("cannot open {}: {error}", path.display()),
            )
        })
}

/// `abc.log` at a time becomes `abc.TIME.log`.
fn renamed(path: &Path, time: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = match path.extension() {
        Some(extension) => format!("{stem}.{time}.{}", extension.to_string_lossy()),
        None => format!("{stem}.{time}"),
    };
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::{Path, PathBuf, renamed};

    #[test]
    fn the_time_goes_before_the_extension() {
        let time = "2026-11-21_113723";
        assert_eq!(
            renamed(Path::new("logs/abc.log"), time),
            PathBuf::from("logs/abc.2026-11-21_113723.log")
        );
        assert_eq!(
            renamed(Path::new("abc"), time),
            PathBuf::from("abc.2026-11-21_113723")
        );
    }
}
