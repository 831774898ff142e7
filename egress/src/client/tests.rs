use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const FINE: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads start")
}

fn target(url: &str) -> Target {
    Target::parse(url).expect("it is a URL")
}

fn quick() -> Limits {
    Limits { connect: Duration::from_secs(5), total: Duration::from_millis(300), body: 1_000 }
}

impl Client {
    /// Each look-up takes the next of these answers.
    fn with_names(self, answers: impl IntoIterator<Item = Vec<SocketAddr>>) -> Client {
        Client { names: Names::Given(Mutex::new(answers.into_iter().collect::<VecDeque<_>>())), ..self }
    }
}

async fn post(client: &Client, url: &str) -> Result<Answer, EgressError> {
    client.post(&target(url), HeaderMap::new(), Bytes::from_static(b"{}")).await
}

#[expect(clippy::disallowed_methods, reason = "a test is the server")]
async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    (listener, address)
}

/// The request up to the end of its two bytes of body.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n{}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.expect("a request comes");
        text.push(byte[0]);
    }
    String::from_utf8(text).expect("it is ASCII")
}

/// A receiver that takes one request, answers it, and returns it.
async fn receiver(answer: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let (listener, address) = listener().await;
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody connects");
        let request = read_request(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("it is taken");
        request
    });
    (address, task)
}

#[test]
fn a_request_says_what_it_should_and_goes_where_the_url_says() {
    runtime().block_on(async {
        let (address, received) = receiver(FINE).await;
        let client = Client::new(PrivacyTier::Sovereign, Limits::default());
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let url = target(&format!("http://{address}/hook/a?token=b"));
        let answer = client.post(&url, headers, Bytes::from_static(b"{}")).await.expect("it answers");
        assert_eq!(answer.status, 204);
        let request = received.await.expect("it does not panic");
        let lines: Vec<&str> = request.split("\r\n").collect();
        assert_eq!(lines[0], "POST /hook/a?token=b HTTP/1.1");
        let host = format!("host: {address}");
        for line in
            [host.as_str(), "content-type: application/json", "content-length: 2", "connection: close"]
        {
            assert!(lines.contains(&line), "{line} is missing in {request}");
        }
    });
}

#[test]
fn names_are_judged_by_the_addresses_that_they_have_now() {
    runtime().block_on(async {
        let (address, received) = receiver(FINE).await;
        let outside = SocketAddr::from(([93, 184, 216, 34], 80));
        let client = Client::new(PrivacyTier::Private, Limits::default());
        // A name that first leads to this machine, and then elsewhere; none of the later answers is asked for early.
        let client = client.with_names([vec![outside, address], vec![outside], vec![], vec![address]]);
        let url = "http://code.example.org/";
        assert_eq!(post(&client, url).await.expect("it answers").status, 204);
        assert!(received.await.expect("it does not panic").contains("host: code.example.org\r\n"));
        let refused = post(&client, url).await.expect_err("it is refused");
        let EgressError::Refused(refusal) = refused else { panic!("{refused}") };
        assert_eq!(refusal.tier_that_allows(), Some(PrivacyTier::Standard));
        let nowhere = post(&client, url).await.expect_err("it has no address");
        assert!(matches!(nowhere, EgressError::Unresolved(..)), "{nowhere}");
        let gone = post(&client, url).await.expect_err("nobody listens any more");
        assert!(matches!(gone, EgressError::Unreachable(at, _) if at == address), "{gone}");
    });
}

