//! Files that nest, or go on, without end: what follows from their depth is bounded, and a panic costs one file.

use facts::language::Language;
use facts::model::RepoPath;
use facts::source::{Cancelled, Entry, Listing, MemoryTree, SkipReason, SourceError, SourceTree};
use facts::{FileData, MeasureOptions, Sections};

fn extracted(language: Language, text: &str) -> Result<FileData, SkipReason> {
    facts::extract::extract_as(language, text.as_bytes(), u64::MAX)
}

fn nested(open: &str, middle: &str, close: &str, times: usize) -> String {
    format!("{}{middle}{}", open.repeat(times), close.repeat(times))
}

/// The names of definitions hold those around them: 20,000 in one another would have 600 MB of names.
#[test]
fn definitions_in_one_another_without_end_are_left_out_with_the_reason() {
    for (language, open, close) in [
        (Language::Rust, "mod abc { ", "}"),
        (Language::Rust, "fn abc() { if a { b() } ", "}"),
        (Language::Cpp, "namespace abc { ", "}"),
        (Language::Java, "class Abc { ", "}"),
        (Language::JavaScript, "function abc() { ", "}"),
        (Language::Ruby, "module Abc\n", "end\n"),
        (Language::Lua, "function abc()\n", "end\n"),
    ] {
        let left_out =
            extracted(language, &nested(open, "", close, 20_000)).map(|data| data.facts.functions.len());
        assert_eq!(left_out, Err(SkipReason::ParseBudget), "{}", language.name());
        let data = extracted(language, &nested(open, "", close, 100)).expect("people may write this");
        assert_eq!(data.symbols().definitions.len(), 100, "{}", language.name());
    }
}

/// In text with errors the grammar looks for the end of a string from every place on, to the end of the file: minutes for 250 kB. What
/// a second look fills has an allowance of its own.
#[test]
fn scanners_that_read_to_the_end_of_the_file_have_an_allowance() {
    let line = "context(a: A) fun f() { when(x) { is A if b -> 1 } }\n";
    let data = extracted(Language::Kotlin, &line.repeat(5_000)).expect("its gaps can be filled");
    assert_eq!(data.facts.functions.len(), 5_000);
    let left_out = extracted(Language::Kotlin, &"val x = f<T>(a) { } ?: ".repeat(8_000)).map(|_| ());
    assert_eq!(left_out, Err(SkipReason::ParseBudget));
}

/// Of text that a parser cannot read it follows several readings at once: 900 kB took 2.2 GB.
#[test]
fn what_no_grammar_can_read_takes_memory_that_follows_from_its_length() {
    for (language, text) in [
        (Language::C, "$(".repeat(450_000)),
        (Language::C, format!("x={}", "a=>".repeat(300_000))),
        (Language::Cpp, "$(".repeat(450_000)),
    ] {
        let left_out = extracted(language, &text).map(|_| ());
        assert_eq!(left_out, Err(SkipReason::ParseBudget), "{}", language.name());
    }
}

/// At the end of a text that it could not read the parser writes out all ways through its stack: 32 kB of C took more than 6 GB, and
/// comments around make them no fewer.
#[test]
fn what_the_parser_finds_many_ways_through_is_left_out_before_it_writes_them_out() {
    let comment = format!("/* {} */\n", "x".repeat(100_000));
    for (language, text) in [
        (Language::C, "a => ".repeat(6_000)),
        (Language::C, format!("{comment}{}", "a = > ".repeat(6_000))),
        (Language::C, "a?.".repeat(12_000)),
        (Language::ObjectiveC, "a => ".repeat(6_000)),
        (Language::CSharp, "template<".repeat(12_000)),
    ] {
        let left_out = extracted(language, &text).map(|_| ());
        assert_eq!(left_out, Err(SkipReason::ParseBudget), "{}: {}", language.name(), &text[..20]);
    }
    // A short one is read all the same.
    assert!(extracted(Language::C, &"a => ".repeat(100)).is_ok());
}

/// A sum of 10,000 terms is a syntax tree of 10,000 levels, and ordinary in generated code.
#[test]
fn long_chains_are_measured() {
    let sum = format!("fn f() -> u64 {{ 1{} }}\n", " + 1".repeat(100_000));
    let data = extracted(Language::Rust, &sum).expect("it is measured");
    assert_eq!(data.facts.functions[0].halstead.total_operands, 100_003, "f, u64 and the terms");
    let chain = format!("fn f() {{ a{}; }}\n", ".b(1)".repeat(10_000));
    let data = extracted(Language::Rust, &chain).expect("it is measured");
    assert_eq!(data.facts.functions[0].abc.branches, 10_000);
}

#[test]
fn figures_that_do_not_fit_are_the_largest_there_is() {
    let ifs = format!("void f(int a) {{ {} }}\n", "if (a) {} ".repeat(70_000));
    let function = extracted(Language::C, &ifs).expect("it is measured").facts.functions[0].clone();
    assert_eq!((function.cognitive, function.decisions.ifs), (70_000, u16::MAX));
    // What nests so deep that more would not fit is more than a parser may keep.
    let nested = format!("void f(int a) {{ {} }}\n", nested("if (a) {", "", "}", 100_000));
    assert_eq!(extracted(Language::C, &nested).map(|_| ()), Err(SkipReason::ParseBudget));
    let parameters = format!("def f({}):\n    pass\n", "a, ".repeat(70_000));
    let function =
        extracted(Language::Python, &parameters).expect("it is measured").facts.functions[0].clone();
    assert_eq!(function.parameters, u16::MAX);
}

/// A tree in which reading one file panics, as a fault in an extractor would.
struct Panicking(MemoryTree);

impl SourceTree for Panicking {
    fn listing_unless(&self, cancelled: Cancelled<'_>) -> Result<Listing, SourceError> {
        self.0.listing_unless(cancelled)
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        assert_ne!(entry.path, RepoPath::from("bad.rs"), "a fault on purpose");
        self.0.read(entry)
    }

    fn describe(&self) -> String {
        self.0.describe()
    }
}

#[test]
fn a_panic_costs_the_file_that_it_happened_on() {
    let text = "fn f() {}\n";
    let tree = Panicking(MemoryTree::new([("a.rs", text), ("bad.rs", text), ("c.rs", text)]));
    let options = MeasureOptions { sections: Sections::default(), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("the others are measured");
    let paths: Vec<String> = facts.files.iter().map(|file| file.path().to_string()).collect();
    assert_eq!(paths, ["a.rs", "c.rs"]);
    assert_eq!(facts.skipped.len(), 1);
    assert_eq!(facts.skipped[0].path, RepoPath::from("bad.rs"));
    assert!(facts.skipped[0].reason.to_string().contains("a fault inside of batuta"));
}
