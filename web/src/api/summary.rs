use crate::entity_tag::entity_tag;
use crate::state::{self, Commit, NewCode, RepositoryView, Snapshot, Status};
use axum::body::Bytes;
use facts::Measured;
use gates::{GateReport, Level, RuleReport, Verdict};
use pmat::complexity::FunctionComplexity;
use pmat::coverage::Coverage;
use pmat::dependencies::Dependencies;
use pmat::overview::{ComplexitySummary, Debt, LanguageShare, TotalLines};
use pmat::tdg::{Card, Grade, Points};
use schemars::JsonSchema;
use serde::Serialize;

/// Whose figures an answer holds.
#[derive(Serialize, JsonSchema)]
pub struct About<'a> {
    repository: &'a str,
    commit: &'a Commit,
}

impl<'a> About<'a> {
    /// Those of a snapshot.
    pub fn of(snapshot: &'a Snapshot) -> About<'a> {
        About { repository: &snapshot.slug, commit: &snapshot.commit }
    }
}

/// The gate's answers without its findings.
#[derive(Serialize, JsonSchema)]
pub struct GateSummary<'a> {
    verdict: Verdict,
    fail_on: Level,
    findings: usize,
    rules: &'a [RuleReport],
}

impl<'a> GateSummary<'a> {
    /// Those of a report.
    pub fn of(gate: &'a GateReport) -> GateSummary<'a> {
        GateSummary {
            verdict: gate.verdict,
            fail_on: gate.fail_on,
            findings: gate.findings.len(),
            rules: &gate.rules,
        }
    }
}

/// The gate's answer on new code.
#[derive(Serialize, JsonSchema)]
struct NewCodeSummary<'a> {
    base: facts::source::CommitId,
    base_is: &'a str,
    gate: GateSummary<'a>,
}

/// The overview of `batuta analyze --format json`, with the figures of the other analyses next to it.
#[derive(Serialize, JsonSchema)]
pub struct Summary<'a> {
    #[serde(flatten)]
    about: About<'a>,
    tree: &'a str,
    total: &'a Measured<TotalLines>,
    languages: &'a [LanguageShare],
    complexity: &'a ComplexitySummary,
    worst_functions: &'a [FunctionComplexity],
    debt: &'a Measured<Debt>,
    tdg: Measured<&'a Card>,
    dependencies: &'a Dependencies,
    gate: Measured<GateSummary<'a>>,
    coverage: &'a Coverage,
    new_code: Measured<NewCodeSummary<'a>>,
    duplicated_percent: Measured<f64>,
    dead_percent: Measured<f64>,
    import_cycles: Measured<usize>,
    truck_factor: Measured<usize>,
}

/// The summary of a snapshot.
fn summary(snapshot: &Snapshot) -> Summary<'_> {
    let overview = &snapshot.overview;
    Summary {
        about: About::of(snapshot),
        tree: &overview.tree,
        total: &overview.total,
        languages: &overview.languages,
        complexity: &overview.complexity,
        worst_functions: &overview.worst_functions,
        debt: &overview.debt,
        tdg: of(&snapshot.tdg, |report| of(&report.total, Measured::Value)),
        dependencies: &overview.dependencies,
        gate: of(&snapshot.gate, |gate| Measured::Value(GateSummary::of(gate))),
        coverage: &overview.coverage,
        new_code: of(&snapshot.new_code, |new| Measured::Value(new_code(new))),
        duplicated_percent: duplicated_percent(snapshot),
        dead_percent: of(&snapshot.dead_code, |report| report.dead_percent.clone()),
        import_cycles: of(&snapshot.graph, |report| Measured::Value(report.import_cycles.len())),
        truck_factor: of(&snapshot.hotspots, |report| report.knowledge.truck_factor.clone()),
    }
}

/// The summary of a snapshot as it is sent; none if it cannot be serialised.
pub fn sent_summary(snapshot: &Snapshot) -> Option<state::Summary> {
    let text = Bytes::from(facts::visible::json::to_vec(&summary(snapshot)).ok()?);
    Some(state::Summary { tag: entity_tag(&text), text })
}

/// Duplicated lines among all compared lines, in percent.
pub fn duplicated_percent(snapshot: &Snapshot) -> Measured<f64> {
    of(&snapshot.clones, |clones| clones.share().percent())
}

fn new_code(new: &NewCode) -> NewCodeSummary<'_> {
    NewCodeSummary { base: new.base, base_is: &new.base_is, gate: GateSummary::of(&new.gate) }
}

/// A figure of a report that may be missing.
pub fn of<'a, T, U>(report: &'a Measured<T>, figure: impl FnOnce(&'a T) -> Measured<U>) -> Measured<U> {
    match report {
        Measured::Value(report) => figure(report),
        Measured::Missing(why) => Measured::Missing(why.clone()),
    }
}

/// A repository in the list of all.
#[derive(Serialize, JsonSchema)]
pub struct RepositoryRow<'a> {
    slug: &'a str,
    name: &'a str,
    status: &'a Status,
    commit: Option<&'a Commit>,
    gate: Option<Verdict>,
    tdg: Measured<GradeRow>,
    /// Where the summary is.
    summary: String,
}

/// The score and grade of a repository.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Grade")]
struct GradeRow {
    score: Points,
    grade: Grade,
}

impl<'a> RepositoryRow<'a> {
    /// The current state of a repository.
    pub fn of(view: &'a RepositoryView) -> RepositoryRow<'a> {
        let snapshot = view.snapshot.as_deref();
        let tdg = match snapshot {
            Some(snapshot) => of(&snapshot.tdg, |report| {
                of(&report.total, |card| Measured::Value(GradeRow { score: card.score, grade: card.grade }))
            }),
            None => Measured::pending("no commit was measured yet"),
        };
        RepositoryRow {
            slug: &view.slug,
            name: &view.name,
            status: &view.status,
            commit: snapshot.map(|snapshot| &snapshot.commit),
            gate: snapshot.and_then(Snapshot::verdict),
            tdg,
            summary: format!("{}/repositories/{}/summary", super::PREFIX, view.slug),
        }
    }
}

/// All repositories that are served.
#[derive(Serialize, JsonSchema)]
pub struct RepositoryList<'a> {
    repositories: Vec<RepositoryRow<'a>>,
}

impl<'a> RepositoryList<'a> {
    /// Their current state.
    pub fn of(views: &'a [RepositoryView]) -> RepositoryList<'a> {
        RepositoryList { repositories: views.iter().map(RepositoryRow::of).collect() }
    }
}

/// What became of a request to look at a repository soon.
#[derive(Serialize, JsonSchema)]
pub struct Ping {
    /// It will be looked at.
    pub asked: bool,
}
