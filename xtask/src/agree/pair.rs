//! Pairs our functions with those of the other tool.

use super::{TheirFunction, Tool, ours::OurFunction};
use facts::language::Language;
use std::collections::BTreeMap;

/// A function that both measured.
pub struct Pair {
    /// Ours.
    pub ours: OurFunction,
    /// Theirs.
    pub theirs: TheirFunction,
}

/// Number of functions that only one side has, with a few examples.
#[derive(Default)]
pub struct Unpaired {
    /// Ours by language.
    pub ours: BTreeMap<Language, Vec<String>>,
    /// Theirs.
    pub theirs: Vec<String>,
}

impl Unpaired {
    /// Adds another tree's.
    pub fn add(&mut self, other: Unpaired) {
        for (language, functions) in other.ours {
            self.ours.entry(language).or_default().extend(functions);
        }
        self.theirs.extend(other.theirs);
    }
}

/// Pairs by file and first line; if several functions start on one line, by name, then by order. Tools without lines
/// are paired by file and name, if the name is unique.
pub fn pair(tool: Tool, ours: Vec<OurFunction>, theirs: Vec<TheirFunction>) -> (Vec<Pair>, Unpaired) {
    let mut by_file: BTreeMap<String, Vec<TheirFunction>> = BTreeMap::new();
    for function in theirs {
        by_file.entry(function.path.clone()).or_default().push(function);
    }
    let mut names: BTreeMap<(String, String), u32> = BTreeMap::new();
    for function in &ours {
        *names.entry((function.path.clone(), full_name(function))).or_default() += 1;
    }
    let mut pairs = Vec::new();
    let mut unpaired = Unpaired::default();
    for function in ours {
        let Some(candidates) = by_file.get_mut(&function.path) else {
            continue;
        };
        let unique = names[&(function.path.clone(), full_name(&function))] == 1;
        match find(tool, &function, candidates, unique) {
            Some(at) => pairs.push(Pair { theirs: candidates.remove(at), ours: function }),
            None => {
                let place = place(&function.path, function.facts.span.start_line, &function.facts.name);
                unpaired.ours.entry(function.language).or_default().push(place);
            }
        }
    }
    for function in by_file.into_values().flatten() {
        unpaired.theirs.push(place(&function.path, function.line.unwrap_or(0), &function.name));
    }
    (pairs, unpaired)
}

fn place(path: &str, line: u32, name: &str) -> String {
    format!("{path}:{line} {name}")
}

/// Name with its class, as complexipy writes it.
fn full_name(function: &OurFunction) -> String {
    function.facts.qualified_name.replace('.', "::")
}

fn find(tool: Tool, ours: &OurFunction, candidates: &[TheirFunction], unique: bool) -> Option<usize> {
    if tool == Tool::Complexipy {
        let mut same = candidates.iter().enumerate().filter(|(_, theirs)| theirs.name == full_name(ours));
        return match (same.next(), same.next()) {
            (Some((at, _)), None) if unique => Some(at),
            _ => None,
        };
    }
    let span = &ours.facts.span;
    let here = |theirs: &TheirFunction| theirs.line == Some(span.start_line);
    let named = |theirs: &TheirFunction| bare(&theirs.name) == ours.facts.name;
    let position = |accept: &dyn Fn(&TheirFunction) -> bool| candidates.iter().position(accept);
    position(&|theirs| here(theirs) && named(theirs))
        .or_else(|| position(&|theirs| here(theirs) && !is_named(theirs)))
        .or_else(|| position(&|theirs| here(theirs) && ours.facts.name.starts_with('<')))
        .or_else(|| {
            // The tool may report the name, or the arrow; we report the first token of the definition.
            let header = span.start_line..=(span.start_line + 8).min(span.end_line);
            position(&|theirs| {
                theirs.line.is_some_and(|line| header.contains(&line)) && named(theirs) && is_named(theirs)
            })
        })
        .or_else(|| (tool == Tool::Rca).then(|| position(&here)).flatten())
}

fn is_named(theirs: &TheirFunction) -> bool {
    !theirs.name.is_empty() && !theirs.name.contains("anonymous")
}

/// The last part of a qualified name.
fn bare(name: &str) -> &str {
    let end =
        name.find(['(', '<']).filter(|at| *at > 0 && !name.starts_with("operator")).unwrap_or(name.len());
    let name = &name[..end];
    let name = name.rsplit("::").next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name).trim()
}
