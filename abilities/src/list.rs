use crate::{
    Churn, Complexity, Crap, DeadCode, Duplicates, ExplainTdg, Graph, Hotspots, Listed, Query, Satd, Score,
    Tdg,
};

/// Every ability, by its name.
pub static ABILITIES: &[Listed] = &[
    Listed::of::<Churn>(),
    Listed::of::<Complexity>(),
    Listed::of::<Crap>(),
    Listed::of::<DeadCode>(),
    Listed::of::<Duplicates>(),
    Listed::of::<Graph>(),
    Listed::of::<Hotspots>(),
    Listed::of::<Query>(),
    Listed::of::<Satd>(),
    Listed::of::<Score>(),
    Listed::of::<Tdg>(),
    Listed::of::<ExplainTdg>(),
];
