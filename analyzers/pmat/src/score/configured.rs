//! Where ecosystems configure their linters and formatters.

use super::files::{Files, file_name, pattern};
use super::tooling::manifests;
use super::{Evidence, Project};
use facts::model::RepoPath;

/// A sort of tool, by the places where one of its sort is configured.
pub(super) struct Tools {
    /// Files of nothing else, by name.
    files: &'static [&'static str],
    /// Beginnings of such names: any ending follows.
    stems: &'static [&'static str],
    /// Lines of manifests and of the configuration of Python's tools.
    sections: &'static str,
    /// Lines of Maven's and Gradle's build files.
    plugins: &'static str,
    /// Lines that name a hook of pre-commit.
    hooks: &'static str,
    /// Lines of `.editorconfig`.
    editorconfig: &'static str,
    /// Lines of deno.json.
    deno: &'static str,
}

pub(super) static FORMATTERS: Tools = Tools {
    files: &[
        "rustfmt.toml",
        ".rustfmt.toml",
        ".clang-format",
        "_clang-format",
        ".uncrustify.cfg",
        "uncrustify.cfg",
        ".astylerc",
        ".scalafmt.conf",
        "biome.json",
        "biome.jsonc",
        "dprint.json",
        "dprint.jsonc",
        ".dprint.json",
        ".dprint.jsonc",
        ".oxfmtrc.json",
        ".swift-format",
        ".swiftformat",
        ".formatter.exs",
        ".ocamlformat",
        ".ocp-indent",
        ".style.yapf",
        ".isort.cfg",
        ".jsbeautifyrc",
        ".php-cs-fixer.php",
        ".php-cs-fixer.dist.php",
        ".php_cs",
        ".php_cs.dist",
        "pint.json",
        "stylua.toml",
        ".stylua.toml",
        "fourmolu.yaml",
        ".stylish-haskell.yaml",
        ".ormolu",
        ".JuliaFormatter.toml",
        ".cljfmt.edn",
        ".csharpierrc",
        ".csharpierrc.json",
        ".csharpierrc.yaml",
        "air.toml",
        "treefmt.toml",
        ".cmake-format.yaml",
        ".cmake-format.py",
        ".gersemirc",
        "taplo.toml",
        ".taplo.toml",
        ".standard.yml",
        "rubyfmt.toml",
    ],
    stems: &[".prettierrc", "prettier.config."],
    sections: r#"^\[tool\.(black|ruff\.format|yapf|isort|autopep8|blue|pyink)\]|^\[(yapf|isort)\]|^\s*"prettier"\s*:|^\s*"(standard|xo)"\s*:"#,
    plugins: r"spotless|google-java-format|fmt-maven-plugin|formatter-maven-plugin|spring-javaformat|ktlint|ktfmt|kotlinter|scalafmt",
    hooks: r"^\s*(-\s+)?id:\s*(black|ruff-format|isort|yapf|autopep8|prettier|clang-format|fmt|rustfmt|cargo-fmt|gofmt|go-fmt|gofumpt|shfmt|stylua|dprint|biome-format|biome-check|pretty-format-\w+|google-java-formatter|ktlint|terraform_fmt|nixfmt|csharpier|dart-format)\b",
    editorconfig: r"^\s*(indent_style|indent_size|csharp_new_line|dotnet_)",
    deno: r#"^\s*"fmt"\s*:"#,
};

