//! How often the map of `pmat context` names the files that a fix went on to touch.
//!
//! Each past bug-fix commit is a question with a known answer: its message is the question, the tree at its parent is
//! what the map is made from, and the source files it changed are the answer.

use crate::process;
use anyhow::{Context, Result, bail};
use context::{Seeds, rank_files};
use facts::cache::Cache;
use facts::model::RepoPath;
use facts::source::{ExcludeRules, GitContext, RevisionTree};
use facts::{MeasureOptions, RepoFacts};
use regex::Regex;
use std::path::{Path, PathBuf};
use std::process::Command;
use trueno_graph::code;

/// Arguments of `cargo xtask context-eval`.
#[derive(Debug, clap::Args)]
pub struct ContextEvalArgs {
    /// The repository, bare or not; may be given more than once
    #[arg(long, required = true)]
    repo: Vec<PathBuf>,
    /// How many bug-fix commits of each repository, newest first
    #[arg(long, default_value_t = 50)]
    commits: usize,
    /// Pass over this many bug-fix commits first: tune on some, report on others
    #[arg(long, default_value_t = 0)]
    skip: usize,
    /// Fail when a touched file is in the top ten in fewer than this share of the commits
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    require: f64,
}

/// How many files of the map are looked at.
const TOP: usize = 10;
/// Commits that touch more source files than this are no single fix.
const MAX_TOUCHED: usize = 5;

/// Ranks the files at the parents of past fixes and prints where the touched files are.
pub fn run(args: &ContextEvalArgs) -> Result<()> {
    for repository in &args.repo {
        let share = evaluate(repository, args.skip, args.commits)?;
        if share < args.require {
            bail!("{}: {:.0} % is below {:.0} %", repository.display(), share * 100.0, args.require * 100.0);
        }
    }
    Ok(())
}

fn evaluate(repository: &Path, skip: usize, wanted: usize) -> Result<f64> {
    let git = GitContext::discover(repository)?;
    let cache = Cache::open_for(git.as_ref(), repository);
    let mut outcomes = Vec::new();
    let mut passed_over = 0;
    println!("{}\n  commit   first  ranks of the touched files; subject", repository.display());
    for fix in fixes(repository)? {
        if outcomes.len() == wanted {
            break;
        }
        let Some(outcome) = rank_fix(repository, &cache, &fix)? else {
            continue;
        };
        if passed_over < skip {
            passed_over += 1;
            continue;
        }
        println!("{}", outcome.line(&fix));
        outcomes.push(outcome);
    }
    Ok(summary(&outcomes))
}

/// A commit that fixes a fault.
struct Fix {
    id: String,
    parent: String,
    message: String,
    /// Paths it changed or removed, as they were named before.
    touched: Vec<String>,
}

/// The bug-fix commits reachable from HEAD, newest first.
fn fixes(repository: &Path) -> Result<Vec<Fix>> {
    let is_fix = Regex::new(
        r"(?i)\b(fix(e[sd]|ing)?|bug(s|fix(es)?)?|crash(e[sd]|ing)?|panic(s|ked|king)?|regressions?|segfaults?|deadlocks?)\b",
    )?;
    // Faults of documents, style and machinery: no question about the code.
    let is_other = Regex::new(
        r"(?i)\b(docs?|documentation|docstrings?|readme|changelog|typos?|spelling|grammar|ci|travis|appveyor|tox|workflows?|clippy|lints?|flake8|mypy|typing|pre-commit|rustfmt|warnings?|release)\b",
    )?;
    let mut log = Command::new("git");
    log.arg("-C").arg(repository).args([
        "log",
        "--no-merges",
        "--date-order",
        "--name-status",
        "--find-renames",
        "-z",
        "--format=%x01%H%x00%P%x00%B%x00",
    ]);
    let log = process::output(&mut log)?;
    let all = log.split('\u{1}').filter_map(parse_commit);
    Ok(all
        .filter(|fix| {
            let subject = fix.message.lines().next().unwrap_or_default();
            is_fix.is_match(subject) && !is_other.is_match(subject)
        })
        .collect())
}

/// One record of the log: id, parents, message, then for each changed file its status and path, and for a rename both.
fn parse_commit(record: &str) -> Option<Fix> {
    let mut fields = record.split('\0');
    let id = fields.next()?.to_owned();
    let parent = fields.next()?.to_owned();
    let message = fields.next()?.trim().to_owned();
    if parent.is_empty() {
        return None;
    }
    let mut touched = Vec::new();
    while let Some(status) = fields.next() {
        let status = status.trim();
        match status.chars().next() {
            Some('A') => {
                fields.next();
            }
            Some('R') => {
                touched.push(fields.next()?.to_owned());
                fields.next();
            }
            Some('C') => {
                fields.nth(1);
            }
            Some(_) => touched.push(fields.next()?.to_owned()),
            None => {}
        }
    }
    Some(Fix { id, parent, message, touched })
}

