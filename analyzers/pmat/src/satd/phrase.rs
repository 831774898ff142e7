//! Phrases that admit a shortcoming without a marker word. Each was kept because, in hand-labelled comments, most
//! comments that hold it admit technical debt; `docs/metrics.md` has the source, the method and the figures. Bare words
//! that prose also uses ("slow", "temp", "bug", "security") are not phrases.

use super::talk;
use super::{Category, Severity};
use aho_corasick::AhoCorasick;
use regex::{Match, Regex};
use std::sync::LazyLock;

/// One phrase.
pub(super) struct Phrase {
    /// The name under which it is reported.
    pub name: &'static str,
    /// Every match contains at least one of these strings, so the expression is not run on most comments.
    hints: &'static [&'static str],
    /// The expression; case is ignored.
    pattern: &'static str,
    pub category: Category,
    pub severity: Severity,
}

const fn phrase(
    name: &'static str,
    category: Category,
    severity: Severity,
    hints: &'static [&'static str],
    pattern: &'static str,
) -> Phrase {
    Phrase { name, hints, pattern, category, severity }
}

use Category::{Defect, Design, Performance, Requirement, Test};
use Severity::{High, Low, Medium};

/// Every phrase. If a comment contains several, the first in this table names the item.
static PHRASES: &[Phrase] = &[
    phrase(
        "temporary fix",
        Design,
        Medium,
        &["temp"],
        r"\btemp(?:orary|orarily)? (?:fix|hack|solution|work-?around|measure|kludge|patch|stuff|implementation)\b",
    ),
    phrase(
        "dirty solution",
        Design,
        Medium,
        &["dirty"],
        r"\bdirty (?:hack|fix|trick|solution|way|code|work-?around)\b|\bquick[ -](?:and|&|n|'n'|n')[ -]dirty\b",
    ),
    phrase(
        "hack",
        Design,
        Medium,
        &["hack"],
        r"\b(?:(?:a|an|this|is|ugly|nasty|horrible|gross|terrible|total|little|quick|bit|of|some|the|this|bad|awful|crude|evil) hack(?:s|ish|y|ery)?|hackish(?:ly)?|hacky|hackery)\b",
    ),
    phrase(
        "workaround",
        Design,
        Medium,
        &["around"],
        r"\bwork-?arounds?\b|\bwork(?:ing|s|ed)? around (?:a|an|the|this|that|these|some|it|bugs?|issues?|problems?|limitations?|missing|broken|lack|for)\b|^work around\b",
    ),
    phrase("kludge", Design, Medium, &["klud", "kludg", "kluge"], r"\b(?:kludg(?:e|ed|es|y)|kluges?)\b"),
    phrase("ugly", Design, Medium, &["ugly", "yuck"], r"\b(?:ugly|yuck)\b"),
    phrase(
        "temporary",
        Design,
        Low,
        &["temporary"],
        r"\b(?:(?:is|just|only|but|hopefully) (?:a )?temporary)(?: (?:and|until|for|because|while|as|thing|here)\b|\s*[.,;:!)]|\s*$)",
    ),
    phrase(
        "should be changed",
        Design,
        Low,
        &[
            "refactored",
            "rewritten",
            "reworked",
            "redone",
            "cleaned",
            "replaced",
            "removed",
            "fixed",
            "improved",
            "simplified",
            "optimi",
            "merged",
            "extracted",
            "generali",
            "factored",
            "moved",
        ],
        r"\b(?:this|these|that|it|we|class|code|function|method|which) (?:really |probably )?(?:(?:should|ought to|could) (?:probably |really |ideally |actually |eventually |all |also )?be (?:refactored|rewritten|reworked|redone|cleaned|replaced by|replaced with|removed when|removed once|fixed|improved|simplified|optimi[sz]ed|merged|extracted|generali[sz]ed|factored|moved (?:to|into|out))|(?:must|needs? to) (?:really |also |all )?be (?:refactored|reworked|redone|fixed|improved|simplified|optimi[sz]ed|generali[sz]ed|factored))\b",
    ),
    phrase(
        "needs work",
        Design,
        Low,
        &["need"],
        r"\bneeds? (?:some |more |a (?:lot of )?|further |major |serious )?(?:work|refactor(?:ing)?|rewrit(?:e|ing)|clean(?:ing)?[ -]?up|improve(?:ment)?s?|improving|optimi[sz](?:ing|ation)|fixing|rework(?:ing)?)\b|\bneeds? to be (?:refactored|rewritten|reworked|cleaned|improved|optimi[sz]ed|fixed|redone|revisited|amended)\b",
    ),
    phrase(
        "should rather",
        Design,
        Low,
        &["should", "ought", "really", "ideally"],
        r"\b(?:should|ought to) (?:probably|really|ideally|perhaps|maybe)\b|\b(?:really|ideally|probably|maybe|perhaps),? (?:we |it |this |that )?(?:should|ought to)\b(?: not\b| only\b| never\b)?",
    ),
    phrase(
        "could be better",
        Design,
        Low,
        &[" be "],
        r"\b(?:could|should) (?:probably |perhaps |maybe |certainly |easily )?be (?:more (?:efficient|elegant|general|robust|specific|generic)|better|made (?:clearer|more|simpler|faster|cleaner|better)|cleaner|nicer|faster|improved|simplified|refactored|cleaned up|done better|smarter|optimi[sz]ed (?:further|more|by|here|away))\b",
    ),
    phrase(
        "better way",
        Design,
        Low,
        &["better", "cleaner", "nicer", "elegant"],
        r"\b(?:is there|there(?:'s| is| must be| should be| has to be| may be| might be| are)|find|figure out|need|think of|come up with|know|suggest) (?:a |no |any |some )?(?:better|cleaner|nicer|more elegant) (?:way|solution|approach|place|idea|method)s?\b",
    ),
    phrase(
        "why",
        Design,
        Low,
        &["why"],
        r"(?:^|[.!?;:,(-] ?|\b(?:so|but|and|not sure|no idea|wonder|unclear|understand|know) )why (?:is|do|does|are|not|we|would|on earth|can't|isn't|don't|doesn't|did|both|should)\b[^.?]{0,80}\?",
    ),
    phrase(
        "disparaged code",
        Design,
        Medium,
        &[
            "stupid",
            "crap",
            "brain",
            "horrible",
            "awful",
            "sucks",
            "nightmare",
            "messy",
            "a mess",
            "cheesy",
            "idiotic",
            "disgusting",
            "fuck",
            "shit",
            "lame",
            "clumsy",
            "inelegant",
        ],
        r"\b(?:stupid|stupidly|crap(?:py)?|brain-?(?:dead|damaged)|horrible|horribly|awful|awfully|sucks|nightmare|messy|a (?:total |complete |big |real )?mess|cheesy|idiotic|disgusting|fuck(?:ing|ed)?|shit(?:ty)?|lame|clumsy|inelegant)\b",
    ),
    phrase(
        "not elegant",
        Design,
        Low,
        &["elegant", "not very", "n't very"],
        r"\b(?:not|isn't|less|un|more) ?(?:very |so |really |terribly |particularly |too |the most )?elegant(?:ly)?\b|\b(?:not|isn't) (?:very|really|terribly|particularly|too) (?:pretty|nice|clean|efficient)\b",
    ),
    phrase(
        "bad practice",
        Design,
        Medium,
        &[
            "bad idea",
            "bad practice",
            "bad design",
            "bad style",
            "bad way",
            "bad hack",
            "poor design",
            "not good",
        ],
        r"\b(?:bad (?:idea|practice|design|style|way|hack)|poor design)\b",
    ),
    phrase(
        "not sure",
        Design,
        Low,
        &["sure"],
        r"\bnot (?:really |quite |entirely |totally |completely |absolutely |100% )?sure (?:if|why|how|what|whether|this|about|it|we|where|which)\b",
    ),
    phrase(
        "open question",
        Design,
        Low,
        &["?"],
        r"(?:^|[.!?;:,(/-] ?|\b(?:but|and|or|so) )(?:do we (?:really |still |even |actually )(?:need|want|have to)|do we need (?:this|these|that|it|to (?:add|test|handle|support|check))|should (?:we|this|it|these|that|there) (?:\w+ )?(?:be|use|also|have|throw|really|do|return|check|add|make|just|not|cache|move)|is this (?:right|correct|ok|okay|really|necessary|needed|even|ever|always|the right|safe|a bug|enough|used)|is (?:it|that|there) (?:really|still|even|a better|any way|ok|right|correct|necessary|needed)|shouldn't (?:we|this|it|that)|isn't (?:this|there|it)|can (?:we|this) (?:be )?(?:remove|get rid|factor|do better|avoid)|what about|still (?:needed|necessary|used|required))\b[^.?]{0,80}\?",
    ),
    phrase(
        "is it right?",
        Design,
        Low,
        &["?"],
        r"\b(?:correct|ok|okay|necessary|remove|delete|better) ?\?|^needed ?\?",
    ),
    phrase("question marks", Design, Low, &["??"], r"^\?\?+(?:\s*\w|$)"),
    phrase(
        "doubtful",
        Design,
        Low,
        &["redundant", "pointless", "unnecessary", "bogus", "questionable", "dubious", "overkill"],
        r"\b(?:seems?|probably|looks?|appears?|kind of|a bit|rather) (?:to be )?(?:a bit |rather |somewhat |completely |totally )?(?:redundant|pointless|unnecessary|bogus|questionable|dubious|overkill)\b",
    ),
    phrase(
        "copied code",
        Design,
        Low,
        &["cop", "duplicat", "cut"],
        r"\b(?:copy|cut)[ -](?:and|&|n)[ -]?paste\b|\bcop(?:y|ied)[ -]?pasted?\b|\b(?:copied|duplicated|stolen) (?:code |straight |directly |verbatim |mostly |almost )+from\b|\bduplicated? code\b|\bcode duplication\b",
    ),
    phrase(
        "refactoring needed",
        Design,
        Low,
        &["refactor"],
        r"\b(?:needs?|should|must|could|requires?|after|until|pending|future) (?:a |to be |be |some |the |big |major )*refactor(?:ed|ing)?\b",
    ),
    phrase(
        "not implemented",
        Requirement,
        Low,
        &["implemented"],
        r"\b(?:not implemented yet|not yet (?:been )?(?:fully |properly )?implemented|not (?:fully|really|properly|correctly|currently) implemented|still (?:needs?|has|have) to be implemented|(?:needs?|has|have|remains?) to be implemented)\b|^not implemented\s*[.!]*$",
    ),
    phrase(
        "not done yet",
        Requirement,
        Low,
        &["yet"],
        r"\bnot (?:yet (?:handled|supported|working)|(?:handled|supported|working|working right) yet)\b",
    ),
    phrase(
        "known defect",
        Defect,
        High,
        &["broken", "bug", "race condition", "leak"],
        r"\b(?:is|are|seems?) (?:still|completely|totally|currently|horribly|utterly) broken\b|\bknown (?:bug|race condition|memory leak)s?\b|\b(?:this is|this has|it has) a (?:known |nasty |subtle |serious )?(?:bug|race condition|memory leak)\b",
    ),
    phrase(
        "inefficient",
        Performance,
        Low,
        &["efficient", "slow"],
        r"\b(?:this|it|which|that|is|are|very|rather|quite|a bit|horribly|terribly|extremely|pretty|somewhat) (?:is )?(?:inefficient|innefficient|(?:painfully|terribly|horribly|way too) slow)\b",
    ),
    phrase(
        "not tested",
        Test,
        Low,
        &["test"],
        r"\b(?:(?:this|it|code|that) (?:is|has|was)(?:n't| not| never)(?: been)? (?:yet )?(?:properly |really |fully )?tested|not tested yet|not yet tested|needs? (?:more |unit |some |proper |better )?tests)\b|^(?:un|not )tested\s*[.!]*$",
    ),
];

