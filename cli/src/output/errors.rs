//! Formats errors for standard error.

use super::{Meaning, Painter, shown};
use crate::failure::Failure;
use std::fmt::Write;

/// Formats an error for standard error:
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
