//! A kind of model with its settings, ready to be fitted to frames.

use super::any::AnyModel;
use super::comparison::Scoring;
use super::error::{Result, SavedError};
use super::kinds::{Kind, kind};
use super::model::{SavedModel, TargetColumn};
use super::settings::Settings;
use crate::apr::{ModelCard, Provenance};
use crate::boosting::MOST_CATEGORIES;
use crate::frame::{Categories, Column, Fill, Frame, FrameError, Preparation, Recipe, Scale, Target, Task};
use crate::sections::malformed;
use crate::table::Table;
use crate::validation::{Fold, k_fold, stratified};
use std::collections::BTreeMap;

/// A description of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    /// The kind of model.
    pub kind: &'static Kind,
    /// What it is for.
    pub task: Task,
    /// Its settings.
    pub settings: Settings,
    /// How columns are prepared.
    pub preparation: Preparation,
    /// How rows are weighted by class.
    pub class_weight: ClassWeight,
    /// The figure by which settings are compared.
    pub scoring: Scoring,
    /// The seed of all randomness.
    pub seed: u64,
}

/// How rows are weighted by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassWeight {
    /// All rows the same.
    #[default]
    Equal,
    /// All classes have the same total weight: a row weighs rows / (classes · rows of its class).
    Balanced,
}

/// The name under which [`ClassWeight`] is stored.
const CLASS_WEIGHT: &str = "class_weight";
const BALANCED: &str = "balanced";

impl ClassWeight {
    /// The weight of each row, by its class; `None` if all weigh the same.
    pub(super) fn of_rows(self, codes: &[u32]) -> Option<Vec<f64>> {
        if self == ClassWeight::Equal {
            return None;
        }
        let mut counts = BTreeMap::<u32, f64>::new();
        codes.iter().for_each(|code| *counts.entry(*code).or_default() += 1.0);
        let share = codes.len() as f64 / counts.len() as f64;
        Some(codes.iter().map(|code| share / counts[code]).collect())
    }
}

impl Learner {
    /// The kind of that name with its defaults, for the task that the target suggests.
    ///
    /// # Errors
    /// There is no such kind, or no such column.
    pub fn named(name: &str, frame: &Frame, target: Option<&str>) -> Result<Self> {
        let kind = kind(name)?;
        let suggested = target.map(|target| Task::of_target(frame, target)).transpose()?;
        Ok(Self::new(kind, kind.task(None, suggested)?))
    }

    /// The kind with its defaults: numbers are scaled, and missing ones filled, if the kind needs it.
    pub fn new(kind: &'static Kind, task: Task) -> Self {
        let preparation = Preparation {
            scale: if kind.scaled { Scale::Standard } else { Scale::None },
            fill: if kind.takes_missing { Fill::Keep } else { Fill::Mean },
            // Here, kinds that handle missing values also handle category indices.
            categories: if kind.takes_missing { Categories::Ordinal } else { Categories::OneHot },
            ..Preparation::default()
        };
        Self {
            kind,
            task,
            settings: Settings::of(kind),
            preparation,
            class_weight: ClassWeight::Equal,
            scoring: Scoring::default(),
            seed: 0,
        }
    }

    /// The learner that fitted a model, reconstructed from its provenance.
    ///
    /// # Errors
    /// The provenance contains something impossible.
    pub fn of(model: &SavedModel) -> Result<Self> {
        let kind = kind(&model.kind)?;
        let mut learner = Self::new(kind, kind.task(Some(model.task), None)?);
        let parameters = &model.provenance.parameters;
        for setting in kind.settings {
            if let Some(value) = parameters.get(setting.name).and_then(|value| value.as_str()) {
                learner.settings.set(kind, setting.name, value)?;
            }
        }
        if let Some(preparation) = parameters.get("preparation") {
            learner.preparation = serde_json::from_value(preparation.clone())
                .map_err(|error| malformed(format!("the preparation of columns: {error}")))?;
        }
        if parameters.get(CLASS_WEIGHT).and_then(|value| value.as_str()) == Some(BALANCED) {
            learner.class_weight = ClassWeight::Balanced;
        }
        learner.seed = model.provenance.seed.unwrap_or(0);
        Ok(learner)
    }

    pub(super) fn wrong_task(&self, asked: &'static str) -> SavedError {
        let known = self.kind.about.to_owned();
        SavedError::WrongTask { kind: self.kind.name, known, asked }
    }

