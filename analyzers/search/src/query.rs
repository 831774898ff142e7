//! Parses the text that a user typed into a query.

use crate::fields::Fields;
use crate::words::words;
use std::collections::HashSet;
use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, EmptyQuery, Occur, PhraseQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

/// The most words of a query. Each is looked up in every field, and every definition that has it is scored.
pub const MOST_WORDS: usize = 64;

/// A query: words, as many of which as possible should occur; `"quoted words"`, which must occur in this order in the
/// name, the signature or the documentation; `+word`, which must occur, and `-word`, which must not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    terms: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Part {
    wish: Wish,
    /// More than one: a phrase.
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Wish {
    Should,
    Must,
    MustNot,
}

impl Query {
    /// Parses a query. Signs without a word are ignored, and what is repeated counts once.
    pub fn parse(text: &str) -> Query {
        let mut terms = Vec::new();
        let mut known = HashSet::new();
        let mut add = |part: Part| {
            if known.insert(part.clone()) {
                terms.push(part);
            }
        };
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let (wish, signed) = match first {
                '+' => (Wish::Must, &rest[1..]),
                '-' => (Wish::MustNot, &rest[1..]),
                _ => (Wish::Should, rest),
            };
            let (piece, after, phrase) = match signed.strip_prefix('"') {
                Some(quoted) => {
                    let (inside, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                    (inside, after, true)
                }
                None => {
                    let end = signed.find(char::is_whitespace).unwrap_or(signed.len());
                    (&signed[..end], &signed[end..], false)
                }
            };
            let found = words(piece);
            let wish = if phrase && wish == Wish::Should { Wish::Must } else { wish };
            match found.len() {
                0 => {}
                _ if phrase => add(Part { wish, words: found }),
                _ => found.into_iter().for_each(|word| add(Part { wish, words: vec![word] })),
            }
            rest = after.trim_start();
        }
        Query { terms }
    }

    /// True if there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.terms.iter().all(|part| part.wish == Wish::MustNot)
    }

    /// True if there are more than [`MOST_WORDS`] words, those of phrases included.
    pub fn is_too_long(&self) -> bool {
        self.terms.iter().map(|part| part.words.len()).sum::<usize>() > MOST_WORDS
    }

    pub(crate) fn to_tantivy(&self, fields: &Fields) -> Box<dyn tantivy::query::Query> {
        if self.is_empty() {
            return Box::new(EmptyQuery);
        }
        let mut clauses: Vec<(Occur, Box<dyn tantivy::query::Query>)> = Vec::new();
        for part in &self.terms {
            let occur = match part.wish {
                Wish::Should => Occur::Should,
                Wish::Must => Occur::Must,
                Wish::MustNot => Occur::MustNot,
            };
            let clause = match part.words.as_slice() {
                [word] => anywhere(word, fields),
                words => phrase(words, fields),
            };
            clauses.push((occur, clause));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// A word in any field; its weighted scores in the fields add up.
fn anywhere(word: &str, fields: &Fields) -> Box<dyn tantivy::query::Query> {
    let clauses = fields.searched().map(|(field, boost)| {
        let term = Term::from_field_text(field, word);
        let query: Box<dyn tantivy::query::Query> =
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
        (Occur::Should, Box::new(BoostQuery::new(query, boost)) as Box<dyn tantivy::query::Query>)
    });
    Box::new(BooleanQuery::new(clauses.into_iter().collect()))
}

fn phrase(words: &[String], fields: &Fields) -> Box<dyn tantivy::query::Query> {
    let clauses = fields.with_positions().map(|(field, boost)| {
        let terms = words.iter().map(|word| Term::from_field_text(field, word)).collect();
        let query: Box<dyn tantivy::query::Query> = Box::new(PhraseQuery::new(terms));
        (Occur::Should, Box::new(BoostQuery::new(query, boost)) as Box<dyn tantivy::query::Query>)
    });
    Box::new(BooleanQuery::new(clauses.into_iter().collect()))
}
