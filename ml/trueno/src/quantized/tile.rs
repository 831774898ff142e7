//! Dot products of several rows with several others at once: each row is loaded once for all rows of the other side.
#![allow(unsafe_code, reason = "intrinsics on checked slices")]

use crate::buffer::{ALIGNMENT, Buffer};
use crate::simd::Level;

/// Rows of a tile on the left side.
pub(super) const ROWS: usize = 4;
/// Rows of a tile on the right side.
pub(super) const COLUMNS: usize = 4;

/// Maximum length for which 32 bits hold the sum of products of any values: 2¹⁶ · 255 · 128 is below 2³¹.
const PIECE: usize = 1 << 16;

/// Which instructions multiply integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Vnni,
}

impl Instructions {
    /// The best of the current level.
    pub(super) fn current() -> Self {
        match Level::current() {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 if std::arch::is_x86_feature_detected!("avx512vnni") => Self::Vnni,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Self::Avx512,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Self::Avx2,
            _ => Self::Portable,
        }
    }

    /// All that this machine supports.
    #[cfg(test)]
    pub(super) fn available() -> Vec<Self> {
        let best = Level::available().into_iter().map(|level| crate::simd::with_level(level, Self::current));
        let lesser: &[Self] = &[
            #[cfg(target_arch = "x86_64")]
            Self::Avx512,
        ];
        best.chain(lesser.iter().copied().filter(|_| Level::detected() == Level::Avx512)).collect()
    }

    /// The left side in the form that [`Self::dots`] takes: increased by 128 for VNNI, which takes that side as
    /// unsigned.
    ///
    /// Each row begins on a cache line, so that no register load spans two. Returns the rows and the distance between
    /// them.
    pub(super) fn left(self, rows: &[i8], length: usize) -> (Buffer<i8>, usize) {
        let flip = match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => i8::MIN,
            _ => 0,
        };
        let step = length.next_multiple_of(ALIGNMENT);
        let mut copy =
            Buffer::try_zeroed(rows.len() / length.max(1) * step).expect("as many rows are in memory");
        for (to, from) in copy.chunks_exact_mut(step.max(1)).zip(rows.chunks_exact(length.max(1))) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = from ^ flip);
        }
        (copy, step)
    }

    /// The offset that [`Self::dots`] subtracts from the sums with each of these rows, because [`Self::left`] increased
    /// the other side.
    pub(super) fn offsets<const C: usize>(self, b: [&[i8]; C]) -> [i64; C] {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => {
                let mut offsets = [0; C];
                let length = b.iter().map(|row| row.len()).min().unwrap_or_default();
                for start in (0..length).step_by(PIECE) {
                    let b = b.map(|row| &row[start..length.min(start + PIECE)]);
                    // SAFETY: `current` names only instructions that the machine has; all rows have one length.
                    let part = unsafe { x86::vnni_offsets(b) };
                    offsets.iter_mut().zip(part).for_each(|(offset, x)| *offset += i64::from(x));
                }
                offsets
            }
            _ => b.map(|_| 0),
        }
    }

    /// Σ aᵢ·bⱼ of `R` rows, prepared by [`Self::left`], with `C` others, all of one length. The sums of row i start at
    /// i·C. `offsets` are those of the others.
    pub(super) fn dots<const R: usize, const C: usize>(
        self,
        a: [&[i8]; R],
        b: [&[i8]; C],
        offsets: &[i64; C],
        sums: &mut [i64],
    ) {
        let length = a.iter().chain(&b).map(|row| row.len()).min().unwrap_or_default();
        for sums in sums[..R * C].chunks_mut(C) {
            sums.iter_mut().zip(offsets).for_each(|(sum, offset)| *sum = -offset);
        }
        for start in (0..length).step_by(PIECE) {
            let end = length.min(start + PIECE);
            let (a, b) = (a.map(|row| &row[start..end]), b.map(|row| &row[start..end]));
            let part = self.piece(a, b);
            for (sum, x) in sums.iter_mut().zip(part.as_flattened()) {
                *sum += i64::from(*x);
            }
        }
    }

    /// As [`Self::dots`], for at most [`PIECE`] numbers.
    fn piece<const R: usize, const C: usize>(self, a: [&[i8]; R], b: [&[i8]; C]) -> [[i32; C]; R] {
        match self {
            Self::Portable => a.map(|a| b.map(|b| portable(a, b))),
            // SAFETY: `current` names only instructions that the machine has; all rows have one length.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { x86::avx2(a, b) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::avx512(a, b) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => unsafe { x86::vnni(a, b) },
        }
    }
}

