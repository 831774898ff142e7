//! The scores of a tree: of the repository, its folders, files and functions.

use super::figures::{FileFigures, Flow, FunctionFigures, LeftOut, Part, Quality, left_out, measured};
use super::grade::Grade;
use super::inputs::{FileInputs, FunctionInputs, TdgInputs, own_lines};
use super::metric::Metric;
use super::naming::Indenting;
use super::points::{Points, Score, SizedSum};
use crate::complexity::{NotMeasured, not_measured};
use crate::coverage::Coverage;
use facts::model::{Function, ParseStatus, RepoPath};
use facts::{FileFacts, FileRecord, Measured, RepoFacts};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How much to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TdgOptions {
    /// Only this many files; all when absent.
    pub top_files: Option<usize>,
    /// Only this many functions; all when absent.
    pub top_functions: Option<usize>,
}

/// The scores of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TdgReport {
    /// What was analysed.
    pub tree: String,
    /// The repository's score: the mean of its files' by source lines.
    pub total: Measured<Card>,
    /// Files with a score.
    pub graded_files: usize,
    /// Their source lines.
    pub graded_lines: u64,
    /// Every folder that holds a file with a score, by path; the root is left out.
    pub folders: Vec<FolderScore>,
    /// Files, those that cost the repository most first.
    pub files: Vec<FileScore>,
    /// Functions, those with the most points lost × lines first.
    pub functions: Vec<FunctionScore>,
    /// What was measured and what was not.
    pub coverage: Coverage,
    /// Every file without a score, with the reason, sorted by path.
    pub not_graded: Vec<NotMeasured>,
}

/// A score with its parts.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Card {
    /// From 0 to 100: the sum of the parts' points.
    pub score: Points,
    /// Its grade.
    pub grade: Grade,
    /// The metrics that were measured.
    pub parts: Vec<CardPart>,
    /// The metrics that were not, or not on all of the code.
    pub left_out: Vec<CardGap>,
}

/// The part of a score that one metric makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CardPart {
    /// The metric.
    pub metric: Metric,
    /// Points earned.
    pub points: Points,
    /// Points that could have been earned; over all parts 100.
    pub most: Points,
}

/// A metric that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CardGap {
    /// The metric.
    pub metric: Metric,
    /// Why.
    pub why: &'static str,
    /// On this many source lines.
    pub lines: u64,
}

/// The score of a folder: the mean of its files' by source lines, those in folders inside it too.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FolderScore {
    /// The folder.
    pub path: RepoPath,
    /// The manifest in it that makes it a crate or a package.
    pub manifest: Option<&'static str>,
    /// Files with a score.
    pub files: usize,
    /// Their source lines.
    pub lines: u64,
    /// Its score.
    #[serde(flatten)]
    pub card: Card,
}

/// The score of a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FileScore {
    /// The file.
    pub path: RepoPath,
    /// Its language.
    pub language: &'static str,
    /// Its weight: source lines.
    pub lines: u64,
    /// Points that the repository would gain if this file had a full score.
    pub cost: Points,
    /// True if the parser had to skip text: the score holds for the rest.
    pub partly_parsed: bool,
    /// Its score.
    #[serde(flatten)]
    pub card: Card,
}

/// The score of a function.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FunctionScore {
    /// Qualified name.
    pub name: String,
    /// The file.
    pub path: RepoPath,
    /// Its language.
    pub language: &'static str,
    /// First line.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Its weight: source lines, those of functions nested in it left out.
    pub lines: u64,
    /// True for a test.
    pub is_test: bool,
    /// True if the parser skipped text inside it: the score holds for the rest.
    pub partly_parsed: bool,
    /// Its score.
    #[serde(flatten)]
    pub card: Card,
}

/// The numbers and the exact scores of every file of a tree.
pub struct Scored<'r> {
    /// The facts.
    pub(super) repo: &'r RepoFacts,
    /// In the order of the facts' files; none for a file without a score.
    pub(super) files: Vec<Option<ScoredFile>>,
    /// Over all files.
    pub(super) total: Group,
}

/// The numbers of a file and the score they give.
pub(super) struct ScoredFile {
    pub figures: FileFigures,
    pub qualities: [Quality; 6],
    pub score: Score,
}

