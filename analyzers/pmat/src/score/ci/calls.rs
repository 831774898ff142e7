//! Which scripts and tasks of the project a command calls.

use super::words::{bare_words, simple_commands, words};
use super::{Command, Files, own_folder, runners};
use std::collections::BTreeSet;

/// What a command may call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    /// A script, or a file of CI.
    File {
        /// Its path.
        path: String,
        /// The folder where it is called.
        folder: String,
    },
    /// A task of a task runner.
    Task {
        /// Which runner.
        runner: Runner,
        /// The folder where it is called.
        folder: String,
        /// Which of its tasks.
        wanted: Wanted,
    },
}

impl Call {
    pub fn file(path: impl Into<String>, folder: impl Into<String>) -> Call {
        Call::File { path: path.into(), folder: folder.into() }
    }

    fn folder(&self) -> &str {
        match self {
            Call::File { folder, .. } | Call::Task { folder, .. } => folder,
        }
    }
}

/// Programs that run tasks of the project by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Runner {
    Make,
    Just,
    Task,
    /// npm, pnpm, yarn, bun: the scripts of package.json.
    Npm,
    Composer,
    Deno,
    Tox,
    Nox,
    /// Hatch, PDM, Poe the Poet, taskipy: the tasks of pyproject.toml.
    Pyproject,
    /// `cargo xtask`, and the aliases of Cargo.
    Cargo,
    PreCommit,
    Mise,
    Mage,
    /// The aliases of Mix.
    Mix,
    Rake,
}

/// Tasks of a runner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// The default task.
    Default,
    /// The task with this name.
    Named(String),
    /// It cannot be told from the files.
    Unknown,
}

impl Wanted {
    pub fn named(word: &str) -> Wanted {
        match word.contains(['$', '{', '%']) {
            true => Wanted::Unknown,
            false => Wanted::Named(word.to_owned()),
        }
    }
}

/// The current folder of a shell.
#[derive(Default)]
pub(super) struct Shell {
    number: Option<u32>,
    folder: String,
    /// The previous folder.
    before: String,
    /// The folders that `popd` returns to.
    pushed: Vec<String>,
    /// The folders that the ends of subshells return to.
    outside: Vec<String>,
    /// Variables that name a folder of the project.
    variables: own_folder::Variables,
}

/// Limit on the folders that a shell can return to.
const MAX_PUSHED: usize = 64;

impl Shell {
    /// Sets the folder for a command: that of its caller for a new shell, else the one where the previous command
    /// ended.
    pub fn begin(&mut self, caller: &Call, command: &Command) {
        if command.shell == 0 || self.number != Some(command.shell) {
            let folder = joined(caller.folder(), &command.folder).unwrap_or_default();
            *self = Shell { number: Some(command.shell), folder, ..Shell::default() };
        }
    }

    /// Follows `cd`, `pushd` and `popd`; false for other commands.
    fn moves(&mut self, caller: &Call, simple: &str, words: &[&str]) -> bool {
        let next = match words {
            ["popd", ..] => self.pushed.pop().unwrap_or_default(),
            ["cd", "-"] => self.before.clone(),
            ["cd" | "pushd" | "Set-Location", ..] => self.target(caller, simple, words),
            _ => return false,
        };
        if words[0] == "pushd" && self.pushed.len() < MAX_PUSHED {
            self.pushed.push(self.folder.clone());
        }
        self.before = std::mem::replace(&mut self.folder, next);
        true
    }

    fn target(&self, caller: &Call, simple: &str, words: &[&str]) -> String {
        let of_script = ["dirname", "$0", "${0", "BASH_SOURCE", "PSScriptRoot", "~dp0"]
            .iter()
            .any(|sign| simple.contains(sign));
        let from = |folder: &str, rest: &str| joined(folder, rest).unwrap_or_default();
        match (caller, words.iter().skip(1).find(|word| !word.starts_with('-') && **word != "/d")) {
            _ if simple.contains("--show-toplevel") => String::new(),
            (Call::File { path, .. }, _) if of_script => {
                let rest = simple.rfind([')', '}', '0']).map_or("", |at| &simple[at + 1..]);
                let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                from(own, rest.trim_matches(['"', '\'', ' ', ')']).trim_start_matches(['"', '\'']))
            }
            (_, Some(into)) if into.starts_with(['$', '~', '/', '%']) => {
                let named = folder_named(into);
                // A variable usually stands for the root of the project.
                let rest = into.split_once('/').map_or("", |(_, rest)| rest);
                if named.contains(['$', '%']) { from("", rest) } else { named }
            }
            (_, Some(into)) => from(&self.folder, &into.replace('\\', "/")),
            (_, None) => String::new(),
        }
    }
}

