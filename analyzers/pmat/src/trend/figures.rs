//! What is known about a commit.

use super::metric::{METRICS, Metric};
use crate::complexity::Distribution;
use crate::tdg::{Grade, Points};
use clones::LineShare;
use facts::Measured;
use facts::language::Language;
use facts::model::LineCounts;
use facts::source::CommitId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;

/// A commit with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "PastCommit")]
pub struct Point {
    /// The commit.
    pub commit: CommitId,
    /// When it was committed, in seconds since the epoch, put right where its clock contradicts the order of the commits:
    /// never before the point before it.
    pub time: i64,
    /// When it was committed as the commit itself says.
    pub commit_time: i64,
    /// The tags on it.
    pub tags: Vec<String>,
    /// Who wrote it, after `.mailmap`.
    pub author: String,
    /// The address of who wrote it, after `.mailmap`.
    pub email: String,
    /// The first paragraph of its message, on one line.
    pub summary: String,
    /// How many parents it has; more than one for a merge.
    pub parents: usize,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The figures of a commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// What each file says by itself.
    pub files: Measured<FileFigures>,
    /// What all files say together.
    pub tree: Measured<TreeFigures>,
}

impl Figures {
    /// The value of a metric.
    pub fn value(&self, metric: &Metric) -> Measured<f64> {
        (metric.figure)(self)
    }

    /// The grade of the technical debt gradient, where its score is known.
    pub fn grade(&self) -> Option<Grade> {
        let points = self.tree.value()?.tdg.value()?;
        Some(Grade::of(*points))
    }
}

/// Figures as they are serialised.
#[derive(Serialize, JsonSchema)]
struct Written<'f> {
    /// The metrics by their names.
    figures: Values<'f>,
    /// The grade of the technical debt gradient, where its score is known.
    grade: Option<Grade>,
    /// Languages, most source lines first.
    languages: &'f [LanguageLines],
}

struct Values<'f>(&'f Figures);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(METRICS.iter().map(|metric| (metric.id, self.0.value(metric))))
    }
}

impl JsonSchema for Values<'_> {
    fn schema_name() -> Cow<'static, str> {
        "FiguresByMetric".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut values = serde_json::Map::new();
        for metric in METRICS {
            let mut value = generator.subschema_for::<Measured<f64>>();
            value.insert("description".to_owned(), metric.what.into());
            values.insert(metric.id.to_owned(), value.to_value());
        }
        let names: Vec<&str> = METRICS.iter().map(|metric| metric.id).collect();
        json_schema!({ "type": "object", "properties": values, "required": names })
    }
}

/// Serialises as the metrics by their names, then `grade` and `languages`.
impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let languages = match &self.files {
            Measured::Value(files) => files.languages.as_slice(),
            Measured::Missing(_) => &[],
        };
        Written { figures: Values(self), grade: self.grade(), languages }.serialize(serializer)
    }
}

impl JsonSchema for Figures {
    fn schema_name() -> Cow<'static, str> {
        "Figures".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

/// Sums and spreads over the files of a commit.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFigures {
    /// Files whose language is known.
    pub files: u32,
    /// Those of them whose functions were measured.
    pub with_functions: u32,
    /// Those of them that the parser could not read in full.
    pub partly_parsed: u32,
    /// Files and folders that were left out, for whatever reason.
    pub left_out: u32,
    /// Their lines.
    pub lines: LineCounts,
    /// Languages, most source lines first.
    pub languages: Vec<LanguageLines>,
    /// Functions.
    pub functions: u32,
    /// Cyclomatic complexity of the functions.
    pub cyclomatic: Measured<Distribution>,
    /// Cognitive complexity of the functions.
    pub cognitive: Measured<Distribution>,
    /// Functions above a limit.
    pub over_limits: u32,
    /// Items of self-admitted technical debt.
    pub debt: u32,
    /// Public definitions.
    pub public: u32,
    /// Those of them that are documented.
    pub documented: u32,
}

