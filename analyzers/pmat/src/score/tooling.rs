//! Checks of tooling and CI.

use super::files::{file_name, pattern};
use super::{Answer, Evidence, Project};
use facts::model::RepoPath;

const NO_CI: &str = "no CI configuration was found";

fn is_ci_file(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    (path.starts_with(".github/workflows/") && yaml)
        || path.starts_with(".ci/")
        || path.starts_with(".buildkite/")
        || (path.starts_with(".woodpecker/") && yaml)
        || matches!(
            path,
            ".gitlab-ci.yml"
                | ".circleci/config.yml"
                | "azure-pipelines.yml"
                | "Jenkinsfile"
                | ".travis.yml"
                | "bitbucket-pipelines.yml"
                | ".drone.yml"
                | ".cirrus.yml"
                | ".woodpecker.yml"
                | "appveyor.yml"
                | ".appveyor.yml"
                | ".builds/linux.yml"
                | ".sourcehut.yml"
        )
}

/// Files that say what a command of CI does: task runners and the project's own developer commands.
fn is_task_file(path: &str) -> bool {
    matches!(
        file_name(path),
        "Makefile"
            | "GNUmakefile"
            | "justfile"
            | "Justfile"
            | "Taskfile.yml"
            | "tox.ini"
            | "noxfile.py"
            | "package.json"
    ) || path.starts_with("xtask/src/")
}

fn ci_files<'p>(project: &'p Project<'_>) -> Vec<&'p RepoPath> {
    project.files.matching(is_ci_file).collect()
}

/// Lines of CI's files, or else of the task runners that it calls, that match.
fn in_ci(project: &Project<'_>, wanted: &str, otherwise: &str) -> Answer {
    let ci = ci_files(project);
    if ci.is_empty() {
        return Answer::missed(NO_CI);
    }
    let wanted = pattern(wanted);
    let direct = project.files.lines(ci.iter().copied(), &wanted);
    if !direct.is_empty() {
        return Answer::Earned { evidence: direct };
    }
    let calls = pattern(r"\b(make|just|task|tox|nox|npm|pnpm|yarn|bun|cargo xtask)\b");
    if project.files.lines(ci, &calls).is_empty() {
        return Answer::missed(otherwise);
    }
    let tasks: Vec<&RepoPath> = project.files.matching(is_task_file).collect();
    Answer::earned(project.files.lines(tasks, &wanted), otherwise)
}

pub(super) fn ci(project: &Project<'_>) -> Answer {
    let found = ci_files(project).into_iter().take(3).map(|path| Evidence::file(path, "is there")).collect();
    Answer::earned(found, NO_CI)
}

pub(super) fn ci_tests(project: &Project<'_>) -> Answer {
    in_ci(
        project,
        r#"(?x)(\b(cargo|cross)|CARGO["}\s]*)\s+(\S+\s+)?(nextest|test|tarpaulin|llvm-cov)\b|"nextest",|\bpytest\b|\bpython\S*\s+-m\s+unittest\b|\btox\b
            |\bnox\b|\b(npm|pnpm|yarn|bun|deno)\s+(run\s+)?(test|t)\b|\bgo\s+test\b|\bmake\s+(-\S+\s+)*(check|test)|\bctest\b
            |\bmvn\b.*\b(test|verify|install)\b|\bgradlew?\b.*\b(test|check|build)\b|\bbats\b|\brspec\b|\brake\s+test\b
            |\bdotnet\s+test\b|\bswift\s+test\b|\bmix\s+test\b|\bzig\s+build\s+test\b|\bphpunit\b|\bjust\s+test\b|\bvitest\b|\bjest\b"#,
        "no command that runs tests was found in CI's files",
    )
}

pub(super) fn ci_lints(project: &Project<'_>) -> Answer {
    in_ci(
        project,
        r#"(?x)\bclippy\b|\bruff\b|\bflake8\b|\bpylint\b|\beslint\b|\bgolangci-lint\b|\bgo\s+vet\b|\bstaticcheck\b|\bshellcheck\b
            |\brubocop\b|\bcheckstyle\b|\bspotbugs\b|\bktlint\b|\bdetekt\b|\bclang-tidy\b|\bphpstan\b|\bcredo\b|\bbiome\b
            |\bdeno\s+lint\b|\b(npm|pnpm|yarn|bun)\s+(run\s+)?lint\b|\bpre-commit\s+run\b|pre-commit/action|\bmypy\b|\bcppcheck\b
            |\bmake\s+lint\b|\bjust\s+lint\b|\btox\s+-e\s+\S*(lint|style)"#,
        "no linter was found in CI's files",
    )
}

pub(super) fn ci_format(project: &Project<'_>) -> Answer {
    in_ci(
        project,
        r#"(?x)\bfmt\b.*--check|\brustfmt\b.*--check|\bblack\b|\bruff\s+format\b|\bprettier\b|\bgofmt\b|\bgofumpt\b|\bclang-format\b
            |\bspotless|\bktlint\b|\bdart\s+format\b|\bmix\s+format\b|\bdotnet\s+format\b|\bdeno\s+fmt\b|\bbiome\b|\bisort\b
            |\bpre-commit\s+run\b|pre-commit/action|\bscalafmt\b|\bgoogle-java-format\b|\bzig\s+fmt\b|\bmake\s+(fmt|format)"#,
        "no check of formatting was found in CI's files",
    )
}