/// How services name the root of the project.
const ROOTS: &[&str] = &[
    "${{ github.workspace }}",
    "${{github.workspace}}",
    own_folder::ROOT,
    "${GITHUB_WORKSPACE}",
    "$CI_PROJECT_DIR",
    "${CI_PROJECT_DIR}",
    "$TRAVIS_BUILD_DIR",
    "${TRAVIS_BUILD_DIR}",
    "$APPVEYOR_BUILD_FOLDER",
    "%APPVEYOR_BUILD_FOLDER%",
    "$(System.DefaultWorkingDirectory)",
    "$(Build.SourcesDirectory)",
    "$(Build.Repository.LocalPath)",
    "$PWD",
    "$(pwd)",
    "~/project",
    "~/repo",
];

/// The folder that a value of CI's files names, from the root of the project.
pub(super) fn folder_named(text: &str) -> String {
    let text = text.trim().replace('\\', "/");
    let rest = ROOTS.iter().find_map(|root| text.strip_prefix(root));
    match rest {
        None if text.starts_with(['~', '/']) => String::new(),
        rest => joined("", rest.unwrap_or(&text)).unwrap_or_default(),
    }
}

/// What `command`, which is part of `caller`, calls.
pub(super) fn calls(files: &Files<'_>, caller: &Call, command: &Command, shell: &mut Shell) -> Vec<Call> {
    let mut found = Found { files, folder: String::new(), calls: BTreeSet::new() };
    let text = own_folder::resolved(caller, &command.text);
    for simple in simple_commands(&text) {
        let simple = shell.variables.replaced(simple);
        let simple: &str = &simple;
        shell.variables.note(simple);
        if simple.starts_with('(') && shell.outside.len() < MAX_PUSHED {
            shell.outside.push(shell.folder.clone());
        }
        let words = words(simple);
        if !shell.moves(caller, simple, &words) {
            found.folder.clone_from(&shell.folder);
            found.of_simple(caller, simple, &words);
        }
        if simple.ends_with(')') && simple.matches(')').count() > simple.matches("$(").count() {
            shell.folder = shell.outside.pop().unwrap_or_else(|| std::mem::take(&mut shell.folder));
        }
    }
    found.calls.into_iter().collect()
}

/// The calls that were found.
pub(super) struct Found<'f, 't> {
    pub files: &'f Files<'t>,
    /// Where the commands run.
    pub folder: String,
    calls: BTreeSet<Call>,
}

impl Found<'_, '_> {
    pub fn task(&mut self, runner: Runner, wanted: Wanted) {
        self.task_in(runner, None, wanted);
    }

    /// A task in a folder below.
    pub fn task_in(&mut self, runner: Runner, below: Option<&str>, wanted: Wanted) {
        let folder =
            below.and_then(|below| joined(&self.folder, below)).unwrap_or_else(|| self.folder.clone());
        self.calls.insert(Call::Task { runner, folder, wanted });
    }

    /// The calls of one command; `words` is the command without prefixes such as `sudo`.
    fn of_simple(&mut self, caller: &Call, simple: &str, words: &[&str]) {
        // The tasks of PDM, Rye and Pixi are run like programs.
        if let (["pdm" | "rye" | "pixi", "run", ..], Some(name)) =
            (bare_words(simple).as_slice(), words.first())
        {
            self.task(Runner::Pyproject, Wanted::named(name));
        }
        // A task in a list of pyproject.toml is named like a program.
        if let (Call::Task { runner: Runner::Pyproject, .. }, [name, ..]) = (caller, words) {
            self.task(Runner::Pyproject, Wanted::named(name));
        }
        match (caller, words) {
            (Call::Task { runner: Runner::Composer, .. }, [name, ..])
                if simple.starts_with('@') && !matches!(*name, "php" | "composer" | "putenv") =>
            {
                self.task(Runner::Composer, Wanted::named(name));
            }
            (_, ["concurrently" | "conc", ..]) => runners::concurrently(self, simple),
            _ => self.of_words(words),
        }
    }

