//! What a person typed, as a query.

use crate::fields::Fields;
use crate::words::words;
use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, EmptyQuery, Occur, PhraseQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

/// A query: words, of which as many as possible should occur; `"quoted words"` that must occur in this order in the name, the
/// signature or the documentation; `+word` that must and `-word` that must not occur.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    terms: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    wish: Wish,
    /// More than one: a phrase.
    words: Vec<String>,
    phrase: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Should,
    Must,
    MustNot,
}

impl Query {
    /// Reads a query. Signs without a word mean nothing.
    pub fn parse(text: &str) -> Query {
        let mut terms = Vec::new();
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
            if !found.is_empty() {
                let wish = if phrase && wish == Wish::Should { Wish::Must } else { wish };
                terms.push(Part { wish, words: found, phrase });
            }
            rest = after.trim_start();
        }
        Query { terms }
    }

    /// True if there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.terms.iter().all(|part| part.wish == Wish::MustNot)
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
            if part.phrase && part.words.len() > 1 {
                clauses.push((occur, phrase(&part.words, fields)));
                continue;
            }
            for word in &part.words {
                clauses.push((occur, anywhere(word, fields)));
            }
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// A word in any field; its scores in the fields, weighted, add up.
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
