//! The report of a gate: plain data, rendered by [`formats`](crate::formats) and by the user interfaces.

use crate::baseline::BaselineReport;
use crate::copies::Copies;
use crate::level::Level;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer of a whole gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every enabled rule was measured, and no finding reaches the level that fails.
    Pass,
    /// At least one finding reaches the level that fails.
    Fail,
    /// No finding fails the gate, but a rule could not be measured: it is not known whether it holds.
    NotMeasured,
}

impl Verdict {
    /// The process exit code: 0 pass, 1 fail, 2 not measured.
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Pass => 0,
            Verdict::Fail => 1,
            Verdict::NotMeasured => 2,
        }
    }

    /// The spelling in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::NotMeasured => "not-measured",
        }
    }
}

/// The answer of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[schemars(rename = "RuleStatus")]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Measured, nothing found.
    Passed,
    /// Measured; what was found is below the level that fails the gate.
    Warned,
    /// Measured; at least one finding fails the gate.
    Failed,
    /// Could not be measured; [`RuleReport::why`] says why.
    NotMeasured,
    /// Switched off; [`RuleReport::why`] says by what.
    Off,
}

impl Status {
    /// The spelling in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Warned => "warned",
            Status::Failed => "failed",
            Status::NotMeasured => "not-measured",
            Status::Off => "off",
        }
    }
}

/// The results of a gate for one tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GateReport {
    /// The answer.
    pub verdict: Verdict,
    /// What was judged, e.g. `work tree`.
    pub tree: String,
    /// Findings of this level and above fail the gate.
    pub fail_on: Level,
    /// Number of files whose facts were judged.
    pub files: usize,
    /// What new code is, where only that was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_code: Option<NewCodeExtent>,
    /// Every rule, in the order of [`rules::all`](crate::rules::all).
    pub rules: Vec<RuleReport>,
    /// What the rules found, sorted by path, place, rule and message.
    pub findings: Vec<Finding>,
    /// Findings on copies of code that are not listed: others name their lines, or there are too many. They fail nothing.
    #[serde(skip)]
    pub unlisted: Vec<Finding>,
    /// What the rules found and a comment in the code allows, sorted the same way.
    pub suppressed: Vec<Suppressed>,
    /// What the baseline accepts, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineReport>,
    /// Files that were not, or only partly, measured, sorted by path.
    pub not_measured: Vec<Unmeasured>,
}

/// What one rule did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Rule")]
pub struct RuleReport {
    /// The rule.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The level of its findings, none when it is off.
    pub level: Option<Level>,
    /// Its answer.
    pub status: Status,
    /// Why it was not measured, or what switched it off.
    pub why: Option<String>,
    /// How many things it looked at.
    pub checked: usize,
    /// What they are, in the plural.
    pub unit: &'static str,
    /// How many findings it has.
    pub findings: usize,
    /// How many more a comment allows.
    pub suppressed: usize,
    /// How many more the baseline accepts.
    #[serde(skip_serializing_if = "is_zero")]
    pub accepted: usize,
}

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How serious it is.
    pub level: Level,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The file.
    pub path: RepoPath,
    /// Where in the file; none when it concerns the file as a whole.
    pub location: Option<Location>,
    /// Qualified name of the function or other definition it concerns.
    pub function: Option<String>,
    /// The figure that was measured. Findings that only a share of the whole makes have none.
    pub value: Option<f64>,
    /// The figure it was compared with.
    pub limit: Option<f64>,
    /// The figure at the base or in the baseline, where it is worse now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<f64>,
    /// The first new line of its place, where only new code was judged and the place has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_new_line: Option<u32>,
    /// 32 hexadecimal digits that stay the same when lines shift and when the figure changes: the hash of rule, path,
    /// symbol and what was found; of a definition without a name also of its text. Equal ones in one file are numbered in order.
    pub fingerprint: String,
    /// The same without the path and the number: what a finding keeps when its file is renamed.
    #[serde(skip)]
    pub fingerprint_anywhere: String,
    /// What it is on, where that are copies of code.
    #[serde(skip)]
    pub copies: Option<Copies>,
    /// Larger findings on copies name (nearly) all of its lines.
    #[serde(skip)]
    pub is_covered: bool,
    /// What to do about it.
    pub help: String,
}

/// A place in a file. Lines and columns count from 1, columns in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Location {
    /// First line.
    pub line: u32,
    /// Column of the start in the first line.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
}

/// A finding that a comment in the code allows.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// The reason given.
    pub reason: String,
    /// Line of the comment.
    pub line: u32,
}

/// A file that was not, or only partly, measured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unmeasured {
    /// The file.
    pub path: RepoPath,
    /// Why.
    pub why: String,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What a report on new code says about its extent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NewCodeExtent {
    /// How the user named the base.
    pub since: String,
    /// The commit that the tree was compared with; none if there was none, so that everything is new.
    pub base: Option<String>,
    /// The commit that was judged, or that the judged tree is based on.
    pub head: Option<String>,
    /// Files that differ.
    pub files: usize,
    /// New lines that are not blank.
    pub lines: usize,
    /// Findings that are not new.
    pub older_findings: usize,
    /// The paths at the base of files that were renamed.
    #[serde(skip)]
    pub old_paths: BTreeMap<RepoPath, RepoPath>,
}

impl NewCodeExtent {
    /// For a person, e.g. `New code since main (1a2b3c4): 12 lines in 2 files; 3 older findings are not judged.`
    pub fn sentence(&self) -> String {
        let count = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        let base = match &self.base {
            Some(base) => format!("since {} ({})", self.since, &base[..7.min(base.len())]),
            None => format!("since {} (there is no commit before, so all of it)", self.since),
        };
        format!(
            "New code {base}: {} in {}; {} not judged.",
            count(self.lines, "line", "lines"),
            count(self.files, "file", "files"),
            match self.older_findings {
                0 => "no older finding was".to_owned(),
                1 => "1 older finding was".to_owned(),
                many => format!("{many} older findings were"),
            }
        )
    }
}
