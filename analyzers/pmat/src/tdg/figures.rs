//! The numbers that scores are made from, and the scores of a function and of a file.
//!
//! This is the whole of the scoring: pure functions of small structs of whole numbers, so that every promise about scores
//! can be tested on any numbers (see `properties.rs`).

use super::metric::{COUPLING, Fact, Metric, Millionths, SEMANTIC, STRUCTURAL, Scope, WHOLE};
use super::points::Score;
use std::fmt;

/// Why a metric was left out of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// There is no code.
    NoCode,
    /// There is no function to measure it on.
    NoFunction,
    /// There are no tokens to compare.
    NoTokens,
    /// It has no name by which its uses could be known.
    NoName,
    /// Nothing in it is for others to use.
    NothingPublic,
    /// Tests need no documentation.
    Test,
    /// Neither names nor indented lines to compare.
    NothingToCompare,
}

impl LeftOut {
    /// In words.
    pub const fn why(self) -> &'static str {
        match self {
            LeftOut::NoCode => "there is no code",
            LeftOut::NoFunction => "there is no function",
            LeftOut::NoTokens => "there are no tokens to compare",
            LeftOut::NoName => "it has no name of its own",
            LeftOut::NothingPublic => "nothing in it is public",
            LeftOut::Test => "tests need no documentation",
            LeftOut::NothingToCompare => "too few names and no indented lines to compare",
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

/// The quality of a metric, or why it was left out.
pub type Quality = Result<Millionths, LeftOut>;

/// A count, out of a total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

impl Part {
    /// What is behind a pair of counts; a count is never more than all.
    pub fn new(count: u64, of: u64) -> Part {
        Part { count: count.min(of), of }
    }

    /// Share `s` of the lines costs `s·(2 − s)`: the first lines of a clone cost twice what they would in proportion.
    pub(super) fn duplication_cost(self) -> Option<Millionths> {
        let (count, of) = (u128::from(self.count.min(self.of)), u128::from(self.of));
        let cost = (u128::from(WHOLE) * count * (2 * of - count)).checked_div(of * of)?;
        u64::try_from(cost).ok()
    }

    /// Share `s` costs `(k + 1)·s / (k·s + 1)`: steep at first, all at the end.
    fn deviation_cost(self, steepness: u128) -> Option<Millionths> {
        let (count, of) = (u128::from(self.count.min(self.of)), u128::from(self.of));
        let cost = (u128::from(WHOLE) * (steepness + 1) * count).checked_div(steepness * count + of)?;
        u64::try_from(cost).ok()
    }

    fn share(self) -> Option<Millionths> {
        (WHOLE * self.count.min(self.of)).checked_div(self.of)
    }
}

/// How steeply off names and off indentation cost.
const NAMES_STEEPNESS: u128 = 9;
const INDENTATION_STEEPNESS: u128 = 4;
/// What off names can cost of consistency where indentation is measured too; the rest is for off indentation.
const NAMES_SHARE: Millionths = WHOLE / 10 * 7;

/// Complexity of a stretch of code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Cyclomatic complexity.
    pub cyclomatic: u64,
    /// Cognitive complexity.
    pub cognitive: u64,
    /// Depth of nesting.
    pub nesting: u64,
}

/// The numbers of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionFigures {
    /// Its weight: source lines, those of functions nested in it left out.
    pub size: u64,
    /// Its complexity.
    pub flow: Flow,
    /// The lines its length is judged by.
    pub length: u64,
    /// Parameters.
    pub parameters: u64,
    /// Exits.
    pub exits: u64,
    /// Halstead volume in bits.
    pub volume: u64,
    /// Halstead difficulty in tenths.
    pub difficulty: u64,
    /// Lines with tokens that are elsewhere too, of its lines with tokens.
    pub duplicated: Part,
    /// Other files it uses; none when it has no name that uses could be attached to.
    pub used_files: Option<u64>,
    /// Documented or not, where documentation is demanded.
    pub documented: Result<bool, LeftOut>,
    /// Whether its name is written as others of its kind are; none if there is no name to judge.
    pub usual_name: Option<bool>,
}

