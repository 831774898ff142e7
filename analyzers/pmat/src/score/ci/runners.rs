//! Which tasks the command lines of task runners ask for.

use super::calls::{Found, Runner, Wanted};
use super::words::{simple_commands, words};

/// Adds the tasks that a command asks a runner for; false if it is not a runner.
pub(super) fn of_words(found: &mut Found<'_, '_>, words: &[&str]) -> bool {
    let Some((program, rest)) = words.split_first() else { return false };
    // `pnpm turbo run test`: the programs of packages are run like scripts.
    let of_package =
        |word: &&str| WORKSPACES.contains(word) || matches!(*word, "run-s" | "run-p" | "npm-run-all");
    if matches!(*program, "pnpm" | "yarn" | "bun")
        && let Some(at) =
            rest.iter().position(|word| !word.starts_with('-')).filter(|at| of_package(&rest[*at]))
    {
        return of_words(found, &rest[at..]);
    }
    let program = program.rsplit('/').next().unwrap_or(program);
    match program {
        "make" | "gmake" | "mingw32-make" | "nmake" | "$(MAKE" | "${MAKE}" => make(found, rest),
        "just" => named_each(rest, |wanted| found.task(Runner::Just, wanted)),
        "task" | "go-task" => {
            named_each(rest, |wanted| found.task(Runner::Task, wanted));
            // A Python task runner has the same name.
            named_each(rest, |wanted| found.task(Runner::Pyproject, wanted));
        }
        "npm" | "pnpm" | "yarn" | "bun" => scripts(found, program, rest),
        "turbo" | "nx" | "lerna" => {
            workspace_tasks(program, rest)
                .into_iter()
                .for_each(|name| found.task(Runner::Npm, Wanted::named(name)));
        }
        "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => {
            let names = rest.iter().take_while(|word| **word != "--").filter(|word| !word.starts_with('-'));
            names.for_each(|name| found.task(Runner::Npm, Wanted::named(name)));
        }
        "composer" => {
            let name =
                rest.iter().find(|word| !word.starts_with('-') && !matches!(**word, "run" | "run-script"));
            name.into_iter().for_each(|name| found.task(Runner::Composer, Wanted::named(name)));
        }
        "tox" => selected(rest, &["-e", "-m", "-f"], false, |wanted| found.task(Runner::Tox, wanted)),
        "nox" => {
            let options = ["-s", "-e", "-t", "--session", "--sessions", "--tags"];
            selected(rest, &options, true, |wanted| found.task(Runner::Nox, wanted));
        }
        "cargo" => cargo(found, rest),
        "mage" => named_each(rest, |wanted| found.task(Runner::Mage, wanted)),
        "rake" => named_each(rest, |wanted| found.task(Runner::Rake, wanted)),
        _ => return of_verbs(found, program, rest),
    }
    true
}

/// Runners that require a word before the task.
fn of_verbs(found: &mut Found<'_, '_>, program: &str, rest: &[&str]) -> bool {
    match (program, rest) {
        ("ruby" | "jruby" | "truffleruby", ["-S", rest @ ..]) => return of_words(found, rest),
        ("node", ["--run", name]) => found.task(Runner::Npm, Wanted::named(name)),
        ("deno", ["task", rest @ ..]) => {
            let name = rest.iter().find(|word| !word.starts_with('-'));
            name.into_iter().for_each(|name| found.task(Runner::Deno, Wanted::named(name)));
        }
        (python, ["-m", module @ ("tox" | "nox"), rest @ ..]) if python.starts_with("python") => {
            let words: Vec<&str> = std::iter::once(*module).chain(rest.iter().copied()).collect();
            return of_words(found, &words);
        }
        (python, ["-m", "pre_commit", "run", ..]) if python.starts_with("python") => {
            found.task(Runner::PreCommit, Wanted::Default);
        }
        ("hatch", ["run", name, ..]) | ("poe" | "pdm", [name, ..]) => {
            found.task(Runner::Pyproject, Wanted::named(name.rsplit(':').next().unwrap_or(name)));
        }
        ("poetry", ["poe", name, ..]) => found.task(Runner::Pyproject, Wanted::named(name)),
        ("mise" | "rtx", ["run" | "r", rest @ ..]) => {
            // `mise run a ::: b`; other words are arguments of the task.
            for tasks in rest.split(|word| *word == ":::") {
                let name = tasks.iter().find(|word| !word.starts_with('-'));
                name.into_iter().for_each(|name| found.task(Runner::Mise, Wanted::named(name)));
            }
        }
        ("mix", [name, ..]) => found.task(Runner::Mix, Wanted::named(name)),
        ("pre-commit" | "prek", ["run", ..]) => found.task(Runner::PreCommit, Wanted::Default),
        _ => return false,
    }
    true
}

/// Runners of the same task in many packages.
const WORKSPACES: &[&str] = &["turbo", "nx", "lerna"];

/// Limit on the bytes of a command after expanding a Cargo alias: an alias may name itself.
const MAX_ARGUMENTS: usize = 200;

/// A Cargo alias with the words after it.
fn cargo(found: &mut Found<'_, '_>, words: &[&str]) {
    let Some(at) = words.iter().position(|word| !word.starts_with(['-', '+'])) else { return };
    let all = words[at..].join(" ");
    let wanted = match Wanted::named(words[at]) {
        Wanted::Named(_) if all.len() <= MAX_ARGUMENTS => Wanted::Named(all),
        wanted => wanted,
    };
    found.task(Runner::Cargo, wanted);
}

