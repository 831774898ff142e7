//! The commands of scripts and tasks.

use super::calls::{Call, Runner, Wanted, joined};
use super::words::{plain_lines, shell_lines};
use super::{Command, is_ci_file, is_yaml, jenkins, json, mage, make, python, rake, taskfile, yaml};
use crate::score::files::{Files, file_name, is_comment};
use facts::model::RepoPath;
use std::collections::{BTreeMap, BTreeSet};

/// The commands of a script, a file of CI, or a task.
pub(super) fn commands(files: &Files<'_>, makefiles: &make::Makefiles, call: &Call) -> Vec<Command> {
    match call {
        Call::File { path, .. } => files.at(path).map(|path| of_file(files, path)).unwrap_or_default(),
        Call::Task { runner, folder, wanted } => match runner {
            Runner::Make => makefiles.commands(files, folder, wanted),
            Runner::Just => just(files, folder, wanted),
            Runner::Task => taskfile::commands(files, folder, wanted),
            Runner::Npm => json::NPM.commands(files, folder, wanted),
            Runner::Composer => json::COMPOSER.commands(files, folder, wanted),
            Runner::Deno => json::DENO.commands(files, folder, wanted),
            Runner::Tox => python::tox(files, folder, wanted),
            Runner::Nox => python::nox(files, folder, wanted),
            Runner::Pyproject => python::pyproject(files, folder, wanted),
            Runner::Cargo => cargo(files, wanted),
            Runner::PreCommit => pre_commit(files),
            Runner::Mise => mise(files, folder, wanted),
            Runner::Mage => mage::commands(files, folder, wanted),
            Runner::Mix => mix(files, folder, wanted),
            Runner::Rake => rake::commands(files, folder, wanted),
        },
    }
}

/// `folder/name`, if it is listed.
pub(super) fn place<'f>(files: &'f Files<'_>, folder: &str, name: &str) -> Option<&'f RepoPath> {
    match folder {
        "" => files.at(name),
        folder => files.at(&format!("{folder}/{name}")),
    }
}

fn of_file(files: &Files<'_>, path: &RepoPath) -> Vec<Command> {
    let text = files.text(path);
    let name = path.to_string();
    let one_shell = |(line, text): (u32, String)| Command::of_script(path, line, text);
    match name.rsplit('.').next() {
        _ if is_yaml(&name) => {
            yaml::commands(&text).into_iter().map(|step| Command::of_step(path, step)).collect()
        }
        Some(ending @ ("rs" | "py" | "js" | "mjs" | "cjs" | "ts" | "mts")) => source_lines(&text, ending)
            .into_iter()
            .map(|(line, text)| Command::new(path, line, text))
            .collect(),
        _ if is_ci_file(&name) && name.ends_with("Jenkinsfile") => jenkins::commands(path, &text),
        _ if is_shell(&name, &text) => {
            shell_lines((1..).zip(text.lines())).into_iter().map(one_shell).collect()
        }
        _ => script_lines(&text).into_iter().map(one_shell).collect(),
    }
}

/// True for a script of a shell, by its ending or its first line.
fn is_shell(name: &str, text: &str) -> bool {
    match file_name(name).rsplit_once('.') {
        Some((_, ending)) => matches!(ending, "sh" | "bash" | "zsh" | "ksh" | "dash"),
        None => text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("sh")),
    }
}

/// The lines of a script as commands.
pub(super) fn script_lines(text: &str) -> Vec<(u32, String)> {
    plain_lines((1..).zip(text.lines()))
}

/// The strings on each line of a program: these may be commands that it runs.
fn source_lines(text: &str, ending: &str) -> Vec<(u32, String)> {
    let quotes: &[char] = match ending {
        // An apostrophe also begins a lifetime.
        "rs" => &['"'],
        "py" => &['"', '\''],
        _ => &['"', '\'', '`'],
    };
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !is_comment(line));
    lines.map(|(number, line)| (number, strings(line, quotes))).filter(|(_, text)| !text.is_empty()).collect()
}

