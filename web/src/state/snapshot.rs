use clones::{Clones, LineShare};
use facts::model::RepoPath;
use facts::repo::FileRecord;
use facts::source::CommitId;
use facts::{Measured, Missing, RepoFacts};
use gates::{Config, Finding, GateReport, Verdict};
use pmat::complexity::ComplexityReport;
use pmat::dead_code::DeadCodeReport;
use pmat::hotspots::HotspotReport;
use pmat::overview::Overview;
use pmat::satd::SatdReport;
use pmat::tdg::{FileScore, TdgReport};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use trueno_graph::report::GraphReport;

/// Everything shown about one commit of one repository. A snapshot never changes, so all figures of an answer belong to
/// one commit. Unknown figures are missing until a later snapshot of the same commit has them.
#[derive(Clone)]
pub struct Snapshot {
    /// The name used in addresses.
    pub slug: String,
    /// The name shown to people: the last part of the repository's path.
    pub name: String,
    /// The commit that was measured.
    pub commit: Commit,
    /// The configuration in force: the batuta.toml of this commit, or the defaults.
    pub config: Config,
    /// True if this commit has its own batuta.toml.
    pub has_own_config: bool,
    /// Facts per file, without the bulky sections; files sorted by path.
    pub facts: Arc<RepoFacts>,
    /// The overview of `batuta analyze`.
    pub overview: Overview,
    /// The totals and violations of `pmat analyze complexity`, with the gate's limits. The lists of functions and files
    /// are empty: to show a row, make it from [`Snapshot::facts`] with `pmat::complexity::FunctionComplexity::of`.
    pub complexity: ComplexityReport,
    /// Self-admitted debt in comments, as `pmat analyze satd` lists it.
    pub satd: Measured<SatdReport>,
    /// Grades of the repository, its folders and files, as `pmat tdg` shows them. Of the functions only the
    /// [`TDG_FUNCTIONS`] worst ones are kept.
    pub tdg: Measured<TdgReport>,
    /// Duplicated code, as `pmat analyze duplicates` finds it by default. Members refer to files by their index in
    /// [`Snapshot::facts`].
    pub clones: Measured<Clones>,
    /// The number of lines duplicated by exact copies alone. `None` if clones are missing.
    pub exact_lines: Option<LineShare>,
    /// The graph of files, as `pmat analyze graph` shows it.
    pub graph: Measured<GraphReport>,
    /// Dead code, as `pmat analyze dead-code` finds it.
    pub dead_code: Measured<DeadCodeReport>,
    /// Hotspots, coupling, owners and truck factor, as `pmat analyze hotspots` shows them.
    pub hotspots: Measured<HotspotReport>,
    /// The gate's verdict on all code, as `pmat quality-gate` gives it.
    pub gate: Measured<GateReport>,
    /// The gate's verdict on the changes since the branch left the default branch. On the default branch itself, on the
    /// changes of the last commit.
    pub new_code: Measured<NewCode>,
    /// The newest commits, newest first, at most [`RECENT_COMMITS`].
    pub recent: Measured<Vec<RecentCommit>>,
    /// True if no figure is still being measured.
    pub complete: bool,
}

/// Functions whose grades are kept.
pub const TDG_FUNCTIONS: usize = 200;
/// Commits listed.
pub const RECENT_COMMITS: usize = 50;

/// The commit that a snapshot is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// The branch that HEAD names; none when HEAD is detached.
    pub branch: Option<String>,
    /// When it was committed, in seconds since the epoch.
    pub time: i64,
    /// The first line of its message.
    pub summary: String,
    /// The clone was cut off (`git clone --depth`): figures about the past hold for what is there.
    pub shallow: bool,
}

/// The gate's verdict on new code.
#[derive(Clone)]
pub struct NewCode {
    /// The commit since which code counts as new.
    pub base: CommitId,
    /// How the base was found, e.g. `merge base with main`.
    pub base_is: String,
    /// The verdict.
    pub gate: GateReport,
}

/// A commit as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RecentCommit {
    /// Its id.
    pub id: CommitId,
    /// Its author's name, by `.mailmap`.
    pub author: String,
    /// When it was committed, in seconds since the epoch.
    pub time: i64,
    /// The first paragraph of its message, on one line.
    pub summary: String,
    /// Files it changed.
    pub files: usize,
}

impl Snapshot {
    /// The reason for a figure that will follow later.
    pub const PENDING: &str = "it is being measured";

    /// The snapshot when no figure will follow: pending figures become missing for this reason.
    pub fn given_up(&self, why: &str) -> Snapshot {
        fn instead<T>(figure: &mut Measured<T>, why: &str) {
            if matches!(figure, Measured::Missing(Missing::Pending(_))) {
                *figure = Measured::failed(why);
            }
        }
        let mut snapshot = self.clone();
        instead(&mut snapshot.tdg, why);
        instead(&mut snapshot.clones, why);
        instead(&mut snapshot.graph, why);
        instead(&mut snapshot.dead_code, why);
        instead(&mut snapshot.hotspots, why);
        instead(&mut snapshot.gate, why);
        instead(&mut snapshot.new_code, why);
        instead(&mut snapshot.recent, why);
        snapshot.complete = true;
        snapshot
    }

    /// The facts of a file.
    pub fn file(&self, path: &RepoPath) -> Option<&FileRecord> {
        self.file_index(path).map(|index| &self.facts.files[index])
    }

    /// The index of a file in the facts.
    pub fn file_index(&self, path: &RepoPath) -> Option<usize> {
        self.facts.files.binary_search_by(|file| file.path().cmp(path)).ok()
    }

    /// The gate's verdict on all code. `None` until the gate has run.
    pub fn verdict(&self) -> Option<Verdict> {
        self.gate.value().map(|gate| gate.verdict)
    }

    /// The gate's findings in all code, sorted by path. Empty until the gate has run.
    pub fn findings(&self) -> &[Finding] {
        self.gate.value().map_or(&[], |gate| &gate.findings)
    }

    /// The grades of files. Empty until they are graded.
    pub fn file_scores(&self) -> &[FileScore] {
        self.tdg.value().map_or(&[], |tdg| &tdg.files)
    }
}
