//! What rustc itself says: its `dead_code` warnings, read from `cargo check --message-format=json`.

use super::{Confidence, DeadCodeReport, Rustc};
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something that rustc calls dead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct RustcItem {
    /// The file, from the folder in which cargo ran.
    pub path: RepoPath,
    /// Line of its name.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// What rustc says of it.
    pub message: String,
}

/// What a run of cargo said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustcReport {
    /// Dead items, sorted, each once however many targets say so.
    pub items: Vec<RustcItem>,
    /// Files that were compiled, as far as artifacts and warnings name them: the roots of the targets.
    pub targets: usize,
    /// Errors that kept something from being compiled.
    pub errors: Vec<String>,
}

/// How far rustc and the analysis agree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RustcAgreement")]
pub struct Agreement {
    /// Definitions that both call dead.
    pub both: usize,
    /// Definitions of Rust that only the analysis calls dead: certain ones.
    pub only_analysis_certain: usize,
    /// The same: likely ones.
    pub only_analysis_likely: usize,
    /// The same: possible ones.
    pub only_analysis_possible: usize,
    /// What only rustc calls dead; fields and variants are always among it, for they are not judged here.
    pub only_rustc: Vec<RustcItem>,
}

impl RustcReport {
    /// Reads the lines that cargo wrote. Lines that are no messages are passed over.
    pub fn parse(lines: &str) -> RustcReport {
        let mut items = BTreeSet::new();
        let mut report = RustcReport::default();
        for line in lines.lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            match message["reason"].as_str() {
                Some("compiler-artifact") => report.targets += 1,
                Some("compiler-message") => {
                    let inner = &message["message"];
                    match inner["code"]["code"].as_str() {
                        Some("dead_code" | "unused_macros") => items.extend(dead_items(inner)),
                        _ if inner["level"] == "error" => {
                            report.errors.extend(inner["message"].as_str().map(str::to_owned));
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        report.items = items.into_iter().collect();
        report
    }
}

/// One item for each place that a warning points to.
fn dead_items(message: &Value) -> Vec<RustcItem> {
    let text = message["message"].as_str().unwrap_or_default();
    let spans = message["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let item = |span: &Value| {
        let primary = span["is_primary"] == true && span["expansion"].is_null();
        let line = span["line_start"].as_u64().filter(|_| primary)?;
        let source = span["text"][0]["text"].as_str()?;
        let column = |key: &str| span[key].as_u64().map(|column| column as usize - 1);
        let (start, end) = (column("column_start")?, column("column_end")?);
        let name: String = source.chars().skip(start).take(end.saturating_sub(start)).collect();
        Some(RustcItem {
            path: RepoPath::new(span["file_name"].as_str()?.replace('\\', "/")),
            line: line as u32,
            name,
            message: text.to_owned(),
        })
    };
    spans.iter().filter_map(item).collect()
}

/// Writes into each item of Rust what rustc says of it, and how far both agree. Something of which rustc is silent stays in
/// the report: code under conditions that do not hold here is not compiled.
pub fn merge(report: &mut DeadCodeReport, said: &RustcReport) {
    let mut by_place: BTreeMap<(&RepoPath, u32), Vec<&RustcItem>> = BTreeMap::new();
    for item in &said.items {
        by_place.entry((&item.path, item.line)).or_default().push(item);
    }
    let mut matched: BTreeSet<&RustcItem> = BTreeSet::new();
    let mut agreement = Agreement::default();
    for item in report.items.iter_mut().filter(|item| item.path.as_bytes().ends_with(b".rs")) {
        let bare = item.name.rsplit("::").next().unwrap_or(&item.name);
        let here = by_place.get(&(&item.path, item.line)).map_or(&[][..], Vec::as_slice);
        match here.iter().find(|said| said.name == bare) {
            Some(said) => {
                item.rustc = Some(Rustc::Dead);
                agreement.both += 1;
                matched.insert(said);
            }
            // Of what goes with something dead around it, rustc says nothing.
            None if item.within.is_some() => {}
            None => {
                item.rustc = Some(Rustc::Silent);
                match item.confidence {
                    Confidence::Certain => agreement.only_analysis_certain += 1,
                    Confidence::Likely => agreement.only_analysis_likely += 1,
                    Confidence::Possible => agreement.only_analysis_possible += 1,
                }
            }
        }
    }
    agreement.only_rustc = said.items.iter().filter(|item| !matched.contains(item)).cloned().collect();
    report.rustc = Some(agreement);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line as cargo 1.95 writes it, shortened to what is read.
    const LINE: &str = r#"{"reason":"compiler-message","message":{"level":"warning","code":{"code":"dead_code"},"message":"methods `a` and `b` are never used","spans":[{"file_name":"src/lib.rs","is_primary":false,"line_start":1,"column_start":1,"column_end":5,"text":[{"text":"impl S {"}],"expansion":null},{"file_name":"src/lib.rs","is_primary":true,"line_start":2,"column_start":8,"column_end":9,"text":[{"text":"    fn a(&self) {}"}],"expansion":null},{"file_name":"src/lib.rs","is_primary":true,"line_start":3,"column_start":8,"column_end":9,"text":[{"text":"    fn b(&self) {}"}],"expansion":null}]}}"#;

    #[test]
    fn each_primary_span_of_a_warning_is_an_item() {
        let report = RustcReport::parse(&format!("not json\n{LINE}\n{LINE}\n"));
        let items: Vec<_> = report.items.iter().map(|item| (item.line, item.name.as_str())).collect();
        assert_eq!(items, [(2, "a"), (3, "b")]);
    }

    #[test]
    fn errors_are_kept() {
        let line = r#"{"reason":"compiler-message","message":{"level":"error","code":null,"message":"no such thing","spans":[]}}"#;
        assert_eq!(RustcReport::parse(line).errors, ["no such thing"]);
    }
}
