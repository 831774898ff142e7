use super::*;
use facts::MeasureOptions;
use facts::source::MemoryTree;

fn analyzed(files: &[(&str, &str)], options: DeadCodeOptions) -> DeadCodeReport {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_bytes(), text.as_bytes())));
    let measuring = MeasureOptions { sections: DeadCodeOptions::SECTIONS, ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &measuring).expect("memory can be read");
    let graph = trueno_graph::code::build(&tree, &facts);
    analyze(&tree, &facts, &graph, &options)
}

/// Names of what is dead, `?` behind one that is only likely, `??` behind one that is no more than possible, `!` behind one that
/// tests use.
fn dead(files: &[(&str, &str)]) -> Vec<String> {
    let options = DeadCodeOptions { min_confidence: Confidence::Possible, ..DeadCodeOptions::default() };
    let report = analyzed(files, options);
    let shown = |item: &DeadItem| {
        let sure = match item.confidence {
            Confidence::Certain => "",
            Confidence::Likely => "?",
            Confidence::Possible => "??",
        };
        let tests = if item.reason == Reason::UsedByTests { "!" } else { "" };
        format!("{}{sure}{tests}", item.name)
    };
    report.items.iter().map(shown).collect()
}

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"1.0.0\"\n");

#[test]
fn functions_that_only_call_each_other_are_dead() {
    let main = "fn main() { live(); }\nfn live() {}\nfn ping() { pong(); }\nfn pong() { ping(); }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["ping", "pong"]);
}

#[test]
fn what_only_tests_use_says_so() {
    let lib = "pub fn api() {}\nfn checked() -> u8 { 1 }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() { \
               assert_eq!(super::checked(), 1); }\n    fn helper() {}\n}\n";
    assert_eq!(dead(&[MANIFEST, ("src/lib.rs", lib)]), ["checked?!"]);
    let options = DeadCodeOptions { include_tests: true, ..DeadCodeOptions::default() };
    let report = analyzed(&[MANIFEST, ("src/lib.rs", lib)], options);
    let names: Vec<&str> = report.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["checked", "tests::helper"]);
}

#[test]
fn a_rust_library_is_used_by_others_through_what_it_exports() {
    let lib = "mod inner;\npub mod open;\npub use inner::Passed;\n";
    let inner = "pub struct Passed;\nimpl Passed {\n    pub fn method(&self) {}\n    fn own(&self) {}\n}\n\
                 pub fn kept_back() {}\n";
    let open = "pub fn shown() -> u8 { helper() }\nfn helper() -> u8 { 1 }\nfn forgotten() {}\n";
    let files = [MANIFEST, ("src/lib.rs", lib), ("src/inner.rs", inner), ("src/open.rs", open)];
    assert_eq!(dead(&files), ["Passed::own", "kept_back?", "forgotten"]);
}

#[test]
fn rust_keeps_what_traits_attributes_macros_and_strings_name() {
    let main = "use std::fmt;\nstruct S;\nimpl fmt::Display for S {\n    fn fmt(&self, f: &mut fmt::Formatter) -> \
                fmt::Result { write!(f, \"{}\", text()) }\n}\nfn text() -> &'static str { \"\" }\n\
                #[allow(dead_code)]\nfn kept() { by_kept(); }\nfn by_kept() {}\n#[no_mangle]\nextern \"C\" fn ffi() {}\n\
                const LIMIT: u8 = 1;\nfn main() { println!(\"{S} {LIMIT}\"); let s = Set { size: 1 }; s.size; }\n\
                #[derive(Serialize)]\nstruct Set {\n    #[serde(default = \"one\")]\n    size: u8,\n}\n\
                fn one() -> u8 { 1 }\nimpl Set { fn size(&self) -> u8 { 1 } }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Set::size"]);
}

#[test]
fn a_rust_type_that_a_macro_declares_is_the_crates_own() {
    let main = "macro_rules! id { ($name:ident) => { struct $name(u32); } }\nid!(Id);\nimpl Id {\n    fn raw(&self) -> \
                Raw { Raw }\n}\nstruct Raw;\nimpl Raw {\n    fn go(&self) {}\n    fn idle(&self) {}\n}\nfn make() -> Id \
                { Id(1) }\nfn main() { make().raw().go(); }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Raw::idle"]);
}

