use super::private_paths::PrivatePaths;
use crate::failure::Failure;
use crate::guard::guarded;
use crate::metrics::Metrics;
use crate::state::{Commit, NewCode, RECENT_COMMITS, RecentCommit, Snapshot, TDG_FUNCTIONS};
use abilities::{Ability, DeadCode, Graph, Hotspots, Satd, Session, Tdg, Watch};
use facts::history::History;
use facts::model::RepoPath;
use facts::source::{self, Base, CommitId, ExcludeRules, GitContext, SourceError, Which};
use facts::{MeasureOptions, Measured, Progress, RepoFacts, Sections};
use gates::baseline::Baseline;
use gates::{CONFIG_FILE, Config, Duplication, GateReport};
use pmat::complexity::{self, ComplexityOptions, ComplexityReport};
use pmat::dead_code::DeadCodeOptions;
use pmat::overview::{self, OverviewOptions};
use pmat::satd::SatdOptions;
use project::{HistoryAsked, JudgeOptions, OpenOptions, Project, ProjectError};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use trueno_graph::code;

/// Functions listed in the overview, as in `batuta analyze --format json`.
const OVERVIEW_FUNCTIONS: usize = 25;

/// Where HEAD of a repository points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit.
    pub commit: CommitId,
    /// The branch, unless HEAD is detached.
    pub branch: Option<String>,
}

/// The commit that HEAD points to, read again from the disk.
///
/// # Errors
/// Why there is none, without any path of this machine.
pub fn head(path: &Path) -> Result<Head, Failure> {
    let hidden = |error: SourceError| Failure::Told(PrivatePaths::around(path).hidden(&error.to_string()));
    if !path.exists() {
        return Err(Failure::Gone);
    }
    let git = GitContext::discover(path).map_err(hidden)?;
    // A repository further up would be another one, which is not to be served.
    let git = git.filter(|git| same_folder(git.work_dir().unwrap_or(git.git_dir()), path));
    let git = git.ok_or(Failure::NoRepository)?;
    let commit = git.head().map_err(hidden)?.ok_or(Failure::NoCommit)?;
    Ok(Head { commit, branch: git.current_branch() })
}

fn same_folder(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().is_some_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

/// How a snapshot is made.
pub struct MeasureRun<'a> {
    /// The repository's name in addresses.
    pub slug: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// Where it is.
    pub path: &'a Path,
    /// Counts panics.
    pub metrics: &'a Metrics,
    /// Called with the progress of measuring files.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Called with early snapshots, which lack the slow figures.
    pub early: &'a (dyn Fn(&Snapshot) + Sync),
    /// Called regularly; true ends the run.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

/// The caller that waits for a snapshot.
struct Waiting<'a>(&'a MeasureRun<'a>);

impl Watch for Waiting<'_> {
    fn measuring(&self, progress: Progress) {
        (self.0.progress)(progress);
    }

    fn remark(&self, text: &str) {
        tracing::warn!(repository = self.0.slug, "{text}");
    }

    fn cancelled(&self) -> bool {
        (self.0.cancelled)()
    }
}

/// Measures a commit. Results that depend only on the commit are taken from the cache if it has them, and stored there.
///
/// # Errors
/// Why it could not be measured, without any path of this machine.
pub fn measure(run: &MeasureRun<'_>, head: &Head) -> Result<Snapshot, Failure> {
    let (session, private) = session(run.path, head.commit)?;
    let work = Work { run, session: &session, private: &private, watch: &Waiting(run) };
    work.snapshot(head).map_err(|why| why.shown(|why| private.hidden(why)))
}

/// A session on a commit that hides the paths of this machine, and these paths.
///
/// # Errors
/// The commit cannot be opened, or its configuration is wrong.
pub fn session(path: &Path, commit: CommitId) -> Result<(Session, PrivatePaths), Failure> {
    let private = PrivatePaths::around(path);
    let options = OpenOptions { which: Some(Which::Revision(commit.to_string())), ..OpenOptions::new(path) };
    let project =
        Project::open(&options).map_err(|error| Failure::Told(private.hidden(&error.to_string())))?;
    let private = private.and_of(&project);
    let shown = private.clone();
    Ok((Session::new(project).showing(move |text| shown.hidden(text)), private))
}

/// The bytes of a file as the commit has it.
///
/// # Errors
/// Why they cannot be read any more, without any path of this machine.
pub fn source_text(path: &Path, snapshot: &Snapshot, file: &RepoPath) -> Result<Vec<u8>, Failure> {
    let record = snapshot.file(file).ok_or_else(|| Failure::NotMeasured(file.clone()))?;
    let which = Which::Revision(snapshot.commit.id.to_string());
    let read = source::open(path, &which, &ExcludeRules::none()).and_then(|tree| tree.read(&record.entry));
    read.map_err(|error| Failure::Told(PrivatePaths::around(path).hidden(&error.to_string())))
}

struct Work<'a> {
    run: &'a MeasureRun<'a>,
    session: &'a Session,
    private: &'a PrivatePaths,
    watch: &'a Waiting<'a>,
}

