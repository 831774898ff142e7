//! The commands that reproduce a page's figures. They are run in the repository.

use facts::model::RepoPath;
use facts::source::CommitId;
use maud::{Markup, html};

/// A command that answers about one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command(String);

impl Command {
    /// `batuta <words> --revision <commit>`.
    pub fn at(words: &str, commit: &CommitId) -> Command {
        Command(format!("batuta {words} --revision {}", commit.short()))
    }

    /// The same command, limited to a file or folder.
    pub fn on(words: &str, path: &RepoPath, commit: &CommitId) -> Command {
        Command(format!("batuta {words} {} --revision {}", quoted(path.as_bytes()), commit.short()))
    }

    /// A command that is shown verbatim.
    pub fn plain(command: impl Into<String>) -> Command {
        Command(command.into())
    }

    /// The command behind a label that expands it.
    pub fn details(&self) -> Markup {
        html! {
            details.command {
                summary { "command" }
                code { (self.0) }
            }
        }
    }
}

/// A name as one shell word, in Bash's `$'…'` form if some bytes need escapes.
fn quoted(bytes: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+@:".contains(byte);
    let word = match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && bytes.iter().all(is_plain) => text.to_owned(),
        Ok(text) if super::shown::plain(text) == text && !text.contains('\t') => {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
        _ => {
            let escape = |byte: &u8| match byte {
                b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
                0x20..=0x7E => char::from(*byte).to_string(),
                byte => format!("\\x{byte:02x}"),
            };
            format!("$'{}'", bytes.iter().map(escape).collect::<String>())
        }
    };
    // A leading dash would make it an option.
    if bytes.starts_with(b"-") { format!("./{word}") } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks Bash how it parses a word.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test has a shell read the command")]
    fn a_shell_reads_the_name_back() {
        let names: [&[u8]; 7] = [
            b"src/main.rs",
            b"a b.rs",
            b"it's $(touch x).rs",
            b"\xFF\xFE.c",
            b"line\nbreak\t.py",
            "right\u{202E}left.js".as_bytes(),
            b"-rf",
        ];
        for name in names {
            let script = format!("printf %s {}", quoted(name));
            let output = std::process::Command::new("bash").arg("-c").arg(&script).output();
            let output = output.expect("bash runs");
            let expected = if name.starts_with(b"-") { [b"./", name].concat() } else { name.to_vec() };
            assert_eq!(output.stdout, expected, "{script}");
        }
    }
}
