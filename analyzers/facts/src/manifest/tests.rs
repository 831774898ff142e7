use super::DependencyScope::{Build, Development, Inherited, Optional, Runtime};
use super::*;

/// Name, requirement and scope of each dependency of a manifest.
fn read(path: &str, text: &str) -> Vec<(String, Option<String>, DependencyScope)> {
    let found = dependencies(&RepoPath::from(path), text.as_bytes()).expect("the manifest is fine");
    found.into_iter().map(|d| (d.name, d.requirement, d.scope)).collect()
}

fn expected(list: &[(&str, &str, DependencyScope)]) -> Vec<(String, Option<String>, DependencyScope)> {
    list.iter()
        .map(|(name, requirement, scope)| {
            ((*name).to_owned(), (!requirement.is_empty()).then(|| (*requirement).to_owned()), *scope)
        })
        .collect()
}

fn error(path: &str, text: &str) -> String {
    dependencies(&RepoPath::from(path), text.as_bytes()).expect_err("the manifest is broken").to_string()
}

#[test]
fn cargo_manifests_declare_by_section_target_and_workspace() {
    let text = r#"
        [package]
        name = "x"
        [dependencies]
        serde = { version = "1", features = ["derive"] }
        json = { package = "serde_json", version = "1.0" }
        clap = { version = "4", optional = true }
        anyhow.workspace = true
        inner = { path = "../inner" }
        forked = { git = "https://host/forked", branch = "main" }
        [dev-dependencies]
        insta = "1"
        [build-dependencies]
        cc = "1.2"
        [target.'cfg(windows)'.dependencies]
        winapi = "0.3"
        [workspace.dependencies]
        anyhow = "1.0.9"
    "#;
    assert_eq!(
        read("a/Cargo.toml", text),
        expected(&[
            ("anyhow", "", Runtime),
            ("anyhow", "1.0.9", Inherited),
            ("cc", "1.2", Build),
            ("clap", "4", Optional),
            ("forked", "https://host/forked", Runtime),
            ("inner", "", Runtime),
            ("insta", "1", Development),
            ("serde", "1", Runtime),
            ("serde_json", "1.0", Runtime),
            ("winapi", "0.3", Runtime),
        ])
    );
    let found = dependencies(&RepoPath::from("Cargo.toml"), text.as_bytes()).expect("fine");
    let local: Vec<_> = found.iter().filter(|d| d.local).map(|d| d.name.as_str()).collect();
    assert_eq!(local, ["inner"]);
}

#[test]
fn npm_manifests_declare_by_section() {
    let text = r#"{
        "name": "x",
        "dependencies": { "express": "^4.18.0", "old": "npm:@scope/new@~2.1", "fsevents": "2", "mine": "workspace:*" },
        "devDependencies": { "jest": "29" },
        "optionalDependencies": { "fsevents": "2" },
        "peerDependencies": { "react": ">=17", "redux": "4" },
        "peerDependenciesMeta": { "redux": { "optional": true } }
    }"#;
    assert_eq!(
        read("package.json", text),
        expected(&[
            ("@scope/new", "~2.1", Runtime),
            ("express", "^4.18.0", Runtime),
            ("fsevents", "2", Optional),
            ("jest", "29", Development),
            ("mine", "workspace:*", Runtime),
            ("react", ">=17", Runtime),
            ("redux", "4", Optional),
        ])
    );
}

#[test]
fn pyproject_declares_in_the_standard_s_and_the_tools_tables() {
    let text = r#"
        [build-system]
        requires = ["setuptools>=61"]
        [project]
        name = "x"
        dependencies = ["requests[security] >=2.8, <3 ; python_version > '3'", "plain", "pkg @ https://host/pkg.zip"]
        [project.optional-dependencies]
        fast = ["uvloop ; sys_platform != 'win32'"]
        [dependency-groups]
        test = ["pytest>7", { include-group = "lint" }]
        lint = ["ruff"]
        [tool.poetry.dependencies]
        python = "^3.9"
        flask = { version = "^2", extras = ["async"] }
        extra = { version = "1", optional = true }
        [tool.poetry.group.docs.dependencies]
        sphinx = "*"
    "#;
    assert_eq!(
        read("pyproject.toml", text),
        expected(&[
            ("extra", "1", Optional),
            ("flask", "^2", Runtime),
            ("pkg", "https://host/pkg.zip", Runtime),
            ("plain", "", Runtime),
            ("pytest", ">7", Development),
            ("requests", ">=2.8, <3", Runtime),
            ("ruff", "", Development),
            ("setuptools", ">=61", Build),
            ("sphinx", "*", Development),
            ("uvloop", "", Optional),
        ])
    );
}

