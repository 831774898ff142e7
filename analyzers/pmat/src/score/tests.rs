use super::*;
use facts::source::MemoryTree;
use facts::{MeasureOptions, measure};

mod ci;

const README: &str = "# Shown\n\n```console\n$ shown\n```\n";
const SOURCE: &str = "/// Adds.\npub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n\n#[test]\nfn adds() {\n    assert_eq!(add(1, 1), 2);\n}\n";
const MANIFEST: &str = "[package]\nname = \"shown\"\nversion = \"1.0.0\"\nlicense = \"MIT\"\nrust-version = \"1.85\"\n\n\
                        [dependencies]\nserde = \"1\"\n\n[profile.release]\nlto = \"thin\"\n";
const WORKFLOW: &str = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: cargo test\n      \
                        - run: cargo clippy\n      - run: cargo fmt --check\n";

/// A project that earns every point.
fn perfect() -> Vec<(String, String)> {
    let words = "word ".repeat(MIN_README_WORDS);
    let files: &[(&str, &str)] = &[
        (".github/dependabot.yml", "version: 2\n"),
        (".github/workflows/ci.yml", WORKFLOW),
        (".pre-commit-config.yaml", "repos: []\n"),
        ("CHANGELOG.md", "# Changes\n"),
        ("CONTRIBUTING.md", "# Contributing\n"),
        ("Cargo.lock", "version = 4\n"),
        ("Cargo.toml", MANIFEST),
        ("LICENSE", "MIT\n"),
        ("benches/speed.rs", "fn main() {}\n"),
        ("clippy.toml", "\n"),
        ("deny.toml", "\n"),
        ("docs/benchmarks.md", "# Benchmarks\n"),
        ("rustfmt.toml", "\n"),
        ("src/lib.rs", SOURCE),
    ];
    let mut files: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    files.push(("README.md".to_owned(), format!("{README}{words}\n")));
    files
}

const MIN_README_WORDS: usize = 120;

fn best() -> Measurements {
    Measurements {
        tdg: Measured::Value((Points::whole(95), Grade::APlus)),
        duplicated: Measured::Value(0.0),
        import_cycles: Measured::Value(0),
        coverage: Measured::Value(("lcov.info".to_owned(), 90.0)),
        mutation: Measured::Value(("mutation.json".to_owned(), 90.0)),
        advisories: Measured::Value(Advisories { known: 3, packages: 1, against: Vec::new() }),
    }
}

fn scored(files: &[(String, String)], measured: &Measurements) -> ScoreReport {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let options = MeasureOptions { sections: SECTIONS, ..MeasureOptions::default() };
    let facts = measure(&tree, None, &options).expect("memory can be read");
    analyze(&tree, &facts, measured).expect("memory can be listed")
}

#[test]
fn the_points_of_the_table_add_up_to_211() {
    assert_eq!(CHECKS.iter().map(|check| check.points).sum::<u32>(), 211);
    assert_eq!(TOTAL_POINTS, 211);
    let mut ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), CHECKS.len(), "ids are unique");
}

#[test]
fn a_project_with_all_evidence_earns_every_point() {
    let report = scored(&perfect(), &best());
    let lost: Vec<_> =
        report.checks.iter().filter(|check| !matches!(check.answer, Answer::Earned { .. })).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert_eq!((report.earned, report.possible, report.table), (211, 211, 211));
    assert_eq!(report.percent, Measured::Value(100.0));
    let by_category: u32 = report.categories.iter().map(|category| category.earned).sum();
    assert_eq!(by_category, 211);
}

