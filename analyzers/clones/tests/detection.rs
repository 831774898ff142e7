//! Tests what counts as a clone on small trees, and purely repetitive input.

use clones::{CloneKind, CloneOptions, Clones, Kinds, LineRange, LineShare, SECTIONS, detect};
use facts::source::MemoryTree;
use facts::{MeasureOptions, Measured, RepoFacts};
use std::fmt::Write;

const SHORT: CloneOptions =
    CloneOptions { min_tokens: 30, min_lines: 5, kinds: Kinds { exact: true, renamed: true, gapped: true } };

fn facts(files: &[(&str, &str)]) -> RepoFacts {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let options = MeasureOptions { sections: SECTIONS, ..MeasureOptions::default() };
    facts::measure(&tree, None, &options).expect("memory can be read")
}

fn found(files: &[(&str, &str)], options: &CloneOptions) -> Clones {
    detect(&facts(files), options)
}

/// `exact 0:1-8 1:3-10` for each class.
fn shown(clones: &Clones) -> Vec<String> {
    let class = |class: &clones::CloneClass| {
        let members = class.members.iter().fold(String::new(), |mut text, member| {
            let LineRange { first, last } = member.lines;
            write!(text, " {}:{first}-{last}", member.file).expect("a string can be written to");
            text
        });
        format!("{:?}{members}", class.kind)
    };
    clones.classes.iter().map(class).collect()
}

fn percent(clones: &Clones) -> Measured<f64> {
    clones.lines.iter().copied().sum::<LineShare>().percent()
}

const TOTAL: &str = "function total(orders, limit) {
  let sum = 0;
  for (const order of orders) {
    if (order.price > limit) {
      sum += order.price * order.count;
    }
  }
  return sum;
}
";

#[test]
fn comments_and_layout_do_not_matter() {
    let laid_out =
        TOTAL.replace("let sum", "// The sum.\n\n  let sum").replace("orders, limit", "orders,\n  limit");
    let clones = found(&[("a.js", TOTAL), ("b.js", &laid_out)], &SHORT);
    assert_eq!(shown(&clones), ["Exact 0:1-9 1:1-12"]);
    assert_eq!(percent(&clones), Measured::Value(100.0));
}

#[test]
fn names_are_renamed_the_same_way_throughout() {
    let renamed = TOTAL.replace("order", "item").replace("sum", "result").replace('0', "1");
    assert_eq!(shown(&found(&[("a.js", TOTAL), ("b.js", &renamed)], &SHORT)), ["Renamed 0:1-9 1:1-9"]);
    let crossed = TOTAL.replace("return sum", "return limit").replace("order.count", "limit.count");
    let options = CloneOptions { kinds: Kinds { gapped: false, ..SHORT.kinds }, ..SHORT };
    assert_eq!(shown(&found(&[("a.js", TOTAL), ("b.js", &crossed)], &options)), [""; 0]);
    let exact = CloneOptions { kinds: Kinds { renamed: false, gapped: false, exact: true }, ..SHORT };
    assert_eq!(shown(&found(&[("a.js", TOTAL), ("b.js", &renamed)], &exact)), [""; 0]);
}

#[test]
fn languages_of_one_family_are_compared_and_others_are_not() {
    let clones = found(&[("a.js", TOTAL), ("b.ts", TOTAL), ("c.tsx", TOTAL)], &SHORT);
    assert_eq!(shown(&clones), ["Exact 0:1-9 1:1-9 2:1-9"]);
    let c = "int total(int a, int b) {
  int sum = 0;
  for (int i = 0; i < a; i++) {
    if (a > b) {
      sum += a * b;
    }
  }
  return sum;
}
";
    let clones = found(&[("a.c", c), ("b.cpp", c), ("c.java", &format!("class A {{\n{c}}}\n"))], &SHORT);
    assert_eq!(shown(&clones), ["Exact 0:1-9 1:1-9"]);
}

#[test]
fn lists_of_imports_are_no_clones() {
    let imports =
        "use std::collections::{BTreeMap, BTreeSet};\nuse std::fs::File;\nuse std::io::{Read, Write};\n\
                   pub use std::path::{\n    Path,\n    PathBuf,\n};\nuse std::sync::Arc;\n"
            .repeat(2);
    let clones = found(&[("a.rs", &imports), ("b.rs", &imports)], &SHORT);
    assert_eq!(shown(&clones), [""; 0]);
    assert_eq!(percent(&clones), Measured::unsupported("no line of code was compared"));
}

#[test]
fn ten_identical_files_are_duplicated_in_full() {
    let names: Vec<String> = (0..10).map(|number| format!("{number}.js")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), TOTAL)).collect();
    let clones = found(&files, &SHORT);
    assert_eq!(percent(&clones), Measured::Value(100.0));
    assert_eq!(clones.classes.len(), 1);
    assert_eq!((clones.classes[0].kind, clones.classes[0].members.len()), (CloneKind::Exact, 10));
}

