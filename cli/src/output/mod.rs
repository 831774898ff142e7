//! Delivers results to a person or a file: colour, tables, escaping, destinations.

mod colour;
mod destination;
mod errors;
mod inputs;
mod progress;
mod screen;
mod table;

pub use colour::{ColorChoice, Meaning, Painter};
pub use destination::Destination;
pub use errors::describe;
pub use facts::visible::{line as shown, lines as shown_lines};
pub use inputs::Inputs;
pub use progress::{ProgressChoice, ProgressLine};
pub use screen::{Screen, counted, grouped};
pub use table::{Cell, Column, Table};

use abilities::Ability;
use anyhow::Context;
use facts::visible;
use serde::Serialize;
use std::io::{self, Write};

/// Prints a note about a run that continues on standard error, unless `--quiet` is set.
pub fn warn(quiet: bool, text: &str) {
    if !quiet {
        // Failing to write a note is no reason to fail.
        let _ = writeln!(io::stderr(), "warning: {}", shown(text));
    }
}

/// A report as JSON: `schema` gives its shape and version, and the report's own fields follow.
#[derive(Serialize)]
struct Envelope<'a, T: Serialize> {
    schema: &'a str,
    #[serde(flatten)]
    report: &'a T,
}

/// The JSON text of a report with its schema name, e.g. `batuta/complexity/1`.
pub fn json<T: Serialize>(schema: &str, report: &T) -> anyhow::Result<String> {
    pretty(&Envelope { schema, report })
}

/// The JSON text of an ability's report.
pub fn report<A: Ability>(report: &A::Report) -> anyhow::Result<String> {
    json(A::ABOUT.report, report)
}

/// A value as indented JSON text.
pub fn pretty<T: Serialize>(value: &T) -> anyhow::Result<String> {
    let mut text = visible::json::to_string_pretty(value).context("cannot write the report as JSON")?;
    text.push('\n');
    Ok(text)
}

/// The JSON word for an enum value (a severity, a category). The screen shows the same word.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(error) => error.to_string(),
    }
}
