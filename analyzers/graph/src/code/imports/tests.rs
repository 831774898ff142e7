//! Where imports lead, language by language.

use super::*;

fn targets(
    files: &[&str],
    manifests: &[(&str, &str)],
    language: Language,
    file: &str,
    text: &str,
    target: &str,
) -> Vec<String> {
    let texts: Vec<(String, String)> =
        manifests.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let paths = files.iter().copied().chain(manifests.iter().map(|(path, _)| *path));
    let resolver = Resolver { index: TreeIndex::new(paths), manifests: Manifests::new(&texts) };
    let import = Import { text: text.to_owned(), target: target.to_owned(), line: 1, deferred: false };
    resolver.targets(language, file, &import).expect("a language whose imports are followed")
}

#[test]
fn rust_paths_lead_to_crates_and_modules() {
    let files = ["a/src/lib.rs", "a/src/x/mod.rs", "a/src/x/y.rs", "a/src/z.rs", "b/src/lib.rs"];
    let manifests = [
        ("a/Cargo.toml", "[package]\nname = \"a-one\""),
        ("b/Cargo.toml", "[package]\nname=\"b\"\n[lib]\nname=\"bee\""),
    ];
    let rust = |file: &str, text: &str| targets(&files, &manifests, Language::Rust, file, text, "");
    assert_eq!(rust("b/src/lib.rs", "use a_one::x::Thing;"), ["a/src/x/mod.rs"]);
    assert_eq!(rust("a/src/z.rs", "use bee::{a, b};"), ["b/src/lib.rs"]);
    assert_eq!(rust("a/src/z.rs", "use crate::x::{self, y::Thing};"), ["a/src/x/mod.rs", "a/src/x/y.rs"]);
    assert_eq!(rust("a/src/x/y.rs", "use super::super::z::Thing;"), ["a/src/z.rs"]);
    assert_eq!(rust("a/src/x/mod.rs", "use self::y::Thing;"), ["a/src/x/y.rs"]);
    assert_eq!(rust("a/src/z.rs", "use std::fs;"), Vec::<String>::new());
}

#[test]
fn python_modules_are_found_from_the_folders_that_are_no_packages() {
    let files =
        ["app/main.py", "app/json.py", "lib/__init__.py", "lib/a.py", "lib/sub/__init__.py", "lib/sub/b.py"];
    let python = |file: &str, text: &str| targets(&files, &[], Language::Python, file, text, "");
    assert_eq!(python("app/main.py", "import lib.sub.b as b, json"), ["app/json.py", "lib/sub/b.py"]);
    assert_eq!(python("lib/sub/b.py", "from .. import a"), ["lib/a.py"]);
    assert_eq!(python("lib/sub/b.py", "from ..a import (name, other as o)"), ["lib/a.py"]);
    assert_eq!(python("lib/a.py", "from lib import sub"), ["lib/sub"]);
    assert_eq!(
        python("lib/a.py", "import json"),
        Vec::<String>::new(),
        "lib is a package, app is not on the path"
    );
}

