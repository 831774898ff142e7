//! Times the detection alone, on tokens that are already in memory: whole trees and growing parts of them.
//!
//! `cargo run --release -p clones --example speed -- [--growth] TREE…` prints one line of JSON for each measurement:
//! bytes of source, tokens, seconds and processor seconds (the least of three runs), classes, share of duplicated lines.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use clones::{CloneOptions, Clones, Kinds, LineShare, SECTIONS, detect};
use facts::cache::Cache;
use facts::repo::FileRecord;
use facts::source::{ExcludeRules, Which};
use facts::{MeasureOptions, RepoFacts};
use std::path::Path;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let growth = arguments.iter().any(|argument| argument == "--growth");
    let mut files = Vec::new();
    for tree in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        let facts = tree_facts(Path::new(tree))?;
        if growth {
            files.extend(facts.files);
        } else {
            time(tree, &facts);
        }
    }
    if growth {
        for megabytes in [1, 2, 5, 10, 20, 50, 100] {
            let Some(part) = part(&files, megabytes * 1_000_000) else { break };
            time(&format!("{megabytes} MB"), &part);
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an example that measures")]
fn tree_facts(tree: &Path) -> Result<RepoFacts, Failure> {
    let source = facts::source::open(tree, &Which::WorkTree, &ExcludeRules::none())?;
    let options = MeasureOptions { sections: SECTIONS, ..MeasureOptions::default() };
    let cache = Cache::open_for(None, &tree.canonicalize()?);
    let mut facts = facts::measure(source.as_ref(), Some(&cache), &options)?;
    facts.files.retain(|file| file.data.facts.has_functions());
    Ok(facts)
}

/// Files of this total size in bytes, spread evenly over the list; `None` if there is less.
fn part(files: &[FileRecord], bytes: u64) -> Option<RepoFacts> {
    let total: u64 = files.iter().map(size).sum();
    if total < bytes {
        return None;
    }
    let mut taken = 0;
    let mut seen = 0;
    let mut part = Vec::new();
    for file in files {
        seen += size(file);
        if taken * total < bytes * seen {
            taken += size(file);
            part.push(file.clone());
        }
    }
    Some(RepoFacts {
        tree: "part".to_owned(),
        files: part,
        skipped: Vec::new(),
        from_cache: 0,
        cache_trouble: None,
    })
}

fn size(file: &FileRecord) -> u64 {
    file.entry.size.unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "an example that measures")]
fn time(name: &str, facts: &RepoFacts) {
    let options = CloneOptions { min_tokens: 50, min_lines: 5, kinds: Kinds::ALL };
    let (mut least, mut least_cpu) = (f64::INFINITY, f64::INFINITY);
    let mut last: Option<Clones> = None;
    for _ in 0..3 {
        let (start, cpu) = (Instant::now(), processor_seconds());
        last = Some(detect(facts, &options));
        least = least.min(start.elapsed().as_secs_f64());
        least_cpu = least_cpu.min(processor_seconds() - cpu);
    }
    let clones = last.expect("there were three runs");
    let bytes: u64 = facts.files.iter().map(size).sum();
    let tokens: usize = facts.files.iter().map(|file| file.data.tokens().tokens.len()).sum();
    let share: LineShare = clones.lines.iter().copied().sum();
    println!(
        "{{\"name\": {name:?}, \"files\": {}, \"bytes\": {bytes}, \"tokens\": {tokens}, \"seconds\": {least:.4}, \
         \"cpu_seconds\": {least_cpu:.2}, \"megabytes_per_second\": {:.1}, \"classes\": {}, \"duplicated_percent\": {:.2}}}",
        facts.files.len(),
        bytes as f64 / 1e6 / least,
        clones.classes.len(),
        share.percent().value().copied().unwrap_or(f64::NAN),
    );
}

/// Processor time of all threads so far, to a hundredth of a second (`/proc/self/stat` of Linux; 0 elsewhere): more
/// reliable than wall-clock time when other programs run too.
#[expect(clippy::disallowed_methods, reason = "an example that measures")]
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