    pub fn of_words(&mut self, words: &[&str]) {
        if runners::of_words(self, words) {
            return;
        }
        match words {
            ["uses:", used, ..] if is_pre_commit_action(used) => {
                self.task(Runner::PreCommit, Wanted::Default)
            }
            ["uses:", used, ..] => self.own_action(used),
            ["invoke" | "inv", ..] => self.script("tasks.py"),
            [program, rest @ ..] => self.interpreted(program, rest),
            [] => {}
        }
    }

    /// An action or workflow of the tree itself: `uses: ./folder`.
    fn own_action(&mut self, used: &str) {
        let action = used.strip_prefix("./").map(|path| path.trim_end_matches('/'));
        let places = action
            .into_iter()
            .flat_map(|path| [path.to_owned(), format!("{path}/action.yml"), format!("{path}/action.yaml")]);
        let files = self.files;
        self.calls.extend(places.filter(|path| files.at(path).is_some()).map(|path| Call::file(path, "")));
    }

    fn script(&mut self, word: &str) {
        let found = script(self.files, &self.folder, word);
        self.calls.extend(found.map(|path| Call::file(path, self.folder.clone())));
    }

    /// A script by its path, or given to an interpreter; the commands of `sh -c`.
    fn interpreted(&mut self, program: &str, rest: &[&str]) {
        if !INTERPRETERS.contains(&program) && !program.starts_with("python") {
            let is_path =
                program.contains(['/', '\\']) || program.ends_with(".yml") || program.ends_with(".yaml");
            if is_path {
                self.script(program);
            }
            return;
        }
        match rest.iter().position(|word| !word.starts_with(['-', '/'])) {
            Some(at) if at > 0 && matches!(rest[at - 1], "-c" | "-ec" | "-lc" | "/c" | "-Command") => {
                // Only one level: shells inside shells are not followed.
                let inner = &rest[at..];
                if !inner.first().is_some_and(|word| INTERPRETERS.contains(word)) {
                    self.of_words(inner);
                }
            }
            Some(at) => self.script(rest[at]),
            None => {}
        }
    }
}

/// Programs that run scripts.
const INTERPRETERS: &[&str] = &[
    "bash",
    "sh",
    "zsh",
    "dash",
    "ksh",
    ".",
    "source",
    "node",
    "ruby",
    "perl",
    "pwsh",
    "powershell",
    "php",
    "tsx",
    "ts-node",
    "Rscript",
    "julia",
    "lua",
    "call",
    "cmd",
];

/// True for the actions that run pre-commit.
fn is_pre_commit_action(used: &str) -> bool {
    matches!(used, "pre-commit/action" | "j178/prek-action")
        || used.starts_with("pre-commit/action@")
        || used.starts_with("j178/prek-action@")
}

/// The script that a word means: relative to the folder of the call, to the root, or the only one whose path ends with
/// it.
fn script(files: &Files<'_>, folder: &str, word: &str) -> Option<String> {
    let word = word.replace('\\', "/");
    let place = word.rfind('}').map_or(word.as_str(), |end| &word[end + 1..]);
    let below = ROOTS.iter().find_map(|root| place.strip_prefix(root).filter(|rest| rest.starts_with('/')));
    let place = below.unwrap_or(place);
    let place = place.trim_start_matches("./").trim_start_matches('/');
    if place.is_empty() || place.contains(['$', '*']) || !is_script(place) {
        return None;
    }
    let here = joined(folder, place).filter(|path| files.at(path).is_some());
    let at_root = || joined("", place).filter(|path| files.at(path).is_some());
    let only = || {
        let ending = format!("/{place}");
        let mut matching = files.matching(|path| path.ends_with(&ending));
        let first = matching.next().filter(|_| place.contains('/'))?;
        matching.next().is_none().then(|| first.to_string())
    };
    here.or_else(at_root).or_else(only)
}

/// True for a file whose name says that it may be run.
fn is_script(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "sh", "bash", "zsh", "ksh", "py", "js", "mjs", "cjs", "ts", "mts", "rb", "pl", "ps1", "bat", "cmd",
        "php", "lua", "R", "jl", "yml", "yaml",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_none_or(|(_, ending)| ENDINGS.contains(&ending))
}

/// Limit on the bytes of a folder's path.
const MAX_FOLDER: usize = 1024;

/// A path from a folder; none outside of the tree.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    if folder.len() + path.len() > MAX_FOLDER {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
