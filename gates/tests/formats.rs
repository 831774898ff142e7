//! Every format on one report that contains everything a report can contain: golden files, and the formats' own
//! schemas.
//!
//! `BATUTA_UPDATE_GOLDEN=1` rewrites the golden files; review the diff before you keep it.

use facts::MeasureOptions;
use facts::source::MemoryTree;
use gates::formats::render;
use gates::{Config, Format, GateReport};
use std::path::PathBuf;

/// Findings of both levels, in a function, on a whole file, in a file with an odd name; an allowed one; a file that is
/// partly measured.
fn report() -> GateReport {
    let odd: Vec<u8> = b"src/odd,name: 100%\xff\n<&>|`.rs".to_vec();
    let files: [(Vec<u8>, &str); 4] = [
        (b"src/lib.rs".to_vec(), "fn many(a: u8, b: u8) {}\n\nfn few() {}\n"),
        (
            b"src/allowed.rs".to_vec(),
            "// batuta: allow(parameter-count, \"as in <the> \\\"C\\\" & co\")\nfn many(a: u8, b: u8) {}\n",
        ),
        (odd, "mod m {\n    fn many(a: u8, b: u8) {}\n}\n"),
        (b"src/broken.rs".to_vec(), "fn a() {}\nfn b( {\n"),
    ];
    gate(
        files,
        "[rules.parameter-count]\nlevel = \"error\"\nmax = 1\n[rules.file-length]\nmax = 2\n[rules.file-size]\nlevel = \"off\"\n",
    )
}

fn gate<const N: usize>(files: [(Vec<u8>, &str); N], config: &str) -> GateReport {
    let tree = MemoryTree::new(files);
    let config = Config::parse(config, "test").expect("a valid configuration");
    let options = MeasureOptions { sections: gates::sections(&config), ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");
    gates::run(&tree, &facts, &config, &gates::NoEvidence)
}

fn empty() -> GateReport {
    gate::<0>([], "")
}

#[expect(clippy::disallowed_methods, reason = "golden files are read, and written where asked")]
fn compare(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("BATUTA_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(text, golden, "{} is not what is rendered now", path.display());
}

#[test]
fn every_format_renders_as_its_golden_file() {
    for format in Format::ALL {
        let ending = match format {
            Format::Junit => "xml",
            Format::Markdown => "md",
            Format::Github => "txt",
            Format::Json | Format::Sarif | Format::Gitlab | Format::GithubReview | Format::GitlabReview => {
                "json"
            }
        };
        compare(&format!("{format}.{ending}"), &render(format, &report()));
        compare(&format!("{format}-empty-tree.{ending}"), &render(format, &empty()));
    }
}

#[test]
fn sarif_is_valid_by_the_schema_of_oasis() {
    // The published pattern for languages contains a stray bracket, which strict regular expression parsers reject.
    let schema = include_str!("schemas/sarif-2.1.0-rtm.5.json").replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator =
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a valid schema");
    for report in [report(), empty()] {
        let sarif: serde_json::Value = serde_json::from_str(&render(Format::Sarif, &report)).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&sarif)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
    let mut wrong: serde_json::Value = serde_json::from_str(&render(Format::Sarif, &report())).expect("JSON");
    wrong["runs"][0]["columnKind"] = "bytes".into();
    assert!(!validator.is_valid(&wrong), "the schema rejects nothing");
}

/// What the schema does not say: SARIF 3.27.6 (ruleIndex points to the rule), 3.4.3 (percent-encoded relative URIs).
#[test]
fn sarif_results_point_to_their_rules_and_files() {
    let sarif: serde_json::Value = serde_json::from_str(&render(Format::Sarif, &report())).expect("JSON");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty());
    let mut uris = Vec::new();
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let uri =
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a URI");
        uris.push(uri.to_owned());
    }
    assert!(uris.contains(&"src/odd%2Cname%3A%20100%25%FF%0A%3C%26%3E%7C%60.rs".to_owned()), "{uris:?}");
    let suppressed = results.iter().filter(|result| result.get("suppressions").is_some()).count();
    assert_eq!(suppressed, 1);
}

#[test]
fn junit_is_well_formed_and_its_counts_add_up() {
    for report in [report(), empty()] {
        let xml = render(Format::Junit, &report);
        let document = roxmltree::Document::parse(&xml).expect("well-formed XML");
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "testsuites");
        let number = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.attribute(name).and_then(|value| value.parse::<usize>().ok()).expect("a number")
        };
        let mut totals = [0; 3];
        for suite in root.children().filter(roxmltree::Node::is_element) {
            assert_eq!(suite.tag_name().name(), "testsuite");
            let cases: Vec<_> = suite.children().filter(roxmltree::Node::is_element).collect();
            assert!(
                cases
                    .iter()
                    .all(|case| case.tag_name().name() == "testcase" && case.attribute("name").is_some())
            );
            let with = |tag: &str| {
                cases
                    .iter()
                    .filter(|case| case.children().any(|child| child.tag_name().name() == tag))
                    .count()
            };
            let counts = [cases.len(), with("failure"), with("error"), with("skipped")];
            assert_eq!(counts, ["tests", "failures", "errors", "skipped"].map(|name| number(suite, name)));
            (0..3).for_each(|kind| totals[kind] += counts[kind]);
        }
        assert_eq!(totals, ["tests", "failures", "errors"].map(|name| number(root, name)));
    }
}

/// The fields that GitLab's documentation ("Code Quality", report format) calls required.
#[test]
fn gitlab_issues_have_their_required_fields() {
    let text = render(Format::Gitlab, &report());
    let issues: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a JSON list");
    assert_eq!(issues.len(), report().findings.len());
    let mut fingerprints = Vec::new();
    for issue in &issues {
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
        assert!(
            ["info", "minor", "major", "critical", "blocker"]
                .contains(&issue["severity"].as_str().expect("text"))
        );
        assert!(issue["location"]["path"].as_str().is_some_and(|path| !path.starts_with("./")));
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
        fingerprints.push(issue["fingerprint"].as_str().expect("text"));
    }
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), issues.len());
    assert_eq!(render(Format::Gitlab, &empty()), "[]\n");
}

/// Each command is one line; characters that would end a line or a property are escaped.
#[test]
fn github_commands_are_one_line_each() {
    let text = render(Format::Github, &report());
    assert_eq!(text.lines().count(), report().findings.len());
    for line in text.lines() {
        assert!(line.starts_with("::error file=") || line.starts_with("::warning file="), "{line}");
        let properties = line.split("::").nth(1).expect("properties");
        assert!(properties.split(',').all(|property| property.contains('=')), "{line}");
    }
    assert!(text.contains("file=src/odd%2Cname%3A 100%25\\xFF\\n<&>|`.rs,line=2"), "{text}");
    let unmeasured = render(Format::Github, &empty());
    assert!(unmeasured.starts_with("::error title=cyclomatic-complexity::not measured: "), "{unmeasured}");
}

#[test]
fn formats_have_names_that_find_them() {
    assert!(Format::ALL.into_iter().all(|format| Format::from_name(format.name()) == Some(format)));
}
