//! Imports models of LightGBM (text) and XGBoost (JSON) as boosting of this crate, with the same predictions.
//!
//! Both are read from text that may be hostile: memory stays within a multiple of its length, and walks of imported
//! trees end.

mod columns;
mod lightgbm;
mod xgboost;

pub use columns::{ForeignCategories, ForeignColumns, columns_of_lightgbm, columns_of_xgboost};
pub use lightgbm::from_lightgbm;
pub use xgboost::{from_xgboost, rounds_of_xgboost};

use super::loss::Link;
use super::model::{BoostedTrees, BoostingClassifierModel, BoostingRegressorModel};
use crate::class_limits::MOST_CLASSES;
use crate::estimator::Classes;
use crate::tree::{Forest, Tree};

/// Maximum number of columns of an imported model.
const MOST_COLUMNS: usize = 1 << 20;

/// A file may have this many columns, or half as many as it has bytes if that is more, beyond the last one that a split
/// uses: each column takes more than a hundred bytes of the saved model, and a name takes at least two of the file.
const COLUMNS_WITHOUT_USE: usize = 4096;

/// Maximum size of a file in bytes: the lists of a hostile file take about ten times as much memory.
pub const MOST_FOREIGN_BYTES: u64 = 1 << 30;

/// Why a model was not imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is malformed or damaged.
    #[error("not a valid model of {format}: {what}")]
    Malformed {
        /// LightGBM or XGBoost.
        format: &'static str,
        /// What is wrong.
        what: String,
    },
    /// It is in a form that cannot be read.
    #[error("a model of {format} in {what} is not read: save it as {instead}")]
    Form {
        /// LightGBM or XGBoost.
        format: &'static str,
        /// The form.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// It is valid but of a kind that cannot be expressed here.
    #[error("a model of {format} with {what} cannot be imported")]
    Unsupported {
        /// LightGBM or XGBoost.
        format: &'static str,
        /// What it has.
        what: String,
    },
}

/// If a file that begins like this is one of XGBoost's other formats: an error that names the format.
pub fn other_form(beginning: &[u8]) -> Option<ImportError> {
    // UBJSON: an object, then the type of the first key's length; JSON has a quotation mark or white space there.
    let what = match beginning {
        [b'{', b'L' | b'l' | b'i' | b'U' | b'I' | b'#' | b'$', ..] => "UBJSON (.ubj)",
        [b'b', b'i', b'n', b'f', ..] => "the binary form of versions before 1.3",
        _ => return None,
    };
    Some(ImportError::Form { format: "XGBoost", what, instead: "JSON, with save_model(\"model.json\")" })
}

/// An imported model.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// Whether it gives probabilities of the classes 0, 1, …
    Classifier(BoostingClassifierModel),
    /// It gives numbers.
    Regressor(BoostingRegressorModel),
}

impl Imported {
    /// The trees.
    pub fn trees(&self) -> &BoostedTrees {
        match self {
            Self::Classifier(model) => model.trees(),
            Self::Regressor(model) => model.trees(),
        }
    }
}

/// A node in the numbering of the other library.
#[derive(Debug, Clone, Copy)]
struct Node {
    cover: f64,
    kind: NodeKind,
}

#[derive(Debug, Clone, Copy)]
enum NodeKind {
    Leaf(f64),
    Inner { threshold: f64, feature: u32, flags: u32, left: usize, right: usize, gain: f64 },
}

/// Nodes in our order, and the column and gain of each split.
struct Converted {
    tree: Tree,
    gains: Vec<(usize, f64)>,
}

/// A fault in a tree of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum TreeFault {
    #[error("there is no node {0}")]
    NoNode(usize),
    #[error("node {node} has node {child} as a child, which is another's child or the root")]
    Met { node: usize, child: usize },
    #[error("lists of nodes that differ in length")]
    Lists,
    #[error("it has no nodes")]
    Empty,
    #[error("node {node} has children {left} and {right}, of {count} nodes (a leaf has {leaf} and {leaf})")]
    Children { node: usize, left: i32, right: i32, count: usize, leaf: i32 },
    #[error("node {node} is split in a way {way} that does not exist")]
    Split { node: usize, way: u8 },
    #[error("node {0} is a split without its categories")]
    NoCategories(usize),
    #[error("lists of categories that differ in length")]
    CategoryLists,
    #[error("categories of node {0} that do not exist")]
    UnknownCategories(usize),
    #[error("categories of node {0} with too large numbers")]
    LargeCategories(usize),
    #[error("node {0} has two lists of categories")]
    TwoLists(usize),
}

