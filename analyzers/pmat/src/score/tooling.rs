//! Checks of tooling and CI.

use super::ci::{Command, commands, is_ci_file};
use super::configured::{FORMATTERS, LINTERS};
use super::files::{MAX_EVIDENCE, file_name, pattern, shortened};
use super::{Answer, Evidence, Project};
use facts::model::RepoPath;

const NO_CI: &str = "no CI configuration was found";

fn ci_files<'p>(project: &'p Project<'_>) -> Vec<&'p RepoPath> {
    project.files.matching(is_ci_file).collect()
}

/// What a check looks for among the commands that CI runs.
struct Wanted {
    /// Programs and their arguments.
    direct: &'static str,
    /// Names of tasks that tell nothing once it is known what they do.
    vague: &'static str,
}

/// Commands that CI runs, by itself or through scripts and tasks, that match.
fn in_ci(project: &Project<'_>, wanted: &Wanted, otherwise: &str) -> Answer {
    if ci_files(project).is_empty() {
        return Answer::missed(NO_CI);
    }
    let (direct, vague) = (pattern(wanted.direct), pattern(wanted.vague));
    let matches = |command: &&Command| {
        direct.is_match(&command.text) || !command.followed && vague.is_match(&command.text)
    };
    let commands = project.ci.get_or_init(|| commands(&project.files));
    let found = commands.iter().filter(matches).take(MAX_EVIDENCE);
    let evidence = found.map(|command| Evidence::line(&command.path, command.line, shortened(&command.text)));
    Answer::earned(evidence.collect(), otherwise)
}

pub(super) fn ci(project: &Project<'_>) -> Answer {
    let found = ci_files(project).into_iter().take(3).map(|path| Evidence::file(path, "is there")).collect();
    Answer::earned(found, NO_CI)
}

pub(super) fn ci_tests(project: &Project<'_>) -> Answer {
    let wanted = Wanted {
        direct: r#"(?x)(\b(cargo|cross)|CARGO["}\s]*)\s+(\S+\s+)?(nextest|test|tarpaulin|llvm-cov)\b|\bnextest\s+run\b|^nextest\b|\b(pytest|py\.test)\b
            |\bpython\S*\s+(-\S+\s+)*-m\s+(unittest|nose2?|pytest|stestr)\b|\b(coverage|kcov)\s+run\b|\bmanage\.py\s+test\b|\bnosetests\b
            |\bstestr\b|\bruntests?(\.py)?\b|\b(npm|pnpm|yarn|bun|deno)\s+(run\s+)?(test|t)\b|\bgo\s+test\b|\bgotestsum\b
            |\bmake\s+(-\S+\s+)*tests?\b|\bctest\b|\bmvnw?\b.*\b(test|verify|install)\b|\bgradlew?\b.*\b(test|check|build)\b|\bbats\b
            |\brspec\b|\brake\s+(test|spec)\b|\bdotnet\s+test\b|\bswift\s+test\b|\bxcodebuild\b.*\btest\b|\bmix\s+test\b|\bzig\s+build\s+test\b
            |\bphpunit\b|\bjust\s+test\b|\b(vitest|jest|mocha|playwright\s+test|cypress\s+run)\b|(^|[;&|]\s*)(npx\s+)?(ava|tap|tape|jasmine|karma|uvu|prove|trial|pest)\b|\bnode\s+--test\b
            |\bsbt\b.*\btest\b|\bstack\s+test\b|\bcabal\s+test\b|\bdart\s+test\b|\bflutter\s+test\b|\bbazel\s+test\b|\bmeson\s+test\b
            |\bbusted\b|\bPkg\.test\b|\btestthat\b|\bdevtools::test\b|\bR\s+CMD\s+check\b|\bdune\s+(runtest|test)\b|\bforge\s+test\b"#,
        vague: r"\bmake\s+(-\S+\s+)*check\b|^(\S+\s+)*(tox|nox)\s*$",
    };
    in_ci(project, &wanted, "no command that runs tests was found in CI's files and in what they call")
}

