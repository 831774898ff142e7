use super::private_paths::PrivatePaths;
use crate::guard::guarded;
use crate::metrics::Metrics;
use crate::state::{Commit, NewCode, RECENT_COMMITS, RecentCommit, Snapshot, TDG_FUNCTIONS};
use facts::history::History;
use facts::model::RepoPath;
use facts::source::{self, Base, CommitId, ExcludeRules, GitContext, SkipReason, Which};
use facts::{MeasureOptions, Measured, Progress, RepoFacts, Sections};
use gates::baseline::Baseline;
use gates::{CONFIG_FILE, Config, GateReport};
use pmat::complexity::{self, ComplexityOptions, ComplexityReport};
use pmat::dead_code::{self, DeadCodeOptions, DeadCodeReport};

use pmat::hotspots::{self, HotspotOptions};
use pmat::overview::{self, OverviewOptions};
use pmat::satd::{self, SatdOptions};
use pmat::tdg::{self, TdgInputs, TdgOptions, TdgReport};
use project::{HistoryAsked, JudgeOptions, OpenOptions, Project};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use trueno_graph::code::{self, CodeGraph};
use trueno_graph::report::{self, GraphReport};
use trueno_graph::view::{Filter, Level};

/// Uses of less confidence are no edges of the graph, as in `pmat analyze graph`.
const MIN_CONFIDENCE: f32 = 0.5;

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

/// The commit that HEAD points to, read anew from the disk.
///
/// # Errors
/// Why there is none, without any path of this machine.
pub fn head(path: &Path) -> Result<Head, String> {
    let hidden = |text: String| PrivatePaths::around(path).hidden(&text);
    if !path.exists() {
        return Err("its folder is gone".to_owned());
    }
    let git = GitContext::discover(path).map_err(|error| hidden(error.to_string()))?;
    // One further up would be another repository, which nobody asked to be served.
    let git = git.filter(|git| same_folder(git.work_dir().unwrap_or(git.git_dir()), path));
    let git = git.ok_or_else(|| "it is no Git repository any more".to_owned())?;
    let commit = git.head().map_err(|error| hidden(error.to_string()))?;
    let commit = commit.ok_or_else(|| "it has no commit".to_owned())?;
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
    /// Where it lies.
    pub path: &'a Path,
    /// Where it is counted what broke down.
    pub metrics: &'a Metrics,
    /// Told how far measuring files has come.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Given snapshots in which what takes long is still missing.
    pub early: &'a (dyn Fn(&Snapshot) + Sync),
    /// Asked now and then; true ends the run.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

/// Measures a commit. What follows from the commit alone is taken from the cache where it is known, and stored there.
///
/// # Errors
/// Why it could not be measured, without any path of this machine.
pub fn measure(run: &MeasureRun<'_>, head: &Head) -> Result<Snapshot, String> {
    let private = PrivatePaths::around(run.path);
    let hidden = |text: String| private.hidden(&text);
    let which = Which::Revision(head.commit.to_string());
    let options = OpenOptions { which: Some(which), ..OpenOptions::new(run.path) };
    let project = Project::open(&options).map_err(|error| hidden(error.to_string()))?;
    let private = private.clone().and_of(&project);
    let work = Work { run, project: &project, private: &private };
    work.snapshot(head).map_err(|why| private.hidden(&why))
}

/// The bytes of a file as the commit has it.
///
/// # Errors
/// Why they cannot be read any more, without any path of this machine.
pub fn source_text(path: &Path, snapshot: &Snapshot, file: &RepoPath) -> Result<Vec<u8>, String> {
    let record = snapshot.file(file).ok_or_else(|| format!("{file} was not measured"))?;
    let which = Which::Revision(snapshot.commit.id.to_string());
    let read = source::open(path, &which, &ExcludeRules::none()).and_then(|tree| tree.read(&record.entry));
    read.map_err(|error| PrivatePaths::around(path).hidden(&error.to_string()))
}

/// Facts with symbols and comments, and the code graph made from them.
struct Graphed {
    facts: RepoFacts,
    graph: CodeGraph,
}

struct Work<'a> {
    run: &'a MeasureRun<'a>,
    project: &'a Project,
    private: &'a PrivatePaths,
}

