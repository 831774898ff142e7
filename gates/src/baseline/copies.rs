//! Copies that are a part of what was accepted.
//!
//! When code goes, what is left of copies is cut to pieces, joined, or comes to light behind larger copies that are gone. None
//! of it is new: its text was accepted, in as many places and with as many tokens at least.

use super::Entry;
use crate::report::Finding;
use facts::hash::{HashMap, HashSet};

/// Entries that are remembered for one piece: a baseline may be untrusted.
const MOST_FOR_A_PIECE: usize = 256;

/// How much larger copies may be than the accepted ones that they are joined of.
const JOINTS: f64 = 0.1;

/// Accepted copies by the pieces that they are made of.
pub(super) struct KnownCopies<'e> {
    entries: &'e [Entry],
    by_piece: HashMap<u32, Vec<usize>>,
}

impl<'e> KnownCopies<'e> {
    /// Those of all entries that still accept something.
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

    /// The first entry that a finding on copies is made of, where three quarters of its pieces were accepted, in as many
    /// places, and with as many tokens in all. Where parts come to be one, what was around the gap adds a little.
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
