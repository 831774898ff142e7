use super::Outcome;
use crate::args::{GlobalArgs, QueryArgs, ReportFormat};
use crate::output::{self, Destination, Meaning, Screen, counted, grouped, shown, word};
use crate::source::Analysed;
use abilities::{Query, QueryReport};

/// Searches the definitions of the tree.
pub fn run(args: &QueryArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source(), global, &destination)?;
    let report = analysed.ask(&args.asked)?;
    let text = match args.format {
        ReportFormat::Json => output::report::<Query>(&report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
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
