//! Which names say that their value is a credential.

use bstr::ByteSlice;

/// What a name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// A password: people may have chosen it themselves.
    Password,
    /// A token, a secret, or a key to something known.
    Token,
    /// A key to something unknown: `STRIPE_KEY`.
    SomeKey,
}

/// Longer texts are not names.
const LONGEST: usize = 80;
/// The most words in a name.
const WORDS: usize = 16;

/// Endings of the last word that indicate a password.
const PASSWORDS: &[&[u8]] =
    &[b"password", b"passwd", b"passphrase", b"passcode", b"passwort", b"pwd", b"contrasena"];
/// What precedes `pass` in one word.
const BEFORE_PASS: &[&[u8]] = &[
    b"", b"db", b"my", b"user", b"admin", b"mail", b"smtp", b"ftp", b"root", b"require", b"redis", b"pg",
    b"mysql", b"ldap", b"ssh", b"sudo", b"http", b"auth", b"key",
];
/// Endings of the last word that indicate a token, a secret or a key.
const TOKENS: &[&[u8]] = &[
    b"secret",
    b"secrets",
    b"token",
    b"tokens",
    b"apikey",
    b"apikeys",
    b"accesskey",
    b"secretkey",
    b"privatekey",
    b"authkey",
    b"masterkey",
    b"accountkey",
    b"signingkey",
    b"encryptionkey",
    b"credential",
    b"credentials",
    b"masterauth",
    b"psk",
    b"secretaccesskey",
    b"sharedaccesskey",
    b"authtoken",
];
/// Words before `key` that make it a credential.
const BEFORE_KEY: &[&[u8]] = &[
    b"api",
    b"access",
    b"secret",
    b"private",
    b"auth",
    b"authorization",
    b"encryption",
    b"encrypt",
    b"crypto",
    b"cipher",
    b"signing",
    b"sign",
    b"signature",
    b"master",
    b"account",
    b"service",
    b"storage",
    b"client",
    b"app",
    b"application",
    b"session",
    b"cookie",
    b"jwt",
    b"hmac",
    b"aes",
    b"shared",
    b"subscription",
    b"consumer",
    b"webhook",
    b"deploy",
    b"admin",
    b"root",
    b"bearer",
    b"token",
    b"security",
    b"secure",
    b"credential",
    b"server",
    b"license",
    b"function",
    b"preshared",
    b"vault",
    b"write",
    b"ingest",
    b"ingestion",
];
/// Words after the telling one that change nothing.
const TAILS: &[&[u8]] = &[
    b"value",
    b"base",
    b"base64",
    b"b64",
    b"plain",
    b"plaintext",
    b"text",
    b"str",
    b"string",
    b"raw",
    b"prod",
    b"production",
    b"dev",
    b"development",
    b"staging",
    b"stage",
    b"live",
    b"old",
    b"new",
    b"default",
    b"primary",
    b"secondary",
    b"main",
    b"backup",
    b"local",
    b"v1",
    b"v2",
];
/// A name with one of these words means something else, or says that the value is not a credential.
const OTHER: &[&[u8]] = &[
    b"public",
    b"pub",
    b"hash",
    b"hashed",
    b"digest",
    b"sha1",
    b"sha256",
    b"md5",
    b"example",
    b"dummy",
    b"fake",
    b"mock",
    b"sample",
    b"csrf",
    b"xsrf",
    b"invalid",
    b"expected",
    b"placeholder",
    b"encrypted",
    b"sealed",
    b"test",
    b"tests",
    b"testing",
    b"i18n",
    b"translation",
    b"label",
    b"schema",
    b"regex",
    b"pattern",
    b"fingerprint",
    b"checksum",
    b"etag",
    b"publishable",
    b"wrong",
    b"bad",
    b"site",
];
/// With one of these words a token is a position in a list or text.
const PLACES: &[&[u8]] = &[
    b"next",
    b"page",
    b"sync",
    b"cancel",
    b"cancellation",
    b"continuation",
    b"cursor",
    b"lexer",
    b"parser",
    b"syntax",
];

