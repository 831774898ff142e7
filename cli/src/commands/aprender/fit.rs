use super::data::{self, Data};
use super::seal::Seal;
use crate::args::{
    AskedClassWeight, AskedScoring, AskedTask, CategoryEncoding, FitArgs, GlobalArgs, PreparationArgs,
    ReportFormat, Scaling, UnseenCategories, version,
};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Inputs, Meaning, ProgressLine, Screen, Table, counted};
use alimentar::{Fate, Frame, Remark};
use aprender::ModelError;
use aprender::apr::Writer;
use aprender::frame::{Categories, Fill, FrameError, Preparation, Scale, Task, Unseen};
use aprender::saved::{ClassWeight, Comparison, Learner, Parting, SavedError, SavedModel, Scoring, kind};
use aprender::validation::Grid;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was fitted.
#[derive(Serialize)]
struct Fitted {
    kind: String,
    task: Task,
    target: Option<String>,
    /// Rows that the model was fitted to, and rows of the data.
    rows: usize,
    rows_of_data: usize,
    features: Vec<String>,
    labels: Vec<String>,
    settings: BTreeMap<String, String>,
    seed: u64,
    data: String,
    data_digest: String,
    search: Vec<Tried>,
    scoring: Option<&'static str>,
    comparison: Option<Comparison>,
    remarks: Vec<String>,
    file: String,
    root: String,
}

/// One point of the grid.
#[derive(Serialize)]
struct Tried {
    settings: BTreeMap<String, String>,
    score: f64,
}

/// Fits a model and stores it.
pub fn run(args: &FitArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.report().output.as_deref());
    destination.check()?;
    let model_file = Destination::File(args.output.clone());
    model_file.check()?;
    Inputs::new(std::iter::once(args.data.data.as_path()).chain(args.seal.files()))
        .apart_from([&model_file, &destination])?;
    let seal = Seal::read(&args.seal)?;
    let progress = ProgressLine::new(global.progress, global.quiet);
    let data = data::read(&args.data)?;
    let trouble =
        |error| refused(format!("cannot fit to {}", args.data.data.display()), error, args, &data.frame);
    check_named_columns(args, &data)?;
    let dropped = args.drop.iter().map(String::as_str).collect::<Vec<_>>();
    let frame = data.frame.without(&dropped);
    let mut learner = learner(args, &frame).map_err(trouble)?;
    learner.preparation = preparation(&args.preparation, learner.preparation)?;
    let mut run = Run { args, frame: &frame, learner, progress: &progress, search: Vec::new() };
    let comparison = run.compare()?;
    progress.say(|| "fitting".to_owned());
    let (mut model, rows) = run.fit().map_err(trouble)?;
    complete(&mut model, args, &data, comparison.as_ref());
    let mut writer = Writer::new();
    model.save_into(&mut writer).map_err(trouble)?;
    let root = seal.write(writer, &args.output)?;
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let fitted = Fitted {
        kind: model.kind.clone(),
        task: model.task,
        target: model.target.as_ref().map(|target| target.name.clone()),
        rows,
        rows_of_data: frame.rows(),
        features: model.recipe.features(),
        labels: model.labels.clone(),
        settings: run.learner.settings.iter().map(owned).collect(),
        seed: args.seed,
        data: data.name,
        data_digest: data.digest,
        scoring: run.scoring(),
        search: run.search,
        comparison,
        remarks: data.frame.remarks().iter().map(ToString::to_string).collect(),
        file: args.output.display().to_string(),
        root,
    };
    drop(progress);
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/aprender-fit/1", &fitted)?,
        ReportFormat::Human => human(&fitted, &Screen::of(&destination, global.color)),
    };
    fitted
        .remarks
        .iter()
        .for_each(|remark| output::warn(global.quiet, &format!("{}: {remark}", fitted.data)));
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// Rejects columns that the command line leaves out or groups by but that the data does not have.
fn check_named_columns(args: &FitArgs, data: &Data) -> anyhow::Result<()> {
    for name in args.drop.iter().chain(&args.folds.group) {
        if data.frame.get(name).is_none() {
            return Err(Failure::new(format!("{} has no column \"{name}\"", data.name)).into());
        }
    }
    Ok(())
}