/// The package folder alone gives the same as the folder around it.
#[test]
fn a_tree_that_is_a_package_knows_its_own_name() {
    let own = |files: &[&str], imports: &[(&str, &str)]| {
        let index = TreeIndex::new(files.iter().copied());
        let import =
            |text: &str| Import { text: text.to_owned(), target: String::new(), line: 1, deferred: false };
        let imports: Vec<(&str, Import)> = imports.iter().map(|(file, text)| (*file, import(text))).collect();
        python::own_package(&index, imports.iter().map(|(file, import)| (*file, import)))
    };
    let files = ["__init__.py", "a.py", "sub/__init__.py", "sub/b.py", "json.py"];
    let pkg =
        [("a.py", "from pkg.sub.b import x"), ("sub/b.py", "import pkg.a, os.path"), ("a.py", "import sys")];
    assert_eq!(own(&files, &pkg).as_deref(), Some("pkg"));
    let two = [("a.py", "from pkg.sub import b"), ("a.py", "from lib.json import c")];
    assert_eq!(own(&files, &two), None, "each of two names may be its own");
    let more = [two[0], two[1], ("sub/b.py", "from pkg.a import c")];
    assert_eq!(own(&files, &more).as_deref(), Some("pkg"));
    let elsewhere = [("a.py", "from pkg.sub import b"), ("a.py", "from pkg.other import c")];
    assert_eq!(own(&files, &elsewhere), None);
    assert_eq!(own(&files[1..], &pkg), None, "a folder without __init__.py is no package");
    let mut resolver =
        Resolver { index: TreeIndex::new(files.iter().copied()), manifests: Manifests::new(&[]) };
    resolver.index.set_package(Some("pkg".to_owned()));
    let import =
        |text: &str| Import { text: text.to_owned(), target: String::new(), line: 1, deferred: false };
    let targets = |text: &str| {
        resolver.targets(Language::Python, "sub/b.py", &import(text)).expect("Python is followed")
    };
    assert_eq!(targets("from pkg.a import x"), ["a.py"]);
    assert_eq!(targets("import pkg.sub.b"), ["sub/b.py"]);
    assert_eq!(targets("from pkg import a"), ["a.py"]);
}

#[test]
fn java_packages_of_one_name_are_followed_where_all_of_them_is_imported() {
    let files = ["src/a/One.java", "src/b/Two.java", "src/c/x/Three.java", "lib/java/util/Four.java"];
    let java = |text: &str| targets(&files, &[], Language::Java, "src/a/One.java", text, "");
    assert_eq!(java("import b.*;"), ["src/b"]);
    assert_eq!(java("import b.Two;"), ["src/b/Two.java"]);
    assert_eq!(java("import c.*;"), Vec::<String>::new(), "it holds no class itself");
    assert_eq!(java("import java.*;"), Vec::<String>::new(), "it lies below another root");
}

#[test]
fn javascript_paths_may_leave_out_their_endings() {
    let files =
        ["web/a.ts", "web/b/index.ts", "web/c.tsx", "ui/src/x.js", "ui/src/x.d.ts", "ui/types/index.d.ts"];
    let manifests = [("ui/package.json", "{\"name\": \"@we/ui\"}")];
    let script = |target: &str| targets(&files, &manifests, Language::TypeScript, "web/a.ts", "", target);
    assert_eq!(script("./b"), ["web/b/index.ts"]);
    assert_eq!(script("./c.js"), ["web/c.tsx"]);
    assert_eq!(script("../ui/src/x"), ["ui/src/x.js"], "what is loaded, not its declarations");
    assert_eq!(script("../ui/types"), ["ui/types/index.d.ts"]);
    assert_eq!(script("@we/ui/src/x"), ["ui/src/x.js"]);
    assert_eq!(script("react"), Vec::<String>::new());
}

/// Where names that are no paths lead by these configurations, for files of these places.
fn aliased(files: &[&str], manifests: &[(&str, &str)], file: &str, name: &str) -> Vec<String> {
    targets(files, manifests, Language::TypeScript, file, "", name)
}

