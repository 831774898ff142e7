//! Every kind is fitted, stored and read with the same answers; files whose parts do not fit are refused without a
//! panic.

use super::*;
use crate::apr::{Dtype, Kind as SectionKind, OpenOptions, Reader, Writer};
use crate::frame::{Column, Frame, Task};
use alimentar::{Options, read_csv};
use proptest::prelude::*;

fn parse(text: &str) -> Frame {
    read_csv(text.as_bytes(), "x.csv", &Options::default()).expect("valid")
}

/// 60 rows of three kinds of leaves, with a category and some missing numbers.
fn leaves() -> Frame {
    let mut text = String::from("length,width,edge,kind,weight\n");
    for row in 0..60 {
        let kind = row % 3;
        let length = if row == 7 { "NA".to_owned() } else { format!("{}.{}", kind * 3 + 1, row % 7) };
        let edge = ["smooth", "toothed", "lobed"][(row / 3 + kind) % 3];
        let name = ["ash", "elm", "oak"][kind];
        text.push_str(&format!("{length},{}.5,{edge},{name},{}.25\n", row % 5 + kind, kind * 2 + row % 4));
    }
    parse(&text)
}

fn fitted(kind: &Kind, task: Task) -> (SavedModel, Frame, Option<&'static str>) {
    let kind = super::kind(kind.name).expect("it is one");
    let target = match task {
        Task::Classification => Some("kind"),
        Task::Regression => Some("weight"),
        Task::Clustering | Task::Reduction | Task::Outliers => None,
    };
    let mut learner = Learner::new(kind, task);
    if kind.settings.iter().any(|setting| setting.name == "trees") {
        learner.settings.set(kind, "trees", "4").expect("it has them");
    }
    if kind.name == "boosting" {
        learner.settings.set(kind, "iterations", "15").expect("it has them");
        learner.settings.set(kind, "min_samples_leaf", "3").expect("it has them");
    }
    let frame = leaves();
    (learner.fit(&frame, target).expect("usable"), frame, target)
}

fn every_kind() -> Vec<(SavedModel, Frame, Option<&'static str>)> {
    KINDS.iter().flat_map(|kind| kind.tasks.iter().map(move |task| fitted(kind, *task))).collect()
}

fn bytes(model: &SavedModel) -> Vec<u8> {
    let mut writer = Writer::new();
    model.save_into(&mut writer).expect("storable");
    writer.to_bytes().expect("storable")
}

fn load(bytes: &[u8]) -> Result<SavedModel, SavedError> {
    SavedModel::load(&Reader::from_bytes(bytes, &OpenOptions::default())?)
}

#[test]
fn every_kind_is_read_as_it_was_stored() {
    for (model, frame, _) in every_kind() {
        let again = load(&bytes(&model)).expect("its own file");
        assert_eq!(again, model, "{}", model.kind);
        let (ours, theirs) = (model.predict(&frame, true), again.predict(&frame, true));
        assert_eq!(ours.expect("usable"), theirs.expect("usable"), "{}", model.kind);
        assert_eq!(bytes(&again), bytes(&model), "{}", model.kind);
        let learner = Learner::of(&again).expect("it was fitted by one");
        let target = again.target.as_ref().map(|target| target.name.as_str());
        assert_eq!(learner.fit(&frame, target).expect("usable"), model, "{}", model.kind);
    }
}

#[test]
fn the_same_data_and_seed_give_the_same_file() {
    for ((one, ..), (two, ..)) in every_kind().into_iter().zip(every_kind()) {
        assert_eq!(bytes(&one), bytes(&two), "{}", one.kind);
    }
}

#[test]
fn classes_and_numbers_are_predicted_better_than_by_chance() {
    for (model, frame, target) in every_kind() {
        if target.is_none() {
            assert!(matches!(model.evaluate(&frame), Err(SavedError::NothingToCompare(_))));
            continue;
        }
        let evaluation = model.evaluate(&frame).expect("usable");
        let (figure, least) = match evaluation.task {
            Task::Classification => ("accuracy", 0.8),
            _ => ("r2", 0.3),
        };
        assert!(evaluation.metrics[figure] > least, "{}: {:?}", model.kind, evaluation.metrics);
        assert_eq!(evaluation.rows, 60);
    }
}