fn learner(args: &FitArgs, frame: &Frame) -> Result<Learner, SavedError> {
    let asked = args.task.map(|task| match task {
        AskedTask::Regression => Task::Regression,
        AskedTask::Classification => Task::Classification,
    });
    let kind = kind(&args.model)?;
    // If a few odd cells would decide the type, the user must decide it.
    if let Some(target) = args.target.as_deref().filter(|_| kind.needs_target())
        && frame.remarks().iter().any(|remark| is_missing_target(remark, target))
    {
        Task::of_target(frame, target)?;
    }
    let mut learner = match asked {
        Some(_) => Learner::new(kind, kind.task(asked, None)?),
        None => Learner::named(&args.model, frame, args.target.as_deref())?,
    };
    if let Some(AskedClassWeight::Balanced) = args.class_weight {
        if learner.task != Task::Classification {
            return Err(SavedError::NoClassWeight(kind.name));
        }
        learner.class_weight = ClassWeight::Balanced;
    }
    learner.scoring = args.folds.scoring.map_or(Scoring::Usual, scoring);
    if args.folds.scoring.is_some() {
        learner.scoring.of(learner.task)?;
    }
    for setting in &args.set {
        learner.settings.set_text(learner.kind, setting)?;
    }
    learner.seed = args.seed;
    Ok(learner)
}

fn is_missing_target(remark: &Remark, target: &str) -> bool {
    remark.column == target && matches!(remark.fate, Fate::Missing(_))
}

fn scoring(asked: AskedScoring) -> Scoring {
    Scoring::Figure(match asked {
        AskedScoring::Accuracy => "accuracy",
        AskedScoring::MacroF1 => "macro_f1",
        AskedScoring::LogLoss => "log_loss",
        AskedScoring::RocAuc => "roc_auc",
        AskedScoring::AveragePrecision => "average_precision",
        AskedScoring::Brier => "brier",
        AskedScoring::CalibrationError => "calibration_error",
        AskedScoring::R2 => "r2",
        AskedScoring::Rmse => "rmse",
        AskedScoring::Mae => "mae",
    })
}

/// Limit on the notes about columns in an error.
const SHOWN_REMARKS: usize = 5;

