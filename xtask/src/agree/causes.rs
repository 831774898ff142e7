//! Known causes of differences that cannot be computed away: the other tool's documented behaviour or its faults.

use super::{Metric, Tool, ours::OurFunction};
use facts::language::Language;
use regex::Regex;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How a cause shows in a function.
enum Sign {
    /// The pattern stands in its code (comments and strings blanked).
    Code(&'static str),
    /// It stands inside another function.
    Enclosed,
    /// Another function stands inside it.
    HasNested,
    /// It has at least this many `&&` and `||`.
    Logicals(u16),
}

struct Cause {
    tool: Tool,
    /// Language ids; empty for all.
    languages: &'static [&'static str],
    metric: Metric,
    sign: Sign,
    what: &'static str,
}

const fn cause_of(
    tool: Tool,
    languages: &'static [&'static str],
    metric: Metric,
    sign: Sign,
    what: &'static str,
) -> Cause {
    Cause {
        tool,
        languages,
        metric,
        sign,
        what,
    }
}

const RUST: &[&str] = &["rust"];
const IN_MACROS: &str = "it counts inside macro arguments, which are no syntax tree";
const RUST_MACRO: &str = r"(?s)\w!\s*[({\[][^;]*?(\bif\b|&&|\|\||\?|\bmatch\b|\belse\b|=>|\bfor\b|\bwhile\b)";

/// In the order in which they are tried.
const CAUSES: &[Cause] = {
    use Metric::{Cognitive, Cyclomatic, SourceLines};
    use Sign::{Code, Enclosed, HasNested, Logicals};
    use Tool::{Lizard, Rca};
    &[
        cause_of(Rca, RUST, Cyclomatic, Code(RUST_MACRO), IN_MACROS),
        cause_of(
            Rca,
            RUST,
            Cognitive,
            HasNested,
            "it leaves nested functions out of the outer one",
        ),
        cause_of(
            Rca,
            RUST,
            Cognitive,
            Enclosed,
            "it starts a nested function one level deep",
        ),
        cause_of(
            Rca,
            RUST,
            Cognitive,
            Code(r"\bloop\b"),
            "it does not count `loop`",
        ),
        cause_of(
            Rca,
            RUST,
            Cognitive,
            Code(r"[^}\s]\s*\belse\s*\{"),
            "it counts `let … else` as a bare `else`",
        ),
        cause_of(Rca, RUST, Cognitive, Code(RUST_MACRO), IN_MACROS),
        cause_of(
            Rca,
            &[],
            Cognitive,
            Logicals(2),
            "it lets a sequence of && or || run on into the next expression",
        ),
        cause_of(
            Rca,
            &[],
            SourceLines,
            Code(r"\n"),
            "it counts a string over several lines, and attributes, otherwise",
        ),
        cause_of(Lizard, RUST, Cyclomatic, Code(RUST_MACRO), IN_MACROS),
    ]
};

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
        .find(|cause| shows(&cause.sign, ours, &code))
        .map(|cause| cause.what)
}

fn shows(sign: &Sign, ours: &OurFunction, code: &str) -> bool {
    match sign {
        Sign::Code(pattern) => count(code, pattern) > 0,
        Sign::Enclosed => ours.facts.enclosing.is_some(),
        Sign::HasNested => ours.has_nested,
        Sign::Logicals(least) => ours.facts.decisions.logicals >= *least,
    }
}

/// How often the pattern stands in the code.
pub fn count(code: &str, pattern: &'static str) -> u32 {
    compiled(pattern).find_iter(code).count() as u32
}

/// The pattern, compiled once.
fn compiled(pattern: &'static str) -> Regex {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled
        .entry(pattern)
        .or_insert_with(|| Regex::new(pattern).expect("patterns are written here"));
    regex.clone()
}

/// The text with comments and strings blanked; rough, for looking for words only.
pub fn code_only(text: &str, language: Language) -> String {
    let pattern = match language.spec().id {
        "python" => r#"(?s)'''.*?'''|""".*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#[^\n]*"#,
        "rust" => r##"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'"##,
        _ => r#"(?s)//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*""#,
    };
    compiled(pattern).replace_all(text, " ").into_owned()
}
