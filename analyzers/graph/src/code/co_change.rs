//! Files that change together: the couplings that no import shows.

use facts::hash::HashMap;

/// Two files that were changed by the same commits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoChange {
    /// The file with the lower number.
    pub a: u32,
    /// The other one.
    pub b: u32,
    /// How many commits changed both.
    pub together: u32,
    /// The share of the counted commits that changed both, from 0 to 1 (the support of an association rule; Agrawal,
    /// Imieliński & Swami 1993).
    pub support: f64,
    /// The share of the commits to the file with fewer commits that changed the other one, too, from 0 to 1: the higher
    /// confidence of the two rules `a ⇒ b` and `b ⇒ a`.
    pub confidence: f64,
}

/// What counts as a change of several files together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoChangeOptions {
    /// Commits of more files are passed over: a reformatting couples everything with everything (Zimmermann et al. 2005 do
    /// the same at 30).
    pub max_files: usize,
    /// Pairs with fewer common commits are left out.
    pub min_together: u32,
    /// Pairs with a lower confidence are left out.
    pub min_confidence: f64,
}

impl Default for CoChangeOptions {
    fn default() -> Self {
        CoChangeOptions { max_files: 30, min_together: 3, min_confidence: 0.3 }
    }
}

/// The pairs of files that changed together, those with most common commits first, ties by confidence (highest first) and
/// numbers. Each commit is the list of the files that it changed, in any order; one that stands twice counts once.
///
/// A commit of n files takes n² steps, n being at most [`max_files`](CoChangeOptions::max_files).
pub fn co_change<'c>(
    commits: impl IntoIterator<Item = &'c [u32]>,
    options: &CoChangeOptions,
) -> Vec<CoChange> {
    let mut counted = 0u32;
    let mut alone: HashMap<u32, u32> = HashMap::default();
    let mut together: HashMap<(u32, u32), u32> = HashMap::default();
    let mut files = Vec::new();
    for commit in commits {
        files.clear();
        files.extend_from_slice(commit);
        files.sort_unstable();
        files.dedup();
        if files.is_empty() || files.len() > options.max_files {
            continue;
        }
        counted += 1;
        for (position, a) in files.iter().enumerate() {
            *alone.entry(*a).or_default() += 1;
            for b in &files[position + 1..] {
                *together.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let pair = |((a, b), together): ((u32, u32), u32)| CoChange {
        a,
        b,
        together,
        support: f64::from(together) / f64::from(counted),
        confidence: f64::from(together) / f64::from(alone[&a].min(alone[&b])),
    };
    let mut pairs: Vec<CoChange> = together
        .into_iter()
        .filter(|(_, together)| *together >= options.min_together)
        .map(pair)
        .filter(|pair| pair.confidence >= options.min_confidence)
        .collect();
    pairs.sort_by(|x, y| {
        let by_strength = y.together.cmp(&x.together).then(y.confidence.total_cmp(&x.confidence));
        by_strength.then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn support_and_confidence_are_those_of_the_rule() {
        let commits: [&[u32]; 5] = [&[1, 2], &[2, 1, 2], &[1, 2, 3], &[1], &[4]];
        let options = CoChangeOptions { min_together: 2, ..CoChangeOptions::default() };
        // 1 and 2 change together three times in five commits; 2 never changes without 1.
        let expected = CoChange { a: 1, b: 2, together: 3, support: 0.6, confidence: 1.0 };
        assert_eq!(co_change(commits, &options), [expected]);
    }

    #[test]
    fn large_commits_couple_nothing() {
        let commits: [&[u32]; 3] = [&[1, 2, 3, 4], &[1, 2], &[1, 2]];
        let options = CoChangeOptions { max_files: 3, min_together: 1, min_confidence: 0.0 };
        let found = co_change(commits, &options);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].a, found[0].b, found[0].together), (1, 2, 2));
    }

    proptest! {
        #[test]
        fn figures_are_shares_and_the_order_of_commits_does_not_matter(
            commits in prop::collection::vec(prop::collection::vec(0u32..8, 0..6), 0..40)
        ) {
            let options = CoChangeOptions { min_together: 1, min_confidence: 0.0, ..CoChangeOptions::default() };
            let forwards = co_change(commits.iter().map(Vec::as_slice), &options);
            let backwards = co_change(commits.iter().rev().map(Vec::as_slice), &options);
            prop_assert_eq!(&forwards, &backwards);
            for pair in &forwards {
                prop_assert!(pair.a < pair.b);
                prop_assert!(pair.support > 0.0 && pair.support <= pair.confidence && pair.confidence <= 1.0);
                let both = commits.iter().filter(|c| c.contains(&pair.a) && c.contains(&pair.b)).count();
                prop_assert_eq!(both, pair.together as usize);
            }
        }
    }
}