#[test]
fn literal_addresses_are_judged_too_and_other_spellings_of_them() {
    runtime().block_on(async {
        let client = Client::new(PrivacyTier::Sovereign, quick());
        for url in
            ["http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "https://93.184.216.34/", "http://0.0.0.0/"]
        {
            let error = post(&client, url).await.expect_err(url);
            assert!(matches!(error, EgressError::Refused(_)), "{url}: {error}");
        }
        // Nobody is even asked for these.
        for url in ["http://code.example.org/", "https://localhost.example.org/"] {
            let error = post(&client, url).await.expect_err(url);
            assert!(matches!(error, EgressError::Refused(Refusal::Name { .. })), "{url}: {error}");
        }
        let client = Client::new(PrivacyTier::Standard, quick());
        let error = post(&client, "http://93.184.216.34/").await.expect_err("it is not encrypted");
        assert!(matches!(error, EgressError::Refused(Refusal::NotEncrypted { .. })), "{error}");
    });
}

#[test]
fn a_name_that_leads_to_a_metadata_service_is_refused_in_every_tier() {
    runtime().block_on(async {
        let forms = [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "fd00:ec2::254",
            "fe80::a9fe:a9fe",
            "100.100.100.200",
        ];
        for tier in [PrivacyTier::Private, PrivacyTier::Standard] {
            let answers = forms.map(|form| vec![SocketAddr::new(form.parse().expect("an address"), 80)]);
            let client = Client::new(tier, quick()).with_names(answers);
            for form in forms {
                let url = "https://metadata.google.internal/computeMetadata/v1/";
                let refused = post(&client, url).await.expect_err(form);
                let EgressError::Refused(refusal) = refused else { panic!("{form}: {refused}") };
                assert_eq!(refusal.tier_that_allows(), None, "{form}");
            }
        }
    });
}

#[test]
fn a_redirect_is_an_answer_and_not_followed() {
    runtime().block_on(async {
        let (elsewhere, _) = listener().await;
        let to = elsewhere.local_addr().expect("it listens");
        let answer =
            format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{to}/\r\nContent-Length: 0\r\n\r\n");
        let (address, _received) = receiver(answer.leak()).await;
        let client = Client::new(PrivacyTier::Sovereign, Limits::default());
        assert_eq!(post(&client, &format!("http://{address}/")).await.expect("it answers").status, 307);
        let visited = timeout(Duration::from_millis(50), elsewhere.accept()).await;
        assert!(visited.is_err(), "somebody came");
    });
}

#[test]
fn a_receiver_that_says_nothing_or_nonsense_is_given_up() {
    runtime().block_on(async {
        let client = Client::new(PrivacyTier::Sovereign, quick());
        let (silent, address) = listener().await;
        let slow = post(&client, &format!("http://{address}/")).await.expect_err("it says nothing");
        assert!(matches!(slow, EgressError::TooSlow(_)), "{slow}");
        drop(silent);
        for nonsense in ["SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 2xx\r\n\r\n", ""] {
            let (address, _received) = receiver(nonsense).await;
            let error = post(&client, &format!("http://{address}/")).await.expect_err(nonsense);
            assert!(matches!(error, EgressError::Http(_)), "{nonsense}: {error}");
        }
        let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(100_000));
        let (address, _received) = receiver(endless.leak()).await;
        let error = post(&client, &format!("http://{address}/")).await.expect_err("its head has no end");
        assert!(matches!(error, EgressError::Http(_)), "{error}");
    });
}

#[test]
fn a_body_without_an_end_is_not_waited_for() {
    runtime().block_on(async {
        let (listener, address) = listener().await;
        let endless = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("somebody connects");
            read_request(&mut stream).await;
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let mut sent = stream.write_all(head).await;
            let mut bytes = 0_u64;
            while sent.is_ok() {
                sent = stream.write_all(b"3e8\r\n").await;
                sent = sent.and(stream.write_all(&[b'x'; 1_000]).await).and(stream.write_all(b"\r\n").await);
                bytes += 1_000;
            }
            bytes
        });
        let limits = Limits { total: Duration::from_secs(20), ..quick() };
        let client = Client::new(PrivacyTier::Sovereign, limits);
        assert_eq!(post(&client, &format!("http://{address}/")).await.expect("it answers").status, 200);
        // The sender notices that nobody reads on.
        endless.await.expect("it does not panic");
    });
}

/// An authority, and a receiver with a certificate of it for `localhost`.
async fn tls_receiver() -> (CertificateDer<'static>, SocketAddr) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("there is randomness"));
    let authority = authority.expect("it can sign");
    let key = KeyPair::generate().expect("there is randomness");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("it is a name");
    let own = params.signed_by(&key, &authority).expect("it can sign");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions are known")
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("key and certificate belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Who does not trust the certificate goes away.
            if let Ok(stream) = acceptor.accept(stream).await {
                answer_tls(stream).await;
            }
        }
    });
    (authority.der().clone(), address)
}

async fn answer_tls(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let request = read_request(&mut stream).await;
    assert!(request.starts_with("POST /hook HTTP/1.1\r\n"), "{request}");
    stream.write_all(FINE.as_bytes()).await.expect("it is taken");
    stream.shutdown().await.expect("it can be closed");
}

#[test]
fn only_a_receiver_that_proves_its_name_is_told_anything() {
    runtime().block_on(async {
        let (authority, address) = tls_receiver().await;
        let (other, _) = tls_receiver().await;
        let client = |trusted: &CertificateDer<'static>| {
            let client = Client::new(PrivacyTier::Private, Limits::default());
            Client { tls: Tls::trusting(trusted), ..client }.with_names([vec![address]])
        };
        let answer = post(&client(&authority), "https://localhost/hook").await.expect("it answers");
        assert_eq!(answer.status, 204);
        for (trusted, url) in
            [(&other, "https://localhost/hook"), (&authority, "https://code.example.org/hook")]
        {
            let error = post(&client(trusted), url).await.expect_err(url);
            assert!(matches!(error, EgressError::Tls(..)), "{url}: {error}");
        }
        // No TLS at all on the other side.
        let (plain, address) = listener().await;
        tokio::spawn(async move {
            let (mut stream, _) = plain.accept().await.expect("somebody connects");
            stream.write_all(FINE.as_bytes()).await.expect("it is taken");
        });
        let error = post(&client(&authority), &format!("https://{address}/hook")).await.expect_err("no TLS");
        assert!(matches!(error, EgressError::Tls(..)), "{error}");
    });
}
