//! Boosted trees of LightGBM and XGBoost as saved models: asked about raw data by the names of their columns.

use super::any::AnyModel;
use super::error::Result;
use super::model::{SavedModel, TargetColumn};
use crate::apr::{ModelCard, Provenance};
use crate::boosting::{Imported, from_lightgbm, from_xgboost};
use crate::estimator::{Classifier, Model};
use crate::frame::{ColumnType, Recipe, Task};

impl SavedModel {
    /// A model from the text of LightGBM or the JSON of XGBoost. Columns are numbers by the names that the file has for them, or
    /// `column 1`, `column 2`, …; missing values stay missing; classes are `0`, `1`, …
    ///
    /// # Errors
    /// The text is damaged, or the model cannot be expressed here.
    pub fn from_foreign(text: &str, target: &str) -> Result<Self> {
        let is_json = text.trim_start().starts_with('{');
        let (imported, names) = if is_json {
            (from_xgboost(text)?, names_of_xgboost(text))
        } else {
            (from_lightgbm(text)?, names_of_lightgbm(text))
        };
        let (task, labels, column_type, columns, model) = match imported {
            Imported::Classifier(model) => {
                let labels = model.classes().iter().map(u32::to_string).collect();
                let columns = model.columns();
                let model = AnyModel::BoostingClassifier(model);
                (Task::Classification, labels, ColumnType::Integer, columns, model)
            }
            Imported::Regressor(model) => {
                let columns = model.columns();
                let model = AnyModel::BoostingRegressor(model);
                (Task::Regression, Vec::new(), ColumnType::Number, columns, model)
            }
        };
        let named = Some(names).filter(|names| names.len() == columns);
        let names = named.unwrap_or_else(|| (1..=columns).map(|place| format!("column {place}")).collect());
        let program = if is_json { "XGBoost" } else { "LightGBM" };
        Ok(SavedModel {
            kind: "boosting".to_owned(),
            task,
            target: Some(TargetColumn { name: target.to_owned(), column_type }),
            labels,
            recipe: Recipe::of_numbers(names)?,
            background: vec![0.0; columns],
            model,
            card: ModelCard { description: format!("boosted trees of {program}"), ..ModelCard::default() },
            provenance: Provenance { program: program.to_owned(), ..Provenance::default() },
        })
    }
}

fn names_of_lightgbm(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("feature_names="));
    line.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn names_of_xgboost(text: &str) -> Vec<String> {
    /// The part of the file that names columns.
    #[derive(serde::Deserialize)]
    struct File {
        learner: Learner,
    }
    #[derive(serde::Deserialize)]
    struct Learner {
        #[serde(default)]
        feature_names: Vec<String>,
    }
    serde_json::from_str(text).map(|file: File| file.learner.feature_names).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apr::{OpenOptions, Reader, Writer};
    use alimentar::{Column, Frame};

    #[test]
    fn every_foreign_model_is_stored_and_asked_by_name() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/foreign_models.json");
        let file = std::fs::read_to_string(path).expect("a checked-in file");
        let file: serde_json::Value = serde_json::from_str(&file).expect("JSON");
        let values = file["rows"].as_array().expect("a list").iter().map(|x| x.as_f64().unwrap_or(f64::NAN));
        let values = values.collect::<Vec<_>>();
        for case in file["cases"].as_array().expect("cases") {
            let name = case["name"].as_str().expect("a name");
            let text = case["model"].as_str().expect("text");
            let model = SavedModel::from_foreign(text, "y").expect(name);
            let mut writer = Writer::new();
            model.save_into(&mut writer).expect("storable");
            let bytes = writer.to_bytes().expect("storable");
            let reader = Reader::from_bytes(&bytes, &OpenOptions::default()).expect("valid");
            assert_eq!(SavedModel::load(&reader).expect("its own file"), model, "{name}");
            let columns = model.recipe.inputs().into_iter().enumerate().rev();
            let column = |place: usize| values.iter().skip(place).step_by(5).copied().collect();
            let columns = columns.map(|(place, name)| (name, Column::Number(column(place)))).collect();
            let frame = Frame::new(columns).expect("columns of one length");
            let answers = model.predict(&frame, true).expect("usable");
            let expected = case["answers"].as_array().expect("a list");
            let shown = if model.labels.is_empty() { "prediction" } else { "p(1)" };
            let Some(Column::Number(found)) = answers.get(shown) else { panic!("{name}: no {shown}") };
            let classes = if model.labels.len() > 2 { model.labels.len() } else { 1 };
            for (row, answer) in found.iter().enumerate() {
                let theirs = expected[row * classes + usize::from(classes > 1)].as_f64().expect("a number");
                assert!(
                    (answer - theirs).abs() < 1e-5 * theirs.abs().max(1.0),
                    "{name}: {answer} is not {theirs}"
                );
            }
        }
        assert!(SavedModel::from_foreign("{}", "y").is_err());
        assert!(SavedModel::from_foreign("tree", "y").is_err());
    }
}
