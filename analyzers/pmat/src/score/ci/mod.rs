//! What CI runs: the commands in its files, and those of the scripts and tasks that they call, and so on.
//!
//! ```text
//! CI's files ──commands of YAML──▶ Command ──calls──▶ script │ task of make, npm, tox, … ──▶ Command ──▶ …
//! ```
//!
//! Nothing is run. What a command that is put together at run time does cannot be told: its runner's tasks all count then.

mod calls;
mod make;
mod python;
mod tasks;
mod words;
mod yaml;

pub(super) use super::files::Files;
use super::files::file_name;
use calls::Call;
use facts::model::RepoPath;
use std::collections::{BTreeMap, VecDeque};

/// A command that CI runs, by where it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Command {
    /// The file.
    pub path: RepoPath,
    /// The line, from 1.
    pub line: u32,
    /// The command, variables of the file replaced where that is possible.
    pub text: String,
    /// True where it calls scripts or tasks whose commands were found.
    pub followed: bool,
}

impl Command {
    fn new(path: &RepoPath, line: u32, text: impl Into<String>) -> Command {
        Command { path: path.clone(), line, text: text.into(), followed: false }
    }
}

/// Commands that are followed at most: far above what any project has.
const MAX_COMMANDS: usize = 20_000;
/// Bytes that are read to follow them, each as often as it is: a file of many tasks that call each other is read for each.
const MAX_LOOKED_AT: u64 = 256 << 20;

/// Every command that CI runs, those of its own files first.
pub(super) fn commands(files: &Files<'_>) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    // What was called, and whether it holds commands.
    let mut seen: BTreeMap<Call, bool> = BTreeMap::new();
    let mut pending: VecDeque<(Call, Vec<Command>)> = VecDeque::new();
    let makefiles = make::Makefiles::default();
    let begin = files.looked_at();
    let may_follow = || files.looked_at() - begin <= MAX_LOOKED_AT;
    for path in files.matching(is_ci_file) {
        let call = Call::File(path.to_string());
        let commands = tasks::commands(files, &makefiles, &call);
        seen.insert(call.clone(), true);
        pending.push_back((call, commands));
    }
    while let Some((call, commands)) = pending.pop_front().filter(|_| found.len() < MAX_COMMANDS) {
        for mut command in commands {
            for inner in calls::calls(files, &call, &command) {
                let known = seen.get(&inner).copied().unwrap_or_else(|| {
                    if !may_follow() {
                        return false;
                    }
                    let commands = tasks::commands(files, &makefiles, &inner);
                    let any = !commands.is_empty();
                    seen.insert(inner.clone(), any);
                    pending.push_back((inner, commands));
                    any
                });
                command.followed |= known;
            }
            found.extend(Some(command).filter(|command| !words::only_prepares(&command.text)));
        }
    }
    found
}

/// True for a file that tells a CI service what to do.
pub(super) fn is_ci_file(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    (path.starts_with(".github/workflows/") && yaml)
        || path.starts_with(".ci/")
        || path.starts_with(".buildkite/")
        || (path.starts_with(".woodpecker/") && yaml)
        || (path.starts_with(".builds/") && yaml)
        || matches!(
            path,
            ".gitlab-ci.yml"
                | ".circleci/config.yml"
                | "azure-pipelines.yml"
                | "Jenkinsfile"
                | ".travis.yml"
                | "bitbucket-pipelines.yml"
                | ".drone.yml"
                | ".cirrus.yml"
                | ".woodpecker.yml"
                | "appveyor.yml"
                | ".appveyor.yml"
                | ".sourcehut.yml"
        )
}

/// True for a file whose commands stand under keys of YAML.
fn is_yaml(path: &str) -> bool {
    matches!(file_name(path).rsplit('.').next(), Some("yml" | "yaml"))
}
