use super::Outcome;
use super::tdg::remembered_inputs;
use crate::args::{GlobalArgs, QueryArgs, ReportFormat};
use crate::failure::Failure;
use crate::output::{self, Destination, Meaning, Screen, counted, grouped, shown, word};
use crate::source::Analysed;
use facts::cache::Subject;
use facts::hash::HashMap;
use facts::language::Language;
use facts::model::{DefinitionKind, Function, RepoPath};
use facts::repo::FileRecord;
use facts::{RepoFacts, Sections};
use gates::PathPatterns;
use pmat::tdg::Grade;
use search::{Found, Query, Ranked, SearchIndex, SearchSource, Signals, StoredDefinition, Weights};
use serde::Serialize;
use trueno_graph::algorithms::pagerank;
use trueno_graph::code;
use trueno_graph::view::{Filter, Level, View};

const SYMBOLS: Sections = Sections { symbols: true, comments: false, tokens: false };
/// Under which the centrality of definitions is remembered.
const CENTRALITY: Subject = Subject { name: "definition-centrality", version: 1 };
/// Uses that are less sure than this lend no weight to what they may mean.
const MIN_CONFIDENCE: f32 = 0.5;

/// Searches the definitions of the tree.
pub fn run(args: &QueryArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let query = Query::parse(&args.text);
    if query.is_empty() {
        return Err(Failure::new(format!("\"{}\" holds no word to search for", args.text))
            .help("name at least one word that should occur")
            .into());
    }
    let wanted = Wanted::new(args)?;
    let analysed = Analysed::open(&args.source(), global, &destination)?;
    let facts = analysed.measure(Sections::default())?;
    if !facts.files.iter().any(|file| file.data.facts.has_functions()) {
        return Err(Failure::new(format!("there is nothing to search in {}", analysed.path.display()))
            .why("no file of a language with a grammar could be measured")
            .into());
    }
    let report = match stored_index(&analysed, &facts) {
        Some(Ok(index)) => search(args, &analysed, &facts, &index, &query, &wanted).ok(),
        Some(Err(_)) | None => None,
    };
    // A store that cannot be used costs time, never the answer.
    let report = match report {
        Some(report) => report,
        None => {
            let mut index = SearchIndex::in_memory();
            update(&mut index, &analysed, &facts)?;
            search(args, &analysed, &facts, &index, &query, &wanted)?
        }
    };
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/query/1", &report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// What was found.
#[derive(Serialize)]
struct QueryReport {
    query: String,
    tree: String,
    /// Definitions that were searched.
    searched: u64,
    /// Those that match and pass the filters.
    matches: usize,
    results: Vec<QueryResult>,
}

#[derive(Serialize)]
struct QueryResult {
    #[serde(flatten)]
    definition: StoredDefinition,
    language: &'static str,
    /// Of functions only.
    cyclomatic: Option<u32>,
    cognitive: Option<u32>,
    /// Where `--min-grade` asked for it.
    grade: Option<Grade>,
    score: f64,
    signals: Signals,
}

/// The filters.
struct Wanted {
    languages: Vec<Language>,
    kinds: Vec<DefinitionKind>,
    paths: PathPatterns,
    any_path: bool,
    min_grade: Option<Grade>,
    max_complexity: Option<u32>,
}

impl Wanted {
    fn new(args: &QueryArgs) -> anyhow::Result<Wanted> {
        let language = |name: &String| {
            Language::from_name(name).ok_or_else(|| {
                Failure::new(format!("--language: there is no language \"{name}\""))
                    .help("`batuta languages` lists them")
                    .into()
            })
        };
        let paths = PathPatterns::new(args.path.clone())
            .map_err(|(_, why)| Failure::new("--path is no pattern of paths").why(why))?;
        let grade = |name: &String| {
            name.parse::<Grade>().map_err(|_| {
                Failure::new(format!("--min-grade: there is no grade \"{name}\""))
                    .help(format!("the grades are {}", Grade::NAMES.join(", ")))
            })
        };
        Ok(Wanted {
            languages: args.language.iter().map(language).collect::<anyhow::Result<_>>()?,
            kinds: args.kinds.iter().map(|kind| (*kind).into()).collect(),
            any_path: args.path.is_empty(),
            paths,
            min_grade: args.min_grade.as_ref().map(grade).transpose()?,
            max_complexity: args.max_complexity,
        })
    }

    fn accepts(&self, found: &Found, file: &FileRecord) -> bool {
        let function = function_of(found, file);
        (self.languages.is_empty() || self.languages.contains(&file.data.facts.language))
            && (self.kinds.is_empty() || self.kinds.contains(&found.kind))
            && (self.any_path || self.paths.is_match(file.path()))
            && self
                .max_complexity
                .is_none_or(|max| function.is_some_and(|function| function.cyclomatic() <= max))
    }
}

fn function_of<'f>(found: &Found, file: &'f FileRecord) -> Option<&'f Function> {
    file.data.facts.functions.get(found.function? as usize)
}

