//! `batuta aprender`: the tutorial as one shell session, and clear error messages.

use crate::program::{Run, run, workspace};
use crate::repository::Tree;
use serde_json::Value;
use std::fs;

fn data(name: &str) -> String {
    fs::read_to_string(workspace().join("docs/tutorial").join(name)).expect("a checked-in file")
}

/// A folder with the tutorial's data.
fn cellar() -> Tree {
    let files = ["wine.csv", "test.csv", "new.csv"].map(|name| (name, data(name)));
    Tree::folder(&files.each_ref().map(|(name, text)| (*name, text.as_str())))
}

/// Runs `batuta aprender` with these words.
#[track_caller]
fn aprender(tree: &Tree, words: &str) -> Run {
    let words = std::iter::once("aprender").chain(words.split_whitespace()).collect::<Vec<_>>();
    run(tree.path(), &words)
}

/// A folder with a model of the kind.
fn fitted(model: &str, more: &str) -> Tree {
    let tree = cellar();
    aprender(&tree, &format!("fit wine.csv --target cultivar --model {model} {more} -o wine.apr")).exits(0);
    tree
}

/// The tutorial's examples: commands, and the lines below each.
fn session() -> Vec<(String, String)> {
    let text = fs::read_to_string(workspace().join("docs/tutorial-models.md")).expect("a checked-in file");
    let mut session = Vec::<(String, String)>::new();
    let mut console = false;
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            console = language == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| console) {
            session.push((command.to_owned(), String::new()));
        } else if let Some((_, shown)) = session.last_mut().filter(|_| console) {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    session
}

/// Keys are random, the program's version changes, and processors differ in the last digits; everything else must
/// match.
fn stable(text: &str) -> String {
    let word = |word: &str| match word.parse::<f64>() {
        Ok(number) if word.contains('.') => format!("{number:.3}"),
        _ if word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) => "(digest)".to_owned(),
        _ => word.to_owned(),
    };
    let line = |line: &str| {
        let words = line.split([' ', ',']).filter(|part| !part.is_empty()).map(word);
        words.collect::<Vec<_>>().join(" ") + "\n"
    };
    let changing = ["code revision:", "made by:", "bytes:", "apr/provenance", "apr/card"];
    let kept = text.lines().filter(|line| !changing.iter().any(|start| line.trim_start().starts_with(start)));
    kept.map(line).collect()
}

#[test]
fn the_tutorial_is_a_session_that_answers_as_it_shows() {
    let tree = cellar();
    let mut compared = 0;
    for (command, shown) in session() {
        let Some(words) = command.strip_prefix("batuta ") else { continue };
        let words = words.split_whitespace().collect::<Vec<_>>();
        let run = run(tree.path(), &words);
        assert!(matches!(run.code, Some(0 | 1)), "{command}\n{}", run.stderr);
        if !shown.is_empty() {
            assert_eq!(stable(&run.stdout), stable(&shown), "{command}");
            compared += 1;
        }
    }
    assert!(compared >= 8, "only {compared} commands show what they print");
}

