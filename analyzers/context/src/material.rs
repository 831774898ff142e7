//! Everything that could be included, in order of importance: the budget decides how much is.

use crate::ContextOptions;
use crate::rank::{self, Ranking};
use crate::report::{
    ContextReport, HotSpot, LanguageShare, MappedFile, MappedSymbol, Omitted, Place, ProjectCommand, Purpose,
};
use crate::survey::{self, ProjectFiles};
use facts::RepoFacts;
use facts::model::{Definition, DefinitionKind, ParseStatus};
use facts::source::SourceTree;
use std::collections::BTreeMap;
use trueno_graph::code::CodeGraph;

/// The longest documentation summary shown, in characters.
const MAX_DOC: usize = 160;
/// The most functions shown as hot spots, and the least that is complex: the usual limits of 10 cyclomatic, 15 cognitive.
const MAX_HOT_SPOTS: usize = 10;
const COMPLEX_CYCLOMATIC: u32 = 10;
const COMPLEX_COGNITIVE: u32 = 15;

/// A piece of the report that is in or out as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Overview,
    Language(usize),
    EntryPoint(usize),
    Command(usize),
    HotSpot(usize),
    /// A file of the map, without its symbols.
    File(usize),
    /// A symbol of a file of the map; comes after its file.
    Symbol(usize, usize),
}

/// Everything that may be shown, with secrets masked.
pub(crate) struct Material {
    /// The report with everything in it.
    pub full: ContextReport,
    /// For each file of the map its index in the repository.
    pub files: Vec<usize>,
    /// For each file of the repository whether its text is wanted: where a question was asked, what no word of it matches is not.
    pub wanted: Vec<bool>,
    /// The pieces, the most important first.
    pub units: Vec<Unit>,
    /// Files and definitions of the whole repository: what is not shown is counted against them.
    totals: Totals,
}

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    files: usize,
    definitions: usize,
}

impl Material {
    /// Collects the material. With a budget no more than a multiple of what can fit is prepared: masking and sorting the
    /// symbols of a large repository would cost more than everything else.
    pub(crate) fn collect(
        tree: &dyn SourceTree,
        repo: &RepoFacts,
        graph: &CodeGraph,
        options: &ContextOptions,
    ) -> Self {
        let ranking = rank::rank(repo, graph, &options.seeds);
        let project = ProjectFiles::new(tree, repo);
        let mut full = ContextReport {
            tree: format!("{}, {} files", repo.tree, repo.files.len()),
            overview: survey::overview(&project),
            languages: languages(repo),
            entry_points: survey::entry_points(&project, repo),
            commands: survey::commands(&project),
            hot_spots: hot_spots(repo),
            omitted: not_measured(repo),
            ..ContextReport::default()
        };
        mask_preamble(&mut full);
        let candidates = map_candidates(repo, &ranking, options.max_tokens);
        let mut units = preamble_units(&full, options.max_tokens);
        let late = units.split_off(units.iter().position(|(_, early)| !early).unwrap_or(units.len()));
        let mut units: Vec<Unit> = units.into_iter().map(|(unit, _)| unit).collect();
        let (map, map_units) = map_units(repo, &candidates, options.max_tokens);
        full.map = map;
        units.extend(map_units);
        units.extend(late.into_iter().map(|(unit, _)| unit));
        let definitions =
            repo.files.iter().map(|file| file.data.symbols.as_deref().map_or(0, shown_definitions)).sum();
        let totals = Totals { files: repo.files.len(), definitions };
        let wanted = ranking.wanted;
        Material {
            full,
            wanted,
            files: candidates.iter().map(|candidate| candidate.file).collect(),
            units,
            totals,
        }
    }

