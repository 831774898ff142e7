//! From words to columns: n-grams, vocabularies, term weights.

mod hashing;
mod log_count_ratio;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use hashing::HashingVectorizer;
pub use log_count_ratio::log_count_ratios;
pub use vocabulary::{CountVectorizer, Term, TfIdf, TfIdfModel, Vocabulary};

use std::collections::BTreeMap;

/// The words of `text` in lower case: runs of at least two letters, digits and underscores, as in scikit-learn's
/// vectorisers.
///
/// ```
/// assert_eq!(aprender::text::words("It's a well-known fact, n'est-ce pas?").collect::<Vec<_>>(), [
///     "it", "well", "known", "fact", "est", "ce", "pas"
/// ]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.chars().nth(1).is_some())
        .map(str::to_lowercase)
}

/// The n-grams of `tokens` with `least` to `most` tokens, joined by a space, sorted by length.
///
/// ```
/// assert_eq!(aprender::text::n_grams(&["not", "used", "yet"], 1, 2), ["not", "used", "yet", "not used", "used yet"]);
/// ```
pub fn n_grams<T: AsRef<str>>(tokens: &[T], least: usize, most: usize) -> Vec<String> {
    let join = |window: &[T]| window.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
    (least.max(1)..=most).flat_map(|length| tokens.windows(length).map(join)).collect()
}

/// How often each index occurs, in ascending order of indices.
fn tally(places: impl Iterator<Item = u32>) -> Vec<(u32, f64)> {
    let mut counts = BTreeMap::new();
    places.for_each(|place| *counts.entry(place).or_insert(0.0) += 1.0);
    counts.into_iter().collect()
}
