//! Opens the tree that the options name, and shows progress and problems.

use crate::args::{GlobalArgs, SourceArgs};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::Destination;
use crate::terminal::Terminal;
use abilities::{Ability, Session};
use facts::source::{GitContext, Which};
use facts::{RepoFacts, Sections};
use gates::Config;
use pmat::tdg::TdgInputs;
use project::{OpenOptions, Project, ProjectError};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A tree to analyse, and the terminal that shows its progress.
pub struct Analysed {
    session: Session,
    terminal: Terminal,
}

impl Deref for Analysed {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Analysed {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

impl Analysed {
    /// Opens the tree that the options name, without the file that the report is written to.
    pub fn open(source: &SourceArgs, global: &GlobalArgs, report: &Destination) -> anyhow::Result<Analysed> {
        let options = OpenOptions {
            path: &source.path(),
            which: which(source),
            config: global.config.as_deref(),
            use_cache: !global.no_cache,
            settings_of: None,
            without: match report {
                Destination::File(file) => Some(file),
                Destination::StandardOutput => None,
            },
        };
        let project = Project::open(&options).map_err(Failure::from)?;
        Ok(Analysed { session: Session::new(project), terminal: Terminal::new(global) })
    }

    /// Opens a commit of the repository that contains a path.
    pub fn open_revision(path: &Path, revision: &str, global: &GlobalArgs) -> anyhow::Result<Analysed> {
        let source = SourceArgs {
            path: Some(path.to_owned()),
            project_path: None,
            revision: Some(revision.to_owned()),
            staged: false,
        };
        Analysed::open(&source, global, &Destination::StandardOutput)
    }

    /// Asks the tree a question.
    pub fn ask<A: Ability>(&self, question: &A) -> anyhow::Result<A::Report> {
        self.with_terminal(|session, terminal| question.answer(session, terminal))
    }

    /// Measures the tree. A tree without any measurable file is an error, since there is nothing to report.
    pub fn measure(&self, sections: Sections) -> anyhow::Result<Arc<RepoFacts>> {
        self.with_terminal(|session, terminal| session.facts(sections, terminal))
    }

    /// The facts and other inputs for grades.
    pub fn graded(&self) -> anyhow::Result<(Arc<RepoFacts>, Arc<TdgInputs>)> {
        self.with_terminal(|session, terminal| session.graded(terminal))
    }

    /// The session's answer, or an error if the user pressed Ctrl-C meanwhile.
    pub fn with_terminal<'a, T>(
        &'a self,
        ask: impl FnOnce(&'a Session, &'a Terminal) -> Result<T, ProjectError>,
    ) -> anyhow::Result<T> {
        unless_interrupted(ask(&self.session, &self.terminal))
    }
}

fn unless_interrupted<T>(result: Result<T, ProjectError>) -> anyhow::Result<T> {
    if interrupt::requested() {
        return Err(Interrupted.into());
    }
    Ok(result.map_err(Failure::from)?)
}

/// The version of the tree that the options select.
fn which(source: &SourceArgs) -> Option<Which> {
    match (&source.revision, source.staged) {
        (Some(revision), _) => Some(Which::Revision(revision.clone())),
        (None, true) => Some(Which::Index),
        (None, false) => None,
    }
}

/// The configuration from `--config`, else the tree's own, else the defaults.
pub fn config(global: &GlobalArgs, root: &Path, which: &Which) -> anyhow::Result<Config> {
    Ok(project::configuration(global.config.as_deref(), root, which).map_err(Failure::from)?)
}

/// The root of the tree that contains a path, and its repository.
pub fn place(path: &Path) -> anyhow::Result<(PathBuf, Option<GitContext>)> {
    Ok(project::place(path).map_err(Failure::from)?)
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Failure {
        let ProjectError { what, why, help } = error;
        let failure = why.into_iter().fold(Failure::new(what), Failure::why);
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}
