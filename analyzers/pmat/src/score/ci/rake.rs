//! The tasks of a Rakefile: what they depend on, the commands that they run, and the test tasks that libraries define.

use super::calls::Wanted;
use super::tasks::{Task, place, strings, with_needed};
use super::{Command, Files};
use crate::score::files::{is_comment, pattern};
use facts::model::RepoPath;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Limit on the task files next to the Rakefile.
const MAX_FILES: usize = 50;
/// Limit on the lines of one list of prerequisites.
const MAX_LIST: usize = 50;
/// Limit on the nesting of namespaces.
const MAX_SPACES: usize = 16;

/// The commands of a task and of those that it depends on.
pub(super) fn commands(files: &Files<'_>, folder: &str, wanted: &Wanted) -> Vec<Command> {
    let names = ["Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb"];
    let Some(path) = names.iter().find_map(|name| place(files, folder, name)) else { return Vec::new() };
    let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut rakefile = Rakefile::default();
    rakefile.read(path, &files.text(path));
    for path in files.matching(|path| path.starts_with(&below) && path.ends_with(".rake")).take(MAX_FILES) {
        rakefile.read(path, &files.text(path));
    }
    rakefile.commands(wanted)
}

#[derive(Default)]
struct Rakefile {
    tasks: Vec<Task>,
    places: BTreeMap<String, usize>,
    /// True if the name of a task is computed when rake runs.
    unnamed: bool,
    /// Every line that runs something.
    all: Vec<Command>,
}

/// The context of a line of a Rakefile.
#[derive(Default)]
struct Inside {
    /// Namespaces with their indentation.
    spaces: Vec<(usize, String)>,
    /// The task whose body the line is in, with its indentation.
    task: Option<(usize, usize)>,
}

impl Inside {
    fn named(&self, name: &str) -> String {
        let spaces = self.spaces.iter().map(|(_, space)| format!("{space}:"));
        spaces.chain([name.to_owned()]).collect()
    }

    fn end(&mut self, indentation: usize) {
        self.task = self.task.filter(|(own, _)| *own < indentation);
        while self.spaces.last().is_some_and(|(own, _)| *own >= indentation) {
            self.spaces.pop();
        }
    }
}

