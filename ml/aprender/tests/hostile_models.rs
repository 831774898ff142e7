//! Malicious model files with correct digests: every number, word and shape of every kind of model is replaced by a
//! wrong one. Each file is refused, or gives finite answers or an error; never a panic.

use alimentar::{Options, read_csv};
use aprender::apr::{Dtype, Kind as SectionKind, OpenOptions, Reader, Section, Writer};
use aprender::frame::{Frame, Task};
use aprender::saved::{KINDS, Kind, Learner, SavedModel};
use serde_json::{Value, json};

/// 40 rows of two kinds, with a category and a missing number.
fn leaves() -> Frame {
    let mut text = String::from("length,edge,kind,weight\n");
    for row in 0..40 {
        let length = if row == 7 { "NA".to_owned() } else { format!("{}.{}", row % 2 * 3, row % 7) };
        let edge = ["smooth", "toothed", "lobed"][row % 3];
        text.push_str(&format!("{length},{edge},{},{}.25\n", ["ash", "elm"][row % 2], row % 5));
    }
    read_csv(text.as_bytes(), "leaves.csv", &Options::default()).expect("valid")
}

fn file_of(kind: &'static Kind, task: Task, frame: &Frame) -> Vec<u8> {
    let target = match task {
        Task::Classification => Some("kind"),
        Task::Regression => Some("weight"),
        Task::Clustering | Task::Reduction | Task::Outliers => None,
    };
    let mut learner = Learner::new(kind, task);
    for (name, value) in [("trees", "2"), ("iterations", "3"), ("min_samples_leaf", "3"), ("clusters", "2")] {
        if kind.settings.iter().any(|setting| setting.name == name) {
            learner.settings.set(kind, name, value).expect("a setting of the kind");
        }
    }
    let model = learner.fit(frame, target).expect("usable");
    let mut writer = Writer::new();
    model.save_into(&mut writer).expect("storable");
    writer.to_bytes().expect("storable")
}

/// What a section holds.
#[derive(Clone)]
enum Content {
    Json(Value),
    Numbers(Vec<f64>, Vec<usize>),
    Places(Vec<u32>, Vec<usize>),
    Trees(Vec<Vec<aprender::apr::TreeNode>>),
    Bytes(Vec<u8>),
}

fn content(reader: &Reader, section: &Section) -> Content {
    let shape = section.shape.iter().map(|dim| *dim as usize).collect();
    let name = section.name.as_str();
    match section.kind {
        SectionKind::Json => Content::Json(reader.json(name).expect("JSON")),
        SectionKind::Tensor(Dtype::F64) => Content::Numbers(
            reader.tensor::<f64>(name).and_then(|t| t.values()).expect("numbers").to_vec(),
            shape,
        ),
        SectionKind::Tensor(_) => Content::Places(
            reader.tensor::<u32>(name).and_then(|t| t.values()).expect("places").to_vec(),
            shape,
        ),
        SectionKind::Trees => {
            Content::Trees(reader.trees(name).expect("trees").iter().map(<[_]>::to_vec).collect())
        }
        SectionKind::Bytes => Content::Bytes(reader.bytes(name).expect("bytes").to_vec()),
    }
}

/// The file with these sections; `None` if the format itself does not allow them.
fn file(parts: &[(String, Content)]) -> Option<Vec<u8>> {
    let mut writer = Writer::new();
    for (name, content) in parts {
        match content {
            Content::Json(value) => writer.json(name, value).ok()?,
            Content::Numbers(numbers, shape) => writer.tensor(name, shape, numbers).ok()?,
            Content::Places(places, shape) => writer.tensor(name, shape, places).ok()?,
            Content::Trees(trees) => writer.trees(name, trees).ok()?,
            Content::Bytes(bytes) => writer.bytes(name, bytes.as_slice()).ok()?,
        };
    }
    writer.to_bytes().ok()
}

/// Places in JSON; for long lists the first and the last.
fn places(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(object) => {
                open.extend(object.iter().map(|(key, value)| (format!("{place}/{key}"), value)));
            }
            Value::Array(list) => {
                let some = (0..list.len()).filter(|index| *index == 0 || *index + 1 == list.len());
                open.extend(some.map(|index| (format!("{place}/{index}"), &list[index])));
            }
            _ => {}
        }
        found.push(place);
    }
    found
}

fn other_json(value: &Value) -> Vec<Content> {
    let wrong = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1),
        json!(u64::MAX),
        json!(1u64 << 40),
        json!(1e308),
        json!(-0.5),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([[[[1]]]]),
        json!("y".repeat(100_000)),
        json!(vec![0; 1000]),
    ];
    let mut others = Vec::new();
    for place in places(value) {
        for wrong in &wrong {
            let mut other = value.clone();
            if let Some(here) = other.pointer_mut(&place) {
                *here = wrong.clone();
                others.push(Content::Json(other));
            }
        }
    }
    others
}

