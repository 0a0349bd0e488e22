//! The line format of the container runtime interface, and joining what it splits. No I/O.
//!
//! `2026-01-31T10:00:00.123456789Z stdout P the beginning of a long li`
//! `2026-01-31T10:00:00.123456789Z stdout F ne`

use crate::source::tail::ledger::FileKey;

/// Which of a container's outputs a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Stdout,
    Stderr,
}

impl Channel {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// One line as the runtime wrote it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CriLine<'a> {
    pub(crate) time: &'a str,
    pub(crate) channel: Channel,
    /// More of the same line follows.
    pub(crate) partial: bool,
    pub(crate) text: &'a [u8],
}

/// Reads a line; what is wrong with it otherwise.
pub(crate) fn parse(line: &[u8]) -> Result<CriLine<'_>, &'static str> {
    let mut parts = line.splitn(4, |byte| *byte == b' ');
    let time = parts
        .next()
        .and_then(|time| std::str::from_utf8(time).ok())
        .unwrap_or_default();
    if time.len() < 20 || !time.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("it begins with no time");
    }
    let channel = match parts.next() {
        Some(b"stdout") => Channel::Stdout,
        Some(b"stderr") => Channel::Stderr,
        _ => return Err("it names neither stdout nor stderr"),
    };
    // Further tags may follow the first after colons, says the format's definition.
    let partial = match parts
        .next()
        .map(|tags| tags.split(|byte| *byte == b':').next())
    {
        Some(Some(b"P")) => true,
        Some(Some(b"F")) => false,
        _ => return Err("it is marked neither P nor F"),
    };
    Ok(CriLine {
        time,
        channel,
        partial,
        text: parts.next().unwrap_or_default(),
    })
}

/// A whole line, put together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) time: String,
    pub(crate) channel: Channel,
    pub(crate) text: Vec<u8>,
}

#[derive(Debug)]
struct Held {
    joined: Joined,
    /// Where its first part stands.
    since: (FileKey, u64),
}

/// Joins the parts of long lines, each channel by itself, across files.
#[derive(Debug)]
pub(crate) struct Joiner {
    limit: usize,
    stdout: Option<Held>,
    stderr: Option<Held>,
    cut: u64,
}

