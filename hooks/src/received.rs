//! What the receiving side of a push judges, and by what.

use crate::accepted::{self, Accepted, Question};
use crate::judge::RuleNotMeasured;
use crate::judge::{Asked, Judgement, NotJudged, TreeJudgement, open_with, switched_off};
use crate::push::{RefUpdate, THERE_ALREADY, cannot_read, judge_since, short};
use facts::MeasureOptions;
use facts::model::RepoPath;
use facts::secrets::{self, SecretFinding, Text};
use facts::source::{CommitId, GitContext, MemoryTree, PushLimits, PushedText, Which};
use gates::baseline::{Acceptance, Baseline};
use gates::config::Judged;
use gates::{Config, Finding, Gate, Level, Location, NoEvidence, Verdict, rules};
use project::{Project, ProjectError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Whose configuration judges what is received.
pub struct Settings {
    /// A file that the operator named.
    pub file: Option<PathBuf>,
    /// The commit that the default branch points to before the push.
    pub default_branch: Option<CommitId>,
    limits: PushLimits,
}

impl Settings {
    /// By `batuta.configuration` of the repository's Git configuration: `default-branch`, `pushed`, or a file.
    pub fn of(asked: &Asked<'_>, git: &GitContext, updates: &[RefUpdate]) -> Result<Settings, ProjectError> {
        let named = git.setting("batuta.configuration");
        let mut settings = Settings { file: None, default_branch: None, limits: limits(git)? };
        match named.as_deref() {
            _ if asked.config.is_some() => {}
            Some("pushed") => {}
            None | Some("default-branch") => settings.default_branch = default_branch(git, updates)?,
            Some(file) if Path::new(file).is_absolute() => settings.file = Some(PathBuf::from(file)),
            Some(other) => {
                return Err(ProjectError::new(format!(
                    "batuta.configuration is \"{other}\" in Git's configuration"
                ))
                .help("it takes \"default-branch\", \"pushed\" or the absolute path of a file"));
            }
        }
        Ok(settings)
    }

    fn which(&self) -> Option<Which> {
        self.default_branch.map(|commit| Which::Revision(commit.to_string()))
    }
}

/// The commit that the default branch points to before the push; none where the push makes the branch, or fills an empty
/// repository. While HEAD names a branch that nobody pushed, `main` and the like stand for it: who pushes another branch does not
/// choose the rules.
fn default_branch(git: &GitContext, updates: &[RefUpdate]) -> Result<Option<CommitId>, ProjectError> {
    if let Some(head) = git.head().map_err(cannot_read)? {
        return Ok(Some(head));
    }
    let current = git.current_branch().unwrap_or_default();
    let is_made = updates.iter().any(|update| update.name.strip_prefix("refs/heads/") == Some(&current));
    if is_made || !git.has_references().map_err(cannot_read)? {
        return Ok(None);
    }
    let other = git.default_branch().filter(|branch| *branch != current);
    if let Some(commit) = other.and_then(|branch| git.commit(&format!("refs/heads/{branch}")).ok()) {
        return Ok(Some(commit));
    }
    Err(ProjectError::new(format!(
        "HEAD names the branch \"{current}\", which has no commit: no configuration judges"
    ))
    .help("`git symbolic-ref HEAD refs/heads/NAME` on the server names another; or set batuta.configuration"))
}

fn limits(git: &GitContext) -> Result<PushLimits, ProjectError> {
    let usual = PushLimits::default();
    let number = |key: &str, usual: u64| match git.setting(key) {
        None => Ok(usual),
        Some(text) => text.trim().parse::<u64>().map_err(|error| {
            ProjectError::new(format!("{key} is \"{text}\" in Git's configuration"))
                .why(error)
                .help("it takes a number")
        }),
    };
    let count = |key: &str, usual: usize| number(key, usual as u64).map(|number| number as usize);
    Ok(PushLimits {
        commits: count("batuta.push-commits", usual.commits)?,
        objects: count("batuta.push-objects", usual.objects)?,
        bytes: number("batuta.push-bytes", usual.bytes)?,
        file: number("batuta.push-file", usual.file)?,
    })
}

/// A push on its way into a repository.
pub struct Received<'a> {
    pub asked: &'a Asked<'a>,
    pub place: &'a Path,
    pub git: &'a GitContext,
    pub settings: &'a Settings,
    pub accepted: &'a Accepted,
}

/// What is to be searched for secrets, by the configuration that judges it.
#[derive(Default)]
pub struct Searches {
    by_config: BTreeMap<String, Search>,
}

struct Search {
    config: Config,
    baseline: Option<Baseline>,
    time: Option<i64>,
    objects: Vec<String>,
    names: Vec<String>,
}