enum Change {
    Remove(&'static str),
    Edit(&'static str, &'static str, &'static str),
    Measure(fn(&mut Measurements)),
}
use Change::{Edit, Measure, Remove};

fn lower_tdg(measured: &mut Measurements, points: i64) {
    let points = Points::whole(points);
    measured.tdg = Measured::Value((points, Grade::of(points)));
}

/// For each change, exactly the checks that depend on what it removes.
fn removals() -> Vec<(Change, &'static [&'static str])> {
    const CI: &str = ".github/workflows/ci.yml";
    let loose = "serde = \"*\"";
    vec![
        (Remove(CI), &["ci", "ci-tests", "ci-lints", "ci-format", "ci-pinned"]),
        (Edit(CI, "cargo test", "true"), &["ci-tests"]),
        (Edit(CI, "- run: cargo test", "# - run: cargo test"), &["ci-tests"]),
        (Edit(CI, "cargo clippy", "true"), &["ci-lints"]),
        (Edit(CI, "cargo fmt --check", "cargo fmt"), &["ci-format"]),
        (Edit(CI, "checkout@v4", "checkout@main"), &["ci-pinned"]),
        (Remove(".pre-commit-config.yaml"), &["hooks"]),
        (Remove("rustfmt.toml"), &["formatter"]),
        (Remove("clippy.toml"), &["linter"]),
        (Edit("Cargo.toml", "rust-version = \"1.85\"\n", ""), &["toolchain"]),
        (Edit("Cargo.toml", "license = \"MIT\"\n", ""), &["declared-license"]),
        (Edit("Cargo.toml", "lto = \"thin\"\n", ""), &["release-profile"]),
        (Edit("Cargo.toml", "serde = \"1\"", loose), &["no-wildcards"]),
        (Remove("Cargo.lock"), &["lock-file"]),
        (Remove(".github/dependabot.yml"), &["updates"]),
        (Remove("deny.toml"), &["audit"]),
        (Remove("README.md"), &["readme", "readme-usage"]),
        (Edit("README.md", "```", ""), &["readme-usage"]),
        (Remove("LICENSE"), &["license"]),
        (Remove("CHANGELOG.md"), &["changelog"]),
        (Remove("CONTRIBUTING.md"), &["contributing"]),
        (Remove("docs/benchmarks.md"), &["benchmark-results", "examples"]),
        (Remove("benches/speed.rs"), &["benchmarks"]),
        (Edit("src/lib.rs", "/// Adds.\n", ""), &["documented-50", "documented-80"]),
        (Edit("src/lib.rs", "#[test]\n", ""), &["tests", "test-share"]),
        (Edit("src/lib.rs", "#[test]\n", "// TODO: more\n#[test]\n"), &["admitted-debt"]),
        (Edit("benches/speed.rs", "fn main() {}", "fn main() {}\nfn ("), &["parses"]),
        (Measure(|measured| lower_tdg(measured, 80)), &["tdg-a"]),
        (Measure(|measured| lower_tdg(measured, 60)), &["tdg-a", "tdg-b"]),
        (Measure(|measured| lower_tdg(measured, 40)), &["tdg-a", "tdg-b", "tdg-c"]),
        (Measure(|measured| measured.duplicated = Measured::Value(5.1)), &["duplication"]),
        (Measure(|measured| measured.import_cycles = Measured::Value(1)), &["import-cycles"]),
        (
            Measure(|measured| measured.coverage = Measured::unsupported("no report")),
            &["coverage-60", "coverage-80"],
        ),
        (Measure(|m| m.coverage = Measured::Value(("lcov.info".to_owned(), 79.9))), &["coverage-80"]),
        (
            Measure(|measured| measured.mutation = Measured::unsupported("no report")),
            &["mutation-60", "mutation-80"],
        ),
        (Measure(|m| m.mutation = Measured::Value(("m.json".to_owned(), 79.9))), &["mutation-80"]),
        (Measure(|measured| measured.advisories = Measured::unsupported("no database")), &["advisories"]),
    ]
}

#[test]
fn removing_evidence_lowers_the_score_by_exactly_its_points() {
    for (number, (change, rest_on_it)) in removals().into_iter().enumerate() {
        let (mut files, mut measured) = (perfect(), best());
        match change {
            Remove(path) => files.retain(|(own, _)| own != path),
            Edit(path, from, to) => {
                let file = files.iter_mut().find(|(own, _)| own == path).expect("a file of the project");
                assert!(file.1.contains(from), "{path} holds {from}");
                file.1 = file.1.replace(from, to);
            }
            Measure(change) => change(&mut measured),
        }
        let report = scored(&files, &measured);
        let lost: Vec<&str> = report
            .checks
            .iter()
            .filter(|check| !matches!(check.answer, Answer::Earned { .. }))
            .map(|check| check.id)
            .collect();
        let mut expected: Vec<&str> =
            CHECKS.iter().map(|check| check.id).filter(|id| rest_on_it.contains(id)).collect();
        expected.sort_by_key(|id| CHECKS.iter().position(|check| check.id == *id));
        assert_eq!(lost, expected, "change {number}");
        let worth: u32 =
            CHECKS.iter().filter(|check| rest_on_it.contains(&check.id)).map(|check| check.points).sum();
        assert_eq!(report.earned, 211 - worth, "change {number}");
    }
}

#[test]
fn every_check_but_two_of_measured_code_loses_its_points_in_some_removal() {
    let removals = removals();
    let covered = |id: &str| removals.iter().any(|(_, rest_on_it)| rest_on_it.contains(&id));
    let without: Vec<&str> = CHECKS.iter().map(|check| check.id).filter(|id| !covered(id)).collect();
    assert_eq!(without, ["complexity", "no-secrets"]);
}

#[test]
fn complex_functions_and_secrets_cost_points() {
    let mut files = perfect();
    let nested = (0..8).fold("a()".to_owned(), |inside, n| format!("if x > {n} {{ {inside} }}"));
    files.push((
        "src/knot.rs".to_owned(),
        format!("/// Knots.\npub fn knot(x: u8) {{ {nested} }}\nfn a() {{}}\n"),
    ));
    let key = ["AKIA", "IOSFODNN7", "EXAMPLQ"].concat();
    files.push(("src/key.rs".to_owned(), format!("/// Key.\npub const KEY: &str = \"{key}\";\n")));
    let report = scored(&files, &best());
    let lost: Vec<&str> = report
        .checks
        .iter()
        .filter(|check| matches!(check.answer, Answer::Missed { .. }))
        .map(|check| check.id)
        .collect();
    assert_eq!(lost, ["complexity", "no-secrets"]);
}

#[test]
fn what_cannot_be_measured_leaves_the_points_that_can_be_earned() {
    let missing = |why: &str| Measured::failed(why);
    let measured = Measurements {
        tdg: Measured::unsupported("a"),
        duplicated: missing("b"),
        import_cycles: Measured::unsupported("c"),
        coverage: Measured::unsupported("d"),
        mutation: Measured::unsupported("e"),
        advisories: Measured::unsupported("f"),
    };
    let report = scored(&[("notes.txt".to_owned(), "nothing\n".to_owned())], &measured);
    let quality =
        report.categories.iter().find(|own| own.category == Category::CodeQuality).expect("a category");
    let secrets = CHECKS.iter().find(|check| check.id == "no-secrets").expect("a check").points;
    let debt = CHECKS.iter().find(|check| check.id == "admitted-debt").expect("a check").points;
    assert!(quality.possible <= secrets + debt, "{quality:?}");
    assert!(report.possible < report.table);
    for check in
        report.checks.iter().filter(|check| check.id.starts_with("tdg") || check.id.starts_with("coverage"))
    {
        assert!(matches!(check.answer, Answer::NotMeasured { .. }), "{check:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests make a database of advisories")]
fn advisories_apply_to_locked_versions_that_are_neither_patched_nor_unaffected() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let advisory = |name: &str, id: &str, body: &str| {
        let place = folder.path().join("crates").join(name);
        std::fs::create_dir_all(&place).expect("a folder can be made");
        let text =
            format!("```toml\n[advisory]\nid = \"{id}\"\npackage = \"{name}\"\n{body}\n```\n# Title\n");
        std::fs::write(place.join(format!("{id}.md")), text).expect("a file can be written");
    };
    advisory(
        "time",
        "RUSTSEC-2020-0071",
        "[versions]\npatched = [\">=0.2.23\"]\nunaffected = [\"=0.2.0\", \"=0.2.1\"]",
    );
    advisory("old", "RUSTSEC-2021-0001", "informational = \"unmaintained\"\n[versions]\npatched = []");
    advisory("gone", "RUSTSEC-2021-0002", "withdrawn = \"2022-01-01\"\n[versions]\npatched = []");
    let lock = |name: &str, version: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+x\"\n")
    };
    let text = [
        lock("time", "0.2.22"),
        lock("time", "0.2.23"),
        lock("time", "0.2.1"),
        lock("old", "1.0.0"),
        lock("gone", "1.0.0"),
    ]
    .concat()
        + "[[package]]\nname = \"time\"\nversion = \"0.1.0\"\n";
    let found = Advisories::of(folder.path(), &text).expect("a sound database");
    assert_eq!((found.known, found.packages), (3, 5));
    let against: Vec<(&str, &str)> =
        found.against.iter().map(|own| (own.id.as_str(), own.version.as_str())).collect();
    assert_eq!(against, [("RUSTSEC-2020-0071", "0.2.22")]);
}

