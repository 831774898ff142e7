//! Models as written by `Booster.save_model("….json")` of XGBoost 1.3 to 3.

use super::{Converted, Header, ImportError, Imported, MOST_CLASSES, Node, NodeKind, TreeFault, renumber};
use crate::apr::TreeNode;
use crate::boosting::loss::Link;
use crate::tree::{CATEGORICAL, SINGLE};
use serde::Deserialize;
use std::collections::HashMap;

const FORMAT: &str = "XGBoost";

/// Marks a leaf in the lists of children.
const NONE: i32 = -1;

/// Maximum number of words of 32 categories: for each byte of the file, and in total.
const WORDS_BY_BYTE: usize = 16;
const MOST_WORDS: usize = 1 << 28;

/// Values of `split_type`: a split by a number, and a split by a set of categories.
const BY_NUMBER: u8 = 0;
const BY_CATEGORIES: u8 = 1;

#[derive(Deserialize)]
struct File {
    learner: Learner,
}

#[derive(Deserialize)]
struct Learner {
    #[serde(default)]
    attributes: Attributes,
    gradient_booster: Booster,
    learner_model_param: Parameters,
    objective: Objective,
}

/// Attributes written during training.
#[derive(Deserialize, Default)]
struct Attributes {
    /// The number of the best round, from 0; later rounds did not help.
    #[serde(default)]
    best_iteration: Option<String>,
}

#[derive(Deserialize)]
struct Parameters {
    base_score: String,
    num_class: String,
    num_feature: String,
    #[serde(default)]
    num_target: Option<String>,
}

#[derive(Deserialize)]
struct Objective {
    name: String,
}

/// `gbtree` holds its model, `dart` a `gbtree` and a weight for each tree.
#[derive(Deserialize)]
struct Booster {
    name: String,
    model: Option<Trees>,
    gbtree: Option<Inner>,
    #[serde(default)]
    weight_drop: Vec<f64>,
}

#[derive(Deserialize)]
struct Inner {
    model: Trees,
}

#[derive(Deserialize)]
struct Trees {
    trees: Vec<Tree>,
    tree_info: Vec<usize>,
    /// The start of each round among the trees, and their number; older versions do not write it.
    #[serde(default)]
    iteration_indptr: Vec<usize>,
    #[serde(default)]
    gbtree_model_param: TreeParameters,
}

#[derive(Deserialize, Default)]
struct TreeParameters {
    #[serde(default)]
    num_parallel_tree: Option<String>,
}

