use super::*;
use crate::model::RepoPath;
use proptest::prelude::*;

fn lines(coverage: &LineCoverage, file: &str) -> Vec<(u32, u64)> {
    coverage.files[file].lines.iter().map(|(line, hits)| (*line, *hits)).collect()
}

/// The tracefile of geninfo's manual page, shortened, with the same file under two test names.
#[test]
fn lcov_records_of_one_file_add_up() {
    let report = "TN:one\nSF:/src/a.c\nFN:1,main\nFNDA:1,main\nFNF:1\nFNH:1\nBRDA:2,0,0,1\nDA:1,1\nDA:2,0\n\
                  DA:3,4,checksum\nLF:3\nLH:2\nend_of_record\nTN:two\nSF:/src/a.c\nDA:2,5\nend_of_record\n";
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "/src/a.c"), [(1, 1), (2, 5), (3, 4)]);
    assert_eq!((coverage.files["/src/a.c"].covered(), coverage.files["/src/a.c"].coverable()), (3, 3));
}

#[test]
fn damaged_reports_say_where() {
    for (report, line, what) in [
        ("", 1, "empty"),
        ("  \n", 1, "empty"),
        ("SF:a\nDA:1\nend_of_record\n", 2, "DA:<line>,<hits>"),
        ("SF:a\nDA:0,1\nend_of_record\n", 2, "DA:<line>,<hits>"),
        ("DA:1,1\n", 1, "before any SF"),
        ("SF:a\nDA:1,1\n", 1, "cut off"),
        ("hello\n", 1, "no record"),
        ("SF:a\nend_of_record\n", 1, "no line"),
        ("<coverage><class filename=\"a\"></coverage>", 1, "XML"),
        ("<html/>", 1, "<coverage>"),
        (
            "<coverage>\n<class filename=\"a\"><lines>\n<line number=\"x\" hits=\"1\"/></lines></class></coverage>",
            3,
            "<line>",
        ),
        ("{\"data\": [", 1, "JSON"),
        ("{\"type\": \"other\"}", 1, "llvm.coverage.json.export"),
    ] {
        let error = LineCoverage::parse(report.as_bytes()).expect_err(report);
        assert_eq!(error.line, line, "{report}: {error}");
        assert!(error.message.contains(what), "{report}: {error}");
    }
}

/// A configuration may name any file as a report, and its errors are shown to everybody who sees the gate.
#[test]
fn errors_quote_nothing_of_the_file() {
    for report in [
        "TOP-SECRET\n",
        "SF:TOP-SECRET\nDA:1,1\n",
        "SF:a\nDA:TOP-SECRET\nend_of_record\n",
        "<TOP-SECRET/>",
        "<a>&TOP-SECRET;</a>",
        "<a></TOP-SECRET>",
        "<a TOP-SECRET=\"1\" TOP-SECRET=\"2\"/>",
        "{\"type\": TOP-SECRET",
        "{\"data\": \"TOP-SECRET\"}",
        "{\"type\": \"TOP-SECRET\"}",
        "{\"TOP-SECRET\": 1, \"data\": [{\"files\": [{\"filename\": \"a\", \"segments\": [\"TOP-SECRET\"]}]}]}",
    ] {
        let error = LineCoverage::parse(report.as_bytes()).expect_err(report).to_string();
        assert!(!error.contains("SECRET"), "{error}");
    }
}

/// A megabyte that is named a thousand times would become a gigabyte.
#[test]
fn entities_of_a_report_are_never_expanded() {
    let text = "x".repeat(1 << 20);
    let report =
        format!("<!DOCTYPE a [<!ENTITY x \"{text}\">]>\n<coverage>{}</coverage>", "&x;".repeat(1 << 20));
    let error = LineCoverage::parse(report.as_bytes()).expect_err("entities");
    assert!(error.message.contains("entity"), "{error}");
}

/// In coverage.py's format: DOCTYPE, sources, lines in the class and again in a method.
#[test]
fn cobertura_lines_are_those_of_classes() {
    let report = "<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n\
        <coverage line-rate=\"0.5\"><sources><source>/repo</source></sources><packages><package name=\".\"><classes>\
        <class filename=\"pkg/a.py\" name=\"a.py\"><methods><method name=\"f\"><lines><line number=\"2\" hits=\"0\"/></lines>\
        </method></methods><lines><line number=\"1\" hits=\"3\"/><line number=\"2\" hits=\"0\" branch=\"true\"/></lines></class>\
        </classes></package></packages></coverage>";
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "pkg/a.py"), [(1, 3), (2, 0)]);
}

