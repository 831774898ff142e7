//! A saved model as sections of an `.apr` file.

use super::any::AnyModel;
use super::error::Result;
use super::model::{SavedModel, TargetColumn};
use crate::apr::{Reader, Writer};
use crate::frame::{Recipe, Task, type_name, type_of};
use crate::sections::{ensure, malformed, numbers};
use serde::{Deserialize, Serialize};

/// The section that describes the others.
const MODEL: &str = "aprender/model";
const RECIPE: &str = "aprender/recipe";
const RECIPE_NUMBERS: &str = "aprender/recipe.numbers";
const BACKGROUND: &str = "aprender/background";

/// The layout of these sections.
const LAYOUT: u32 = 1;

/// The section [`MODEL`].
#[derive(Serialize, Deserialize)]
struct Description {
    layout: u32,
    kind: String,
    sections: String,
    task: Task,
    target: Option<DescribedTarget>,
    labels: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct DescribedTarget {
    name: String,
    #[serde(rename = "type")]
    column_type: String,
}

impl SavedModel {
    /// Adds all sections: the model's own, recipe, card, provenance.
    ///
    /// # Errors
    /// Sections of these names exist already.
    pub fn save_into<'a>(&'a self, writer: &mut Writer<'a>) -> Result<()> {
        let target = self.target.as_ref().map(|target| DescribedTarget {
            name: target.name.clone(),
            column_type: type_name(target.column_type).to_owned(),
        });
        let description = Description {
            layout: LAYOUT,
            kind: self.kind.clone(),
            sections: self.model.layout().to_owned(),
            task: self.task,
            target,
            labels: self.labels.clone(),
        };
        let (outline, recipe_numbers) = self.recipe.outline();
        writer.card(&self.card)?.provenance(&self.provenance)?;
        writer.json(MODEL, &description)?.json(RECIPE, &outline)?;
        // Numbers are stored in binary; text might not be read back exactly.
        let bytes = recipe_numbers.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<_>>();
        writer.bytes(RECIPE_NUMBERS, bytes)?;
        writer.tensor(BACKGROUND, &[self.background.len()], &self.background)?;
        self.model.save_into(writer)?;
        Ok(())
    }

    /// Reads the sections that [`SavedModel::save_into`] wrote, and checks that its parts fit each other.
    ///
    /// # Errors
    /// The file is damaged, holds something else, or its parts do not fit.
    pub fn load(reader: &Reader) -> Result<Self> {
        if reader.section(MODEL).is_none() {
            return Err(malformed("it holds no model that was fitted to a table").into());
        }
        let description: Description = reader.json(MODEL)?;
        ensure(description.layout == LAYOUT, "sections of a layout that this version does not know")?;
        let (triples, rest) = reader.bytes(RECIPE_NUMBERS)?.as_chunks::<8>();
        ensure(rest.is_empty(), "a recipe whose numbers are cut")?;
        let recipe_numbers = triples.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect::<Vec<_>>();
        let recipe = Recipe::from_outline(reader.json(RECIPE)?, &recipe_numbers)?;
        let model = AnyModel::load_from(&description.sections, reader)?;
        let target = description.target.map(|target| {
            let column_type =
                type_of(&target.column_type).ok_or_else(|| malformed("a target of an unknown type"))?;
            Ok::<_, crate::apr::AprError>(TargetColumn { name: target.name, column_type })
        });
        let saved = SavedModel {
            kind: description.kind,
            task: description.task,
            target: target.transpose()?,
            labels: description.labels,
            recipe,
            background: numbers(reader, BACKGROUND)?,
            model,
            card: reader.card()?.unwrap_or_default(),
            provenance: reader.provenance()?.unwrap_or_default(),
        };
        saved.check()?;
        Ok(saved)
    }

    fn check(&self) -> Result<()> {
        let features = self.recipe.features().len();
        ensure(features == self.model.columns(), "a recipe that does not give the model's columns")?;
        ensure(features == self.background.len(), "means that do not fit the columns")?;
        let (task, has_target) = match (self.model.classifier(), self.model.regressor(), &self.model) {
            (Some(model), ..) => {
                let classes = model.classes();
                let places = classes.iter().enumerate().all(|(place, class)| place as u32 == *class);
                ensure(places && classes.len() == self.labels.len(), "labels that do not fit the classes")?;
                (Task::Classification, true)
            }
            (None, Some(_), _) => (Task::Regression, true),
            (None, None, AnyModel::Pca(_)) => (Task::Reduction, false),
            (None, None, AnyModel::IsolationForest(_)) => (Task::Outliers, false),
            (None, None, _) => (Task::Clustering, false),
        };
        ensure(task == self.task && has_target == self.target.is_some(), "a model of another task")?;
        Ok(())
    }
}
