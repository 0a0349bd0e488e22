//! One access-log line: a made-up request in one of the three formats.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::loggen::Format;
use crate::loggen::random::Random;

const METHODS: &[&str] = &[
    "GET", "GET", "GET", "GET", "GET", "GET", "GET", "POST", "PUT",
];
const CODES: &[&str] = &[
    "200", "200", "200", "200", "200", "200", "200", "200", "304", "404", "500",
];
const CATEGORIES: &[&str] = &[
    "books",
    "cameras",
    "computers",
    "electronics",
    "finance",
    "games",
    "garden",
    "giftcards",
    "health",
    "jewelry",
    "music",
    "networking",
    "office",
    "software",
    "sports",
    "toys",
];
const REFERERS: &[&str] = &[
    "-",
    "-",
    "http://www.example.com/",
    "http://search.example.org/?q=kavka",
];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15",
    "curl/8.11.0",
];

/// What makes a line known again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Labels<'a> {
    /// The line's number.
    pub(crate) sequence: Option<u64>,
    /// Who wrote it.
    pub(crate) id: Option<&'a str>,
}

struct AccessEntry {
    time: Timestamp,
    host: String,
    method: &'static str,
    path: String,
    code: &'static str,
    size: u64,
    referer: &'static str,
    agent: &'static str,
}

/// Makes lines in one format.
#[derive(Debug)]
pub(crate) struct LineWriter {
    format: Format,
    random: Random,
}

impl LineWriter {
    /// The same `seed` makes the same lines, but for their times.
    pub(crate) fn new(format: Format, seed: Option<u64>) -> Self {
        Self {
            format,
            random: Random::new(seed),
        }
    }

    /// Appends a line without its newline, padded to `length` bytes when it is shorter.
    pub(crate) fn write(&mut self, line: &mut Vec<u8>, labels: Labels<'_>, length: usize) {
        let entry = self.entry();
        let (pad_at, frame) = match self.format {
            Format::Apache => (write_apache(line, &entry, labels), PadFrame::query(labels)),
            Format::Ltsv => (write_ltsv(line, &entry, labels), PadFrame::LTSV),
            Format::Json => (write_json(line, &entry, labels), PadFrame::JSON),
        };
        frame.pad(line, pad_at, length);
    }

    fn entry(&mut self) -> AccessEntry {
        let random = &mut self.random;
        let mut octet = |from: u64, to: u64| from + random.below(to - from);
        let host = format!(
            "{}.{}.{}.{}",
            octet(1, 224),
            octet(0, 256),
            octet(0, 256),
            octet(1, 255)
        );
        let category = random.pick(CATEGORIES);
        // No query: Apache's lines carry the labels and the padding in theirs.
        let path = match random.below(3) {
            0 => format!("/category/{category}"),
            _ => format!("/item/{category}/{}", random.below(5000)),
        };
        AccessEntry {
            time: Timestamp::now(),
            host,
            method: random.pick(METHODS),
            path,
            code: random.pick(CODES),
            size: 40 + random.below(20_000),
            referer: random.pick(REFERERS),
            agent: random.pick(AGENTS),
        }
    }
}

/// What surrounds the padding, so that the line keeps its format.
struct PadFrame {
    before: &'static str,
    after: &'static str,
}

impl PadFrame {
    const LTSV: Self = Self {
        before: "\tpad:",
        after: "",
    };
    const JSON: Self = Self {
        before: ",\"pad\":\"",
        after: "\"",
    };

    fn query(labels: Labels<'_>) -> Self {
        let before = if labels.query().is_empty() {
            "?pad="
        } else {
            "&pad="
        };
        Self { before, after: "" }
    }

    /// Puts the padding at `at`. A line that lacks fewer bytes than the frame takes grows past
    /// `length` by those.
    fn pad(&self, line: &mut Vec<u8>, at: usize, length: usize) {
        if line.len() >= length {
            return;
        }
        let missing = length - line.len();
        let filling = missing.saturating_sub(self.before.len() + self.after.len());
        let padding = [
            self.before.as_bytes(),
            &b"x".repeat(filling),
            self.after.as_bytes(),
        ];
        line.splice(at..at, padding.concat());
    }
}

impl Labels<'_> {
    /// The labels as a request's query, with its `?`, or nothing.
    fn query(self) -> String {
        let sequence = self.sequence.map(|number| format!("seq={number}"));
        let id = self.id.map(|id| format!("id={id}"));
        let parts: Vec<String> = sequence.into_iter().chain(id).collect();
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }
}

// Writing into a `Vec` cannot fail, so the results below are dropped. Each function gives the
// place where padding may be put.

fn write_apache(line: &mut Vec<u8>, entry: &AccessEntry, labels: Labels<'_>) -> usize {
    let time = entry
        .time
        .to_zoned(TimeZone::UTC)
        .strftime("%d/%b/%Y:%H:%M:%S %z")
        .to_string();
    let AccessEntry {
        host,
        method,
        path,
        code,
        size,
        referer,
        agent,
        ..
    } = entry;
    let query = labels.query();
    let _ = write!(line, "{host} - - [{time}] \"{method} {path}{query}");
    let pad_at = line.len();
    let _ = write!(line, " HTTP/1.1\" {code} {size} \"{referer}\" \"{agent}\"");
    pad_at
}

fn write_ltsv(line: &mut Vec<u8>, entry: &AccessEntry, labels: Labels<'_>) -> usize {
    if let Some(sequence) = labels.sequence {
        let _ = write!(line, "seq:{sequence}\t");
    }
    if let Some(id) = labels.id {
        let _ = write!(line, "id:{id}\t");
    }
    let AccessEntry {
        time,
        host,
        method,
        path,
        code,
        size,
        referer,
        agent,
    } = entry;
    let _ = write!(
        line,
        "time:{time:.3}\thost:{host}\tuser:-\tmethod:{method}\tpath:{path}\tcode:{code}\t\
         size:{size}\treferer:{referer}\tagent:{agent}"
    );
    line.len()
}

fn write_json(line: &mut Vec<u8>, entry: &AccessEntry, labels: Labels<'_>) -> usize {
    line.push(b'{');
    if let Some(sequence) = labels.sequence {
        let _ = write!(line, "\"seq\":{sequence},");
    }
    if let Some(id) = labels.id {
        let id = serde_json::Value::from(id);
        let _ = write!(line, "\"id\":{id},");
    }
    // Nothing in the made-up values needs escaping.
    let AccessEntry {
        time,
        host,
        method,
        path,
        code,
        size,
        referer,
        agent,
    } = entry;
    let _ = write!(
        line,
        "\"time\":\"{time:.3}\",\"host\":\"{host}\",\"user\":\"-\",\"method\":\"{method}\",\
         \"path\":\"{path}\",\"code\":{code},\"referer\":\"{referer}\",\"size\":{size},\
         \"agent\":\"{agent}\""
    );
    let pad_at = line.len();
    line.push(b'}');
    pad_at
}
