//! Complexity of functions, files and a whole tree. Every figure comes from the facts of a function; nothing is
//! estimated. `docs/metrics.md` defines the metrics.

use crate::coverage::Coverage;
use facts::model::{Abc, Function, FunctionKind, LineCounts, ParseStatus, RepoPath, TopLevel};
use facts::{FileRecord, Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Ordering;

/// What to report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComplexityOptions {
    /// Functions above this cyclomatic complexity are violations.
    pub max_cyclomatic: Option<u32>,
    /// Functions above this cognitive complexity are violations.
    pub max_cognitive: Option<u32>,
    /// Only this many of the worst files; all if absent.
    pub top_files: Option<usize>,
    /// Only this many of the worst functions; all if absent. Violations are always all listed.
    pub top_functions: Option<usize>,
}

/// The complexity of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Complexity")]
pub struct ComplexityReport {
    /// What was analysed.
    pub tree: String,
    /// Figures over every function of the tree.
    pub total: Totals,
    /// Files with functions or top-level decisions, worst first.
    pub files: Vec<FileComplexity>,
    /// Functions, worst first.
    pub functions: Vec<FunctionComplexity>,
    /// Functions above a limit, worst first.
    pub violations: Vec<Violation>,
    /// What was measured and what was not.
    pub coverage: Coverage,
    /// Every file whose functions were not measured, with the reason, sorted by path.
    pub not_measured: Vec<NotMeasured>,
}

/// A file without figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct NotMeasured {
    /// The file or folder.
    pub path: RepoPath,
    /// Why.
    pub why: String,
}

/// Figures over a set of functions.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// Number of functions.
    pub functions: usize,
    /// Those of them that are tests: what a test framework runs, each counted once whatever its parameters.
    pub tests: usize,
    /// Functions in which the parser skipped text: their figures hold for the rest.
    pub incomplete_functions: usize,
    /// Cyclomatic complexity.
    pub cyclomatic: Measured<Distribution>,
    /// Cognitive complexity.
    pub cognitive: Measured<Distribution>,
    /// Source lines of a function.
    pub length: Measured<Distribution>,
    /// Depth of nesting.
    pub nesting: Measured<Distribution>,
    /// Parameters.
    pub parameters: Measured<Distribution>,
}

/// How a figure is spread over functions. Percentiles are by nearest rank: the smallest value that at least that share of
/// the functions do not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Distribution {
    /// Sum.
    pub sum: u64,
    /// Arithmetic mean.
    pub mean: f64,
    /// 50th percentile.
    pub median: u32,
    /// 90th percentile.
    pub p90: u32,
    /// Largest.
    pub max: u32,
}

impl Distribution {
    /// The distribution of `values`; missing if there are none.
    pub fn of(values: impl IntoIterator<Item = u32>) -> Measured<Distribution> {
        let mut values: Vec<u32> = values.into_iter().collect();
        let Some(&max) = values.iter().max() else {
            return Measured::unsupported("no functions");
        };
        values.sort_unstable();
        let rank = |percent: usize| values[(values.len() * percent).div_ceil(100).max(1) - 1];
        let sum: u64 = values.iter().map(|value| u64::from(*value)).sum();
        let mean = sum as f64 / values.len() as f64;
        Measured::Value(Distribution { sum, mean, median: rank(50), p90: rank(90), max })
    }
}

/// The complexity of one file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FileComplexity {
    /// The file.
    pub path: RepoPath,
    /// Its language.
    pub language: &'static str,
    /// Its lines.
    pub lines: LineCounts,
    /// Maintainability index of the file as a whole, 0 to 100, higher is better.
    pub maintainability: f64,
    /// Code outside every function.
    pub top_level: TopLevelComplexity,
    /// Figures over its functions.
    pub total: Totals,
    /// True if the parser had to skip text: the figures hold for the rest.
    pub partly_parsed: bool,
}

/// Complexity of the code outside every function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TopLevel")]
pub struct TopLevelComplexity {
    /// 1 + decision points.
    pub cyclomatic: u32,
    /// Cognitive complexity.
    pub cognitive: u32,
    /// Depth of the deepest nested control structure.
    pub nesting: u16,
}

impl From<TopLevel> for TopLevelComplexity {
    fn from(top: TopLevel) -> Self {
        TopLevelComplexity {
            cyclomatic: 1 + top.decisions.total(),
            cognitive: top.cognitive,
            nesting: top.nesting,
        }
    }
}

