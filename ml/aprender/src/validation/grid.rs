//! The choice of the best of several settings, and learning curves.

use super::cross_validate;
use super::folds::Fold;
use crate::error::{ModelError, Result, setting};
use crate::estimator::Estimator;
use crate::table::Table;
use trueno::random::Philox;

/// Maximum number of combinations of a grid.
const MOST_POINTS: usize = 100_000;

/// Values of several settings, combined with each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    axes: Vec<(String, Vec<String>)>,
}

impl Grid {
    /// A grid from texts like `penalty=0.1,1,10`; `None` if a text has another form.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Option<Self> {
        let axis = |text: &S| {
            let (name, values) = text.as_ref().split_once('=')?;
            let values = values.split(',').map(|value| value.trim().to_owned()).collect::<Vec<_>>();
            let name = name.trim().to_owned();
            (!name.is_empty() && values.iter().all(|value| !value.is_empty())).then_some((name, values))
        };
        texts.iter().map(axis).collect::<Option<Vec<_>>>().map(|axes| Grid { axes })
    }

    /// Number of combinations; 1 without any axis.
    ///
    /// # Errors
    /// More than 100,000.
    pub fn points(&self) -> Result<usize> {
        let count = self.axes.iter().try_fold(1usize, |count, (_, values)| count.checked_mul(values.len()));
        let count = count.unwrap_or(usize::MAX);
        setting(count <= MOST_POINTS, "the size of the grid", count as f64, "it may be at most 100000")?;
        Ok(count)
    }

    /// One combination; the last axis changes first.
    pub fn point(&self, mut index: usize) -> Vec<(&str, &str)> {
        let mut point = Vec::with_capacity(self.axes.len());
        for (name, values) in self.axes.iter().rev() {
            if let Some(value) = values.get(index % values.len().max(1)) {
                point.push((name.as_str(), value.as_str()));
            }
            index /= values.len().max(1);
        }
        point.reverse();
        point
    }

    /// All combinations, or `draws` of them, drawn without repetition by the seed and in the grid's order.
    ///
    /// # Errors
    /// More than 100,000 combinations, or no draws.
    pub fn chosen(&self, draws: Option<usize>, seed: u64) -> Result<Vec<usize>> {
        let count = self.points()?;
        match draws {
            Some(0) => Err(ModelError::Setting {
                name: "the number of draws",
                value: 0.0,
                range: "it must be at least 1",
            }),
            Some(draws) if draws < count => {
                let mut all = (0..count).collect::<Vec<_>>();
                Philox::new(seed).shuffle(&mut all);
                all.truncate(draws);
                all.sort_unstable();
                Ok(all)
            }
            _ => Ok((0..count).collect()),
        }
    }
}

/// The mean score of each candidate over the folds, and the index of the best, the first among equals.
///
/// # Errors
/// No candidates, or fitting or scoring one fails.
pub fn search<E: Estimator>(
    candidates: &[E],
    table: &Table,
    targets: &[E::Target],
    folds: &[Fold],
) -> Result<(usize, Vec<f64>)> {
    let mean = |candidate: &E| {
        let scores = cross_validate(candidate, table, targets, folds)?;
        Ok(scores.iter().sum::<f64>() / scores.len() as f64)
    };
    let means = candidates.iter().map(mean).collect::<Result<Vec<_>>>()?;
    if means.is_empty() {
        return Err(ModelError::Undefined("the best of no candidates is not defined"));
    }
    Ok((crate::estimator::highest(&means), means))
}

/// The folds with a share of their training rows, drawn by the seed. The rows of a smaller share are a subset of those
/// of a larger one.
///
/// # Errors
/// A share that is not above 0 and at most 1.
pub fn with_fewer_rows(folds: &[Fold], share: f64, seed: u64) -> Result<Vec<Fold>> {
    setting(share > 0.0 && share <= 1.0, "the share", share, "it must be above 0 and at most 1")?;
    let fewer = |(number, fold): (usize, &Fold)| {
        let mut train = fold.train.clone();
        Philox::with_stream(seed, number as u64).shuffle(&mut train);
        train.truncate(((train.len() as f64 * share).round() as usize).max(1));
        train.sort_unstable();
        Fold { train, test: fold.test.clone() }
    };
    Ok(folds.iter().enumerate().map(fewer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::Ridge;
    use crate::validation::k_fold;

    #[test]
    fn a_grid_combines_each_value_with_each() {
        let grid = Grid::parse(&["a=1,2", "b=x, y,z"]).expect("a grid");
        let points = (0..grid.points().expect("six")).map(|p| grid.point(p)).collect::<Vec<_>>();
        assert_eq!(points.len(), 6);
        assert_eq!(points[0], [("a", "1"), ("b", "x")]);
        assert_eq!(points[4], [("a", "2"), ("b", "y")]);
        let mut sorted = points.clone();
        sorted.dedup();
        assert_eq!(sorted.len(), 6);
        assert_eq!(Grid::parse::<&str>(&[]).map(|g| g.points()), Some(Ok(1)));
        assert_eq!(["a", "=1", "a=", "a=1,,2"].map(|text| Grid::parse(&[text])), [None, None, None, None]);
        let vast = Grid::parse(&vec!["a=1,2,3,4,5,6,7,8,9,10"; 30]).expect("a grid");
        assert!(vast.points().is_err());
    }

    #[test]
    fn draws_are_different_points_and_the_same_for_a_seed() {
        let grid = Grid::parse(&["a=1,2,3,4", "b=1,2,3,4,5"]).expect("a grid");
        let drawn = grid.chosen(Some(7), 3).expect("seven");
        assert!(drawn.len() == 7 && drawn.is_sorted_by(|a, b| a < b) && drawn.iter().all(|p| *p < 20));
        assert_eq!(grid.chosen(Some(7), 3), Ok(drawn));
        assert_eq!(grid.chosen(None, 3).map(|all| all.len()), Ok(20));
        assert_eq!(grid.chosen(Some(99), 3).map(|all| all.len()), Ok(20));
        assert!(grid.chosen(Some(0), 3).is_err());
    }

    #[test]
    fn the_best_candidate_has_the_highest_mean() {
        let table = Table::new((0..40).map(f64::from).collect(), 1).expect("fits");
        let targets = (0..40).map(|i| 3.0 * f64::from(i)).collect::<Vec<_>>();
        let candidates = [1e6, 0.0, 1e3].map(|penalty| Ridge { penalty });
        let folds = k_fold(40, 4, Some(1)).expect("enough rows");
        let (best, means) = search(&candidates, &table, &targets, &folds).expect("usable");
        assert_eq!(best, 1);
        assert!(means[1] > 0.999_999 && means[2] > means[0]);
        assert!(search::<Ridge>(&[], &table, &targets, &folds).is_err());
    }

    #[test]
    fn fewer_rows_are_among_more_rows() {
        let folds = k_fold(30, 3, Some(1)).expect("enough rows");
        let (few, more) = (with_fewer_rows(&folds, 0.3, 5), with_fewer_rows(&folds, 0.7, 5));
        for ((few, more), all) in few.expect("a share").iter().zip(more.expect("a share")).zip(&folds) {
            assert_eq!((few.train.len(), more.train.len()), (6, 14));
            assert!(few.train.iter().all(|row| more.train.contains(row)));
            assert_eq!(few.test, all.test);
        }
        assert_eq!(with_fewer_rows(&folds, 1.0, 5), Ok(folds.clone()));
        assert!(with_fewer_rows(&folds, 0.0, 5).is_err());
    }
}
