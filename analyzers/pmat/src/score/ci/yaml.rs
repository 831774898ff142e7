//! Commands in the YAML of CI services and task runners: what stands under keys that hold commands.

/// A block under a key.
struct Block {
    /// Column of the key.
    indent: usize,
    /// Its lines are text, not YAML (`run: |`).
    literal: bool,
    /// It holds commands.
    commands: bool,
}

impl Block {
    /// True for a line of it, by where the line starts and whether it is an item of a list.
    fn reaches(&self, indent: usize, item: bool) -> bool {
        indent > self.indent || (item && indent == self.indent && !self.literal)
    }
}

/// The commands of a file with their lines, from 1.
pub(super) fn commands(text: &str) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut block: Option<Block> = None;
    // actions-rs/cargo takes the command of Cargo apart.
    let mut cargo_action = false;
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let item = content.starts_with("- ");
        block = block.filter(|open| open.reaches(indent, item));
        if let Some(open) = &block
            && open.literal
        {
            if open.commands {
                found.push((number, content.to_owned()));
            }
            continue;
        }
        let (column, entry) = without_dashes(indent, content);
        let Some((key, value)) = key_and_value(entry) else {
            if block.as_ref().is_some_and(|open| open.commands) {
                found.push((number, unquoted(entry).to_owned()));
            }
            continue;
        };
        let holds = holds_commands(key);
        if key == "uses" {
            cargo_action = value.starts_with("actions-rs/cargo");
        }
        match value.chars().next() {
            Some('|' | '>') => block = Some(Block { indent: column, literal: true, commands: holds }),
            Some(_) if holds => {
                add_command(&mut found, number, key, unquoted(value), cargo_action);
                block = Some(Block { indent: column, literal: false, commands: true });
            }
            None if holds => block = Some(Block { indent: column, literal: false, commands: true }),
            // `name: …` under `run:` is no command, and what is below another key neither.
            _ if block.as_ref().is_none_or(|open| !open.commands) => block = None,
            _ => {}
        }
    }
    found
}

/// Adds the command that stands behind `key`, in a step with the action for Cargo as part of Cargo's command.
fn add_command(found: &mut Vec<(u32, String)>, number: u32, key: &str, command: &str, cargo_action: bool) {
    match (cargo_action, key, found.last_mut()) {
        (true, "args", Some((_, last))) => last.push_str(&format!(" {command}")),
        (true, "command", _) => found.push((number, format!("cargo {command}"))),
        (_, "uses", _) => found.push((number, format!("uses: {command}"))),
        (_, "id", _) => found.push((number, format!("id: {command}"))),
        _ => found.push((number, command.to_owned())),
    }
}

/// Keys that hold commands with the services and runners that are known here.
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
            | "pwsh"
            | "powershell"
            | "entry"
            | "uses"
            | "local"
            | "template"
            | "task"
            | "tasks"
            | "id"
    ) || key.ends_with("_script")
}

/// The entry behind the dashes of lists, and the column where it starts.
fn without_dashes(indent: usize, content: &str) -> (usize, &str) {
    let (mut column, mut entry) = (indent, content);
    while let Some(rest) = entry.strip_prefix("- ") {
        let inner = rest.trim_start();
        column += entry.len() - inner.len();
        entry = inner;
    }
    (column, entry)
}

/// `key: value`, the value without a comment of its own.
fn key_and_value(entry: &str) -> Option<(&str, &str)> {
    let (key, value) = entry.split_once(':')?;
    let key = key.trim_matches(['"', '\'']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    let value = value.strip_prefix(' ').or(value.is_empty().then_some(value))?.trim();
    is_key.then(|| (key, value.split_once(" #").map_or(value, |(value, _)| value.trim_end())))
}

fn unquoted(value: &str) -> &str {
    let quoted = |sign: char| value.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(yaml: &str) -> Vec<String> {
        commands(yaml).into_iter().map(|(_, text)| text).collect()
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
    }
}
