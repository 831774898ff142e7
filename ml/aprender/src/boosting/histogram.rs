//! Sums of gradients and hessians by bin: the hot loop of boosting.
//!
//! Columns are taken in blocks whose sums stay in the first-level cache; each block belongs to one thread, so nothing is merged.
#![allow(unsafe_code)]

use super::bins::Bins;
use super::gradients::Gradients;
use rayon::prelude::*;

/// Size limit for the sums of a block of columns, in bytes.
const BLOCK_BYTES: usize = 32 << 10;

/// Number of rows whose bins stay in the second-level cache while the blocks process them.
const ROWS: usize = 2048;

/// Prefetch distance in rows.
const AHEAD: usize = 16;

/// Sums for each bin of each column, and the number of rows if it is counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Histogram {
    /// Columns × width.
    pub(super) sums: Vec<i64>,
    /// Columns × width, or empty.
    pub(super) counts: Vec<u32>,
}

/// Properties shared by all histograms of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    columns: usize,
    /// Slots for the bins of a column, a power of two; the last slot is for missing values.
    pub(super) width: usize,
    counted: bool,
}

impl Shape {
    /// For a table; `counted` if rows are counted in addition to the sums.
    pub(super) fn new(bins: &Bins, counted: bool) -> Self {
        let most = bins.borders.iter().map(|b| b.bins()).max().unwrap_or(1);
        Self { columns: bins.columns(), width: (most + 1).next_power_of_two().clamp(16, 256), counted }
    }

    /// Bytes of one histogram.
    pub(super) fn bytes(self) -> usize {
        self.columns * self.width * if self.counted { 12 } else { 8 }
    }

    /// The slot of a bin in a column.
    #[inline]
    pub(super) fn place(self, bin: u8) -> usize {
        usize::from(bin) & (self.width - 1)
    }

    /// Zeros, in memory that may have been used before.
    fn clear(self, histogram: &mut Histogram) {
        let length = self.columns * self.width;
        histogram.sums.clear();
        histogram.sums.resize(length, 0);
        histogram.counts.clear();
        histogram.counts.resize(if self.counted { length } else { 0 }, 0);
    }

    /// The sums over some rows.
    pub(super) fn fill(
        self,
        histogram: &mut Histogram,
        bins: &Bins,
        gradients: &Gradients<'_>,
        rows: &[u32],
    ) {
        self.clear(histogram);
        match self.width {
            16 => self.fill_width::<16>(histogram, bins, gradients, rows),
            32 => self.fill_width::<32>(histogram, bins, gradients, rows),
            64 => self.fill_width::<64>(histogram, bins, gradients, rows),
            128 => self.fill_width::<128>(histogram, bins, gradients, rows),
            _ => self.fill_width::<256>(histogram, bins, gradients, rows),
        }
    }

    fn fill_width<const W: usize>(
        self,
        histogram: &mut Histogram,
        bins: &Bins,
        gradients: &Gradients<'_>,
        rows: &[u32],
    ) {
        let block = (BLOCK_BYTES / (W * if self.counted { 12 } else { 8 })).clamp(1, self.columns);
        let (sums, _) = histogram.sums.as_chunks_mut::<W>();
        let (counts, _) = histogram.counts.as_chunks_mut::<W>();
        // On one thread the blocks take turns on rows that are still cached.
        let threads = rayon::current_num_threads();
        if threads == 1 || rows.len() * self.columns < 1 << 18 {
            for rows in rows.chunks(ROWS) {
                for (index, sums) in sums.chunks_mut(block).enumerate() {
                    let counts =
                        if self.counted { &mut counts[index * block..][..sums.len()] } else { &mut [][..] };
                    add::<W>(sums, counts, bins, index * block, gradients, rows);
                }
            }
            return;
        }
        let part = self.columns.div_ceil(threads).min(block.max(1) * 4).max(1);
        let mut counted = counts.chunks_mut(part).map(Some).collect::<Vec<_>>();
        counted.resize_with(self.columns.div_ceil(part), || None);
        sums.par_chunks_mut(part).zip(counted).enumerate().for_each(|(index, (sums, counts))| {
            let mut none: [[u32; W]; 0] = [];
            let counts = counts.unwrap_or(&mut none);
            for rows in rows.chunks(ROWS) {
                for (inner, sums) in sums.chunks_mut(block).enumerate() {
                    let counts = if counts.is_empty() {
                        &mut [][..]
                    } else {
                        &mut counts[inner * block..][..sums.len()]
                    };
                    add::<W>(sums, counts, bins, index * part + inner * block, gradients, rows);
                }
            }
        });
    }
}

/// Adds rows to the sums of the columns from `first` on.
fn add<const W: usize>(
    sums: &mut [[i64; W]],
    counts: &mut [[u32; W]],
    bins: &Bins,
    first: usize,
    gradients: &Gradients<'_>,
    rows: &[u32],
) {
    let (all, stride) = bins.by_row();
    let width = sums.len();
    let packed = gradients.packed.as_slice();
    for (at, row) in rows.iter().enumerate() {
        if let Some(next) = rows.get(at + AHEAD) {
            prefetch(all, *next as usize * stride + first);
        }
        let row = *row as usize;
        let value = packed[row];
        let bins = &all[row * stride + first..][..width];
        for (sums, bin) in sums.iter_mut().zip(bins) {
            sums[usize::from(*bin) & (W - 1)] += value;
        }
        for (counts, bin) in counts.iter_mut().zip(bins) {
            counts[usize::from(*bin) & (W - 1)] += 1;
        }
    }
}

/// Prefetches the cache line of an element.
#[inline(always)]
fn prefetch(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing and accepts any address; every x86-64 has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(at).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, at);
}

/// Turns a parent's sums into those of the child that is not `other`.
pub(super) fn subtract(parent: &mut Histogram, other: &Histogram) {
    parent.sums.iter_mut().zip(&other.sums).for_each(|(p, o)| *p -= o);
    parent.counts.iter_mut().zip(&other.counts).for_each(|(p, o)| *p -= o);
}
