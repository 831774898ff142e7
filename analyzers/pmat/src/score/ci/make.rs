//! The targets of a Makefile.

use super::Command;
use super::calls::{Wanted, joined};
use crate::score::files::Files;
use facts::model::RepoPath;
use regex::Regex;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;

/// The content of a Makefile.
#[derive(Default)]
pub(super) struct Makefile {
    variables: BTreeMap<String, String>,
    /// Prerequisites and recipes of each target.
    rules: BTreeMap<String, (Vec<String>, Vec<Command>)>,
    /// The default target.
    first: Option<String>,
}

/// Limit on the files that one Makefile includes, directly or not.
const MAX_INCLUDED: usize = 50;
/// Limit on the targets that one call leads to.
const MAX_FOLLOWED: usize = 1000;
/// Limit on the targets of one rule.
const MAX_TARGETS: usize = 64;
/// Limit on the bytes of a line with its variables replaced.
const MAX_LINE: usize = 4096;
/// Limit on the nesting of variables.
const MAX_PASSES: usize = 4;

/// The Makefiles that were read, by folder.
#[derive(Default)]
pub(super) struct Makefiles(RefCell<BTreeMap<String, Rc<Makefile>>>);

impl Makefiles {
    /// The recipes of a target in a folder's Makefile and of what it depends on.
    pub(super) fn commands(&self, files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
        let known = self.0.borrow().get(folder).cloned();
        let makefile = known.unwrap_or_else(|| {
            let makefile = Rc::new(read(files, folder));
            self.0.borrow_mut().insert(folder.to_owned(), makefile.clone());
            makefile
        });
        makefile.commands(wanted)
    }
}

impl Makefile {
    fn commands(&self, wanted: &Wanted) -> Vec<Command> {
        let mut pending: Vec<String> = match wanted {
            Wanted::Default => match self.variables.get(".DEFAULT_GOAL") {
                Some(goal) => vec![self.replaced(goal, "")],
                None => self.first.iter().cloned().collect(),
            },
            Wanted::Named(name) => vec![name.clone()],
            Wanted::Unknown => self.rules.keys().take(MAX_FOLLOWED).cloned().collect(),
        };
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        while let Some(target) = pending.pop().filter(|_| seen.len() < MAX_FOLLOWED) {
            if !seen.insert(target.clone()) {
                continue;
            }
            let rule = self.rules.get(&target).or_else(|| self.pattern(&target));
            let Some((prerequisites, recipe)) = rule else { continue };
            pending.extend(prerequisites.iter().cloned());
            let replaced = |command: &Command| {
                Command::new(&command.path, command.line, self.replaced(&command.text, &target))
            };
            found.extend(recipe.iter().map(replaced));
        }
        found
    }

    /// The rule with a `%` that fits a target.
    fn pattern(&self, target: &str) -> Option<&(Vec<String>, Vec<Command>)> {
        let fits = |pattern: &str| {
            let (before, after) = pattern.split_once('%')?;
            (target.len() >= pattern.len() - 1 && target.starts_with(before) && target.ends_with(after))
                .then_some(())
        };
        self.rules.iter().find(|(pattern, _)| fits(pattern).is_some()).map(|(_, rule)| rule)
    }

    /// A line with the file's own variables replaced.
    fn replaced(&self, line: &str, target: &str) -> String {
        static VARIABLE: LazyLock<Regex> =
            LazyLock::new(|| super::super::files::pattern(r"\$[({]([\w.-]+)[)}]"));
        if line.len() > MAX_LINE || target.len() > MAX_LINE {
            return line.to_owned();
        }
        let mut text = line.replace("$@", target);
        for _ in 0..MAX_PASSES {
            let next = VARIABLE.replace_all(&text, |found: &regex::Captures<'_>| {
                self.variables.get(&found[1]).cloned().unwrap_or_else(|| found[0].to_owned())
            });
            if next == text || next.len() > MAX_LINE {
                break;
            }
            text = next.into_owned();
        }
        text
    }
}

fn read(files: &Files<'_>, folder: &str) -> Makefile {
    let place = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let first = ["GNUmakefile", "makefile", "Makefile"].iter().find_map(|name| files.at(&place(name)));
    let mut makefile = Makefile::default();
    let mut pending: Vec<RepoPath> = first.into_iter().cloned().collect();
    let mut seen = BTreeSet::new();
    while let Some(path) = pending.pop().filter(|_| seen.len() < MAX_INCLUDED) {
        if seen.insert(path.clone()) {
            let included = read_file(&mut makefile, &path, &files.text(&path));
            let room = MAX_INCLUDED.saturating_sub(pending.len());
            let included = included.iter().take(room).flat_map(|name| included_by(files, folder, name));
            pending.extend(included.collect::<Vec<_>>());
        }
    }
    makefile
}