/// `concurrently "npm:lint" "make test"`: names of scripts, and commands.
pub(super) fn concurrently(found: &mut Found<'_, '_>, command: &str) {
    let quote = if command.contains('"') { '"' } else { '\'' };
    let quoted = command.split(quote).skip(1).step_by(2);
    let plain = command.split_whitespace().filter(|word| !word.contains(['"', '\'']));
    for part in quoted.chain(plain) {
        let script = ["npm:", "yarn:", "pnpm:", "bun:"].iter().find_map(|start| part.strip_prefix(start));
        match script {
            Some(name) => found.task(Runner::Npm, Wanted::named(name)),
            // Only one level: nested uses are rare.
            None if part.contains(' ') => {
                simple_commands(part).into_iter().for_each(|simple| found.of_words(&words(simple)));
            }
            None => {}
        }
    }
}

/// `make -C folder target …`
fn make(found: &mut Found<'_, '_>, words: &[&str]) {
    let mut inside = None;
    let mut targets = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-C" | "--directory" => inside = words.next().copied(),
            "-f" | "-j" | "-o" | "-W" | "-I" if words.len() > 0 && !word.contains('=') => {
                // `-j` may have no number.
                if *word != "-j" || words.as_slice().first().is_some_and(|next| next.parse::<u32>().is_ok()) {
                    words.next();
                }
            }
            word if word.starts_with("--directory=") => {
                inside = word.split_once('=').map(|(_, folder)| folder)
            }
            word if word.starts_with('-') || (word.contains('=') && !word.contains("$(")) => {}
            target => targets.push(Wanted::named(target)),
        }
    }
    if targets.is_empty() {
        targets.push(Wanted::Default);
    }
    targets.into_iter().for_each(|wanted| found.task_in(Runner::Make, inside, wanted));
}

/// Every word that is not an option names a task; without any, it is the default task.
fn named_each(words: &[&str], mut task: impl FnMut(Wanted)) {
    let words = words.iter().take_while(|word| **word != "--");
    let mut names = words.filter(|word| !word.starts_with('-') && !word.contains('=')).peekable();
    if names.peek().is_none() {
        task(Wanted::Default);
    }
    names.for_each(|name| task(Wanted::named(name)));
}

/// The scripts that npm and the like are asked for.
fn scripts(found: &mut Found<'_, '_>, program: &str, words: &[&str]) {
    let mut names = Vec::new();
    let mut inside = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-C" | "--prefix" | "--cwd" | "--dir" => inside = words.next().copied(),
            "--filter" | "-F" | "-w" | "--workspace" | "workspace" | "-p" => {
                words.next();
            }
            "--" => break,
            word if word.starts_with('-') => {
                let folder =
                    ["--prefix=", "--cwd=", "--dir="].iter().find_map(|name| word.strip_prefix(name));
                inside = folder.or(inside);
            }
            word => names.push(word),
        }
    }
    let name = match names.as_slice() {
        ["run" | "run-script" | "foreach" | "workspaces", rest @ ..] => {
            rest.iter().find(|word| !matches!(**word, "run" | "foreach")).copied()
        }
        ["t" | "tst", ..] => Some("test"),
        // Bun has its own test runner, and npm has commands that are not scripts.
        ["test", ..] if program == "bun" => None,
        [name, ..] if program == "npm" => {
            Some(*name).filter(|name| matches!(*name, "test" | "start" | "stop"))
        }
        [name, ..] => Some(*name),
        [] => None,
    };
    name.into_iter().for_each(|name| found.task_in(Runner::Npm, inside, Wanted::named(name)));
}

/// The tasks that turbo, nx and lerna are asked for.
fn workspace_tasks<'w>(program: &str, words: &[&'w str]) -> Vec<&'w str> {
    let mut targets: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut in_targets = false;
    for word in words.iter().take_while(|word| **word != "--") {
        let (option, value) = word.split_once('=').unwrap_or((word, ""));
        if word.starts_with('-') {
            in_targets = program == "nx" && matches!(option, "-t" | "--target" | "--targets");
            targets.extend(value.split(',').filter(|name| in_targets && !name.is_empty()));
        } else if in_targets {
            targets.extend(word.split(',').filter(|name| !name.is_empty()));
        } else {
            names.push(word);
        }
    }
    match (program, names.as_slice()) {
        _ if !targets.is_empty() => targets,
        ("nx", ["run", named, ..]) => named.split(':').nth(1).into_iter().collect(),
        ("nx", [named, ..]) => named.strip_prefix("affected:").or(Some(*named)).into_iter().collect(),
        (_, ["run", rest @ ..] | rest) => rest.to_vec(),
    }
}

/// The tasks that an option selects, separated by commas, or by spaces if it takes `several` words; the default task
/// without the option.
fn selected(words: &[&str], options: &[&str], several: bool, mut task: impl FnMut(Wanted)) {
    let mut found = false;
    for (at, word) in words.iter().enumerate() {
        let (option, inline) =
            word.split_once('=').map_or((*word, None), |(option, value)| (option, Some(value)));
        let short =
            options.iter().find_map(|option| word.strip_prefix(option)).filter(|rest| !rest.is_empty());
        let values: Vec<&str> = match (options.contains(&option), inline) {
            (true, Some(value)) => vec![value],
            (true, None) => {
                let behind = words[at + 1..].iter().take_while(|word| !word.starts_with('-'));
                behind.take(if several { usize::MAX } else { 1 }).copied().collect()
            }
            (false, _) => {
                short.filter(|_| word.starts_with('-') && !word.starts_with("--")).into_iter().collect()
            }
        };
        for name in values.into_iter().flat_map(|value| value.split(',')) {
            found = true;
            task(Wanted::named(name));
        }
    }
    if !found {
        task(Wanted::Default);
    }
}
