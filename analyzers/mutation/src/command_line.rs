//! Commands that build and test.

use programs::{Consent, Program, Start};
use std::path::Path;

/// A command line: a program with its arguments, or a text for the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// A program and its arguments.
    Words(Program, Vec<String>),
    /// Text for `sh -c`, as the user wrote it.
    Shell(String),
}

impl CommandLine {
    /// A program and its arguments.
    pub fn of<W: Into<String>>(program: Program, words: impl IntoIterator<Item = W>) -> CommandLine {
        CommandLine::Words(program, words.into_iter().map(Into::into).collect())
    }

    /// The same with further arguments at the end.
    pub fn with(self, more: &[String]) -> CommandLine {
        match self {
            CommandLine::Words(program, words) => {
                CommandLine::Words(program, words.into_iter().chain(more.iter().cloned()).collect())
            }
            CommandLine::Shell(text) => {
                let more: Vec<String> = more.iter().map(|word| quoted(word)).collect();
                CommandLine::Shell([vec![text], more].concat().join(" "))
            }
        }
    }

    /// The command to start in a folder; `tree` is the analysed one.
    pub fn start<'a>(&'a self, tree: &'a Path, folder: &Path, consent: &Consent) -> Start<'a> {
        static SHELL: Program = Program::Shell;
        match self {
            CommandLine::Words(program, words) => Start::new(program, tree, folder, consent).arguments(words),
            CommandLine::Shell(text) => {
                Start::new(&SHELL, tree, folder, consent).arguments(["-c", text.as_str()])
            }
        }
    }
}

impl std::fmt::Display for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CommandLine::Words(program, words) => {
                f.write_str(&quoted(&program.to_string()))?;
                words.iter().try_for_each(|word| write!(f, " {}", quoted(word)))
            }
            CommandLine::Shell(text) => f.write_str(text),
        }
    }
}

/// A word, quoted for the shell.
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
    use programs::{Asked, Limits};

    fn printed(line: &CommandLine) -> Vec<u8> {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let start = line.start(tree.path(), tree.path(), &Consent::to(Asked::Mutate));
        start.answer(&Limits { time: None, cancelled: &|| false }).expect("it runs").output
    }

    /// The shell itself shows how it splits the words.
    #[test]
    fn words_survive_the_shell() {
        let words = ["-c", "printf '%s\\n' \"$@\"", "sh", "a b", "it's", "", "$HOME", "x*y"];
        let line = CommandLine::of(Program::Shell, words);
        let through_shell = CommandLine::Shell(line.to_string());
        assert_eq!(printed(&line), printed(&through_shell));
        assert_eq!(String::from_utf8_lossy(&printed(&line)), "a b\nit's\n\n$HOME\nx*y\n");
        let longer = CommandLine::Shell("printf %s\\\\n".to_owned()).with(&["a b".to_owned()]);
        assert_eq!(printed(&longer), b"a b\n");
    }
}
