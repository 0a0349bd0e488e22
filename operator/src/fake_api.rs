//! An API server in memory: objects by path, server-side apply (one manager), lists, watches,
//! and refusals on demand. Just enough for scenarios.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use futures::StreamExt;
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use tokio::sync::broadcast;

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

#[derive(Clone)]
pub(crate) struct FakeApi {
    state: Arc<Mutex<State>>,
    events: broadcast::Sender<(String, Value)>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Value>,
    requests: Vec<(Method, String)>,
    refusals: Vec<(Method, String, StatusCode, String)>,
    version: u64,
}

impl FakeApi {
    pub(crate) fn new() -> Self {
        Self {
            state: Arc::default(),
            events: broadcast::channel(1024).0,
        }
    }

    pub(crate) fn client(&self) -> Client {
        let api = self.clone();
        let service = tower::service_fn(move |request| {
            let api = api.clone();
            async move { Ok::<_, Infallible>(api.answer(request).await) }
        });
        Client::new(service, "ns")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Every later request of this kind is refused.
    pub(crate) fn refuse(&self, method: Method, path: &str, status: StatusCode, message: &str) {
        self.state()
            .refusals
            .push((method, path.to_owned(), status, message.to_owned()));
    }

    pub(crate) fn accept_all(&self) {
        self.state().refusals.clear();
    }

    /// Puts an object there as somebody else would.
    pub(crate) fn put(&self, path: &str, object: Value) {
        self.store(path, object, "ADDED");
    }

    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        self.state().objects.get(path).cloned()
    }

    pub(crate) fn remove(&self, path: &str) -> Option<Value> {
        let gone = self.state().objects.remove(path)?;
        let _ = self
            .events
            .send((collection(path), json!({"type": "DELETED", "object": gone})));
        Some(gone)
    }

    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut object = self
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not there"));
        change(&mut object);
        self.store(path, object, "MODIFIED");
    }

    /// The names of the objects of a kind.
    pub(crate) fn names(&self, plural: &str) -> Vec<String> {
        let marker = format!("/{plural}/");
        let state = self.state();
        let names = state
            .objects
            .keys()
            .filter_map(|path| path.split_once(&marker));
        names.map(|(_, name)| name.to_owned()).collect()
    }

    /// The requests that changed something, since the last time this was asked.
    pub(crate) fn changes(&self) -> Vec<String> {
        let requests = std::mem::take(&mut self.state().requests);
        let changes = requests
            .into_iter()
            .filter(|(method, _)| *method != Method::GET);
        let changes = changes.filter(|(_, path)| !path.contains("/events"));
        changes
            .map(|(method, path)| format!("{method} {path}"))
            .collect()
    }

    fn store(&self, path: &str, mut object: Value, what: &str) -> Value {
        let mut state = self.state();
        state.version += 1;
        let version = state.version;
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let metadata = &mut object["metadata"];
        metadata["resourceVersion"] = json!(version.to_string());
        metadata["name"] = json!(name);
        metadata["namespace"] = json!("ns");
        if metadata["uid"].is_null() {
            metadata["uid"] = json!(format!("uid-{version}"));
            metadata["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
            metadata["generation"] = json!(1);
        }
        allocate_ports(&mut object, version);
        state.objects.insert(path.to_owned(), object.clone());
        let _ = self
            .events
            .send((collection(path), json!({"type": what, "object": object})));
        object
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let (parts, body) = request.into_parts();
        let body = body.collect_bytes().await.unwrap();
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let refused = {
            let mut state = self.state();
            state.requests.push((parts.method.clone(), path.clone()));
            let mut refusals = state.refusals.iter();
            let found = refusals.find(|(m, p, ..)| *m == parts.method && path.contains(p.as_str()));
            found.map(|(_, _, status, message)| (*status, message.clone()))
        };
        if let Some((status, message)) = refused {
            return failure(status, &message);
        }
        let sent: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        match parts.method {
            Method::GET if query.contains("watch=true") => self.watch(&path),
            Method::GET => self.read(&path, &query),
            Method::POST => {
                let name = sent["metadata"]["name"]
                    .as_str()
                    .unwrap_or("generated")
                    .to_owned();
                success(&self.store(&format!("{path}/{name}"), sent, "ADDED"))
            }
            Method::PUT => success(&self.store(&path, sent, "MODIFIED")),
            Method::PATCH => {
                let merge = parts.headers["content-type"]
                    .to_str()
                    .unwrap()
                    .contains("merge-patch");
                self.patch(&path, sent, merge)
            }
            Method::DELETE => match self.remove(&path) {
                Some(gone) => success(&gone),
                None => failure(StatusCode::NOT_FOUND, "not found"),
            },
            other => failure(StatusCode::METHOD_NOT_ALLOWED, other.as_str()),
        }
    }

    fn read(&self, path: &str, query: &str) -> Answer {
        if is_object(path) {
            return match self.get(path) {
                Some(object) => success(&object),
                None => failure(StatusCode::NOT_FOUND, "not found"),
            };
        }
        let state = self.state();
        let prefix = format!("{path}/");
        let wanted = labels(query);
        let items: Vec<_> = state
            .objects
            .iter()
            .filter(|(path, _)| path.starts_with(&prefix))
            .map(|(_, object)| object)
            .filter(|object| {
                wanted
                    .iter()
                    .all(|(key, value)| object["metadata"]["labels"][key] == json!(value))
            })
            .collect();
        success(&json!({
            "kind": "List", "apiVersion": "v1",
            "metadata": {"resourceVersion": state.version.to_string()}, "items": items,
        }))
    }

    fn patch(&self, path: &str, sent: Value, merge: bool) -> Answer {
        let (path, status_only) = match path.strip_suffix("/status") {
            Some(path) => (path, true),
            None => (path, false),
        };
        let found = self.get(path);
        if found.is_none() && (merge || status_only) {
            return failure(StatusCode::NOT_FOUND, "not found");
        }
        let before = found.clone().unwrap_or_else(|| json!({"metadata": {}}));
        let mut object = before.clone();
        if status_only {
            object["status"] = sent["status"].clone();
        } else if merge {
            merge_into(&mut object, sent);
        } else {
            apply_into(&mut object, sent);
        }
        if object == before {
            return success(&before);
        }
        if object["spec"] != before["spec"] && found.is_some() {
            let generation = before["metadata"]["generation"].as_i64().unwrap_or(0);
            object["metadata"]["generation"] = json!(generation + 1);
        }
        let what = if found.is_some() { "MODIFIED" } else { "ADDED" };
        success(&self.store(path, object, what))
    }

    fn watch(&self, path: &str) -> Answer {
        let (path, events) = (path.to_owned(), self.events.subscribe());
        let lines = futures::stream::unfold(events, |mut events| async move {
            events.recv().await.ok().map(|event| (event, events))
        });
        let lines = lines.filter_map(move |(collection, event)| {
            let line = (collection == path).then(|| format!("{event}\n"));
            async move { line.map(|line| Ok(http_body::Frame::data(Bytes::from(line)))) }
        });
        Response::new(StreamBody::new(lines).boxed_unsync())
    }
}

