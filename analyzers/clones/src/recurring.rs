//! Finds the windows that occur more than once. Every hash is only compared with the few others that could equal it:
//! hashes are distributed by their first bits to buckets that fit into a processor's cache, one part of the streams at
//! a time (the partitioning of Shatdal, Kant and Naughton, "Cache conscious algorithms for relational query
//! processing", VLDB 1994), and compared bucket by bucket.

use crate::stream::{Likeness, Stream};
use crate::windows;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Windows that are distributed in one part: its hashes and numbers fit into a processor's L2 cache.
const PART: usize = 1 << 16;

/// Average number of windows in a bucket.
const BUCKET: usize = 1 << 13;

const MOST_BUCKETS: usize = 1 << 12;

/// Marks a window that occurs once; never the id of a hash.
const ONCE: u32 = u32::MAX;

/// The windows whose hash occurs more than once: number and id of the hash, sorted. Windows are numbered stream by
/// stream from the stream's base; ids are assigned by hash.
pub fn recurring(streams: &[Stream], bases: &[u32], window: u32, likeness: Likeness) -> Vec<(u32, u32)> {
    let total = bases.last().copied().unwrap_or(0) as usize;
    let buckets = (total / BUCKET).next_power_of_two().min(MOST_BUCKETS);
    let parts: Vec<Dealt> = parts(bases)
        .into_par_iter()
        .map(|part| {
            let mut hashes = Vec::with_capacity((bases[part.end] - bases[part.start]) as usize);
            for stream in &streams[part.clone()] {
                windows::append_hashes(&mut hashes, stream, window, likeness);
            }
            Dealt::of(&hashes, bases[part.start], buckets)
        })
        .collect();
    let groups: Vec<Groups> = (0..buckets).into_par_iter().map(|bucket| Groups::of(&parts, bucket)).collect();
    drop(parts);
    let ids: Vec<AtomicU32> = (0..total).into_par_iter().map(|_| AtomicU32::new(ONCE)).collect();
    let mut first_ids = Vec::with_capacity(groups.len());
    let mut next_id = 0;
    for group in &groups {
        first_ids.push(next_id);
        next_id += group.ends.len() as u32;
    }
    // A number is in one group only, so the order in which threads write does not matter.
    groups.par_iter().zip(first_ids).for_each(|(groups, first_id)| {
        for (numbers, id) in groups.iter().zip(first_id..) {
            numbers.iter().for_each(|number| ids[*number as usize].store(id, Ordering::Relaxed));
        }
    });
    drop(groups);
    let numbered = ids.into_iter().map(AtomicU32::into_inner).zip(0..);
    numbered.filter(|(id, _)| *id != ONCE).map(|(id, number)| (number, id)).collect()
}

/// Divides the streams into parts of [`PART`] windows or a little more; a larger stream is a part by itself.
fn parts(bases: &[u32]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut first = 0;
    for end in 1..bases.len() {
        if (bases[end] - bases[first]) as usize >= PART || end + 1 == bases.len() {
            parts.push(first..end);
            first = end;
        }
    }
    parts
}

/// The windows of one part, bucket by bucket, in order within each.
struct Dealt {
    /// Hash and number.
    windows: Vec<(u64, u32)>,
    /// One past the last window of each bucket.
    ends: Vec<u32>,
}

impl Dealt {
    fn of(hashes: &[u64], base: u32, buckets: usize) -> Dealt {
        let mut next = vec![0_u32; buckets + 1];
        for hash in hashes {
            next[bucket(*hash, buckets) + 1] += 1;
        }
        for place in 1..next.len() {
            next[place] += next[place - 1];
        }
        let mut windows = vec![(0, 0); hashes.len()];
        for (hash, number) in hashes.iter().zip(base..) {
            let place = &mut next[bucket(*hash, buckets)];
            windows[*place as usize] = (*hash, number);
            *place += 1;
        }
        // The start of each bucket has become its end.
        next.pop();
        Dealt { windows, ends: next }
    }

