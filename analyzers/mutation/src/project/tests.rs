use super::*;
use std::fs;

/// The build and the test command that are found out for a file, or why there are none.
fn commands(
    files: &[(&str, &str)],
    path: &str,
    language: Language,
    options: &ProjectOptions,
) -> Result<Unit, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let mut projects = Projects::new(folder.path(), "", options);
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
        ("sums/src/lib.rs", ""),
        ("fuzz/Cargo.toml", own),
        ("fuzz/src/lib.rs", ""),
    ];
    check(
        &files,
        "sums/src/deep/a.rs",
        Language::Rust,
        ("sums", "cargo test --no-run --package sums", "cargo test --package sums"),
    );
    let why = commands(&files, "fuzz/src/lib.rs", Language::Rust, &ProjectOptions::default());
    assert!(why.expect_err("another workspace").contains("no package of the workspace"));
    let options = ProjectOptions {
        rust_test_tool: RustTestTool::Nextest,
        test_workspace: true,
        test_arguments: ["--lib", "--", "--quiet"].map(str::to_owned).to_vec(),
        ..ProjectOptions::default()
    };
    let unit = commands(&files, "sums/src/lib.rs", Language::Rust, &options).expect("a package");
    let (_, build, test) = shown(&unit);
    assert_eq!(build, "cargo nextest run --no-run --workspace --lib");
    assert_eq!(test, "cargo nextest run --workspace --lib -- --quiet");
}
