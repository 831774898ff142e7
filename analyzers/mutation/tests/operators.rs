//! The mutants of small sources, listed by hand from the operators' definitions.

use facts::language::Language;
use facts::model::RepoPath;
use facts::source::SkipReason;
use mutation::mutant::{Mutant, Operator};
use mutation::operators::{Level, NotMutated, OperatorOptions, generate};

fn mutants(language: Language, source: &str, options: &OperatorOptions) -> Vec<Mutant> {
    let data = facts::extract::extract_as(language, source.as_bytes(), 1 << 20).expect("source text");
    let path = RepoPath::from("file");
    generate(language, &path, source.as_bytes(), &data.facts.functions, options).expect("a mutable language")
}

fn names(language: Language, source: &str, options: &OperatorOptions) -> Vec<String> {
    let listed = mutants(language, source, options);
    listed.iter().map(|mutant| mutant.name().trim_start_matches("file:").to_owned()).collect()
}

fn check(language: Language, source: &str, expected: &str) {
    let listed = names(language, source, &OperatorOptions::default());
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(listed, expected);
}

#[test]
fn rust() {
    check(
        Language::Rust,
        r#"fn sum(a: i32, b: i32) -> i32 {
    if a == b && !done() { return -a; }
    match a { 1 => 2, n if n > 3 => 4, _ => a + b }
}
#[test]
fn checks() { assert_eq(1 + 1, 2); }
struct P;
impl P {
    fn new() -> P { P { x: 1 + 1 } }
    fn name(&self) -> Option<&str> { None }
    unsafe fn raw(&self) -> u8 { 1 }
    fn grow(&mut self) { self.x += 1; let _ = Q { x: 1, ..q() }; Vec::with_capacity(2 * 3); }
}
"#,
        r#"
        2:5: replace sum -> i32 with -1
        2:5: replace sum -> i32 with 0
        2:5: replace sum -> i32 with 1
        2:10: replace == with != in sum
        2:15: replace && with || in sum
        2:18: delete ! in sum
        2:35: delete - in sum
        3:15: delete match arm 1 in sum
        3:28: replace match guard n > 3 with false in sum
        3:28: replace match guard n > 3 with true in sum
        3:30: replace > with < in sum
        3:30: replace > with == in sum
        3:30: replace > with >= in sum
        3:47: replace + with * in sum
        3:47: replace + with - in sum
        10:38: replace P::name -> Option<&str> with Some("")
        10:38: replace P::name -> Option<&str> with Some("xyzzy")
        12:26: replace P::grow with ()
        12:33: replace += with *= in P::grow
        12:33: replace += with -= in P::grow
        12:51: delete field x from struct Q expression in P::grow
        "#,
    );
}

