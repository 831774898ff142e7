//! Tasks of Python's runners: tox, nox, and the runners configured in pyproject.toml.

use super::Command;
use super::calls::Wanted;
use super::tasks::{place, script_lines};
use crate::score::files::Files;
use facts::model::RepoPath;

/// The commands of environments of tox: those of the named one, or of all.
pub(super) fn tox(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let mut found = Vec::new();
    for name in ["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"] {
        let Some(path) = place(files, folder, name) else { continue };
        let text = files.text(path);
        found.extend(of_environments(path, &text, wanted));
    }
    found
}

fn of_environments(path: &RepoPath, text: &str, wanted: &Wanted) -> Vec<Command> {
    let named = match wanted {
        Wanted::Named(name) => Some(name.as_str()),
        Wanted::Default | Wanted::Unknown => None,
    };
    let has_own = named.is_some_and(|name| text.lines().any(|line| environment(line) == Some(name)));
    let mut found = Vec::new();
    let (mut open, mut in_commands) = (false, false);
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.starts_with('[') && !line.starts_with([' ', '\t']) {
            let section = environment(line);
            open = match (section, named) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(section), Some(name)) => section == if has_own { name } else { "" },
            };
            in_commands = false;
            continue;
        }
        if !open || content.is_empty() || content.starts_with('#') {
            continue;
        }
        if !line.starts_with([' ', '\t', ']']) {
            in_commands = content.starts_with("commands");
        }
        if !in_commands {
            continue;
        }
        let value = match content.strip_prefix("commands").and_then(|rest| rest.split_once('=')) {
            Some((_, value)) => value.trim(),
            None => content,
        };
        if let Some(command) = for_factors(value, named) {
            found.push(Command::new(path, number, plain(command)));
        }
    }
    found
}

/// The environment that a heading is about; empty for the common section.
fn environment(line: &str) -> Option<&str> {
    let heading = line.trim().strip_prefix('[')?.strip_suffix(']')?;
    match heading {
        "testenv" | "env_run_base" | "tool.tox.env_run_base" => Some(""),
        _ => ["testenv:", "env.", "tool.tox.env."]
            .iter()
            .find_map(|start| heading.strip_prefix(start))
            .map(|name| name.trim_matches(['"', '\''])),
    }
}

/// A command without the factors before it (`lint: ruff check`); none if they do not fit the environment.
fn for_factors<'c>(command: &'c str, environment: Option<&str>) -> Option<&'c str> {
    let Some((factors, rest)) = command.split_once(": ") else { return Some(command) };
    let is_factors = factors.chars().all(|c| c.is_ascii_alphanumeric() || ",-_!{}. ".contains(c));
    if !is_factors || factors.contains(' ') {
        return Some(command);
    }
    let Some(environment) = environment else { return Some(rest) };
    let has = |factor: &str| environment.split('-').any(|part| part == factor);
    let fits = factors.split(',').any(|all| {
        all.split('-').all(|factor| factor.strip_prefix('!').map_or_else(|| has(factor), |not| !has(not)))
    });
    fits.then_some(rest)
}

/// The commands of sessions of nox: of the named one, or of all.
pub(super) fn nox(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let Some(path) = place(files, folder, "noxfile.py") else { return Vec::new() };
    let text = files.text(path);
    let mut found = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut open = false;
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in script_lines(&text) {
        let at_margin = lines.get(number as usize - 1).is_some_and(|line| !line.starts_with([' ', '\t']));
        if at_margin {
            if let Some(decorator) = line.strip_prefix("@") {
                let name = decorator.split("name=").nth(1).map(|rest| rest.trim_matches(['"', '\'']));
                let name = name.and_then(|rest| rest.split(['"', '\'']).next());
                names.extend(name.map(str::to_owned));
                open = false;
            } else if let Some(head) = line.strip_prefix("def ") {
                names.push(head.split('(').next().unwrap_or_default().to_owned());
                open = match wanted {
                    // `tests-3.12` is a session with one Python version.
                    Wanted::Named(wanted) => names
                        .iter()
                        .any(|name| wanted.split('(').next() == Some(name) || is_version(wanted, name)),
                    Wanted::Default | Wanted::Unknown => true,
                };
                names.clear();
            } else {
                open = open && line.starts_with(')');
            }
        } else if open && !line.contains(".install(") {
            let command = line.strip_prefix("session.run(").unwrap_or(&line);
            found.push(Command::new(path, number, plain(command)));
        }
    }
    found
}