/// Why the data was refused, and what to do.
fn refused(what: String, error: SavedError, args: &FitArgs, frame: &Frame) -> Failure {
    let help = match &error {
        SavedError::Frame(FrameError::OddTarget { column, value, .. }) => Some(format!(
            "correct \"{value}\" or leave out its row; or make each different text a class: --type \"{column}=category\""
        )),
        SavedError::Frame(FrameError::OddNumber { .. }) => Some(
            "correct the cell, or say what is predicted: --task regression or --task classification"
                .to_owned(),
        ),
        SavedError::Frame(FrameError::Missing { column, .. }) if args.target.as_ref() == Some(column) => {
            Some("leave out rows whose target is not known".to_owned())
        }
        SavedError::Frame(FrameError::TooManyCategories { column, .. }) => Some(format!(
            "give each category a column of its own with --categories one-hot, leave the column out with --drop \"{column}\", \
             or put rare categories together"
        )),
        SavedError::Frame(FrameError::TooManyWords { column, .. }) => Some(format!(
            "--drop \"{column}\" leaves it out, --categories ordinal numbers the words, --type \"{column}=number\" or \
             \"{column}=date\" reads what else it holds"
        )),
        SavedError::Model(ModelError::TooManyClasses { .. }) => {
            Some(format!("{}, or put rare classes together", few_classes(args)))
        }
        SavedError::Model(ModelError::TooManyAnswers { .. }) => Some(format!(
            "{}, put rare classes together, or grow fewer or smaller trees: see --set",
            few_classes(args)
        )),
        SavedError::TooManyToCompare { .. } => Some(
            "fit without --cv, --group, --in-order, --search and --test-share, or put rare classes together"
                .to_owned(),
        ),
        SavedError::NoClassWeight(_) => Some(
            "--class-weight is for classes, by logistic, svm, tree, forest, extra-trees and boosting"
                .to_owned(),
        ),
        _ => None,
    };
    let mut failure = super::failed(what, &error);
    // Remarks about other columns may be the reason.
    let is_target = |remark: &&Remark| args.target.as_ref() == Some(&remark.column);
    for remark in frame.remarks().iter().filter(|remark| !is_target(remark)).take(SHOWN_REMARKS) {
        failure = failure.why(remark);
    }
    match help {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// What to do about a target with very many classes: most often it is not a class target.
fn few_classes(args: &FitArgs) -> String {
    let target = args.target.as_deref().unwrap_or_default();
    format!(
        "if \"{target}\" is a quantity, predict a number: --task regression; if it numbers or names the rows, predict \
         another column: --target"
    )
}

fn preparation(args: &PreparationArgs, default: Preparation) -> anyhow::Result<Preparation> {
    let fill = match args.fill.as_deref() {
        None => default.fill,
        Some("mean") => Fill::Mean,
        Some("median") => Fill::Median,
        Some("most-frequent") => Fill::MostFrequent,
        Some("keep") => Fill::Keep,
        Some(number) => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Fill::Constant(number),
            _ => {
                return Err(Failure::new(format!("missing numbers cannot be filled with \"{number}\""))
                    .help("use mean, median, most-frequent, keep, or a number")
                    .into());
            }
        },
    };
    let scale = match args.scale {
        None => default.scale,
        Some(Scaling::None) => Scale::None,
        Some(Scaling::Standard) => Scale::Standard,
        Some(Scaling::MinMax) => Scale::MinMax,
    };
    let categories = match args.categories {
        None => default.categories,
        Some(CategoryEncoding::OneHot) => Categories::OneHot,
        Some(CategoryEncoding::Ordinal) => Categories::Ordinal,
    };
    let unseen = match args.unseen {
        UnseenCategories::Other => Unseen::Other,
        UnseenCategories::Refuse => Unseen::Refuse,
    };
    Ok(Preparation { fill, indicator: args.indicator, scale, categories, unseen, ..default })
}

/// Parts of the rows unless the command line says otherwise.
const FOLDS: usize = 5;

struct Run<'a> {
    args: &'a FitArgs,
    frame: &'a Frame,
    learner: Learner,
    progress: &'a ProgressLine,
    search: Vec<Tried>,
}

impl Run<'_> {
    fn target(&self) -> Option<&str> {
        self.args.target.as_deref()
    }

    /// The figure by which settings were compared, if there were several.
    fn scoring(&self) -> Option<&'static str> {
        let figure = self.learner.scoring.of(self.learner.task).ok()?;
        (!self.search.is_empty()).then_some(figure.0)
    }

    /// The frame without the column that only groups rows.
    fn features(&self) -> Frame {
        let group = self.args.folds.group.as_deref();
        self.frame.without(group.as_slice())
    }

    /// Cross-validates if the command line asks for it; a search leaves the best settings in the learner.
    fn compare(&mut self) -> anyhow::Result<Option<Comparison>> {
        let folds = &self.args.folds;
        let asks = folds.cv.is_some() || folds.group.is_some() || folds.in_order || !folds.search.is_empty();
        let trouble = |error| {
            let what = format!("cannot compare on {}", self.args.data.data.display());
            refused(what, error, self.args, self.frame)
        };
        let parts = match folds.test_share {
            Some(share) => {
                vec![self.learner.held_out(self.frame, self.target(), share).map_err(trouble)?]
            }
            None if !asks => return Ok(None),
            None => {
                let by = match &folds.group {
                    Some(column) => Parting::Grouped(column),
                    None if folds.in_order => Parting::InOrder,
                    None => Parting::Random,
                };
                let count = folds.cv.unwrap_or(FOLDS);
                self.learner.parted(self.frame, self.target(), count, by).map_err(trouble)?
            }
        };
        let features = self.features();
        let (_, less_is_better) = self.learner.scoring.of(self.learner.task).map_err(trouble)?;
        let grid = Grid::parse(&folds.search).ok_or_else(|| {
            Failure::new("cannot search").why("values are written as NAME=V1,V2,…").help("see --help")
        })?;
        let points = grid
            .chosen(folds.draws, self.args.seed)
            .map_err(|error| super::failed("cannot search", error))?;
        let mut best: Option<(f64, Learner, Comparison)> = None;
        for (done, point) in points.iter().enumerate() {
            self.progress.say(|| format!("comparing: {done} of {} settings", points.len()));
            let candidate = self.learner.at(&grid, *point).map_err(trouble)?;
            let compared = candidate.compared(&features, self.target(), &parts);
            let (score, comparison) = compared.map_err(trouble)?;
            let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            if !folds.search.is_empty() {
                let settings = grid.point(*point).into_iter().map(owned).collect();
                self.search.push(Tried { settings, score });
            }
            let rank = if less_is_better { -score } else { score };
            if best.as_ref().is_none_or(|(highest, ..)| rank > *highest) {
                best = Some((rank, candidate, comparison));
            }
        }
        Ok(best.map(|(_, learner, comparison)| {
            self.learner = learner;
            comparison
        }))
    }

    /// Fits to all rows, or to those that are not held out; also returns their number.
    fn fit(&self) -> Result<(SavedModel, usize), SavedError> {
        let mut rows = self.features();
        if let Some(share) = self.args.folds.test_share {
            let fold = self.learner.held_out(&rows, self.target(), share)?;
            rows = rows.select(&fold.train);
        }
        Ok((self.learner.fit(&rows, self.target())?, rows.rows()))
    }
}

