//! Figures of small functions, each for one rule of `docs/metrics.md`, with the value that the named source gives.

use facts::model::{Function, RepoPath};

fn functions(file: &str, source: &str) -> Vec<Function> {
    let data = facts::extract::extract(&RepoPath::from(file), source.as_bytes(), u64::MAX)
        .expect("a known language");
    assert_eq!(data.facts.parse, facts::model::ParseStatus::Complete, "{file} does not parse:\n{source}");
    data.facts.functions.clone()
}

fn cyclomatic(file: &str, source: &str) -> Vec<u32> {
    functions(file, source).iter().map(Function::cyclomatic).collect()
}

/// Cognitive complexity and nesting.
fn cognitive(file: &str, source: &str) -> Vec<(u32, u16)> {
    functions(file, source).iter().map(|function| (function.cognitive, function.nesting)).collect()
}

/// PEP 634, "Irrefutable case blocks"; C# specification, var pattern and discard; Java Language Specification 14.11.1.1;
/// The Swift Programming Language, value-binding patterns; Ruby's pattern matching, "a bare name matches everything"; Dart,
/// variable patterns; POSIX shell, `case`.
#[test]
fn a_last_branch_that_matches_everything_is_free() {
    for (file, source) in [
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case other: return other\n"),
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case _ as y: return y\n"),
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case (2 | _): return 0\n"),
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case (y): return y\n"),
        ("A.cs", "class C { int F(object o) => o switch { 1 => 1, var x => 0 }; }"),
        ("A.cs", "class C { int F(object o) => o switch { 1 => 1, (var x) => 0 }; }"),
        ("A.cs", "class C { int F((int, int) t) => t switch { (1, _) => 1, (_, _) => 2 }; }"),
        ("A.cs", "class C { int F(object o) { switch (o) { case 1: return 1; case var _: return 0; } } }"),
        (
            "A.java",
            "class A { int f(Object o) { return switch (o) { case Integer i -> 1; case Object x -> 0; }; } }",
        ),
        (
            "A.java",
            "class A { int f(S s) { return switch (s) { case Circle c -> 1; case Square q -> 0; /* all */ }; } }",
        ),
        (
            "A.java",
            "class A { int f(S s) { return switch (s) { case Circle c -> 1; case null, default -> 0; }; } }",
        ),
        ("a.swift", "func f(x: Int) -> Int { switch x { case 1: return 1\ncase let y: return y } }"),
        (
            "a.swift",
            "func f(x: (Int, Int)) -> Int { switch x { case (1, 2): return 1\ncase let (a, _): return a } }",
        ),
        ("a.rb", "def f(x)\n  case x\n  in 1 then 1\n  in other then other\n  end\nend\n"),
        ("a.rb", "def f(x)\n  case x\n  in 1 then 1\n  in 2 | _ then 0\n  end\nend\n"),
        ("a.dart", "int f(Object o) => switch (o) { 1 => 1, var x => 0 };\n"),
        ("a.dart", "int f(Object o) { switch (o) { case 1: return 1; case final x: return 0; } }\n"),
        ("a.sh", "f() { case $1 in a) echo ;; b|*) echo ;; esac; }\n"),
    ] {
        assert_eq!(cyclomatic(file, source), [2], "{file}: {source}");
    }
}

#[test]
fn a_last_branch_that_may_not_match_is_a_decision() {
    for (file, source) in [
        (
            "a.py",
            "def f(x):\n    match x:\n        case 1: return 1\n        case other if x: return other\n",
        ),
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case a.b: return 2\n"),
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case y,: return y\n"),
        ("a.py", "def f(x):\n    match x:\n        case 1: return 1\n        case [y]: return y\n"),
        ("A.cs", "class C { int F(object o) => o switch { 1 => 1, var (a, b) => 0 }; }"),
        ("A.java", "class A { void f(int o) { switch (o) { case 1: g(); case 2: h(); } } }"),
        ("A.cs", "class C { int F((int, int) t) => t switch { (1, _) => 1, (_, 2) => 2 }; }"),
        ("a.rb", "def f(x)\n  case x\n  in 1 then 1\n  in [y] then y\n  end\nend\n"),
        ("a.dart", "void f(Object o) { switch (o) { case 1: g(); case int x: h(); } }\n"),
        ("a.kt", "fun f(x: A) { when (x) { A.B -> g()\n A.C -> h() } }\n"),
    ] {
        assert!(cyclomatic(file, source)[0] >= 3, "{file}: {source}");
    }
}

