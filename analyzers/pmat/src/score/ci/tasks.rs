//! The commands of scripts and tasks.

use super::calls::{Call, Runner, Wanted};
use super::{Command, is_ci_file, is_yaml, make, python, yaml};
use crate::score::files::{Files, is_comment};
use facts::model::RepoPath;
use serde_json::Value;
use std::collections::BTreeMap;

/// The commands of a script, a file of CI, or a task.
pub(super) fn commands(files: &Files<'_>, makefiles: &make::Makefiles, call: &Call) -> Vec<Command> {
    match call {
        Call::File(path) => files.at(path).map(|path| of_file(files, path)).unwrap_or_default(),
        Call::Task { runner, folder, wanted } => match runner {
            Runner::Make => makefiles.commands(files, folder, wanted),
            Runner::Just => just(files, folder, wanted),
            Runner::Task => taskfile(files, folder, wanted),
            Runner::Npm => json_scripts(files, folder, "package.json", "scripts", wanted),
            Runner::Composer => json_scripts(files, folder, "composer.json", "scripts", wanted),
            Runner::Deno => json_scripts(files, folder, "deno.json", "tasks", wanted),
            Runner::Tox => python::tox(files, folder, wanted),
            Runner::Nox => python::nox(files, folder, wanted),
            Runner::Pyproject => python::pyproject(files, folder, wanted),
            Runner::Cargo => cargo(files, wanted),
            Runner::PreCommit => pre_commit(files),
        },
    }
}

/// Scripts of one file that are looked at where nobody knows which one is meant.
const MAX_SCRIPTS: usize = 200;

/// `folder/name` where it is listed.
pub(super) fn place<'f>(files: &'f Files<'_>, folder: &str, name: &str) -> Option<&'f RepoPath> {
    match folder {
        "" => files.at(name),
        folder => files.at(&format!("{folder}/{name}")),
    }
}

fn of_file(files: &Files<'_>, path: &RepoPath) -> Vec<Command> {
    let text = files.text(path);
    let name = path.to_string();
    let lines = match name.rsplit('.').next() {
        _ if is_yaml(&name) => yaml::commands(&text),
        Some(ending @ ("rs" | "py" | "js" | "mjs" | "cjs" | "ts" | "mts")) => source_lines(&text, ending),
        _ => script_lines(&text),
    };
    let groovy = is_ci_file(&name) && name.ends_with("Jenkinsfile");
    // `sh 'make test'`
    let plain = |text: String| match groovy {
        true => text.trim_start_matches("sh ").trim_matches(['\'', '"', '(', ')']).to_owned(),
        false => text,
    };
    lines.into_iter().map(|(line, text)| Command::new(path, line, plain(text))).collect()
}

/// The lines of a script with what `\` joins to them, without comments and plain text.
pub(super) fn script_lines(text: &str) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut continued = false;
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim().trim_end_matches('\\').trim_end();
        match found.last_mut().filter(|_| continued) {
            Some((_, last)) => last.push_str(&format!(" {content}")),
            None if !content.is_empty() && !is_comment(content) => found.push((number, content.to_owned())),
            None => {}
        }
        continued = line.ends_with('\\') && !found.is_empty();
    }
    found
}

/// The strings on each line of a program: those are what it may run.
fn source_lines(text: &str, ending: &str) -> Vec<(u32, String)> {
    let quotes: &[char] = match ending {
        // An apostrophe begins a lifetime, too.
        "rs" => &['"'],
        "py" => &['"', '\''],
        _ => &['"', '\'', '`'],
    };
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !is_comment(line));
    lines.map(|(number, line)| (number, strings(line, quotes))).filter(|(_, text)| !text.is_empty()).collect()
}

