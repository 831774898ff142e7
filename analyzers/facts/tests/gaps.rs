//! Syntax that the languages have and the grammars do not know, and what is said about a file that does not fit.
//!
//! Each text is accepted by its language's own compiler; the notes say since which version.

use facts::FileData;
use facts::model::{ParseStatus, RepoPath};

fn read(path: &str, text: &str) -> FileData {
    facts::extract::extract(&RepoPath::new(path.as_bytes()), text.as_bytes(), u64::MAX)
        .expect("a known language")
}

/// Name and cyclomatic complexity of each function.
fn functions(data: &FileData) -> Vec<String> {
    data.facts.functions.iter().map(|f| format!("{} {}", f.qualified_name, f.cyclomatic())).collect()
}

#[track_caller]
fn is_read_whole(path: &str, text: &str, expected: &[&str]) {
    let data = read(path, text);
    assert_eq!(data.facts.parse, ParseStatus::Complete, "{path}: {text}");
    assert_eq!(functions(&data), expected, "{path}: {text}");
    assert_adds_up(&data);
}

#[track_caller]
fn assert_adds_up(data: &FileData) {
    let lines = data.facts.lines;
    assert!(lines.source + lines.comment + lines.blank >= lines.physical, "{lines:?}");
}

#[test]
fn macros_in_the_head_of_a_class() {
    const BODY: &str = "{\n public:\n  int run(int a) { if (a) { return 1; } return 2; }\n  ~Name() {}\n};\n";
    for head in [
        "class API_EXPORT Name ",
        "class Q_CORE_EXPORT Name : public Base ",
        "class API Name final : public a::Base<int>, private Other ",
        "class my_export Name ",
        "struct my_export Name ",
        "struct API_EXPORT Name final ",
        "class DEPRECATED(\"since 2\") API_EXPORT Name ",
        "class API_EXPORT\n    Name\n    : public Base\n",
        "class [[nodiscard]] API_EXPORT Name ",
        "class API_EXPORT [[nodiscard]] Name ",
        "class alignas(16) API_EXPORT Name ",
        "class __attribute__((visibility(\"default\"))) Name ",
        "class __declspec(dllexport) Name ",
        "class __declspec(dllexport) API_EXPORT Name ",
        "class Name Q_DECL_FINAL : public Base ",
        "union API_EXPORT Name ",
        "template <class T> class API_EXPORT Name<T*> ",
    ] {
        let data = read("a.hpp", &format!("{head}{BODY}"));
        assert_eq!(functions(&data), ["Name::run 2", "Name::~Name 1"], "{head}");
        assert_eq!(data.facts.parse, ParseStatus::Complete, "{head}");
    }
}

#[test]
fn a_variable_behind_its_type_is_no_class_with_a_macro() {
    is_read_whole(
        "a.cpp",
        "struct point p {1, 2};\nint f() { struct point q {3, 4}; return q.x; }\n",
        &["f 1"],
    );
    is_read_whole("a.cpp", "int f() { struct RECT r {0, 0}; return r.x; }\n", &["f 1"]);
    is_read_whole("a.cpp", "static struct KIND f(int a) { return g(a); }\n", &["f 1"]);
    is_read_whole("a.c", "struct point p = {1, 2};\nstruct point f(void) { return p; }\n", &["f 1"]);
    is_read_whole("a.cpp", "enum class Kind : int { A, B };\nint f() { return 1; }\n", &["f 1"]);
}

#[test]
fn macros_where_the_grammar_expects_none() {
    is_read_whole(
        "a.hpp",
        "class Q_CORE_EXPORT Name : public QObject {\n    Q_OBJECT\n    Q_PROPERTY(int a READ a WRITE setA)\npublic:\n    \
         Q_INVOKABLE int f(int a) const Q_DECL_NOEXCEPT { return a ? 1 : 2; }\n};\n",
        &["Name::f 2"],
    );
    is_read_whole(
        "a.cpp",
        "int WINAPI f(int a) { return a; }\nLIB_API const char *CALLBACK g() { return 0; }\n",
        &["f 1", "g 1"],
    );
    is_read_whole(
        "a.cpp",
        "QT_BEGIN_NAMESPACE\nclass A;\nclass B {\n  int a GUARDED_BY(m) = 1;\n  void f() { }\n};\nQT_END_NAMESPACE\n",
        &["B::f 1"],
    );
}

