//! Scripts and tasks of JSON files: package.json, composer.json, deno.json.

use super::Command;
use super::calls::Wanted;
use super::tasks::place;
use crate::score::files::{Files, file_name};
use facts::model::RepoPath;
use serde_json::Value;
use std::collections::BTreeSet;

/// Where a runner's tasks are.
pub(super) struct Tasks {
    /// Files of one folder; the first that exists counts.
    files: &'static [&'static str],
    key: &'static str,
    /// The command that calls a task that another one depends on.
    call: &'static str,
}

pub(super) const NPM: Tasks = Tasks { files: &["package.json"], key: "scripts", call: "npm run" };
pub(super) const COMPOSER: Tasks = Tasks { files: &["composer.json"], key: "scripts", call: "composer" };
pub(super) const DENO: Tasks = Tasks { files: &["deno.json", "deno.jsonc"], key: "tasks", call: "deno task" };

/// Limit on the scripts of one file that are followed if it is unknown which one is meant.
const MAX_SCRIPTS: usize = 200;

impl Tasks {
    /// The commands of the folder's own task, else of those of every folder in the tree (a workspace).
    pub fn commands(&self, files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
        let own = self.files.iter().find_map(|name| place(files, folder, name));
        let own = own.map(|path| self.of_file(files, path, wanted)).unwrap_or_default();
        if !own.is_empty() {
            return own;
        }
        files
            .matching(|path| self.files.contains(&file_name(path)))
            .flat_map(|path| self.of_file(files, path, wanted))
            .collect()
    }

    fn of_file(&self, files: &Files<'_>, path: &RepoPath, wanted: &Wanted) -> Vec<Command> {
        let text = files.text(path);
        let Ok(parsed) = facts::jsonc::parse::<Value>(&text) else { return Vec::new() };
        let Some(scripts) = parsed.get(self.key).and_then(Value::as_object) else { return Vec::new() };
        let names: BTreeSet<String> = match wanted {
            Wanted::Named(name) if name.contains('*') => {
                scripts.keys().filter(|own| fits(name, own)).take(MAX_SCRIPTS).cloned().collect()
            }
            Wanted::Named(name) => [format!("pre{name}"), name.clone(), format!("post{name}")].into(),
            Wanted::Default | Wanted::Unknown => scripts.keys().take(MAX_SCRIPTS).cloned().collect(),
        };
        // A script that says `wireit`, and what it depends on, is under a key with that name.
        let wireit = |name: &str| parsed.get("wireit").and_then(|tasks| tasks.get(name));
        let of = |name: &str| match scripts.get(name) {
            Some(script) if script.as_str() != Some("wireit") => Some(script),
            _ => wireit(name),
        };
        let known = names.iter().filter_map(|name| Some((name, of(name)?)));
        known
            .flat_map(|(name, script)| {
                let line = line_of(&text, &format!("\"{name}\""));
                self.texts_of(script).into_iter().map(move |text| (line, text))
            })
            .map(|(line, text)| Command::new(path, line, text))
            .collect()
    }

    /// A script is a text, a list of texts, or an object with a `command` and `dependencies`.
    fn texts_of(&self, script: &Value) -> Vec<String> {
        match script {
            Value::String(text) => vec![text.clone()],
            Value::Array(parts) => parts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            other => {
                let needed = other.get("dependencies").and_then(Value::as_array).into_iter().flatten();
                let needed = needed.filter_map(Value::as_str).map(|name| format!("{} {name}", self.call));
                let own = other.get("command").and_then(Value::as_str).map(str::to_owned);
                own.into_iter().chain(needed).collect()
            }
        }
    }
}

/// True for a name that a pattern with `*` stands for: `check:*` for `check:types`.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == name };
    let after = after.trim_start_matches('*');
    let inner = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    // One `*` ends at a colon.
    inner.is_some_and(|inner| pattern.contains("**") || !inner.contains(':'))
}

/// The first line that contains a text followed by a colon.
fn line_of(text: &str, wanted: &str) -> u32 {
    let holds =
        |line: &str| line.split_once(wanted).is_some_and(|(_, rest)| rest.trim_start().starts_with(':'));
    (1..).zip(text.lines()).find(|(_, line)| holds(line)).map_or(1, |(number, _)| number)
}