impl Searches {
    pub fn add(
        &mut self,
        config: &Config,
        project: Option<(&Project, Option<Baseline>)>,
        update: &RefUpdate,
    ) {
        let (time, baseline) = project.map_or((None, None), |(project, baseline)| (project.time(), baseline));
        let key = format!("{config:?} {baseline:?}");
        let search = self.by_config.entry(key).or_insert_with(|| Search {
            config: config.clone(),
            baseline,
            time,
            objects: Vec::new(),
            names: Vec::new(),
        });
        search.objects.push(update.new.clone());
        search.names.push(short(&update.name).to_owned());
    }
}

impl Received<'_> {
    fn open(&self, which: Which) -> Result<Project, ProjectError> {
        open_with(self.asked, self.place, which, self.settings.which())
    }

    /// The configuration for what is no commit.
    pub fn config(&self) -> Result<Config, ProjectError> {
        match (self.asked.config, self.settings.which()) {
            (None, None) => Ok(Config::default()),
            (named, which) => {
                let (root, _) = project::place(self.place)?;
                project::configuration(named, &root, &which.unwrap_or(Which::Index))
            }
        }
    }

    /// Judges a commit that references are to point to, unless it passed before.
    pub fn judge_tip(
        &self,
        tip: CommitId,
        updates: &[&RefUpdate],
        searches: &mut Searches,
        judgement: &mut Judgement,
    ) -> Result<(), ProjectError> {
        let names: Vec<&str> = updates.iter().map(|update| short(&update.name)).collect();
        let name = names.join(", ");
        let pass = |why: &str| NotJudged { name: name.clone(), why: why.to_owned() };
        let project = self.open(Which::Revision(tip.to_string()))?;
        let judged = project.config.hooks.pre_receive;
        if judged == Judged::Off {
            judgement.not_judged.push(switched_off(&name, "pre-receive"));
            return Ok(());
        }
        let baseline = project.configured_baseline()?;
        // A tag that is new has a message that is new, whatever it points to.
        for update in updates {
            searches.add(&project.config, Some((&project, baseline.clone())), update);
        }
        if self.accepted.tips.contains(&tip) {
            judgement.not_judged.push(pass(THERE_ALREADY));
            return Ok(());
        }
        let accepted = |commits: &[CommitId]| self.accepted.are(commits, project.cache());
        let bases = self.git.accepted_bases(tip, &accepted, &self.accepted.bounds).map_err(cannot_read)?;
        let judged_by = format!("{} {:?} {baseline:?}", judged.as_str(), project.config);
        let tree = |commit: CommitId| self.git.tree_name(commit).map_err(cannot_read);
        let question = Question {
            tree: tree(tip)?,
            bases: bases.iter().map(|base| tree(*base)).collect::<Result<_, _>>()?,
            judged_by: &judged_by,
        };
        if question.has_passed(project.cache()) {
            judgement.not_judged.push(pass("it was judged and passed before"));
            return Ok(());
        }
        let answer = judge_since(self.asked, &project, &name, (tip, judged, &bases))?;
        if answer.verdict == Verdict::Pass {
            question.passed(project.cache());
        }
        judgement.trees.push(answer);
        Ok(())
    }

    /// Searches all that the push brings for secrets.
    pub fn search(&self, searches: Searches, judgement: &mut Judgement) -> Result<(), ProjectError> {
        let known: Vec<CommitId> = self.accepted.tips.iter().copied().collect();
        for search in searches.by_config.into_values() {
            if search.config.rule(rules::secrets::RULE.id).level.is_none() {
                continue;
            }
            let objects: Vec<&str> = search.objects.iter().map(String::as_str).collect();
            let found = self
                .git
                .search_pushed(&objects, &known, &self.settings.limits, self.asked.cancelled)
                .map_err(|error| ProjectError::new("cannot search what is pushed for secrets").why(error))?;
            let mut answer = empty_answer(&search, found.texts);
            for text in &found.suspects {
                answer.findings.extend(findings(text, &search)?);
            }
            let exclude = &search.config.rule(rules::secrets::RULE.id).exclude;
            for (path, size) in found.too_large.iter().filter(|(path, _)| !exclude.is_match(path)) {
                answer.rules_not_measured.push(RuleNotMeasured {
                    rule: rules::secrets::RULE.id,
                    why: format!(
                        "{path} has {size} bytes, over the limit of {} that a file may have to be searched; leave it out in \
                         rules.secrets.exclude, or let the operator raise batuta.push-file in Git's configuration",
                        self.settings.limits.file
                    ),
                });
            }
            // What was found in the judged trees is reported there.
            let known = |finding: &Finding| {
                judgement.trees.iter().flat_map(|tree| &tree.findings).any(|known| is_same(known, finding))
            };
            answer.findings.retain(|finding| !known(finding));
            answer.settle();
            if !answer.findings.is_empty() || !answer.rules_not_measured.is_empty() {
                judgement.trees.push(answer);
            }
        }
        Ok(())
    }

    /// Remembers what is accepted now, and what was until now.
    pub fn remember(
        &self,
        tips: &BTreeMap<CommitId, Vec<&RefUpdate>>,
        updates: &[RefUpdate],
    ) -> Result<(), ProjectError> {
        let Some(tip) = tips.keys().next() else { return Ok(()) };
        let project = self.open(Which::Revision(tip.to_string()))?;
        let is_kept = |update: &&RefUpdate| {
            update.name.starts_with("refs/heads/") || update.name.starts_with("refs/tags/")
        };
        let before = updates.iter().filter(is_kept).filter_map(|update| self.git.pushed_commit(&update.old));
        let switched_off = project.config.hooks.pre_receive == Judged::Off;
        let judged = tips.keys().copied().filter(|_| !switched_off);
        accepted::remember(project.cache(), before.chain(judged));
        Ok(())
    }
}