#[test]
fn linters_and_formatters_are_found_where_each_ecosystem_configures_them() {
    let earned = |file: &str, text: &str| {
        let all = vec![("a.py".to_owned(), "x = 1\n".to_owned()), (file.to_owned(), text.to_owned())];
        let report = scored(&all, &best());
        ["linter", "formatter"].map(|id| {
            let check = report.checks.iter().find(|check| check.id == id).expect("there is such a check");
            matches!(check.answer, Answer::Earned { .. })
        })
    };
    for (file, text, expected) in [
        ("pyproject.toml", "[tool.ruff.lint]\nselect = []\n", [true, false]),
        ("pyproject.toml", "[tool.ruff.format]\n", [true, true]),
        ("pyproject.toml", "[tool.pyright]\n", [true, false]),
        ("pyproject.toml", "[tool.pytest.ini_options]\n", [false, false]),
        ("setup.cfg", "[flake8]\n", [true, false]),
        ("tox.ini", "[pycodestyle]\n", [true, false]),
        ("package.json", "{\n  \"eslintConfig\": {},\n  \"prettier\": {}\n}\n", [true, true]),
        ("package.json", "{\n  \"xo\": {}\n}\n", [true, true]),
        ("pom.xml", "<artifactId>maven-checkstyle-plugin</artifactId>\n", [true, false]),
        ("pom.xml", "<artifactId>spotless-maven-plugin</artifactId>\n", [false, true]),
        ("build.gradle.kts", "id(\"io.gitlab.arturbosch.detekt\")\n", [true, false]),
        (".pre-commit-config.yaml", "- repo: x\n  hooks:\n  - id: ruff\n  - id: black\n", [true, true]),
        (".swiftlint.yml", "\n", [true, false]),
        (".php-cs-fixer.dist.php", "<?php\n", [false, true]),
        ("analysis_options.yaml", "\n", [true, false]),
        ("deno.json", "{\n  \"fmt\": {},\n  \"lint\": {}\n}\n", [true, true]),
        (".editorconfig", "root = true\n[*]\nindent_style = space\n", [false, false]),
        (".editorconfig", "[*.cs]\ncsharp_new_line_before_else = true\n", [false, true]),
        ("ruff.toml", "line-length = 100\n", [true, false]),
        ("ruff.toml", "[format]\nquote-style = \"single\"\n", [true, true]),
        ("biome.json", "{ \"formatter\": { \"enabled\": false } }\n", [true, false]),
        ("biome.jsonc", "{ // only this\n \"linter\": { \"enabled\": false }, }\n", [false, true]),
        ("eslint.config.mjs", "\n", [true, false]),
        (".golangci.toml", "\n", [true, false]),
        ("build.zig", "\n", [false, true]),
    ] {
        assert_eq!(earned(file, text), expected, "{file}: {text}");
    }
}

