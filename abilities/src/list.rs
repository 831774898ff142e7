use crate::{
    BlameMetric, Churn, Complexity, Context, Crap, DeadCode, Duplicates, ExplainTdg, Graph, History,
    Hotspots, Listed, Overview, QualityGate, Query, Rules, Satd, Score, Tdg,
};

/// Every ability, by its name.
pub static ABILITIES: &[Listed] = &[
    Listed::of::<BlameMetric>(),
    Listed::of::<Churn>(),
    Listed::of::<Complexity>(),
    Listed::of::<Context>(),
    Listed::of::<Crap>(),
    Listed::of::<DeadCode>(),
    Listed::of::<Duplicates>(),
    Listed::of::<Graph>(),
    Listed::of::<History>(),
    Listed::of::<Hotspots>(),
    Listed::of::<Overview>(),
    Listed::of::<QualityGate>(),
    Listed::of::<Query>(),
    Listed::of::<Rules>(),
    Listed::of::<Satd>(),
    Listed::of::<Score>(),
    Listed::of::<Tdg>(),
    Listed::of::<ExplainTdg>(),
];

/// The ability with a name.
pub fn ability(id: &str) -> Option<&'static Listed> {
    ABILITIES.iter().find(|ability| ability.about.id == id)
}
