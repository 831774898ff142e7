//! A line of commands, taken apart.

/// The commands of a line: what `&&`, `||`, `;` and `|` part.
pub(super) fn simple_commands(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, sign) in line.char_indices() {
        match (sign, quote) {
            ('"' | '\'', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            ('&' | '|' | ';', None) => {
                found.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&line[start..]);
    found.into_iter().map(str::trim).filter(|command| !command.is_empty()).collect()
}

/// Words that only set the stage for the command behind them.
const STAGE: &[&str] = &[
    "exec", "-", "@", "if", "then", "else", "do", "!", "time", "sudo", "env", "nice", "xvfb-run", "npx",
    "bunx", "pnpx", "command", "{",
];

/// The words of a command without quotes, and without what only sets the stage for it: variables, `sudo`, `uv run` and the
/// like.
pub(super) fn words(command: &str) -> Vec<&str> {
    let bare = command.split_whitespace().map(|word| word.trim_matches(['"', '\'', '(', ')', '`']));
    let mut words: Vec<&str> = bare.filter(|word| !word.is_empty()).collect();
    words.reverse();
    while let Some(word) = words.pop() {
        if STAGE.contains(&word) {
            skip_options(&mut words);
        } else if launches(word, words.last().copied().unwrap_or_default()) {
            words.pop();
            skip_options(&mut words);
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

/// `uv run`, `npm exec` and their like.
fn launches(program: &str, verb: &str) -> bool {
    match program {
        "uv" | "poetry" | "pdm" | "pipenv" | "rye" | "pixi" | "bundle" => matches!(verb, "run" | "exec"),
        "pnpm" | "yarn" | "npm" | "bun" => matches!(verb, "exec" | "dlx" | "x"),
        _ => false,
    }
}

/// Drops options, of a list of words from the last to the first.
fn skip_options(words: &mut Vec<&str>) {
    while words.last().is_some_and(|word| word.starts_with('-')) {
        words.pop();
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// True for a line that does nothing but install programs, show text or change the folder: no program it names is run.
pub(super) fn only_prepares(line: &str) -> bool {
    simple_commands(line).iter().all(|command| prepares(&words(command)))
}

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
        ["echo" | "printf" | "cd" | "export" | "which" | "set" | "mkdir" | "git", ..] => true,
        [program, rest @ ..] => {
            let verb = rest.iter().find(|word| !word.starts_with('-'));
            let pip = rest.first() == Some(&"pip");
            INSTALLERS.contains(program) && (pip || verb.is_some_and(|verb| INSTALLS.contains(verb)))
        }
    }
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
        ] {
            assert!(only_prepares(line), "{line}");
        }
        for line in [
            "pip install . && pytest",
            "npm test",
            "cargo clippy",
            "go test ./...",
            "mvn install",
            "uv run pytest",
        ] {
            assert!(!only_prepares(line), "{line}");
        }
    }
}
