//! A fitted model of any kind.

use super::error::{Result, SavedError};
use super::learner::{ClassWeight, Learner};
use crate::apr::{self, Reader, Writer};
use crate::boosting::{
    Boosting, BoostingClassifier, BoostingClassifierModel, BoostingRegressor, BoostingRegressorModel,
    EarlyStopping,
};
use crate::cluster::{KMeans, KMeansModel};
use crate::decomposition::{Pca, PcaModel};
use crate::ensemble::{ForestClassifier, ForestRegressor, IsolationForest, IsolationForestModel};
use crate::estimator::{Classifier, Estimator, Model, Transformer, WeightedEstimator};
use crate::frame::Target;
use crate::linear::{ElasticNet, LinearModel, LinearRegression, LogisticModel, LogisticRegression, Ridge};
use crate::mixture::{Covariance, GaussianMixture, GaussianMixtureModel};
use crate::naive_bayes::{GaussianNaiveBayes, GaussianNaiveBayesModel};
use crate::neighbors::{NearestClassifier, NearestClassifierModel, NearestRegressor, NearestRegressorModel};
use crate::partial_least_squares::{PartialLeastSquares, PartialLeastSquaresRegressor};
use crate::sections::malformed;
use crate::svm::{
    Kernel, Margin, SupportVectorClassifier, SupportVectorClassifierModel, SupportVectorRegressor,
    SupportVectorRegressorModel,
};
use crate::table::Table;
use crate::tree::{
    DecisionTreeClassifier, DecisionTreeRegressor, Growth, MaxFeatures, TreesClassifierModel,
    TreesRegressorModel,
};

macro_rules! models {
    ($($variant:ident($model:ty) = $layout:literal: $about:literal),* $(,)?) => {
        /// A fitted model.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyModel {
            $(#[doc = $about] $variant($model),)*
        }

        impl AnyModel {
            /// The name of the layout of the sections.
            pub fn layout(&self) -> &'static str {
                match self {
                    $(AnyModel::$variant(_) => $layout,)*
                }
            }

            /// Adds the model's sections to a file.
            pub(super) fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> apr::Result<()> {
                match self {
                    $(AnyModel::$variant(model) => model.save_into(writer),)*
                }
            }

            /// Reads the sections of a layout.
            pub(super) fn load_from(layout: &str, reader: &Reader) -> apr::Result<Self> {
                match layout {
                    $($layout => <$model>::load_from(reader).map(AnyModel::$variant),)*
                    _ => Err(malformed(format!("a model of a kind that this version does not know: \"{layout}\""))),
                }
            }
        }
    };
}

models! {
    Linear(LinearModel) = "linear": "A weighted sum.",
    Logistic(LogisticModel) = "logistic": "Logistic regression.",
    NaiveBayes(GaussianNaiveBayesModel) = "naive-bayes": "Gaussian naive Bayes.",
    NearestClassifier(NearestClassifierModel) = "nearest-classifier": "Nearest neighbours that vote.",
    NearestRegressor(NearestRegressorModel) = "nearest-regressor": "Nearest neighbours whose mean is taken.",
    TreesClassifier(TreesClassifierModel) = "trees-classifier": "Trees that tell classes apart.",
    TreesRegressor(TreesRegressorModel) = "trees-regressor": "Trees that predict numbers.",
    BoostingClassifier(BoostingClassifierModel) = "boosting-classifier": "Boosted trees that tell classes apart.",
    BoostingRegressor(BoostingRegressorModel) = "boosting-regressor": "Boosted trees that predict numbers.",
    IsolationForest(IsolationForestModel) = "isolation-forest": "Random splits that find what is unusual.",
    KMeans(KMeansModel) = "k-means": "Cluster centers.",
    Pca(PcaModel) = "pca": "Principal components.",
    GaussianMixture(GaussianMixtureModel) = "gaussian-mixture": "A mixture of normal distributions.",
    PartialLeastSquares(PartialLeastSquaresRegressor) = "partial-least-squares": "Few combinations of columns.",
    SupportVectorClassifier(SupportVectorClassifierModel) = "svm-classifier": "Support vectors that vote.",
    SupportVectorRegressor(SupportVectorRegressorModel) = "svm-regressor": "Support vectors whose weighted sum is taken.",
}

