//! Ordinary code that the grammars cannot parse as it is, and the functions that are found in it.

use crate::model::{ParseStatus, RepoPath};

/// Must parse completely; name, cyclomatic complexity and loops of each function.
#[track_caller]
fn reads(path: &str, text: &str, expected: &[&str]) {
    let data = crate::extract::extract(&RepoPath::new(path.as_bytes()), text.as_bytes(), u64::MAX)
        .expect("a known language");
    let found = data.facts.functions.iter();
    let found: Vec<String> = found.map(|f| format!("{} {}", f.qualified_name, f.cyclomatic())).collect();
    assert_eq!(found, expected, "{path}: {text}");
    assert_eq!(data.facts.parse, ParseStatus::Complete, "{path}: {text}");
    let lines = data.facts.lines;
    assert!(lines.source + lines.comment + lines.blank >= lines.physical, "{lines:?}");
}

/// Parses the statements in a function `f` of C and of C++, which must have that cyclomatic complexity.
#[track_caller]
fn body(paths: &[&str], statements: &str, cyclomatic: u32) {
    for path in paths {
        let text = format!("void f(void)\n{{\n{statements}\n}}\nint g(int a)\n{{\n  return a ? 1 : 2;\n}}\n");
        reads(path, &text, &[&format!("f {cyclomatic}"), "g 2"]);
    }
}

const C: &[&str] = &["a.c"];
const CPP: &[&str] = &["a.cpp"];
const BOTH: &[&str] = &["a.c", "a.cpp"];

#[test]
fn macros_that_write_loops_are_loops_of_their_function() {
    body(CPP, "foreach (const QString &s, list) { if (s.isEmpty()) return; }", 3);
    body(CPP, "Q_FOREACH(const QPair<int, int> &p, list()) {\n  h(p);\n}", 2);
    body(CPP, "BOOST_FOREACH(int x, xs) h(x);", 2);
    body(CPP, "foreach (s, list) { h(s); }", 2);
    body(CPP, "for_each(a, b, [](int c) { h(c); });", 1);
    body(CPP, "std::for_each(a.begin(), a.end(), h);", 1);
    body(CPP, "forever { if (h()) break; }", 3);
    body(BOTH, "wl_list_for_each(n, &l->x, link) { if (n->y) h(); }", 3);
    body(BOTH, "if (a)\n  list_for_each_entry(n, l, link)\n    h(n);\nelse\n  k();", 3);
    body(BOTH, "TAILQ_FOREACH(a, &b, c) {\n  h(a);\n}", 2);
    body(BOTH, "list_for_each_entry(pos, head, struct item, link) { h(pos); }", 2);
    body(C, "KLIST_FOREACH(struct item *i, list) { h(i); }", 2);
    body(C, "LIST_FOREACH_SAFE(struct item *i, list, next) { h(i); }", 2);
    reads("a.c", "void list_for_each(int a) { g(a); }\n", &["list_for_each 1"]);
    reads("a.cpp", "class A { void foreach(int a) { g(a); } };\n", &["A::foreach 1"]);
    let text = "void F::f() { foreach (int a, b) { h(a); } }\nvoid F::g() {}\n";
    reads("a.cpp", text, &["F::f 2", "F::g 1"]);
}

#[test]
fn blocks_behind_macros_belong_to_their_function() {
    body(BOTH, "with_lock(a) { if (b) h(); }", 2);
    body(BOTH, "with_lock(a)\n{\n  if (b) h();\n}", 2);
    body(BOTH, "if (a) WITH_LOCK(b) { h(); } else k();", 2);
    body(CPP, "QBENCHMARK { if (a) h(); }", 2);
    body(CPP, "SECTION(\"x\") { if (a) h(); }\nSECTION(\"y\"){ AND_WHEN(\"z\") { h(); } }", 2);
    body(CPP, "ALL(a, int b) { if (b) h(); }", 2);
    let local = "void f() {\n  struct A { A(int a) : b{a} { h(a); } int b; };\n}\n";
    reads("a.cpp", local, &["f 1", "f::A::A 1"]);
}