/// The files that `include` names, from the folder where make runs: `../mk/x.mk`, `mk/*.mk`.
fn included_by(files: &Files<'_>, folder: &str, name: &str) -> Vec<RepoPath> {
    let Some(path) = joined(folder, name) else { return Vec::new() };
    match path.split_once('*') {
        Some((before, after)) if !after.contains('*') => {
            let fits = |own: &str| {
                let rest = own.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                rest.is_some_and(|rest| !rest.contains('/'))
            };
            files.matching(fits).take(MAX_INCLUDED).cloned().collect()
        }
        _ => files.at(&path).cloned().into_iter().collect(),
    }
}

/// Adds the content of a file; returns the names of the files that it includes.
fn read_file(makefile: &mut Makefile, path: &RepoPath, text: &str) -> Vec<String> {
    static ASSIGNMENT: LazyLock<Regex> =
        LazyLock::new(|| super::super::files::pattern(r"^(?:export\s+)?([\w.-]+)\s*(?:\?|::?|\+)?=\s*(.*)$"));
    let mut included = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut continued = false;
    for (number, line) in (1..).zip(text.lines()) {
        let is_recipe = line.starts_with('\t') || (continued && !open.is_empty());
        let joins = continued;
        continued = line.ends_with('\\');
        let content = line.trim().trim_end_matches('\\').trim_end();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if is_recipe {
            let command = Command::new(path, number, content.to_owned());
            for target in &open {
                makefile.recipe(target, &command, joins);
            }
            continue;
        }
        open.clear();
        if let Some(found) = ASSIGNMENT.captures(content) {
            makefile.assign(&found[1], &found[2], content.contains("+="));
        } else if let Some(names) = included_names(content) {
            let names = makefile.replaced(names, "");
            let names = names.trim_start_matches("$(wildcard ").trim_end_matches(')');
            included.extend(names.split_whitespace().map(str::to_owned));
        } else if let Some((targets, rest)) = content.split_once(':') {
            let (prerequisites, recipe) = rest.split_once(';').unwrap_or((rest, ""));
            let recipe = Some(recipe.trim()).filter(|recipe| !recipe.is_empty());
            for target in targets.split_whitespace().take(MAX_TARGETS) {
                makefile.rule(target, prerequisites.trim_start_matches(':'));
                open.push(target.to_owned());
                let command = recipe.map(|recipe| Command::new(path, number, recipe.to_owned()));
                makefile.rules.entry(target.to_owned()).or_default().1.extend(command);
            }
        }
    }
    included
}

/// The names after `include` and its variants.
fn included_names(content: &str) -> Option<&str> {
    ["include ", "-include ", "sinclude "].iter().find_map(|head| content.strip_prefix(head)).map(str::trim)
}

impl Makefile {
    /// Adds a line to the recipe of a target, or to the line before, which `\\` joins it to.
    fn recipe(&mut self, target: &str, command: &Command, joins: bool) {
        let recipe = &mut self.rules.entry(target.to_owned()).or_default().1;
        match recipe.last_mut().filter(|last| joins && last.text.len() + command.text.len() < MAX_LINE) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(&command.text);
            }
            None => recipe.push(command.clone()),
        }
    }

    /// Gives a variable a value, or adds to the one that it has.
    fn assign(&mut self, name: &str, given: &str, adds: bool) {
        let value = self.variables.entry(name.to_owned()).or_default();
        if !adds {
            value.clear();
        }
        // A longer value would not be used.
        if value.len() + given.len() <= MAX_LINE {
            value.extend([" ", given].iter().skip(usize::from(value.is_empty())).copied());
        }
    }

    fn rule(&mut self, target: &str, prerequisites: &str) {
        let prerequisites = self.replaced(prerequisites, target);
        let names = prerequisites.split_whitespace().filter(|name| *name != "|").map(str::to_owned);
        self.rules.entry(target.to_owned()).or_default().0.extend(names);
        if self.first.is_none() && !target.starts_with('.') && !target.contains(['%', '$']) {
            self.first = Some(target.to_owned());
        }
    }
}