/// The Swift Programming Language, "Switch"; Java Language Specification 15.28.1; Dart, switch expressions; Kotlin
/// specification, "When expressions": these cover every value, so one of their branches is no decision.
#[test]
fn one_branch_of_a_selection_that_covers_every_value_is_free() {
    for (file, source) in [
        ("a.swift", "func f(x: A) -> Int { switch x { case .a: return 1\ncase .b: return 2 } }"),
        ("a.swift", "func f(x: A) -> Int { switch x { case .a: return 1\ndefault: return 2 } }"),
        ("A.java", "class A { int f(E e) { return switch (e) { case X -> 1; case Y, Z -> 0; }; } }"),
        ("A.java", "class A { int f(E e) { return switch (e) { default -> 1; case X -> 0; }; } }"),
        ("A.java", "class A { void f(E e) { int a = switch (e) { case X: yield 1; case Y: yield 0; }; } }"),
        ("a.dart", "int f(A a) => switch (a) { A.b => 1, A.c => 0 };\n"),
        ("a.dart", "int f(A a) => switch (a) { A.b => 1, _ => 0 };\n"),
        ("a.kt", "fun f(x: A): Int = when (x) { A.B -> 1\n A.C -> 2 }\n"),
        ("a.kt", "fun f(x: A): Int { return when (x) { A.B -> 1\n else -> 2 } }\n"),
    ] {
        assert_eq!(cyclomatic(file, source), [2], "{file}: {source}");
    }
}

/// The `else` of a loop belongs to the loop (Python reference, 8.2 and 8.3): an increment of 1, its content one level below the
/// loop. That of `try` is no alternative to anything: no increment, no level. cognitive_complexity 1.3 and this agree.
#[test]
fn else_stands_at_the_level_of_what_it_belongs_to() {
    let python = |head: &str, middle: &str| {
        let source = format!(
            "def f(c, d):\n    {head}\n        pass\n{middle}    else:\n        if d:\n            pass\n"
        );
        cognitive("a.py", &source)
    };
    assert_eq!(python("for x in c:", ""), [(4, 2)]);
    assert_eq!(python("while c:", ""), [(4, 2)]);
    assert_eq!(python("if c:", ""), [(4, 2)]);
    assert_eq!(python("try:", "    except E:\n        pass\n"), [(2, 1)]);
    let ruby = "def f(c, d)\n  case c\n  when 1 then 1\n  else\n    if d\n      2\n    end\n  end\nend\n";
    assert_eq!(cognitive("a.rb", ruby), [(3, 2)]);
    let begin = "def f(d)\n  begin\n    g\n  rescue\n    1\n  else\n    if d\n      2\n    end\n  end\nend\n";
    assert_eq!(cognitive("a.rb", begin), [(2, 1)]);
    let zig = "fn f(c: bool, d: bool) void { while (c) {} else { if (d) {} } }\n";
    assert_eq!(cognitive("a.zig", zig), [(4, 2)]);
}

