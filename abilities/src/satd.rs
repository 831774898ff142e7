use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::{Args, ValueEnum};
use facts::model::RepoPath;
use facts::source::{BlamedCommit, GitContext, SourceError, Which};
use pmat::satd::{Attribution, Blame, Detector, Mode, SatdOptions, SatdReport, analyze};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Self-admitted technical debt in comments, by category and severity.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Satd {
    /// Only comments with an explicit marker (FIXME, HACK, XXX and the like)
    #[arg(long)]
    pub strict: bool,
    /// Markers and phrases (the default)
    #[arg(long, conflicts_with = "strict")]
    #[serde(skip)]
    pub extended: bool,
    /// Who tells what is an admission
    #[arg(long, value_name = "DETECTOR", default_value = "words")]
    pub detector: DetectorArg,
    /// Author and age of each item, from the history
    #[arg(long)]
    pub blame: bool,
}

/// How self-admitted debt is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DetectorArg {
    /// Marker words and phrases
    #[default]
    Words,
    /// A model trained on labelled comments
    Learned,
    /// The words, and where they find nothing the model: finds more, but is less often right
    Both,
}

impl From<DetectorArg> for Detector {
    fn from(detector: DetectorArg) -> Self {
        match detector {
            DetectorArg::Words => Detector::Words,
            DetectorArg::Learned => Detector::Learned,
            DetectorArg::Both => Detector::Both,
        }
    }
}

impl Ability for Satd {
    const ABOUT: About = About {
        id: "satd",
        title: "Self-admitted technical debt in comments, by category and severity",
        when: "What the authors themselves call unfinished, wrong or in need of work",
        command: &["pmat", "analyze", "satd"],
        report: "batuta/satd/1",
        duration: Duration::Moment,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    type Report = SatdReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<SatdReport, ProjectError> {
        let facts = session.facts(SatdOptions::SECTIONS, watch)?;
        let mode = if self.strict { Mode::Strict } else { Mode::Full };
        let detector = self.detector.into();
        if !self.blame {
            return Ok(analyze(&facts, &SatdOptions { mode, detector, attribution: None }));
        }
        let (git, at) = history(session)?;
        let blame = |path: &RepoPath| blame(git, &session.which, path);
        let blame: &Blame<'_> = &blame;
        let attribution = Some(Attribution { blame, at, shallow: git.is_shallow() });
        Ok(analyze(&facts, &SatdOptions { mode, detector, attribution }))
    }
}

/// The repository that blames lines, and the time of the analysed commit.
fn history(session: &Session) -> Result<(&GitContext, i64), ProjectError> {
    let Some(git) = &session.git else {
        let what = format!("--blame: {} is in no Git repository", session.path.display());
        return Err(ProjectError::new(what).help("leave out --blame, or name a folder of a repository"));
    };
    let unreadable = |error: SourceError| ProjectError::new("--blame: the history cannot be read").why(error);
    let revision = match &session.which {
        Which::Revision(revision) => revision,
        Which::Index => {
            let what = "--blame: lines are blamed in the work tree or a revision, not in the index";
            return Err(ProjectError::new(what).help("leave out --staged, or name a revision"));
        }
        // Before the first commit no line is committed.
        Which::WorkTree if git.head().map_err(unreadable)?.is_none() => return Ok((git, 0)),
        Which::WorkTree => "HEAD",
    };
    Ok((git, git.commit_time(revision).map_err(unreadable)?))
}

fn blame(
    git: &GitContext,
    which: &Which,
    path: &RepoPath,
) -> Result<Vec<Option<Arc<BlamedCommit>>>, SourceError> {
    match which {
        Which::WorkTree => git.blame_work_tree(path),
        Which::Revision(revision) => Ok(git.blame(path, revision)?.into_iter().map(Some).collect()),
        Which::Index => {
            Err(SourceError::new("lines are blamed in the work tree or a revision, not in the index"))
        }
    }
}
