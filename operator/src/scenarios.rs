//! What the controllers do to an API server and to brokers, step by step.

mod cluster;
mod lease;
mod pipeline;
mod topic;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use futures::FutureExt;
use futures::future::BoxFuture;
use kavka_crds::plan::{ObservedTopic, TopicCall};
use kube::core::DynamicObject;
use kube::runtime::controller::Action;
use serde_json::{Value, json};

use crate::context::Context;
use crate::controller::{Reconciles, reconcile};
use crate::error::ReconcileError;
use crate::fake_api::FakeApi;
use crate::kafka::{KafkaAdmin, KafkaError};
use crate::observability::Metrics;
use crate::settings::Settings;

/// Brokers in memory.
#[derive(Clone, Default)]
struct FakeKafka(Arc<Mutex<FakeBrokers>>);

#[derive(Default)]
struct FakeBrokers {
    topics: BTreeMap<String, ObservedTopic>,
    calls: Vec<String>,
    down: bool,
    refusal: Option<String>,
}

impl FakeKafka {
    fn brokers(&self) -> MutexGuard<'_, FakeBrokers> {
        self.0.lock().unwrap()
    }

    fn reach(&self, address: &str) -> Result<MutexGuard<'_, FakeBrokers>, KafkaError> {
        let brokers = self.brokers();
        if brokers.down {
            return Err(KafkaError::Unreachable {
                address: address.to_owned(),
                reason: "connection refused".to_owned(),
            });
        }
        Ok(brokers)
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.brokers().calls)
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, T> {
    async move { value }.boxed()
}

impl KafkaAdmin for FakeKafka {
    fn cluster_id<'a>(&'a self, bootstrap: &'a str) -> BoxFuture<'a, Result<String, KafkaError>> {
        ready(self.reach(bootstrap).map(|_| "cluster-id".to_owned()))
    }

    fn observe<'a>(
        &'a self,
        bootstrap: &'a str,
        topic: &'a str,
    ) -> BoxFuture<'a, Result<Option<ObservedTopic>, KafkaError>> {
        ready(
            self.reach(bootstrap)
                .map(|brokers| brokers.topics.get(topic).cloned()),
        )
    }

    fn carry_out<'a>(
        &'a self,
        bootstrap: &'a str,
        call: &'a TopicCall,
    ) -> BoxFuture<'a, Result<(), KafkaError>> {
        let done = self.reach(bootstrap).and_then(|mut brokers| {
            if let Some(answer) = brokers.refusal.clone() {
                return Err(KafkaError::Refused {
                    call: call.to_string(),
                    answer,
                });
            }
            brokers.calls.push(call.to_string());
            match call.clone() {
                TopicCall::Create {
                    name,
                    partitions,
                    replicas,
                    config,
                } => {
                    let topic = ObservedTopic {
                        topic_id: format!("id-of-{name}"),
                        partitions: partitions.unwrap_or(1),
                        replicas: replicas.unwrap_or(1),
                        config,
                    };
                    brokers.topics.insert(name, topic);
                }
                TopicCall::AddPartitions { name, total } => {
                    brokers.topics.get_mut(&name).unwrap().partitions = total;
                }
                TopicCall::AlterConfig { name, set, delete } => {
                    let config = &mut brokers.topics.get_mut(&name).unwrap().config;
                    config.retain(|key, _| !delete.contains(key));
                    config.extend(set);
                }
            }
            Ok(())
        });
        ready(done)
    }

    fn delete<'a>(
        &'a self,
        bootstrap: &'a str,
        topic: &'a str,
    ) -> BoxFuture<'a, Result<(), KafkaError>> {
        let done = self.reach(bootstrap).map(|mut brokers| {
            brokers.calls.push(format!("delete topic {topic}"));
            brokers.topics.remove(topic);
        });
        ready(done)
    }
}

/// An operator between an API server and brokers, all in memory.
struct World {
    api: FakeApi,
    kafka: FakeKafka,
    context: Arc<Context>,
}

impl World {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let (api, kafka) = (FakeApi::new(), FakeKafka::default());
        let context = Context::new(
            api.client(),
            Arc::new(kafka.clone()),
            settings,
            Metrics::default(),
        );
        Self {
            api,
            kafka,
            context,
        }
    }

    fn path(plural: &str, name: &str) -> String {
        format!("/apis/kavka.dev/v1alpha1/namespaces/ns/{plural}/{name}")
    }

    /// `kubectl apply` of a manifest of Kavka.
    fn apply(&self, kind: &str, name: &str, spec: &str) {
        let path = Self::path(&plural(kind), name);
        let spec: Value = serde_yaml::from_str(spec).unwrap();
        if self.api.get(&path).is_some() {
            self.api.edit(&path, |object| {
                object["spec"] = spec;
                let generation = object["metadata"]["generation"].as_i64().unwrap();
                object["metadata"]["generation"] = json!(generation + 1);
            });
        } else {
            let types = json!({"apiVersion": "kavka.dev/v1alpha1", "kind": kind});
            let mut object = types;
            object["spec"] = spec;
            object["metadata"] = json!({});
            self.api.put(&path, object);
        }
    }

    async fn reconcile<K: Reconciles>(&self, name: &str) -> Result<Action, ReconcileError> {
        let object = self
            .api
            .get(&Self::path(&plural(K::KIND.name()), name))
            .unwrap();
        let object: DynamicObject = serde_json::from_value(object).unwrap();
        reconcile::<K>(Arc::new(object), self.context.clone()).await
    }

    /// The Ready condition: status, reason, message.
    fn ready(&self, kind: &str, name: &str) -> (String, String, String) {
        let object = self.api.get(&Self::path(&plural(kind), name)).unwrap();
        let condition = &object["status"]["conditions"][0];
        assert_eq!(condition["type"], "Ready", "{object}");
        let text = |field: &str| condition[field].as_str().unwrap().to_owned();
        (text("status"), text("reason"), text("message"))
    }

    fn reason(&self, kind: &str, name: &str) -> String {
        self.ready(kind, name).1
    }

    /// What the StatefulSet's controller would do: a pod of the set's revision that serves.
    fn start_broker(&self, revision: &str) {
        let path = "/apis/apps/v1/namespaces/ns/statefulsets/demo-broker";
        let set = self.api.get(path).unwrap();
        self.api.edit(path, |set| {
            set["status"] = json!({
                "replicas": 1, "updateRevision": revision,
                "observedGeneration": set["metadata"]["generation"],
            });
        });
        let mut labels = set["spec"]["template"]["metadata"]["labels"].clone();
        labels["controller-revision-hash"] = json!(revision);
        self.api.put("/api/v1/namespaces/ns/pods/demo-broker-0", json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "labels": labels,
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "demo-broker",
                    "uid": set["metadata"]["uid"],
                }],
            },
            "status": {"hostIP": "10.0.0.7", "conditions": [{"type": "Ready", "status": "True"}]},
        }));
    }

    /// A Cluster that serves.
    async fn serving_cluster(&self) {
        self.apply("Cluster", "demo", "{brokers: 1}");
        self.reconcile::<kavka_crds::Cluster>("demo").await.unwrap();
        self.start_broker("one");
        self.reconcile::<kavka_crds::Cluster>("demo").await.unwrap();
        self.api.changes();
    }
}

fn plural(kind: &str) -> String {
    format!("{}s", kind.to_lowercase())
}
