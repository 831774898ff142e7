use super::*;
use std::fs;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The detected build and test commands for a file, or why there are none.
fn commands(
    files: &[(&str, &str)],
    path: &str,
    language: Language,
    options: &ProjectOptions,
) -> Result<Unit, String> {
    let folder = tree(files);
    let modules = Modules::new();
    let mut projects = Projects::new(folder.path(), "", options, &modules);
    let unit = projects.unit_of(&RepoPath::from(path), language).expect("no tool is asked")?;
    Ok(projects.into_units().swap_remove(unit))
}

fn shown(unit: &Unit) -> (String, String, String) {
    let build = unit.build.as_ref().map_or_else(String::new, ToString::to_string);
    (unit.folder.clone(), build, unit.test.to_string())
}

#[track_caller]
fn check(files: &[(&str, &str)], path: &str, language: Language, expected: (&str, &str, &str)) {
    let unit = commands(files, path, language, &ProjectOptions::default()).expect("a project");
    let (folder, build, test) = shown(&unit);
    assert_eq!((folder.as_str(), build.as_str(), test.as_str()), expected);
}

#[test]
fn manifests_say_how_to_test() {
    let package = r#"{"scripts": {"test": "node --test"}}"#;
    check(
        &[("web/package.json", package), ("package.json", package)],
        "web/src/a.ts",
        Language::TypeScript,
        ("web", "", "npm test --silent"),
    );
    check(
        &[("go.mod", "module example.org/x\n")],
        "sum/sum.go",
        Language::Go,
        ("", "go test -c -o /dev/null ./sum", "go test -count=1 ./sum"),
    );
    check(
        &[("pom.xml", ""), ("core/pom.xml", "")],
        "core/src/main/java/A.java",
        Language::Java,
        (
            "",
            "mvn --batch-mode --projects core --also-make test-compile",
            "mvn --batch-mode --projects core --also-make test",
        ),
    );
    check(
        &[("gradlew", ""), ("app/build.gradle.kts", "")],
        "app/src/main/java/A.java",
        Language::Java,
        ("app", "../gradlew --console=plain testClasses", "../gradlew --console=plain test"),
    );
    check(&[("Makefile", "all:\n\tcc\ncheck: all\n")], "src/a.c", Language::C, ("", "make", "make check"));
    check(
        &[("CMakeLists.txt", ""), ("src/CMakeLists.txt", "")],
        "src/a.c",
        Language::C,
        ("", "cmake --build batuta-build", "ctest --test-dir batuta-build --output-on-failure"),
    );
    check(&[("test/a.bats", "")], "lib/a.sh", Language::Bash, ("", "", "bats test"));
}

#[test]
fn python_looks_in_the_copied_sources_first() {
    let files = [("pkg/pyproject.toml", ""), ("pkg/src/a/__init__.py", "")];
    let unit = commands(&files, "pkg/src/a/__init__.py", Language::Python, &ProjectOptions::default());
    let unit = unit.expect("a project");
    assert_eq!(
        (unit.folder.as_str(), unit.python_path),
        ("pkg", vec!["pkg/src".to_owned(), "pkg".to_owned()])
    );
}

#[test]
fn where_no_manifest_says_how_the_reason_is_told() {
    let why = |files: &[(&str, &str)], path: &str, language| {
        commands(files, path, language, &ProjectOptions::default()).expect_err("no project")
    };
    let untested = r#"{"scripts": {"test": "echo \"Error: no test specified\" && exit 1"}}"#;
    assert!(why(&[("package.json", untested)], "a.js", Language::JavaScript).contains("test script"));
    assert!(why(&[("Makefile", "all:\n")], "a.c", Language::C).contains("`test` or `check`"));
    assert!(why(&[], "a.py", Language::Python).contains("Python project"));
    assert!(why(&[], "a.sh", Language::Bash).contains("Bats"));
    assert!(why(&[], "a.rb", Language::Ruby).contains("Ruby"));
}

#[test]
fn what_the_user_says_comes_first() {
    let options = ProjectOptions {
        test_command: Some("make t".to_owned()),
        build_command: Some("make b".to_owned()),
        test_arguments: vec!["X=a b".to_owned()],
        ..ProjectOptions::default()
    };
    let unit = commands(&[("go.mod", "")], "a.go", Language::Go, &options).expect("given");
    assert_eq!(shown(&unit), (String::new(), "make b".to_owned(), "make t 'X=a b'".to_owned()));
}

