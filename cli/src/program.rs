//! From the words of the command line to an exit code.

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

/// Could not do what was asked.
const FAILED: u8 = 2;

/// Runs the program with its arguments; the first is the name it was called by.
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

/// The error with the words that it quotes on one line each, nothing in them hidden.
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

/// Prints help, or what is wrong with the arguments; a script may have taken those from untrusted input.
fn print(error: clap::Error) {
    let plain = error.render().to_string();
    // A reader that closed the pipe has seen enough of the help.
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

/// Called through a link named like one of its tools, the program is that tool: `pmat context` is `batuta pmat context`.
pub fn as_batuta(mut words: Vec<OsString>) -> Vec<OsString> {
    let called = words.first().and_then(|word| Path::new(word).file_stem()).and_then(OsStr::to_str);
    if let Some(tool) = TOOLS.iter().find(|tool| Some(**tool) == called) {
        words.splice(..1, ["batuta".into(), OsString::from(tool)]);
    }
    words
}

/// The value of `--color`, looked up before parsing: messages about a wrong command line obey it too.
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
