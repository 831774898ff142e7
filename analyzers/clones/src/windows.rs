//! Hashes of every window of a given number of tokens.
//!
//! A polynomial rolling hash (Karp and Rabin 1987). For renamed code, the value of a name is the distance to its
//! previous occurrence, or 0 if that is before the window, as in Baker's parameterised strings ("Parameterized
//! duplication in strings", 1997): two windows have equal values exactly when a renaming turns one into the other. When
//! the window moves on, the first name leaves it, and the next occurrence of that name becomes the first.

use crate::mixing::mix;
use crate::stream::{Likeness, Stream, Symbol};

/// Odd, so that no factor is lost modulo 2^64.
const BASE: u64 = 0x9E6C_63D0_876A_9A35;

/// The number of windows in a stream.
pub fn count(stream: &Stream, window: u32) -> usize {
    if window == 0 { 0 } else { (stream.tokens.len() + 1).saturating_sub(window as usize) }
}

/// Appends the hash of the window that starts at each token; nothing if the stream is shorter than a window. Streams of
/// different families only share hashes by chance.
pub fn append_hashes(all: &mut Vec<u64>, stream: &Stream, window: u32, likeness: Likeness) {
    let tokens = &stream.tokens;
    let width = window as usize;
    if tokens.len() < width || width == 0 {
        return;
    }
    let powers: Vec<u64> =
        std::iter::successors(Some(1_u64), |power| Some(power.wrapping_mul(BASE))).take(width).collect();
    let seed = mix(u64::from(stream.family) << 8);
    let next = match likeness {
        Likeness::Exact => Vec::new(),
        Likeness::Renamed => next_occurrences(tokens),
    };
    let mut hash = tokens[..width].iter().enumerate().fold(0_u64, |hash, (offset, token)| {
        hash.wrapping_mul(BASE).wrapping_add(value(token, offset as u32, likeness, window))
    });
    all.push(mix(hash ^ seed));
    for start in 0..tokens.len() - width {
        hash = hash.wrapping_sub(value(&tokens[start], 0, likeness, window).wrapping_mul(powers[width - 1]));
        if let Some(distance) = next.get(start).map(|distance| usize::from(*distance))
            && distance > 0
            && distance < width
        {
            let heir = &tokens[start + distance];
            let change = value(heir, 0, likeness, window).wrapping_sub(value(heir, window, likeness, window));
            hash = hash.wrapping_add(change.wrapping_mul(powers[width - 1 - distance]));
        }
        let entering = value(&tokens[start + width], window - 1, likeness, window);
        hash = hash.wrapping_mul(BASE).wrapping_add(entering);
        all.push(mix(hash ^ seed));
    }
}

/// The contribution of a token to the hash, `offset` tokens into the window.
fn value(token: &Symbol, offset: u32, likeness: Likeness, window: u32) -> u64 {
    match likeness {
        Likeness::Exact => token.exact,
        Likeness::Renamed => {
            let back = token.back_within(offset, window);
            (u64::from(token.kind) << 16 | u64::from(back))
                .wrapping_add(1)
                .wrapping_mul(0xD6E8_FEB8_6659_FD93)
        }
    }
}

/// Tokens to the next occurrence of each name; 0 if there is none.
fn next_occurrences(tokens: &[Symbol]) -> Vec<u16> {
    let mut next = vec![0; tokens.len()];
    for (place, token) in tokens.iter().enumerate() {
        if token.back > 0 {
            next[place - usize::from(token.back)] = token.back;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::{Kind, Role};
    use proptest::prelude::*;

    /// A stream of names (`Some`) and signs.
    fn stream(texts: &[Option<u8>]) -> Stream {
        let tokens = texts.iter().enumerate().map(|(place, text)| {
            let before = texts[..place].iter().rposition(|other| text.is_some() && other == text);
            let role = if text.is_some() { Role::Name } else { Role::Sign };
            let kind = Kind { code: u16::from(text.is_some()), role };
            let back = before.map_or(0, |before| (place - before) as u16);
            let mut symbol = Symbol::new(mix(u64::from(text.unwrap_or(255))), kind, 1);
            symbol.back = back;
            symbol
        });
        Stream { file: 0, family: 0, tokens: tokens.collect(), functions: Vec::new(), enclosing: Vec::new() }
    }

    /// True if one bijective renaming turns one window into the other.
    fn renames(a: &[Option<u8>], b: &[Option<u8>]) -> bool {
        let consistent = |from: &[Option<u8>], to: &[Option<u8>]| {
            (0..from.len()).all(|i| (0..i).all(|j| from[i].is_none() || from[i] != from[j] || to[i] == to[j]))
        };
        a.iter().zip(b).all(|(a, b)| a.is_some() == b.is_some()) && consistent(a, b) && consistent(b, a)
    }

    proptest! {
        #[test]
        fn windows_have_equal_hashes_exactly_when_their_tokens_are_alike(
            texts in prop::collection::vec(prop::option::weighted(0.7, 0_u8..4), 0..60),
            window in 1_u32..9,
        ) {
            let stream = stream(&texts);
            let hashes = |likeness| {
                let mut all = Vec::new();
                append_hashes(&mut all, &stream, window, likeness);
                prop_assert_eq!(all.len(), count(&stream, window));
                Ok(all)
            };
            let (renamed, exact) = (hashes(Likeness::Renamed)?, hashes(Likeness::Exact)?);
            let windows: Vec<&[Option<u8>]> = texts.windows(window as usize).collect();
            prop_assert_eq!(renamed.len(), windows.len());
            for i in 0..windows.len() {
                for j in 0..i {
                    prop_assert_eq!(exact[i] == exact[j], windows[i] == windows[j]);
                    prop_assert_eq!(renamed[i] == renamed[j], renames(windows[i], windows[j]), "{} {}", i, j);
                }
            }
        }
    }
}
