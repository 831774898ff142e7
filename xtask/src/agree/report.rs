//! The comparison's tables.

use super::pair::{Pair, Unpaired};
use super::{Metric, Tool, adjust, causes};
use facts::language::Language;
use std::collections::BTreeMap;

#[derive(Default)]
struct Tally {
    both: u32,
    equal: u32,
    adjusted: u32,
    explained: u32,
    differences: BTreeMap<&'static str, Vec<String>>,
}

impl Tally {
    fn percent(&self, count: u32) -> f64 {
        100.0 * f64::from(count) / f64::from(self.both)
    }
}

/// Prints the tables; returns the smallest share, in per cent, that agrees or differs for a known cause.
pub fn print(tool: Tool, pairs: &[Pair], unpaired: &Unpaired, examples: usize) -> f64 {
    let mut tallies: BTreeMap<(Language, Metric), Tally> = BTreeMap::new();
    for pair in pairs {
        for metric in Metric::ALL {
            compare(tool, pair, metric, &mut tallies);
        }
    }
    println!("| language | figure | functions | equal | equal by one definition | or cause known |");
    println!("|---|---|---|---|---|---|");
    let mut worst: f64 = 100.0;
    for ((language, metric), tally) in &tallies {
        let explained = tally.percent(tally.adjusted + tally.explained);
        worst = worst.min(explained);
        println!(
            "| {} | {} | {} | {:.1} % | {:.1} % | {explained:.1} % |",
            language.name(),
            metric.name(),
            tally.both,
            tally.percent(tally.equal),
            tally.percent(tally.adjusted),
        );
    }
    println!();
    for ((language, metric), tally) in &tallies {
        for (cause, places) in &tally.differences {
            println!("- {} {}: {cause}: {}", language.name(), metric.name(), places.len());
            for place in places.iter().take(examples) {
                println!("    {place}");
            }
        }
    }
    for (language, functions) in &unpaired.ours {
        println!("- {}: only ours: {}", language.name(), functions.len());
        functions.iter().take(examples).for_each(|place| println!("    {place}"));
    }
    println!("- only theirs: {}", unpaired.theirs.len());
    unpaired.theirs.iter().take(examples).for_each(|place| println!("    {place}"));
    worst
}

fn compare(tool: Tool, pair: &Pair, metric: Metric, tallies: &mut BTreeMap<(Language, Metric), Tally>) {
    let (Some(ours), Some(theirs)) = (pair.ours.figures.get(metric), pair.theirs.figures.get(metric)) else {
        return;
    };
    if tool == Tool::Complexipy && pair.ours.has_nested {
        return; // It adds inner functions to the outer one; we count each on its own.
    }
    let tally = tallies.entry((pair.ours.language, metric)).or_default();
    tally.both += 1;
    if ours == theirs {
        tally.equal += 1;
    }
    let by_their_definition = adjust::by_their_definition(tool, metric, &pair.ours);
    if ours == theirs || by_their_definition.contains(&theirs) {
        tally.adjusted += 1;
        return;
    }
    let cause = causes::cause(tool, metric, &pair.ours);
    if cause.is_some() {
        tally.explained += 1;
    }
    tally.differences.entry(cause.unwrap_or("no known cause")).or_default().push(format!(
        "{}:{} {}: ours {ours}, by their definition {}, theirs {theirs}",
        pair.ours.path,
        pair.ours.facts.span.start_line,
        pair.ours.facts.name,
        by_their_definition.iter().map(u32::to_string).collect::<Vec<_>>().join(" or "),
    ));
}
