//! What the receiving side of a push judges, and by which configuration.

use crate::accepted::{self, Accepted, Question};
use crate::judge::{Asked, Judgement, MOST_REASONS, NotJudged, TreeJudgement, open_with, switched_off};
use crate::update::{RefUpdate, THERE_ALREADY, cannot_read, judge_since, short};
use facts::MeasureOptions;
use facts::hash::HashSet;
use facts::model::{RepoPath, SecretFinding};
use facts::secrets::{self, Text};
use facts::source::{CommitId, GitContext, MemoryTree, PushLimits, PushedText, SearchPushed, Which};
use gates::baseline::{Acceptance, Baseline};
use gates::config::Judged;
use gates::{Config, Finding, Gate, Level, Location, NoEvidence, Verdict, rules};
use project::{Project, ProjectError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The configuration that received commits are judged by.
pub struct Settings {
    /// A file that the operator named.
    pub file: Option<PathBuf>,
    /// The commit that the default branch points to before the push.
    pub default_branch: Option<CommitId>,
    /// The reference for the branch that HEAD names, if the push creates it: it is judged by its own configuration.
    made: Option<String>,
    limits: PushLimits,
}

impl Settings {
    /// Reads `batuta.configuration` from the repository's Git configuration: `default-branch`, `pushed`, or a file.
    pub fn of(asked: &Asked<'_>, git: &GitContext, updates: &[RefUpdate]) -> Result<Settings, ProjectError> {
        let named = git.setting("batuta.configuration");
        let mut settings = Settings { file: None, default_branch: None, made: None, limits: limits(git)? };
        match named.as_deref() {
            _ if asked.config.is_some() => {}
            Some("pushed") => {}
            None | Some("default-branch") => {
                (settings.default_branch, settings.made) = default_branch(git, updates)?;
            }
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

    /// The configuration for the commits that some references will point to. The created branch's configuration applies
    /// only to that branch.
    fn which_for(&self, updates: &[&RefUpdate]) -> Option<Which> {
        let is_made = |update: &&RefUpdate| self.made.as_ref() == Some(&update.name);
        if updates.iter().all(is_made) { None } else { self.which() }
    }
}

/// The commit whose configuration judges a push, and the reference that is judged by its own configuration. The commit
/// is that of the default branch before the push or, in an empty repository, of the branch that the push creates. While
/// HEAD names a branch that was never pushed, `main` and similar branches stand for it, and the push that creates it
/// chooses the rules only for that branch.
fn default_branch(
    git: &GitContext,
    updates: &[RefUpdate],
) -> Result<(Option<CommitId>, Option<String>), ProjectError> {
    if let Some(head) = git.head().map_err(cannot_read)? {
        return Ok((Some(head), None));
    }
    let current = git.current_branch().unwrap_or_default();
    let is_made = |update: &&RefUpdate| {
        !update.is_deleted() && update.name.strip_prefix("refs/heads/") == Some(&current)
    };
    let made = updates.iter().find(is_made);
    if !git.has_references().map_err(cannot_read)? {
        return Ok((made.and_then(|made| git.pushed_commit(&made.new)), None));
    }
    let other = git.default_branch().filter(|branch| *branch != current);
    let stands_for_it = other.and_then(|branch| git.commit(&format!("refs/heads/{branch}")).ok());
    let only_made = updates.iter().all(|update| update.is_deleted() || is_made(&update));
    if stands_for_it.is_some() || only_made {
        return Ok((stands_for_it, made.map(|made| made.name.clone())));
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

/// The texts to search for secrets, by the configuration that applies.
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

impl Search {
    /// What distinguishes places: the level of findings there, and whether the baseline accepts findings in the file.
    fn place(&self, path: &RepoPath, accepted: &HashSet<&RepoPath>) -> Vec<u8> {
        let level = rules::secrets::level_at(path, &self.config).map_or("off", Level::as_str);
        match accepted.contains(path) {
            true => [level.as_bytes(), path.as_bytes()].join(&0),
            false => level.as_bytes().to_vec(),
        }
    }
}

/// After this many findings that refuse the push, the search stops.
const MOST_REFUSING: usize = 200;
/// Limit on the other findings that are kept.
const MOST_OTHERS: usize = 2_000;

/// Collects texts with possible credentials.
struct Suspects<'a> {
    search: &'a Search,
    answer: TreeJudgement,
    failed: Option<ProjectError>,
}

impl Suspects<'_> {
    /// Judges a text. False if that ends the search: the push is refused whatever else it contains.
    fn judge(&mut self, text: &PushedText) -> bool {
        let fail_on = self.answer.fail_on;
        let found = match findings(text, self.search) {
            Ok(found) => found,
            Err(error) => {
                self.failed = Some(error);
                return false;
            }
        };
        let (refusing, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|finding| finding.level >= fail_on);
        self.answer.findings.extend(refusing);
        let room = MOST_OTHERS.saturating_sub(self.answer.findings.len());
        self.answer.findings.extend(others.into_iter().take(room));
        // All listed ones may be allowed, and the next one not.
        let can_refuse = rules::secrets::level_at(&text.path, &self.search.config) >= Some(fail_on);
        if can_refuse && secrets::scan(&text.bytes, kind(text)).len() >= secrets::MAX_FINDINGS {
            let why = format!(
                "{} has {} places that look like credentials, as many as are listed of one file; take them out of every commit, \
                 split the file, or leave it out in rules.secrets.exclude",
                text.path,
                secrets::MAX_FINDINGS
            );
            self.answer.not_measured_by(rules::secrets::RULE.id, [why].into_iter());
        }
        let refusing = self.answer.findings.iter().filter(|finding| finding.level >= fail_on).count();
        refusing < MOST_REFUSING && self.answer.rules_not_measured.len() < MOST_REASONS
    }
}

fn kind(text: &PushedText) -> Text {
    if text.blob.is_some() { Text::of_file(&text.path, &text.bytes) } else { Text::Settings }
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

    /// The configuration for objects that are not commits.
    pub fn config(&self) -> Result<Config, ProjectError> {
        match (self.asked.config, self.settings.which()) {
            (None, None) => Ok(Config::default()),
            (named, which) => {
                let (root, _) = project::place(self.place)?;
                project::configuration(named, &root, &which.unwrap_or(Which::Index))
            }
        }
    }

    /// Judges a commit that references will point to, unless it passed before. False if nothing is checked.
    pub fn judge_tip(
        &self,
        tip: CommitId,
        updates: &[&RefUpdate],
        searches: &mut Searches,
        judgement: &mut Judgement,
    ) -> Result<bool, ProjectError> {
        let names: Vec<&str> = updates.iter().map(|update| short(&update.name)).collect();
        let name = names.join(", ");
        let pass = |why: &str| NotJudged { name: name.clone(), why: why.to_owned() };
        let settings_of = self.settings.which_for(updates);
        let project = open_with(self.asked, self.place, Which::Revision(tip.to_string()), settings_of)?;
        let judged = project.config.hooks.pre_receive;
        if judged == Judged::Off {
            judgement.not_judged.push(switched_off(&name, "pre-receive"));
            return Ok(false);
        }
        let baseline = project.configured_baseline()?;
        // A new tag has a new message, whatever it points to.
        for update in updates {
            searches.add(&project.config, Some((&project, baseline.clone())), update);
        }
        if self.accepted.tips.contains(&tip) {
            judgement.not_judged.push(pass(THERE_ALREADY));
            return Ok(true);
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
            return Ok(true);
        }
        let mut answer = judge_since(self.asked, &project, &name, (tip, judged, &bases))?;
        answer.refuse_what_was_not_judged(&project.config);
        if answer.verdict == Verdict::Pass {
            question.passed(project.cache());
        }
        judgement.trees.push(answer);
        Ok(true)
    }

    /// Searches everything in the push for credentials.
    pub fn search(&self, searches: Searches, judgement: &mut Judgement) -> Result<(), ProjectError> {
        let known: Vec<CommitId> = self.accepted.tips.iter().copied().collect();
        for search in searches.by_config.into_values() {
            if search.config.rule(rules::secrets::RULE.id).level.is_none() {
                continue;
            }
            let objects: Vec<&str> = search.objects.iter().map(String::as_str).collect();
            let accepted: HashSet<&RepoPath> = search
                .baseline
                .iter()
                .flat_map(|baseline| &baseline.entries)
                .map(|entry| &entry.path)
                .collect();
            let mut suspects = Suspects { search: &search, answer: empty_answer(&search, 0), failed: None };
            let asked = SearchPushed {
                objects: &objects,
                known: &known,
                limits: &self.settings.limits,
                place: &|path| search.place(path, &accepted),
                cancelled: self.asked.cancelled,
            };
            let found = self
                .git
                .search_pushed(&asked, &mut |text| suspects.judge(&text))
                .map_err(|error| ProjectError::new("cannot search what is pushed for secrets").why(error))?;
            let Suspects { mut answer, failed, .. } = suspects;
            if let Some(error) = failed {
                return Err(error);
            }
            answer.files = found.texts;
            let exclude = &search.config.rule(rules::secrets::RULE.id).exclude;
            let too_large = found.too_large.iter().filter(|(path, _)| !exclude.is_match(path));
            let too_large = too_large.map(|(path, size)| {
                format!(
                    "{path} has {size} bytes, over the limit of {} that a file may have to be searched; leave it out in \
                     rules.secrets.exclude, or let the operator raise batuta.push-file in Git's configuration",
                    self.settings.limits.file
                )
            });
            answer.not_measured_by(rules::secrets::RULE.id, too_large);
            // Findings that refuse the push in a judged tree are already reported there.
            let fail_on = answer.fail_on;
            let known = |finding: &Finding| {
                let trees = judgement.trees.iter();
                trees.filter(|tree| finding.level < fail_on || finding.level >= tree.fail_on).any(|tree| {
                    tree.findings.iter().any(|known| known.level >= finding.level && is_same(known, finding))
                })
            };
            answer.findings.retain(|finding| !known(finding));
            answer.settle();
            if !answer.findings.is_empty() || !answer.rules_not_measured.is_empty() {
                judgement.trees.push(answer);
            }
        }
        Ok(())
    }

    /// Records the commits accepted now, and those accepted before.
    pub fn remember(
        &self,
        tips: &BTreeMap<CommitId, Vec<&RefUpdate>>,
        judged: &[CommitId],
        updates: &[RefUpdate],
    ) -> Result<(), ProjectError> {
        let Some(tip) = tips.keys().next() else { return Ok(()) };
        let project = self.open(Which::Revision(tip.to_string()))?;
        let is_kept = |update: &&RefUpdate| {
            update.name.starts_with("refs/heads/") || update.name.starts_with("refs/tags/")
        };
        let before = updates.iter().filter(is_kept).filter_map(|update| self.git.pushed_commit(&update.old));
        accepted::remember(project.cache(), before.chain(judged.iter().copied()));
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
        not_judged: Vec::new(),
        remark: None,
    }
}

/// The findings of the rule on secrets in a text; comments in it and the baseline apply as in a tree.
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
    // A gate does not measure messages, binary files and large files.
    let Some(level) = rules::secrets::level_at(&text.path, &config) else { return Ok(Vec::new()) };
    let found = secrets::scan(&text.bytes, kind(text));
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
        copies: None,
        is_covered: false,
        help: "revoke it, then take it out of every commit that is pushed: `git rebase --interactive`"
            .to_owned(),
    }
}