fn is_version(wanted: &str, name: &str) -> bool {
    let version = wanted.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
}

/// A task in pyproject.toml of Hatch, PDM, Poe the Poet, taskipy or Pixi, or in pixi.toml.
pub(super) fn pyproject(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let paths = ["pyproject.toml", "pixi.toml"].into_iter().filter_map(|name| place(files, folder, name));
    paths.flat_map(|path| of_tables(path, &files.text(path), wanted)).collect()
}

/// The wanted tasks in the tables of a file.
fn of_tables(path: &RepoPath, text: &str, wanted: &Wanted) -> Vec<Command> {
    let of_pixi = path.to_string().ends_with("pixi.toml");
    let mut found = Vec::new();
    let (mut in_tasks, mut of_one, mut open) = (false, false, false);
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if let Some(heading) = content.strip_prefix('[').filter(|_| !line.starts_with([' ', '\t'])) {
            let heading = heading.trim_end_matches(']');
            of_one = heading.contains("tasks.") && !heading.ends_with("scripts");
            let table = is_table_of_tasks(heading, of_pixi);
            let own = heading.rsplit('.').next().unwrap_or_default();
            (in_tasks, open) = (table, table && is_wanted(own, wanted));
            continue;
        }
        if !in_tasks || content.is_empty() || content.starts_with('#') {
            continue;
        }
        let key =
            content.split_once('=').filter(|(key, _)| !line.starts_with([' ', '\t']) && !key.contains('"'));
        let value = match key {
            Some((key, _)) if of_one && !is_command_key(key.trim()) => continue,
            Some((key, value)) if !is_command_key(key.trim()) => {
                open = begins_wanted(key.trim(), wanted);
                value
            }
            Some((_, value)) => value,
            None => content,
        };
        if !open {
            continue;
        }
        // The items of a list are commands and tasks, except for the words of one command.
        let is_list = key.is_none_or(|(key, value)| {
            let of_words = key.trim() == "cmd" || key.trim().ends_with(".cmd");
            !of_words && value.trim().starts_with(['[', '{'])
        });
        let texts = if is_list { quoted(value) } else { vec![plain(value)] };
        found.extend(texts.into_iter().map(|text| Command::new(path, number, text)));
    }
    found
}

/// True for the key of a wanted task, or of what it runs: `name.cmd`.
fn begins_wanted(key: &str, wanted: &Wanted) -> bool {
    match key.rsplit_once('.') {
        Some((name, part)) => is_wanted(name, wanted) && is_command_key(part),
        None => is_wanted(key, wanted),
    }
}

/// True for the key of what a task runs.
fn is_command_key(key: &str) -> bool {
    matches!(key, "cmd" | "shell" | "composite" | "sequence" | "depends-on" | "depends_on")
}

/// True for the heading of a table of tasks.
fn is_table_of_tasks(heading: &str, of_pixi: bool) -> bool {
    let pixi = if of_pixi { Some(heading) } else { heading.strip_prefix("tool.pixi.") };
    let is_pixi = pixi.is_some_and(|heading| {
        let below = heading.strip_prefix("feature.").and_then(|rest| rest.split_once('.'));
        let heading = below.map_or(heading, |(_, rest)| rest);
        heading == "tasks" || heading.starts_with("tasks.")
    });
    is_pixi
        || heading.starts_with("tool.poe.tasks")
        || heading.starts_with("tool.pdm.scripts")
        || heading.starts_with("tool.taskipy.tasks")
        || (heading.starts_with("tool.hatch.envs") && heading.ends_with("scripts"))
}

fn is_wanted(name: &str, wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Named(wanted) => wanted == name,
        Wanted::Default | Wanted::Unknown => true,
    }
}

/// The quoted texts of a line.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, sign) in line.char_indices() {
        match open {
            None if matches!(sign, '"' | '\'') => open = Some((sign, at + 1)),
            Some((quote, begin)) if quote == sign => {
                found.push(line[begin..at].to_owned());
                open = None;
            }
            _ => {}
        }
    }
    found
}

/// The words of a list of quoted ones, or of a quoted text.
fn plain(list: &str) -> String {
    let spaced = list.replace(['"', '\'', ',', '[', ']'], " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(')').to_owned()
}
