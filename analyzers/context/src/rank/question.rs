//! What a question says about where to look: words, names of code, paths.

use super::words::{fold, for_each_word, is_stop_word};
use facts::hash::HashMap;

/// A question taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Question {
    /// Folded words with their weight, in the order of their first use.
    pub terms: Vec<(String, f64)>,
    /// Spellings that may be names of definitions.
    pub names: Vec<Name>,
    /// Spellings that may be paths or ends of paths.
    pub paths: Vec<String>,
    /// What a summary like `scope: what it does` or `fix(scope): …` puts first, in lower case.
    pub scope: Vec<String>,
    /// True if the question mentions tests.
    pub about_tests: bool,
}

/// A spelling that may be the name of a definition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    /// The bare name.
    pub text: String,
    /// The name before it in a qualified spelling (`Foo` in `Foo::bar`).
    pub qualifier: Option<String>,
    /// From 0 to 1: how sure it is that code is meant. An English word in lower case is rarely a name.
    pub certainty: f64,
}

/// How much a word of the first line weighs against one of the others: it is the summary.
const SUMMARY_WEIGHT: f64 = 2.0;

/// Takes a question apart. URLs, e-mail addresses and the sign-off lines of commit messages say nothing about the code.
pub(super) fn parse(text: &str) -> Question {
    let mut builder = Builder::default();
    let mut weight = SUMMARY_WEIGHT;
    builder.question.scope = scope(text.trim_start().lines().next().unwrap_or_default());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_sign_off(line)) {
        for spelling in line.split_whitespace() {
            builder.spelling(spelling, weight);
        }
        weight = 1.0;
    }
    builder.finish()
}

/// The scope of a summary line, by Git's own habit (`area: what`) or that of Conventional Commits (`type(area): what`).
fn scope(summary: &str) -> Vec<String> {
    const TYPES: &[&str] = &["fix", "feat", "bug", "bugfix", "hotfix", "chore", "refactor", "perf", "revert"];
    let Some((head, _)) = summary.split_once(": ") else {
        return Vec::new();
    };
    let head = head.split_once('(').map_or(head, |(_, scope)| scope.trim_end_matches([')', '!']));
    if head.split_whitespace().count() > 2 {
        return Vec::new();
    }
    head.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c))
        .map(|part| part.to_lowercase().replace('-', "_"))
        .filter(|part| part.len() > 1 && !TYPES.contains(&part.as_str()))
        .collect()
}

/// `Signed-off-by: …`, `Co-authored-by: …` and the like.
fn is_sign_off(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(key, _)| {
        key.len() < 24 && key.to_ascii_lowercase().ends_with("-by") && !key.contains(char::is_whitespace)
    })
}

#[derive(Default)]
struct Builder {
    question: Question,
    term_index: HashMap<String, usize>,
    name_index: HashMap<(Option<String>, String), usize>,
}

