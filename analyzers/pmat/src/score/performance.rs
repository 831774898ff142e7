//! Checks of performance.

use super::files::{file_name, pattern};
use super::{Answer, Evidence, Project};
use facts::model::RepoPath;

pub(super) fn benchmarks(project: &Project<'_>) -> Answer {
    let is_benchmark = |path: &str| {
        let stem = file_name(path).split('.').next().unwrap_or_default();
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        let in_folder = folders
            .split('/')
            .any(|part| matches!(part, "benches" | "bench" | "benchmark" | "benchmarks" | "perf"));
        in_folder || stem.starts_with("bench_") || stem.ends_with("_bench") || stem.ends_with("Benchmark")
    };
    let measured = |path: &RepoPath| {
        project.facts.files.iter().any(|file| file.path() == path && file.data.facts.has_functions())
    };
    let files = project.files.matching(is_benchmark).filter(|path| measured(path));
    let mut found: Vec<Evidence> = files.take(3).map(|path| Evidence::file(path, "is there")).collect();
    let targets: Vec<&RepoPath> = project.files.matching(|path| file_name(path) == "Cargo.toml").collect();
    found.extend(project.files.lines(targets, &pattern(r"^\[\[bench\]\]")));
    Answer::earned(found, "no benchmark was found (benches/, benchmarks/, bench_*, *_bench)")
}

pub(super) fn results(project: &Project<'_>) -> Answer {
    let is_document = |path: &str| {
        let name = file_name(path).to_ascii_lowercase();
        let document = [".md", ".rst", ".adoc", ".txt"].iter().any(|ending| name.ends_with(ending));
        document && (name.contains("bench") || name.starts_with("performance"))
    };
    let mut found: Vec<Evidence> =
        project.files.matching(is_document).take(3).map(|path| Evidence::file(path, "is there")).collect();
    if found.is_empty() {
        let readme: Vec<&RepoPath> =
            project.files.matching(|path| path.to_ascii_lowercase().starts_with("readme.")).collect();
        found = headings(project, readme);
    }
    Answer::earned(found, "no document about benchmarks was found")
}

/// Headings about benchmarks; in Markdown they begin like comments in other files.
fn headings(project: &Project<'_>, files: Vec<&RepoPath>) -> Vec<Evidence> {
    let heading = pattern(r"(?i)^(#+|=+)\s.*\b(benchmark|performance)");
    let mut found = Vec::new();
    for path in files {
        let text = project.files.text(path);
        let lines = (1u32..).zip(text.lines()).filter(|(_, line)| heading.is_match(line));
        found.extend(lines.map(|(number, line)| Evidence::line(path, number, line)).take(3));
    }
    found
}

pub(super) fn release_profile(project: &Project<'_>) -> Answer {
    let Some(manifest) = project.files.at("Cargo.toml") else {
        return Answer::not_applicable("there is no Cargo.toml at the root");
    };
    let text = project.files.text(manifest);
    let tuned = pattern(r"^\s*(lto|codegen-units|opt-level|panic|strip)\s*=");
    let inherits = pattern(r#"^\s*inherits\s*=\s*"release""#);
    let lines: Vec<(u32, &str)> = (1u32..).zip(text.lines()).collect();
    let mut found = Vec::new();
    for section in lines.chunk_by(|_, (_, next)| !next.starts_with('[')) {
        let header = section[0].1.trim();
        let custom =
            header.starts_with("[profile.") && section.iter().any(|(_, line)| inherits.is_match(line));
        if header == "[profile.release]" || custom {
            let settings = section.iter().filter(|(_, line)| tuned.is_match(line));
            found.extend(settings.map(|(number, line)| Evidence::line(manifest, *number, line.trim())));
        }
    }
    Answer::earned(
        found,
        format!(
            "{manifest} sets neither lto, codegen-units, opt-level, panic nor strip in [profile.release] or a profile \
             that inherits it"
        ),
    )
}