/// The numbers of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileFigures {
    /// Its weight: source lines.
    pub size: u64,
    /// Its functions, each by itself.
    pub functions: Vec<FunctionFigures>,
    /// Source lines outside all functions.
    pub rest_size: u64,
    /// Complexity of the code outside all functions.
    pub rest: Flow,
    /// Lines with tokens that are elsewhere too, of its lines with tokens.
    pub duplicated: Part,
    /// Other files it uses.
    pub used_files: u64,
    /// Other files that are in an import cycle with it.
    pub cycle: u64,
    /// Documented ones of the definitions that need documentation.
    pub documented: Part,
    /// True for a file of tests.
    pub test: bool,
    /// Names written against the convention, of the names that could be judged.
    pub off_names: Part,
    /// Lines indented against the convention, of the indented lines.
    pub off_indentation: Part,
}

impl FunctionFigures {
    /// The value of a figure.
    pub fn value(&self, fact: Fact) -> u64 {
        match fact {
            Fact::Length => self.length,
            Fact::Parameters => self.parameters,
            Fact::Volume => self.volume,
            Fact::Difficulty => self.difficulty,
            Fact::Exits => self.exits,
            Fact::UsedFiles => self.used_files.unwrap_or(0),
            Fact::Cyclomatic | Fact::Cognitive | Fact::Nesting => self.flow.value(fact),
            Fact::Cycle => 0,
        }
    }

    /// The place of a figure that costs structure or semantics.
    pub(super) fn value_mut(&mut self, fact: Fact) -> Option<&mut u64> {
        Some(match fact {
            Fact::Cyclomatic => &mut self.flow.cyclomatic,
            Fact::Cognitive => &mut self.flow.cognitive,
            Fact::Nesting => &mut self.flow.nesting,
            Fact::Length => &mut self.length,
            Fact::Parameters => &mut self.parameters,
            Fact::Volume => &mut self.volume,
            Fact::Difficulty => &mut self.difficulty,
            Fact::Exits => &mut self.exits,
            Fact::UsedFiles | Fact::Cycle => return None,
        })
    }

    /// What remains of structural quality.
    pub fn structural(&self) -> Millionths {
        WHOLE.saturating_sub(cost(&STRUCTURAL, Scope::Function, |fact| self.value(fact)))
    }

    /// What remains of semantic quality.
    pub fn semantic(&self) -> Millionths {
        WHOLE.saturating_sub(cost(&SEMANTIC, Scope::Function, |fact| self.value(fact)))
    }

    /// The quality of each metric.
    pub fn qualities(&self) -> [Quality; 6] {
        let coupling =
            self.used_files.map(|files| WHOLE - Fact::UsedFiles.curve(Scope::Function).cost(files));
        let all_or_nothing = |good: bool| if good { WHOLE } else { 0 };
        [
            Ok(self.structural()),
            Ok(self.semantic()),
            self.duplicated.duplication_cost().map(|cost| WHOLE - cost).ok_or(LeftOut::NoTokens),
            coupling.ok_or(LeftOut::NoName),
            self.documented.map(all_or_nothing),
            self.usual_name.map(all_or_nothing).ok_or(LeftOut::NoName),
        ]
    }

    /// Its score.
    pub fn score(&self) -> Score {
        Score::of(&measured(&self.qualities())).unwrap_or_default()
    }
}

impl Flow {
    fn value(&self, fact: Fact) -> u64 {
        match fact {
            Fact::Cyclomatic => self.cyclomatic,
            Fact::Cognitive => self.cognitive,
            Fact::Nesting => self.nesting,
            _ => 0,
        }
    }

    /// Structural quality of code that is not a function and so has no length to judge.
    fn structural(&self) -> Millionths {
        WHOLE.saturating_sub(cost(&STRUCTURAL, Scope::File, |fact| self.value(fact)))
    }

