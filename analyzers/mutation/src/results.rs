use crate::baseline::Baseline;
use crate::outcome::Outcome;

/// The outcomes of a plan's mutants.
#[derive(Debug)]
pub struct Results {
    /// By index of the mutant.
    pub outcomes: Vec<Outcome>,
    /// The unchanged code, by index of the unit; `None` for a unit without mutants to run.
    pub baselines: Vec<Option<Baseline>>,
    /// How many outcomes come from an earlier run.
    pub from_before: usize,
}