impl Joiner {
    /// Keeps at most `limit` bytes of a line.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            stdout: None,
            stderr: None,
            cut: 0,
        }
    }

    /// Takes the next line, which begins at `start` of `file`.
    pub(crate) fn push(&mut self, file: FileKey, start: u64, line: &CriLine<'_>) -> Option<Joined> {
        let limit = self.limit;
        let held = match line.channel {
            Channel::Stdout => &mut self.stdout,
            Channel::Stderr => &mut self.stderr,
        };
        let mut whole = held.take().unwrap_or_else(|| Held {
            joined: Joined {
                time: line.time.to_owned(),
                channel: line.channel,
                text: Vec::new(),
            },
            since: (file, start),
        });
        let room = limit.saturating_sub(whole.joined.text.len());
        let kept = line.text.get(..room).unwrap_or(line.text);
        whole.joined.text.extend_from_slice(kept);
        self.cut += (line.text.len() - kept.len()) as u64;
        if line.partial {
            *held = Some(whole);
            return None;
        }
        Some(whole.joined)
    }

    /// Where in `file` the first part that waits for its end stands.
    pub(crate) fn held_since(&self, file: FileKey) -> Option<u64> {
        [&self.stdout, &self.stderr]
            .into_iter()
            .flatten()
            .filter(|held| held.since.0 == file)
            .map(|held| held.since.1)
            .min()
    }

    /// Gives out what waits for an end that will not come.
    pub(crate) fn flush(&mut self) -> Vec<Joined> {
        [self.stdout.take(), self.stderr.take()]
            .into_iter()
            .flatten()
            .map(|held| held.joined)
            .collect()
    }

    /// Forgets what waits: it will be read again.
    pub(crate) fn reset(&mut self) {
        self.stdout = None;
        self.stderr = None;
    }

    pub(crate) fn take_cut(&mut self) -> u64 {
        std::mem::take(&mut self.cut)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIME: &str = "2026-01-31T10:00:00.123456789Z";

    #[test]
    fn a_cri_line_is_taken_apart() {
        let line = format!("{TIME} stderr F two words ");
        let parsed = parse(line.as_bytes()).unwrap();
        assert_eq!(parsed.time, TIME);
        assert_eq!(parsed.channel, Channel::Stderr);
        assert_eq!((parsed.partial, parsed.text), (false, &b"two words "[..]));
        let empty = format!("{TIME} stdout F");
        assert_eq!(parse(empty.as_bytes()).unwrap().text, b"");
        let tagged = format!("{TIME} stdout P:x rest");
        assert!(parse(tagged.as_bytes()).unwrap().partial);
    }

    #[test]
    fn a_line_in_another_format_is_told_apart() {
        for line in [
            "",
            "hello",
            "{\"log\":\"x\"}",
            &format!("{TIME} stdin F x"),
            &format!("{TIME} stdout X x"),
        ] {
            assert!(parse(line.as_bytes()).is_err(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn parts_are_joined_in_order_whatever_comes_between(
            lines in proptest::collection::vec((any::<bool>(), proptest::collection::vec("[a-z]{0,5}", 1..4)), 1..12),
            turns in proptest::collection::vec(any::<bool>(), 0..60),
        ) {
            // Two queues of parts, one for each channel, mixed by `turns`, over two files.
            let mut queues: [Vec<(bool, String)>; 2] = [Vec::new(), Vec::new()];
            let mut expected: [Vec<String>; 2] = [Vec::new(), Vec::new()];
            for (stderr, parts) in &lines {
                let last = parts.len() - 1;
                let queue = &mut queues[usize::from(*stderr)];
                queue.extend(parts.iter().enumerate().map(|(i, part)| (i < last, part.clone())));
                expected[usize::from(*stderr)].push(parts.concat());
            }
            for queue in &mut queues {
                queue.reverse();
            }
            let mut joiner = Joiner::new(100);
            let mut got: [Vec<String>; 2] = [Vec::new(), Vec::new()];
            let mut open: [Option<u64>; 2] = [None, None];
            let mut turns = turns.into_iter();
            let mut offset = 0;
            while queues.iter().any(|queue| !queue.is_empty()) {
                let mut side = usize::from(turns.next().unwrap_or(false));
                if queues[side].is_empty() { side = 1 - side; }
                let (partial, text) = queues[side].pop().unwrap();
                let channel = [Channel::Stdout, Channel::Stderr][side];
                let file = FileKey(u64::from(offset >= 10));
                let line = CriLine { time: TIME, channel, partial, text: text.as_bytes() };
                if let Some(joined) = joiner.push(file, offset, &line) {
                    got[side].push(String::from_utf8(joined.text).unwrap());
                    open[side] = None;
                } else {
                    open[side].get_or_insert(offset);
                }
                for (key, range) in [(FileKey(0), 0..10_u64), (FileKey(1), 10..10_000)] {
                    let earliest = open.iter().flatten().filter(|at| range.contains(at)).min();
                    prop_assert_eq!(joiner.held_since(key), earliest.copied());
                }
                offset += 1;
            }
            prop_assert_eq!(got, expected);
            prop_assert!(joiner.flush().is_empty());
        }
    }

    #[test]
    fn a_joined_line_keeps_at_most_the_limit_and_counts_the_rest() {
        let mut joiner = Joiner::new(5);
        let part = |partial| CriLine {
            time: TIME,
            channel: Channel::Stdout,
            partial,
            text: b"abc",
        };
        assert_eq!(joiner.push(FileKey(0), 0, &part(true)), None);
        let whole = joiner.push(FileKey(0), 1, &part(false)).unwrap();
        assert_eq!(whole.text, b"abcab");
        assert_eq!(joiner.take_cut(), 1);
    }
}
