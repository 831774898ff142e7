use super::Outcome;
use crate::args::{ReportFormat, RulesArgs};
use crate::failure::Failure;
use crate::output::{self, Cell, ColorChoice, Column, Destination, Meaning, Painter, Screen, Table};
use gates::Rule;
use schemars::JsonSchema;
use serde::Serialize;

/// A rule as JSON.
#[derive(Serialize, JsonSchema)]
struct RuleReport {
    id: &'static str,
    title: &'static str,
    group: &'static str,
    /// `off` where it is off unless configured.
    level: &'static str,
    what: &'static str,
    why: &'static str,
    fix: &'static str,
    example: &'static str,
    options: Vec<OptionReport>,
}

#[derive(Serialize, JsonSchema)]
struct OptionReport {
    key: &'static str,
    default: String,
    doc: &'static str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Rules")]
struct Report {
    rules: Vec<RuleReport>,
}

/// Lists the rules, or shows one in full.
pub fn run(args: &RulesArgs, colour: ColorChoice) -> anyhow::Result<Outcome> {
    let destination = Destination::StandardOutput;
    let screen = Screen::of(&destination, colour);
    let chosen: Vec<&Rule> = match &args.rule {
        None => gates::rules::all().collect(),
        Some(id) => vec![gates::rules::by_id(id).ok_or_else(|| unknown(id))?],
    };
    let text = match (args.format, &args.rule) {
        (ReportFormat::Json, _) => {
            output::json("batuta/rules/1", &Report { rules: chosen.into_iter().map(report).collect() })?
        }
        (ReportFormat::Human, None) => list(&chosen, &screen),
        (ReportFormat::Human, Some(_)) => chosen.into_iter().map(|rule| page(rule, screen.painter)).collect(),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn unknown(id: &str) -> Failure {
    let unknown = gates::Config::default().rule_mut(id).err();
    Failure::new(unknown.unwrap_or_else(|| format!("there is no rule \"{id}\"")))
        .help("`batuta rules` lists them all")
}

fn level(rule: &Rule) -> &'static str {
    rule.default_level()
}

fn report(rule: &Rule) -> RuleReport {
    let option = |key: &gates::config::Key| OptionReport {
        key: key.name,
        default: key.kind.default_toml(),
        doc: key.doc,
    };
    RuleReport {
        id: rule.id,
        title: rule.title,
        group: rule.group.name(),
        level: level(rule),
        what: rule.docs.what,
        why: rule.docs.why,
        fix: rule.docs.fix,
        example: rule.docs.example,
        options: rule.options.iter().map(option).collect(),
    }
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
    for key in rule.options {
        text.push_str(&format!("{} = {}  # {}\n", key.name, key.kind.default_toml(), key.doc));
    }
    text
}
