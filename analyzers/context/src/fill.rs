//! Choosing how much of the material fits the budget.

use crate::material::{Material, Unit};
use crate::pack::{note_unpacked, pack};
use crate::report::{ContextReport, Omitted};
use crate::{Context, ContextError, ContextOptions};
use facts::RepoFacts;
use facts::source::SourceTree;

/// The share of the budget that the map may take when whole files follow it.
const MAP_SHARE_OF_FULL: f64 = 0.3;
/// After the longest prefix that fits, how many later units are tried for the room that is left.
const TRIES: usize = 60;
/// Room, as a share of the budget, that is not worth trying for.
const NEGLIGIBLE: f64 = 0.01;

/// Fills the budget: the longest prefix of the units that fits, then single units that fit next to it. Every decision is
/// made on the whole text as it would be written, so the count is exact.
pub(crate) fn fill(
    material: &Material,
    tree: &dyn SourceTree,
    repo: &RepoFacts,
    options: &ContextOptions,
) -> Result<Context, ContextError> {
    let Some(budget) = options.max_tokens else {
        let mut report = material.select(&material.units);
        if options.full {
            pack(&mut report, material, tree, repo, options, usize::MAX);
        }
        let text = options.format.render(&report);
        let tokens = options.tokenizer.count(&text);
        return Ok(Context { text, tokens, report });
    };
    let writer = Writer { material, options };
    let report =
        if options.full { writer.full(tree, repo, budget)? } else { writer.report(&writer.map(budget)?) };
    let text = options.format.render(&report);
    let tokens = options.tokenizer.count(&text);
    debug_assert!(tokens <= budget);
    Ok(Context { text, tokens, report })
}

struct Writer<'m> {
    material: &'m Material,
    options: &'m ContextOptions,
}

/// Units that were chosen; nothing at all when even the notes on what is missing had to go.
#[derive(Clone)]
enum Chosen {
    Units(Vec<Unit>),
    HeaderOnly,
}

impl Writer<'_> {
    fn report(&self, chosen: &Chosen) -> ContextReport {
        match chosen {
            Chosen::Units(units) => self.material.select(units),
            Chosen::HeaderOnly => ContextReport {
                tree: self.material.full.tree.clone(),
                omitted: vec![Omitted {
                    what: "files",
                    count: self.material.select(&[]).omitted.first().map_or(0, |omitted| omitted.count),
                    why: "token budget".into(),
                }],
                ..ContextReport::default()
            },
        }
    }

    /// The best choice of units within `budget`.
    fn map(&self, budget: usize) -> Result<Chosen, ContextError> {
        let (chosen, tokens) = self.longest_prefix(budget)?;
        Ok(self.with_single_units(chosen, tokens, budget))
    }

    /// A map in its share of the budget, whole files in the rest, and more map in what they leave.
    fn full(
        &self,
        tree: &dyn SourceTree,
        repo: &RepoFacts,
        budget: usize,
    ) -> Result<ContextReport, ContextError> {
        let share = (budget as f64 * MAP_SHARE_OF_FULL) as usize;
        let chosen = self.map(share).or_else(|_| self.map(budget))?;
        let map_only = self.report(&chosen);
        let map_tokens = self.count(&map_only);
        let mut report = map_only.clone();
        pack(&mut report, self.material, tree, repo, self.options, budget.saturating_sub(map_tokens));
        while self.count(&report) > budget && report.packed.pop().is_some() {
            note_unpacked(&mut report, repo.files.len());
        }
        if report.packed.is_empty() {
            // No file fits whole; the map takes the budget and, where it can, the note that says so.
            return Ok(self.report(&self.map(budget)?));
        }
        let left = budget.saturating_sub(self.count(&report));
        if let Ok(more) = self.map(map_tokens + left) {
            let mut longer = self.report(&more);
            longer.packed.clone_from(&report.packed);
            note_unpacked(&mut longer, repo.files.len());
            if self.count(&longer) <= budget {
                return Ok(longer);
            }
        }
        Ok(report)
    }

    fn count(&self, report: &ContextReport) -> usize {
        self.options.tokenizer.count(&self.options.format.render(report))
    }

    fn count_units(&self, units: &[Unit]) -> usize {
        self.count(&self.material.select(units))
    }

    /// The longest prefix of the units whose report fits, with its tokens. One more unit nearly always means more tokens;
    /// where it does not (a smaller number among the omitted), the prefix found still fits.
    fn longest_prefix(&self, budget: usize) -> Result<(Chosen, usize), ContextError> {
        let units = &self.material.units;
        let nothing = self.count_units(&[]);
        if nothing > budget {
            let minimum = self.count(&self.report(&Chosen::HeaderOnly));
            if minimum > budget {
                return Err(ContextError::BudgetTooSmall { budget, minimum: minimum.min(nothing) });
            }
            return Ok((Chosen::HeaderOnly, minimum));
        }
        // Doubling first: a report several times the budget is never written.
        let (mut fits, mut tokens, mut step) = (0, nothing, 8);
        let mut over = units.len() + 1;
        while fits < units.len() && over > units.len() {
            let next = (fits + step).min(units.len());
            let count = self.count_units(&units[..next]);
            if count > budget {
                over = next;
            } else {
                (fits, tokens) = (next, count);
                step *= 2;
            }
        }
        while fits + 1 < over {
            let middle = fits + (over - fits) / 2;
            let count = self.count_units(&units[..middle]);
            if count > budget {
                over = middle;
            } else {
                (fits, tokens) = (middle, count);
            }
        }
        Ok((Chosen::Units(units[..fits].to_vec()), tokens))
    }

    /// Adds later units that fit into the room that is left.
    fn with_single_units(&self, chosen: Chosen, mut tokens: usize, budget: usize) -> Chosen {
        let Chosen::Units(mut units) = chosen else {
            return chosen;
        };
        let negligible = (budget as f64 * NEGLIGIBLE) as usize;
        let rest = &self.material.units[units.len()..];
        let mut tried = 0;
        for unit in rest {
            if tried == TRIES || budget.saturating_sub(tokens) <= negligible {
                break;
            }
            // A symbol needs its file.
            if matches!(unit, Unit::Symbol(file, _) if !units.contains(&Unit::File(*file))) {
                continue;
            }
            tried += 1;
            units.push(*unit);
            let count = self.count_units(&units);
            if count > budget {
                units.pop();
            } else {
                tokens = count;
            }
        }
        Chosen::Units(units)
    }
}