#[test]
fn statements_that_are_macros_stay() {
    let text =
        "void f(int a) {\n  if (a) CHECK(a);\n  for (;;) NEXT;\n  BEGIN(a)\n}\nTEST(A, b) {\n  f(1);\n}\n";
    let data = read("a.cpp", text);
    let names = &data.symbols().names;
    assert!(["CHECK", "NEXT"].iter().all(|name| names.iter().any(|n| n == name)), "{names:?}");
}

#[test]
fn lines_continued_before_cr_lf() {
    let text = "const char *g(void) {\r\n  return \"ab\\\r\n  // x\\\r\n  c\";\r\n}\r\n/* one */\r\n#define A \\\r\n  1\r\n";
    is_read_whole("a.c", text, &["g 1"]);
    let lines = read("a.c", text).facts.lines;
    assert_eq!((lines.physical, lines.source, lines.comment), (8, 7, 1));
}

#[test]
fn modules_of_cpp() {
    let text = "export module demo;\nimport std;\nexport namespace Y {\nint f(int a) { if (a) return 1; return 0; }\n}\n\
                export template <class T> T g(T a) { return a; }\n";
    is_read_whole("a.cppm", text, &["Y::f 2", "g 1"]);
}

#[test]
fn cpp_since_23() {
    let text = "struct S { int f(this S &self) { return 1; } };\nint g() { if consteval { return 1; } if !consteval { return 2; } return 3; }\n";
    is_read_whole("a.cpp", text, &["S::f 1", "g 3"]);
}

#[test]
fn typescript_since_4_7() {
    const F: &str = "export function f(a: number) { return a ? 1 : 2; }\n";
    for text in [
        "export type * from './x';",
        "export type * as ns from './x';",
        "interface P {\n  <T>(a: T): T\n  <T, U>(a: T, b: U): U\n}",
        "interface P<in out T> { a: T }\ntype Q<out T, in U> = (u: U) => T;",
        "let a: import('x').T<U>;\ntype A = import('x').A.B<U> | import(\"y\").C<D>;",
        "abstract class A { abstract accessor x: number; static accessor y = 1 }",
        "import defer * as x from 'y';\nimport source z from 'y';",
    ] {
        is_read_whole("a.ts", &format!("{text}\n{F}"), &["f 2"]);
    }
    is_read_whole("a.tsx", &format!("export type * from './x';\n{F}"), &["f 2"]);
    is_read_whole("a.js", "import defer * as x from 'y';\nfunction f() { return x.a < x.b; }\n", &["f 1"]);
}

#[test]
fn import_types_in_the_type_arguments_of_a_call() {
    const F: &str = "export function f(a: number) { return a ? 1 : 2; }\n";
    for text in [
        "vi.importActual<typeof import(\"./a\")>(\"./a\");",
        "const a = await importOriginal<typeof import('./a')>();",
        "g<import(\"./a\").T>();",
        "g<import(\"./a\").T<U>[]>(1);",
        "g<Map<string, typeof import('./a').b>>();",
        "g<B | import(\"./a\")>();",
        "export type A = (typeof import('./a').b)[number];",
    ] {
        for path in ["a.ts", "a.tsx"] {
            let text = format!("{text}\n{F}");
            is_read_whole(path, &text, &["f 2"]);
            let data = read(path, &text);
            let imports: Vec<&str> = data.symbols().imports.iter().map(|i| i.target.as_str()).collect();
            assert_eq!(imports, ["./a"], "{text}");
        }
    }
    // A string that is a type is not an import.
    assert!(read("a.ts", "g<\"./a\">();\n").symbols().imports.is_empty());
}

#[test]
fn members_called_like_operators() {
    for text in [
        "type A = {\n  date: string\n  in: number\n  as?: string[]\n}",
        "type A = {\ndate: B<C>\nsatisfies: number\n}",
        "interface A {\n  date: string\n  in(a: B): number\n}",
    ] {
        is_read_whole("a.ts", &format!("{text}\nfunction f() {{ return a\n  in b ? 1 : 2; }}\n"), &["f 2"]);
    }
    // The name is the file's.
    let data = read("a.ts", "interface A {\n  date: string\n  in(a: B): number\n}\n");
    assert!(data.symbols().definitions.iter().any(|d| d.qualified_name == "A.in"));
}

