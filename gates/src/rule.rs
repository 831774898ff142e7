//! What a rule is.

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
    /// What it demands, in a few words.
    pub title: &'static str,
    /// The family it belongs to, by which several rules can be chosen at once.
    pub group: Group,
    /// Its documentation, as Markdown.
    pub docs: Docs,
    /// The level of its findings unless configured, none when it is off unless configured.
    pub level: Option<Level>,
    /// Its own keys in `[rules.<id>]`, besides `level` and `exclude`: the type of its settings.
    pub options: Options,
    /// The bulky sections of the facts that it reads.
    pub sections: Sections,
    /// How much of a tree decides about one of its findings.
    pub reach: Reach,
    /// How its findings on new code are distinguished from others.
    pub on_new_code: OnNewCode,
    /// What it counts in [`Outcome::checked`], in the plural.
    pub unit: &'static str,
    /// How it judges.
    pub judge: Judge,
    /// Small trees that it must reject, and others that it must accept.
    pub fixtures: &'static [Fixture],
}

impl Rule {
    /// Its level unless configured, as `batuta.toml` spells it.
    pub fn default_level(&self) -> &'static str {
        self.level.map_or("off", Level::as_str)
    }
}

/// How much of a tree decides about one finding of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The file it is in: other files can neither cause nor fix it.
    File,
    /// The whole tree, or what is outside of it.
    Tree,
}

/// How a rule distinguishes findings on new code from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnNewCode {
    /// The base is judged, too; what it had is not new.
    Compared,
    /// A finding is new when it is on a new line, or in a file with new lines when it is about the file.
    ByLine,
    /// The rule looks at the new lines itself.
    ByItself,
    /// The rule is about the repository as a whole, and counts as off.
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
    /// What is written more than once.
    Duplication,
    /// What is written about the code.
    Documentation,
    /// What could not be read.
    Parsing,
    /// Which parts may use which.
    Architecture,
    /// What must not be published.
    Security,
    /// What a project has around its code.
    Project,
    /// How findings are silenced.
    Suppression,
}

impl Group {
    /// The name by which the family is chosen.
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
    /// Why what it finds is bad.
    pub why: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// An example.
    pub example: &'static str,
}

/// A small tree, and where the rule must find something in it.
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

/// The context of a finding that is about the repository as a whole; its path is only where it shows best.
pub(crate) const REPOSITORY: &str = "repository";

/// What a rule looks at.
pub struct Input<'a> {
    /// The tree, for manifests and for files whose language is not known.
    pub tree: &'a dyn SourceTree,
    /// Its facts.
    pub facts: &'a RepoFacts,
    /// The whole configuration.
    pub config: &'a Config,
    /// The rule's own part of it.
    pub settings: &'a RuleSettings,
    /// Reports of other programs, the history.
    pub evidence: &'a dyn Evidence,
    /// What is new, where only that is judged.
    pub additions: Option<&'a Additions>,
    pub(crate) shared: &'a Shared,
}

/// What several rules look at, made once by the first that needs it.
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
    /// When they are those of another rule.
    pub fn own<S: Settings>(&self) -> &'a S {
        self.settings.own().expect("a rule asks for its own settings")
    }

    /// The measured files that the rule's `exclude` leaves.
    pub fn files(&self) -> impl Iterator<Item = &'a FileRecord> {
        let exclude = &self.settings.exclude;
        self.facts.files.iter().filter(move |file| !exclude.is_match(file.path()))
    }

    /// Those of [`files`](Input::files) whose language has a grammar, so that functions and definitions are known.
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
    /// Why the rule judged nothing, if so. One that was not asked for counts as off, another as not measured.
    pub missing: Option<Missing>,
    /// Files that this rule could not look at.
    pub not_measured: Vec<Unmeasured>,
}

impl Outcome {
    /// The outcome of a rule that the configuration gives nothing to judge.
    pub fn not_asked(why: impl Into<String>) -> Self {
        Outcome { missing: Some(Missing::NotAsked(why.into())), ..Outcome::default() }
    }

    /// The outcome of a rule that there is nothing to judge by.
    pub fn unsupported(why: impl Into<String>) -> Self {
        Outcome { missing: Some(Missing::Unsupported(why.into())), ..Outcome::default() }
    }

    /// The outcome of a rule that could not be measured although it was tried.
    pub fn failed(why: impl Display) -> Self {
        Outcome { missing: Some(Missing::Failed(why.to_string())), ..Outcome::default() }
    }

    /// The outcome of a rule whose figure is missing. What nobody else asked for, the rule did.
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
    /// The file that its fingerprint names where that is another one: of several files that it is about, the first.
    pub anchor: Option<RepoPath>,
    /// Where in the file; none when it concerns the file as a whole.
    pub span: Option<Span>,
    /// A level above the rule's own.
    pub at_least: Option<Level>,
    /// A level below the rule's own.
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
    /// What distinguishes it from other findings of the rule on the same symbol, whatever line it is on.
    pub context: String,
    /// What it is on, where that are copies of code.
    pub copies: Option<Copies>,
    /// Larger findings on copies name (nearly) all of its lines.
    pub is_covered: bool,
    /// One more place where a comment allows it.
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