#[test]
fn every_kind_of_model_is_fitted_stored_and_asked() {
    let tree = cellar();
    for kind in ["logistic", "naive-bayes", "nearest", "tree", "forest", "extra-trees", "boosting"] {
        let fit = format!("fit wine.csv -t cultivar -m {kind} --test-share 0.3 -o {kind}.apr --format json");
        let report = aprender(&tree, &fit).exits(0).json();
        let accuracy = report["comparison"]["metrics"]["accuracy"]["mean"].as_f64().expect("a figure");
        assert!(accuracy > 0.85, "{kind}: {accuracy}");
        let answers = aprender(&tree, &format!("predict {kind}.apr new.csv")).exits(0).stdout;
        assert_eq!(answers.lines().count(), 4, "{kind}: {answers}");
        aprender(&tree, &format!("validate {kind}.apr")).exits(0);
    }
    for kind in ["linear", "ridge", "nearest", "boosting"] {
        let fit = format!("fit wine.csv -t proline -m {kind} --drop cultivar --cv 3 -o n.apr --format json");
        let report = aprender(&tree, &fit).exits(0).json();
        assert!(report["comparison"]["metrics"]["r2"]["mean"].as_f64().expect("a figure") > 0.3, "{kind}");
        aprender(&tree, "predict n.apr new.csv --format jsonl").exits(0);
    }
    for (kind, first) in
        [("k-means", "prediction"), ("pca", "component 1,component 2"), ("isolation-forest", "score")]
    {
        aprender(&tree, &format!("fit wine.csv -m {kind} --drop cultivar -o n.apr")).exits(0);
        let answers = aprender(&tree, "predict n.apr new.csv").exits(0).stdout;
        assert_eq!(answers.lines().next(), Some(first));
    }
}

#[test]
fn the_same_data_and_seed_give_the_same_file() {
    let tree = fitted("forest", "--seed 7 --set trees=10 --threads 1");
    let first = fs::read(tree.join("wine.apr")).expect("it was written");
    aprender(&tree, "fit wine.csv -t cultivar -m forest --seed 7 --set trees=10 --threads 2 -o wine.apr")
        .exits(0);
    assert_eq!(fs::read(tree.join("wine.apr")).expect("it was written"), first);
}

#[test]
fn drawings_are_written() {
    let tree = fitted("logistic", "");
    let words = "evaluate wine.apr test.csv --plots drawn --learning-curve --format json";
    let report = aprender(&tree, words).exits(0).json();
    assert_eq!(report["rows"], 44);
    let names = ["roc", "precision-recall", "calibration", "confusion", "importance", "learning-curve"];
    assert_eq!(report["drawings"].as_array().map(Vec::len), Some(names.len()));
    for name in names {
        let drawing = fs::read_to_string(tree.join(format!("drawn/{name}.svg"))).expect("it was written");
        assert!(drawing.starts_with("<svg ") && !drawing.contains("NaN"), "{name}");
    }
}

#[test]
fn drawings_are_pictures_where_the_machine_has_fonts() {
    let tree = fitted("logistic", "");
    let out = aprender(&tree, "evaluate wine.apr test.csv --plots drawn --plot-format png");
    if out.code != Some(0) {
        out.fails_with("this machine has no fonts");
        return;
    }
    out.exits(0);
    let picture = fs::read(tree.join("drawn/roc.png")).expect("it was written");
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.len() > 10_000, "{}", picture.len());
}

#[test]
fn settings_are_searched_and_the_best_is_kept() {
    let tree = fitted("logistic", "");
    let words = "fit wine.csv -t cultivar -m logistic --search penalty=1e6,1 --cv 3 -o s.apr --format json";
    let report = aprender(&tree, words).exits(0).json();
    assert_eq!(report["search"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["settings"]["penalty"], "1");
}

#[test]
fn explanations_add_up() {
    let tree = fitted("boosting", "--set iterations=10");
    let report = aprender(&tree, "explain wine.apr new.csv --format json").exits(0).json();
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(3));
    assert_eq!(report["features"].as_array().map(Vec::len), Some(13));
    aprender(&tree, "explain wine.apr new.csv --row 2").exits(0);
    aprender(&tree, "explain wine.apr new.csv --row 4").fails_with("there is no row 4");
    let nearest = fitted("nearest", "");
    aprender(&nearest, "explain wine.apr new.csv").fails_with("cannot be computed exactly");
}

