//! Suffix array and longest common prefixes of a sequence of numbers.

use rayon::prelude::*;

/// The suffixes of a sequence in order, with the length of the prefix each shares with the one before it (0 for the first).
///
/// Prefix doubling (Manber and Myers 1990). Only undecided groups are sorted again (Larsson and Sadakane 1999): in a
/// sequence with few repetitions hardly anything is left after the first pass. The common prefixes are computed as by
/// Kasai et al. (2001).
pub fn suffixes(text: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..text.len() as u32).collect();
    order.par_sort_unstable_by_key(|start| (text[*start as usize], *start));
    let mut rank = vec![0_u32; text.len()];
    let mut groups = regroup(&mut rank, &order, 0..order.len(), |start| u64::from(text[start as usize]));
    let mut sorted = 1;
    while !groups.is_empty() && sorted < text.len() {
        let key = |rank: &[u32], start: u32| {
            rank.get(start as usize + sorted).map_or(0, |rank| u64::from(*rank) + 1)
        };
        let frozen = &rank;
        let mut slices = Vec::with_capacity(groups.len());
        let mut rest = order.as_mut_slice();
        let mut taken = 0;
        for group in &groups {
            let (_, after) = rest.split_at_mut(group.start - taken);
            let (slice, after) = after.split_at_mut(group.len());
            slices.push(slice);
            rest = after;
            taken = group.end;
        }
        slices
            .into_par_iter()
            .for_each(|slice| slice.sort_unstable_by_key(|start| (key(frozen, *start), *start)));
        // All keys are read before any rank changes, so that every group is sorted by the same prefixes.
        let keys: Vec<Vec<u64>> = groups
            .par_iter()
            .map(|group| order[group.clone()].iter().map(|start| key(frozen, *start)).collect())
            .collect();
        let mut left = Vec::new();
        for (group, keys) in groups.iter().zip(&keys) {
            let start = group.start;
            let mut place = 0;
            left.extend(regroup(&mut rank, &order, group.clone(), |_| {
                place += 1;
                keys[place - 1]
            }));
            debug_assert_eq!(start + place, group.end);
        }
        groups = left;
        sorted *= 2;
    }
    let lengths = common_prefixes(text, &order, &rank);
    (order, lengths)
}

/// Sets the rank of each member of a sorted range to the index of the first member with the same key, and returns the
/// ranges of equal keys with more than one member.
fn regroup(
    rank: &mut [u32],
    order: &[u32],
    range: std::ops::Range<usize>,
    mut key: impl FnMut(u32) -> u64,
) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let mut first = range.start;
    let mut current = None;
    for place in range.clone() {
        let own = key(order[place]);
        if current != Some(own) {
            if place - first > 1 {
                groups.push(first..place);
            }
            first = place;
            current = Some(own);
        }
        rank[order[place] as usize] = first as u32;
    }
    if range.end - first > 1 {
        groups.push(first..range.end);
    }
    groups
}

fn common_prefixes(text: &[u32], order: &[u32], rank: &[u32]) -> Vec<u32> {
    let mut lengths = vec![0; text.len()];
    let mut length = 0_usize;
    for start in 0..text.len() {
        let place = rank[start] as usize;
        let Some(before) = place.checked_sub(1).map(|before| order[before] as usize) else {
            length = 0;
            continue;
        };
        while start.max(before) + length < text.len() && text[start + length] == text[before + length] {
            length += 1;
        }
        lengths[place] = length as u32;
        length = length.saturating_sub(1);
    }
    lengths
}

/// A range of the suffix array whose suffixes share a prefix that no longer range shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Length of the shared prefix.
    pub length: u32,
    /// First place in the suffix array.
    pub first: u32,
    /// Last place, inclusive.
    pub last: u32,
}

/// All intervals with a non-empty prefix: the repeats that cannot be extended to the right.
pub fn intervals(lengths: &[u32]) -> Vec<Interval> {
    let mut found = Vec::new();
    let mut open: Vec<(u32, u32)> = Vec::new();
    for place in 0..=lengths.len() {
        let length = lengths.get(place).copied().unwrap_or(0);
        let mut first = place.saturating_sub(1) as u32;
        while let Some((deeper, begun)) = open.last().copied().filter(|(deeper, _)| *deeper > length) {
            open.pop();
            found.push(Interval { length: deeper, first: begun, last: place as u32 - 1 });
            first = begun;
        }
        if length > 0 && open.last().is_none_or(|(deeper, _)| *deeper < length) {
            open.push((length, first));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn suffixes_are_in_order_and_share_what_is_said(text in prop::collection::vec(0_u32..3, 0..80)) {
            let (order, lengths) = suffixes(&text);
            let mut naive: Vec<u32> = (0..text.len() as u32).collect();
            naive.sort_by_key(|start| &text[*start as usize..]);
            prop_assert_eq!(&order, &naive);
            for place in 1..order.len() {
                let (a, b) = (&text[order[place - 1] as usize..], &text[order[place] as usize..]);
                let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
                prop_assert_eq!(lengths[place] as usize, shared);
            }
        }

        #[test]
        fn intervals_are_the_repeats_that_end_differently(text in prop::collection::vec(0_u32..3, 0..40)) {
            let (order, lengths) = suffixes(&text);
            let mut found: Vec<(Vec<u32>, usize)> = intervals(&lengths)
                .into_iter()
                .map(|interval| {
                    let start = order[interval.first as usize] as usize;
                    (text[start..start + interval.length as usize].to_vec(), (interval.last - interval.first + 1) as usize)
                })
                .collect();
            found.sort();
            let mut expected = Vec::new();
            for start in 0..text.len() {
                for end in start + 1..=text.len() {
                    let piece = &text[start..end];
                    let places: Vec<usize> = (0..text.len()).filter(|at| text[*at..].starts_with(piece)).collect();
                    let after: std::collections::BTreeSet<_> = places.iter().map(|at| text.get(at + piece.len())).collect();
                    if places.len() > 1 && after.len() > 1 {
                        expected.push((piece.to_vec(), places.len()));
                    }
                }
            }
            expected.sort();
            expected.dedup();
            prop_assert_eq!(found, expected);
        }
    }
}
