//! Findings that come in numbers, and what stands on them.

use super::{Confidence, DeadCodeOptions, DeadCodeReport, DeadItem, MANIFEST, analyzed};

/// Everything that looks dead, with its confidence.
fn all(files: &[(&str, &str)]) -> DeadCodeReport {
    let options = DeadCodeOptions { min_confidence: Confidence::Possible, ..DeadCodeOptions::default() };
    analyzed(files, options)
}

/// How many are certain, likely and possible.
fn counted(files: &[(&str, &str)]) -> (usize, usize, usize) {
    let report = all(files);
    (report.certain, report.likely, report.possible)
}

/// Rust functions of these names with nothing in common, `live` of them used.
fn functions(names: &[&str], live: usize) -> String {
    const USED: [&str; 40] = [
        "ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st", "uv", "wx", "yz", "ba", "dc", "fe", "hg",
        "ji", "lk", "nm", "po", "rq", "ts", "vu", "xw", "zy", "ac", "bd", "ce", "df", "eg", "fh", "gi", "hj",
        "ik", "jl", "km", "ln", "mo", "np",
    ];
    let mut text: String = names.iter().map(|name| format!("fn {name}() {{}}\n")).collect();
    text.extend(USED[..live].iter().map(|name| format!("fn {name}x() {{}}\n")));
    let calls: String = USED[..live].iter().map(|name| format!("{name}x(); ")).collect();
    text + &format!("fn main() {{ {calls}}}\n")
}

#[test]
fn few_findings_in_a_file_stay_what_they_are() {
    assert_eq!(counted(&[MANIFEST, ("src/main.rs", &functions(&["red", "green"], 2))]), (2, 0, 0));
    assert_eq!(counted(&[MANIFEST, ("src/main.rs", &functions(&["red", "green", "blue"], 30))]), (3, 0, 0));
}

#[test]
fn where_much_of_a_file_looks_dead_nothing_is_certain() {
    let names = ["red", "green", "blue", "cyan"];
    assert_eq!(counted(&[MANIFEST, ("src/main.rs", &functions(&names, 4))]), (0, 4, 0));
}

#[test]
fn where_most_of_a_file_looks_dead_nothing_is_likely() {
    let names = ["red", "green", "blue", "cyan", "black", "white", "yellow", "orange", "purple"];
    let report = all(&[MANIFEST, ("src/main.rs", &functions(&names, 2))]);
    assert_eq!((report.certain, report.likely, report.possible), (0, 0, 9));
    assert_eq!(report.items[0].doubt, Some("much of its file looks dead, which is rarely so"));
}

#[test]
fn what_is_only_possible_is_left_out_and_counted() {
    let names = ["red", "green", "blue", "cyan", "black", "white", "yellow", "orange", "purple"];
    let files = [MANIFEST, ("src/main.rs", &functions(&names, 1))];
    let report = analyzed(&files, DeadCodeOptions::default());
    assert_eq!((report.items.len(), report.left_out, report.judged), (0, 9, 10));
    assert_eq!(report.dead_percent.value(), Some(&0.0));
    let report = all(&files);
    assert_eq!((report.items.len(), report.left_out), (9, 0));
    assert_eq!(report.dead_percent.value(), Some(&90.0));
}

/// A dead function in each of ten files, with one that is used.
fn strewn(name: impl Fn(usize) -> String) -> Vec<(String, String)> {
    let modules: String = (0..10).map(|at| format!("mod m{at};\n")).collect();
    let calls: String = (0..10).map(|at| format!("m{at}::go(); m{at}::stay(); ")).collect();
    let mut files = vec![
        (MANIFEST.0.to_owned(), MANIFEST.1.to_owned()),
        ("src/main.rs".to_owned(), format!("{modules}fn main() {{ {calls}}}\n")),
    ];
    files.extend((0..10).map(|at| {
        let text = format!("pub(crate) fn go() {{}}\npub(crate) fn stay() {{}}\nfn {}() {{}}\n", name(at));
        (format!("src/m{at}.rs"), text)
    }));
    files
}

fn counted_of(files: &[(String, String)]) -> (usize, usize, usize) {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    counted(&files)
}

#[test]
fn findings_that_are_strewn_over_files_stay_likely_at_least() {
    const NAMES: [&str; 10] =
        ["red", "green", "blue", "cyan", "black", "white", "yellow", "orange", "purple", "grey"];
    let (certain, likely, possible) = counted_of(&strewn(|at| NAMES[at].to_owned()));
    assert_eq!((certain + likely, possible), (10, 0));
}