fn portable(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    //! No closures that other functions call: those would be compiled without these instructions, with a call per
    //! register.

    use super::portable;
    use std::arch::x86_64::*;

    /// Bytes are widened to 16 bits, multiplied and added in pairs. The shorter sequence with `maddubs` saturates if
    /// both sides are large, and preventing that costs as much as it saves.
    ///
    /// # Safety
    /// All rows have one length.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn avx2<const R: usize, const C: usize>(a: [&[i8]; R], b: [&[i8]; C]) -> [[i32; C]; R] {
        let whole = a[0].len() / 16 * 16;
        let mut result = a.map(|a| b.map(|b| portable(&a[whole..], &b[whole..])));
        // Two rows at a time: their sums and operands fit the sixteen registers.
        for (rows, results) in a.chunks(2).zip(result.chunks_mut(2)) {
            let mut sums = [[_mm256_setzero_si256(); C]; 2];
            for at in (0..whole).step_by(16) {
                // SAFETY: 16 bytes from `at` on are within the rows.
                let load = |row: &[i8]| unsafe { _mm_loadu_si128(row.as_ptr().add(at).cast()) };
                let left =
                    [_mm256_cvtepi8_epi16(load(rows[0])), _mm256_cvtepi8_epi16(load(rows[rows.len() - 1]))];
                for (j, b) in b.iter().enumerate() {
                    let right = _mm256_cvtepi8_epi16(load(b));
                    for (sums, left) in sums.iter_mut().zip(left) {
                        sums[j] = _mm256_add_epi32(sums[j], _mm256_madd_epi16(left, right));
                    }
                }
            }
            for (result, sum) in results.iter_mut().flatten().zip(sums.as_flattened()) {
                let mut lanes = [0i32; 8];
                // SAFETY: 32 bytes of a local array.
                unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), *sum) };
                *result += lanes.iter().sum::<i32>();
            }
        }
        result
    }

    /// As [`avx2`], 32 numbers at a time.
    ///
    /// # Safety
    /// All rows have one length.
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) unsafe fn avx512<const R: usize, const C: usize>(
        a: [&[i8]; R],
        b: [&[i8]; C],
    ) -> [[i32; C]; R] {
        let whole = a[0].len() / 32 * 32;
        let mut sums = [[_mm512_setzero_si512(); C]; R];
        for at in (0..whole).step_by(32) {
            // SAFETY: 32 bytes from `at` on are within the rows.
            let load = |row: &[i8]| unsafe { _mm256_loadu_si256(row.as_ptr().add(at).cast()) };
            let mut left = [_mm512_setzero_si512(); R];
            for (left, row) in left.iter_mut().zip(a) {
                *left = _mm512_cvtepi8_epi16(load(row));
            }
            for (j, b) in b.iter().enumerate() {
                let right = _mm512_cvtepi8_epi16(load(b));
                for (sums, left) in sums.iter_mut().zip(left) {
                    sums[j] = _mm512_add_epi32(sums[j], _mm512_madd_epi16(left, right));
                }
            }
        }
        let mut result = a.map(|a| b.map(|b| portable(&a[whole..], &b[whole..])));
        for (result, sum) in result.iter_mut().flatten().zip(add_lanes(sums).as_flattened()) {
            *result += sum;
        }
        result
    }

    /// One instruction for 64 products. It takes one side as unsigned: the bits of `a` are those of unsigned numbers.
    ///
    /// # Safety
    /// All rows have one length.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    pub(super) unsafe fn vnni<const R: usize, const C: usize>(a: [&[i8]; R], b: [&[i8]; C]) -> [[i32; C]; R] {
        let (length, whole) = (a[0].len(), a[0].len() / 64 * 64);
        let mut sums = [[_mm512_setzero_si512(); C]; R];
        macro_rules! step {
            ($load:expr) => {
                let mut left = [_mm512_setzero_si512(); R];
                for (left, row) in left.iter_mut().zip(a) {
                    *left = $load(row);
                }
                for (j, b) in b.iter().enumerate() {
                    let right = $load(b);
                    for (sums, left) in sums.iter_mut().zip(left) {
                        sums[j] = _mm512_dpbusd_epi32(sums[j], left, right);
                    }
                }
            };
        }
        for at in (0..whole).step_by(64) {
            // SAFETY: 64 bytes from `at` on are within the rows.
            step!(|row: &[i8]| unsafe { _mm512_loadu_si512(row.as_ptr().add(at).cast()) });
        }
        if whole < length {
            let mask = u64::MAX >> (64 - (length - whole));
            // SAFETY: lanes outside the mask are not accessed; missing ones are zero, so they add nothing.
            step!(|row: &[i8]| unsafe { _mm512_maskz_loadu_epi8(mask, row.as_ptr().add(whole)) });
        }
        add_lanes(sums)
    }

    /// The sums of 128·b.
    ///
    /// # Safety
    /// All rows have one length.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    pub(super) unsafe fn vnni_offsets<const C: usize>(b: [&[i8]; C]) -> [i32; C] {
        let mut sums = [[_mm512_setzero_si512(); C]];
        for (sum, row) in sums[0].iter_mut().zip(b) {
            for part in row.chunks(64) {
                let mask = u64::MAX >> (64 - part.len());
                // SAFETY: lanes outside the mask are not accessed; missing ones are zero.
                let right = unsafe { _mm512_maskz_loadu_epi8(mask, part.as_ptr()) };
                *sum = _mm512_dpbusd_epi32(*sum, _mm512_set1_epi8(i8::MIN), right);
            }
        }
        let [sums] = add_lanes(sums);
        sums
    }

    /// The sum of the lanes of each register, four registers at a time if there are that many.
    #[target_feature(enable = "avx512f")]
    fn add_lanes<const R: usize, const C: usize>(sums: [[__m512i; C]; R]) -> [[i32; C]; R] {
        let mut result = [[0; C]; R];
        for (result, sums) in result.iter_mut().zip(&sums) {
            if let ([w, x, y, z], Some(to)) = (sums.as_slice(), result.first_chunk_mut::<4>()) {
                let pairs = |a, b| _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
                let (low, high) = (pairs(*w, *x), pairs(*y, *z));
                let all =
                    _mm512_add_epi32(_mm512_unpacklo_epi64(low, high), _mm512_unpackhi_epi64(low, high));
                let half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64::<1>(all));
                let four = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256::<1>(half));
                // SAFETY: 16 bytes of a local array.
                unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), four) };
            } else {
                for (to, sum) in result.iter_mut().zip(sums) {
                    *to = _mm512_reduce_add_epi32(*sum);
                }
            }
        }
        result
    }
}