#[test]
fn what_is_wrong_with_data_is_said_with_its_line() {
    let tree = fitted("logistic", "");
    let refused = |text: &[u8], words: &str| {
        tree.write("bad.csv", text);
        aprender(&tree, "fit bad.csv -t b -m logistic -o x.apr").fails_with(words);
        assert!(!tree.join("x.apr").exists());
    };
    refused(b"a,b\n1,x\n2\n", "bad.csv:3: 1 fields, the header has 2");
    refused(b"a,b\n1,\"x\n2,y\n", "bad.csv:2: column 2: the quotation mark that opens here is never closed");
    refused(b"a,b\n1,\xff\n", "bad.csv:2: column 2: bytes that are not UTF-8");
    refused(b"a,b\n1,\0\n", "a zero byte");
    refused(b"a,a\n1,2\n", "another column has this name too");
    refused(b"", "there are no columns");
    refused(b"a,b\n1,x\n2,x\n", "the targets hold 1 class(es)");
    refused(b"a,b\n1,x\n2,\n", "has no value in row 2");
    refused(b"a,c\n1,x\n2,y\n", "there is no column \"b\"");
    refused(b"b\nx\ny\n", "no column is left");
    refused(b"a,b\ninf,x\n2,y\n", "is infinite in row 1");
    aprender(&tree, "fit none.csv -t b -m logistic -o x.apr").fails_with("cannot read none.csv");
    aprender(&tree, "fit wine.csv -t cultivar -m magic -o x.apr").fails_with("there is no kind of model");
    aprender(&tree, "fit wine.csv -t cultivar -m ridge -o x.apr").fails_with("regression needs numbers");
    aprender(&tree, "fit wine.csv -t cultivar -m forest --set depth=1 -o x.apr")
        .fails_with("it has trees, max_depth");
    aprender(&tree, "fit wine.csv -t cultivar -m forest -o no/such/folder/x.apr")
        .fails_with("there is no folder");
}

/// An identifier as the target would take gigabytes.
#[test]
fn a_target_that_names_each_row_is_refused_with_what_to_do() {
    let tree = cellar();
    let rows = (0..40_000).map(|row| format!("{},n{}\n", row % 7, row / 2)).collect::<String>();
    tree.write("ids.csv", format!("a,id\n{rows}").as_bytes());
    // A tree is as large as the number of values that it distinguishes: seven here, so a forest fits.
    for kind in ["logistic", "boosting", "svm"] {
        let run = aprender(&tree, &format!("fit ids.csv -t id -m {kind} -o x.apr"));
        let run = run.fails_with("20000 different classes");
        assert!(run.stderr.contains("--target"), "{kind}: {}", run.stderr);
        assert!(!tree.join("x.apr").exists());
    }
}

#[test]
fn marks_other_line_ends_and_unseen_categories_are_ordinary() {
    let tree = cellar();
    tree.write("trees.csv", "\u{FEFF}height,bark,kind\r\n1,smooth,ash\r\n2,\"rough, deep\",oak\r\n1.5,smooth,ash\r\n3,\"rough, deep\",oak\r\n");
    aprender(&tree, "fit trees.csv -t kind -m logistic -o trees.apr").exits(0);
    tree.write("more.csv", "bark,height\nfrilled,2.5\n,1\n");
    let answers = aprender(&tree, "predict trees.apr more.csv").exits(0).stdout;
    assert_eq!(answers.lines().count(), 3);
    aprender(&tree, "fit trees.csv -t kind -m logistic --unseen refuse -o strict.apr").exits(0);
    aprender(&tree, "predict strict.apr more.csv").fails_with("\"frilled\" in row 1");
    tree.write("less.csv", "height\n1\n");
    aprender(&tree, "predict trees.apr less.csv").fails_with("column \"bark\"");
}

