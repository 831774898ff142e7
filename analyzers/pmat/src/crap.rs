//! Functions that are complex and poorly tested: Change Risk Anti-Patterns.
//!
//! Savoia and Evans, "Pardon My French, But This Code Is C.R.A.P." (2007); crap4j, PHPUnit and NDepend report the same figure.

use crate::line_coverage::TreeCoverage;
use facts::coverage::FileCoverage;
use facts::model::{Function, RepoPath};
use facts::{FileRecord, Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;

/// The limit that the authors of the figure recommend.
pub const USUAL_MAX: f64 = 30.0;

/// What to report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrapOptions {
    /// Functions above this score are counted.
    pub max: f64,
    /// Only this many of the worst functions; all if absent.
    pub top: Option<usize>,
}

/// How complex the code is where tests do not run it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Crap")]
pub struct CrapReport {
    /// What was analysed.
    pub tree: String,
    /// The report of line coverage, from the root of the tree.
    pub coverage_report: String,
    /// Functions with lines that could run: those that have a score. Test code has none.
    pub scored: usize,
    /// Functions with no line in the report: nobody knows whether they ran.
    pub not_scored: usize,
    /// The score above which a function is counted.
    pub max: f64,
    /// How many functions are above it.
    pub above: usize,
    /// The share of the scored functions above it, in percent.
    pub above_percent: Measured<f64>,
    /// Functions by their score, the highest first.
    pub functions: Vec<CrapFunction>,
    /// Files with functions that the report should name and does not: nothing in them has a score.
    pub not_named: Vec<RepoPath>,
}

/// A function and its score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CrapFunction {
    /// Qualified name.
    pub name: String,
    /// The file.
    pub path: RepoPath,
    /// First line.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// comp² · (1 − cov)³ + comp, of the cyclomatic complexity and the share of lines that ran.
    pub crap: f64,
    /// Cyclomatic complexity.
    pub cyclomatic: u32,
    /// Lines that could run.
    pub coverable: usize,
    /// Lines that ran.
    pub covered: usize,
    /// Lines that ran, in percent.
    pub covered_percent: f64,
    /// The share of lines, in percent, that would have to run for the score to be within `max`; none if the complexity alone
    /// is above it: such a function has to be divided.
    pub needed_percent: Option<f64>,
}

/// The score of a function with this cyclomatic complexity and this share (0 to 1) of lines that ran.
pub fn crap(cyclomatic: u32, covered: f64) -> f64 {
    let complexity = f64::from(cyclomatic);
    complexity * complexity * (1.0 - covered).powi(3) + complexity
}

/// The least share of lines (0 to 1) that must run to keep the score at most `max`; none if the complexity alone is
/// above it.
pub fn needed(cyclomatic: u32, max: f64) -> Option<f64> {
    let complexity = f64::from(cyclomatic);
    let spare = max - complexity;
    (spare >= 0.0).then(|| (1.0 - (spare / (complexity * complexity)).cbrt()).max(0.0))
}

/// Scores the functions of a tree; needs no further sections of the facts.
pub fn analyze(repo: &RepoFacts, coverage: &TreeCoverage<'_>, options: &CrapOptions) -> CrapReport {
    let mut functions = Vec::new();
    let mut not_scored = 0;
    for (file, lines) in &coverage.files {
        let of_file = &file.data.facts.functions;
        for (function, (coverable, covered)) in of_file.iter().zip(own_lines(of_file, lines)) {
            if file.is_test(function) {
                continue;
            }
            match coverable {
                0 => not_scored += 1,
                _ => functions.push(scored(file, function, (coverable, covered), options.max)),
            }
        }
    }
    functions.sort_by(|a, b| {
        let place = |one: &CrapFunction| (one.path.clone(), one.line, one.name.clone());
        b.crap.total_cmp(&a.crap).then_with(|| place(a).cmp(&place(b)))
    });
    let (scored, above) = (functions.len(), functions.iter().filter(|one| one.crap > options.max).count());
    functions.truncate(options.top.unwrap_or(usize::MAX));
    CrapReport {
        tree: repo.tree.clone(),
        coverage_report: coverage.place.clone(),
        scored,
        not_scored,
        max: options.max,
        above,
        above_percent: match scored {
            0 => Measured::unsupported("no function has a line in the report"),
            _ => Measured::Value(100.0 * above as f64 / scored as f64),
        },
        functions,
        not_named: coverage.not_named(repo).into_iter().map(|file| file.path().clone()).collect(),
    }
}

fn scored(
    file: &FileRecord,
    function: &Function,
    (coverable, covered): (usize, usize),
    max: f64,
) -> CrapFunction {
    let share = covered as f64 / coverable as f64;
    let cyclomatic = function.cyclomatic();
    CrapFunction {
        name: function.qualified_name.clone(),
        path: file.path().clone(),
        line: function.span.start_line,
        end_line: function.span.end_line,
        crap: crap(cyclomatic, share),
        cyclomatic,
        coverable,
        covered,
        covered_percent: 100.0 * share,
        needed_percent: needed(cyclomatic, max).map(|share| 100.0 * share),
    }
}

