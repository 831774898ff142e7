//! What an item is about, told from the words after its marker.

use super::{Category, Severity};
use regex::RegexSet;
use std::sync::LazyLock;

/// Subjects in the order in which they decide, and the words that tell them.
const SUBJECTS: &[(Category, &str)] = &[
    (
        Category::Security,
        r"\b(?:securit|insecure|vulnerab|saniti[sz]|(?:sql|command|code|header) injection|csrf|xss\b|privilege|untrusted|spoof|timing attack|plain-?text password|authenticat|authoriz|buffer overrun|encrypt)",
    ),
    (
        Category::Test,
        r"\b(?:(?:unit|regression|integration)?-?tests?\b|tested\b|testing\b|test case|coverage\b|test suite|flaky)",
    ),
    (
        Category::Performance,
        r"\b(?:performance|optimi[sz]|(?:in)?efficien|slow\b|slower\b|faster\b|speed|cach(?:e|ing)\b|o\(n|quadratic|linear search|allocation|perf\b|memory (?:usage|consumption)|bottleneck|benchmark)",
    ),
    (
        Category::Defect,
        r"\b(?:bugs?\b|buggy|broken|wrong\b|incorrect|crash|fails?\b|failing|failure|leak|race condition|deadlock|(?:does|do|did|will)(?:n't| not) work|hangs?\b|panics?\b|corrupt|misbehav|regression|overflow|off[- ]by[- ]one|data loss)",
    ),
    (
        Category::Design,
        r"\b(?:refactor|re-?write|clean(?:ed|ing)?[- ]?up|cleaner|ugly|hack|work-?around|kludge|simplif|duplicat|deprecat|legacy|hard-?cod|factor out|move (?:this|to|into|out)|moved|rename|split|merge|extract|get rid|remove|replace|should (?:be|use|not)|better|copied|generali[sz]e|design|architect|abstract|coupl|decoupl|consolidat|temporary|necessary|needed\?|why\b)",
    ),
];

/// Words of what ends badly: such an item is critical when it admits a defect.
const GRAVE: &str = r"\b(?:data loss|los(?:e|es|ing) data|corrupt|undefined behaviou?r|use[- ]after[- ]free|remote code|memory unsafe|unsound)";

static WORDS: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = SUBJECTS.iter().map(|(_, pattern)| *pattern).chain([GRAVE]);
    RegexSet::new(patterns.map(|pattern| format!("(?i){}", pattern.replace(r"\b", r"(?-u:\b)"))))
        .expect("a test compiles it")
});

/// Category and severity of an item, given those of its marker or phrase and the words after it.
pub(super) fn assess(words: &str, category: Category, severity: Severity) -> (Category, Severity) {
    let said = WORDS.matches(words);
    let subject =
        SUBJECTS.iter().enumerate().find(|(index, _)| said.matched(*index)).map(|(_, (subject, _))| *subject);
    // A marker that names a defect keeps it unless something more telling is said.
    let category = match (category, subject) {
        (Category::Defect, Some(Category::Design)) | (_, None) => category,
        (_, Some(subject)) => subject,
    };
    let grave = said.matched(SUBJECTS.len());
    let severity = match category {
        Category::Security => Severity::Critical,
        Category::Defect if grave => Severity::Critical,
        Category::Defect => severity.max(Severity::Medium),
        _ => severity,
    };
    (category, severity)
}
