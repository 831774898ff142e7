//! Turns repeats into clone classes: compares tokens, trims fringes, drops nested classes.

use crate::repeats::Repeat;
use crate::stream::{Extent, Likeness, Stream};
use crate::symbols::Role;
use crate::{CloneKind, CloneOptions};
use rayon::prelude::*;
use std::cmp::Reverse;

/// A piece of a stream.
pub type Piece = (u32, Extent);

/// A clone class in tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// The type of the class.
    pub kind: CloneKind,
    /// Tokens that all members have in common.
    pub tokens: u32,
    /// See [`crate::CloneClass::similarity`].
    pub similarity: f64,
    /// Index of the stream and token range of each member, in order.
    pub members: Vec<Piece>,
}

/// The classes for some repeats.
pub fn classes(
    streams: &[Stream],
    repeats: &[Repeat],
    likeness: Likeness,
    options: &CloneOptions,
) -> Vec<Class> {
    repeats.par_iter().flat_map_iter(|repeat| class_of(streams, repeat, likeness, options)).collect()
}

fn class_of(streams: &[Stream], repeat: &Repeat, likeness: Likeness, options: &CloneOptions) -> Vec<Class> {
    let window = options.window();
    let extent = |start: u32| Extent { start, end: start + repeat.tokens };
    let fringes = repeat
        .places
        .iter()
        .map(|(stream, start)| fringe(&streams[*stream as usize], extent(*start), window));
    let (lead, tail) = fringes.fold((0, 0), |most, own| (most.0.max(own.0), most.1.max(own.1)));
    if repeat.tokens < lead + tail + window {
        return Vec::new();
    }
    let inner = Repeat {
        tokens: repeat.tokens - lead - tail,
        places: repeat.places.iter().map(|(stream, start)| (*stream, start + lead)).collect(),
    };
    let (tokens, places) = without_overlap(&inner, window);
    let pieces: Vec<Piece> =
        places.into_iter().map(|(stream, start)| (stream, Extent { start, end: start + tokens })).collect();
    let groups = alike(streams, pieces, likeness, window);
    groups.into_iter().filter_map(|members| finished(streams, members, likeness, options)).collect()
}

/// Shortens a repeat that overlaps itself to its period, if that is still long enough; otherwise drops every occurrence
/// that overlaps the previous one.
fn without_overlap(repeat: &Repeat, window: u32) -> (u32, Vec<(u32, u32)>) {
    let neighbours = repeat.places.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let nearest = neighbours.map(|pair| pair[1].1 - pair[0].1).min().unwrap_or(u32::MAX);
    let tokens = if nearest >= window { repeat.tokens.min(nearest) } else { repeat.tokens };
    let mut kept: Vec<(u32, u32)> = Vec::with_capacity(repeat.places.len());
    for place in &repeat.places {
        if kept.last().is_none_or(|last| last.0 != place.0 || last.1 + tokens <= place.1) {
            kept.push(*place);
        }
    }
    (tokens, kept)
}

