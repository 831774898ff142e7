//! Commands that a CI configuration runs.

use super::ProjectFiles;
use crate::report::Place;
use facts::model::RepoPath;

/// The commands in the CI files, each with its place, in the order of files and lines.
pub(super) fn ci_commands(files: &ProjectFiles<'_>) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for entry in files.matching(is_ci_file) {
        let Some(text) = files.text(entry) else { continue };
        let keys: &[&str] =
            if entry.path.parent().ends_with(b"workflows") { &["run"] } else { &["script", "before_script"] };
        for (line, command) in yaml_commands(&text, keys) {
            found.push((command, Place::line(&entry.path, line)));
        }
    }
    found
}

fn is_ci_file(path: &RepoPath) -> bool {
    let yaml = matches!(path.extension(), Some(b"yml" | b"yaml"));
    yaml && (path.parent() == b".github/workflows"
        || path.as_bytes() == b".gitlab-ci.yml"
        || path.as_bytes() == b".travis.yml"
        || path.as_bytes() == b".circleci/config.yml"
        || path.as_bytes() == b"azure-pipelines.yml")
}

/// The shell lines under the given keys: `run: command`, block scalars (`run: |`) and lists (`script:` with `- command`).
/// A line scanner rather than a YAML parser: a command is shown as it is written.
fn yaml_commands(text: &str, keys: &[&str]) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    // Indentation of the key whose block or list is being read.
    let mut inside: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let indent = line.len() - line.trim_start().len();
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let item = content.strip_prefix("- ").map_or(content, str::trim_start);
        if let Some(value) = keys.iter().find_map(|key| item.strip_prefix(key)?.strip_prefix(':')) {
            let value = value.trim();
            let block = value.is_empty() || value.starts_with(['|', '>', '[']);
            inside = block.then_some(indent);
            if !block {
                found.push((number, unquoted(value)));
            }
            continue;
        }
        match inside {
            Some(key_indent)
                if indent > key_indent || (indent == key_indent && content.starts_with("- ")) =>
            {
                match found
                    .last_mut()
                    .and_then(|(_, last)| Some((last.strip_suffix('\\')?.trim_end().len(), last)))
                {
                    // The line before goes on here.
                    Some((end, last)) => {
                        last.truncate(end);
                        last.push(' ');
                        last.push_str(content);
                    }
                    None => found.push((number, unquoted(item))),
                }
            }
            _ => inside = None,
        }
    }
    found
}

fn unquoted(value: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_block_and_list_forms_are_read() {
        let workflow = "jobs:\n  test:\n    steps:\n      - uses: x\n      - run: cargo test --all\n      - name: Lint\n        run: |\n          cargo fmt --check\n          cargo clippy \\\n            --all\n        env:\n          A: b\n";
        assert_eq!(
            yaml_commands(workflow, &["run"]),
            [
                (5, "cargo test --all".to_owned()),
                (8, "cargo fmt --check".into()),
                (9, "cargo clippy --all".into())
            ]
        );
        let gitlab = "test:\n  script:\n    - \"make test\"\n  stage: x\n";
        assert_eq!(yaml_commands(gitlab, &["script"]), [(3, "make test".to_owned())]);
    }
}
