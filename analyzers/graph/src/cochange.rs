//! Files that change together: how often two of them are in one commit, beyond what each is on its own.
//!
//! Of a pair with revisions `a`, `b` and `shared` commits the Jaccard index is `shared / (a + b - shared)` and the
//! confidence `shared / min(a, b)`: the share of the commits to the one that changes less often which also change the
//! other (Zimmermann et al., "Mining Version Histories to Guide Software Changes", ICSE 2004). A commit of very many
//! files (a reformatting, a moved folder) couples nothing, so it is left out of all these counts.

use facts::hash::HashMap;

/// What counts as changing together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoChangeLimits {
    /// Commits of more files than this are left out.
    pub max_files: usize,
    /// Least number of shared commits of a reported pair.
    pub min_shared: u32,
    /// Least confidence of a reported pair, 0 to 1.
    pub min_confidence: f64,
}

/// Two files that change together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoChange {
    /// The file with the smaller number.
    pub a: u32,
    /// The other one.
    pub b: u32,
    /// Commits that change both.
    pub shared: u32,
    /// Commits that change the first.
    pub revisions_a: u32,
    /// Commits that change the second.
    pub revisions_b: u32,
}

impl CoChange {
    /// Shared commits among those that change either, 0 to 1.
    pub fn jaccard(&self) -> f64 {
        f64::from(self.shared) / f64::from(self.revisions_a + self.revisions_b - self.shared)
    }

    /// Shared commits among those that change the file that changes less often, 0 to 1.
    pub fn confidence(&self) -> f64 {
        f64::from(self.shared) / f64::from(self.revisions_a.min(self.revisions_b))
    }
}

/// The pairs of files that change together, sorted by their numbers. Each commit is the list of the files it changes,
/// in any order; a file that it names twice counts once.
pub fn co_changes<'a>(commits: impl IntoIterator<Item = &'a [u32]>, limits: CoChangeLimits) -> Vec<CoChange> {
    let mut revisions: HashMap<u32, u32> = HashMap::default();
    let mut shared: HashMap<(u32, u32), u32> = HashMap::default();
    for commit in commits {
        let mut files = commit.to_vec();
        files.sort_unstable();
        files.dedup();
        if files.len() > limits.max_files {
            continue;
        }
        for (index, a) in files.iter().enumerate() {
            *revisions.entry(*a).or_default() += 1;
            for b in &files[index + 1..] {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<CoChange> = shared
        .into_iter()
        .filter(|(_, shared)| *shared >= limits.min_shared)
        .map(|((a, b), shared)| CoChange {
            a,
            b,
            shared,
            revisions_a: revisions[&a],
            revisions_b: revisions[&b],
        })
        .filter(|pair| pair.confidence() >= limits.min_confidence)
        .collect();
    pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: CoChangeLimits = CoChangeLimits { max_files: 3, min_shared: 1, min_confidence: 0.0 };

    #[test]
    fn shared_commits_are_counted_against_each_and_against_both() {
        let commits: [&[u32]; 5] = [&[0, 1], &[1, 0], &[0], &[1, 2, 1], &[1]];
        let pairs = co_changes(commits, ALL);
        assert_eq!(pairs.len(), 2);
        let pair = pairs[0];
        assert_eq!((pair.a, pair.b, pair.shared, pair.revisions_a, pair.revisions_b), (0, 1, 2, 3, 4));
        assert!((pair.jaccard() - 2.0 / 5.0).abs() < 1e-12 && (pair.confidence() - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((pairs[1].a, pairs[1].b, pairs[1].shared), (1, 2, 1));
    }

    #[test]
    fn large_commits_rare_pairs_and_weak_ones_are_left_out() {
        let commits: [&[u32]; 4] = [&[0, 1, 2, 3], &[0, 1], &[0, 1], &[0, 2]];
        let pairs = co_changes(commits, CoChangeLimits { min_shared: 2, ..ALL });
        assert_eq!(pairs, [CoChange { a: 0, b: 1, shared: 2, revisions_a: 3, revisions_b: 2 }]);
        assert_eq!(co_changes(commits, CoChangeLimits { min_shared: 3, ..ALL }), []);
        let sure = CoChangeLimits { min_confidence: 1.0, ..ALL };
        let pairs: Vec<_> = co_changes(commits, sure).iter().map(|pair| (pair.a, pair.b)).collect();
        assert_eq!(pairs, [(0, 1), (0, 2)]);
    }
}