#[test]
fn requirements_files_are_read_as_pip_reads_them() {
    let text = "\u{feff}# comment\n-r base.txt\n--index-url https://host/simple\nDjango==4.2 \\\n    --hash=sha256:aa \\\n    \
                --hash=sha256:bb\nflask>=2,<3 # web\nname[extra]~=1.0; python_version<'3.8'\n\
                git+https://host/owner/tool.git@v1#egg=tool\n-e ./local\n./wheels/x.whl\npkg @ https://host/p.zip\n\n";
    assert_eq!(
        read("requirements.txt", text),
        expected(&[
            ("Django", "==4.2", Runtime),
            ("flask", ">=2,<3", Runtime),
            ("name", "~=1.0", Runtime),
            ("pkg", "https://host/p.zip", Runtime),
            ("tool", "git+https://host/owner/tool.git@v1", Runtime),
        ])
    );
    assert_eq!(read("requirements/dev.txt", "black\n"), expected(&[("black", "", Development)]));
    assert_eq!(read("test-requirements.txt", "tox\n"), expected(&[("tox", "", Development)]));
}

#[test]
fn setup_cfg_and_pipfile_declare() {
    let cfg = "[metadata]\nname = x\n[options]\ninstall_requires =\n    attrs>=19\n    # why\n    six; python_version<'3'\n\
               setup_requires = wheel\n[options.extras_require]\nfast = uvloop\n[tool:pytest]\nx = y\n";
    assert_eq!(
        read("setup.cfg", cfg),
        expected(&[
            ("attrs", ">=19", Runtime),
            ("six", "", Runtime),
            ("uvloop", "", Optional),
            ("wheel", "", Build)
        ])
    );
    let pipfile = "[packages]\nrequests = \"*\"\ntool = {git = \"https://host/tool\"}\n[dev-packages]\npytest = \">=6\"\n";
    assert_eq!(
        read("Pipfile", pipfile),
        expected(&[
            ("pytest", ">=6", Development),
            ("requests", "*", Runtime),
            ("tool", "https://host/tool", Runtime)
        ])
    );
}

