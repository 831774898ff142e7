use crate::Watch;
use crate::watch::stoppable;
use crate::witness::Witness;
use facts::history::History;
use facts::source::SkipReason;
use facts::{MeasureOptions, Progress, RepoFacts, Sections};
use gates::{Config, Duplication, GateReport, TreeResults};
use pmat::dead_code::{DeadCodeOptions, DeadCodeReport};
use pmat::score::Measurements;
use pmat::tdg::TdgInputs;
use project::{HistoryAsked, HistoryError, JudgeOptions, Project, ProjectError};
use std::fmt::Display;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trueno_graph::code::{self, CodeGraph};

/// Histories that are kept at the same time: the whole one, and the window of a rule.
const MOST_HISTORIES: usize = 2;

/// How texts about this machine are shown.
type Shown = Box<dyn Fn(&str) -> String + Send + Sync>;

/// An opened repository that remembers, for its one tree, what several abilities and the gate need: facts with the
/// sections that somebody asked for, the history, the graph of the code, what grades need, copies, dead code. Each is
/// made once. What is bulky can be dropped as soon as nobody needs it.
pub struct Session {
    project: Project,
    facts: Mutex<Option<(Sections, Arc<RepoFacts>)>>,
    histories: Mutex<Vec<(HistoryAsked, Arc<History>)>>,
    pub(crate) results: TreeResults,
    shown: Option<Shown>,
}

/// The code graph, and the facts whose files and definitions its numbers refer to.
pub struct Graphed {
    /// The facts.
    pub facts: Arc<RepoFacts>,
    /// The graph.
    pub graph: Arc<CodeGraph>,
}

impl Deref for Session {
    type Target = Project;

    fn deref(&self) -> &Project {
        &self.project
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Project {
        &mut self.project
    }
}

impl Session {
    /// A session on an open repository or folder.
    pub fn new(project: Project) -> Session {
        Session {
            project,
            facts: Mutex::new(None),
            histories: Mutex::new(Vec::new()),
            results: TreeResults::default(),
            shown: None,
        }
    }

    /// The same for people who must not see details of this machine: `shown` rewrites reasons and notes.
    pub fn showing(self, shown: impl Fn(&str) -> String + Send + Sync + 'static) -> Session {
        Session { shown: Some(Box::new(shown)), ..self }
    }

    /// The facts of the tree with at least these sections. A tree without a file that could be measured is an error:
    /// there is nothing to report.
    ///
    /// # Errors
    /// The tree cannot be read, contains nothing to measure, or the question was cancelled.
    pub fn facts(&self, sections: Sections, watch: &dyn Watch) -> Result<Arc<RepoFacts>, ProjectError> {
        let mut known = self.known_facts();
        let (loaded, facts) = match &*known {
            Some((loaded, facts)) if sections.without(*loaded) == Sections::default() => {
                return Ok(Arc::clone(facts));
            }
            Some((loaded, facts)) => {
                let all = loaded.or(sections);
                (all, self.with_more(facts, sections.without(*loaded), all, watch)?)
            }
            None => (sections, self.measured(sections, watch)?),
        };
        let facts = Arc::new(facts);
        *known = Some((loaded, Arc::clone(&facts)));
        Ok(facts)
    }

    /// Facts for a result that may be cached, and otherwise needs these sections: if nothing is stored they are loaded
    /// at once, so that no file is parsed twice.
    ///
    /// # Errors
    /// Those of [`Session::facts`].
    pub fn facts_for(&self, sections: Sections, watch: &dyn Watch) -> Result<Arc<RepoFacts>, ProjectError> {
        let now = if self.cache().is_none() { sections } else { Sections::default() };
        self.facts(now, watch)
    }

    /// The same facts with at least these sections.
    ///
    /// # Errors
    /// Those of [`Session::facts`], or the tree changed since.
    pub fn in_full(
        &self,
        facts: &RepoFacts,
        sections: Sections,
        watch: &dyn Watch,
    ) -> Result<Arc<RepoFacts>, ProjectError> {
        let full = self.facts(sections, watch)?;
        if full.fingerprint() != facts.fingerprint() {
            let what = format!("{} changed while it was read", self.path.display());
            return Err(ProjectError::new(what).help("run the command again"));
        }
        Ok(full)
    }

    /// Drops all sections of the facts except these. Facts held elsewhere stay.
    pub fn keep_only(&self, sections: Sections) {
        let mut known = self.known_facts();
        if let Some((loaded, facts)) = known.take() {
            let kept = loaded.without(loaded.without(sections));
            *known = Some(match kept == loaded {
                true => (loaded, facts),
                false => (kept, Arc::new(facts.trimmed(kept))),
            });
        }
    }

    /// Drops the clones.
    pub fn forget_duplication(&self) {
        self.results.duplication.forget();
    }

    /// Drops the history.
    pub fn forget_history(&self) {
        self.known_histories().clear();
    }

    /// The code graph, and facts with at least the graph's sections and these.
    ///
    /// # Errors
    /// Those of [`Session::facts`].
    pub fn graphed(&self, sections: Sections, watch: &dyn Watch) -> Result<Graphed, ProjectError> {
        let facts = self.facts(code::SECTIONS.or(sections), watch)?;
        let graph = gates::code_graph(self.tree.as_ref(), &facts, &Witness::new(self, watch));
        Ok(Graphed { facts, graph })
    }

