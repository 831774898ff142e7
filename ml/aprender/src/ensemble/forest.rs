//! Random forests and extra trees. Sources: Breiman, "Random forests", Machine Learning 45 (2001); Geurts, Ernst, Wehenkel,
//! "Extremely randomized trees", Machine Learning 63 (2006).

use crate::checks::{check_length, check_targets, check_weights};
use crate::class_limits::{Extent, NodeRoom};
use crate::error::{ModelError, Result, setting};
use crate::estimator::{Estimator, Target, WeightedEstimator, highest};
use crate::table::Table;
use crate::tree::{
    ClassTargets, Forest, Growth, Impurity, MaxFeatures, NumberTargets, Ranks, Targets, Tree,
    TreesClassifierModel, TreesRegressorModel, grow,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trueno::random::Philox;

/// The bootstrap of a tree has its own random stream, separate from that of its columns.
const BOOTSTRAP: u64 = 1 << 63;

/// Settings of a forest, independent of what it predicts.
#[derive(Debug, Clone, Copy)]
struct Plan {
    trees: usize,
    growth: Growth,
    bootstrap: bool,
    random_thresholds: bool,
    out_of_bag: bool,
    seed: u64,
}

macro_rules! forest_settings {
    ($name:ident, $what:literal, $features:expr $(, $impurity:ident)?) => {
        #[doc = concat!("Settings of a forest that predicts ", $what, ". [`Default`] is a random forest.")]
        #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            /// Number of trees. Default 100.
            pub trees: usize,
            /// Limits on the growth of each tree.
            pub growth: Growth,
            /// Whether each tree is grown on a bootstrap sample: as many rows, drawn with repetition. Default: depends
            /// on the kind of forest.
            pub bootstrap: bool,
            /// Whether each drawn column gets one random threshold instead of the best.
            pub random_thresholds: bool,
            /// Whether to compute the score on the rows that trees did not draw (out of bag); needs the bootstrap.
            pub out_of_bag: bool,
            /// Seed of what is drawn.
            pub seed: u64,
            $(
                /// Impurity measure of the classes. Default: Gini.
                pub impurity: $impurity,
            )?
        }

        impl $name {
            /// A random forest: bootstrap, and the best threshold of each drawn column.
            pub fn random_forest() -> Self {
                Self {
                    trees: 100,
                    growth: Growth { max_features: $features, ..Growth::default() },
                    bootstrap: true,
                    random_thresholds: false,
                    out_of_bag: false,
                    seed: 0,
                    $(impurity: $impurity::default(),)?
                }
            }

            /// Extremely randomized trees: all rows, and one random threshold for each drawn column.
            pub fn extra_trees() -> Self {
                Self { bootstrap: false, random_thresholds: true, ..Self::random_forest() }
            }

            fn plan(&self) -> Plan {
                Plan {
                    trees: self.trees,
                    growth: self.growth,
                    bootstrap: self.bootstrap,
                    random_thresholds: self.random_thresholds,
                    out_of_bag: self.out_of_bag,
                    seed: self.seed,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::random_forest()
            }
        }
    };
}

forest_settings!(ForestClassifier, "classes", MaxFeatures::SquareRoot, Impurity);
forest_settings!(ForestRegressor, "numbers", MaxFeatures::All);

impl Plan {
    /// How often a tree draws each row.
    fn draws(&self, tree: usize, rows: usize) -> Vec<u32> {
        let mut random = Philox::with_stream(self.seed, BOOTSTRAP | tree as u64);
        let mut counts = vec![0; rows];
        (0..rows).for_each(|_| counts[random.below(rows as u64) as usize] += 1);
        counts
    }

    fn grow<T: Targets>(
        &self,
        table: &Table,
        targets: &T,
        weights: Option<&[f64]>,
    ) -> Result<(Forest, Vec<Vec<f64>>)> {
        setting(self.trees > 0, "the number of trees", 0.0, "it must be at least 1")?;
        setting(
            self.bootstrap || !self.out_of_bag,
            "out_of_bag",
            1.0,
            "without the bootstrap no row is out of the bag",
        )?;
        let limits = self.growth.limits(table.columns(), self.random_thresholds)?;
        let ranks = Ranks::new(table);
        let room = NodeRoom::new(table);
        room.check(self.trees, targets.width(), limits.most_leaves(&ranks))?;
        let one = |tree: usize| -> (Tree, Vec<f64>) {
            let mut weights = weights.map_or_else(|| vec![1.0; table.rows()], <[f64]>::to_vec);
            if self.bootstrap {
                let draws = self.draws(tree, table.rows());
                weights.iter_mut().zip(draws).for_each(|(w, draws)| *w *= f64::from(draws));
            }
            grow(&ranks, targets, &weights, limits, Philox::with_stream(self.seed, tree as u64), &room)
        };
        let grown = (0..self.trees).into_par_iter().map(one).collect::<Vec<_>>();
        if room.is_exhausted() {
            return Err(room.error(targets.width()));
        }
        let mut forest = Forest::new(table.columns(), targets.width());
        forest.reserve(grown.iter().map(|(tree, _)| tree));
        let mut gains = Vec::with_capacity(self.trees);
        for (tree, gain) in grown {
            forest.push(tree);
            gains.push(gain);
        }
        Ok((forest, gains))
    }

    /// For each row the sums over the trees that did not draw it (rows × width), and the number of those trees.
    fn unseen_sums(&self, forest: &Forest, table: &Table) -> (Vec<f64>, Vec<u32>) {
        let width = forest.width();
        let (mut sums, mut counts) = (vec![0.0; table.rows() * width], vec![0; table.rows()]);
        for tree in 0..forest.trees() {
            let (nodes, _) = forest.tree(tree);
            let draws = self.draws(tree, table.rows());
            let rows =
                sums.par_chunks_mut(width).zip(&mut counts).zip(table.values().par_chunks(table.columns()));
            rows.zip(&draws).filter(|(_, draws)| **draws == 0).for_each(|(((sums, count), row), _)| {
                *count += 1;
                forest.add(forest.leaf(nodes, row), tree, sums);
            });
        }
        (sums, counts)
    }

    /// The score of predictions for out-of-bag rows, from their sums and the number of trees.
    fn unseen_score<T: Target>(
        &self,
        forest: &Forest,
        table: &Table,
        targets: &[T],
        predict: impl Fn(&[f64], f64) -> T,
    ) -> Result<Option<f64>> {
        if !self.out_of_bag {
            return Ok(None);
        }
        let (sums, counts) = self.unseen_sums(forest, table);
        let (mut truth, mut predicted) = (Vec::new(), Vec::new());
        for ((sums, count), target) in sums.chunks_exact(forest.width()).zip(&counts).zip(targets) {
            if *count > 0 {
                truth.push(*target);
                predicted.push(predict(sums, f64::from(*count)));
            }
        }
        if truth.is_empty() {
            return Err(ModelError::Undefined("every tree drew every row: there is no score out of the bag"));
        }
        T::score(&truth, &predicted).map(Some)
    }
}

impl ForestClassifier {
    fn fit_with(
        &self,
        table: &Table,
        targets: &[u32],
        weights: Option<&[f64]>,
    ) -> Result<TreesClassifierModel> {
        check_length("targets", table.rows(), targets.len())?;
        table.check_finite()?;
        let unseen = if self.out_of_bag { table.rows() } else { 0 };
        let bytes = |classes: f64| unseen as f64 * classes * 8.0;
        let (classes, places) = Extent::of(table).encode(targets, bytes)?;
        let kind = ClassTargets { places: &places, classes: classes.len(), impurity: self.impurity };
        let (forest, gains) = self.plan().grow(table, &kind, weights)?;
        let unseen = self.plan().unseen_score(&forest, table, &places, |sums, _| highest(sums) as u32)?;
        Ok(TreesClassifierModel::new(forest, classes, &gains, unseen))
    }
}

impl ForestRegressor {
    fn fit_with(
        &self,
        table: &Table,
        targets: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<TreesRegressorModel> {
        check_targets("the targets", table.rows(), targets)?;
        table.check_finite()?;
        let (forest, gains) = self.plan().grow(table, &NumberTargets::new(targets, weights), weights)?;
        let unseen = self.plan().unseen_score(&forest, table, targets, |sums, count| sums[0] / count)?;
        Ok(TreesRegressorModel::new(forest, &gains, unseen))
    }
}

macro_rules! forest_estimator {
    ($settings:ty, $target:ty, $model:ty) => {
        impl Estimator for $settings {
            type Target = $target;
            type Model = $model;

            fn fit(&self, table: &Table, targets: &[$target]) -> Result<$model> {
                self.fit_with(table, targets, None)
            }
        }

        impl WeightedEstimator for $settings {
            fn fit_weighted(&self, table: &Table, targets: &[$target], weights: &[f64]) -> Result<$model> {
                check_weights(table.rows(), weights)?;
                self.fit_with(table, targets, Some(weights))
            }
        }
    };
}

forest_estimator!(ForestClassifier, u32, TreesClassifierModel);
forest_estimator!(ForestRegressor, f64, TreesRegressorModel);
