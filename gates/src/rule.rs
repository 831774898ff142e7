//! The definition of a rule.

use crate::code_graph::code_graph;
use crate::config::{Config, Options, RuleSettings, Settings};
use crate::copies::Copies;
use crate::evidence::Evidence;
use crate::level::Level;
use crate::report::Unmeasured;
use facts::model::{RepoPath, Span};
use facts::repo::FileRecord;
use facts::source::{Additions, Listing, SourceError, SourceTree};
use facts::{Missing, RepoFacts, Sections};
use std::fmt::Display;
use std::sync::{Arc, OnceLock};
use trueno_graph::code::CodeGraph;

/// One rule: its name, documentation, defaults, check and proof.
pub struct Rule {
    /// The name in `batuta.toml`, in comments and in reports.
    pub id: &'static str,
    /// What it requires, in a few words.
    pub title: &'static str,
    /// The family it belongs to: its name selects several rules at once.
    pub group: Group,
    /// Its documentation, as Markdown.
    pub docs: Docs,
    /// The default level of its findings; none if it is off by default.
    pub level: Option<Level>,
    /// Its own keys in `[rules.<id>]`, besides `level` and `exclude`: the type of its settings.
    pub options: Options,
    /// The bulky sections of the facts that it reads.
    pub sections: Sections,
    /// How much of a tree one of its findings depends on.
    pub reach: Reach,
    /// How new findings are told from older ones.
    pub on_new_code: OnNewCode,
    /// What it counts in [`Outcome::checked`], in the plural.
    pub unit: &'static str,
    /// How it judges.
    pub judge: Judge,
    /// Small trees that it must reject, and others that it must accept.
    pub fixtures: &'static [Fixture],
}

impl Rule {
    /// Its default level, as `batuta.toml` spells it.
    pub fn default_level(&self) -> &'static str {
        self.level.map_or("off", Level::as_str)
    }
}

/// How much of a tree one finding of a rule depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Only its file: other files can neither cause nor fix it.
    File,
    /// The whole tree, or data outside of it.
    Tree,
}

/// How a rule tells new findings from older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnNewCode {
    /// The base is judged too; findings that it had are not new.
    Compared,
    /// A finding is new when it is on a new line, or in a file with new lines when it is about the file.
    ByLine,
    /// The rule looks at the new lines itself.
    ByItself,
    /// The rule is about the repository as a whole and counts as off for new code.
    Never,
}

/// How a rule judges.
pub enum Judge {
    /// By the facts of the tree.
    Tree(fn(&Input<'_>) -> Outcome),
    /// By the suppression comments, after all other rules.
    Suppressions,
}

/// Families of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// How hard code is to follow.
    Complexity,
    /// How large things are.
    Size,
    /// Debt that the authors admit.
    Debt,
    /// What tests do and do not check.
    Tests,
    /// Duplicated code.
    Duplication,
    /// Documentation of the code.
    Documentation,
    /// Files that could not be parsed.
    Parsing,
    /// Which parts may depend on which.
    Architecture,
    /// Secrets that must not be published.
    Security,
    /// Everything around a project's code.
    Project,
    /// How findings are silenced.
    Suppression,
}

impl Group {
    /// The name that selects the family.
    pub fn name(self) -> &'static str {
        match self {
            Group::Complexity => "complexity",
            Group::Size => "size",
            Group::Debt => "debt",
            Group::Tests => "tests",
            Group::Duplication => "clones",
            Group::Documentation => "documentation",
            Group::Parsing => "parsing",
            Group::Architecture => "architecture",
            Group::Security => "security",
            Group::Project => "project",
            Group::Suppression => "suppression",
        }
    }
}

/// A rule's documentation, as Markdown.
pub struct Docs {
    /// What it does.
    pub what: &'static str,
    /// Why its findings are bad.
    pub why: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// An example.
    pub example: &'static str,
}

/// A small tree and the places of the findings that the rule must report in it.
pub struct Fixture {
    /// What the case shows.
    pub name: &'static str,
    /// Paths and contents.
    pub files: &'static [(&'static str, &'static str)],
    /// The configuration, as `batuta.toml`; the rule itself is switched on at level error in addition.
    pub config: &'static str,
    /// Path and line (0 for the file as a whole) of each finding, in order. Empty: the rule must accept the tree.
    pub findings: &'static [(&'static str, u32)],
}

/// The context of a finding about the repository as a whole; its path is only where it is best shown.
pub(crate) const REPOSITORY: &str = "repository";

/// What a rule looks at.
pub struct Input<'a> {
    /// The tree, for manifests and for files of unknown language.
    pub tree: &'a dyn SourceTree,
    /// Its facts.
    pub facts: &'a RepoFacts,
    /// The whole configuration.
    pub config: &'a Config,
    /// The rule's own part of it.
    pub settings: &'a RuleSettings,
    /// Reports of other programs, the history.
    pub evidence: &'a dyn Evidence,
    /// The new lines, if only new code is judged.
    pub additions: Option<&'a Additions>,
    pub(crate) shared: &'a Shared,
}

