//! The folder of a script in its own commands: `source "$(dirname "$0")/lib.sh"`, `$SCRIPT_DIR/lib.sh`.

use super::calls::{Call, joined};
use super::is_yaml;
use crate::score::files::{file_name, pattern};
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Stands for the root of the project in the commands that are followed.
pub(super) const ROOT: &str = "$GITHUB_WORKSPACE";

/// The script's own path in shells.
const OWN: &str = r#"["']?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?["']?"#;

/// Expressions for the folder of the script.
static FOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"\$\(\s*dirname\s+(?:--\s+)?(?:["']?\$\((?:readlink\s+-f|realpath)\s+{OWN}\)["']?|{OWN})\s*\)|`dirname\s+{OWN}`|\$\{{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}}|\$PSScriptRoot\b"#
    ))
});

/// Its full path, after [`FOLDER`] was replaced: `$(cd "…/.." && pwd)`.
static FULL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\$\(\s*cd\s+(?:-P\s+)?(?:--\s+)?["']?(\$GITHUB_WORKSPACE(?:/[\w./-]*)?)["']?(/[\w./-]*)?["']?\s*(?:>\s*/dev/null\s*)?(?:2?>&1\s*)?(?:&&|;)\s*pwd(?:\s+-P)?\s*\)"#,
    )
});

/// The folder of a composite action of GitHub.
static ACTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\$GITHUB_ACTION_PATH\b|\$\{GITHUB_ACTION_PATH\}|\$\{\{\s*github\.action_path\s*\}\}")
});

/// A command of `caller` in which the folder of the script is a path from [`ROOT`].
pub(super) fn resolved<'t>(caller: &Call, text: &'t str) -> Cow<'t, str> {
    let Call::File { path, .. } = caller else { return Cow::Borrowed(text) };
    let wanted: &Regex = match is_yaml(path) {
        true if matches!(file_name(path), "action.yml" | "action.yaml") => &ACTION,
        true => return Cow::Borrowed(text),
        false => &FOLDER,
    };
    if !wanted.is_match(text) {
        return Cow::Borrowed(text);
    }
    let own = path.rsplit_once('/').map_or_else(|| ROOT.to_owned(), |(folder, _)| format!("{ROOT}/{folder}"));
    let text = wanted.replace_all(text, |_: &Captures<'_>| own.clone());
    let text = FULL.replace_all(&text, |found: &Captures<'_>| {
        format!("{}{}", &found[1], found.get(2).map_or("", |below| below.as_str()))
    });
    // The quotes around the folder end before the rest of the path: `"$(dirname "$0")"/lib.sh`.
    Cow::Owned(text.replace("\"/", "/"))
}

/// Limit on the variables of a script that are known.
const MAX_VARIABLES: usize = 64;
/// Limit on the bytes of a variable's value.
const MAX_VALUE: usize = 256;
/// Limit on the bytes of a command in which variables are replaced.
const MAX_COMMAND: usize = 2048;

/// The variables of a script that name a folder of the project.
#[derive(Default)]
pub(super) struct Variables(Vec<(String, String)>);

impl Variables {
    /// Takes in what a command assigns: `NAME="$GITHUB_WORKSPACE/folder"`.
    pub fn note(&mut self, simple: &str) {
        if !simple.contains(ROOT) {
            return;
        }
        for (name, value) in simple.split_whitespace().filter_map(|word| word.split_once('=')) {
            let value = value.trim_matches(['"', '\'']);
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            // The value has no other variable in it, so that replacing ends.
            let below = value.strip_prefix(ROOT).filter(|below| !below.contains('$'));
            let Some(below) = below.filter(|below| below.is_empty() || below.starts_with('/')) else {
                continue;
            };
            if !is_name || ROOT.strip_prefix('$') == Some(name) || below.len() > MAX_VALUE {
                continue;
            }
            let value = match joined("", below) {
                Some(path) if !path.is_empty() => format!("{ROOT}/{path}"),
                _ => ROOT.to_owned(),
            };
            match self.0.iter().position(|(known, _)| known == name) {
                Some(at) => self.0[at].1 = value,
                None if self.0.len() < MAX_VARIABLES => self.0.push((name.to_owned(), value)),
                None => {}
            }
        }
    }

    /// The command with the values of the variables.
    pub fn replaced<'t>(&self, simple: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() || !simple.contains('$') || simple.len() > MAX_COMMAND {
            return Cow::Borrowed(simple);
        }
        let mut text = simple.to_owned();
        for (name, value) in &self.0 {
            text = with_value(&text, name, value);
        }
        if text == simple { Cow::Borrowed(simple) } else { Cow::Owned(text.replace("\"/", "/")) }
    }
}

/// The text with `value` for `$NAME` and `${NAME}`.
fn with_value(text: &str, name: &str, value: &str) -> String {
    let text = text.replace(&format!("${{{name}}}"), value);
    let sign = format!("${name}");
    let mut found = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(&sign) {
        let behind = &rest[at + sign.len()..];
        let longer = behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        found.push_str(&rest[..at]);
        found.push_str(if longer { &sign } else { value });
        rest = behind;
    }
    found.push_str(rest);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_script_is_a_path_from_the_root() {
        let script = Call::file("ci/run.sh", "");
        for (text, expected) in [
            ("source \"$(dirname \"$0\")/lib.sh\"", "source \"$GITHUB_WORKSPACE/ci/lib.sh\""),
            (". \"$(dirname \"$0\")\"/lib.sh", ". \"$GITHUB_WORKSPACE/ci/lib.sh"),
            ("\"${0%/*}/lib.sh\"", "\"$GITHUB_WORKSPACE/ci/lib.sh\""),
            ("`dirname $0`/lib.sh", "$GITHUB_WORKSPACE/ci/lib.sh"),
            (
                "D=\"$(cd -- \"$(dirname -- \"${BASH_SOURCE[0]}\")/..\" && pwd)\"",
                "D=\"$GITHUB_WORKSPACE/ci/..\"",
            ),
            ("D=\"$( cd \"$( dirname \"${BASH_SOURCE[0]}\" )\" && pwd )\"", "D=\"$GITHUB_WORKSPACE/ci\""),
            ("D=$(dirname \"$(readlink -f \"$0\")\")", "D=$GITHUB_WORKSPACE/ci"),
            ("make \"$1\" && echo $0", "make \"$1\" && echo $0"),
        ] {
            assert_eq!(resolved(&script, text), expected, "{text}");
        }
        let action = Call::file(".github/actions/x/action.yml", "");
        let run = resolved(&action, "${{ github.action_path }}/x.sh");
        assert_eq!(run, "$GITHUB_WORKSPACE/.github/actions/x/x.sh");
    }

    #[test]
    fn variables_that_name_a_folder_are_replaced() {
        let mut variables = Variables::default();
        variables.note("readonly D=\"$GITHUB_WORKSPACE/ci/..\"");
        variables.note("E=$GITHUB_WORKSPACE/$X");
        let replaced = variables.replaced("\"${D}\"/a.sh $DX $D/b $E");
        assert_eq!(replaced, "\"$GITHUB_WORKSPACE/a.sh $DX $GITHUB_WORKSPACE/b $E");
    }
}
