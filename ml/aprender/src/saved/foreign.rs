//! Boosted trees of LightGBM and XGBoost as saved models, which predict from raw data by column name.

use super::any::AnyModel;
use super::error::Result;
use super::model::{SavedModel, TargetColumn};
use crate::apr::{ModelCard, Provenance};
use crate::boosting::{
    ForeignColumns, ImportError, Imported, columns_of_lightgbm, columns_of_xgboost, from_lightgbm,
    from_xgboost, other_form, rounds_of_xgboost,
};
use crate::estimator::{Classifier, Model};
use crate::frame::{ColumnType, Recipe, Task, Unseen};

impl SavedModel {
    /// As [`SavedModel::from_foreign`], from the bytes of a file.
    ///
    /// # Errors
    /// Those of that function, and forms of XGBoost's files that are not text.
    pub fn from_foreign_bytes(bytes: &[u8], target: &str) -> Result<Self> {
        if let Some(error) = other_form(bytes) {
            return Err(error.into());
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ImportError::Malformed {
            format: "LightGBM or XGBoost",
            what: "it is not UTF-8 text".to_owned(),
        })?;
        Self::from_foreign(text, target)
    }

    /// A model from the text of LightGBM or the JSON of XGBoost. Columns are found by their names in the file, or as
    /// `column 1`, `column 2`, …; the categories of a data frame keep their names; missing values stay missing; classes
    /// are `0`, `1`, … The card lists the limitations that a user must know.
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

    /// The model's answers for rows of raw data, read with the model's column types.
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
    fn forms_and_boosters_that_are_not_read_are_named() {
        let refused =
            |bytes: &[u8]| SavedModel::from_foreign_bytes(bytes, "y").expect_err("not read").to_string();
        for (bytes, what) in [
            (&b"{L\0\0\0\0\0\0\0\x07learner{L\0\0\0\0"[..], "UBJSON"),
            (b"binf\x01\0\0\0\xff", "binary form"),
        ] {
            let said = refused(bytes);
            assert!(said.contains(what) && said.contains("model.json"), "{said}");
        }
        assert!(refused(b"tree\n\xff").contains("UTF-8"));
        let linear = br#"{"learner":{"attributes":{},"feature_names":["a"],"feature_types":["float"],"gradient_booster":{"model":
            {"boosted_rounds":8,"weights":[1.9E0,-2.8E-1]},"name":"gblinear"},"learner_model_param":{"base_score":"[-1.1E0]",
            "num_class":"0","num_feature":"1","num_target":"1"},"objective":{"name":"reg:squarederror"}},"version":[3,2,0]}"#;
        let said = refused(linear);
        assert!(said.contains("gblinear") && said.contains("only trees are read"), "{said}");
    }

    /// The library treats a boolean column of a data frame as numbers.
    #[test]
    fn columns_of_truths_are_read_as_numbers() {
        let frames = frames();
        let cases = frames["cases"].as_array().expect("cases");
        let model = cases.iter().find(|case| case["name"] == "lightgbm early").expect("it is there");
        let model = SavedModel::from_foreign(model["model"].as_str().expect("text"), "y").expect("valid");
        let types = model.types(false);
        let numbers =
            types.iter().filter(|(_, own)| **own == ColumnType::Number).map(|(name, _)| name.as_str());
        let names: Vec<&str> = types.keys().map(String::as_str).collect();
        let numbers: Vec<&str> = numbers.collect();
        assert!(!numbers.is_empty());
        let row = |truth: &str| {
            names
                .iter()
                .map(|name| if numbers.contains(name) { truth } else { "" })
                .collect::<Vec<_>>()
                .join(",")
        };
        let rows = |yes: &str, no: &str| format!("{}\n{}\n{}\n", names.join(","), row(yes), row(no));
        assert_eq!(answers(&model, &rows("True", "False")), answers(&model, &rows("1", "0")));
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