pub(super) static LINTERS: Tools = Tools {
    files: &[
        "clippy.toml",
        ".clippy.toml",
        ".flake8",
        ".pylintrc",
        "pylintrc",
        "pylintrc.toml",
        "ruff.toml",
        ".ruff.toml",
        ".pycodestyle",
        ".pydocstyle",
        ".bandit",
        "pyrightconfig.json",
        "mypy.ini",
        ".mypy.ini",
        ".golangci.yml",
        ".golangci.yaml",
        ".golangci.toml",
        ".golangci.json",
        "revive.toml",
        "staticcheck.conf",
        ".rubocop.yml",
        ".standard.yml",
        ".reek.yml",
        ".clang-tidy",
        "_clang-tidy",
        "CPPLINT.cfg",
        "checkstyle.xml",
        "pmd.xml",
        "spotbugs.xml",
        "detekt.yml",
        "detekt.yaml",
        "lint.xml",
        ".shellcheckrc",
        "biome.json",
        "biome.jsonc",
        ".oxlintrc.json",
        "tslint.json",
        ".jshintrc",
        ".stylelintrc",
        "phpstan.neon",
        "phpstan.neon.dist",
        "phpstan.dist.neon",
        "psalm.xml",
        "psalm.xml.dist",
        "phpcs.xml",
        "phpcs.xml.dist",
        ".phpcs.xml",
        ".phpcs.xml.dist",
        "phpmd.xml",
        ".credo.exs",
        "batuta.toml",
        ".hadolint.yaml",
        ".hadolint.yml",
        ".yamllint",
        ".yamllint.yml",
        ".yamllint.yaml",
        ".swiftlint.yml",
        "analysis_options.yaml",
        ".lintr",
        ".luacheckrc",
        "selene.toml",
        ".hlint.yaml",
        ".scalafix.conf",
        "scalastyle-config.xml",
        ".solhint.json",
        ".tflint.hcl",
        ".sqlfluff",
        "stylecop.json",
        ".globalconfig",
        ".markdownlint.json",
        ".markdownlint.yaml",
        ".markdownlint.yml",
        ".ansible-lint",
    ],
    stems: &[".eslintrc", "eslint.config.", "stylelint.config.", ".stylelintrc."],
    sections: r#"(?x)^\[(workspace\.)?lints(\.\w+)?\]|^\[tool\.(ruff|pylint|flake8|mypy|pyright|basedpyright|bandit|pydocstyle|ty)\b[.\]\w]*
        |^\[(flake8|pycodestyle|pydocstyle|mypy|pylint[.\w]*)\]|^\s*"(eslintConfig|xo|standard|stylelint|jshintConfig|oxlint)"\s*:"#,
    plugins: r"checkstyle|spotbugs|findbugs|errorprone|error_prone|error-prone|maven-pmd-plugin|['\x22]pmd['\x22]|\bpmd\b|detekt|ktlint|scalafix|scalastyle",
    hooks: r"^\s*(-\s+)?id:\s*(ruff(-check)?|flake8|pylint|mypy|pyright|basedpyright|bandit|pydocstyle|eslint|clippy|cargo-clippy|golangci-lint[\w-]*|go-vet|staticcheck|shellcheck|rubocop|clang-tidy|cppcheck|cpplint|stylelint|hadolint[\w-]*|yamllint|markdownlint[\w-]*|biome-lint|biome-check|oxlint|codespell|vulture|detekt|ktlint|swiftlint|phpstan|sqlfluff-lint|actionlint)\s*$",
    editorconfig: r"^\s*dotnet_(diagnostic|analyzer)",
    deno: r#"^\s*"lint"\s*:"#,
};

impl Tools {
    /// Where a tool of this sort is configured in a project.
    pub fn configured(&self, project: &Project<'_>) -> Vec<Evidence> {
        let files = &project.files;
        let is_configuration = |path: &str| {
            let name = file_name(path);
            self.files.contains(&name) || self.stems.iter().any(|stem| name.starts_with(stem))
        };
        let alone = files.matching(is_configuration).take(3).map(|path| Evidence::file(path, "is there"));
        let mut found: Vec<Evidence> = alone.collect();
        let sections = named(files, &["tox.ini", "setup.cfg", "pyproject.toml", "package.json"]);
        found.extend(files.lines(manifests(project).into_iter().chain(sections), &pattern(self.sections)));
        let builds = |path: &str| {
            let name = file_name(path);
            matches!(name, "pom.xml" | "plugins.sbt")
                || name.ends_with(".gradle")
                || name.ends_with(".gradle.kts")
        };
        found.extend(files.lines(files.matching(builds), &pattern(self.plugins)));
        let hooks = named(files, &[".pre-commit-config.yaml", ".pre-commit-config.yml"]);
        found.extend(files.lines(hooks, &pattern(self.hooks)));
        found.extend(files.lines(named(files, &[".editorconfig"]), &pattern(self.editorconfig)));
        found.extend(files.lines(named(files, &["deno.json", "deno.jsonc"]), &pattern(self.deno)));
        found.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        found.dedup();
        found.truncate(3);
        found
    }
}

/// Files of these paths, from the root.
fn named<'f>(files: &'f Files<'_>, paths: &[&str]) -> Vec<&'f RepoPath> {
    paths.iter().filter_map(|path| files.at(path)).collect()
}
