//! A repository in memory, measured as the service does it.

use crate::failure::Failure;
use crate::pages::{Address, Page, render};
use crate::query::Query;
use crate::state::{
    Commit, GateEvent, NewCode, Past, RecentCommit, RepositoryView, Series, Snapshot, Status, Tag, Trend,
};
use clones::{CloneOptions, Kinds};
use facts::history::{History, PlainCommit};
use facts::model::RepoPath;
use facts::source::{CommitId, MemoryTree, SourceTree};
use facts::{MeasureOptions, Measured, RepoFacts, Sections};
use gates::{Config, NoEvidence};
use pmat::complexity::{self, ComplexityOptions};
use pmat::dead_code::{self, DeadCodeOptions};
use pmat::hotspots::{self, HotspotOptions};
use pmat::overview::{self, OverviewOptions};
use pmat::satd::{self, SatdOptions};
use pmat::tdg::{self, TdgInputs, TdgOptions};
use std::sync::Arc;
use trueno_graph::code::{self, CycleOptions, import_cycles};
use trueno_graph::report;
use trueno_graph::view::{Filter, Level};

/// Strings that got past a filter somewhere (after the OWASP filter evasion list), and characters that mislead the
/// reader.
pub const HOSTILE: [&str; 16] = [
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=window.pwned=1>",
    "'><svg onload=window.pwned=1>",
    "javascript:window.pwned=1",
    "</title><script>window.pwned=1</script>",
    "</textarea><script>window.pwned=1</script>",
    "--><script>window.pwned=1</script><!--",
    "]]><script>window.pwned=1</script>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    "\" autofocus onfocus=window.pwned=1 x=\"",
    "<a href=\"javascript:window.pwned=1\">x</a>",
    "{{constructor.constructor('window.pwned=1')()}}",
    "<div hx-get=/ hx-trigger=load hx-on:load=window.pwned=1>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "<style>*{background:url(//example.org)}</style>",
    "user\u{202E}nimda\u{2066}x\u{200B}",
];

/// A served repository.
pub struct Site {
    /// The input of its pages.
    pub view: RepositoryView,
    tree: MemoryTree,
    trend: Trend,
}

fn commit_id(nth: u8) -> CommitId {
    CommitId([nth; 20])
}

impl Site {
    /// A repository of one commit with these files.
    pub fn new(files: &[(&[u8], &[u8])], author: &str, message: &str) -> Site {
        let tree = MemoryTree::new(files.iter().map(|(path, bytes)| (path.to_vec(), bytes.to_vec())));
        let snapshot = Arc::new(snapshot(&tree, author, message));
        let events = vec![
            GateEvent { commit: "0".repeat(40), time: 86_400, before: None, after: "pass".to_owned() },
            GateEvent {
                commit: "1".repeat(40),
                time: 172_800,
                before: Some("pass".to_owned()),
                after: "fail".to_owned(),
            },
        ];
        let view = RepositoryView {
            slug: "shop".to_owned(),
            name: message.to_owned(),
            status: Status::Ready,
            snapshot: Some(snapshot),
            gate_events: Arc::new(events),
        };
        Site { view, tree, trend: trend(message) }
    }

    /// The same repository when only the facts per file are known.
    pub fn pending(mut self) -> Site {
        let mut snapshot = self.view.snapshot.as_deref().expect("it has one").clone();
        snapshot.tdg = Measured::pending(Snapshot::PENDING);
        snapshot.clones = Measured::pending(Snapshot::PENDING);
        snapshot.exact_lines = None;
        snapshot.graph = Measured::pending(Snapshot::PENDING);
        snapshot.dead_code = Measured::pending(Snapshot::PENDING);
        snapshot.hotspots = Measured::pending(Snapshot::PENDING);
        snapshot.gate = Measured::pending(Snapshot::PENDING);
        snapshot.new_code = Measured::pending(Snapshot::PENDING);
        snapshot.recent = Measured::pending(Snapshot::PENDING);
        snapshot.complete = false;
        self.view.snapshot = Some(Arc::new(snapshot));
        self
    }

    /// Renders the page at an address.
    pub fn get(&self, address: &str) -> Option<String> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let rest = path.strip_prefix("/r/shop")?;
        let query = Query::parse(query);
        let snapshot = self.view.snapshot.as_ref()?;
        let read = |path: &RepoPath| {
            let record = snapshot.file(path).ok_or_else(|| Failure::told("it is not there"))?;
            self.tree.read(&record.entry).map_err(Failure::told)
        };
        let trend = || Measured::Value(self.trend.clone());
        let page = Page { repository: &self.view, snapshot, query: &query, read: &read, trend: &trend };
        render(&page, &Address::parse(rest)?).map(maud::PreEscaped::into_string)
    }
}

fn trend(name: &str) -> Trend {
    let past = |day: i64, value: Measured<f64>| Past { commit: commit_id(3), time: day * 86_400, value };
    let points = vec![
        past(1, Measured::Value(10.0)),
        past(2, Measured::unsupported("the history was cut off here")),
        past(3, Measured::Value(12.5)),
    ];
    let series = Series { title: name.to_owned(), unit: name.to_owned(), points };
    Trend {
        series: vec![series.clone(), Series { points: Vec::new(), ..series }],
        tags: vec![Tag { name: name.to_owned(), time: 90_000 }],
        command: "batuta history".to_owned(),
    }
}

fn facts(tree: &MemoryTree) -> RepoFacts {
    let sections = Sections { comments: true, symbols: true, tokens: true, types: true };
    let options = MeasureOptions { sections, ..MeasureOptions::default() };
    facts::measure(tree, None, &options).expect("memory can be read")
}

fn snapshot(tree: &MemoryTree, author: &str, message: &str) -> Snapshot {
    let facts = facts(tree);
    let config = Config::default();
    let graph = code::build(tree, &facts);
    let cycles = import_cycles(&facts, &graph.imports, CycleOptions::default(), &|_| true);
    let filter = Filter { level: Level::File, kinds: Vec::new(), min_confidence: 0.5 };
    let options = report::Options {
        filter,
        rows: None,
        drawn: None,
        focus: None,
        between: None,
        cycles_only: false,
        communities: true,
    };
    let graph_report = report::analyze(&facts, &graph, &cycles, &options).expect("no name was asked for");
    let gate = gates::run(tree, &facts, &config, &NoEvidence);
    let new_code = NewCode { base: commit_id(2), base_is: message.to_owned(), gate: gate.clone() };
    let tdg_options = TdgOptions { top_files: None, top_functions: Some(50) };
    Snapshot {
        slug: "shop".to_owned(),
        name: message.to_owned(),
        commit: Commit {
            id: commit_id(1),
            branch: Some(message.to_owned()),
            time: 259_200,
            summary: message.to_owned(),
            shallow: true,
        },
        has_own_config: false,
        overview: overview::analyze(tree, &facts, &OverviewOptions::default()),
        complexity: complexity::analyze(&facts, &ComplexityOptions::default()),
        satd: Measured::Value(satd::analyze(&facts, &SatdOptions::default())),
        tdg: Measured::Value(tdg::score(&facts, &TdgInputs::measure(tree, &facts)).report(&tdg_options)),
        exact_lines: None,
        clones: Measured::Value(clones::detect(
            &facts,
            &CloneOptions { min_tokens: 50, min_lines: 5, kinds: Kinds::ALL },
        )),
        dead_code: Measured::Value(dead_code::analyze(tree, &facts, &graph, &DeadCodeOptions::default())),
        graph: Measured::Value(graph_report),
        hotspots: hotspots(&facts, author),
        new_code: Measured::Value(new_code),
        recent: Measured::Value(vec![RecentCommit {
            id: commit_id(1),
            author: author.to_owned(),
            time: 259_200,
            summary: message.to_owned(),
            files: 3,
        }]),
        gate: Measured::Value(gate),
        complete: true,
        config,
        facts: Arc::new(facts),
    }
}

fn hotspots(facts: &RepoFacts, author: &str) -> Measured<hotspots::HotspotReport> {
    let names: Vec<String> = facts
        .files
        .iter()
        .filter_map(|file| String::from_utf8(file.path().as_bytes().to_vec()).ok())
        .collect();
    let changes: Vec<(&str, i32, u32)> = names.iter().map(|name| (name.as_str(), 10, 0)).collect();
    let commits: Vec<PlainCommit<'_>> = [0, 30, 60]
        .into_iter()
        .map(|days_before_head| PlainCommit { days_before_head, author, changes: &changes })
        .collect();
    match hotspots::analyze(facts, &History::in_memory(&commits), &HotspotOptions::default()) {
        Ok(report) => Measured::Value(report),
        Err(why) => Measured::failed(why),
    }
}