/// Renumbers the nodes so that children come after their parents; unreachable nodes are left out. `sets` are the
/// categories that nodes refer to.
///
/// A node with two parents, or one that leads to itself, is an error: if a tree has more paths than nodes, walks may
/// not end.
fn renumber(nodes: &[Node], sets: Vec<u32>) -> Result<Converted, TreeFault> {
    let at = |index: usize| nodes.get(index).ok_or(TreeFault::NoNode(index));
    let mut tree = Tree { sets, ..Tree::default() };
    let mut gains = Vec::new();
    let root = tree.add_leaf(at(0)?.cover);
    let mut met = vec![false; nodes.len()];
    met[0] = true;
    let mut open = vec![(0, root)];
    while let Some((index, place)) = open.pop() {
        match at(index)?.kind {
            NodeKind::Leaf(value) => tree.nodes[place as usize].value = value,
            NodeKind::Inner { threshold, feature, flags, left, right, gain } => {
                let (left_cover, right_cover) = (at(left)?.cover, at(right)?.cover);
                for child in [left, right] {
                    if std::mem::replace(&mut met[child], true) {
                        return Err(TreeFault::Met { node: index, child });
                    }
                }
                let (l, r) = (tree.add_leaf(left_cover), tree.add_leaf(right_cover));
                let node = &mut tree.nodes[place as usize];
                (node.threshold, node.feature, node.flags) = (threshold, feature, flags);
                (node.left, node.right) = (l, r);
                gains.push((feature as usize, gain));
                open.push((right, r));
                open.push((left, l));
            }
        }
    }
    Ok(Converted { tree, gains })
}

/// Facts about the model besides its trees.
struct Header {
    format: &'static str,
    columns: usize,
    /// Of the file.
    bytes: usize,
    base: Vec<f64>,
    link: Link,
}

impl Header {
    fn malformed(&self, what: impl Into<String>) -> ImportError {
        ImportError::Malformed { format: self.format, what: what.into() }
    }

    fn check_sizes(&self) -> Result<(), ImportError> {
        if !(1..=MOST_COLUMNS).contains(&self.columns) {
            return Err(
                self.malformed(format!("the number of columns is out of range (1 to {MOST_COLUMNS})"))
            );
        }
        if !(1..=MOST_CLASSES).contains(&self.base.len()) {
            return Err(
                self.malformed(format!("the number of classes is out of range (1 to {MOST_CLASSES})"))
            );
        }
        if self.base.iter().all(|b| b.is_finite()) {
            Ok(())
        } else {
            Err(self.malformed("the base is out of range: no finite sum gives it"))
        }
    }

    /// # Errors
    /// The file claims far more columns than it names or uses.
    fn check_columns(&self, trees: &[Converted]) -> Result<(), ImportError> {
        let used =
            trees.iter().flat_map(|tree| &tree.gains).map(|(column, _)| column.saturating_add(1)).max();
        let most = (self.bytes / 2).max(COLUMNS_WITHOUT_USE).saturating_add(used.unwrap_or(0));
        if self.columns > most {
            return Err(self.malformed(format!(
                "{} columns, which the file neither names nor uses (one of {} bytes may have {most})",
                self.columns, self.bytes
            )));
        }
        Ok(())
    }

    /// The model of trees that belong to the outputs in turn.
    fn assemble(&self, trees: Vec<Converted>, scale: f64) -> Result<Imported, ImportError> {
        self.check_columns(&trees)?;
        let groups = self.base.len();
        if !trees.len().is_multiple_of(groups) {
            return Err(self.malformed("the classes have different numbers of trees"));
        }
        let mut model = BoostedTrees::new(Forest::new(self.columns, 1), self.base.clone(), self.link);
        for Converted { tree, gains } in trees {
            if gains.iter().any(|(column, _)| *column >= self.columns) {
                return Err(self.malformed("a split on a column that does not exist"));
            }
            if gains.iter().any(|(_, gain)| !gain.is_finite()) {
                return Err(self.malformed("a split whose gain is not finite"));
            }
            model.push(tree, &gains);
        }
        model.forest.scale(0, scale);
        model.forest.check().map_err(|fault| self.malformed(fault.to_string()))?;
        let base = self.base.iter().fold(0.0, |most: f64, base| most.max(base.abs()));
        model.forest.check_sums(base).map_err(|fault| self.malformed(fault.to_string()))?;
        if model.gains().iter().any(|gain| !gain.is_finite()) {
            return Err(self.malformed("the gains of a column have no finite sum"));
        }
        let count = if groups == 1 { 2 } else { groups as u32 };
        match self.link {
            Link::Identity | Link::Exponential => Ok(Imported::Regressor(BoostingRegressorModel::new(model))),
            Link::Logistic { .. } | Link::Softmax => {
                let classes = Classes::encode(&(0..count).collect::<Vec<_>>());
                let (classes, _) = classes.map_err(|error| self.malformed(error.to_string()))?;
                Ok(Imported::Classifier(BoostingClassifierModel::new(model, classes)))
            }
        }
    }
}
