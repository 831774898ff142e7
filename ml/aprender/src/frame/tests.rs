//! The output of recipes against figures worked out by hand, and what they refuse.

use super::*;
use alimentar::{Options, read_csv};
use proptest::prelude::*;

fn frame(text: &str) -> Frame {
    read_csv(text.as_bytes(), "x.csv", &Options::default()).expect("valid")
}

fn prepared(text: &str, preparation: Preparation) -> (Recipe, Vec<f64>) {
    let frame = frame(text);
    let recipe = Recipe::fit(&frame, &preparation).expect("usable");
    let values = recipe.apply(&frame).expect("the training rows").into_values();
    (recipe, values)
}

const PLAIN: Preparation = Preparation {
    fill: Fill::Mean,
    indicator: false,
    scale: Scale::None,
    categories: Categories::OneHot,
    unseen: Unseen::Other,
    most_words: 1000,
};

#[test]
fn missing_numbers_are_filled_as_asked() {
    let filled = |fill: Fill| prepared("n\n4\nNA\n1\n1\n10\n", Preparation { fill, ..PLAIN }).1[1];
    assert_eq!(
        [Fill::Mean, Fill::Median, Fill::MostFrequent, Fill::Constant(7.0)].map(filled),
        [4.0, 2.5, 1.0, 7.0]
    );
    assert!(filled(Fill::Keep).is_nan());
}

#[test]
fn numbers_are_scaled_and_a_second_column_tells_what_was_missing() {
    let (recipe, values) =
        prepared("n\n1\nNA\n3\n", Preparation { scale: Scale::Standard, indicator: true, ..PLAIN });
    assert_eq!(recipe.features(), ["n", "n is missing"]);
    let spread = 1.5f64.sqrt();
    assert!(values.iter().zip([-spread, 0.0, 0.0, 1.0, spread, 0.0]).all(|(a, b)| (a - b).abs() < 1e-12));
    let (_, values) = prepared("n\n2\n4\n3\n", Preparation { scale: Scale::MinMax, ..PLAIN });
    assert_eq!(values, [0.0, 1.0, 0.5]);
    let (_, values) = prepared("n\n5\n5\n", Preparation { scale: Scale::Standard, ..PLAIN });
    assert_eq!(values, [0.0, 0.0]);
}

#[test]
fn categories_are_encoded_and_unknown_ones_are_none_of_them() {
    let text = "k,n\nelm,1\nNA,2\nash,3\n";
    let (recipe, values) = prepared(text, PLAIN);
    assert_eq!(recipe.features(), ["k=ash", "k=elm", "k is missing", "n"]);
    assert_eq!(values, [0., 1., 0., 1., 0., 0., 1., 2., 1., 0., 0., 3.]);
    assert_eq!(recipe.origins(), [0, 0, 0, 1]);
    assert_eq!(recipe.apply(&frame("n,k\n9,oak\n")).expect("unknown").values(), [0., 0., 0., 9.]);
    let (recipe, values) = prepared(text, Preparation { categories: Categories::Ordinal, ..PLAIN });
    assert_eq!(values, [1., 1., 2., 2., 0., 3.]);
    assert_eq!(recipe.ordinals(), [0]);
    assert_eq!(recipe.apply(&frame("n,k\n9,oak\n")).expect("unknown").values(), [3., 9.]);
}

