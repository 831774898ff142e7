//! The gate of a project: all of its code or only new code, judged by its configuration and its baseline.

use crate::open::exclude_rules;
use crate::{Project, ProjectError, configuration};
use facts::source::confined::{self, Unread};
use facts::source::{self, Additions, Base, CommitId, GitContext, Which};
use facts::{MeasureOptions, RepoFacts};
use gates::baseline::{Acceptance, BASELINE_FILE, Baseline};
use gates::{BaseTree, Config, Evidence, Gate, GateReport, NewCode};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What is new in a project since a base.
pub struct SinceBase {
    since: String,
    head: Option<CommitId>,
    additions: Additions,
    base: Option<(Project, RepoFacts)>,
}

/// What a project's gate uses in addition to its configuration.
#[derive(Clone, Copy, Default)]
pub struct JudgeOptions<'a> {
    /// If given, only new code is judged.
    pub since: Option<&'a SinceBase>,
    /// The accepted findings.
    pub baseline: Option<&'a Baseline>,
}

impl SinceBase {
    /// In the form that the gate needs.
    pub fn new_code(&self) -> NewCode<'_> {
        let base = self.base.as_ref();
        NewCode {
            since: self.since.clone(),
            head: self.head,
            additions: &self.additions,
            base: base.map(|(project, facts)| BaseTree {
                tree: project.tree.as_ref(),
                facts,
                evidence: project,
            }),
        }
    }

    /// The new lines.
    pub fn additions(&self) -> &Additions {
        &self.additions
    }
}

impl Project {
    /// What is new since a base that the user names; `options` say how the tree of the base is measured.
    ///
    /// # Errors
    /// The project is in no repository, there is no such base, or it cannot be read.
    pub fn since(&self, base: &Base, options: &MeasureOptions<'_>) -> Result<SinceBase, ProjectError> {
        let git = self.repository()?;
        let commit = git.base(base, self.tip()).map_err(|error| unusable(&base.to_string(), &error))?;
        self.since_commit(commit, &base.to_string(), options)
    }

    /// What is new since a commit, under the name that the report should use; without a commit, everything is new.
    ///
    /// # Errors
    /// The project is in no repository, or the commit cannot be read.
    pub fn since_commit(
        &self,
        commit: Option<CommitId>,
        name: &str,
        options: &MeasureOptions<'_>,
    ) -> Result<SinceBase, ProjectError> {
        let wrong = |error: &dyn std::fmt::Display| unusable(name, error);
        let additions =
            self.repository()?.additions(commit, self.tree.as_ref()).map_err(|error| wrong(&error))?;
        let base = match commit {
            None => None,
            Some(commit) => {
                let base = self.at(commit).map_err(|error| wrong(&error))?;
                let options = MeasureOptions { max_file_size: self.config.max_file_size, ..*options };
                let facts = facts::measure(base.tree.as_ref(), base.cache(), &options);
                Some((base, facts.map_err(|error| wrong(&error))?))
            }
        };
        let head = self.repository()?.commit(self.tip()).ok();
        Ok(SinceBase { since: name.to_owned(), head, additions, base })
    }

    /// Another commit of the same project, with this one's configuration.
    fn at(&self, commit: CommitId) -> Result<Project, ProjectError> {
        let which = Which::Revision(commit.to_string());
        let wrong = |error: &dyn std::fmt::Display| crate::error::cannot_open(&self.path, error);
        let exclude = exclude_rules(&self.config)?;
        Ok(Project {
            tree: source::open(&self.path, &which, &exclude).map_err(|error| wrong(&error))?,
            git: GitContext::discover(&self.path).map_err(|error| wrong(&error))?,
            which,
            path: self.path.clone(),
            config: self.config.clone(),
            root: self.root.clone(),
            config_is_named: self.config_is_named,
            settings_of: self.settings_of.clone(),
            use_cache: self.use_cache,
            cache: OnceLock::new(),
        })
    }

    /// Judges the project by its facts, measured with the [`sections`](gates::sections) of its configuration.
    pub fn judge(&self, facts: &RepoFacts, options: &JudgeOptions<'_>) -> GateReport {
        self.judge_by((&self.config, self), facts, options)
    }

    /// The same with another configuration, and with the evidence of a caller that already knows something about the
    /// tree.
    pub fn judge_by(
        &self,
        (config, evidence): (&Config, &dyn Evidence),
        facts: &RepoFacts,
        options: &JudgeOptions<'_>,
    ) -> GateReport {
        let new_code = options.since.map(SinceBase::new_code);
        let acceptance = options.baseline.map(|baseline| Acceptance { baseline, time: self.time() });
        let mut gate = Gate::new(self.tree.as_ref(), facts, config, evidence);
        gate.new_code = new_code.as_ref();
        gate.acceptance = acceptance.as_ref();
        gate.run()
    }