impl AnyModel {
    /// The model, if it predicts classes.
    pub fn classifier(&self) -> Option<&dyn Classifier> {
        match self {
            AnyModel::Logistic(model) => Some(model),
            AnyModel::NaiveBayes(model) => Some(model),
            AnyModel::NearestClassifier(model) => Some(model),
            AnyModel::TreesClassifier(model) => Some(model),
            AnyModel::BoostingClassifier(model) => Some(model),
            AnyModel::SupportVectorClassifier(model) => Some(model),
            _ => None,
        }
    }

    /// The model, if it predicts numbers.
    pub fn regressor(&self) -> Option<&dyn Model<Target = f64>> {
        match self {
            AnyModel::Linear(model) => Some(model),
            AnyModel::NearestRegressor(model) => Some(model),
            AnyModel::TreesRegressor(model) => Some(model),
            AnyModel::BoostingRegressor(model) => Some(model),
            AnyModel::PartialLeastSquares(model) => Some(model),
            AnyModel::SupportVectorRegressor(model) => Some(model),
            _ => None,
        }
    }

    /// Number of columns that input tables must have.
    pub fn columns(&self) -> usize {
        match self {
            AnyModel::KMeans(model) => model.centers.columns(),
            AnyModel::Pca(model) => model.means.len(),
            AnyModel::GaussianMixture(model) => model.means().columns(),
            AnyModel::IsolationForest(model) => model.columns(),
            _ => match (self.classifier(), self.regressor()) {
                (Some(model), _) => model.columns(),
                (None, Some(model)) => model.columns(),
                (None, None) => 0,
            },
        }
    }

    /// The gain of the splits on each column, for models of trees; `None` for other kinds.
    pub fn importance(&self) -> Option<&[f64]> {
        match self {
            AnyModel::TreesClassifier(model) => Some(model.importance()),
            AnyModel::TreesRegressor(model) => Some(model.importance()),
            AnyModel::BoostingClassifier(model) => Some(model.trees().gains()),
            AnyModel::BoostingRegressor(model) => Some(model.trees().gains()),
            _ => None,
        }
    }

    /// Fits to a table, with the settings of the learner.
    /// `ordinals` names the columns whose numbers are category indices.
    pub(super) fn fit(
        learner: &Learner,
        table: &Table,
        target: Option<&Target>,
        ordinals: Vec<usize>,
    ) -> Result<Self> {
        match target {
            Some(target) if learner.kind.name == "boosting" => boosted(learner, table, target, ordinals),
            Some(Target::Numbers(targets)) => regressor(learner, table, targets),
            Some(Target::Classes { codes, .. }) => {
                let weights = learner.class_weight.of_rows(codes);
                classifier(learner, table, codes, weights.as_deref())
            }
            None => without_target(learner, table),
        }
    }
}

fn growth(learner: &Learner, default_features: MaxFeatures) -> Result<Growth> {
    let settings = &learner.settings;
    let mut growth = Growth {
        max_depth: settings.optional_count("max_depth")?,
        min_samples_leaf: settings.count("min_samples_leaf")?,
        max_features: default_features,
        ..Growth::default()
    };
    if learner.kind.name != "tree" {
        let choices = [
            ("default", default_features),
            ("all", MaxFeatures::All),
            ("sqrt", MaxFeatures::SquareRoot),
            ("log2", MaxFeatures::Logarithm),
        ];
        growth.max_features =
            settings.choice("max_features", &choices, "one of default, all, sqrt and log2")?;
    }
    Ok(growth)
}