    /// Fits to all rows of `frame`: the recipe to all columns except the target, the model to the recipe's output.
    ///
    /// # Errors
    /// The data or a setting is unusable; the error says where.
    pub fn fit(&self, frame: &Frame, target: Option<&str>) -> Result<SavedModel> {
        let needs = self.kind.needs_target();
        let target = target.filter(|_| needs);
        if needs && target.is_none() {
            return Err(SavedError::NoTarget(self.kind.name));
        }
        let truth = target.map(|name| Target::new(frame, name, self.task)).transpose()?;
        let features = target.map_or_else(|| frame.clone(), |name| frame.without(&[name]));
        let recipe = Recipe::fit(&features, &self.preparation)?;
        // Boosting stores a category in one byte, with one value reserved for missing.
        if self.kind.name == "boosting"
            && let Some((column, found)) = recipe.beyond(MOST_CATEGORIES)
        {
            return Err(FrameError::TooManyCategories {
                column: column.to_owned(),
                found,
                limit: MOST_CATEGORIES,
            }
            .into());
        }
        let table = recipe.apply(&features)?;
        let model = AnyModel::fit(self, &table, truth.as_ref(), recipe.ordinals())?;
        let column = match target {
            Some(name) => Some(TargetColumn {
                name: name.to_owned(),
                column_type: target_column(frame, name)?.column_type(),
            }),
            None => None,
        };
        let labels = match truth {
            Some(Target::Classes { labels, .. }) => labels,
            _ => Vec::new(),
        };
        let mut limitations = vec![format!("fitted to {} rows", frame.rows())];
        limitations.extend(self.kind.warning.map(str::to_owned));
        Ok(SavedModel {
            kind: self.kind.name.to_owned(),
            task: self.task,
            target: column,
            labels,
            background: present_means(&table),
            recipe,
            model,
            card: ModelCard { description: self.kind.about.to_owned(), limitations, ..ModelCard::default() },
            provenance: self.provenance(),
        })
    }

    /// The settings, so that the fit can be repeated.
    fn provenance(&self) -> Provenance {
        let text = |value: &str| serde_json::Value::String(value.to_owned());
        let mut parameters =
            self.settings.iter().map(|(name, value)| (name.to_owned(), text(value))).collect::<Vec<_>>();
        parameters.push(("kind".to_owned(), text(self.kind.name)));
        if self.class_weight == ClassWeight::Balanced {
            parameters.push((CLASS_WEIGHT.to_owned(), text(BALANCED)));
        }
        // A struct of plain fields always converts to JSON.
        parameters.extend(serde_json::to_value(self.preparation).ok().map(|p| ("preparation".to_owned(), p)));
        Provenance {
            program: concat!("aprender ", env!("CARGO_PKG_VERSION")).to_owned(),
            parameters: parameters.into_iter().collect(),
            seed: Some(self.seed),
            ..Provenance::default()
        }
    }

    /// Folds of a frame's rows in random order by the seed; for classification each class is spread evenly.
    ///
    /// # Errors
    /// Fewer rows, or rows of a class, than folds; an unusable target.
    pub fn folds(&self, frame: &Frame, target: Option<&str>, count: usize) -> Result<Vec<Fold>> {
        match (self.task, target) {
            (Task::Classification, Some(name)) => match Target::new(frame, name, self.task)? {
                Target::Classes { codes, .. } => Ok(stratified(&codes, count, Some(self.seed))?),
                Target::Numbers(_) => Ok(k_fold(frame.rows(), count, Some(self.seed))?),
            },
            _ => Ok(k_fold(frame.rows(), count, Some(self.seed))?),
        }
    }
}

/// The mean of each column's values that are not missing; 0 if all are missing.
fn present_means(table: &Table) -> Vec<f64> {
    let mean = |column: usize| {
        let present = table.column(column).filter(|x| !x.is_nan()).collect::<Vec<_>>();
        let count = present.len().max(1) as f64;
        present.iter().map(|x| x / count).sum()
    };
    (0..table.columns()).map(mean).collect()
}

fn target_column<'a>(frame: &'a Frame, name: &str) -> Result<&'a Column> {
    frame.get(name).ok_or_else(|| {
        let found = frame.names().map(str::to_owned).collect();
        FrameError::NoColumn { missing: vec![name.to_owned()], found }.into()
    })
}
