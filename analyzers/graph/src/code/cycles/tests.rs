//! Which imports close a circle.

use super::*;
use crate::code::{SECTIONS, build};
use facts::MeasureOptions;
use facts::source::MemoryTree;

/// The members of each cycle, joined by blanks.
fn found(files: &[(&str, &str)], deferred: bool) -> Vec<String> {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let options = MeasureOptions { sections: SECTIONS, ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    let graph = build(&tree, &facts);
    let members = |cycle: ImportCycle| {
        let paths: Vec<String> = cycle.members.iter().map(ToString::to_string).collect();
        paths.join(" ")
    };
    import_cycles(&facts, &graph.imports, CycleOptions { deferred }, &|_| true)
        .into_iter()
        .map(members)
        .collect()
}

fn on_load(files: &[(&str, &str)]) -> Vec<String> {
    found(files, false)
}

const NONE: [&str; 0] = [];

#[test]
fn types_named_by_an_import_in_place_load_nothing() {
    let a = ("a.ts", "import { B } from './b';\nexport class A { b = new B(); }\n");
    for types in [
        "export class B { a?: import('./a').A }\n",
        "export class B { all?: typeof import('./a') }\n",
        "export type M = typeof import('./a');\nexport class B {}\n",
    ] {
        assert_eq!(on_load(&[a, ("b.ts", types)]), NONE, "{types}");
        assert_eq!(found(&[a, ("b.ts", types)], true), ["a.ts b.ts"], "{types}");
    }
    let value = "export class B {}\nexport const a = (await import('./a')) as typeof import('./a');\n";
    assert_eq!(on_load(&[a, ("b.ts", value)]), ["a.ts b.ts"]);
}

#[test]
fn imports_of_what_is_a_type_where_it_is_defined_load_nothing() {
    let b = ("b.ts", "import { A } from './a';\nexport class B { a?: A }\n");
    let cycles = |declared: &str| {
        let a = format!("import {{ B }} from './b';\nexport const made = () => new B();\n{declared}");
        on_load(&[("a.ts", &a), b])
    };
    for types in [
        "export interface A { x: number }\n",
        "export type A = { x: number };\n",
        "export interface A { x: number }\nexport function f(a: A): A { return a; }\n",
    ] {
        assert_eq!(cycles(types), NONE, "{types}");
    }
    for values in [
        "export class A {}\n",
        "export enum A { X }\n",
        "export interface A { x: number }\nexport const A = { x: 1 };\n",
        "export type A = number;\nexport const { A } = made();\n",
        "export type A = number;\nexport declare const A: number;\n",
        "export interface A { x: number }\nexport namespace A { export const x = 1; }\n",
        "type A = number;\nconst made_a = 1;\nexport { made_a as A };\n",
        "export * from 'elsewhere';\n",
        // A gap: a list of exports is not told from another use of the name.
        "interface A { x: A }\nexport type { A };\n",
    ] {
        assert_eq!(cycles(values), ["a.ts b.ts"], "{values}");
    }
}

#[test]
fn all_names_of_an_import_must_be_types() {
    let a = (
        "a.ts",
        "import { B } from './b';\nexport interface A { b: B }\nexport interface C {}\nexport class D {}\n",
    );
    for (import, cyclic) in [
        ("import { A, C as E } from './a';\n", false),
        ("import { type D, A } from './a';\n", false),
        ("import { type D } from './a';\n", false),
        ("import type { D } from './a';\n", false),
        ("import type{D}from'./a';\n", false),
        ("import type from './a';\n", true),
        ("import type D from './a';\n", false),
        ("import type * as all from './a';\n", false),
        ("export type { D } from './a';\n", false),
        ("import { type as t } from './a';\n", true),
        ("import { A, type as t } from './a';\n", true),
        ("import { A, D } from './a';\n", true),
        ("import * as all from './a';\n", true),
        ("import a, { A } from './a';\n", true),
        ("import './a';\n", true),
        ("export { A } from './a';\n", true),
    ] {
        let b = format!("{import}export class B {{}}\n");
        // `B` is a class: the import of it stays.
        assert_eq!(!on_load(&[a, ("b.ts", &b)]).is_empty(), cyclic, "{import}");
    }
}

#[test]
fn types_are_followed_through_files_that_hand_them_on() {
    let files = [
        ("a.ts", "import { B } from './b';\nexport const b = () => new B();\nexport interface A {}\n"),
        ("all.ts", "export * from './a';\n"),
        ("b.ts", "import { A } from './all';\nexport class B { a?: A }\n"),
    ];
    assert_eq!(on_load(&files), NONE);
    let keeps = |options: &str| {
        let text = format!("{{ \"compilerOptions\": {{ {options} }} }}");
        !on_load(&[files[0], files[1], files[2], ("tsconfig.json", &text)]).is_empty()
    };
    assert!(keeps("\"verbatimModuleSyntax\": true"));
    assert!(keeps("\"importsNotUsedAsValues\": \"preserve\""));
    assert!(!keeps("\"verbatimModuleSyntax\": false"));
    let strict = ("tsconfig.json", "{ \"compilerOptions\": { \"verbatimModuleSyntax\": true } }");
    for (import, cyclic) in
        [("import { type A } from './a';\n", true), ("import type { A } from './a';\n", false)]
    {
        let b = format!("{import}export class B {{}}\n");
        assert_eq!(!on_load(&[files[0], ("b.ts", &b), strict]).is_empty(), cyclic, "{import}");
    }
}

#[test]
fn declarations_for_checkers_load_nothing() {
    assert_eq!(
        on_load(&[("a.d.ts", "import { B } from './b';\n"), ("b.ts", "import { a } from './a';\n")]),
        NONE
    );
    assert_eq!(on_load(&[("a.pyi", "import b\n"), ("b.py", "import a\n")]), NONE);
    assert_eq!(on_load(&[("a.py", "import b\n"), ("b.py", "import a\n")]), ["a.py b.py"]);
}

#[test]
fn tests_are_no_part_of_the_package_beside_them() {
    let module = ("go.mod", "module m\n\ngo 1.22\n");
    let a = ("a/a.go", "package a\n\nimport \"m/b\"\n\nvar A = b.B\n");
    let b = ("b/b.go", "package b\n\nvar B = 1\n");
    for package in ["b_test", "b"] {
        let test = format!(
            "package {package}\n\nimport (\n\t\"m/a\"\n\t\"testing\"\n)\n\nvar x = a.A\n\nfunc TestB(t *testing.T) {{}}\n"
        );
        assert_eq!(on_load(&[module, a, b, ("b/b_test.go", &test)]), NONE, "{package}");
    }
    let back = ("b/c.go", "package b\n\nimport \"m/a\"\n\nvar C = a.A\n");
    assert_eq!(on_load(&[module, a, b, back]), ["a b"]);

    let one = ("src/p/One.java", "package p;\nimport q.Two;\npublic class One { Two two; }\n");
    let two = ("src/q/Two.java", "package q;\npublic class Two { }\n");
    let test = "package q;\nimport p.One;\nimport org.junit.Test;\npublic class TwoTest { @Test public void t() { new One(); } }\n";
    assert_eq!(on_load(&[one, two, ("src/q/TwoTest.java", test)]), NONE);
    let back = ("src/q/Three.java", "package q;\nimport p.One;\npublic class Three { One one; }\n");
    assert_eq!(on_load(&[one, two, back]), ["src/p src/q"]);
}

#[test]
fn scripts_in_documents_import() {
    let vue = |name: &str| {
        format!(
            "<template><p/></template>\n<script setup lang=\"ts\">\nimport X from \"./{name}\";\n</script>\n"
        )
    };
    let (a, b) = (vue("B.vue"), vue("A.vue"));
    assert_eq!(on_load(&[("A.vue", &a), ("B.vue", &b)]), ["A.vue B.vue"]);
    let script = ("b.js", "import A from './A.svelte';\nexport const b = 1;\n");
    assert_eq!(
        on_load(&[("A.svelte", "<script>\nimport { b } from './b.js';\n</script>\n"), script]),
        ["A.svelte b.js"]
    );
    let front = "---\nimport B from './B.astro';\n---\n<B/>\n";
    assert_eq!(
        on_load(&[("A.astro", front), ("B.astro", "---\nimport A from './A.astro';\n---\n")]),
        ["A.astro B.astro"]
    );
}