pub(super) fn ci_pinned(project: &Project<'_>) -> Answer {
    let workflows: Vec<&RepoPath> =
        project.files.matching(|path| path.starts_with(".github/workflows/") && is_ci_file(path)).collect();
    let uses = pattern(r"^\s*-?\s*uses:\s*[^.\s]");
    let used = project.files.lines(workflows.iter().copied(), &uses);
    if used.is_empty() {
        return Answer::not_applicable("no GitHub workflow uses other people's steps");
    }
    let floating =
        pattern(r"^\s*-?\s*uses:\s*[^.\s][^@\s]*(@(main|master|latest|HEAD|develop|trunk)\b.*)?\s*$");
    match project.files.lines(workflows, &floating).first() {
        Some(first) => {
            let place = first.path.as_ref().map(ToString::to_string).unwrap_or_default();
            Answer::missed(format!(
                "{place}:{} takes whatever is newest: {}",
                first.line.unwrap_or_default(),
                first.what
            ))
        }
        None => Answer::Earned { evidence: used },
    }
}

pub(super) fn hooks(project: &Project<'_>) -> Answer {
    let is_hook = |path: &str| {
        matches!(
            path,
            ".pre-commit-config.yaml"
                | ".pre-commit-config.yml"
                | "lefthook.yml"
                | ".lefthook.yml"
                | "lefthook.toml"
                | ".overcommit.yml"
                | "prek.toml"
        ) || [".husky/", ".githooks/", ".hooks/", "hooks/pre-commit"]
            .iter()
            .any(|folder| path.starts_with(folder))
    };
    let found =
        project.files.matching(is_hook).take(3).map(|path| Evidence::file(path, "is there")).collect();
    Answer::earned(
        found,
        "no configuration of Git hooks was found (.pre-commit-config.yaml, lefthook.yml, .husky/, .githooks/)",
    )
}

pub(super) fn formatter(project: &Project<'_>) -> Answer {
    let is_configuration = |path: &str| {
        matches!(
            file_name(path),
            "rustfmt.toml"
                | ".rustfmt.toml"
                | ".clang-format"
                | ".editorconfig"
                | ".scalafmt.conf"
                | "biome.json"
                | "dprint.json"
                | ".dprint.json"
                | ".swift-format"
                | ".formatter.exs"
                | ".ocamlformat"
        ) || file_name(path).starts_with(".prettierrc")
            || file_name(path).starts_with("prettier.config.")
    };
    let mut found: Vec<Evidence> = project
        .files
        .matching(is_configuration)
        .take(3)
        .map(|path| Evidence::file(path, "is there"))
        .collect();
    let sections = pattern(r#"^\[tool\.(black|ruff\.format|yapf|isort)\]|^\s*"prettier"\s*:"#);
    found.extend(project.files.lines(manifests(project), &sections));
    // gofmt has no configuration: a Go module is formatted by it.
    found.extend(
        project.files.at("go.mod").map(|path| Evidence::file(path, "Go code has one format, gofmt's")),
    );
    Answer::earned(found, "no configuration of a formatter was found")
}

pub(super) fn linter(project: &Project<'_>) -> Answer {
    let is_configuration = |path: &str| {
        let name = file_name(path);
        matches!(
            name,
            "clippy.toml"
                | ".clippy.toml"
                | ".flake8"
                | ".pylintrc"
                | "pylintrc"
                | "ruff.toml"
                | ".ruff.toml"
                | ".golangci.yml"
                | ".golangci.yaml"
                | ".rubocop.yml"
                | ".clang-tidy"
                | "checkstyle.xml"
                | "detekt.yml"
                | ".shellcheckrc"
                | "biome.json"
                | "phpstan.neon"
                | ".credo.exs"
                | "batuta.toml"
                | "mypy.ini"
                | ".hadolint.yaml"
        ) || name.starts_with(".eslintrc")
            || name.starts_with("eslint.config.")
    };
    let mut found: Vec<Evidence> = project
        .files
        .matching(is_configuration)
        .take(3)
        .map(|path| Evidence::file(path, "is there"))
        .collect();
    let sections = pattern(
        r#"^\[(workspace\.)?lints(\.\w+)?\]|^\[tool\.(ruff|pylint|flake8|mypy)[.\]]|^\[flake8\]|^\s*"eslintConfig"\s*:"#,
    );
    found.extend(project.files.lines(manifests(project), &sections));
    Answer::earned(found, "no configuration of a linter was found")
}

pub(super) fn toolchain(project: &Project<'_>) -> Answer {
    let mut found = project.files.present(&[
        "rust-toolchain.toml",
        "rust-toolchain",
        ".nvmrc",
        ".node-version",
        ".python-version",
        ".ruby-version",
        ".tool-versions",
        "mise.toml",
        ".mise.toml",
        ".java-version",
        ".sdkmanrc",
        "global.json",
    ]);
    let said = pattern(
        r#"^\s*rust-version\s*=|^\s*requires-python\s*=|^\s*"engines"\s*:|^go\s+\d|^\s*python_requires\s*="#,
    );
    found.extend(project.files.lines(manifests(project), &said));
    Answer::earned(found, "no file or manifest says which toolchain is needed")
}

/// Manifests, those nearest the root first.
pub(super) fn manifests<'p>(project: &'p Project<'_>) -> Vec<&'p RepoPath> {
    let is_manifest = |path: &str| {
        matches!(
            file_name(path),
            "Cargo.toml" | "pyproject.toml" | "setup.cfg" | "package.json" | "go.mod" | "setup.py"
        )
    };
    let mut found: Vec<&RepoPath> = project.files.matching(is_manifest).collect();
    found.sort_by_key(|path| path.as_bytes().iter().filter(|byte| **byte == b'/').count());
    found
}