/// Files taken together.
#[derive(Default)]
pub(super) struct Group {
    pub sum: SizedSum,
    files: usize,
    left_out: BTreeMap<(Metric, LeftOut), u64>,
}

/// Scores a tree by its facts (no section is read) and what [`TdgInputs`] holds for the same facts.
pub fn score<'r>(repo: &'r RepoFacts, inputs: &TdgInputs) -> Scored<'r> {
    let indenting = Indenting::of(repo);
    let nothing = FileInputs::default();
    let file = |(index, file): (usize, &FileRecord)| {
        let figures = file_figures(file, inputs.files.get(index).unwrap_or(&nothing), &indenting)?;
        let score = figures.score()?;
        Some(ScoredFile { qualities: figures.qualities(), figures, score })
    };
    let files: Vec<Option<ScoredFile>> = repo.files.par_iter().enumerate().map(file).collect();
    let mut total = Group::default();
    files.iter().flatten().for_each(|file| total.add(file));
    Scored { repo, files, total }
}

fn file_figures(file: &FileRecord, inputs: &FileInputs, indenting: &Indenting) -> Option<FileFigures> {
    let facts = &file.data.facts;
    if !facts.has_functions() {
        return None;
    }
    let own = own_lines(facts);
    let nothing = FunctionInputs::default();
    let functions: Vec<FunctionFigures> = (facts.functions.iter().zip(&own).enumerate())
        .map(|(index, (function, own))| {
            function_figures(
                function,
                *own,
                inputs.functions.get(index).unwrap_or(&nothing),
                file.is_test(function),
            )
        })
        .collect();
    Some(FileFigures {
        size: u64::from(facts.lines.source),
        rest_size: rest_size(facts),
        rest: Flow {
            cyclomatic: u64::from(1 + facts.top_level.decisions.total()),
            cognitive: u64::from(facts.top_level.cognitive),
            nesting: u64::from(facts.top_level.nesting),
        },
        functions,
        duplicated: Part::new(inputs.duplicated.into(), inputs.token_lines.into()),
        used_files: inputs.used_files.into(),
        cycle: inputs.cycle.into(),
        documented: Part::new(inputs.documented.into(), inputs.public.into()),
        test: file.is_test_file(),
        off_names: Part::new(inputs.off_names.into(), inputs.names.into()),
        off_indentation: indenting.off(facts),
    })
}

/// Source lines outside all functions.
fn rest_size(facts: &FileFacts) -> u64 {
    let outermost = facts.functions.iter().filter(|function| function.enclosing.is_none());
    let inside: u64 = outermost.map(|function| u64::from(function.lines.source)).sum();
    u64::from(facts.lines.source).saturating_sub(inside)
}

fn function_figures(function: &Function, own: u32, inputs: &FunctionInputs, test: bool) -> FunctionFigures {
    let not_demanded = if test { LeftOut::Test } else { LeftOut::NothingPublic };
    FunctionFigures {
        size: own.into(),
        flow: Flow {
            cyclomatic: function.cyclomatic().into(),
            cognitive: function.cognitive.into(),
            nesting: function.nesting.into(),
        },
        length: own.into(),
        parameters: function.parameters.into(),
        exits: function.exits.into(),
        // Both are finite and not negative; a conversion cannot wrap.
        volume: function.halstead.volume().round() as u64,
        difficulty: (function.halstead.difficulty() * 10.0).round() as u64,
        duplicated: Part::new(inputs.duplicated.into(), inputs.token_lines.into()),
        used_files: inputs.used_files.map(u64::from),
        documented: inputs.documented.ok_or(not_demanded),
        usual_name: inputs.usual_name,
    }
}

impl Group {
    pub(super) fn add(&mut self, file: &ScoredFile) {
        self.sum.add(file.figures.size, &file.score);
        self.files += 1;
        for gap in left_out(&file.qualities) {
            *self.left_out.entry(gap).or_default() += file.figures.size;
        }
    }

    pub(super) fn card(&self) -> Option<Card> {
        let left_out = self.left_out.iter().map(|(&(metric, why), &lines)| (metric, why, lines));
        Some(Card::of(&self.sum.mean()?, left_out))
    }
}

