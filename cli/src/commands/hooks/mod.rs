//! `pmat hooks`

mod ci;
mod refusal;
mod run;

use super::Outcome;
use crate::args::{
    GlobalArgs, HooksArgs, HooksCommand, HooksInstallArgs, HooksStatusArgs, HooksUninstallArgs,
};
use crate::args::{ReportFormat, RepositoryArg};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, shown};
use facts::source::GitContext;
use hooks::{Change, Hook, HookState, HooksStatus, InstallOptions, Installed, Removed};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Installs, removes, shows or runs hooks.
pub fn run(args: &HooksArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        HooksCommand::Install(args) => install(args),
        HooksCommand::Uninstall(args) => uninstall(args),
        HooksCommand::Status(args) => status(args, global),
        HooksCommand::Run(args) => run::run(args, global),
        HooksCommand::Ci(args) => ci::run(args),
    }
}

#[derive(Serialize, JsonSchema)]
struct Changes<T> {
    hooks: Vec<Change<T>>,
}

fn install(args: &HooksInstallArgs) -> anyhow::Result<Outcome> {
    let git = repository(&args.repository)?;
    let usual: &[Hook] = match (git.work_dir(), args.all) {
        (None, _) => &[Hook::PreReceive],
        (Some(_), false) => &[Hook::PreCommit],
        (Some(_), true) => &[Hook::PreCommit, Hook::CommitMsg, Hook::PrePush],
    };
    let hooks = if args.hooks.is_empty() { usual } else { &args.hooks };
    let program = program()?;
    let options = InstallOptions { hooks, program: &program, force: args.force };
    let changes = hooks::install(&git, &options).map_err(Failure::from)?;
    if args.format == ReportFormat::Json {
        return write(&output::json("batuta/hooks-installed/1", &Changes { hooks: changes })?);
    }
    let mut text = String::new();
    let settings = hooks::settings(&git);
    for change in changes {
        let done = match change.done {
            Installed::Installed => "installed",
            Installed::Updated => "updated",
            Installed::Unchanged => "is there already",
            Installed::CalledAlready => "is left as it is: the hook there calls batuta",
        };
        text.push_str(&line(change.hook, done, &change.path));
        if let Some(before) = change.before {
            text.push_str(&format!("  the hook that was there runs first: {}\n", path(&before)));
        }
        if let Some(why) = hooks::lets_all_pass(change.hook, settings.as_ref()) {
            text.push_str(&format!("  {why}\n"));
        }
    }
    write(&text)
}

fn uninstall(args: &HooksUninstallArgs) -> anyhow::Result<Outcome> {
    let git = repository(&args.repository)?;
    let wanted = if args.hooks.is_empty() { &Hook::ALL[..] } else { &args.hooks };
    let mut changes = hooks::uninstall(&git, wanted, args.force).map_err(Failure::from)?;
    if args.hooks.is_empty() {
        changes.retain(|change| matches!(change.done, Removed::Removed | Removed::Restored));
    }
    if args.format == ReportFormat::Json {
        return write(&output::json("batuta/hooks-uninstalled/1", &Changes { hooks: changes })?);
    }
    let mut text = String::new();
    for change in &changes {
        let done = match change.done {
            Removed::Removed => "removed",
            Removed::Restored => "removed, the earlier hook is restored",
            Removed::Foreign => "is not ours, and left as it is",
            Removed::NotInstalled => "is not installed",
        };
        text.push_str(&line(change.hook, done, &change.path));
    }
    if changes.is_empty() {
        text.push_str("no hook of ours is installed\n");
    }
    write(&text)
}

fn line(hook: Hook, done: &str, file: &Path) -> String {
    format!("{hook} {done}: {}\n", path(file))
}

fn path(path: &Path) -> String {
    shown(&path.display().to_string()).into_owned()
}

fn status(args: &HooksStatusArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let git = repository(&args.repository)?;
    let status = hooks::status(&git, &program()?).map_err(Failure::from)?;
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/hooks/1", &status)?,
        ReportFormat::Human => {
            status_screen(&status, &Screen::of(&Destination::StandardOutput, global.color))
        }
    };
    write(&text)
}

fn status_screen(status: &HooksStatus, screen: &Screen) -> String {
    let mut text = format!("hooks folder: {}\n", path(&status.folder));
    if let (Some(value), Some(whose)) = (&status.hooks_path, status.set_by) {
        text.push_str(&format!("  core.hooksPath of {whose}: {}\n", shown(value)));
    }
    if let Some(why) = &status.elsewhere {
        let what = match status.switched_off {
            true => "no hook runs",
            false => "nothing is written there without --force",
        };
        text.push_str(&format!("  {what}: {}\n", shown(why)));
    }
    let mut table = Table::new([Column::text("Hook"), Column::text("State"), Column::sentence("")]);
    for hook in &status.hooks {
        let meaning = match hook.state {
            HookState::Installed | HookState::ForeignCalling if hook.executable => Meaning::Good,
            HookState::NotInstalled => Meaning::Quiet,
            _ => Meaning::Warning,
        };
        let mut remarks = Vec::new();
        if hook.state != HookState::NotInstalled && !hook.executable {
            remarks.push("not executable: Git does not run it".to_owned());
        }
        if let (Some(program), Some(false)) = (&hook.program, hook.program_found) {
            remarks.push(format!("{} is gone: batuta is looked for in PATH", program.display()));
        }
        if let Some(before) = &hook.before {
            remarks.push(match hook.state.is_ours() {
                true => format!("{} runs first", before.display()),
                false => format!("{} is kept and not run", before.display()),
            });
        }
        if let (true, Some(why)) = (hook.state != HookState::NotInstalled, &hook.lets_all_pass) {
            remarks.push(why.clone());
        }
        table.row([
            Cell::new(hook.hook.name()),
            Cell::meaning(hook.state.as_str(), meaning),
            Cell::meaning(remarks.join("; "), Meaning::Warning),
        ]);
    }
    format!("{text}\n{}", table.render(screen))
}

/// The repository that the options name.
fn repository(args: &RepositoryArg) -> anyhow::Result<GitContext> {
    let (_, git) = project::place(&args.path).map_err(Failure::from)?;
    let git = git.ok_or_else(|| {
        Failure::new(format!("{} is in no Git repository", args.path.display()))
            .help("hooks belong to a repository: `git init` makes one")
    })?;
    Ok(git)
}

/// The path of this program, which hooks call.
fn program() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().and_then(std::fs::canonicalize);
    program.map_err(|error| Failure::new("cannot tell where the program itself is").why(error).into())
}

fn write(text: &str) -> anyhow::Result<Outcome> {
    Destination::StandardOutput.write(text)?;
    Ok(Outcome::Fine)
}