/// The quoted strings, separated by spaces.
pub(super) fn strings(line: &str, quotes: &[char]) -> String {
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

/// A task of a runner.
pub(super) struct Task {
    pub name: String,
    /// Tasks that it depends on.
    pub needed: Vec<String>,
    pub commands: Vec<Command>,
}

/// Limit on the files that a justfile imports, directly or not.
const MAX_IMPORTED: usize = 50;

/// A recipe of a justfile, and those that it depends on.
fn just(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let names = ["justfile", "Justfile", ".justfile"];
    let Some(path) = names.iter().find_map(|name| place(files, folder, name)) else { return Vec::new() };
    let mut recipes: Vec<Task> = Vec::new();
    let mut pending = vec![path.clone()];
    let mut seen = BTreeSet::new();
    while let Some(path) = pending.pop().filter(|_| seen.len() < MAX_IMPORTED) {
        if seen.insert(path.clone()) {
            let imported = recipes_of(&mut recipes, &path, &files.text(&path));
            let own = path.to_string();
            let own = own.rsplit_once('/').map_or("", |(folder, _)| folder);
            let places = imported.iter().filter_map(|name| joined(own, name));
            pending.extend(places.filter_map(|place| files.at(&place).cloned()));
        }
    }
    with_needed(&recipes, wanted)
}

/// Adds the recipes of a file; returns the names of the files that it imports.
fn recipes_of(recipes: &mut Vec<Task>, path: &RepoPath, text: &str) -> Vec<String> {
    let mut imported = Vec::new();
    let mut one_shell = false;
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        let is_recipe = line.starts_with([' ', '\t']);
        one_shell = (one_shell && is_recipe) || content.starts_with("#!");
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if is_recipe {
            let command = match one_shell {
                true => Command::of_script(path, number, content.to_owned()),
                false => Command::new(path, number, content.to_owned()),
            };
            recipes.iter_mut().rev().take(1).for_each(|recipe| recipe.commands.push(command.clone()));
            continue;
        }
        if let Some(name) = content.strip_prefix("import ").or(content.strip_prefix("import? ")) {
            imported.push(name.trim().trim_matches(['"', '\'']).to_owned());
            continue;
        }
        let aliased = content.strip_prefix("alias ").and_then(|alias| alias.split_once(":="));
        match (aliased, content.split_once(':')) {
            (Some((alias, name)), _) => {
                let needed = vec![name.trim().to_owned()];
                recipes.push(Task { name: alias.trim().to_owned(), needed, commands: Vec::new() });
            }
            (None, Some((head, needed))) if !needed.starts_with('=') => {
                let name = head.split_whitespace().next().unwrap_or_default().trim_start_matches('@');
                let needed =
                    needed.split(['(', ')', ' ', '&']).filter(|name| !name.is_empty()).map(str::to_owned);
                let needed = needed.collect();
                recipes.push(Task { name: name.to_owned(), needed, commands: Vec::new() });
            }
            _ => {}
        }
    }
    imported
}

/// The commands of the wanted tasks and of those that they need.
pub(super) fn with_needed(tasks: &[Task], wanted: &Wanted) -> Vec<Command> {
    let places: BTreeMap<&str, usize> =
        tasks.iter().enumerate().rev().map(|(place, task)| (task.name.as_str(), place)).collect();
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
        found.extend(tasks[at].commands.iter().cloned());
        open.extend(tasks[at].needed.iter().filter_map(|name| places.get(name.as_str()).copied()));
    }
    found
}