#[test]
fn what_does_not_suit_is_said() {
    let refusing = Preparation { unseen: Unseen::Refuse, ..PLAIN };
    let (recipe, _) = prepared("k,n\nelm,1\nash,3\n", refusing);
    let said = |text: &str| recipe.apply(&frame(text)).expect_err("does not suit").to_string();
    assert_eq!(
        said("k,n\nelm,1\noak,2\n"),
        "column \"k\" holds \"oak\" in row 2, which was not among the training rows"
    );
    assert_eq!(said("k,n\nelm,1\n,2\n"), "column \"k\" has no value in row 2");
    assert_eq!(said("k,m\nelm,1\n"), "there is no column \"n\"; the data has \"k\", \"m\"");
    assert_eq!(
        said("k,n\nelm,one\n"),
        "column \"n\" holds text (row 1: \"one\"), the model was fitted to numbers"
    );
    assert_eq!(said("k,n\nelm,inf\n"), "column \"n\" is infinite in row 1; correct or remove the value");
    let refused =
        |text: &str, preparation: &Preparation| Recipe::fit(&frame(text), preparation).expect_err("unusable");
    assert_eq!(refused("a,n\n,1\n,2\n", &PLAIN), FrameError::NoValues("a".into()));
    assert!(matches!(refused("n\n1\ninf\n", &PLAIN), FrameError::Infinite { row: 2, .. }));
    let few = Preparation { most_words: 1, ..PLAIN };
    assert!(matches!(refused("k\na\nb\n", &few), FrameError::TooManyWords { found: 2, limit: 1, .. }));
}

/// 70,000 rows with as many different words make a file of a megabyte and a table of 39 GB.
#[test]
fn a_table_beyond_all_memory_is_refused() {
    let rows = (0..70_000).map(|row| format!("w{row}\n")).collect::<String>();
    let many = Preparation { most_words: 100_000, categories: Categories::OneHot, ..PLAIN };
    let (words, one) = (frame(&format!("k\n{rows}")), frame("k\nw7\n"));
    let recipe = Recipe::fit(&words, &many).expect("many words");
    assert!(matches!(recipe.apply(&words), Err(FrameError::TooManyNumbers { rows: 70_000, .. })));
    assert_eq!(recipe.apply(&one).expect("one row").values().iter().sum::<f64>(), 1.0);
}

#[test]
fn targets_are_numbers_or_classes() {
    let text = "i,t,n,b\n10,x,0.5,true\n9,y,2,false\n";
    let suggested = |name: &str| Task::suggested(frame(text).get(name).expect("there"));
    use Task::{Classification, Regression};
    assert_eq!(
        ["i", "t", "n", "b"].map(suggested),
        [Classification, Classification, Regression, Classification]
    );
    let classes = Target::new(&frame(text), "i", Classification).expect("classes");
    assert_eq!(classes, Target::Classes { labels: vec!["9".into(), "10".into()], codes: vec![1, 0] });
    assert_eq!(Target::new(&frame(text), "n", Regression), Ok(Target::Numbers(vec![0.5, 2.0])));
    assert!(matches!(Target::new(&frame(text), "t", Regression), Err(FrameError::TextTarget { row: 1, .. })));
    assert!(matches!(Target::new(&frame(text), "z", Regression), Err(FrameError::NoColumn { .. })));
    assert!(matches!(Target::new(&frame("t\nx\nx\n"), "t", Classification), Err(FrameError::Model(_))));
    assert!(matches!(
        Target::new(&frame("t,n\nx,1\n,2\n"), "t", Classification),
        Err(FrameError::Missing { row: 2, .. })
    ));
}

proptest! {
    #[test]
    fn any_numbers_are_scaled_to_finite_ones_and_the_recipe_survives_storage(
        values in prop::collection::vec(prop_oneof![8 => any::<f64>(), 1 => Just(f64::NAN)], 1..12),
        scale in prop::sample::select(vec![Scale::None, Scale::Standard, Scale::MinMax]),
        fill in prop::sample::select(vec![Fill::Mean, Fill::Median, Fill::MostFrequent]),
    ) {
        let frame = Frame::new(vec![("n".into(), Column::Number(values))]).expect("one column");
        if let Ok(recipe) = Recipe::fit(&frame, &Preparation { scale, fill, ..PLAIN }) {
            let (outline, numbers) = recipe.outline();
            let text = serde_json::to_string(&outline).expect("JSON");
            let again = Recipe::from_outline(serde_json::from_str(&text).expect("JSON"), &numbers);
            prop_assert_eq!(again, Ok(recipe));
        }
    }
}
