use std::io::Read;
use std::path::Path;

/// Shorter tokens could be guessed.
const LEAST_BYTES: usize = 16;
/// Anything longer is not a token but the wrong file.
const MOST_BYTES: usize = 1024;

/// The secret that a client must know.
#[derive(Clone)]
pub struct Token(String);

/// Why a token cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, String),
    /// It is too short.
    #[error(
        "the token has {0} characters; {LEAST_BYTES} is the least (`openssl rand -hex 32` makes a good one)"
    )]
    TooShort(usize),
    /// It is too long.
    #[error("the token has more than {MOST_BYTES} characters; is that the right file?")]
    TooLong,
    /// The token cannot be sent in a header.
    #[error("the token contains spaces or characters that are not ASCII, which a header cannot contain")]
    NotPrintable,
}

impl Token {
    /// Parses a token. White space around it is ignored.
    ///
    /// # Errors
    /// It is too short, too long, or could not be sent in a header.
    pub fn new(text: &str) -> Result<Token, TokenError> {
        let text = text.trim();
        if text.len() < LEAST_BYTES {
            return Err(TokenError::TooShort(text.len()));
        }
        if text.len() > MOST_BYTES {
            return Err(TokenError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::NotPrintable);
        }
        Ok(Token(text.to_owned()))
    }

    /// Reads a token from a file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no usable token.
    pub fn read(file: &Path) -> Result<Token, TokenError> {
        let unreadable =
            |error: std::io::Error| TokenError::Unreadable(file.display().to_string(), error.to_string());
        // Reads just enough to detect a token that is too long: the file may be endless.
        let mut text = Vec::new();
        let opened = std::fs::File::open(file).map_err(unreadable)?;
        opened.take(2 * MOST_BYTES as u64).read_to_end(&mut text).map_err(unreadable)?;
        Token::new(&String::from_utf8_lossy(&text))
    }

    /// Compares in a time that depends only on the length of the guess, not on how much of it is right.
    pub fn is(&self, guess: &str) -> bool {
        let (own, guess) = (self.0.as_bytes(), guess.as_bytes());
        let mut different = u8::from(own.len() != guess.len());
        for (at, byte) in guess.iter().enumerate() {
            different |= byte ^ own[at % own.len()];
        }
        std::hint::black_box(different) == 0
    }

    /// True if the value of an `Authorization` header contains this token (RFC 6750).
    pub fn is_in_header(&self, authorization: &str) -> bool {
        let (scheme, guess) = authorization.split_once(' ').unwrap_or_default();
        scheme.eq_ignore_ascii_case("bearer") && self.is(guess.trim())
    }
}

/// Keeps the token out of logs.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_token_is_accepted() {
        let token = Token::new(" 0123456789abcdef\n").expect("it is long enough");
        assert!(token.is("0123456789abcdef"));
        for wrong in [
            "",
            "0",
            "0123456789abcdeF",
            "0123456789abcde",
            "0123456789abcdef0",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert!(!token.is(wrong), "{wrong}");
        }
        assert!(token.is_in_header("Bearer 0123456789abcdef"));
        assert!(token.is_in_header("bearer  0123456789abcdef"));
        for wrong in ["0123456789abcdef", "Basic 0123456789abcdef", "Bearer", "Bearer ", ""] {
            assert!(!token.is_in_header(wrong), "{wrong}");
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn a_token_must_be_hard_to_guess_and_easy_to_send() {
        assert_eq!(Token::new("secret").map(|_| ()), Err(TokenError::TooShort(6)));
        assert_eq!(Token::new("0123456789 abcdef").map(|_| ()), Err(TokenError::NotPrintable));
        assert_eq!(Token::new("0123456789abcdefä").map(|_| ()), Err(TokenError::NotPrintable));
        assert_eq!(Token::new(&"x".repeat(2000)).map(|_| ()), Err(TokenError::TooLong));
        assert!(matches!(Token::read(Path::new("/no/such/file")), Err(TokenError::Unreadable(..))));
        #[cfg(target_os = "linux")]
        assert!(Token::read(Path::new("/dev/zero")).is_err());
    }
}
