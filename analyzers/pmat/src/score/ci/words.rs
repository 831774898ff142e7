//! Splits a line of commands.

use crate::score::files::{is_comment, pattern};
use regex::Regex;
use std::sync::LazyLock;

/// The commands of a line, split at `&&`, `||`, `;` and `|` outside of quotes and `$(…)`, without a trailing comment.
pub(super) fn simple_commands(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut end, mut quote, mut depth) = (0, line.len(), None, 0_u32);
    let mut before = ' ';
    for (at, sign) in line.char_indices() {
        match (sign, quote) {
            ('"' | '\'', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            ('(', None) if before == '$' || depth > 0 => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            ('&' | '|' | ';', None) if depth == 0 => {
                found.push(&line[start..at]);
                start = at + 1;
            }
            ('#', None) if before.is_whitespace() => {
                end = at;
                break;
            }
            _ => {}
        }
        before = sign;
    }
    found.push(&line[start.min(end)..end]);
    found.into_iter().map(str::trim).filter(|command| !command.is_empty()).collect()
}

/// The lines of a shell's text as commands: those of [`plain_lines`] without the bodies of here-documents.
pub(super) fn shell_lines<'t>(lines: impl IntoIterator<Item = (u32, &'t str)>) -> Vec<(u32, String)> {
    lines_of(lines, true)
}

/// The lines of a text as commands, with their numbers: lines joined by `\` are one, comments are left out.
pub(super) fn plain_lines<'t>(lines: impl IntoIterator<Item = (u32, &'t str)>) -> Vec<(u32, String)> {
    lines_of(lines, false)
}

fn lines_of<'t>(lines: impl IntoIterator<Item = (u32, &'t str)>, shell: bool) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut continued = false;
    let mut until: Option<&str> = None;
    for (number, line) in lines {
        if let Some(end) = until {
            until = until.filter(|_| line.trim() != end);
            continue;
        }
        let content = line.trim().trim_end_matches('\\').trim_end();
        until = here_document(content).filter(|_| shell);
        match found.last_mut().filter(|_| continued) {
            Some((_, last)) => last.push_str(&format!(" {content}")),
            None if !content.is_empty() && !is_comment(content) => {
                found.push((number, content.to_owned()));
            }
            None => {}
        }
        continued = line.trim_end().ends_with('\\') && !found.is_empty();
    }
    found
}

/// The word that ends the here-document that begins after this line, if no shell runs it.
fn here_document(line: &str) -> Option<&str> {
    static BEGIN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"(?:^|[^<\w(])<<-?\s*\\?["']?([A-Za-z_]\w*)["']?|\w<<-?\\?["']?([A-Z]\w*)["']?"#)
    });
    // `$((1 << N))` shifts.
    if line.contains("((") || line.trim_start().starts_with('#') {
        return None;
    }
    let found = BEGIN.captures(line)?;
    let is_shell = |word: &str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        matches!(name, "sh" | "bash" | "zsh" | "dash" | "ksh" | "ssh" | "su")
    };
    let run = line.split_whitespace().any(|word| is_shell(word.trim_matches(['(', ')', '"', '\'', ';'])));
    found.get(1).or(found.get(2)).map(|word| word.as_str()).filter(|_| !run)
}

/// Prefix words that only set up the command after them.
const STAGE: &[&str] = &[
    "exec", "-", "@", "if", "then", "else", "elif", "do", "while", "until", "!", "time", "sudo", "env",
    "nice", "xvfb-run", "npx", "bunx", "pnpx", "uvx", "command", "{",
];

/// Options of these words whose value is a separate word.
const VALUED: &[(&str, &[&str])] = &[
    ("sudo", &["-u", "-g", "--user", "--group"]),
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("nice", &["-n"]),
    ("xvfb-run", &["-s", "--server-args", "-e", "-n", "-f"]),
    ("npx", &["-p", "--package", "-w", "--workspace"]),
    ("bunx", &["-p", "--package"]),
    ("npm", &["-p", "--package", "-w", "--workspace"]),
    ("pnpm", &["--package"]),
    ("yarn", &["-p", "--package"]),
    ("poetry", &["-C", "--directory", "-P", "--project"]),
    ("pdm", &["-p", "--project", "-s", "--site-packages"]),
    ("pipx", &["--spec", "--python", "--pip-args", "--index-url"]),
    ("pixi", &["-e", "--environment", "--manifest-path"]),
    ("uv", UV),
    ("uvx", UV),
];

