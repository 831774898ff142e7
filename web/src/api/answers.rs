//! Makes the body of an answer from a snapshot.

use super::asked::{Asked, Page};
use super::summary::{About, GateSummary, of};
use crate::problem::Problem;
use crate::state::{GateEvent, NewCode, RecentCommit, Snapshot, Trend};
use facts::hash::HashMap;
use facts::model::{Function, LineCounts, RepoPath};
use facts::source::CommitId;
use facts::{FileRecord, Measured};
use gates::baseline::BaselineReport;
use gates::{Finding, GateReport, NewCodeExtent, Suppressed, Unmeasured};
use pmat::complexity::{FileComplexity, FunctionComplexity};
use pmat::duplicates::{self, DuplicatesOptions};
use pmat::hotspots::{Hotspot, HotspotReport, Knowledge, Owner};
use pmat::tdg::FileScore;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::cmp::Reverse;

type Answer = Result<Vec<u8>, Problem>;

/// The orders that files can be listed in.
pub const FILE_ORDERS: &[&str] =
    &["path", "lines", "cognitive", "cyclomatic", "findings", "tdg", "duplicated", "hotspot"];

fn json(answer: &impl Serialize) -> Answer {
    let text = facts::visible::json::to_vec(answer);
    text.map_err(|error| {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, format!("the answer cannot be written: {error}"))
    })
}

/// A report under `report`, next to what it is about.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Report<'a, T> {
    #[serde(flatten)]
    about: About<'a>,
    report: T,
}

fn report<'a, T>(asked: &'a Asked<'_>, report: T) -> Report<'a, T> {
    Report { about: About::of(asked.snapshot), report }
}

/// The JSON of a report that cannot be made.
pub fn missing(why: String) -> Result<String, Problem> {
    let text = json(&Measured::<()>::failed(why))?;
    String::from_utf8(text).map_err(|error| Problem::bad_request(error.to_string()))
}

/// A report that is JSON already, next to what it is about.
pub fn with_report(asked: &Asked<'_>, report: &str) -> Answer {
    let mut text = json(&About::of(asked.snapshot))?;
    text.pop();
    text.extend_from_slice(b",\"report\":");
    text.extend_from_slice(report.as_bytes());
    text.push(b'}');
    Ok(text)
}

/// A list, next to what it is about.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct List<'a, T> {
    #[serde(flatten)]
    about: About<'a>,
    #[serde(flatten)]
    page: Page<T>,
}

fn list<'a, T>(asked: &'a Asked<'_>, page: Page<T>) -> List<'a, T> {
    List { about: About::of(asked.snapshot), page }
}

// ---- files and functions

/// A file with the figures of every analysis.
#[derive(Serialize, JsonSchema)]
pub struct FileRow<'a> {
    path: &'a RepoPath,
    language: &'static str,
    lines: LineCounts,
    complexity: Measured<FileComplexity>,
    tdg: Measured<&'a FileScore>,
    findings: Measured<usize>,
    duplicated_lines: Measured<u64>,
    hotspot: Option<&'a Hotspot>,
}

/// What analyses say about files, by path.
struct OfFiles<'a> {
    scores: HashMap<&'a RepoPath, &'a FileScore>,
    hotspots: HashMap<&'a RepoPath, &'a Hotspot>,
}

impl<'a> OfFiles<'a> {
    fn new(snapshot: &'a Snapshot) -> OfFiles<'a> {
        let hotspots = snapshot.hotspots.value().map(|report| report.files.as_slice()).unwrap_or_default();
        OfFiles {
            scores: snapshot.file_scores().iter().map(|score| (&score.path, score)).collect(),
            hotspots: hotspots.iter().map(|hotspot| (&hotspot.path, hotspot)).collect(),
        }
    }
}

fn file_row<'a>(snapshot: &'a Snapshot, known: &OfFiles<'a>, index: usize) -> FileRow<'a> {
    let file = &snapshot.facts.files[index];
    let facts = &file.data.facts;
    let path = file.path();
    let complexity = match facts.has_functions() {
        true => Measured::Value(FileComplexity::of(file)),
        false => Measured::unsupported(facts.why_no_functions()),
    };
    let score = known.scores.get(path).copied();
    FileRow {
        path,
        language: facts.language.name(),
        lines: facts.lines,
        complexity,
        tdg: score.map_or_else(|| Measured::unsupported("it has no score"), Measured::Value),
        findings: of(&snapshot.gate, |_| Measured::Value(findings_in(snapshot, path).len())),
        duplicated_lines: of(&snapshot.clones, |clones| Measured::Value(clones.lines[index].duplicated)),
        hotspot: known.hotspots.get(path).copied(),
    }
}

/// The findings of a file: they are sorted by path.
fn findings_in<'a>(snapshot: &'a Snapshot, path: &RepoPath) -> &'a [Finding] {
    let all = snapshot.findings();
    let start = all.partition_point(|finding| finding.path < *path);
    let end = start + all[start..].partition_point(|finding| finding.path == *path);
    &all[start..end]
}