    /// The report with the chosen units only.
    pub(crate) fn select(&self, chosen: &[Unit]) -> ContextReport {
        let mut report = ContextReport { tree: self.full.tree.clone(), ..ContextReport::default() };
        let mut symbols: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut sections: [Vec<usize>; 4] = Default::default();
        for unit in chosen {
            match *unit {
                Unit::Overview => report.overview = self.full.overview.clone(),
                Unit::Language(i) => sections[0].push(i),
                Unit::EntryPoint(i) => sections[1].push(i),
                Unit::Command(i) => sections[2].push(i),
                Unit::HotSpot(i) => sections[3].push(i),
                Unit::File(file) => {
                    symbols.entry(file).or_default();
                }
                Unit::Symbol(file, symbol) => symbols.entry(file).or_default().push(symbol),
            }
        }
        let [languages, entry_points, commands, hot_spots] = sections;
        report.languages = pick(&self.full.languages, languages);
        report.entry_points = pick(&self.full.entry_points, entry_points);
        report.commands = pick(&self.full.commands, commands);
        report.hot_spots = pick(&self.full.hot_spots, hot_spots);
        for (file, chosen) in symbols {
            let whole = &self.full.map[file];
            report.map.push(MappedFile {
                path: whole.path.clone(),
                language: whole.language,
                lines: whole.lines,
                symbols: pick(&whole.symbols, chosen),
            });
        }
        report.omitted = self.omitted(&report);
        report
    }

    fn omitted(&self, report: &ContextReport) -> Vec<Omitted> {
        let budget = |what, total: usize, shown: usize| Omitted {
            what,
            count: total - shown,
            why: "token budget".into(),
        };
        let symbols = report.map.iter().map(|file| file.symbols.len()).sum();
        let full = &self.full;
        let mut omitted = vec![
            budget("files", self.totals.files, report.map.len()),
            budget("definitions", self.totals.definitions, symbols),
            budget("entry points", full.entry_points.len(), report.entry_points.len()),
            budget("commands", full.commands.len(), report.commands.len()),
        ];
        omitted.retain(|omitted| omitted.count > 0);
        omitted.extend(full.omitted.iter().cloned());
        omitted
    }
}

/// The items of the given indexes, in the order of the indexes' numbers.
fn pick<T: Clone>(all: &[T], mut indexes: Vec<usize>) -> Vec<T> {
    indexes.sort_unstable();
    indexes.into_iter().map(|i| all[i].clone()).collect()
}

fn languages(repo: &RepoFacts) -> Vec<LanguageShare> {
    let mut shares: BTreeMap<&'static str, (usize, u64)> = BTreeMap::new();
    for file in &repo.files {
        let share = shares.entry(file.data.facts.language.name()).or_default();
        share.0 += 1;
        share.1 += u64::from(file.data.facts.lines.source);
    }
    let mut shares: Vec<LanguageShare> = shares
        .into_iter()
        .map(|(language, (files, lines))| LanguageShare { language, files, lines })
        .collect();
    shares.sort_by_key(|share| (std::cmp::Reverse(share.lines), share.language));
    shares
}

fn hot_spots(repo: &RepoFacts) -> Vec<HotSpot> {
    let functions =
        repo.files.iter().flat_map(|file| file.data.facts.functions.iter().map(move |f| (file, f)));
    let mut spots: Vec<HotSpot> = functions
        .filter(|(file, f)| {
            !file.is_test(f) && (f.cyclomatic() > COMPLEX_CYCLOMATIC || f.cognitive > COMPLEX_COGNITIVE)
        })
        .map(|(file, function)| HotSpot {
            function: function.qualified_name.clone(),
            found_in: Place::line(file.path(), function.span.start_line),
            cyclomatic: function.cyclomatic(),
            cognitive: function.cognitive,
            lines: function.lines.physical,
        })
        .collect();
    spots.sort_by(|a, b| {
        let order =
            |spot: &HotSpot| std::cmp::Reverse(u64::from(spot.cognitive) + u64::from(spot.cyclomatic));
        order(a).cmp(&order(b)).then_with(|| a.found_in.cmp(&b.found_in))
    });
    spots.truncate(MAX_HOT_SPOTS);
    spots
}

/// What the facts do not cover, by reason.
fn not_measured(repo: &RepoFacts) -> Vec<Omitted> {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for skipped in &repo.skipped {
        // Reasons that name a size or an error differ from file to file; their kind is what is counted.
        let reason = skipped.reason.to_string();
        let kind = match &skipped.reason {
            facts::source::SkipReason::TooLarge { .. } => "over the size limit".to_owned(),
            facts::source::SkipReason::Unreadable(_) => "could not be read".to_owned(),
            _ => reason,
        };
        *reasons.entry(kind).or_default() += 1;
    }
    let mut omitted: Vec<Omitted> =
        reasons.into_iter().map(|(why, count)| Omitted { what: "files not measured", count, why }).collect();
    let broken = |parse| matches!(parse, ParseStatus::Partial { .. } | ParseStatus::Failed { .. });
    let partial = repo.files.iter().filter(|file| broken(file.data.facts.parse)).count();
    if partial > 0 {
        omitted.push(Omitted { what: "files partly measured", count: partial, why: "syntax errors".into() });
    }
    omitted
}