#[test]
fn a_place_that_is_not_bound_is_a_place() {
    let main = "use std::collections::HashMap;\nstruct W;\nimpl W {\n    fn by_key(&self) {}\n    fn by_pattern(&self) {}\n    \
                fn by_closure(&self) {}\n    fn idle(&self) {}\n}\nstruct Pair(u8, W);\nfn main() {\n    let m: HashMap<u8, W> = \
                HashMap::new();\n    for (_, w) in m.iter() { w.by_key(); }\n    let Pair(_, w) = pair();\n    w.by_pattern();\n    \
                m.iter().for_each(|(_, w)| w.by_closure());\n}\nfn pair() -> Pair { Pair(1, W) }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["W::idle"]);
}

#[test]
fn a_type_of_the_tree_may_have_any_name() {
    let main = "mod other;\nuse parking_lot::Mutex;\nstruct W;\nimpl W {\n    fn third(&self) {}\n    fn idle(&self) {}\n}\n\
                struct P { w: Mutex<W> }\nfn main() {\n    let p: P = todo();\n    p.w.lock().third();\n    \
                other::look(other::Guarded, other::Collected);\n}\nfn todo() -> P { loop {} }\n";
    let other = "pub struct Guarded;\npub struct Collected;\npub fn look(_: Guarded, _: Collected) {}\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main), ("src/other.rs", other)]), ["W::idle"]);
}

#[test]
fn an_import_is_no_use() {
    let main = "mod a;\nuse a::imported;\nfn main() {}\n";
    assert_eq!(
        dead(&[MANIFEST, ("src/main.rs", main), ("src/a.rs", "pub fn imported() {}\n")]),
        ["imported"]
    );
}

#[test]
fn what_is_compiled_under_a_condition_is_never_certain() {
    let main = "fn main() {}\n#[cfg(windows)]\nfn only_there() {}\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["only_there?"]);
}

#[test]
fn python_names_in_strings_decorators_and_packages_are_used() {
    let app = "from flask import Flask\napp = Flask(__name__)\n\n@app.route('/')\ndef index():\n    return _used()\n\n\
               def _used():\n    _more()\n    return getattr_free['_named_in_string']\n\ndef _more():\n    pass\n\ndef _named_in_string():\n    pass\n\n\
               def _forgotten():\n    return _forgotten_too()\n\ndef _forgotten_too():\n    pass\n\n\
               class Thing:\n    def __init__(self):\n        self._a()\n    def _a(self):\n        pass\n    \
               def _b(self):\n        pass\n\nThing()\n";
    assert_eq!(dead(&[("app.py", app)]), ["_forgotten", "_forgotten_too", "Thing._b"]);
}

#[test]
fn public_names_of_a_python_package_are_open_to_others() {
    let module = "def api():\n    pass\n\ndef _own():\n    pass\n";
    let packaged = [("pyproject.toml", "[project]\nname = \"demo\"\n"), ("demo/a.py", module)];
    assert_eq!(dead(&packaged), ["_own"]);
    // Something loads a file that runs nothing and that no other imports.
    assert_eq!(dead(&[("a.py", module)]), ["api??", "_own"]);
    assert_eq!(dead(&[("a.py", module), ("b.py", "import a\n")]), ["api?", "_own"]);
}

#[test]
fn javascript_exports_of_entry_files_are_open_to_others() {
    let manifest = "{\"name\": \"demo\", \"main\": \"./index.js\"}";
    let index = "import { used } from './lib.js';\nexport function api() { return used(); }\nfunction forgotten() {}\n";
    let lib = "export function used() {}\nexport function unused() {}\nconst local = () => 1;\n";
    let files = [("package.json", manifest), ("index.js", index), ("lib.js", lib)];
    assert_eq!(dead(&files), ["forgotten", "unused?", "local"]);
}

#[test]
fn a_name_in_a_comment_or_a_longer_name_is_no_use() {
    let script = "// forgotten() is called by nobody\nfunction forgotten() {}\nfunction forgottenToo() {}\nforgottenToo();\n";
    assert_eq!(dead(&[("a.js", script)]), ["forgotten?"]);
}