/// `task default: :test`, `multitask "a" => %w[b c] do`
static TASK: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:multitask|task)[\s(]+(.*)$"));
static NAMESPACE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^namespace[\s(]+:?["']?([\w-]{1,100})["']?\)?\s+do\b"#));
/// `Rake::TestTask.new(:unit) do |t|`
static MADE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^((?:\w+::)+\w*Task|Hoe)\.(?:new|create|define|spec)\b[\s(]*(.*)$"));
/// A name that is written out, and what follows it.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?::?["']([\w:!?.-]*[\w!?])["']|:([\w!?]+)|([\w!?]+):(?:\s|$))(.*)$"#));
static LISTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"%[wi][\[({<|]([^\])}>|]*)|:?["']([\w:!?.-]+)["']|:([\w!?]+)"#));
static RUNS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[\s(!;&|=])(?:(sh|system|exec|spawn)|(ruby))[\s(]+\S|`"));
static INVOKED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"Rake::Task\[\s*:?["']?([\w:!?.-]+)"#));

/// The rest of a line with its list of prerequisites, which may continue on the lines below.
fn with_list<'t>(rest: &str, below: impl Iterator<Item = &'t str>) -> String {
    let is_open = |rest: &str| rest.matches('[').count() > rest.matches(']').count();
    let mut rest = rest.to_owned();
    for more in below.take(if is_open(&rest) { MAX_LIST } else { 0 }) {
        rest = format!("{rest} {}", more.trim());
        if !is_open(&rest) {
            break;
        }
    }
    rest
}

impl Rakefile {
    fn read(&mut self, path: &RepoPath, text: &str) {
        let mut inside = Inside::default();
        let mut lines = (1u32..).zip(text.lines());
        while let Some((number, line)) = lines.next() {
            let content = line.trim();
            if content.is_empty() || is_comment(content) {
                continue;
            }
            let indentation = line.len() - line.trim_start().len();
            if content == "end" || content == "}" {
                inside.end(indentation);
                continue;
            }
            if let Some(space) = NAMESPACE.captures(content).filter(|_| inside.spaces.len() < MAX_SPACES) {
                inside.spaces.push((indentation, space[1].to_owned()));
                continue;
            }
            let head = TASK.captures(content).or_else(|| MADE.captures(content));
            if let Some(head) = head {
                let rest = head.get(2).or(head.get(1)).map_or("", |rest| rest.as_str());
                let rest = with_list(rest, lines.by_ref().map(|(_, more)| more));
                let maker = head.get(2).and(head.get(1)).map(|maker| maker.as_str());
                let command = Command::new(path, number, content);
                let task = self.task(&inside, maker, &rest, command);
                let opens = rest.ends_with("do") || rest.ends_with('{') || rest.ends_with('|');
                inside.task = task.map(|task| (indentation, task));
                self.body(&inside, path, number, content);
                inside.task = inside.task.filter(|_| opens);
                continue;
            }
            if content.contains("Rails.application.load_tasks") {
                // Rails defines `test`, and makes it the default.
                let test = self.place("test");
                self.tasks[test].commands.push(Command::new(path, number, content));
                let default = self.place("default");
                self.tasks[default].needed.push("test".to_owned());
            }
            self.body(&inside, path, number, content);
        }
    }

    /// Adds a task; none if its name is not written out.
    fn task(&mut self, inside: &Inside, maker: Option<&str>, rest: &str, command: Command) -> Option<usize> {
        let (name, behind) = match NAME.captures(rest).filter(|_| maker != Some("Hoe")) {
            Some(found) => {
                let name = (1..=3).find_map(|at| found.get(at)).map_or("", |name| name.as_str());
                (name.to_owned(), found.get(4).map_or("", |behind| behind.as_str()))
            }
            None => (default_name(maker?)?.to_owned(), ""),
        };
        let at = self.place(&inside.named(&name));
        if let Some(maker) = maker {
            if maker == "Hoe" {
                let default = self.place("default");
                self.tasks[default].needed.push("test".to_owned());
            }
            self.tasks[at].commands.push(command);
        }
        // Behind `=>`, or behind the colon of `name:`; the list before `=>` holds arguments.
        let behind = behind.split_once("=>").map_or(behind, |(_, needed)| needed);
        let only_arguments = behind.trim_start().starts_with(',');
        for found in LISTED.captures_iter(behind).filter(|_| !only_arguments) {
            let words = (1..=3).find_map(|at| found.get(at)).map_or("", |words| words.as_str());
            for word in words.split_whitespace() {
                self.tasks[at].needed.extend([inside.named(word), word.to_owned()]);
            }
        }
        Some(at)
    }

    /// Adds what a line of a task runs and calls.
    fn body(&mut self, inside: &Inside, path: &RepoPath, number: u32, line: &str) {
        if let Some((_, task)) = inside.task {
            let invoked = INVOKED.captures_iter(line).map(|found| found[1].to_owned());
            self.tasks[task].needed.extend(invoked);
        }
        self.unnamed |= TASK.captures(line).is_some_and(|head| !NAME.is_match(&head[1]));
        let shows = ["desc ", "puts ", "raise ", "abort "].iter().any(|word| line.starts_with(word));
        let Some(found) = RUNS.captures(line).filter(|_| !shows) else { return };
        let text = strings(&line[found.get(0).map_or(0, |begin| begin.start())..], &['"', '\'', '`']);
        if text.is_empty() {
            return;
        }
        let program = if found.get(2).is_some() { "ruby " } else { "" };
        let command = Command::new(path, number, format!("{program}{text}"));
        if let Some((_, task)) = inside.task {
            self.tasks[task].commands.push(command.clone());
        }
        self.all.push(command);
    }

    /// The index of the task with this name; a task that is defined twice is one task.
    fn place(&mut self, name: &str) -> usize {
        *self.places.entry(name.to_owned()).or_insert_with(|| {
            self.tasks.push(Task { name: name.to_owned(), needed: Vec::new(), commands: Vec::new() });
            self.tasks.len() - 1
        })
    }

    fn commands(self, wanted: &Wanted) -> Vec<Command> {
        let name = match wanted {
            Wanted::Default => "default",
            // `rake "task[argument]"`
            Wanted::Named(name) => name.split('[').next().unwrap_or_default(),
            Wanted::Unknown => return [with_needed(&self.tasks, wanted), self.all].concat(),
        };
        match self.places.contains_key(name) {
            true => with_needed(&self.tasks, &Wanted::Named(name.to_owned())),
            false if self.unnamed => self.all,
            false => Vec::new(),
        }
    }
}

/// The name that a library gives its task by default.
fn default_name(maker: &str) -> Option<&'static str> {
    let known = [
        ("TestTask", "test"),
        ("Hoe", "test"),
        ("RSpec::", "spec"),
        ("Spec::", "spec"),
        ("RuboCop::", "rubocop"),
        ("Cucumber::", "cucumber"),
        ("Reek::", "reek"),
        ("YARD::", "yard"),
    ];
    known.iter().find(|(part, _)| maker.contains(part)).map(|(_, name)| *name)
}
