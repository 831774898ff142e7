use super::*;
use crate::satd::{Detector, Mode, detect as words_detect};

fn java() -> Language {
    Language::from_name("java").expect("a language of the program")
}

fn probability(comment: &str) -> f64 {
    judge(comment, java()).expect("a comment with words").probability
}

#[test]
fn admissions_without_a_marker_are_seen() {
    for comment in [
        "// this is ugly and should be rewritten when somebody has time",
        "// I'm not sure this is right, probably broken",
        "/* I don't know why this is needed, but it doesn't work without it */",
    ] {
        assert!(judge(comment, java()).is_some_and(|judgement| judgement.admits), "{comment}");
    }
    for comment in [
        "// returns the number of rows",
        "/** Creates a new instance of the panel. */",
        "// loop over all files",
    ] {
        assert!(judge(comment, java()).is_some_and(|judgement| !judgement.admits), "{comment}");
    }
    assert!(probability("// TODO: this does not work yet") > 0.8);
    assert!(probability("// the width of the table") < 0.05);
}

#[test]
fn what_is_no_comment_of_a_program_is_not_judged() {
    assert_eq!(judge("// Licensed under the Apache License, TODO fix this hack", java()), None);
    assert_eq!(judge("//", java()), None);
    let markdown = Language::from_name("markdown").expect("a language of the program");
    assert_eq!(judge("TODO: fix this ugly hack", markdown), None);
}

#[test]
fn an_admission_stands_at_the_line_that_tells_it() {
    let comment = "/* The size of the cache.\n * TODO: this is wrong and doesn't work with two threads.\n * In bytes. */";
    let judgement = judge(comment, java()).expect("words");
    let found = detect(comment, &judgement).expect("an admission");
    assert_eq!(found.offset, comment.find("TODO").expect("it is there"));
    assert_eq!(found.text, "TODO: this is wrong and doesn't work with two threads.");
    assert_eq!((found.marker, found.explicit), (MARKER, false));
    assert!(!words_detect(comment, facts::model::CommentKind::Block, java(), Mode::Full).is_empty());
    assert_eq!(Detector::default(), Detector::Words);
}

#[test]
fn a_damaged_model_is_refused() {
    let file = include_bytes!("satd.apr");
    assert!(Model::from_bytes(file).is_ok());
    for at in (0..file.len()).step_by(997) {
        let mut damaged = file.to_vec();
        damaged[at] ^= 1;
        assert!(Model::from_bytes(&damaged).is_err(), "byte {at}");
    }
    let mut unordered = parameters();
    unordered.terms.swap(0, 1);
    assert!(Model::new(unordered).is_err());
    let mut falling = parameters();
    falling.constants.curve.reverse();
    assert!(Model::new(falling).is_err());
}

fn parameters() -> Parameters {
    Model::from_bytes(include_bytes!("satd.apr")).expect("the program's own").into_parameters()
}

#[test]
fn one_term_more_adds_its_weight() {
    let mut parameters = parameters();
    let terms = Terms::of("an unheard-of comment");
    parameters.terms = terms.hashes().to_vec();
    parameters.weights = vec![1.0; parameters.terms.len()];
    parameters.constants.intercept = -2.0;
    parameters.constants.length_exponent = 0.0;
    let count = terms.hashes().len() as f32;
    let model = Model::new(parameters).expect("as many weights as terms");
    assert_eq!(model.weight(&terms), count);
    assert_eq!(model.score(&terms), count - 2.0);
    assert_eq!(model.weight(&Terms::of("")), 0.0);
}