#[test]
fn languages_of_linkage_under_a_condition() {
    let guarded = "#ifndef A_H\n#define A_H\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\
                   static inline int f(int a) { return a ? 1 : 2; }\n\
                   #ifdef __cplusplus\n}\n#endif\n#endif\n";
    for path in ["a.h", "a.c", "a.hpp", "a.cpp"] {
        reads(path, guarded, &["f 2"]);
    }
    let either = "#if defined(__cplusplus)\nextern \"C\" {\n#endif /* C */\nint f(void) { return 1; }\n\
                  #if defined(__cplusplus)\n} // extern\ntemplate <class T> T g(T a) { return a; }\n#endif\n";
    reads("a.c", either, &["f 1"]);
    reads("a.cpp", either, &["f 1", "g 1"]);
}

#[test]
fn conditions_of_the_preprocessor_within_statements() {
    for (statements, cyclomatic) in [
        ("if (a) {\n  h();\n}\n#ifdef X\nelse if (b) {\n  k();\n}\n#endif\nelse {\n  l();\n}", 3),
        ("#ifdef X\nif (a)\n#endif\n{\n  h();\n}", 2),
        ("#ifdef X\nif (a) {\n#else\nif (!a && b) {\n#endif\n  h();\n}", 2),
        ("if (a\n#ifdef X\n    && b\n#endif\n    ) {\n  h();\n}", 3),
        ("h(a,\n#ifdef X\n  1,\n#else\n  2,\n#endif\n  3);", 1),
        ("a = b\n#if X\n  + c\n#endif\n  ;\nif (a) h();", 2),
        ("int a[] = { 1,\n#ifdef X\n  2,\n#endif\n  3 };\nh(a);", 1),
        ("if (a) {\n#ifdef X\n} else if (b) {\n#endif\n  h();\n}", 3),
        ("for (;;)\n#pragma unroll\n  h();", 2),
        ("#ifdef X\nif (a) {\n  h();\n} else\n#endif\n{\n  k();\n}", 2),
        ("#if 0\nif (a) {\n#endif\nk();", 1),
    ] {
        body(BOTH, statements, cyclomatic);
    }
    // Where the grammar allows conditions, all branches stay.
    body(BOTH, "h(a,\n#ifdef X\n  1,\n#endif\n  2);\n#ifdef Y\nif (a) h();\n#else\nif (b) k();\n#endif", 3);
}

#[test]
fn conditions_of_the_preprocessor_within_heads() {
    let list =
        "Foo::Foo(int a) : a_(a),\n#ifdef X\n  b_(0),\n#endif\n  c_(1) { if (a) g(); }\nvoid Foo::f() {}\n";
    reads("a.cpp", list, &["Foo::Foo 2", "Foo::f 1"]);
    let list = "Foo::Foo(int a)\n  : a_(a)\n#ifdef X\n  , b_(0)\n#endif\n{ if (a) g(); }\nvoid Foo::f() {}\n";
    reads("a.cpp", list, &["Foo::Foo 2", "Foo::f 1"]);
    for text in [
        "#ifdef X\nint f(int a)\n#else\nint f(long a)\n#endif\n{ return a ? 1 : 2; }\n",
        "#ifdef X\nint f(int a) {\n#else\nint f(long a) {\n#endif\n  return a ? 1 : 2; }\n",
        "int f(int a\n#ifdef X\n  , int b\n#endif\n  ) { return a ? 1 : 2; }\n",
        "#ifdef X\nstatic\n#endif\nint f(int a) { return a ? 1 : 2; }\n",
    ] {
        reads("a.c", text, &["f 2"]);
        reads("a.cpp", text, &["f 2"]);
    }
}