/// What server-side apply does to the fields of one manager: they become what was sent.
fn apply_into(object: &mut Value, sent: Value) {
    let Value::Object(fields) = sent else { return };
    for (key, value) in fields {
        match key.as_str() {
            "metadata" => merge_into(&mut object["metadata"], value),
            "spec" if value["ports"].is_array() => {
                // The API server's own choices stay: node ports.
                let before = object["spec"]["ports"].clone();
                object["spec"] = value;
                for (index, port) in before.as_array().into_iter().flatten().enumerate() {
                    if let Some(now) = object["spec"]["ports"].get_mut(index)
                        && now["nodePort"].is_null()
                        && !port["nodePort"].is_null()
                        && object_is_node_port(&port["nodePort"])
                    {
                        now["nodePort"] = port["nodePort"].clone();
                    }
                }
            }
            _ => object[key] = value,
        }
    }
}

fn object_is_node_port(port: &Value) -> bool {
    port.as_i64().is_some()
}

fn merge_into(object: &mut Value, sent: Value) {
    match (object, sent) {
        (Value::Object(fields), Value::Object(sent)) => {
            for (key, value) in sent {
                if value.is_null() {
                    fields.remove(&key);
                } else {
                    merge_into(fields.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (object, sent) => *object = sent,
    }
}

fn allocate_ports(object: &mut Value, version: u64) {
    if object["spec"]["type"] != json!("NodePort") {
        return;
    }
    for port in object["spec"]["ports"].as_array_mut().into_iter().flatten() {
        if port["nodePort"].is_null() {
            port["nodePort"] = json!(31000 + version);
        }
    }
}

fn is_object(path: &str) -> bool {
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    let namespaced = parts.iter().position(|part| *part == "namespaces");
    namespaced.is_some_and(|at| parts.len() > at + 3 || parts.len() == at + 2)
}

fn collection(path: &str) -> String {
    path.rsplit_once('/')
        .map(|(collection, _)| collection.to_owned())
        .unwrap_or_default()
}

fn labels(query: &str) -> Vec<(String, String)> {
    let decoded = query
        .replace("%2F", "/")
        .replace("%3D", "=")
        .replace("%2C", ",");
    let mut parts = decoded.split('&');
    let Some(selector) = parts.find_map(|part| part.strip_prefix("labelSelector=")) else {
        return Vec::new();
    };
    let pairs = selector.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn success(object: &Value) -> Answer {
    Response::new(Full::new(Bytes::from(object.to_string())).boxed_unsync())
}

fn failure(status: StatusCode, message: &str) -> Answer {
    let reason = match status {
        StatusCode::NOT_FOUND => "NotFound",
        StatusCode::FORBIDDEN => "Forbidden",
        StatusCode::UNPROCESSABLE_ENTITY => "Invalid",
        StatusCode::CONFLICT => "Conflict",
        _ => "InternalError",
    };
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status.as_u16(),
        "reason": reason, "message": message,
    });
    let mut answer = success(&body);
    *answer.status_mut() = status;
    answer
}