#[test]
fn private_functions_of_c_go_java_and_bash() {
    let c = "static int used(void) { return 1; }\nstatic int forgotten(void) { return 2; }\n\
             static void hook(void) {}\nstruct ops o = { .open = hook };\nint main(void) { return used(); }\n";
    assert_eq!(dead(&[("a.c", c)]), ["forgotten"]);
    let go = "package main\n\nfunc main() { used() }\n\nfunc used() {}\n\nfunc forgotten() {}\n";
    assert_eq!(dead(&[("go.mod", "module demo\n"), ("main.go", go)]), ["forgotten"]);
    let java = "public class A {\n  public void api() { used(); }\n  private void used() {}\n  \
                private void forgotten() {}\n}\n";
    assert_eq!(dead(&[("A.java", java)]), ["A.forgotten"]);
    let bash = "#!/bin/bash\nused() { echo 1; }\nforgotten() { echo 2; }\ncleanup() { echo 3; }\ntrap cleanup EXIT\nused\n";
    assert_eq!(dead(&[("a.sh", bash)]), ["forgotten?"]);
}

#[test]
fn what_has_no_code_has_no_figure() {
    let report = analyzed(&[("README.md", "# Nothing\n")], DeadCodeOptions::default());
    assert!(matches!(report.dead_percent, Measured::Missing(_)));
    assert!(report.items.is_empty());
}

#[test]
fn lines_that_two_definitions_share_are_removed_once() {
    let main = "fn main() {}\nfn outer() {\n    fn inner() {}\n    inner();\n}\n";
    let report = analyzed(&[MANIFEST, ("src/main.rs", main)], DeadCodeOptions::default());
    assert_eq!(report.removable_lines, 4);
    assert_eq!(report.items[1].within.as_deref(), Some("outer"));
}

#[test]
fn a_method_that_has_the_name_of_a_librarys_is_told_apart_by_the_type() {
    let main = "struct Stack { items: Vec<u8> }\nimpl Stack {\n    fn new() -> Self { Stack { items: Vec::new() } }\n    \
                fn push(&mut self, x: u8) { self.items.push(x) }\n    fn len(&self) -> usize { self.items.len() }\n    \
                fn clear(&mut self) { self.items.clear() }\n}\nstruct Other;\nimpl Other { fn push(&self, _x: u8) {} }\n\
                fn main() {\n    let mut stack = Stack::new();\n    stack.push(1);\n    Other;\n    \
                assert_eq!(stack.items.len(), 1);\n}\n";
    let files = [MANIFEST, ("src/main.rs", main)];
    assert_eq!(dead(&files), ["Stack::len?", "Stack::clear", "Other::push?"]);
}

#[test]
fn a_method_on_a_value_of_unknown_type_keeps_all_it_can_mean() {
    let main = "struct A;\nimpl A { fn shown(&self) {} fn hidden(&self) {} }\n\
                fn main() { for x in std::env::args().map(make) { x.shown() } }\nfn make(_: String) -> A { A }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["A::hidden"]);
}

#[test]
fn what_implements_a_trait_goes_with_its_type() {
    let main = "struct Never;\nimpl Iterator for Never {\n    type Item = u8;\n    fn next(&mut self) -> Option<u8> { \
                helper() }\n}\nfn helper() -> Option<u8> { None }\nfn main() { let mut all = [1].into_iter(); \
                all.next(); }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Never", "helper"]);
}

#[test]
fn an_inner_attribute_allows_dead_code_in_its_module_and_below() {
    let files = [
        MANIFEST,
        ("src/main.rs", "mod a;\nmod b;\nfn main() {}\n"),
        ("src/a/mod.rs", "#![allow(dead_code)]\nmod deep;\nfn kept() {}\n"),
        ("src/a/deep.rs", "fn kept_too() {}\n"),
        ("src/b.rs", "fn forgotten() {}\n"),
    ];
    assert_eq!(dead(&files), ["forgotten"]);
}

#[test]
fn a_local_variable_is_no_use_of_a_tests_helper_nor_a_build_script_of_the_program() {
    let main = "fn main() { let b = live(); b; }\nfn live() -> u8 { 1 }\nfn generate() {}\n#[cfg(all(test, unix))]\n\
                mod tests {\n    fn b() { super::by_tests(); }\n    #[test]\n    fn t() { b(); }\n}\nfn by_tests() {}\n";
    let build = "fn main() { generate(); }\nfn generate() {}\n";
    let files = [MANIFEST, ("src/main.rs", main), ("build.rs", build)];
    assert_eq!(dead(&files), ["generate", "by_tests??!"]);
}

/// What is dead, found on a thread with a stack of one megabyte.
fn dead_with_a_small_stack(main: &str) -> Vec<String> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(1 << 20);
        let thread = builder.spawn_scoped(scope, || {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(1 << 20).build();
            pool.expect("two threads can be started").install(|| dead(&[MANIFEST, ("src/main.rs", main)]))
        });
        thread.expect("it starts").join().expect("it does not panic")
    })
}