#[test]
fn forms_of_expressions() {
    body(
        BOTH,
        "printf(\"%\" PRId64 \"h\" PRIu32, s);\nprintf(\"%\"PRId64\"h\", s);\np = \"a\" STR(x) \"b\";",
        1,
    );
    body(CPP, "auto a = \"b\"sv;\nh(\"c\" \"d\", u8\"e\");", 1);
    body(
        BOTH,
        "int x = va_arg(ap, int);\nh(va_arg(ap, const char *));\nx = va_arg(ap, item_t *) ? 1 : 2;",
        2,
    );
    body(
        BOTH,
        "p = container_of(p, struct item, link);\nq = ALLOC(struct item);\nr = ALLOC(a, unsigned int);",
        1,
    );
    body(BOTH, "switch (a) { case 0 ... 9: h(); break; case 'a' ... 'z': k(); }", 3);
    body(BOTH, "int y __attribute__((unused)) = x, z[2] __attribute__((unused));\nif (y) h();", 2);
    body(CPP, "k<<<1, 2>>>(x);\nl<int><<<dim3(1, 2), n, 0, s>>>();\na = b << 1 << 2;", 1);
    body(
        CPP,
        "if (x)\n  emit changed();\nelse emit f();\nemit const_cast<F *>(this)->g();\nQ_EMIT m_a->done(1);",
        2,
    );
}

#[test]
fn forms_of_declarations() {
    reads(
        "a.c",
        "static int __init f(void) { return 1; }\nvoid __exit *g(void) { return 0; }\n",
        &["f 1", "g 1"],
    );
    reads(
        "a.c",
        "#define LIST(X) X(A) X(B)\nenum a { LIST(X) };\nenum b { LIST(X), C };\nenum c { D, LIST(X) LIST(Y) };\nint f(void) { return 1; }\n",
        &["f 1"],
    );
    let templates = "template class A<int>;\nextern template class A<char>;\ntemplate void f<int>(int);\nint g() { return 1; }\n";
    reads("a.cpp", templates, &["g 1"]);
    reads("a.cpp", "struct A { int a : 3 = 1; unsigned b : 2 {1}; int g() { return 1; } };\n", &["A::g 1"]);
    let qt = "class A : public QObject {\n  Q_OBJECT\nQ_SIGNALS:\n  void a();\npublic Q_SLOTS:\n  void b() {}\n};\n";
    reads("a.cpp", qt, &["A::b 1"]);
    let cuda = "__global__ void k(int *a) { extern __shared__ float s[]; if (a) s[0] = 1; }\n\
                __host__ __device__ int f(int a) { return a; }\n";
    reads("a.cu", cuda, &["k 2", "f 1"]);
}

#[test]
fn pointers_references_and_operators() {
    let pointer = "class F {\n  typedef void (F::*flag)() const;\n  void (std::vector<F>::*g_)(int);\npublic:\n  int h() { return 1; }\n};\n";
    reads("a.cpp", pointer, &["F::h 1"]);
    reads(
        "a.cpp",
        "template <class C> struct f<int (C::*)(long), true> : g<true> {};\nint h() { return 1; }\n",
        &["h 1"],
    );
    body(CPP, "(a->*b)();\n(c.*d)(1);\nif (e) h();", 2);
    body(
        CPP,
        "const std::vector<int> &a(b.c());\nif (a.empty()) h();\nout++ = a.front();\nx = a & b(c.d());",
        2,
    );
    body(BOTH, "i = integer(+, i, 1);\nj = integer(<<, 1, 2);", 1);
    reads("a.cpp", "template <class T> void f(const T &&) = delete;\nint h() { return 1; }\n", &["h 1"]);
    reads(
        "a.cpp",
        "const std::string MULTI(\"multi\");\nstatic const char *const KEY = \"a\" VERSION;\nint h() API { return 1; }\n",
        &["h 1"],
    );
    reads(
        "a.h",
        "lib_EXPORT const char *f(int a);\nlib_EXPORT int g(int a);\nlib_EXPORT struct a *i(void);\nstatic int h(void) { return 1; }\n",
        &["h 1"],
    );
    body(C, "switch (a) {\n  case 1: h(); __attribute__((fallthrough));\n  case 2: k();\n}", 3);
}

