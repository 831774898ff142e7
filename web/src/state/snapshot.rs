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

/// Everything that is shown about one commit of one repository. It never changes, so that all figures of an answer belong to
/// one commit. What is not known yet is missing, and another snapshot of the same commit follows.
#[derive(Clone)]
pub struct Snapshot {
    /// The repository's name in addresses.
    pub slug: String,
    /// The repository's name for people: the last part of its folder.
    pub name: String,
    /// What was measured.
    pub commit: Commit,
    /// The configuration in force: the batuta.toml of that very commit, else the defaults.
    pub config: Config,
    /// True if that commit has a batuta.toml of its own.
    pub has_own_config: bool,
    /// Facts per file, without the bulky sections; files sorted by path.
    pub facts: Arc<RepoFacts>,
    /// The overview of `batuta analyze`.
    pub overview: Overview,
    /// The totals and violations of `pmat analyze complexity`, by the gate's limits. Its lists of functions and files are
    /// empty: `pmat::complexity::FunctionComplexity::of` makes a row from [`Snapshot::facts`] where one is shown.
    pub complexity: ComplexityReport,
    /// Debt that comments admit, as `pmat analyze satd` lists it.
    pub satd: Measured<SatdReport>,
    /// Grades of the repository, folders and files, as `pmat tdg` shows them; of functions only the worst
    /// [`TDG_FUNCTIONS`].
    pub tdg: Measured<TdgReport>,
    /// Duplicated code, as `pmat analyze duplicates` finds it by default. Members name files by their index in
    /// [`Snapshot::facts`].
    pub clones: Measured<Clones>,
    /// The lines that exact copies alone duplicate; none if clones are missing.
    pub exact_lines: Option<LineShare>,
    /// The graph of files, as `pmat analyze graph` shows it.
    pub graph: Measured<GraphReport>,
    /// Dead code, as `pmat analyze dead-code` finds it.
    pub dead_code: Measured<DeadCodeReport>,
    /// Hotspots, coupling, owners and truck factor, as `pmat analyze hotspots` shows them.
    pub hotspots: Measured<HotspotReport>,
    /// The gate's answer on all code, as `pmat quality-gate` gives it.
    pub gate: Measured<GateReport>,
    /// The gate's answer on what the branch changed since it left the default branch; on that branch itself, on what the last
    /// commit changed.
    pub new_code: Measured<NewCode>,
    /// The newest commits, newest first, at most [`RECENT_COMMITS`].
    pub recent: Measured<Vec<RecentCommit>>,
    /// Nothing is missing only because it is still being measured.
    pub complete: bool,
}

/// Functions whose grade is kept.
pub const TDG_FUNCTIONS: usize = 200;
/// Commits that are listed.
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

/// The gate on new code.
#[derive(Clone)]
pub struct NewCode {
    /// The commit since which code counts as new.
    pub base: CommitId,
    /// How the base was found, e.g. `merge base with main`.
    pub base_is: String,
    /// The answer.
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
    /// Why a figure is missing that follows later.
    pub const PENDING: &str = "it is being measured";

    /// The same when nothing follows any more: what is pending is missing for that reason.
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

    /// The gate's verdict on all code; none as long as it has not judged.
    pub fn verdict(&self) -> Option<Verdict> {
        self.gate.value().map(|gate| gate.verdict)
    }

    /// What the gate found in all code, sorted by path; nothing as long as it has not judged.
    pub fn findings(&self) -> &[Finding] {
        self.gate.value().map_or(&[], |gate| &gate.findings)
    }

    /// The grades of files; nothing as long as they are not graded.
    pub fn file_scores(&self) -> &[FileScore] {
        self.tdg.value().map_or(&[], |tdg| &tdg.files)
    }
}
