//! Runs the command line and returns the exit code.

use crate::args::{Cli, TOOLS};
use crate::commands::{self, Outcome};
use crate::failure::Interrupted;
use crate::interrupt;
use crate::output::{ColorChoice, Painter, describe, shown, shown_lines};
use clap::error::{ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// The exit code when the program could not do what was asked.
const FAILED: u8 = 2;

/// Runs the program. The first argument is the name it was called by.
pub fn run(words: Vec<OsString>) -> ExitCode {
    let words = as_batuta(words);
    let colour = colour_option(&words);
    let parsed = Cli::command()
        .color(match colour {
            ColorChoice::Auto => clap::ColorChoice::Auto,
            ColorChoice::Always => clap::ColorChoice::Always,
            ColorChoice::Never => clap::ColorChoice::Never,
        })
        .try_get_matches_from(words)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let kind = error.kind();
            print(visible(error));
            return match kind {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(FAILED),
            };
        }
    };
    match commands::run(cli) {
        Ok(outcome) => exit_code(outcome),
        Err(error) if error.is::<Interrupted>() || interrupt::requested() => {
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Err(error) => {
            let painter = Painter::for_stream(colour, &io::stderr());
            let _ = io::stderr().write_all(describe(&error, painter).as_bytes());
            ExitCode::from(FAILED)
        }
    }
}

/// Escapes the words that the error quotes, so that each stays on one line and nothing is hidden.
fn visible(mut error: clap::Error) -> clap::Error {
    let quoted = error.context().filter_map(|(kind, value)| match value {
        ContextValue::String(word) => Some((kind, ContextValue::String(shown(word).into_owned()))),
        ContextValue::Strings(words) => {
            Some((kind, ContextValue::Strings(words.iter().map(|word| shown(word).into_owned()).collect())))
        }
        _ => None,
    });
    for (kind, value) in quoted.collect::<Vec<_>>() {
        error.insert(kind, value);
    }
    error
}

/// Prints help or an argument error. The arguments may be untrusted input that a script passed on.
fn print(error: clap::Error) {
    let plain = error.render().to_string();
    // If the reader closed the pipe, it has seen enough.
    let _ = match shown_lines(&plain) {
        Cow::Borrowed(_) => error.print(),
        Cow::Owned(shown) if error.use_stderr() => io::stderr().write_all(shown.as_bytes()),
        Cow::Owned(shown) => io::stdout().write_all(shown.as_bytes()),
    };
}

fn exit_code(outcome: Outcome) -> ExitCode {
    ExitCode::from(match outcome {
        Outcome::Fine => 0,
        Outcome::Findings => 1,
        Outcome::NotMeasured => FAILED,
    })
}

/// When the program is called through a link with the name of one of its tools, it acts as that tool: `pmat context` is
/// `batuta pmat context`.
pub fn as_batuta(mut words: Vec<OsString>) -> Vec<OsString> {
    let called = words.first().and_then(|word| Path::new(word).file_stem()).and_then(OsStr::to_str);
    if let Some(tool) = TOOLS.iter().find(|tool| Some(**tool) == called) {
        words.splice(..1, ["batuta".into(), OsString::from(tool)]);
    }
    words
}

/// The value of `--color`. It is read before parsing, so that messages about a wrong command line follow it too.
fn colour_option(words: &[OsString]) -> ColorChoice {
    let words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let mut choice = ColorChoice::Auto;
    let mut expected = false;
    for word in words {
        let value = if expected { Some(word) } else { word.strip_prefix("--color=") };
        expected = word == "--color";
        match value {
            Some("always") => choice = ColorChoice::Always,
            Some("never") => choice = ColorChoice::Never,
            _ => {}
        }
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_link_named_like_a_tool_is_that_tool() {
        assert_eq!(as_batuta(words("/usr/bin/pmat context -o x")), words("batuta pmat context -o x"));
        assert_eq!(as_batuta(words("pmat.exe --help")), words("batuta pmat --help"));
        assert_eq!(as_batuta(words("batuta analyze")), words("batuta analyze"));
        assert_eq!(as_batuta(words("batuta pmat")), words("batuta pmat"));
    }

    #[test]
    fn colour_is_known_before_parsing() {
        assert_eq!(colour_option(&words("batuta --color never x")), ColorChoice::Never);
        assert_eq!(colour_option(&words("batuta analyze --color=always")), ColorChoice::Always);
        assert_eq!(colour_option(&words("batuta analyze -- --color never")), ColorChoice::Auto);
    }
}