#[test]
fn marks_of_compilers_and_labels_before_conditions() {
    let marks = "static int a __read_mostly;\nstruct b *c[2] __read_mostly = {};\nstatic struct __kind d;\n\
                 struct e { int x; __decl_thread(LOCK_T lock); };\nint f(int g __unused, char *h _U_, int i UNUSED) {\n  \
                 struct e j __maybe_unused = k(), *l;\n  unsigned int m __maybe_unused;\n  return g ? 1 : 2;\n}\n";
    reads("a.c", marks, &["f 2"]);
    body(BOTH, "if (a) goto end;\nend:\n#ifdef X\nh();\n#endif\nk();", 2);
    reads(
        "a.c",
        "DWORD WINAPI f(void *a)\n{\n  uint8_t b = a ? (uint8_t)KIND_A : (uint8_t)KIND_B;\n  return b;\n}\nstatic size_t c, d = 0;\nint e(void) MACRO;\nint g(void) my_attribute;\n",
        &["f 2"],
    );
    body(BOTH, "if ((uint64_t)a > (uint64_t)KIND_MAX) {\n  h();\n}\np = ALLOC(struct item);", 2);
    // A comment that mentions a class is not a class head.
    reads(
        "a.h",
        "/* A helper struct to track */\n// one class to hold\nstruct a {\n  int b;\n};\nstatic int c(void) { return 1; }\n",
        &["c 1"],
    );
}

#[test]
fn newer_standards_and_gnu_c() {
    const F: &str = "int f(int a) { return a ? 1 : 2; }\n";
    for path in BOTH {
        reads(path, &format!("extern \"C\" MY_API {F}extern \"C\" MY_API void *g(void);\n"), &["f 2"]);
        let atomic =
            "_Atomic(int) x;\nint f(_Atomic(int) *p) { return *p; }\nstruct s { _Atomic(struct q) z; };\n";
        reads(path, atomic, &["f 1"]);
        for declared in [
            "struct S { int : 0; int a : 2; unsigned : 3; };",
            "enum { A [[deprecated]] = 1, B [[deprecated]] };",
            "enum [[nodiscard]] E { A };",
            "[[using gnu: pure]]",
            "enum : unsigned char { A, B };",
            "struct { int a; } t[] = { X(a) X(b) X(c) };",
            "struct { int a; } t[] = {\n  X(a)\n  X(b)\n};",
        ] {
            reads(path, &format!("{declared}\n{F}"), &["f 2"]);
        }
    }
    body(BOTH, "static void *t[] = { &&l, &&m };\ngoto *t[a];\nl: h();\nm: if (a) k();", 2);
    body(BOTH, "void *p = &&l;\ngoto *p;\nl: h();", 1);
    body(BOTH, "if (a) goto end;\nh();\nend:", 2);
    for declared in
        ["struct [[deprecated]] S { int a; };", "enum E : unsigned char { A, B };", "static auto x = 1;"]
    {
        reads("a.c", &format!("{declared}\n{F}"), &["f 2"]);
    }
    let namespaces = "namespace NS_EXPORT a { int f() { return 1; } }\n\
                      namespace __attribute__((visibility(\"default\"))) b { int f() { return 1; } }\n\
                      namespace c NS_EXPORT { int f() { return 1; } }\n";
    reads("a.cpp", namespaces, &["a::f 1", "b::f 1", "c::f 1"]);
    reads("a.cpp", &format!("enum class [[nodiscard]] E {{ A }};\n{F}"), &["f 2"]);
    reads("a.cpp", "int f() { auto g = [](int n) static { return n; }; return g(1); }\n", &["f 1"]);
}