fn boosted(learner: &Learner, table: &Table, target: &Target, ordinals: Vec<usize>) -> Result<AnyModel> {
    let given = &learner.settings;
    let patience = given.optional_count("patience")?;
    let settings = Boosting {
        iterations: given.count("iterations")?,
        learning_rate: given.number("learning_rate")?,
        max_leaf_nodes: given.count("max_leaf_nodes")?,
        max_depth: given.optional_count("max_depth")?,
        min_samples_leaf: given.count("min_samples_leaf")?,
        l2: given.number("l2")?,
        categorical: ordinals,
        early_stopping: patience.map(|patience| EarlyStopping { patience, ..EarlyStopping::default() }),
        seed: learner.seed,
        ..Boosting::default()
    };
    match target {
        Target::Numbers(targets) => {
            Ok(AnyModel::BoostingRegressor(BoostingRegressor { settings }.fit(table, targets)?))
        }
        Target::Classes { codes, .. } => {
            let weights = learner.class_weight.of_rows(codes);
            let estimator = BoostingClassifier { settings };
            Ok(AnyModel::BoostingClassifier(weighted(&estimator, table, codes, weights.as_deref())?))
        }
    }
}

/// Fits with row weights if there are any.
fn weighted<E: WeightedEstimator>(
    estimator: &E,
    table: &Table,
    targets: &[E::Target],
    weights: Option<&[f64]>,
) -> crate::error::Result<E::Model> {
    match weights {
        Some(weights) => estimator.fit_weighted(table, targets, weights),
        None => estimator.fit(table, targets),
    }
}

/// The settings of both support vector machines.
fn margin(learner: &Learner) -> Result<Margin> {
    let settings = &learner.settings;
    let gamma = settings.optional_number("gamma")?;
    let kernels = [("gaussian", Kernel::Gaussian { gamma }), ("linear", Kernel::Linear)];
    let kernel = settings.choice("kernel", &kernels, "one of gaussian and linear")?;
    Ok(Margin { kernel, cost: settings.number("cost")?, ..Margin::default() })
}

fn regressor(learner: &Learner, table: &Table, targets: &[f64]) -> Result<AnyModel> {
    let (settings, seed) = (&learner.settings, learner.seed);
    let forest = |base: ForestRegressor| -> Result<AnyModel> {
        let (trees, growth) = (settings.count("trees")?, growth(learner, base.growth.max_features)?);
        let estimator = ForestRegressor { trees, growth, seed, ..base };
        Ok(AnyModel::TreesRegressor(estimator.fit(table, targets)?))
    };
    match learner.kind.name {
        "linear" => Ok(AnyModel::Linear(LinearRegression.fit(table, targets)?)),
        "ridge" => {
            let ridge = Ridge { penalty: settings.number("penalty")? };
            Ok(AnyModel::Linear(ridge.fit(table, targets)?))
        }
        "lasso" => {
            let lasso = ElasticNet::lasso(settings.number("penalty")?);
            Ok(AnyModel::Linear(lasso.fit(table, targets)?))
        }
        "elastic-net" => {
            let (penalty, ratio) = (settings.number("penalty")?, settings.number("ratio")?);
            let net = ElasticNet { penalty, ratio, ..ElasticNet::default() };
            Ok(AnyModel::Linear(net.fit(table, targets)?))
        }
        "nearest" => {
            let nearest = NearestRegressor { neighbors: settings.count("neighbors")? };
            Ok(AnyModel::NearestRegressor(nearest.fit(table, targets)?))
        }
        "partial-least-squares" => {
            let few = PartialLeastSquares { components: settings.count("components")?, scale: true };
            Ok(AnyModel::PartialLeastSquares(few.fit(table, targets)?))
        }
        "svm" => {
            let machine = SupportVectorRegressor { margin: margin(learner)?, tube: settings.number("tube")? };
            Ok(AnyModel::SupportVectorRegressor(machine.fit(table, targets)?))
        }
        "tree" => {
            let tree = DecisionTreeRegressor { growth: growth(learner, MaxFeatures::All)?, seed };
            Ok(AnyModel::TreesRegressor(tree.fit(table, targets)?))
        }
        "forest" => forest(ForestRegressor::random_forest()),
        "extra-trees" => forest(ForestRegressor::extra_trees()),
        _ => Err(learner.wrong_task("regression")),
    }
}