/// The replacements that cargo-mutants 27.1 lists for functions of these types.
#[test]
fn values_of_rust_types() {
    let cases: &[(&str, &[&str])] = &[
        ("()", &["()"]),
        ("!", &[]),
        ("bool", &["false", "true"]),
        ("char", &["Default::default()"]),
        ("f64", &["-1.0", "0.0", "1.0"]),
        ("std::io::Result<u8>", &["Ok(0)", "Ok(1)"]),
        ("fmt::Result", &["Ok(Default::default())"]),
        ("Vec<bool>", &["vec![]", "vec![false]", "vec![true]"]),
        ("&[u8]", &["Vec::leak(Vec::new())", "Vec::leak(vec![0])", "Vec::leak(vec![1])"]),
        ("&mut u8", &["Box::leak(Box::new(0))", "Box::leak(Box::new(1))"]),
        ("[u8; 4]", &["[0; 4]", "[1; 4]"]),
        ("(bool, ())", &["(false, ())", "(true, ())"]),
        ("Box<dyn Fn(u8) -> u8>", &["Box::new(Default::default())"]),
        ("impl Iterator<Item = ()>", &["::std::iter::empty()", "::std::iter::once(())"]),
        ("impl Iterator<Item = ()> + 'static", &["::std::iter::empty()", "::std::iter::once(())"]),
        ("impl Clone", &[]),
        (
            "Cow<'static, str>",
            &[
                "Cow::Borrowed(\"\")",
                "Cow::Borrowed(\"xyzzy\")",
                "Cow::Owned(\"\".to_owned())",
                "Cow::Owned(\"xyzzy\".to_owned())",
            ],
        ),
        (
            "HashMap<u8, ()>",
            &["HashMap::from_iter([(0, ())])", "HashMap::from_iter([(1, ())])", "HashMap::new()"],
        ),
        ("BTreeSet<()>", &["BTreeSet::from_iter([()])", "BTreeSet::new()"]),
        (
            "Wrapper<()>",
            &["Wrapper::from(())", "Wrapper::from_iter([()])", "Wrapper::new(())", "Wrapper::new()"],
        ),
        ("NonZeroU8", &["1.try_into().unwrap()"]),
        ("NonZero<i8>", &["(-1).try_into().unwrap()", "1.try_into().unwrap()"]),
    ];
    for (result, expected) in cases {
        let source = format!("fn f() -> {result} {{ work() }}\n");
        let listed = mutants(Language::Rust, &source, &OperatorOptions::default());
        let replacements: Vec<&str> = listed.iter().map(|mutant| mutant.replacement.as_str()).collect();
        assert_eq!(&replacements, expected, "{result}");
    }
}

#[test]
fn python() {
    check(
        Language::Python,
        r#""""Doc."""
import os
LIMIT = 10
def f(a: int, b=1, c=abs(-1)):
    """Doc."""
    if a < LIMIT and not b:
        return "no"
    for i in a:
        a += -i
        continue
    return None
"#,
        r#"
        3:9: replace 10 with 11
        3:9: replace 10 with None
        4:17: replace 1 with 2 in f
        6:10: replace < with <= in f
        6:18: replace and with or in f
        6:22: delete not in f
        7:16: replace "no" with "XXnoXX" in f
        7:16: replace "no" with None in f
        9:11: replace += with -= in f
        9:11: replace += with = in f
        9:14: replace - with + in f
        10:9: replace continue with break in f
        "#,
    );
}

#[test]
fn javascript() {
    check(
        Language::JavaScript,
        r#"import x from "x";
function f(a, b) {
  if (a === 1 && !b) { return "s" + a; }
  for (let i = 0; i < a; i++) { a?.push([i]); }
  a.map(() => -1);
  return { k: true };
}
"#,
        r#"
        2:18: replace block with {} in f
        3:7: replace a === 1 with false in f
        3:7: replace a === 1 with true in f
        3:7: replace a === 1 && !b with false in f
        3:7: replace a === 1 && !b with true in f
        3:9: replace === with !== in f
        3:15: replace && with || in f
        3:18: delete ! in f
        3:22: replace block with {} in f
        3:31: replace "s" with "" in f
        4:19: replace i < a with false in f
        4:21: replace < with <= in f
        4:21: replace < with >= in f
        4:27: replace ++ with -- in f
        4:31: replace block with {} in f
        4:34: replace ?. with . in f
        4:41: replace [i] with [] in f
        5:15: replace - with + in f
        5:15: replace -1 with undefined in f
        6:10: replace { k: true } with {} in f
        6:15: replace true with false in f
        "#,
    );
}

#[test]
fn types_of_typescript_are_left_alone() {
    check(
        Language::TypeScript,
        "type T = 'a' | 1;\nconst x: T[] = f<'b'>(y as 'c');\ndeclare const z: true;\nenum E { A = 'v' }\n",
        "4:14: replace 'v' with ''",
    );
}

#[test]
fn c() {
    check(
        Language::C,
        "#include <a.h>
#define N (1 + 2)
int f(int a) {
  if (a >= N && !g(a)) a -= 1;
  log(a);
  for (; a < 3; a++) a = a << 1;
  return -a;
}
",
        "
        4:9: replace >= with < in f
        4:9: replace >= with > in f
        4:14: replace && with || in f
        4:17: delete ! in f
        4:26: replace -= with += in f
        5:3: delete log(a) in f
        6:12: replace < with <= in f
        6:12: replace < with >= in f
        6:18: replace ++ with -- in f
        6:28: replace << with >> in f
        7:10: delete - in f
        ",
    );
}

