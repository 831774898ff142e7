//! Only `programs` starts processes, and only with the permission of a command whose help says so. Tests and
//! developers' commands start what they need.

use super::{Files, is_test_data};
use std::collections::BTreeSet;

/// Ways to start a process, in the standard library and other crates. clippy.toml forbids those that it can name, and
/// only where this machine compiles them; here the text is searched for each of them, on every platform.
const WAYS: &[&str] = &[
    "process::Command",
    "tokio::process",
    "posix_spawn",
    "unistd::fork",
    "unistd::exec",
    "libc::fork",
    "libc::vfork",
    "libc::exec",
    "libc::system",
    "libc::popen",
    "sched::clone",
    "CreateProcess",
    "gix::command",
    "gix_command",
];

/// Crates whose purpose is to start processes.
const CRATES: &[&str] = &[
    "async-process",
    "cmd_lib",
    "command-group",
    "duct",
    "execute",
    "opener",
    "open",
    "portable-pty",
    "process-wrap",
    "rexpect",
    "run_script",
    "shared_child",
    "subprocess",
    "webbrowser",
    "xshell",
];

/// Places that may start processes: the crate for it, tests, and developers' commands.
const FREE: &[&str] = &["programs/", "tests/", "xtask/", "fuzz/"];

/// The commands that may give the permission to start a process.
const CONSENTING: &[&str] = &["cli/src/commands/mutate.rs", "cli/src/commands/dead_code.rs"];

/// Looks for process starts and permissions in sources, and for process crates in manifests.
pub fn check(files: &Files, breaches: &mut BTreeSet<String>) {
    let is_free = |path: &str| FREE.iter().any(|folder| path.starts_with(folder)) || is_test_data(path);
    for (path, text) in files.ending(".rs").filter(|(path, _)| !is_free(path) && !is_test(path)) {
        for (number, line) in product_lines(text) {
            if let Some(way) = way_to_start(line) {
                breaches.insert(format!(
                    "{path}:{number}: `{way}`: programs are started by the crate `programs`"
                ));
            }
            if line.contains("Consent::to(") && !CONSENTING.contains(&path.as_str()) {
                breaches.insert(format!("{path}:{number}: the leave to start programs is given by commands"));
            }
        }
    }
    for (path, text) in files.0.iter().filter(|(path, _)| path.ends_with("Cargo.toml") && !is_test_data(path))
    {
        let named = |name: &&&str| text.lines().any(|line| names(line, name));
        for name in CRATES.iter().filter(named) {
            breaches
                .insert(format!("{path}: `{name}` starts processes: that is done by the crate `programs`"));
        }
    }
}

fn way_to_start(line: &str) -> Option<&'static str> {
    let code = line.split("//").next().unwrap_or_default();
    let found = WAYS.iter().find(|way| code.contains(**way)).copied();
    // `use std::process::{Command, ExitCode};`, `use std::process::*;`
    let imported = code.split_once("process::").map(|(_, names)| names.trim_end()).is_some_and(|names| {
        names.starts_with('*')
            || (names.starts_with('{')
                && names.split(|c: char| !c.is_alphanumeric()).any(|name| name == "Command"))
    });
    found.or(imported.then_some("process::Command"))
}

/// True for a line of a manifest that names a crate: `duct = "1"`, `duct.workspace = true`.
fn names(line: &str, name: &str) -> bool {
    line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
}

/// A file that is compiled only for tests, examples and builds.
pub(super) fn is_test(path: &str) -> bool {
    let folders = ["/tests/", "/examples/", "/benches/"];
    folders.iter().any(|folder| path.contains(folder))
        || path.ends_with("/tests.rs")
        || path.ends_with("/build.rs")
}

/// The lines of a file with their numbers, without items marked `#[cfg(test)]` or `#[cfg(all(test, …))]`. rustfmt puts
/// the closing brace of an item at the column of its first word.
pub(super) fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut marked = false;
    let mut until: Option<String> = None;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let code = line.trim_start();
        if let Some(end) = &until {
            if line == end {
                until = None;
            }
            return None;
        }
        if code.starts_with("#[cfg(test)]") || code.starts_with("#[cfg(all(test") {
            marked = true;
            return None;
        }
        if marked && !code.starts_with("#[") && !code.starts_with("//") {
            marked = false;
            if line.trim_end().ends_with('{') {
                until = Some(format!("{}}}", &line[..line.len() - code.len()]));
            }
            return None;
        }
        Some((index + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(path: &str, text: &str) -> usize {
        let mut breaches = BTreeSet::new();
        check(&Files(vec![(path.to_owned(), text.to_owned())]), &mut breaches);
        breaches.len()
    }

    #[test]
    fn every_way_to_start_a_process_is_found() {
        for line in [
            "use std::process::Command;",
            "use std::process::{Command, Stdio};",
            "use std::process::*;",
            "    let child = std::process::Command::new(\"git\").spawn();",
            "use std::os::unix::process::CommandExt;",
            "tokio::process::Command::new(name)",
            "nix::unistd::execv(&path, &arguments)",
        ] {
            assert_eq!(breaches_of("web/src/serve.rs", line), 1, "{line}");
            for free in
                ["programs/src/start.rs", "xtask/src/process.rs", "web/tests/a.rs", "web/src/tests.rs"]
            {
                assert_eq!(breaches_of(free, line), 0, "{free}");
            }
        }
        for line in ["use std::process::ExitCode;", "std::process::exit(1);", "use clap::Command;"] {
            assert_eq!(breaches_of("cli/src/main.rs", line), 0, "{line}");
        }
    }

    #[test]
    fn what_is_compiled_for_tests_alone_may_start_them_and_what_follows_may_not() {
        let tests = "#[cfg(test)]\nmod tests {\n    use std::process::Command;\n    fn f() {\n    }\n}\n";
        assert_eq!(breaches_of("hooks/src/script.rs", tests), 0);
        assert_eq!(
            breaches_of("hooks/src/script.rs", &tests.replace("cfg(test)", "cfg(all(test, unix))")),
            0
        );
        assert_eq!(breaches_of("hooks/src/script.rs", &format!("{tests}use std::process::Command;\n")), 1);
        assert_eq!(breaches_of("a/src/b.rs", "#[cfg(test)]\nmod tests;\nuse std::process::Command;\n"), 1);
    }

    #[test]
    fn only_the_commands_that_say_so_give_the_leave() {
        let line = "let consent = Consent::to(Asked::Mutate);\n";
        assert_eq!(breaches_of("web/src/serve.rs", line), 1);
        assert_eq!(breaches_of("cli/src/commands/mutate.rs", line), 0);
    }

    #[test]
    fn crates_that_start_processes_are_no_dependencies() {
        assert_eq!(breaches_of("web/Cargo.toml", "[dependencies]\nduct = \"1\"\n"), 1);
        assert_eq!(breaches_of("web/Cargo.toml", "[dependencies]\nopen.workspace = true\n"), 1);
        assert_eq!(breaches_of("web/Cargo.toml", "[dependencies]\nopenssl-probe = \"1\"\n"), 0);
    }
}