/// Every figure of one function.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Function")]
pub struct FunctionComplexity {
    /// Qualified name.
    pub name: String,
    /// What sort of function it is.
    pub kind: FunctionKind,
    /// The file.
    pub path: RepoPath,
    /// Its language.
    pub language: &'static str,
    /// First line.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// 1 + decision points (McCabe).
    pub cyclomatic: u32,
    /// Cognitive complexity (SonarSource).
    pub cognitive: u32,
    /// The same without the functions nested in it.
    pub cognitive_own: u32,
    /// Depth of the deepest nested control structure.
    pub nesting: u16,
    /// Parameters.
    pub parameters: u16,
    /// Ways out.
    pub exits: u16,
    /// Its lines in five kinds.
    pub lines: LineCounts,
    /// Halstead volume, in bits.
    pub halstead_volume: f64,
    /// Halstead difficulty.
    pub halstead_difficulty: f64,
    /// Maintainability index, 0 to 100, higher is better.
    pub maintainability: f64,
    /// Assignments, branches, conditions.
    pub abc: Abc,
    /// √(A² + B² + C²).
    pub abc_magnitude: f64,
    /// True for test code: a test, what is in one or helps it.
    pub is_test: bool,
    /// True for a test itself: what a test framework runs.
    pub is_test_definition: bool,
    /// True if the parser skipped text inside it: the figures hold for the rest.
    pub incomplete: bool,
}

impl FunctionComplexity {
    /// The figures of a function of `file`.
    pub fn of(file: &FileRecord, function: &Function) -> FunctionComplexity {
        FunctionComplexity {
            name: function.qualified_name.clone(),
            kind: function.kind,
            path: file.path().clone(),
            language: file.data.facts.language.name(),
            line: function.span.start_line,
            end_line: function.span.end_line,
            cyclomatic: function.cyclomatic(),
            cognitive: function.cognitive,
            cognitive_own: function.cognitive_own,
            nesting: function.nesting,
            parameters: function.parameters,
            exits: function.exits,
            lines: function.lines,
            halstead_volume: function.halstead.volume(),
            halstead_difficulty: function.halstead.difficulty(),
            maintainability: function.maintainability(),
            abc: function.abc,
            abc_magnitude: function.abc.magnitude(),
            is_test: file.is_test(function),
            is_test_definition: file.is_test_definition(function),
            incomplete: function.incomplete,
        }
    }
}

/// A function above a limit.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Violation {
    /// Which figure.
    pub figure: Figure,
    /// Its value.
    pub value: u32,
    /// The limit.
    pub limit: u32,
    /// Qualified name of the function.
    pub function: String,
    /// The file.
    pub path: RepoPath,
    /// First line of the function.
    pub line: u32,
}

/// The figures that have limits here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// Cyclomatic complexity.
    Cyclomatic,
    /// Cognitive complexity.
    Cognitive,
}

/// A function in its file, before its figures are copied out.
type Place<'r> = (&'r FileRecord, &'r Function);

/// Measures `repo`; needs no further sections of the facts.
pub fn analyze(repo: &RepoFacts, options: &ComplexityOptions) -> ComplexityReport {
    let mut functions: Vec<Place<'_>> = repo.files.iter().flat_map(functions_of).collect();
    functions.sort_by(worst_first);
    let total = Totals::of(functions.iter().copied());
    let violations = violations(&functions, options);
    let shown = options.top_functions.unwrap_or(functions.len()).min(functions.len());
    ComplexityReport {
        tree: repo.tree.clone(),
        total,
        files: files(repo, options.top_files),
        functions: functions[..shown].iter().map(|(file, f)| FunctionComplexity::of(file, f)).collect(),
        violations,
        coverage: Coverage::of(repo),
        not_measured: not_measured(repo),
    }
}

/// The `count` worst functions of `repo`: by cognitive, then cyclomatic complexity, then path and line.
pub fn worst_functions(repo: &RepoFacts, count: usize) -> Vec<FunctionComplexity> {
    let mut functions: Vec<Place<'_>> = repo.files.iter().flat_map(functions_of).collect();
    if count < functions.len() && count > 0 {
        functions.select_nth_unstable_by(count - 1, worst_first);
    }
    functions.truncate(count);
    functions.sort_by(worst_first);
    functions.iter().map(|(file, function)| FunctionComplexity::of(file, function)).collect()
}

fn functions_of(file: &FileRecord) -> impl Iterator<Item = Place<'_>> + Clone {
    file.data.facts.functions.iter().map(move |function| (file, function))
}