/// What stands in quotes, parted by blanks.
fn strings(line: &str, quotes: &[char]) -> String {
    let mut found = String::new();
    let (mut open, mut escaped) = (None, false);
    for sign in line.chars() {
        match open {
            Some(quote) if sign == quote && !escaped => {
                open = None;
                found.push(' ');
            }
            Some(_) => {
                found.push(sign);
                escaped = sign == '\\' && !escaped;
            }
            None if quotes.contains(&sign) => open = Some(sign),
            None => {}
        }
    }
    found.trim().to_owned()
}

/// The scripts of a JSON file: of the folder's own, else of every one in the tree (a workspace).
fn json_scripts(files: &Files<'_>, folder: &str, name: &str, key: &str, wanted: &Wanted) -> Vec<Command> {
    let own = place(files, folder, name).map(|path| scripts_of(files, path, key, wanted)).unwrap_or_default();
    if !own.is_empty() {
        return own;
    }
    let ending = format!("/{name}");
    files
        .matching(|path| path.ends_with(&ending))
        .flat_map(|path| scripts_of(files, path, key, wanted))
        .collect()
}

fn scripts_of(files: &Files<'_>, path: &RepoPath, key: &str, wanted: &Wanted) -> Vec<Command> {
    let text = files.text(path);
    let Ok(parsed) = serde_json::from_str::<Value>(&text) else { return Vec::new() };
    let Some(scripts) = parsed.get(key).and_then(Value::as_object) else { return Vec::new() };
    let names: Vec<String> = match wanted {
        Wanted::Named(name) => vec![format!("pre{name}"), name.clone(), format!("post{name}")],
        Wanted::Default | Wanted::Unknown => scripts.keys().take(MAX_SCRIPTS).cloned().collect(),
    };
    let known = names.iter().filter_map(|name| Some((name, scripts.get(name)?)));
    known
        .flat_map(|(name, script)| {
            let line = line_of(&text, &format!("\"{name}\""));
            texts_of(script).into_iter().map(move |text| (line, text))
        })
        .map(|(line, text)| Command::new(path, line, text))
        .collect()
}

/// A script is a text, a list of texts, or an object with a `command`.
fn texts_of(script: &Value) -> Vec<String> {
    match script {
        Value::String(text) => vec![text.clone()],
        Value::Array(parts) => parts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        other => other.get("command").and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
    }
}

/// The first line that holds a text and a colon behind it.
fn line_of(text: &str, wanted: &str) -> u32 {
    let holds =
        |line: &str| line.split_once(wanted).is_some_and(|(_, rest)| rest.trim_start().starts_with(':'));
    (1..).zip(text.lines()).find(|(_, line)| holds(line)).map_or(1, |(number, _)| number)
}

/// A recipe of a justfile, and those that it depends on.
fn just(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let names = ["justfile", "Justfile", ".justfile"];
    let Some(path) = names.iter().find_map(|name| place(files, folder, name)) else { return Vec::new() };
    let text = files.text(path);
    let mut recipes: Vec<(String, Vec<String>, Vec<Command>)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            let command = Command::new(path, number, content.to_owned());
            recipes.iter_mut().rev().take(1).for_each(|recipe| recipe.2.push(command.clone()));
            continue;
        }
        let aliased = content.strip_prefix("alias ").and_then(|alias| alias.split_once(":="));
        match (aliased, content.split_once(':')) {
            (Some((alias, name)), _) => {
                recipes.push((alias.trim().to_owned(), vec![name.trim().to_owned()], Vec::new()));
            }
            (None, Some((head, needed))) if !needed.starts_with('=') => {
                let name = head.split_whitespace().next().unwrap_or_default().trim_start_matches('@');
                let needed =
                    needed.split(['(', ')', ' ', '&']).filter(|name| !name.is_empty()).map(str::to_owned);
                recipes.push((name.to_owned(), needed.collect(), Vec::new()));
            }
            _ => {}
        }
    }
    with_needed(&recipes, wanted)
}

