//! Targets with very many classes, such as an identifier: the memory they would take is refused before it is allocated.

use alimentar::Text;
use aprender::frame::{Column, Frame, Task};
use aprender::saved::{KINDS, Learner, SavedError, SavedModel};

fn frame(rows: usize, classes: usize) -> Frame {
    let labels = (0..rows).map(|row| format!("n{}", row % classes)).collect::<Vec<_>>();
    let numbers = |factor: usize| Column::Number((0..rows).map(|row| (row * factor % 1009) as f64).collect());
    let class = Column::Text(Text::new(labels.iter().map(|label| Some(label.as_str()))));
    let columns = [("a", numbers(7919)), ("b", numbers(104_729)), ("class", class)];
    Frame::new(columns.map(|(name, column)| (name.to_owned(), column)).into()).expect("of one length")
}

/// The result of fitting each kind that predicts classes, with few and small trees and few steps.
fn fitted(frame: &Frame) -> Vec<(&'static str, Result<SavedModel, SavedError>)> {
    let kinds = KINDS.iter().filter(|kind| kind.tasks.contains(&Task::Classification));
    let fit = |kind: &'static aprender::saved::Kind| {
        let mut learner = Learner::new(kind, Task::Classification);
        for (name, value) in [("trees", "3"), ("iterations", "1"), ("max_iterations", "2")] {
            if kind.settings.iter().any(|setting| setting.name == name) {
                learner.settings.set(kind, name, value).expect("a setting of the kind");
            }
        }
        (kind.name, learner.fit(frame, Some("class")))
    };
    kinds.map(fit).collect()
}

/// Boosting would take 16 GB here, support vector machines 40 GB, three trees 10 GB.
#[test]
fn twenty_thousand_classes_are_refused_by_what_keeps_a_number_for_each() {
    let data = frame(40_000, 20_000);
    let mut refused = Vec::new();
    for (kind, result) in fitted(&data) {
        match result {
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains("20000 different classes"), "{kind}: {error}");
                assert!(error.contains("at most") || error.contains("more than"), "{kind}: {error}");
                refused.push(kind);
            }
            Ok(model) => {
                let said = |result: Result<(), SavedError>| result.expect_err(kind).to_string();
                assert!(said(model.predict(&data, false).map(|_| ())).contains("fewer rows"), "{kind}");
                assert!(said(model.evaluate(&data).map(|_| ())).contains("at most 4096"), "{kind}");
                let few = data.select(&[5, 6, 7]);
                assert_eq!(model.predict(&few, false).expect("few").rows(), 3, "{kind}");
            }
        }
    }
    refused.sort_unstable();
    assert_eq!(refused, ["boosting", "extra-trees", "forest", "logistic", "svm", "tree"]);
}

#[test]
fn no_kind_takes_more_than_65_536_classes() {
    for (kind, result) in fitted(&frame(70_000, 70_000)) {
        let error = result.map(|_| ()).expect_err(kind).to_string();
        assert!(error.contains("70000 different classes"), "{kind}: {error}");
    }
}

#[test]
fn a_hundred_classes_are_ordinary() {
    let data = frame(300, 100);
    for (kind, result) in fitted(&data) {
        let model = result.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(model.evaluate(&data).expect("few").labels.len(), 100, "{kind}");
    }
}