    /// The project's gate by its configuration: all code, with the baseline that it names.
    ///
    /// # Errors
    /// The baseline cannot be read or does not exist.
    pub fn gate(&self, facts: &RepoFacts) -> Result<GateReport, ProjectError> {
        let baseline = self.configured_baseline()?;
        Ok(self.judge(facts, &JudgeOptions { since: None, baseline: baseline.as_ref() }))
    }

    /// The baseline that the configuration names, if it names one.
    ///
    /// # Errors
    /// It cannot be read or does not exist.
    pub fn configured_baseline(&self) -> Result<Option<Baseline>, ProjectError> {
        if self.config.baseline.is_empty() {
            return Ok(None);
        }
        let found = self.baseline(None)?;
        found.map(Some).ok_or_else(|| {
            ProjectError::new(format!("there is no baseline {}", self.config.baseline))
                .why("gate.baseline in batuta.toml names it")
                .help("`pmat quality-gate --baseline write --accept-new` writes it")
        })
    }

    /// The path of the baseline: as named, else from `gate.baseline`, else the default.
    pub fn baseline_file(&self, named: Option<&str>) -> String {
        let configured = Some(self.config.baseline.as_str()).filter(|path| !path.is_empty());
        named.or(configured).unwrap_or(BASELINE_FILE).to_owned()
    }

    /// The baseline of the tree: of the index, of the commit. `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub fn baseline(&self, named: Option<&str>) -> Result<Option<Baseline>, ProjectError> {
        let file = self.baseline_file(named);
        let wrong = || ProjectError::new(format!("the baseline {file} cannot be used"));
        let inside = confined::named_inside(&self.root, Path::new(&file));
        let found = match (inside, named, self.settings_of.as_ref().unwrap_or(&self.which)) {
            (Some(inside), _, which) => {
                configuration::file_of_tree(&self.root, which, &inside, LARGEST_BASELINE)?
            }
            // Named by the operator, relative to the root of the tree as always.
            (None, Some(named), Which::WorkTree) => {
                match confined::read_regular(&self.root.join(named), LARGEST_BASELINE) {
                    Ok(bytes) => Some(bytes),
                    Err(Unread::Missing) => None,
                    Err(why) => return Err(wrong().why(why)),
                }
            }
            (None, _, _) => return Err(outside(&file)),
        };
        let Some(bytes) = found else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|error| wrong().why(error))?;
        let help = "`pmat quality-gate --baseline write --accept-new` writes it again";
        Baseline::parse(&text).map(Some).map_err(|error| wrong().why(error).help(help))
    }

    /// The file that the baseline is written to. If the configuration names it, it must be inside the repository, as
    /// must the target of every link on the way to it: only the operator may name other files.
    ///
    /// # Errors
    /// It would be outside.
    pub fn baseline_to_write(&self, named: Option<&str>) -> Result<PathBuf, ProjectError> {
        if let Some(named) = named {
            return Ok(self.root.join(named));
        }
        let file = self.baseline_file(None);
        let inside = confined::named_inside(&self.root, Path::new(&file));
        let inside = inside.ok_or_else(|| outside(&file))?;
        confined::place_to_write(&self.root, &inside).map_err(|why| match why {
            Unread::Outside | Unread::Link | Unread::InGitFolder => outside(&file),
            other => ProjectError::new(format!("the baseline {file} cannot be written")).why(other),
        })
    }

    /// When the judged tree was committed, in seconds since the epoch; for the work tree and the index, when HEAD was.
    pub fn time(&self) -> Option<i64> {
        self.git.as_ref()?.commit_time(self.tip()).ok()
    }

    /// The revision whose history the tree continues.
    fn tip(&self) -> &str {
        match &self.which {
            Which::Revision(revision) => revision,
            Which::WorkTree | Which::Index => "HEAD",
        }
    }

    fn repository(&self) -> Result<&GitContext, ProjectError> {
        self.git.as_ref().ok_or_else(|| {
            ProjectError::new(format!("{} is in no Git repository", self.path.display()))
                .help("new code is only known in a repository")
        })
    }
}

/// Limit on the bytes of a baseline: a few hundred thousand findings.
const LARGEST_BASELINE: u64 = 64 << 20;

fn outside(file: &str) -> ProjectError {
    ProjectError::new(format!("the baseline {file} cannot be used"))
        .why("it is outside of the repository or in a folder of Git, or a link leads there")
        .help("name a file of the repository in gate.baseline, or another with --baseline-file")
}

fn unusable(base: &str, error: &dyn std::fmt::Display) -> ProjectError {
    ProjectError::new(format!("what is new since {base} is not known")).why(error)
}
