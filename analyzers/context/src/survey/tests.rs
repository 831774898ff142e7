use super::*;
use facts::source::MemoryTree;

fn commands_of(files: &[(&str, &str)]) -> Vec<String> {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let options = facts::MeasureOptions { sections: crate::SECTIONS, ..Default::default() };
    let repo = facts::measure(&tree, None, &options).expect("memory can be read");
    let project = ProjectFiles::new(&tree, &repo);
    let line =
        |c: crate::report::ProjectCommand| format!("{}: {} ({})", c.purpose.name(), c.command, c.found_in);
    commands(&project).into_iter().map(line).collect()
}

#[test]
fn make_targets_are_told_from_assignments_and_patterns() {
    let makefile =
        "CC := gcc\n.PHONY: all\nall: prog\nprog.o: prog.c\n\tcc\n%.o: %.c\ntest: all\n\t./t\nlint:\n";
    assert_eq!(
        commands_of(&[("Makefile", makefile)]),
        [
            "build: make (Makefile)",
            "build: make all (Makefile:3)",
            "test: make test (Makefile:7)",
            "check: make lint (Makefile:9)"
        ]
    );
}

#[test]
fn a_go_module_is_built_and_tested_where_it_is() {
    assert_eq!(
        commands_of(&[("tool/go.mod", "module x\n"), ("tool/main.go", "package main\nfunc main() {}\n")]),
        ["build: cd tool && go build ./... (tool/go.mod)", "test: cd tool && go test ./... (tool/go.mod)"]
    );
}

#[test]
fn python_projects_name_their_test_runner() {
    let pyproject = "[project]\nname = \"x\"\n[project.scripts]\nx = \"x:main\"\n[tool.pytest.ini_options]\n";
    assert_eq!(
        commands_of(&[("pyproject.toml", pyproject), ("tox.ini", "[tox]\n")]),
        ["build: pip install . (pyproject.toml)", "test: pytest (pyproject.toml:5)", "test: tox (tox.ini)"]
    );
}

#[test]
fn what_ci_runs_is_found_once_and_without_the_setup() {
    let workflow = "jobs:\n  a:\n    steps:\n    - run: sudo apt-get install x\n    - run: cargo test\n    - run: cargo fmt --check\n";
    assert_eq!(
        commands_of(&[("Cargo.toml", "[package]\nname = \"x\"\n"), (".github/workflows/ci.yml", workflow)]),
        [
            "build: cargo build (Cargo.toml)",
            "test: cargo test (Cargo.toml)",
            "check: cargo fmt --check (.github/workflows/ci.yml:6)"
        ]
    );
}
