//! A first overview for newcomers: languages, the worst functions, self-admitted debt, dependencies, and what was not
//! measured.

use crate::complexity::{Distribution, FunctionComplexity, worst_functions};
use crate::coverage::Coverage;
use crate::dependencies::{self, Dependencies};
use crate::satd::{self, Category, Count, SatdOptions, Severity};
use facts::language::Language;
use facts::model::LineCounts;
use facts::source::SourceTree;
use facts::{Measured, RepoFacts, Sections};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverviewOptions {
    /// How many of the worst functions to show.
    pub functions: usize,
}

impl Default for OverviewOptions {
    fn default() -> Self {
        OverviewOptions { functions: 10 }
    }
}

impl OverviewOptions {
    /// The sections of the facts that [`analyze`] reads.
    pub const SECTIONS: Sections = SatdOptions::SECTIONS;
}

/// A repository at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Overview {
    /// What was analysed.
    pub tree: String,
    /// Languages, most source lines first.
    pub languages: Vec<LanguageShare>,
    /// All of them together.
    pub total: Measured<TotalLines>,
    /// Spread of complexity over the functions.
    pub complexity: ComplexitySummary,
    /// The worst functions, by cognitive then cyclomatic complexity.
    pub worst_functions: Vec<FunctionComplexity>,
    /// Self-admitted technical debt.
    pub debt: Measured<Debt>,
    /// Declared dependencies.
    pub dependencies: Dependencies,
    /// What was measured and what was not.
    pub coverage: Coverage,
}

/// One language's part of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LanguageShare {
    /// The language.
    pub language: &'static str,
    /// Its id in options.
    pub id: &'static str,
    /// Number of files.
    pub files: usize,
    /// Their lines. Logical lines are statements: counted only where functions are measured.
    pub lines: LineCounts,
    /// Number of functions; missing for a language without a grammar here.
    pub functions: Measured<usize>,
}

/// Files and lines of the whole tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TotalLines {
    /// Number of files.
    pub files: usize,
    /// Their lines.
    pub lines: LineCounts,
}

/// How complexity is spread.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComplexitySummary {
    /// Number of functions; missing when no file's functions could be measured.
    pub functions: Measured<usize>,
    /// Those of them that are tests, each counted once whatever its parameters; missing alike.
    pub tests: Measured<usize>,
    /// Cyclomatic complexity.
    pub cyclomatic: Measured<Distribution>,
    /// Cognitive complexity.
    pub cognitive: Measured<Distribution>,
}

/// Self-admitted technical debt in figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Debt {
    /// Number of items.
    pub total: usize,
    /// Files that hold at least one.
    pub files: usize,
    /// By category.
    pub by_category: Vec<Count<Category>>,
    /// By severity, worst first.
    pub by_severity: Vec<Count<Severity>>,
    /// Items for each 1,000 lines of source code.
    pub density: Measured<f64>,
}

const NOTHING: &str = "no file was measured";

/// Makes the overview of `repo`, the facts of `tree` with [`OverviewOptions::SECTIONS`]. Manifests are read from `tree`.
pub fn analyze(tree: &dyn SourceTree, repo: &RepoFacts, options: &OverviewOptions) -> Overview {
    let languages = languages(repo);
    let total = match languages.is_empty() {
        true => Measured::unsupported(NOTHING),
        false => Measured::Value(total(&languages)),
    };
    Overview {
        tree: repo.tree.clone(),
        languages,
        total,
        complexity: complexity(repo),
        worst_functions: worst_functions(repo, options.functions),
        debt: debt(repo),
        dependencies: dependencies::of(tree, repo),
        coverage: Coverage::of(repo),
    }
}

fn languages(repo: &RepoFacts) -> Vec<LanguageShare> {
    let mut shares: BTreeMap<Language, LanguageShare> = BTreeMap::new();
    for file in &repo.files {
        let facts = &file.data.facts;
        let share = shares.entry(facts.language).or_insert_with(|| LanguageShare {
            language: facts.language.name(),
            id: facts.language.spec().id,
            files: 0,
            lines: LineCounts::default(),
            functions: Measured::unsupported(facts.why_no_functions()),
        });
        share.files += 1;
        share.lines += facts.lines;
        if facts.has_functions() {
            let before = share.functions.value().copied().unwrap_or(0);
            share.functions = Measured::Value(before + facts.functions.len());
        }
    }
    let mut shares: Vec<LanguageShare> = shares.into_values().collect();
    shares
        .sort_by(|a, b| b.lines.source.cmp(&a.lines.source).then(b.files.cmp(&a.files)).then(a.id.cmp(b.id)));
    shares
}

fn total(languages: &[LanguageShare]) -> TotalLines {
    let mut total = TotalLines { files: 0, lines: LineCounts::default() };
    for share in languages {
        total.files += share.files;
        total.lines += share.lines;
    }
    total
}

fn complexity(repo: &RepoFacts) -> ComplexitySummary {
    let measured = repo.files.iter().any(|file| file.data.facts.has_functions());
    let functions = || repo.files.iter().flat_map(|file| &file.data.facts.functions);
    let counted = |count: &dyn Fn() -> usize| match (repo.files.is_empty(), measured) {
        (true, _) => Measured::unsupported(NOTHING),
        (false, false) => Measured::unsupported("no file is of a language with a grammar here"),
        (false, true) => Measured::Value(count()),
    };
    ComplexitySummary {
        functions: counted(&|| functions().count()),
        tests: counted(&|| repo.tests()),
        cyclomatic: Distribution::of(functions().map(facts::model::Function::cyclomatic)),
        cognitive: Distribution::of(functions().map(|function| function.cognitive)),
    }
}

fn debt(repo: &RepoFacts) -> Measured<Debt> {
    if repo.files.is_empty() {
        return Measured::unsupported(NOTHING);
    }
    let report = satd::analyze(repo, &SatdOptions::default());
    Measured::Value(Debt {
        total: report.total,
        files: report.files_with_items,
        by_category: report.by_category,
        by_severity: report.by_severity,
        density: report.density,
    })
}