fn masked(text: &str) -> String {
    facts::secrets::mask(text, facts::secrets::Text::Code).0
}

fn mask_preamble(report: &mut ContextReport) {
    if let Some(overview) = &mut report.overview {
        overview.text = masked(&overview.text);
    }
    for entry in &mut report.entry_points {
        entry.name = masked(&entry.name);
    }
    for command in &mut report.commands {
        command.command = masked(&command.command);
    }
}

/// The shares of the budget that the sections before the map may take: about a quarter in all.
const OVERVIEW_SHARE: f64 = 0.08;
const LANGUAGES_SHARE: f64 = 0.03;
const ENTRY_POINTS_SHARE: f64 = 0.05;
const COMMANDS_SHARE: f64 = 0.06;
const HOT_SPOTS_SHARE: f64 = 0.05;
/// Bytes of a token on average, and the tokens around an item in a format: rough, for sharing out only.
const BYTES_PER_TOKEN: usize = 3;
const TOKENS_AROUND: usize = 6;

/// The units before the map: those within their section's share come first (`true`), the others after the map.
fn preamble_units(full: &ContextReport, max_tokens: Option<usize>) -> Vec<(Unit, bool)> {
    let size = |bytes: usize| bytes / BYTES_PER_TOKEN + TOKENS_AROUND;
    let overview = full.overview.iter().map(|overview| (Unit::Overview, size(overview.text.len()))).collect();
    let languages = (0..full.languages.len()).map(|i| (Unit::Language(i), size(24))).collect();
    let entry_points = full.entry_points.iter().enumerate();
    let entry_points = entry_points
        .map(|(i, entry)| (Unit::EntryPoint(i), size(entry.name.len() + place_length(&entry.found_in))))
        .collect();
    let commands = commands_in_turn(&full.commands)
        .into_iter()
        .map(|i| (&full.commands[i], i))
        .map(|(c, i)| (Unit::Command(i), size(c.command.len() + place_length(&c.found_in))))
        .collect();
    let hot_spots = full.hot_spots.iter().enumerate();
    let hot_spots = hot_spots
        .map(|(i, spot)| (Unit::HotSpot(i), size(spot.function.len() + place_length(&spot.found_in) + 12)))
        .collect();
    let sections: [(f64, Vec<(Unit, usize)>); 5] = [
        (OVERVIEW_SHARE, overview),
        (LANGUAGES_SHARE, languages),
        (ENTRY_POINTS_SHARE, entry_points),
        (COMMANDS_SHARE, commands),
        (HOT_SPOTS_SHARE, hot_spots),
    ];
    let mut units = Vec::new();
    for (share, section) in sections {
        let limit = max_tokens.map_or(usize::MAX, |tokens| (tokens as f64 * share) as usize);
        let mut taken: usize = 0;
        for (unit, tokens) in section {
            taken = taken.saturating_add(tokens);
            units.push((unit, taken <= limit));
        }
    }
    units.sort_by_key(|(_, early)| !early);
    units
}

/// The commands' indexes with the purposes taking turns: ten ways to build do not push out the one way to test.
fn commands_in_turn(commands: &[ProjectCommand]) -> Vec<usize> {
    let mut seen: BTreeMap<Purpose, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, usize)> = Vec::with_capacity(commands.len());
    for (i, command) in commands.iter().enumerate() {
        let turn = seen.entry(command.purpose).or_default();
        // Commands of no known purpose come last.
        turns.push((if command.purpose == Purpose::Other { usize::MAX } else { *turn }, i));
        *turn += 1;
    }
    turns.sort_unstable();
    turns.into_iter().map(|(_, i)| i).collect()
}

fn place_length(place: &Place) -> usize {
    place.path.as_bytes().len() + 4
}

/// Less than any file or symbol takes in any format, in tokens.
const LEAST_TOKENS: usize = 4;

/// A file of the map with the definitions that may be shown, best first.
struct Candidate {
    file: usize,
    definitions: Vec<usize>,
}

