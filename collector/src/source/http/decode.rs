//! From a request to events, as Fluentd's `in_http` reads it. No I/O.

use std::io::Read as _;

use vrl::value::Value;
use warp::http::{HeaderMap, StatusCode};

/// Why a request is not taken.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// A few words for the metrics.
    pub(crate) reason: &'static str,
    /// A sentence for the client.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, reason: &'static str, message: String) -> Self {
        Self {
            status,
            reason,
            message,
        }
    }

    pub(crate) fn bad(reason: &'static str, message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason, message)
    }
}

/// What a request holds.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// The events' bodies, each an object.
    pub(crate) bodies: Vec<Value>,
    /// The parameter `time`, in milliseconds since the epoch.
    pub(crate) timestamp: Option<i64>,
}

const EXAMPLE: &str = "send a JSON object with content-type application/json, or a form json={...}";

/// `/sample/data` and `/sample.data` are both the tag `sample.data`.
pub(crate) fn tag_of(path: &str) -> Result<String, Refusal> {
    let decoded = percent_decode(path);
    let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    let tag = parts.join(".");
    if tag.is_empty() {
        return Err(Refusal::bad(
            "no tag",
            "the path is the tag and is empty; post for example to /sample.data".to_owned(),
        ));
    }
    if tag.len() > 1024 || tag.chars().any(char::is_whitespace) {
        return Err(Refusal::bad(
            "bad tag",
            format!("{tag:?} is no tag; use letters and dots"),
        ));
    }
    Ok(tag)
}

/// Reads the events out of a request's body and query.
pub(crate) fn decode(
    headers: &HeaderMap,
    query: &str,
    body: &[u8],
    limit: u64,
) -> Result<Request, Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let body = match header("content-encoding").unwrap_or("identity") {
        "identity" | "" => body.to_vec(),
        "gzip" => gunzip(body, limit)?,
        other => {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content encoding",
                format!("the content-encoding {other:?} is not known; send gzip or none"),
            ));
        }
    };
    let kind = header("content-type").unwrap_or("application/json");
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let mut request = Request::default();
    read_form(&mut request, query.as_bytes())?;
    match kind.as_str() {
        "application/x-www-form-urlencoded" => read_form(&mut request, &body)?,
        "application/x-ndjson" | "application/ndjson" | "application/jsonlines" => {
            for line in body.split(|byte| *byte == b'\n') {
                if !line.trim_ascii().is_empty() {
                    push_json(&mut request, line)?;
                }
            }
        }
        _ if body.trim_ascii().is_empty() => {}
        "application/json" | "text/json" | "text/plain" | "" => push_json(&mut request, &body)?,
        other => {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content type",
                format!("the content-type {other:?} is not known; {EXAMPLE}"),
            ));
        }
    }
    if request.bodies.is_empty() && !body_is_empty_array(&body) {
        return Err(Refusal::bad(
            "no event",
            format!("there is no event in it; {EXAMPLE}"),
        ));
    }
    Ok(request)
}

fn body_is_empty_array(body: &[u8]) -> bool {
    let mut letters = body.iter().filter(|byte| !byte.is_ascii_whitespace());
    letters.next() == Some(&b'[') && letters.next() == Some(&b']')
}

/// The parameters `json` and `time`; Fluentd ignores others.
fn read_form(request: &mut Request, form: &[u8]) -> Result<(), Refusal> {
    for (name, value) in form_urlencoded::parse(form) {
        match &*name {
            "json" => push_json(request, value.as_bytes())?,
            "time" => request.timestamp = Some(parse_time(&value)?),
            _ => {}
        }
    }
    Ok(())
}

/// Seconds since the epoch with a fraction, or an ISO 8601 time.
fn parse_time(text: &str) -> Result<i64, Refusal> {
    if let Ok(seconds) = text.parse::<f64>()
        && seconds.abs() < 1e13
    {
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        return Ok((seconds * 1000.0).round() as i64);
    }
    text.parse::<jiff::Timestamp>()
        .map(jiff::Timestamp::as_millisecond)
        .map_err(|_| {
            let remedy = "send seconds since 1970, or for example 2026-01-31T10:00:00Z";
            Refusal::bad("bad time", format!("time={text:?} is no time; {remedy}"))
        })
}