impl Work<'_> {
    /// Everything about a commit. What takes long is missing in the snapshots that are shown early: first all but what follows
    /// from each file by itself, then dead code. An analysis that breaks down costs what it would have told, and no more.
    fn snapshot(&self, head: &Head) -> Result<Snapshot, String> {
        let baseline = self.project.configured_baseline().map_err(|error| error.to_string())?;
        let mut snapshot = self.first(head)?;
        self.show_early(&snapshot)?;
        let facts = Arc::clone(&snapshot.facts);
        self.judge(&mut snapshot, head, baseline.as_ref())?;
        snapshot.tdg = self.shown(self.timed("grades", || self.tdg(&facts)));
        self.unless_cancelled()?;
        let clones = self.timed("clones", || self.clones(&facts));
        snapshot.exact_lines = clones.as_ref().ok().map(|duplication| duplication.exact);
        snapshot.clones = self.shown(clones.map(|duplication| duplication.clones));
        self.unless_cancelled()?;
        let history = self.timed("history", || self.history());
        let hotspots = history.as_ref().map_err(Clone::clone).and_then(|history| {
            self.timed("hotspots", || hotspots::analyze(&facts, history, &HotspotOptions::default()))
        });
        snapshot.hotspots = self.shown(hotspots);
        snapshot.recent = self.shown(history.map(|history| recent(&history)));
        let graphed = self.timed("the graph", || self.graphed());
        self.unless_cancelled()?;
        let graph = graphed.as_ref().map_err(Clone::clone);
        snapshot.graph =
            self.shown(graph.and_then(|graphed| self.timed("the graph", || self.graph(graphed))));
        self.show_early(&snapshot)?;
        let dead_code = graphed.and_then(|graphed| self.timed("dead code", || self.dead_code(&graphed)));
        self.unless_cancelled()?;
        snapshot.dead_code = self.shown(dead_code);
        snapshot.complete = true;
        Ok(snapshot)
    }

    /// What follows from each file by itself.
    fn first(&self, head: &Head) -> Result<Snapshot, String> {
        let project = self.project;
        let facts = self.timed("facts", || self.facts(Sections::default()))?;
        let with_comments =
            self.timed("facts", || self.facts(OverviewOptions::SECTIONS.or(SatdOptions::SECTIONS)))?;
        let options = OverviewOptions { functions: OVERVIEW_FUNCTIONS };
        let debt = || Ok(satd::analyze(&with_comments, &SatdOptions::default()));
        let overview = || Ok(overview::analyze(project.tree.as_ref(), &with_comments, &options));
        Ok(Snapshot {
            slug: self.run.slug.to_owned(),
            name: self.run.name.to_owned(),
            commit: self.commit(head)?,
            config: project.config.clone(),
            has_own_config: self.has_own_config(),
            complexity: self.timed("complexity", || Ok(complexity(&facts, &project.config)))?,
            overview: self.timed("the overview", overview)?,
            satd: self.shown(self.timed("debt", debt)),
            tdg: Measured::missing(Snapshot::PENDING),
            clones: Measured::missing(Snapshot::PENDING),
            exact_lines: None,
            graph: Measured::missing(Snapshot::PENDING),
            dead_code: Measured::missing(Snapshot::PENDING),
            hotspots: Measured::missing(Snapshot::PENDING),
            gate: Measured::missing(Snapshot::PENDING),
            new_code: Measured::missing(Snapshot::PENDING),
            recent: Measured::missing(Snapshot::PENDING),
            complete: false,
            facts: Arc::new(facts),
        })
    }

    /// Shows what there is, unless nobody wants any of it any more.
    fn show_early(&self, snapshot: &Snapshot) -> Result<(), String> {
        self.unless_cancelled()?;
        (self.run.early)(snapshot);
        Ok(())
    }

    /// The gate's answers on all code and on new code.
    fn judge(&self, snapshot: &mut Snapshot, head: &Head, baseline: Option<&Baseline>) -> Result<(), String> {
        let facts = self.timed("facts", || self.facts(gates::sections(&self.project.config)));
        self.unless_cancelled()?;
        let facts = facts.as_ref().map_err(Clone::clone);
        let judge = JudgeOptions { since: None, baseline };
        let gate = facts.clone().and_then(|facts| self.timed("the gate", || Ok(self.gate(facts, &judge))));
        snapshot.gate = self.shown(gate);
        let new_code =
            facts.and_then(|facts| self.timed("new code", || self.new_code(head, facts, baseline)));
        snapshot.new_code = self.shown(new_code);
        Ok(())
    }

    /// Does it, and tells the log how long it took. What breaks down is an error that names it.
    fn timed<T>(&self, what: &str, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let started = Instant::now();
        let result = guarded(self.run.metrics, what, work);
        let seconds = started.elapsed().as_secs_f64();
        tracing::debug!(repository = self.run.slug, step = what, seconds, "step");
        result
    }

    /// A result, or the reason without paths of this machine.
    fn shown<T>(&self, result: Result<T, String>) -> Measured<T> {
        match result {
            Ok(value) => Measured::Value(value),
            Err(why) => Measured::Missing(self.private.hidden(&why)),
        }
    }

    fn unless_cancelled(&self) -> Result<(), String> {
        if (self.run.cancelled)() { Err("measuring it was cancelled".to_owned()) } else { Ok(()) }
    }

    fn facts(&self, sections: Sections) -> Result<RepoFacts, String> {
        let options = MeasureOptions {
            sections,
            progress: Some(self.run.progress),
            cancelled: Some(self.run.cancelled),
            ..MeasureOptions::default()
        };
        let mut facts = self.project.measure(&options).map_err(|error| error.to_string())?;
        for skipped in &mut facts.skipped {
            if let SkipReason::Unreadable(why) = &mut skipped.reason {
                *why = self.private.hidden(why);
            }
        }
        facts.cache_trouble = facts.cache_trouble.map(|trouble| {
            tracing::warn!(repository = self.run.slug, "{trouble}");
            self.private.hidden(&trouble)
        });
        Ok(facts)
    }

    fn commit(&self, head: &Head) -> Result<Commit, String> {
        let git = self.project.git.as_ref().ok_or("it is no Git repository")?;
        let id = head.commit.to_string();
        let time = git.commit_time(&id).map_err(|error| error.to_string())?;
        let message = git.commit_message(&id).map_err(|error| error.to_string())?;
        let summary = message.lines().next().unwrap_or_default().to_owned();
        let shallow = git.is_shallow();
        Ok(Commit { id: head.commit, branch: head.branch.clone(), time, summary, shallow })
    }

    fn has_own_config(&self) -> bool {
        let listing = self.project.tree.listing();
        listing.is_ok_and(|listing| {
            let own = |path: &RepoPath| path.as_bytes() == CONFIG_FILE.as_bytes();
            listing.entries.iter().any(|entry| own(&entry.path))
        })
    }

    fn tdg(&self, facts: &RepoFacts) -> Result<TdgReport, String> {
        let inputs = self.project.remembered(tdg::INPUTS, facts, || -> Result<TdgInputs, String> {
            let full = self.facts(tdg::SECTIONS)?;
            Ok(TdgInputs::measure(self.project.tree.as_ref(), &full))
        })?;
        let options = TdgOptions { top_files: None, top_functions: Some(TDG_FUNCTIONS) };
        Ok(tdg::score(facts, &inputs).report(&options))
    }

    fn gate(&self, facts: &RepoFacts, options: &JudgeOptions<'_>) -> GateReport {
        let mut gate = self.project.judge(facts, options);
        for rule in &mut gate.rules {
            rule.why = rule.why.as_deref().map(|why| self.private.hidden(why));
        }
        for file in &mut gate.not_measured {
            file.why = self.private.hidden(&file.why);
        }
        gate
    }

    /// What the branch changed since it left the default branch; where there is no such thing, what the last commit changed.
    fn new_code(
        &self,
        head: &Head,
        facts: &RepoFacts,
        baseline: Option<&Baseline>,
    ) -> Result<NewCode, String> {
        let git = self.project.git.as_ref().ok_or("it is no Git repository")?;
        let tip = head.commit.to_string();
        let base = |base: &Base| git.base(base, &tip).map_err(|error| error.to_string());
        let left = base(&Base::DefaultBranch)?;
        let (commit, base_is) = match left.filter(|left| *left != head.commit) {
            Some(left) => (Some(left), "where it left the default branch"),
            None => (base(&Base::Revision(format!("{tip}^")))?, "the commit before"),
        };
        let commit = commit.ok_or("there is no commit before")?;
        let options = MeasureOptions {
            sections: gates::sections(&self.project.config),
            cancelled: Some(self.run.cancelled),
            ..MeasureOptions::default()
        };
        let since =
            self.project.since_commit(Some(commit), base_is, &options).map_err(|error| error.to_string())?;
        let gate = self.gate(facts, &JudgeOptions { since: Some(&since), baseline });
        Ok(NewCode { base: commit, base_is: base_is.to_owned(), gate })
    }

    fn clones(&self, facts: &RepoFacts) -> Result<gates::Duplication, String> {
        gates::duplication(self.project.tree.as_ref(), facts, &self.project.config, self.project)
    }

    fn graphed(&self) -> Result<Graphed, String> {
        let facts = self.facts(code::SECTIONS.or(DeadCodeOptions::SECTIONS))?;
        let graph = code::build(self.project.tree.as_ref(), &facts);
        Ok(Graphed { facts, graph })
    }

    fn dead_code(&self, Graphed { facts, graph }: &Graphed) -> Result<DeadCodeReport, String> {
        let (tree, options) = (self.project.tree.as_ref(), DeadCodeOptions::default());
        let found = dead_code::analyze_unless(tree, facts, graph, &options, self.run.cancelled);
        found.ok_or_else(|| "measuring it was cancelled".to_owned())
    }

    fn graph(&self, Graphed { facts, graph }: &Graphed) -> Result<GraphReport, String> {
        let cycles = gates::import_cycles(facts, graph, &self.project.config);
        let options = report::Options {
            filter: Filter { level: Level::File, kinds: Vec::new(), min_confidence: MIN_CONFIDENCE },
            rows: None,
            drawn: None,
            focus: None,
            between: None,
            cycles_only: false,
            communities: true,
        };
        report::analyze(facts, graph, &cycles, &options)
            .map_err(|unclear| format!("{} is unclear", unclear.name))
    }

    fn history(&self) -> Result<History, String> {
        self.project.history(&HistoryAsked::default(), None, Some(self.run.cancelled))
    }
}

fn complexity(facts: &RepoFacts, config: &Config) -> ComplexityReport {
    let limit = |rule| u32::try_from(config.rule(rule).integer("max")).unwrap_or(u32::MAX);
    let options = ComplexityOptions {
        max_cyclomatic: Some(limit("cyclomatic-complexity")),
        max_cognitive: Some(limit("cognitive-complexity")),
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