const TWO_TYPES: &str =
    "struct A;\nstruct B;\nimpl A { fn f(&self) -> &A { self } }\nimpl B { fn f(&self) {} }\n";

/// Levels of code that are parsed; of some kinds of nesting a file with twice as many is refused.
const DEEP: usize = 2_000;

#[test]
fn chains_of_100_000_links_are_followed_to_their_types() {
    for (first, link) in [
        ("1 + { a.f(); 1 }", " + 1"),
        ("a.f()", ".f()"),
        ("!a.f().ok()", " && true"),
        ("a.f()", " as u8"),
        ("a.f()?", "?"),
        ("a.f()", "[0]"),
    ] {
        let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; {first}{}; }}\n", link.repeat(100_000));
        assert_eq!(dead_with_a_small_stack(&main), ["B::f?"], "{link}");
    }
    for (open, close) in [("(", ")"), ("!", ""), ("&", ""), ("*", "")] {
        let (open, close) = (open.repeat(DEEP), close.repeat(DEEP));
        let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; {open}a.f(){close}; }}\n");
        assert_eq!(dead_with_a_small_stack(&main), ["B::f?"], "{}", &open[..1]);
    }
    let ifs = "else if a.f() {} ".repeat(DEEP);
    let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; if true {{}} {ifs} }}\n");
    assert_eq!(dead_with_a_small_stack(&main), ["B::f?"]);
}

#[test]
fn in_code_too_deep_to_follow_a_call_can_mean_anything() {
    for (open, close) in [
        ("{ ", " }"),
        ("g(", ")"),
        ("[", "]"),
        ("if true { ", " }"),
        ("match 1 { _ => ", " }"),
        ("|x| ", ""),
        ("m!(", ")"),
        ("(1, ", ")"),
        ("fn h() { ", " }"),
        ("loop { ", " }"),
        ("return ", ""),
        ("1 + (1 * ", ")"),
    ] {
        let shallow = format!("{}a.f();{}", open.repeat(3), close.repeat(3));
        let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; {shallow} }}\n");
        dead_with_a_small_stack(&main);
        let deep = format!("{}a.f(){}", open.repeat(DEEP), close.repeat(DEEP));
        let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; {deep} }}\n");
        assert_eq!(dead_with_a_small_stack(&main), Vec::<String>::new(), "{open}");
    }
    let pattern = format!("let {}x{} = a.f();", "(y, ".repeat(DEEP), ")".repeat(DEEP));
    let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; {pattern} }}\n");
    assert_eq!(dead_with_a_small_stack(&main), Vec::<String>::new());
}

#[test]
fn types_that_grow_with_each_step_end_in_nothing_known() {
    let doubling: String = (0..200).map(|at| format!("let t{} = (t{at}, t{at}, a.f()); ", at + 1)).collect();
    let main = format!("{TWO_TYPES}fn main() {{ let a: A = A; B; let t0 = 1; {doubling} }}\n");
    assert_eq!(dead_with_a_small_stack(&main), ["B::f?"]);
    for (open, close) in [("Vec<", ">"), ("&", ""), ("[", "]"), ("(u8, ", ")"), ("Box<", ">"), ("fn(", ")")] {
        let of = format!("{}A{}", open.repeat(DEEP), close.repeat(DEEP));
        let main = format!(
            "{TWO_TYPES}type T = {of};\nfn g(a: {of}) -> T {{ a }}\nfn main() {{ A.f(); B; g(A); }}\n"
        );
        assert_eq!(dead_with_a_small_stack(&main), ["B::f?"], "{open}");
    }
}

/// Eight levels of thirty classes, each of which extends all of the level above: 6 · 10¹¹ ways up.
#[test]
fn bases_are_looked_at_once_however_many_ways_lead_to_them() {
    let mut text = String::new();
    for level in 0..9 {
        let above: Vec<String> = (0..30).map(|of| format!("A{}_{of}", level - 1)).collect();
        let above = if level == 0 { String::new() } else { above.join(", ") };
        text.extend(
            (0..30).map(|at| format!("class A{level}_{at}({above}):\n    def _f{level}_{at}(self): pass\n")),
        );
    }
    let found = dead(&[("a.py", &text), ("b.py", "import a\n")]);
    assert_eq!(found.iter().filter(|name| name.contains("._f")).count(), 270, "{found:?}");
}

mod elsewhere;
mod found_by_name;
mod heaps;
mod outside;
