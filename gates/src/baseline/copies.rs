//! Recognises copies that are parts of accepted copies.
//!
//! When code is removed, the remaining copies are split, joined, or become visible because larger copies are gone. They
//! are not new: their text was accepted before, in at least as many places and with at least as many tokens.

use super::Entry;
use crate::report::Finding;
use facts::hash::{HashMap, HashSet};

/// Limit on the entries stored for one piece: a baseline may be untrusted.
const MOST_FOR_A_PIECE: usize = 256;

/// How much larger joined copies may be than the accepted copies that they consist of.
const JOINTS: f64 = 0.1;

/// Accepted copies by their pieces.
pub(super) struct KnownCopies<'e> {
    entries: &'e [Entry],
    by_piece: HashMap<u32, Vec<usize>>,
}

impl<'e> KnownCopies<'e> {
    /// The copies of all entries that have not expired.
    pub fn of(entries: &'e [Entry], is_expired: impl Fn(&Entry) -> bool) -> KnownCopies<'e> {
        let mut by_piece: HashMap<u32, Vec<usize>> = HashMap::default();
        for (place, entry) in entries.iter().enumerate() {
            let Some(copies) = entry.copies.as_ref().filter(|_| !is_expired(entry)) else { continue };
            for piece in &copies.pieces {
                let places = by_piece.entry(*piece).or_default();
                if places.len() < MOST_FOR_A_PIECE && places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        KnownCopies { entries, by_piece }
    }

    /// The first entry that covers a finding on copies: three quarters of its pieces must have been accepted, in at
    /// least as many places and with at least as many tokens in total. Joined parts gain a few tokens around the former
    /// gap.
    pub fn holds(&self, finding: &Finding) -> Option<usize> {
        let copies = finding.copies.as_ref()?;
        let known: Vec<&Vec<usize>> =
            copies.pieces.iter().filter_map(|piece| self.by_piece.get(piece)).collect();
        if known.is_empty() || known.len() * 4 < copies.pieces.len() * 3 {
            return None;
        }
        let of_them: HashSet<usize> = known.into_iter().flatten().copied().collect();
        let entries = || of_them.iter().map(|place| &self.entries[*place]);
        let places = entries().filter_map(|entry| Some(entry.copies.as_ref()?.places)).max()?;
        let tokens: f64 = entries().filter_map(|entry| entry.value).sum();
        let is_more =
            copies.places > places || finding.value.is_some_and(|value| value > tokens * (1.0 + JOINTS));
        if is_more { None } else { of_them.into_iter().min() }
    }
}