/// The stored index of the tree, brought up to date; none where nothing may be stored.
fn stored_index(analysed: &Analysed, facts: &RepoFacts) -> Option<anyhow::Result<SearchIndex>> {
    let (folder, secret) = analysed.cache_folder("search")?;
    let opened = SearchIndex::open(&folder, &secret).map_err(anyhow::Error::from);
    Some(opened.and_then(|mut index| update(&mut index, analysed, facts).map(|()| index)))
}

/// Brings an index in step with the tree.
fn update(index: &mut SearchIndex, analysed: &Analysed, facts: &RepoFacts) -> anyhow::Result<()> {
    let failed = |error: search::SearchError| Failure::new("cannot search").why(error);
    let code = |facts: &RepoFacts| -> Vec<usize> {
        let with_grammar = facts.files.iter().enumerate().filter(|(_, file)| file.data.facts.has_functions());
        with_grammar.map(|(number, _)| number).collect()
    };
    let sources: Vec<SearchSource<'_>> = code(facts)
        .into_iter()
        .map(|number| SearchSource { path: facts.files[number].path(), blob: facts.files[number].blob })
        .collect();
    let extractor = facts::extractor_id();
    if !index.is_current(&sources, extractor) {
        let full = analysed.measure(SYMBOLS)?;
        let by_path: HashMap<&RepoPath, &FileRecord> =
            full.files.iter().map(|file| (file.path(), file)).collect();
        let symbols = |path: &RepoPath| by_path.get(path).map(|file| file.data.symbols());
        index.update(&sources, extractor, symbols).map_err(failed)?;
    }
    Ok(())
}

fn search(
    args: &QueryArgs,
    analysed: &Analysed,
    facts: &RepoFacts,
    index: &SearchIndex,
    query: &Query,
    wanted: &Wanted,
) -> anyhow::Result<QueryReport> {
    let failed = |error: search::SearchError| Failure::new("cannot search").why(error);
    let by_key: HashMap<u64, usize> = facts
        .files
        .iter()
        .enumerate()
        .map(|(number, file)| (SearchIndex::file_key(file.path()), number))
        .collect();
    let inputs = wanted.min_grade.is_some().then(|| remembered_inputs(analysed, facts)).transpose()?;
    let scored = inputs.as_ref().map(|inputs| pmat::tdg::score(facts, inputs));
    let grade =
        |file: usize, found: &Found| Some(scored.as_ref()?.function_grade(file, found.function? as usize)?.1);
    let found = index.search(query).map_err(failed)?;
    let accepted: Vec<(usize, Found)> = found
        .into_iter()
        .filter_map(|found| Some((*by_key.get(&found.file)?, found)))
        .filter(|(file, found)| wanted.accepts(found, &facts.files[*file]))
        .filter(|(file, found)| {
            wanted.min_grade.is_none_or(|min| grade(*file, found).is_some_and(|grade| grade <= min))
        })
        .collect();
    let matches = accepted.len();
    let ranked = rank(accepted, centrality(analysed, facts)?, args.limit);
    let results = ranked.into_iter().map(|ranked| {
        let (file, found) = ranked.item;
        result(index, &facts.files[file], &found, (ranked.score, ranked.signals), grade(file, &found))
            .map_err(failed)
    });
    Ok(QueryReport {
        query: args.text.clone(),
        tree: facts.tree.clone(),
        searched: index.definitions().map_err(failed)?,
        matches,
        results: results.collect::<Result<_, _>>()?,
    })
}