/// Segments and lines as llvm-cov 22 wrote them (`export`, and `export --format=lcov`) for one run of
///
/// ```text
/// fn sign(x: i32) -> &'static str {
///     if x > 0 {
///         "plus"
///     } else {
///         "other"
///     }
/// }
///
/// fn main() {
///     for i in 0..3 { println!("{}", sign(i + 1)); }
///     #[allow(unused)]
///     let never = || { 7 };
///
///     let all = (1..4).map(|x| x * 2).filter(|x| {
///         *x > 100
///             && *x < 200
///     });
///     println!("{}", all.count());
/// }
/// ```
#[test]
fn lines_of_llvm_segments_are_those_of_its_own_lcov() {
    let report = r#"{"data":[{"files":[{"filename":"/x/main.rs","segments":[
        [1,1,3,true,true,false],[1,32,0,false,false,false],[2,8,3,true,true,false],
        [2,13,0,false,false,false],[3,9,3,true,true,false],[3,15,0,false,false,false],
        [5,9,0,true,true,false],[5,16,0,false,false,false],[7,1,3,true,true,false],
        [7,2,0,false,false,false],[9,1,1,true,true,false],[9,10,0,false,false,false],
        [10,9,3,true,true,false],[10,10,0,false,false,false],[10,14,1,true,true,false],
        [10,18,0,false,false,false],[10,19,3,true,true,false],[10,21,3,true,true,false],
        [10,29,3,true,false,false],[10,51,0,false,false,false],[12,9,1,true,true,false],
        [12,14,0,false,false,false],[12,20,0,true,true,false],[12,21,0,false,false,false],
        [12,22,0,true,true,false],[12,23,0,false,false,false],[12,24,0,true,true,false],
        [12,25,0,false,false,false],[14,9,1,true,true,false],[14,12,0,false,false,false],
        [14,16,1,true,true,false],[14,20,0,false,false,false],[14,22,1,true,true,false],
        [14,25,0,false,false,false],[14,30,3,true,true,false],[14,31,0,false,false,false],
        [14,37,1,true,true,false],[14,43,0,false,false,false],[14,48,3,true,true,false],
        [14,49,0,false,false,false],[15,9,3,true,true,false],[15,17,0,false,false,false],
        [16,16,0,true,true,false],[16,24,0,false,false,false],[17,5,3,true,true,false],
        [17,6,0,false,false,false],[18,5,1,true,true,false],[18,13,0,false,false,false],
        [18,20,1,true,true,false],[18,23,0,false,false,false],[18,24,1,true,true,false],
        [18,29,0,false,false,false],[19,1,1,true,true,false],[19,2,0,false,false,false]
        ]}]}],"type":"llvm.coverage.json.export","version":"3.1.0"}"#;
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    let first = [(1, 3), (2, 3), (3, 3), (5, 0), (7, 3), (9, 1), (10, 3)];
    let second = [(12, 1), (14, 3), (15, 3), (16, 0), (17, 3), (18, 1), (19, 1)];
    let wanted = [first, second].concat();
    assert_eq!(lines(&coverage, "/x/main.rs"), wanted);
}

#[test]
fn names_of_reports_lead_to_files_of_the_tree() {
    let paths: Vec<RepoPath> =
        ["src/a.rs", "lib/src/a.rs", "b.py", "one/c.js", "two/c.js", "d/e.go"].map(RepoPath::from).to_vec();
    let paths: Vec<&RepoPath> = paths.iter().collect();
    for (name, index) in [
        ("src/a.rs", Some(0)),
        ("./src/a.rs", Some(0)),
        ("/home/u/repo/src/a.rs", Some(0)),
        ("/home/u/repo/lib/src/a.rs", Some(1)),
        ("C:\\repo\\b.py", Some(2)),
        ("c.js", None),
        ("two/c.js", Some(4)),
        ("e.go", Some(5)),
        ("xsrc/a.rs", None),
        ("missing.rs", None),
    ] {
        let mut coverage = LineCoverage::default();
        coverage.file(name).expect("few files").add(1, 1);
        let placed = coverage.placed(&paths);
        assert_eq!(placed.files.keys().next().copied(), index, "{name}");
        assert_eq!(placed.elsewhere.is_empty(), index.is_some(), "{name}");
    }
}

/// The files of a tree that the names of a report lead to, in the order of the names; `-` for no file.
fn placed(report: &str, tree: &[&str]) -> Vec<String> {
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    let paths: Vec<RepoPath> = tree.iter().map(|path| RepoPath::from(*path)).collect();
    let placed = coverage.placed(&paths.iter().collect::<Vec<_>>());
    let mut files: Vec<String> = placed.files.keys().map(|index| tree[*index].to_owned()).collect();
    files.extend(placed.elsewhere.iter().map(|name| format!("- {name}")));
    files
}

fn lcov(names: &[&str]) -> String {
    names.iter().map(|name| format!("SF:{name}\nDA:1,1\nend_of_record\n")).collect()
}

#[test]
fn one_prefix_places_all_names_of_a_report() {
    for (names, tree, expected) in [
        // An installed package has files of the same name.
        (
            &["index.js", "node_modules/lib/index.js"][..],
            &["index.js"][..],
            &["index.js", "- node_modules/lib/index.js"][..],
        ),
        (&["node_modules/lib/src/index.js"], &["src/index.js"], &["- node_modules/lib/src/index.js"]),
        (
            &["/w/index.js", "/w/node_modules/lib/src/a.js", "/w/node_modules/lib/src/b.js"],
            &["index.js", "src/a.js", "src/b.js"],
            &["index.js", "- /w/node_modules/lib/src/a.js", "- /w/node_modules/lib/src/b.js"],
        ),
        (
            &["/home/u/repo/src/a.c", "/home/u/repo/src/b.c", "/usr/include/x/src/a.c"],
            &["src/a.c", "src/b.c"],
            &["src/a.c", "src/b.c", "- /usr/include/x/src/a.c"],
        ),
        (
            &["src/a.py", "/usr/lib/python3/src/b.py", "/usr/lib/python3/src/c.py"],
            &["src/a.py", "src/b.py", "src/c.py"],
            &["src/a.py", "- /usr/lib/python3/src/b.py", "- /usr/lib/python3/src/c.py"],
        ),
        // The tests of one package of several ran; its folder is the one where most names are.
        (
            &["src/a.js", "src/b.js"],
            &["packages/x/src/a.js", "packages/x/src/b.js", "src/a.js"],
            &["packages/x/src/a.js", "packages/x/src/b.js"],
        ),
        // In a container the package is `/app`.
        (
            &["/app/src/a.js", "/app/b.js"],
            &["web/b.js", "web/src/a.js", "a.js"],
            &["web/b.js", "web/src/a.js"],
        ),
        // It is ambiguous which of two folders is meant.
        (&["/app/a.js"], &["one/a.js", "two/a.js"], &["- /app/a.js"]),
        // The tests ran in the folder above the checkout.
        (&["repo/a.py", "repo/src/b.py"], &["a.py", "src/b.py"], &["a.py", "src/b.py"]),
        (&["../src/a.c", "main.c"], &["build/main.c", "src/a.c"], &["build/main.c", "src/a.c"]),
        (&["C:\\w\\a.cs", "C:\\w\\src\\b.cs"], &["a.cs", "src/b.cs"], &["a.cs", "src/b.cs"]),
        (&["file:///w/src/a.js"], &["src/a.js"], &["src/a.js"]),
    ] {
        assert_eq!(placed(&lcov(names), tree), expected, "{names:?}");
    }
}

