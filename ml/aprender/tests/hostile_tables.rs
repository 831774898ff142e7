//! Every kind of model on tables that break estimators: an error with the reason, or finite answers; never a panic, and
//! memory grows only with the table.

use alimentar::Text;
use aprender::frame::{Column, Frame, Task};
use aprender::saved::{KINDS, Kind, Learner, SavedModel};

const CLASSES: [&str; 2] = ["no", "yes"];

fn text<'a>(words: impl IntoIterator<Item = &'a str>) -> Column {
    Column::Text(Text::new(words.into_iter().map(Some)))
}

/// A frame of columns of numbers, and the two targets `class` and `number`.
fn frame(columns: Vec<Vec<f64>>, rows: usize, class_of: impl Fn(usize) -> usize) -> Frame {
    let mut all: Vec<(String, Column)> = columns
        .into_iter()
        .enumerate()
        .map(|(place, values)| (format!("x{place}"), Column::Number(values)))
        .collect();
    all.push(("class".into(), text((0..rows).map(|row| CLASSES[class_of(row)]))));
    all.push((
        "number".into(),
        Column::Number((0..rows).map(|row| class_of(row) as f64 * 2.0 + 0.25).collect()),
    ));
    Frame::new(all).expect("columns of one length")
}

/// The tables with their names.
fn tables() -> Vec<(&'static str, Frame)> {
    let rows = |count: usize, value: fn(usize) -> f64| (0..count).map(value).collect::<Vec<_>>();
    let halves = |row: usize| row % 2;
    vec![
        ("no rows", frame(vec![vec![], vec![]], 0, halves)),
        ("no columns", frame(vec![], 12, halves)),
        ("one row", frame(vec![vec![1.5], vec![2.5]], 1, halves)),
        ("two rows", frame(vec![vec![1.5, 2.0], vec![2.5, 0.0]], 2, halves)),
        ("constant columns", frame(vec![vec![3.0; 12], vec![0.0; 12]], 12, halves)),
        ("the same row again and again", frame(vec![vec![3.5; 12], vec![-1.25; 12]], 12, |_| 1)),
        (
            "rows that repeat",
            frame(vec![rows(12, |r| (r % 2) as f64), rows(12, |r| (r % 3) as f64)], 12, halves),
        ),
        ("one class", frame(vec![rows(12, |r| r as f64), rows(12, |r| (r * r) as f64)], 12, |_| 0)),
        (
            "missing numbers",
            frame(vec![rows(12, |r| if r == 4 { f64::NAN } else { r as f64 }); 2], 12, halves),
        ),
        ("a column of missing numbers", frame(vec![vec![f64::NAN; 12], rows(12, |r| r as f64)], 12, halves)),
        ("infinities", frame(vec![rows(12, |r| [f64::INFINITY, f64::NEG_INFINITY, 1.0][r % 3])], 12, halves)),
        (
            "vast numbers",
            frame(vec![rows(12, |r| r as f64 * 1e307), rows(12, |r| r as f64 * -1e300)], 12, halves),
        ),
        (
            "tiny numbers",
            frame(vec![rows(12, |r| r as f64 * 1e-310), rows(12, |r| r as f64 * 1e-300)], 12, halves),
        ),
        ("doubled columns", frame(vec![rows(12, |r| r as f64); 3], 12, halves)),
    ]
}

fn target_of(task: Task) -> Option<&'static str> {
    match task {
        Task::Classification => Some("class"),
        Task::Regression => Some("number"),
        Task::Clustering | Task::Reduction | Task::Outliers => None,
    }
}

/// A fast learner: few trees, clusters that fit into a dozen rows.
fn learner(kind: &'static Kind, task: Task) -> Learner {
    let mut learner = Learner::new(kind, task);
    for (name, value) in [("trees", "3"), ("iterations", "4"), ("clusters", "2"), ("starts", "2")] {
        if kind.settings.iter().any(|setting| setting.name == name) {
            learner.settings.set(kind, name, value).expect("a setting of the kind");
        }
    }
    learner
}

fn features(frame: &Frame, task: Task) -> Frame {
    match target_of(task) {
        Some("class") => frame.without(&["number"]),
        Some(_) => frame.without(&["class"]),
        None => frame.without(&["class", "number"]),
    }
}

