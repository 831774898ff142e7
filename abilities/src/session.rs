use crate::Watch;
use crate::watch::stoppable;
use facts::history::History;
use facts::{MeasureOptions, Progress, RepoFacts, Sections};
use pmat::tdg::{self, TdgInputs};
use project::{HistoryAsked, Project, ProjectError};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use trueno_graph::code::{self, CodeGraph};

/// An opened repository that remembers, for its one tree, what several abilities need: facts with the sections that somebody
/// asked for, and the graph of the code. Each is made once.
pub struct Session {
    project: Project,
    facts: Mutex<Option<(Sections, Arc<RepoFacts>)>>,
    graph: Mutex<Option<(u128, Arc<CodeGraph>)>>,
    tdg_inputs: Mutex<Option<(u128, Arc<TdgInputs>)>>,
}

/// The graph of the code, and the facts that its numbers of files and definitions count in.
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
    /// A session on an opened repository or folder.
    pub fn new(project: Project) -> Session {
        Session { project, facts: Mutex::new(None), graph: Mutex::new(None), tdg_inputs: Mutex::new(None) }
    }

    /// The facts of the tree with at least these sections. A tree without any file that could be measured is an error: there is
    /// nothing to report.
    ///
    /// # Errors
    /// The tree cannot be read, holds nothing to measure, or nobody wants it any more.
    pub fn facts(&self, sections: Sections, watch: &dyn Watch) -> Result<Arc<RepoFacts>, ProjectError> {
        let mut known = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = match &*known {
            Some((loaded, facts)) if loaded.or(sections) == *loaded => return Ok(Arc::clone(facts)),
            Some((loaded, _)) => loaded.or(sections),
            None => sections,
        };
        let facts = Arc::new(self.measured(wanted, watch)?);
        *known = Some((wanted, Arc::clone(&facts)));
        Ok(facts)
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

    /// The graph of the code, and facts with at least the graph's sections and these.
    ///
    /// # Errors
    /// Those of [`Session::facts`].
    pub fn graphed(&self, sections: Sections, watch: &dyn Watch) -> Result<Graphed, ProjectError> {
        let facts = self.facts(code::SECTIONS.or(sections), watch)?;
        let build = || Ok(code::build(self.tree.as_ref(), &facts));
        let graph = once(&self.graph, facts.fingerprint(), build)?;
        Ok(Graphed { facts, graph })
    }

    /// What grades need besides the facts: remembered, or made from facts with all sections.
    ///
    /// # Errors
    /// Those of [`Session::in_full`].
    pub fn tdg_inputs(&self, facts: &RepoFacts, watch: &dyn Watch) -> Result<Arc<TdgInputs>, ProjectError> {
        once(&self.tdg_inputs, facts.fingerprint(), || {
            self.remembered(tdg::INPUTS, facts, || {
                let full = self.in_full(facts, tdg::SECTIONS, watch)?;
                Ok(TdgInputs::measure(self.tree.as_ref(), &full))
            })
        })
    }

    /// The history of the analysed revision, of HEAD for the work tree and the index.
    ///
    /// # Errors
    /// There is none, it cannot be read, or nobody wants it any more.
    pub fn history_of(&self, asked: &HistoryAsked, watch: &dyn Watch) -> Result<History, ProjectError> {
        let progress = |progress: Progress| watch.reading_history(progress);
        let cancelled = || watch.cancelled();
        let history = stoppable(watch, || self.project.history(asked, Some(&progress), Some(&cancelled)));
        let history = history.map_err(|why| no_history(&why))?;
        if let Some(trouble) = &history.cache_trouble {
            watch.remark(trouble);
        }
        Ok(history)
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
        let facts = stoppable(watch, || self.project.measure(&options))?;
        if let Some(trouble) = &facts.cache_trouble {
            watch.remark(trouble);
        }
        Ok(facts)
    }
}

/// What is known of facts with this fingerprint, made where it is not.
fn once<T>(
    known: &Mutex<Option<(u128, Arc<T>)>>,
    fingerprint: u128,
    make: impl FnOnce() -> Result<T, ProjectError>,
) -> Result<Arc<T>, ProjectError> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, value)) = &*known
        && *of == fingerprint
    {
        return Ok(Arc::clone(value));
    }
    let value = Arc::new(make()?);
    *known = Some((fingerprint, Arc::clone(&value)));
    Ok(value)
}

/// The error of an ability that needs a history.
pub(crate) fn no_history(why: &str) -> ProjectError {
    ProjectError::new("the history cannot be measured")
        .why(why)
        .help("name a repository that has commits, or a folder in one")
}
