//! `batuta aprender`: the tutorial as one shell session, and what is wrong said clearly.

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

/// What the tutorial shows: commands, and the lines below each.
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

/// Keys are random, the program's version changes, and processors differ in the last digits; all else is what is shown.
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
    aprender(&nearest, "explain wine.apr new.csv").fails_with("cannot be told");
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
