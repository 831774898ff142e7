//! Functions that are alike up to inserted, removed and changed lines (type 3).
//!
//! ```text
//! functions ──▶ one of each set of equal ones ──▶ pairs that share a rare line ──▶ enough lines in common ──▶ aligned
//!                                                                     ──▶ similarity ──▶ stars around the best connected
//! ```
//! Candidate pairs come from an index of lines (ignoring names and literals) with prefix filtering, as in SourcererCC
//! (Sajnani et al., ICSE 2016): two functions that share enough lines share one of the rarest lines of each. Every pair
//! is then aligned, so the index alone never leads to a reported clone.

use crate::alignment::{Compared, similarity};
use crate::classes::{Class, Piece, lines};
use crate::mixing::mix;
use crate::stream::{Extent, Likeness, Stream};
use crate::{CloneKind, CloneOptions};
use facts::hash::HashMap;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Least similarity of a gapped clone.
pub const MIN_SIMILARITY: f64 = 0.7;

/// Least share of lines in common before two functions are aligned: lower than [`MIN_SIMILARITY`], because the lines
/// that differ may be short.
const MIN_LINES_IN_COMMON: f64 = 0.6;

/// How many partners each function gets through one line: those nearest in size.
const PARTNERS_PER_LINE: usize = 24;

/// A function that is not equal to an earlier one up to renaming.
struct Function {
    piece: Piece,
    family: u8,
    compared: Compared,
    /// Its lines by rank, the rarest first.
    ranked: Vec<u32>,
}

/// A pair that is similar enough.
struct Edge {
    a: u32,
    b: u32,
    similarity: f64,
    tokens: u32,
}

/// The gapped clone classes among the functions.
pub fn classes(streams: &[Stream], options: &CloneOptions) -> Vec<Class> {
    let (mut functions, equals) = functions(streams, options);
    rank_lines(&mut functions);
    let edges: Vec<Edge> =
        candidates(&functions).into_par_iter().filter_map(|(a, b)| edge(streams, &functions, a, b)).collect();
    stars(&functions, &equals, &edges)
}

/// One function of each set that is equal up to renaming, with the other functions of its set.
fn functions(streams: &[Stream], options: &CloneOptions) -> (Vec<Function>, Vec<Vec<Piece>>) {
    let window = options.window();
    let all: Vec<(u64, Piece)> = streams
        .par_iter()
        .enumerate()
        .flat_map_iter(|(place, stream)| {
            stream.functions.iter().filter_map(move |extent| {
                let (first, last) = lines(stream, *extent)?;
                let long_enough = extent.len() >= window && last - first + 1 >= options.min_lines;
                long_enough.then(|| (shape(stream, *extent), (place as u32, *extent)))
            })
        })
        .collect();
    let mut first_of: HashMap<u64, u32> = HashMap::default();
    let mut kept: Vec<Piece> = Vec::new();
    let mut equals: Vec<Vec<Piece>> = Vec::new();
    for (shape, piece) in all {
        let next = kept.len() as u32;
        let first = *first_of.entry(shape).or_insert(next);
        let equal = first != next
            && kept[first as usize].1.len() == piece.1.len()
            && crate::classes::are_alike(streams, kept[first as usize], piece, Likeness::Renamed, u32::MAX);
        if equal {
            equals[first as usize].push(piece);
        } else {
            kept.push(piece);
            equals.push(Vec::new());
        }
    }
    let functions = kept.into_par_iter().map(|piece| {
        let stream = &streams[piece.0 as usize];
        Function { piece, family: stream.family, compared: Compared::of(stream, piece.1), ranked: Vec::new() }
    });
    (functions.collect(), equals)
}

/// Returns equal hashes for functions that are equal up to renaming.
fn shape(stream: &Stream, extent: Extent) -> u64 {
    let tokens = &stream.tokens[extent.start as usize..extent.end as usize];
    tokens.iter().enumerate().fold(u64::from(stream.family), |hash, (offset, token)| {
        mix(hash ^ (u64::from(token.kind) << 16 | u64::from(token.back_within(offset as u32, u32::MAX))))
    })
}

/// Numbers the lines of all functions by the number of functions that have them, the rarest first.
fn rank_lines(functions: &mut [Function]) {
    let mut all: Vec<u64> = functions
        .par_iter()
        .flat_map_iter(|function| {
            let mut own: Vec<u64> = function.compared.lines.iter().map(|line| line.hash).collect();
            own.sort_unstable();
            own.dedup();
            own
        })
        .collect();
    all.par_sort_unstable();
    let mut counted: Vec<(u32, u64)> =
        all.chunk_by(|a, b| a == b).map(|group| (group.len() as u32, group[0])).collect();
    counted.par_sort_unstable();
    let ranks: HashMap<u64, u32> =
        counted.iter().enumerate().map(|(rank, (_, line))| (*line, rank as u32)).collect();
    functions.par_iter_mut().for_each(|function| {
        function.ranked = function.compared.lines.iter().map(|line| ranks[&line.hash]).collect();
        function.ranked.sort_unstable();
    });
}