impl Card {
    fn of(score: &Score, left_out: impl Iterator<Item = (Metric, LeftOut, u64)>) -> Card {
        let parts = Metric::ALL.into_iter().zip(score.parts());
        Card {
            score: score.points(),
            grade: score.grade(),
            parts: parts
                .filter_map(|(metric, part)| part.map(|(points, most)| CardPart { metric, points, most }))
                .collect(),
            left_out: left_out
                .map(|(metric, why, lines)| CardGap { metric, why: why.why(), lines })
                .collect(),
        }
    }

    fn of_one(score: &Score, qualities: &[Quality; 6], size: u64) -> Card {
        Card::of(score, left_out(qualities).map(|(metric, why)| (metric, why, size)))
    }

    /// The part of a metric, if it was measured.
    pub fn part(&self, metric: Metric) -> Option<&CardPart> {
        self.parts.iter().find(|part| part.metric == metric)
    }
}

impl Scored<'_> {
    /// The same for some of the files only: the others have no score and cost nothing.
    pub fn among(mut self, is_in: impl Fn(&RepoPath) -> bool) -> Self {
        for (file, scored) in self.repo.files.iter().zip(&mut self.files) {
            if !is_in(file.path()) {
                *scored = None;
            }
        }
        self.total = Group::default();
        self.files.iter().flatten().for_each(|file| self.total.add(file));
        self
    }

    /// Files with a score.
    pub fn graded_files(&self) -> usize {
        self.total.files
    }

    /// The repository's score, or why it has none.
    pub fn total(&self) -> Measured<Card> {
        match self.total.card() {
            Some(card) => Measured::Value(card),
            None => Measured::unsupported(self.why_nothing()),
        }
    }

    fn why_nothing(&self) -> &'static str {
        let any_grammar = self.repo.files.iter().any(|file| file.data.facts.has_functions());
        match (self.repo.files.is_empty(), any_grammar) {
            (true, _) => "no file was measured",
            (false, false) => "no file is of a language with a grammar here",
            (false, true) => "no file holds any code",
        }
    }

    /// The report.
    pub fn report(&self, options: &TdgOptions) -> TdgReport {
        TdgReport {
            tree: self.repo.tree.clone(),
            total: self.total(),
            graded_files: self.total.files,
            graded_lines: self.total.sum.size(),
            folders: self.folders(),
            files: self.files(options.top_files),
            functions: self.functions(options.top_functions),
            coverage: Coverage::of(self.repo),
            not_graded: self.not_graded(),
        }
    }

    /// Every file with a score, with its record.
    pub(super) fn graded(&self) -> impl Iterator<Item = (&FileRecord, &ScoredFile)> {
        let both = self.repo.files.iter().zip(&self.files);
        both.filter_map(|(file, scored)| scored.as_ref().map(|scored| (file, scored)))
    }

    fn folders(&self) -> Vec<FolderScore> {
        let mut groups: BTreeMap<&[u8], Group> = BTreeMap::new();
        for (file, scored) in self.graded() {
            let mut folder = file.path().parent();
            while !folder.is_empty() {
                groups.entry(folder).or_default().add(scored);
                let slash = folder.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                folder = &folder[..slash];
            }
        }
        let manifests = manifests(self.repo);
        let folder = |(path, group): (&[u8], Group)| {
            Some(FolderScore {
                path: RepoPath::new(path),
                manifest: manifests.get(path).copied(),
                files: group.files,
                lines: group.sum.size(),
                card: group.card()?,
            })
        };
        groups.into_iter().filter_map(folder).collect()
    }

    fn files(&self, top: Option<usize>) -> Vec<FileScore> {
        let mut order: Vec<(&FileRecord, &ScoredFile)> = self.graded().collect();
        let loss = |scored: &ScoredFile| lost(scored.figures.size, &scored.score);
        order.sort_by_key(|(file, scored)| (Reverse(loss(scored)), file.path()));
        order.truncate(top.unwrap_or(usize::MAX));
        order.into_par_iter().map(|(file, scored)| self.file_score(file, scored)).collect()
    }

    pub(super) fn file_score(&self, file: &FileRecord, scored: &ScoredFile) -> FileScore {
        let cost = lost(scored.figures.size, &scored.score) / u128::from(self.total.sum.size().max(1));
        FileScore {
            path: file.path().clone(),
            language: file.data.facts.language.name(),
            lines: scored.figures.size,
            // At most a full score, so it fits.
            cost: Points::hundredths(((cost + 5_000) / 10_000) as i64),
            partly_parsed: matches!(file.data.facts.parse, ParseStatus::Partial { .. }),
            card: Card::of_one(&scored.score, &scored.qualities, scored.figures.size),
        }
    }

    fn functions(&self, top: Option<usize>) -> Vec<FunctionScore> {
        if top == Some(0) {
            return Vec::new();
        }
        let files: Vec<(&FileRecord, &ScoredFile)> = self.graded().collect();
        let mut all: Vec<(u128, &FileRecord, &Function, &FunctionFigures)> = files
            .par_iter()
            .flat_map_iter(|(file, scored)| {
                let functions = file.data.facts.functions.iter().zip(&scored.figures.functions);
                functions.map(|(function, figures)| {
                    (lost(figures.size, &figures.score()), *file, function, figures)
                })
            })
            .collect();
        let worst_first = |a: &(u128, &FileRecord, &Function, &FunctionFigures),
                           b: &(u128, &FileRecord, &Function, &FunctionFigures)| {
            let place = |of: &(u128, &FileRecord, &Function, &FunctionFigures)| {
                (of.2.span, of.2.qualified_name.clone())
            };
            b.0.cmp(&a.0).then_with(|| a.1.path().cmp(b.1.path())).then_with(|| place(a).cmp(&place(b)))
        };
        if let Some(count) = top.filter(|count| *count < all.len()) {
            all.select_nth_unstable_by(count - 1, worst_first);
            all.truncate(count);
        }
        all.sort_by(worst_first);
        all.into_par_iter()
            .map(|(_, file, function, figures)| function_score(file, function, figures))
            .collect()
    }

    fn not_graded(&self) -> Vec<NotMeasured> {
        let mut all = not_measured(self.repo);
        for (file, scored) in self.repo.files.iter().zip(&self.files) {
            if scored.is_none() && file.data.facts.has_functions() {
                all.push(NotMeasured { path: file.path().clone(), why: LeftOut::NoCode.why().to_owned() });
            }
        }
        all.sort();
        all
    }

    /// The exact score of a function, by the indices of its file and the function in the facts: for rankings.
    pub fn function_grade(&self, file: usize, function: usize) -> Option<(Points, Grade)> {
        let figures = self.files.get(file)?.as_ref()?.figures.functions.get(function)?;
        let score = figures.score();
        Some((score.points(), score.grade()))
    }
}