/// Whether a check is earned in a project of these files.
fn earns(id: &str, files: &[(&str, &str)]) -> bool {
    let mut all: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    all.push(("a.py".to_owned(), "def f(a):\n    return a\n".to_owned()));
    all.sort();
    let report = scored(&all, &best());
    let check = report.checks.iter().find(|check| check.id == id).expect("there is such a check");
    matches!(check.answer, Answer::Earned { .. })
}

#[test]
fn hooks_and_toolchains_are_found_where_each_ecosystem_keeps_them() {
    for (file, text) in [
        ("package.json", "{\"husky\": {\"hooks\": {\"pre-commit\": \"x\"}}}"),
        ("package.json", "{\"simple-git-hooks\": {\"pre-commit\": \"x\"}}"),
        ("package.json", "{\"gitHooks\": {\"pre-commit\": \"x\"}}"),
        ("lefthook.yaml", "pre-commit:\n"),
        (".config/lefthook.yml", "pre-commit:\n"),
        (".cargo-husky/hooks/pre-commit", "#!/bin/sh\n"),
        ("captainhook.json", "{}"),
        ("grumphp.yml", "grumphp:\n"),
    ] {
        assert!(earns("hooks", &[(file, text)]), "{file}: {text}");
    }
    assert!(!earns("hooks", &[("package.json", "{\"devDependencies\": {\"husky\": \"9\"}}")]));
    for (file, text) in [
        ("pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.10\"\n"),
        ("build.gradle.kts", "java { toolchain { languageVersion.set(JavaLanguageVersion.of(17)) } }\n"),
        ("pom.xml", "<maven.compiler.release>17</maven.compiler.release>\n"),
        ("pom.xml", "<maven.compiler.source>1.8</maven.compiler.source>\n"),
        ("composer.json", "{\"require\": {\"php\": \">=8.1\"}}"),
        ("Gemfile", "source \"x\"\nruby \"3.2\"\n"),
        ("package.json", "{\"name\": \"x\", \"volta\": {\"node\": \"20.1.0\"}}"),
        ("package.json", "{\"name\": \"x\", \"engines\": {\"node\": \"20\"}}"),
        (".swift-version", "5.9\n"),
        ("Package.swift", "// swift-tools-version:5.9\n"),
        ("rack.gemspec", "Gem::Specification.new do |s|\n  s.required_ruby_version = '>= 2.7'\nend\n"),
        ("gradle/gradle-daemon-jvm.properties", "toolchainVersion=21\n"),
        ("src/A.csproj", "<TargetFramework>net8.0</TargetFramework>\n"),
        ("setup.py", "setup(name='x', python_requires='>=3.9')\n"),
        (".config/mise.toml", "[tools]\n"),
        ("Pipfile", "[requires]\npython_version = \"3.12\"\n"),
        ("pubspec.yaml", "environment:\n  sdk: ^3.0.0\n"),
    ] {
        assert!(earns("toolchain", &[(file, text)]), "{file}: {text}");
    }
    for (file, text) in
        [("pubspec.yaml", "dependencies:\n  flutter:\n    sdk: flutter\n"), ("pom.xml", "<a/>\n")]
    {
        assert!(!earns("toolchain", &[(file, text)]), "{file}: {text}");
    }
}

