//! Which scripts and tasks of the project a command calls.

use super::words::{simple_commands, words};
use super::{Command, Files};
use std::collections::BTreeSet;

/// What a command may call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    /// A script, or a file of CI, by its path.
    File(String),
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
}

/// Tasks of a runner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// What it runs when nothing is asked for.
    Default,
    /// That one.
    Named(String),
    /// It depends on something that is not in the files.
    Unknown,
}

impl Wanted {
    fn named(word: &str) -> Wanted {
        match word.contains(['$', '{', '%']) {
            true => Wanted::Unknown,
            false => Wanted::Named(word.to_owned()),
        }
    }
}

/// What `command`, which `caller` holds, calls.
pub(super) fn calls(files: &Files<'_>, caller: &Call, command: &Command) -> Vec<Call> {
    let mut folder = match caller {
        Call::File(_) => String::new(),
        Call::Task { folder, .. } => folder.clone(),
    };
    let mut found = BTreeSet::new();
    for simple in simple_commands(&command.text) {
        let words = words(simple);
        if let ["cd" | "pushd", into] = words.as_slice() {
            folder = joined(&folder, into).unwrap_or_default();
            continue;
        }
        of_words(files, &folder, &words, &mut found);
    }
    found.into_iter().collect()
}

fn of_words(files: &Files<'_>, folder: &str, words: &[&str], found: &mut BTreeSet<Call>) {
    let mut task = |runner: Runner, wanted: Wanted| {
        found.insert(Call::Task { runner, folder: folder.to_owned(), wanted });
    };
    match words {
        ["uses:", used, ..] if is_pre_commit_action(used) => task(Runner::PreCommit, Wanted::Default),
        ["uses:", used, ..] => own_action(files, used, found),
        ["make" | "gmake" | "mingw32-make" | "$(MAKE)" | "${MAKE}", rest @ ..] => make(folder, rest, found),
        ["just", rest @ ..] => named_each(rest, |wanted| task(Runner::Just, wanted)),
        ["task" | "go-task", rest @ ..] => named_each(rest, |wanted| task(Runner::Task, wanted)),
        ["npm" | "pnpm" | "yarn" | "bun" | "turbo" | "nx" | "lerna", rest @ ..] => {
            scripts(words[0], rest, |wanted| task(Runner::Npm, wanted));
        }
        ["node", "--run", name] => task(Runner::Npm, Wanted::named(name)),
        ["composer", rest @ ..] => {
            composer_script(rest).into_iter().for_each(|name| task(Runner::Composer, Wanted::named(name)));
        }
        ["deno", "task", name, ..] => task(Runner::Deno, Wanted::named(name)),
        ["tox", rest @ ..] => selected(rest, &["-e", "-m", "-f"], |wanted| task(Runner::Tox, wanted)),
        ["nox", rest @ ..] => {
            let options = ["-s", "-e", "-t", "--session", "--sessions", "--tags"];
            selected(rest, &options, |wanted| task(Runner::Nox, wanted));
        }
        ["python" | "python3", "-m", module @ ("tox" | "nox" | "pre_commit"), rest @ ..] => {
            python_module(files, folder, module, rest, found);
        }
        ["hatch", "run", name, ..] | ["poe" | "pdm", name, ..] => {
            task(Runner::Pyproject, Wanted::named(name.rsplit(':').next().unwrap_or(name)));
        }
        ["cargo", rest @ ..] => {
            let name = rest.iter().find(|word| !word.starts_with(['-', '+']));
            name.into_iter().for_each(|name| task(Runner::Cargo, Wanted::named(name)));
        }
        ["pre-commit" | "prek", "run", ..] => task(Runner::PreCommit, Wanted::Default),
        ["rake", ..] => found.extend(script(files, folder, "Rakefile")),
        ["invoke" | "inv", ..] => found.extend(script(files, folder, "tasks.py")),
        [program, rest @ ..] => interpreted(files, folder, program, rest, found),
        [] => {}
    }
}

/// The script that Composer is asked for: `composer run-script test`, `composer test`.
fn composer_script<'w>(words: &[&'w str]) -> Option<&'w str> {
    words.iter().copied().find(|word| !word.starts_with('-') && !matches!(*word, "run" | "run-script"))
}

/// True for the actions that run pre-commit.
fn is_pre_commit_action(used: &str) -> bool {
    matches!(used, "pre-commit/action" | "j178/prek-action") || used.starts_with("pre-commit/action@")
}

/// An action or workflow of the tree itself: `uses: ./folder`.
fn own_action(files: &Files<'_>, used: &str, found: &mut BTreeSet<Call>) {
    let action = used.strip_prefix("./").map(|path| path.trim_end_matches('/'));
    let places = action
        .into_iter()
        .flat_map(|path| [path.to_owned(), format!("{path}/action.yml"), format!("{path}/action.yaml")]);
    found.extend(places.filter(|path| files.at(path).is_some()).map(Call::File));
}

/// A task runner that Python runs as a module: the same as the program of that name.
fn python_module(files: &Files<'_>, folder: &str, module: &str, rest: &[&str], found: &mut BTreeSet<Call>) {
    let program = if module == "pre_commit" { "pre-commit" } else { module };
    let words: Vec<&str> = std::iter::once(program).chain(rest.iter().copied()).collect();
    of_words(files, folder, &words, found);
}

