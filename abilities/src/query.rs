use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::{Args, ValueEnum};
use facts::cache::Subject;
use facts::hash::HashMap;
use facts::language::Language;
use facts::model::{DefinitionKind, Function, RepoPath};
use facts::repo::FileRecord;
use facts::{RepoFacts, Sections};
use gates::PathPatterns;
use pmat::tdg::Grade;
use project::ProjectError;
use schemars::JsonSchema;
use search::{Found, Ranked, SearchIndex, SearchSource, Signals, StoredDefinition, Weights};
use serde::{Deserialize, Serialize};
use trueno_graph::algorithms::pagerank;
use trueno_graph::code;
use trueno_graph::view::{Filter, Level, View};

const SYMBOLS: Sections = Sections { symbols: true, comments: false, tokens: false, types: false };
/// The key under which the centrality of definitions is cached.
const CENTRALITY: Subject = Subject { name: "definition-centrality", version: 1 };
/// Uses with a lower confidence do not count for centrality.
const MIN_CONFIDENCE: f32 = 0.5;

/// Search the definitions by name, signature, documentation and the names they use.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What to look for
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// Show at most N results
    #[arg(short = 'n', long, value_name = "N", default_value_t = usual_limit())]
    #[serde(default = "usual_limit")]
    pub limit: usize,
    /// Only definitions in these languages
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    #[serde(default)]
    pub language: Vec<String>,
    /// Only definitions of these kinds
    #[arg(long = "type", value_name = "LIST", value_delimiter = ',')]
    #[serde(default, rename = "type")]
    pub kinds: Vec<KindChoice>,
    /// Only definitions in files that match one of these patterns
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    #[serde(default)]
    pub path: Vec<String>,
    /// Only functions with this technical-debt grade or a better one (A+ to F)
    #[arg(long, value_name = "GRADE")]
    #[serde(default)]
    pub min_grade: Option<String>,
    /// Only functions with at most this cyclomatic complexity
    #[arg(long, value_name = "N")]
    #[serde(default)]
    pub max_complexity: Option<u32>,
}

fn usual_limit() -> usize {
    10
}

/// Kinds of definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindChoice {
    /// Functions that belong to no type
    Function,
    /// Functions that belong to a type
    Method,
    /// Classes
    Class,
    /// Structs, records
    Struct,
    /// Enumerations
    Enum,
    /// Traits, interfaces, protocols
    Interface,
    /// Type aliases
    Type,
    /// Modules, namespaces
    Module,
    /// Constants
    Constant,
    /// Macros
    Macro,
}

impl From<KindChoice> for DefinitionKind {
    fn from(choice: KindChoice) -> Self {
        match choice {
            KindChoice::Function => DefinitionKind::Function,
            KindChoice::Method => DefinitionKind::Method,
            KindChoice::Class => DefinitionKind::Class,
            KindChoice::Struct => DefinitionKind::Struct,
            KindChoice::Enum => DefinitionKind::Enum,
            KindChoice::Interface => DefinitionKind::Interface,
            KindChoice::Type => DefinitionKind::Type,
            KindChoice::Module => DefinitionKind::Module,
            KindChoice::Constant => DefinitionKind::Constant,
            KindChoice::Macro => DefinitionKind::Macro,
        }
    }
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueryReport {
    /// What was looked for.
    pub query: String,
    /// What was searched.
    pub tree: String,
    /// Definitions that were searched.
    pub searched: u64,
    /// Those that match and pass the filters.
    pub matches: usize,
    /// The best of them, the best first.
    pub results: Vec<QueryResult>,
}

/// A definition that was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueryResult {
    /// The definition.
    #[serde(flatten)]
    pub definition: StoredDefinition,
    /// Its language.
    pub language: &'static str,
    /// Of functions only.
    pub cyclomatic: Option<u32>,
    /// Of functions only.
    pub cognitive: Option<u32>,
    /// Of functions, if a lowest grade was asked for.
    pub grade: Option<Grade>,
    /// How good a match it is, from 0 to 1.
    pub score: f64,
    /// What the score is made of.
    pub signals: Signals,
}