impl FileFigures {
    pub(crate) fn nothing() -> FileFigures {
        FileFigures {
            files: 0,
            with_functions: 0,
            partly_parsed: 0,
            left_out: 0,
            lines: LineCounts::default(),
            languages: Vec::new(),
            functions: 0,
            cyclomatic: Measured::unsupported("no functions"),
            cognitive: Measured::unsupported("no functions"),
            over_limits: 0,
            debt: 0,
            public: 0,
            documented: 0,
        }
    }
}

/// One language's part of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LanguageLines {
    /// The language.
    #[serde(serialize_with = "name")]
    #[schemars(with = "String")]
    pub language: Language,
    /// Its files.
    pub files: u32,
    /// Their lines of code.
    pub source_lines: u32,
}

impl LanguageLines {
    pub(crate) fn of(language: Language) -> LanguageLines {
        LanguageLines { language, files: 0, source_lines: 0 }
    }

    pub(crate) fn id(&self) -> &'static str {
        self.language.spec().id
    }
}

fn name<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(language.name())
}

/// What comparing all files of a commit says.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeFigures {
    /// The repository's score by the technical debt gradient.
    pub tdg: Measured<Points>,
    /// Lines that are in clones.
    pub duplication: LineShare,
}

/// How figures are kept: plain data.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredFiles {
    counts: [u32; 9],
    lines: LineCounts,
    languages: Vec<(Language, u32, u32)>,
    spreads: [Option<StoredSpread>; 2],
}

type StoredSpread = (u64, f64, u32, u32, u32);

fn stored_spread(spread: &Measured<Distribution>) -> Option<StoredSpread> {
    spread.value().map(|spread| (spread.sum, spread.mean, spread.median, spread.p90, spread.max))
}

fn spread_of(stored: Option<StoredSpread>) -> Measured<Distribution> {
    match stored {
        Some((sum, mean, median, p90, max)) => Measured::Value(Distribution { sum, mean, median, p90, max }),
        None => Measured::unsupported("no functions"),
    }
}

impl From<&FileFigures> for StoredFiles {
    fn from(files: &FileFigures) -> Self {
        StoredFiles {
            counts: [
                files.files,
                files.with_functions,
                files.partly_parsed,
                files.left_out,
                files.functions,
                files.over_limits,
                files.debt,
                files.public,
                files.documented,
            ],
            lines: files.lines,
            languages: files.languages.iter().map(|l| (l.language, l.files, l.source_lines)).collect(),
            spreads: [stored_spread(&files.cyclomatic), stored_spread(&files.cognitive)],
        }
    }
}

impl From<StoredFiles> for FileFigures {
    fn from(stored: StoredFiles) -> Self {
        let language = |(language, files, source_lines)| LanguageLines { language, files, source_lines };
        let [
            files,
            with_functions,
            partly_parsed,
            left_out,
            functions,
            over_limits,
            debt,
            public,
            documented,
        ] = stored.counts;
        let [cyclomatic, cognitive] = stored.spreads.map(spread_of);
        FileFigures {
            files,
            with_functions,
            partly_parsed,
            left_out,
            lines: stored.lines,
            languages: stored.languages.into_iter().map(language).collect(),
            functions,
            cyclomatic,
            cognitive,
            over_limits,
            debt,
            public,
            documented,
        }
    }
}

/// The same for figures of the tree: hundredths of points or why there are none, lines compared, lines duplicated.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredTree(Result<i64, String>, u64, u64);

impl From<&TreeFigures> for StoredTree {
    fn from(tree: &TreeFigures) -> Self {
        let tdg = match &tree.tdg {
            Measured::Value(points) => Ok(points.as_hundredths()),
            Measured::Missing(why) => Err(why.to_string()),
        };
        StoredTree(tdg, tree.duplication.compared, tree.duplication.duplicated)
    }
}

impl From<StoredTree> for TreeFigures {
    fn from(StoredTree(tdg, compared, duplicated): StoredTree) -> Self {
        let tdg = match tdg {
            Ok(hundredths) => Measured::Value(Points::hundredths(hundredths)),
            Err(why) => Measured::unsupported(why),
        };
        TreeFigures { tdg, duplication: LineShare { compared, duplicated } }
    }
}
