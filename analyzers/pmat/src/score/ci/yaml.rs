//! Commands in the YAML of CI services and task runners: the values of keys that hold commands.

use super::actions;
use super::document::{Document, Node, Place};
use super::words::shell_lines;
use std::collections::BTreeMap;

/// A command of a YAML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The line, from 1.
    pub line: u32,
    /// The command.
    pub text: String,
    /// The folder where it runs, relative to the one where the file's commands start.
    pub folder: String,
    /// The number of the shell in the file that runs it; 0 for a separate shell.
    pub shell: u32,
}

/// Limit on the commands of one file: an anchor may be used often.
const MAX_STEPS: usize = 20_000;

/// The commands of a file.
pub(super) fn commands(text: &str) -> Vec<Step> {
    steps(&Document::of(text)).into_iter().map(|(_, step)| step).collect()
}

/// The third-party steps that a workflow or an action uses, with their lines.
pub(super) fn used(text: &str) -> Vec<(u32, String)> {
    let document = Document::of(text);
    let is_step = |node: &&Node<'_>| node.key == "uses" && document.key_of_parent(node) != "queries";
    document.nodes.iter().filter(is_step).map(|node| (node.line, node.text().to_owned())).collect()
}

/// The commands of a document, each with the number of its node.
pub(super) fn steps(document: &Document<'_>) -> Vec<(usize, Step)> {
    let folders = Folders::of(document);
    let mut shells: BTreeMap<Place, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, node) in document.nodes.iter().enumerate() {
        let key = if node.key.is_empty() { document.key_of_parent(node) } else { node.key };
        if found.len() >= MAX_STEPS {
            break;
        }
        if !holds(document, node, key) || actions::takes(document, node) {
            continue;
        }
        let folder = folders.of_node(document, node);
        let next = u32::try_from(shells.len()).unwrap_or(u32::MAX).saturating_add(1);
        let shell = shell_of(document, at, key).map_or(0, |place| *shells.entry(place).or_insert(next));
        let mut add = |line: u32, text: String, shell: u32| {
            found.push((at, Step { line, text, folder: folder.clone(), shell }));
        };
        for (line, text) in texts(document, node) {
            let text = match key {
                "uses" | "id" => format!("{key}: {text}"),
                _ => text,
            };
            add(line, text, shell);
        }
        if let Some((line, command)) = actions::command(document, node) {
            add(line, command, 0);
        }
    }
    found
}

/// The shell that runs the command at a node: the one of its block or list, or of its job.
fn shell_of(document: &Document<'_>, at: usize, key: &str) -> Option<Place> {
    let node = &document.nodes[at];
    let list = if node.key.is_empty() { node.parent? } else { at };
    match key {
        "uses" | "id" | "cmds" | "cmd" | "entry" | "task" | "local" | "template" | "include" | "args" => None,
        // GitLab and Travis run these one after the other in one shell.
        "before_script" | "script" => Some(document.nodes[list].place()),
        _ => Some((Some(list), usize::MAX)),
    }
}

/// True for a node whose text is commands. `key` is its own key, or that of the list it is in.
fn holds(document: &Document<'_>, node: &Node<'_>, key: &str) -> bool {
    match document.key_of_parent(node) {
        // SourceHut: `- name: |` under `tasks:`.
        "tasks" if node.block.is_some() && !node.key.is_empty() => node.key != "name",
        _ if key == "include" => node.text().ends_with(".yml") || node.text().ends_with(".yaml"),
        _ => holds_commands(key),
    }
}

/// Keys that hold commands in the supported services and runners.
fn holds_commands(key: &str) -> bool {
    matches!(
        key,
        "run"
            | "script"
            | "before_script"
            | "after_script"
            | "command"
            | "commands"
            | "cmd"
            | "cmds"
            | "args"
            | "bash"
            | "sh"
            | "ps"
            | "pwsh"
            | "powershell"
            | "entry"
            | "uses"
            | "local"
            | "template"
            | "task"
            | "id"
    ) || key.ends_with("_script")
}

/// The commands of a node, with their lines: those of a block, of a list in brackets, or a single one.
fn texts(document: &Document<'_>, node: &Node<'_>) -> Vec<(u32, String)> {
    if let Some(block) = &node.block {
        let lines = block.lines.iter().map(|(line, text)| (*line, text.as_str()));
        return shell_lines(lines);
    }
    let text = node.text();
    if let Some(name) = text.strip_prefix('*') {
        let named = document.anchored(name).into_iter();
        return named
            .filter(|node| !node.text().starts_with('*'))
            .flat_map(|node| texts(document, node))
            .collect();
    }
    if let Some(list) = text.strip_prefix('[') {
        let parts = super::document::flow_parts(list.trim_end_matches(']'));
        return parts.into_iter().map(|part| (node.line, part.to_owned())).collect();
    }
    Some(text).filter(|text| !text.is_empty()).map(|text| (node.line, text.to_owned())).into_iter().collect()
}

/// The folders where the commands of a document run.
struct Folders(BTreeMap<Place, String>);

impl Folders {
    fn of(document: &Document<'_>) -> Folders {
        let mut found = BTreeMap::new();
        for node in &document.nodes {
            let is_folder = matches!(
                node.key,
                "working-directory"
                    | "working_directory"
                    | "workingDirectory"
                    | "directory"
                    | "workdir"
                    | "dir"
            );
            if !is_folder || node.text().is_empty() {
                continue;
            }
            let parents = document.parent(node).and_then(|run| Some((run, document.parent(run)?)));
            // `defaults: run: working-directory:` applies to the siblings of `defaults`.
            let place = match parents {
                Some((run, defaults)) if run.key == "run" && defaults.key == "defaults" => defaults.place(),
                _ => node.place(),
            };
            found.insert(place, super::calls::folder_named(node.text()));
        }
        Folders(found)
    }