#[test]
fn damaged_and_forged_files_are_refused() {
    let tree = fitted("logistic", "");
    let file = fs::read(tree.join("wine.apr")).expect("it was written");
    for end in [0, 7, 100, file.len() / 2, file.len() - 1] {
        tree.write("cut.apr", &file[..end]);
        aprender(&tree, "validate cut.apr").exits(1);
        aprender(&tree, "predict cut.apr new.csv").fails_with("cannot use cut.apr");
        aprender(&tree, "inspect cut.apr").fails_with("cannot use cut.apr");
    }
    for at in [9, 200, file.len() / 2, file.len() - 200] {
        let mut flipped = file.clone();
        flipped[at] ^= 4;
        tree.write("flipped.apr", &flipped);
        aprender(&tree, "validate flipped.apr").exits(1);
    }
    aprender(&tree, "validate none.apr").fails_with("cannot use none.apr");
    aprender(&tree, "predict wine.csv new.csv").fails_with("not an .apr file");
}

#[test]
fn only_a_trusted_signature_of_this_very_file_counts() {
    let tree = fitted("logistic", "");
    aprender(&tree, "keygen ada").exits(0);
    aprender(&tree, "keygen eve").exits(0);
    aprender(&tree, "keygen ada").fails_with("is there already");
    aprender(&tree, "verify wine.apr --trust ada.pub").exits(1);
    aprender(&tree, "sign wine.apr --key eve.key").exits(0);
    let verdict = aprender(&tree, "verify wine.apr --trust ada.pub").exits(1).stdout;
    assert!(verdict.contains("the trust store does not have"), "{verdict}");
    aprender(&tree, "predict wine.apr new.csv --trust ada.pub").fails_with("no signature by a trusted key");
    aprender(&tree, "sign wine.apr --key ada.key").exits(0);
    let verdict = aprender(&tree, "verify wine.apr --trust ada.pub").exits(0).stdout;
    assert!(verdict.ends_with("signed by ada\n"), "{verdict}");
    aprender(&tree, "predict wine.apr new.csv --trust ada.pub").exits(0);
    let mut forged = fs::read(tree.join("wine.apr")).expect("it is there");
    let last = forged.len() - 70;
    forged[last] ^= 1;
    tree.write("wine.apr", forged);
    aprender(&tree, "verify wine.apr --trust ada.pub").exits(1);
    aprender(&tree, "sign wine.apr --key ada.pub").fails_with("is not the key that is needed");
}

#[test]
fn encrypted_files_open_with_their_key_only() {
    let tree = cellar();
    tree.write("password.txt", "correct horse\n");
    tree.write("wrong.txt", "incorrect horse\n");
    aprender(&tree, "keygen bob --purpose encryption").exits(0);
    let seal = "--encrypt-password-file password.txt --encrypt-for bob.pub";
    aprender(&tree, &format!("fit wine.csv -t cultivar -m logistic {seal} -o s.apr")).exits(0);
    aprender(&tree, "predict s.apr new.csv").fails_with("the file is encrypted");
    aprender(&tree, "predict s.apr new.csv --password-file wrong.txt").fails_with("does not open this file");
    aprender(&tree, "predict s.apr new.csv --password-file password.txt").exits(0);
    aprender(&tree, "predict s.apr new.csv --key bob.key").exits(0);
    let shown = aprender(&tree, "inspect s.apr --format json").exits(0).json();
    assert_eq!(shown["cipher"], "ChaCha20-Poly1305");
    assert_eq!(shown["card"]["description"], "logistic regression");
    assert_eq!(shown["provenance"], Value::Null);
    aprender(&tree, "validate s.apr").exits(0);
    aprender(&tree, "validate s.apr --key bob.key").exits(0);
}