/// Results that several rules need, computed once by the first of them.
#[derive(Default)]
pub(crate) struct Shared {
    listing: OnceLock<Result<Listing, SourceError>>,
    code_graph: OnceLock<Arc<CodeGraph>>,
}

impl Shared {
    /// The listing, if a rule asked for it.
    pub(crate) fn listed(&self) -> Option<&Result<Listing, SourceError>> {
        self.listing.get()
    }
}

impl<'a> Input<'a> {
    /// The rule's own settings.
    ///
    /// # Panics
    /// `S` is the type of another rule's settings.
    pub fn own<S: Settings>(&self) -> &'a S {
        self.settings.own().expect("a rule asks for its own settings")
    }

    /// The measured files, without those that the rule's `exclude` matches.
    pub fn files(&self) -> impl Iterator<Item = &'a FileRecord> {
        let exclude = &self.settings.exclude;
        self.facts.files.iter().filter(move |file| !exclude.is_match(file.path()))
    }

    /// The [`files`](Input::files) whose language has a grammar, so that functions and definitions are known.
    pub fn code_files(&self) -> impl Iterator<Item = &'a FileRecord> {
        self.files().filter(|file| file.data.facts.has_functions())
    }

    /// The code graph of the whole tree, built once for all rules that need it. A rule that asks for it lists
    /// [`SECTIONS`](trueno_graph::code::SECTIONS) among its sections: without them nothing is defined.
    pub fn code_graph(&self) -> &'a CodeGraph {
        self.shared.code_graph.get_or_init(|| code_graph(self.tree, self.facts, self.evidence))
    }

    /// The tree's listing, made once for all rules that need it.
    ///
    /// # Errors
    /// Why the tree could not be listed.
    pub fn listing(&self) -> Result<&'a Listing, &'a SourceError> {
        self.shared.listing.get_or_init(|| self.tree.listing()).as_ref()
    }
}

/// What a rule found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many things were looked at.
    pub checked: usize,
    /// What is wrong.
    pub findings: Vec<Draft>,
    /// Why the rule judged nothing, if it did not. If it was not asked for, it counts as off, otherwise as not
    /// measured.
    pub missing: Option<Missing>,
    /// Files that this rule could not look at.
    pub not_measured: Vec<Unmeasured>,
}

impl Outcome {
    /// The outcome if the configuration gives the rule nothing to judge.
    pub fn not_asked(why: impl Into<String>) -> Self {
        Outcome { missing: Some(Missing::NotAsked(why.into())), ..Outcome::default() }
    }

    /// The outcome if the rule has nothing to measure.
    pub fn unsupported(why: impl Into<String>) -> Self {
        Outcome { missing: Some(Missing::Unsupported(why.into())), ..Outcome::default() }
    }

    /// The outcome if measuring was tried and failed.
    pub fn failed(why: impl Display) -> Self {
        Outcome { missing: Some(Missing::Failed(why.to_string())), ..Outcome::default() }
    }

    /// The outcome of a rule whose figure is missing.
    pub fn missing(why: Missing) -> Self {
        let why = match why {
            Missing::NotAsked(why) => Missing::Unsupported(why),
            asked => asked,
        };
        Outcome { missing: Some(why), ..Outcome::default() }
    }

    /// True if it was asked for and could not be measured.
    pub(crate) fn is_not_measured(&self) -> bool {
        !matches!(self.missing, None | Some(Missing::NotAsked(_)))
    }
}

/// A finding before levels, suppressions and fingerprints are settled.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The file.
    pub path: RepoPath,
    /// The file in its fingerprint if that is another one: for a finding about several files, the first of them.
    pub anchor: Option<RepoPath>,
    /// Where in the file; none if it concerns the whole file.
    pub span: Option<Span>,
    /// Minimum level, if higher than the rule's own.
    pub at_least: Option<Level>,
    /// Maximum level, if lower than the rule's own.
    pub at_most: Option<Level>,
    /// Qualified name of the definition it concerns.
    pub symbol: Option<String>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The figure that was measured.
    pub value: Option<f64>,
    /// The figure it was compared with.
    pub limit: Option<f64>,
    /// Distinguishes it from other findings of the rule on the same symbol, independent of line numbers.
    pub context: String,
    /// The copies that it is on, if it is about duplicated code.
    pub copies: Option<Copies>,
    /// True if larger findings on copies already name (nearly) all of its lines.
    pub is_covered: bool,
    /// A second place where a comment can allow it.
    pub also_at: Option<(RepoPath, u32)>,
}

impl Draft {
    /// A finding on a file as a whole.
    pub fn new(path: &RepoPath, message: impl Into<String>) -> Self {
        Draft {
            path: path.clone(),
            anchor: None,
            span: None,
            at_least: None,
            at_most: None,
            symbol: None,
            message: message.into(),
            help: String::new(),
            value: None,
            limit: None,
            context: String::new(),
            copies: None,
            is_covered: false,
            also_at: None,
        }
    }
}
