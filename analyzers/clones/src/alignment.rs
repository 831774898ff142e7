//! How much two functions have in common: their lines are aligned, and their names are compared under the best
//! renaming.

use crate::mixing::mix;
use crate::stream::{Extent, Stream, Symbol};
use crate::symbols::Role;
use facts::hash::HashMap;

/// A function as lines.
#[derive(Debug, Clone)]
pub struct Compared {
    /// In order.
    pub lines: Vec<Line>,
}

/// The tokens of one line.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Hash of the kinds of its tokens.
    pub hash: u64,
    start: u32,
    end: u32,
}

impl Compared {
    /// Splits a piece of a stream into lines.
    pub fn of(stream: &Stream, extent: Extent) -> Compared {
        let tokens = &stream.tokens[extent.start as usize..extent.end as usize];
        let mut start = 0;
        let lines = tokens.chunk_by(|a, b| a.line() == b.line()).map(|line| {
            let hash =
                line.iter().fold(u64::from(stream.family), |hash, token| mix(hash ^ u64::from(token.kind)));
            start += line.len() as u32;
            Line { hash, start: start - line.len() as u32, end: start }
        });
        Compared { lines: lines.collect() }
    }
}

/// The most cells of an alignment table: two functions of 2,000 lines. Longer functions are compared only by their
/// common beginning and end, which finds less, never more.
const MAX_CELLS: usize = 4_000_000;

/// The number of tokens that two functions have in common, and their share of all tokens of both (Dice's coefficient).
///
/// The tokens of aligned lines count as far as their names agree: a name agrees fully with the same name, or with its
/// usual counterpart; half with a name that it is aligned with only once; otherwise not at all.
pub fn similarity(a: (&[Symbol], &Compared), b: (&[Symbol], &Compared)) -> (u32, f64) {
    let pairs: Vec<(&[Symbol], &[Symbol])> = aligned(&a.1.lines, &b.1.lines)
        .into_iter()
        .map(|(i, j)| (tokens_of(a.0, &a.1.lines[i]), tokens_of(b.0, &b.1.lines[j])))
        .filter(|(a, b)| a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| a.kind == b.kind))
        .collect();
    let renaming = Renaming::of(&pairs);
    let matched: f64 = pairs.iter().map(|(a, b)| renaming.tokens_in_common(a, b)).sum();
    let total = a.0.len() + b.0.len();
    (matched as u32, if total == 0 { 0.0 } else { 2.0 * matched / total as f64 })
}

fn tokens_of<'t>(tokens: &'t [Symbol], line: &Line) -> &'t [Symbol] {
    &tokens[line.start as usize..line.end as usize]
}

/// A longest common subsequence of two lists of lines.
fn aligned(a: &[Line], b: &[Line]) -> Vec<(usize, usize)> {
    let same = |(a, b): &(&Line, &Line)| a.hash == b.hash;
    let head = a.iter().zip(b).take_while(same).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(same).count();
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|place| (place, place)).collect();
    let (rows, columns) = (a.len() - head - tail, b.len() - head - tail);
    if rows * columns <= MAX_CELLS {
        let inner = longest_common_subsequence(&a[head..head + rows], &b[head..head + columns]);
        pairs.extend(inner.into_iter().map(|(i, j)| (head + i, head + j)));
    }
    pairs.extend((0..tail).map(|place| (head + rows + place, head + columns + place)));
    pairs
}

fn longest_common_subsequence(a: &[Line], b: &[Line]) -> Vec<(usize, usize)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i].hash == b[j].hash {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i].hash == b[j].hash {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Which names correspond, and how often.
struct Renaming {
    counts: HashMap<(u64, u64), u32>,
    /// The most frequent counterpart of each name, in both directions.
    forth: HashMap<u64, (u32, u64)>,
    back: HashMap<u64, (u32, u64)>,
}

impl Renaming {
    fn of(pairs: &[(&[Symbol], &[Symbol])]) -> Self {
        let mut counts: HashMap<(u64, u64), u32> = HashMap::default();
        let tokens = pairs.iter().flat_map(|(a, b)| a.iter().zip(*b));
        for (a, b) in tokens.filter(|(a, _)| a.role() == Role::Name) {
            *counts.entry((a.exact, b.exact)).or_default() += 1;
        }
        let mut forth: HashMap<u64, (u32, u64)> = HashMap::default();
        let mut back: HashMap<u64, (u32, u64)> = HashMap::default();
        for ((a, b), count) in &counts {
            let best = forth.entry(*a).or_default();
            *best = (*best).max((*count, *b));
            let best = back.entry(*b).or_default();
            *best = (*best).max((*count, *a));
        }
        Renaming { counts, forth, back }
    }

    /// From 0 to 1.
    fn agreement(&self, a: u64, b: u64) -> f64 {
        let best =
            |of: &HashMap<u64, (u32, u64)>, name, other| of.get(&name).is_some_and(|best| best.1 == other);
        if a == b {
            1.0
        } else if !best(&self.forth, a, b) || !best(&self.back, b, a) {
            0.0
        } else if self.counts.get(&(a, b)).is_some_and(|count| *count > 1) {
            1.0
        } else {
            0.5
        }
    }

    fn tokens_in_common(&self, a: &[Symbol], b: &[Symbol]) -> f64 {
        let names = a.iter().zip(b).filter(|(a, _)| a.role() == Role::Name);
        let (count, agreed) = names.fold((0_u32, 0.0), |(count, agreed), (a, b)| {
            (count + 1, agreed + self.agreement(a.exact, b.exact))
        });
        let share = if count == 0 { 1.0 } else { agreed / f64::from(count) };
        a.len() as f64 * share
    }
}
