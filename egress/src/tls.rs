use rustls_platform_verifier::Verifier;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::{ClientConfig, Error};

/// TLS to receivers, set up on first use: reading the system's certificates takes a while, and most services never need
/// them.
#[derive(Default)]
pub struct Tls(OnceCell<TlsConnector>);

impl Tls {
    /// What opens a TLS connection.
    pub async fn connector(&self) -> Result<TlsConnector, Error> {
        let made = self.0.get_or_try_init(|| async {
            let provider = provider();
            let system = Verifier::new(Arc::clone(&provider))?;
            connector(provider, Arc::new(system))
        });
        made.await.cloned()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(tokio_rustls::rustls::crypto::ring::default_provider())
}

fn connector(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<TlsConnector, Error> {
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    // rustls calls every custom verifier `dangerous`; this one checks what the system would.
    let config = config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
impl Tls {
    /// TLS that trusts only one authority.
    pub fn trusting(authority: &tokio_rustls::rustls::pki_types::CertificateDer<'static>) -> Tls {
        use tokio_rustls::rustls::RootCertStore;
        use tokio_rustls::rustls::client::WebPkiServerVerifier;
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone()).expect("it is a certificate");
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
        let verifier = verifier.build().expect("there is a root");
        let connector = connector(provider(), verifier).expect("versions are known");
        Tls(OnceCell::new_with(Some(connector)))
    }
}
