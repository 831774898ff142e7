//! What the types of Rust say of uses, asked through facts as they are measured.

use facts::hash::HashSet;
use facts::source::MemoryTree;
use facts::{MeasureOptions, RepoFacts, Sections};
use trueno_graph::types::{Receivers, TypedFile};

fn measured(files: &[(&str, &str)]) -> RepoFacts {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_bytes(), text.as_bytes())));
    let sections = Sections { symbols: true, types: true, ..Sections::default() };
    let options = MeasureOptions { sections, ..MeasureOptions::default() };
    facts::measure(&tree, None, &options).expect("memory can be read")
}

/// Asks of the uses of `name` in the function `from` of the first file whether each of the owners can be meant; none where
/// anything can be meant. Each file is a package of its own if `apart` says so.
fn meant_apart(
    files: &[(&str, &str)],
    apart: bool,
    (from, name): (&str, &str),
    owners: &[(&str, bool)],
) -> Option<Vec<bool>> {
    let facts = measured(files);
    let typed: Vec<TypedFile<'_>> = (0..)
        .zip(&facts.files)
        .map(|(file, record)| TypedFile {
            file,
            package: if apart { file } else { 0 },
            types: record.data.types(),
            symbols: record.data.symbols(),
        })
        .collect();
    let wanted: HashSet<&str> =
        typed.iter().flat_map(|file| &file.symbols.definitions).map(|definition| &*definition.name).collect();
    let receivers = Receivers::of(&typed, &wanted, &|| false);
    let symbols = typed[0].symbols;
    let definition = symbols.definitions.iter().position(|definition| definition.qualified_name == from);
    let definition = definition.map(|number| number as u32);
    let name = symbols.names.iter().position(|known| known == name).expect("the file uses the name") as u32;
    let of_name = symbols
        .references
        .iter()
        .filter(|usage| usage.from == definition && usage.name == name && usage.qualifier.is_some());
    let (calls, uses) = of_name.fold((0, 0), |(calls, uses), of| (calls + of.calls, uses + of.uses));
    assert!(definition.is_some() && calls + uses > 0, "nothing is used there");
    let meaning = receivers.meant((0, definition, name), calls, uses)?;
    Some(owners.iter().map(|(owner, of_trait)| receivers.allows(meaning, owner, *of_trait)).collect())
}

/// The same in one package, for the types `A` and `B`.
fn meant(text: &str, from: &str, name: &str) -> Option<Vec<bool>> {
    let types = "pub struct A { pub b: B, pub all: Vec<B> }\nimpl A { pub fn run(&self) {} pub fn b(&self) -> B { B } }\n\
                 pub struct B;\nimpl B { pub fn run(&self) {} pub fn new() -> Self { B } }\n";
    meant_apart(&[("a.rs", text), ("types.rs", types)], false, (from, name), &[("A", false), ("B", false)])
}

const ONLY_A: Option<[bool; 2]> = Some([true, false]);
const ONLY_B: Option<[bool; 2]> = Some([false, true]);

fn assert_meant(body: &str, expected: Option<[bool; 2]>) {
    let text = format!("fn f(a: &A, other: Other) {{ {body} }}");
    assert_eq!(meant(&text, "f", "run"), expected.map(Vec::from), "{body}");
}

#[test]
fn a_receiver_is_followed_through_fields_results_and_patterns() {
    assert_meant("a.run();", ONLY_A);
    assert_meant("a.b.run();", ONLY_B);
    assert_meant("a.b().run();", ONLY_B);
    assert_meant("let x = B::new(); x.run();", ONLY_B);
    assert_meant("let A { b, .. } = a; b.run();", ONLY_B);
    assert_meant("if let Some(x) = a.all.first() { x.run(); }", ONLY_B);
    assert_meant("for (i, x) in a.all.iter().enumerate() { x.run(); }", ONLY_B);
    assert_meant("match Some((1, a.b())) { Some((_, x)) => x.run(), None => {} }", ONLY_B);
    assert_meant("let x: &B = make(); { let x = a; } x.run();", ONLY_B);
    assert_meant("(if a.ok() { a.b() } else { make() }).run();", ONLY_B);
    assert_meant("(&*a as &B).run();", ONLY_B);
    assert_meant("(a.b(), a).1.run();", ONLY_A);
}

#[test]
fn closures_and_macros_are_looked_into() {
    assert_meant("a.all.iter().for_each(|x| x.run());", ONLY_B);
    assert_meant("a.all.iter().map(|x| a).for_each(|x| x.run());", ONLY_A);
    assert_meant("a.all.iter().fold(a, |x, _| { x.run(); x });", ONLY_A);
    assert_meant("assert_eq!(a.b.run(), ());", ONLY_B);
    assert_meant("let v = vec![a.b()]; v[0].run();", ONLY_B);
    assert_meant("println!(\"{:?}\", dbg!(a).run());", ONLY_A);
    assert_meant("let run = |x: B| x.run();", ONLY_B);
}

#[test]
fn of_what_is_not_known_anything_can_be_meant() {
    assert_meant("other.run();", Some([false, false]));
    assert_meant("make().run();", None);
    assert_meant("a.run(); make().run();", None);
    assert_meant("let x = a.unknown; x.run();", None);
    assert_meant("let x = |y| y; x(a).run();", None);
}

#[test]
fn a_path_names_the_type() {
    let text = "mod types;\nuse types::B as C;\nfn f() { B::run(&x); }\nfn g() { C::run(&x); }\nimpl A { fn h(&self) { Self::run(self) } }";
    assert_eq!(meant(text, "f", "run"), ONLY_B.map(Vec::from));
    assert_eq!(meant(text, "g", "run"), ONLY_B.map(Vec::from));
    assert_eq!(meant(text, "A::h", "run"), ONLY_A.map(Vec::from));
}

#[test]
fn packages_may_have_types_of_one_name() {
    let own = "pub struct T { pub part: A }\npub struct A;\nfn f(t: T) { t.part.run(); }";
    let other = "pub struct T { pub part: B }\npub struct B;\nimpl A { fn run(&self) {} }";
    let asked = |apart| {
        let files = [("a.rs", own), ("b.rs", other)];
        meant_apart(&files, apart, ("f", "run"), &[("A", false), ("B", false)])
    };
    assert_eq!(asked(true), ONLY_A.map(Vec::from));
    // In one package nothing says which of the two it is.
    assert_eq!(asked(false), None);
}

#[test]
fn what_a_trait_demands_is_meant_through_its_bounds() {
    let text = "trait Above { fn run(&self); }\ntrait T: Above {}\ntrait Other { fn run(&self); }\n\
                fn f<X: T>(x: X) { x.run(); }";
    let owners = [("Above", true), ("Other", true), ("Above", false)];
    let found = meant_apart(&[("a.rs", text)], false, ("f", "run"), &owners);
    assert_eq!(found, Some(vec![true, false, false]));
}

#[test]
fn in_code_that_is_too_deep_anything_can_be_meant() {
    let nested = |levels: usize| format!("a.run(); {}1{};", "f(1, ".repeat(levels), ")".repeat(levels));
    assert_meant(&nested(100), ONLY_A);
    assert_meant(&nested(200), None);
    let macros = format!("a.run(); {}1{};", "m!(".repeat(60), ")".repeat(60));
    assert_meant(&macros, ONLY_A);
}