/// Names of the tests, and of the functions that are not tests.
#[track_caller]
fn tests_of(text: &str, tests: &[&str], others: &[&str]) {
    let tree = crate::source::MemoryTree::new([("a.cpp", text)]);
    let repo = crate::measure(&tree, None, &crate::MeasureOptions::default()).expect("memory can be listed");
    let found: Vec<&str> =
        repo.files.iter().flat_map(|file| file.tests()).map(|test| test.qualified_name.as_str()).collect();
    assert_eq!(found, tests, "{text}");
    reads_names(text, others, tests);
}

#[track_caller]
fn reads_names(text: &str, others: &[&str], tests: &[&str]) {
    let data = crate::extract::extract(&RepoPath::new(b"a.cpp"), text.as_bytes(), u64::MAX).expect("C++");
    let names = data.facts.functions.iter().map(|f| f.qualified_name.as_str());
    let names: Vec<&str> = names.filter(|name| !tests.contains(name)).collect();
    assert_eq!(names, others, "{text}");
    assert_eq!(data.facts.parse, ParseStatus::Complete, "{text}");
}

#[test]
fn macros_around_tests_are_no_tests() {
    tests_of(
        "TEST_GROUP(Foo) {\n  void setup() { f(); }\n};\nTEST(Foo, one) { f(); }\n",
        &["Foo.one"],
        &["Foo::setup"],
    );
    tests_of(
        "TEST_CLASS(Foo) {\npublic:\n  TEST_METHOD_INITIALIZE(Init) { f(); }\n  TEST_METHOD(One) { f(); }\n};\n",
        &["Foo::One"],
        &["Foo::TEST_METHOD_INITIALIZE"],
    );
    tests_of(
        "TEST_SUITE(\"math\") {\n  TEST_CASE(\"one\") { SUBCASE(\"a\") { f(); } }\n  TEST_CASE_FIXTURE(F, \"two\"){ f(); }\n}\n",
        &["math::one", "math::two"],
        &[],
    );
    tests_of("TEST_SUITE(\"a b\")\n{\n  TEST_CASE(\"one\")\n  {\n    f();\n  }\n}\n", &["one"], &[]);
    tests_of(
        "TEST_CASE() { f(); }\nSCENARIO(\"x\") { GIVEN(\"y\") { WHEN(\"z\") { f(); } } }\n",
        &["TEST_CASE", "x"],
        &[],
    );
    tests_of("#ifdef X\nTEST_CASE(\"a\", \"[b]\")\n{\n  f();\n}\n#endif\n", &["a"], &[]);
}

#[test]
fn directives_within_values_and_arguments() {
    let list = "static const struct a b[] = {\n#define ONE 1\n  { ONE, \"one\" },\n#define TWO (1 << 1)\n  { TWO },\n\
                #undef TWO\n};\nint f(int c) { return c ? 1 : 2; }\n";
    for path in BOTH {
        reads(path, list, &["f 2"]);
    }
    let included = "static const char a[] =\n#include \"a.inc\"\n;\nint b[] = {\n#include \"b.inc\"\n};\nenum c {\n  A,\n\
                    #define B A\n  C,\n};\nint f(void) { return 1; }\n";
    reads("a.c", included, &["f 1"]);
    body(C, "h(1,\n#define X 2\n  X,\n  3);\nif (a) k();", 2);
    // Wherever a declaration is allowed, a definition is, too.
    let defined = "#define A(b) \\\n  do { /* nothing */ } \\\n  while (0)\n#define C(d...) g(d)\nint f(void) { return 1; }\n";
    reads("a.c", defined, &["f 1"]);
    reads("a.c", "#define A { \\\n  .b = 1 /* on */, \\\n}\nint f(void) { return 1; }\n", &["f 1"]);
}

