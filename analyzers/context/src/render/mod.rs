//! Writes a report in a format. Text from files is shown as [`facts::visible`] defines it: a model reads it, and people
//! read what the model was given.

mod markdown;
mod text;
mod xml;

use crate::report::ContextReport;
use facts::visible;
use std::fmt;
use std::str::FromStr;

/// How a context is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Dense text.
    #[default]
    LlmOptimized,
    /// Markdown.
    Markdown,
    /// One JSON object.
    Json,
    /// One XML 1.0 document.
    Xml,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 4] = [Format::LlmOptimized, Format::Markdown, Format::Json, Format::Xml];

    /// The format's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::LlmOptimized => "llm-optimized",
            Format::Markdown => "markdown",
            Format::Json => "json",
            Format::Xml => "xml",
        }
    }

    /// Writes `report`, with a newline at the end.
    pub fn render(self, report: &ContextReport) -> String {
        match self {
            Format::LlmOptimized => text::render(report),
            Format::Markdown => markdown::render(report),
            Format::Json => {
                let mut json =
                    visible::json::to_string(report).expect("a report has text keys and finite numbers");
                json.push('\n');
                json
            }
            Format::Xml => xml::render(report),
        }
    }

    /// `text` as it is inside the format: what the text of a packed file costs.
    pub(crate) fn quoted(self, text: &str) -> String {
        match self {
            Format::LlmOptimized | Format::Markdown => visible::lines(text).into_owned(),
            Format::Json => visible::json::to_string(text).expect("text is JSON"),
            Format::Xml => visible::xml::content(text),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown context format `{0}`; known are {known}", known = Format::ALL.map(Format::name).join(", "))]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Format::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
