//! Third-party steps that stand for commands: `uses: actions-rs/cargo` with `command: test` is `cargo test`.

use super::document::{Document, Node};

/// A third-party step, by the beginning of its name, and the command that it stands for: the words, followed by the
/// values of these keys of its `with:` or `inputs:`.
struct Action {
    name: &'static str,
    command: &'static str,
    keys: &'static [&'static str],
}

const fn action(name: &'static str, command: &'static str, keys: &'static [&'static str]) -> Action {
    Action { name, command, keys }
}

const ACTIONS: &[Action] = &[
    action("actions-rs/cargo", "cargo", &["command", "args"]),
    action("clechasseur/rs-cargo", "cargo", &["command", "args"]),
    action("ClementTsang/cargo-action", "cargo", &["command", "args"]),
    action("houseabsolute/actions-rust-cross", "cargo", &["command", "args"]),
    action("actions-rust-lang/rustfmt", "cargo fmt --check", &[]),
    action("dprint/check", "dprint check", &[]),
    action("gradle/gradle-build-action", "gradle", &["arguments"]),
    action("burrunan/gradle-cache-action", "gradle", &["arguments"]),
    action("magefile/mage-action", "mage", &["args"]),
    action("DotNetCoreCLI@", "dotnet", &["command", "arguments"]),
    action("Maven@", "mvn", &["goals", "options"]),
    action("Gradle@", "gradle", &["tasks", "options"]),
    action("Npm@", "npm", &["command", "customCommand"]),
    action("Go@", "go", &["command", "arguments"]),
    action("VSTest@", "dotnet test", &[]),
    action("Bash@", "bash", &["filePath", "arguments"]),
    action("ShellScript@", "bash", &["scriptPath", "args"]),
    action("PowerShell@", "pwsh", &["filePath", "arguments"]),
    action("PythonScript@", "python", &["scriptPath", "arguments"]),
];

fn known(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| name.starts_with(action.name))
}

/// The command that a third-party step stands for, with the line of its first word.
pub(super) fn command(document: &Document<'_>, node: &Node<'_>) -> Option<(u32, String)> {
    let action = known(node.text()).filter(|_| matches!(node.key, "uses" | "task"))?;
    let given = document.beside(node).find(|node| matches!(node.key, "with" | "inputs"));
    let mut line = None;
    let mut text = action.command.to_owned();
    for key in action.keys {
        let value = given.and_then(|given| document.child(given, key));
        let Some(value) = value else { continue };
        line = line.or(Some(value.line));
        let lines = value.block.iter().flat_map(|block| block.lines.iter().map(|(_, line)| line.as_str()));
        for part in lines.chain(Some(value.text()).filter(|text| !text.is_empty() && *text != "custom")) {
            text.push(' ');
            text.push_str(part);
        }
    }
    (line.is_some() || action.keys.is_empty()).then(|| (line.unwrap_or(node.line), text))
}

/// True for a node under the `with:` of a step that stands for a command, if it is part of that command.
pub(super) fn takes(document: &Document<'_>, node: &Node<'_>) -> bool {
    let Some(given) = document.parent(node).filter(|given| matches!(given.key, "with" | "inputs")) else {
        return false;
    };
    let is_part = |action: &Action| action.keys.is_empty() || action.keys.contains(&node.key);
    document
        .beside(given)
        .any(|step| matches!(step.key, "uses" | "task") && known(step.text()).is_some_and(is_part))
}
