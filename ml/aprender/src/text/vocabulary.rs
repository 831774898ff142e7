//! Known terms as columns.

use super::tally;
use crate::error::{ModelError, Result, setting};
use crate::sparse::SparseTable;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A term, which becomes one column: a string, or a number that represents one.
pub trait Term: Ord + Clone {}

impl<T: Ord + Clone> Term for T {}

/// Learns which terms make columns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CountVectorizer {
    /// Terms in fewer documents than this get no column. Default 1.
    pub least_documents: usize,
    /// Terms in a larger share of the documents than this get no column. Default 1.
    pub largest_share: f64,
    /// Maximum number of columns; terms in more documents come first, then those that sort first. Default: no limit.
    pub most_columns: Option<usize>,
    /// Whether counts above 1 are reduced to 1. Default: no.
    pub binary: bool,
}

impl Default for CountVectorizer {
    fn default() -> Self {
        Self { least_documents: 1, largest_share: 1.0, most_columns: None, binary: false }
    }
}

impl CountVectorizer {
    /// The vocabulary of `documents`, each a list of its terms.
    ///
    /// # Errors
    /// A setting out of its range, no documents, or no term that makes a column.
    pub fn fit<T: Term, D: AsRef<[T]>>(&self, documents: &[D]) -> Result<Vocabulary<T>> {
        let share = self.largest_share;
        setting(share > 0.0 && share <= 1.0, "largest_share", share, "it must be above 0 and at most 1")?;
        let mut holding: BTreeMap<&T, usize> = BTreeMap::new();
        for document in documents {
            let terms: BTreeSet<&T> = document.as_ref().iter().collect();
            terms.into_iter().for_each(|term| *holding.entry(term).or_insert(0) += 1);
        }
        let most = (share * documents.len() as f64).floor() as usize;
        let mut terms: Vec<(&T, usize)> =
            holding.into_iter().filter(|(_, count)| (self.least_documents..=most).contains(count)).collect();
        if let Some(columns) = self.most_columns {
            terms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            terms.truncate(columns);
            terms.sort();
        }
        if terms.is_empty() {
            return Err(ModelError::Empty { rows: documents.len(), columns: 0 });
        }
        Ok(Vocabulary {
            documents: terms.iter().map(|(_, count)| *count).collect(),
            terms: terms.into_iter().map(|(term, _)| term.clone()).collect(),
            fitted_to: documents.len(),
            binary: self.binary,
        })
    }
}

/// Terms and their columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vocabulary<T> {
    /// Ascending; a term's index is its column.
    terms: Vec<T>,
    /// Number of documents with each term.
    documents: Vec<usize>,
    fitted_to: usize,
    binary: bool,
}

impl<T: Term> Vocabulary<T> {
    /// The terms in column order, which is ascending.
    pub fn terms(&self) -> &[T] {
        &self.terms
    }

    /// The column of a term.
    pub fn column(&self, term: &T) -> Option<usize> {
        self.terms.binary_search(term).ok()
    }

    /// How often each document contains each term; terms without a column are left out.
    ///
    /// # Errors
    /// No documents.
    pub fn transform<D: AsRef<[T]>>(&self, documents: &[D]) -> Result<SparseTable> {
        let row = |document: &D| {
            let mut counts = tally(
                document.as_ref().iter().filter_map(|term| self.column(term)).map(|place| place as u32),
            );
            if self.binary {
                counts.iter_mut().for_each(|(_, count)| *count = 1.0);
            }
            counts
        };
        SparseTable::from_rows(documents.iter().map(row), self.terms.len())
    }
}

/// Term frequency times inverse document frequency; each row is then scaled to length 1.
///
/// idf = ln((1 + n) / (1 + df)) + 1, as scikit-learn defines it ("smoothed").
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TfIdf {
    /// Which terms make columns.
    pub counts: CountVectorizer,
    /// Whether 1 + ln(count) replaces a count.
    pub sublinear: bool,
}

/// A fitted [`TfIdf`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TfIdfModel<T> {
    vocabulary: Vocabulary<T>,
    weights: Vec<f64>,
    sublinear: bool,
}

impl TfIdf {
    /// Learns terms and their weights.
    ///
    /// # Errors
    /// As [`CountVectorizer::fit`].
    pub fn fit<T: Term, D: AsRef<[T]>>(&self, documents: &[D]) -> Result<TfIdfModel<T>> {
        let vocabulary = self.counts.fit(documents)?;
        let all = 1.0 + vocabulary.fitted_to as f64;
        let weights =
            vocabulary.documents.iter().map(|held| (all / (1.0 + *held as f64)).ln() + 1.0).collect();
        Ok(TfIdfModel { vocabulary, weights, sublinear: self.sublinear })
    }
}

impl<T: Term> TfIdfModel<T> {
    /// Which terms make columns.
    pub fn vocabulary(&self) -> &Vocabulary<T> {
        &self.vocabulary
    }

    /// The weighted terms of each document; a document without a known term is a row of zeros.
    ///
    /// # Errors
    /// No documents.
    pub fn transform<D: AsRef<[T]>>(&self, documents: &[D]) -> Result<SparseTable> {
        let counts = self.vocabulary.transform(documents)?;
        let frequency = |count: f64| if self.sublinear { 1.0 + count.ln() } else { count };
        let weighted = counts.map(|_, column, count| frequency(count) * self.weights[column])?;
        let lengths: Vec<f64> =
            weighted.iter_rows().map(|row| row.map(|(_, value)| value * value).sum::<f64>().sqrt()).collect();
        weighted.map(|row, _, value| value / lengths[row])
    }
}
