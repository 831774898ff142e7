//! One thread's part of a product: blocks, packed if that pays, computed tile by tile.
#![allow(unsafe_code, reason = "operands are read through pointers and steps")]

use super::cache::Caches;
use super::tile::{self, Tile};
use super::{Operand, Problem, pack};
use crate::simd::{Kernel, Lanes, Real};

/// Block depth in bytes of k: a panel of six columns then takes a quarter of the smallest first-level cache.
const BLOCK_BYTES: usize = 4096;

/// Some rows and columns of a problem's result, for one thread.
pub(super) struct Part<'a, T: Real> {
    pub problem: &'a Problem<'a, T>,
    pub rows: (usize, usize),
    pub columns: (usize, usize),
}

/// Block sizes, and which operands are copied into the order in which the kernel reads them.
#[derive(Clone, Copy)]
struct Plan {
    rows: usize,
    columns: usize,
    depth: usize,
    pack_a: bool,
    pack_b: bool,
}

impl Plan {
    /// For `rows` × `columns` of the problem's result.
    fn new<T: Real, S: Lanes<T>>(problem: &Problem<'_, T>, rows: usize, columns: usize) -> Self {
        let k = problem.k;
        let caches = Caches::of_this_machine();
        let longest = BLOCK_BYTES / size_of::<T>();
        // The depth depends on k alone: the order of sums must not depend on the machine.
        let depth = k.div_ceil(k.div_ceil(longest).max(1)).max(1);
        let (height, width) = (S::N * S::TILE_VECTORS, S::TILE_COLUMNS);
        let most = (caches.l2 / 2 / (depth * size_of::<T>()) / height).clamp(1, 16) * height;
        // Equal blocks, so that the last one is not a sliver.
        let parts = rows.div_ceil(most).max(1);
        let block_rows = rows.div_ceil(parts).div_ceil(height).max(1) * height;
        let across = (caches.l3 / 8 / (depth * size_of::<T>())).clamp(48, 3072);
        // Adjacent rows can be read in place; copying pays if they are far apart and read many times.
        let near = k.saturating_mul(rows) * size_of::<T>() <= caches.l2 / 4 && k <= depth;
        Self {
            rows: block_rows,
            columns: columns.div_ceil(width).min(across / width) * width,
            depth,
            pack_a: k > 0
                && (problem.a.row_step != 1 || !(near || columns <= 4 * width || rows <= 2 * height)),
            pack_b: k > 0 && problem.b.row_step != 1 && rows > 2 * height,
        }
    }

    /// Numbers that the packed blocks of a and b take; b's block begins on a cache line too.
    fn room(&self) -> (usize, usize) {
        let a = if self.pack_a { (self.rows * self.depth).next_multiple_of(64) } else { 0 };
        (a, if self.pack_b { self.columns * self.depth } else { 0 })
    }
}

impl<T: Real> Kernel<T> for Part<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Lanes<T>>(self, s: S) {
        let (rows, columns) = (self.rows.1 - self.rows.0, self.columns.1 - self.columns.0);
        if rows == 0 || columns == 0 {
            return;
        }
        let k = self.problem.k;
        let plan = Plan::new::<T, S>(self.problem, rows, columns);
        let (a_room, b_room) = plan.room();
        let mut scratch = pack::Scratch::take::<T>(a_room + b_room);
        let (a_room, b_room) = scratch.numbers::<T>()[..a_room + b_room].split_at_mut(a_room);
        for column in (self.columns.0..self.columns.1).step_by(plan.columns) {
            let block_columns = plan.columns.min(self.columns.1 - column);
            // If k is 0 there is still one step, which scales and finishes the existing values.
            for start in (0..k.max(1)).step_by(plan.depth) {
                let depth = plan.depth.min(k - start);
                let b = self.columns_of_b::<S>(plan, (start, depth), (column, block_columns), b_room);
                for row in (self.rows.0..self.rows.1).step_by(plan.rows) {
                    let block_rows = plan.rows.min(self.rows.1 - row);
                    let a = self.rows_of_a(s, plan, (start, depth), (row, block_rows), a_room);
                    let step = Step { problem: self.problem, k: (start, depth), a, b };
                    step.multiply(s, (row, block_rows), (column, block_columns));
                }
            }
        }
        scratch.give_back();
    }
}

