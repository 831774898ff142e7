//! Exceptions to the bans of clippy.toml. clippy finds every use; this list says which files have an exception and for
//! what, so that no exception exists outside this list.

use super::{Files, is_test_data};
use crate::codegen::lints;
use std::collections::BTreeSet;

/// The purpose of an exception. Its reason begins with one of these words: `reason = "environment: …"`.
const KINDS: [&str; 6] = ["environment", "exit", "files", "network", "parsers", "processes"];

/// Files with exceptions, sorted, and their purposes.
const LEAVES: &[(&str, &[&str])] = &[
    ("analyzers/facts/src/cache/location.rs", &["environment"]),
    ("analyzers/facts/src/extract/parse_memory.rs", &["parsers"]),
    ("analyzers/facts/src/source/git.rs", &["environment"]),
    ("analyzers/facts/src/source/git_files.rs", &["environment"]),
    ("analyzers/facts/src/source/quarantine.rs", &["environment"]),
    ("analyzers/facts/src/stores/secret.rs", &["environment"]),
    ("analyzers/mutation/src/project/python.rs", &["environment"]),
    ("analyzers/mutation/src/resume.rs", &["environment"]),
    ("analyzers/mutation/src/worker.rs", &["environment"]),
    ("analyzers/pmat/src/score/advisories.rs", &["files"]),
    ("cli/src/commands/hooks/run.rs", &["environment"]),
    ("cli/src/commands/serve.rs", &["environment"]),
    ("cli/src/interrupt.rs", &["exit"]),
    ("cli/src/output/colour.rs", &["environment"]),
    ("egress/src/client.rs", &["network"]),
    ("hooks/src/judge.rs", &["environment"]),
    ("programs/src/search_path.rs", &["environment"]),
    ("programs/src/start.rs", &["environment", "processes"]),
    ("project/src/evidence.rs", &["environment"]),
    ("web/src/index/private_paths.rs", &["environment"]),
    ("web/src/serve.rs", &["network"]),
];

/// Tests, developers' commands and fuzz targets may use anything.
const FREE: [&str; 3] = ["fuzz/", "tests/", "xtask/"];

/// Compares the exceptions in sources with the list, and looks for clippy settings that would replace the workspace's.
pub fn check(files: &Files, breaches: &mut BTreeSet<String>) {
    let is_free = |path: &str| FREE.iter().any(|folder| path.starts_with(folder)) || is_test_data(path);
    let mut used = BTreeSet::new();
    for (path, text) in
        files.ending(".rs").filter(|(path, _)| !is_free(path) && !super::processes::is_test(path))
    {
        let given = LEAVES.iter().find(|(file, _)| file == path).map_or(&[][..], |(_, kinds)| *kinds);
        for (number, reason) in leaves(text) {
            let kinds: Vec<&str> =
                KINDS.into_iter().filter(|kind| reason.contains(&format!("{kind}: "))).collect();
            if kinds.is_empty() {
                breaches.insert(format!(
                    "{path}:{number}: the reason of a leave begins with one of: {}",
                    KINDS.join(", ")
                ));
            }
            for kind in kinds.iter().filter(|kind| !given.contains(kind)) {
                breaches.insert(format!(
                    "{path}:{number}: no leave for `{kind}` in xtask/src/tidy/leaves.rs; see clippy.toml"
                ));
            }
            used.extend(kinds.into_iter().map(|kind| (path.clone(), kind)));
        }
    }
    for (path, kinds) in LEAVES.iter().filter(|(path, _)| files.text(path).is_some()) {
        for kind in kinds.iter().filter(|kind| !used.contains(&((*path).to_owned(), **kind))) {
            breaches
                .insert(format!("{path}: its leave for `{kind}` in xtask/src/tidy/leaves.rs is not used"));
        }
    }
    own_settings(files, breaches);
}

/// Lines and reasons of the attributes that allow forbidden functions, except in tests.
fn leaves(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<(usize, &str)> = super::processes::product_lines(text).collect();
    let is_leave = |line: &str| line.contains("clippy::disallowed_") && !line.trim_start().starts_with("//");
    let starts = lines.iter().enumerate().filter(|(_, (_, line))| is_leave(line));
    starts
        .map(|(index, (number, _))| {
            let rest: Vec<&str> = lines[index..].iter().take(4).map(|(_, line)| *line).collect();
            let attribute = rest.join("\n");
            let attribute = attribute.split(")]").next().unwrap_or_default();
            let reason = attribute.split_once("reason = \"").map_or("", |(_, reason)| reason);
            (*number, reason.to_owned())
        })
        .collect()
}

/// clippy reads only the nearest file: an additional one would create exceptions unnoticed.
fn own_settings(files: &Files, breaches: &mut BTreeSet<String>) {
    let known: Vec<&str> = lints::files().map(|(path, _)| path).chain(["clippy.toml"]).collect();
    for (path, _) in &files.0 {
        let is_settings = path.ends_with("clippy.toml") && !is_test_data(path);
        if is_settings && !known.contains(&path.as_str()) {
            breaches.insert(format!("{path}: replaces the workspace's clippy.toml"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(path: &str, text: &str) -> Vec<String> {
        let mut breaches = BTreeSet::new();
        check(&Files(vec![(path.to_owned(), text.to_owned())]), &mut breaches);
        breaches.into_iter().collect()
    }

    const NETWORK: &str =
        "#[expect(clippy::disallowed_methods, reason = \"network: a reason\")]\nfn f() {}\n";

    #[test]
    fn a_leave_is_given_in_the_list_or_not_at_all() {
        assert!(breaches_of("egress/src/client.rs", NETWORK).is_empty());
        assert_eq!(breaches_of("web/src/routes.rs", NETWORK).len(), 1);
        let environment = NETWORK.replace("network", "environment");
        assert_eq!(breaches_of("egress/src/client.rs", &environment).len(), 2, "not given, and not used");
        assert_eq!(breaches_of("web/src/routes.rs", &NETWORK.replace("network: ", "")).len(), 1);
    }

    #[test]
    fn attributes_of_several_lines_are_read() {
        let text =
            "#[expect(\n    clippy::disallowed_methods,\n    reason = \"network: a reason\"\n)]\nfn f() {}\n";
        assert!(breaches_of("egress/src/client.rs", text).is_empty());
        assert_eq!(breaches_of("web/src/routes.rs", text).len(), 1);
    }

    #[test]
    fn tests_do_what_they_need() {
        for path in ["web/src/webhooks/tests.rs", "gates/tests/formats.rs", "xtask/src/main.rs"] {
            assert!(breaches_of(path, NETWORK).is_empty(), "{path}");
        }
        let tests = format!("#[cfg(test)]\nmod tests {{\n    {NETWORK}}}\n");
        assert!(breaches_of("web/src/routes.rs", &tests).is_empty());
    }

    #[test]
    fn settings_of_a_crate_that_would_replace_the_workspaces_are_found() {
        assert_eq!(breaches_of("web/clippy.toml", "").len(), 1);
        assert!(breaches_of("gates/clippy.toml", "").is_empty());
    }
}
