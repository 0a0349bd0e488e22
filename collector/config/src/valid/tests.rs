//! What a person gets to read about a faulty pipeline.

use super::*;
use crate::manifest::parse_manifest;

fn errors_of(text: &str) -> String {
    match parse_manifest(text).and_then(|manifest| validate(&manifest.config)) {
        Ok(_) => String::new(),
        Err(errors) => errors.to_string(),
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let errors = errors_of(text);
    for line in expected {
        assert!(errors.contains(line), "{line:?} is not in:\n{errors}");
    }
    if expected.is_empty() {
        assert_eq!(errors, "");
    }
}

const QUICKSTART: &str = r#"
apiVersion: kavka.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
---
apiVersion: kavka.dev/v1alpha1
kind: Pipeline
metadata: {name: samples}
spec:
  cluster: demo
  placement: {daemonSet: {}}
  sources:
    http: {type: http, address: "0.0.0.0:9999", expose: nodePort}
    logs: {type: kubernetes_logs}
  sinks:
    out: {type: kafka, inputs: [http], match: "sample.**", topic: topic-sample}
    lines: {type: stdout, inputs: [logs]}
"#;

#[test]
fn the_quick_start_is_valid_and_tells_what_the_operator_must_know() {
    let manifest = parse_manifest(QUICKSTART).unwrap();
    assert_eq!(manifest.name.as_deref(), Some("samples"));
    assert_eq!(manifest.cluster.as_deref(), Some("demo"));
    let pipeline = validate(&manifest.config).unwrap();
    let listeners = pipeline.listeners();
    assert_eq!(listeners.len(), 1);
    assert_eq!(listeners[0].address.port(), 9999);
    assert_eq!(listeners[0].expose, Expose::NodePort);
    let logs = pipeline.node_logs().unwrap();
    assert_eq!(
        logs,
        NodeLogs {
            namespaces: Namespaces::Own,
            labels: true
        }
    );
    assert_eq!(pipeline.sinks_on_cluster().len(), 1);
    assert!(pipeline.keeps_positions());
}

#[test]
fn every_error_names_its_field_its_value_and_the_remedy() {
    check(
        "{sources: {a: {type: http, address: 'nowhere'}, b: {type: fiel, include: x}},
          sinks: {out: {type: kafka, inputs: [a, x], topic: 'sp ace', compresion: lz4},
                  two: {type: stdout, inputs: []}}}",
        &[
            "sources.a.address: \"nowhere\" is no address with a port; write an IP address",
            "sources.b.type: \"fiel\" is unknown; did you mean file?",
            "sinks.out.topic: \"sp ace\" contains ' '; use letters",
            "sinks.out.compresion: unknown option; did you mean compression?",
            "sinks.two.inputs: nothing feeds it",
        ],
    );
}

#[test]
fn a_pipeline_without_source_or_sink_is_refused() {
    check("{}", &["sources: there are none", "sinks: there are none"]);
    check("kind: Pipeline", &["sources: there are none"]);
}

#[test]
fn the_graph_has_no_unknown_input_no_cycle_and_nothing_unused() {
    check(
        "{sources: {a: {type: http, address: ':1'}, b: {type: http, address: ':2'}},
          sinks: {out: {type: stdout, inputs: [a, aa]}}}",
        &[
            "sinks.out.inputs: \"aa\" is neither a source nor a transform; did you mean a?",
            "sources.b: nothing takes its events; add b to the inputs of a sink",
        ],
    );
    check(
        "{sources: {a: {type: http, address: ':1'}},
          transforms: {x: {type: filter, inputs: [a, y], condition: 'true'},
                       y: {type: filter, inputs: [x], condition: 'true'}},
          sinks: {out: {type: stdout, inputs: [y]}}}",
        &["transforms.x.inputs: it feeds itself: x -> y -> x"],
    );
    check(
        "{sources: {a: {type: http, address: ':1'}},
          transforms: {r: {type: route, inputs: [a], routes: {bad: 'false'}}},
          sinks: {x: {type: stdout, inputs: [r.bad, r._unmatched]},
                  y: {type: stdout, inputs: [r]}}}",
        &["sinks.y.inputs: r has no output r; name the transform alone, or"],
    );
}

#[test]
fn names_and_ports_are_used_once() {
    check(
        "{sources: {a: {type: http, address: ':1'}, b: {type: http, address: '127.0.0.1:1'}},
          sinks: {a: {type: stdout, inputs: [a, b]}}}",
        &[
            "sinks.a: the name stands in sources, too",
            "sources.b.address: port 1 is used by the source a, too",
        ],
    );
}

#[test]
fn text_that_is_no_pipeline_is_refused_with_its_place() {
    check("sources: [", &["file: it is no YAML:"]);
    check("just text", &["file: \"just text\" is no pipeline"]);
    check(
        "sorces: {}",
        &["sorces: unknown field; did you mean sources?"],
    );
    check("sources: 3", &["sources: 3 is no mapping"]);
    check(
        "sources: {a: {type: http, inputs: 5}}",
        &["sources.a: invalid type"],
    );
    check(
        &format!("{QUICKSTART}\n---\n{QUICKSTART}"),
        &["file: there are 2 pipelines in it"],
    );
}

#[test]
fn properties_that_would_lose_records_are_refused() {
    check(
        "{sources: {a: {type: http, address: ':1'}},
          sinks: {out: {type: kafka, inputs: [a], topic: t, bootstrap_servers: 'x',
                        librdkafka_options: {acks: 0, client.id: me}}}}",
        &[
            "sinks.out.librdkafka_options.acks: it cannot be set here",
            "sinks.out.bootstrap_servers: \"x\" is no host with a port",
        ],
    );
}

#[cfg(feature = "vrl")]
#[test]
fn a_vrl_error_names_component_line_and_diagnostics() {
    let transform = |source: &str, condition: &str| {
        format!(
            "{{sources: {{a: {{type: http, address: ':1'}}}},
              transforms: {{shape: {{type: remap, inputs: [a], source: {source:?}}},
                            only: {{type: filter, inputs: [shape], condition: {condition:?}}}}},
              sinks: {{out: {{type: stdout, inputs: [only]}}}}}}"
        )
    };
    check(
        &transform(". = parse_json!(.message)", ".level == \"error\""),
        &[],
    );
    check(
        &transform(".a = 1\n.b = upcase(5)\n", "5"),
        &[
            "transforms.shape.source: line 2: error[E110]: invalid argument type",
            "transforms.only.condition: the condition gives integer instead of true or false",
        ],
    );
    check(
        &transform(".a = parse_json(.message)", "true"),
        &["line 1: error[E103]: unhandled"],
    );
    check(
        &transform(".a = get_env_var!(\"HOME\")", "true"),
        &["undefined function"],
    );
}
