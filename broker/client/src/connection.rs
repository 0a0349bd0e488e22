//! One connection to one broker: one request at a time.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use kavka_protocol::header::{decode_response_header, encode_request};
use kavka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kavka_protocol::{ApiKey, DecodeError, ErrorCode, Message, Reader, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::ClientOptions;
use crate::error::{ApiError, ClientError};

/// A connection that knows what its broker speaks.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    address: String,
    client_id: String,
    max_response_bytes: u32,
    correlation_id: i32,
    /// Lowest and highest version of each request that the broker announced.
    versions: HashMap<i16, (i16, i16)>,
}

/// The version in which brokers are asked what they speak; all since 2.4 know it, and those that
/// do not answer in version 0 (KIP-511).
const API_VERSIONS_VERSION: i16 = 3;

impl Connection {
    pub(crate) async fn open(address: &str, options: &ClientOptions) -> Result<Self, ClientError> {
        let is_address = address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if !is_address {
            return Err(ClientError::Address {
                address: address.to_owned(),
            });
        }
        let fault = |source| ClientError::Connect {
            address: address.to_owned(),
            source,
        };
        let stream = timeout(options.connect_timeout, TcpStream::connect(address))
            .await
            .map_err(|_| fault(io::ErrorKind::TimedOut.into()))?
            .map_err(fault)?;
        stream.set_nodelay(true).map_err(fault)?;
        let mut connection = Self {
            stream,
            address: address.to_owned(),
            client_id: options.client_id.clone(),
            max_response_bytes: options.max_response_bytes,
            correlation_id: 0,
            versions: HashMap::new(),
        };
        connection.negotiate(options.request_timeout).await?;
        Ok(connection)
    }

    async fn negotiate(&mut self, within: Duration) -> Result<(), ClientError> {
        let request = ApiVersionsRequest {
            client_software_name: "kavka".to_owned(),
            client_software_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let read = |mut reader: Reader| {
            let unsupported = ErrorCode::UnsupportedVersion.code();
            // Error 35 comes in version 0, whatever was asked.
            let version = match reader.clone().i16() {
                Ok(code) if code == unsupported => 0,
                _ => API_VERSIONS_VERSION,
            };
            ApiVersionsResponse::decode(&mut reader, version)
        };
        let mut response = self
            .exchange(&request, API_VERSIONS_VERSION, within, read)
            .await?;
        if response.error_code == ErrorCode::UnsupportedVersion.code() {
            response = self.send(&ApiVersionsRequest::default(), 0, within).await?;
        }
        ApiError::check(response.error_code, None).map_err(|error| ClientError::Refused {
            address: self.address.clone(),
            api: ApiKey::ApiVersions,
            error,
        })?;
        let known = response.api_keys.iter();
        self.versions = known
            .map(|api| (api.api_key, (api.min_version, api.max_version)))
            .collect();
        Ok(())
    }

    /// The highest version that both sides know, `most` at most.
    pub(crate) fn version<R: Request>(&self, most: i16) -> Result<i16, ClientError> {
        let ours = R::KEY
            .versions()
            .map_or((0, -1), |ours| (*ours.start(), *ours.end()));
        let highest = ours.1.min(most);
        let common = self
            .versions
            .get(&R::KEY.code())
            .and_then(|(lowest, theirs)| {
                let version = highest.min(*theirs);
                (version >= *lowest && version >= ours.0).then_some(version)
            });
        common.ok_or_else(|| ClientError::NoCommonVersion {
            address: self.address.clone(),
            api: R::KEY,
            lowest: ours.0,
            highest,
        })
    }

    /// Sends the request in `version` and waits for its response.
    pub(crate) async fn send<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        within: Duration,
    ) -> Result<R::Response, ClientError> {
        let read = |mut reader: Reader| R::Response::decode(&mut reader, version);
        self.exchange(request, version, within, read).await
    }

    async fn exchange<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        within: Duration,
        read: impl FnOnce(Reader) -> Result<R::Response, DecodeError>,
    ) -> Result<R::Response, ClientError> {
        self.correlation_id = self.correlation_id.wrapping_add(1);
        let frame = encode_request(self.correlation_id, Some(&self.client_id), version, request)
            .map_err(|source| ClientError::Encode {
                address: self.address.clone(),
                api: R::KEY,
                source,
            })?;
        let answered = timeout(within, self.round_trip(frame, R::KEY)).await;
        let body = answered.map_err(|_| ClientError::Timeout {
            address: self.address.clone(),
            api: R::KEY,
            after: within,
        })??;
        let mut reader = Reader::new(body);
        decode_response_header(&mut reader, R::KEY, version)
            .and_then(|_| read(reader))
            .map_err(|source| ClientError::Decode {
                address: self.address.clone(),
                api: R::KEY,
                source,
            })
    }

    async fn round_trip(&mut self, frame: Vec<Bytes>, api: ApiKey) -> Result<Bytes, ClientError> {
        let address = self.address.clone();
        let broken = |source| ClientError::Disconnected {
            address: address.clone(),
            api,
            source,
        };
        for chunk in frame {
            self.stream.write_all(&chunk).await.map_err(broken)?;
        }
        let size = self.stream.read_u32().await.map_err(broken)?;
        let most = self.max_response_bytes;
        if size > most {
            let address = self.address.clone();
            return Err(ClientError::TooLarge {
                address,
                api,
                size,
                most,
            });
        }
        // The buffer grows with what arrives, not with what is announced.
        let mut body = Vec::new();
        let read = (&mut self.stream)
            .take(u64::from(size))
            .read_to_end(&mut body)
            .await;
        read.map_err(broken)?;
        let correlation_id = body.first_chunk::<4>().copied().map(i32::from_be_bytes);
        if body.len() < usize::try_from(size).unwrap_or(usize::MAX) {
            return Err(broken(io::ErrorKind::UnexpectedEof.into()));
        }
        if correlation_id != Some(self.correlation_id) {
            let reason = "the answer belongs to another request";
            return Err(broken(io::Error::new(io::ErrorKind::InvalidData, reason)));
        }
        Ok(Bytes::from(body))
    }
}
