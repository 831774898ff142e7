//! Decision trees in their file layout: 64 bytes of head, the nodes, the start of each tree.

use super::dtype::TreeNode;
use super::error::{AprError, Result};
use super::layout::Fields;

const HEAD: usize = 64;

/// Trees that are viewed in place. Children are in range and come after their parents.
#[derive(Clone, Copy, Debug)]
pub struct Trees<'a> {
    nodes: &'a [TreeNode],
    starts: &'a [u32],
}

impl<'a> Trees<'a> {
    /// Number of trees.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes of tree `index`, the root first; children are counted from the root.
    pub fn get(&self, index: usize) -> Option<&'a [TreeNode]> {
        let (start, end) = (*self.starts.get(index)?, *self.starts.get(index + 1)?);
        self.nodes.get(start as usize..end as usize)
    }

    /// All trees, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [TreeNode]> + use<'a> {
        let nodes = self.nodes;
        self.starts.windows(2).map(move |pair| &nodes[pair[0] as usize..pair[1] as usize])
    }

    pub(super) fn decode(name: &str, bytes: &'a [u8]) -> Result<Trees<'a>> {
        let invalid = |what: &str| AprError::malformed(format!("\"{name}\": {what}"));
        let (mut head, body) = bytes
            .split_at_checked(HEAD)
            .map(|(head, body)| (Fields { bytes: head }, body))
            .ok_or_else(|| invalid("trees without a head"))?;
        let (trees, nodes) = (head.u32()? as usize, head.u32()? as usize);
        if head.bytes.iter().any(|byte| *byte != 0) {
            return Err(invalid("reserved bytes that are not zero"));
        }
        let node_bytes = nodes * size_of::<TreeNode>();
        let (nodes, starts) =
            body.split_at_checked(node_bytes).ok_or_else(|| invalid("nodes beyond the end"))?;
        let nodes: &[TreeNode] =
            bytemuck::try_cast_slice(nodes).map_err(|_| invalid("nodes that are not aligned"))?;
        let starts: &[u32] =
            bytemuck::try_cast_slice(starts).map_err(|_| invalid("a broken list of trees"))?;
        let in_order = starts.len() == trees + 1
            && starts.first() == Some(&0)
            && starts.last().copied() == u32::try_from(nodes.len()).ok()
            && starts.windows(2).all(|pair| pair[0] < pair[1]);
        if !in_order {
            return Err(invalid("a broken list of trees"));
        }
        let trees = Trees { nodes, starts };
        trees.iter().try_for_each(check_tree).map_err(|fault| invalid(&fault.to_string()))?;
        Ok(trees)
    }
}

/// Why nodes do not form a tree in which every walk ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum TreeFault {
    #[error("node {node} has children {left} and {right}")]
    Children { node: usize, left: u32, right: u32 },
    #[error("node {node} has two parents")]
    Parents { node: u32 },
}

/// Children come after their parent and within the tree, so walks end. No node has two parents, so a tree has no more
/// paths than nodes.
fn check_tree(nodes: &[TreeNode]) -> std::result::Result<(), TreeFault> {
    let mut has_parent = vec![false; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        let valid = |child: u32| child as usize > index && (child as usize) < nodes.len();
        let sound = node.is_leaf() || valid(node.left) && valid(node.right);
        if !sound {
            return Err(TreeFault::Children { node: index, left: node.left, right: node.right });
        }
        let children = [node.left, node.right].into_iter().filter(|_| !node.is_leaf());
        for child in children {
            if std::mem::replace(&mut has_parent[child as usize], true) {
                return Err(TreeFault::Parents { node: child });
            }
        }
    }
    Ok(())
}

/// The bytes of a section of trees.
pub(super) fn encode<T: AsRef<[TreeNode]>>(name: &str, trees: &[T]) -> Result<Vec<u8>> {
    let unstorable = |what: String| AprError::Unstorable(format!("\"{name}\": {what}"));
    let count: usize = trees.iter().map(|tree| tree.as_ref().len()).sum();
    let nodes =
        u32::try_from(count).map_err(|_| unstorable(format!("{count} nodes are more than 32 bits count")))?;
    let mut bytes = Vec::with_capacity(HEAD + count * size_of::<TreeNode>() + 4 * (trees.len() + 1));
    bytes.extend_from_slice(&(trees.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&nodes.to_le_bytes());
    bytes.resize(HEAD, 0);
    for tree in trees {
        let tree = tree.as_ref();
        if tree.is_empty() {
            return Err(unstorable("a tree without nodes".into()));
        }
        check_tree(tree).map_err(|fault| unstorable(fault.to_string()))?;
        bytes.extend_from_slice(bytemuck::cast_slice(tree));
    }
    let mut start = 0u32;
    bytes.extend_from_slice(&start.to_le_bytes());
    for tree in trees {
        start += tree.as_ref().len() as u32;
        bytes.extend_from_slice(&start.to_le_bytes());
    }
    Ok(bytes)
}