#[test]
fn contributions_and_base_sum_to_the_raw_answer() {
    for (model, frame, _) in every_kind() {
        let explanation = match model.explain(&frame) {
            Ok(explanation) => explanation,
            Err(error) => {
                assert!(matches!(error, SavedError::NoExplanation(_)));
                continue;
            }
        };
        let table = model.recipe.apply(&frame).expect("usable");
        for row in 0..table.rows() {
            let sum =
                |output: usize| explanation.base[output] + explanation.row(row, output).iter().sum::<f64>();
            let sums = (0..explanation.outputs.len()).map(sum).collect::<Vec<_>>();
            let raw = match (model.model.classifier(), model.model.regressor()) {
                (Some(classifier), _) => classifier.predict_proba(&table).expect("usable").row(row).to_vec(),
                (None, Some(regressor)) => vec![regressor.predict(&table).expect("usable")[row]],
                _ => unreachable!("only these explain"),
            };
            let mut answers = sums;
            if explanation.unit == "log-odds" {
                if answers.len() == 1 {
                    answers.insert(0, 0.0);
                }
                crate::link::softmax(&mut answers);
            }
            let close = answers.iter().zip(&raw).all(|(a, b)| (a - b).abs() < 1e-9);
            assert!(close, "{}: {answers:?} is not {raw:?}", model.kind);
        }
        assert_eq!(explanation.importance().len(), table.columns());
    }
}

#[test]
fn a_nearest_neighbours_model_says_that_it_holds_the_rows() {
    let nearest = kind("nearest").expect("a kind");
    let (model, ..) = fitted(nearest, Task::Classification);
    assert!(model.card.limitations.iter().any(|text| text.contains("contains the training rows")));
    let forest = kind("forest").expect("a kind");
    assert!(!fitted(forest, Task::Classification).0.card.limitations.iter().any(|t| t.contains("contains")));
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let frame = leaves();
    let said = |name: &str, target: Option<&str>, setting: Option<&str>| {
        let fit = || {
            let mut learner = Learner::named(name, &frame, target)?;
            if let Some(setting) = setting {
                learner.settings.set_text(learner.kind, setting)?;
            }
            learner.fit(&frame, target)
        };
        fit().expect_err("not possible").to_string()
    };
    assert!(
        said("magic", Some("kind"), None)
            .starts_with("there is no kind of model \"magic\"; there are linear,")
    );
    assert!(said("ridge", Some("weight"), Some("depth=3")).contains("no setting \"depth\"; it has penalty"));
    assert!(said("ridge", Some("weight"), Some("penalty")).contains("write name=value"));
    assert!(said("ridge", Some("weight"), Some("penalty=much")).contains("it must be a number"));
    assert!(said("ridge", Some("weight"), Some("penalty=-1")).contains("at least 0"));
    assert!(said("forest", Some("kind"), Some("max_features=few")).contains("one of default"));
    assert!(said("ridge", None, None).contains("needs a target"));
    assert!(said("ridge", Some("kind"), None).contains("regression needs numbers"));
    assert!(said("ridge", Some("wait"), None).contains("there is no column \"wait\""));
    let one = parse("a,b\n1,x\n2,x\n");
    let learner = Learner::named("logistic", &one, Some("b")).expect("a kind");
    assert!(learner.fit(&one, Some("b")).expect_err("one class").to_string().contains("1 class"));
}

#[test]
fn cross_validation_compares_each_row_once() {
    let frame = leaves();
    let learner = Learner::named("logistic", &frame, Some("kind")).expect("a kind");
    let folds = learner.folds(&frame, Some("kind"), 4).expect("enough rows");
    let evaluations = learner.cross_validate(&frame, Some("kind"), &folds).expect("usable");
    assert_eq!(evaluations.iter().map(|e| e.rows).sum::<usize>(), 60);
    assert!(evaluations.iter().all(|e| e.metrics["accuracy"] > 0.7));
}

#[test]
fn held_out_rows_and_groups_stay_apart() {
    let frame = leaves();
    let learner = Learner::named("logistic", &frame, Some("kind")).expect("a kind");
    let fold = learner.held_out(&frame, Some("kind"), 0.25).expect("enough rows");
    assert_eq!((fold.train.len(), fold.test.len()), (45, 15));
    let per_kind = |kind: usize| fold.test.iter().filter(|row| **row % 3 == kind).count();
    assert_eq!([0, 1, 2].map(per_kind), [5, 5, 5]);
    assert!([0.0, 1.0, f64::NAN, 0.001].iter().all(|s| learner.held_out(&frame, Some("kind"), *s).is_err()));
    let folds = learner.parted(&frame, Some("kind"), 3, Parting::Grouped("edge")).expect("three groups");
    let edges = |rows: &[usize]| frame.select(rows).get("edge").expect("there").text(0);
    assert!(folds.iter().all(|fold| fold.test.len() == 20 && edges(&fold.test) != edges(&fold.train)));
    let later = learner.parted(&frame, Some("kind"), 3, Parting::InOrder).expect("enough rows");
    assert!(later.iter().all(|fold| fold.train.last() < fold.test.first()));
}