impl Builder {
    fn spelling(&mut self, spelling: &str, weight: f64) {
        if spelling.contains("://") || spelling.contains('@') && spelling.contains('.') {
            return;
        }
        for_each_word(spelling, &mut |word| self.term(word, weight));
        let quoted = spelling.contains('`');
        let called = spelling.contains("()");
        let flag = spelling.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '-').starts_with("--");
        let bare = spelling.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').trim_end_matches("'s");
        self.path(bare);
        if flag {
            let option = bare.split('=').next().unwrap_or(bare);
            self.name(None, &option.replace('-', "_"), 1.0);
            return;
        }
        let mut parts =
            bare.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty()).peekable();
        let qualified = bare.contains("::") || bare.contains('.') || bare.contains("->");
        let mut qualifier: Option<&str> = None;
        while let Some(part) = parts.next() {
            let surely = quoted || (qualified && !bare.contains('/')) || (called && parts.peek().is_none());
            self.name(qualifier.filter(|_| qualified), part, certainty(part, surely));
            qualifier = Some(part);
        }
    }

    fn term(&mut self, word: &str, weight: f64) {
        if word.bytes().all(|b| b.is_ascii_digit()) || is_stop_word(word) {
            return;
        }
        if word == "test" {
            self.question.about_tests = true;
        }
        let terms = &mut self.question.terms;
        let index = *self.term_index.entry(word.to_owned()).or_insert_with(|| {
            terms.push((word.to_owned(), 0.0));
            terms.len() - 1
        });
        terms[index].1 += weight;
    }

    fn name(&mut self, qualifier: Option<&str>, text: &str, certainty: f64) {
        let mut folded = String::new();
        fold(text, &mut folded);
        if text.chars().count() < 3 || text.bytes().all(|b| b.is_ascii_digit()) || is_stop_word(&folded) {
            return;
        }
        let names = &mut self.question.names;
        let key = (qualifier.map(str::to_owned), text.to_owned());
        let index = *self.name_index.entry(key.clone()).or_insert_with(|| {
            names.push(Name { text: key.1, qualifier: key.0, certainty });
            names.len() - 1
        });
        names[index].certainty = names[index].certainty.max(certainty);
    }

    /// Remembers what may be a path: it holds a slash, or ends in a dot and something that may be an extension. A line and
    /// column after it (`src/main.rs:12:5`) are dropped.
    fn path(&mut self, bare: &str) {
        let mut bare = bare;
        while let Some((path, number)) = bare.rsplit_once(':')
            && number.bytes().all(|b| b.is_ascii_digit())
        {
            bare = path;
        }
        let has_extension = bare.rsplit_once('.').is_some_and(|(stem, extension)| {
            !stem.is_empty()
                && (1..=10).contains(&extension.len())
                && extension.bytes().all(|b| b.is_ascii_alphanumeric())
                && !extension.bytes().all(|b| b.is_ascii_digit())
        });
        let path = bare.trim_start_matches("./");
        if (has_extension || bare.contains('/')) && !self.question.paths.iter().any(|known| known == path) {
            self.question.paths.push(path.to_owned());
        }
    }

    fn finish(mut self) -> Question {
        // A word that comes back ten times is not ten times as telling.
        for (_, weight) in &mut self.question.terms {
            *weight = weight.sqrt();
        }
        self.question
    }
}

fn certainty(name: &str, surely: bool) -> f64 {
    let letters = name.trim_matches('_');
    let compound = letters.contains('_')
        || letters.chars().zip(letters.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    if surely || compound || name.starts_with('_') {
        1.0
    } else if name.starts_with(char::is_uppercase) {
        0.5
    } else {
        0.25
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_prose() {
        let question = parse(
            "Fix panic in `walk` when HiArgs::from_low_args() sees --max-count=0\n\nsrc/main.rs and util.py.",
        );
        let sure: Vec<_> = question
            .names
            .iter()
            .filter(|name| name.certainty == 1.0)
            .map(|name| name.text.as_str())
            .collect();
        assert_eq!(sure, ["walk", "HiArgs", "from_low_args", "max_count", "util"]);
        assert!(
            question
                .names
                .iter()
                .any(|n| n.text == "from_low_args" && n.qualifier.as_deref() == Some("HiArgs"))
        );
        assert_eq!(question.paths, ["src/main.rs", "util.py"]);
        assert!(question.terms.iter().any(|(word, _)| word == "panic"));
        assert!(!question.terms.iter().any(|(word, _)| word == "fix" || word == "0"));
    }

    #[test]
    fn a_summary_may_name_its_scope() {
        assert_eq!(parse("ignore/types: add x").scope, ["ignore", "types"]);
        assert_eq!(parse("fix(json-parser): y").scope, ["json_parser"]);
        assert_eq!(parse("fix: z").scope, [""; 0]);
        assert_eq!(parse("I get this error: z").scope, [""; 0]);
    }

    #[test]
    fn sign_offs_links_and_numbers_say_nothing() {
        let question =
            parse("Closes #1234\nSigned-off-by: Ada <ada@example.org>\nhttps://example.org/parser/glob");
        assert_eq!(question.terms, []);
        assert_eq!(question.names, []);
    }
}