/// Files in a folder of installed packages never belong to a working tree, however much of their paths matches the
/// tree.
#[test]
fn files_of_installed_packages_are_none_of_the_tree() {
    for (name, tree) in [
        ("/usr/include/c++/13/bits/utils.h", "src/utils.h"),
        ("/usr/include/c++/13/bits/utils.h", "bits/utils.h"),
        ("/opt/rh/root/usr/include/foo/utils.h", "include/foo/utils.h"),
        ("/opt/venv/lib/python3.12/site-packages/other/utils.py", "other/utils.py"),
        ("/opt/py/lib/python3.12/json/decoder.py", "json/decoder.py"),
        ("C:\\Python312\\Lib\\site-packages\\a\\b.py", "a/b.py"),
        ("/usr/lib/python3/dist-packages/a/b.py", "a/b.py"),
        ("vendor/bundle/ruby/3.2.0/gems/foo-1.0/lib/util.rb", "lib/util.rb"),
        ("/usr/local/bundle/gems/foo-1.0/lib/util.rb", "lib/util.rb"),
        ("/usr/local/lib/ruby/gems/3.2.0/gems/foo-1.0/lib/util.rb", "lib/util.rb"),
        ("/w/vendor/acme/foo/src/Util.php", "src/Util.php"),
        ("/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/option.rs", "src/option.rs"),
        ("/usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/foo-1.0/src/lib.rs", "src/lib.rs"),
        ("/cache/registry/src/github.com-1ecc6299db9ec823/foo-1.0/src/lib.rs", "src/lib.rs"),
        (
            "/home/u/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/option.rs",
            "src/option.rs",
        ),
        ("/Users/r/proj/Pods/Alamofire/Source/Request.swift", "Source/Request.swift"),
        ("/Users/r/proj/Carthage/Checkouts/A/Source/Request.swift", "Source/Request.swift"),
        ("/p/.build/checkouts/swift-nio/Sources/NIO/Channel.swift", "Sources/NIO/Channel.swift"),
        ("/usr/local/go/src/net/http/server.go", "http/server.go"),
        ("/go/pkg/mod/github.com/x/y@v1.2.0/util/util.go", "util/util.go"),
        ("/home/u/.m2/repository/org/a/src/main/java/A.java", "src/main/java/A.java"),
        ("/home/u/.gradle/caches/a/src/main/kotlin/A.kt", "src/main/kotlin/A.kt"),
        ("/home/u/.nuget/packages/a/1.0.0/src/A.cs", "src/A.cs"),
        ("/nix/store/abc-zlib-1.3/include/z/zlib.h", "z/zlib.h"),
        ("/home/u/.pub-cache/hosted/pub.dev/a-1.0/lib/src/a.dart", "lib/src/a.dart"),
        ("/home/u/.conan2/p/fmt/include/fmt/core.h", "include/fmt/core.h"),
        ("/w/vcpkg_installed/x64-linux/include/fmt/core.h", "include/fmt/core.h"),
        ("/w/build/_deps/googletest-src/src/gtest.cc", "src/gtest.cc"),
    ] {
        assert_eq!(placed(&lcov(&[name]), &[tree]), [format!("- {name}")], "{name}");
        // If they are kept in the tree, they belong to the tree.
        let kept = name.trim_start_matches("/w/");
        if kept != name || name.starts_with("vendor") {
            assert_eq!(placed(&lcov(&[name]), &[kept]), [kept], "{name}");
        }
    }
    // The folder's name alone does not make it such a place.
    for (name, tree) in [
        ("/usr/src/app/lib/util.rb", "lib/util.rb"),
        ("/w/rustc/src/lib.rs", "src/lib.rs"),
        ("/w/registry/src/lib.rs", "src/lib.rs"),
        ("/w/lib/ruby/a.rb", "lib/ruby/a.rb"),
        ("/go/src/github.com/x/y/util/util.go", "util/util.go"),
    ] {
        assert_eq!(placed(&lcov(&[name]), &[tree]), [tree], "{name}");
    }
}