/// A definition inside a function is the function's own affair.
fn is_shown(definitions: &[Definition], definition: &Definition) -> bool {
    let mut parent = definition.parent;
    while let Some(outer) = parent.and_then(|index| definitions.get(index as usize)) {
        if matches!(outer.kind, DefinitionKind::Function | DefinitionKind::Method) {
            return false;
        }
        parent = outer.parent.filter(|next| Some(*next) < parent);
    }
    true
}

fn shown_definitions(symbols: &facts::model::Symbols) -> usize {
    symbols.definitions.iter().filter(|definition| is_shown(&symbols.definitions, definition)).count()
}

/// The ranked files with their definitions, best first.
fn map_candidates(repo: &RepoFacts, ranking: &Ranking, max_tokens: Option<usize>) -> Vec<Candidate> {
    let files = max_tokens.map_or(usize::MAX, |tokens| tokens / LEAST_TOKENS + 1);
    let candidate = |&(file, _): &(usize, f64)| {
        let definitions =
            repo.files[file].data.symbols.as_ref().map_or(&[][..], |symbols| &symbols.definitions);
        let scores = &ranking.definitions[file];
        let mut order: Vec<usize> =
            (0..definitions.len()).filter(|i| is_shown(definitions, &definitions[*i])).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        Candidate { file, definitions: order }
    };
    ranking.files.iter().take(files).map(candidate).collect()
}

/// The map and its units in order of importance. The n-th definition of the m-th file comes in the order of
/// 1/((m + 5)·(n + 2)): a better file shows more of itself, and no file crowds out all others. What cannot fit even if
/// everything were as short as possible is cut off.
fn map_units(
    repo: &RepoFacts,
    candidates: &[Candidate],
    max_tokens: Option<usize>,
) -> (Vec<MappedFile>, Vec<Unit>) {
    let mut order: Vec<(usize, usize, usize)> = Vec::new();
    for (rank, candidate) in candidates.iter().enumerate() {
        order.push(((rank + 5) * 2, rank, 0));
        order.extend((1..=candidate.definitions.len()).map(|n| ((rank + 5) * (n + 2), rank, n)));
    }
    order.sort_unstable();
    order.truncate(max_tokens.map_or(usize::MAX, |tokens| tokens / LEAST_TOKENS + 1));
    let mut chosen: Vec<Vec<usize>> = vec![Vec::new(); candidates.len()];
    for &(_, rank, n) in order.iter().filter(|(_, _, n)| *n > 0) {
        chosen[rank].push(candidates[rank].definitions[n - 1]);
    }
    let mut map = Vec::with_capacity(candidates.len());
    for (candidate, chosen) in candidates.iter().zip(&mut chosen) {
        chosen.sort_unstable();
        let file = &repo.files[candidate.file];
        let definitions = file.data.symbols.as_ref().map_or(&[][..], |symbols| &symbols.definitions);
        map.push(MappedFile {
            path: file.path().clone(),
            language: file.data.facts.language.name(),
            lines: file.data.facts.lines.physical,
            symbols: chosen.iter().map(|i| mapped_symbol(&definitions[*i])).collect(),
        });
    }
    let unit = |(_, rank, n): (usize, usize, usize)| match n {
        0 => Unit::File(rank),
        n => {
            let definition = candidates[rank].definitions[n - 1];
            Unit::Symbol(rank, chosen[rank].binary_search(&definition).expect("it was put there above"))
        }
    };
    let units = order.into_iter().map(unit).collect();
    (map, units)
}

fn mapped_symbol(definition: &Definition) -> MappedSymbol {
    let container = definition.qualified_name.strip_suffix(definition.name.as_str()).unwrap_or_default();
    let container = container.trim_end_matches(|c: char| !c.is_alphanumeric() && !"_>)]?!$".contains(c));
    let signature = if definition.signature.is_empty() { &definition.name } else { &definition.signature };
    let doc = definition.doc.as_deref().map(str::trim).filter(|doc| !doc.is_empty());
    MappedSymbol {
        line: definition.name_line,
        container: masked(container),
        signature: masked(signature),
        doc: doc.map(|doc| masked(&shortened(&doc.split_whitespace().collect::<Vec<_>>().join(" ")))),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_DOC) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
    }
}