    /// The folder of a node: the nearest one specified.
    fn of_node(&self, document: &Document<'_>, node: &Node<'_>) -> String {
        let mut at = Some(node);
        while let Some(node) = at.filter(|_| !self.0.is_empty()) {
            if let Some(folder) = self.0.get(&node.place()) {
                return folder.clone();
            }
            at = document.parent(node);
        }
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(yaml: &str) -> Vec<String> {
        commands(yaml).into_iter().map(|step| step.text).collect()
    }

    fn folders(yaml: &str) -> Vec<(String, String)> {
        commands(yaml).into_iter().map(|step| (step.text, step.folder)).collect()
    }

    #[test]
    fn steps_of_github_are_commands_and_their_names_are_not() {
        let yaml = "jobs:\n  a:\n    name: run pytest\n    steps:\n      - name: ruff\n        run: |\n          # black\n          make test\n          make lint\n      - uses: ./.github/actions/x\n        with:\n          components: clippy\n      - run: npm test # eslint\n        env:\n          A: flake8\n";
        assert_eq!(texts(yaml), ["make test", "make lint", "uses: ./.github/actions/x", "npm test"]);
    }

    #[test]
    fn lists_of_other_services_are_commands() {
        let gitlab = "stages: [test]\ntest:\n  image: python\n  script:\n  - pytest\n  - \"ruff check\"\n  only:\n  - main\n";
        assert_eq!(texts(gitlab), ["pytest", "ruff check"]);
        let circle = "jobs:\n  b:\n    steps:\n      - checkout\n      - run:\n          name: Tests with mypy\n          command: tox -e lint\n";
        assert_eq!(texts(circle), ["tox -e lint"]);
        let cargo = "      - uses: actions-rs/cargo@v1\n        with:\n          command: fmt\n          args: --all -- --check\n";
        assert_eq!(texts(cargo), ["uses: actions-rs/cargo@v1", "cargo fmt --all -- --check"]);
        let sourcehut = "image: alpine\ntasks:\n  - unit: |\n      cd x\n      make test\n";
        assert_eq!(texts(sourcehut), ["cd x", "make test"]);
        let nested =
            "t:\n  script:\n    - |\n      make a: b\n      make b\n    - make c\n    - [make d, make e]\n";
        assert_eq!(texts(nested), ["make a: b", "make b", "make c", "make d", "make e"]);
    }

    #[test]
    fn scalars_over_lines_are_one_command() {
        let yaml = "steps:\n  - run: >-\n      poetry run\n      pytest\n  - run: make\n      check\n  - run:\n      cargo test\n  - script: [ruff check ., black --check .]\n";
        assert_eq!(
            texts(yaml),
            ["poetry run pytest", "make check", "cargo test", "ruff check .", "black --check ."]
        );
    }

    #[test]
    fn mappings_in_brackets_are_read() {
        let one = "repos:\n  - repo: x\n    hooks: [{id: flake8}, { id: mypy, args: [--strict] }]\n";
        assert_eq!(texts(one), ["id: flake8", "id: mypy", "--strict"]);
        let lines = "repos:\n  - repo: x\n    hooks: [\n      {id: flake8},\n      {id: mypy}\n    ]\n";
        assert_eq!(texts(lines), ["id: flake8", "id: mypy"]);
        let all = "repos: [{repo: x, hooks: [{id: flake8}]}]\n";
        assert_eq!(texts(all), ["id: flake8"]);
    }

    #[test]
    fn anchors_stand_for_what_they_name() {
        let yaml = ".x: &steps\n  - make a\n  - make b\nt:\n  script: *steps\nu:\n  script:\n    - *steps\n    - make c\n";
        assert_eq!(texts(yaml), ["make a", "make b", "make a", "make b", "make c"]);
    }

    #[test]
    fn commands_know_their_folder() {
        let yaml = "defaults:\n  run:\n    working-directory: all\njobs:\n  a:\n    defaults:\n      run:\n        working-directory: ./job/\n    steps:\n      - run: one\n        working-directory: \"step\"\n      - run: two\n  b:\n    steps:\n      - working-directory: ${{ github.workspace }}/x\n        run: |\n          three\n      - run: four\n";
        let expected = [("one", "step"), ("two", "job"), ("three", "x"), ("four", "all")];
        assert_eq!(folders(yaml), expected.map(|(text, folder)| (text.to_owned(), folder.to_owned())));
        let others = "a:\n  - script: one\n    workingDirectory: web\nb:\n  steps:\n    - run:\n        command: two\n        working_directory: ~/project/web\n    - run: three\n";
        let expected = [("one", "web"), ("two", "web"), ("three", "")];
        assert_eq!(folders(others), expected.map(|(text, folder)| (text.to_owned(), folder.to_owned())));
    }

    #[test]
    fn what_follows_in_one_list_runs_in_one_shell() {
        let yaml = "a b:\n  before_script:\n    - one\n  script:\n    - two\nc:\n  script:\n    - three\nd:\n  - run: |\n      four\n      five\n  - run: six\n";
        let shells: Vec<u32> = commands(yaml).into_iter().map(|step| step.shell).collect();
        assert_eq!(shells, [1, 1, 2, 3, 3, 4]);
    }

    #[test]
    fn the_steps_of_others_are_found_in_every_spelling() {
        let yaml = "steps:\n  - uses: \"a/b@v1\" # new\n  - { uses: c/d@main }\n  - name: x\n    uses: docker://alpine:3.8\nqueries:\n  - uses: security\n";
        let names: Vec<String> = used(yaml).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["a/b@v1", "c/d@main", "docker://alpine:3.8"]);
    }
}
