//! Known causes of differences that cannot be computed away: documented behaviour of the other tool, or its bugs.

use super::{Metric, Tool, ours::OurFunction};
use facts::language::Language;
use regex::Regex;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How to recognise a cause in a function.
enum Sign {
    /// The pattern is in its code (comments and strings blanked).
    Code(&'static str),
    /// It is inside another function.
    Enclosed,
    /// Another function is inside it.
    HasNested,
    /// It has at least this many `&&` and `||`.
    Logicals(u16),
    /// It has a conditional expression.
    Ternary,
}

/// Tool, language ids (empty for all), figure, sign, and the tool's behaviour.
type Cause = (Tool, &'static [&'static str], Metric, Sign, &'static str);

const RUST: &[&str] = &["rust"];
const PYTHON: &[&str] = &["python"];
const C_FAMILY: &[&str] = &["c", "cpp", "objectivec"];
const JAVA: &[&str] = &["java"];
const CPP: &[&str] = &["cpp"];
const JAVASCRIPT: &[&str] = &["javascript", "typescript", "tsx"];
const RVALUE: &str = r"[\w>]\s*&&\s*(\w+\s*)?[,)>.;{]|&&\.\.\.|\.\.\.\s*&&";
const RECURSION: &str = "it does not count a function that calls itself";
const LOOP_ELSE: &str = r"(?s)\b(?:for|while|try)\b.*\belse\s*:";
const IN_MACROS: &str = "it counts inside macro arguments, which are no syntax tree";
const RUST_MACRO: &str = r"(?s)\w!\s*[({\[][^;]*?(\bif\b|&&|\|\||\?|\bmatch\b|\belse\b|=>|\bfor\b|\bwhile\b)";

const NOT_NESTED: &str = "it leaves nested functions out of the outer one";
const ONE_DEEP: &str = "it starts a nested function one level deep";
const RVALUES: &str = "it counts the `&&` of rvalue references";
const ONE_SIDE: &str = "it sees one side of a `#if` only";
const MACRO_CALL: &str = r"\b[A-Za-z_]*(?:[aA]ssert\w*|is(?:space|digit|print|alpha|alnum|upper|lower|xdigit))\s*\(|\b[A-Z][A-Z0-9_]+\b";

/// In the order in which they are tried.
const CAUSES: &[Cause] = {
    use Metric::{Cognitive, Cyclomatic, Parameters, SourceLines};
    use Sign::{Code, Enclosed, HasNested, Logicals, Ternary};
    use Tool::{ClangTidy, Complexipy, EslintSonarjs, Lizard, Radon, Rca};
    &[
        (Rca, RUST, Cyclomatic, Code(RUST_MACRO), IN_MACROS),
        (Rca, RUST, Cognitive, HasNested, NOT_NESTED),
        (Rca, RUST, Cognitive, Enclosed, ONE_DEEP),
        (
            Rca,
            RUST,
            Cognitive,
            Code(r"&&\s*let\b|\blet\b[^;{]*&&"),
            "it does not count the `&&` of a chain of `let`",
        ),
        (Rca, RUST, Cognitive, Code(r"\bloop\b"), "it does not count `loop`"),
        (Rca, RUST, Cognitive, Code(r"[^}\s]\s*\belse\s*\{"), "it counts `let … else` as a bare `else`"),
        (Rca, RUST, Cognitive, Code(RUST_MACRO), IN_MACROS),
        (Rca, PYTHON, Cyclomatic, Code(LOOP_ELSE), "it counts the `else` of a loop"),
        (Rca, PYTHON, Cognitive, HasNested, NOT_NESTED),
        (Rca, PYTHON, Cognitive, Enclosed, ONE_DEEP),
        (Rca, PYTHON, Cognitive, Code(r"\bfinally\b"), "it counts `finally`"),
        (Rca, PYTHON, Cognitive, Code(LOOP_ELSE), "it counts the `else` of a loop and of `try`"),
        (Rca, PYTHON, Parameters, Code(r"[(,]\s*[*/]\s*,"), "it counts the bare `*` and `/`"),
        (Rca, C_FAMILY, Parameters, Code(r"\(\s*void\s*\)"), "it counts `(void)` as one"),
        (
            Rca,
            C_FAMILY,
            Parameters,
            Code(r"^[^({]*[*&]\s*[\w:]+\s*\("),
            "it finds none where a pointer is returned",
        ),
        (Rca, C_FAMILY, Parameters, Code(r"\.\.\."), "it counts `...` otherwise"),
        (Rca, CPP, Parameters, Code(r"\]\s*\("), "it counts those of lambdas too"),
        (Rca, C_FAMILY, Cognitive, Ternary, "it does not count conditional expressions"),
        (Rca, C_FAMILY, Cognitive, Code(r"#\s*(?:if|el)"), "it counts `#else` and the like"),
        (Rca, CPP, Cyclomatic, Code(RVALUE), RVALUES),
        (Rca, CPP, Cognitive, Code(RVALUE), RVALUES),
        (Rca, JAVASCRIPT, Cognitive, HasNested, NOT_NESTED),
        (Rca, JAVASCRIPT, Cognitive, Enclosed, ONE_DEEP),
        (Rca, &[], Cognitive, Logicals(2), "it lets a sequence of && or || run on into the next expression"),
        (
            Rca,
            &[],
            SourceLines,
            Code(r"\n"),
            "it counts a string over several lines, and attributes, otherwise",
        ),
        (Lizard, RUST, Cyclomatic, Code(RUST_MACRO), IN_MACROS),
        (Lizard, CPP, Cyclomatic, Code(RVALUE), RVALUES),
        (Lizard, C_FAMILY, Cyclomatic, Code(r"#\s*(?:if|el)"), ONE_SIDE),
        (Lizard, C_FAMILY, SourceLines, Code(r"#\s*(?:if|el)"), ONE_SIDE),
        (Lizard, C_FAMILY, Parameters, Code(r"\.\.\."), "it does not count `...`"),
        (
            Lizard,
            C_FAMILY,
            Parameters,
            Code(r"^[^{]*[(,]\s*[^,(]*\(\s*\*"),
            "it reads a pointer to a function otherwise",
        ),
        (
            Lizard,
            CPP,
            Parameters,
            Code(r"^[^({]*\([^{]*[<:]"),
            "it takes commas in `<…>` and initialisers for parameters",
        ),
        (Lizard, PYTHON, SourceLines, Code(r"\n"), "it leaves docstrings and nested functions out"),
        (Lizard, JAVA, SourceLines, Code(r"^\s*@"), "it leaves annotations out"),
        (Lizard, &[], SourceLines, HasNested, "it leaves nested functions out"),
        (Radon, PYTHON, Cyclomatic, Code(LOOP_ELSE), "it counts the `else` of a loop and of `try`"),
        (
            Complexipy,
            PYTHON,
            Cognitive,
            Code(r"(?m)\S[ \t]+for\s|^\s+for\s[^:]*$"),
            "it counts comprehensions",
        ),
        (Complexipy, PYTHON, Cognitive, Ternary, "it does not look inside f-strings"),
        (
            ClangTidy,
            C_FAMILY,
            Cognitive,
            Code(r"\)\s*goto\b"),
            "it misses a `goto` that is the whole body of an `if`",
        ),
        (ClangTidy, C_FAMILY, Cognitive, Code(r"#\s*(?:if|el)"), ONE_SIDE),
        (ClangTidy, C_FAMILY, Cognitive, Code(MACRO_CALL), "it leaves out what starts in a macro"),
        (EslintSonarjs, JAVASCRIPT, Cognitive, HasNested, NOT_NESTED),
        (EslintSonarjs, JAVASCRIPT, Cognitive, Code(r"\|\||\?\?"), "it counts neither `||` nor `??`"),
        (
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
    let code = code_only(&ours.text, ours.language);
    CAUSES
        .iter()
        .filter(|(by, _, of, _, _)| *by == tool && *of == metric)
        .filter(|(_, languages, ..)| languages.is_empty() || languages.contains(&ours.language.spec().id))
        .find(|(_, _, _, sign, _)| shows(sign, ours, &code))
        .map(|(.., what)| *what)
        .or_else(|| (metric == Metric::Cognitive && calls_its_name(ours)).then_some(RECURSION))
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

/// True if it calls a function with its own name.
fn calls_its_name(ours: &OurFunction) -> bool {
    let name = ours.facts.name.as_str();
    let is_call = |(at, _): &(usize, &str)| {
        ours.text[at + name.len()..].trim_start_matches("::").starts_with(['(', '<'])
    };
    ours.text.match_indices(name).filter(is_call).count() > 1
}

/// Number of occurrences of the pattern in the code.
pub fn count(code: &str, pattern: &'static str) -> u32 {
    compiled(pattern).find_iter(code).count() as u32
}

/// The pattern, compiled once.
fn compiled(pattern: &'static str) -> Regex {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex =
        compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).expect("patterns are written here"));
    regex.clone()
}

/// The text with comments and strings blanked; approximate, only for searching words.
pub fn code_only(text: &str, language: Language) -> String {
    let pattern = match language.spec().id {
        "python" => r#"(?s)'''.*?'''|""".*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#[^\n]*"#,
        "rust" => r##"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'"##,
        _ => r#"(?s)//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*""#,
    };
    compiled(pattern).replace_all(text, " ").into_owned()
}