/// A part of the files.
#[derive(Serialize, JsonSchema)]
pub struct FilePage<'a>(List<'a, FileRow<'a>>);

/// Files in the requested order; ties are broken by path.
pub fn files(asked: &Asked<'_>) -> Answer {
    let snapshot = asked.snapshot;
    let files = &snapshot.facts.files;
    let language = asked.query.text("language");
    let wanted = |index: &usize| {
        let file = &files[*index];
        let of_language = |wanted: &str| file.data.facts.language.name().eq_ignore_ascii_case(wanted);
        asked.is_under(file.path()) && language.is_none_or(of_language)
    };
    let mut indices: Vec<usize> = (0..files.len()).filter(wanted).collect();
    let sum = |index: usize, figure: fn(&Function) -> u32| -> u64 {
        files[index].data.facts.functions.iter().map(|function| u64::from(figure(function))).sum()
    };
    match asked.query.text("sort").unwrap_or("path") {
        "lines" => indices.sort_by_key(|index| Reverse(files[*index].data.facts.lines.source)),
        "cognitive" => {
            indices.sort_by_cached_key(|index| Reverse(sum(*index, |function| function.cognitive)))
        }
        "cyclomatic" => indices.sort_by_cached_key(|index| Reverse(sum(*index, Function::cyclomatic))),
        "findings" => {
            indices.sort_by_cached_key(|index| Reverse(findings_in(snapshot, files[*index].path()).len()));
        }
        "duplicated" => {
            let clones = snapshot.clones.value();
            indices.sort_by_key(|index| Reverse(clones.map(|clones| clones.lines[*index].duplicated)));
        }
        "tdg" => by_rank(&mut indices, snapshot, snapshot.file_scores().iter().map(|score| &score.path)),
        "hotspot" => {
            let hotspots =
                snapshot.hotspots.value().map(|report| report.files.as_slice()).unwrap_or_default();
            by_rank(&mut indices, snapshot, hotspots.iter().map(|hotspot| &hotspot.path));
        }
        _ => {}
    }
    let known = OfFiles::new(snapshot);
    json(&FilePage(list(asked, asked.page(&indices, |index| file_row(snapshot, &known, *index)))))
}

/// Sorts files in the order of another list, those that are not in it last.
fn by_rank<'a>(indices: &mut [usize], snapshot: &Snapshot, ranked: impl Iterator<Item = &'a RepoPath>) {
    let mut ranks = vec![usize::MAX; snapshot.facts.files.len()];
    for (rank, path) in ranked.enumerate() {
        if let Some(index) = snapshot.file_index(path) {
            ranks[index] = rank;
        }
    }
    indices.sort_by_key(|index| ranks[*index]);
}

/// A file with its functions and findings.
#[derive(Serialize, JsonSchema)]
pub struct FileAnswer<'a> {
    #[serde(flatten)]
    about: About<'a>,
    file: FileRow<'a>,
    functions: Vec<FunctionComplexity>,
    findings: &'a [Finding],
}

/// One file.
pub fn file(asked: &Asked<'_>) -> Answer {
    let snapshot = asked.snapshot;
    let index = asked.path().and_then(|path| snapshot.file_index(&path));
    let Some(index) = index else {
        return Err(Problem::not_found("no measured file of this commit has that path"));
    };
    let record = &snapshot.facts.files[index];
    json(&FileAnswer {
        about: About::of(snapshot),
        file: file_row(snapshot, &OfFiles::new(snapshot), index),
        functions: record.data.facts.functions.iter().map(|function| of_function(record, function)).collect(),
        findings: findings_in(snapshot, record.path()),
    })
}

fn of_function(file: &FileRecord, function: &Function) -> FunctionComplexity {
    FunctionComplexity::of(file, function)
}

/// A part of the functions.
#[derive(Serialize, JsonSchema)]
pub struct FunctionPage<'a>(List<'a, FunctionComplexity>);