    /// The figure of code outside functions.
    pub fn figure(&self, fact: Fact) -> u64 {
        self.value(fact)
    }
}

impl FileFigures {
    /// The value of a figure of the file as a whole.
    pub fn value(&self, fact: Fact) -> u64 {
        match fact {
            Fact::UsedFiles => self.used_files,
            Fact::Cycle => self.cycle,
            _ => 0,
        }
    }

    /// Lines that structural quality is a mean over: those of its functions and those outside.
    pub fn structural_size(&self) -> u64 {
        self.semantic_size() + self.rest_size
    }

    /// Lines that semantic quality is a mean over: those of its functions.
    pub fn semantic_size(&self) -> u64 {
        self.functions.iter().map(|function| function.size).sum()
    }

    /// The quality of each metric.
    pub fn qualities(&self) -> [Quality; 6] {
        let coupling = WHOLE.saturating_sub(cost(&COUPLING, Scope::File, |fact| self.value(fact)));
        let undocumented = if self.test { LeftOut::Test } else { LeftOut::NothingPublic };
        let functions = || self.functions.iter();
        let structural = functions().map(|function| (function.size, function.structural()));
        let semantic = functions().map(|function| (function.size, function.semantic()));
        [
            mean(structural.chain([(self.rest_size, self.rest.structural())])).ok_or(LeftOut::NoCode),
            mean(semantic).ok_or(LeftOut::NoFunction),
            self.duplicated.duplication_cost().map(|cost| WHOLE - cost).ok_or(LeftOut::NoTokens),
            Ok(coupling),
            self.documented.share().ok_or(undocumented),
            self.consistency().ok_or(LeftOut::NothingToCompare),
        ]
    }

    fn consistency(&self) -> Option<Millionths> {
        let (names, indentation) = self.consistency_costs()?;
        Some(WHOLE.saturating_sub(names + indentation))
    }

    /// What off names and off indentation cost of consistency; none if neither can be measured.
    pub(super) fn consistency_costs(&self) -> Option<(Millionths, Millionths)> {
        let names = self.off_names.deviation_cost(NAMES_STEEPNESS);
        let indentation = self.off_indentation.deviation_cost(INDENTATION_STEEPNESS);
        match (names, indentation) {
            (None, None) => None,
            (Some(names), None) => Some((names, 0)),
            (None, Some(indentation)) => Some((0, indentation)),
            (Some(names), Some(indentation)) => {
                Some((names * NAMES_SHARE / WHOLE, indentation * (WHOLE - NAMES_SHARE) / WHOLE))
            }
        }
    }

    /// Its score; none for a file without any code.
    pub fn score(&self) -> Option<Score> {
        if self.size == 0 {
            return None;
        }
        Score::of(&measured(&self.qualities()))
    }
}

/// What figures cost of a metric together.
fn cost(facts: &[Fact], scope: Scope, value: impl Fn(Fact) -> u64) -> Millionths {
    facts.iter().map(|&fact| fact.curve(scope).cost(value(fact))).sum()
}

fn mean(sized: impl Iterator<Item = (u64, Millionths)>) -> Option<Millionths> {
    let (mut size, mut sum) = (0u128, 0u128);
    for (lines, quality) in sized {
        size += u128::from(lines);
        sum += u128::from(lines) * u128::from(quality);
    }
    sum.checked_div(size).and_then(|mean| u64::try_from(mean).ok())
}

/// The qualities without the reasons for what was left out.
pub fn measured(qualities: &[Quality; 6]) -> [Option<Millionths>; 6] {
    qualities.map(Result::ok)
}

/// The metrics that were left out, and why.
pub fn left_out(qualities: &[Quality; 6]) -> impl Iterator<Item = (Metric, LeftOut)> {
    Metric::ALL
        .into_iter()
        .zip(*qualities)
        .filter_map(|(metric, quality)| quality.err().map(|why| (metric, why)))
}
