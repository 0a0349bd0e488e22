//! What wakes a reconcile: the object itself, what was made for it, and the Cluster it names.
//!
//! No event is filtered out. Above all not deletions of what the operator made: repairing these
//! is what the watches are for.

use std::sync::Arc;

use futures::StreamExt;
use futures::future::BoxFuture;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Service, ServiceAccount};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kavka_crds::{Cluster, Pipeline, Topic};
use kube::api::Api;
use kube::core::{ApiResource, DynamicObject};
use kube::runtime::controller::{Config, Controller};
use kube::runtime::reflector::{ObjectRef, Store};
use kube::runtime::watcher;
use kube::{Client, ResourceExt};

use crate::apply::{Object, erased};
use crate::context::Context;
use crate::controller::{Reconciles, reconcile, retry};
use crate::naming::{CLUSTER_LABEL, MANAGED, PIPELINE_LABEL};

/// How many objects of a kind are reconciled at once.
const CONCURRENCY: u16 = 16;

type Run = BoxFuture<'static, ()>;

/// The controllers of one namespace. They run until they are dropped.
pub fn controllers(context: &Arc<Context>, namespace: &str) -> Vec<Run> {
    vec![
        clusters(context, namespace),
        topics(context, namespace),
        pipelines(context, namespace),
    ]
}

fn controller<K: Reconciles>(context: &Arc<Context>, namespace: &str) -> Controller<DynamicObject> {
    let api = erased::<K>(&context.client, namespace);
    Controller::new_with(
        api,
        watcher::Config::default(),
        ApiResource::erase::<K>(&()),
    )
    .with_config(Config::default().concurrency(CONCURRENCY))
}

fn managed() -> watcher::Config {
    watcher::Config::default().labels(MANAGED)
}

fn api<K: Object>(client: &Client, namespace: &str) -> Api<K> {
    Api::namespaced(client.clone(), namespace)
}

/// The object that a label of another names.
fn named<K: Reconciles>(object: &Pod, label: &str) -> Option<ObjectRef<DynamicObject>> {
    let name = object.labels().get(label)?;
    let reference = ObjectRef::new_with(name, ApiResource::erase::<K>(&()));
    Some(reference.within(object.namespace()?.as_str()))
}

fn clusters(context: &Arc<Context>, namespace: &str) -> Run {
    let client = &context.client;
    let controller = controller::<Cluster>(context, namespace)
        .owns(api::<StatefulSet>(client, namespace), managed())
        .owns(api::<Service>(client, namespace), managed())
        .owns(api::<ConfigMap>(client, namespace), managed())
        .owns(api::<PodDisruptionBudget>(client, namespace), managed())
        .watches(api::<Pod>(client, namespace), managed(), |pod| {
            named::<Cluster>(&pod, CLUSTER_LABEL)
        });
    run::<Cluster>(controller, context)
}

fn topics(context: &Arc<Context>, namespace: &str) -> Run {
    let controller = controller::<Topic>(context, namespace);
    let store = controller.store();
    context.topics.keep(namespace, store.clone());
    let controller = controller.watches_with(
        erased::<Cluster>(&context.client, namespace),
        ApiResource::erase::<Cluster>(&()),
        watcher::Config::default(),
        move |cluster| of_cluster::<Topic>(&store, &cluster),
    );
    run::<Topic>(controller, context)
}

fn pipelines(context: &Arc<Context>, namespace: &str) -> Run {
    let client = &context.client;
    let controller = controller::<Pipeline>(context, namespace);
    let store = controller.store();
    let controller = controller
        .owns(api::<DaemonSet>(client, namespace), managed())
        .owns(api::<Deployment>(client, namespace), managed())
        .owns(api::<Service>(client, namespace), managed())
        .owns(api::<ConfigMap>(client, namespace), managed())
        .owns(api::<ServiceAccount>(client, namespace), managed())
        .owns(api::<Role>(client, namespace), managed())
        .owns(api::<RoleBinding>(client, namespace), managed())
        .watches(api::<Pod>(client, namespace), managed(), |pod| {
            named::<Pipeline>(&pod, PIPELINE_LABEL)
        })
        .watches_with(
            erased::<Cluster>(&context.client, namespace),
            ApiResource::erase::<Cluster>(&()),
            watcher::Config::default(),
            move |cluster| of_cluster::<Pipeline>(&store, &cluster),
        );
    run::<Pipeline>(controller, context)
}

/// The objects that name a Cluster.
fn of_cluster<K: Reconciles>(
    store: &Store<DynamicObject>,
    cluster: &DynamicObject,
) -> Vec<ObjectRef<DynamicObject>> {
    let name = cluster.name_any();
    let names_it = |object: &Arc<DynamicObject>| {
        object
            .data
            .pointer("/spec/cluster")
            .and_then(|value| value.as_str())
            == Some(&name)
    };
    let resource = ApiResource::erase::<K>(&());
    store
        .state()
        .iter()
        .filter(|object| names_it(object))
        .map(|object| ObjectRef::from_obj_with(object.as_ref(), resource.clone()))
        .collect()
}

fn run<K: Reconciles>(controller: Controller<DynamicObject>, context: &Arc<Context>) -> Run {
    let reconciles = controller.run(
        reconcile::<K>,
        |object, error, context: Arc<Context>| retry::<K>(&object, error, &context),
        context.clone(),
    );
    Box::pin(reconciles.for_each(|result| async move {
        if let Err(error) = result {
            tracing::debug!(kind = K::KIND.name(), %error, "a reconcile ended early");
        }
    }))
}