#[test]
fn attributes_of_exports() {
    const TEXT: &str = "export { a } from \"./b\" with { type: \"json\" };\nexport * from './c' with { type: 'json' };\n\
        export * as d from \"./d\" assert { type: \"json\" }\nfunction f() { return 1; }\n";
    for path in ["a.js", "a.ts", "a.tsx"] {
        is_read_whole(path, TEXT, &["f 1"]);
        let data = read(path, TEXT);
        let imports: Vec<&str> = data.symbols().imports.iter().map(|i| i.target.as_str()).collect();
        assert_eq!(imports, ["./b", "./c", "./d"], "{path}");
    }
}

#[test]
fn tagged_templates_with_escapes_that_mean_nothing() {
    is_read_whole(
        "a.js",
        "const a = String.raw`\\u and ${b} \\x \\\\u \\u{41} \\u{} C:\\new`;\nfunction f() { return tag(1)`\\unicode`; }\n",
        &["f 1"],
    );
}

#[test]
fn rust_since_2024() {
    is_read_whole(
        "a.rs",
        "unsafe extern \"C\" {\n    pub safe fn g();\n    safe fn h(a: i32);\n    pub unsafe fn k();\n    pub safe static A: i32;\n    \
         unsafe static B: i32;\n}\nfn f(a: bool) { if a { unsafe { k() } } }\n",
        &["f 2"],
    );
    is_read_whole(
        "a.rs",
        "fn f(#[future(awt)]\n    #[from(db)]\n    db: S, #[a(\"]\")] #[b] #[c] x: &'static str) { if x { g('\"'); } }\n",
        &["f 2"],
    );
}

#[test]
fn loops_over_the_arguments_in_bash() {
    is_read_whole(
        "a.sh",
        "f() {\n  for arg do\n    echo \"$arg\"\n  done\n  for arg   do echo; done\n  for arg in; do echo; done\n  for arg\n  do\n    echo\n  done\n}\n\
         g() { if a; then for b do c; done; fi; }\necho for a do\n",
        &["f 5", "g 3"],
    );
}

#[test]
fn python_since_3_13() {
    is_read_whole(
        "a.py",
        "class P[K: A = String, *T = *tuple[int, ...]]:\n    def f[T = int, **Q = [int, \"]\"]](self, a=1):\n        return a if a else 2\n\n\
         type X[T = int] = list[T]\nasync def g[\n    T = dict[str, int],  # ]\n](a): pass\n",
        &["P.f 2", "g 1"],
    );
}

#[test]
fn arrays_without_elements_in_kotlin() {
    is_read_whole(
        "a.kt",
        "annotation class An(val x: Array<String> = [], val y: Array<Int> = [1])\n@An([], y = [ ])\nfun f(a: Boolean) = if (a) 1 else 2\n",
        &["f 2"],
    );
}

#[test]
fn kotlin_since_2_2() {
    is_read_whole(
        "a.kt",
        "fun g(a: Animal): Int = when (a) {\n    is Cat if a.hunts && true -> 1\n    is Cat -> 2\n    else if y() -> 4\n    else -> 0\n}\n\
         fun after(a: Boolean): Int { if (a) return 1; return 0 }\n",
        // Three branches except the default one, one of them with a guard, and `&&`.
        &["g 6", "after 2"],
    );
    is_read_whole(
        "a.kt",
        "context(a: A, b: B)\nfun f() {}\nclass X {\n    context(_: A)\n    private fun g() {}\n    context(a: A) val x: Int get() = 1\n}\n",
        &["f 1", "X.g 1", "X.x.get 1"],
    );
    is_read_whole(
        "a.kt",
        "abstract class Flow {\n    override fun <R : Any> suspend(io: R): R {\n        return io\n    }\n}\nval suspend = 1\n\
         suspend fun f() { g(suspend) }\nval h: suspend () -> Unit = {}\n",
        &["Flow.suspend 1", "f 1"],
    );
    is_read_whole(
        "a.kt",
        "class A { val x = 1; fun f() = x }\nabstract class B { abstract fun g() }\n",
        &["A.f 1"],
    );
    is_read_whole(
        "a.kt",
        "fun f(a: Int) = a or if (a > 1) 1 else 2\nfun g() = listOf(1).map { if (it > 0) 1 else 2 }\n",
        &["f 2", "g 2"],
    );
}

