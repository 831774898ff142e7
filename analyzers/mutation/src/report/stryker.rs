//! The report in the schema shared by the mutation-testing tools around Stryker
//! (<https://github.com/stryker-mutator/mutation-testing-elements>, version 2 of the schema), so that their viewers and
//! dashboards can show it.

use super::{MutantReport, Report};
use crate::outcome::Status;
use facts::Measured;
use facts::language::Language;
use facts::model::RepoPath;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The viewers show a file below the first score in red, and above the second one in green. The schema requires both.
const LOW: u8 = 60;
const HIGH: u8 = 80;

/// The report in this schema. `files` gives the language and the bytes of each mutated file.
pub fn stryker(report: &Report, files: &BTreeMap<RepoPath, (Language, Vec<u8>)>) -> Value {
    let mut by_file: BTreeMap<&RepoPath, Vec<&MutantReport>> = BTreeMap::new();
    for mutant in &report.mutants {
        by_file.entry(&mutant.path).or_default().push(mutant);
    }
    let mut shown = Map::new();
    for (path, mutants) in by_file {
        let Some((language, bytes)) = files.get(path) else { continue };
        let source = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = source.split('\n').collect();
        let mutants: Vec<Value> = mutants.into_iter().map(|mutant| of_mutant(mutant, &lines)).collect();
        let language = language.name().to_lowercase();
        shown.insert(path.to_string(), json!({ "language": language, "source": source, "mutants": mutants }));
    }
    let mut config = json!({ "selection": report.selection, "units": report.units });
    if let Measured::Missing(why) = &report.score {
        config["notMeasured"] = json!(why.why());
    }
    json!({
        "$schema": "https://git.io/mutation-testing-schema",
        "schemaVersion": "2.0",
        "thresholds": { "high": HIGH, "low": LOW },
        "framework": { "name": "batuta", "version": env!("CARGO_PKG_VERSION") },
        "config": config,
        "files": shown,
    })
}

fn of_mutant(mutant: &MutantReport, lines: &[&str]) -> Value {
    // The end of a location is after the last character.
    let start = position(lines, mutant.line, mutant.column);
    let end = position(lines, mutant.end_line, mutant.end_column + 1);
    let status = match mutant.status {
        Status::Caught => "Killed",
        Status::Missed => "Survived",
        Status::Timeout => "Timeout",
        Status::Unviable => "CompileError",
        Status::NoCoverage => "NoCoverage",
    };
    json!({
        "id": mutant.id,
        "mutatorName": mutant.operator.name(),
        "description": mutant.description,
        "replacement": mutant.replacement,
        "location": { "start": start, "end": end },
        "status": status,
    })
}

/// Columns count UTF-16 units from 1, as in JavaScript, because JavaScript viewers show these reports.
fn position(lines: &[&str], line: u32, column: u32) -> Value {
    let text = lines.get((line as usize).saturating_sub(1)).copied().unwrap_or_default();
    let bytes = (column as usize).saturating_sub(1).min(text.len());
    let bytes = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    json!({ "line": line.max(1), "column": text[..bytes].encode_utf16().count() + 1 })
}