/// The expressions, and the hints with the phrase each belongs to.
struct Compiled {
    patterns: Vec<Regex>,
    hints: AhoCorasick,
    owners: Vec<usize>,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    // ASCII word boundaries are several times faster, and the phrases are ASCII.
    let compile = |phrase: &Phrase| {
        let pattern = phrase.pattern.replace(r"\b", r"(?-u:\b)");
        Regex::new(&format!("(?i){pattern}")).expect("a test compiles every phrase")
    };
    let hints = PHRASES
        .iter()
        .enumerate()
        .flat_map(|(index, phrase)| phrase.hints.iter().map(move |hint| (*hint, index)));
    let (texts, owners): (Vec<_>, Vec<_>) = hints.unzip();
    Compiled {
        patterns: PHRASES.iter().map(compile).collect(),
        hints: AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(texts)
            .expect("short hints fit an automaton"),
        owners,
    }
});

/// A phrase and where it is.
pub(super) struct Hit {
    pub phrase: &'static Phrase,
    pub start: usize,
    pub end: usize,
}

/// Phrases for something that a comment may deny, or say the code avoids.
const DENIABLE: [&str; 9] = [
    "temporary fix",
    "dirty solution",
    "hack",
    "workaround",
    "kludge",
    "ugly",
    "bad practice",
    "disparaged code",
    "copied code",
];
/// Phrases that ask a question: if the comment continues after it, the question is answered.
const QUESTIONS: [&str; 2] = ["why", "open question"];
/// Minimum number of words after an answered question.
const ANSWER: usize = 4;
/// Phrases that say what somebody should do, possibly the users of the code.
const WISHES: [&str; 6] = [
    "should be changed",
    "needs work",
    "should rather",
    "could be better",
    "bad practice",
    "refactoring needed",
];

