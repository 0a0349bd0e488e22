//! The client: which broker is asked, over which connection, and what is tried again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kavka_protocol::Request;
use kavka_protocol::messages::MetadataRequest;

use crate::connection::Connection;
use crate::error::{ApiError, ClientError};

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// `client.id`, as brokers log it.
    pub client_id: String,
    /// The time for one request, tries included.
    pub request_timeout: Duration,
    /// The time to establish a connection.
    pub connect_timeout: Duration,
    /// Bytes that one response may have.
    pub max_response_bytes: u32,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            client_id: "kavka-client".to_owned(),
            request_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_response_bytes: 64 * 1024 * 1024,
        }
    }
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Any broker.
    Any,
    /// The broker with this `node.id`.
    Node(i32),
    /// The broker that the cluster names as its controller.
    Controller,
}

/// Whether a change is made or only judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The change is made.
    Apply,
    /// The broker says what it would say and changes nothing.
    Validate,
}

impl Mode {
    pub(crate) fn is_validate(self) -> bool {
        self == Self::Validate
    }
}

/// A client of one cluster; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    bootstrap: Vec<String>,
    options: ClientOptions,
    cluster: Mutex<Known>,
    connections: Mutex<HashMap<String, Slot>>,
}

/// A connection in use by one request at a time; none before the first and after a failure.
type Slot = Arc<tokio::sync::Mutex<Option<Connection>>>;

/// What the cluster last said of itself.
#[derive(Debug, Default)]
struct Known {
    addresses: HashMap<i32, String>,
    controller: Option<i32>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Connects to the first of the addresses (`HOST:PORT`) that answers.
    pub async fn connect(
        bootstrap: &[String],
        options: ClientOptions,
    ) -> Result<Self, ClientError> {
        let inner = Inner {
            bootstrap: bootstrap.to_vec(),
            options,
            cluster: Mutex::default(),
            connections: Mutex::default(),
        };
        let client = Self {
            inner: Arc::new(inner),
        };
        client.refresh().await?;
        Ok(client)
    }

    /// How the client behaves.
    pub fn options(&self) -> &ClientOptions {
        &self.inner.options
    }

    /// Sends a request in the highest common version.
    pub async fn send<R: Request>(
        &self,
        target: Target,
        request: &R,
    ) -> Result<R::Response, ClientError> {
        self.send_up_to(target, i16::MAX, request).await
    }

    /// Sends a request in the highest common version that is not above `most`.
    pub async fn send_up_to<R: Request>(
        &self,
        target: Target,
        most: i16,
        request: &R,
    ) -> Result<R::Response, ClientError> {
        match target {
            Target::Any => self.send_to_any(most, request).await,
            Target::Node(id) => {
                let address = self.address_of(id).await?;
                self.send_to(&address, most, request).await
            }
            Target::Controller => {
                let controller = locked(&self.inner.cluster).controller;
                match controller {
                    Some(id) => {
                        let address = self.address_of(id).await?;
                        self.send_to(&address, most, request).await
                    }
                    None => self.send_to_any(most, request).await,
                }
            }
        }
    }

    /// Tries the bootstrap addresses and then every broker known, until one can be reached.
    async fn send_to_any<R: Request>(
        &self,
        most: i16,
        request: &R,
    ) -> Result<R::Response, ClientError> {
        let mut addresses = self.inner.bootstrap.clone();
        addresses.extend(locked(&self.inner.cluster).addresses.values().cloned());
        let mut first = None;
        for address in addresses {
            match self.send_to(&address, most, request).await {
                Err(error @ ClientError::Connect { .. }) => first = first.or(Some(error)),
                answered => return answered,
            }
        }
        Err(first.unwrap_or(ClientError::NoBootstrap))
    }

    async fn send_to<R: Request>(
        &self,
        address: &str,
        most: i16,
        request: &R,
    ) -> Result<R::Response, ClientError> {
        let slot = locked(&self.inner.connections)
            .entry(address.to_owned())
            .or_default()
            .clone();
        let mut slot = slot.lock().await;
        let reused = slot.is_some();
        let first = self.try_once(&mut slot, address, most, request).await;
        match first {
            // The broker may have closed an idle connection, or was restarted.
            Err(ClientError::Disconnected { .. }) if reused => {
                self.try_once(&mut slot, address, most, request).await
            }
            answered => answered,
        }
    }

    async fn try_once<R: Request>(
        &self,
        slot: &mut Option<Connection>,
        address: &str,
        most: i16,
        request: &R,
    ) -> Result<R::Response, ClientError> {
        // Taken out: a call that is dropped half-way leaves no half-read connection behind.
        let mut connection = match slot.take() {
            Some(connection) => connection,
            None => Connection::open(address, &self.inner.options).await?,
        };
        let version = connection.version::<R>(most);
        let version = match version {
            Ok(version) => version,
            Err(error) => {
                *slot = Some(connection);
                return Err(error);
            }
        };
        let within = self.inner.options.request_timeout;
        let response = connection.send(request, version, within).await;
        if matches!(response, Ok(_) | Err(ClientError::Encode { .. })) {
            *slot = Some(connection);
        }
        response
    }

    async fn address_of(&self, id: i32) -> Result<String, ClientError> {
        let known = |client: &Self| locked(&client.inner.cluster).addresses.get(&id).cloned();
        if let Some(address) = known(self) {
            return Ok(address);
        }
        self.refresh().await?;
        let bootstrap = self.inner.bootstrap.join(",");
        known(self).ok_or(ClientError::UnknownNode { id, bootstrap })
    }

    /// Asks for the brokers of the cluster.
    pub(crate) async fn refresh(&self) -> Result<(), ClientError> {
        let request = MetadataRequest {
            topics: Some(Vec::new()),
            allow_auto_topic_creation: true,
            ..MetadataRequest::default()
        };
        let response = self.send_to_any(i16::MAX, &request).await?;
        let brokers = response.brokers.into_iter();
        let addresses = brokers.map(|broker| {
            let host = broker.host;
            // An IPv6 address needs its brackets back.
            let host = if host.contains(':') {
                format!("[{host}]")
            } else {
                host
            };
            (broker.node_id, format!("{host}:{}", broker.port))
        });
        let known = Known {
            addresses: addresses.collect(),
            controller: Some(response.controller_id).filter(|id| *id >= 0),
        };
        *locked(&self.inner.cluster) = known;
        Ok(())
    }

    /// The `node.id` of every broker known.
    pub(crate) fn nodes(&self) -> Vec<i32> {
        let mut nodes: Vec<i32> = locked(&self.inner.cluster)
            .addresses
            .keys()
            .copied()
            .collect();
        nodes.sort_unstable();
        nodes
    }

    /// Names where a refused request went.
    pub(crate) fn refused<R: Request>(&self, error: ApiError) -> ClientError {
        let address = self.inner.bootstrap.join(",");
        ClientError::Refused {
            address,
            api: R::KEY,
            error,
        }
    }
}
