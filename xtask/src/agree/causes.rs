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
    /// It has a conditional expression.
    Ternary,
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
const PYTHON: &[&str] = &["python"];
const C_FAMILY: &[&str] = &["c", "cpp", "objectivec"];
const CPP: &[&str] = &["cpp"];
const JAVASCRIPT: &[&str] = &["javascript", "typescript", "tsx"];
const RVALUE: &str = r"[\w>]\s*&&\s*(\w+\s*)?[,)>.;{]|&&\.\.\.|\.\.\.\s*&&";
const CALL_OF_ITS_NAME: &str = "a call of another function of the same name, which we take for recursion";
const LOOP_ELSE: &str = r"(?s)\b(?:for|while|try)\b.*\belse\s*:";
const IN_MACROS: &str = "it counts inside macro arguments, which are no syntax tree";
const RUST_MACRO: &str = r"(?s)\w!\s*[({\[][^;]*?(\bif\b|&&|\|\||\?|\bmatch\b|\belse\b|=>|\bfor\b|\bwhile\b)";

/// In the order in which they are tried.
const CAUSES: &[Cause] = {
    use Metric::{Cognitive, Cyclomatic, Parameters, SourceLines};
    use Sign::{Code, Enclosed, HasNested, Logicals, Ternary};
    use Tool::{ClangTidy, Complexipy, EslintSonarjs, Lizard, Radon, Rca};
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
            PYTHON,
            Cyclomatic,
            Code(LOOP_ELSE),
            "it counts the `else` of a loop",
        ),
        cause_of(
            Rca,
            PYTHON,
            Cognitive,
            HasNested,
            "it leaves nested functions out of the outer one",
        ),
        cause_of(
            Rca,
            PYTHON,
            Cognitive,
            Enclosed,
            "it starts a nested function one level deep",
        ),
        cause_of(
            Rca,
            PYTHON,
            Cognitive,
            Code(r"\bfinally\b"),
            "it counts `finally`",
        ),
        cause_of(
            Rca,
            PYTHON,
            Cognitive,
            Code(LOOP_ELSE),
            "it counts the `else` of a loop and of `try`",
        ),
        cause_of(
            Rca,
            PYTHON,
            Parameters,
            Code(r"[(,]\s*[*/]\s*,"),
            "it counts the bare `*` and `/`",
        ),
        cause_of(
            Rca,
            C_FAMILY,
            Cognitive,
            Ternary,
            "it does not count conditional expressions",
        ),
        cause_of(
            Rca,
            C_FAMILY,
            Cognitive,
            Code(r"#\s*(?:if|el)"),
            "it counts `#else` and the like",
        ),
        cause_of(
            Rca,
            CPP,
            Cyclomatic,
            Code(RVALUE),
            "it counts the `&&` of rvalue references",
        ),
        cause_of(
            Rca,
            CPP,
            Cognitive,
            Code(RVALUE),
            "it counts the `&&` of rvalue references",
        ),
        cause_of(
            Rca,
            JAVASCRIPT,
            Cognitive,
            Enclosed,
            "it starts a nested function one level deep",
        ),
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
        cause_of(
            Lizard,
            CPP,
            Cyclomatic,
            Code(RVALUE),
            "it counts the `&&` of rvalue references",
        ),
        cause_of(
            Lizard,
            C_FAMILY,
            Cyclomatic,
            Code(r"#\s*(?:if|el)"),
            "it reads one side of a `#if` only",
        ),
        cause_of(
            Lizard,
            PYTHON,
            SourceLines,
            Code(r"\n"),
            "it leaves docstrings and nested functions out",
        ),
        cause_of(
            Lizard,
            &[],
            SourceLines,
            HasNested,
            "it leaves nested functions out",
        ),
        cause_of(
            Radon,
            PYTHON,
            Cyclomatic,
            Code(LOOP_ELSE),
            "it counts the `else` of a loop and of `try`",
        ),
        cause_of(
            Complexipy,
            PYTHON,
            Cognitive,
            Code(r"(?m)\S[ \t]+for\s|^\s+for\s[^:]*$"),
            "it counts comprehensions",
        ),
        cause_of(
            Complexipy,
            PYTHON,
            Cognitive,
            Ternary,
            "it does not look inside f-strings",
        ),
        cause_of(
            ClangTidy,
            C_FAMILY,
            Cognitive,
            Code(r"#\s*(?:if|el)"),
            "it sees one side of a `#if` only",
        ),
        cause_of(
            EslintSonarjs,
            JAVASCRIPT,
            Cyclomatic,
            Code(r"=[^=>]"),
            "it counts default values and logical assignments",
        ),
    ]
};

/// The first known cause that applies to the function.
pub fn cause(tool: Tool, metric: Metric, ours: &OurFunction) -> Option<&'static str> {
    if ours.facts.incomplete {
        return Some("our parser skipped text inside");
    }
    if metric == Metric::Cognitive && calls_its_name(ours) {
        return Some(CALL_OF_ITS_NAME);
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
        Sign::Ternary => ours.facts.decisions.ternaries > 0,
        Sign::Logicals(least) => ours.facts.decisions.logicals >= *least,
    }
}

/// True when its name is called in it, after a receiver other than itself too.
fn calls_its_name(ours: &OurFunction) -> bool {
    let call = format!("{}(", ours.facts.name);
    ours.text.match_indices(&call).count() > 1
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
