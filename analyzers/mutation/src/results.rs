use crate::baseline::Baseline;
use crate::outcome::Outcome;

/// What became of the mutants of a plan.
#[derive(Debug)]
pub struct Results {
    /// By index of the mutant.
    pub outcomes: Vec<Outcome>,
    /// The unchanged code, by index of the unit; none for a unit without a mutant that had to run.
    pub baselines: Vec<Option<Baseline>>,
    /// How many outcomes are from an earlier run.
    pub from_before: usize,
}