#[test]
fn accessors_with_annotations_in_kotlin() {
    is_read_whole(
        "a.kt",
        "class A {\n  var a: Int\n    @Synchronized get() = b\n\n    @Synchronized set(value) {\n      if (value > 0) b = value\n    }\n  \
         var c = 1\n    @Deprecated(\n      \"use (b) in place of c\",\n      level = E\n    )\n    set\n\n  var d: Int = 1\n    get() = 2\n    \
         @a.B(\"x\") internal set(v: Int) { if (v > 1) field = v }\n  var e = 1; private set\n  fun f(g: Boolean) = if (g) 1 else 2\n}\n",
        &["A.a.get 1", "A.a.set 2", "A.d.get 1", "A.d.set 2", "A.f 2"],
    );
    is_read_whole(
        "a.kt",
        "class A {\n    val b = 1\n\n    @Deprecated(\"call c() in place of it\")\n    fun f(a: Boolean) = if (a) 1 else 2\n}\n",
        &["A.f 2"],
    );
}

#[test]
fn calls_like_accessors_in_kotlin() {
    is_read_whole(
        "a.kt",
        "fun f(a: Boolean) {\n    val b by inject<B>()\n    get(\"/all\") {\n        if (a) g()\n    }\n    var c = 1\n    set(c) { h() }\n    \
         val d = ByteArray(1)\n    get(d)\n    var set = 1 shl 2\n    set = set or 4\n    val e = 1\n    get<Home> { a && b }\n}\n",
        &["f 3"],
    );
}

#[test]
fn soft_keywords_as_names_in_kotlin() {
    for word in [
        "open",
        "inner",
        "data",
        "value",
        "sealed",
        "infix",
        "operator",
        "enum",
        "annotation",
        "override",
        "final",
        "abstract",
        "inline",
        "external",
        "tailrec",
        "const",
        "lateinit",
        "vararg",
        "expect",
        "actual",
        "private",
        "public",
        "internal",
        "protected",
        "noinline",
        "crossinline",
        "reified",
        "dynamic",
        "companion",
        "suspend",
    ] {
        let text = format!(
            "fun g(a: A, {word}: Int = 1) = B().apply {{ {word}(1) }}\nfun f(a: Boolean) {{\n    {word}.b()\n    {word} = 1\n    \
             {word}(if (a) 1 else 2)\n    {word} {{ c() }}\n    var {word} = 2\n    h({word}, *{word})\n    i {{ {word} }}\n}}\n\
             class T(vararg {word}: P) : R(C(*{word}), \"d\") {{\n    fun {word}() = {word}\n}}\n"
        );
        is_read_whole("a.kt", &text, &["g 1", "f 2", &format!("T.{word} 1")]);
    }
    is_read_whole(
        "a.kt",
        "open class A { protected open fun f(a: Boolean) = if (a) 1 else 2; private val b = 1 }\nsealed interface S\ndata class D(val x: Int)\n\
         fun g() {\n    open(1)\n    data.b()\n}\nenum class E { data, enum, open; override fun toString() = \"\" }\n",
        &["A.f 2", "g 1", "E.toString 1"],
    );
}

#[test]
fn lines_that_begin_like_the_rest_of_the_line_above_in_kotlin() {
    is_read_whole(
        "a.kt",
        "fun f(a: Boolean) {\n    val in1 = g()\n    in1.skip(1)\n    as_b.c()\n    by2()\n    set1 = 2\n    get3()\n    where(1)\n    where { it }\n    \
         constructor1()\n    else_()\n    if (a) { g() }\n    run { }\n    ::f.g()\n    h(\n        ::f,\n    )\n}\n",
        &["f 2"],
    );
}

#[test]
fn constructors_below_the_name_of_their_class_in_kotlin() {
    for head in [
        "class B\n  @Ann(37)\n  internal constructor() : C {",
        "class B<\n    T : A,\n    U : A.C\n    >\nactual constructor(\n    private val a: T,\n) : C {",
        "class B<out T>\n@a.Ann internal constructor(@Ann internal val a: Any?) {",
        "class B\n@Ann(\"x\", y = [1])\nprivate constructor(a: Int) {",
    ] {
        is_read_whole("a.kt", &format!("{head}\n    fun f(a: Boolean) = if (a) 1 else 2\n}}\n"), &["B.f 2"]);
    }
}

#[test]
fn strings_of_kotlin() {
    is_read_whole(
        "a.kt",
        "fun f(a: Boolean) {\n    g($$\"\"\"\n        \"${NO:name}\" $x $${if (a) 1 else 2}\n    \"\"\".trim(), $$\"$a $$a\")\n    \
         g(\"\"\"a=\"\"\"\"\", \"\"\"\"b\"\"\"\", \"${h(\"(\")} {\")\n    if (a) g()\n}\nfun `it's`() = 1\nfun h() { open(1) }\n",
        &["f 3", "`it's` 1", "h 1"],
    );
}

