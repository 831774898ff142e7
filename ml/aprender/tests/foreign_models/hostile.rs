//! Malicious files: each is refused with an error that names the place, or gives a model with finite answers.

use super::{chain, file, import, use_it};
use aprender::boosting::{from_lightgbm, from_xgboost};
use aprender::saved::SavedModel;
use serde_json::{Value, json};

/// Wrong values, to replace others.
fn wrong_values() -> Vec<Value> {
    let texts =
        ["", "x", "nan", "inf", "-1", "0", "2.5", "1e400", "99999999999", "[1,2,3]", "reg:gamma", "dart"];
    let numbers = [
        json!(-1),
        json!(-2),
        json!(0),
        json!(1),
        json!(7),
        json!(i32::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
    ];
    let vast = [json!(1e308), json!(-1e308), json!(1e39), json!(5e-324), json!(0.5)];
    let others = [Value::Null, json!(true), json!([]), json!({}), json!([[[1]]]), json!({"a": [1]})];
    texts.map(Value::from).into_iter().chain(numbers).chain(vast).chain(others).collect()
}

/// The places of values; for long lists the first two and the last.
fn places(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(object) => {
                open.extend(object.iter().map(|(key, value)| (format!("{place}/{key}"), value)));
            }
            Value::Array(list) => {
                let some = (0..list.len()).filter(|index| *index < 2 || *index + 1 == list.len());
                open.extend(some.map(|index| (format!("{place}/{index}"), &list[index])));
            }
            _ => {}
        }
        found.push(place);
    }
    found
}

fn without(value: &Value, place: &str) -> Value {
    let mut value = value.clone();
    let (above, last) = place.rsplit_once('/').unwrap_or(("", ""));
    match value.pointer_mut(above) {
        Some(Value::Object(object)) => drop(object.remove(last)),
        Some(Value::Array(list)) => drop(list.pop()),
        _ => {}
    }
    value
}

/// Reads it in all ways, and uses the result.
fn try_it(name: &str, text: &str) -> bool {
    let saved = SavedModel::from_foreign_bytes(text.as_bytes(), "y");
    let Ok(model) = import(name, text) else {
        assert!(saved.is_err(), "{name}");
        return false;
    };
    use_it(&model);
    true
}

fn models_of(library: &str) -> Vec<(String, String)> {
    let file = file();
    let cases = file["cases"].as_array().expect("cases").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let own = cases.map(|case| (text(&case["name"]), text(&case["model"])));
    own.filter(|(name, _)| name.starts_with(library)).collect()
}

#[test]
fn wrong_values_in_models_of_xgboost_are_errors_or_other_models() {
    let mut models = models_of("xgboost");
    models.push(("xgboost chain".to_owned(), chain(4, 3, 1.0, |level| level as f64)));
    let (mut tried, mut read) = (0, 0);
    for (name, text) in models {
        let value: Value = serde_json::from_str(&text).expect("JSON");
        for place in places(&value) {
            let mut changed = vec![without(&value, &place)];
            for wrong in wrong_values() {
                let mut value = value.clone();
                if let Some(here) = value.pointer_mut(&place) {
                    *here = wrong;
                    changed.push(value);
                }
            }
            for value in changed {
                tried += 1;
                read += usize::from(try_it(&name, &value.to_string()));
            }
        }
    }
    assert!(read > 100 && tried - read > 1_000, "{read} of {tried} are models");
}

#[test]
fn every_cut_of_a_model_of_xgboost_is_an_error() {
    let text = chain(12, 3, 1.0, |level| level as f64);
    for length in 0..text.len() {
        assert!(SavedModel::from_foreign_bytes(&text.as_bytes()[..length], "y").is_err(), "{length}");
    }
    let twice = text.replacen("\"tree_info\":[0]", "\"tree_info\":[0],\"tree_info\":[0]", 1);
    assert_ne!(text, twice);
    assert!(from_xgboost(&twice).expect_err("which of them counts?").to_string().contains("duplicate"));
    for nested in
        ["[".repeat(200_000), "{\"a\":".repeat(200_000), format!("{{\"learner\":{}", "[".repeat(200_000))]
    {
        assert!(SavedModel::from_foreign_bytes(nested.as_bytes(), "y").is_err());
    }
}