/// Where the files that a fix touched are in the ranking.
struct Outcome {
    /// Rank of each touched source file, from 1, best first.
    ranks: Vec<usize>,
    files: usize,
}

impl Outcome {
    fn line(&self, fix: &Fix) -> String {
        let first = self.ranks.first().copied().unwrap_or(self.files);
        let subject = fix.message.lines().next().unwrap_or_default();
        format!(
            "  {} {first:>5}  {:?} of {}; {subject}",
            &fix.id[..fix.id.len().min(8)],
            self.ranks,
            self.files
        )
    }
}

/// `None` for a commit that touches no source file of the parent's tree, or too many.
fn rank_fix(repository: &Path, cache: &Cache, fix: &Fix) -> Result<Option<Outcome>> {
    if fix.touched.is_empty() || fix.touched.len() > 4 * MAX_TOUCHED {
        return Ok(None);
    }
    let tree = RevisionTree::open(repository, &fix.parent, &ExcludeRules::default())?;
    let sections = context::SECTIONS.or(code::SECTIONS);
    let options = MeasureOptions { sections, ..MeasureOptions::default() };
    let repo = facts::measure(&tree, Some(cache), &options).with_context(|| format!("at {}", fix.parent))?;
    let touched: Vec<RepoPath> = fix
        .touched
        .iter()
        .map(|path| RepoPath::from(path.as_str()))
        .filter(|path| is_source(&repo, path))
        .collect();
    if touched.is_empty() || touched.len() > MAX_TOUCHED {
        return Ok(None);
    }
    let seeds = Seeds { question: Some(without_issue_numbers(&fix.message)), ..Seeds::default() };
    let ranking = rank_files(&repo, &code::build(&tree, &repo), &seeds);
    let mut ranks: Vec<usize> = touched
        .iter()
        .filter_map(|path| ranking.iter().position(|(ranked, _)| ranked == path))
        .map(|i| i + 1)
        .collect();
    ranks.sort_unstable();
    Ok(Some(Outcome { ranks, files: ranking.len() }))
}

/// True for a file of the tree whose language has functions: documents and data are not what a fault is looked for in.
fn is_source(repo: &RepoFacts, path: &RepoPath) -> bool {
    let found = repo.files.binary_search_by(|file| file.path().cmp(path));
    found.is_ok_and(|i| repo.files[i].data.facts.has_functions())
}

/// The message without `#123`, `(#123)`, `GH-123` at the ends of its lines.
fn without_issue_numbers(message: &str) -> String {
    let number = |word: &str| {
        let word = word.trim_matches(|c: char| "().,;:".contains(c));
        let digits = word.strip_prefix('#').or_else(|| word.strip_prefix("GH-"));
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut lines = Vec::new();
    for line in message.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        while words.last().is_some_and(|word| number(word)) {
            words.pop();
        }
        lines.push(words.join(" "));
    }
    lines.join("\n")
}

/// Prints the rates and returns the share of commits with a touched file in the top ten.
fn summary(outcomes: &[Outcome]) -> f64 {
    let count = outcomes.len().max(1) as f64;
    let share = |hit: &dyn Fn(&Outcome) -> bool| {
        outcomes.iter().filter(|outcome| hit(outcome)).count() as f64 / count
    };
    let any = |top: usize| share(&|outcome| outcome.ranks.first().is_some_and(|rank| *rank <= top));
    let all = share(&|outcome| outcome.ranks.last().is_some_and(|rank| *rank <= TOP));
    let reciprocal: f64 =
        outcomes.iter().filter_map(|outcome| outcome.ranks.first()).map(|rank| 1.0 / *rank as f64).sum();
    println!(
        "{} commits: a touched file in the top {TOP} in {:.0} %, in the top 5 in {:.0} %, first in {:.0} %; every touched \
         file in the top {TOP} in {:.0} %; mean reciprocal rank {:.3}",
        outcomes.len(),
        any(TOP) * 100.0,
        any(5) * 100.0,
        any(1) * 100.0,
        all * 100.0,
        reciprocal / count,
    );
    any(TOP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_record_gives_the_old_names() {
        let record =
            "abc\0def\0Fix it (#12)\n\0\nM\0src/a.rs\0R090\0old.rs\0new.rs\0A\0added.rs\0D\0gone.rs\0";
        let fix = parse_commit(record).expect("the record is whole");
        assert_eq!(fix.touched, ["src/a.rs", "old.rs", "gone.rs"]);
        assert_eq!(without_issue_numbers(&fix.message), "Fix it");
    }
}