/// Cognitive Complexity 1.7 counts a method in a recursion cycle; an overload is another method.
#[test]
fn a_call_with_other_arguments_than_parameters_is_no_recursion() {
    let figures = |file: &str, source: &str| -> Vec<u32> {
        functions(file, source).iter().map(|function| function.cognitive).collect()
    };
    for (file, source, expected) in [
        (
            "A.java",
            "class A { int l(int a, int b) { return l(b); } int l(int b) { return b; } }",
            &[0, 0][..],
        ),
        ("A.java", "class A { int l(int a, int... b) { return l(a, a, a); } }", &[1]),
        ("A.java", "class A { int l(Map<A, B> m) { return this.l(m); } int k() { return k(1); } }", &[1, 0]),
        (
            "A.cs",
            "class A { int L(int a, int b = 2) { return L(a); } int K(int a) { return K(a, 1); } }",
            &[1, 0],
        ),
        (
            "A.cs",
            "class A { int L(params int[] a) { return L(1, 2, 3); } int K(A a, int b) { return K(); } }",
            &[1, 0],
        ),
        (
            "a.cpp",
            "int l(int a, int b) { return l(b); }\nint k(int a, int b = 1) { return k(a); }\n",
            &[0, 1],
        ),
        ("a.kt", "fun l(a: Int, b: Int): Int = l(b)\nfun k(a: Int, b: Int = 1): Int = k(a)\n", &[0, 1]),
        (
            "a.swift",
            "func l(a: Int, b: Int) -> Int { return l(b: b) }\nfunc k(_ a: Int) -> Int { return k(a) }\n",
            &[0, 1],
        ),
        (
            "a.scala",
            "object A {\n  def l(a: Int, b: Int): Int = l(b)\n  def k(a: Int): Int = k(a)\n}\n",
            &[0, 1],
        ),
        ("a.jl", "function l(a, b)\n  l(b)\nend\nfunction k(a)\n  k(a)\nend\n", &[0, 1]),
        (
            "a.ex",
            "defmodule A do\n  def l(a, b), do: l(b)\n  def k(a), do: k(a)\n  def m(a, b), do: a |> m(b)\nend\n",
            &[0, 1, 1],
        ),
        (
            "a.sol",
            "contract A {\n  function l(uint a, uint b) public { l(b); }\n  function k(uint a) public { k(a); }\n}\n",
            &[0, 1],
        ),
        // A lambda behind the list is an argument.
        ("a.kt", "fun l(a: Int, b: () -> Unit) { l(a) { } }\nfun k(a: Int) { k(a) { } }\n", &[1, 0]),
        (
            "a.kt",
            "class A {\n  fun l(b: () -> Unit) { this.l { } }\n  fun k(a: Int) { this.k(a) { } }\n}\n",
            &[1, 0],
        ),
        // Labels are a part of the name.
        (
            "a.swift",
            "func l(x: Int) { l(y: 1) }\nfunc k(with x: Int, _ y: Int) { k(with: 1, 2) }\nfunc m(x: Int) { m(1) }\n",
            &[0, 1, 0],
        ),
        (
            "a.swift",
            "func l(a: Int = 1, b: Int) { l(b: 1) }\nfunc k(a: Int, b: () -> Void) { k(a: 1) { } }\nfunc m(a: Int...) { m(a: 1, 2) }\n",
            &[1, 1, 1],
        ),
        // One function for each name: any call is one of itself.
        ("a.py", "def f(a, b=1):\n    return f()\n", &[1]),
        ("a.js", "function f(a, b) { return f(a); }\n", &[1]),
    ] {
        assert_eq!(figures(file, source), expected, "{file}: {source}");
    }
}

