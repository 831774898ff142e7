//! The measurements on a tree.

use super::measure::{Usage, measure};
use super::{BenchArgs, tree::Tree};
use crate::peers::Peers;
use crate::process::output;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs with their versions.
pub struct Programs {
    /// Ours.
    pub batuta: PathBuf,
    /// Their paths.
    pub pmat: PathBuf,
    rust_code_analysis: PathBuf,
    lizard: PathBuf,
    tokei: PathBuf,
}

impl Programs {
    /// Finds or installs the peers.
    pub fn find(batuta: PathBuf, peers: &Peers) -> Result<Programs> {
        Ok(Programs {
            batuta,
            pmat: peers.pmat()?,
            rust_code_analysis: peers.rust_code_analysis()?,
            lizard: peers.python("lizard")?,
            tokei: peers.tokei()?,
        })
    }

    /// Version strings of all programs.
    pub fn versions(&self) -> Vec<(String, String)> {
        [&self.batuta, &self.pmat, &self.rust_code_analysis, &self.lizard, &self.tokei]
            .into_iter()
            .map(|program| {
                let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let said = output(Command::new(program).arg("--version")).unwrap_or_default();
                (name, said.lines().next().unwrap_or("unknown").to_owned())
            })
            .collect()
    }
}

/// The state before a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Empty cache.
    Cold,
    /// Everything cached.
    Warm,
    /// Everything is cached, then one file is changed.
    OneChanged,
}

/// One command of the plan.
pub struct Step {
    /// Short name by which the document refers to it.
    pub key: &'static str,
    /// The command as displayed: `TREE` stands for the tree.
    pub shown: String,
    /// The state before it.
    pub start: Start,
    command: Vec<String>,
    /// Fills the cache before a run that does not start cold.
    prepare: Vec<String>,
}

/// A step with its rounds.
pub struct Measured {
    /// What ran.
    pub step: Step,
    /// What each round used.
    pub rounds: Vec<Usage>,
}

/// Runs the plan, ours and the peers' commands in turn.
pub fn run(programs: &Programs, tree: &Tree, args: &BenchArgs) -> Result<Vec<Measured>> {
    rounds(steps(programs, tree, args.quick), tree, args)
}

/// Runs the steps: every round runs each command once.
pub(super) fn rounds(steps: Vec<Step>, tree: &Tree, args: &BenchArgs) -> Result<Vec<Measured>> {
    let scratch = tempfile::tempdir()?;
    let mut measured: Vec<Measured> =
        steps.into_iter().map(|step| Measured { step, rounds: Vec::new() }).collect();
    let changed = tree.file_to_change()?;
    let original = fs::read(&changed)?;
    for round in 0..args.rounds {
        for entry in &mut measured {
            if entry.rounds.iter().any(|usage| usage.ended) {
                continue;
            }
            let usage = one(&entry.step, tree, scratch.path(), (&changed, &original, round), args.limit)?;
            eprintln!(
                "  {:>8.3} s {:>8.3} s CPU {:>6} MB  {}",
                usage.wall,
                usage.cpu,
                usage.peak >> 20,
                entry.step.shown
            );
            entry.rounds.push(usage);
        }
    }
    fs::write(&changed, &original)?;
    Ok(measured)
}

fn one(
    step: &Step,
    tree: &Tree,
    scratch: &Path,
    (changed, original, round): (&Path, &[u8], usize),
    limit: u64,
) -> Result<Usage> {
    let home = scratch.join("home");
    let cache = scratch.join("cache");
    if step.start == Start::Cold {
        for folder in [&home, &cache] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
            fs::create_dir_all(folder)?;
        }
        forget_peers_state(&tree.path)?;
    }
    let variables: &[(&str, &Path)] =
        &[("HOME", &home), ("XDG_CACHE_HOME", &home), ("BATUTA_CACHE_DIR", &cache)];
    if step.start != Start::Cold {
        // Fills the cache; not counted.
        measure(&tree.path, variables, &step.prepare, limit)?;
    }
    if step.start == Start::OneChanged {
        let mut text = original.to_vec();
        text.extend_from_slice(format!("\n// round {round}, {}\n", step.key).as_bytes());
        fs::write(changed, text)?;
    }
    measure(&tree.path, variables, &step.command, limit)
}

/// Peers keep caches in the tree; removing them makes every round their first.
fn forget_peers_state(tree: &Path) -> Result<()> {
    for entry in fs::read_dir(tree)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(".pmat") && path.is_dir() {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

const COMPLEXITY: &[&str] = &["pmat", "analyze", "complexity", "--quiet", "."];
const GATE: &[&str] = &["pmat", "quality-gate", "--quiet", "."];
const CONTEXT: &[&str] = &["pmat", "context", "--quiet", "."];
const OLDER: &[&str] = &["pmat", "analyze", "complexity", "--quiet", "--revision", "HEAD~20", "."];

fn steps(programs: &Programs, tree: &Tree, quick: bool) -> Vec<Step> {
    let mut steps = cold(programs, tree, quick);
    let ours = programs.batuta.as_path();
    steps.push(step("warm", Start::Warm, ours, COMPLEXITY));
    steps.push(step("changed", Start::OneChanged, ours, COMPLEXITY));
    steps.push(step("changed gate", Start::OneChanged, ours, GATE));
    steps.push(step("changed context", Start::OneChanged, ours, CONTEXT));
    steps.extend(super::tdg::steps(programs));
    if tree.has_history() {
        steps.push(step("revision cold", Start::Cold, ours, OLDER));
        let prepare = step("", Start::Cold, ours, COMPLEXITY).command;
        steps.push(Step { prepare, ..step("revision", Start::Warm, ours, OLDER) });
    }
    for step in &mut steps {
        step.shown = step.shown.replace(&*tree.path.to_string_lossy(), "TREE");
    }
    steps
}

/// The runs that start without any stored data, including the peers'.
fn cold(programs: &Programs, tree: &Tree, quick: bool) -> Vec<Step> {
    let cold = |key, program: &Path, arguments: &[&str]| step(key, Start::Cold, program, arguments);
    // It treats `.` as a hidden folder and skips it.
    let all = tree.path.to_string_lossy();
    let mut steps = vec![
        cold("facts", &programs.batuta, COMPLEXITY),
        cold("pmat facts", &programs.pmat, &["analyze", "complexity", "-p", "."]),
        cold("rca facts", &programs.rust_code_analysis, &["-m", "-O", "json", "-p", &all]),
        cold("lizard facts", &programs.lizard, &["-t", "2", "."]),
        cold("tokei", &programs.tokei, &["."]),
        cold("gate", &programs.batuta, GATE),
    ];
    if !quick {
        steps.push(cold("pmat gate", &programs.pmat, &["quality-gate", "-p", "."]));
    }
    steps.push(cold("context", &programs.batuta, CONTEXT));
    if !quick {
        steps.push(cold(
            "pmat context",
            &programs.pmat,
            &["context", "-p", ".", "--output", "../context.md"],
        ));
    }
    steps
}

/// A step that uses its own command as preparation.
pub(super) fn step(key: &'static str, start: Start, program: &Path, arguments: &[&str]) -> Step {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut command = vec![program.to_string_lossy().into_owned()];
    command.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let prepare = command.clone();
    Step { key, shown: format!("{name} {}", arguments.join(" ")), start, command, prepare }
}