/// Millionths of a point missing, times the lines they are missing on.
fn lost(size: u64, score: &Score) -> u128 {
    u128::from(size) * u128::from((100 * super::metric::WHOLE).saturating_sub(score.exact()))
}

pub(super) fn function_score(
    file: &FileRecord,
    function: &Function,
    figures: &FunctionFigures,
) -> FunctionScore {
    let qualities = figures.qualities();
    let score = Score::of(&measured(&qualities)).unwrap_or_default();
    FunctionScore {
        name: function.qualified_name.clone(),
        path: file.path().clone(),
        language: file.data.facts.language.name(),
        line: function.span.start_line,
        end_line: function.span.end_line,
        lines: figures.size,
        is_test: file.is_test(function),
        partly_parsed: function.incomplete,
        card: Card::of_one(&score, &qualities, figures.size),
    }
}

/// Files that make their folder a crate or a package.
const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "pom.xml",
    "build.gradle.kts",
    "mix.exs",
    "Package.swift",
];

fn manifests(repo: &RepoFacts) -> BTreeMap<&[u8], &'static str> {
    let mut found = BTreeMap::new();
    for file in &repo.files {
        let name = MANIFESTS.iter().find(|name| name.as_bytes() == file.path().file_name());
        if let Some(name) = name {
            found.entry(file.path().parent()).or_insert(*name);
        }
    }
    found
}
