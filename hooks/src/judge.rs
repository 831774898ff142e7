//! Judges the content that a hook is about.

use crate::Hook;
use crate::commit_message::{Breach, CommentMark, breaches_of_conventional_commits};
use crate::part::Part;
use facts::hash::HashSet;
use facts::model::RepoPath;
use facts::repo::FileRecord;
use facts::source::confined::read_regular;
use facts::source::{Additions, CommitId, FileAdditions, GitContext, Listing, Which};
use facts::{MeasureOptions, Progress, RepoFacts, Sections};
use gates::baseline::{Acceptance, Baseline, Entry};
use gates::config::{Judged, MessageForm};
use gates::{
    Config, Finding, Gate, GateReport, Level, NewCode, OnNewCode, Reach, Status, Unmeasured, Verdict, rules,
};
use project::{JudgeOptions, OpenOptions, Project, ProjectError};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What to judge, and how.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// A folder of the repository, where Git runs hooks.
    pub path: &'a Path,
    /// A configuration to use instead of the one in the judged tree.
    pub config: Option<&'a Path>,
    /// Whether stored facts are read and written.
    pub use_cache: bool,
    /// Called regularly, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Called between files; true ends the run with an error.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// The answer of a hook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Judgement {
    /// The hook.
    pub hook: Hook,
    /// Each tree that was judged: the index, or each commit that is pushed.
    pub trees: Vec<TreeJudgement>,
    /// What was not judged, with the reason.
    pub not_judged: Vec<NotJudged>,
}

/// The answer about one tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TreeJudgement {
    /// What it is: `index`, or the references that are to point to it.
    pub name: String,
    /// The tree, e.g. `revision 1a2b3c4`.
    pub tree: String,
    /// Which findings count: `changed`, `new-code` or `all`.
    pub judged: &'static str,
    /// The answer.
    pub verdict: Verdict,
    /// Findings of this level and above refuse.
    pub fail_on: Level,
    /// How many files the commits touch, where only these count.
    pub touched: Option<usize>,
    /// How many files were measured.
    pub files: usize,
    /// What the rules found, sorted by path, place, rule and message.
    pub findings: Vec<Finding>,
    /// How many more a comment in the code allows.
    pub suppressed: usize,
    /// How many more the baseline accepts, where `gate.baseline` names one.
    pub accepted: Option<usize>,
    /// Files that were not, or only partly, measured.
    pub not_measured: Vec<Unmeasured>,
    /// Rules that could refuse and could not be measured, with the reason.
    pub rules_not_measured: Vec<RuleNotMeasured>,
    /// Files that the rules on code could not judge.
    #[serde(skip)]
    pub(crate) not_judged: Vec<Unmeasured>,
    /// What there is to know about how it was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// A rule that could not be measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleNotMeasured {
    /// The rule's id.
    pub rule: &'static str,
    /// Why.
    pub why: String,
}

/// Something that a hook let pass without judging it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotJudged {
    /// What it is: `index`, a reference.
    pub name: String,
    /// Why.
    pub why: String,
}

impl Judgement {
    /// The verdict on all trees: fails if one fails; else, one that could not be measured decides.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.trees.iter().any(|tree| tree.verdict == verdict);
        match (any(Verdict::Fail), any(Verdict::NotMeasured)) {
            (true, _) => Verdict::Fail,
            (false, true) => Verdict::NotMeasured,
            (false, false) => Verdict::Pass,
        }
    }
}