pub(super) fn ci_lints(project: &Project<'_>) -> Answer {
    let wanted = Wanted {
        direct: r#"(?x)\bclippy\b|\bruff\s+(check\b|-|\.|\S+/)|\bruff\s*$|\bid:\s*ruff(-check)?\s*$|ruff-action|\bflake8\b|\bpylint\b|\beslint\b
            |\boxlint\b|(^|[;&|]\s*)(npx\s+)?(xo|standard)\b|\bstylelint\b|\btslint\b|\bgolangci-lint\b|\bgo\s+vet\b|\bstaticcheck\b|\brevive\b|\bshellcheck\b
            |\brubocop\b|\bstandardrb\b|\bcheckstyle|\bspotbugs|\bpmd\b|\bktlint|\bdetekt|\bclang-tidy\b|\bcppcheck\b|\bcpplint\b|\bphpstan\b
            |\bpsalm\b|\bphpcs\b|\bcredo\b|\bdialyzer\b|\bbiome\s+(ci|check|lint)\b|\bdeno\s+lint\b|\b(npm|pnpm|yarn|bun)\s+(run\s+)?lint\b|\bmypy\b
            |\b(based)?pyright\b|\bbandit\b|\bpyflakes\b|\bpycodestyle\b|\bprospector\b|\bmake\s+(-\S+\s+)*lint\b|\bjust\s+lint\b|\btask\s+lint\b
            |\bhlint\b|\bluacheck\b|\bselene\b|\blintr\b|\bswiftlint\b|\bdart\s+analyze\b|\bflutter\s+analyze\b|\bscalafix\b|\bscalastyle\b|\bsolhint\b
            |\bhadolint\b|\bactionlint\b|\byamllint\b|\bsuper-linter\b|\bmegalinter\b"#,
        vague: r"\btox\s+(run\s+)?-e\s*\S*(lint|style)|\bnox\s+(-s|--sessions?)\s*\S*(lint|style)|\bpre-commit\s+run\b",
    };
    in_ci(project, &wanted, "no linter was found in CI's files and in what they call")
}

pub(super) fn ci_format(project: &Project<'_>) -> Answer {
    let wanted = Wanted {
        direct: r#"(?x)\bfmt\b.*--check|\brustfmt\b.*--check|\bblack\b|\bruff[\s-]+format\b|\bprettier\b|\bgofmt\b|\bgofumpt\b|\bgoimports\b|\bclang-format\b
            |\bspotless|\bktlint|\bktfmt|\bdart\s+format\b|\bmix\s+format\b|\bdotnet\s+format\b|\bcsharpier\b|\bdeno\s+fmt\b|\bbiome\s+(ci|check|format)\b
            |\bdprint\s+check\b|\bisort\b|\byapf\b|\bautopep8\b|\bscalafmt|\bgoogle-java-format\b|\bzig\s+fmt\b|\bshfmt\b|\bstylua\b|\bormolu\b|\bfourmolu\b
            |\bocamlformat\b|\bdune\s+build\s+@fmt\b|\bswift-?format\b|\bphp-cs-fixer\b|\bpint\s+--test\b|\bnixfmt\b|\btreefmt\b|\bid:\s*(fmt|cargo-fmt)\s*$
            |\bstandardrb\b|(^|[;&|]\s*)(npx\s+)?(xo|standard)\b|\bmake\s+(-\S+\s+)*(fmt|format)|\bformatter:validate\b|\bfmt:check\b"#,
        vague: r"\bpre-commit\s+run\b|\b(npm|pnpm|yarn|bun)\s+(run\s+)?(format|fmt)(:check|-check)?\b",
    };
    in_ci(project, &wanted, "no check of formatting was found in CI's files and in what they call")
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
    let mut found = FORMATTERS.configured(project);
    // gofmt and `zig fmt` have no configuration: their code has one format.
    let only_format =
        [("go.mod", "Go code has one format, gofmt's"), ("build.zig", "Zig code has one format, zig fmt's")];
    found.extend(
        only_format.iter().filter_map(|(path, why)| Some(Evidence::file(project.files.at(path)?, *why))),
    );
    Answer::earned(found, "no configuration of a formatter was found")
}

pub(super) fn linter(project: &Project<'_>) -> Answer {
    Answer::earned(LINTERS.configured(project), "no configuration of a linter was found")
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