    /// What grades need in addition to the facts: cached, or computed from facts with more sections.
    ///
    /// # Errors
    /// The tree cannot be read, changed while it was, or it was cancelled.
    pub fn tdg_inputs(&self, facts: &RepoFacts, watch: &dyn Watch) -> Result<Arc<TdgInputs>, ProjectError> {
        let witness = Witness::new(self, watch);
        gates::tdg_inputs(self.tree.as_ref(), facts, &self.config, &witness)
            .map_err(|why| not_read("grades cannot be given", why))
    }

    /// The clones by the settings of the rule `duplication`: cached, or found in facts with more sections.
    ///
    /// # Errors
    /// The tree cannot be read, changed while it was, or it was cancelled.
    pub fn duplication(
        &self,
        facts: &RepoFacts,
        watch: &dyn Watch,
    ) -> Result<Arc<Duplication>, ProjectError> {
        let witness = Witness::new(self, watch);
        gates::duplication(self.tree.as_ref(), facts, &self.config, &witness)
            .map_err(|why| not_read("copies cannot be looked for", why))
    }

    /// The dead code.
    ///
    /// # Errors
    /// Those of [`Session::facts`].
    pub fn dead_code(
        &self,
        options: &DeadCodeOptions,
        watch: &dyn Watch,
    ) -> Result<Arc<DeadCodeReport>, ProjectError> {
        let Graphed { facts, graph } = self.graphed(DeadCodeOptions::SECTIONS, watch)?;
        let witness = Witness::new(self, watch);
        let found = gates::dead_code(self.tree.as_ref(), &facts, &graph, options, &witness);
        found.ok_or_else(|| ProjectError::new("looking for dead code was cancelled"))
    }

    /// What the project score needs in addition to the facts, which have the score's sections.
    pub fn measurements(&self, facts: &RepoFacts, watch: &dyn Watch) -> Measurements {
        gates::measurements(self.tree.as_ref(), facts, &self.config, &Witness::new(self, watch))
    }

    /// The gate's answer for a configuration and facts with the sections that it needs.
    pub fn judged(
        &self,
        config: &Config,
        facts: &RepoFacts,
        options: &JudgeOptions<'_>,
        watch: &dyn Watch,
    ) -> GateReport {
        self.project.judge_by((config, &Witness::new(self, watch)), facts, options)
    }

    /// The history of the analysed revision, of HEAD for the work tree and the index.
    ///
    /// # Errors
    /// There is none, it cannot be read, or it was cancelled.
    pub fn history_of(&self, asked: &HistoryAsked, watch: &dyn Watch) -> Result<Arc<History>, ProjectError> {
        self.history_or_why(asked, watch).map_err(|why| no_history(&why))
    }

    /// The same; the error only gives the reason.
    pub(crate) fn history_or_why(
        &self,
        asked: &HistoryAsked,
        watch: &dyn Watch,
    ) -> Result<Arc<History>, HistoryError> {
        let mut known = self.known_histories();
        if let Some((_, history)) = known.iter().find(|(of, _)| of == asked) {
            return Ok(Arc::clone(history));
        }
        let progress = |progress: Progress| watch.reading_history(progress);
        let cancelled = || watch.cancelled();
        let history = stoppable(watch, || self.project.history(asked, Some(&progress), Some(&cancelled)))?;
        if let Some(trouble) = &history.cache_trouble {
            watch.remark(&self.shown(trouble));
        }
        let history = Arc::new(history);
        if known.len() == MOST_HISTORIES {
            known.remove(0);
        }
        known.push((asked.clone(), Arc::clone(&history)));
        Ok(history)
    }

    /// Facts with the `missing` sections added to their own, which gives `all`. If the rest is stored, only the missing
    /// sections are loaded.
    fn with_more(
        &self,
        facts: &RepoFacts,
        missing: Sections,
        all: Sections,
        watch: &dyn Watch,
    ) -> Result<RepoFacts, ProjectError> {
        if self.cache().is_some()
            && let Some(joined) = facts.joined(&self.measured(missing, watch)?)
        {
            return Ok(joined);
        }
        self.measured(all, watch)
    }

    fn measured(&self, sections: Sections, watch: &dyn Watch) -> Result<RepoFacts, ProjectError> {
        let progress = |progress: Progress| watch.measuring(progress);
        let cancelled = || watch.cancelled();
        let options = MeasureOptions {
            sections,
            progress: Some(&progress),
            cancelled: Some(&cancelled),
            ..MeasureOptions::default()
        };
        let mut facts = stoppable(watch, || self.project.measure(&options))?;
        for skipped in &mut facts.skipped {
            if let SkipReason::Unreadable(why) = &mut skipped.reason {
                *why = self.shown(why);
            }
        }
        facts.cache_trouble = facts.cache_trouble.map(|trouble| self.shown(&trouble));
        if let Some(trouble) = &facts.cache_trouble {
            watch.remark(trouble);
        }
        Ok(facts)
    }

    fn shown(&self, text: &str) -> String {
        self.shown.as_ref().map_or_else(|| text.to_owned(), |shown| shown(text))
    }

    fn known_facts(&self) -> MutexGuard<'_, Option<(Sections, Arc<RepoFacts>)>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_histories(&self) -> MutexGuard<'_, Vec<(HistoryAsked, Arc<History>)>> {
        self.histories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_read(what: &str, why: impl Display) -> ProjectError {
    ProjectError::new(what).why(why).help("run the command again")
}

/// The error of an ability that needs a history.
pub(crate) fn no_history(why: &dyn Display) -> ProjectError {
    ProjectError::new("the history cannot be measured")
        .why(why)
        .help("name a repository that has commits, or a folder in one")
}