#[test]
fn licences_are_enforced() {
    let tree = cellar();
    tree.write("old.json", r#"{"id":"1","licensee":"Bob","issued":0,"expires":1000}"#);
    tree.write("two.json", r#"{"id":"2","licensee":"Bob","issued":0,"uses":2}"#);
    aprender(&tree, "fit wine.csv -t cultivar -m logistic --license old.json -o old.apr").exits(0);
    aprender(&tree, "predict old.apr new.csv").fails_with("ended at 1000");
    aprender(&tree, "fit wine.csv -t cultivar -m logistic --license two.json -o two.apr").exits(0);
    aprender(&tree, "predict two.apr new.csv").fails_with("a ledger must be given");
    for _ in 0..2 {
        aprender(&tree, "predict two.apr new.csv --ledger used").exits(0);
    }
    aprender(&tree, "validate two.apr").exits(0);
    aprender(&tree, "predict two.apr new.csv --ledger used").fails_with("all are spent");
}

#[test]
fn models_of_other_libraries_are_converted_and_asked() {
    let path = workspace().join("ml/aprender/tests/data/foreign_models.json");
    let cases: Value = serde_json::from_str(&fs::read_to_string(path).expect("checked in")).expect("JSON");
    let tree = cellar();
    let mut converted = 0;
    for case in cases["cases"].as_array().expect("a list") {
        let name = case["name"].as_str().expect("a name");
        let file = if name.starts_with("lightgbm") { "foreign.txt" } else { "foreign.json" };
        tree.write(file, case["model"].as_str().expect("text"));
        aprender(&tree, &format!("convert {file} -o foreign.apr")).exits(0);
        aprender(&tree, "validate foreign.apr").exits(0);
        converted += 1;
    }
    assert!(converted >= 10);
    tree.write("foreign.json", "{}");
    aprender(&tree, "convert foreign.json -o x.apr").fails_with("not a valid model of XGBoost");
}

#[test]
fn older_files_are_converted() {
    let tree = cellar();
    let golden = workspace().join("ml/aprender/tests/apr/golden/v1-zstd.apr");
    tree.write("old.apr", fs::read(golden).expect("a checked-in file"));
    aprender(&tree, "predict old.apr new.csv").fails_with("aprender convert");
    aprender(&tree, "inspect old.apr").exits(0);
    aprender(&tree, "convert old.apr -o new.apr").exits(0);
    aprender(&tree, "validate new.apr").exits(0);
    let sections = aprender(&tree, "inspect new.apr --format json").exits(0).json()["sections"].clone();
    assert!(sections.as_array().expect("a list").iter().any(|section| section["name"] == "v1/payload"));
    aprender(&tree, "convert new.apr -o newer.apr").fails_with("of the newest version already");
}

/// Forty rows with a target that depends on a number; one cell can be replaced.
fn dirty(cell: &str, target: &str) -> String {
    let mut text = String::from("a,b,y\n");
    for row in 0..40 {
        let a = if row == 20 { cell.to_owned() } else { format!("{row}.25") };
        let y = if row == 30 { target.to_owned() } else { format!("{}", row * 3) };
        text.push_str(&format!("{a},{},{y}\n", row % 7));
    }
    text
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let tree = fitted("tree", "");
    let copy = |name: &str| fs::read(tree.join(name)).expect("it is there");
    let (model, data) = (copy("wine.apr"), copy("wine.csv"));
    fs::write(tree.join("w.json"), "{}").expect("the folder can be written");
    let mut names = vec!["wine.csv", "./wine.csv"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("wine.csv", tree.join("soft")).expect("a link");
        fs::hard_link(tree.join("wine.csv"), tree.join("hard")).expect("a link");
        names.extend(["soft", "hard"]);
    }
    for name in names {
        for command in [
            format!("fit wine.csv -t cultivar -m tree -o {name}"),
            format!("fit wine.csv -t cultivar -m tree -o new.apr --report {name}"),
            format!("predict wine.apr wine.csv -o {name}"),
            format!("evaluate wine.apr wine.csv -o {name}"),
            format!("explain wine.apr wine.csv -o {name}"),
        ] {
            aprender(&tree, &command).fails_with("is read, too, and would be lost");
            assert!(copy("wine.csv") == data, "{command}");
        }
    }
    for command in [
        "predict wine.apr wine.csv -o wine.apr",
        "inspect wine.apr -o wine.apr",
        "convert wine.apr -o wine.apr",
        "convert w.json -o w.json",
    ] {
        aprender(&tree, command).fails_with("is read, too, and would be lost");
    }
    assert!(copy("wine.apr") == model && copy("w.json") == b"{}");
    aprender(&tree, "fit wine.csv -t cultivar -m tree -o new.apr --report new.apr")
        .fails_with("to the same file");
    assert!(!tree.join("new.apr").exists());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("wine.csv", tree.join("confusion.svg")).expect("a link");
        aprender(&tree, "evaluate wine.apr wine.csv --plots .").fails_with("is read, too, and would be lost");
        assert!(copy("wine.csv") == data);
    }
}

#[cfg(unix)]
#[test]
fn a_device_stays_one_and_a_link_leads_to_the_new_model() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let tree = cellar();
    symlink("real.apr", tree.join("link.apr")).expect("a link");
    fs::write(tree.join("real.apr"), "old").expect("the folder can be written");
    symlink("/dev/null", tree.join("null.apr")).expect("a link");
    for name in ["link.apr", "null.apr"] {
        aprender(&tree, &format!("fit wine.csv -t cultivar -m tree -o {name}")).exits(0);
        assert!(fs::symlink_metadata(tree.join(name)).is_ok_and(|found| found.is_symlink()), "{name}");
    }
    aprender(&tree, "validate real.apr").exits(0);
    assert!(fs::metadata("/dev/null").is_ok_and(|found| found.file_type().is_char_device()));
}

