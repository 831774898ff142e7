use super::Outcome;
use crate::args::{LanguagesArgs, ReportFormat};
use crate::output::{self, Cell, ColorChoice, Column, Destination, Meaning, Screen, Table};
use facts::language::Language;
use schemars::JsonSchema;
use serde::Serialize;

/// One language as the list shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LanguageRow")]
struct Row {
    id: &'static str,
    name: &'static str,
    /// True if functions and complexity are measured, not only lines and comments; in documents those of scripts.
    functions: bool,
    extensions: &'static [&'static str],
    file_names: &'static [&'static str],
    interpreters: &'static [&'static str],
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Languages")]
struct Report {
    languages: Vec<Row>,
}

/// Lists the recognised languages.
pub fn run(args: &LanguagesArgs, colour: ColorChoice) -> anyhow::Result<Outcome> {
    let destination = Destination::StandardOutput;
    let report = Report { languages: rows() };
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/languages/1", &report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, colour)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Language::ALL
        .iter()
        .map(|language| {
            let spec = language.spec();
            Row {
                id: spec.id,
                name: spec.name,
                functions: language.grammar().is_some() || language.has_sections(),
                extensions: spec.extensions,
                file_names: spec.file_names,
                interpreters: spec.interpreters,
            }
        })
        .collect();
    rows.sort_by_key(|row| (!row.functions, row.name.to_lowercase()));
    rows
}

fn human(report: &Report, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::text("Language"),
        Column::text("Id"),
        Column::text("Measured"),
        Column::sentence("Recognised by"),
    ]);
    for row in &report.languages {
        let extensions = row.extensions.iter().map(|extension| format!(".{extension}"));
        let names = row.file_names.iter().map(|name| (*name).to_owned());
        let interpreters = row.interpreters.iter().map(|interpreter| format!("#!{interpreter}"));
        let marks: Vec<String> = extensions.chain(names).chain(interpreters).collect();
        let measured = match row.functions {
            true => Cell::meaning("functions, lines", Meaning::Good),
            false => Cell::meaning("lines, comments", Meaning::Quiet),
        };
        table.row([row.name.into(), Cell::meaning(row.id, Meaning::Quiet), measured, marks.join(" ").into()]);
    }
    let with_functions = report.languages.iter().filter(|row| row.functions).count();
    format!(
        "{}\n{} languages: {with_functions} with functions and complexity, the others with lines and comments\n",
        table.render(screen),
        report.languages.len(),
    )
}
