//! Eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QL
//! steps.

use super::{add_scaled, dot, rotate, square};
use crate::array::{Array, ArrayView};
use crate::error::LinalgError;
use crate::simd::Level;

/// Maximum number of QL steps for one eigenvalue; two are usual, and more than this means no convergence.
const STEPS: usize = 60;

/// A = V Λ Vᵀ, eigenvalues in ascending order.
#[derive(Debug, Clone)]
pub struct SymmetricEigen {
    /// Ascending.
    pub values: Vec<f64>,
    /// Row i is the unit eigenvector of eigenvalue i.
    pub vectors: Array<f64>,
}

impl SymmetricEigen {
    /// Decomposes `a`; reads only its lower triangle.
    ///
    /// # Errors
    /// Not square, not finite, or no convergence (never observed).
    pub fn new(a: &ArrayView<'_, f64>) -> Result<Self, LinalgError> {
        let n = square("the matrix", a)?;
        let level = Level::current();
        let mut full = a.to_array().as_slice().to_vec();
        for i in 0..n {
            for j in i + 1..n {
                full[i * n + j] = full[j * n + i];
            }
        }
        let (mut diagonal, mut beside, mut vectors) = tridiagonal(level, &mut full, n);
        for low in 0..n {
            settle(level, low, &mut diagonal, &mut beside, &mut vectors)?;
        }
        let mut order = (0..n).collect::<Vec<_>>();
        order.sort_by(|i, j| diagonal[*i].total_cmp(&diagonal[*j]).then(i.cmp(j)));
        Ok(Self {
            values: order.iter().map(|i| diagonal[*i]).collect(),
            vectors: Array::from_fn(&[n, n], |i| vectors[order[i[0]] * n + i[1]])?,
        })
    }
}

/// Diagonal, subdiagonal, and the transposed transformation, row by row.
fn tridiagonal(level: Level, a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut beside = vec![0.0; n];
    let mut reflections = Vec::new();
    for k in 0..n.saturating_sub(2) {
        // The column below the diagonal equals the row right of it.
        let mut v = a[k * n + k + 1..(k + 1) * n].to_vec();
        let largest = v.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        let norm = if largest > 0.0 {
            v.iter_mut().for_each(|x| *x /= largest);
            dot(level, &v, &v).sqrt()
        } else {
            0.0
        };
        if norm == 0.0 {
            reflections.push((v, 0.0));
            continue;
        }
        let alpha = -norm.copysign(v[0]);
        beside[k] = alpha * largest;
        v[0] -= alpha;
        let tau = 2.0 / dot(level, &v, &v);
        // A ← A - v wᵀ - w vᵀ with p = τ A v, w = p - τ/2 (pᵀv) v.
        let size = n - k - 1;
        let row = |i: usize| (k + 1 + i) * n + k + 1;
        let mut w = (0..size).map(|i| tau * dot(level, &a[row(i)..row(i) + size], &v)).collect::<Vec<_>>();
        let half = -0.5 * tau * dot(level, &w, &v);
        add_scaled(level, &mut w, half, &v);
        for i in 0..size {
            let target = &mut a[row(i)..row(i) + size];
            add_scaled(level, target, -v[i], &w);
            add_scaled(level, target, -w[i], &v);
        }
        reflections.push((v, tau));
    }
    if n >= 2 {
        beside[n - 2] = a[(n - 2) * n + n - 1];
    }
    let diagonal = (0..n).map(|i| a[i * n + i]).collect();
    // Qᵀ = Hₙ … H₁, built from the last one: only its lower right part ever differs from the identity.
    let mut q = vec![0.0; n * n];
    q.iter_mut().step_by(n + 1).for_each(|x| *x = 1.0);
    for (k, (v, tau)) in reflections.iter().enumerate().rev() {
        // Row i of Qᵀ times H from the right.
        for row in q.chunks_exact_mut(n).skip(k + 1) {
            let part = &mut row[k + 1..];
            let factor = -tau * dot(level, part, v);
            add_scaled(level, part, factor, v);
        }
    }
    (diagonal, beside, q)
}

/// QL steps until the entry next to the diagonal at `low` vanishes. The rows of `vectors` are rotated too.
fn settle(
    level: Level,
    low: usize,
    d: &mut [f64],
    e: &mut [f64],
    vectors: &mut [f64],
) -> Result<(), LinalgError> {
    let n = d.len();
    for _ in 0..STEPS {
        let small = |i: usize| e[i].abs() <= f64::EPSILON * (d[i].abs() + d[i + 1].abs());
        let high = (low..n - 1).find(|i| small(*i)).unwrap_or(n - 1);
        if high == low {
            return Ok(());
        }
        // Wilkinson's shift: the eigenvalue of the upper left 2 × 2 that is nearer to its corner.
        let g = (d[low + 1] - d[low]) / (2.0 * e[low]);
        let mut g = d[high] - d[low] + e[low] / (g + g.hypot(1.0).copysign(g));
        let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
        let mut split = false;
        for i in (low..high).rev() {
            let (f, b) = (sine * e[i], cosine * e[i]);
            let r = f.hypot(g);
            e[i + 1] = r;
            if r == 0.0 {
                d[i + 1] -= shift;
                e[high] = 0.0;
                split = true;
                break;
            }
            (sine, cosine) = (f / r, g / r);
            let difference = d[i + 1] - shift;
            let r = (d[i] - difference) * sine + 2.0 * cosine * b;
            shift = sine * r;
            d[i + 1] = difference + shift;
            g = cosine * r - b;
            let (upper, lower) = vectors.split_at_mut((i + 1) * n);
            rotate(level, &mut upper[i * n..], &mut lower[..n], cosine, sine);
        }
        if !split {
            d[low] -= shift;
            e[low] = g;
            e[high] = 0.0;
        }
    }
    Err(LinalgError::NoConvergence { what: "the eigenvalue decomposition", iterations: STEPS })
}