#[test]
fn go_modules_are_required_one_by_one_or_in_blocks() {
    let text = "module example.com/x\n\ngo 1.22\n\nrequire github.com/a/b v1.2.3\nrequire (\n\tgithub.com/c/d v0.1.0\n\
                \tgolang.org/x/sys v0.5.0 // indirect\n)\nreplace github.com/a/b => ../b\nexclude (\n\tgithub.com/e/f v1.0.0\n)\n";
    assert_eq!(
        read("go.mod", text),
        expected(&[
            ("github.com/a/b", "v1.2.3", Runtime),
            ("github.com/c/d", "v0.1.0", Runtime),
            ("golang.org/x/sys", "v0.5.0", Runtime),
        ])
    );
    let found = dependencies(&RepoPath::from("go.mod"), text.as_bytes()).expect("fine");
    assert_eq!(found.iter().map(|d| d.direct).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn maven_projects_declare_with_properties_filled_in() {
    let text = r#"<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.top</groupId><artifactId>top</artifactId><version>7</version></parent>
  <properties><junit.version>4.${minor}</junit.version><minor>13</minor><loop>${loop}</loop></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>g</groupId><artifactId>managed</artifactId><version>2</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>${junit.version}</version><scope>test</scope></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>sibling</artifactId><version>${project.version}</version></dependency>
    <dependency><groupId>g</groupId><artifactId>api</artifactId><version>${unknown}</version><scope>provided</scope></dependency>
    <dependency><groupId>g</groupId><artifactId>opt</artifactId><version>${loop}</version><optional>true</optional></dependency>
  </dependencies>
</project>"#;
    assert_eq!(
        read("pom.xml", text),
        expected(&[
            ("g:api", "${unknown}", Build),
            ("g:managed", "2", Inherited),
            ("g:opt", "${loop}", Optional),
            ("junit:junit", "4.13", Development),
            ("org.top:sibling", "7", Runtime),
        ])
    );
}

#[test]
fn errors_name_the_file_and_the_line() {
    assert!(error("a/Cargo.toml", "[dependencies]\nserde = \n").starts_with("a/Cargo.toml:2: "));
    assert!(error("package.json", "{\n  \"dependencies\": {\n").starts_with("package.json:"));
    assert!(error("pom.xml", "<project>\n<a>\n</project>").starts_with("pom.xml:3: "));
    assert!(error("pom.xml", "<html/>").starts_with("pom.xml:1: "));
    assert_eq!(
        error("requirements.txt", "ok\n===broken\n"),
        "requirements.txt:2: `===broken` is no requirement (PEP 508)"
    );
    assert!(error("go.mod", "module x\nrequire (\n a v1\n").starts_with("go.mod:3: "));
    assert!(error("go.mod", "module x\nrequire a\n").starts_with("go.mod:2: "));
    let bytes = b"[dependencies]\n# \xff\n";
    let message = dependencies(&RepoPath::from("Cargo.toml"), bytes).expect_err("not UTF-8");
    assert_eq!(message.to_string(), "Cargo.toml:2: not UTF-8");
}

#[test]
fn programs_are_not_executed() {
    assert!(is_manifest(&RepoPath::from("a/setup.py")));
    assert_eq!(error("a/setup.py", "import os"), "a/setup.py: not read: would need to be executed");
    for path in ["a/build.gradle.kts", "Gemfile", "a/rack.gemspec", "mix.exs", "Package.swift"] {
        assert!(is_manifest(&RepoPath::from(path)) && is_program(&RepoPath::from(path)), "{path}");
        assert_eq!(error(path, "x"), format!("{path}: not read: would need to be executed"));
    }
    assert!(!is_program(&RepoPath::from("pyproject.toml")));
    assert!(!is_manifest(&RepoPath::from("a/main.py")));
    assert!(!is_manifest(&RepoPath::from("notes.txt")));
}

#[test]
fn hostile_manifests_end_in_an_error_not_in_a_crash() {
    let deep = format!("{{\"dependencies\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(error("package.json", &deep).contains("recursion"));
    let nested = format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    error("Cargo.toml", &nested);
    let bomb = "<!DOCTYPE p [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><project>&c;</project>";
    error("pom.xml", bomb);
    let growing: String = (0..64).map(|n| format!("<p{n}>${{p{}}}${{p{}}}</p{n}>", n + 1, n + 1)).collect();
    let pom = format!(
        "<project><properties>{growing}</properties><dependencies><dependency><artifactId>${{p0}}</artifactId></dependency></dependencies></project>"
    );
    let found = dependencies(&RepoPath::from("pom.xml"), pom.as_bytes()).expect("well-formed");
    assert!(found[0].name.len() < 10_000);
    let nesting = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    error("pom.xml", &nesting);
    error("package.json", &" ".repeat(LARGEST + 1));
}

/// Seven levels of a thousand properties each that are empty in the end: 10²¹ replacements.
#[test]
fn properties_that_stand_for_nothing_many_times_over_end() {
    let refer = |to: usize| format!("${{p{to}}}").repeat(1_000);
    let properties: String = (0..7).map(|at| format!("<p{at}>{}</p{at}>", refer(at + 1))).collect();
    let text = format!(
        "<project><properties>{properties}<p7></p7></properties><dependencies><dependency><groupId>g</groupId>\
         <artifactId>a</artifactId><version>${{p0}}</version></dependency></dependencies></project>"
    );
    let found = read("pom.xml", &text);
    assert_eq!(found.len(), 1);
}