/// A check's answer in a project of these files, with the reason if it is not earned.
fn answer(id: &str, files: &[(&str, &str)]) -> Answer {
    let mut all: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    all.push(("a.py".to_owned(), "def f(a):\n    return a\n".to_owned()));
    all.sort();
    let report = scored(&all, &best());
    let check = report.checks.into_iter().find(|check| check.id == id).expect("there is such a check");
    check.answer
}

#[test]
fn licence_files_have_the_names_that_github_takes() {
    for path in [
        "MIT-LICENSE",
        "MIT-LICENSE.txt",
        "LICENSE",
        "License.md",
        "licence.rst",
        "LICENSE-APACHE",
        "LICENSE.MIT",
        "LICENSE_1_0.txt",
        "UNLICENSE",
        "COPYING.LESSER",
        "COPYRIGHT",
        "GPL-LICENCE.txt",
        "LICENSES/MIT.txt",
        "LICENSES/exceptions/LLVM-exception.txt",
        "licenses/LICENSE",
    ] {
        assert!(earns("license", &[(path, "MIT\n")]), "{path}");
    }
    for path in ["license.go", "license_finder.yml", "contrib/LICENSE.md", "check-license.sh", "SPEC.rdoc"] {
        assert!(!earns("license", &[(path, "MIT\n")]), "{path}");
    }
}

