use super::{data, opening};
use crate::args::{GlobalArgs, PredictArgs, TableFormat};
use crate::commands::Outcome;
use crate::output::{Destination, Inputs};
use alimentar::{Column, Frame, Options, Text, write_csv};
use anyhow::Context;
use facts::visible::{csv, json};
use serde_json::{Map, Value};

/// Prints a model's predictions.
pub fn run(args: &PredictArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    Inputs::new([args.model.as_path(), &args.data.data].into_iter().chain(args.open.files()))
        .apart_from([&destination])?;
    let model = opening::model(&args.model, &args.open)?;
    let data = data::read_for(&args.data, &model, false)?;
    let answers = model
        .predict(&data.frame, args.proba)
        .map_err(|error| super::failed(format!("cannot predict {}", args.data.data.display()), error))?;
    let text = match args.format {
        TableFormat::Csv => delimited(&answers, b',')?,
        TableFormat::Tsv => delimited(&answers, b'\t')?,
        TableFormat::Jsonl => json_lines(&answers)?,
    };
    data.say_remarks(global.quiet);
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn delimited(answers: &Frame, delimiter: u8) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    write_csv(&harmless(answers)?, &mut bytes, &Options { delimiter, ..Options::default() })?;
    String::from_utf8(bytes).context("the answers are text")
}

/// The predictions. Names and words come from the untrusted model and are escaped for terminals and spreadsheets.
fn harmless(answers: &Frame) -> anyhow::Result<Frame> {
    let column = |(name, column): &(String, Column)| {
        let column = match column {
            Column::Text(values) => {
                let cells: Vec<_> =
                    (0..answers.rows()).map(|row| values.get(row).map(csv::harmless)).collect();
                Column::Text(Text::new(cells.iter().map(Option::as_deref)))
            }
            other => other.clone(),
        };
        (csv::harmless(name).into_owned(), column)
    };
    Frame::new(answers.columns().iter().map(column).collect())
        .context("two columns of answers have the same name once what is hidden in it is shown")
}

fn json_lines(answers: &Frame) -> anyhow::Result<String> {
    let mut text = String::new();
    for row in 0..answers.rows() {
        let value = |column: &Column| match column {
            Column::Number(values) => values.get(row).copied().into(),
            Column::Integer(values) => values.get(row).copied().flatten().into(),
            Column::Date(_) => column.text(row).into(),
            Column::Boolean(values) => values.get(row).copied().flatten().into(),
            Column::Text(values) => values.get(row).into(),
        };
        let object: Map<String, Value> =
            answers.columns().iter().map(|(name, column)| (name.clone(), value(column))).collect();
        text.push_str(&json::to_string(&object)?);
        text.push('\n');
    }
    Ok(text)
}