#[test]
fn names_that_are_no_paths_mean_what_the_nearest_configuration_says() {
    let files =
        ["src/a.ts", "src/ui/b.tsx", "src/ui/index.ts", "gen/a.ts", "web/src/c.ts", "web/main.ts", "x.ts"];
    let root = "// what editors write\n{ \"compilerOptions\": { /* \"x\": 1, */\n  \"paths\": {\n    \"@/*\": [\"./gone/*\", \"src/*\",],\n    \"@/ui/*.js\": [\"./gen/*\"],\n    \"@/ui/b\": [\"gen/a.ts\"],\n    \"http://*\": [\"../*\"],\n  },\n}, }";
    let configs = [
        ("tsconfig.json", root),
        ("jsconfig.json", "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"gen/*\"]}}}"),
        ("web/jsconfig.json", "{\"compilerOptions\": {\"baseUrl\": \"src\"}}"),
    ];
    let lead = |file: &str, name: &str| aliased(&files, &configs, file, name);
    assert_eq!(lead("src/ui/b.tsx", "@/a"), ["src/a.ts"], "the second place");
    assert_eq!(lead("x.ts", "@/ui"), ["src/ui/index.ts"]);
    assert_eq!(lead("x.ts", "@/ui/b"), ["gen/a.ts"], "the name itself before a pattern");
    assert_eq!(lead("x.ts", "@/ui/a.js"), ["gen/a.ts"], "the longest beginning");
    assert_eq!(lead("x.ts", "@/../x"), ["x.ts"]);
    assert_eq!(lead("x.ts", "@/../../x"), Vec::<String>::new(), "out of the tree");
    assert_eq!(lead("x.ts", "http://x"), Vec::<String>::new(), "out of the tree");
    assert_eq!(lead("x.ts", "src/a"), Vec::<String>::new(), "no baseUrl is said");
    assert_eq!(lead("web/main.ts", "c"), ["web/src/c.ts"]);
    assert_eq!(lead("web/main.ts", "@/a"), Vec::<String>::new(), "the nearest alone holds");
}

#[test]
fn configurations_extend_others_of_the_tree() {
    let files = [
        "libs/ui/src/a.ts",
        "libs/ui/b.ts",
        "apps/one/src/main.ts",
        "apps/two/src/main.ts",
        "apps/two/own/a.ts",
    ];
    let base = "{\"extends\": \"./apps/two/tsconfig.json\", \"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@we/*\": [\"libs/*\"], \"~/*\": [\"${configDir}/own/*\"]}}}";
    let configs = [
        ("tsconfig.base.json", base),
        (
            "apps/one/tsconfig.json",
            "{\"extends\": [\"@tsconfig/strictest\", \"../../tsconfig.base\"], \"files\": []}",
        ),
        (
            "apps/two/tsconfig.json",
            "{\"extends\": \"../../tsconfig.base.json\", \"compilerOptions\": {\"baseUrl\": \"../../libs\"}}",
        ),
        (
            "libs/tsconfig.json",
            "{\"references\": [{\"path\": \"../apps/one\"}, {\"path\": \"./tsconfig.app.json\"}]}",
        ),
        ("libs/tsconfig.app.json", "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"./ui/*\"]}}}"),
    ];
    let lead = |file: &str, name: &str| aliased(&files, &configs, file, name);
    assert_eq!(lead("apps/one/src/main.ts", "@we/ui/src/a"), ["libs/ui/src/a.ts"]);
    assert_eq!(lead("apps/two/src/main.ts", "~/a"), ["apps/two/own/a.ts"]);
    assert_eq!(lead("apps/two/src/main.ts", "ui/b"), ["libs/ui/b.ts"]);
    assert_eq!(lead("libs/ui/b.ts", "@/src/a"), ["libs/ui/src/a.ts"], "a configuration beside");
    assert_eq!(lead("libs/ui/b.ts", "@we/ui/b"), Vec::<String>::new(), "another package's");
}

#[test]
fn a_package_names_its_own_files() {
    let files = ["lib/a.ts", "lib/node.ts", "sub/lib/a.ts", "sub/b.ts"];
    let manifests = [
        (
            "package.json",
            "{\"imports\": {\"#lib/*.js\": \"./lib/*.ts\", \"#dep\": {\"node\": [\"./lib/node.ts\"], \"default\": \"pkg\"}, \"#out\": \"./../x\"}}",
        ),
        ("sub/package.json", "{\"type\": \"module\"}"),
    ];
    let lead = |file: &str, name: &str| aliased(&files, &manifests, file, name);
    assert_eq!(lead("lib/a.ts", "#lib/a.js"), ["lib/a.ts"]);
    assert_eq!(lead("lib/a.ts", "#dep"), ["lib/node.ts"]);
    assert_eq!(lead("lib/a.ts", "#out"), Vec::<String>::new());
    assert_eq!(lead("sub/b.ts", "#lib/a.js"), Vec::<String>::new(), "another package");
}

#[test]
fn go_paths_start_with_a_module_of_the_tree() {
    let files = ["cmd/main.go", "core/a.go", "sub/x/b.go"];
    let manifests = [
        ("go.mod", "module example.com/we\n\ngo 1.22\n"),
        ("sub/go.mod", "module example.com/we/sub // own\n"),
    ];
    let text =
        "import (\n\"fmt\"\nc \"example.com/we/core\"\n\"example.com/we/sub/x\"\n\"example.com/we/gone\"\n)";
    assert_eq!(targets(&files, &manifests, Language::Go, "cmd/main.go", text, ""), ["core", "sub/x"]);
}

#[test]
fn java_packages_are_folders_below_a_source_root() {
    let files = [
        "m1/src/main/java/org/we/a/A.java",
        "m2/src/main/java/org/we/b/B.java",
        "m1/src/test/java/org/we/a/ATest.java",
    ];
    let java =
        |target: &str| targets(&files, &[], Language::Java, files[0], &format!("import {target};"), target);
    assert_eq!(java("org.we.b.B"), ["m2/src/main/java/org/we/b/B.java"]);
    assert_eq!(java("org.we.b.B.member"), ["m2/src/main/java/org/we/b/B.java"]);
    assert_eq!(java("org.we.b.*"), ["m2/src/main/java/org/we/b"]);
    assert_eq!(java("org.we.a.Gone"), ["m1/src/main/java/org/we/a"], "the nearest source root");
    assert_eq!(java("java.util.List"), Vec::<String>::new());
}

#[test]
fn quoted_includes_are_searched_as_compilers_do() {
    let files = ["core/a.c", "core/a.h", "include/pub/b.h", "deep/x/only.h", "one/c.h", "two/c.h"];
    let c = |text: &str, target: &str| targets(&files, &[], Language::C, "core/a.c", text, target);
    assert_eq!(c("#include \"a.h\"", "a.h"), ["core/a.h"]);
    assert_eq!(c("#include \"pub/b.h\"", "pub/b.h"), ["include/pub/b.h"]);
    assert_eq!(c("#include \"only.h\"", "only.h"), ["deep/x/only.h"]);
    assert_eq!(c("#include \"c.h\"", "c.h"), Vec::<String>::new(), "two files fit");
    assert_eq!(c("#include <a.h>", "a.h"), Vec::<String>::new());
}

#[test]
fn manifests_declare_dependencies_with_their_places() {
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\n\n[workspace.dependencies]\nb = { path = \"libs/b\" }\nserde = \"1\"\n";
    let a = "[package]\nname = \"a\"\n\n[dependencies]\nb.workspace = true\nserde.workspace = true\n\n[target.'cfg(unix)'.dev-dependencies]\nc = { path = \"../c\" }\n";
    let texts = [("Cargo.toml".to_owned(), root.to_owned()), ("a/Cargo.toml".to_owned(), a.to_owned())];
    let manifests = Manifests::new(&texts);
    let declared: Vec<(&str, u32, u32)> = manifests
        .declared
        .iter()
        .map(|edge| (edge.to.as_str(), edge.span.start_line, edge.span.start_column))
        .collect();
    assert_eq!(declared, [("libs/b", 5, 1), ("c", 9, 1)]);
}

#[test]
fn a_broken_manifest_is_named() {
    let texts =
        [("Cargo.toml".to_owned(), "[package\n".to_owned()), ("package.json".to_owned(), "{".to_owned())];
    let unclear: Vec<String> = Manifests::new(&texts).unclear.into_iter().map(|(path, _)| path).collect();
    assert_eq!(unclear.len(), 2);
}

#[test]
fn joining_stops_at_the_root() {
    assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
    assert_eq!(join("a", "../../c"), None);
}
