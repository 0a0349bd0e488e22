//! Counting what came back: every numbered line of every writer, in order.

use std::collections::BTreeMap;
use std::fmt;

/// A line as it was read back from a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Who wrote it.
    pub(crate) writer: String,
    /// Its number among the writer's lines, from 0.
    pub(crate) number: u64,
    /// How long the whole line was, in bytes.
    pub(crate) bytes: usize,
}

impl Line {
    /// Reads the LTSV line that `kavka loggen --sequence --id` wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| {
            text.split('\t')
                .find_map(|field| field.strip_prefix(name)?.strip_prefix(':'))
        };
        Some(Self {
            writer: field("id")?.to_owned(),
            number: field("seq")?.parse().ok()?,
            bytes: text.len(),
        })
    }
}

/// What is wrong with the lines of one writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A line came before the one that precedes it, which is lost or out of order.
    Gap {
        writer: String,
        missing: u64,
        found: u64,
    },
    /// A writer's last lines did not come back.
    Short {
        writer: String,
        found: u64,
        written: u64,
    },
    /// A writer of which nothing at all came back, or that nobody started.
    Writers { found: usize, started: usize },
    /// A line that was to be long is not.
    Cut {
        writer: String,
        number: u64,
        bytes: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap {
                writer,
                missing,
                found,
            } => {
                write!(f, "{writer}: line {found} came before line {missing}")
            }
            Self::Short {
                writer,
                found,
                written,
            } => {
                write!(f, "{writer}: {found} of {written} lines came back")
            }
            Self::Writers { found, started } => {
                write!(
                    f,
                    "lines of {found} writers came back; {started} were started"
                )
            }
            Self::Cut {
                writer,
                number,
                bytes,
            } => {
                write!(
                    f,
                    "{writer}: line {number} came back with {bytes} bytes only"
                )
            }
        }
    }
}

/// How many lines a writer writes, and which of them are long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) writers: usize,
    pub(crate) lines: u64,
    /// Each line with `number % long_every == long_every - 1` is long.
    pub(crate) long_every: u64,
    pub(crate) long_bytes: usize,
}

/// Lines by writer, taken in the order of the topic.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// The next number that each writer owes.
    next: BTreeMap<String, u64>,
    /// Lines that came again: at least once allows it.
    pub(crate) duplicates: u64,
    faults: Vec<Fault>,
}

impl Tally {
    /// Takes the next line of the topic. Only the first arrival of a line counts for the order.
    pub(crate) fn take(&mut self, line: Line, plan: Plan) {
        let next = self.next.entry(line.writer.clone()).or_default();
        if line.number < *next {
            self.duplicates += 1;
            return;
        }
        let long = line.number % plan.long_every == plan.long_every - 1;
        if long && line.bytes != plan.long_bytes {
            let (writer, number, bytes) = (line.writer.clone(), line.number, line.bytes);
            self.faults.push(Fault::Cut {
                writer,
                number,
                bytes,
            });
        }
        if line.number > *next {
            let (missing, found) = (*next, line.number);
            self.faults.push(Fault::Gap {
                writer: line.writer,
                missing,
                found,
            });
        }
        *next = line.number + 1;
    }

    /// How many different lines came back, gaps not counted off.
    pub(crate) fn lines(&self) -> u64 {
        self.next.values().sum()
    }

    /// Whether the end of every writer's lines came back.
    pub(crate) fn complete(&self, plan: Plan) -> bool {
        self.next.len() >= plan.writers && self.next.values().all(|next| *next >= plan.lines)
    }

    /// Everything that is wrong, by `plan`.
    pub(crate) fn faults(mut self, plan: Plan) -> Vec<Fault> {
        if self.next.len() != plan.writers {
            let (found, started) = (self.next.len(), plan.writers);
            self.faults.push(Fault::Writers { found, started });
        }
        for (writer, found) in &self.next {
            if *found != plan.lines {
                let (writer, found, written) = (writer.clone(), *found, plan.lines);
                self.faults.push(Fault::Short {
                    writer,
                    found,
                    written,
                });
            }
        }
        self.faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan {
        writers: 1,
        lines: 4,
        long_every: 2,
        long_bytes: 100,
    };

    fn faults(numbers: &[u64]) -> (u64, Vec<Fault>) {
        let mut tally = Tally::default();
        for number in numbers {
            let line = Line {
                writer: "a".to_owned(),
                number: *number,
                bytes: 100,
            };
            tally.take(line, PLAN);
        }
        (tally.duplicates, tally.faults(PLAN))
    }

    #[test]
    fn lines_in_order_have_no_fault_and_repeats_are_counted() {
        assert_eq!(faults(&[0, 1, 2, 3]), (0, vec![]));
        assert_eq!(faults(&[0, 1, 2, 1, 2, 3]), (2, vec![]));
    }

    #[test]
    fn a_lost_line_is_a_gap_even_when_it_comes_later() {
        let gap = Fault::Gap {
            writer: "a".to_owned(),
            missing: 1,
            found: 2,
        };
        assert_eq!(faults(&[0, 2, 3]).1, vec![gap.clone()]);
        assert_eq!(faults(&[0, 2, 1, 3]).1, vec![gap]);
    }

    #[test]
    fn a_missing_end_a_missing_writer_and_a_cut_line_are_found() {
        let short = Fault::Short {
            writer: "a".to_owned(),
            found: 2,
            written: 4,
        };
        assert_eq!(faults(&[0, 1]).1, vec![short]);
        assert_eq!(
            faults(&[]).1,
            vec![Fault::Writers {
                found: 0,
                started: 1
            }]
        );
        let mut tally = Tally::default();
        for number in 0..4 {
            tally.take(
                Line {
                    writer: "a".to_owned(),
                    number,
                    bytes: 50,
                },
                PLAN,
            );
        }
        assert_eq!(tally.faults(PLAN).len(), 2);
    }

    #[test]
    fn a_line_of_loggen_is_read() {
        let text = "seq:7\tid:pod-1\ttime:2026-11-21T12:51:38.123Z\tpath:/?id=3";
        let line = Line::parse(text).unwrap();
        assert_eq!(
            (line.writer.as_str(), line.number, line.bytes),
            ("pod-1", 7, text.len())
        );
        assert_eq!(Line::parse("seq:x\tid:a"), None);
        assert_eq!(Line::parse("hello"), None);
    }
}