fn classifier(
    learner: &Learner,
    table: &Table,
    targets: &[u32],
    weights: Option<&[f64]>,
) -> Result<AnyModel> {
    let (settings, seed) = (&learner.settings, learner.seed);
    let forest = |base: ForestClassifier| -> Result<AnyModel> {
        let (trees, growth) = (settings.count("trees")?, growth(learner, base.growth.max_features)?);
        let estimator = ForestClassifier { trees, growth, seed, ..base };
        Ok(AnyModel::TreesClassifier(weighted(&estimator, table, targets, weights)?))
    };
    match learner.kind.name {
        "logistic" => {
            let logistic = LogisticRegression {
                penalty: settings.number("penalty")?,
                absolute_penalty: settings.number("absolute_penalty")?,
                max_iterations: settings.count("max_iterations")?,
                ..LogisticRegression::default()
            };
            Ok(AnyModel::Logistic(weighted(&logistic, table, targets, weights)?))
        }
        "naive-bayes" | "nearest" if weights.is_some() => Err(SavedError::NoClassWeight(learner.kind.name)),
        "naive-bayes" => {
            let bayes = GaussianNaiveBayes { smoothing: settings.number("smoothing")? };
            Ok(AnyModel::NaiveBayes(bayes.fit(table, targets)?))
        }
        "nearest" => {
            let nearest = NearestClassifier { neighbors: settings.count("neighbors")? };
            Ok(AnyModel::NearestClassifier(nearest.fit(table, targets)?))
        }
        "svm" => {
            let balanced = learner.class_weight == ClassWeight::Balanced;
            let machine =
                SupportVectorClassifier { margin: margin(learner)?, probabilities: true, balanced, seed };
            Ok(AnyModel::SupportVectorClassifier(machine.fit(table, targets)?))
        }
        "tree" => {
            let growth = growth(learner, MaxFeatures::All)?;
            let tree = DecisionTreeClassifier { growth, seed, ..DecisionTreeClassifier::default() };
            Ok(AnyModel::TreesClassifier(weighted(&tree, table, targets, weights)?))
        }
        "forest" => forest(ForestClassifier::random_forest()),
        "extra-trees" => forest(ForestClassifier::extra_trees()),
        _ => Err(learner.wrong_task("classification")),
    }
}

fn without_target(learner: &Learner, table: &Table) -> Result<AnyModel> {
    let settings = &learner.settings;
    match learner.kind.name {
        "k-means" => {
            let (clusters, starts) = (settings.count("clusters")?, settings.count("starts")?);
            let k_means = KMeans { clusters, starts, seed: learner.seed, ..KMeans::default() };
            Ok(AnyModel::KMeans(k_means.fit(table)?))
        }
        "pca" => Ok(AnyModel::Pca(Pca { components: settings.count("components")? }.fit(table)?)),
        "gaussian-mixture" => {
            let shapes = [("full", Covariance::Full), ("diagonal", Covariance::Diagonal)];
            let mixture = GaussianMixture {
                components: settings.count("components")?,
                covariance: settings.choice("covariance", &shapes, "one of full and diagonal")?,
                starts: settings.count("starts")?,
                seed: learner.seed,
                ..GaussianMixture::default()
            };
            Ok(AnyModel::GaussianMixture(mixture.fit(table)?))
        }
        "isolation-forest" => {
            let (trees, sample) = (settings.count("trees")?, settings.count("sample")?);
            let forest = IsolationForest { trees, sample, seed: learner.seed };
            Ok(AnyModel::IsolationForest(forest.fit(table)?))
        }
        _ => Err(SavedError::NoTarget(learner.kind.name)),
    }
}
