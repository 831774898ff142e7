use crate::tls::Tls;
use crate::{PrivacyTier, Refusal, Target};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

/// Limit on the addresses of one name that are tried.
const MOST_ADDRESSES: usize = 4;
/// Limit on the bytes of a response's head.
const MOST_HEAD_BYTES: usize = 16 * 1024;
/// Limit on the header fields of a response.
const MOST_HEADERS: usize = 64;

/// The limits of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time until one address accepts the connection.
    pub connect: Duration,
    /// Time for the whole exchange, including the name look-up.
    pub total: Duration,
    /// Bytes of the response body that are read so that its sender can finish. The rest is not read.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connect: Duration::from_secs(5), total: Duration::from_secs(20), body: 64 * 1024 }
    }
}

/// A receiver's response, without its body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The receiver may not be reached: no packet was sent to it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its name cannot be resolved.
    #[error("the address of {0} is not known: {1}")]
    Unresolved(String, io::Error),
    /// Nothing accepted the connection.
    #[error("no connection to {0}: {1}")]
    Unreachable(SocketAddr, io::Error),
    /// It did not prove its identity, or does not speak TLS; also if this machine cannot check that.
    #[error("no TLS with {0}: {1}")]
    Tls(String, io::Error),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TooSlow(Duration),
    /// Its answer is not HTTP.
    #[error("no proper answer: {0}")]
    Http(#[from] hyper::Error),
}

/// Sends requests to the receivers that the tier allows.
#[derive(Default)]
pub struct Client {
    tier: PrivacyTier,
    limits: Limits,
    names: Names,
    tls: Tls,
}

/// Resolves names to addresses.
#[derive(Default)]
enum Names {
    /// The system.
    #[default]
    System,
    /// A test.
    #[cfg(test)]
    Given(std::sync::Mutex<std::collections::VecDeque<Vec<SocketAddr>>>),
}

impl Client {
    /// A client with this tier.
    pub fn new(tier: PrivacyTier, limits: Limits) -> Client {
        Client { tier, limits, ..Client::default() }
    }

    /// Posts a document: one connection, one request, one answer. A redirect counts as an answer and is not followed.
    ///
    /// # Errors
    /// There is no answer. An error status is an answer.
    pub async fn post(
        &self,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, EgressError> {
        let limit = self.limits.total;
        timeout(limit, self.exchange(target, headers, body)).await.map_err(|_| EgressError::TooSlow(limit))?
    }

    async fn exchange(
        &self,
        target: &Target,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, EgressError> {
        let text = |value: &str| HeaderValue::from_str(value).expect("hosts and numbers are printable ASCII");
        headers.insert(HOST, text(&target.host_header()));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("batuta/", env!("CARGO_PKG_VERSION"))));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        headers.insert(CONTENT_LENGTH, text(&body.len().to_string()));
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = target.path().parse().expect("it was part of a URL");
        *request.headers_mut() = headers;

        let stream = self.connect(target).await?;
        if !target.is_encrypted() {
            return self.send(TokioIo::new(stream), request).await;
        }
        let failed = |error: io::Error| EgressError::Tls(target.host().to_owned(), error);
        let name = ServerName::try_from(target.host().to_owned());
        let name = name.map_err(|error| failed(io::Error::other(error)))?;
        let tls = self.tls.connector().await.map_err(|error| failed(io::Error::other(error)))?;
        let stream = tls.connect(name, stream).await.map_err(failed)?;
        self.send(TokioIo::new(stream), request).await
    }

    /// Connects to the first address that the tier allows and that accepts.
    #[expect(clippy::disallowed_methods, reason = "network: the one place that opens connections")]
    async fn connect(&self, target: &Target) -> Result<TcpStream, EgressError> {
        let mut last = None;
        for address in self.admitted(target).await? {
            let stream = timeout(self.limits.connect, TcpStream::connect(address)).await;
            match stream.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(EgressError::Unreachable(address, error)),
            }
        }
        Err(last.expect("there is at least one address, and none took the connection"))
    }

    /// The addresses of a target that may be reached; at least one.
    async fn admitted(&self, target: &Target) -> Result<Vec<SocketAddr>, EgressError> {
        let unresolved = |error| EgressError::Unresolved(target.host().to_owned(), error);
        let addresses = match target.address() {
            Some(address) => vec![SocketAddr::new(address, target.port())],
            None => {
                self.tier.judge_name(target.host())?;
                self.names.look_up(target).await.map_err(unresolved)?
            }
        };
        let mut admitted = Vec::new();
        let mut refused = None;
        for address in addresses {
            match self.tier.judge(address.ip(), target.is_encrypted()) {
                Ok(()) => admitted.push(address),
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        admitted.truncate(MOST_ADDRESSES);
        match refused {
            _ if !admitted.is_empty() => Ok(admitted),
            Some(refusal) => Err(refusal.into()),
            None => Err(unresolved(io::ErrorKind::NotFound.into())),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "network: the one place that opens connections")]
    async fn send<S>(&self, stream: S, request: Request<Full<Bytes>>) -> Result<Answer, EgressError>
    where
        S: Read + Write + Unpin + Send + 'static,
    {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(MOST_HEAD_BYTES).max_headers(MOST_HEADERS);
        let (mut sender, connection) = builder.handshake(stream).await?;
        let exchange = async {
            let (head, body) = sender.send_request(request).await?.into_parts();
            self.take(body).await;
            Ok(Answer { status: head.status.as_u16(), headers: head.headers })
        };
        let (mut exchange, connection) = (pin!(exchange), pin!(connection));
        tokio::select! {
            biased;
            answer = &mut exchange => answer,
            // The exchange has the result of the connection by now, including its failure.
            _ = connection => exchange.await,
        }
    }

    /// Reads the body up to the limit; it does not matter whether it ends by then.
    async fn take(&self, mut body: Incoming) {
        let granted = self.limits.body as u64;
        if body.size_hint().lower() > granted {
            return;
        }
        let reading = async {
            let mut taken = 0;
            while let Some(Ok(frame)) = body.frame().await {
                taken += frame.data_ref().map_or(0, |data| data.len() as u64);
                if taken > granted {
                    break;
                }
            }
        };
        // A second is enough for data that is already on its way.
        let _ = timeout(Duration::from_secs(1), reading).await;
    }
}

impl Names {
    #[expect(clippy::disallowed_methods, reason = "network: the one place that resolves names")]
    async fn look_up(&self, target: &Target) -> io::Result<Vec<SocketAddr>> {
        match self {
            Names::System => Ok(tokio::net::lookup_host((target.host(), target.port())).await?.collect()),
            #[cfg(test)]
            Names::Given(answers) => {
                let answer = answers.lock().expect("no test panics here").pop_front();
                answer.ok_or(io::ErrorKind::NotFound.into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