impl Ability for Query {
    const ABOUT: About = About {
        id: "query",
        title: "Search the definitions by name, signature, documentation and the names they use",
        when: "Where something is done, which functions match some words",
        command: &["pmat", "query"],
        report: "batuta/query/1",
        duration: Duration::Moment,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: true,
    };
    type Report = QueryReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<QueryReport, ProjectError> {
        let words = search::Query::parse(&self.text);
        if words.is_empty() {
            return Err(ProjectError::new(format!("\"{}\" holds no word to search for", self.text))
                .help("name at least one word that should occur"));
        }
        if words.is_too_long() {
            return Err(ProjectError::new(format!("the query has more than {} words", search::MOST_WORDS))
                .help("name the words that matter most"));
        }
        let wanted = Wanted::new(self)?;
        let facts = session.facts(Sections::default(), watch)?;
        if !facts.files.iter().any(|file| file.data.facts.has_functions()) {
            return Err(ProjectError::new(format!(
                "there is nothing to search in {}",
                session.path.display()
            ))
            .why("no file of a language with a grammar could be measured"));
        }
        let run = Run { asked: self, session, watch, facts: &facts, words: &words, wanted: &wanted };
        // A store that cannot be used costs time, never the answer.
        let stored = run.stored_index().and_then(|index| run.search(&index).ok());
        match stored {
            Some(report) => Ok(report),
            None => {
                let mut index = SearchIndex::in_memory();
                run.update(&mut index)?;
                run.search(&index)
            }
        }
    }
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
    fn new(asked: &Query) -> Result<Wanted, ProjectError> {
        let language = |name: &String| {
            Language::from_name(name).ok_or_else(|| {
                ProjectError::new(format!("--language: there is no language \"{name}\""))
                    .help("`batuta languages` lists them")
            })
        };
        let paths = PathPatterns::new(asked.path.clone())
            .map_err(|why| ProjectError::new("--path is no pattern of paths").why(why))?;
        let grade = |name: &String| {
            name.parse::<Grade>().map_err(|_| {
                ProjectError::new(format!("--min-grade: there is no grade \"{name}\""))
                    .help(format!("the grades are {}", Grade::NAMES.join(", ")))
            })
        };
        Ok(Wanted {
            languages: asked.language.iter().map(language).collect::<Result<_, _>>()?,
            kinds: asked.kinds.iter().map(|kind| (*kind).into()).collect(),
            any_path: asked.path.is_empty(),
            paths,
            min_grade: asked.min_grade.as_ref().map(grade).transpose()?,
            max_complexity: asked.max_complexity,
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

fn failed(error: search::SearchError) -> ProjectError {
    ProjectError::new("cannot search").why(error)
}

/// One search, with everything that it needs.
struct Run<'a> {
    asked: &'a Query,
    session: &'a Session,
    watch: &'a dyn Watch,
    facts: &'a RepoFacts,
    words: &'a search::Query,
    wanted: &'a Wanted,
}

impl Run<'_> {
    /// The stored index of the tree, brought up to date; none if nothing may be stored, or the store cannot be used.
    fn stored_index(&self) -> Option<SearchIndex> {
        let (folder, secret) = self.session.cache_folder("search")?;
        let mut index = SearchIndex::open(&folder, &secret).ok()?;
        self.update(&mut index).ok()?;
        Some(index)
    }

    /// Updates an index to the tree.
    fn update(&self, index: &mut SearchIndex) -> Result<(), ProjectError> {
        let with_grammar = self.facts.files.iter().filter(|file| file.data.facts.has_functions());
        let sources: Vec<SearchSource<'_>> =
            with_grammar.map(|file| SearchSource { path: file.path(), blob: file.blob }).collect();
        let extractor = facts::extractor_id();
        if !index.is_current(&sources, extractor) {
            let full = self.session.facts(SYMBOLS, self.watch)?;
            let by_path: HashMap<&RepoPath, &FileRecord> =
                full.files.iter().map(|file| (file.path(), file)).collect();
            let symbols = |path: &RepoPath| by_path.get(path).map(|file| file.data.symbols());
            index.update(&sources, extractor, symbols).map_err(failed)?;
        }
        Ok(())
    }

    fn search(&self, index: &SearchIndex) -> Result<QueryReport, ProjectError> {
        let Run { facts, wanted, .. } = *self;
        let by_key: HashMap<u64, usize> = facts
            .files
            .iter()
            .enumerate()
            .map(|(number, file)| (SearchIndex::file_key(file.path()), number))
            .collect();
        let graded = wanted.min_grade.is_some();
        let inputs = graded.then(|| self.session.tdg_inputs(facts, self.watch)).transpose()?;
        let scored = inputs.as_ref().map(|inputs| pmat::tdg::score(facts, inputs));
        let grade = |file: usize, found: &Found| {
            Some(scored.as_ref()?.function_grade(file, found.function? as usize)?.1)
        };
        let found = index.search(self.words).map_err(failed)?;
        let accepted: Vec<(usize, Found)> = found
            .into_iter()
            .filter_map(|found| Some((*by_key.get(&found.file)?, found)))
            .filter(|(file, found)| wanted.accepts(found, &facts.files[*file]))
            .filter(|(file, found)| {
                wanted.min_grade.is_none_or(|min| grade(*file, found).is_some_and(|grade| grade <= min))
            })
            .collect();
        let matches = accepted.len();
        let ranked = rank(accepted, self.centrality()?, self.asked.limit);
        let results = ranked.into_iter().map(|ranked| {
            let (file, found) = ranked.item;
            result(index, &facts.files[file], &found, (ranked.score, ranked.signals), grade(file, &found))
                .map_err(failed)
        });
        Ok(QueryReport {
            query: self.asked.text.clone(),
            tree: facts.tree.clone(),
            searched: index.definitions().map_err(failed)?,
            matches,
            results: results.collect::<Result<_, _>>()?,
        })
    }

    /// For each file and definition the share of definitions that are used less: percentiles of PageRank.
    fn centrality(&self) -> Result<Vec<Vec<f32>>, ProjectError> {
        self.session.remembered(CENTRALITY, self.facts, || {
            let known = self.session.graphed(SYMBOLS, self.watch)?;
            let filter =
                Filter { level: Level::Definition, kinds: Vec::new(), min_confidence: MIN_CONFIDENCE };
            let view = View::new(&known.facts, &known.graph, &filter).csr();
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
            let files = known.facts.files.iter().zip(&known.graph.file_nodes);
            Ok(files.map(|(file, node)| of_file(file, node)).collect())
        })
    }
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