/// Judges what is staged, as the hook `pre-commit`.
///
/// # Errors
/// The index, the configuration or an object cannot be read, or the run was cancelled.
pub fn staged(asked: &Asked<'_>) -> Result<Judgement, ProjectError> {
    let place = repository(asked.path)?;
    let project = open(asked, &place, Which::Index)?;
    let mut judgement = Judgement { hook: Hook::PreCommit, trees: Vec::new(), not_judged: Vec::new() };
    let judged = project.config.hooks.pre_commit;
    match judged {
        Judged::Off => judgement.not_judged.push(switched_off("index", "pre-commit")),
        Judged::All => judgement.trees.push(judge(asked, &project, "index", &Extent::All)?),
        Judged::Changed | Judged::NewCode => {
            let git = git_of(&project)?;
            let cannot = |error| ProjectError::new("cannot compare the index with HEAD").why(error);
            let touched = git.touched_by_index().map_err(cannot)?;
            let extent = match judged {
                Judged::NewCode => Extent::NewCode(&touched, git.head().map_err(cannot)?),
                _ => Extent::Changed(&touched),
            };
            judgement.trees.push(judge(asked, &project, "index", &extent)?);
        }
    }
    Ok(judgement)
}

/// No person writes a longer message; Git keeps the whole message in memory.
const LONGEST_MESSAGE: u64 = 64 << 20;

