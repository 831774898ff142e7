//! The JSON API against its own OpenAPI document and against the command line.

use super::client::{get, request};
use super::security::slug;
use super::server::Server;
use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A repository with content for every analysis.
pub fn varied() -> Tree {
    let copied = branching("copied", 14);
    let tree = Tree::repository(&[
        ("src/lib.rs", CLEAN),
        ("src/a.rs", &format!("// TODO: shorten\n{copied}")),
        ("src/b.rs", &copied.replace("copied", "again")),
        ("app/main.py", "import app.other\n\ndef unused():\n    return 1\n"),
        ("app/other.py", "import app.main\n"),
        ("app/__init__.py", ""),
        ("README.md", "# Title\n"),
        ("broken.py", "def f(:\n"),
        ("Cargo.toml", "[package]\nname = \"varied\"\n\n[dependencies]\nserde = \"1\"\n"),
    ]);
    tree.write("src/a.rs", format!("// TODO: shorten\n{copied}\n{}", branching("worse", 30)));
    tree.commit("Grow <b>fast</b>");
    tree
}

fn ready(tree: &Tree) -> (Server, String) {
    let server = Server::start(tree.path(), &[]);
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    (server, slug)
}

#[test]
fn answers_are_as_the_document_says() {
    let tree = varied();
    let (server, slug) = ready(&tree);
    let document = server.api("/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("it has paths");
    let mut asked = BTreeSet::new();
    for (path, methods) in paths {
        let method =
            methods.as_object().expect("it has methods").keys().next().expect("there is one").clone();
        let success = if method == "post" { "202" } else { "200" };
        let content = &methods[&method]["responses"][success]["content"];
        let Some(schema) = content.get("application/json") else { continue };
        let query = required(&methods[&method]);
        let address = format!("{}{query}", path.replace("{slug}", &slug));
        let answer = request(server.address, &method.to_uppercase(), &address, &[], "");
        let answer = answer.is(success.parse().expect("a number")).json();
        let whole = json!({ "$ref": schema["schema"]["$ref"], "components": document["components"] });
        let validator = jsonschema::validator_for(&whole).expect("the document holds schemas");
        let wrong: Vec<String> = validator
            .iter_errors(&answer)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{path}: {wrong:#?}\n{answer}");
        asked.insert(path.clone());
    }
    assert_eq!(asked.len(), paths.len() - 1, "all but the events were asked for");
}

/// A query with the required parameters of an endpoint.
fn required(method: &Value) -> String {
    let parameters = method["parameters"].as_array().into_iter().flatten();
    let needed = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
    let pairs = needed.map(|one| match one["name"].as_str().expect("a parameter has a name") {
        "path" => "path=src/a.rs",
        "metric" => "metric=over-limits",
        "text" => "text=sum",
        other => panic!("no value for the parameter {other}"),
    });
    let pairs: Vec<&str> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Removes the fields that say which tree a report is about: the command line reads the work tree, the service the
/// commit.
fn without_tree(mut report: Value) -> Value {
    let object = report.as_object_mut().expect("a report is an object");
    object.remove("schema");
    object.remove("tree");
    report
}

#[test]
fn reports_are_those_of_the_command_line() {
    let tree = varied();
    let (server, slug) = ready(&tree);
    let printed = |words: &[&str]| {
        let words = [words, &["--format", "json", "--revision", "HEAD"]].concat();
        without_tree(run(tree.path(), &words).json())
    };
    let served =
        |name: &str| without_tree(server.api(&format!("/repositories/{slug}/{name}"))["report"].clone());
    for (name, words) in [
        ("debt", ["pmat", "analyze", "satd"].as_slice()),
        ("clones", &["pmat", "analyze", "duplicates"]),
        ("graph", &["pmat", "analyze", "graph", "--communities"]),
        ("dead-code", &["pmat", "analyze", "dead-code"]),
        ("hotspots", &["pmat", "analyze", "hotspots"]),
        ("tdg", &["pmat", "tdg"]),
    ] {
        assert_eq!(served(name), printed(words), "{name}");
    }
    let complexity = printed(&["pmat", "analyze", "complexity"]);
    assert_eq!(served("complexity")["total"], complexity["total"]);
    assert_eq!(served("complexity")["violations"], complexity["violations"]);
    let functions = server.api(&format!("/repositories/{slug}/functions?limit=1000"));
    assert_eq!(functions["items"], complexity["functions"]);
    let gate = printed(&["pmat", "quality-gate"]);
    let findings = server.api(&format!("/repositories/{slug}/findings?limit=1000"));
    assert_eq!(findings["items"], gate["findings"]);
    assert_eq!(server.api(&format!("/repositories/{slug}/gate"))["all"]["rules"], gate["rules"]);
    let overview = printed(&["analyze"]);
    let summary = server.api(&format!("/repositories/{slug}/summary"));
    for (name, value) in overview.as_object().expect("a report is an object") {
        assert_eq!(&summary[name], value, "{name}");
    }
    let shown: Value = run(tree.path(), &["config", "show", "--format", "json"]).json();
    assert_eq!(server.api(&format!("/repositories/{slug}/config"))["config"], shown);
}

#[test]
fn lists_are_filtered_and_cut_into_pages() {
    let tree = varied();
    let (server, slug) = ready(&tree);
    let ask = |rest: &str| server.api(&format!("/repositories/{slug}/{rest}"));
    let all = ask("functions");
    let items = all["items"].as_array().expect("it is a list").clone();
    assert_eq!(all["total"], items.len());
    let second = ask("functions?offset=1&limit=1");
    assert_eq!(second["items"], json!([items[1]]));
    assert_eq!(ask("functions?offset=1000")["items"], json!([]));
    let names = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().expect("it is a list");
        items.iter().map(|item| item["name"].as_str().expect("it has a name").to_owned()).collect()
    };
    assert_eq!(names(&ask("functions?min-cyclomatic=20")), ["worse"]);
    assert_eq!(names(&ask("functions?path=src/b.rs")), ["again"]);
    assert_eq!(names(&ask("functions?path=src&name=op")), ["copied"]);
    let errors = ask("findings?level=error&path=src");
    assert!(errors["items"].as_array().expect("a list").iter().all(|one| one["level"] == "error"));
    for sort in ["path", "lines", "cognitive", "cyclomatic", "findings", "tdg", "duplicated", "hotspot"] {
        assert_eq!(ask(&format!("files?sort={sort}"))["total"], ask("files")["total"], "{sort}");
    }
    assert_eq!(ask("files?sort=cognitive")["items"][0]["path"], "src/a.rs");
    for wrong in
        ["functions?limit=x", "functions?nothing=1", "files?sort=odd", "file", "findings?level=grave"]
    {
        let answer = server.get(&format!("/api/v1/repositories/{slug}/{wrong}")).is(400);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{wrong}");
        assert_eq!(answer.json()["status"], 400);
    }
    for missing in ["file?path=no/such", "nothing"] {
        server.get(&format!("/api/v1/repositories/{slug}/{missing}")).is(404);
    }
    for slug in ["no-such", "..", "%2e%2e%2f", "%ff"] {
        server.get(&format!("/api/v1/repositories/{slug}/summary")).is(404);
    }
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let tree = varied();
    let (server, slug) = ready(&tree);
    for path in ["summary", "functions", "gate"] {
        let path = format!("/api/v1/repositories/{slug}/{path}");
        let first = server.get(&path).is(200);
        let tag = first.header("etag").expect("it has a tag");
        let again = request(server.address, "GET", &path, &[("If-None-Match", tag)], "").is(304);
        assert_eq!(again.body, b"");
    }
    let path = format!("/api/v1/repositories/{slug}/summary");
    let head = request(server.address, "HEAD", &path, &[], "");
    assert_eq!(head.status, 200);
}

#[test]
fn badges_say_what_is_known() {
    let tree = varied();
    let (server, slug) = ready(&tree);
    for metric in ["gate", "new-code", "tdg", "debt", "duplication", "dead-code", "cycles", "truck-factor"] {
        let badge = server.get(&format!("/badge/{slug}/{metric}.svg")).is(200);
        assert_eq!(badge.header("content-type"), Some("image/svg+xml"));
        assert!(badge.text().starts_with("<svg "));
    }
    let debt = server.api(&format!("/repositories/{slug}/summary"))["debt"]["total"].to_string();
    assert!(
        server
            .get(&format!("/badge/{slug}/debt.svg"))
            .text()
            .contains(&format!("self-admitted debt: {debt}<"))
    );
    server.get(&format!("/badge/{slug}/nothing.svg")).is(404);
    let unborn = Tree::unborn(&[]);
    let server = Server::start(unborn.path(), &[]);
    let slug = self::slug(&server);
    assert!(server.get(&format!("/badge/{slug}/gate.svg")).is(200).text().contains("gate: unknown<"));
}

#[test]
fn figures_about_the_service_are_for_prometheus() {
    let tree = varied();
    let (server, slug) = ready(&tree);
    let text = server.get("/metrics").is(200).text().to_owned();
    assert!(text.contains("\nbatuta_index_runs_total 1\n"), "{text}");
    assert!(text.contains(&format!("\nbatuta_repository_up_to_date{{repository=\"{slug}\"}} 1\n")), "{text}");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').expect("a name and a value");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    let help: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_prefix("# HELP ")).collect();
    assert_eq!(help.len(), text.lines().filter(|line| line.starts_with("# TYPE ")).count());
}

#[test]
fn no_answer_tells_where_a_repository_lies() {
    let tree = varied();
    // A report that cannot be read, and a broken one: their errors name files.
    tree.write("batuta.toml", "[rules.coverage]\nlevel = \"error\"\nreport = \"target/lcov.info\"\n");
    tree.commit("Want a report that is not there");
    let (server, slug) = ready(&tree);
    tree.write("target/lcov.info", "SF:src/lib.rs\nDA:x,y\n");
    let place = tree.path().canonicalize().expect("it is there");
    let place = place.to_str().expect("it is UTF-8");
    let document = server.api("/openapi.json");
    let paths = document["paths"].as_object().expect("it has paths").keys();
    let mut asked: Vec<String> = paths.filter(|path| !path.ends_with("/events")).cloned().collect();
    asked.iter_mut().for_each(|path| *path = path.replace("{slug}", &slug));
    asked.push(format!("/api/v1/repositories/{slug}/file?path=src/a.rs"));
    asked.extend(
        ["", "/map", "/files", "/file/src/a.rs", "/clones", "/graph", "/people", "/findings", "/gate"]
            .map(|page| format!("/r/{slug}{page}")),
    );
    asked.extend(["/", "/metrics", "/nothing", "/r/nothing", "/login"].map(str::to_owned));
    for path in asked {
        let answer = get(server.address, &path);
        let text = answer.text();
        assert!(!text.contains(place), "{path}: {text}");
        assert!(!text.contains(tree.path().to_str().expect("it is UTF-8")), "{path}");
        for (name, value) in &answer.headers {
            assert!(!value.contains(place), "{name} of {path}");
        }
    }
    let rules = server.api(&format!("/repositories/{slug}/gate"))["all"]["rules"].clone();
    let coverage = rules.as_array().expect("rules").iter().find(|rule| rule["id"] == "coverage").cloned();
    assert!(
        coverage.expect("there is such a rule")["why"].as_str().expect("it says why").contains("lcov.info")
    );
}
