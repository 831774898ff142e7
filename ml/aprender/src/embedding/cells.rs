//! Points in a tree of square (or cubic) cells.

/// Maximum nesting of cells; points still together count as one.
const DEEPEST: usize = 48;

/// A cell and the totals of its points.
struct Cell<const D: usize> {
    center: [f64; D],
    count: f64,
    /// Square of its width; 0 if it is not divided.
    square: f64,
    /// The next cell that is not within this one.
    after: usize,
}

/// All cells, each followed by its inner cells.
pub(super) struct Cells<const D: usize>(Vec<Cell<D>>);

impl<const D: usize> Cells<D> {
    pub(super) fn new(points: &[[f64; D]]) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; D], [f64::NEG_INFINITY; D]);
        for point in points {
            for d in 0..D {
                low[d] = low[d].min(point[d]);
                high[d] = high[d].max(point[d]);
            }
        }
        let middle = std::array::from_fn(|d| f64::midpoint(low[d], high[d]));
        let width = (0..D).map(|d| high[d] - low[d]).fold(0.0, f64::max);
        let mut cells = Self(Vec::with_capacity(2 * points.len()));
        cells.fill(points.to_vec(), middle, width, 0);
        cells
    }

    fn fill(&mut self, points: Vec<[f64; D]>, middle: [f64; D], width: f64, depth: usize) {
        let Some(first) = points.first() else { return };
        let count = points.len() as f64;
        let center = std::array::from_fn(|d| points.iter().map(|p| p[d]).sum::<f64>() / count);
        let at = self.0.len();
        let divided = depth < DEEPEST && points.iter().any(|p| p != first);
        let square = if divided { width * width } else { 0.0 };
        self.0.push(Cell { center, count, square, after: 0 });
        if divided {
            let mut parts = vec![Vec::new(); 1 << D];
            for point in points {
                let part = (0..D).map(|d| usize::from(point[d] > middle[d]) << d).sum::<usize>();
                parts[part].push(point);
            }
            for (part, points) in parts.into_iter().enumerate() {
                let side = |d: usize| if part >> d & 1 == 1 { width / 4.0 } else { -width / 4.0 };
                self.fill(points, std::array::from_fn(|d| middle[d] + side(d)), width / 2.0, depth + 1);
            }
        }
        self.0[at].after = self.0.len();
    }

    /// The repulsion of one point by all others: Σ q² · difference and Σ q, where q = 1 / (1 + distance²).
    pub(super) fn push(&self, point: &[f64; D], angle: f64) -> ([f64; D], f64) {
        // The point itself is in one of the cells.
        let (mut push, mut total) = ([0.0; D], -1.0);
        let mut at = 0;
        while let Some(cell) = self.0.get(at) {
            let difference: [f64; D] = std::array::from_fn(|d| point[d] - cell.center[d]);
            let distance = difference.iter().map(|x| x * x).sum::<f64>();
            if cell.square > 0.0 && cell.square >= angle * angle * distance {
                at += 1;
                continue;
            }
            let near = 1.0 / (1.0 + distance);
            let all = cell.count * near;
            total += all;
            (0..D).for_each(|d| push[d] += all * near * difference[d]);
            at = cell.after;
        }
        (push, total)
    }
}