/// Pairs that share one of the rarest lines and are of similar size.
fn candidates(functions: &[Function]) -> Vec<(u32, u32)> {
    let mut postings: Vec<(u32, u32, u32)> = functions
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, function)| {
            let count = function.ranked.len();
            let needed = (MIN_LINES_IN_COMMON * count as f64).ceil() as usize;
            let mut rare = function.ranked[..(count - needed + 1).min(count)].to_vec();
            rare.dedup();
            rare.into_iter().map(move |rank| (rank, count as u32, index as u32))
        })
        .collect();
    postings.par_sort_unstable();
    let groups: Vec<&[(u32, u32, u32)]> = postings.chunk_by(|a, b| a.0 == b.0).collect();
    let mut pairs: Vec<(u32, u32)> = groups
        .into_par_iter()
        .flat_map_iter(|group| {
            group.iter().enumerate().flat_map(move |(place, (_, size, a))| {
                let similar = move |other: &&(u32, u32, u32)| f64::from(*size) >= 0.5 * f64::from(other.1);
                let partners = group[place + 1..].iter().take(PARTNERS_PER_LINE).take_while(similar);
                partners.map(move |(_, _, b)| (*a.min(b), *a.max(b)))
            })
        })
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

fn edge(streams: &[Stream], functions: &[Function], a: u32, b: u32) -> Option<Edge> {
    let (first, second) = (&functions[a as usize], &functions[b as usize]);
    let (one, other) = (first.piece, second.piece);
    let overlap = one.0 == other.0 && one.1.start < other.1.end && other.1.start < one.1.end;
    if overlap || first.family != second.family {
        return None;
    }
    let total = first.ranked.len() + second.ranked.len();
    if !have_in_common(
        &first.ranked,
        &second.ranked,
        (MIN_LINES_IN_COMMON / 2.0 * total as f64).ceil() as usize,
    ) {
        return None;
    }
    let tokens =
        |piece: Piece| &streams[piece.0 as usize].tokens[piece.1.start as usize..piece.1.end as usize];
    let (matched, similarity) = similarity((tokens(one), &first.compared), (tokens(other), &second.compared));
    (similarity >= MIN_SIMILARITY).then_some(Edge { a, b, similarity, tokens: matched })
}

/// Whether two sorted lists share at least this many entries. Stops when the rest of the lists is too short: in lists
/// that begin with rare entries, that is soon.
fn have_in_common(a: &[u32], b: &[u32], needed: usize) -> bool {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while common < needed {
        if common + (a.len() - i).min(b.len() - j) < needed {
            return false;
        }
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    true
}

/// Each function joins the partner that has the most partners itself; the first one in a tie.
fn stars(functions: &[Function], equals: &[Vec<Piece>], edges: &[Edge]) -> Vec<Class> {
    let mut partners: Vec<Vec<(u32, usize)>> = vec![Vec::new(); functions.len()];
    for (number, edge) in edges.iter().enumerate() {
        partners[edge.a as usize].push((edge.b, number));
        partners[edge.b as usize].push((edge.a, number));
    }
    let mut centres: Vec<u32> =
        (0..functions.len() as u32).filter(|index| !partners[*index as usize].is_empty()).collect();
    centres.sort_by_key(|index| (Reverse(partners[*index as usize].len()), *index));
    let mut taken = vec![false; functions.len()];
    let mut classes = Vec::new();
    for centre in centres {
        if taken[centre as usize] {
            continue;
        }
        let free = partners[centre as usize].iter().filter(|(partner, _)| !taken[*partner as usize]);
        let free: Vec<(u32, usize)> = free.copied().collect();
        if free.is_empty() {
            continue;
        }
        let mut class =
            Class { kind: CloneKind::Gapped, tokens: u32::MAX, similarity: 1.0, members: Vec::new() };
        for index in free.iter().map(|(partner, _)| *partner).chain([centre]) {
            taken[index as usize] = true;
            class.members.push(functions[index as usize].piece);
            class.members.extend(&equals[index as usize]);
        }
        for (_, edge) in &free {
            class.tokens = class.tokens.min(edges[*edge].tokens);
            class.similarity = class.similarity.min(edges[*edge].similarity);
        }
        class.members.sort_unstable();
        classes.push(class);
    }
    classes
}
