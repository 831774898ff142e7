//! The content of a clone class, as numbers without paths and lines, so that a class is recognised wherever its members
//! move, and also as part of a larger class that was known before.

use crate::classes::{Class, Piece};
use crate::mixing::mix;
use crate::stream::{Stream, Symbol};
use crate::symbols::{self, Role};
use crate::{CloneKind, CloneOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most tokens in one hashed piece; pieces are at most half as long as the shortest clone.
const LONGEST_PIECE: u32 = 32;
/// At least one of this many consecutive pieces is kept.
const MOST_PIECES_IN_A_ROW: u32 = 32;

/// What the members of a class have in common, names and literals left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// Of all of it, and of the type of the class.
    pub whole: u64,
    /// Of some of its short pieces, chosen by what they are: a part of it that is long enough for a clone has these of them that
    /// are in it (winnowing: Schleimer, Wilkerson, Aiken 2003). Sorted.
    pub pieces: Vec<u32>,
}

/// The content of a class.
pub(crate) fn of(streams: &[Stream], class: &Class, options: &CloneOptions) -> Content {
    let window = options.window();
    let length = (window / 2).clamp(1, LONGEST_PIECE);
    let in_a_row = (window + 1 - length).min(MOST_PIECES_IN_A_ROW) as usize;
    // Members of a gapped class differ; the members of other classes are equal here.
    let members = match class.kind {
        CloneKind::Gapped => &class.members[..],
        CloneKind::Exact | CloneKind::Renamed => &class.members[..1],
    };
    let mut wholes: Vec<u64> = Vec::with_capacity(members.len());
    let mut pieces = Vec::new();
    for member in members {
        let stream = &streams[member.0 as usize];
        let tokens = tokens(streams, member);
        let names = symbols::names(stream.family);
        wholes.push(hash(names, tokens, window));
        let numbers: Vec<u32> =
            tokens.windows(length as usize).map(|piece| hash(names, piece, length) as u32).collect();
        chosen(&numbers, in_a_row, &mut pieces);
    }
    wholes.sort_unstable();
    pieces.sort_unstable();
    pieces.dedup();
    let whole = wholes.into_iter().fold(class.kind as u64, |all, whole| mix(all ^ whole));
    Content { whole, pieces }
}

fn tokens<'s>(streams: &'s [Stream], (stream, extent): &Piece) -> &'s [Symbol] {
    &streams[*stream as usize].tokens[extent.start as usize..extent.end as usize]
}

/// Returns equal hashes for tokens that are equal up to names and literals.
fn hash(names: &[u64], tokens: &[Symbol], reach: u32) -> u64 {
    tokens.iter().enumerate().fold(0, |hash, (offset, token)| {
        // Tokens without a name in the grammar are signs, identified by their spelling.
        let name = names.get(usize::from(token.kind)).copied().unwrap_or_else(|| mix(u64::from(token.kind)));
        let back = match token.role() {
            Role::Name => u64::from(token.back_within(offset as u32, reach)),
            _ => 0,
        };
        mix(hash ^ name ^ back)
    })
}

/// The smallest of this many consecutive numbers, for every position; of equal ones, the last.
fn chosen(numbers: &[u32], in_a_row: usize, chosen: &mut Vec<u32>) {
    let row = in_a_row.clamp(1, numbers.len().max(1));
    let mut last = None;
    for (start, row) in numbers.windows(row).enumerate() {
        let smallest = row.iter().enumerate().min_by_key(|(place, number)| (**number, usize::MAX - place));
        let smallest = smallest.map(|(place, number)| (start + place, *number));
        if let Some((_, number)) = smallest.filter(|_| smallest != last) {
            chosen.push(number);
        }
        last = smallest;
    }
}
