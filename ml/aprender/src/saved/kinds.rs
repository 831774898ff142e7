//! The kinds of models, with their settings.

use super::error::{Result, SavedError};
use crate::frame::Task;

/// One kind of model.
#[derive(Debug, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it is for.
    pub tasks: &'static [Task],
    /// Its settings.
    pub settings: &'static [Setting],
    /// Whether columns should have one scale.
    pub scaled: bool,
    /// Whether it handles missing values directly.
    pub takes_missing: bool,
    /// Facts that everyone who gets a file of this kind must know.
    pub warning: Option<&'static str>,
}

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its default value.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
}

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about }
}

const fn scaled(
    name: &'static str,
    about: &'static str,
    tasks: &'static [Task],
    settings: &'static [Setting],
) -> Kind {
    Kind { name, about, tasks, settings, scaled: true, takes_missing: false, warning: None }
}

/// A kind that compares only values of the same column with each other.
const fn unscaled(
    name: &'static str,
    about: &'static str,
    tasks: &'static [Task],
    settings: &'static [Setting],
) -> Kind {
    Kind { scaled: false, ..scaled(name, about, tasks, settings) }
}

const BOTH: &[Task] = &[Task::Classification, Task::Regression];
const PENALTY: Setting = setting("penalty", "1", "weight of the squared coefficients, at least 0");
const DEPTH: Setting = setting("max_depth", "none", "most splits above a leaf");
const LEAF: Setting = setting("min_samples_leaf", "1", "fewest rows of a leaf");
const TREES: Setting = setting("trees", "100", "how many trees");
const FEATURES: Setting =
    setting("max_features", "default", "columns drawn for each split: all, sqrt, log2, or default");

/// All kinds.
pub const KINDS: &[Kind] = &[
    scaled("linear", "least squares", &[Task::Regression], &[]),
    scaled("ridge", "least squares with a penalty", &[Task::Regression], &[PENALTY]),
    scaled(
        "lasso",
        "least squares that leaves columns out",
        &[Task::Regression],
        &[setting("penalty", "1", "weight of the absolute coefficients, above 0")],
    ),
    scaled(
        "elastic-net",
        "between ridge and lasso",
        &[Task::Regression],
        &[
            setting("penalty", "1", "weight of the coefficients, above 0"),
            setting("ratio", "0.5", "share of the penalty on absolute values, 0 to 1"),
        ],
    ),
    scaled(
        "logistic",
        "logistic regression",
        &[Task::Classification],
        &[
            PENALTY,
            setting("absolute_penalty", "0", "weight of the absolute coefficients, at least 0"),
            setting("max_iterations", "1000", "most steps of the search"),
        ],
    ),
    unscaled(
        "naive-bayes",
        "Gaussian naive Bayes",
        &[Task::Classification],
        &[setting("smoothing", "1e-9", "share of the largest variance that is added to all")],
    ),
    Kind {
        warning: Some("the file contains the training rows: that is how nearest neighbours work"),
        ..scaled("nearest", "k nearest neighbours", BOTH, &[setting("neighbors", "5", "how many rows vote")])
    },
    Kind {
        warning: Some("the file contains some of the training rows: that is how support vectors work"),
        ..scaled(
            "svm",
            "support vector machine",
            BOTH,
            &[
                setting("kernel", "gaussian", "how alike rows are: gaussian or linear"),
                setting(
                    "gamma",
                    "none",
                    "how fast the Gaussian kernel falls; none: by the scale of the data",
                ),
                setting("cost", "1", "most weight of one row, above 0"),
                setting("tube", "0.1", "errors of numbers up to this cost nothing"),
            ],
        )
    },
    scaled(
        "partial-least-squares",
        "regression on few combinations of columns",
        &[Task::Regression],
        &[setting("components", "2", "how many combinations")],
    ),
    unscaled("tree", "one decision tree", BOTH, &[DEPTH, LEAF]),
    unscaled("forest", "random forest", BOTH, &[TREES, DEPTH, LEAF, FEATURES]),
    Kind {
        takes_missing: true,
        ..unscaled(
            "boosting",
            "gradient boosting",
            BOTH,
            &[
                setting("iterations", "100", "how many, each a tree (or one for each of several classes)"),
                setting("learning_rate", "0.1", "share of each tree's answer that is taken"),
                setting("max_leaf_nodes", "31", "most leaves of a tree"),
                DEPTH,
                setting("min_samples_leaf", "20", "fewest rows of a leaf"),
                setting("l2", "0", "penalty of the squares of what leaves answer"),
                setting(
                    "patience",
                    "none",
                    "iterations without a lower loss on held-out rows before the end",
                ),
            ],
        )
    },
    unscaled("extra-trees", "forest of random thresholds", BOTH, &[TREES, DEPTH, LEAF, FEATURES]),
    scaled(
        "k-means",
        "clusters around centers",
        &[Task::Clustering],
        &[
            setting("clusters", "8", "how many"),
            setting("starts", "10", "how many starts, of which the best is kept"),
        ],
    ),
    scaled(
        "gaussian-mixture",
        "clusters as normal distributions",
        &[Task::Clustering],
        &[
            setting("components", "2", "how many"),
            setting("covariance", "full", "their shape: full or diagonal"),
            setting("starts", "10", "how many starts, of which the likeliest is kept"),
        ],
    ),
    scaled("pca", "principal components", &[Task::Reduction], &[setting("components", "2", "how many")]),
    unscaled(
        "isolation-forest",
        "how unusual rows are, by random splits",
        &[Task::Outliers],
        &[TREES, setting("sample", "256", "rows that each tree draws")],
    ),
];

/// The kind with that name.
///
/// # Errors
/// There is none; the error lists the known kinds.
pub fn kind(name: &str) -> Result<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let known = KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        SavedError::NoKind { name: name.to_owned(), known }
    })
}

impl Kind {
    /// The task to fit for, where `asked` is the user's choice or the target's suggestion.
    ///
    /// # Errors
    /// The kind does not support the requested task.
    pub fn task(&self, asked: Option<Task>, suggested: Option<Task>) -> Result<Task> {
        match asked {
            Some(task) if self.tasks.contains(&task) => Ok(task),
            Some(task) => {
                let known = self.tasks.iter().map(|task| word(*task)).collect::<Vec<_>>().join(" or ");
                Err(SavedError::WrongTask { kind: self.name, known, asked: word(task) })
            }
            None => Ok(suggested
                .filter(|task| self.tasks.contains(task))
                .or_else(|| self.tasks.first().copied())
                .unwrap_or(Task::Regression)),
        }
    }

    /// Whether it predicts a column.
    pub fn needs_target(&self) -> bool {
        self.tasks.iter().any(|task| matches!(task, Task::Regression | Task::Classification))
    }
}

fn word(task: Task) -> &'static str {
    match task {
        Task::Regression => "regression",
        Task::Classification => "classification",
        Task::Clustering => "clustering",
        Task::Reduction => "reduction",
        Task::Outliers => "outliers",
    }
}
