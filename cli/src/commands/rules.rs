use super::Outcome;
use crate::args::{ReportFormat, RulesArgs};
use crate::failure::Failure;
use crate::output::{self, Cell, ColorChoice, Column, Destination, Meaning, Painter, Screen, Table};
use abilities::Rules;
use gates::Rule;

/// Lists the rules, or shows one in full.
pub fn run(args: &RulesArgs, colour: ColorChoice) -> anyhow::Result<Outcome> {
    let destination = Destination::StandardOutput;
    let screen = Screen::of(&destination, colour);
    let chosen = args.asked.chosen().map_err(Failure::from)?;
    let text = match (args.format, &args.asked.rule) {
        (ReportFormat::Json, _) => output::report::<Rules>(&args.asked.report().map_err(Failure::from)?)?,
        (ReportFormat::Human, None) => list(&chosen, &screen),
        (ReportFormat::Human, Some(_)) => chosen.into_iter().map(|rule| page(rule, screen.painter)).collect(),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn level(rule: &Rule) -> &'static str {
    rule.default_level()
}

fn list(rules: &[&Rule], screen: &Screen) -> String {
    let mut table = Table::new([
        Column::text("Rule"),
        Column::text("Level"),
        Column::text("Group"),
        Column::text("Demands"),
    ]);
    for rule in rules {
        let meaning = match level(rule) {
            "error" => Meaning::Bad,
            "warning" => Meaning::Warning,
            _ => Meaning::Quiet,
        };
        table.row([
            Cell::new(rule.id),
            Cell::meaning(level(rule), meaning),
            Cell::new(rule.group.name()),
            Cell::new(rule.title),
        ]);
    }
    format!(
        "{}\nbatuta rules RULE shows one in full; levels and limits are set in batuta.toml\n",
        table.render(screen)
    )
}

fn page(rule: &Rule, painter: Painter) -> String {
    let heading = |text: &str| painter.paint(Meaning::Heading, text).into_owned();
    let mut text = format!("{}: {}\n", heading(rule.id), rule.title);
    for (title, body) in [
        ("What it does", rule.docs.what),
        ("Why it matters", rule.docs.why),
        ("How to fix it", rule.docs.fix),
        ("Example", rule.docs.example),
    ] {
        text.push_str(&format!("\n{}\n{}\n", heading(title), body.trim()));
    }
    text.push_str(&format!(
        "\n{}\n[rules.{}]\nlevel = \"{}\"\n",
        heading("In batuta.toml"),
        rule.id,
        level(rule)
    ));
    for key in rule.options.keys() {
        text.push_str(&format!("{} = {}  # {}\n", key.name, key.kind.default_toml(), key.doc));
    }
    text
}
