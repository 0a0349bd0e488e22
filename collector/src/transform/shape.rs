//! What each transform does with one event.

use vrl::value::Value;

use super::Prepared;
use super::program::{Failure, Program};
use crate::event::Event;
use crate::metrics::ComponentMetrics;

/// The route of events that no condition took.
pub(crate) const UNMATCHED: &str = "_unmatched";

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on, by this route.
    Pass(Option<String>),
    /// It ends here, on purpose.
    LeaveOut(&'static str),
}

/// Changes events with a program.
#[derive(Clone)]
pub(crate) struct Remap {
    pub(crate) program: Program,
    pub(crate) drop_on_error: bool,
    pub(crate) drop_on_abort: bool,
}

/// Lets events pass for which a condition holds.
#[derive(Clone)]
pub(crate) struct Filter {
    pub(crate) condition: Program,
}

/// Sends events on by the first condition that holds.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) routes: Vec<(String, Program)>,
}

impl Prepared {
    pub(crate) fn apply(&mut self, event: &mut Event, metrics: &ComponentMetrics) -> Verdict {
        match self {
            Self::Remap(remap) => remap.apply(event, metrics),
            Self::Filter(filter) => {
                if holds(&mut filter.condition, event, metrics) {
                    Verdict::Pass(None)
                } else {
                    Verdict::LeaveOut("filtered")
                }
            }
            Self::Route(route) => {
                let name = route
                    .routes
                    .iter_mut()
                    .find_map(|(name, program)| holds(program, event, metrics).then_some(name));
                Verdict::Pass(Some(
                    name.map_or_else(|| UNMATCHED.to_owned(), |name| name.clone()),
                ))
            }
        }
    }
}

impl Remap {
    fn apply(&mut self, event: &mut Event, metrics: &ComponentMetrics) -> Verdict {
        let before = event.value.clone();
        match self.program.run(event) {
            Ok(_) => return Verdict::Pass(None),
            Err(Failure::Aborted) => {
                if self.drop_on_abort {
                    return Verdict::LeaveOut("aborted");
                }
            }
            Err(Failure::Failed(problem)) => {
                complain(&problem, &before, event, metrics);
                if self.drop_on_error {
                    return Verdict::LeaveOut("program failed");
                }
            }
        }
        event.value = before;
        Verdict::Pass(None)
    }
}

/// A condition that fails does not hold.
fn holds(program: &mut Program, event: &mut Event, metrics: &ComponentMetrics) -> bool {
    let before = event.value.clone();
    let result = program.run(event);
    match result {
        Ok(value) => value == Value::Boolean(true),
        Err(Failure::Aborted) => false,
        Err(Failure::Failed(problem)) => {
            complain(&problem, &before, event, metrics);
            event.value = before;
            false
        }
    }
}

fn complain(problem: &str, before: &Value, event: &Event, metrics: &ComponentMetrics) {
    metrics.error("program failed");
    if !metrics.may_warn() {
        return;
    }
    let sample: String = before.to_string().chars().take(300).collect();
    tracing::warn!(
        component = metrics.name(),
        tag = &*event.metadata.tag,
        sample,
        "the program failed on an event: {problem}"
    );
}

#[cfg(test)]
mod tests {
    use vrl::value::Value;

    use super::*;
    use crate::event::Metadata;
    use crate::metrics::Metrics;
    use crate::receipt::Receipt;

    fn event(message: &str) -> Event {
        let mut body = vrl::value::ObjectMap::new();
        body.insert("message".into(), Value::from(message));
        Event {
            value: Value::Object(body),
            metadata: Metadata {
                tag: "a.b".into(),
                source: "in".into(),
                stream: None,
                timestamp: 5,
            },
            receipt: Receipt::new(None, |_| {}),
        }
    }

    fn remap(source: &str, drop_on_error: bool) -> Prepared {
        let program = Program::compile(source).unwrap();
        Prepared::Remap(Remap {
            program,
            drop_on_error,
            drop_on_abort: true,
        })
    }

    #[track_caller]
    fn check(source: &str, message: &str, expected: &str) {
        let metrics = Metrics::new().component("test");
        let mut event = event(message);
        let verdict = remap(source, false).apply(&mut event, &metrics);
        assert_eq!(verdict, Verdict::Pass(None));
        assert_eq!(serde_json::to_string(&event.value).unwrap(), expected);
    }

    #[test]
    fn vrl_parses_ltsv_json_and_apache_lines() {
        check(
            r#". = parse_key_value!(.message, key_value_delimiter: ":", field_delimiter: "\t")"#,
            "host:10.0.0.1\treq:GET /a b\ttime:12:30",
            r#"{"host":"10.0.0.1","req":"GET /a b","time":"12:30"}"#,
        );
        check(". = parse_json!(.message)", r#"{"id":0}"#, r#"{"id":0}"#);
        check(
            r#"line = parse_apache_log!(.message, format: "common")
               . = {"path": line.path, "status": line.status}"#,
            r#"127.0.0.1 - bob [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.0" 200 2326"#,
            r#"{"path":"/x","status":200}"#,
        );
    }

    #[test]
    fn a_program_that_fails_leaves_the_event_as_it_was_or_drops_it() {
        check(
            ".a = 1\n. = parse_json!(.message)",
            "no json",
            r#"{"message":"no json"}"#,
        );
        let metrics = Metrics::new().component("test");
        let mut dropping = remap(". = parse_json!(.message)", true);
        let verdict = dropping.apply(&mut event("no json"), &metrics);
        assert_eq!(verdict, Verdict::LeaveOut("program failed"));
        let verdict = remap("abort", true).apply(&mut event("x"), &metrics);
        assert_eq!(verdict, Verdict::LeaveOut("aborted"));
    }

    #[test]
    fn a_program_reads_and_writes_the_metadata() {
        let metrics = Metrics::new().component("test");
        let mut changed = event("x");
        remap(".was = %tag\n%tag = \"c.d\"", false).apply(&mut changed, &metrics);
        assert_eq!(&*changed.metadata.tag, "c.d");
        let body = serde_json::to_string(&changed.value).unwrap();
        assert_eq!(body, r#"{"message":"x","was":"a.b"}"#);
    }

    #[test]
    fn a_route_is_the_first_whose_condition_holds() {
        let metrics = Metrics::new().component("test");
        let condition = |source: &str| Program::compile(source).unwrap();
        let mut route = Prepared::Route(Route {
            routes: vec![
                ("long".to_owned(), condition("length!(.message) > 3")),
                ("number".to_owned(), condition("is_integer(.message)")),
            ],
        });
        let mut route_of = |message: &str| route.apply(&mut event(message), &metrics);
        assert_eq!(route_of("abcdef"), Verdict::Pass(Some("long".to_owned())));
        assert_eq!(route_of("abc"), Verdict::Pass(Some(UNMATCHED.to_owned())));
    }
}