#[test]
fn cargo_tests_the_package_of_the_file() {
    let member = "[package]\nname = \"sums\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let own = "[package]\nname = \"fuzz\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"sums\"]\nexclude = [\"fuzz\"]\nresolver = \"3\"\n"),
        ("sums/Cargo.toml", member),
        ("sums/src/lib.rs", "mod deep;"),
        ("sums/src/deep/mod.rs", "mod a;"),
        ("sums/src/deep/a.rs", ""),
        ("fuzz/Cargo.toml", own),
        ("fuzz/src/lib.rs", ""),
        ("src/stray.rs", ""),
    ];
    check(
        &files,
        "sums/src/deep/a.rs",
        Language::Rust,
        ("sums", "cargo test --no-run --package sums", "cargo test --package sums"),
    );
    let why = commands(&files, "fuzz/src/lib.rs", Language::Rust, &ProjectOptions::default());
    let why = why.expect_err("another workspace");
    assert!(why.starts_with("fuzz/Cargo.toml is no package of the workspace"), "{why}");
    let why = commands(&files, "src/stray.rs", Language::Rust, &ProjectOptions::default());
    let why = why.expect_err("the root is no package");
    assert!(why.starts_with("Cargo.toml is no package of the workspace"), "{why}");
    let options = ProjectOptions {
        rust_test_tool: Some(RustTestTool::Nextest),
        test_workspace: true,
        test_arguments: ["--lib", "--", "--quiet"].map(str::to_owned).to_vec(),
        ..ProjectOptions::default()
    };
    let unit = commands(&files, "sums/src/lib.rs", Language::Rust, &options).expect("a package");
    let (_, build, test) = shown(&unit);
    assert_eq!(build, "cargo nextest run --no-run --workspace --lib");
    assert_eq!(test, "cargo nextest run --workspace --lib -- --quiet");
}

/// The files of a tree that belong to a unit.
fn with_unit<'f>(files: &[(&'f str, &str)], options: &ProjectOptions) -> Vec<&'f str> {
    let (folder, modules) = (tree(files), Modules::new());
    let mut projects = Projects::new(folder.path(), "", options, &modules);
    let paths = files.iter().map(|(path, _)| *path).filter(|path| path.ends_with(".rs"));
    let mut has_unit = |path: &&str| {
        let unit = projects.unit_of(&RepoPath::from(*path), Language::Rust);
        unit.expect("manifests can be read").is_ok()
    };
    paths.filter(|path| has_unit(path)).collect()
}

const PACKAGE: &str = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// The files that rustc reads: the Rust Reference ("Modules") and the Cargo Book ("Cargo Targets").
#[test]
fn only_files_that_a_build_reaches_have_a_unit() {
    let other = if cfg!(windows) { "unix" } else { "windows" };
    let library = format!(
        "mod a;\npub mod b {{ pub mod c; #[path = \"d_file.rs\"] mod d; }}\n#[path = \"odd/e.rs\"] mod e;\n#[cfg(test)] mod only_tests;\n\
         #[cfg({other})] mod elsewhere;\n#[cfg(feature = \"off\")] mod off;\n#[cfg(feature = \"on\")] mod on;\n\
         #[cfg_attr({other}, path = \"there.rs\")] mod here;\ncfg_if! {{ if #[cfg(unix)] {{ mod g; }} }}\ninclude!(\"inc.rs\");\n\
         #[cfg(loom)] mod perhaps;\n"
    );
    let manifest = format!(
        "{PACKAGE}[features]\ndefault = [\"on\"]\non = []\noff = []\n[[bin]]\nname = \"needs\"\npath = \"src/bin/needs.rs\"\n\
         required-features = [\"off\"]\n"
    );
    let files = [
        ("Cargo.toml", manifest.as_str()),
        ("src/lib.rs", &library),
        ("src/a.rs", "mod x;"),
        ("src/a/x.rs", ""),
        ("src/x.rs", ""),
        ("src/b/c.rs", ""),
        ("src/b/d_file.rs", ""),
        ("src/odd/e.rs", "mod f;"),
        ("src/odd/f.rs", ""),
        ("src/odd/e/f.rs", ""),
        ("src/only_tests.rs", ""),
        ("src/elsewhere.rs", "mod below;"),
        ("src/elsewhere/below.rs", ""),
        ("src/off.rs", ""),
        ("src/on.rs", ""),
        ("src/here.rs", ""),
        ("src/there.rs", ""),
        ("src/g.rs", "#![cfg(feature = \"off\")]\n"),
        ("src/inc.rs", ""),
        ("src/perhaps.rs", ""),
        ("src/orphan.rs", ""),
        ("src/bin/tool.rs", "mod own;"),
        ("src/bin/own.rs", ""),
        ("src/bin/big/main.rs", ""),
        ("src/bin/needs.rs", ""),
        ("benches/b.rs", ""),
    ];
    let reached = [
        "src/lib.rs",
        "src/a.rs",
        "src/a/x.rs",
        "src/b/c.rs",
        "src/b/d_file.rs",
        "src/odd/e.rs",
        "src/odd/f.rs",
        "src/on.rs",
        "src/here.rs",
        "src/inc.rs",
        "src/perhaps.rs",
        "src/bin/tool.rs",
        "src/bin/own.rs",
        "src/bin/big/main.rs",
    ];
    assert_eq!(with_unit(&files, &ProjectOptions::default()), reached);
    let all =
        ProjectOptions { test_arguments: vec!["--all-features".to_owned()], ..ProjectOptions::default() };
    let more: Vec<&str> =
        with_unit(&files, &all).into_iter().filter(|path| !reached.contains(path)).collect();
    assert_eq!(more, ["src/off.rs", "src/g.rs", "src/bin/needs.rs"]);
    let given = ProjectOptions { test_command: Some("true".to_owned()), ..ProjectOptions::default() };
    assert!(!with_unit(&files, &given).contains(&"src/orphan.rs"), "whatever runs the tests");
}

