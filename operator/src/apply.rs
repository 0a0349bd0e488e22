//! Few ways to write to Kubernetes, each the same every time: server-side apply of what the
//! operator owns, and the status where it changed.

use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, Preconditions};
use kube::core::{ApiResource, DynamicObject};
use kube::{Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::ReconcileError;
use crate::naming::{MANAGED, MANAGER, Owner};

/// What the operator can write and read: namespaced, known at compile time.
pub trait Object:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + DeserializeOwned
    + Serialize
    + Send
    + Sync
    + 'static
{
}

impl<K> Object for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + DeserializeOwned
        + Serialize
        + Send
        + Sync
        + 'static
{
}

/// Applies an object and gives back what the API server made of it.
pub async fn apply<K: Object>(client: &Client, object: &K) -> Result<K, ReconcileError> {
    let name = object.name_any();
    let api: Api<K> = Api::namespaced(client.clone(), &object.namespace().unwrap_or_default());
    let params = PatchParams::apply(MANAGER).force();
    api.patch(&name, &params, &Patch::Apply(object))
        .await
        .map_err(|source| ReconcileError::Write {
            what: format!("{} {name}", K::kind(&())),
            source: Box::new(source),
        })
}

/// An object by its name, if it is there.
pub async fn find<K: Object>(
    client: &Client,
    namespace: &str,
    name: &str,
) -> Result<Option<K>, ReconcileError> {
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    api.get_opt(name)
        .await
        .map_err(|source| ReconcileError::Read {
            what: format!("{} {name}", K::kind(&())),
            source: Box::new(source),
        })
}

/// The objects that the operator made with this label.
pub async fn list<K: Object>(
    client: &Client,
    namespace: &str,
    label: &str,
    value: &str,
) -> Result<Vec<K>, ReconcileError> {
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    let params = ListParams::default().labels(&format!("{MANAGED},{label}={value}"));
    let found = api
        .list(&params)
        .await
        .map_err(|source| ReconcileError::Read {
            what: K::plural(&()).into_owned(),
            source: Box::new(source),
        })?;
    Ok(found.items)
}

/// Deletes an object if it is still the one that was seen; that it is gone already is fine.
pub async fn delete<K: Object>(
    client: &Client,
    metadata: &ObjectMeta,
) -> Result<(), ReconcileError> {
    let name = metadata.name.clone().unwrap_or_default();
    let namespace = metadata.namespace.clone().unwrap_or_default();
    let api: Api<K> = Api::namespaced(client.clone(), &namespace);
    let params = DeleteParams {
        preconditions: Some(Preconditions {
            uid: metadata.uid.clone(),
            resource_version: None,
        }),
        ..DeleteParams::background()
    };
    match api.delete(&name, &params).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => Ok(()),
        Err(source) => Err(ReconcileError::Write {
            what: format!("{} {name}", K::kind(&())),
            source: Box::new(source),
        }),
    }
}

/// Deletes what belongs to the owner and is not wanted any more.
pub async fn delete_orphans<K: Object>(
    client: &Client,
    owner: &Owner,
    label: &str,
    wanted: &[String],
) -> Result<(), ReconcileError> {
    let found: Vec<K> = list(client, &owner.namespace, label, &owner.name).await?;
    for object in found {
        if owner.owns(object.meta()) && !wanted.contains(&object.name_any()) {
            delete::<K>(client, object.meta()).await?;
        }
    }
    Ok(())
}

/// Writes a status where it differs from the one before. The answer is not parsed: the object may
/// be one that cannot be.
pub async fn write_status<K: Object>(
    client: &Client,
    object: &ObjectMeta,
    before: Option<&Value>,
    status: &Value,
) -> Result<(), ReconcileError> {
    if before == Some(status) {
        return Ok(());
    }
    let name = object.name.clone().unwrap_or_default();
    let api = erased::<K>(client, object.namespace.as_deref().unwrap_or_default());
    let patch = json!({
        "apiVersion": K::api_version(&()),
        "kind": K::kind(&()),
        "metadata": { "name": name },
        "status": status,
    });
    let params = PatchParams::apply(MANAGER).force();
    match api
        .patch_status(&name, &params, &Patch::Apply(&patch))
        .await
    {
        Ok(_) => Ok(()),
        // Gone in the meantime: nobody is left to be told.
        Err(kube::Error::Api(answer)) if answer.is_not_found() => Ok(()),
        Err(source) => Err(ReconcileError::Write {
            what: format!("the status of {} {name}", K::kind(&())),
            source: Box::new(source),
        }),
    }
}

/// Objects of a kind as they are, parsed or not: one that cannot be parsed must not hide the
/// others.
pub fn erased<K: Object>(client: &Client, namespace: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client.clone(), namespace, &ApiResource::erase::<K>(&()))
}

/// The object in its type, where it can be parsed.
pub fn parse<K: Object>(object: &DynamicObject) -> Result<K, String> {
    let value = serde_json::to_value(object).map_err(|e| e.to_string())?;
    serde_json::from_value(value).map_err(|e| e.to_string())
}