#[test]
fn go() {
    check(
        Language::Go,
        "package p
import \"fmt\"
func f(a int) bool {
\tfor a < 3 {
\t\ta++
\t\tif a == 2 || !g(a) { break }
\t}
\tfmt.Println(\"x\" + \"y\")
\treturn a - 1 > -2
}
",
        "
        4:8: replace < with <= in f
        4:8: replace < with >= in f
        5:4: replace ++ with -- in f
        6:8: replace == with != in f
        6:13: replace || with && in f
        6:16: delete ! in f
        6:24: replace break with continue in f
        9:11: replace - with + in f
        9:15: replace > with <= in f
        9:15: replace > with >= in f
        9:17: replace - with + in f
        ",
    );
}

#[test]
fn java() {
    check(
        Language::Java,
        r#"class A {
  boolean f(int a, String s) {
    if (a <= 3 || s == null) { a++; log(a); }
    s = s + "x";
    return a * 2 != -a;
  }
  @Generated int g() { return 1 + 1; }
  String h() { return name; }
}
"#,
        r#"
        3:11: replace <= with < in A.f
        3:11: replace <= with > in A.f
        3:16: replace || with && in A.f
        3:21: replace == with != in A.f
        3:33: replace ++ with -- in A.f
        3:37: delete log(a) in A.f
        5:12: replace a * 2 != -a with false in A.f
        5:12: replace a * 2 != -a with true in A.f
        5:14: replace * with / in A.f
        5:18: replace != with == in A.f
        5:21: delete - in A.f
        8:23: replace name with "" in A.h
        "#,
    );
}

#[test]
fn bash() {
    check(
        Language::Bash,
        r#"f() {
  if [ "$1" -eq 0 ] && [[ -z $2 ]]; then return 1; fi
  if grep -q x y; then n=$((n + 1)); fi
  ((n < 3)) || exit 0
}
"#,
        "
        2:13: replace -eq with -ne in f
        2:21: replace && with || in f
        2:27: replace -z with -n in f
        2:49: replace 1 with 0 in f
        3:6: negate grep -q x y in f
        3:31: replace + with - in f
        4:7: replace < with <= in f
        4:7: replace < with >= in f
        4:13: replace || with && in f
        4:21: replace 0 with 1 in f
        ",
    );
}

#[test]
fn comments_and_attributes_keep_code_from_being_mutated() {
    let cases = [
        (Language::Rust, "#[mutants::skip]\nfn f() -> u8 { 2 + 3 }\n"),
        (Language::Rust, "#[cfg_attr(test, mutants::skip)]\nfn f() -> u8 { 2 + 3 }\n"),
        (Language::Rust, "#[cfg(all(test, unix))]\nmod m { fn f() -> u8 { 2 + 3 } }\n"),
        (Language::Rust, "// batuta: skip-mutation\nfn f() -> u8 {\n    2 + 3\n}\n"),
        (Language::Python, "x = 2 + 3  # pragma: no mutate\n"),
        (Language::Python, "def f():  # pragma: no mutate block\n    return 2\n"),
        (Language::Python, "# pragma: no mutate start\nx = 2\ny = 3\n# pragma: no mutate end\n"),
        (Language::Python, "x = 2  # batuta: skip-mutation\n"),
        (Language::JavaScript, "// Stryker disable next-line all: why\nx = 'a';\n"),
        (Language::JavaScript, "// Stryker disable StringLiteral\nx = 'a';\n"),
        (Language::Go, "package p\n// batuta: skip-mutation\nfunc f() int { return a - 1 }\n"),
        (Language::Bash, "exit 0 # batuta: skip-mutation\n"),
    ];
    for (language, source) in cases {
        assert_eq!(names(language, source, &OperatorOptions::default()), [""; 0], "{source}");
    }
    let restored = "// Stryker disable all\nx = 'a';\n// Stryker restore all\ny = 'b';\n";
    assert_eq!(
        names(Language::JavaScript, restored, &OperatorOptions::default()),
        ["4:5: replace 'b' with ''"]
    );
    let other = "// Stryker disable BooleanLiteral\nx = 'a';\n";
    assert_eq!(names(Language::JavaScript, other, &OperatorOptions::default()), ["2:5: replace 'a' with ''"]);
}

