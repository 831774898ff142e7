use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::{Args, ValueEnum};
use clones::{CloneOptions, Kinds, SECTIONS};
use gates::Duplication;
use pmat::duplicates::{DuplicatesOptions, DuplicatesReport, report};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Number of classes and files that are reported by default.
const TOP: usize = 1_000;
/// Number of members of a class that are listed; the rest is counted.
const MEMBERS: usize = 100;

/// Duplicated code: exact, renamed and gapped clones.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Duplicates {
    /// Shortest clone, in tokens [default: min-tokens of the rule duplication, 100 unless it is set]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=65_535))]
    #[schemars(range(min = 10, max = 65_535))]
    pub min_tokens: Option<u32>,
    /// Shortest clone, in lines [default: min-lines of the rule duplication, 10 unless it is set]
    #[arg(long, value_name = "N")]
    pub min_lines: Option<u32>,
    /// Types of clones to look for [default: types of the rule duplication, exact and renamed unless it is set]
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    pub detection_type: Vec<DetectionType>,
    /// Show the N largest classes and the N files with most duplicated lines [default: 20 on screen, 1000 in JSON; 0: all]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// How many members of a class are listed.
    #[arg(skip)]
    #[serde(skip)]
    pub members: Option<usize>,
}

/// Types of clones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DetectionType {
    /// The same tokens
    Exact,
    /// The same except names and literals
    Renamed,
    /// Functions with lines inserted, removed or changed
    Gapped,
    /// All three
    All,
}

impl Duplicates {
    /// How many classes and files are reported.
    pub fn top(&self) -> usize {
        match self.top {
            None => TOP,
            Some(0) => usize::MAX,
            Some(top) => top,
        }
    }

    /// What is asked for, else the settings of the rule `duplication`.
    fn options(&self, rule: CloneOptions) -> CloneOptions {
        let has =
            |kind| self.detection_type.contains(&kind) || self.detection_type.contains(&DetectionType::All);
        let kinds = Kinds {
            exact: has(DetectionType::Exact),
            renamed: has(DetectionType::Renamed),
            gapped: has(DetectionType::Gapped),
        };
        CloneOptions {
            min_tokens: self.min_tokens.map_or(rule.min_tokens, |tokens| tokens as usize),
            min_lines: self.min_lines.unwrap_or(rule.min_lines),
            kinds: if self.detection_type.is_empty() { rule.kinds } else { kinds },
        }
    }
}

impl Ability for Duplicates {
    const ABOUT: About = About {
        id: "duplicates",
        title: "Duplicated code: exact, renamed and gapped clones",
        when: "What was copied, where the copies are, how much of the code is duplicated",
        command: &["pmat", "analyze", "duplicates"],
        report: "batuta/duplicates/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    type Report = DuplicatesReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<DuplicatesReport, ProjectError> {
        let options = self.options(gates::clone_options(&session.config));
        if !(10..=65_535).contains(&options.min_tokens) {
            return Err(ProjectError::new(format!(
                "min_tokens is {}, not from 10 to 65535",
                options.min_tokens
            )));
        }
        let (facts, found) = if options == gates::clone_options(&session.config) {
            let facts = session.facts_for(SECTIONS, watch)?;
            let found = session.duplication(&facts, watch)?;
            (facts, found)
        } else {
            let facts = session.facts(SECTIONS, watch)?;
            let exclude = &session.config.rule("duplication").exclude;
            let found = Arc::new(Duplication::find(&facts, &options, exclude));
            (facts, found)
        };
        let Duplication { clones, exact } = &*found;
        let exact = options.kinds.exact.then_some(*exact);
        let shown = DuplicatesOptions { top: self.top(), members: self.members.unwrap_or(MEMBERS) };
        Ok(report(&facts, clones, &options, exact, shown))
    }
}