/// Somebody keeps checkouts in a folder that is called like one of installed packages: all names are in it.
#[test]
fn a_checkout_may_lie_in_a_folder_of_installed_packages() {
    for (names, tree, expected) in [
        (
            &["/builds/vendor/app/src/a.py", "/builds/vendor/app/src/b.py"][..],
            &["src/a.py", "src/b.py"][..],
            &["src/a.py", "src/b.py"][..],
        ),
        // Several folders of this kind are above it, and it is a folder of the tree.
        (
            &["/home/u/.cache/deno/vendor/app/x/a.ts", "/home/u/.cache/deno/vendor/app/x/b.ts"],
            &["web/x/a.ts", "web/x/b.ts", "a.ts"],
            &["web/x/a.ts", "web/x/b.ts"],
        ),
        // Files in an inner folder of this kind are still foreign, and so are files in another one.
        (
            &[
                "C:\\ci\\vendor\\app\\a.cs",
                "C:\\ci\\vendor\\app\\src\\b.cs",
                "C:\\ci\\vendor\\app\\node_modules\\x\\src\\b.cs",
                "C:\\Users\\u\\.nuget\\x\\a.cs",
                "C:\\Users\\u\\.nuget\\x\\b.cs",
                "C:\\Users\\u\\.nuget\\x\\c.cs",
            ],
            &["a.cs", "src/b.cs"],
            &[
                "a.cs",
                "src/b.cs",
                "- C:\\Users\\u\\.nuget\\x\\a.cs",
                "- C:\\Users\\u\\.nuget\\x\\b.cs",
                "- C:\\Users\\u\\.nuget\\x\\c.cs",
                "- C:\\ci\\vendor\\app\\node_modules\\x\\src\\b.cs",
            ],
        ),
        // Files that the tree itself keeps there belong to the tree.
        (
            &["/b/vendor/app/lib/a.php", "/b/vendor/app/lib/b.php", "/b/vendor/app/vendor/x/lib/a.php"],
            &["lib/a.php", "lib/b.php", "vendor/x/lib/a.php"],
            &["lib/a.php", "lib/b.php", "vendor/x/lib/a.php"],
        ),
        (
            &["/w/vendor/x/lib/a.php", "/w/vendor/x/lib/b.php"],
            &["lib/a.php", "lib/b.php", "vendor/x/lib/a.php", "vendor/x/lib/b.php"],
            &["vendor/x/lib/a.php", "vendor/x/lib/b.php"],
        ),
        // The tests ran in the folder above the checkout.
        (&["vendor/app/src/a.py", "vendor/app/b.py"], &["src/a.py", "b.py"], &["src/a.py", "b.py"]),
    ] {
        let mut expected = expected.to_vec();
        expected.sort_by_key(|found| (found.starts_with("- "), tree.iter().position(|path| path == found)));
        assert_eq!(placed(&lcov(names), tree), expected, "{names:?}");
    }
}

