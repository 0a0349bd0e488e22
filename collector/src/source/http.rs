//! The source `http`: Fluentd's `in_http`. The path is the tag, the body one or more events.

mod decode;

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use kavka_pipeline::{HttpSource, format_bytes};
use tokio::sync::oneshot;
use warp::Filter as _;
use warp::http::{HeaderMap, Response, StatusCode};

use self::decode::{Refusal, decode, tag_of};
use crate::event::{Event, Metadata, now};
use crate::receipt::{Outcome, Receipt};
use crate::source::SourceContext;

/// The source with its port taken.
pub(crate) struct HttpServer {
    config: HttpSource,
    listener: TcpListener,
}

impl HttpServer {
    pub(crate) fn new(config: HttpSource, listener: TcpListener) -> Self {
        Self { config, listener }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Serves until it is asked to stop; requests under way are answered first.
    pub(crate) async fn run(&self, context: SourceContext) {
        let listener = match self
            .listener
            .try_clone()
            .and_then(tokio::net::TcpListener::from_std)
        {
            Ok(listener) => listener,
            Err(error) => {
                tracing::error!(component = &*context.name, %error, "the port cannot be served");
                return;
            }
        };
        let stop = context.stop.clone();
        let intake = Arc::new(Intake {
            config: self.config.clone(),
            context,
        });
        let route = warp::post()
            .and(warp::path::full())
            .and(warp::query::raw().or(warp::any().map(String::new)).unify())
            .and(warp::header::headers_cloned())
            .and(warp::body::stream())
            .and_then(
                move |path: warp::path::FullPath, query: String, headers, body| {
                    let intake = Arc::clone(&intake);
                    async move {
                        Ok::<_, Infallible>(
                            intake.answer(path.as_str(), &query, &headers, body).await,
                        )
                    }
                },
            );
        warp::serve(route)
            .incoming(listener)
            .graceful(stop.cancelled_owned())
            .run()
            .await;
    }
}

struct Intake {
    config: HttpSource,
    context: SourceContext,
}

impl Intake {
    async fn answer(
        &self,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: impl Stream<Item = Result<impl bytes::Buf, warp::Error>> + Send,
    ) -> Response<String> {
        let taken = async {
            let tag = tag_of(path)?;
            let body = self.read(headers, body).await?;
            let request = decode(headers, query, &body, self.config.body_limit)?;
            let bytes = body.len().max(query.len());
            self.deliver(&tag, request, bytes).await
        };
        match tokio::time::timeout(self.config.timeout, taken).await {
            Ok(Ok(())) => reply(StatusCode::OK, String::new()),
            Ok(Err(refusal)) => {
                self.context.metrics.error(refusal.reason);
                if refusal.status == StatusCode::BAD_REQUEST && self.context.metrics.may_warn() {
                    tracing::warn!(
                        component = &*self.context.name,
                        path,
                        "a request was refused: {}",
                        refusal.message
                    );
                }
                reply(refusal.status, refusal.message)
            }
            Err(_) => {
                self.context.metrics.error("timeout");
                reply(
                    StatusCode::SERVICE_UNAVAILABLE,
                    format!(
                        "the sinks did not accept the events within {:?}; send them again",
                        self.config.timeout
                    ),
                )
            }
        }
    }

    /// Collects the body; never more than the limit, whatever its length claims to be.
    async fn read(
        &self,
        headers: &HeaderMap,
        body: impl Stream<Item = Result<impl bytes::Buf, warp::Error>> + Send,
    ) -> Result<Bytes, Refusal> {
        let limit = usize::try_from(self.config.body_limit).unwrap_or(usize::MAX);
        let too_large = || {
            Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body too large",
                format!(
                    "the body is larger than {}; send less at once, or raise body_limit",
                    format_bytes(self.config.body_limit)
                ),
            )
        };
        let claimed = headers
            .get("content-length")
            .and_then(|length| length.to_str().ok())
            .and_then(|length| length.parse::<u64>().ok());
        if claimed.is_some_and(|length| length > self.config.body_limit) {
            return Err(too_large());
        }
        let mut body = std::pin::pin!(body);
        let mut whole = Vec::new();
        while let Some(part) = body.next().await {
            let mut part = part.map_err(|error| {
                Refusal::bad("broken body", format!("the body ended early: {error}"))
            })?;
            if whole.len() + part.remaining() > limit {
                return Err(too_large());
            }
            while part.has_remaining() {
                let chunk = part.chunk();
                whole.extend_from_slice(chunk);
                let length = chunk.len();
                part.advance(length);
            }
        }
        Ok(whole.into())
    }

    /// Sends the events and waits for their receipt.
    async fn deliver(
        &self,
        tag: &str,
        request: decode::Request,
        bytes: usize,
    ) -> Result<(), Refusal> {
        if request.bodies.is_empty() {
            return Ok(());
        }
        let context = &self.context;
        let permit = Arc::clone(&context.budget)
            .acquire(request.bodies.len(), bytes)
            .await;
        context.metrics.buffered(context.budget.used());
        let (sender, outcome) = oneshot::channel();
        let receipt = Receipt::new(permit, move |outcome| {
            let _ = sender.send(outcome);
        });
        let metadata = Metadata {
            tag: tag.into(),
            source: Arc::clone(&context.name),
            stream: None,
            timestamp: request.timestamp.unwrap_or_else(now),
        };
        let batch = request
            .bodies
            .into_iter()
            .map(|value| Event {
                value,
                metadata: metadata.clone(),
                receipt: receipt.clone(),
            })
            .collect();
        receipt.accept();
        context.send(batch, bytes).await;
        let outcome = outcome.await;
        context.metrics.buffered(context.budget.used());
        match outcome {
            Ok(Outcome::Accepted) => Ok(()),
            Ok(Outcome::Refused) => Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "refused by a sink",
                "at least one event can never be delivered and is left out (too large for its \
                 topic, or without a field that names the topic); the others were taken: do not \
                 send them again; the collector's log has the reason"
                    .to_owned(),
            )),
            Ok(Outcome::Lost) | Err(_) => Err(Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "lost on the way",
                "a component was restarted while it held the events; send them again".to_owned(),
            )),
        }
    }
}

fn reply(status: StatusCode, message: String) -> Response<String> {
    let body = if message.is_empty() {
        message
    } else {
        message + "\n"
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        "content-type",
        warp::http::HeaderValue::from_static("text/plain"),
    );
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert("retry-after", warp::http::HeaderValue::from_static("1"));
    }
    response
}
