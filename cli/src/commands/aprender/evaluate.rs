use super::{data, opening, picture};
use crate::args::{EvaluateArgs, GlobalArgs, PlotFormat, ReportFormat};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Inputs, Meaning, ProgressLine, Screen, Table, counted};
use alimentar::Frame;
use aprender::plot::{Bars, Lines, Series, of_evaluation};
use aprender::saved::{Evaluation, Learner, SavedError, SavedModel};
use aprender::validation::with_fewer_rows;
use serde::Serialize;
use std::fs;
use std::path::Path;

/// Shares of the training rows that a learning curve has.
const SHARES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 1.0];
/// Folds of a learning curve.
const FOLDS: usize = 3;
/// Columns that the drawing of importance shows.
const BARS: usize = 20;

#[derive(Serialize)]
struct Report<'a> {
    model: String,
    kind: &'a str,
    data: &'a str,
    data_digest: &'a str,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
    drawings: Vec<String>,
}

/// Compares a model's answers with the true values.
pub fn run(args: &EvaluateArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let inputs = Inputs::new([args.model.as_path(), &args.data.data].into_iter().chain(args.open.files()));
    inputs.apart_from([&destination])?;
    let model = opening::model(&args.model, &args.open)?;
    let trouble =
        |error: SavedError| super::failed(format!("cannot evaluate on {}", args.data.data.display()), error);
    if model.target.is_none() {
        return Err(trouble(SavedError::NothingToCompare(model.kind)).into());
    }
    let data = data::read_for(&args.data, &model, true)?;
    let evaluation = model.evaluate(&data.frame).map_err(trouble)?;
    let mut drawings = Vec::new();
    if let Some(folder) = &args.plots {
        let mut found = of_evaluation(&evaluation).map_err(|error| trouble(error.into()))?;
        found.extend(importance(&model, &data.frame)?.map(|drawing| ("importance", drawing)));
        if args.learning_curve {
            let progress = ProgressLine::new(global.progress, global.quiet);
            let curve = learning_curve(&model, &data.frame, &progress).map_err(trouble)?;
            found.push(("learning-curve", curve));
        }
        drawings = write(folder, &found, args.plot_format, (&inputs, &destination))?;
    }
    let text = match args.format {
        ReportFormat::Json => {
            let report = Report {
                model: args.model.display().to_string(),
                kind: &model.kind,
                data: &data.name,
                data_digest: &data.digest,
                evaluation: &evaluation,
                drawings,
            };
            output::json("batuta/aprender-evaluate/1", &report)?
        }
        ReportFormat::Human => human(&evaluation, &drawings, &Screen::of(&destination, global.color)),
    };
    data.say_remarks(global.quiet);
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// Writes the drawings, without overwriting the input files or the report.
fn write(
    folder: &Path,
    drawings: &[(&str, String)],
    format: PlotFormat,
    (inputs, report): (&Inputs, &Destination),
) -> anyhow::Result<Vec<String>> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("cannot make the folder {}", folder.display())).why(error))?;
    let painter = match format {
        PlotFormat::Svg => None,
        PlotFormat::Png => Some(picture::Painter::new()?),
    };
    let ending = if painter.is_none() { "svg" } else { "png" };
    let path = |name: &str| folder.join(format!("{name}.{ending}"));
    let files = drawings.iter().map(|(name, _)| Destination::File(path(name))).collect::<Vec<_>>();
    inputs.apart_from(std::iter::once(report).chain(&files))?;
    for ((_, drawing), file) in drawings.iter().zip(&files) {
        match &painter {
            None => file.write(drawing)?,
            Some(painter) => file.write_bytes(&painter.png(drawing)?)?,
        }
    }
    Ok(drawings.iter().map(|(name, _)| path(name).display().to_string()).collect())
}

/// The importance of the columns, if the kind of model supports it.
fn importance(model: &SavedModel, frame: &Frame) -> anyhow::Result<Option<String>> {
    let explanation = match model.explain(frame) {
        Ok(explanation) => explanation,
        Err(SavedError::NoExplanation(_)) => return Ok(None),
        Err(error) => return Err(super::failed("cannot explain the model", error).into()),
    };
    let values = explanation.importance();
    let mut ranked = explanation.features.iter().zip(&values).collect::<Vec<_>>();
    ranked.sort_by(|a, b| b.1.total_cmp(a.1).then_with(|| a.0.cmp(b.0)));
    ranked.truncate(BARS);
    let names = ranked.iter().map(|(name, _)| (*name).clone()).collect::<Vec<_>>();
    let values = ranked.iter().map(|(_, value)| **value).collect::<Vec<_>>();
    let title = format!("Mean absolute contribution ({})", explanation.unit);
    Ok(Some(Bars { title: &title, names: &names, values: &values }.svg()))
}

