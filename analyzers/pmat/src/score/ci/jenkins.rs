//! The commands of a Jenkinsfile: those of its steps, and the lines of longer ones.

use super::Command;
use super::calls::joined;
use super::tasks::script_lines;
use crate::score::files::pattern;
use facts::model::RepoPath;
use regex::Regex;
use std::sync::LazyLock;

/// A step that runs a command: `sh './t.sh'`, `sh(script: './t.sh')`.
static STEP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[\s{;(=])(?:sh|bat|pwsh|powershell)\s*\(?\s*"));
/// A step that changes the folder for those in its braces: `dir('sub') {`.
static FOLDER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:^|[\s{;])dir\s*\(?\s*["']([^"']*)["']\s*\)?\s*\{"#));

/// Limit on the folders that are open at once.
const MAX_OPEN: usize = 64;

/// The commands of a Jenkinsfile.
pub(super) fn commands(path: &RepoPath, text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    let mut open: Vec<(i64, String)> = Vec::new();
    let mut depth = 0_i64;
    for (line, text) in script_lines(text) {
        if let Some(folder) = FOLDER.captures(&text).filter(|_| open.len() < MAX_OPEN) {
            let outer = open.last().map_or("", |(_, folder)| folder.as_str());
            let inner = joined(outer, &folder[1]).unwrap_or_default();
            open.push((depth, inner));
        }
        let folder = open.last().map(|(_, folder)| folder.clone()).unwrap_or_default();
        found.push(Command { folder, ..Command::new(path, line, command(&text)) });
        for sign in text.chars() {
            match sign {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
        }
        open.retain(|(outside, _)| *outside < depth);
    }
    found
}

/// The command of the step on a line; else the line without the signs around it.
fn command(line: &str) -> &str {
    let plain = line.trim_start_matches("sh ").trim_matches(['\'', '"', '(', ')']);
    let Some(step) = STEP.find(line) else { return plain };
    let rest = &line[step.end()..];
    let named = rest.split_once("script:").filter(|_| !rest.starts_with(['\'', '"']));
    let value = named.map_or(rest, |(_, value)| value.trim_start());
    let Some(quote) = value.chars().next().filter(|sign| matches!(sign, '\'' | '"')) else { return plain };
    let inner = value.trim_start_matches(quote);
    let command = inner.split(quote).next().unwrap_or_default();
    if command.is_empty() { plain } else { command }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_of_a_step_is_what_it_runs() {
        for (line, expected) in [
            ("sh 'make test'", "make test"),
            ("steps { sh './t.sh' }", "./t.sh"),
            ("sh(script: './t.sh', returnStdout: true)", "./t.sh"),
            ("def out = sh(returnStdout: true, script: \"./t.sh\").trim()", "./t.sh"),
            ("sh '''make test'''", "make test"),
            ("sh \"\"\"", ""),
            ("make test", "make test"),
            ("sh ./t.sh", "./t.sh"),
        ] {
            assert_eq!(command(line), expected, "{line}");
        }
    }
}