#[test]
fn a_call_with_type_arguments_is_recursion() {
    for (file, source) in [
        ("A.cs", "class A { void F<T>(int n) { F<T>(n - 1); } }"),
        ("A.cs", "class A { void F<T>(int n) { this.F<T>(n - 1); } }"),
        ("A.java", "class A { <T> void f(int n) { this.<T>f(n); } }"),
        ("A.java", "class A { <T> void f(int n) { this.<Map<T, B>>f(n); } }"),
        ("a.go", "package a\nfunc f[T any](n T) { f[T](n) }\n"),
        ("a.go", "package a\nfunc f[K any, V any](n K) int { return f[K, V](n) + 1 }\n"),
        ("a.go", "package a\nfunc f[T any](n T, m int) { f[T](n, 1) }\n"),
        ("a.kt", "fun f(n: Int) { f<A, B>(n) }\n"),
        ("a.ts", "function f<T>(n: T) { f<T>(n); }\n"),
        ("a.rs", "fn f<T>(n: T) { f::<T>(n) }\n"),
        ("a.cpp", "template <class T> void f(T n) { f<T>(n); }\n"),
        ("a.dart", "void f<T>(int n) { this.f<T>(n); }\n"),
        ("a.scala", "object A {\n  def f[T](n: Int): Int = f[T](n)\n}\n"),
    ] {
        assert_eq!(functions(file, source)[0].cognitive, 1, "{file}: {source}");
    }
    for (file, source) in [
        ("A.java", "class A { <T> void f(int n) { b.<T>f(n); this.<T>g().<T>f(n); } }"),
        ("a.go", "package a\nfunc f[T any](n T) { g[T](n); b.f[T](n) }\n"),
    ] {
        assert_eq!(functions(file, source)[0].cognitive, 0, "{file}: {source}");
    }
}

/// Null-coalescing and assignments by logical operators are decisions, and no increments.
#[test]
fn assignments_by_logical_operators_are_decisions() {
    for (file, source, expected) in [
        ("a.php", "<?php\nfunction f($a) { $a ??= 1; }\n", (2, 0)),
        ("a.php", "<?php\nfunction f($a) { return $a ?: 1; }\n", (2, 0)),
        ("a.php", "<?php\nfunction f($a, ?int $b) { $b += 1; return $a ? 2 : 1; }\n", (2, 1)),
        ("a.php", "<?php\nfunction f($a) { if ($a ?: 1) { return ($b ?: 2) && $c; } }\n", (5, 2)),
        ("A.cs", "class C { void F() { a ??= \"x\"; b = 1; b += 2; } }", (2, 0)),
        ("A.cs", "class C { void F() { a = b && c; } }", (2, 1)),
        ("a.rb", "def f(a)\n  a ||= 1\n  a &&= 2\n  a += 1\nend\n", (3, 0)),
        ("a.js", "function f(a) { a ||= 1; a &&= 2; a ??= 3; }\n", (4, 0)),
        ("a.js", "function f(a) { a ||= b || c; }\n", (3, 1)),
        ("a.dart", "void f(a) { a ??= 1; }\n", (2, 0)),
    ] {
        let function = &functions(file, source)[0];
        assert_eq!((function.cyclomatic(), function.cognitive), expected, "{file}: {source}");
    }
}

/// The white paper's exception for JavaScript, as eslint-plugin-sonarjs has it: a structure is what adds an increment that
/// grows with nesting. What is outside of nested functions counts either way.
#[test]
fn a_function_without_a_structure_of_its_own_leaves_out_the_functions_in_it() {
    let both = |file: &str, source: &str| -> Vec<(u32, u32)> {
        functions(file, source).iter().map(|function| (function.cognitive, function.cognitive_own)).collect()
    };
    for file in ["a.js", "a.ts", "a.tsx"] {
        let and = "function f(a, b) { return a && b; function n(c) { if (c) {} } }\n";
        assert_eq!(both(file, and), [(1, 1), (1, 1)], "{file}");
        let loops = "function f(a) { for (;;) {} return function n(c) { if (c) {} }; }\n";
        assert_eq!(both(file, loops), [(3, 1), (1, 1)], "{file}");
        let deep = "function f() { function g(a) { return a || 1; function h(c) { if (c) {} } } }\n";
        assert_eq!(both(file, deep), [(0, 0), (1, 1), (1, 1)], "{file}");
    }
    assert_eq!(
        both("a.py", "def f(a):\n    if a:\n        pass\n    def g(c):\n        if c:\n            pass\n"),
        [(3, 1), (1, 1)]
    );
}