/// The fault in a model's answers for `data`.
fn fault(model: &SavedModel, data: &Frame) -> Option<String> {
    let answers = match model.predict(data, true) {
        Ok(answers) => answers,
        Err(error) => return Some(error.to_string()),
    };
    if answers.rows() != data.rows() {
        return Some(format!("{} answers for {} rows", answers.rows(), data.rows()));
    }
    let finite = |column: &Column| {
        column.numbers().is_none_or(|numbers| numbers.iter().all(|number| number.is_finite()))
    };
    let (name, _) = answers.columns().iter().find(|(_, column)| !finite(column))?;
    Some(format!("{name} is not finite"))
}

#[test]
fn what_breaks_estimators_gives_errors_or_finite_answers() {
    let mut faults = Vec::new();
    for (name, frame) in tables() {
        for kind in KINDS {
            for task in kind.tasks {
                let data = features(&frame, *task);
                if let Ok(model) = learner(kind, *task).fit(&data, target_of(*task))
                    && let Some(fault) = fault(&model, &data)
                {
                    faults.push(format!("{} ({task:?}) on {name}: {fault}", kind.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn tables_without_rows_or_with_one_class_are_refused_and_the_error_says_so() {
    let said = |name: &str, kind: &str, task: Task| {
        let (_, frame) = tables().into_iter().find(|(own, _)| *own == name).expect("a table");
        let kind = aprender::saved::kind(kind).expect("a kind");
        let fitted = learner(kind, task).fit(&features(&frame, task), target_of(task));
        fitted.map(|_| ()).expect_err(name).to_string()
    };
    for kind in KINDS {
        for task in kind.tasks {
            let error = said("no rows", kind.name, *task);
            let said = ["no values", "row", "0 class"].iter().any(|words| error.contains(words));
            assert!(said, "{}: {error}", kind.name);
        }
    }
    for kind in ["logistic", "naive-bayes", "boosting"] {
        let error = said("one class", kind, Task::Classification);
        assert!(error.contains("class"), "{kind}: {error}");
    }
    assert!(said("infinities", "ridge", Task::Regression).contains("x0"));
}

#[test]
fn categories_that_training_did_not_know_are_answered() {
    let names = |words: &[&str]| {
        let numbers = Column::Number((0..words.len()).map(|row| row as f64).collect());
        let class = text((0..words.len()).map(|row| CLASSES[row % 2]));
        let number = Column::Number((0..words.len()).map(|row| (row % 2) as f64).collect());
        let columns =
            [("word", text(words.iter().copied())), ("x", numbers), ("class", class), ("number", number)];
        Frame::new(columns.map(|(name, column)| (name.to_owned(), column)).into()).expect("of one length")
    };
    let known = names(&["oak", "elm", "oak", "ash", "elm", "oak", "ash", "elm", "oak", "ash", "elm", "oak"]);
    let unknown = names(&["yew", "fir", "oak"]);
    for kind in KINDS {
        for task in kind.tasks {
            let model = learner(kind, *task).fit(&features(&known, *task), target_of(*task));
            let model = model.unwrap_or_else(|error| panic!("{}: {error}", kind.name));
            assert_eq!(fault(&model, &features(&unknown, *task)), None, "{}", kind.name);
        }
    }
}

/// A quadratic number of coefficients would take 80 GB here.
#[test]
fn a_hundred_thousand_columns_take_memory_that_grows_with_the_table() {
    const ROWS: usize = 8;
    const COLUMNS: usize = 100_000;
    let column = |place: usize| (0..ROWS).map(|row| ((row * 7919 + place * 104_729) % 1009) as f64).collect();
    let wide = frame((0..COLUMNS).map(column).collect(), ROWS, |row| row % 2);
    for kind in KINDS {
        for task in kind.tasks {
            let data = features(&wide, *task);
            match learner(kind, *task).fit(&data, target_of(*task)) {
                Ok(model) => assert_eq!(fault(&model, &data), None, "{}", kind.name),
                Err(error) => assert!(error.to_string().contains("columns"), "{}: {error}", kind.name),
            }
        }
    }
}
