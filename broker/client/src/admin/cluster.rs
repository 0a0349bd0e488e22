//! The cluster and its brokers.

use kavka_protocol::messages::{DescribeClusterRequest, DescribeClusterResponse};

use crate::client::{Client, Target};
use crate::error::{ApiError, ClientError};

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Made when the cluster was born.
    pub cluster_id: String,
    /// The `node.id` of the controller, when there is one.
    pub controller: Option<i32>,
    /// The brokers, by `node.id`.
    pub brokers: Vec<Node>,
}

/// A broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `node.id`.
    pub id: i32,
    /// Host that it advertises.
    pub host: String,
    /// Port that it advertises.
    pub port: i32,
    /// `broker.rack`.
    pub rack: Option<String>,
}

impl Client {
    /// Describes the cluster (KIP-700).
    pub async fn describe_cluster(&self) -> Result<Cluster, ClientError> {
        let request = DescribeClusterRequest::default();
        let response: DescribeClusterResponse = self.send(Target::Any, &request).await?;
        ApiError::check(response.error_code, response.error_message)
            .map_err(|error| self.refused::<DescribeClusterRequest>(error))?;
        let brokers = response.brokers.into_iter().map(|broker| Node {
            id: broker.broker_id,
            host: broker.host,
            port: broker.port,
            rack: broker.rack,
        });
        let mut brokers: Vec<Node> = brokers.collect();
        brokers.sort_by_key(|broker| broker.id);
        Ok(Cluster {
            cluster_id: response.cluster_id,
            controller: Some(response.controller_id).filter(|id| *id >= 0),
            brokers,
        })
    }
}
