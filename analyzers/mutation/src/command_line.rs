//! Commands that build and test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A command line: a program with its words, or a text for the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// A program and its arguments.
    Words(Vec<String>),
    /// Text that `sh -c` takes, as the user wrote it.
    Shell(String),
}

impl CommandLine {
    /// A program and its arguments.
    pub fn words<W: Into<String>>(words: impl IntoIterator<Item = W>) -> CommandLine {
        CommandLine::Words(words.into_iter().map(Into::into).collect())
    }

    /// The same with further arguments at its end.
    pub fn with(self, more: &[String]) -> CommandLine {
        match self {
            CommandLine::Words(words) => {
                CommandLine::Words(words.into_iter().chain(more.iter().cloned()).collect())
            }
            CommandLine::Shell(text) => {
                let more: Vec<String> = more.iter().map(|word| quoted(word)).collect();
                CommandLine::Shell([vec![text], more].concat().join(" "))
            }
        }
    }

    /// The process to start in `folder` of the copied tree at `root`.
    pub fn process(&self, root: &Path, folder: &str) -> Command {
        let mut command = match self {
            CommandLine::Words(words) => {
                let mut words = words.iter();
                let mut command = Command::new(program(words.next().map_or("", String::as_str)));
                command.args(words);
                command
            }
            CommandLine::Shell(text) => {
                let mut command = Command::new("sh");
                command.arg("-c").arg(text);
                command
            }
        };
        command.current_dir(if folder.is_empty() { root.to_owned() } else { root.join(folder) });
        command
    }
}

/// On Windows scripts such as npm's need their ending.
fn program(name: &str) -> PathBuf {
    let is_script = cfg!(windows) && matches!(name, "npm" | "mvn" | "gradle");
    PathBuf::from(if is_script { format!("{name}.cmd") } else { name.to_owned() })
}

impl std::fmt::Display for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CommandLine::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                f.write_str(&words.join(" "))
            }
            CommandLine::Shell(text) => f.write_str(text),
        }
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shell itself says what the words are.
    #[test]
    fn words_survive_the_shell() {
        let words = ["printf", "%s\\n", "a b", "it's", "", "$HOME", "x*y"].map(str::to_owned);
        let line = CommandLine::words(words.clone());
        let direct = line.process(Path::new("."), "").output().expect("printf runs");
        let shell = CommandLine::Shell(line.to_string());
        let through_shell = shell.process(Path::new("."), "").output().expect("sh runs");
        assert_eq!(direct.stdout, through_shell.stdout);
        assert_eq!(String::from_utf8_lossy(&direct.stdout), "a b\nit's\n\n$HOME\nx*y\n");
        let longer = CommandLine::Shell("printf %s\\\\n".to_owned()).with(&["a b".to_owned()]);
        assert_eq!(longer.process(Path::new("."), "").output().expect("sh runs").stdout, b"a b\n");
    }
}
