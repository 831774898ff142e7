use super::Outcome;
use super::not_measured::not_measured;
use crate::args::{GlobalArgs, GraphArgs, GraphFormat};
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped, word};
use crate::source::Analysed;
use abilities::{Graph, GraphRows};
use facts::Measured;
use pmat::coverage::Coverage;
use trueno_graph::code;
use trueno_graph::export::{dot, graphml, mermaid};
use trueno_graph::report::{Central, Community, GodClass, GraphReport, ImportCycle, Step};
use trueno_graph::view::Level;

/// Default number of rows per section on screen.
const ROWS: usize = 10;
/// Most nodes in a drawing that a person can still read.
const DRAWN: usize = 40;

/// Shows how the files, definitions or folders of a tree use each other.
pub fn run(args: &GraphArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let asked = Graph { rows: rows(args), ..args.asked.clone() };
    let report = analysed.ask(&asked)?;
    let text = match args.format {
        GraphFormat::Json => output::report::<Graph>(&report)?,
        GraphFormat::Dot => dot(&report.drawing),
        GraphFormat::Graphml => graphml(&report.drawing),
        GraphFormat::Mermaid => mermaid(&report.drawing),
        GraphFormat::Human => {
            let coverage = Coverage::of(&*analysed.measure(code::SECTIONS)?);
            human(&report, &asked, &coverage, &Screen::of(&destination, global.color))
        }
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// How many rows and nodes each format shows by default.
fn rows(args: &GraphArgs) -> GraphRows {
    let (rows, drawn) = match args.format {
        GraphFormat::Human => (Some(ROWS), Some(0)),
        GraphFormat::Dot | GraphFormat::Mermaid => (Some(0), Some(DRAWN)),
        GraphFormat::Json | GraphFormat::Graphml => (None, None),
    };
    GraphRows { rows, drawn, all_rows: args.format == GraphFormat::Human && args.asked.communities }
}

fn human(report: &GraphReport, asked: &Graph, coverage: &Coverage, screen: &Screen) -> String {
    let rows = match asked.top {
        Some(0) => usize::MAX,
        Some(top) => top,
        None => ROWS,
    };
    if let Some(chain) = &report.shortest_path {
        return steps(chain, screen);
    }
    if asked.cycles || asked.communities {
        let all = asked.top.filter(|top| *top > 0).unwrap_or(usize::MAX);
        let cycles = if asked.cycles { cycles(report, all, screen) } else { String::new() };
        let groups = if asked.communities { communities(report, all, screen) } else { String::new() };
        let between = if asked.cycles && asked.communities { "\n" } else { "" };
        return cycles + between + &groups;
    }
    let mut text = totals(report);
    for (heading, nodes) in [("Most used, by PageRank", &report.central), ("Most between", &report.between)] {
        if !nodes.is_empty() {
            text.push_str(&format!("\n{}\n{}", head(heading, screen), central(nodes, screen)));
        }
    }
    if report.betweenness_pivots < report.counts.nodes {
        let pivots = counted(report.betweenness_pivots, "node", "nodes");
        text.push_str(&format!("  estimated from the shortest paths of {pivots}\n"));
    }
    text.push_str(&format!("\n{}", god_classes(report, rows, screen)));
    text.push_str(&format!("\n{}", cycles(report, rows, screen)));
    text.push_str(&format!("\n{}", communities(report, rows, screen)));
    text + &not_measured(coverage, usize::MAX, screen)
}

fn head(heading: &str, screen: &Screen) -> String {
    screen.painter.paint(Meaning::Heading, heading).into_owned()
}

/// The size of the graph, and how much of it was resolved.
fn totals(report: &GraphReport) -> String {
    let counts = &report.counts;
    let nodes = match report.level {
        Level::File => String::new(),
        Level::Definition => format!(", {}", counted(counts.nodes, "node", "nodes")),
        Level::Folder => format!(", {}", counted(counts.nodes, "folder", "folders")),
    };
    let resolution = &report.resolution;
    let part = match &resolution.part {
        Measured::Value(part) => {
            format!("at least {:.1} % of the uses of the tree's own names", part * 100.0)
        }
        Measured::Missing(why) => format!("not measured: {why}"),
    };
    format!(
        "{} with {}{nodes}\n{} between them: {} calls, {} other uses, {} imports, {} extensions\n\
         Resolved: {part}; left out: {} guesses, {} ambiguous\n",
        counted(counts.files_with_symbols, "file", "files"),
        counted(counts.definitions, "definition", "definitions"),
        counted(counts.edges, "edge", "edges"),
        grouped(counts.calls),
        grouped(counts.uses),
        grouped(counts.imports),
        grouped(counts.inherits),
        grouped(resolution.unsure),
        grouped(resolution.ambiguous),
    )
}

fn central(nodes: &[Central], screen: &Screen) -> String {
    let mut table = Table::new([
        Column::figure("PageRank"),
        Column::figure("Betweenness"),
        Column::figure("Used by"),
        Column::figure("Uses"),
        Column::text("Kind"),
        Column::path("Name"),
    ])
    .indented(2);
    for node in nodes {
        table.row([
            Cell::new(format!("{:.4}", node.pagerank)),
            Cell::new(format!("{:.4}", node.betweenness)),
            node.used_by.into(),
            node.uses.into(),
            Cell::meaning(node.kind, Meaning::Quiet),
            Cell::new(&node.name),
        ]);
    }
    table.render(screen)
}

fn god_classes(report: &GraphReport, rows: usize, screen: &Screen) -> String {
    let classes = &report.god_classes;
    let types = counted(classes.types, "type with methods", "types with methods");
    if classes.found.is_empty() {
        return format!("No god class among {types}\n");
    }
    let mut table = Table::new([
        Column::figure("WMC"),
        Column::figure("ATFD"),
        Column::figure("TCC"),
        Column::figure("Joined to"),
        Column::text("Sign"),
        Column::path("Type"),
        Column::path("Where"),
    ])
    .indented(2);
    for class in classes.found.iter().take(rows) {
        table.row(god_class(class));
    }
    let heading = head(&format!("Types that do too much: {} of {types}", classes.found.len()), screen);
    format!("{heading}\n{}{}", table.render(screen), more(classes.found.len(), rows))
}

fn god_class(class: &GodClass) -> Vec<Cell> {
    let tcc = class.tcc.value().map_or_else(|| "?".to_owned(), |tcc| format!("{tcc:.2}"));
    let signs: Vec<String> = class.signs.iter().map(word).collect();
    vec![
        class.wmc.into(),
        class.atfd.into(),
        Cell::new(tcc),
        class.neighbours.into(),
        Cell::meaning(signs.join(", "), Meaning::Warning),
        Cell::new(&class.name),
        Cell::meaning(format!("{}:{}", class.path, class.line), Meaning::Quiet),
    ]
}

fn cycles(report: &GraphReport, rows: usize, screen: &Screen) -> String {
    let found = &report.import_cycles;
    if found.is_empty() {
        return "No import cycles\n".to_owned();
    }
    let groups = counted(found.len(), "group", "groups");
    let mut table = Table::new([Column::figure("Members"), Column::path("One shortest cycle")]).indented(2);
    for cycle in found.iter().take(rows) {
        table.row([cycle.members.len().into(), Cell::new(shown_cycle(cycle))]);
    }
    let heading =
        head(&format!("Import cycles: {groups}, {} members", grouped(report.in_cycles as u64)), screen);
    format!("{heading}\n{}{}", table.render(screen), more(found.len(), rows))
}

fn shown_cycle(cycle: &ImportCycle) -> String {
    let steps: Vec<String> =
        cycle.shortest.iter().map(|step| format!("{}:{} → ", step.from, step.line)).collect();
    steps.concat() + &cycle.shortest.last().map(|step| step.to.to_string()).unwrap_or_default()
}

fn communities(report: &GraphReport, rows: usize, screen: &Screen) -> String {
    let found = &report.communities;
    let modularity = match &found.modularity {
        Measured::Value(modularity) => format!("modularity {modularity:.3}"),
        Measured::Missing(why) => return format!("No communities: {why}\n"),
    };
    let mut table =
        Table::new([Column::figure("Size"), Column::path("Folder"), Column::sentence("Most central")])
            .indented(2);
    for community in found.groups.iter().take(rows) {
        table.row(community_row(community));
    }
    let alone = counted(found.alone, "node", "nodes");
    let heading = head(&format!("Communities: {}, {modularity}, {alone} in none", found.count), screen);
    format!("{heading}\n{}{}", table.render(screen), more(found.count, rows))
}

fn community_row(community: &Community) -> Vec<Cell> {
    let folder =
        if community.folder.as_bytes().is_empty() { ".".to_owned() } else { community.folder.to_string() };
    let members: Vec<&str> = community.members.iter().take(3).map(String::as_str).collect();
    vec![community.size.into(), Cell::new(folder), Cell::meaning(members.join(", "), Meaning::Quiet)]
}

fn more(all: usize, shown: usize) -> String {
    if all > shown {
        format!("  and {} more; --top 0 shows all\n", grouped((all - shown) as u64))
    } else {
        String::new()
    }
}

fn steps(chain: &Measured<Vec<Step>>, screen: &Screen) -> String {
    match chain {
        Measured::Missing(why) => format!("{why}\n"),
        Measured::Value(steps) => {
            let mut table = Table::new([Column::path("Node"), Column::text("Next")]);
            for step in steps {
                table.row([Cell::new(&step.name), Cell::meaning(&step.kinds, Meaning::Quiet)]);
            }
            table.render(screen)
        }
    }
}