#[test]
fn the_best_point_of_a_grid_is_found() {
    let frame = leaves();
    let learner = Learner::named("ridge", &frame, Some("weight")).expect("a kind");
    let grid = crate::validation::Grid::parse(&["penalty=1e6,0.1"]).expect("a grid");
    let folds = learner.folds(&frame, Some("weight"), 3).expect("enough rows");
    let score = |point: usize| {
        let candidate = learner.at(&grid, point).expect("a setting");
        candidate.compared(&frame, Some("weight"), &folds).expect("usable").0
    };
    assert!(score(1) > score(0) + 0.1);
    let wrong = crate::validation::Grid::parse(&["depth=1"]).expect("a grid");
    assert!(matches!(learner.at(&wrong, 0), Err(SavedError::NoSetting { .. })));
}

/// The model's file with one number or word changed by `change`, and correct digests.
fn forged(file: &[u8], section: usize, change: u64) -> Option<Vec<u8>> {
    let reader = Reader::from_bytes(file, &OpenOptions::default()).expect("valid");
    let parts = reader.sections().iter().enumerate().map(|(number, section_of)| {
        let mut bytes = reader.bytes(&section_of.name).expect("readable").to_vec();
        if number == section % reader.sections().len() && !bytes.is_empty() {
            let at = (change >> 8) as usize % bytes.len();
            bytes[at] ^= (change as u8).max(1);
            if change.is_multiple_of(3) {
                bytes.truncate(at / 8 * 8);
            }
        }
        (section_of.name.clone(), section_of.kind, section_of.shape.clone(), bytes)
    });
    let parts = parts.collect::<Vec<_>>();
    let numbers = parts.iter().map(|(.., bytes)| {
        bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("8 bytes"))).collect::<Vec<_>>()
    });
    let numbers = numbers.collect::<Vec<_>>();
    let places = parts.iter().map(|(.., bytes)| {
        bytes.chunks_exact(4).map(|b| u32::from_le_bytes(b.try_into().expect("4 bytes"))).collect::<Vec<_>>()
    });
    let places = places.collect::<Vec<_>>();
    let mut writer = Writer::new();
    for (number, (name, kind, shape, bytes)) in parts.iter().enumerate() {
        let mut shape = shape.iter().map(|dim| *dim as usize).collect::<Vec<_>>();
        let elements = match kind {
            SectionKind::Tensor(Dtype::F64) => numbers[number].len(),
            _ => places[number].len(),
        };
        if shape.iter().product::<usize>() != elements {
            shape = vec![elements];
        }
        match kind {
            SectionKind::Json => {
                writer.json(name, &serde_json::from_slice::<serde_json::Value>(bytes).ok()?).ok()?
            }
            SectionKind::Tensor(Dtype::F64) => writer.tensor(name, &shape, &numbers[number]).ok()?,
            SectionKind::Tensor(_) => writer.tensor(name, &shape, &places[number]).ok()?,
            SectionKind::Trees => {
                let trees = reader.trees(name).ok()?.iter().map(<[_]>::to_vec).collect::<Vec<_>>();
                writer.trees(name, &trees).ok()?
            }
            SectionKind::Bytes => writer.bytes(name, bytes.as_slice()).ok()?,
        };
    }
    writer.to_bytes().ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn parts_that_do_not_fit_never_cause_a_panic(changes in prop::collection::vec((any::<usize>(), any::<u64>()), 8)) {
        thread_local! {
            static FILES: Vec<Vec<u8>> = every_kind().iter().map(|(model, ..)| bytes(model)).collect();
        }
        let frame = leaves();
        FILES.with(|files| for file in files {
            for (section, change) in &changes {
                if let Some(model) = forged(file, *section, *change).and_then(|file| load(&file).ok()) {
                    // Every accepted file can be used for predictions.
                    let _ = model.predict(&frame, true);
                    let _ = model.evaluate(&frame);
                    let _ = model.explain(&frame);
                }
            }
        });
    }
}

#[test]
fn a_file_without_a_table_model_is_refused() {
    let mut writer = Writer::new();
    writer.tensor("weights", &[1], &[1.0f64]).expect("storable");
    let error = load(&writer.to_bytes().expect("storable")).expect_err("no model of a table");
    assert!(error.to_string().contains("no model that was fitted to a table"));
}

#[test]
fn raw_data_of_other_types_and_orders_is_predicted() {
    let (model, frame, _) = fitted(kind("logistic").expect("a kind"), Task::Classification);
    let types = model.types(false);
    let options = Options { types, ..Options::default() };
    let text = "edge,extra,width,length,weight\nfrilled,x,4.5,7.2,6\ntoothed,y,1.5,,2\n";
    let raw = read_csv(text.as_bytes(), "x", &options).expect("valid");
    let answers = model.predict(&raw, true).expect("usable");
    assert_eq!(answers.rows(), 2);
    assert_eq!(answers.names().collect::<Vec<_>>(), ["prediction", "p(ash)", "p(elm)", "p(oak)"]);
    let Some(Column::Number(chances)) = answers.get("p(oak)") else { panic!("a column of chances") };
    assert!(chances[0] > 0.5, "the longest leaves are of oaks: {chances:?}");
    assert!(model.predict(&frame.without(&["length"]), false).is_err());
}