#[test]
fn an_odd_cell_is_told_and_leaves_numbers_numbers() {
    let tree = cellar();
    tree.write("d.csv", dirty("n.a.", "90"));
    let fit = aprender(&tree, "fit d.csv -t y -m ridge -o m.apr --format json").exits(0);
    assert!(fit.stderr.contains("column \"a\": \"n.a.\" in line 22 is not a number"), "{}", fit.stderr);
    let report = fit.json();
    assert_eq!(report["features"], serde_json::json!(["a", "b"]));
    assert_eq!(report["remarks"].as_array().map(Vec::len), Some(1));
    // The same data are read in the same way.
    let judged = aprender(&tree, "evaluate m.apr d.csv").exits(0);
    assert!(judged.stderr.contains("in line 22"), "{}", judged.stderr);
    assert!(aprender(&tree, "evaluate m.apr d.csv -q").exits(0).stderr.is_empty());
    let named = aprender(&tree, "fit d.csv -t y -m ridge --missing n.a. -o n.apr").exits(0);
    assert!(named.stderr.is_empty(), "{}", named.stderr);
    tree.write("one.csv", "a,b\nn.a.,3\n");
    aprender(&tree, "predict n.apr one.csv").exits(0);
    aprender(&tree, "predict m.apr one.csv").fails_with("one.csv:2: column \"a\": \"n.a.\" is not a number");
    let words =
        aprender(&tree, "fit d.csv -t y -m ridge --type a=category -o m.apr --format json").exits(0).json();
    assert_eq!(words["features"].as_array().map(Vec::len), Some(41));
}

#[test]
fn an_odd_cell_of_a_target_is_not_a_class_unasked() {
    let tree = cellar();
    tree.write("d.csv", dirty("1", "unknown"));
    for more in ["", "--task regression", "--task classification"] {
        aprender(&tree, &format!("fit d.csv -t y -m tree {more} -o m.apr"))
            .fails_with("holds \"unknown\" in line 32");
        assert!(!tree.join("m.apr").exists());
    }
    let asked =
        aprender(&tree, "fit d.csv -t y -m tree --type y=category -o m.apr --format json").exits(0).json();
    assert_eq!(
        (asked["task"].as_str(), asked["labels"].as_array().map(Vec::len)),
        (Some("classification"), Some(40))
    );
    let fraction = (0..30)
        .map(|row| format!("{row},{}\n", if row == 9 { "0.5".to_owned() } else { (row % 2).to_string() }));
    tree.write("fraction.csv", format!("a,y\n{}", fraction.collect::<String>()));
    aprender(&tree, "fit fraction.csv -t y -m tree -o m.apr").fails_with("holds 0.5 in row 10");
    aprender(&tree, "fit fraction.csv -t y -m tree --task regression -o m.apr").exits(0);
    // A few numbers and words count as labels.
    tree.write("labels.csv", "a,y\n1,1\n2,2\n3,2\n4,1\n5,1\n6,mixed\n7,mixed\n8,2\n");
    let labels = aprender(&tree, "fit labels.csv -t y -m tree -o m.apr --format json").exits(0).json();
    assert_eq!(labels["labels"], serde_json::json!(["1", "2", "mixed"]));
}

