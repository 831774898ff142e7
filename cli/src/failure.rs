//! How the program says that it could not do what it was asked.

use crate::output::{Meaning, Painter, shown};
use std::fmt::{self, Display, Write};

/// What went wrong, why or where, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    what: String,
    why: Vec<String>,
    help: Option<String>,
}

impl Failure {
    /// What could not be done.
    pub fn new(what: impl Into<String>) -> Failure {
        Failure { what: what.into(), why: Vec::new(), help: None }
    }

    /// Adds the reason or the place.
    pub fn why(mut self, why: impl Display) -> Failure {
        self.why.push(why.to_string());
        self
    }

    /// What the user can do.
    pub fn help(self, help: impl Into<String>) -> Failure {
        Failure { help: Some(help.into()), ..self }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}

/// The user pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupted;

impl Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// The error as standard error shows it:
///
/// ```text
/// error: what
///   why, where
///   help: what to do
/// ```
pub fn describe(error: &anyhow::Error, painter: Painter) -> String {
    let mut what = None;
    let mut details = Vec::new();
    let mut help = None;
    for cause in error.chain() {
        let text = cause.to_string();
        let mut lines = text.lines().map(str::to_owned);
        if what.is_none() {
            what = lines.next();
        }
        details.extend(lines);
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            details.extend(failure.why.iter().flat_map(|why| why.lines()).map(str::to_owned));
            help = help.or(failure.help.as_deref());
        }
    }
    let mut text =
        format!("{} {}\n", painter.paint(Meaning::Bad, "error:"), shown(&what.unwrap_or_default()));
    for detail in details {
        writeln!(text, "  {}", shown(&detail)).expect("a String takes every character");
    }
    if let Some(help) = help {
        writeln!(text, "  {} {}", painter.paint(Meaning::Good, "help:"), shown(help))
            .expect("a String takes every character");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_why_and_what_to_do() {
        let error: anyhow::Error =
            Failure::new("cannot read x").why("line 3: odd\x1b[31m").help("repair line 3").into();
        assert_eq!(
            describe(&error, Painter::OFF),
            "error: cannot read x\n  line 3: odd\\x1B[31m\n  help: repair line 3\n"
        );
    }

    #[test]
    fn causes_follow_in_order() {
        let error = anyhow::anyhow!("inner").context("outer");
        assert_eq!(
            describe(&error, Painter::OFF),
            "error: outer\n  error: inner\n".replace("  error: ", "  ")
        );
    }
}