#[test]
fn a_file_belongs_to_the_package_whose_modules_lead_there() {
    let member = |name: &str| PACKAGE.replace("\"p\"", &format!("{name:?}"));
    let (one, two) = (member("one"), member("two"));
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\n"),
        ("one/Cargo.toml", &one),
        ("one/src/lib.rs", ""),
        ("one/src/shared.rs", ""),
        ("two/Cargo.toml", &two),
        (
            "two/src/lib.rs",
            "#[path = \"../../one/src/shared.rs\"] mod shared; #[path = \"../../loose.rs\"] mod loose;",
        ),
        ("loose.rs", ""),
    ];
    let unit = |path: &str| {
        commands(&files, path, Language::Rust, &ProjectOptions::default()).map(|unit| unit.package)
    };
    assert_eq!(unit("one/src/shared.rs"), Ok(Some("two".to_owned())));
    assert_eq!(unit("loose.rs"), Ok(Some("two".to_owned())));
    assert_eq!(unit("one/src/lib.rs"), Ok(Some("one".to_owned())));
}

/// The Cargo Book, "Package selection".
#[test]
fn without_a_name_the_default_members_are_meant() {
    let member = |name: &str| PACKAGE.replace("\"p\"", &format!("{name:?}"));
    let (one, two) = (member("one"), member("two"));
    let root = |settings: &str| {
        let workspace = format!("{settings}\n[workspace]\nmembers = [\"c/*\"]\n");
        let files = [
            ("Cargo.toml", workspace.as_str()),
            ("src/lib.rs", ""),
            ("c/one/Cargo.toml", &one),
            ("c/one/src/lib.rs", ""),
            ("c/two/Cargo.toml", &two),
            ("c/two/src/lib.rs", ""),
        ];
        let chosen = |options: ProjectOptions| with_unit(&files, &options).join(" ");
        let package =
            |name: &str| ProjectOptions { packages: vec![name.to_owned()], ..ProjectOptions::default() };
        let all = ProjectOptions { all_packages: true, ..ProjectOptions::default() };
        [chosen(ProjectOptions::default()), chosen(package("two")), chosen(all)]
    };
    let two = "c/two/src/lib.rs";
    assert_eq!(root(""), ["c/one/src/lib.rs c/two/src/lib.rs", two, "c/one/src/lib.rs c/two/src/lib.rs"]);
    assert_eq!(root(PACKAGE), ["src/lib.rs", two, "src/lib.rs c/one/src/lib.rs c/two/src/lib.rs"]);
    let files = |default: &str| {
        let workspace = format!("[workspace]\nmembers = [\"c/*\"]\ndefault-members = [{default}]\n");
        let files = [
            ("Cargo.toml", workspace.as_str()),
            ("c/one/Cargo.toml", &one),
            ("c/one/src/lib.rs", ""),
            ("c/two/Cargo.toml", PACKAGE),
            ("c/two/src/lib.rs", ""),
        ];
        with_unit(&files, &ProjectOptions::default()).join(" ")
    };
    assert_eq!(files("\"c/one\""), "c/one/src/lib.rs");
    assert_eq!(files("\"c/t*\""), two);
}
