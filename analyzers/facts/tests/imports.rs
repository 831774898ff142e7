//! When imports happen, and which tokens are nothing but imports.

use facts::FileData;
use facts::model::RepoPath;

fn extracted(file: &str, source: &str) -> FileData {
    facts::extract::extract(&RepoPath::from(file), source.as_bytes(), u64::MAX).expect("a known language")
}

fn deferred(file: &str, source: &str) -> Vec<bool> {
    extracted(file, source).symbols().imports.iter().map(|import| import.deferred).collect()
}

#[test]
fn imports_that_loading_a_file_does_not_run_are_deferred() {
    for (source, expected) in [
        ("import a\n", false),
        ("def f():\n    import a\n", true),
        ("class A:\n    import a\n", false),
        ("if __name__ == \"__main__\":\n    from a import b\n", true),
        ("if '__main__' == __name__:\n    if x:\n        import a\n", true),
        ("if (__name__ == '__main__'):\n    try:\n        import a\n    except E:\n        pass\n", true),
        ("if __name__ != '__main__':\n    pass\nelse:\n    import a\n", true),
        ("if __name__ == '__main__':\n    pass\nelse:\n    import a\n", false),
        ("if TYPE_CHECKING:\n    import a\n", true),
        ("if typing.TYPE_CHECKING:\n    import a\n", true),
        ("if not TYPE_CHECKING:\n    import a\n", false),
        ("if not TYPE_CHECKING:\n    pass\nelse:\n    import a\n", true),
        ("if x:\n    pass\nelif TYPE_CHECKING:\n    import a\n", true),
        ("if __name__==\"__main__\" and sys.argv:\n    import a\n", true),
        ("if x and ('__main__' == __name__):\n    import a\n", true),
        ("if x or __name__ == '__main__':\n    import a\n", false),
        ("if x or __name__ != '__main__':\n    pass\nelse:\n    import a\n", true),
        ("if not (x or not TYPE_CHECKING):\n    import a\n", true),
        ("if x:\n    pass\nelif (__name__ == '__main__'):\n    import a\n", true),
        ("if x == __name__ == '__main__':\n    import a\n", false),
        ("if __name__ in (\"__main__\",):\n    import a\n", true),
        ("if __name__ not in ['__main__', \"__main__\"]:\n    pass\nelse:\n    import a\n", true),
        ("if __name__ in (\"__main__\", \"a\"):\n    import a\n", false),
        ("if __name__ in ():\n    import a\n", false),
        ("match __name__:\n    case \"__main__\":\n        import a\n", true),
        ("match __name__:\n    case \"a\":\n        import a\n", false),
        ("match name:\n    case \"__main__\":\n        import a\n", false),
        ("if x:\n    import a\n", false),
        ("try:\n    import a\nexcept ImportError:\n    pass\n", false),
    ] {
        assert_eq!(deferred("a.py", source), [expected], "{source}");
    }
    for (source, expected) in [
        ("const a = require('./a');\n", false),
        ("function f() { return require('./a'); }\n", true),
        ("app.get('/', () => { const a = require('./a'); });\n", true),
        ("const page = lazy(() => import('./a'));\n", true),
        ("(function () { var a = require('./a'); })();\n", false),
        ("(function () { var a = require('./a'); }).call(this);\n", false),
        ("define(function (require) { var a = require('./a'); });\n", false),
        ("if (require.main === module) { require('./a').run(); }\n", true),
        ("if (typeof require !== 'undefined' && require.main===module) { require('./a'); }\n", true),
        ("if (require.main !== module) { x(); } else { require('./a'); }\n", true),
        ("if (!module.parent) { require('./a'); }\n", true),
        ("if (x || require.main === module) { require('./a'); }\n", false),
        ("if (x) { require('./a'); }\n", false),
    ] {
        assert_eq!(deferred("a.js", source), [expected], "{source}");
    }
    for (source, expected) in [
        ("export class B { a?: import('./a').A }\n", true),
        ("export class B { a: import('./a').A[] = [] }\n", true),
        ("let a: import('./a').A | null = null;\n", true),
        ("export type A = typeof import('./a');\n", true),
        ("export type A = (typeof import('./a').all)[number];\n", true),
        ("const all = new Map<string, import('./a').A>();\n", true),
        ("export const a = x as import('./a').A;\n", true),
        ("export const a = x as typeof import('./a');\n", true),
        ("export const a = x satisfies import('./a').A;\n", true),
        ("interface B extends C<import('./a').A> {}\n", true),
        ("interface B { [name: string]: import('./a').A }\n", true),
        ("export function f(a: import('./a').A): void {}\n", true),
        ("export type F = (a: number) => import('./a').A;\n", true),
        ("class B<T extends import('./a').A = any> {}\n", true),
        ("class B implements C<import('./a').A> {}\n", true),
        ("declare module 'm' { import { A } from './a'; }\n", true),
        ("declare const a: import('./a').A;\n", true),
        ("export const a = await import('./a');\n", false),
        ("export const a = (await import('./a')) as A;\n", false),
        ("import('./a').then((m) => m.run());\n", false),
        ("import { A } from './a';\n", false),
        ("import a = require('./a');\n", false),
    ] {
        assert_eq!(deferred("a.ts", source), [expected], "{source}");
        assert_eq!(deferred("a.tsx", source), [expected], "{source}");
    }
    for (source, expected) in [
        ("require_relative 'a'\n", false),
        ("def f\n  require_relative 'a'\nend\n", true),
        ("if __FILE__ == $0\n  require_relative 'a'\nend\n", true),
        ("if $PROGRAM_NAME == __FILE__\n  require_relative 'a'\nend\n", true),
    ] {
        assert_eq!(deferred("a.rb", source), [expected], "{source}");
    }
}

