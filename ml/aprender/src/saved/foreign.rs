//! Boosted trees of LightGBM and XGBoost as saved models: asked about raw data by the names of their columns.

use super::any::AnyModel;
use super::error::Result;
use super::model::{SavedModel, TargetColumn};
use crate::apr::{ModelCard, Provenance};
use crate::boosting::{
    ForeignColumns, Imported, columns_of_lightgbm, columns_of_xgboost, from_lightgbm, from_xgboost,
    rounds_of_xgboost,
};
use crate::estimator::{Classifier, Model};
use crate::frame::{ColumnType, Recipe, Task, Unseen};

impl SavedModel {
    /// A model from the text of LightGBM or the JSON of XGBoost. Columns are found by the names that the file has for them, or as
    /// `column 1`, `column 2`, …; categories of a data frame by what they were called there; missing values stay missing;
    /// classes are `0`, `1`, … What a user must know about it stands among the card's limitations.
    ///
    /// # Errors
    /// The text is damaged, or the model cannot be expressed here.
    pub fn from_foreign(text: &str, target: &str) -> Result<Self> {
        let is_json = text.trim_start().starts_with('{');
        let (imported, file) = if is_json {
            (from_xgboost(text)?, columns_of_xgboost(text)?)
        } else {
            (from_lightgbm(text)?, columns_of_lightgbm(text)?)
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
        let ForeignColumns { names, categories, numbered, refuses_others } = file;
        let named = Some(names).filter(|names| names.len() == columns);
        let names = named.unwrap_or_else(|| (1..=columns).map(|place| format!("column {place}")).collect());
        let mut limitations = numbered
            .iter()
            .filter_map(|place| names.get(*place))
            .map(|name| {
                format!("column \"{name}\" takes categories as the numbers that the model was trained with")
            })
            .collect::<Vec<_>>();
        if is_json {
            let (used, all) = rounds_of_xgboost(text)?;
            let best =
                (used < all).then(|| format!("answers by {used} of {all} rounds: those up to the best one"));
            limitations.extend(best);
        }
        let unseen = if refuses_others { Unseen::Refuse } else { Unseen::Other };
        let program = if is_json { "XGBoost" } else { "LightGBM" };
        Ok(SavedModel {
            kind: "boosting".to_owned(),
            task,
            target: Some(TargetColumn { name: target.to_owned(), column_type }),
            labels,
            recipe: Recipe::of_foreign(names, categories, unseen)?,
            background: vec![0.0; columns],
            model,
            card: ModelCard {
                description: format!("boosted trees of {program}"),
                limitations,
                ..ModelCard::default()
            },
            provenance: Provenance { program: program.to_owned(), ..Provenance::default() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apr::{OpenOptions, Reader, Writer};
    use alimentar::{Column, Frame, Options, read_csv};

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

    fn frames() -> serde_json::Value {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/foreign_frames.json");
        serde_json::from_str(&std::fs::read_to_string(path).expect("a checked-in file")).expect("JSON")
    }

    /// What the model answers for rows of raw data, read as the model takes them.
    fn answers(model: &SavedModel, rows: &str) -> Vec<f64> {
        let options = Options { types: model.types(false), ..Options::default() };
        let frame = read_csv(rows.as_bytes(), "rows.csv", &options).expect("valid");
        let answers = model.predict(&frame, true).expect("usable");
        let columns = match model.labels.is_empty() {
            true => vec!["prediction".to_owned()],
            false => model.labels.iter().map(|label| format!("p({label})")).collect(),
        };
        let columns =
            columns.iter().map(|name| answers.get(name).and_then(Column::numbers).expect("numbers"));
        let columns = columns.collect::<Vec<_>>();
        (0..frame.rows()).flat_map(|row| columns.iter().map(move |column| column[row])).collect()
    }

    #[test]
    fn categories_of_frames_are_found_by_their_names_and_the_best_round_is_the_last() {
        for case in frames()["cases"].as_array().expect("cases") {
            let name = case["name"].as_str().expect("a name");
            let model = SavedModel::from_foreign(case["model"].as_str().expect("text"), "y").expect(name);
            let mut writer = Writer::new();
            model.save_into(&mut writer).expect("storable");
            let bytes = writer.to_bytes().expect("storable");
            let reader = Reader::from_bytes(&bytes, &OpenOptions::default()).expect("valid");
            assert_eq!(SavedModel::load(&reader).expect("its own file"), model, "{name}");
            for part in [Some(case), case.get("other")].into_iter().flatten() {
                let found = answers(&model, part["rows"].as_str().expect("text"));
                let theirs = part["answers"].as_array().expect("a list");
                assert_eq!(found.len(), theirs.len(), "{name}");
                for (ours, theirs) in found.iter().zip(theirs.iter().filter_map(serde_json::Value::as_f64)) {
                    assert!((ours - theirs).abs() < 2e-6, "{name}: ours {ours}, theirs {theirs}");
                }
            }
            let early = model.card.limitations.iter().any(|limitation| limitation.contains("rounds"));
            assert_eq!(early, ["xgboost early", "xgboost dart"].contains(&name), "{name}");
        }
    }

    #[test]
    fn categories_that_cannot_be_told_are_refused() {
        for case in frames()["refused"].as_array().expect("cases") {
            let why = case["why"].as_str().expect("text");
            let error = SavedModel::from_foreign(case["model"].as_str().expect("text"), "y").expect_err(why);
            assert!(error.to_string().contains(why), "{error}");
        }
        let frames = frames();
        let xgboost = frames["cases"]
            .as_array()
            .expect("cases")
            .iter()
            .find(|case| case["name"] == "xgboost regressor");
        let model = xgboost.and_then(|case| case["model"].as_str()).expect("it is there");
        let model = SavedModel::from_foreign(model, "y").expect("valid");
        let options = Options { types: model.types(false), ..Options::default() };
        let unknown =
            read_csv(&b"size,code,town\n1,510,Aachen\n1,511,Aachen\n"[..], "x", &options).expect("valid");
        let refused = model.predict(&unknown, false).expect_err("XGBoost refuses it, too");
        assert!(refused.to_string().contains("\"511\" in row 2"), "{refused}");
    }
}