#[test]
fn dates_are_numbers_for_models() {
    let tree = cellar();
    let rows = (1..=28).map(|day| format!("2024-02-{day:02},{}\n", 10 * day)).collect::<String>();
    tree.write("d.csv", format!("day,y\n{rows}"));
    let fit = aprender(&tree, "fit d.csv -t y -m linear -o m.apr --format json").exits(0).json();
    assert_eq!(fit["features"], serde_json::json!(["day"]));
    tree.write("next.csv", "day\n2024-03-01\n");
    let answer = aprender(&tree, "predict m.apr next.csv").exits(0).stdout;
    let number = answer.lines().nth(1).and_then(|line| line.parse::<f64>().ok()).expect("a number");
    assert!((number - 300.0).abs() < 1e-6, "{answer}");
    tree.write("c.csv", "day,y\n20240201,1\n20240202,2\n20240203,3\n20240204,4\nsoon,5\n");
    let said =
        aprender(&tree, "fit c.csv -t y -m linear --type day=date --task regression -o m.apr").exits(0);
    assert!(said.stderr.contains("\"soon\" in line 6 is not a date"), "{}", said.stderr);
    aprender(&tree, "fit c.csv -t y -m linear --type day=time -o m.apr").exits(2);
    aprender(&tree, "predict m.apr c.csv --type day=number").fails_with("the model takes a date there");
}

#[test]
fn rows_that_were_fitted_to_are_counted() {
    let tree = cellar();
    let words = "fit wine.csv -t cultivar -m tree --test-share 0.25 -o m.apr";
    let report = aprender(&tree, &format!("{words} --format json")).exits(0).json();
    let (fitted, held, all) =
        (report["rows"].as_u64(), report["comparison"]["rows"].as_u64(), report["rows_of_data"].as_u64());
    assert_eq!((fitted.zip(held).map(|(fitted, held)| fitted + held), all), (Some(131), Some(131)));
    let shown = aprender(&tree, words).exits(0).stdout;
    assert!(shown.contains(&format!("{} of 131 rows", fitted.expect("a number"))), "{shown}");
}

#[test]
fn too_many_categories_are_said_with_a_way_out() {
    let tree = cellar();
    let rows = (0..600).map(|i| format!("t{:03},{i},{}\n", i % 300, if i % 2 == 0 { "p" } else { "q" }));
    tree.write("d.csv", format!("town,size,y\n{}", rows.collect::<String>()));
    let refused = aprender(&tree, "fit d.csv -t y -m boosting -o m.apr")
        .fails_with("column \"town\" has 300 different categories");
    assert!(refused.stderr.contains("--categories one-hot"), "{}", refused.stderr);
    aprender(&tree, "fit d.csv -t y -m boosting --categories one-hot -o m.apr").exits(0);
}