/// Groups pieces by comparing their tokens. Equal hashes of different windows are so rare that there is usually one
/// group.
fn alike(streams: &[Stream], pieces: Vec<Piece>, likeness: Likeness, window: u32) -> Vec<Vec<Piece>> {
    let mut groups = Vec::new();
    let mut rest = pieces;
    while rest.len() > 1 {
        let first = rest[0];
        let (same, different) =
            rest.into_iter().partition(|piece| are_alike(streams, first, *piece, likeness, window));
        groups.push(same);
        rest = different;
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Compares two pieces of equal length token by token.
pub fn are_alike(streams: &[Stream], a: Piece, b: Piece, likeness: Likeness, window: u32) -> bool {
    let tokens = |(stream, extent): Piece| {
        &streams[stream as usize].tokens[extent.start as usize..extent.end as usize]
    };
    if streams[a.0 as usize].family != streams[b.0 as usize].family {
        return false;
    }
    let pairs = tokens(a).iter().zip(tokens(b));
    pairs.enumerate().all(|(offset, (a, b))| a.is_like(b, offset as u32, likeness, window))
}

fn finished(
    streams: &[Stream],
    mut members: Vec<Piece>,
    likeness: Likeness,
    options: &CloneOptions,
) -> Option<Class> {
    members.retain(|(stream, extent)| {
        let lines = lines(&streams[*stream as usize], *extent);
        lines.is_some_and(|(first, last)| last - first + 1 >= options.min_lines)
    });
    if members.len() < 2 {
        return None;
    }
    let same = |piece: &Piece| are_alike(streams, members[0], *piece, Likeness::Exact, options.window());
    let exact = likeness == Likeness::Exact || members.iter().all(same);
    let kind = if exact { CloneKind::Exact } else { CloneKind::Renamed };
    Some(Class { kind, tokens: members[0].1.len(), similarity: 1.0, members })
}

/// First and last line of an extent that is not empty.
pub fn lines(stream: &Stream, extent: Extent) -> Option<(u32, u32)> {
    let tokens = stream.tokens.get(extent.start as usize..extent.end as usize)?;
    Some((tokens.first()?.line(), tokens.last()?.line()))
}

/// How many tokens at either end belong to something that is mostly outside the extent: the end of a function, the
/// beginning of the next, outer brackets, parts of lines.
fn fringe(stream: &Stream, extent: Extent, window: u32) -> (u32, u32) {
    let mut inner = extent;
    for _ in 0..4 {
        let before = inner;
        inner.start = after_function_end(stream, inner, window);
        inner.end = before_function_start(stream, inner, window);
        inner = whole_lines(stream, inner, window);
        inner = without_outer_brackets(stream, inner);
        if inner == before || inner.start >= inner.end {
            break;
        }
    }
    let start = inner.start.min(inner.end);
    (start - extent.start, extent.end - inner.end)
}

/// The enclosing functions of a token, the innermost first.
fn functions_around(stream: &Stream, token: u32) -> impl Iterator<Item = Extent> + '_ {
    let mut next = stream.functions.partition_point(|function| function.start <= token).checked_sub(1);
    std::iter::from_fn(move || {
        while let Some(index) = next {
            let function = stream.functions[index];
            next = stream.enclosing[index].map(|enclosing| enclosing as usize);
            if function.end > token {
                return Some(function);
            }
        }
        None
    })
}

fn after_function_end(stream: &Stream, extent: Extent, window: u32) -> u32 {
    functions_around(stream, extent.start)
        .take_while(|function| function.end < extent.end && function.end - extent.start < window)
        .filter(|function| function.start < extent.start)
        .last()
        .map_or(extent.start, |function| function.end)
}

fn before_function_start(stream: &Stream, extent: Extent, window: u32) -> u32 {
    if extent.start >= extent.end {
        return extent.end;
    }
    functions_around(stream, extent.end - 1)
        .take_while(|function| function.start > extent.start && extent.end - function.start < window)
        .filter(|function| function.end > extent.end)
        .last()
        .map_or(extent.end, |function| function.start)
}

/// Removes partial lines at both ends, unless the part is as long as a window.
fn whole_lines(stream: &Stream, extent: Extent, window: u32) -> Extent {
    let tokens = &stream.tokens;
    let Extent { mut start, mut end } = extent;
    if start > 0 && start < end && tokens[start as usize - 1].line() == tokens[start as usize].line() {
        let line = tokens[start as usize].line();
        let rest = &tokens[start as usize..end as usize];
        let part = rest.iter().take_while(|token| token.line() == line).count() as u32;
        start += if part < window { part } else { 0 };
    }
    if end > start
        && tokens.get(end as usize).is_some_and(|after| after.line() == tokens[end as usize - 1].line())
    {
        let line = tokens[end as usize].line();
        let rest = &tokens[start as usize..end as usize];
        let part = rest.iter().rev().take_while(|token| token.line() == line).count() as u32;
        end -= if part < window { part } else { 0 };
    }
    Extent { start, end }
}

fn without_outer_brackets(stream: &Stream, extent: Extent) -> Extent {
    let tokens = &stream.tokens[extent.start as usize..extent.end.max(extent.start) as usize];
    let closing =
        tokens.iter().take_while(|token| matches!(token.role(), Role::Close | Role::Semicolon)).count();
    let opening = tokens[closing..].iter().rev().take_while(|token| token.role() == Role::Open).count();
    Extent { start: extent.start + closing as u32, end: extent.end.max(extent.start) - opening as u32 }
}

/// Drops classes that other classes make redundant (see [`judge`]). The largest come first (tokens × members).
pub fn largest(all: Vec<Class>) -> Vec<Class> {
    let pairs = nested_pairs(&all);
    let mut dropped = vec![false; all.len()];
    // Outer classes that a stricter one replaces go first, so that they drop nothing themselves.
    for wanted in [Loser::Outer, Loser::Inner] {
        for (outer, inner) in &pairs {
            let is_open = !dropped[*outer as usize] && !dropped[*inner as usize];
            if is_open && judge(&all[*outer as usize], &all[*inner as usize]) == Some(wanted) {
                let loser = if wanted == Loser::Outer { outer } else { inner };
                dropped[*loser as usize] = true;
            }
        }
    }
    let mut kept: Vec<Class> =
        all.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(class, _)| class).collect();
    kept.sort_by_cached_key(|class| {
        let weight = u64::from(class.tokens) * class.members.len() as u64;
        (Reverse(weight), class.kind, class.members[0])
    });
    kept
}