#[test]
fn options_choose() {
    let source = "def f(a):\n    a = a + 1\n    return a - 1\n";
    let listed = |options: OperatorOptions| names(Language::Python, source, &options);
    let regex = |text| vec![regex::Regex::new(text).expect("a pattern")];
    assert_eq!(
        listed(OperatorOptions {
            operators: vec![Operator::ArithmeticOperator],
            ..OperatorOptions::default()
        }),
        ["2:11: replace + with - in f", "3:14: replace - with + in f"],
    );
    assert_eq!(
        listed(OperatorOptions { include: regex(r"replace \+"), ..OperatorOptions::default() }),
        ["2:11: replace + with - in f"],
    );
    assert_eq!(
        listed(OperatorOptions { exclude: regex(r"None|\b1\b"), ..OperatorOptions::default() }),
        ["2:11: replace + with - in f", "3:14: replace - with + in f"],
    );
    let changed = [(RepoPath::from("file"), vec![3..=3])].into_iter().collect();
    assert_eq!(
        listed(OperatorOptions { changed_lines: Some(changed), ..OperatorOptions::default() }),
        ["3:12: replace a - 1 with None in f", "3:14: replace - with + in f", "3:16: replace 1 with 2 in f"],
    );
    let all = listed(OperatorOptions { level: Level::All, ..OperatorOptions::default() });
    assert!(all.contains(&"3:16: replace 1 with 0 in f".to_owned()));
}

#[test]
fn error_values_are_returned_when_given() {
    let options =
        OperatorOptions { error_values: vec!["Error::Bad".to_owned()], ..OperatorOptions::default() };
    let listed = names(Language::Rust, "fn f() -> Result<(), Error> { work() }\n", &options);
    assert_eq!(
        listed,
        [
            "1:31: replace f -> Result<(), Error> with Err(Error::Bad)",
            "1:31: replace f -> Result<(), Error> with Ok(())",
        ]
    );
}

fn made(language: Language, source: &str) -> Result<usize, NotMutated> {
    let data = facts::extract::extract_as(language, source.as_bytes(), u64::MAX).expect("source text");
    let options = OperatorOptions::default();
    let path = RepoPath::from("file");
    let made = generate(language, &path, source.as_bytes(), &data.facts.functions, &options);
    made.map(|mutants| mutants.len())
}

#[test]
fn long_chains_have_their_mutants() {
    let sum = format!("fn f() -> u64 {{ 1{} }}\n", " + 1".repeat(10_000));
    assert!(made(Language::Rust, &sum).expect("it is mutated") >= 20_000, "two for each operator");
}

/// The total text of nested mutants grows with the square of the file's length.
#[test]
fn what_nests_without_end_is_left_out_with_the_reason() {
    for (language, head, open, middle, close, tail) in [
        (Language::Rust, "fn f(a: bool) { ", "if a { g(); ", "g();", "}", " }"),
        (Language::JavaScript, "function f(a) { ", "if (a) { g(); ", "g();", "}", " }"),
        (Language::C, "void f(int a) { ", "if (a) { g(); ", "g();", "}", " }"),
        (Language::Java, "class A { void f(boolean a) { ", "if (a) { g(); ", "g();", "}", " } }"),
        (Language::Go, "package a\nfunc f(a bool) { ", "if a { g(); ", "g()", "}", " }"),
        (Language::Python, "x = ", "(a + ", "1", ")", ""),
    ] {
        let text = |n: usize| format!("{head}{}{middle}{}{tail}\n", open.repeat(n), close.repeat(n));
        assert!(made(language, &text(50)).is_ok(), "people may write this in {}", language.name());
        // Code in C and Java with this nesting is not even measured.
        if matches!(language, Language::C | Language::Java) {
            let measured = facts::extract::extract_as(language, text(50_000).as_bytes(), u64::MAX);
            assert_eq!(measured.map(|_| ()), Err(SkipReason::ParseBudget), "{}", language.name());
        } else {
            assert_eq!(made(language, &text(50_000)), Err(NotMutated::TooMuch), "{}", language.name());
        }
    }
}