/// An object is one event, an array of objects as many as it has.
fn push_json(request: &mut Request, text: &[u8]) -> Result<(), Refusal> {
    let value: Value = serde_json::from_slice(text)
        .map_err(|error| Refusal::bad("broken JSON", format!("broken JSON: {error}; {EXAMPLE}")))?;
    let items = match value {
        Value::Array(items) => items,
        single => vec![single],
    };
    for item in items {
        if !item.is_object() {
            let kind = item.kind_str();
            return Err(Refusal::bad(
                "no object",
                format!("an event is a JSON object, not a value of type {kind}; {EXAMPLE}"),
            ));
        }
        request.bodies.push(item);
    }
    Ok(())
}

fn gunzip(body: &[u8], limit: u64) -> Result<Vec<u8>, Refusal> {
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(body)
        .take(limit.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|error| Refusal::bad("broken gzip", format!("broken gzip: {error}")))?;
    if plain.len() as u64 > limit {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body too large",
            "the body is larger than body_limit when it is unpacked; send less at once".to_owned(),
        ));
    }
    Ok(plain)
}

fn percent_decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let pair = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let escaped = pair
            .filter(|_| *first == b'%')
            .map(|pair| u8::from_str_radix(pair, 16));
        if let Some(Ok(byte)) = escaped {
            out.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(kind: &str, query: &str, body: &str) -> Result<Vec<String>, String> {
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.insert("content-type", kind.parse().unwrap());
        }
        decode(&headers, query, body.as_bytes(), 1000)
            .map(|r| {
                r.bodies
                    .iter()
                    .map(|b| serde_json::to_string(b).unwrap())
                    .collect()
            })
            .map_err(|refusal| refusal.message)
    }

    #[test]
    fn a_body_is_read_as_fluentd_reads_it() {
        let one = Ok(vec![r#"{"id":0}"#.to_owned()]);
        assert_eq!(bodies("application/json", "", r#"{"id":0}"#), one);
        assert_eq!(
            bodies("application/json; charset=utf-8", "", r#"{"id":0}"#),
            one
        );
        assert_eq!(bodies("", "", r#"{"id":0}"#), one);
        assert_eq!(bodies("", "json=%7B%22id%22%3A0%7D", ""), one);
        let form = "application/x-www-form-urlencoded";
        assert_eq!(bodies(form, "", r#"json={"id":0}"#), one);
        let two = Ok(vec![r#"{"a":1}"#.to_owned(), r#"{"a":2}"#.to_owned()]);
        assert_eq!(bodies("application/json", "", r#"[{"a":1},{"a":2}]"#), two);
        assert_eq!(bodies(form, "", r#"json=[{"a":1},{"a":2}]"#), two);
        assert_eq!(
            bodies("application/x-ndjson", "", "{\"a\":1}\n\n{\"a\":2}\n"),
            two
        );
        assert_eq!(bodies("application/json", "", "[]"), Ok(vec![]));
    }

    #[test]
    fn a_broken_body_is_refused_with_the_reason_and_an_example() {
        for (kind, body, expected) in [
            (
                "application/json",
                "{\"id\":",
                "broken JSON: EOF while parsing",
            ),
            ("application/json", "5", "not a value of type integer"),
            ("application/json", "[{},5]", "not a value of type integer"),
            ("application/json", "", "there is no event in it"),
            (
                "application/x-www-form-urlencoded",
                "{\"id\":0}",
                "there is no event in it",
            ),
            (
                "application/msgpack",
                "x",
                "the content-type \"application/msgpack\" is not known",
            ),
        ] {
            let message = bodies(kind, "", body).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn the_path_is_the_tag() {
        assert_eq!(tag_of("/sample.data").unwrap(), "sample.data");
        assert_eq!(tag_of("/sample/data/").unwrap(), "sample.data");
        assert_eq!(tag_of("/a%2Eb").unwrap(), "a.b");
        assert!(tag_of("/").is_err());
        assert!(tag_of("/a%20b").is_err());
    }

    #[test]
    fn a_time_parameter_is_taken() {
        assert_eq!(parse_time("1392021185.5").unwrap(), 1_392_021_185_500);
        assert_eq!(
            parse_time("2014-02-10T08:33:05Z").unwrap(),
            1_392_021_185_000
        );
        assert!(parse_time("noon").is_err());
    }

    #[test]
    fn a_small_body_cannot_unpack_to_a_large_one() {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 100_000]).unwrap();
        let packed = encoder.finish().unwrap();
        let refusal = gunzip(&packed, 1000).unwrap_err();
        assert_eq!(refusal.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(gunzip(&packed, 100_000).unwrap().len(), 100_000);
    }
}