#[test]
fn nested_classes_with_the_same_members_are_not_reported_twice() {
    let two =
        format!("{TOTAL}\n{}", TOTAL.replace("total", "second").replace("price * order.count", "weight"));
    let options = CloneOptions { kinds: Kinds { gapped: false, ..SHORT.kinds }, ..SHORT };
    assert_eq!(shown(&found(&[("a.js", &two), ("b.js", &two)], &options)), ["Exact 0:1-19 1:1-19"]);
}

#[test]
fn a_function_with_an_inserted_line_is_a_gapped_clone() {
    let options = CloneOptions { min_tokens: 40, ..SHORT };
    let changed = TOTAL.replace("  return", "  log(\"total\", sum, limit);\n  return").replace(" > ", " >= ");
    let clones = found(&[("a.js", TOTAL), ("b.js", &changed)], &options);
    assert_eq!(shown(&clones), ["Gapped 0:1-9 1:1-10"]);
    let similarity = clones.classes[0].similarity;
    assert!((clones::MIN_SIMILARITY..1.0).contains(&similarity), "{similarity}");
}

#[test]
fn ten_thousand_equal_lines_are_one_class() {
    let lines = format!("fn a() {{\n{}}}\n", "    write(x, 1);\n".repeat(10_000));
    let clones = found(&[("a.rs", &lines)], &CloneOptions { min_tokens: 50, ..SHORT });
    assert_eq!(clones.classes.len(), 1, "{:?}", shown(&clones));
    let share: LineShare = clones.lines.iter().copied().sum();
    assert!(share.duplicated > 9_980 && share.compared == 10_002, "{share:?}");
}

/// A table of distinct numbers.
fn table(rows: usize) -> String {
    let rows = (0..rows).fold(String::new(), |mut text, row| {
        let numbers: Vec<String> = (0..8).map(|column| (row * 7919 + column * 104_729).to_string()).collect();
        writeln!(text, "    {},", numbers.join(", ")).expect("a string can be written to");
        text
    });
    format!("pub static TABLE: &[u64] = &[\n{rows}];\n")
}

#[test]
fn a_table_of_numbers_is_no_clone_of_itself_or_of_another_table() {
    let (small, large) = (table(500), table(20_000));
    let clones = found(&[("a.rs", &small), ("b.rs", &large)], &CloneOptions { min_tokens: 50, ..SHORT });
    let exact = clones.classes.iter().all(|class| class.kind == CloneKind::Exact);
    assert!(exact, "{:?}", shown(&clones));
    let clones = found(&[("a.rs", &small), ("b.rs", &small)], &CloneOptions { min_tokens: 50, ..SHORT });
    assert_eq!(shown(&clones), ["Exact 0:1-502 1:1-502"]);
}

#[test]
fn blocks_that_follow_one_another_a_thousand_times_are_one_class() {
    let clones = found(&[("a.js", &TOTAL.repeat(1_000))], &SHORT);
    assert_eq!(clones.classes.len(), 1, "{:?}", shown(&clones));
    assert_eq!(percent(&clones), Measured::Value(100.0));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let renamed = TOTAL.replace("order", "item").replace("sum", "result");
    let changed = TOTAL.replace("  return", "  log(sum, limit);\n  return");
    let files = [("a.js", TOTAL), ("b.ts", &renamed), ("c.js", &changed), ("d.js", &TOTAL.repeat(5))];
    let facts = facts(&files);
    let with = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| detect(&facts, &SHORT))
    };
    let one = with(1);
    assert!(one.classes.len() > 1);
    for threads in [2, 3, 8] {
        assert_eq!(with(threads), one);
    }
}

#[test]
fn what_is_left_out_is_no_copy() {
    let facts = facts(&[("a.js", TOTAL), ("b.js", TOTAL), ("c.js", TOTAL)]);
    let clones = detect(&facts, &SHORT);
    let some = clones.among(&facts, SHORT.kinds, |file| file.path().as_bytes() != b"b.js");
    assert_eq!(shown(&some), ["Exact 0:1-9 2:1-9"]);
    let one = clones.among(&facts, SHORT.kinds, |file| file.path().as_bytes() == b"b.js");
    assert_eq!(shown(&one), [""; 0]);
    assert_eq!(percent(&one), Measured::Value(0.0));
}

#[test]
fn nothing_measured_gives_no_percentage() {
    let clones = found(&[("a.txt", "some words"), ("b.sql", "select 1;")], &SHORT);
    assert!(matches!(percent(&clones), Measured::Missing(_)));
}
