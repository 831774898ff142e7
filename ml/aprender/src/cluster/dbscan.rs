//! DBSCAN: rows connected by dense places form a cluster, the others are noise.
//!
//! Source: Ester, Kriegel, Sander, Xu, "A density-based algorithm for discovering clusters in large spatial databases
//! with noise", KDD 1996. Rows are sorted along one column, so that each is compared only with a window of them; memory
//! grows with the number of rows.

use crate::error::{Result, setting};
use crate::table::Table;
use rayon::prelude::*;

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dbscan {
    /// Rows at most this far apart (Euclidean distance) are neighbours. Default 0.5.
    pub radius: f64,
    /// Number of neighbours, including the row itself, that makes a place dense. Default 5.
    pub neighbors: usize,
}

impl Default for Dbscan {
    fn default() -> Self {
        Self { radius: 0.5, neighbors: 5 }
    }
}

/// The result of [`Dbscan`] for the given rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbscanClusters {
    /// The cluster of each row, numbered in the order of their first dense rows; `None` for noise. A row that is not
    /// dense itself and has dense neighbours in several clusters belongs to the first of them.
    pub clusters: Vec<Option<usize>>,
    /// Whether the place of each row is dense.
    pub dense: Vec<bool>,
    /// Number of clusters.
    pub count: usize,
}

impl Dbscan {
    /// Finds the clusters of a table's rows.
    ///
    /// # Errors
    /// Values that are not finite, or a setting out of range.
    pub fn fit(&self, table: &Table) -> Result<DbscanClusters> {
        let usable = self.radius > 0.0 && self.radius.is_finite();
        setting(usable, "the radius", self.radius, "it must be above 0")?;
        setting(self.neighbors >= 1, "the number of neighbours", 0.0, "it must be at least 1")?;
        table.check_finite()?;
        let line = Line::new(table, self.radius)?;
        let rows = table.rows();
        let dense =
            (0..rows).into_par_iter().map(|p| line.has_neighbors(p, self.neighbors)).collect::<Vec<_>>();
        let mut clusters = vec![None; rows];
        let mut free = Free::new(rows);
        let mut count = 0;
        for &start in &line.place {
            if clusters[start].is_some() || !dense[start] {
                continue;
            }
            let mut next = vec![start];
            clusters[start] = Some(count);
            free.take(start);
            while let Some(p) = next.pop() {
                let window = line.window(p);
                let mut q = free.from(window.start);
                while q < window.end {
                    if line.near(p, q) {
                        clusters[q] = Some(count);
                        free.take(q);
                        if dense[q] {
                            next.push(q);
                        }
                    }
                    q = free.from(q + 1);
                }
            }
            count += 1;
        }
        let in_order = |p: &usize| (clusters[*p], dense[*p]);
        let (clusters, dense) = line.place.iter().map(in_order).unzip();
        Ok(DbscanClusters { clusters, dense, count })
    }
}

/// The rows, sorted along the column with the widest range.
struct Line {
    table: Table,
    keys: Vec<f64>,
    /// For each row its place on the line.
    place: Vec<usize>,
    /// Maximum distance of neighbours along the line, with an allowance for rounding.
    reach: f64,
    limit: f64,
}

impl Line {
    fn new(table: &Table, radius: f64) -> Result<Self> {
        let (mut low, mut high) = (table.row(0).to_vec(), table.row(0).to_vec());
        for row in table.iter_rows() {
            low.iter_mut().zip(row).for_each(|(l, x)| *l = l.min(*x));
            high.iter_mut().zip(row).for_each(|(h, x)| *h = h.max(*x));
        }
        let ranges = low.iter().zip(&high).map(|(l, h)| h - l).collect::<Vec<_>>();
        let widest = crate::estimator::highest(&ranges);
        let mut order = (0..table.rows()).collect::<Vec<_>>();
        order.sort_by(|a, b| table.row(*a)[widest].total_cmp(&table.row(*b)[widest]).then(a.cmp(b)));
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(p, row)| place[*row] = p);
        let keys = order.iter().map(|row| table.row(*row)[widest]).collect();
        let largest = low[widest].abs().max(high[widest].abs());
        let reach = radius * (1.0 + 1e-9) + largest * 1e-14;
        Ok(Self { table: table.select(&order)?, keys, place, reach, limit: radius * radius })
    }

    /// Places where the neighbours of the row at `p` can be.
    fn window(&self, p: usize) -> std::ops::Range<usize> {
        let (low, high) = (self.keys[p] - self.reach, self.keys[p] + self.reach);
        self.keys.partition_point(|k| *k < low)..self.keys.partition_point(|k| *k <= high)
    }

    fn near(&self, p: usize, q: usize) -> bool {
        const STEP: usize = 16;
        let mut sum = 0.0;
        for (a, b) in self.table.row(p).chunks(STEP).zip(self.table.row(q).chunks(STEP)) {
            sum += a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
            if sum > self.limit {
                return false;
            }
        }
        true
    }

    /// Whether the row at `p` has that many neighbours, including itself.
    fn has_neighbors(&self, p: usize, count: usize) -> bool {
        self.window(p).filter(|q| self.near(p, *q)).take(count).count() == count
    }
}