/// The options of `uv run` and `uvx`.
const UV: &[&str] = &[
    "--with",
    "--with-editable",
    "--with-requirements",
    "--group",
    "--only-group",
    "--no-group",
    "--extra",
    "--no-extra",
    "--python",
    "-p",
    "--from",
    "--project",
    "--directory",
    "--package",
    "--env-file",
    "--index",
    "--default-index",
    "--index-url",
    "--extra-index-url",
    "--constraints",
    "-c",
    "--overrides",
    "-w",
    "--exclude-newer",
    "--resolution",
    "--index-strategy",
    "--refresh-package",
    "--upgrade-package",
    "-P",
    "--no-install-package",
    "--python-platform",
    "--config-file",
    "--cache-dir",
    "--color",
];

/// The words of a command without quotes and without prefixes such as variables, `sudo` and `uv run`.
pub(super) fn words(command: &str) -> Vec<&str> {
    let mut words = bare_words(command);
    words.reverse();
    while let Some(word) = words.pop() {
        if STAGE.contains(&word) {
            skip_options(word, &mut words);
        } else if let Some(verbs) = launches(word, &words) {
            words.truncate(words.len() - verbs);
            skip_options(word, &mut words);
        } else if !word.split_once('=').is_some_and(|(name, _)| is_name(name)) {
            words.push(word);
            break;
        }
    }
    words.reverse();
    if let Some(first) = words.first_mut() {
        *first = first.trim_start_matches(['@', '-', '+']);
    }
    words
}

/// The words of a command without quotes.
pub(super) fn bare_words(command: &str) -> Vec<&str> {
    let bare = command.split_whitespace().map(|word| word.trim_matches(['"', '\'', '(', ')', '`']));
    bare.filter(|word| !word.is_empty()).collect()
}

/// How many words form `uv run`, `npm exec` or similar with `program`; `words` is in reverse order.
fn launches(program: &str, words: &[&str]) -> Option<usize> {
    let valued = VALUED.iter().find(|(name, _)| *name == program).map_or(&[][..], |(_, options)| *options);
    // `uv --directory x run`
    let mut at = 0;
    let word = |at: usize| words.len().checked_sub(at + 1).map(|place| words[place]);
    while let Some(option) = word(at).filter(|word| word.starts_with('-')) {
        at += 1 + usize::from(valued.contains(&option));
    }
    let verb = word(at).unwrap_or_default();
    let known = match program {
        "uv" if verb == "tool" => {
            at += 1;
            word(at) == Some("run")
        }
        "uv" | "poetry" | "pdm" | "pipenv" | "rye" | "pixi" | "bundle" | "pipx" => {
            matches!(verb, "run" | "exec")
        }
        "pnpm" | "yarn" | "npm" | "bun" => matches!(verb, "exec" | "dlx" | "x"),
        "mise" | "rtx" | "direnv" | "devbox" => matches!(verb, "exec" | "x"),
        _ => false,
    };
    known.then_some(at + 1)
}

