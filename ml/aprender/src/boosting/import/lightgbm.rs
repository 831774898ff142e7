//! Models as written by `Booster.save_model` of LightGBM 3 and 4: lines of `key=value`, a block for each tree.

use super::{Converted, Header, ImportError, Imported, Node, NodeKind, renumber};
use crate::apr::TreeNode;
use crate::boosting::loss::Link;
use crate::tree::{CATEGORICAL, MISSING_IS_ZERO, ZERO_IS_MISSING};
use std::collections::HashMap;
use std::str::FromStr;

const FORMAT: &str = "LightGBM";

/// Bits of `decision_type`.
const IS_CATEGORICAL: u8 = 1;
const DEFAULT_LEFT: u8 = 2;

fn malformed(what: impl Into<String>) -> ImportError {
    ImportError::Malformed { format: FORMAT, what: what.into() }
}

fn unsupported(what: impl Into<String>) -> ImportError {
    ImportError::Unsupported { format: FORMAT, what: what.into() }
}

/// Lines of `key=value` up to the end of a block.
struct Block<'a>(HashMap<&'a str, &'a str>);

impl<'a> Block<'a> {
    /// An error if two lines have the same key, because it is unclear which one counts.
    fn parse(text: &'a str) -> Result<Self, ImportError> {
        let mut values = HashMap::new();
        for (key, value) in text.lines().filter_map(|line| line.trim_end().split_once('=')) {
            if values.insert(key, value).is_some() {
                return Err(malformed(format!("{key:.40} is there twice")));
            }
        }
        Ok(Self(values))
    }

    fn one<T: FromStr>(&self, key: &str) -> Result<T, ImportError> {
        let text = self.0.get(key).ok_or_else(|| malformed(format!("there is no {key}")))?;
        text.trim().parse().map_err(|_| malformed(format!("{key} is not a number: {text:.40}")))
    }

    /// A list of this many numbers.
    fn list<T: FromStr>(&self, key: &str, count: usize) -> Result<Vec<T>, ImportError> {
        let text = self.0.get(key).copied().unwrap_or("");
        let values = text.split_ascii_whitespace().map(|word| word.parse::<T>());
        let values =
            values.collect::<Result<Vec<_>, _>>().map_err(|_| malformed(format!("{key} holds no number")))?;
        if values.len() == count {
            Ok(values)
        } else {
            Err(malformed(format!("{key} holds {} numbers, expected {count}", values.len())))
        }
    }
}

/// Reads a model from the text that `save_model` or `model_to_string` writes.
///
/// # Errors
/// The text is damaged, or the model has linear leaves or an objective whose answers cannot be expressed.
pub fn from_lightgbm(text: &str) -> Result<Imported, ImportError> {
    let body = text.split("\nend of trees").next().unwrap_or("");
    if body.len() == text.len() {
        return Err(malformed("the end of the trees is missing"));
    }
    let mut parts = body.split("\nTree=");
    let head = parts.next().unwrap_or("");
    if head.trim_start().lines().next().map(str::trim) != Some("tree") {
        return Err(malformed("it does not begin with \"tree\""));
    }
    let averaged = head.lines().any(|line| line.trim_end() == "average_output");
    let head = Block::parse(head)?;
    let groups: usize = head.one("num_tree_per_iteration")?;
    let columns = head.one::<usize>("max_feature_idx")?.saturating_add(1);
    let base = vec![0.0; groups.min(1 << 20)];
    let header = Header { format: FORMAT, columns, bytes: text.len(), base, link: link(&head, groups)? };
    header.check_sizes()?;
    let numbered = parts.enumerate().map(|(index, text)| {
        tree(text).map_err(|error| match error {
            ImportError::Malformed { format, what } => {
                ImportError::Malformed { format, what: format!("tree {index}: {what}") }
            }
            other => other,
        })
    });
    let trees = numbered.collect::<Result<Vec<_>, _>>()?;
    let iterations = (trees.len() / groups.max(1)).max(1);
    header.assemble(trees, if averaged { 1.0 / iterations as f64 } else { 1.0 })
}

fn link(head: &Block<'_>, groups: usize) -> Result<Link, ImportError> {
    let objective = head.0.get("objective").copied().unwrap_or("regression");
    let mut words = objective.split_ascii_whitespace();
    let name = words.next().unwrap_or("");
    let setting = |key: &str| words.clone().find_map(|w| w.strip_prefix(key)?.strip_prefix(':'));
    let link = match name {
        _ if objective.contains("sqrt") => return Err(unsupported(format!("the objective {objective:.60}"))),
        "binary" => {
            let scale = setting("sigmoid").map_or(Ok(1.0), f64::from_str);
            let scale = scale.ok().filter(|s| s.is_finite() && *s > 0.0);
            Link::Logistic { scale: scale.ok_or_else(|| malformed("sigmoid is not a number"))? }
        }
        "multiclass" | "softmax" => Link::Softmax,
        "poisson" | "gamma" | "tweedie" => Link::Exponential,
        "regression" | "regression_l1" | "huber" | "fair" | "quantile" | "mape" | "lambdarank"
        | "rank_xendcg" => Link::Identity,
        _ => return Err(unsupported(format!("the objective {objective:.60}"))),
    };
    let fits = if link == Link::Softmax { groups >= 2 } else { groups == 1 };
    if fits { Ok(link) } else { Err(malformed(format!("{groups} trees in an iteration of {name}"))) }
}

