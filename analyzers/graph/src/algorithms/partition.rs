/// The nodes of a graph in groups: every node belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The group of each node, `0..count`.
    pub group: Vec<u32>,
    /// Number of groups.
    pub count: usize,
}

impl Partition {
    /// Groups numbered in the order of their first nodes. Labels may be any numbers.
    pub fn by_first_node(labels: &[u32]) -> Partition {
        let mut number = facts::hash::HashMap::default();
        let group = labels
            .iter()
            .map(|label| {
                let next = number.len() as u32;
                *number.entry(*label).or_insert(next)
            })
            .collect();
        Partition { group, count: number.len() }
    }

    /// The nodes of each group, ascending.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.count];
        for (node, group) in self.group.iter().enumerate() {
            members[*group as usize].push(node as u32);
        }
        members
    }
}