/// Which of two nested classes is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loser {
    Outer,
    Inner,
}

/// Every member of `inner` is in one of `outer`. So `inner` is redundant, unless it is of a stricter type than an
/// `outer` with more members, or is the unchanged part of changed copies. If `outer` has as many members, is of a
/// looser type and hardly larger (by a tenth), it is the redundant one.
fn judge(outer: &Class, inner: &Class) -> Option<Loser> {
    if outer.members.len() > inner.members.len() {
        return (inner.kind >= outer.kind).then_some(Loser::Inner);
    }
    let hardly_larger = u64::from(inner.tokens) * 10 >= u64::from(outer.members[0].1.len()) * 9;
    if outer.kind > inner.kind && hardly_larger {
        return Some(Loser::Outer);
    }
    (outer.kind != CloneKind::Gapped || inner.kind == CloneKind::Gapped).then_some(Loser::Inner)
}

/// A member: its stream, its start, its end (the longest first) and the number of its class.
type Placed = (u32, u32, Reverse<u32>, u32);

/// Pairs of classes where every member of the second is in a member of the first, which has at least as many.
fn nested_pairs(all: &[Class]) -> Vec<(u32, u32)> {
    let mut pieces: Vec<Placed> = all
        .iter()
        .enumerate()
        .flat_map(|(number, class)| {
            class
                .members
                .iter()
                .map(move |(stream, extent)| (*stream, extent.start, Reverse(extent.end), number as u32))
        })
        .collect();
    pieces.par_sort_unstable();
    let by_stream: Vec<&[Placed]> = pieces.chunk_by(|a, b| a.0 == b.0).collect();
    let mut pairs: Vec<(u32, u32)> =
        by_stream.into_par_iter().flat_map_iter(|pieces| nested_in_stream(all, pieces)).collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// The pairs whose inner class has its first member among the pieces of one stream. The pieces are sorted by start, the
/// longest first, so the outer pieces come before the inner ones.
fn nested_in_stream(all: &[Class], pieces: &[Placed]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    let mut around: Vec<(u32, u32)> = Vec::new();
    for same in pieces.chunk_by(|a, b| (a.1, a.2) == (b.1, b.2)) {
        let (stream, start, Reverse(end), _) = same[0];
        around.retain(|(other_end, _)| *other_end > start);
        around.extend(same.iter().map(|piece| (end, piece.3)));
        let inner = same.iter().map(|piece| piece.3);
        for number in
            inner.filter(|number| all[*number as usize].members[0] == (stream, Extent { start, end }))
        {
            let outer = around.iter().filter(|(other_end, outer)| *other_end >= end && *outer != number);
            let holding = outer.filter(|(_, outer)| holds(&all[*outer as usize], &all[number as usize]));
            pairs.extend(holding.map(|(_, outer)| (*outer, number)));
        }
    }
    pairs
}

fn holds(outer: &Class, inner: &Class) -> bool {
    let in_outer = |(stream, extent): &Piece| {
        let after =
            outer.members.partition_point(|member| (member.0, member.1.start) <= (*stream, extent.start));
        let around = after.checked_sub(1).map(|place| outer.members[place]);
        around.is_some_and(|(other, around)| other == *stream && around.contains(*extent))
    };
    outer.members.len() >= inner.members.len() && inner.members.iter().all(in_outer)
}