/// Scores on training and on other rows, for growing shares of the training rows.
fn learning_curve(model: &SavedModel, frame: &Frame, progress: &ProgressLine) -> Result<String, SavedError> {
    let learner = Learner::of(model)?;
    let target = model.target.as_ref().map(|target| target.name.as_str());
    let inputs = model.recipe.inputs();
    let others = frame.names().filter(|name| Some(*name) != target && !inputs.iter().any(|own| own == name));
    let frame = frame.without(&others.collect::<Vec<_>>());
    let folds = learner.folds(&frame, target, FOLDS)?;
    let mut series = ["rows fitted to", "other rows"].map(|name| Series {
        name: name.to_owned(),
        points: Vec::new(),
        line: true,
    });
    for share in SHARES {
        progress.say(|| format!("fitting to {:.0} % of the rows", share * 100.0));
        let folds = with_fewer_rows(&folds, share, learner.seed)?;
        let swapped = folds
            .iter()
            .map(|fold| aprender::validation::Fold { train: fold.train.clone(), test: fold.train.clone() });
        let rows = folds.iter().map(|fold| fold.train.len()).sum::<usize>() as f64 / folds.len() as f64;
        for (series, folds) in series.iter_mut().zip([swapped.collect::<Vec<_>>(), folds.clone()]) {
            // Rows of only one class give no model, so the curve begins where there are more classes.
            match learner.compared(&frame, target, &folds) {
                Ok((score, _)) => series.points.push((rows, score)),
                Err(SavedError::Model(_) | SavedError::Frame(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    let points = || series.iter().flat_map(|series| &series.points);
    let most = points().map(|point| point.0).fold(1.0, f64::max);
    let least = points().map(|point| point.1).fold(1.0, f64::min);
    let y = if learner.task == aprender::frame::Task::Regression { "R²" } else { "share of right classes" };
    let chart = Lines {
        title: "Learning curve",
        x: "rows",
        y,
        x_range: (0.0, most),
        y_range: (least.clamp(-1.0, 0.99), 1.0),
        diagonal: false,
        series: series.to_vec(),
    };
    Ok(chart.svg())
}

fn human(evaluation: &Evaluation, drawings: &[String], screen: &Screen) -> String {
    let mut table = Table::new([Column::text("Figure"), Column::figure("Value"), Column::sentence("")]);
    for (name, value) in &evaluation.metrics {
        table.row([Cell::new(name), Cell::new(format!("{value:.4}")), Cell::new("")]);
    }
    for (name, why) in &evaluation.undefined {
        table.row([Cell::new(name), Cell::meaning("-", Meaning::Quiet), Cell::meaning(why, Meaning::Quiet)]);
    }
    let mut text = format!("{}on {}\n", table.render(screen), counted(evaluation.rows, "row", "rows"));
    if !evaluation.confusion.is_empty() {
        text.push_str(&format!("\nTruth (line) and prediction (column)\n{}", confusion(evaluation, screen)));
    }
    if !drawings.is_empty() {
        text.push_str(&format!("\n{}\n", drawings.join("\n")));
    }
    text
}

fn confusion(evaluation: &Evaluation, screen: &Screen) -> String {
    let labels = &evaluation.labels;
    let mut columns = vec![Column::text("")];
    columns.extend(labels.iter().map(|_| Column::figure("")));
    let mut table = Table::new(columns).indented(2);
    table.row(
        std::iter::once(Cell::new(""))
            .chain(labels.iter().map(|label| Cell::meaning(label, Meaning::Heading))),
    );
    for (place, (label, counts)) in labels.iter().zip(&evaluation.confusion).enumerate() {
        let cell = |(column, count): (usize, &usize)| match (column == place, count) {
            (true, _) => Cell::meaning(count.to_string(), Meaning::Good),
            (false, 0) => Cell::meaning("0", Meaning::Quiet),
            _ => Cell::meaning(count.to_string(), Meaning::Bad),
        };
        let heading = Cell::meaning(label, Meaning::Heading);
        table.row(std::iter::once(heading).chain(counts.iter().enumerate().map(cell)));
    }
    table.render(screen)
}