/// Each format names files in its own way.
#[test]
fn a_checkout_in_a_folder_of_installed_packages_is_known_in_each_format() {
    let names = ["/ci/site-packages/app/src/a.py", "/ci/site-packages/app/src/b.py"];
    let istanbul =
        |name: &str| format!(r#""{name}":{{"statementMap":{{"0":{{"start":{{"line":1}}}}}},"s":{{"0":1}}}}"#);
    let python = |name: &str| format!(r#""{name}":{{"executed_lines":[1],"missing_lines":[]}}"#);
    let llvm = |name: &str| {
        format!(r#"{{"filename":"{name}","segments":[[1,1,1,true,true,false],[1,9,0,false,false,false]]}}"#)
    };
    let each = |one: &dyn Fn(&str) -> String| names.map(one).join(",");
    for report in [
        lcov(&names),
        cobertura(&["/ci/site-packages/app"], &["src/a.py", "src/b.py"]),
        cobertura(&["/ci/site-packages/app/src", "/ci/site-packages/app/tests"], &["a.py", "b.py"]),
        format!("{{{}}}", each(&istanbul)),
        format!(r#"{{"meta":{{}},"files":{{{}}}}}"#, each(&python)),
        format!(r#"{{"type":"llvm.coverage.json.export","data":[{{"files":[{}]}}]}}"#, each(&llvm)),
        "mode: set\nexample.org/vendor/app/src/a.py:1.1,1.9 1 1\nexample.org/vendor/app/src/b.py:1.1,1.9 1 1\n"
            .to_owned(),
    ] {
        assert_eq!(placed(&report, &["src/a.py", "src/b.py"]), ["src/a.py", "src/b.py"], "{report}");
    }
}

/// One file, a part of the names, or a few names that fit are not enough to detect a checkout.
#[test]
fn only_nearly_all_names_say_that_a_checkout_lies_among_installed_packages() {
    let in_place =
        |names: &[&str]| names.iter().map(|name| format!("/x/site-packages/{name}")).collect::<Vec<_>>();
    let own = ["/w/app.py", "/w/gone.py"].map(str::to_owned).to_vec();
    for (names, tree, measured) in [
        (in_place(&["p/a.py"]), &["p/a.py"][..], &[][..]),
        // Other packages have files of the same names.
        (in_place(&["p/a.py", "p/b.py", "p/c.py", "p/d.py"]), &["p/a.py", "p/b.py"], &[]),
        (in_place(&["p/a.py", "p/b.py"]), &["src/a.py", "src/b.py"], &[]),
        // The checkout is where the tree's other files are.
        (
            [own.clone(), in_place(&["p/a.py", "p/b.py"])].concat(),
            &["app.py", "p/a.py", "p/b.py"],
            &["app.py"],
        ),
        ([own, in_place(&["p/a.py", "p/b.py"])].concat(), &["p/a.py", "p/b.py"], &[]),
    ] {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut found = placed(&lcov(&names), tree);
        found.retain(|name| !name.starts_with("- "));
        assert_eq!(found, measured, "{names:?}");
    }
    // A single foreign header among many own files.
    let many: Vec<String> = (0..20).map(|file| format!("/b/vendor/app/src/{file}.c")).collect();
    let tree: Vec<String> = (0..20).map(|file| format!("src/{file}.c")).chain(["y.h".to_owned()]).collect();
    let names: Vec<&str> = many.iter().map(String::as_str).chain(["/opt/sdk/x.h", "/opt/sdk/y.h"]).collect();
    let tree: Vec<&str> = tree.iter().map(String::as_str).collect();
    let expected = [&tree[..20], &["- /opt/sdk/x.h", "- /opt/sdk/y.h"]].concat();
    assert_eq!(placed(&lcov(&names), &tree), expected);
}

/// One file of the same name is weak evidence for the checkout's place.
#[test]
fn a_name_alone_places_no_file_in_another_folder() {
    for (names, tree, expected) in [
        (&["/opt/sdk/bits/utils.h"][..], &["src/utils.h"][..], &["- /opt/sdk/bits/utils.h"][..]),
        // Not at the root either, where most files of the report are elsewhere.
        (
            &["/build/src/a.c", "/build/src/b.c", "/opt/sdk/utils.h"],
            &["utils.h"],
            &["- /build/src/a.c", "- /build/src/b.c", "- /opt/sdk/utils.h"],
        ),
        (
            &["/build/a.c", "/build/b.c", "/build/c.c", "/opt/sdk/x.h", "/opt/sdk/y.h"],
            &["src/x.h", "src/y.h"],
            &["- /build/a.c", "- /build/b.c", "- /build/c.c", "- /opt/sdk/x.h", "- /opt/sdk/y.h"],
        ),
        (
            &["/w/p/main.c", "/usr/include/a.h", "/usr/include/b.h"],
            &["main.c"],
            &["main.c", "- /usr/include/a.h", "- /usr/include/b.h"],
        ),
        (&["/w/p/main.c", "/w/p/lib/gone.c"], &["main.c"], &["main.c", "- /w/p/lib/gone.c"]),
        // The folder matches.
        (&["/app/web/a.js"], &["x/web/a.js"], &["x/web/a.js"]),
        (&["/app/a.js", "/app/b.js"], &["web/a.js", "web/b.js"], &["web/a.js", "web/b.js"]),
    ] {
        assert_eq!(placed(&lcov(names), tree), expected, "{names:?}");
    }
    assert_eq!(placed(&cobertura(&["/ci/pkg"], &["m.py"]), &["pkg/m.py"]), ["pkg/m.py"]);
}

/// The place of a report shows what its relative names are relative to.
#[test]
fn names_are_tried_from_the_folders_of_the_report_first() {
    let tree = ["packages/one/src/index.js", "packages/two/src/index.js", "src/index.js"];
    let found = |report: &str, folder: &str, tree: &[&str]| {
        let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
        let paths: Vec<RepoPath> = tree.iter().map(|path| RepoPath::from(*path)).collect();
        let around = Surroundings { folder: folder.to_owned(), ..Surroundings::default() };
        let placed = coverage.placed_in(&paths.iter().collect::<Vec<_>>(), &around);
        placed.files.keys().map(|index| tree[*index].to_owned()).collect::<Vec<_>>()
    };
    let one = lcov(&["src/index.js"]);
    for (folder, expected) in [
        ("packages/one/coverage", 0),
        ("packages/two", 1),
        ("./packages/two/target/site", 1),
        ("packages", 2),
        ("reports", 2),
        ("", 2),
    ] {
        assert_eq!(found(&one, folder, &tree), [tree[expected]], "{folder}");
    }
    // Names from the root stay unchanged, and so do most of them.
    assert_eq!(found(&lcov(&[tree[1]]), "packages/one/coverage", &tree), [tree[1]]);
    let many = ["src/index.js", "src/b.js", "packages/one/src/index.js"];
    assert_eq!(
        found(&lcov(&["src/index.js", "src/b.js"]), "packages/one", &many),
        ["src/index.js", "src/b.js"]
    );
    // In a container each package is `/app`.
    assert_eq!(found(&lcov(&["/app/src/index.js"]), "packages/two/coverage", &tree), [tree[1]]);
    assert_eq!(found(&lcov(&["../src/a.c"]), "build", &["src/a.c", "x/src/a.c"]), ["src/a.c"]);
    assert_eq!(found(&cobertura(&["src"], &["index.js"]), "packages/two", &tree), [tree[1]]);
    let deep = "d/".repeat(10_000);
    assert_eq!(found(&one, &deep, &tree), [tree[2]]);
}

/// The import paths of a module's packages begin with `module` of its `go.mod`.
#[test]
fn go_modules_say_whose_an_import_path_is() {
    let report = "mode: set\ngithub.com/x/y/util/util.go:1.1,1.9 1 1\ngithub.com/other/lib/util/util.go:1.1,1.9 1 1\n\
                  github.com/x/y/tool/a.go:1.1,1.9 1 1\ngithub.com/x/yy/util/util.go:1.1,1.9 1 1\n\
                  github.com/x/y/gone.go:1.1,1.9 1 1\n";
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    let tree = ["util/util.go", "cmd/a.go", "tool/a.go"].map(RepoPath::from);
    let modules = vec![
        ("github.com/x/y".to_owned(), String::new()),
        ("github.com/x/y/tool".to_owned(), "cmd".to_owned()),
    ];
    let around = Surroundings { modules, ..Surroundings::default() };
    let placed = coverage.placed_in(&tree.iter().collect::<Vec<_>>(), &around);
    assert_eq!(placed.files.keys().copied().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(
        placed.elsewhere,
        ["github.com/other/lib/util/util.go", "github.com/x/y/gone.go", "github.com/x/yy/util/util.go"]
    );
    for (text, path) in [
        ("// ours\nmodule github.com/x/y // v1\n\ngo 1.21\n", Some("github.com/x/y")),
        ("\tmodule \"a.org/b\"\r\n", Some("a.org/b")),
        ("// module a\nmodules b\nmodule\n", None),
    ] {
        assert_eq!(module_path(text), path, "{text}");
    }
}

#[test]
fn runs_may_be_written_as_numbers_with_fractions_are() {
    let report =
        "SF:a.c\nDA:1,1e+10\nDA:2,0.0\nDA:3,18446744073709551616\nDA:4,-2.5\nDA:5,0.5\nend_of_record\n";
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "a.c"), [(1, 10_000_000_000), (2, 0), (3, u64::MAX), (4, 1), (5, 1)]);
    let report = "<coverage><class filename=\"a.py\"><lines><line number=\"1\" hits=\"1.0\"/><line number=\"2\" \
                  hits=\"0.0\"/></lines></class></coverage>";
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "a.py"), [(1, 1), (2, 0)]);
    for hits in ["nan", "inf", "infinity", "0x1", "", "1 2", "--1", "e", "."] {
        let report = format!("SF:a.c\nDA:1,{hits}\nend_of_record\n");
        assert!(LineCoverage::parse(report.as_bytes()).is_err(), "{hits}");
    }
}

fn cobertura(sources: &[&str], names: &[&str]) -> String {
    let sources: String = sources.iter().map(|source| format!("<source>{source}</source>")).collect();
    let class = |name: &&str| {
        format!("<class filename=\"{name}\"><lines><line number=\"1\" hits=\"1\"/></lines></class>")
    };
    let classes: String = names.iter().map(class).collect();
    format!(
        "<coverage><sources>{sources}</sources><packages><package><classes>{classes}</classes></package></packages></coverage>"
    )
}

#[test]
fn names_of_cobertura_are_relative_to_one_of_its_sources() {
    for (sources, names, tree, expected) in [
        (
            &["/ci/ws/services/users", "/ci/ws/services/users/src"][..],
            &["m.py"][..],
            &["services/orders/src/m.py", "services/users/src/m.py"][..],
            &["services/users/src/m.py"][..],
        ),
        (
            &["src/main/java"],
            &["org/A.java"],
            &["src/main/java/org/A.java", "src/test/java/org/A.java"],
            &["src/main/java/org/A.java"],
        ),
        (&["."], &["a.py"], &["a.py", "b/a.py"], &["a.py"]),
        (&["/"], &["home/u/r/src/A.cs"], &["src/A.cs"], &["src/A.cs"]),
        (&["/elsewhere"], &["/w/src/a.py"], &["src/a.py"], &["src/a.py"]),
        // Both sources have it, and the report does not say which one it means.
        (&["/w/a", "/w/b"], &["m.py"], &["a/m.py", "b/m.py"], &["- m.py"]),
        (&["/w/a", "/w/b"], &["m.py", "n.py"], &["a/m.py", "b/n.py"], &["a/m.py", "b/n.py"]),
    ] {
        assert_eq!(placed(&cobertura(sources, names), tree), expected, "{sources:?}");
    }
}

/// In the format of `go test -coverpkg=./... -coverprofile`: `f` ran in one of two test binaries, its branch in
/// neither.
#[test]
fn go_profiles_name_blocks_by_import_paths() {
    let report = "mode: set\nexample.org/m/a/a.go:3.17,4.11 1 0\nexample.org/m/a/a.go:4.11,6.3 1 0\n\
                  example.org/m/a/a.go:7.2,7.10 1 0\nexample.org/m/a/a.go:3.17,4.11 1 1\n\
                  example.org/m/a/a.go:4.11,6.3 1 0\nexample.org/m/a/a.go:7.2,7.10 1 1\n\
                  example.org/m/a/a.go:9.15,9.16 0 0\ngolang.org/x/net/a/a.go:3.1,4.1 1 5\n";
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "example.org/m/a/a.go"), [(3, 1), (4, 1), (5, 0), (6, 0), (7, 1)]);
    let two = format!("{report}example.org/m/b/b.go:1.1,1.9 1 2\n");
    assert_eq!(placed(&two, &["a/a.go", "b/b.go"]), ["a/a.go", "b/b.go", "- golang.org/x/net/a/a.go"]);
}