/// The commands of the wanted tasks and of those that they need.
fn with_needed(tasks: &[(String, Vec<String>, Vec<Command>)], wanted: &Wanted) -> Vec<Command> {
    let places: BTreeMap<&str, usize> =
        tasks.iter().enumerate().rev().map(|(place, task)| (task.0.as_str(), place)).collect();
    let mut open: Vec<usize> = match wanted {
        Wanted::Default => vec![places.get("default").copied().unwrap_or(0)],
        Wanted::Named(name) => places.get(name.as_str()).copied().into_iter().collect(),
        Wanted::Unknown => (0..tasks.len()).collect(),
    };
    let mut seen = vec![false; tasks.len()];
    let mut found = Vec::new();
    while let Some(at) = open.pop() {
        if at >= tasks.len() || std::mem::replace(&mut seen[at], true) {
            continue;
        }
        found.extend(tasks[at].2.iter().cloned());
        open.extend(tasks[at].1.iter().filter_map(|name| places.get(name.as_str()).copied()));
    }
    found
}

/// A task of a Taskfile, and those that it depends on.
fn taskfile(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let names = ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml"];
    let Some(path) = names.iter().find_map(|name| place(files, folder, name)) else { return Vec::new() };
    let text = files.text(path);
    let mut tasks: Vec<(String, Vec<String>, Vec<Command>)> = Vec::new();
    let mut commands: BTreeMap<u32, String> = yaml::commands(&text).into_iter().collect();
    let mut inside = false;
    let mut column = None;
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if indent == 0 {
            (inside, column) = (content == "tasks:", None);
        } else if inside && *column.get_or_insert(indent) == indent && !content.starts_with('-') {
            let name = content.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
            tasks.push((name.to_owned(), Vec::new(), Vec::new()));
        }
        let Some((_, needed, own)) = tasks.last_mut().filter(|_| inside) else { continue };
        if let Some(list) = content.strip_prefix("deps:") {
            let names = list.split(['[', ']', ',', ' ']).map(|name| name.trim_matches(['"', '\'']));
            needed.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        }
        if let Some(name) = content.strip_prefix("- task:") {
            needed.push(name.trim().to_owned());
        }
        own.extend(commands.remove(&number).map(|text| Command::new(path, number, text)));
    }
    with_needed(&tasks, wanted)
}

/// An alias of Cargo, or the project's own developer command.
fn cargo(files: &Files<'_>, wanted: &Wanted) -> Vec<Command> {
    let Wanted::Named(name) = wanted else { return Vec::new() };
    let mut found = Vec::new();
    for path in [".cargo/config.toml", ".cargo/config"].iter().filter_map(|path| files.at(path)) {
        let text = files.text(path);
        let aliases =
            text.parse::<toml::Table>().ok().and_then(|table| table.get("alias")?.as_table().cloned());
        let alias = aliases.as_ref().and_then(|aliases| aliases.get(name));
        let words = match alias {
            Some(toml::Value::String(text)) => text.clone(),
            Some(toml::Value::Array(words)) => {
                words.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(" ")
            }
            _ => continue,
        };
        let line = (1..).zip(text.lines()).find(|(_, line)| line.trim_start().starts_with(name.as_str()));
        let line = line.map_or(1, |(number, _)| number);
        found.push(Command::new(path, line, format!("cargo {words}")));
    }
    if name == "xtask" {
        let sources = files.matching(|path| path.starts_with("xtask/src/") && path.ends_with(".rs"));
        found.extend(sources.flat_map(|path| {
            let lines = source_lines(&files.text(path), "rs");
            lines.into_iter().map(|(line, text)| Command::new(path, line, text))
        }));
    }
    found
}

/// The hooks of pre-commit, by their ids, entries and sources.
fn pre_commit(files: &Files<'_>) -> Vec<Command> {
    let names = [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"];
    let Some(path) = names.iter().find_map(|name| files.at(name)) else { return Vec::new() };
    let text = files.text(path);
    let lines = if is_yaml(&path.to_string()) { yaml::commands(&text) } else { script_lines(&text) };
    lines.into_iter().map(|(line, text)| Command::new(path, line, text)).collect()
}