#[test]
fn names_that_are_made_alike_are_a_heap() {
    let alike = |names: [&str; 5]| {
        let functions: String = names.iter().map(|name| format!("static void {name}(void) {{}}\n")).collect();
        let live: String = ('a'..='z').map(|c| format!("static void live{c}(void) {{}}\n")).collect();
        let calls: String = ('a'..='z').map(|c| format!("live{c}(); ")).collect();
        format!("{functions}{live}int main(void) {{ {calls} return 0; }}\n")
    };
    let text = alike(["set_red", "set_green", "set_blue", "set_cyan", "set_black"]);
    let report = all(&[("a.c", &text)]);
    assert_eq!((report.certain, report.likely), (0, 5));
    assert_eq!(report.items[0].doubt, Some("many names like its own look dead, which is rarely so"));
    let text = alike(["red", "green", "blue", "cyan", "black"]);
    assert_eq!(counted(&[("a.c", &text)]), (5, 0, 0));
}

#[test]
fn members_of_a_type_are_a_heap_of_their_own() {
    let class = |dead: usize, live: usize| {
        let names = ["red", "green", "blue", "cyan", "black", "white", "yellow", "orange"];
        let idle: String =
            names[..dead].iter().map(|name| format!("  private void {name}() {{}}\n")).collect();
        let used: String =
            (b'a'..b'a' + live as u8).map(|c| format!("  private void go{}() {{}}\n", c as char)).collect();
        let calls: String = (b'a'..b'a' + live as u8).map(|c| format!("go{}(); ", c as char)).collect();
        format!("public class A {{\n{idle}{used}  public void api() {{ {calls} }}\n}}\n")
    };
    assert_eq!(counted(&[("A.java", &class(2, 6))]), (2, 0, 0));
    assert_eq!(counted(&[("A.java", &class(4, 6))]), (0, 4, 0));
    assert_eq!(counted(&[("A.java", &class(8, 2))]), (0, 0, 8));
}

/// A dead function that calls `below` others, in a file with much that is used.
fn rooted(below: usize) -> String {
    const NAMES: [&str; 20] = [
        "red", "green", "blue", "cyan", "black", "white", "yellow", "orange", "purple", "grey", "pink",
        "brown", "gold", "silver", "lime", "navy", "teal", "olive", "plum", "rose",
    ];
    let calls: String = NAMES[..below].iter().map(|name| format!("{name}(); ")).collect();
    let live: String = (0..90).map(|at| format!("fn used{}() {{}}\n", words_of(at))).collect();
    let uses: String = (0..90).map(|at| format!("used{}(); ", words_of(at))).collect();
    let called: String = NAMES[..below].iter().map(|name| format!("fn {name}() {{}}\n")).collect();
    format!("fn root() {{ {calls}}}\n{called}{live}fn main() {{ {uses}}}\n")
}

/// Two letters for each number.
fn words_of(at: usize) -> String {
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    format!("{}{}", letter(at / 26), letter(at))
}

#[test]
fn what_hangs_on_one_root_is_no_surer_than_it() {
    assert_eq!(counted(&[MANIFEST, ("src/main.rs", &rooted(2))]), (3, 0, 0));
    let report = all(&[MANIFEST, ("src/main.rs", &rooted(15))]);
    assert_eq!((report.certain, report.likely, report.possible), (0, 0, 16));
    let called: Vec<&DeadItem> = report.items.iter().filter(|item| item.name != "root").collect();
    assert!(called.iter().all(|item| item.used_by.as_deref() == Some("root")), "{called:?}");
}

#[test]
fn what_a_possible_one_uses_is_possible() {
    let names = ["red", "green", "blue", "cyan", "black", "white", "yellow", "orange", "purple"];
    let heap: String =
        names.iter().map(|name| format!("pub(crate) fn {name}() {{ crate::far(); }}\n")).collect();
    let main = "mod heap;\nmod other;\nfn main() {}\nfn far() {}\n";
    let other =
        format!("pub(crate) fn apart() {{}}\n{}", functions(&[], 40).replace("fn main", "pub(crate) fn go"));
    let main = main.replace("fn main() {", "fn main() { other::go();");
    let report = all(&[MANIFEST, ("src/main.rs", &main), ("src/heap.rs", &heap), ("src/other.rs", &other)]);
    let sure = |name: &str| report.items.iter().find(|item| item.name == name).map(|item| item.confidence);
    assert_eq!(sure("far"), Some(Confidence::Possible));
    assert!(sure("apart") > Some(Confidence::Possible));
}

fn sure(files: &[(&str, &str)], name: &str) -> Option<(Confidence, Option<&'static str>)> {
    all(files).items.iter().find(|item| item.name == name).map(|item| (item.confidence, item.doubt))
}