/// In the formats of nyc and `coverage json`.
#[test]
fn json_of_istanbul_and_coverage_py_says_which_lines_ran() {
    let place = |line: u32, column: u32| {
        format!(r#"{{"start":{{"line":{line},"column":{column}}},"end":{{"line":{line},"column":99}}}}"#)
    };
    let istanbul = format!(
        r#"{{"/w/src/a.js":{{"path":"/w/src/a.js","statementMap":{{"0":{},"1":{},"2":{}}},"fnMap":{{}},"branchMap":{{}},
           "s":{{"0":1,"1":3,"2":0}},"f":{{}},"b":{{}}}}}}"#,
        place(1, 0),
        place(1, 9),
        place(4, 2)
    );
    let coverage = LineCoverage::parse(istanbul.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "/w/src/a.js"), [(1, 3), (4, 0)]);
    assert_eq!(placed(&istanbul, &["src/a.js"]), ["src/a.js"]);
    let python = r#"{"meta": {"format": 3, "version": "7.6.1"}, "files": {"pkg/a.py": {"executed_lines": [1, 2], "summary":
        {"covered_lines": 2}, "missing_lines": [4], "excluded_lines": [9]}}, "totals": {"covered_lines": 2}}"#;
    let coverage = LineCoverage::parse(python.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "pkg/a.py"), [(1, 1), (2, 1), (4, 0)]);
    assert_eq!(placed(python, &["pkg/a.py", "a.py"]), ["pkg/a.py"]);
}

