//! The category of an item, from the words after its marker.

use super::{Category, Severity};
use regex::RegexSet;
use std::sync::LazyLock;

/// Subjects in order of precedence, and the words that indicate them. Words that hand-labelled comments use for any
/// subject ("wrong", "cache", "fails") are left to the learned model.
const SUBJECTS: &[(Category, &str)] = &[
    (
        Category::Security,
        r"\b(?:security\b|insecure|vulnerab|saniti[sz]|(?:sql|command|code|header) injection|csrf|xss\b|privilege|untrusted|spoof|timing attack|plain-?text password|authenticat|authoriz|buffer overrun|encrypt)",
    ),
    (
        Category::Test,
        r"\b(?:(?:unit|regression|integration)?-?tests?\b|tested\b|testing\b|test case|coverage\b|test suite|flaky)",
    ),
    (
        Category::Performance,
        r"\b(?:performance|optimi[sz](?:e|ing|ab|at)|(?:in)?efficien|slow\b|slower\b|speed (?:this|it|things|up)|o\(n|quadratic|bottleneck)",
    ),
    (
        Category::Defect,
        r"\b(?:bugs?\b|buggy|broken|crash|leaks?\b|race condition|deadlock|(?:does|do|did|will)(?:n't| not) work|hangs?\b|panics?\b|corrupt|off[- ]by[- ]one|data loss)",
    ),
    (
        Category::Design,
        r"\b(?:refactor|re-?write|clean(?:ed|ing)?[- ]?up|cleaner|ugly|hack|work-?around|kludge|simplif|duplicat|deprecat|legacy|hard-?cod|factor out|move (?:this|to|into|out)|moved|rename|split|merge|extract|get rid|remove|replace|should (?:be|use|not)|better|copied|generali[sz]e|design|architect|abstract|coupl|decoupl|consolidat|temporary|necessary|needed\?|why\b)",
    ),
];

/// Words for grave consequences: an item with one is critical if it admits a defect.
const GRAVE: &str = r"\b(?:data loss|los(?:e|es|ing) data|corrupt|undefined behaviou?r|use[- ]after[- ]free|remote code|memory unsafe|unsound)";

static WORDS: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = SUBJECTS.iter().map(|(_, pattern)| *pattern).chain([GRAVE]);
    RegexSet::new(patterns.map(|pattern| format!("(?i){}", pattern.replace(r"\b", r"(?-u:\b)"))))
        .expect("a test compiles it")
});

/// The subject that an item's words mention.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    subject: Option<Category>,
    grave: bool,
}

impl Content {
    /// From the words after a marker, or those of a comment without one.
    pub(super) fn of(words: &str) -> Content {
        let said = WORDS.matches(words);
        let subject = SUBJECTS.iter().enumerate().find(|(index, _)| said.matched(*index));
        Content { subject: subject.map(|(_, (subject, _))| *subject), grave: said.matched(SUBJECTS.len()) }
    }

    /// The category that the words after a marker indicate, if it is unambiguous: if a marked comment mentions a leak,
    /// it is a defect, whereas the trained model is better at design and missing features.
    pub(super) fn told(self) -> Option<Category> {
        self.subject.filter(|subject| *subject != Category::Design)
    }

    /// The same for a comment without a marker. If it mentions a bug, that is mostly a bug of another program, and the
    /// comment admits a workaround.
    pub(super) fn told_unmarked(self) -> Option<Category> {
        self.told().filter(|subject| *subject != Category::Defect)
    }

    /// The category by the words alone, given that of the marker or phrase.
    pub(super) fn category(self, category: Category) -> Category {
        match (category, self.subject) {
            // A marker that names a defect keeps it unless the words are more specific.
            (Category::Defect, Some(Category::Design)) | (_, None) => category,
            (_, Some(subject)) => subject,
        }
    }

    /// The severity of an item of this category, given that of its marker or phrase.
    pub(super) fn severity(self, category: Category, severity: Severity) -> Severity {
        match category {
            Category::Security => Severity::Critical,
            Category::Defect if self.grave => Severity::Critical,
            Category::Defect => severity.max(Severity::Medium),
            _ => severity,
        }
    }
}
