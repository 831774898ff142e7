//! Known causes of differences that cannot be computed away: the other tool's documented behaviour or its faults.

use super::{Metric, Tool, ours::OurFunction};
use facts::language::Language;
use regex::Regex;

struct Cause {
    tool: Tool,
    /// Language ids; empty for all.
    languages: &'static [&'static str],
    metric: Metric,
    /// Found in the function's code (comments and strings blanked).
    pattern: &'static str,
    what: &'static str,
}

/// In the order in which they are tried.
const CAUSES: &[Cause] = &[];

/// The first known cause that applies to the function.
pub fn cause(tool: Tool, metric: Metric, ours: &OurFunction) -> Option<&'static str> {
    if ours.facts.incomplete {
        return Some("our parser skipped text inside");
    }
    let code = code_only(&ours.text, ours.language);
    CAUSES
        .iter()
        .filter(|cause| cause.tool == tool && cause.metric == metric)
        .filter(|cause| cause.languages.is_empty() || cause.languages.contains(&ours.language.spec().id))
        .find(|cause| Regex::new(cause.pattern).is_ok_and(|pattern| pattern.is_match(&code)))
        .map(|cause| cause.what)
}

/// How often the pattern stands in the code.
pub fn count(code: &str, pattern: &str) -> u32 {
    Regex::new(pattern)
        .expect("patterns are written here")
        .find_iter(code)
        .count() as u32
}

/// The text with comments and strings blanked; rough, for looking for words only.
pub fn code_only(text: &str, language: Language) -> String {
    let pattern = match language.spec().id {
        "python" => r#"(?s)'''.*?'''|""".*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#[^\n]*"#,
        "rust" => r##"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'"##,
        "javascript" | "typescript" | "tsx" => {
            r#"(?s)//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*""#
        }
        _ => r#"(?s)//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*""#,
    };
    Regex::new(pattern)
        .expect("patterns are written here")
        .replace_all(text, " ")
        .into_owned()
}