/// Adds the metadata that only the program knows to the model.
fn complete(model: &mut SavedModel, args: &FitArgs, data: &Data, comparison: Option<&Comparison>) {
    let stem = args.output.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    model.card.name = args.name.clone().or(stem).unwrap_or_default();
    if let Some(comparison) = comparison {
        let how = match args.folds.test_share {
            Some(_) => format!("{} held-out rows", comparison.rows),
            None => format!("cross-validation, {} rows", comparison.rows),
        };
        let metrics = comparison.metrics.iter();
        model.card.metrics = metrics.map(|(name, s)| (format!("{name} ({how})"), s.mean)).collect();
    }
    model.recipe.set_missing(args.data.missing.clone());
    model.provenance.data.insert(data.name.clone(), data.digest.clone());
    model.provenance.code_revision = version().to_owned();
}

/// `120 rows`, or `84 of 120 rows` if some were held out.
fn rows_of(fitted: &Fitted) -> String {
    match fitted.rows == fitted.rows_of_data {
        true => counted(fitted.rows, "row", "rows"),
        false => format!("{} of {}", fitted.rows, counted(fitted.rows_of_data, "row", "rows")),
    }
}

fn human(fitted: &Fitted, screen: &Screen) -> String {
    let mut text = String::new();
    if !fitted.search.is_empty() {
        let heading = match fitted.scoring {
            Some(figure) if !matches!(figure, "accuracy" | "r2") => figure,
            _ => "Score",
        };
        let mut table = Table::new([Column::figure(heading), Column::sentence("Settings")]);
        for tried in &fitted.search {
            let settings = tried.settings.iter().map(|(name, value)| format!("{name}={value}"));
            table.row([
                Cell::new(format!("{:.4}", tried.score)),
                Cell::new(settings.collect::<Vec<_>>().join(" ")),
            ]);
        }
        text.push_str(&format!("{}\n", table.render(screen)));
    }
    if let Some(comparison) = &fitted.comparison {
        let mut table =
            Table::new([Column::text("Figure"), Column::figure("Mean"), Column::figure("Deviation")]);
        for (name, spread) in &comparison.metrics {
            table.row([
                Cell::new(name),
                Cell::new(format!("{:.4}", spread.mean)),
                Cell::meaning(format!("{:.4}", spread.deviation), Meaning::Quiet),
            ]);
        }
        let rows = counted(comparison.rows, "row", "rows");
        text.push_str(&format!("{}on {rows} not fitted to\n\n", table.render(screen)));
    }
    let target = fitted.target.as_ref().map(|target| format!(" for {target}")).unwrap_or_default();
    let classes = match fitted.labels.len() {
        0 => String::new(),
        count => format!(", {}", counted(count, "class", "classes")),
    };
    let model = format!(
        "{}: {}{target}, {} and {}{classes}",
        fitted.file,
        fitted.kind,
        rows_of(fitted),
        counted(fitted.features.len(), "feature", "features"),
    );
    text + &format!("{}\n", output::shown(&model))
}