#[test]
fn what_a_program_declares_is_not_measured_rather_than_none() {
    let spec = "Gem::Specification.new do |s|\n  s.add_development_dependency 'rake'\nend\n";
    let ruby = [("x.gemspec", spec), ("Gemfile", "gemspec\n")];
    let gradle = [("build.gradle.kts", "plugins {}\n"), ("core/pom.xml", "<project/>\n")];
    let not_measured = |why: &str| Answer::NotMeasured { why: why.to_owned() };
    assert_eq!(answer("no-wildcards", &ruby), not_measured("Gemfile would need to be executed"));
    assert_eq!(answer("declared-license", &ruby), not_measured("x.gemspec would need to be executed"));
    assert_eq!(answer("no-wildcards", &gradle), not_measured("build.gradle.kts would need to be executed"));
    let gradle_alone = &gradle[..1];
    assert_eq!(
        answer("declared-license", gradle_alone),
        not_measured("build.gradle.kts would need to be executed")
    );
    for files in [&ruby[..], gradle_alone] {
        for id in ["updates", "audit"] {
            assert!(matches!(answer(id, files), Answer::Missed { .. }), "{id}: {files:?}");
        }
    }
    let composer = [("composer.json", "{\"require\": {\"a/b\": \"*\"}, \"license\": \"MIT\"}")];
    assert_eq!(
        answer("no-wildcards", &composer),
        not_measured("composer.json is of a kind that is not read")
    );
    assert!(earns("declared-license", &composer));
    // The manifest that is nearer to the root, or as near, decides.
    let python = [("setup.py", "setup()\n"), ("pyproject.toml", "[project]\ndependencies = [\"a>=1\"]\n")];
    assert!(earns("no-wildcards", &python));
    assert!(!earns("no-wildcards", &[python[0], ("docs/requirements.txt", "a>=1\n")]));
    assert_eq!(
        answer("lock-file", gradle_alone),
        Answer::NotApplicable {
            why: "build.gradle.kts is of a kind that has no lock file as a rule".to_owned()
        }
    );
}

#[test]
fn licences_are_found_in_manifests_that_are_programs() {
    for (path, text) in [
        ("x.gemspec", "  s.license = \"MIT\"\n"),
        ("x.gemspec", "  spec.licenses    = ['MIT']\n"),
        ("setup.py", "setup(name='x', license='MIT')\n"),
        ("pyproject.toml", "classifiers = [\n  \"License :: OSI Approved :: MIT License\",\n]\n"),
        ("mix.exs", "      licenses: [\"MIT\"],\n"),
        ("build.sbt", "licenses := Seq(\"MIT\" -> url(\"x\"))\n"),
        ("build.gradle", "  licenses {\n"),
        ("pom.xml", "<licenses>\n"),
    ] {
        assert!(earns("declared-license", &[(path, text)]), "{path}: {text}");
    }
}

#[test]
fn robots_of_updates_are_found_whatever_the_manifest() {
    for (path, manifest) in [
        (".github/renovate.json", "build.gradle.kts"),
        (".github/dependabot.yml", "Gemfile"),
        ("renovate.json5", "x.cabal"),
        (".pyup.yml", "requirements.txt"),
        (".github/dependabot.yml", "README"),
    ] {
        assert!(earns("updates", &[(path, "{}\n"), (manifest, "x\n")]), "{path}");
    }
    assert!(earns("updates", &[("package.json", "{\n  \"renovate\": {}\n}\n")]));
    assert!(matches!(answer("updates", &[("requirements.txt", "a\n")]), Answer::Missed { .. }));
    assert!(matches!(answer("updates", &[]), Answer::NotApplicable { .. }));
}