/// A script by its path, or given to an interpreter; the commands of `sh -c`.
fn interpreted(files: &Files<'_>, folder: &str, program: &str, rest: &[&str], found: &mut BTreeSet<Call>) {
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
    if !INTERPRETERS.contains(&program) && !program.starts_with("python") {
        let is_path =
            program.contains(['/', '\\']) || program.ends_with(".yml") || program.ends_with(".yaml");
        found.extend(is_path.then(|| script(files, folder, program)).flatten());
        return;
    }
    match rest.iter().position(|word| !word.starts_with(['-', '/'])) {
        Some(at) if at > 0 && matches!(rest[at - 1], "-c" | "-ec" | "-lc" | "/c" | "-Command") => {
            // One level: a shell within it would be a shell of another.
            let inner = &rest[at..];
            if !inner.first().is_some_and(|word| INTERPRETERS.contains(word)) {
                of_words(files, folder, inner, found);
            }
        }
        Some(at) => found.extend(script(files, folder, rest[at])),
        None => {}
    }
}

/// `make -C folder target …`
fn make(folder: &str, words: &[&str], found: &mut BTreeSet<Call>) {
    let mut inside = folder.to_owned();
    let mut targets = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-C" | "--directory" => {
                let into = words.next().and_then(|into| joined(folder, into));
                inside = into.unwrap_or(inside);
            }
            "-f" | "-j" | "-o" | "-W" | "-I" if words.len() > 0 && !word.contains('=') => {
                // `-j` may stand without a number.
                if *word != "-j" || words.as_slice().first().is_some_and(|next| next.parse::<u32>().is_ok()) {
                    words.next();
                }
            }
            word if word.starts_with('-') || (word.contains('=') && !word.contains("$(")) => {}
            target => targets.push(Wanted::named(target)),
        }
    }
    if targets.is_empty() {
        targets.push(Wanted::Default);
    }
    let call = |wanted| Call::Task { runner: Runner::Make, folder: inside.clone(), wanted };
    found.extend(targets.into_iter().map(call));
}

/// Every word that is no option names a task; without any it is the default one.
fn named_each(words: &[&str], mut task: impl FnMut(Wanted)) {
    let mut names = words.iter().filter(|word| !word.starts_with('-') && !word.contains('=')).peekable();
    if names.peek().is_none() {
        task(Wanted::Default);
    }
    names.for_each(|name| task(Wanted::named(name)));
}

/// The scripts that npm and its like are asked for.
fn scripts(program: &str, words: &[&str], mut task: impl FnMut(Wanted)) {
    let mut names = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-C" | "--prefix" | "--cwd" | "--filter" | "-F" | "-w" | "--workspace" | "workspace" | "-p" => {
                words.next();
            }
            "--" => break,
            word if word.starts_with('-') => {}
            word => names.push(word),
        }
    }
    let many = matches!(program, "turbo" | "nx" | "lerna");
    match names.as_slice() {
        ["run" | "run-script" | "run-many" | "foreach" | "workspaces", rest @ ..] => {
            let rest = rest.iter().skip_while(|word| matches!(**word, "run" | "foreach"));
            rest.take(if many { usize::MAX } else { 1 }).for_each(|name| task(Wanted::named(name)));
        }
        ["t" | "tst", ..] => task(Wanted::Named("test".to_owned())),
        // Bun has a test runner of its own.
        ["test", ..] if program == "bun" => {}
        [name, ..] => task(Wanted::named(name)),
        [] => {}
    }
}

/// What an option selects, parted by commas or blanks; the default where it is not given.
fn selected(words: &[&str], options: &[&str], mut task: impl FnMut(Wanted)) {
    let mut found = false;
    for (at, word) in words.iter().enumerate() {
        let (option, inline) =
            word.split_once('=').map_or((*word, None), |(option, value)| (option, Some(value)));
        let short =
            options.iter().find_map(|option| word.strip_prefix(option)).filter(|rest| !rest.is_empty());
        let value = match options.contains(&option) {
            true => inline.or(words.get(at + 1).copied()),
            false => short.filter(|_| word.starts_with('-') && !word.starts_with("--")),
        };
        for name in value.into_iter().flat_map(|value| value.split(',')) {
            found = true;
            task(Wanted::named(name));
        }
    }
    if !found {
        task(Wanted::Default);
    }
}

/// The script that a word means: from the folder of the call, from the root, or the only one whose path ends so.
fn script(files: &Files<'_>, folder: &str, word: &str) -> Option<Call> {
    let word = word.replace('\\', "/");
    let place = word.rfind('}').map_or(word.as_str(), |end| &word[end + 1..]);
    let place =
        place.strip_prefix("$GITHUB_WORKSPACE").or(place.strip_prefix("$CI_PROJECT_DIR")).unwrap_or(place);
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
    here.or_else(at_root).or_else(only).map(Call::File)
}

/// True for a file that may be run, by its name.
fn is_script(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "sh", "bash", "zsh", "ksh", "py", "js", "mjs", "cjs", "ts", "mts", "rb", "pl", "ps1", "bat", "cmd",
        "php", "lua", "R", "jl", "yml", "yaml",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_none_or(|(_, ending)| ENDINGS.contains(&ending))
}

/// A path from a folder; none outside of the tree.
fn joined(folder: &str, path: &str) -> Option<String> {
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