#[test]
fn arguments_that_only_macros_take() {
    body(C, "h(OPTION(a, {\"b\", 0}, {\"c\", -1}), RANGE(1, 2));\nif (a) k();", 2);
    let options = "static const struct a b[] = {\n  {\"c\", CHOICE(d, {\"e\", E},\n    {\"f\", F}), .g = {1}},\n  {0}\n};\n\
                   int f(void) { return 1; }\n";
    reads("a.c", options, &["f 1"]);
    body(BOTH, "q = *parameters(\n  .radius = h(a),\n  .name = a ? 1 : 2,\n);", 2);
    body(BOTH, "EACH(a, b, *c++ = a;);\nSILENT(a->b = c;)\nSILENT(vec4 d = vec4(0.0);)\nif (a) h();", 2);
    body(C, "CHECK(isalpha, LOWER UPPER);\na = FIRST SECOND;\nk(NAME(\"a\") \"b\");", 1);
    body(C, "a = offsetof(struct b, c.d[1]);\nn = __alignof__(*p);\nx = (typeof(p->q))MAX;", 1);
    body(
        C,
        "__asm __volatile(\"dmb\" ::: \"memory\");\nregister int r asm(\"x0\") = 1;\nint s, t __unused;",
        1,
    );
    let slab = "define_slab(a, struct b *);\ndefine_slab(c, int *);\nint f(void) { return 1; }\n";
    reads("a.c", slab, &["f 1"]);
    // A sum is not a C++ default argument.
    body(BOTH, "for (a = 1; b >= a; a *= 10)\n  h(\"%\" PRIu64, a);", 2);
    reads(
        "a.c",
        "int f(void)\n{\n  struct option o[] = {\n    OPT_END()\n  };\n  g(va_arg(a, int));\n  return 1;\n}\n",
        &["f 1"],
    );
}

#[test]
fn heads_of_functions_that_macros_write() {
    reads(
        "a.c",
        "DEFINE_FUN(name, int a) {\n  if (a) g();\n}\nint h(void) { return 1; }\n",
        &["name 2", "h 1"],
    );
    reads("a.c", "static DEFINE_FUN(name, int a, char *b)\n{\n  if (a) g();\n}\n", &["name 2"]);
    reads(
        "a.c",
        "CALL_DEFINE2(read, unsigned int, fd, char *, buf)\n{\n  return fd ? 1 : 2;\n}\n",
        &["read 2"],
    );
    reads("a.c", "static MACRO(name) {\n  if (a) g();\n}\nMACRO(other)\n{\n}\n", &["name 2", "other 1"]);
    let weak = "static int internal_function weak_function\nname (int a)\n{\n  return a ? 1 : 2;\n}\n\
                static struct b *\n__attribute ((noinline)) internal_function\nother (int a)\n{\n  return 0;\n}\n\
                int internal_function third (int a);\n";
    reads("a.c", weak, &["name 2", "other 1"]);
    let lines = "weak_alias (a, b)\n#ifdef X\nweak_alias (c, d)\n#endif\nstatic PATH_FUNC(e, \"e\")\nstatic PATH_FUNC(f, \"f\")\n\
                 int g(void) { return 1; }\n";
    reads("a.c", lines, &["g 1"]);
    // A macro that is a type stays one, and old-style parameters are not a macro line.
    reads("a.c", "API_FUNC(int)\nname(const char *a, int b);\nint h(void) { return 1; }\n", &["h 1"]);
    reads("a.c", "static BOOL f(PSID a, LPSTR *b)\n{\n  g(va_arg(a, int));\n  return 1;\n}\n", &["f 1"]);
    reads("a.c", "static HRESULT METHODTYPE f(THIS *a, REF b)\n{\n  return 1;\n}\n", &["f 1"]);
    reads("a.c", "enum __attribute__((__packed__)) mode {\n  A,\n};\nint f(void) { return 1; }\n", &["f 1"]);
}

