//! The options of every transform.

use std::collections::BTreeMap;

use crate::config::Component;
use crate::error::PipelineError;
use crate::name::{ComponentName, OutputName};
use crate::options::Options;
use crate::tag::TagPattern;

/// A transform with its options typed.
#[derive(Clone, Debug)]
pub struct Transform {
    /// Its name.
    pub name: ComponentName,
    /// What feeds it.
    pub inputs: Vec<OutputName>,
    /// Which tags it takes; all of them when absent.
    pub matches: Option<TagPattern>,
    /// Its type and options.
    pub kind: TransformKind,
    /// As it was written.
    pub raw: Component,
}

/// Which transform it is.
#[derive(Clone, Debug)]
pub enum TransformKind {
    /// Changes events with a VRL program.
    Remap(Remap),
    /// Lets events pass for which a VRL condition holds.
    Filter(Filter),
    /// Sends each event to the first route whose VRL condition holds.
    Route(Route),
}

/// Options of the transform `remap`.
#[derive(Clone, Debug)]
pub struct Remap {
    /// The VRL program.
    pub source: String,
    /// Drop an event whose program failed; otherwise it passes unchanged.
    pub drop_on_error: bool,
    /// Drop an event whose program called `abort`; otherwise it passes unchanged.
    pub drop_on_abort: bool,
}

/// Options of the transform `filter`.
#[derive(Clone, Debug)]
pub struct Filter {
    /// A VRL program that gives true or false.
    pub condition: String,
}

/// Options of the transform `route`: outputs are `<name>.<route>` and `<name>._unmatched`.
#[derive(Clone, Debug)]
pub struct Route {
    /// VRL conditions by route, tried in the order of their names.
    pub routes: BTreeMap<String, String>,
}

impl Transform {
    /// Whether `route` names one of its outputs (`None`: the only output).
    pub fn has_output(&self, route: Option<&str>) -> bool {
        match (&self.kind, route) {
            (TransformKind::Route(route), Some(name)) => {
                name == UNMATCHED || route.routes.contains_key(name)
            }
            (TransformKind::Route(_), None) | (_, Some(_)) => false,
            (_, None) => true,
        }
    }
}

/// The output of a `route` transform for events that no condition took.
const UNMATCHED: &str = "_unmatched";

/// The types of transforms, for messages.
pub(crate) const TRANSFORM_TYPES: [&str; 3] = ["remap", "filter", "route"];

pub(crate) fn parse_transform(
    name: ComponentName,
    raw: &Component,
    errors: &mut Vec<PipelineError>,
) -> Option<Transform> {
    let path = format!("transforms.{name}");
    let inputs = crate::graph::parse_inputs(&path, raw, errors);
    let mut options = Options::new(path.clone(), &raw.options, errors);
    let matches = parse_match(&mut options);
    let kind = match raw.kind.as_str() {
        "remap" => parse_remap(&mut options).map(TransformKind::Remap),
        "filter" => program(&mut options, "condition", ".level == \"error\"", true)
            .map(|condition| TransformKind::Filter(Filter { condition })),
        "route" => parse_route(&mut options).map(TransformKind::Route),
        other => {
            let (problem, remedy) = crate::valid::unknown_type(other, &TRANSFORM_TYPES);
            options.error("type", problem, remedy);
            return None;
        }
    };
    options.finish();
    Some(Transform {
        name,
        inputs,
        matches,
        kind: kind?,
        raw: raw.clone(),
    })
}

/// The option `match`, which transforms and sinks share.
pub(crate) fn parse_match(options: &mut Options<'_>) -> Option<TagPattern> {
    let text = options.string("match")?;
    match TagPattern::parse(&text) {
        Ok(pattern) => Some(pattern),
        Err(problem) => {
            options.error(
                "match",
                problem,
                "write a tag pattern, for example sample.** or app.*",
            );
            None
        }
    }
}

fn parse_remap(options: &mut Options<'_>) -> Option<Remap> {
    let source = program(options, "source", ". = parse_json!(.message)", false);
    let drop_on_error = options.flag("drop_on_error", false);
    let drop_on_abort = options.flag("drop_on_abort", true);
    Some(Remap {
        source: source?,
        drop_on_error,
        drop_on_abort,
    })
}

fn parse_route(options: &mut Options<'_>) -> Option<Route> {
    let example = "write for example routes: {errors: .level == \"error\"}";
    let Some(given) = options.take("routes") else {
        options.error("routes", "it is missing", example);
        return None;
    };
    let Some(given) = given.as_object() else {
        options.error("routes", format!("{given} is no mapping"), example);
        return None;
    };
    let mut routes = BTreeMap::new();
    for (name, condition) in given {
        let field = format!("routes.{name}");
        if let Err(problem) = ComponentName::parse(name) {
            options.error(
                &field,
                problem,
                "name the route with letters, digits, - and _",
            );
            continue;
        }
        let Some(condition) = condition.as_str() else {
            options.error(
                &field,
                format!("{condition} is no text"),
                "write a VRL condition",
            );
            continue;
        };
        check_program(options, &field, condition, true);
        routes.insert(name.clone(), condition.to_owned());
    }
    Some(Route { routes })
}

fn program(
    options: &mut Options<'_>,
    name: &'static str,
    example: &str,
    condition: bool,
) -> Option<String> {
    let source = options.required(name, example)?;
    check_program(options, name, &source, condition);
    Some(source)
}

#[cfg(feature = "vrl")]
fn check_program(options: &mut Options<'_>, name: &str, source: &str, condition: bool) {
    if let Err(problem) = crate::program::check(source, condition) {
        options.error(name, problem, "correct the VRL program at this place");
    }
}

/// Without the compiler nothing can be said about a program.
#[cfg(not(feature = "vrl"))]
fn check_program(_: &mut Options<'_>, _: &str, _: &str, _: bool) {}
