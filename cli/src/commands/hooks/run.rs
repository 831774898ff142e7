//! `pmat hooks run`

use super::refusal;
use crate::args::{GlobalArgs, HooksRunArgs, ReportFormat};
use crate::commands::Outcome;
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::{self, Destination, ProgressLine, Screen};
use facts::source::GitContext;
use gates::Verdict;
use hooks::{Asked, Breach, Hook, Judgement, PushRemote, RefUpdate, UnclearUpdate};
use project::ProjectError;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

/// Judges like the hook. The exit code is the verdict: Git continues only on 0.
pub fn run(args: &HooksRunArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    check_words(args)?;
    let line = ProgressLine::new(global.progress, global.quiet);
    let progress = |progress| line.report(progress);
    let asked = Asked {
        path: &args.repository.path,
        config: global.config.as_deref(),
        use_cache: !global.no_cache,
        progress: Some(&progress),
        cancelled: Some(&interrupt::requested),
    };
    if args.hook == Hook::CommitMsg {
        return message(args, &asked, global);
    }
    let judgement = interrupt::finishing(|| judge(args, &asked));
    drop(line);
    if interrupt::requested() {
        return Err(Interrupted.into());
    }
    let judgement = judgement?;
    let screen = Screen::of(&Destination::StandardOutput, global.color);
    let text = match args.format {
        ReportFormat::Json => {
            output::json("batuta/hook/1", &Answer { verdict: judgement.verdict(), judgement: &judgement })?
        }
        ReportFormat::Human if global.quiet && judgement.verdict() == Verdict::Pass => String::new(),
        ReportFormat::Human => refusal::of_judgement(&judgement, &screen),
    };
    Destination::StandardOutput.write(&text)?;
    Ok(match judgement.verdict() {
        Verdict::Pass => Outcome::Fine,
        Verdict::Fail => Outcome::Findings,
        Verdict::NotMeasured => Outcome::NotMeasured,
    })
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HookAnswer")]
struct Answer<'a> {
    verdict: Verdict,
    #[serde(flatten)]
    judgement: &'a Judgement,
}

fn check_words(args: &HooksRunArgs) -> anyhow::Result<()> {
    let wanted = match args.hook {
        Hook::CommitMsg if args.words.is_empty() => "the file that holds the commit message",
        Hook::Update if args.words.len() != 3 => "the reference, its old object and its new one",
        _ => return Ok(()),
    };
    Err(Failure::new(format!("arguments for the hook {} are missing", args.hook))
        .why(format!("Git calls it with {wanted}; see githooks(5)"))
        .help(format!("name them: `pmat hooks run {} …`", args.hook))
        .into())
}

#[expect(clippy::disallowed_methods, reason = "environment: pre-commit names the remote in it")]
fn judge(args: &HooksRunArgs, asked: &Asked<'_>) -> anyhow::Result<Judgement> {
    let judged: Result<Judgement, ProjectError> = match args.hook {
        Hook::PrePush => {
            let input = standard_input()?;
            let updates = match from_framework(asked.path).filter(|_| input.trim().is_empty()) {
                Some(update) => vec![update],
                None => RefUpdate::of_push(&input).map_err(unclear)?,
            };
            let named = args.words.first().cloned().or_else(|| std::env::var("PRE_COMMIT_REMOTE_NAME").ok());
            hooks::pushed(asked, &PushRemote { name: named.as_deref().unwrap_or_default() }, &updates)
        }
        Hook::PreReceive => {
            let updates = RefUpdate::of_receive(&standard_input()?).map_err(unclear)?;
            hooks::received(asked, args.hook, &updates)
        }
        Hook::Update => {
            let [name, old, new] = &args.words[..] else { unreachable!("checked before") };
            hooks::received(asked, args.hook, &[RefUpdate::new(name, old, new)])
        }
        Hook::PreCommit | Hook::CommitMsg => hooks::staged(asked),
    };
    judged.map_err(|error| Failure::from(error).into())
}

fn unclear(why: UnclearUpdate) -> Failure {
    Failure::new("cannot tell what is pushed").why(why).help("see githooks(5) for what Git writes there")
}

/// Git's input to a hook. Empty if a person started it.
fn standard_input() -> anyhow::Result<String> {
    let mut input = String::new();
    if !io::stdin().is_terminal() {
        let read = io::stdin().lock().read_to_string(&mut input);
        read.map_err(|error| Failure::new("cannot read standard input").why(error))?;
    }
    Ok(input)
}

/// Reads the pushed reference from the environment, where the pre-commit framework puts it after consuming Git's input.
#[expect(clippy::disallowed_methods, reason = "environment: pre-commit names what is pushed in it")]
fn from_framework(path: &Path) -> Option<RefUpdate> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let null = "0".repeat(40);
    // If the remote has nothing of this history, the framework names only the branch.
    let branch = || {
        let git = GitContext::discover(path).ok()??;
        Some(git.commit(&variable("PRE_COMMIT_LOCAL_BRANCH")?).ok()?.to_string())
    };
    let new = variable("PRE_COMMIT_TO_REF").or_else(branch)?;
    let old = variable("PRE_COMMIT_FROM_REF").unwrap_or(null);
    Some(RefUpdate::new(&variable("PRE_COMMIT_REMOTE_BRANCH")?, &old, &new))
}

#[derive(Serialize, JsonSchema)]
struct MessageAnswer {
    hook: Hook,
    verdict: Verdict,
    /// What the message breaks; absent when nothing is asked of it.
    breaches: Option<Vec<Breach>>,
}

fn message(args: &HooksRunArgs, asked: &Asked<'_>, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let file = Path::new(&args.words[0]);
    let breaches = hooks::message(asked, file).map_err(Failure::from)?;
    let refused = breaches.as_ref().is_some_and(|breaches| !breaches.is_empty());
    let text = match (args.format, &breaches) {
        (ReportFormat::Json, _) => {
            let verdict = if refused { Verdict::Fail } else { Verdict::Pass };
            output::json("batuta/commit-message/1", &MessageAnswer { hook: args.hook, verdict, breaches })?
        }
        (ReportFormat::Human, Some(breaches)) if refused => {
            let text = hooks::message_text(file).map_err(Failure::from)?;
            let screen = Screen::of(&Destination::StandardOutput, global.color);
            refusal::of_message(file, &text, breaches, &screen)
        }
        (ReportFormat::Human, _) => String::new(),
    };
    Destination::StandardOutput.write(&text)?;
    Ok(if refused { Outcome::Findings } else { Outcome::Fine })
}
