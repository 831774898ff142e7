use super::{data, opening};
use crate::args::{ExplainArgs, GlobalArgs, ReportFormat};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Inputs, Meaning, Screen, Table, counted};
use aprender::saved::Explanation;
use serde::Serialize;
use std::num::NonZeroUsize;

#[derive(Serialize)]
struct Report<'a> {
    unit: &'a str,
    outputs: &'a [String],
    features: &'a [String],
    base: &'a [f64],
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    row: usize,
    /// One list for each output, one number for each feature.
    contributions: Vec<&'a [f64]>,
}

/// Prints how much each column adds to a model's predictions.
pub fn run(args: &ExplainArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    Inputs::new([args.model.as_path(), &args.data.data].into_iter().chain(args.open.files()))
        .apart_from([&destination])?;
    let model = opening::model(&args.model, &args.open)?;
    let data = data::read_for(&args.data, &model, false)?;
    let rows = data.frame.rows();
    let row = args.row.map(NonZeroUsize::get);
    if let Some(row) = row.filter(|row| *row > rows) {
        let has = counted(rows, "row", "rows");
        return Err(Failure::new(format!("there is no row {row}"))
            .why(format!("{} has {has}", data.name))
            .into());
    }
    let frame = row.map_or_else(|| data.frame.clone(), |row| data.frame.select(&[row - 1]));
    let explanation = model
        .explain(&frame)
        .map_err(|error| super::failed(format!("cannot explain {}", args.model.display()), error))?;
    let text = match args.format {
        ReportFormat::Json => {
            let first = row.unwrap_or(1);
            output::json("batuta/aprender-explain/1", &report(&explanation, frame.rows(), first))?
        }
        ReportFormat::Human => human(&explanation, row, args.top, &Screen::of(&destination, global.color)),
    };
    data.say_remarks(global.quiet);
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn report(explanation: &Explanation, rows: usize, first: usize) -> Report<'_> {
    let contributions =
        |row: usize| (0..explanation.outputs.len()).map(|o| explanation.row(row, o)).collect();
    Report {
        unit: explanation.unit,
        outputs: &explanation.outputs,
        features: &explanation.features,
        base: &explanation.base,
        rows: (0..rows).map(|row| Row { row: first + row, contributions: contributions(row) }).collect(),
    }
}

fn human(explanation: &Explanation, row: Option<usize>, top: usize, screen: &Screen) -> String {
    let shown = if top == 0 { usize::MAX } else { top };
    let Some(row) = row else {
        let heading = format!("Mean absolute contribution ({})", explanation.unit);
        let table = ranked(&explanation.features, &explanation.importance(), shown);
        return format!("{}\n{}", screen.painter.paint(Meaning::Heading, &heading), table.render(screen));
    };
    let mut parts = Vec::new();
    for (output, (name, base)) in explanation.outputs.iter().zip(&explanation.base).enumerate() {
        let values = explanation.row(0, output);
        let sum = base + values.iter().sum::<f64>();
        let heading = format!(
            "Row {row}, {}: {sum:.4} ({}), of which {base:.4} before anything is known",
            output::shown(name),
            explanation.unit
        );
        let table = ranked(&explanation.features, values, shown);
        parts.push(format!("{}\n{}", screen.painter.paint(Meaning::Heading, &heading), table.render(screen)));
    }
    parts.join("\n")
}

/// The values with the largest magnitude first.
fn ranked(features: &[String], values: &[f64], shown: usize) -> Table {
    let mut ranked = features.iter().zip(values).collect::<Vec<_>>();
    ranked.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(b.0)));
    let mut table = Table::new([Column::figure("Adds"), Column::path("Column")]).indented(2);
    for (name, value) in ranked.into_iter().take(shown) {
        table.row([Cell::new(format!("{value:.4}")), Cell::new(name)]);
    }
    table
}
