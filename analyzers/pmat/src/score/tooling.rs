//! Checks of tooling and CI.

use super::ci::{Command, commands, is_ci_file, used_steps};
use super::configured::{self, FORMATTERS, LINTERS};
use super::files::{MAX_EVIDENCE, file_name, pattern, shortened};
use super::{Answer, Evidence, Project};
use facts::model::RepoPath;
use regex::Regex;

const NO_CI: &str = "no CI configuration was found";

fn ci_files<'p>(project: &'p Project<'_>) -> Vec<&'p RepoPath> {
    project.files.matching(is_ci_file).collect()
}

/// What a check looks for among the commands that CI runs.
struct Wanted {
    /// Programs and their arguments.
    direct: &'static str,
    /// Names of tasks that count only if it is unknown what they do.
    vague: &'static str,
    /// Commands that look like a match but are none.
    never: &'static str,
}

/// Commands that CI runs, directly or through scripts and tasks, that match and `count`.
fn in_ci(
    project: &Project<'_>,
    wanted: &Wanted,
    counts: impl Fn(&Command, &str) -> bool,
    otherwise: &str,
) -> Answer {
    if ci_files(project).is_empty() {
        return Answer::missed(NO_CI);
    }
    let [direct, vague, never] = [wanted.direct, wanted.vague, wanted.never].map(pattern);
    let matches = |command: &&Command| {
        !command.idle
            && command.working().into_iter().any(|part| {
                let is_it = direct.is_match(part) || (!command.followed && vague.is_match(part));
                is_it && !never.is_match(part) && counts(command, part)
            })
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
        direct: r#"(?x)(\b(cargo|cross)|CARGO["}\s]*)\s+((\+\S+|hack|msrv|careful|miri|minimal-versions|all-features|matrix|make|-\S+(\s+[^-\s]\S*)?)\s+)*(nextest|test|t|tarpaulin|llvm-cov)(\s|$|["'])
            |\bnextest\s+run\b|^nextest\b|\b(pytest|py\.test)\b
            |\bpython\S*\s+(-\S+\s+)*-m\s+(unittest|nose2?|pytest|stestr)\b|\b(coverage|kcov)\s+run\b|\bmanage\.py\s+test\b|\bnosetests\b
            |\bsetup\.py\s+(\S+\s+)*test\b|\bhatch\s+(-\S+\s+)*(test|cov)\b
            |\bstestr\b|\bruntests?(\.py)?\b|\b(npm|pnpm|yarn|bun|deno)\s+((run|run-script|task|workspaces|foreach|-{1,2}(r|s|ws|R|A\w*|pt?v?|all|recursive|silent|if-present|workspaces|parallel|topological|include-workspace-root|[\w-]+=\S+)|(--filter|-F|-w|--workspace|workspace|--prefix|--cwd|-C|--dir)\s+\S+)\s+)*(test|t)\b
            |\b(go|richgo|gotest|gocov)\s+test\b|(^|[;&|]\s*)gotest\s|\bgotestsum\b|\bgo-acc\b|\bginkgo(\s+(-|run\b|\.)|\s*$)
            |\b(just|task|go-task|poe|inv|invoke|mage|(pixi|pdm|rye|hatch)\s+run|rye|composer(\s+run(-script)?)?)\s+(-\S+\s+)*([\w.-]+:)*tests?([-_:]\w+)*(\s|$|["'])
            |\b([gn]?make|mingw32-make|remake)\s+(\S+\s+)*?((unit|reg|regress|regression|integration|functional|e2e|smoke|all|run|quick|go|py)?[-_]?tests?|tests?[-_:](unit|integration|all|ci|cov|coverage|race|e2e|functional|fast|short|full|go|python|py|js|rust)|dist-?check|installcheck|check-(unit|tests?|all|world)|runtests?|unittests?|unit)(\s|$|["')])
            |\bctest\b|\bcmake\b.*\s--build\b.*\s(-t|--target)[\s=]+(\S+\s+)*(test|tests|check|check-\S+|RUN_TESTS)(\s|$)|\b(ninja|samu)(-build)?\s+(\S+\s+)*(test|tests|check|check-\S+|unittests?)(\s|$)
            |\bmvn[wd]?\b.*\s(test|verify|install|package|deploy|integration-test)(\s|$|["'])|\bgradlew?(\.bat)?\b.*[\s:](test|check|build|buildNeeded|allTests?|connectedCheck|testAll|testCodeCoverageReport|test[A-Z]\w*UnitTests?|test(Debug|Release)\w*|(connected|integration|functional|unit|e2e|acceptance|jvm|ios|js|native|smoke|system|desktop|android|managed|contract|api)\w*Tests?)(\s|$|["'])|\bbats\b
            |\brspec\b|\b(rake|rails)\s+(test|spec)\b|\b(Rake|Minitest)::TestTask\.(new|create)\b|\bRSpec::Core::RakeTask\.new\b|\bRails\.application\.load_tasks\b|\bHoe\.spec\b|\b(cucumber|behave|behat|codecept\s+run|shellspec|paratest|phpspec)\b|\bInvoke-Pester\b|\bvstest(\.console)?\b|\bdotnet\s+test\b|\bswift\s+test\b|\bxcodebuild\b.*\btest\b|\bmix\s+test\b|\bzig\s+build\s+test\b
            |\bphpunit\b|\bartisan\s+test\b|\bjust\s+test\b|\b(vitest|jest|mocha|playwright\s+test|cypress\s+run)\b|(^|[;&|]\s*)((npx|nyc|c8|cross-env|dotenv)\s+((-\S+|\w+=\S+|--)\s+)*)*(ava|tap|tape|jasmine|karma|uvu|prove|trial|pest)\b|\b(node|tsx)\s+(\S+\s+)*--test\b|\bng\s+test\b|\b(react-scripts|vue-cli-service)\s+test
            |\bsbt\b.*\btest\b|\bstack\s+(-\S+\s+)*(test\b|build\b.*\s--test\b)|\bcabal\s+(-\S+\s+)*(v[12]-|new-)?test\b|\b(uv|pdm|poetry)\s+run\s+(\S+\s+)*-m\s+(unittest|nose2?|stestr)\b|\bmill\b.*\btest\b|\bdart\s+(pub\s+)?(run\s+)?test\b|\bflutter\s+test\b|\bbazel(isk)?\s+(-\S+\s+)*(test|coverage)\b|\bmeson\s+test\b
            |\bbusted\b|\bPkg\.test\b|\btestthat\b|\bdevtools::test\b|\bR\s+CMD\s+check\b|\bdune\s+(runtest|test)\b|\bforge\s+test\b
            |\bpants\s+(\S+\s+)*test\b|\bdzil\s+test\b|\bluarocks\s+test\b|\bnimble\s+test\b|\blein\s+(\S+\s+)*test\b|\b(clojure|clj)\s+(\S+\s+)*-[MXA]\S*:test\b|\brebar3\s+(\S+\s+)*(eunit|ct|proper)\b|\bcrystal\s+spec\b|\bgleam\s+test\b|\bfastlane\s+(run\s+)?(scan|run_tests|tests?)\b"#,
        vague: r"\bmake\s+(\S+\s+)*check(\s|$)|^(\S+\s+)*(tox|nox)\s*$|\b(nx|turbo|lerna|moon)\b.*\btest\b|\bmise\s+(run|r)\s+(\S+:)?tests?\b",
        never: r"-DskipTests(=true)?(\s|$)|-Dmaven\.test\.skip(\.exec)?(=true)?(\s|$)|\s(-x|--exclude-task)[\s=]+(\S+:)?(test|check)(\s|$)|\s--no-run(\s|$)|\bnextest\s+(list|archive|show-config|self)\b|\bgradlew?\b.*\s--dry-run\b|\bpytest\s.*--collect-only\b|\s--co(\s|$)",
    };
    let otherwise = "no command that runs tests was found in CI's files and in what they call";
    in_ci(project, &wanted, |_, _| true, otherwise)
}

pub(super) fn ci_lints(project: &Project<'_>) -> Answer {
    let wanted = Wanted {
        direct: r#"(?x)\bclippy\b|\bruff\s+(check\b|-|\.|\S+/)|\bruff\s*$|\bid:\s*ruff(-check)?\s*$|ruff-action|\bflake8\b|\bpylint\b|\beslint\b
            |\boxlint\b|(^|[;&|]\s*)(npx\s+)?(xo|standard)\b|\bstylelint\b|\btslint\b|\bgolangci-lint\b|\bgo\s+vet\b|\bstaticcheck\b|\brevive\b|\bshellcheck\b
            |\brubocop\b|\bRuboCop::RakeTask\.new\b|\bstandardrb\b|\bcheckstyle|\bspotbugs|\bpmd\b|\bktlint|\bdetekt|\bclang-tidy\b|\bcppcheck\b|\bcpplint\b|\bphpstan\b
            |\bpsalm\b|\bphpcs\b|\bcredo\b|\bdialyzer\b|\bbiome\s+(ci|check|lint)\b|\bdeno\s+lint\b|\b(npm|pnpm|yarn|bun)\s+(run\s+)?lint\b|\bmypy\b
            |\b(based)?pyright\b|\bbandit\b|\bpyflakes\b|\bpycodestyle\b|\bprospector\b|\bmake\s+(-\S+\s+)*lint\b|\bjust\s+lint\b|\btask\s+lint\b
            |\bhlint\b|\bluacheck\b|\bselene\b|\blintr\b|\bswiftlint\b|\bdart\s+analyze\b|\bflutter\s+analyze\b|\bscalafix\b|\bscalastyle\b|\bsolhint\b
            |\bhadolint\b|\bactionlint\b|\byamllint\b|\bsuper-linter\b|\bmegalinter\b
            |\bgradlew?(\.bat)?\b.*[\s:](lint|lint[A-Z]\w*|pmd[A-Z]\w*)(\s|$|["'])|\bhatch\s+fmt\b|\bpants\s+(\S+\s+)*lint\b|\btrunk(-io/trunk-action|\s+check)\b"#,
        vague: r"\btox\s+(run\s+)?-e\s*\S*(lint|style)|\bnox\s+(-s|--sessions?)\s*\S*(lint|style)|\bpre-commit\s+run\b|\b(nx|turbo|lerna|moon)\b.*\blint\b|\bmise\s+(run|r)\s+lint\b",
        never: r"\s--print-config\b|\s--show-settings\b",
    };
    let otherwise = "no linter was found in CI's files and in what they call";
    in_ci(project, &wanted, |_, _| true, otherwise)
}

pub(super) fn ci_format(project: &Project<'_>) -> Answer {
    let wanted = Wanted {
        direct: r#"(?x)\bcargo\s+(\S+\s+)*\w*fmt(\s|$|["'])|\bfmt\b.*--check|\brustfmt\b.*--check|(^|\bxargs\s.*|-exec\s+)rustfmt\b|\bblack\b|\bruff[\s-]+format\b|\bprettier\b|\bgofmt\b|\bgofumpt\b|\bgoimports\b|\bgo\s+fmt\b|\bclang-format\b
            |\bspotless|\bktlint|\bktfmt|\bdart\s+format\b|\bmix\s+format\b|\bdotnet\s+format\b|\bcsharpier\b|\bdeno\s+fmt\b|\bbiome\s+(ci|check|format)\b
            |\bdprint[\s/]+check\b|\bisort\b|\byapf\b|\bautopep8\b|\bscalafmt|\bgoogle-java-format\b|\bzig\s+fmt\b|\bshfmt\b|\bstylua\b|\bormolu\b|\bfourmolu\b
            |\bocamlformat\b|\bdune\s+build\s+@fmt\b|\bswift-?format\b|\bphp-cs-fixer\b|\bpint\s+--test\b|\bnixfmt\b|\btreefmt\b|\bid:\s*(fmt|cargo-fmt)\s*$
            |\bstandardrb\b|(^|[;&|]\s*)(npx\s+)?(xo|standard)\b|\bformatter:validate\b|\bfmt:check\b|\bhatch\s+fmt\b|\bpants\s+(\S+\s+)*lint\b|\boxfmt\b"#,
        vague: r"\bpre-commit\s+run\b|\b(npm|pnpm|yarn|bun)\s+(run\s+)?(format|fmt)(:check|-check)?\b|\bmake\s+(-\S+\s+)*((fmt|format)|check-(fmt|format|style)\b)",
        never: r"\bclang-format-diff\b.*\s-i\b",
    };
    let rewriting = Rewriting::of(project);
    let counts = |command: &Command, part: &str| !rewriting.is(command, part);
    in_ci(project, &wanted, counts, "no check of formatting was found in CI's files and in what they call")
}

/// Formatters that rewrite files, so that they never fail.
struct Rewriting {
    /// True if CI compares files afterwards, which reveals their changes.
    compared: bool,
    /// Formatters that rewrite unless an option makes them check.
    always: Regex,
    /// Formatters with an option to rewrite.
    told: Regex,
    /// Options that make them check.
    checks: Regex,
}

impl Rewriting {
    fn of(project: &Project<'_>) -> Rewriting {
        let compares = pattern(
            r"\bgit\s+(\S+\s+)*diff\b.*(--exit-code|--quiet)|\bgit\s+diff-(index|files)\b|\bgit\s+status\s+.*(--porcelain|-s\b|--short)",
        );
        let commands = project.ci.get_or_init(|| commands(&project.files));
        Rewriting {
            compared: commands.iter().any(|command| compares.is_match(&command.text)),
            always: pattern(
                r"(?x)\b(black|isort|stylua|csharpier|treefmt|nixfmt|pint|docformatter)\b|\bruff[\s-]+format\b|\b(dart|mix|dotnet)\s+format\b
                  |\b(deno|zig|go|hatch|cargo)\s+(\S+\s+)*fmt\b|\brustfmt\b|\bphp-cs-fixer\s+fix\b|\bspotless:?[aA]pply|\bktlintFormat\b|\bformatKotlin\b|\bscalafmt(All|Sbt)?(\s|$)",
            ),
            told: pattern(
                r"(?x)\b(prettier|biome|oxfmt)\b.*\s(--write|-w|--fix|--apply)\b|\b(gofmt|gofumpt|goimports|shfmt)\b.*\s-(w|\w*w)(\s|$)
                  |\b(clang-format\S*|yapf|autopep8|swift-?format|google-java-format\S*|ormolu|fourmolu|ocamlformat)\b.*\s(-i|--in-?place|--replace|-r|--mode[\s=]inplace)\b
                  |\bktlint\b.*\s(-F|--format)\b|\b(standardrb|standard|xo)\b.*\s--fix\b",
            ),
            checks: pattern(
                r"--check|--diff\b|--verify|--set-exit-if-changed|--dry-run|--list-different|--fail|--ci\b|--test\b|--mode[\s=]check|\scheck\b|--list\b|--output=none|\s-c\b",
            ),
        }
    }

    /// True for a command that rewrites files without any later check for changes.
    fn is(&self, command: &Command, part: &str) -> bool {
        // Third-party steps and pre-commit hooks fail if a file changes.
        let by_others = part.starts_with("uses:")
            || part.starts_with("id:")
            || command.path.to_string().starts_with(".pre-commit-config")
            || command.path.to_string() == "prek.toml";
        !self.compared
            && !by_others
            && (self.told.is_match(part) || (self.always.is_match(part) && !self.checks.is_match(part)))
    }
}

/// Names of branches: a version with one of these names can change.
const BRANCHES: &[&str] = &["main", "master", "latest", "HEAD", "develop", "trunk"];

pub(super) fn ci_pinned(project: &Project<'_>) -> Answer {
    let files = &project.files;
    let mut used = Vec::new();
    for path in files.matching(is_github_step_file) {
        let text = files.text(path);
        let lines: Vec<&str> = text.lines().collect();
        // The project's own steps have no version.
        let steps =
            used_steps(&text).into_iter().filter(|(_, name)| !name.is_empty() && !name.starts_with('.'));
        for (line, name) in steps {
            let shown = lines.get(line as usize - 1).copied().unwrap_or_default();
            if !is_pinned(&name) {
                return Answer::missed(format!(
                    "{path}:{line} takes whatever is newest: {}",
                    shortened(shown)
                ));
            }
            if used.len() < MAX_EVIDENCE {
                used.push(Evidence::line(path, line, shortened(shown)));
            }
        }
    }
    match used.is_empty() {
        true => Answer::not_applicable("no GitHub workflow uses other people's steps"),
        false => Answer::Earned { evidence: used },
    }
}

/// True for a GitHub workflow or action.
fn is_github_step_file(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let workflow = path.strip_prefix(".github/workflows/").is_some_and(|name| yaml && !name.contains('/'));
    let own = path == "action.yml" || path == "action.yaml" || path.starts_with(".github/actions/");
    workflow || (own && matches!(file_name(path), "action.yml" | "action.yaml"))
}

/// True if a step is pinned to a version: `owner/name@v1`, `docker://alpine:3.8`.
fn is_pinned(name: &str) -> bool {
    let version = match name.strip_prefix("docker://") {
        Some(image) if image.contains('@') => image.split_once('@'),
        Some(image) => image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')),
        None => name.split_once('@'),
    };
    let version = version.map(|(_, version)| version.strip_prefix("refs/heads/").unwrap_or(version));
    version.is_some_and(|version| !version.is_empty() && !BRANCHES.contains(&version))
}

pub(super) fn hooks(project: &Project<'_>) -> Answer {
    Answer::earned(
        configured::hooks(project),
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
    Answer::earned(configured::toolchain(project), "no file or manifest says which toolchain is needed")
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