impl Trees {
    /// The start of each round among the trees, and their number.
    fn rounds(&self, groups: usize) -> Vec<usize> {
        if !self.iteration_indptr.is_empty() {
            return self.iteration_indptr.clone();
        }
        let parallel =
            self.gbtree_model_param.num_parallel_tree.as_deref().and_then(|text| text.parse().ok());
        let step = groups.saturating_mul(parallel.unwrap_or(1)).max(1);
        (0..=self.trees.len()).step_by(step).collect()
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Number(u8),
    Truth(bool),
}

impl Flag {
    fn is_set(&self) -> bool {
        matches!(self, Self::Number(1..) | Self::Truth(true))
    }
}

#[derive(Deserialize)]
struct Tree {
    left_children: Vec<i32>,
    right_children: Vec<i32>,
    split_indices: Vec<u32>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    sum_hessian: Vec<f64>,
    loss_changes: Vec<f64>,
    #[serde(default)]
    split_type: Vec<u8>,
    #[serde(default)]
    categories: Vec<u32>,
    #[serde(default)]
    categories_nodes: Vec<usize>,
    #[serde(default)]
    categories_segments: Vec<usize>,
    #[serde(default)]
    categories_sizes: Vec<usize>,
}

fn malformed(what: impl Into<String>) -> ImportError {
    ImportError::Malformed { format: FORMAT, what: what.into() }
}

fn unsupported(what: impl Into<String>) -> ImportError {
    ImportError::Unsupported { format: FORMAT, what: what.into() }
}

/// The rounds of training that a model uses, and the rounds in its file. If training was stopped early, the library's
/// own estimators (`XGBClassifier`, `XGBRegressor`) predict with the rounds up to the best one, and so does the
/// imported model.
///
/// # Errors
/// The text is damaged.
pub fn rounds_of_xgboost(json: &str) -> Result<(usize, usize), ImportError> {
    let file: File = serde_json::from_str(json).map_err(|error| malformed(error.to_string()))?;
    let Learner { attributes, gradient_booster: booster, learner_model_param, objective } = file.learner;
    let groups = header(&learner_model_param, &objective.name, json.len())?.base.len();
    let trees = booster.model.or(booster.gbtree.map(|inner| inner.model));
    let trees = trees.ok_or_else(|| malformed("there are no trees"))?;
    let all = trees.rounds(groups).len().saturating_sub(1);
    Ok((used_rounds(&attributes, all)?, all))
}

fn used_rounds(attributes: &Attributes, all: usize) -> Result<usize, ImportError> {
    match &attributes.best_iteration {
        None => Ok(all),
        Some(text) => {
            let best = text.trim().parse::<usize>().ok().filter(|best| *best < all);
            best.map(|best| best + 1)
                .ok_or_else(|| malformed(format!("best_iteration is {text:.40} of {all} rounds")))
        }
    }
}

/// The part of a file that names the model's booster.
#[derive(Deserialize)]
struct Outline {
    learner: OutlineLearner,
}

#[derive(Deserialize)]
struct OutlineLearner {
    gradient_booster: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// An error if the model does not consist of trees: other boosters have other fields.
fn is_of_trees(json: &str) -> Result<(), ImportError> {
    match serde_json::from_str::<Outline>(json) {
        // The full parse reports any other fault.
        Err(_) => Ok(()),
        Ok(Outline { learner: OutlineLearner { gradient_booster: Named { name } } }) => match name.as_str() {
            "gbtree" | "dart" => Ok(()),
            name => {
                Err(unsupported(format!("the booster {name:.40} (only trees are read: gbtree and dart)")))
            }
        },
    }
}

/// Reads a model from JSON, with the trees up to its best round.
///
/// # Errors
/// The text is damaged, or the model is linear or has an objective whose answers cannot be expressed.
pub fn from_xgboost(json: &str) -> Result<Imported, ImportError> {
    is_of_trees(json)?;
    let file: File = serde_json::from_str(json).map_err(|error| malformed(error.to_string()))?;
    let Learner { attributes, gradient_booster: booster, learner_model_param, objective } = file.learner;
    let header = header(&learner_model_param, &objective.name, json.len())?;
    header.check_sizes()?;
    let weights = booster.weight_drop;
    let trees = match (booster.name.as_str(), booster.model, booster.gbtree) {
        ("gbtree", Some(model), _) | ("dart", _, Some(Inner { model })) => model,
        ("gbtree" | "dart", ..) => return Err(malformed("there are no trees")),
        (name, ..) => return Err(unsupported(format!("the booster {name:.40}"))),
    };
    let mut room = json.len().saturating_mul(WORDS_BY_BYTE).min(MOST_WORDS);
    let groups = header.base.len();
    let mut by_group = (0..groups).map(|_| Vec::new()).collect::<Vec<_>>();
    if trees.tree_info.len() != trees.trees.len()
        || !(weights.is_empty() || weights.len() == trees.trees.len())
    {
        return Err(malformed("a list that is not as long as the trees"));
    }
    let rounds = trees.rounds(groups);
    let used = used_rounds(&attributes, rounds.len().saturating_sub(1))?;
    let count = rounds.get(used).copied().unwrap_or(trees.trees.len());
    if count > trees.trees.len() {
        return Err(malformed("a round of trees that do not exist"));
    }
    for (index, (tree, group)) in trees.trees.iter().zip(&trees.tree_info).take(count).enumerate() {
        let weight = weights.get(index).copied().unwrap_or(1.0);
        let converted =
            convert(tree, weight, &mut room).map_err(|what| malformed(format!("tree {index}: {what}")))?;
        by_group
            .get_mut(*group)
            .ok_or_else(|| malformed("a tree of a class that does not exist"))?
            .push(converted);
    }
    header.assemble(in_turn(by_group)?, 1.0)
}

/// One tree of each class after the other.
fn in_turn(by_group: Vec<Vec<Converted>>) -> Result<Vec<Converted>, ImportError> {
    let rounds = by_group.first().map_or(0, Vec::len);
    if by_group.iter().any(|trees| trees.len() != rounds) {
        return Err(malformed("the classes have different numbers of trees"));
    }
    let mut groups = by_group.into_iter().map(Vec::into_iter).collect::<Vec<_>>();
    let mut trees = Vec::new();
    for _ in 0..rounds {
        trees.extend(groups.iter_mut().filter_map(Iterator::next));
    }
    Ok(trees)
}

fn header(parameters: &Parameters, objective: &str, bytes: usize) -> Result<Header, ImportError> {
    let number =
        |text: &str| text.trim().parse::<f64>().map_err(|_| malformed(format!("not a number: {text:.40}")));
    let targets = parameters.num_target.as_deref().map_or(Ok(1.0), number)?;
    if targets > 1.0 {
        return Err(unsupported(format!("{targets} targets")));
    }
    let list = parameters.base_score.trim().trim_start_matches('[').trim_end_matches(']');
    let mut base = list.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
    let count = |text: &str| {
        text.trim()
            .parse::<usize>()
            .map_err(|_| malformed(format!("not a number of columns or classes: {text:.40}")))
    };
    let (columns, classes) = (count(&parameters.num_feature)?, count(&parameters.num_class)?);
    let link = match objective {
        "reg:squarederror"
        | "reg:absoluteerror"
        | "reg:pseudohubererror"
        | "reg:quantileerror"
        | "rank:ndcg"
        | "rank:pairwise"
        | "rank:map" => Link::Identity,
        "binary:logistic" => Link::Logistic { scale: 1.0 },
        "multi:softprob" | "multi:softmax" => Link::Softmax,
        "count:poisson" | "reg:gamma" | "reg:tweedie" => Link::Exponential,
        _ => return Err(unsupported(format!("the objective {objective:.60}"))),
    };
    // The file stores the base as a prediction.
    match link {
        Link::Logistic { .. } => base.iter_mut().for_each(|b| *b = (*b / (1.0 - *b)).ln()),
        Link::Exponential => base.iter_mut().for_each(|b| *b = b.ln()),
        Link::Identity | Link::Softmax => {}
    }
    // One class above the limit is enough to be refused, and needs no memory.
    let groups = if link == Link::Softmax { classes.min(MOST_CLASSES + 1) } else { 1 };
    if base.len() == 1 && groups > 1 {
        base = vec![base[0]; groups];
    }
    if base.len() != groups || link == Link::Softmax && groups < 2 {
        return Err(malformed("the base does not fit the number of classes"));
    }
    Ok(Header { format: FORMAT, columns, bytes, base, link })
}

fn convert(tree: &Tree, weight: f64, room: &mut usize) -> Result<Converted, TreeFault> {
    let count = tree.left_children.len();
    let lengths = [
        tree.right_children.len(),
        tree.split_indices.len(),
        tree.split_conditions.len(),
        tree.default_left.len(),
        tree.sum_hessian.len(),
        tree.loss_changes.len(),
    ];
    if lengths.iter().any(|l| *l != count) || !(tree.split_type.is_empty() || tree.split_type.len() == count)
    {
        return Err(TreeFault::Lists);
    }
    if count == 0 {
        return Err(TreeFault::Empty);
    }
    let (sets, places) = categories(tree, room)?;
    let node = |i: usize| -> Result<Node, TreeFault> {
        let cover = tree.sum_hessian[i];
        let (left, right) = (tree.left_children[i], tree.right_children[i]);
        if (left, right) == (NONE, NONE) {
            return Ok(Node { cover, kind: NodeKind::Leaf(f64::from(tree.split_conditions[i]) * weight) });
        }
        let child = |child: i32| {
            let place = usize::try_from(child).ok().filter(|place| *place < count);
            place.ok_or(TreeFault::Children { node: i, left, right, count, leaf: NONE })
        };
        let (left, right) = (child(left)?, child(right)?);
        let default_left = tree.default_left[i].is_set();
        let is_set = match tree.split_type.get(i).copied().unwrap_or(BY_NUMBER) {
            BY_NUMBER => false,
            BY_CATEGORIES => true,
            way => return Err(TreeFault::Split { node: i, way }),
        };
        let missing = |left: bool| if left { TreeNode::MISSING_LEFT } else { 0 };
        let (feature, gain) = (tree.split_indices[i], tree.loss_changes[i]);
        let kind = if is_set {
            // Categories of the set go right there.
            let place = places.get(&i);
            let threshold = *place.ok_or(TreeFault::NoCategories(i))? as f64;
            let flags = CATEGORICAL | missing(!default_left);
            NodeKind::Inner { threshold, feature, flags, left: right, right: left, gain }
        } else {
            // XGBoost sends values below the threshold left; this crate also sends the threshold itself left. So the
            // threshold becomes the next smaller number.
            let threshold = f64::from(tree.split_conditions[i].next_down());
            NodeKind::Inner { threshold, feature, flags: SINGLE | missing(default_left), left, right, gain }
        };
        Ok(Node { cover, kind })
    };
    let nodes = (0..count).map(node).collect::<Result<Vec<_>, _>>()?;
    renumber(&nodes, sets)
}

/// Sets of categories, and for each node that has one its index.
type Sets = (Vec<u32>, HashMap<usize, usize>);

/// The sets of categories of a tree.
fn categories(tree: &Tree, room: &mut usize) -> Result<Sets, TreeFault> {
    let count = tree.categories_nodes.len();
    if tree.categories_segments.len() != count || tree.categories_sizes.len() != count {
        return Err(TreeFault::CategoryLists);
    }
    let (mut sets, mut places) = (Vec::new(), HashMap::with_capacity(count));
    for (index, node) in tree.categories_nodes.iter().enumerate() {
        let (from, length) = (tree.categories_segments[index], tree.categories_sizes[index]);
        let range = from..from.saturating_add(length);
        let named = tree.categories.get(range).ok_or(TreeFault::UnknownCategories(*node))?;
        let words = named.iter().max().map_or(0, |c| *c as usize / 32 + 1);
        // The total size of the sets stays within a multiple of the file.
        *room = room.checked_sub(words.saturating_add(length)).ok_or(TreeFault::LargeCategories(*node))?;
        if places.insert(*node, sets.len()).is_some() {
            return Err(TreeFault::TwoLists(*node));
        }
        sets.push(words as u32);
        let begin = sets.len();
        sets.resize(begin + words, 0);
        named.iter().for_each(|c| sets[begin + *c as usize / 32] |= 1u32 << (c % 32));
    }
    Ok((sets, places))
}