/// The text of a commit message in a file that Git names.
///
/// # Errors
/// The file cannot be read, or is not a regular file.
pub fn message_text(file: &Path) -> Result<String, ProjectError> {
    let bytes = read_regular(file, LONGEST_MESSAGE).map_err(|error| {
        ProjectError::new(format!("cannot read the commit message {}", file.display())).why(error)
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The breaches of a commit message in a file, as the hook `commit-msg`; `None` if the configuration does not check
/// messages.
///
/// # Errors
/// The file or the configuration cannot be read.
pub fn message(asked: &Asked<'_>, file: &Path) -> Result<Option<Vec<Breach>>, ProjectError> {
    let place = repository(asked.path)?;
    let project = open(asked, &place, Which::Index)?;
    if project.config.hooks.commit_msg == MessageForm::Off {
        return Ok(None);
    }
    let text = message_text(file)?;
    let git = git_of(&project)?;
    let mark = git.setting("core.commentString").or_else(|| git.setting("core.commentChar"));
    Ok(Some(breaches_of_conventional_commits(&text, &CommentMark::of_setting(mark.as_deref(), &text))))
}

/// A path in the repository that Git runs the hook in. Git names it in `GIT_DIR`; with `--git-dir` and `--work-tree`,
/// it may not be the repository of the current folder.
#[expect(clippy::disallowed_methods, reason = "environment: Git tells its hooks where the repository is")]
pub(crate) fn repository(path: &Path) -> Result<PathBuf, ProjectError> {
    let unusable = |error| ProjectError::new("cannot open the repository").why(error);
    let found = GitContext::discover(path).map_err(unusable)?;
    // An explicit other path takes precedence.
    let called_in = std::env::var_os("GIT_DIR").filter(|dir| !dir.is_empty() && path == Path::new("."));
    let called_in = called_in.map(PathBuf::from);
    match (found, called_in) {
        (Some(git), Some(dir)) if !is_same_folder(git.git_dir(), &dir) => Ok(dir),
        (Some(_), _) => Ok(path.to_owned()),
        (None, Some(dir)) => Ok(dir),
        (None, None) => Err(ProjectError::new(format!("{} is in no Git repository", path.display()))
            .help("Git runs hooks inside of one; go there, or name it with --path")),
    }
}

fn is_same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

pub(crate) fn open(asked: &Asked<'_>, place: &Path, which: Which) -> Result<Project, ProjectError> {
    open_with(asked, place, which, None)
}

/// The same, judged by the configuration of another tree.
pub(crate) fn open_with(
    asked: &Asked<'_>,
    place: &Path,
    which: Which,
    settings_of: Option<Which>,
) -> Result<Project, ProjectError> {
    Project::open(&OpenOptions {
        path: place,
        which: Some(which),
        config: asked.config,
        use_cache: asked.use_cache,
        settings_of,
        without: None,
    })
}

pub(crate) fn git_of(project: &Project) -> Result<&GitContext, ProjectError> {
    project
        .git
        .as_ref()
        .ok_or_else(|| ProjectError::new(format!("{} is in no Git repository", project.name())))
}

pub(crate) fn switched_off(name: &str, hook: &str) -> NotJudged {
    NotJudged { name: name.to_owned(), why: format!("hooks.{hook} is \"off\" in batuta.toml") }
}

/// Which part of a tree is judged.
pub(crate) enum Extent<'a> {
    /// All findings.
    All,
    /// Findings in the touched files.
    Changed(&'a [RepoPath]),
    /// Findings in the touched files that are new since a commit; without a commit, all are new.
    NewCode(&'a [RepoPath], Option<CommitId>),
}

impl<'a> Extent<'a> {
    fn touched(&self) -> Option<&'a [RepoPath]> {
        match self {
            Extent::All => None,
            Extent::Changed(touched) | Extent::NewCode(touched, _) => Some(touched),
        }
    }

    fn name(&self) -> &'static str {
        let judged = match self {
            Extent::All => Judged::All,
            Extent::Changed(_) => Judged::Changed,
            Extent::NewCode(..) => Judged::NewCode,
        };
        judged.as_str()
    }
}

/// Judges a tree.
pub(crate) fn judge(
    asked: &Asked<'_>,
    project: &Project,
    name: &str,
    extent: &Extent<'_>,
) -> Result<TreeJudgement, ProjectError> {
    let config = &project.config;
    let mut judgement = TreeJudgement {
        name: name.to_owned(),
        tree: project.tree.describe(),
        judged: extent.name(),
        verdict: Verdict::Pass,
        fail_on: config.fail_on,
        touched: extent.touched().map(<[RepoPath]>::len),
        files: 0,
        findings: Vec::new(),
        suppressed: 0,
        accepted: None,
        not_measured: Vec::new(),
        rules_not_measured: Vec::new(),
        not_judged: Vec::new(),
        remark: None,
    };
    // As for the gate itself, the baseline is used if it is configured.
    let baseline = project.configured_baseline()?;
    judgement.accepted = baseline.as_ref().map(|_| 0);
    match extent {
        Extent::Changed(touched) => {
            judge_touched(asked, project, touched, baseline.as_ref(), &mut judgement)?
        }
        Extent::All => judge_whole(asked, project, None, baseline.as_ref(), &mut judgement)?,
        Extent::NewCode(touched, base) => {
            judge_whole(asked, project, Some((*touched, *base)), baseline.as_ref(), &mut judgement)?;
        }
    }
    judgement.settle();
    Ok(judgement)
}

/// More reasons of one rule are counted, not listed.
pub(crate) const MOST_REASONS: usize = 20;

impl TreeJudgement {
    /// Records why a rule could not judge, so that the verdict is not a pass. The first reasons are listed.
    pub(crate) fn not_measured_by(&mut self, rule: &'static str, reasons: impl Iterator<Item = String>) {
        let mut more = 0_usize;
        for why in reasons {
            match self.rules_not_measured.iter().filter(|known| known.rule == rule).count() < MOST_REASONS {
                true => self.rules_not_measured.push(RuleNotMeasured { rule, why }),
                false => more += 1,
            }
        }
        if more > 0 {
            self.rules_not_measured.push(RuleNotMeasured { rule, why: format!("and of {more} more files") });
        }
    }

    /// Reports files that could not be judged as not measured, as a server must: otherwise unreadable code would pass.
    /// Files that the configuration excludes are ignored.
    pub(crate) fn refuse_what_was_not_judged(&mut self, config: &Config) {
        let rule = rules::parse_failure::RULE.id;
        let exclude = &config.rule(rule).exclude;
        let files = std::mem::take(&mut self.not_judged);
        let files = files.into_iter().filter(|file| !exclude.is_match(&file.path));
        let way = "make it one that can be judged, or let the configuration that judges leave it out: exclude.paths or \
                   rules.parse-failure.exclude";
        self.not_measured_by(rule, files.map(|file| format!("{}: {}; {way}", file.path, file.why)));
        self.settle();
    }

    /// Computes the verdict from the findings, and sorts them.
    pub(crate) fn settle(&mut self) {
        let fails = self.findings.iter().any(|finding| finding.level >= self.fail_on);
        self.verdict = match (fails, self.rules_not_measured.is_empty()) {
            (true, _) => Verdict::Fail,
            (false, false) => Verdict::NotMeasured,
            (false, true) => Verdict::Pass,
        };
        self.findings.sort_by(|a, b| {
            let order = |finding: &Finding| (finding.location.map(|at| (at.line, at.column)), finding.rule);
            a.path.cmp(&b.path).then_with(|| order(a).cmp(&order(b))).then_with(|| a.message.cmp(&b.message))
        });
        self.not_measured.sort();
        self.not_measured.dedup();
    }
}

/// Judges the whole tree: everything, or only new code in the touched files.
fn judge_whole(
    asked: &Asked<'_>,
    project: &Project,
    new: Option<(&[RepoPath], Option<CommitId>)>,
    baseline: Option<&Baseline>,
    judgement: &mut TreeJudgement,
) -> Result<(), ProjectError> {
    let config = &project.config;
    let facts = measure(asked, project, gates::sections(config))?;
    judgement.files = facts.files.len();
    let touched: Option<HashSet<&RepoPath>> = new.map(|(touched, _)| touched.iter().collect());
    let wanted = |path: &RepoPath| touched.as_ref().is_none_or(|touched| touched.contains(path));
    judgement.not_judged = gates::not_judged(&facts);
    judgement.not_judged.retain(|file| wanted(&file.path));
    // A tree without source code (e.g. only documentation) breaks no rule on code.
    if facts.files.is_empty() {
        let of_file = config.only(|rule| rule.reach == Reach::File);
        let gate = Gate::new(project.tree.as_ref(), &facts, &of_file, project).of_part();
        take(gate.run(), judgement, wanted);
        return Ok(());
    }
    let since = match new {
        Some((_, base)) => {
            let name = base.map_or_else(|| "the beginning".to_owned(), |base| base.short());
            Some(project.since_commit(base, &name, &options(asked, config, gates::sections(config)))?)
        }
        None => None,
    };
    let report = project.judge(&facts, &JudgeOptions { since: since.as_ref(), baseline });
    take(report, judgement, wanted);
    Ok(())
}

/// Rules whose findings depend on one file judge only the touched files: this is faster, with the same result. Of the
/// other rules, only those that could refuse run, on the whole tree.
fn judge_touched(
    asked: &Asked<'_>,
    project: &Project,
    touched: &[RepoPath],
    baseline: Option<&Baseline>,
    judgement: &mut TreeJudgement,
) -> Result<(), ProjectError> {
    let config = &project.config;
    let paths: HashSet<&RepoPath> = touched.iter().collect();
    let whole = project.tree.listing().map_err(|error| cannot_judge(project, error))?;
    // Entries of existing, untouched files are left out, because their findings stay there. Copies also involve other
    // files.
    let baseline = baseline.map(|baseline| {
        let stays = |entry: &&Entry| {
            let path = &entry.path;
            let is_there = || whole.entries.binary_search_by(|entry| entry.path.cmp(path)).is_ok();
            entry.copies.is_none() && !paths.contains(path) && is_there()
        };
        Baseline { entries: baseline.entries.iter().filter(|entry| !stays(entry)).cloned().collect() }
    });
    let acceptance = baseline.as_ref().map(|baseline| Acceptance { baseline, time: project.time() });
    let Listing { mut entries, mut skipped } = whole;
    entries.retain(|entry| paths.contains(&entry.path));
    skipped.retain(|skipped| paths.contains(&skipped.path));
    let part = Part { tree: project.tree.as_ref(), listing: Listing { entries, skipped } };
    let of_file = config.only(|rule| rule.reach == Reach::File);
    let options = options(asked, config, gates::sections(&of_file));
    let facts =
        facts::measure(&part, project.cache(), &options).map_err(|error| cannot_judge(project, error))?;
    judgement.files = facts.files.len();
    judgement.not_judged = gates::not_judged(&facts);
    let mut gate = Gate::new(&part, &facts, &of_file, project);
    gate.acceptance = acceptance.as_ref();
    take(gate.of_part().run(), judgement, |_| true);

    let can_refuse = |id: &str| {
        let level = config.rule(id).level.is_some_and(|level| level >= config.fail_on);
        level && (id != rules::layers::RULE.id || config.layers.is_some())
    };
    let of_tree = |rule: &gates::Rule| rule.reach == Reach::Tree && can_refuse(rule.id);
    if touched.is_empty() || !rules::all().any(of_tree) {
        return Ok(());
    }
    let of_tree = config.only(|rule| of_tree(rule) || rule.id == rules::unused_suppression::RULE.id);
    let facts = measure(asked, project, gates::sections(&of_tree))?;
    if facts.files.iter().any(|file| file.data.facts.has_functions()) {
        judge_by_tree(project, &facts, &of_tree, (&paths, acceptance.as_ref()), judgement);
    }
    Ok(())
}

/// Judges the touched files by the rules on whole trees. A share of something (duplication, coverage, documentation) is
/// computed over the touched files, and its findings are reported in them: all their lines count as new.
fn judge_by_tree(
    project: &Project,
    facts: &RepoFacts,
    config: &Config,
    (paths, acceptance): (&HashSet<&RepoPath>, Option<&Acceptance<'_>>),
    judgement: &mut TreeJudgement,
) {
    let touched = facts.files.iter().filter(|file| paths.contains(file.path()));
    let lines =
        |file: &FileRecord| FileAdditions { origin: None, lines: vec![1..=file.data.facts.lines.physical] };
    let files = touched.map(|file| (file.path().clone(), lines(file))).collect();
    let additions = Additions { base: None, files };
    let touched =
        NewCode { since: "the touched files".to_owned(), head: None, additions: &additions, base: None };
    let is_share = |rule: &gates::Rule| rule.on_new_code == OnNewCode::ByItself;
    let of_suppressions = rules::unused_suppression::RULE.id;
    for (shares, new_code) in [(true, Some(&touched)), (false, None)] {
        let config = config.only(|rule| rule.id == of_suppressions || is_share(rule) == shares);
        if rules::all().any(|rule| rule.id != of_suppressions && config.rule(rule.id).level.is_some()) {
            let mut gate = Gate::new(project.tree.as_ref(), facts, &config, project);
            gate.acceptance = acceptance;
            gate.new_code = new_code;
            take(gate.run(), judgement, |path| paths.contains(path));
        }
    }
}

/// Adds a gate's results for the `wanted` files.
fn take(report: GateReport, judgement: &mut TreeJudgement, wanted: impl Fn(&RepoPath) -> bool) {
    judgement.findings.extend(report.findings.into_iter().filter(|finding| wanted(&finding.path)));
    judgement.suppressed += report.suppressed.iter().filter(|allowed| wanted(&allowed.finding.path)).count();
    if let (Some(count), Some(report)) = (&mut judgement.accepted, &report.baseline) {
        *count += report.accepted.iter().filter(|accepted| wanted(&accepted.finding.path)).count();
    }
    judgement.not_measured.extend(report.not_measured.into_iter().filter(|file| wanted(&file.path)));
    let unknown = report.rules.into_iter().filter(|rule| rule.status == Status::NotMeasured);
    judgement
        .rules_not_measured
        .extend(unknown.map(|rule| RuleNotMeasured { rule: rule.id, why: rule.why.unwrap_or_default() }));
}

fn measure(asked: &Asked<'_>, project: &Project, sections: Sections) -> Result<RepoFacts, ProjectError> {
    let options = options(asked, &project.config, sections);
    facts::measure(project.tree.as_ref(), project.cache(), &options)
        .map_err(|error| cannot_judge(project, error))
}

fn options<'a>(asked: &Asked<'a>, config: &Config, sections: Sections) -> MeasureOptions<'a> {
    MeasureOptions {
        sections,
        max_file_size: config.max_file_size,
        progress: asked.progress,
        cancelled: asked.cancelled,
    }
}

fn cannot_judge(project: &Project, error: impl std::fmt::Display) -> ProjectError {
    ProjectError::new(format!("cannot judge the {}", project.tree.describe())).why(error)
}
