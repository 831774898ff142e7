//! Checks of documentation.

use super::files::{file_name, pattern};
use super::{Answer, Evidence, Project};
use crate::tdg::public_items;
use facts::Measured;
use facts::model::RepoPath;

const MIN_WORDS: usize = 100;

fn named<'p>(project: &'p Project<'_>, stems: &'static [&'static str]) -> Option<&'p RepoPath> {
    let matches = move |path: &str| {
        let stem = path.split('.').next().unwrap_or(path).to_ascii_lowercase();
        !path.contains('/') && stems.contains(&stem.as_str())
    };
    project.files.matching(matches).next()
}

fn readme_file<'p>(project: &'p Project<'_>) -> Option<&'p RepoPath> {
    let matches = |path: &str| {
        let name =
            path.strip_prefix("docs/").or(path.strip_prefix(".github/")).unwrap_or(path).to_ascii_lowercase();
        !name.contains('/') && name.split('.').next() == Some("readme")
    };
    let mut found: Vec<&RepoPath> = project.files.matching(matches).collect();
    found.sort_by_key(|path| path.to_string().contains('/'));
    found.into_iter().next()
}

pub(super) fn readme(project: &Project<'_>) -> Answer {
    let Some(path) = readme_file(project) else {
        return Answer::missed("there is no README");
    };
    let words = project.files.text(path).split_whitespace().count();
    if words < MIN_WORDS {
        return Answer::missed(format!("{path} has {words} words"));
    }
    Answer::Earned { evidence: vec![Evidence::file(path, format!("{words} words"))] }
}

pub(super) fn readme_usage(project: &Project<'_>) -> Answer {
    let Some(path) = readme_file(project) else {
        return Answer::missed("there is no README");
    };
    let block = pattern(r"^\s*(```|~~~)|^\s*\.\. (code-block|code|sourcecode)::|^\[source|::\s*$");
    let text = project.files.text(path);
    let found = (1u32..).zip(text.lines()).find(|(_, line)| block.is_match(line));
    let evidence = found.map(|(line, _)| Evidence::line(path, line, "a block of code")).into_iter().collect();
    Answer::earned(evidence, format!("{path} holds no block of code"))
}

/// Paths of licence files: the names that GitHub's licensee takes, at the root, and the folder of the REUSE specification.
const LICENSE_NAMES: &str = r"(?i)^(((licenses/)?(un)?licen[sc]es?([-_.][^/]*|[^/\w.-][^/]*)?|(copying|copyright)([-_.][^/]*)?|ofl(\.[^/]*)?|[\w.+]+([-_][\w.+]+)*[-_.](un)?(licen[sc]es?|copying)([-_.][^/]*)?)|(?-i:LICENSES)/.+)$";

/// Endings of files that deal with licences but are not licence texts.
const NO_LICENSE_TEXTS: &[&str] = &[
    "spdx", "header", "gemspec", "rs", "go", "py", "rb", "rake", "js", "mjs", "cjs", "jsx", "ts", "mts",
    "tsx", "java", "kt", "kts", "gradle", "groovy", "c", "h", "cc", "cpp", "hpp", "cs", "swift", "scala",
    "php", "pl", "pm", "lua", "ex", "exs", "sh", "bash", "ps1", "bat", "cmd", "json", "json5", "yml", "yaml",
    "toml", "xml", "ini", "cfg", "conf", "lock", "tmpl", "tpl", "png", "svg", "gif", "jpg",
];

pub(super) fn license(project: &Project<'_>) -> Answer {
    let named = pattern(LICENSE_NAMES);
    let is_license = |path: &str| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        !NO_LICENSE_TEXTS.contains(&ending.as_str()) && named.is_match(path)
    };
    let found =
        project.files.matching(is_license).take(3).map(|path| Evidence::file(path, "is there")).collect();
    Answer::earned(
        found,
        "there is no licence file at the root (LICENSE, COPYING, UNLICENSE, MIT-LICENSE and their like), nor one in LICENSES/",
    )
}

pub(super) fn changelog(project: &Project<'_>) -> Answer {
    let root = named(project, &["changelog", "changes", "history", "news", "releases", "release-notes"]);
    let in_docs = || {
        let is_one = |path: &str| {
            let stem = file_name(path).split('.').next().unwrap_or_default().to_ascii_lowercase();
            path.starts_with("docs/")
                && matches!(stem.as_str(), "changelog" | "changes" | "history" | "releases")
        };
        project.files.matching(is_one).next()
    };
    let found = root.or_else(in_docs).map(|path| Evidence::file(path, "is there")).into_iter().collect();
    Answer::earned(found, "there is no CHANGELOG, CHANGES, HISTORY, NEWS or RELEASES")
}

pub(super) fn contributing(project: &Project<'_>) -> Answer {
    let is_one = |path: &str| {
        let name = path.to_ascii_lowercase();
        let name = name.strip_prefix("docs/").or(name.strip_prefix(".github/")).unwrap_or(&name);
        !name.contains('/')
            && (name.starts_with("contributing")
                || name.starts_with("hacking")
                || name.starts_with("development."))
    };
    let found = project.files.matching(is_one).take(1).map(|path| Evidence::file(path, "is there")).collect();
    Answer::earned(found, "there is no CONTRIBUTING")
}

/// Share of the public items that are documented, in percent.
fn documented(project: &Project<'_>) -> (Measured<f64>, usize, usize) {
    let (mut all, mut with_doc) = (0, 0);
    for file in &project.facts.files {
        let (public, documented) = public_items(file);
        all += public;
        with_doc += documented;
    }
    let share = match all {
        0 => Measured::unsupported("no public definition was found"),
        _ => Measured::Value(100.0 * with_doc as f64 / all as f64),
    };
    (share, with_doc, all)
}

fn documented_at_least(project: &Project<'_>, least: f64) -> Answer {
    let (share, with_doc, all) = documented(project);
    let says = |share: &f64| format!("{with_doc} of {all} public items ({share:.1} %) are documented");
    Answer::of_figure(&share, |share| *share >= least, says)
}

pub(super) fn documented_50(project: &Project<'_>) -> Answer {
    documented_at_least(project, 50.0)
}

pub(super) fn documented_80(project: &Project<'_>) -> Answer {
    documented_at_least(project, 80.0)
}

pub(super) fn examples(project: &Project<'_>) -> Answer {
    let is_one = |path: &str| {
        let folder = path.split('/').next().unwrap_or_default();
        path.contains('/')
            && matches!(
                folder,
                "examples" | "example" | "docs" | "doc" | "documentation" | "samples" | "guide" | "book"
            )
    };
    let found = project.files.matching(is_one).take(3).map(|path| Evidence::file(path, "is there")).collect();
    Answer::earned(found, "there is no folder examples/, docs/ or the like")
}