#[test]
fn other_forms_of_kotlin() {
    is_read_whole(
        "a.kts",
        "@file:Suppress(\"a\") @file:A\nimport a.b.C\n\nplugins {\n    id(\"x\")\n}\n\nimport d.e.*\nimport f.g as h\n\nfun f(a: Boolean) = if (a) 1 else 2\n",
        &["f 2"],
    );
    is_read_whole(
        "a.kt",
        "fun f(a: Boolean) {\n    b.let { (c)(d, it) }\n    e[\n        a,\n    ]?.invoke()\n    g();; h()\n    if (suspend(a)) g()\n}\nval i: (suspend (A) -> B)? = null\n\
         class A(val b: suspend ((C) -> D?) = e) {\n    constructor(val c: Int, val d: (E) -> F) : this(c) { if (c > 1) g() }\n}\n",
        &["f 2", "A.constructor 2"],
    );
}

#[test]
fn an_error_that_no_node_shows_is_mended() {
    is_read_whole(
        "a.kt",
        "class A {\n    enum class B {\n        U  { override fun f(c: C): C = D }\n    }\n    fun g(a: Boolean) = if (a) 1 else 2\n}\n",
        &["A.B.f 1", "A.g 2"],
    );
}

#[test]
fn punctuation_in_macros_of_rust() {
    is_read_whole("a.rs", "macro_rules ! m { ((~) $e:expr) => { $e }; }\n", &[]);
    is_read_whole(
        "a.rs",
        "macro_rules! m {\n    (~ $($t:tt)* $) => { m!(~~ ~= $($t)*) };\n    ($a:ident, $) => { T![~] };\n    [$] => { '$' };\n}\n\
         //~ ERROR\nfn f(a: bool) -> bool { m!(~ 1); let b = \"~$\"; if a { b == \"$\" } else { '~' == '$' } }\n",
        &["f 2"],
    );
}

#[test]
fn forms_of_rust() {
    const F: &str = "fn f(a: bool) { if a { g() } }\n";
    for text in [
        "struct T\nwhere\n    A: Send + Sync;",
        "pub struct T<'a, B: C<D>> where B: E;",
        "fn g(a: &(dyn 'static + A), b: Box<dyn 'a + FnOnce() + Send>) -> impl 'a + B { }",
        "type A = B<-92>; type C = D<E, -1>;",
        "fn g(c: char) { match c { char @ ('(' | ')') => h(char), _ => {} } }",
        "fn g() { let A::B {\n    #[expect(deprecated, reason = \"a\")]\n    c,\n    #[a] #[b] d,\n    .. } = h(); }",
        "fn g() { h(\n    |\n        a: A,\n        b: B,\n    | -> C { i() }); }",
    ] {
        let expected: &[&str] = match text {
            text if text.contains("match") => &["g 2", "f 2"],
            text if text.contains("fn g") => &["g 1", "f 2"],
            _ => &["f 2"],
        };
        is_read_whole("a.rs", &format!("{text}\n{F}"), expected);
    }
}

#[test]
fn ampersands_in_jsx() {
    for path in ["a.tsx", "a.jsx"] {
        is_read_whole(
            path,
            "function F({ a, b }) {\n  const c = a & b;\n  if (a && b & c) return null;\n  return <p title=\"x&amp;y &lt; z\">\n    <a href=\"https://a.b/?c=d&e=f\">Terms & Conditions</a>\n    \
             List of <b>Rules</b> & Plugins that have been &copy; built &amp; tested.\n    {a ? 1 : 2}\n  </p>;\n}\n",
            &["F 4"],
        );
    }
    is_read_whole(
        "a.tsx",
        "type A = B & keyof C & typeof x;\nexport type D<T> = B<T> & C<T>\nexport type * from './x'\nfunction f(a: B & C): a is B & C { return a ? 1 : 2 }\n",
        &["f 2"],
    );
}

#[test]
fn members_that_begin_like_operators() {
    is_read_whole(
        "a.ts",
        "interface A {\n  a?: string | undefined\n  in2?: B | undefined\n  instanceof_: C\n  d?: import('x').E[]\n}\n\
         function f(a) {\n  const in1 = a\n  in1.b()\n  return a ? 1 : 2\n}\n",
        &["f 2"],
    );
}