/// Functions in the order of `pmat analyze complexity`: cognitive, then cyclomatic complexity, then source lines, then place.
pub fn functions(asked: &Asked<'_>) -> Answer {
    let least = |name| asked.query.number(name).and_then(|least| u32::try_from(least).ok()).unwrap_or(0);
    let (cyclomatic, cognitive) = (least("min-cyclomatic"), least("min-cognitive"));
    let name = asked.query.text("name").unwrap_or_default();
    let files = asked.snapshot.facts.files.iter().filter(|file| asked.is_under(file.path()));
    let mut found: Vec<(&FileRecord, &Function)> = files
        .flat_map(|file| file.data.facts.functions.iter().map(move |function| (file, function)))
        .filter(|(_, function)| function.cyclomatic() >= cyclomatic && function.cognitive >= cognitive)
        .filter(|(_, function)| function.qualified_name.contains(name))
        .collect();
    found.sort_by(|a, b| {
        let figures = |(_, function): &(_, &Function)| {
            (function.cognitive, function.cyclomatic(), function.lines.source)
        };
        let place = |(file, function): &(&FileRecord, &Function)| (file.entry.path.clone(), function.span);
        figures(b).cmp(&figures(a)).then_with(|| place(a).cmp(&place(b)))
    });
    json(&FunctionPage(list(asked, asked.page(&found, |(file, function)| of_function(file, function)))))
}

// ---- the gate

/// A part of the findings.
#[derive(Serialize, JsonSchema)]
pub struct FindingPage<'a>(List<'a, &'a Finding>);

/// Findings that match the query.
pub fn findings(asked: &Asked<'_>) -> Answer {
    let text = |name| asked.query.text(name);
    let all = match (text("code"), &asked.snapshot.new_code) {
        (Some("new"), Measured::Value(new)) => &new.gate.findings,
        (Some("new"), Measured::Missing(why)) => {
            return Err(Problem::not_found(format!("new code was not judged: {why}")));
        }
        _ => match &asked.snapshot.gate {
            Measured::Value(gate) => &gate.findings,
            Measured::Missing(why) => {
                return Err(Problem::not_found(format!("the gate has not judged: {why}")));
            }
        },
    };
    let fits = |finding: &&Finding| {
        text("rule").is_none_or(|rule| finding.rule == rule)
            && text("level").is_none_or(|level| finding.level.as_str() == level)
            && text("fingerprint").is_none_or(|wanted| finding.fingerprint == wanted)
            && asked.is_under(&finding.path)
    };
    let found: Vec<&Finding> = all.iter().filter(fits).collect();
    json(&FindingPage(list(asked, asked.page(&found, |finding| *finding))))
}

/// A gate's report without its findings.
#[derive(Serialize, JsonSchema)]
pub struct Gate<'a> {
    #[serde(flatten)]
    summary: GateSummary<'a>,
    tree: &'a str,
    files: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_code: Option<&'a NewCodeExtent>,
    suppressed: &'a [Suppressed],
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a BaselineReport>,
    not_measured: &'a [Unmeasured],
}

impl<'a> Gate<'a> {
    fn of(gate: &'a GateReport) -> Gate<'a> {
        Gate {
            summary: GateSummary::of(gate),
            tree: &gate.tree,
            files: gate.files,
            new_code: gate.new_code.as_ref(),
            suppressed: &gate.suppressed,
            baseline: gate.baseline.as_ref(),
            not_measured: &gate.not_measured,
        }
    }
}

/// The gate on new code.
#[derive(Serialize, JsonSchema)]
pub struct NewCodeGate<'a> {
    base: CommitId,
    base_is: &'a str,
    gate: Gate<'a>,
    findings: &'a [Finding],
}

impl<'a> NewCodeGate<'a> {
    fn of(new: &'a NewCode) -> NewCodeGate<'a> {
        NewCodeGate {
            base: new.base,
            base_is: &new.base_is,
            gate: Gate::of(&new.gate),
            findings: &new.gate.findings,
        }
    }
}

/// The gate on all code and on new code.
#[derive(Serialize, JsonSchema)]
pub struct GateAnswer<'a> {
    #[serde(flatten)]
    about: About<'a>,
    all: Measured<Gate<'a>>,
    new_code: Measured<NewCodeGate<'a>>,
    events: &'a [GateEvent],
}

/// The gate on all code and on new code.
pub fn gate(asked: &Asked<'_>) -> Answer {
    json(&GateAnswer {
        about: About::of(asked.snapshot),
        all: of(&asked.snapshot.gate, |gate| Measured::Value(Gate::of(gate))),
        new_code: of(&asked.snapshot.new_code, |new| Measured::Value(NewCodeGate::of(new))),
        events: &asked.view.gate_events,
    })
}

/// The configuration in force.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GateConfig")]
pub struct ConfigAnswer<'a> {
    #[serde(flatten)]
    about: About<'a>,
    /// The commit has a batuta.toml of its own.
    own: bool,
    config: Value,
}

