//! Opens what is to be analysed, as the options ask for it; shows progress and trouble.

use crate::args::{GlobalArgs, SourceArgs};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::{Destination, ProgressLine};
use facts::source::{Base, GitContext, Which};
use facts::{MeasureOptions, RepoFacts, Sections};
use gates::Config;
use project::{OpenOptions, Project, ProjectError, SinceBase};
use std::io::{self, Write};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

/// A tree to analyse, with the options that every command has.
pub struct Analysed {
    project: Project,
    global: GlobalArgs,
}

impl Deref for Analysed {
    type Target = Project;

    fn deref(&self) -> &Project {
        &self.project
    }
}

impl DerefMut for Analysed {
    fn deref_mut(&mut self) -> &mut Project {
        &mut self.project
    }
}

impl Analysed {
    /// Opens the tree that the options name. The file that the report is written to is no part of it.
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
        Ok(Analysed { project, global: global.clone() })
    }

    /// What is new since a base.
    pub fn since(&self, base: &Base, sections: Sections) -> anyhow::Result<SinceBase> {
        let options =
            MeasureOptions { sections, cancelled: Some(&interrupt::requested), ..MeasureOptions::default() };
        let since = interrupt::finishing(|| self.project.since(base, &options));
        if interrupt::requested() {
            return Err(Interrupted.into());
        }
        Ok(since.map_err(Failure::from)?)
    }

    /// Measures the tree. A tree without any file that could be measured is an error: there is nothing to report.
    pub fn measure(&self, sections: Sections) -> anyhow::Result<RepoFacts> {
        let line = ProgressLine::new(self.global.progress, self.global.quiet);
        let progress = |progress| line.report(progress);
        let options = MeasureOptions {
            sections,
            progress: Some(&progress),
            cancelled: Some(&interrupt::requested),
            ..MeasureOptions::default()
        };
        let facts = interrupt::finishing(|| self.project.measure(&options));
        drop(line);
        if interrupt::requested() {
            return Err(Interrupted.into());
        }
        let facts = facts.map_err(Failure::from)?;
        if let (Some(trouble), false) = (&facts.cache_trouble, self.global.quiet) {
            // A remark that cannot be written is not worth failing for.
            let _ = writeln!(io::stderr(), "note: {}", crate::output::shown(trouble));
        }
        Ok(facts)
    }
}

/// What the options ask for.
fn which(source: &SourceArgs) -> Option<Which> {
    match (&source.revision, source.staged) {
        (Some(revision), _) => Some(Which::Revision(revision.clone())),
        (None, true) => Some(Which::Index),
        (None, false) => None,
    }
}

/// The configuration of `--config`, else of the tree itself, else the defaults.
pub fn config(global: &GlobalArgs, root: &Path, which: &Which) -> anyhow::Result<Config> {
    Ok(project::configuration(global.config.as_deref(), root, which).map_err(Failure::from)?)
}

/// The root of the tree that a path belongs to, and its repository.
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
