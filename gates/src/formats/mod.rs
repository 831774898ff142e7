//! Interchange formats: one file each, all rendering the same [`GateReport`]. Untrusted text in it (names, messages) is
//! escaped by [`facts::visible`].

mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod review;
mod sarif;

use crate::report::GateReport;
use std::fmt;

/// An interchange format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The report itself, as JSON.
    Json,
    /// SARIF 2.1.0 (OASIS).
    Sarif,
    /// JUnit XML, as read by Jenkins and GitLab.
    Junit,
    /// Markdown, for comments on a change.
    Markdown,
    /// GitHub workflow commands, which annotate the lines of a change.
    Github,
    /// GitLab code quality JSON.
    Gitlab,
    /// GitHub's pull request review, the body of a request to its API.
    GithubReview,
    /// GitLab's merge request discussions, the bodies of requests to its API.
    GitlabReview,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 8] = [
        Format::Json,
        Format::Sarif,
        Format::Junit,
        Format::Markdown,
        Format::Github,
        Format::Gitlab,
        Format::GithubReview,
        Format::GitlabReview,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Markdown => "markdown",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::GithubReview => "github-review",
            Format::GitlabReview => "gitlab-review",
        }
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Renders a report. The text ends with a newline unless it is empty.
pub fn render(format: Format, report: &GateReport) -> String {
    match format {
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Junit => junit::render(report),
        Format::Markdown => markdown::render(report),
        Format::Github => github::render(report),
        Format::Gitlab => gitlab::render(report),
        Format::GithubReview => review::github(report),
        Format::GitlabReview => review::gitlab(report),
    }
}

/// Pretty JSON and a newline.
fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = facts::visible::json::to_string_pretty(value)
        .expect("reports hold text keys and finite numbers only");
    text.push('\n');
    text
}