/// True if the words around a phrase say that nothing is admitted.
fn is_no_admission(phrase: &Phrase, text: &str, found: &Match<'_>) -> bool {
    let (before, after) = (&text[..found.start()], &text[found.end()..]);
    let answered =
        || after.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() >= ANSWER;
    is_denied(phrase, before, found.as_str())
        || talk::is_quoted(before, after)
        || (QUESTIONS.contains(&phrase.name) && answered())
        || (WISHES.contains(&phrase.name) && talk::is_advice(before, found.as_str()))
        || (phrase.name == "not implemented" && talk::is_about_interface(before))
        || (phrase.name == "should rather" && says_what_is_right(found.as_str()))
}

/// True for `not a hack`, `no workaround needed`. "Without this hack" mentions an existing one.
fn is_denied(phrase: &Phrase, before: &str, found: &str) -> bool {
    let first = found.split_whitespace().next().unwrap_or_default();
    let is_there = ["this", "the", "that", "these"].iter().any(|word| word.eq_ignore_ascii_case(first));
    DENIABLE.contains(&phrase.name) && !is_there && (talk::denies(before) || talk::avoids(before))
}

/// "It really should not be loaded": explains what the code does.
fn says_what_is_right(found: &str) -> bool {
    let last = found.rsplit(' ').next().unwrap_or_default();
    ["not", "only", "never"].iter().any(|word| word.eq_ignore_ascii_case(last))
}

/// The first phrase of the table that `text` contains.
pub(super) fn find(text: &str) -> Option<Hit> {
    let compiled = &*COMPILED;
    let mut hinted = 0u64;
    for hint in compiled.hints.find_overlapping_iter(text) {
        hinted |= 1 << compiled.owners[hint.pattern().as_usize()];
    }
    (0..PHRASES.len()).filter(|index| hinted >> index & 1 == 1).find_map(|index| {
        let phrase = &PHRASES[index];
        let found =
            compiled.patterns[index].find_iter(text).find(|found| !is_no_admission(phrase, text, found))?;
        (!talk::is_meant(text)).then_some(())?;
        Some(Hit { phrase, start: found.start(), end: found.end() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_its_bit_set_and_compiles() {
        const { assert!(PHRASES.len() <= 64) };
        assert_eq!(COMPILED.patterns.len(), PHRASES.len());
    }
}
