//! Names with at most one `*` and what they stand for: `paths` of a `tsconfig.json`, `imports` of a `package.json`.

use std::collections::BTreeMap;

/// Patterns, by what a name begins with.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// What stands for a name without `*`.
    whole: BTreeMap<String, Vec<String>>,
    /// By what stands before the `*`: what stands behind it, and what stands for such a name.
    open: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// Length of the longest text before a `*`.
    longest: usize,
}

/// Places that one pattern is looked for in at most, and patterns that begin alike.
const MAX_ALIKE: usize = 16;

impl Patterns {
    /// Adds a pattern and the texts that may stand for it, the best first.
    pub fn add(&mut self, pattern: &str, texts: impl Iterator<Item = String>) {
        let texts: Vec<String> = texts.take(MAX_ALIKE).collect();
        let Some((before, behind)) = pattern.split_once('*') else {
            self.whole.insert(pattern.to_owned(), texts);
            return;
        };
        self.longest = self.longest.max(before.len());
        let alike = self.open.entry(before.to_owned()).or_default();
        if alike.len() < MAX_ALIKE {
            alike.push((behind.to_owned(), texts));
        }
    }

    /// The texts that stand for a name: those of the pattern that is the name itself, or of the one with the longest
    /// beginning, with what its `*` means put in.
    pub fn of(&self, name: &str) -> Vec<String> {
        if let Some(texts) = self.whole.get(name) {
            return texts.clone();
        }
        let mut lengths =
            (0..=name.len().min(self.longest)).rev().filter(|length| name.is_char_boundary(*length));
        let fitting = lengths.find_map(|length| {
            let (before, rest) = name.split_at(length);
            let fits = |(behind, texts): &(String, Vec<String>)| {
                rest.strip_suffix(behind.as_str()).map(|inside| put_in(texts, inside))
            };
            self.open.get(before)?.iter().find_map(fits)
        });
        fitting.unwrap_or_default()
    }
}

/// Texts with what a `*` stands for.
fn put_in(texts: &[String], inside: &str) -> Vec<String> {
    texts.iter().map(|text| text.replacen('*', inside, 1)).collect()
}