#[test]
fn csharp_14() {
    is_read_whole(
        "a.cs",
        "class C { void Lam() { obj?.Prop = 3; a?.b[1].c += 2; if (x) { y(); } } public int After(bool a) { return a ? 1 : 0; } }\n",
        &["C.Lam 2", "C.After 2"],
    );
    is_read_whole(
        "a.cs",
        "static class E { extension<T>(IEnumerable<T> s) where T : class { public bool Empty() { return !s.Any(); } } static void F() { } }\n",
        &["E.Empty 1", "E.F 1"],
    );
}

#[test]
fn other_forms_of_csharp() {
    is_read_whole(
        "a.cs",
        "ref partial struct T { int F() { return 1; } }\npublic readonly ref partial struct U { int G(bool a) { return a ? 1 : 2; } }\n",
        &["T.F 1", "U.G 2"],
    );
    is_read_whole(
        "a.cs",
        "class C<T> where T : IX, allows ref struct { int F() { return 1; } }\n\
         class D<T> where T : allows ref struct { int G<U>() where U : new(), allows ref struct { return 1; } }\n",
        &["C.F 1", "D.G 1"],
    );
    is_read_whole(
        "a.cs",
        "class C {\n  bool F(int[] a) => a is [var h, .. var t] || a is [.., 1];\n  int G(int[] a) => a switch { [..] => 1, \
         [.., 1] => 2, [.. { Length: 2 }] => 3, [var x, .. var y] => 4, _ => 5 };\n  int[] H(int[] a) => [..a, ..a[1..]];\n}\n",
        &["C.F 2", "C.G 5", "C.H 1"],
    );
    is_read_whole(
        "a.cs",
        "#!/usr/bin/env dotnet\n#:package Foo@1.0\n#:property A=b\nint F(bool a) { return a ? 1 : 2; }\nF(true);\n",
        &["F 2"],
    );
    is_read_whole(
        "a.cs",
        "class C {\n  public void operator +=(int a) { }\n  public void operator checked -=(int a) { }\n  public void operator <<=(int a) { }\n}\n",
        &["C.+= 1", "C.-= 1", "C.<<= 1"],
    );
}

#[test]
fn backing_fields_of_kotlin() {
    is_read_whole(
        "a.kt",
        "class A {\n    val n: List<String>\n        field = mutableListOf()\n    val m: Int\n        field: Int = 1\n        \
         get() = field\n    var k = 1\n        set(value) { field = value }\n    fun f(a: Boolean) = if (a) 1 else 2\n}\n",
        &["A.m.get 1", "A.k.set 1", "A.f 2"],
    );
}

#[test]
fn java_since_22() {
    is_read_whole(
        "A.java",
        "import module java.base;\nclass A extends B {\n  A(int a) { if (a < 0) { throw new X(); } super(a); }\n  \
         A() { g(); this(1); }\n  int f(Object o) { return switch (o) { case A _, B _ when x -> 1; \
         case C(var _, int _), D _ -> 3; default -> 2; }; }\n}\n",
        &["A.A 2", "A.A 1", "A.f 4"],
    );
}

#[test]
fn semicolons_on_one_line_in_swift_and_go() {
    is_read_whole(
        "a.swift",
        "func f(x: Bool) { if x { g() } ; g() }\nfunc h() { while x { } ; g(); for a in b { } ; g() }\n",
        &["f 2", "h 3"],
    );
    is_read_whole(
        "a.go",
        "package a\n\nconst ( A = iota; B; _ ; C )\n\nvar ( x int; y = 2 )\n\nfunc f(a bool) int { if a { return 1 }; return 2 }\n",
        &["f 2"],
    );
}

#[test]
fn endless_methods_of_ruby_that_call_commands() {
    is_read_whole(
        "a.rb",
        "class A\n  def a = puts \"Hello\"\n  def b() = foo 1\n  def c(x, y = (1)) = raise X, \"x\"\n  private def d = @e.f :g, h: 1\n  \
         def i(x) = x ? 1 : 2\n  def j = foo(1)\n  def k = foo if bar\nend\n",
        &["A::a 1", "A::b 1", "A::c 1", "A::d 1", "A::i 2", "A::j 1", "A::k 1"],
    );
}