#[test]
fn conditions_of_attributes_are_read_however_deep() {
    let all = |inner: &str, times: usize| format!("{}{inner}{}", "all(".repeat(times), ")".repeat(times));
    for (condition, for_tests) in [
        ("test".to_owned(), true),
        (all("unix, test", 1), true),
        (all("test", 100_000), true),
        (all("any(test, unix)", 3), false),
        (all("not(test)", 1), false),
        ("any(all(test))".to_owned(), false),
        ("feature = \"test\"".to_owned(), false),
    ] {
        let source = format!("#[cfg({condition})]\nfn f(a: u8) -> u8 {{ a + 1 }}\n");
        let found = made(Language::Rust, &source).expect("it is mutated");
        assert_eq!(found == 0, for_tests, "{}", &condition[..condition.len().min(40)]);
    }
}

/// Takes a second at most if each node is visited once, and minutes if each node checks all others.
fn soon(what: &str, work: impl FnOnce()) {
    let start = std::time::Instant::now();
    work();
    assert!(start.elapsed().as_secs() < 30, "{what} took {:?}", start.elapsed());
}

/// A sum is as deep as it is long, and each of its operators looks for strings on its left.
#[test]
fn sums_of_25_000_terms_take_no_square_of_their_time() {
    for (language, head, term, tail) in [
        (Language::Go, "package a\nfunc f() int { return 1", " + 1", " }\n"),
        (Language::Java, "class A { int f() { return 1", " + 1", "; } }\n"),
        (Language::JavaScript, "function f() { return 1", " + 1", "; }\n"),
        (Language::Bash, "f() { echo $((1", " + 1", ")); }\n"),
        (Language::C, "int f() { return 1", " + 1", "; }\n"),
        (Language::Python, "def f():\n    return 1", " + 1", "\n"),
    ] {
        let text = |terms: usize| format!("{head}{}{tail}", term.repeat(terms));
        soon(language.name(), || {
            let many = made(language, &text(25_000));
            assert!(matches!(many, Ok(25_000..) | Err(NotMutated::TooMuch)), "{}: {many:?}", language.name());
            let some = made(language, &text(5_000)).expect("within the allowance");
            assert!(some >= 5_000, "{}: {some}", language.name());
        });
    }
}

/// A string decides about the operators on its right, however long the sum is.
#[test]
fn sums_with_a_string_are_left_alone_from_the_string_on() {
    for (language, head, tail) in [
        (Language::Go, "package a\nfunc f() { g(", ") }\n"),
        (Language::Java, "class A { void f() { g(", "); } }\n"),
        (Language::JavaScript, "function f() { g(", "); }\n"),
    ] {
        let count = |sum: &str| made(language, &format!("{head}{sum}{tail}")).expect("it is mutated");
        let calls = count("a");
        for (sum, changed) in [
            ("a + b + c + d", 3),
            ("a + b + \"x\" + d", 1),
            ("\"x\" + b + c + d", 0),
            ("a + b + c + \"x\"", 2),
            ("a * b + \"x\" + c * d", 2),
        ] {
            let strings = usize::from(language == Language::JavaScript && sum.contains('x'));
            assert_eq!(count(sum), calls + changed + strings, "{} {sum}", language.name());
        }
    }
}