/// What the name says about its value; `None` if it says nothing.
pub(super) fn telling(name: &[u8]) -> Option<Telling> {
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let mut words = [(0, 0); WORDS];
    let count = split(name, &mut words);
    let word = |index: usize| -> &[u8] { &lower[words[index].0..words[index].1] };
    let is_tail = |index: &usize| {
        let word = word(*index);
        TAILS.contains(&word) || word.iter().all(u8::is_ascii_digit)
    };
    if (0..count).any(|index| OTHER.contains(&word(index))) {
        return None;
    }
    let last = (0..count).rev().find(|index| !is_tail(index))?;
    let before = last.checked_sub(1).map_or(&b""[..], word);
    let end = word(last).trim_end_with(|c| c.is_ascii_digit());
    if PASSWORDS.iter().any(|word| end.ends_with(word)) || is_pass(end) {
        return Some(Telling::Password);
    }
    if (0..count).any(|index| PLACES.contains(&word(index))) {
        return None;
    }
    if TOKENS.iter().any(|word| end.ends_with(word)) {
        return Some(Telling::Token);
    }
    by_its_end(name, end, before, count)
}

/// What a name of this many words says by its last two words.
fn by_its_end(name: &[u8], end: &[u8], before: &[u8], count: usize) -> Option<Telling> {
    match end {
        b"key" if BEFORE_KEY.contains(&before) => Some(Telling::Token),
        b"pw" if !before.is_empty() => Some(Telling::Password),
        b"auth" if name.starts_with(b"_") || count == 1 => Some(Telling::Token),
        b"key" if count == 1 || is_variable(name) => Some(Telling::SomeKey),
        b"pat" if count > 1 && is_variable(name) => Some(Telling::Token),
        _ => None,
    }
}

fn is_pass(word: &[u8]) -> bool {
    word.strip_suffix(b"pass").is_some_and(|before| BEFORE_PASS.contains(&before))
}

/// True for the name of an environment variable: `STRIPE_KEY`.
fn is_variable(name: &[u8]) -> bool {
    name.contains(&b'_') && name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
}

/// Splits a name into words, at signs and at the humps of camel case, and returns their number; if there are too many,
/// the first ones are left out.
fn split(name: &[u8], words: &mut [(usize, usize); WORDS]) -> usize {
    let mut count = 0;
    let mut start = None;
    let mut add = |from: usize, to: usize| {
        if count == WORDS {
            words.rotate_left(1);
            count -= 1;
        }
        words[count] = (from, to);
        count += 1;
    };
    for at in 0..name.len() {
        let byte = name[at];
        let hump = byte.is_ascii_uppercase()
            && (name[at.saturating_sub(1)].is_ascii_lowercase()
                || (at > 0
                    && name[at - 1].is_ascii_uppercase()
                    && name.get(at + 1).is_some_and(u8::is_ascii_lowercase)));
        match start {
            Some(from) if !byte.is_ascii_alphanumeric() => {
                add(from, at);
                start = None;
            }
            Some(from) if hump => {
                add(from, at);
                start = Some(at);
            }
            None if byte.is_ascii_alphanumeric() => start = Some(at),
            _ => {}
        }
    }
    if let Some(from) = start {
        add(from, name.len());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_passwords_are_told() {
        for name in [
            "password",
            "DB_PASSWORD",
            "spring.datasource.password",
            "MYSQL_ROOT_PASSWORD",
            "PGPASSWORD",
            "SMTP_PASS",
            "dbPass",
            "requirepass",
            "passwd2",
            "db_pw",
            "adminPwd",
            "sshPassphrase",
            "NEXTCLOUD_ADMIN_PASSWORD",
        ] {
            assert_eq!(telling(name.as_bytes()), Some(Telling::Password), "{name}");
        }
    }

    #[test]
    fn names_of_tokens_and_keys_are_told() {
        for name in [
            "API_KEY",
            "apiKey",
            "client_secret",
            "clientSecretValue",
            "SECRET_KEY_BASE",
            "_authToken",
            "_auth",
            "auth",
            "AWS_SECRET_ACCESS_KEY",
            "x-api-key",
            "accessToken1",
            "NEXTAUTH_SECRET",
            "GITHUB_PAT",
            "HASHICORP_VAULT_TOKEN",
            "jwt.secret",
            "signingKey",
            "APP_KEY",
        ] {
            assert_eq!(telling(name.as_bytes()), Some(Telling::Token), "{name}");
        }
        assert_eq!(telling(b"STRIPE_KEY"), Some(Telling::SomeKey));
    }

    #[test]
    fn other_names_tell_nothing() {
        for name in [
            "token_url",
            "secret_name",
            "password_file",
            "passwordHash",
            "token_type",
            "nextPageToken",
            "publicKeyToken",
            "pw",
            "user_auth",
            "bypass",
            "compass",
            "monkey",
            "primary_key",
            "cacheKey",
            "hotkey",
            "csrfToken",
            "test_password",
            "EXAMPLE_TOKEN",
            "encrypted_password",
            "keyboard",
            "author",
        ] {
            assert_eq!(telling(name.as_bytes()), None, "{name}");
        }
    }
}