/// The lists of a tree, with changed children.
fn with_children(left: &[i64], right: &[i64]) -> String {
    let mut value: Value = serde_json::from_str(&chain(3, 2, 1.0, |_| 0.5)).expect("JSON");
    let tree = &mut value["learner"]["gradient_booster"]["model"]["trees"][0];
    (tree["left_children"], tree["right_children"]) = (json!(left), json!(right));
    value.to_string()
}

#[test]
fn trees_of_xgboost_that_are_none_are_refused_and_the_node_is_named() {
    let (left, right) = ([1, -1, 3, -1, 5, -1, -1], [2, -1, 4, -1, 6, -1, -1]);
    assert!(from_xgboost(&with_children(&left, &right)).is_ok());
    let with = |node: usize, children: [i64; 2]| {
        let (mut left, mut right) = (left, right);
        (left[node], right[node]) = (children[0], children[1]);
        with_children(&left, &right)
    };
    let refused = |text: &str| from_xgboost(text).expect_err("no tree").to_string();
    for (node, children, what) in [
        (0, [0, 2], "the root below itself"),
        (2, [2, 4], "a node that is its own child"),
        (4, [2, 6], "a cycle"),
        (2, [4, 4], "one child on both sides, and another node that nothing leads to"),
        (4, [1, 6], "a child of two"),
        (4, [5, 7], "a child behind the last"),
        (4, [5, i64::from(i32::MAX)], "a child far behind the last"),
        (4, [-1, 6], "half a leaf"),
        (4, [5, -1], "half a leaf"),
        (4, [-2, -2], "a child before the first"),
        (4, [i64::from(i32::MIN), 6], "a child far before the first"),
    ] {
        let said = refused(&with(node, children));
        assert!(said.contains("tree 0: node "), "{what}: {said}");
    }
    assert!(refused(&with(4, [5, 1 << 40])).contains("invalid value"));
    assert!(refused(&with_children(&[], &[])).contains("differ in length"));
    let text = with_children(&left, &right);
    for list in [
        "left_children",
        "right_children",
        "split_indices",
        "split_conditions",
        "default_left",
        "sum_hessian",
    ] {
        let said = refused(&text.replacen(&format!("\"{list}\""), "\"other\"", 1));
        assert!(said.contains(list), "{said}");
    }
}

/// A leaf without answers, infinite weights, gains without a sum: none of them leads to an answer that is not a number.
#[test]
fn answers_that_are_no_numbers_are_refused() {
    let with = |list: &str, number: Value| {
        let mut value: Value = serde_json::from_str(&chain(3, 2, 1.0, |_| 0.5)).expect("JSON");
        let tree = &mut value["learner"]["gradient_booster"]["model"]["trees"][0];
        let nodes = tree[list].as_array().map_or(0, Vec::len);
        tree[list] = vec![number; nodes].into();
        from_xgboost(&value.to_string())
    };
    assert!(with("split_conditions", json!(1e39)).is_err());
    assert!(with("sum_hessian", json!(-1)).is_err());
    assert!(with("loss_changes", json!(1.7e308)).expect_err("no sum").to_string().contains("gains"));
    assert!(with("sum_hessian", json!(1e308)).is_ok());
    let model = models_of("lightgbm").remove(0).1;
    let line = model.lines().find(|line| line.starts_with("leaf_value=")).expect("a tree");
    let words = line.split_whitespace().count();
    for vast in ["1e308", "-1.7e308"] {
        let vast = format!("leaf_value={}", vec![vast; words].join(" "));
        let said = from_lightgbm(&model.replace(line, &vast)).expect_err("no finite sum").to_string();
        assert!(said.contains("not finite"), "{said}");
    }
}