/// A Cargo alias with its arguments, or the project's own developer command.
fn cargo(files: &Files<'_>, wanted: &Wanted) -> Vec<Command> {
    let Wanted::Named(all) = wanted else { return Vec::new() };
    let (name, given) = all.split_once(' ').unwrap_or((all, ""));
    let mut found = Vec::new();
    for path in [".cargo/config.toml", ".cargo/config"].iter().filter_map(|path| files.at(path)) {
        let text = files.text(path);
        let aliases =
            text.parse::<toml::Table>().ok().and_then(|table| table.get("alias")?.as_table().cloned());
        let alias = aliases.as_ref().and_then(|aliases| aliases.get(name));
        let Some(words) = alias.and_then(|alias| toml_texts(alias, " ").into_iter().next()) else { continue };
        let line = line_with(&text, |line| line.trim_start().starts_with(name));
        found.push(Command::new(path, line, format!("cargo {words} {given}").trim_end()));
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

/// The texts of a value: itself, or the parts of a list, joined if there is a `joint`.
fn toml_texts(value: &toml::Value, joint: &str) -> Vec<String> {
    match value {
        toml::Value::String(text) => vec![text.clone()],
        toml::Value::Array(parts) => {
            let parts: Vec<String> =
                parts.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect();
            if joint.is_empty() { parts } else { vec![parts.join(joint)] }
        }
        _ => Vec::new(),
    }
}

/// The first line that satisfies `wanted`, from 1; 1 if none does.
fn line_with(text: &str, wanted: impl Fn(&str) -> bool) -> u32 {
    (1..).zip(text.lines()).find(|(_, line)| wanted(line)).map_or(1, |(number, _)| number)
}

/// Tasks of mise, from its configuration.
fn mise(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let names = [
        "mise.toml",
        ".mise.toml",
        "mise/config.toml",
        ".mise/config.toml",
        ".config/mise.toml",
        ".config/mise/config.toml",
    ];
    let Some(path) = names.iter().find_map(|name| place(files, folder, name)) else { return Vec::new() };
    let text = files.text(path);
    let table = text.parse::<toml::Table>().ok();
    let Some(tasks) = table.as_ref().and_then(|table| table.get("tasks")?.as_table()) else {
        return Vec::new();
    };
    let tasks: Vec<Task> = tasks
        .iter()
        .map(|(name, task)| {
            let heading = [format!("[tasks.{name}]"), format!("[tasks.\"{name}\"]")];
            let line = line_with(&text, |line| {
                heading.iter().any(|heading| line.starts_with(heading.as_str()))
                    || line
                        .trim_start_matches('"')
                        .strip_prefix(name.as_str())
                        .is_some_and(|rest| rest.trim_start_matches(['"', ' ']).starts_with('='))
            });
            let of = |key: &str| task.get(key).map(|value| toml_texts(value, "")).unwrap_or_default();
            let texts = if task.is_table() { of("run") } else { toml_texts(task, "") };
            let commands = texts.into_iter().flat_map(|text| {
                shell_lines(text.lines().map(|part| (line, part)))
                    .into_iter()
                    .map(|(line, text)| Command::new(path, line, text))
                    .collect::<Vec<_>>()
            });
            let needed = [of("depends"), of("depends_post")].concat();
            Task { name: name.clone(), needed, commands: commands.collect() }
        })
        .collect();
    with_needed(&tasks, wanted)
}

/// An alias of Mix: the tasks in its list.
fn mix(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let (Wanted::Named(name), Some(path)) = (wanted, place(files, folder, "mix.exs")) else {
        return Vec::new();
    };
    let text = files.text(path);
    let Some(begin) =
        text.find("defp aliases").or_else(|| text.find("def aliases")).or_else(|| text.find("aliases: ["))
    else {
        return Vec::new();
    };
    let (short, long) = (format!("{name}: ["), format!("\"{name}\": ["));
    let aliases = &text[begin..];
    let at = [long, short].iter().find_map(|head| {
        let at = aliases.find(head.as_str())?;
        let before = aliases[..at].chars().next_back();
        before
            .is_none_or(|sign| !sign.is_alphanumeric() && !matches!(sign, '_' | '.'))
            .then_some(at + head.len())
    });
    let Some(at) = at else { return Vec::new() };
    let list = aliases[at..].split(']').next().unwrap_or_default();
    let line = text[..begin + at].lines().count().max(1);
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let quoted = list.split('"').skip(1).step_by(2);
    quoted
        .map(|task| match task.strip_prefix("cmd ") {
            Some(command) => Command::new(path, line, command),
            None => Command::new(path, line, format!("mix {task}")),
        })
        .collect()
}

/// The hooks of pre-commit, by their ids, entries and sources.
fn pre_commit(files: &Files<'_>) -> Vec<Command> {
    let names = [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"];
    let Some(path) = names.iter().find_map(|name| files.at(name)) else { return Vec::new() };
    let text = files.text(path);
    if is_yaml(&path.to_string()) {
        return yaml::commands(&text).into_iter().map(|step| Command::of_step(path, step)).collect();
    }
    script_lines(&text).into_iter().map(|(line, text)| Command::new(path, line, text)).collect()
}
