//! The source `http`.

use kavka_test_collector::Collector;
use kavka_test_harness::free_port;

const SPEC: &str = "
sources:
  http: {type: http, address: 'ADDRESS', body_limit: 1Ki, timeout: 2s}
sinks:
  out: {type: file, inputs: [http], match: 'sample.**', path: FOLDER/out}
";

fn start(spec: &str) -> (Collector, String) {
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let collector = Collector::new(&spec.replace("ADDRESS", &address))
        .unwrap()
        .start()
        .unwrap();
    (collector, format!("http://{address}"))
}

pub(crate) fn post(url: &str, kind: &str, body: &str) -> (u16, Option<String>, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut answer = agent
        .post(url)
        .header("content-type", kind)
        .send(body)
        .unwrap();
    let retry = answer
        .headers()
        .get("retry-after")
        .map(|v| v.to_str().unwrap().to_owned());
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), retry, text)
}

#[test]
fn an_event_is_written_exactly_as_it_was_posted() {
    let (collector, url) = start(SPEC);
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    assert_eq!(
        post(&format!("{url}/sample.data"), json, r#"{"id":0}"#).0,
        200
    );
    assert_eq!(
        post(&format!("{url}/sample.data"), form, r#"json={"id":1}"#).0,
        200
    );
    assert_eq!(
        post(&format!("{url}/sample/x"), json, r#"[{"id":2},{"id":3}]"#).0,
        200
    );
    // The answer says that the sink has accepted, so nothing has to be waited for.
    let lines = kavka_test_collector::lines(&collector.path("out"));
    assert_eq!(
        lines,
        [r#"{"id":0}"#, r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#]
    );
}

#[test]
fn an_event_whose_tag_matches_no_sink_is_answered_and_counted() {
    let (collector, url) = start(SPEC);
    assert_eq!(
        post(&format!("{url}/other.data"), "application/json", "{}").0,
        200
    );
    assert!(
        collector
            .metrics()
            .unwrap()
            .contains("no tag pattern matched")
    );
    assert!(kavka_test_collector::lines(&collector.path("out")).is_empty());
    collector.wait_for_log("no tag pattern matched").unwrap();
}

#[test]
fn a_request_that_cannot_be_taken_is_refused_with_the_reason() {
    let (_collector, url) = start(SPEC);
    let tag = format!("{url}/sample.data");
    let json = "application/json";
    let (status, _, message) = post(&tag, json, "{\"id\":");
    assert_eq!(status, 400);
    assert!(message.contains("broken JSON"), "{message}");
    let (status, _, message) = post(&tag, json, &format!("{{\"a\":\"{}\"}}", "x".repeat(2000)));
    assert_eq!(status, 413);
    assert!(message.contains("larger than 1 KiB"), "{message}");
    let (status, _, message) = post(&url, json, "{}");
    assert_eq!(status, 400);
    assert!(message.contains("the path is the tag"), "{message}");
    assert_eq!(post(&tag, "image/png", "{}").0, 415);
    assert_eq!(
        post(&tag, json, "{}").0,
        200,
        "it goes on after all of these"
    );
}

#[test]
fn a_request_that_no_sink_accepts_in_time_is_to_be_repeated() {
    let spec = "
sources:
  http: {type: http, address: 'ADDRESS', timeout: 1s}
sinks:
  out: {type: kafka, inputs: [http], topic: t, bootstrap_servers: '127.0.0.1:1'}
";
    let (collector, url) = start(spec);
    let (status, retry, message) = post(&format!("{url}/sample.data"), "application/json", "{}");
    assert_eq!((status, retry.as_deref()), (503, Some("1")));
    assert!(message.contains("send them again"), "{message}");
    collector.wait_for_log("127.0.0.1:1").unwrap();
    collector
        .wait_for_log("check that bootstrap_servers is right")
        .unwrap();
}