/// For each function, how many of its own lines could run, and how many did. The lines strictly inside a nested
/// function belong only to it; its first and last line belong to both functions.
fn own_lines(functions: &[Function], lines: &FileCoverage) -> Vec<(usize, usize)> {
    let numbers: Vec<u32> = lines.lines.keys().copied().collect();
    let mut ran = vec![0];
    for hits in lines.lines.values() {
        ran.push(ran[ran.len() - 1] + usize::from(*hits > 0));
    }
    // Lines from `first` to `last`, both included.
    let between = |first: u32, last: u32| {
        let begin = numbers.partition_point(|line| *line < first);
        let end = numbers.partition_point(|line| *line <= last).max(begin);
        (end - begin, ran[end] - ran[begin])
    };
    let mut own: Vec<(usize, usize)> =
        functions.iter().map(|function| between(function.span.start_line, function.span.end_line)).collect();
    for function in functions {
        let Some(outer) = function.enclosing.and_then(|outer| own.get_mut(outer as usize)) else { continue };
        let (first, last) = (function.span.start_line + 1, function.span.end_line.saturating_sub(1));
        if first <= last {
            let (coverable, covered) = between(first, last);
            // Two functions may share lines, which must not be subtracted twice.
            *outer = (outer.0.saturating_sub(coverable), outer.1.saturating_sub(covered));
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::MeasureOptions;
    use facts::source::MemoryTree;

    /// The table of crap4j's documentation: the coverage that keeps a function of this complexity at 30.
    #[test]
    fn the_scores_are_those_of_the_paper() {
        assert_eq!(crap(1, 0.0), 2.0);
        assert_eq!(crap(5, 0.0), 30.0);
        assert_eq!(crap(10, 0.0), 110.0);
        assert_eq!(crap(10, 1.0), 10.0);
        assert_eq!(crap(12, 0.5), 30.0);
        assert_eq!(crap(30, 1.0), 30.0);
        let percent = |complexity| needed(complexity, USUAL_MAX).map(|share| (share * 100.0).round());
        let asked: Vec<_> = [5, 10, 15, 20, 25, 30, 31].map(percent).into();
        let published = [Some(0.0), Some(42.0), Some(59.0), Some(71.0), Some(80.0), Some(100.0), None];
        // crap4j prints 42, 57, 71, 80, 100 for 10, 15, 20, 25, 30; 15 comes to 59.5 by the formula.
        assert_eq!(asked, published);
    }

    fn report(code: &str, lcov: &str) -> CrapReport {
        let tree = MemoryTree::new([("a.py", code)]);
        let facts = facts::measure(&tree, None, &MeasureOptions::default()).expect("memory can be read");
        let read = |place: &str| Ok::<_, String>((place == "lcov.info").then(|| lcov.as_bytes().to_vec()));
        let coverage = TreeCoverage::read(&facts, "", read, |_| true).expect("it fits");
        analyze(&facts, &coverage, &CrapOptions { max: USUAL_MAX, top: None })
    }

    const NESTED: &str = "def outer(a):\n    def inner(b):\n        if b:\n            return 1\n        return 2\n    if a:\n        return inner\n    return None\n\n\ndef unseen():\n    return 1\n";

    #[test]
    fn lines_inside_a_nested_function_are_its_own() {
        let lcov = "SF:a.py\nDA:1,1\nDA:2,1\nDA:3,0\nDA:4,0\nDA:5,0\nDA:6,1\nDA:7,1\nDA:8,1\nend_of_record\n";
        let report = report(NESTED, lcov);
        let lines: Vec<_> =
            report.functions.iter().map(|one| (one.name.as_str(), one.covered, one.coverable)).collect();
        // Lines 3 and 4 belong only to inner; its first and last line, 2 and 5, belong to both.
        assert_eq!(lines, [("outer.inner", 1, 4), ("outer", 5, 6)]);
        assert_eq!((report.scored, report.not_scored, report.above), (2, 1, 0));
        assert_eq!(report.coverage_report, "lcov.info");
    }

    #[test]
    fn what_is_above_is_counted_before_the_list_is_cut() {
        let branches: String = (0..9).map(|n| format!("    if a == {n}:\n        return {n}\n")).collect();
        let code = format!("def f(a):\n{branches}\n\ndef g(a):\n    return a\n");
        let lcov = "SF:a.py\nDA:1,1\nDA:2,0\nDA:3,0\nDA:23,0\nend_of_record\n";
        let whole = report(&code, lcov);
        assert_eq!(whole.above, 1);
        assert_eq!(whole.above_percent, Measured::Value(50.0));
        assert_eq!(whole.functions[0].cyclomatic, 10);
        assert!((whole.functions[0].crap - crap(10, 1.0 / 3.0)).abs() < 1e-9);
    }
}