const LIKELY: Option<Confidence> = Some(Confidence::Likely);
const POSSIBLE: Option<Confidence> = Some(Confidence::Possible);

#[test]
fn what_tests_alone_use_is_theirs_if_most_of_its_file_is() {
    let test =
        "package a\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) { spare(); newFake(); other() }\n";
    let used = "package a\n\nfunc Api() { live() }\nfunc live() {}\nfunc spare() {}\n";
    let files = |path: &'static str, text: &'static str| {
        [("go.mod", "module a\n"), (path, text), ("it_test.go", test)]
    };
    let of = |files: &[(&str, &str)], name: &str| sure(files, name).map(|(sure, _)| sure);
    assert_eq!(of(&files("a.go", used), "spare"), LIKELY);
    let alone = "package a\n\nfunc Api() {}\nfunc spare() {}\nfunc other() {}\n";
    assert_eq!(of(&files("a.go", alone), "spare"), POSSIBLE);
    let named = "package a\n\nfunc Api() { live() }\nfunc live() {}\nfunc newFake() {}\n";
    assert_eq!(of(&files("a.go", named), "newFake"), POSSIBLE);
}

#[test]
fn whoever_is_given_an_object_may_call_its_members() {
    let view = "export class View {\n  shown() {}\n  ignoreAll() {}\n  #own() {}\n}\n";
    let index = "import { View } from './view.js';\nexport function idle() {}\nnew View().shown();\n";
    let files =
        [("package.json", "{\"name\": \"a\", \"private\": true}"), ("index.js", index), ("view.js", view)];
    assert_eq!(sure(&files, "View.ignoreAll").map(|(sure, _)| sure), POSSIBLE);
    assert!(sure(&files, "View.#own").is_none_or(|(sure, _)| sure > Confidence::Possible));
    let listener = "class Listener:\n    def on_service(self):\n        pass\n    def _own(self):\n        pass\n\nprint(Listener())\n";
    assert_eq!(sure(&[("a.py", listener)], "Listener.on_service").map(|(sure, _)| sure), POSSIBLE);
    assert_eq!(sure(&[("a.py", listener)], "Listener._own").map(|(sure, _)| sure), Some(Confidence::Certain));
}

#[test]
fn a_subclass_elsewhere_may_use_what_one_underscore_hides() {
    let module = "_live()\n_more()\n\ndef _live():\n    pass\n\ndef _more():\n    pass\n\nclass Base:\n    def shown(self):\n        self._used()\n    def _used(self):\n        pass\n    \
                  def _hook(self):\n        pass\n\ndef _idle():\n    pass\n";
    let files = [("pyproject.toml", "[project]\nname = \"demo\"\n"), ("demo/a.py", module)];
    assert_eq!(sure(&files, "Base._hook").map(|(sure, _)| sure), LIKELY);
    assert_eq!(sure(&files, "_idle").map(|(sure, _)| sure), Some(Confidence::Certain));
}

#[test]
fn frameworks_call_accessors() {
    let java = "public class A {\n  private String getName() { return null; }\n  private void setName(String a) {}\n  \
                private void setBoth(String a, int b) {}\n  public void api() { one(); two(); }\n  private void one() {}\n  \
                private void two() {}\n  private void three() {}\n}\n";
    for (name, expected) in [("A.getName", Confidence::Likely), ("A.setName", Confidence::Likely)] {
        let found = sure(&[("A.java", java)], name);
        assert_eq!(found.map(|(sure, _)| sure), Some(expected), "{name}");
    }
    let alone = "public class A {\n  private void setBoth(String a, int b) {}\n  public void api() {}\n}\n";
    assert_eq!(sure(&[("A.java", alone)], "A.setBoth").map(|(sure, _)| sure), Some(Confidence::Certain));
}

#[test]
fn what_is_public_in_a_library_of_rust_is_not_certain() {
    let lib = "mod inner;\n";
    let inner = "pub fn shown() {}\npub(crate) fn idle() {}\n";
    let library = [MANIFEST, ("src/lib.rs", lib), ("src/inner.rs", inner)];
    assert_eq!(sure(&library, "shown").map(|(sure, _)| sure), LIKELY);
    assert_eq!(sure(&library, "idle").map(|(sure, _)| sure), Some(Confidence::Certain));
    let program = [MANIFEST, ("src/main.rs", "mod inner;\nfn main() {}\n"), ("src/inner.rs", inner)];
    assert_eq!(sure(&program, "shown").map(|(sure, _)| sure), Some(Confidence::Certain));
}
