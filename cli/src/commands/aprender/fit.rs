use super::data::{self, Data};
use super::seal::Seal;
use crate::args::{
    AskedTask, CategoryEncoding, FitArgs, GlobalArgs, PreparationArgs, ReportFormat, Scaling,
    UnseenCategories, version,
};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, ProgressLine, Screen, Table, counted};
use alimentar::Frame;
use aprender::apr::Writer;
use aprender::frame::{Categories, Fill, Preparation, Scale, Task, Unseen};
use aprender::saved::{Comparison, Learner, Parting, SavedError, SavedModel, kind};
use aprender::validation::Grid;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was fitted.
#[derive(Serialize)]
struct Fitted {
    kind: String,
    task: Task,
    target: Option<String>,
    rows: usize,
    features: Vec<String>,
    labels: Vec<String>,
    settings: BTreeMap<String, String>,
    seed: u64,
    data: String,
    data_digest: String,
    search: Vec<Tried>,
    comparison: Option<Comparison>,
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
    Destination::File(args.output.clone()).check()?;
    let seal = Seal::read(&args.seal)?;
    let progress = ProgressLine::new(global.progress, global.quiet);
    let data = data::read(&args.data, BTreeMap::new())?;
    let trouble = |error| super::failed(format!("cannot fit to {}", args.data.data.display()), error);
    for name in args.drop.iter().chain(&args.folds.group) {
        if data.frame.get(name).is_none() {
            return Err(Failure::new(format!("{} has no column \"{name}\"", data.name)).into());
        }
    }
    let dropped = args.drop.iter().map(String::as_str).collect::<Vec<_>>();
    let frame = data.frame.without(&dropped);
    let mut learner = learner(args, &frame).map_err(trouble)?;
    learner.preparation = preparation(&args.preparation, learner.preparation)?;
    let mut run = Run { args, frame: &frame, learner, progress: &progress, search: Vec::new() };
    let comparison = run.compare()?;
    progress.say(|| "fitting to all rows".to_owned());
    let mut model = run.fit().map_err(trouble)?;
    complete(&mut model, args, &data, comparison.as_ref());
    let mut writer = Writer::new();
    model.save_into(&mut writer).map_err(trouble)?;
    let root = seal.write(writer, &args.output)?;
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let fitted = Fitted {
        kind: model.kind.clone(),
        task: model.task,
        target: model.target.as_ref().map(|target| target.name.clone()),
        rows: frame.rows(),
        features: model.recipe.features(),
        labels: model.labels.clone(),
        settings: run.learner.settings.iter().map(owned).collect(),
        seed: args.seed,
        data: data.name,
        data_digest: data.digest,
        search: run.search,
        comparison,
        file: args.output.display().to_string(),
        root,
    };
    drop(progress);
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/aprender-fit/1", &fitted)?,
        ReportFormat::Human => human(&fitted, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn learner(args: &FitArgs, frame: &Frame) -> Result<Learner, SavedError> {
    let mut learner = Learner::named(&args.model, frame, args.target.as_deref())?;
    let asked = args.task.map(|task| match task {
        AskedTask::Regression => Task::Regression,
        AskedTask::Classification => Task::Classification,
    });
    if asked.is_some() {
        let kind = kind(&args.model)?;
        learner = Learner::new(kind, kind.task(asked, None)?);
    }
    for setting in &args.set {
        learner.settings.set_text(learner.kind, setting)?;
    }
    learner.seed = args.seed;
    Ok(learner)
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

    /// The frame without the column that only groups rows.
    fn features(&self) -> Frame {
        let group = self.args.folds.group.as_deref();
        self.frame.without(group.as_slice())
    }

    /// Compares by parts of the rows where the command line asks for it; a search leaves the best settings in the learner.
    fn compare(&mut self) -> anyhow::Result<Option<Comparison>> {
        let folds = &self.args.folds;
        let asks = folds.cv.is_some() || folds.group.is_some() || folds.in_order || !folds.search.is_empty();
        let trouble =
            |error| super::failed(format!("cannot compare on {}", self.args.data.data.display()), error);
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
            if best.as_ref().is_none_or(|(highest, ..)| score > *highest) {
                best = Some((score, candidate, comparison));
            }
        }
        Ok(best.map(|(_, learner, comparison)| {
            self.learner = learner;
            comparison
        }))
    }

    /// Fits to all rows, or to those that are not held out.
    fn fit(&self) -> Result<SavedModel, SavedError> {
        let features = self.features();
        match self.args.folds.test_share {
            Some(share) => {
                let fold = self.learner.held_out(&features, self.target(), share)?;
                self.learner.fit(&features.select(&fold.train), self.target())
            }
            None => self.learner.fit(&features, self.target()),
        }
    }
}

/// What only the program knows about the model.
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
    model.provenance.data.insert(data.name.clone(), data.digest.clone());
    model.provenance.code_revision = version().to_owned();
}

fn human(fitted: &Fitted, screen: &Screen) -> String {
    let mut text = String::new();
    if !fitted.search.is_empty() {
        let mut table = Table::new([Column::figure("Score"), Column::sentence("Settings")]);
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
        counted(fitted.rows, "row", "rows"),
        counted(fitted.features.len(), "feature", "features"),
    );
    text + &format!("{}\n", output::shown(&model))
}