#[test]
fn wrong_lines_of_models_of_lightgbm_are_errors_or_other_models() {
    let wrong = [
        "",
        "x",
        "nan",
        "inf",
        "-inf",
        "-1",
        "0",
        "1",
        "2",
        "1e400",
        "99999999999999999999",
        "0 0",
        "1 2 3",
        "-9223372036854775808",
        "4294967295",
        "multiclass num_class:3",
        "binary sigmoid:0",
        "binary sigmoid:nan",
    ];
    let (mut tried, mut read) = (0, 0);
    for (name, text) in models_of("lightgbm") {
        let lines = text.lines().collect::<Vec<_>>();
        let trees = lines.iter().position(|line| *line == "end of trees").expect("its end");
        for (number, line) in lines.iter().enumerate().take(trees) {
            let Some((key, value)) = line.split_once('=') else { continue };
            let mut others = wrong.map(|wrong| format!("{key}={wrong}")).to_vec();
            // The first and the last number of a list.
            for wrong in ["-1", "nan", "1e308", "99999999", "-99999999"] {
                let mut words = value.split(' ').collect::<Vec<_>>();
                if let Some(last) = words.last_mut() {
                    *last = wrong;
                }
                others.push(format!("{key}={}", words.join(" ")));
                words[0] = wrong;
                others.push(format!("{key}={}", words.join(" ")));
            }
            for other in others {
                let mut lines = lines.clone();
                lines[number] = &other;
                tried += 1;
                read += usize::from(try_it(&name, &lines.join("\n")));
            }
            let mut twice = lines.clone();
            twice.insert(number, line);
            if key != "Tree" {
                assert!(!try_it(&name, &twice.join("\n")), "{line:.40} is there twice");
            }
        }
    }
    assert!(read > 100 && tried - read > 1_000, "{read} of {tried} are models");
}

#[test]
fn every_cut_of_a_model_of_lightgbm_is_an_error() {
    let text = models_of("lightgbm").remove(0).1;
    let end = text.find("\nend of trees").expect("its end");
    for length in 0..end {
        assert!(from_lightgbm(&text[..length]).is_err(), "{length}");
    }
}

/// A number in a file of a few hundred bytes cannot make the reader allocate a lot of memory.
#[test]
fn sizes_that_promise_much_are_refused() {
    let text = chain(3, 2, 1.0, |_| 0.5);
    for (from, to) in [
        ("\"num_feature\":\"2\"", "\"num_feature\":\"18446744073709551615\""),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"1048577\""),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"1048576\""),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"4099\""),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"0\""),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"-2\""),
        ("\"num_feature\":\"2\"", "\"num_feature\":\"2.5\""),
        ("\"num_class\":\"0\"", "\"num_class\":\"nan\""),
        ("\"tree_info\":[0]", "\"tree_info\":[18446744073709551615]"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(from_xgboost(&changed).is_err(), "{to}");
    }
    let columns =
        |count: usize| text.replacen("\"num_feature\":\"2\"", &format!("\"num_feature\":\"{count}\""), 1);
    assert!(text.len() < 2 * 4_096, "a small file");
    let said = from_xgboost(&columns(1 << 20)).expect_err("two are used").to_string();
    assert!(said.contains("1048576 columns, which the file neither names nor uses"), "{said}");
    assert!(from_xgboost(&columns(4_098)).is_ok(), "the two that are used, and 4,096 others");
    let used = columns(1 << 20).replacen("\"split_indices\":[0", "\"split_indices\":[1048575", 1);
    assert!(from_xgboost(&used).is_ok(), "its last column is used");
    let light = models_of("lightgbm").remove(0).1;
    let vast = light.replacen("max_feature_idx=4", "max_feature_idx=1048575", 1);
    assert!(from_lightgbm(&vast).expect_err("five are used").to_string().contains("neither names nor uses"));
    let classes = text.replacen("reg:squarederror", "multi:softprob", 1);
    let classes = classes.replacen("\"num_class\":\"0\"", "\"num_class\":\"4000000000\"", 1);
    assert!(from_xgboost(&classes).expect_err("too many").to_string().contains("number of classes"));
}
