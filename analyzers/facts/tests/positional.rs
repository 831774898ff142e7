//! How many parameters callers must get right by position, in each language: counted by hand from the language's rules of calls.

use facts::model::RepoPath;

/// The figure of the last function of a text.
fn positional(path: &str, text: &str) -> u16 {
    let data =
        facts::extract::extract(&RepoPath::from(path), text.as_bytes(), u64::MAX).expect("a known language");
    data.facts.functions.last().unwrap_or_else(|| panic!("{path}: no function in {text}")).positional
}

/// Path, text, figure.
const CASES: &[(&str, &str, u16)] = &[
    ("a.rs", "impl A {\n    fn f(&mut self, a: u8, mut b: u8) {}\n}\n", 2),
    ("a.rs", "impl A {\n    fn f(self: Box<Self>, a: u8) {}\n}\n", 1),
    ("a.rs", "impl T for A {\n    fn f(&self, a: u8, b: u8) {}\n}\n", 0),
    ("a.rs", "#[no_mangle]\npub extern \"C\" fn f(a: u8, b: u8) {}\n", 0),
    ("a.py", "def f(a, b, /, c, d=1, *rest, e, f=2, **more): pass\n", 3),
    ("a.py", "def f(a: int, b: int = 1, *, c): pass\n", 1),
    ("a.py", "class A:\n    @classmethod\n    def f(cls, a, b): pass\n", 2),
    ("a.py", "class A:\n    @staticmethod\n    def f(a, b): pass\n", 2),
    ("a.py", "@click.option('--a')\ndef f(a, b): pass\n", 0),
    ("a.py", "@functools.cache\ndef f(a, b): pass\n", 2),
    ("a.js", "function f(a, {b, c}, d = 1, ...e) {}\n", 2),
    ("a.js", "define(['a', 'b'], function (a, b) {});\n", 0),
    ("a.ts", "class A {\n  constructor(private readonly a: A, @Inject() b: B, c: C, d?: D) {}\n}\n", 1),
    ("a.ts", "function f(this: Window, a: string, b?: () => void): void {}\n", 1),
    ("A.java", "class A {\n  void f(A this, int a, @Nullable String b, int... c) {}\n}\n", 2),
    ("A.java", "class A {\n  @Override public void f(int a, int b) {}\n}\n", 0),
    ("A.java", "class A {\n  void f(@PathVariable int a, @RequestParam(\"x\") String b, int c) {}\n}\n", 1),
    ("a.kt", "fun f(a: Int, b: Int = 1, vararg c: Int) {}\n", 1),
    ("a.kt", "class A : B() {\n  override fun f(a: Int, b: Int) {}\n}\n", 0),
    ("a.swift", "func f(_ a: Int, b: Int, with c: Int, _ d: Int) {}\n", 2),
    ("a.cs", "class A {\n  void F(this A x, int a, ref int b, int c = 1, params int[] d) {}\n}\n", 2),
    ("a.cs", "class A {\n  public override void F(int a, int b) {}\n}\n", 0),
    ("a.c", "int f(int a, char *b, ...) { return 0; }\n", 2),
    ("a.c", "int f(void) { return 0; }\n", 0),
    ("a.cpp", "struct A : B {\n  void f(int a, int b) const override { g(); }\n};\n", 0),
    ("a.cpp", "void f(int a, const B& b, int c = 1) { g(); }\n", 2),
    ("a.go", "package a\n\nfunc (r *R) f(ctx C, a, b int, c ...string) {}\n", 3),
    (
        "a.php",
        "<?php\nclass A {\n  function __construct(private A $a, B $b, ?C $c = null, D ...$d) {}\n}\n",
        1,
    ),
    ("a.rb", "def f(a, b, c = 1, *d, e:, f: 2, &g)\n  1\nend\n", 2),
    ("a.dart", "void f(int a, int b, {required int c, int d = 1}) {\n  g();\n}\n", 2),
    ("a.dart", "void f(int a, [int b = 1]) {\n  g();\n}\n", 1),
    ("a.scala", "object A {\n  def f(a: Int, b: Int = 1)(implicit c: Int) = a\n}\n", 1),
    ("a.ml", "let f ~a ?b c d = c + d\n", 2),
    ("a.m", "#import <a.h>\n@implementation A\n- (void)f:(int)a with:(int)b { g(); }\n@end\n", 0),
    // Tests get what their frameworks give them.
    ("test_a.py", "def test_f(a, b, c): pass\n", 0),
];

#[test]
fn parameters_by_position_are_those_that_a_call_cannot_name_or_leave_out() {
    let mut wrong = String::new();
    for (path, text, expected) in CASES {
        let found = positional(path, text);
        if found != *expected {
            wrong.push_str(&format!("{path}: {found} instead of {expected}\n{text}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