impl<T: Real> Part<'_, T> {
    /// Address of a block of b for the kernel: in place, or packed into `room`.
    #[inline(always)]
    fn columns_of_b<S: Lanes<T>>(
        &self,
        plan: Plan,
        (start, depth): (usize, usize),
        (column, columns): (usize, usize),
        room: &mut [T],
    ) -> Source<T> {
        let b = self.problem.b;
        let (from, width) = (b.at(start, column), S::TILE_COLUMNS);
        if !plan.pack_b {
            let panel = width as isize * b.column_step;
            return Source { start: from, step: b.row_step, other: b.column_step, panel };
        }
        // SAFETY: the block is within b; the room was made for it.
        unsafe { pack::pack_columns(Operand { start: from, ..b }, depth, columns, width, room) };
        Source { start: room.as_ptr(), step: width as isize, other: 1, panel: (width * depth) as isize }
    }

    /// Address of a block of a for the kernel: in place, or packed into `room`.
    #[inline(always)]
    fn rows_of_a<S: Lanes<T>>(
        &self,
        s: S,
        plan: Plan,
        (start, depth): (usize, usize),
        (row, rows): (usize, usize),
        room: &mut [T],
    ) -> Source<T> {
        let a = self.problem.a;
        let (from, height) = (a.at(row, start), S::N * S::TILE_VECTORS);
        if !plan.pack_a {
            return Source { start: from, step: a.column_step, other: 1, panel: height as isize };
        }
        // SAFETY: the block is within a; the room was made for it.
        unsafe { pack::pack_rows(s, Operand { start: from, ..a }, rows, depth, height, room) };
        Source { start: room.as_ptr(), step: height as isize, other: 1, panel: (height * depth) as isize }
    }
}

/// Location of the panels of an operand's block.
#[derive(Clone, Copy)]
struct Source<T> {
    start: *const T,
    /// From one k to the next.
    step: isize,
    /// From one row or column to the next.
    other: isize,
    /// From one panel to the next.
    panel: isize,
}

/// One block of k.
struct Step<'p, T: Real> {
    problem: &'p Problem<'p, T>,
    k: (usize, usize),
    a: Source<T>,
    b: Source<T>,
}

impl<T: Real> Step<'_, T> {
    /// All tiles of a block of rows by a block of columns.
    #[inline(always)]
    fn multiply<S: Lanes<T>>(&self, s: S, (row, rows): (usize, usize), (column, columns): (usize, usize)) {
        let problem = self.problem;
        let (height, width) = (S::N * S::TILE_VECTORS, S::TILE_COLUMNS);
        let beta = if self.k.0 == 0 { problem.beta } else { T::ONE };
        let last = self.k.0 + self.k.1 == problem.k;
        let finish = last && !problem.epilogue.is_identity();
        for j in (0..columns).step_by(width) {
            let tile_columns = width.min(columns - j);
            let b = self.b.start.wrapping_offset((j / width) as isize * self.b.panel);
            for i in (0..rows).step_by(height) {
                let above = if problem.lower { self.above::<S>(row + i, column + j) } else { 0 };
                if above >= height.min(rows - i) {
                    continue;
                }
                let (tile_rows, i) = (height.min(rows - i) - above, i + above);
                let c =
                    problem.c.wrapping_offset((column + j) as isize * problem.c_column + (row + i) as isize);
                let vectors = tile_rows.div_ceil(S::N);
                let tile = Tile {
                    k: self.k.1,
                    a: self.a.start.wrapping_offset((i / height) as isize * self.a.panel).wrapping_add(above),
                    a_step: self.a.step,
                    b,
                    b_step: self.b.step,
                    b_column: self.b.other,
                    c,
                    c_column: problem.c_column,
                    alpha: problem.alpha,
                    beta,
                    tail: tile_rows - (vectors - 1) * S::N,
                };
                // SAFETY: the tile is within the part, the part within the operands, whose sizes `gemm` compared.
                unsafe {
                    tile::run(s, vectors, tile_columns, tile);
                    if finish {
                        let place = (row + i, column + j);
                        problem.epilogue.apply(s, c, problem.c_column, place, (tile_rows, tile_columns));
                    }
                }
            }
        }
    }

    /// Number of rows of a tile at (`row`, `column`) that lie above the diagonal, in whole registers.
    #[inline(always)]
    fn above<S: Lanes<T>>(&self, row: usize, column: usize) -> usize {
        column.saturating_sub(row) / S::N * S::N
    }
}
