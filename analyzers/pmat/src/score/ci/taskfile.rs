//! The tasks of a Taskfile.

use super::calls::{Wanted, joined};
use super::document::{Document, Node, flow_parts};
use super::tasks::{Task, place, with_needed};
use super::{Command, Files, yaml};
use facts::model::RepoPath;
use std::collections::BTreeMap;

const NAMES: &[&str] = &[
    "Taskfile.yml",
    "taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
    "taskfile.dist.yml",
    "Taskfile.dist.yaml",
    "taskfile.dist.yaml",
];

/// Limit on the nesting of included Taskfiles.
const MAX_INCLUDED: usize = 8;

/// A task of a folder's Taskfile, and those that it depends on.
pub(super) fn commands(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let Some(path) = NAMES.iter().find_map(|name| place(files, folder, name)) else { return Vec::new() };
    let mut path = path.clone();
    let mut folder = folder.to_owned();
    let mut wanted = wanted.clone();
    for _ in 0..MAX_INCLUDED {
        let text = files.text(&path);
        let document = Document::of(&text);
        let found = of_document(&path, &document, &wanted);
        if !found.is_empty() {
            return found;
        }
        // `go:unit` is the task `unit` of the file that is included as `go`.
        let Wanted::Named(name) = &wanted else { return found };
        let next = name.split_once(':').and_then(|(space, task)| {
            let (path, inside) = included(files, &folder, &document, space)?;
            Some((path.clone(), inside, Wanted::Named(task.to_owned())))
        });
        let Some(next) = next else { return found };
        (path, folder, wanted) = next;
    }
    Vec::new()
}

/// The file that is included under a name, and its folder.
fn included<'f>(
    files: &'f Files<'_>,
    folder: &str,
    document: &Document<'_>,
    name: &str,
) -> Option<(&'f RepoPath, String)> {
    let is_it = |node: &&Node<'_>| {
        node.key == name
            && document.parent(node).is_some_and(|all| all.key == "includes" && all.parent.is_none())
    };
    let node = document.nodes.iter().find(is_it)?;
    let said = document.child(node, "taskfile").unwrap_or(node).text();
    let at = joined(folder, said)?;
    let inside =
        if files.at(&at).is_some() { at.rsplit_once('/').map_or("", |(inside, _)| inside) } else { &at };
    let path = files.at(&at).or_else(|| NAMES.iter().find_map(|name| place(files, inside, name)))?;
    Some((path, inside.to_owned()))
}

fn of_document(path: &RepoPath, document: &Document<'_>, wanted: &Wanted) -> Vec<Command> {
    let mut tasks: Vec<Task> = Vec::new();
    // The task that a node belongs to.
    let mut owners: BTreeMap<usize, usize> = BTreeMap::new();
    for node in &document.nodes {
        let Some(parent) = document.parent(node) else { continue };
        if parent.key == "tasks" && parent.parent.is_none() && !node.key.is_empty() {
            owners.insert(node.at, tasks.len());
            let own = of_text(path, document, node);
            tasks.push(Task { name: node.key.to_owned(), needed: Vec::new(), commands: own });
            continue;
        }
        let Some(task) = owners.get(&parent.at).copied() else { continue };
        owners.insert(node.at, task);
        let is_needed =
            node.key == "task" || (node.key == "deps" || (node.key.is_empty() && parent.key == "deps"));
        if is_needed {
            let names = flow_parts(node.text().trim_start_matches('[').trim_end_matches(']'));
            let names = names.into_iter().map(|name| name.trim_start_matches("{task:").trim_end_matches('}'));
            tasks[task].needed.extend(names.map(|name| name.trim().to_owned()));
        }
    }
    for (at, step) in yaml::steps(document) {
        if let Some(task) = owners.get(&at).filter(|_| document.nodes[at].key != "task") {
            tasks[*task].commands.push(Command::of_step(path, step));
        }
    }
    with_needed(&tasks, wanted)
}

/// The commands of a task without keys: `build: go build`, or a list of them.
fn of_text(path: &RepoPath, document: &Document<'_>, node: &Node<'_>) -> Vec<Command> {
    let own = std::iter::once(node).chain(document.children(node).filter(|child| child.key.is_empty()));
    own.filter(|node| !node.text().is_empty())
        .map(|node| Command::new(path, node.line, node.text().to_owned()))
        .collect()
}