/// Places that belong to no cluster yet.
struct Free(Vec<usize>);

impl Free {
    fn new(count: usize) -> Self {
        Self((0..=count).collect())
    }

    fn take(&mut self, place: usize) {
        self.0[place] = place + 1;
    }

    /// The first free place from `place` on, or the number of places if there is none; paths are halved on the way.
    fn from(&mut self, mut place: usize) -> usize {
        let next = &mut self.0;
        while let Some(&after) = next.get(place).filter(|after| **after != place) {
            next[place] = next[after];
            place = after;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ModelError;
    use trueno::random::Philox;

    /// Clusters by the definition: dense rows within reach of each other, then the rows next to them.
    fn by_definition(table: &Table, settings: Dbscan) -> Vec<Option<usize>> {
        let rows = table.rows();
        let near = |a: usize, b: usize| {
            let pairs = table.row(a).iter().zip(table.row(b));
            pairs.map(|(x, y)| (x - y) * (x - y)).sum::<f64>() <= settings.radius * settings.radius
        };
        let dense = |a: &usize| (0..rows).filter(|b| near(*a, *b)).count() >= settings.neighbors;
        let dense = (0..rows).filter(dense).collect::<Vec<_>>();
        let mut clusters = vec![None; rows];
        let mut count = 0;
        for &start in &dense {
            if clusters[start].is_some() {
                continue;
            }
            clusters[start] = Some(count);
            let mut grew = true;
            while grew {
                grew = false;
                for &row in &dense {
                    let beside = |other: &&usize| clusters[**other] == Some(count) && near(row, **other);
                    if clusters[row].is_none() && dense.iter().any(|other| beside(&other)) {
                        clusters[row] = Some(count);
                        grew = true;
                    }
                }
            }
            count += 1;
        }
        for row in (0..rows).filter(|row| !dense.contains(row)) {
            clusters[row] = dense.iter().filter(|d| near(row, **d)).filter_map(|d| clusters[*d]).min();
        }
        clusters
    }

    #[test]
    fn clusters_are_those_of_the_definition() {
        for seed in 0..40 {
            let mut random = Philox::new(seed);
            let columns = 1 + seed as usize % 3;
            let grid = |x: f64| if seed % 2 == 0 { (x * 4.0).round() / 4.0 } else { x };
            let values = (0..120 * columns).map(|_| grid(random.normal() * 3.0)).collect();
            let table = Table::new(values, columns).expect("fits");
            let settings = Dbscan { radius: [0.25, 0.5, 1.0][columns - 1], neighbors: 4 };
            let found = settings.fit(&table).expect("usable");
            assert_eq!(found.clusters, by_definition(&table, settings), "seed {seed}");
        }
    }

    #[test]
    fn degenerate_rows_and_great_numbers_of_them() {
        let same = Table::new(vec![2.5; 200_000], 2).expect("fits");
        let found = Dbscan::default().fit(&same).expect("usable");
        assert!(found.count == 1 && found.clusters.iter().all(|c| *c == Some(0)));
        let one = Table::new(vec![1.0, 2.0], 2).expect("fits");
        let alone = Dbscan { neighbors: 1, ..Default::default() }.fit(&one).expect("usable");
        assert_eq!(alone.clusters, [Some(0)]);
        assert_eq!(Dbscan::default().fit(&one).expect("usable").clusters, [None]);
        let wide = Table::new(vec![0.5; 6 * 100_000], 100_000).expect("fits");
        assert_eq!(Dbscan::default().fit(&wide).expect("usable").count, 1);
        let huge = Table::new(vec![1e300, -1e300, 1e300, 1e300, 1e300, 1e300], 1).expect("fits");
        let found = Dbscan::default().fit(&huge).expect("usable");
        assert_eq!((found.count, found.clusters[1]), (1, None));
    }

    #[test]
    fn bad_input_is_an_error() {
        let table = Table::new(vec![1.0, f64::NAN], 1).expect("fits");
        assert!(matches!(Dbscan::default().fit(&table), Err(ModelError::NotFinite { row: 1, .. })));
        let table = Table::new(vec![1.0, 2.0], 1).expect("fits");
        for radius in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                Dbscan { radius, ..Default::default() }.fit(&table),
                Err(ModelError::Setting { .. })
            ));
        }
        assert!(Dbscan { neighbors: 0, ..Default::default() }.fit(&table).is_err());
    }
}