#[test]
fn breaks_know_their_loop_in_deep_blocks() {
    let go = |inner: &str| format!("package a\nfunc f() {{ {inner} }}\n");
    let nested = |around: &str, times: usize, inner: &str| {
        format!("{}{inner}{}", around.repeat(times), "}".repeat(times))
    };
    assert_eq!(made(Language::Go, &go("for { if a() { break }; break }")), Ok(2));
    assert_eq!(made(Language::Go, &go("for { switch a { case 1: break }; break }")), Ok(1));
    assert_eq!(made(Language::Go, &go("switch a { case 1: for { break }; break }")), Ok(1));
    soon("Go", || {
        assert_eq!(made(Language::Go, &go(&nested("for { break; ", 2_000, ""))), Ok(2_000));
    });
}

/// Each mark used to search all comments below it, and each mutant all marks.
#[test]
fn marks_without_end_take_no_square_of_their_time() {
    let lines = |line: &str, times: usize| line.repeat(times);
    for (language, text, expected) in [
        (Language::Rust, lines("// batuta: skip-mutation\n", 40_000) + "fn f() -> bool { true }\n", Some(0)),
        (Language::Rust, lines("fn f() -> bool { g() } // batuta: skip-mutation\n", 20_000), Some(0)),
        (
            Language::Rust,
            lines("/* batuta: skip-mutation */ ", 40_000) + "fn f() -> bool { true }\n",
            Some(0),
        ),
        (
            Language::JavaScript,
            lines("// Stryker disable StringLiteral\n", 40_000)
                + &lines("// Stryker restore BooleanLiteral\n", 40_000),
            Some(0),
        ),
        (Language::Python, lines("x = 1  # pragma: no mutate\n", 20_000) + "x = 1\n", Some(2)),
    ] {
        soon(language.name(), || {
            let found = made(language, &text);
            assert_eq!(found.ok(), expected, "{}: {:.60}", language.name(), text);
        });
    }
}

/// Names, types and descriptions that are repeated for each mutant.
#[test]
fn what_is_said_of_mutants_is_no_square_of_the_file() {
    let modules = "mod a { fn f() -> bool { 1 + 1 == 2 } ".repeat(300) + &"}".repeat(300);
    let long_type = format!("fn f() -> Result<Vec<{}>, E> {{ g() }}\n", "a::".repeat(10_000) + "B");
    let fields = (0..20_000).map(|field| format!("f{field}: 1, ")).collect::<String>();
    let long_name = format!("fn f() {{ g({}B {{ {fields}..h() }}) }}\n", "a::".repeat(10_000));
    let guards = format!(
        "fn f() {{ match a {{ b if {} => 1, _ => 2 }} }}\n",
        "(a && ".repeat(1_000) + "b" + &")".repeat(1_000)
    );
    for (what, text) in
        [("modules", modules), ("a type", long_type), ("fields", long_name), ("a guard", guards)]
    {
        soon(what, || {
            let parsed = facts::extract::extract_as(Language::Rust, text.as_bytes(), u64::MAX);
            assert!(parsed.is_ok(), "{what}");
            let made = made(Language::Rust, &text);
            assert!(matches!(made, Ok(_) | Err(NotMutated::TooMuch)), "{what}: {made:?}");
        });
    }
}

#[test]
fn changed_lines_of_a_long_file_are_found_by_search() {
    let source = "fn f() -> bool { a() }\n".repeat(20_000);
    let path = RepoPath::from("file.rs");
    let lines = (0..5_000).rev().map(|line| 4 * line + 1..=4 * line + 1).collect();
    let changed_lines = Some([(path.clone(), lines)].into());
    let options = OperatorOptions { changed_lines, ..OperatorOptions::default() };
    let data = facts::extract::extract_as(Language::Rust, source.as_bytes(), u64::MAX).expect("source text");
    soon("changed lines", || {
        let made = generate(Language::Rust, &path, source.as_bytes(), &data.facts.functions, &options);
        assert_eq!(made.expect("it is mutated").len(), 2 * 5_000);
    });
}