    fn bucket(&self, bucket: usize) -> &[(u64, u32)] {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.windows[start as usize..self.ends[bucket] as usize]
    }
}

/// The bucket of a hash, by its first bits.
fn bucket(hash: u64, buckets: usize) -> usize {
    // The first shift by one bit handles a single bucket: a shift by 64 would overflow.
    (hash >> 1 >> (63 - buckets.trailing_zeros())) as usize
}

/// The numbers of the windows of one bucket whose hash occurs more than once, grouped and sorted by hash.
struct Groups {
    numbers: Vec<u32>,
    ends: Vec<u32>,
}

impl Groups {
    fn of(parts: &[Dealt], bucket: usize) -> Groups {
        let count = parts.iter().map(|part| part.bucket(bucket).len()).sum();
        let mut seen = SeenTwice::with_room_for(count);
        for part in parts {
            part.bucket(bucket).iter().for_each(|(hash, _)| seen.add(*hash));
        }
        let windows = parts.iter().flat_map(|part| part.bucket(bucket));
        let mut candidates: Vec<(u64, u32)> =
            windows.filter(|(hash, _)| seen.holds(*hash)).copied().collect();
        candidates.sort_unstable();
        let mut groups = Groups { numbers: Vec::with_capacity(candidates.len()), ends: Vec::new() };
        for group in candidates.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            groups.numbers.extend(group.iter().map(|(_, number)| number));
            groups.ends.push(groups.numbers.len() as u32);
        }
        groups
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.numbers[start as usize..*end as usize])
    }
}

/// Two bits for each slot: how often a hash with this slot was seen. May say "twice" for two hashes that share a slot,
/// never "once" for one that was seen twice.
struct SeenTwice {
    bytes: Vec<u8>,
    mask: usize,
}

impl SeenTwice {
    fn with_room_for(hashes: usize) -> Self {
        let slots = (hashes.max(16) * 8).next_power_of_two();
        SeenTwice { bytes: vec![0; slots / 4], mask: slots - 1 }
    }

    /// The first bits select the bucket; the last ones distinguish hashes.
    fn add(&mut self, hash: u64) {
        let slot = hash as usize & self.mask;
        let byte = &mut self.bytes[slot / 4];
        let bit = 1 << (slot % 4 * 2);
        *byte |= if *byte & bit == 0 { bit } else { bit << 1 };
    }

    fn holds(&self, hash: u64) -> bool {
        let slot = hash as usize & self.mask;
        self.bytes[slot / 4] & (2 << (slot % 4 * 2)) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn windows_that_recur_are_found_whatever_bucket_they_fall_into() {
        for buckets in [1_usize, 2, 64] {
            // Hashes that differ in their first bits, in their last ones, or not at all.
            let hashes: Vec<u64> =
                (0..5_000_u64).map(|number| ((number % 61) << 58) | (number * number % 97)).collect();
            let parts: Vec<Dealt> = hashes
                .chunks(700)
                .zip(0..)
                .map(|(hashes, part)| Dealt::of(hashes, part * 700, buckets))
                .collect();
            let mut found: Vec<Vec<u32>> = (0..buckets)
                .map(|bucket| Groups::of(&parts, bucket))
                .flat_map(|groups| groups.iter().map(<[u32]>::to_vec).collect::<Vec<_>>())
                .collect();
            let mut expected: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
            hashes.iter().zip(0..).for_each(|(hash, number)| expected.entry(*hash).or_default().push(number));
            let expected: Vec<Vec<u32>> =
                expected.into_values().filter(|numbers| numbers.len() > 1).collect();
            found.iter_mut().for_each(|numbers| assert!(numbers.is_sorted()));
            assert_eq!(found, expected, "{buckets} buckets");
        }
    }

    #[test]
    fn parts_hold_every_stream_once() {
        let bases = [0, 10, 10, 70_000, 70_001, 300_000, 300_000, 300_007];
        let parts = parts(&bases);
        assert_eq!(parts, [0..3, 3..5, 5..7]);
        assert!(super::parts(&[0]).is_empty());
    }
}