/// Drops the options of a program from a list of words in reverse order.
fn skip_options(program: &str, words: &mut Vec<&str>) {
    let valued = VALUED.iter().find(|(name, _)| *name == program).map_or(&[][..], |(_, options)| *options);
    while let Some(option) = words.last().copied().filter(|word| word.starts_with('-')) {
        words.pop();
        if valued.contains(&option) {
            words.pop();
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The commands of a line that do work: not those that install programs, print text, or change the folder.
pub(super) fn working(line: &str) -> Vec<&str> {
    simple_commands(line).into_iter().filter(|command| !prepares(&words(command))).collect()
}

/// Commands that do not run what they name.
const SHOWS: &[&str] = &[
    "echo",
    "printf",
    "cd",
    "pushd",
    "popd",
    "export",
    "which",
    "type",
    "set",
    "mkdir",
    "git",
    "exit",
    "return",
    "true",
    "false",
    ":",
    "sleep",
    "pwd",
    "ls",
    "cat",
    "rm",
    "cp",
    "mv",
    "ln",
    "touch",
    "chmod",
    "chown",
    "tar",
    "unzip",
    "curl",
    "wget",
    "fi",
    "done",
    "}",
    "grep",
    "Write-Host",
    "Write-Output",
    "sed",
    "hash",
    "local",
    "readonly",
    "unset",
    "alias",
    "function",
    "module",
];

fn prepares(words: &[&str]) -> bool {
    const INSTALLERS: &[&str] = &[
        "pip", "pip3", "pipx", "uv", "apt", "apt-get", "apk", "dnf", "yum", "brew", "choco", "scoop",
        "winget", "cargo", "npm", "pnpm", "yarn", "bun", "gem", "bundle", "go", "rustup", "conda", "mamba",
        "poetry", "pdm", "composer", "luarocks", "dotnet", "opam", "cabal", "stack", "nix-env", "snap",
        "pacman", "cpanm",
    ];
    const INSTALLS: &[&str] = &[
        "install",
        "add",
        "ci",
        "i",
        "sync",
        "component",
        "toolchain",
        "update",
        "upgrade",
        "require",
        "restore",
        "global",
        "get",
        "binstall",
        "tool",
        "lock",
        "default",
    ];
    let words = match words {
        [python, "-m", rest @ ..] if python.starts_with("python") => rest,
        words => words,
    };
    match words {
        [] => true,
        [_, rest @ ..] if rest.iter().any(|word| matches!(*word, "--version" | "--help")) => true,
        [program, ..] if SHOWS.contains(program) || installs(program) => true,
        [
            "command" | "mise" | "asdf",
            "-v" | "use" | "install" | "trust" | "plugin" | "local" | "global",
            ..,
        ] => true,
        [program, rest @ ..] => {
            let verb = rest.iter().find(|word| !word.starts_with(['-', '+']));
            let pip = rest.first() == Some(&"pip");
            INSTALLERS.contains(program) && (pip || verb.is_some_and(|verb| INSTALLS.contains(verb)))
        }
    }
}

/// True for a script whose name says that it installs a program: `tools/install-shfmt.sh`.
fn installs(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    let mut parts = name.split(['-', '_', '.']);
    let first = parts.next().unwrap_or_default();
    let brings = matches!(first, "install" | "setup" | "download" | "fetch" | "bootstrap");
    brings && name.contains(['-', '_']) && (name.ends_with(".sh") || program.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sets_the_stage_is_left_out() {
        for (command, expected) in [
            ("FOO=1 sudo -E make test", &["make", "test"][..]),
            ("uv run --frozen pytest -q", &["pytest", "-q"]),
            ("poetry run nox", &["nox"]),
            ("@just check", &["just", "check"]),
            ("npm run lint", &["npm", "run", "lint"]),
            ("bundle exec rake test", &["rake", "test"]),
            ("bash -c 'make test'", &["bash", "-c", "make", "test"]),
            ("uv run --group dev make verify", &["make", "verify"]),
            ("uvx --with tox-uv tox -e unit", &["tox", "-e", "unit"]),
            ("uv tool run tox -e unit", &["tox", "-e", "unit"]),
            ("uv --directory x run --python=3.12 nox", &["nox"]),
            ("pipx run --spec nox nox -s unit", &["nox", "-s", "unit"]),
            ("sudo -u me -E make test", &["make", "test"]),
        ] {
            assert_eq!(words(command), expected, "{command}");
        }
    }

    #[test]
    fn installing_a_program_is_not_running_it() {
        for line in [
            "pip install pytest ruff",
            "python -m pip install --upgrade black",
            "rustup component add clippy rustfmt",
            "npm ci",
            "npm install -g eslint",
            "cargo install cargo-nextest && echo pytest",
            "uv pip install mypy",
            "go install golang.org/x/lint",
            "curl -sS https://webi.sh/shfmt",
            "./tools/install-shfmt.sh",
            "cargo clippy --version && black --help",
            "make --version # pytest",
        ] {
            assert!(working(line).is_empty(), "{line}");
        }
        for line in [
            "pip install . && pytest",
            "npm test",
            "cargo clippy",
            "go test ./...",
            "mvn install",
            "uv run pytest",
        ] {
            assert!(!working(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn the_body_of_a_here_document_is_a_command_only_for_a_shell() {
        let lines = |text: &str| -> Vec<String> {
            shell_lines((1..).zip(text.lines())).into_iter().map(|(_, text)| text).collect()
        };
        for (text, expected) in [
            ("cat <<EOF > x\npytest\nEOF\nmake", &["cat <<EOF > x", "make"][..]),
            ("cat > x <<-'END'\n\tpytest\n\tEND\nmake", &["cat > x <<-'END'", "make"]),
            ("bash <<EOF\npytest\nEOF", &["bash <<EOF", "pytest", "EOF"]),
            ("read x <<< EOF\npytest", &["read x <<< EOF", "pytest"]),
            ("x=$((1 << N))\npytest", &["x=$((1 << N))", "pytest"]),
            ("make \\\n  verify\n# pytest", &["make verify"]),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn commands_end_outside_of_quotes_and_substitutions() {
        for (line, expected) in [
            ("make -j$(nproc || echo 2) check; x", &["make -j$(nproc || echo 2) check", "x"][..]),
            ("make a # && pytest", &["make a"]),
            ("(cd x && make)", &["(cd x", "make)"]),
            ("echo 'a; b' | sh", &["echo 'a; b'", "sh"]),
        ] {
            assert_eq!(simple_commands(line), expected, "{line}");
        }
    }
}
