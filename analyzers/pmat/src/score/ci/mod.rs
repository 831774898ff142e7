//! What CI runs: the commands in its files, and those of the scripts and tasks that these call, recursively.
//!
//! ```text
//! CI's files ──commands of YAML──▶ Command ──calls──▶ script │ task of make, npm, tox, … ──▶ Command ──▶ …
//! ```
//! Nothing is run. If a command is only known at run time, all tasks of its runner count.

mod actions;
mod calls;
mod document;
mod jenkins;
mod json;
mod mage;
mod make;
mod own_folder;
mod python;
mod rake;
mod runners;
mod taskfile;
mod tasks;
mod words;
mod yaml;

pub(super) use super::files::Files;
use super::files::file_name;
use calls::{Call, Shell};
use facts::model::RepoPath;
use std::collections::{BTreeMap, VecDeque};

/// A command that CI runs, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Command {
    /// The file.
    pub path: RepoPath,
    /// The line, from 1.
    pub line: u32,
    /// The command, with variables of the file replaced if possible.
    pub text: String,
    /// The folder where it runs, relative to that of its caller.
    folder: String,
    /// The number of the shell in its file that runs it; 0 for a separate shell.
    shell: u32,
    /// True if it calls scripts or tasks whose commands were found.
    pub followed: bool,
    /// True if everything that it calls at most prints text.
    pub idle: bool,
}

impl Command {
    fn new(path: &RepoPath, line: u32, text: impl Into<String>) -> Command {
        let (path, folder) = (path.clone(), String::new());
        Command { path, line, text: text.into(), folder, shell: 0, followed: false, idle: false }
    }

    fn of_step(path: &RepoPath, step: yaml::Step) -> Command {
        Command { folder: step.folder, shell: step.shell, ..Command::new(path, step.line, step.text) }
    }

    /// A line of a script: one shell runs all of them.
    fn of_script(path: &RepoPath, line: u32, text: impl Into<String>) -> Command {
        Command { shell: 1, ..Command::new(path, line, text) }
    }

    /// The parts of it that do work: they neither install programs nor print text.
    pub fn working(&self) -> Vec<&str> {
        words::working(&self.text)
    }
}

/// Limit on the commands that are followed: far above what any project has.
const MAX_COMMANDS: usize = 20_000;
/// Limit on the bytes read to follow them, counting repeated reads: a file of many tasks that call each other is read
/// for each of them.
const MAX_LOOKED_AT: u64 = 256 << 20;

/// What is known about a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Called {
    /// No commands were found.
    Nothing,
    /// Its commands at most print text.
    Idle,
    /// Its commands do something.
    Works,
}

/// Every command that CI runs, those of its own files first.
pub(super) fn commands(files: &Files<'_>) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    let mut seen: BTreeMap<Call, Called> = BTreeMap::new();
    let mut pending: VecDeque<(Call, Vec<Command>)> = VecDeque::new();
    let makefiles = make::Makefiles::default();
    let begin = files.looked_at();
    let may_follow = || files.looked_at() - begin <= MAX_LOOKED_AT;
    for path in files.matching(is_ci_file) {
        let call = Call::file(path.to_string(), "");
        let commands = tasks::commands(files, &makefiles, &call);
        seen.insert(call.clone(), Called::Works);
        pending.push_back((call, commands));
    }
    while let Some((call, commands)) = pending.pop_front().filter(|_| found.len() < MAX_COMMANDS) {
        let mut shell = Shell::default();
        for mut command in commands {
            shell.begin(&call, &command);
            let mut called = Vec::new();
            for inner in calls::calls(files, &call, &command, &mut shell) {
                let known = seen.get(&inner).copied().unwrap_or_else(|| {
                    if !may_follow() {
                        return Called::Nothing;
                    }
                    let commands = tasks::commands(files, &makefiles, &inner);
                    let known = called_by(&commands);
                    seen.insert(inner.clone(), known);
                    pending.push_back((inner, commands));
                    known
                });
                called.extend(Some(known).filter(|known| *known != Called::Nothing));
            }
            command.followed = !called.is_empty();
            command.idle = command.followed && called.iter().all(|known| *known == Called::Idle);
            found.push(command);
        }
    }
    found
}

fn called_by(commands: &[Command]) -> Called {
    match commands {
        [] => Called::Nothing,
        commands if commands.iter().all(|command| command.working().is_empty()) => Called::Idle,
        _ => Called::Works,
    }
}

/// The third-party steps in workflows and actions, with their lines: `uses: actions/checkout@v4`.
pub(super) fn used_steps(text: &str) -> Vec<(u32, String)> {
    yaml::used(text)
}

/// Files of CI services with fixed paths.
const CI_FILES: &[&str] = &[
    ".gitlab-ci.yml",
    ".gitlab-ci.yaml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "azure-pipelines.yaml",
    ".azure-pipelines.yml",
    "Jenkinsfile",
    ".travis.yml",
    "bitbucket-pipelines.yml",
    ".drone.yml",
    ".cirrus.yml",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    "appveyor.yml",
    ".appveyor.yml",
    ".sourcehut.yml",
    ".build.yml",
    ".builds.yml",
    "codemagic.yaml",
    "bitrise.yml",
];

/// Folders of CI services: all YAML files in them are CI files.
const CI_FOLDERS: &[&str] = &[
    ".github/workflows/",
    ".forgejo/workflows/",
    ".gitea/workflows/",
    ".azure-pipelines/",
    ".buildkite/",
    ".woodpecker/",
    ".builds/",
    ".semaphore/",
    ".ci/",
];

/// True for a file that configures a CI service.
pub(super) fn is_ci_file(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let script =
        [".sh", ".bash", ".ps1", ".bat", ".cmd", "Jenkinsfile"].iter().any(|end| path.ends_with(end));
    // Services read workflows only directly in their folder.
    let is_in = |folder: &&str| {
        path.strip_prefix(*folder).is_some_and(|name| !folder.ends_with("workflows/") || !name.contains('/'))
    };
    CI_FILES.contains(&path)
        || (yaml && CI_FOLDERS.iter().any(is_in))
        || (script && (path.starts_with(".ci/") || path.starts_with(".buildkite/")))
        || path.starts_with(".buildkite/hooks/")
}

/// True for a file whose commands are under keys of YAML.
fn is_yaml(path: &str) -> bool {
    matches!(file_name(path).rsplit('.').next(), Some("yml" | "yaml"))
}
