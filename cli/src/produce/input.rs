//! Lines of stdin, and how a line becomes a record.

use std::io::{BufRead, Read};

use tokio::sync::mpsc;

use crate::failure::Failure;

/// The longest line, and so the largest record, in bytes.
const LINE_BYTES_MAX: usize = 100_000_000;
/// Lines read ahead of the producer.
const LINES_AHEAD_MAX: usize = 256;

/// A line and where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    /// Without its line end.
    pub(crate) text: Vec<u8>,
}

/// What is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
}

/// Reads on a thread of its own, since reading a terminal cannot be interrupted.
#[derive(Debug)]
pub(crate) struct Lines {
    receiver: mpsc::Receiver<Result<Line, Failure>>,
}

impl Lines {
    /// The lines of stdin.
    pub(crate) fn of_stdin() -> Self {
        let (sender, receiver) = mpsc::channel(LINES_AHEAD_MAX);
        std::thread::spawn(move || {
            let mut stdin = std::io::stdin().lock();
            let mut number = 0;
            while let Some(read) = next_line(&mut stdin, LINE_BYTES_MAX).transpose() {
                number += 1;
                let line = read.map(|text| Line { number, text }).map_err(|reason| {
                    Failure::new(format!("cannot read line {number} of stdin: {reason}"))
                });
                let failed = line.is_err();
                if sender.blocking_send(line).is_err() || failed {
                    break;
                }
            }
        });
        Self { receiver }
    }

    /// The next line, or nothing at the end.
    pub(crate) async fn next(&mut self) -> Option<Result<Line, Failure>> {
        self.receiver.recv().await
    }
}

/// A line without its end, `None` at the end of the input; an error past `max` bytes.
fn next_line(input: &mut impl BufRead, max: usize) -> Result<Option<Vec<u8>>, String> {
    let mut text = Vec::new();
    let mut bounded = input.take(max as u64 + 2);
    bounded
        .read_until(b'\n', &mut text)
        .map_err(|error| error.to_string())?;
    if text.is_empty() {
        return Ok(None);
    }
    if text.last() == Some(&b'\n') {
        text.pop();
        if text.last() == Some(&b'\r') {
            text.pop();
        }
    }
    if text.len() > max {
        return Err(format!("it is longer than {max} bytes"));
    }
    Ok(Some(text))
}

/// How lines are split into key and value.
#[derive(Debug)]
pub(crate) struct RecordFormat {
    parse_key: bool,
    separator: String,
    null_marker: Option<String>,
}

impl RecordFormat {
    /// With a separator every line has a key.
    pub(crate) fn new(separator: Option<String>, null_marker: Option<String>) -> Self {
        let parse_key = separator.is_some();
        let separator = separator.map_or_else(|| "\t".to_owned(), |text| unescape(&text));
        Self {
            parse_key,
            separator,
            null_marker,
        }
    }

    /// Takes a property of Kafka's line reader.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        match name {
            "parse.key" => self.parse_key = value == "true",
            "key.separator" => self.separator = unescape(value),
            "null.marker" => self.null_marker = Some(value.to_owned()),
            _ => {
                return Err(
                    Failure::usage(format!("--property {name} is not known")).remedy(
                        "known are parse.key, key.separator and null.marker; \
                     a setting of the producer goes to --producer-property",
                    ),
                );
            }
        }
        Ok(())
    }

    /// Makes a record of a line.
    pub(crate) fn parse(&self, line: Line) -> Result<Record, Failure> {
        if !self.parse_key {
            return Ok(Record {
                key: None,
                value: self.value(line.text),
            });
        }
        let separator = self.separator.as_bytes();
        let at = line
            .text
            .windows(separator.len().max(1))
            .position(|part| part == separator);
        let Some((key, rest)) = at.and_then(|at| line.text.split_at_checked(at)) else {
            return Err(Failure::new(format!(
                "line {} has no key: the separator {:?} is not in it",
                line.number, self.separator
            ))
            .remedy("name the right one with --key-separator, or leave the option out"));
        };
        let value = rest.get(separator.len()..).unwrap_or_default().to_vec();
        Ok(Record {
            key: Some(key.to_vec()),
            value: self.value(value),
        })
    }

    fn value(&self, text: Vec<u8>) -> Option<Vec<u8>> {
        let is_null = self
            .null_marker
            .as_ref()
            .is_some_and(|mark| mark.as_bytes() == text);
        (!is_null).then_some(text)
    }
}

/// `\t` and `\n` as people type them in a shell.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("\\t", "\t").replace("\\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::{Line, RecordFormat, next_line};

    fn parse(
        format: &RecordFormat,
        text: &str,
    ) -> Result<(Option<String>, Option<String>), String> {
        let line = Line {
            number: 3,
            text: text.as_bytes().to_vec(),
        };
        let string = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let record = format.parse(line).map_err(|failure| failure.to_string())?;
        Ok((record.key.map(string), record.value.map(string)))
    }

    #[test]
    fn without_a_separator_the_line_is_the_value() {
        let format = RecordFormat::new(None, None);
        assert_eq!(parse(&format, "a:b"), Ok((None, Some("a:b".into()))));
        assert_eq!(parse(&format, ""), Ok((None, Some(String::new()))));
    }

    #[test]
    fn the_first_separator_ends_the_key() {
        let format = RecordFormat::new(Some("::".into()), None);
        assert_eq!(
            parse(&format, "k::v::w"),
            Ok((Some("k".into()), Some("v::w".into())))
        );
        assert_eq!(
            parse(&format, "::v"),
            Ok((Some(String::new()), Some("v".into())))
        );
    }

    #[test]
    fn a_line_without_its_separator_is_named() {
        let format = RecordFormat::new(Some("\\t".into()), None);
        let error = parse(&format, "no tab").unwrap_err();
        assert!(error.contains("line 3") && error.contains("\\t"), "{error}");
    }

    #[test]
    fn kafkas_properties_make_keys_and_tombstones() {
        let mut format = RecordFormat::new(None, None);
        format.set("parse.key", "true").unwrap();
        format.set("key.separator", ":").unwrap();
        format.set("null.marker", "NULL").unwrap();
        assert_eq!(parse(&format, "k:NULL"), Ok((Some("k".into()), None)));
        assert!(format.set("parse.kye", "true").is_err());
    }

    #[test]
    fn lines_end_with_either_line_end_or_the_input() {
        let mut input: &[u8] = b"a\r\n\nb";
        assert_eq!(next_line(&mut input, 10), Ok(Some(b"a".to_vec())));
        assert_eq!(next_line(&mut input, 10), Ok(Some(Vec::new())));
        assert_eq!(next_line(&mut input, 10), Ok(Some(b"b".to_vec())));
        assert_eq!(next_line(&mut input, 10), Ok(None));
    }

    #[test]
    fn a_line_past_the_limit_is_refused() {
        let mut input: &[u8] = b"0123456789\n01234567890\n";
        assert_eq!(next_line(&mut input, 10), Ok(Some(b"0123456789".to_vec())));
        assert!(next_line(&mut input, 10).is_err());
    }
}