/// The configuration in force.
pub fn config(asked: &Asked<'_>) -> Answer {
    let snapshot = asked.snapshot;
    let config = snapshot.config.to_json();
    json(&ConfigAnswer { about: About::of(snapshot), own: snapshot.has_own_config, config })
}

// ---- whole reports

/// Spread and violations.
pub fn complexity(asked: &Asked<'_>) -> Answer {
    json(&report(asked, &asked.snapshot.complexity))
}

/// Grades.
pub fn tdg(asked: &Asked<'_>) -> Answer {
    json(&report(asked, &asked.snapshot.tdg))
}

/// Admitted debt.
pub fn debt(asked: &Asked<'_>) -> Answer {
    json(&report(asked, &asked.snapshot.satd))
}

/// Duplicated code, as much of it as `pmat analyze duplicates --format json` lists.
pub fn clones(asked: &Asked<'_>) -> Answer {
    let snapshot = asked.snapshot;
    let clones = of(&snapshot.clones, |clones| {
        let (options, listed) = (gates::clone_options(&snapshot.config), DuplicatesOptions::default());
        Measured::Value(duplicates::report(&snapshot.facts, clones, &options, snapshot.exact_lines, listed))
    });
    json(&report(asked, clones))
}

/// The graph of files.
pub fn graph(asked: &Asked<'_>) -> Answer {
    json(&report(asked, &asked.snapshot.graph))
}

/// Dead code.
pub fn dead_code(asked: &Asked<'_>) -> Answer {
    json(&report(asked, &asked.snapshot.dead_code))
}

/// Hotspots and coupling.
pub fn hotspots(asked: &Asked<'_>) -> Answer {
    json(&report(asked, &asked.snapshot.hotspots))
}

/// Who knows the code.
#[derive(Serialize, JsonSchema)]
pub struct People<'a> {
    knowledge: &'a Knowledge,
    folders: &'a [Knowledge],
    owners: &'a [Owner],
    former_owners: usize,
}

impl<'a> People<'a> {
    fn of(report: &'a HotspotReport) -> People<'a> {
        People {
            knowledge: &report.knowledge,
            folders: &report.folders,
            owners: &report.owners,
            former_owners: report.former_owners,
        }
    }
}

/// The report on who knows the code.
#[derive(Serialize, JsonSchema)]
pub struct PeopleAnswer<'a>(Report<'a, Measured<People<'a>>>);

/// Who knows the code.
pub fn people(asked: &Asked<'_>) -> Answer {
    let people = of(&asked.snapshot.hotspots, |report| Measured::Value(People::of(report)));
    json(&PeopleAnswer(report(asked, people)))
}

/// The newest commits, the newest first.
#[derive(Serialize, JsonSchema)]
pub struct Commits<'a> {
    #[serde(flatten)]
    about: About<'a>,
    commits: &'a Measured<Vec<RecentCommit>>,
}

/// The newest commits.
pub fn commits(asked: &Asked<'_>) -> Answer {
    json(&Commits { about: About::of(asked.snapshot), commits: &asked.snapshot.recent })
}

// ---- trends

/// How figures developed, and when the gate's answer changed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TrendAnswer")]
pub struct Trends<'a> {
    #[serde(flatten)]
    about: About<'a>,
    report: Measured<TrendReport>,
    gate_events: &'a [GateEvent],
}

/// The figures of past commits.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Trend")]
pub struct TrendReport {
    series: Vec<TrendSeries>,
    tags: Vec<Tag>,
}

/// One figure.
#[derive(Serialize, JsonSchema)]
struct TrendSeries {
    title: String,
    unit: String,
    points: Vec<TrendPoint>,
}

/// The figure of one commit.
#[derive(Serialize, JsonSchema)]
struct TrendPoint {
    commit: CommitId,
    time: i64,
    value: Measured<f64>,
}

/// A tag of the repository.
#[derive(Serialize, JsonSchema)]
struct Tag {
    name: String,
    time: i64,
}

/// How figures changed over time.
pub fn trends(asked: &Asked<'_>) -> Answer {
    let report = (asked.trend)().map(|Trend { series, tags, .. }| TrendReport {
        series: series
            .into_iter()
            .map(|series| TrendSeries {
                title: series.title,
                unit: series.unit,
                points: series
                    .points
                    .into_iter()
                    .map(|past| TrendPoint { commit: past.commit, time: past.time, value: past.value })
                    .collect(),
            })
            .collect(),
        tags: tags.into_iter().map(|tag| Tag { name: tag.name, time: tag.time }).collect(),
    });
    json(&Trends { about: About::of(asked.snapshot), report, gate_events: &asked.view.gate_events })
}