fn tree(text: &str) -> Result<Converted, ImportError> {
    let block = Block::parse(text)?;
    let leaves: usize = block.one("num_leaves")?;
    if leaves == 0 || leaves > text.len() {
        return Err(malformed("a tree without leaves"));
    }
    if block.0.get("is_linear").is_some_and(|v| v.trim() == "1") {
        return Err(unsupported("linear leaves"));
    }
    let inner = leaves - 1;
    let values = block.list::<f64>("leaf_value", leaves)?;
    if inner == 0 {
        let node = Node { cover: 1.0, kind: NodeKind::Leaf(values[0]) };
        return renumber(&[node], Vec::new()).map_err(|fault| malformed(fault.to_string()));
    }
    let mut nodes = splits(&block, inner)?;
    let covers = block.list::<f64>("leaf_count", leaves)?;
    nodes.extend(values.iter().zip(covers).map(|(v, cover)| Node { cover, kind: NodeKind::Leaf(*v) }));
    let sets = if block.one::<usize>("num_cat")? > 0 { categories(&block, &mut nodes)? } else { Vec::new() };
    renumber(&nodes, sets).map_err(|fault| malformed(fault.to_string()))
}

/// The inner nodes. Negative children are leaves, which are appended after them.
fn splits(block: &Block<'_>, inner: usize) -> Result<Vec<Node>, ImportError> {
    let features = block.list::<u32>("split_feature", inner)?;
    let thresholds = block.list::<f64>("threshold", inner)?;
    let types = block.list::<u8>("decision_type", inner)?;
    let (left, right) = (block.list::<i64>("left_child", inner)?, block.list::<i64>("right_child", inner)?);
    let covers = block.list::<f64>("internal_count", inner)?;
    let gains = block.list::<f64>("split_gain", inner)?;
    let child = |node: usize, child: i64| {
        let place = usize::try_from(if child < 0 { !child } else { child }).ok();
        let place = match child {
            ..0 => place.filter(|leaf| *leaf <= inner).map(|leaf| inner + leaf),
            0.. => place.filter(|place| *place < inner),
        };
        place.ok_or_else(|| malformed(format!("node {node} has a child {child} that does not exist")))
    };
    let node = |i: usize| -> Result<Node, ImportError> {
        let mut flags = if types[i] & DEFAULT_LEFT != 0 { TreeNode::MISSING_LEFT } else { 0 };
        match types[i] >> 2 {
            _ if types[i] & IS_CATEGORICAL != 0 => flags = CATEGORICAL,
            0 => flags |= MISSING_IS_ZERO,
            1 => flags |= ZERO_IS_MISSING,
            2 => {}
            other => return Err(malformed(format!("missing values of kind {other}"))),
        }
        let (threshold, feature) = (thresholds[i], features[i]);
        let kind = NodeKind::Inner {
            threshold,
            feature,
            flags,
            left: child(i, left[i])?,
            right: child(i, right[i])?,
            gain: gains[i],
        };
        Ok(Node { cover: covers[i], kind })
    };
    (0..inner).map(node).collect()
}

/// The sets of categories; the thresholds of their nodes become indices into them.
fn categories(block: &Block<'_>, nodes: &mut [Node]) -> Result<Vec<u32>, ImportError> {
    let words = block.0.get("cat_threshold").map_or(0, |t| t.split_ascii_whitespace().count());
    let words = block.list::<u32>("cat_threshold", words)?;
    let count = block.one::<usize>("num_cat")?;
    let borders = block.list::<usize>("cat_boundaries", count.saturating_add(1))?;
    let mut sets = Vec::new();
    let mut places = Vec::new();
    for pair in borders.windows(2) {
        let set = words.get(pair[0]..pair[1]).ok_or_else(|| malformed("categories that do not exist"))?;
        if sets.len() + set.len() > words.len() + places.len() {
            return Err(malformed("sets of categories that overlap"));
        }
        places.push(sets.len() as f64);
        sets.push(set.len() as u32);
        sets.extend_from_slice(set);
    }
    for node in nodes {
        if let NodeKind::Inner { threshold, flags: CATEGORICAL, .. } = &mut node.kind {
            let index = *threshold;
            let place = if index >= 0.0 && index.fract() == 0.0 { places.get(index as usize) } else { None };
            *threshold = *place.ok_or_else(|| malformed("a set of categories that does not exist"))?;
        }
    }
    Ok(sets)
}