/// Lines with tokens that are not imports.
fn code_lines(file: &str, source: &str) -> Vec<u32> {
    let data = extracted(file, source);
    let stream = data.tokens();
    let mut line = 1;
    let mut lines = Vec::new();
    for (place, token) in (0_u32..).zip(&stream.tokens) {
        line += token.line_delta;
        if !stream.imports.iter().any(|range| range.contains(&place)) {
            lines.push(line);
        }
    }
    lines.dedup();
    lines
}

/// Every line of the first kind is an import, every one of the second is none.
#[test]
fn imports_are_told_from_statements_that_begin_like_them() {
    for (file, imports, others) in [
        ("a.rs", "use a::b;\npub use c::{d, e};\nextern crate f;\n", "pub static A: u8 = 1;\npub mod b;\n"),
        ("a.py", "import a, b\nfrom a import (\n  b,\n  c)\nfrom __future__ import d\n", "importer = 1\n"),
        (
            "a.js",
            "import a from 'a';\nimport './b';\nexport * from 'c';\nexport { d } from 'd';\nconst e = require('e');\nvar f = require('f').g, h = require('h');\nrequire('i');\n",
            "const a = b, c = require('c');\nconst d = require('d')(e);\nimport('a').then(b);\nexport const e = 1;\n",
        ),
        (
            "a.ts",
            "import type { A } from './a';\nexport type { B } from './b';\n",
            "export type C = string;\n",
        ),
        (
            "a.cs",
            "using A;\nglobal using static B.C;\nusing D = E.F;\n",
            "class A { void M() {\nusing var x = F();\nusing (var y = G()) { }\n} }\n",
        ),
        ("a.java", "package a.b;\nimport a.b.*;\nimport static c.D.e;\n", "class A {\nstatic int x;\n}\n"),
        ("a.kt", "package a\nimport a.b.*\nimport c.d as e\n", "val importer = 1\n"),
        ("a.scala", "package a\nimport a.b._\nimport c.{d, e}\n", "package object b {\nval c = 1\n}\n"),
        ("a.go", "package a\nimport \"b\"\nimport (\n\t\"c\"\n\td \"e\"\n)\n", "var importer = 1\n"),
        ("a.c", "#include <a.h>\n#include \"b.h\"\n", "#define INCLUDE 1\nstatic int x;\n"),
        ("a.cpp", "#include <a>\nusing namespace b;\nusing c::d;\n", "using E = int;\n"),
        ("a.mm", "#import <A/B.h>\n#include \"c.h\"\n@import D;\n", "static int x;\n"),
        ("a.rb", "require 'a'\nrequire_relative 'b'\n", "x = require('c')\n"),
        (
            "a.php",
            "<?php use A\\B;\nuse function C\\d;\nrequire_once 'e.php';\n",
            "$x = include 'f.php';\nclass A {\nuse T;\n}\n",
        ),
        ("a.swift", "import A\nimport struct B.C\n", "let importer = 1\n"),
        ("a.dart", "import 'a.dart';\nexport 'b.dart' show C;\npart 'd.dart';\n", "var importer = 1;\n"),
        (
            "a.lua",
            "local a = require \"a\"\nrequire(\"b\")\nlocal c = require(\"c\").d\n",
            "local e = f(require \"g\")\n",
        ),
        ("a.hs", "import A\nimport qualified B.C as D\n", "importer = 1\n"),
        ("a.ex", "alias A.B\nimport C\nrequire D\n", "x = 1\n"),
        ("a.jl", "using A\nimport B: c\n", "importer = 1\n"),
        ("a.r", "library(a)\nrequire(b)\n", "x <- require(c)\n"),
        ("a.sh", "source a.sh\n. b.sh\n", "sources=1\n"),
        (
            "a.zig",
            "const std = @import(\"std\");\nconst mem = @import(\"std\").mem;\n",
            "const x = f(@import(\"y\"));\n",
        ),
        ("a.sol", "import \"a.sol\";\nimport {B} from \"b.sol\";\n", "contract A { }\n"),
        ("a.ml", "open A\n", "let opened = 1\n"),
    ] {
        let open = if file == "a.php" { vec![1] } else { Vec::new() };
        let lines = code_lines(file, imports);
        assert!(lines == open || lines.is_empty(), "{file}: {lines:?} of\n{imports}");
        let source = if file == "a.php" { format!("<?php\n{others}") } else { others.to_owned() };
        let count = source.lines().count();
        assert_eq!(code_lines(file, &source).len(), count, "{file}:\n{others}");
    }
}