/// Cognitive complexity first: it is the better measure of how hard code is to understand. Ties are broken by the place
/// in the tree, which is unique.
fn worst_first(a: &Place<'_>, b: &Place<'_>) -> Ordering {
    let figures = |place: &Place<'_>| (place.1.cognitive, place.1.cyclomatic(), place.1.lines.source);
    figures(b)
        .cmp(&figures(a))
        .then_with(|| a.0.path().cmp(b.0.path()))
        .then_with(|| (a.1.span, &a.1.qualified_name).cmp(&(b.1.span, &b.1.qualified_name)))
}

impl Totals {
    fn of<'f>(places: impl Iterator<Item = Place<'f>> + Clone) -> Totals {
        let functions = places.clone().map(|(_, function)| function);
        Totals {
            functions: functions.clone().count(),
            tests: places.filter(|(file, function)| file.is_test_definition(function)).count(),
            incomplete_functions: functions.clone().filter(|function| function.incomplete).count(),
            cyclomatic: Distribution::of(functions.clone().map(Function::cyclomatic)),
            cognitive: Distribution::of(functions.clone().map(|function| function.cognitive)),
            length: Distribution::of(functions.clone().map(|function| function.lines.source)),
            nesting: Distribution::of(functions.clone().map(|function| u32::from(function.nesting))),
            parameters: Distribution::of(functions.map(|function| u32::from(function.parameters))),
        }
    }

    /// Cognitive and cyclomatic sums, 0 if there are no functions.
    fn sums(&self) -> (u64, u64) {
        let sum = |figure: &Measured<Distribution>| figure.value().map_or(0, |figure| figure.sum);
        (sum(&self.cognitive), sum(&self.cyclomatic))
    }
}

/// Files by the sum of cognitive, then cyclomatic complexity of their functions and top level, then path.
fn files(repo: &RepoFacts, top: Option<usize>) -> Vec<FileComplexity> {
    let measured = repo.files.iter().filter(|file| file.data.facts.has_functions());
    let mut files: Vec<FileComplexity> =
        measured.map(FileComplexity::of).filter(|file| file.has_any()).collect();
    files.sort_by(|a, b| b.weight().cmp(&a.weight()).then_with(|| a.path.cmp(&b.path)));
    files.truncate(top.unwrap_or(usize::MAX));
    files
}

impl FileComplexity {
    /// The figures of a file whose functions were measured.
    pub fn of(file: &FileRecord) -> FileComplexity {
        let facts = &file.data.facts;
        let decisions: u32 = facts.functions.iter().map(|function| function.decisions.total()).sum();
        let cyclomatic = 1 + facts.top_level.decisions.total() + decisions;
        FileComplexity {
            path: file.path().clone(),
            language: facts.language.name(),
            lines: facts.lines,
            maintainability: facts::model::maintainability_index(&facts.halstead, cyclomatic, &facts.lines),
            top_level: facts.top_level.into(),
            total: Totals::of(functions_of(file)),
            partly_parsed: matches!(facts.parse, ParseStatus::Partial { .. }),
        }
    }

    fn has_any(&self) -> bool {
        self.total.functions > 0 || self.top_level.cyclomatic > 1
    }

    fn weight(&self) -> (u64, u64) {
        let (cognitive, cyclomatic) = self.total.sums();
        (cognitive + u64::from(self.top_level.cognitive), cyclomatic + u64::from(self.top_level.cyclomatic))
    }
}

fn violations(functions: &[Place<'_>], options: &ComplexityOptions) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, function) in functions {
        let limits = [
            (Figure::Cyclomatic, function.cyclomatic(), options.max_cyclomatic),
            (Figure::Cognitive, function.cognitive, options.max_cognitive),
        ];
        for (figure, value, limit) in limits {
            if let Some(limit) = limit.filter(|limit| value > *limit) {
                let (path, line) = (file.path().clone(), function.span.start_line);
                violations.push(Violation {
                    figure,
                    value,
                    limit,
                    function: function.qualified_name.clone(),
                    path,
                    line,
                });
            }
        }
    }
    violations
}

/// Every file without figures for functions: left out, or in a language without a grammar here.
pub(crate) fn not_measured(repo: &RepoFacts) -> Vec<NotMeasured> {
    let left_out =
        repo.skipped.iter().map(|s| NotMeasured { path: s.path.clone(), why: s.reason.to_string() });
    let lines_only = repo
        .files
        .iter()
        .filter(|file| !file.data.facts.has_functions())
        .map(|file| NotMeasured { path: file.path().clone(), why: file.data.facts.why_no_functions() });
    let mut all: Vec<NotMeasured> = left_out.chain(lines_only).collect();
    all.sort();
    all
}