fn is_same(known: &Finding, finding: &Finding) -> bool {
    known.rule == finding.rule
        && known.path == finding.path
        && known.location == finding.location
        && finding.message.starts_with(&known.message)
}

fn empty_answer(search: &Search, texts: usize) -> TreeJudgement {
    TreeJudgement {
        name: search.names.join(", "),
        tree: "all that the push brings".to_owned(),
        judged: "new-objects",
        verdict: Verdict::Pass,
        fail_on: search.config.fail_on,
        touched: None,
        files: texts,
        findings: Vec::new(),
        suppressed: 0,
        accepted: None,
        not_measured: Vec::new(),
        rules_not_measured: Vec::new(),
    }
}

/// What the rule on secrets says to a text; comments in it and the baseline count as they do in a tree.
fn findings(text: &PushedText, search: &Search) -> Result<Vec<Finding>, ProjectError> {
    let place = match text.commit {
        Some(commit) => format!(" (in commit {})", commit.short()),
        None => String::new(),
    };
    let with_place = |finding: Finding| Finding { message: format!("{}{place}", finding.message), ..finding };
    let config = search.config.only(|rule| rule.id == rules::secrets::RULE.id);
    let tree = MemoryTree::new([(text.path.as_bytes().to_vec(), text.bytes.clone())]);
    let options = MeasureOptions {
        sections: gates::sections(&config),
        max_file_size: config.max_file_size,
        ..MeasureOptions::default()
    };
    let facts = facts::measure(&tree, None, &options).map_err(cannot_read)?;
    let unknown =
        facts.skipped.iter().any(|skipped| skipped.reason == facts::source::SkipReason::UnknownLanguage);
    if text.blob.is_some()
        && (unknown || !facts.files.is_empty())
        && text.bytes.len() as u64 <= config.max_file_size
    {
        let acceptance = search.baseline.as_ref().map(|baseline| Acceptance { baseline, time: search.time });
        let mut gate = Gate::new(&tree, &facts, &config, &NoEvidence);
        gate.acceptance = acceptance.as_ref();
        return Ok(gate.of_part().run().findings.into_iter().map(with_place).collect());
    }
    // Messages, binary files and large ones are no files that a gate measures.
    let Some(level) = rules::secrets::level_at(&text.path, &config) else { return Ok(Vec::new()) };
    let kind = if text.blob.is_some() { Text::of_file(&text.path, &text.bytes) } else { Text::Settings };
    let found = secrets::scan(&text.bytes, kind);
    Ok(found.iter().map(|secret| with_place(raw(&text.path, level, secret))).collect())
}

fn raw(path: &RepoPath, level: Level, secret: &SecretFinding) -> Finding {
    let span = secret.span;
    let kind = secret.kind.replace('-', " ");
    Finding {
        rule: rules::secrets::RULE.id,
        level,
        message: format!(
            "this looks like {} {kind}",
            if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
        ),
        path: path.clone(),
        location: Some(Location {
            line: span.start_line,
            column: span.start_column,
            end_line: span.end_line,
        }),
        function: None,
        value: None,
        limit: None,
        was: None,
        first_new_line: None,
        fingerprint: String::new(),
        fingerprint_anywhere: String::new(),
        help: "revoke it, then take it out of every commit that is pushed: `git rebase --interactive`"
            .to_owned(),
    }
}