/// Pieces of a report are read one by one; values that occur in several pieces are added, or the largest one counts.
#[test]
fn pieces_of_json_reports_are_taken_up_in_turn() {
    let line = |line: u32| {
        format!(r#"{{"filename":"a.c","segments":[[{line},1,2,true,true],[{line},9,0,false,false]]}}"#)
    };
    let llvm = format!(
        r#"{{"data":[{{"files":[{},{}]}},{{}},{{"files":[{},{}]}}],"type":"llvm.coverage.json.export"}}"#,
        line(1),
        line(3),
        line(1),
        line(2)
    );
    let coverage = LineCoverage::parse(llvm.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "a.c"), [(1, 4), (2, 2), (3, 2)]);
    // Counts before the places, ids with escapes, an id twice, a count without a place.
    let istanbul = r#"{"x":{"s":{"1":1,"\u0061":5,"0":7,"0":2,"9":9},"path":"a.js","statementMap":{
        "0":{"start":{"line":1}},"a":{"start":{"line":2}},"1":{"start":{"line":1}},"2":{"start":{"line":4}}}}}"#;
    let coverage = LineCoverage::parse(istanbul.as_bytes()).expect("a sound report");
    assert_eq!(lines(&coverage, "a.js"), [(1, 2), (2, 5), (4, 0)]);
    for broken in [
        r#"{"a.js":{"statementMap":{}}}"#,
        r#"{"a.js":{"s":{"0":1}}}"#,
        r#"{"a.js":{"s":[],"statementMap":{}}}"#,
        r#"{"meta":{},"files":{"a.py":{"executed_lines":[1]}}}"#,
        r#"{"meta":{},"files":[{"executed_lines":[1],"missing_lines":[]}]}"#,
        r#"{"type":"llvm.coverage.json.export","data":[{"files":[{"filename":"a","segments":[[1,1,1,true]]}]}]}"#,
        r#"{"type":"llvm.coverage.json.export","data":[{"files":[{"filename":"a","segments":[[1,1,1,true,true,true,1]]}]}]}"#,
    ] {
        assert!(LineCoverage::parse(broken.as_bytes()).is_err(), "{broken}");
    }
}