fn rank(found: Vec<(usize, Found)>, centrality: Vec<Vec<f32>>, limit: usize) -> Vec<Ranked<(usize, Found)>> {
    let best = found.iter().map(|(_, found)| found.score).fold(f32::MIN_POSITIVE, f32::max);
    let signals = |(file, found): &(usize, Found)| Signals {
        lexical: f64::from(found.score / best),
        centrality: centrality
            .get(*file)
            .and_then(|own| own.get(found.definition as usize))
            .map(|p| f64::from(*p)),
        semantic: None,
    };
    let results = found.into_iter().map(|item| (item, signals(&item))).collect();
    search::rank(results, &Weights::default(), limit, |(file, found)| (*file, found.definition))
}

/// For each file and definition the share of definitions that are used less: percentiles of PageRank.
fn centrality(analysed: &Analysed, facts: &RepoFacts) -> anyhow::Result<Vec<Vec<f32>>> {
    analysed.remembered(CENTRALITY, facts, || {
        let full = analysed.measure(SYMBOLS)?;
        let graph = code::build(analysed.tree.as_ref(), &full);
        let filter = Filter { level: Level::Definition, kinds: Vec::new(), min_confidence: MIN_CONFIDENCE };
        let view = View::new(&full, &graph, &filter).csr();
        let ranks = pagerank::pagerank(&view, &pagerank::Options::networkx(view.len())).ranks;
        let mut order: Vec<f64> = ranks.clone();
        order.sort_by(f64::total_cmp);
        let below =
            |rank: f64| order.partition_point(|other| *other < rank) as f32 / order.len().max(1) as f32;
        let of_file = |file: &FileRecord, node: &code::NodeId| {
            let first = *node as usize + 1;
            let count = file.data.symbols.as_ref().map_or(0, |symbols| symbols.definitions.len());
            ranks[first..first + count].iter().map(|rank| below(*rank)).collect()
        };
        Ok(full.files.iter().zip(&graph.file_nodes).map(|(file, node)| of_file(file, node)).collect())
    })
}

fn result(
    index: &SearchIndex,
    file: &FileRecord,
    found: &Found,
    (score, signals): (f64, Signals),
    grade: Option<Grade>,
) -> Result<QueryResult, search::SearchError> {
    let function = function_of(found, file);
    Ok(QueryResult {
        definition: index.stored(found)?,
        language: file.data.facts.language.name(),
        cyclomatic: function.map(Function::cyclomatic),
        cognitive: function.map(|function| function.cognitive),
        grade,
        score,
        signals,
    })
}

fn human(report: &QueryReport, screen: &Screen) -> String {
    let mut text = String::new();
    for result in &report.results {
        let definition = &result.definition;
        let place = format!("{}:{}", definition.path, definition.line);
        let figures = match (result.cyclomatic, result.cognitive) {
            (Some(cyclomatic), Some(cognitive)) => {
                format!(", cyclomatic {cyclomatic}, cognitive {cognitive}")
            }
            _ => String::new(),
        };
        let grade = result.grade.map(|grade| format!(", grade {grade}")).unwrap_or_default();
        text.push_str(&format!(
            "{}  {}\n",
            screen.painter.paint(Meaning::Heading, &shown(&definition.qualified_name)),
            screen.painter.paint(
                Meaning::Quiet,
                &format!(
                    "{} in {}{figures}{grade}, score {:.2}",
                    word(&definition.kind),
                    shown(&place),
                    result.score
                )
            ),
        ));
        text.push_str(&format!("    {}\n", shown(&definition.signature)));
        if let Some(doc) = definition.doc.as_deref().filter(|doc| !doc.is_empty()) {
            text.push_str(&format!("    {}\n", screen.painter.paint(Meaning::Quiet, &shown(doc))));
        }
        text.push('\n');
    }
    let matching = counted(report.matches, "definition matches", "definitions match");
    let shown_count = match report.results.len() {
        all if all == report.matches => String::new(),
        some => format!(", the best {some} are shown"),
    };
    text + &format!("{matching} of {}{shown_count} ({})\n", grouped(report.searched), shown(&report.tree))
}