#[test]
fn classes_are_weighed_and_settings_ranked_as_asked() {
    let tree = cellar();
    let mut text = String::from("a,b,y\n");
    for row in 0..200 {
        let (a, b) = (row % 17, row % 5);
        let y = if (a * b) % 11 == 3 && row % 3 > 0 { "rare" } else { "usual" };
        text.push_str(&format!("{a},{b},{y}\n"));
    }
    tree.write("d.csv", &text);
    let recall = |more: &str| {
        aprender(&tree, &format!("fit d.csv -t y -m logistic {more} -o m.apr")).exits(0);
        let report = aprender(&tree, "evaluate m.apr d.csv --format json").exits(0).json();
        let rare = &report["confusion"][0];
        let (hit, missed) = (rare[0].as_f64().expect("a count"), rare[1].as_f64().expect("a count"));
        hit / (hit + missed)
    };
    let (equal, balanced) = (recall(""), recall("--class-weight balanced"));
    assert!(balanced > equal + 0.3, "{equal} {balanced}");
    for kind in ["svm", "tree", "forest", "extra-trees", "boosting"] {
        aprender(&tree, &format!("fit d.csv -t y -m {kind} --class-weight balanced -o m.apr")).exits(0);
    }
    aprender(&tree, "fit d.csv -t y -m nearest --class-weight balanced -o m.apr")
        .fails_with("cannot weigh classes");
    aprender(&tree, "fit d.csv -t a -m ridge --class-weight balanced -o m.apr")
        .fails_with("cannot weigh classes");
    let words =
        "fit d.csv -t y -m logistic --search penalty=0.01,100 --scoring log-loss -o m.apr --format json";
    let report = aprender(&tree, words).exits(0).json();
    assert_eq!(report["scoring"], "log_loss");
    let scores = report["search"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|tried| tried["score"].as_f64().expect("a number"));
    let scores = scores.collect::<Vec<_>>();
    let best = if scores[0] < scores[1] { "0.01" } else { "100" };
    assert_eq!(report["settings"]["penalty"], best, "less is better");
    aprender(&tree, "fit d.csv -t y -m logistic --search penalty=1,2 --scoring rmse -o m.apr")
        .fails_with("rmse is no figure of classification");
}

#[test]
fn predict_and_evaluate_agree() {
    let tree = cellar();
    let mut text = String::from("a,b,y\n");
    for row in 0..60 {
        let noise = (row * 7919) % 13;
        text.push_str(&format!(
            "{},{},{}\n",
            row % 7,
            noise,
            if (row % 7 + noise) % 5 < 2 { "p" } else { "q" }
        ));
    }
    tree.write("d.csv", &text);
    let truth = text
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().expect("a label").to_owned())
        .collect::<Vec<_>>();
    for kind in ["svm", "logistic", "naive-bayes", "nearest", "tree", "forest", "extra-trees", "boosting"] {
        aprender(&tree, &format!("fit d.csv -t y -m {kind} -o m.apr")).exits(0);
        let judged = aprender(&tree, "evaluate m.apr d.csv --format json").exits(0).json();
        let answers = aprender(&tree, "predict m.apr d.csv").exits(0).stdout;
        let right = answers.lines().skip(1).zip(&truth).filter(|(answer, truth)| answer == truth).count();
        let accuracy = judged["metrics"]["accuracy"].as_f64().expect("a figure");
        assert!((accuracy - right as f64 / truth.len() as f64).abs() < 1e-12, "{kind}: {accuracy} {right}");
    }
}

#[test]
fn names_that_mean_something_are_refused_as_tensors() {
    let tree = cellar();
    for (name, taken) in
        [("apr/license", true), ("apr/new", true), ("aprender/model", true), ("apricot", false)]
    {
        let head = format!("{{\"{name}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}}}");
        let mut file = (head.len() as u64).to_le_bytes().to_vec();
        file.extend(head.bytes().chain([0; 4]));
        fs::write(tree.join("t.safetensors"), file).expect("the folder can be written");
        let made = aprender(&tree, "convert t.safetensors -o t.apr");
        if taken {
            made.fails_with("means something");
        } else {
            made.exits(0);
            aprender(&tree, "inspect t.apr").exits(0);
        }
    }
}
