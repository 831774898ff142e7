//! Key files. A secret key is a line with `signing` or `encryption` and 64 hexadecimal digits; a public key has 64
//! digits and a name, with `x25519` before them if it is for encryption. `#` begins a comment.

use crate::args::{KeyUse, KeygenArgs};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::Destination;
use aprender::apr::{PublicKey, RecipientKey, SigningKey, TrustStore, hex};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Makes a pair of keys.
pub fn generate(args: &KeygenArgs) -> anyhow::Result<Outcome> {
    let name = args.name.as_str();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(plain) {
        return Err(Failure::new(format!("\"{name}\" cannot name a key"))
            .help("use letters, digits, and - _ . @ inside")
            .into());
    }
    let trouble = |error| super::failed("cannot make a key", error);
    let (word, secret, public) = match args.purpose {
        KeyUse::Signing => {
            let key = SigningKey::generate().map_err(trouble)?;
            ("signing", hex(&*key.to_seed()), format!("{} {name}\n", hex(&key.public())))
        }
        KeyUse::Encryption => {
            let key = RecipientKey::generate().map_err(trouble)?;
            ("encryption", hex(&*key.to_bytes()), format!("x25519 {} {name}\n", hex(key.public().as_bytes())))
        }
    };
    let (secret_path, public_path) =
        (args.dir.join(format!("{name}.key")), args.dir.join(format!("{name}.pub")));
    if public_path.exists() {
        return Err(there_already(&public_path).into());
    }
    let text = format!("# secret {word} key of {name}: whoever has it is {name}\n{word} {secret}\n");
    write_new(&secret_path, &text, true)?;
    write_new(&public_path, &public, false)?;
    let report = format!("{}\n{}\n", secret_path.display(), public_path.display());
    Destination::StandardOutput.write(&report)?;
    Ok(Outcome::Fine)
}

fn there_already(path: &Path) -> Failure {
    Failure::new(format!("{} is there already", path.display()))
        .help("a key that is replaced is lost: name another, or another folder with --dir")
}

/// Writes a new file; a secret one is readable only by its owner.
fn write_new(path: &Path, text: &str, secret: bool) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => there_already(path).into(),
        _ => super::failed(format!("cannot write {}", path.display()), error).into(),
    })
}

/// The text of a file of keys, which is small.
fn text(path: &Path) -> anyhow::Result<String> {
    let trouble = |why: String| super::failed(format!("cannot read {}", path.display()), why);
    let length = fs::metadata(path).map_err(|error| trouble(error.to_string()))?.len();
    if length > 1 << 20 {
        return Err(trouble("a file of keys is not that large".to_owned()).into());
    }
    Ok(fs::read_to_string(path).map_err(|error| trouble(error.to_string()))?)
}

/// The words of the first line that is not a comment.
fn words(path: &Path, wanted: &str) -> anyhow::Result<Vec<String>> {
    let text = text(path)?;
    let mut lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let words = line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    if words.first().is_some_and(|word| word == wanted) {
        return Ok(words);
    }
    Err(Failure::new(format!("{} is not the key that is needed", path.display()))
        .why(format!("its first line does not begin with `{wanted}`"))
        .help("`aprender keygen` makes NAME.key, which is secret, and NAME.pub")
        .into())
}

fn digits(path: &Path, words: &[String]) -> anyhow::Result<[u8; 32]> {
    let bytes = words.get(1).and_then(|digits| {
        let pairs = digits.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes = pairs.map(byte).collect::<Option<Vec<_>>>()?;
        <[u8; 32]>::try_from(bytes).ok()
    });
    Ok(bytes.ok_or_else(|| {
        Failure::new(format!("{} holds no key", path.display())).why("64 hexadecimal digits are needed")
    })?)
}

/// A secret key that signs.
pub fn signing(path: &Path) -> anyhow::Result<SigningKey> {
    Ok(SigningKey::from_seed(&digits(path, &words(path, "signing")?)?))
}

/// A secret key that decrypts.
pub fn secret(path: &Path) -> anyhow::Result<RecipientKey> {
    Ok(RecipientKey::from_bytes(digits(path, &words(path, "encryption")?)?))
}

/// A public key that is encrypted for.
pub fn recipient(path: &Path) -> anyhow::Result<PublicKey> {
    Ok(PublicKey::from_bytes(digits(path, &words(path, "x25519")?)?))
}

/// The keys that are trusted.
pub fn trusted(path: &Path) -> anyhow::Result<TrustStore> {
    Ok(TrustStore::parse(&text(path)?).map_err(|error| {
        super::failed(format!("cannot use {}", path.display()), error)
            .help("give the .pub files of signing keys, one line for each key")
    })?)
}

/// A password: the file's text without its last line end.
pub fn password(path: &Path) -> anyhow::Result<String> {
    let text = text(path)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(Failure::new(format!("{} holds no password", path.display())).into());
    }
    Ok(password.to_owned())
}