/// A report is refused with its reason, also if the rest is still read.
#[test]
fn json_reports_about_more_than_there_is_are_refused() {
    let counts: String = (0..5_000_001).map(|_| r#""":1,"#).collect();
    let wide = format!(r#"{{"a.js":{{"statementMap":{{}},"s":{{{counts}"0":1}}}},"b.js":{{}}}}"#);
    let names: String = (0..2_000_001).map(|name| format!(r#"{{"filename":"{name}"}},"#)).collect();
    let many = format!(r#"{{"type":"llvm.coverage.json.export","data":[{{"files":[{names}{{}}]}}]}}"#);
    let file = r#"{"filename":"a","segments":[[1,1,1,true,true],[100000,1,0,true,true]]},"#.repeat(70);
    let unit = format!(r#"{{"files":[{file}{{"filename":"a"}}]}},"#);
    let lines = format!(r#"{{"type":"llvm.coverage.json.export","data":[{}{{}}]}}"#, unit.repeat(3));
    for (report, why) in [
        (wide, "more statements of a file than any file has"),
        (many, "more files than a tree may have"),
        (lines, "far more lines than others of its size"),
    ] {
        let error = LineCoverage::parse(report.as_bytes()).expect_err(why);
        assert!(error.message.contains(why), "{error}");
    }
}

/// A line of a report may stand for any number of lines of a file.
#[test]
fn reports_about_more_lines_than_there_are_end() {
    for report in [
        "mode: set\na.go:1.1,4294967295.1 1 1\n",
        r#"{"type":"llvm.coverage.json.export","data":[{"files":[{"filename":"a","segments":[[1,1,1,true,true,false],[4294967295,1,0,true,true,false]]}]}]}"#,
        r#"{"type":"llvm.coverage.json.export","data":[{"files":[{"filename":"a","segments":[[4294967295,1,1,false,true,false],[1,1,0,true,true,false]]}]}]}"#,
    ] {
        assert!(LineCoverage::parse(report.as_bytes()).is_err(), "{report}");
    }
}

/// The lines of a report are bounded by its size: 34 bytes could otherwise take a gigabyte. A range may still be all of
/// a large file, and many ranges may be long together.
#[test]
fn a_short_report_is_not_about_millions_of_lines() {
    let go = |last: u32| format!("mode: set\na.py:1.1,{last}.1 1 1\n");
    let file = |name: &str, last: u32| {
        format!(
            r#"{{"filename":"{name}","segments":[[1,1,1,true,true,false],[{last},1,0,true,true,false]]}}"#
        )
    };
    let llvm = |files: &[String]| {
        let units: Vec<String> = files.iter().map(|file| format!(r#"{{"files":[{file}]}}"#)).collect();
        format!(r#"{{"type":"llvm.coverage.json.export","data":[{}]}}"#, units.join(","))
    };
    let many: Vec<String> = (0..10).map(|number| file(&number.to_string(), 100_000)).collect();
    for report in [go(19_999_999), go(1_000_000), llvm(&[file("a", 19_999_990)]), llvm(&many)] {
        let error = LineCoverage::parse(report.as_bytes()).expect_err(&report);
        assert!(error.message.contains("far more lines than others of its size"), "{error}");
    }
    for (report, expected) in [(go(400_000), 400_000), (llvm(&many[..4]), 400_000)] {
        let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
        let found: usize = coverage.files.values().map(FileCoverage::coverable).sum();
        assert_eq!(found, expected, "{report}");
    }
    let blocks: String = (0..1000)
        .map(|block| format!("m/a.go:{}.1,{}.1 1 1\n", block * 600 + 1, (block + 1) * 600))
        .collect();
    let coverage = LineCoverage::parse(format!("mode: set\n{blocks}").as_bytes()).expect("a sound report");
    assert_eq!(coverage.files["m/a.go"].coverable(), 600_000);
}

/// Every name of a report is read below each of its sources, so a report with many of both is not placed.
#[test]
fn the_names_below_all_sources_are_bounded_together() {
    let sources: Vec<String> = (0..200).map(|number| format!("/s{number}")).collect();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    for (files, is_placed) in [(100, true), (4000, false)] {
        let names: Vec<String> = (0..files).map(|number| format!("pkg/m{number}.py")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = placed(&cobertura(&sources, &names), &names);
        assert_eq!(found.len(), files);
        assert!(found.iter().all(|name| name.starts_with("- ") != is_placed), "{files}");
    }
    // Sources of more than 64 KiB are left out.
    let long = format!("/{}", "x".repeat(40_000));
    let report = cobertura(&[long.as_str(), "/w", long.as_str(), "/v"], &["a.py"]);
    let coverage = LineCoverage::parse(report.as_bytes()).expect("a sound report");
    assert_eq!(coverage.names, Names::Below(vec![long, "/w".to_owned(), "/v".to_owned()]));
}

/// A name may have any number of folders, and a report may list its files below any number of long ones.
#[test]
fn names_that_are_longer_than_paths_are_nowhere() {
    let deep = format!(
        "SF:/{}a.c\nDA:1,1\nend_of_record\nSF:/w/s/a.c\nDA:1,1\nend_of_record\n",
        "d/".repeat(400_000)
    );
    assert_eq!(placed(&deep, &["s/a.c"])[0], "s/a.c");
    let source = |number: usize| format!("<source>/{number}/{}</source>", "d/".repeat(1000));
    let sources: String = (0..200).map(source).collect();
    let class = |number: usize| {
        format!(r#"<class filename="{number}/a.c"><lines><line number="1" hits="1"/></lines></class>"#)
    };
    let classes: String = (0..3000).map(class).collect();
    let wide = format!("<coverage><sources>{sources}</sources>{classes}</coverage>");
    assert!(placed(&wide, &["s/a.c"]).iter().all(|name| name.starts_with("- ")));
}

#[test]
fn reports_about_more_files_than_a_tree_has_are_refused() {
    let names: String = (0..2_000_001).map(|number| format!("SF:{number}\n")).collect();
    let report = format!("{names}DA:1,1\nend_of_record\n");
    assert!(LineCoverage::parse(report.as_bytes()).is_err());
}

/// If one of two checkouts is inside the other, files in the inner one are not files of another checkout.
#[test]
fn a_folder_of_the_checkout_is_no_checkout() {
    let record = |name: &str| format!("SF:{name}\nDA:1,1\nend_of_record\n");
    let report: String = ["/w/a.c", "/w/b.c", "/w/sub/a.c", "/w/sub/b.c", "/w/sub/c.c"].map(record).concat();
    let found = placed(&report, &["a.c", "b.c", "c.c"]);
    assert_eq!(found, ["a.c", "b.c", "- /w/sub/a.c", "- /w/sub/b.c", "- /w/sub/c.c"]);
}

/// Blocks that end before they begin, so that they contain no line.
fn blocks_of_one_hash() -> String {
    const VECTORS: [[i64; 4]; 4] = [
        [7032, 29747, -10543, 37656],
        [32417, -25305, 32489, 39559],
        [-32532, -3470, 55889, -947],
        [46858, 44783, 65138, -44019],
    ];
    const BASE: [i64; 4] = [3 << 23, 1 << 23, 1 << 22, 1 << 23];
    let block = |number: i64| {
        let times = [1, 19, 361, 6859].map(|power| number / power % 19 - 9);
        let at = |place: usize| BASE[place] + (0..4).map(|i| times[i] * VECTORS[i][place]).sum::<i64>();
        format!("m/a.go:{}.{},{}.{} 1 1\n", at(0), at(1), at(2), at(3))
    };
    std::iter::once("mode: set\n".to_owned()).chain((0..19_i64.pow(4)).map(block)).collect()
}

/// Blocks whose four numbers have the same hash if it multiplies by a known factor: the differences are vectors of the
/// lattice that the factor spans.
#[test]
fn chosen_blocks_of_a_profile_take_no_longer() {
    let report = format!("{}m/a.go:1.1,1.2 1 1\n", blocks_of_one_hash());
    assert!(report.lines().count() > 100_000);
    assert!(LineCoverage::parse(report.as_bytes()).is_ok());
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(report in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = LineCoverage::parse(&report);
    }

    #[test]
    fn cut_reports_never_panic(cut in 0usize..400) {
        let report = "TN:\nSF:a.c\nDA:1,1\nDA:2,18446744073709551615\nDA:2,3\nend_of_record\n";
        let _ = LineCoverage::parse(&report.as_bytes()[..cut.min(report.len())]);
    }
}
