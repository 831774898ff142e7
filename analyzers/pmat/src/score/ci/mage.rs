//! The functions of a magefile: the strings in them are commands, and the functions that they name are called.

use super::calls::Wanted;
use super::tasks::{Task, place, strings, with_needed};
use super::{Command, Files};
use crate::score::files::is_comment;
use facts::model::RepoPath;

/// The commands of a function and of those that it calls.
pub(super) fn commands(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let inside = if folder.is_empty() { "magefiles/".to_owned() } else { format!("{folder}/magefiles/") };
    let paths: Vec<&RepoPath> = match place(files, folder, "magefile.go") {
        Some(path) => vec![path],
        None => files.matching(|path| path.starts_with(&inside) && path.ends_with(".go")).collect(),
    };
    let mut tasks: Vec<Task> = Vec::new();
    let mut default = None;
    for path in paths {
        for (number, line) in (1..).zip(files.text(path).lines()) {
            if let Some(name) = line.strip_prefix("var Default = ") {
                default = Some(name.trim().to_owned());
            }
            let body = match line.strip_prefix("func ").and_then(|head| head.split_once('{')) {
                Some((head, body)) => {
                    tasks.push(Task { name: named(head), needed: Vec::new(), commands: Vec::new() });
                    body
                }
                None if line.starts_with([' ', '\t']) && !is_comment(line) => line,
                None => continue,
            };
            if let Some(task) = tasks.last_mut() {
                add(task, path, number, body);
            }
        }
    }
    let of = |name: &str| {
        // Mage ignores case.
        let own = tasks.iter().find(|task| task.name.eq_ignore_ascii_case(name));
        own.map(|own| with_needed(&tasks, &Wanted::Named(own.name.clone()))).unwrap_or_default()
    };
    match wanted {
        Wanted::Named(name) => of(name),
        Wanted::Default => default.map(|name| of(&name)).unwrap_or_default(),
        Wanted::Unknown => with_needed(&tasks, wanted),
    }
}

/// The task's name: `func (Build) All()` is `build:all`.
fn named(head: &str) -> String {
    let (of, head) = match head.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((of, head)) => (of.rsplit([' ', '*']).next().map(|of| format!("{of}:")), head),
        None => (None, head),
    };
    format!("{}{}", of.unwrap_or_default(), head.split('(').next().unwrap_or_default())
}

/// Adds what a line of a function runs and calls.
fn add(task: &mut Task, path: &RepoPath, number: u32, line: &str) {
    let code = line.split('"').step_by(2);
    let names = code.flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let shows = ["Print", "Errorf", "New", "Fatal", "Log"];
    let text = strings(line, &['"', '`']);
    if !text.is_empty() && !names.iter().any(|name| shows.iter().any(|show| name.starts_with(show))) {
        // The program may be in a variable, so that it can be replaced.
        let go = names.iter().any(|name| matches!(*name, "goexe" | "goExe" | "GoCmd" | "goCmd" | "gocmd"));
        task.commands.push(Command::new(path, number, format!("{}{text}", if go { "go " } else { "" })));
    }
    task.needed.extend(names.into_iter().map(str::to_owned));
}