#[test]
fn here_documents_of_ruby_within_one_another() {
    is_read_whole(
        "a.rb",
        "def heredoc(a)\n  s = <<~ABC\n    Top\n    #{\n      <<~DEF\n        Middle\n      DEF\n    }\n    Bottom\n  ABC\n  s if a\nend\n\n\
         def after(a)\n  return 1 if a\n  0\nend\n",
        &["heredoc 2", "after 2"],
    );
}

#[test]
fn two_here_documents_on_one_line_with_a_third_in_one_of_them() {
    let text =
        "def a\n  x(<<~A, <<~B)\n    #{<<~C}\n      c\n    C\n  A\n    b\n  B\nend\ndef b(c) = c && 1\n";
    is_read_whole("a.rb", text, &["a 1", "b 2"]);
}

#[test]
fn a_parser_that_gives_up_is_started_again_below() {
    let text = "fun first(a: Boolean) = if (a) 1 else 2\nval x: Array<String> = @@@ 1 %% 2 !!\n// a comment\n\
                fun after(a: Boolean): Int { if (a) return 1; return 0 }\n";
    let data = read("a.kt", text);
    assert!(matches!(data.facts.parse, ParseStatus::Partial { .. }), "{:?}", data.facts.parse);
    assert_eq!(functions(&data), ["first 2", "after 2"]);
    assert_adds_up(&data);
}

#[test]
fn no_function_bears_a_keyword_for_a_name() {
    for (path, text) in [
        ("a.cs", "class C { void F() { a ?. = = 3; if (x) { y(); } } void After() { } }\n"),
        (
            "a.cpp",
            "struct A : : B { void f( { if (a) { g(); } while (b) { } } };\nint after() { return 1; }\n",
        ),
        ("a.c", "int f( { if (a) { g(); } switch (b) { case 1: ; } }\nint after(void) { return 1; }\n"),
        ("a.java", "class C { void f( { if (x) { y(); } for (;;) { } } void after() { } }\n"),
        ("a.ts", "class C { f( { if (x) { y() } while (z) { } } after() { } }\n"),
    ] {
        let data = read(path, text);
        let names: Vec<&str> = data.facts.functions.iter().map(|f| f.name.as_str()).collect();
        let keyword =
            ["if", "while", "for", "switch", "case", "struct"].iter().find(|word| names.contains(word));
        assert_eq!(keyword, None, "{path}: {names:?}");
    }
}

#[test]
fn nothing_is_concluded_from_what_is_no_program() {
    let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE TS>\n<TS><context><name>A</name> // TODO\n\n<source>import a from \"b\"</source></context></TS>\n";
    let data = read("a.ts", text);
    // The parser was not asked.
    assert_eq!(data.facts.parse, ParseStatus::Failed { errors: 1, first_line: 1 });
    let lines = data.facts.lines;
    assert_eq!((lines.physical, lines.source, lines.comment, lines.blank), (5, 4, 0, 1));
    assert!(
        data.comments().is_empty() && data.symbols().imports.is_empty() && data.symbols().names.is_empty()
    );
    assert!(data.facts.why_no_functions().contains("TypeScript"), "{}", data.facts.why_no_functions());
}

#[test]
fn calls_in_text_that_did_not_parse_are_no_calls() {
    let text =
        "int before(void) { return 1; }\n@ before() ( ( @ before();\nint after(void) { return before(); }\n";
    let data = read("a.c", text);
    let symbols = data.symbols();
    let calls =
        symbols.references.iter().filter(|r| symbols.names[r.name as usize] == "before" && r.calls > 0);
    assert_eq!(calls.count(), 1, "{:?}", symbols.references);
}

#[test]
fn every_line_is_source_comment_or_blank() {
    for text in
        ["class A { fun f( = = }\n\n// a\n/* b\nc */\n??? @@@ !!!\nfun g() {}\n", "fun\n\n\"\"\"\n// no\n"]
    {
        assert_adds_up(&read("a.kt", text));
    }
}

#[test]
fn an_error_that_no_node_shows_is_one() {
    let text = "defmodule A do\n  def f(a) do\n    cond do\n      a == :\"b -> \"c #{round(a)} d\"\n      true -> \"e\"\n    end\n  end\nend\n";
    let data = read("a.ex", text);
    let incomplete = data.facts.functions.iter().any(|f| f.incomplete);
    assert!(!incomplete || matches!(data.facts.parse, ParseStatus::Partial { .. }), "{:?}", data.facts.parse);
}