impl Work<'_> {
    /// Everything about a commit, by one session: facts, graph, copies and history are computed once for all figures,
    /// and bulky data is dropped as soon as no figure needs it. Early snapshots lack the slow figures: the first has
    /// only those that follow from each file by itself, the next lacks dead code. An analysis that fails costs only its
    /// own figures.
    fn snapshot(&self, head: &Head) -> Result<Snapshot, Failure> {
        let baseline = self.session.configured_baseline().map_err(Failure::told)?;
        let mut snapshot = self.first(head)?;
        self.show_early(&snapshot)?;
        let facts = Arc::clone(&snapshot.facts);
        // The figures that need tokens come first, so that tokens stay in memory only that long.
        let asked = Tdg { top_files: None, top_functions: Some(TDG_FUNCTIONS) };
        snapshot.tdg = self.shown(self.timed("grades", || self.ask(&asked)));
        self.unless_cancelled()?;
        let duplication = self.timed("clones", || self.told(self.session.duplication(&facts, self.watch)));
        self.unless_cancelled()?;
        self.session.keep_only(self.sections());
        self.judge(&mut snapshot, head, baseline.as_ref())?;
        self.session.forget_duplication();
        let duplication = duplication.map(Arc::unwrap_or_clone);
        snapshot.exact_lines = duplication.as_ref().ok().map(|Duplication { exact, .. }| *exact);
        snapshot.clones = self.shown(duplication.map(|Duplication { clones, .. }| clones));
        self.unless_cancelled()?;
        let history = self.timed("history", || {
            self.session.history_of(&HistoryAsked::default(), self.watch).map_err(Failure::reasons)
        });
        snapshot.hotspots = self.shown(history.as_ref().map_err(Clone::clone).and_then(|_| {
            let asked = Hotspots::default();
            self.timed("hotspots", || asked.answer(self.session, self.watch).map_err(Failure::reasons))
        }));
        snapshot.recent = self.shown(history.map(|history| recent(&history)));
        self.session.forget_history();
        self.unless_cancelled()?;
        let asked = Graph { communities: true, ..Graph::default() };
        snapshot.graph = self.shown(self.timed("the graph", || self.ask(&asked)));
        self.show_early(&snapshot)?;
        snapshot.dead_code = self.shown(self.timed("dead code", || self.ask(&DeadCode::default())));
        self.unless_cancelled()?;
        snapshot.complete = true;
        Ok(snapshot)
    }

    /// The sections of the facts that figures need, except tokens: they are needed only if copies and grades are not
    /// cached.
    fn sections(&self) -> Sections {
        let of_figures = OverviewOptions::SECTIONS.or(SatdOptions::SECTIONS).or(DeadCodeOptions::SECTIONS);
        of_figures.or(code::SECTIONS).or(gates::sections(&self.session.config))
    }

    /// The figures that follow from each file by itself.
    fn first(&self, head: &Head) -> Result<Snapshot, Failure> {
        let session = self.session;
        // Data that the snapshot keeps is loaded separately: next to data that is dropped later, memory would fragment.
        let facts = self.timed("facts", || self.told(session.facts(Sections::default(), self.watch)))?;
        let full = self.timed("facts", || self.told(session.facts(self.sections(), self.watch)))?;
        let options = OverviewOptions { functions: OVERVIEW_FUNCTIONS };
        let overview = || Ok(overview::analyze(session.tree.as_ref(), &full, &options));
        Ok(Snapshot {
            slug: self.run.slug.to_owned(),
            name: self.run.name.to_owned(),
            commit: self.commit(head)?,
            config: session.config.clone(),
            has_own_config: self.has_own_config(),
            complexity: self.timed("complexity", || Ok(complexity(&facts, &session.config)))?,
            overview: self.timed("the overview", overview)?,
            satd: self.shown(self.timed("debt", || self.ask(&Satd::default()))),
            tdg: Measured::pending(Snapshot::PENDING),
            clones: Measured::pending(Snapshot::PENDING),
            exact_lines: None,
            graph: Measured::pending(Snapshot::PENDING),
            dead_code: Measured::pending(Snapshot::PENDING),
            hotspots: Measured::pending(Snapshot::PENDING),
            gate: Measured::pending(Snapshot::PENDING),
            new_code: Measured::pending(Snapshot::PENDING),
            recent: Measured::pending(Snapshot::PENDING),
            complete: false,
            facts,
        })
    }

    /// Shows the figures so far, unless the run was cancelled.
    fn show_early(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        self.unless_cancelled()?;
        (self.run.early)(snapshot);
        Ok(())
    }

    /// The gate's answers on all code and on new code.
    fn judge(
        &self,
        snapshot: &mut Snapshot,
        head: &Head,
        baseline: Option<&Baseline>,
    ) -> Result<(), Failure> {
        let sections = gates::sections(&self.session.config);
        let facts = self.timed("facts", || self.told(self.session.facts(sections, self.watch)));
        self.unless_cancelled()?;
        let facts = facts.as_ref().map_err(Clone::clone);
        let judge = JudgeOptions { since: None, baseline };
        let gate = facts.clone().and_then(|facts| self.timed("the gate", || Ok(self.gate(facts, &judge))));
        self.unless_cancelled()?;
        snapshot.gate = self.shown(gate);
        let new_code =
            facts.and_then(|facts| self.timed("new code", || self.new_code(head, facts, baseline)));
        self.unless_cancelled()?;
        snapshot.new_code = self.shown(new_code);
        Ok(())
    }

    /// Runs `work` and logs how long it took. A panic becomes an error that names the work.
    fn timed<T>(&self, what: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let started = Instant::now();
        let result = guarded(self.run.metrics, what, work);
        let seconds = started.elapsed().as_secs_f64();
        tracing::debug!(repository = self.run.slug, step = what, seconds, "step");
        result
    }

    /// A result, or the reason without paths of this machine.
    fn shown<T>(&self, result: Result<T, Failure>) -> Measured<T> {
        match result {
            Ok(value) => Measured::Value(value),
            Err(why) => Measured::failed(self.private.hidden(&why.to_string())),
        }
    }

    fn unless_cancelled(&self) -> Result<(), Failure> {
        if self.watch.cancelled() { Err(Failure::Cancelled) } else { Ok(()) }
    }

    /// Asks the session a question.
    fn ask<A: Ability>(&self, question: &A) -> Result<A::Report, Failure> {
        self.told(question.answer(self.session, self.watch))
    }

    fn told<T>(&self, result: Result<T, ProjectError>) -> Result<T, Failure> {
        result.map_err(Failure::told)
    }

    fn commit(&self, head: &Head) -> Result<Commit, Failure> {
        let git = self.session.git.as_ref().ok_or(Failure::NoRepository)?;
        let id = head.commit.to_string();
        let time = git.commit_time(&id).map_err(Failure::told)?;
        let message = git.commit_message(&id).map_err(Failure::told)?;
        let summary = message.lines().next().unwrap_or_default().to_owned();
        let shallow = git.is_shallow();
        Ok(Commit { id: head.commit, branch: head.branch.clone(), time, summary, shallow })
    }

    fn has_own_config(&self) -> bool {
        let listing = self.session.tree.listing();
        listing.is_ok_and(|listing| {
            let own = |path: &RepoPath| path.as_bytes() == CONFIG_FILE.as_bytes();
            listing.entries.iter().any(|entry| own(&entry.path))
        })
    }

    fn gate(&self, facts: &RepoFacts, options: &JudgeOptions<'_>) -> GateReport {
        let mut gate = self.session.judged(&self.session.config, facts, options, self.watch);
        for rule in &mut gate.rules {
            rule.why = rule.why.as_deref().map(|why| self.private.hidden(why));
        }
        for file in &mut gate.not_measured {
            file.why = self.private.hidden(&file.why);
        }
        gate
    }

    /// What the branch changed since it left the default branch; without a default branch, what the last commit
    /// changed.
    fn new_code(
        &self,
        head: &Head,
        facts: &RepoFacts,
        baseline: Option<&Baseline>,
    ) -> Result<NewCode, Failure> {
        let git = self.session.git.as_ref().ok_or(Failure::NoRepository)?;
        let tip = head.commit.to_string();
        let base = |base: &Base| git.base(base, &tip).map_err(Failure::told);
        let left = base(&Base::DefaultBranch)?;
        let (commit, base_is) = match left.filter(|left| *left != head.commit) {
            Some(left) => (Some(left), "where it left the default branch"),
            None => (base(&Base::Revision(format!("{tip}^")))?, "the commit before"),
        };
        let commit = commit.ok_or(Failure::NoCommitBefore)?;
        let options = MeasureOptions {
            sections: gates::sections(&self.session.config),
            cancelled: Some(self.run.cancelled),
            ..MeasureOptions::default()
        };
        let since = self.session.since_commit(Some(commit), base_is, &options).map_err(Failure::told)?;
        let gate = self.gate(facts, &JudgeOptions { since: Some(&since), baseline });
        Ok(NewCode { base: commit, base_is: base_is.to_owned(), gate })
    }
}

fn complexity(facts: &RepoFacts, config: &Config) -> ComplexityReport {
    let limits = gates::complexity_limits(config);
    let options = ComplexityOptions {
        max_cyclomatic: Some(limits.cyclomatic),
        max_cognitive: Some(limits.cognitive),
        top_files: Some(0),
        top_functions: Some(0),
    };
    complexity::analyze(facts, &options)
}

fn recent(history: &History) -> Vec<RecentCommit> {
    let row = |commit: &facts::history::Commit| RecentCommit {
        id: commit.id,
        author: history.person(commit.author).name.clone(),
        time: commit.commit_time,
        summary: commit.summary.clone(),
        files: commit.changes.len(),
    };
    history.commits.iter().take(RECENT_COMMITS).map(row).collect()
}