/// The list with its first, its last and all of its elements replaced, twice as long, cut short, and empty.
fn other_lists<T: Copy>(list: &[T], shape: &[usize], wrong: &[T]) -> Vec<(Vec<T>, Vec<usize>)> {
    let mut others = Vec::new();
    for wrong in wrong {
        let mut first = list.to_vec();
        first.iter_mut().take(1).for_each(|x| *x = *wrong);
        let mut last = list.to_vec();
        last.iter_mut().rev().take(1).for_each(|x| *x = *wrong);
        others.extend([first, last, vec![*wrong; list.len()]].map(|list| (list, shape.to_vec())));
    }
    let count = list.len();
    others.push(([list, list].concat(), vec![2 * count]));
    others.push((list[..count / 2].to_vec(), vec![count / 2]));
    others.push((Vec::new(), vec![0]));
    others.push((Vec::new(), vec![0, usize::MAX >> 8]));
    others.push((list.to_vec(), vec![1, count]));
    others.push((list.to_vec(), vec![count, 1]));
    others.push((list.to_vec(), vec![count]));
    others
}

fn other_trees(trees: &[Vec<aprender::apr::TreeNode>]) -> Vec<Content> {
    let mut others = vec![
        Content::Trees(Vec::new()),
        Content::Trees(trees[..1].to_vec()),
        Content::Trees([trees, trees].concat()),
    ];
    let numbers = [f64::NAN, f64::INFINITY, 1e308, -1.0, 0.5, 4e9];
    let words = [0, 1, 2, 3, 1000, u32::MAX];
    let node_count = trees[0].len();
    for node in [0, node_count - 1] {
        let mut with = |change: &dyn Fn(&mut aprender::apr::TreeNode)| {
            let mut trees = trees.to_vec();
            change(&mut trees[0][node]);
            others.push(Content::Trees(trees));
        };
        for number in numbers {
            with(&|node| node.threshold = number);
            with(&|node| node.value = number);
        }
        for word in words {
            with(&|node| node.feature = word);
            with(&|node| node.flags = word);
            with(&|node| node.left = word);
            with(&|node| node.right = word);
        }
    }
    others
}

fn others(content: &Content) -> Vec<Content> {
    match content {
        Content::Json(value) => other_json(value),
        Content::Numbers(list, shape) => {
            let wrong =
                [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.7e308, -1.7e308, 5e-324, 0.0, -1.0, 1e160];
            other_lists(list, shape, &wrong)
                .into_iter()
                .map(|(list, shape)| Content::Numbers(list, shape))
                .collect()
        }
        Content::Places(list, shape) => {
            let wrong = [0, 1, 2, u32::MAX];
            other_lists(list, shape, &wrong)
                .into_iter()
                .map(|(list, shape)| Content::Places(list, shape))
                .collect()
        }
        Content::Trees(trees) => other_trees(trees),
        Content::Bytes(bytes) => {
            let number = |x: f64| x.to_le_bytes().repeat(bytes.len() / 8);
            let numbers = [f64::NAN, f64::INFINITY, 1.7e308, 5e-324, 0.0, -1.0].map(number);
            let cuts = [0, 1, 7, bytes.len() / 2].map(|length| bytes[..length.min(bytes.len())].to_vec());
            numbers.into_iter().chain(cuts).chain([bytes.repeat(2)]).map(Content::Bytes).collect()
        }
    }
}

/// Whether it is a model; if so, everything is computed with it.
fn use_it(bytes: &[u8], frame: &Frame) -> bool {
    let reader = Reader::from_bytes(bytes, &OpenOptions::default()).expect("its digests are right");
    let Ok(model) = SavedModel::load(&reader) else { return false };
    let _ = model.evaluate(frame);
    let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
    if let Ok(answers) = model.predict(frame, true) {
        assert_eq!(answers.rows(), frame.rows());
        let columns = answers.columns().iter().filter_map(|(_, column)| column.numbers());
        assert!(columns.into_iter().all(|numbers| finite(&numbers)), "{}", model.kind);
    }
    if let Ok(explanation) = model.explain(frame) {
        assert_eq!(explanation.features.len(), model.recipe.features().len());
        assert!(finite(&explanation.base) && finite(&explanation.values), "{}", model.kind);
    }
    true
}

#[test]
fn whatever_stands_in_a_section_no_model_panics() {
    let frame = leaves();
    for kind in KINDS {
        for task in kind.tasks {
            let bytes = file_of(kind, *task, &frame);
            let reader = Reader::from_bytes(&bytes, &OpenOptions::default()).expect("valid");
            let parts =
                reader.sections().iter().map(|section| (section.name.clone(), content(&reader, section)));
            let parts = parts.collect::<Vec<_>>();
            assert!(file(&parts).is_some_and(|bytes| use_it(&bytes, &frame)), "{}", kind.name);
            let mut refused = 0;
            for (place, (_, content)) in parts.iter().enumerate() {
                for other in others(content) {
                    let mut parts = parts.clone();
                    parts[place].1 = other;
                    refused += usize::from(file(&parts).is_some_and(|bytes| !use_it(&bytes, &frame)));
                }
                let mut without = parts.clone();
                without.remove(place);
                let _ = file(&without).is_some_and(|bytes| use_it(&bytes, &frame));
            }
            assert!(refused > 100, "{}: {refused}", kind.name);
        }
    }
}