/// Unparsed text between a name and its parameters makes the name doubtful.
#[test]
fn no_name_is_drawn_from_text_that_is_no_syntax() {
    let text =
        "static int weak_function 12 name (int a)\n{\n  return a ? 1 : 2;\n}\nint h(void) { return 1; }\n";
    let data = crate::extract::extract(&RepoPath::new(b"a.c"), text.as_bytes(), u64::MAX).expect("C");
    let names: Vec<&str> = data.facts.functions.iter().map(|f| f.qualified_name.as_str()).collect();
    assert!(!names.contains(&"weak_function"), "{names:?}");
    assert!(names.contains(&"h"), "{names:?}");
    assert_ne!(data.facts.parse, ParseStatus::Complete);
}

#[test]
fn a_macro_before_a_template_is_left_out() {
    let class = "class Store {\n public:\n  void clear() { a(); }\n};\n";
    reads("a.hpp", &format!("API_EXPORT template <typename T> {class}"), &["Store::clear 1"]);
    reads(
        "a.hpp",
        &format!("#define A\nAPI_EXPORT\ntemplate <typename T, int N>\n{class}"),
        &["Store::clear 1"],
    );
}

/// Names and lines of the functions in a text that does not parse completely.
fn in_parts(path: &str, text: &str) -> Vec<String> {
    let data = crate::extract::extract(&RepoPath::new(path.as_bytes()), text.as_bytes(), u64::MAX)
        .expect("a known language");
    assert!(matches!(data.facts.parse, ParseStatus::Partial { .. }), "{path}: {:?}", data.facts.parse);
    let found = data.facts.functions.iter();
    found.map(|f| format!("{} {}-{}", f.qualified_name, f.span.start_line, f.span.end_line)).collect()
}

#[test]
fn no_function_is_drawn_from_text_that_did_not_parse() {
    // A class with an unparsable head is not a function, whatever it contains.
    let class = "strange ~ template <typename T> class Store {\n private:\n  template <typename U> struct A { U u; };\n\
                 \x20 using B = typename T::B;\n  void clear() {\n    a();\n  }\n};\nint after(int a) {\n  return a;\n}\n";
    let found = in_parts("a.cpp", class);
    assert!(found.iter().all(|function| !function.ends_with("1-8")), "{found:?}");
    assert!(found.iter().any(|function| function.ends_with("after 9-11")), "{found:?}");
    // A class that ends too early is not the type of the function after it.
    let torn = "class Store {\n  template <typename T> void push(const T& a) {\n    if strange (need(a)) {\n      b(a);\n  }\n\n  \
                void clear() {\n    c();\n  }\n};\n";
    let found = in_parts("a.cpp", torn);
    assert!(found.iter().all(|function| !function.contains("clear 1-")), "{found:?}");
    // A missing brace swallows the functions that follow.
    let open = "int f(int a) {\n  if (a) {\n    return 1;\n}\n\nint g(int a) {\n  return a;\n}\n";
    for path in ["a.cpp", "a.c"] {
        let found = in_parts(path, open);
        assert!(found.iter().all(|function| !function.starts_with("f ")), "{path}: {found:?}");
    }
    let found = in_parts("A.java", &format!("class A {{\n{open}}}\n"));
    assert!(found.iter().all(|function| !function.contains("f 2-")), "{found:?}");
    // Text between the name and the body may contain the real name.
    let found = in_parts(
        "a.c",
        "void *ATTR(malloc) SIZE(2) name(int a, int b) {\n  return 0;\n}\nint g(void) { return 1; }\n",
    );
    assert!(found.iter().all(|function| !function.starts_with("ATTR")), "{found:?}");
    assert!(found.contains(&"g 4-4".to_owned()), "{found:?}");
    // An error that does not affect the boundaries leaves the function intact.
    let found = in_parts("a.cpp", "int f(int a) {\n  int b = @ a;\n  return b;\n}\n");
    assert_eq!(found, ["f 1-4"]);
}
