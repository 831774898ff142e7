//! Where ecosystems configure their linters, formatters, Git hooks and toolchains.

use super::files::{Files, file_name, pattern, shortened};
use super::tooling::manifests;
use super::{Evidence, Project};
use facts::model::RepoPath;
use serde_json::Value;

/// A kind of tool, and the places where tools of this kind are configured.
pub(super) struct Tools {
    /// Dedicated configuration files, by name.
    files: &'static [&'static str],
    /// Beginnings of their names, followed by any ending.
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
    /// Lines of ruff.toml.
    ruff: &'static str,
    /// Keys of biome.json: the tool is configured there unless all of them say that it is not enabled.
    biome: &'static [&'static str],
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
    sections: r#"^\[tool\.(black|ruff\.format|yapf|isort|autopep8|blue|pyink)\]|^\[(yapf|isort)\]|^\s*"prettier"\s*:|^\s*"(standard|xo)"\s*:|[{,]\s*"(prettier|standard|xo)"\s*:\s*\{"#,
    plugins: r"spotless|google-java-format|fmt-maven-plugin|formatter-maven-plugin|spring-javaformat|ktlint|ktfmt|kotlinter|scalafmt",
    hooks: r"^\s*(-\s+)?id:\s*(black|ruff-format|isort|yapf|autopep8|prettier|clang-format|fmt|rustfmt|cargo-fmt|gofmt|go-fmt|gofumpt|shfmt|stylua|dprint|biome-format|biome-check|pretty-format-\w+|google-java-formatter|ktlint|terraform_fmt|nixfmt|csharpier|dart-format)\b",
    // Indentation settings are for editors too, so they do not count as a formatter.
    editorconfig: r"^\s*(csharp_(new_line|indent|space|preserve|style)|dotnet_|ktlint_|ij_kotlin_|shell_variant|space_redirects)",
    deno: r#"^\s*"fmt"\s*:"#,
    ruff: r"^\[format\]",
    biome: &["formatter"],
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
        "detekt-config.yml",
        "lint.xml",
        ".shellcheckrc",
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
        |^\[(flake8|pycodestyle|pydocstyle|mypy|pylint[.\w]*)\]|^\s*"(eslintConfig|xo|standard|stylelint|jshintConfig|oxlint)"\s*:
        |[{,]\s*"(eslintConfig|xo|standard|stylelint|jshintConfig|oxlint)"\s*:\s*\{"#,
    plugins: r"checkstyle|spotbugs|findbugs|errorprone|error_prone|error-prone|maven-pmd-plugin|['\x22]pmd['\x22]|\bpmd\b|detekt|ktlint|scalafix|scalastyle",
    hooks: r"^\s*(-\s+)?id:\s*(ruff(-check)?|flake8|pylint|mypy|pyright|basedpyright|bandit|pydocstyle|eslint|clippy|cargo-clippy|golangci-lint[\w-]*|go-vet|staticcheck|shellcheck|rubocop|clang-tidy|cppcheck|cpplint|stylelint|hadolint[\w-]*|yamllint|markdownlint[\w-]*|biome-lint|biome-check|oxlint|codespell|vulture|detekt|ktlint|swiftlint|phpstan|sqlfluff-lint|actionlint)\s*$",
    editorconfig: r"^\s*(dotnet_(diagnostic|analyzer)|ktlint_)",
    deno: r#"^\s*"lint"\s*:"#,
    // The existence of the file is enough.
    ruff: r"^\[lint",
    biome: &["linter"],
};

impl Tools {
    /// Where a tool of this kind is configured in a project.
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
        let ruff = files.matching(|path| matches!(file_name(path), "ruff.toml" | ".ruff.toml"));
        found.extend(files.lines(ruff, &pattern(self.ruff)));
        found.extend(self.of_biome(files));
        found.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        found.dedup();
        found.truncate(3);
        found
    }

    /// Where Biome is configured to do the work of this kind of tool.
    fn of_biome(&self, files: &Files<'_>) -> Vec<Evidence> {
        let names = ["biome.json", "biome.jsonc", ".biome.json", ".biome.jsonc"];
        let enabled = |path: &&RepoPath| {
            let parsed = facts::jsonc::parse::<Value>(&files.text(path));
            let Ok(parsed) = parsed else { return false };
            let is_off = |key: &&str| {
                parsed.get(*key).and_then(|tool| tool.get("enabled")) == Some(&Value::Bool(false))
            };
            !self.biome.iter().all(is_off)
        };
        let own = files.matching(|path| names.contains(&file_name(path))).filter(enabled);
        own.take(3).map(|path| Evidence::file(path, "is there")).collect()
    }
}

/// Files that configure Git hooks, at the root.
const HOOK_FILES: &[&str] = &[
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "lefthook.yml",
    "lefthook.yaml",
    "lefthook.toml",
    "lefthook.json",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".lefthook.toml",
    ".lefthook.json",
    ".config/lefthook.yml",
    ".config/lefthook.yaml",
    ".config/lefthook.toml",
    ".config/lefthook.json",
    ".overcommit.yml",
    "prek.toml",
    "captainhook.json",
    "grumphp.yml",
    "grumphp.yaml",
    "grumphp.yml.dist",
    "grumphp.dist.yml",
    ".huskyrc",
    ".huskyrc.json",
    ".huskyrc.js",
    ".simple-git-hooks.json",
    ".simple-git-hooks.js",
    ".simple-git-hooks.cjs",
    "simple-git-hooks.json",
    "simple-git-hooks.js",
];

/// Folders of Git hooks.
const HOOK_FOLDERS: &[&str] =
    &[".husky/", ".githooks/", ".hooks/", ".cargo-husky/hooks/", "hooks/pre-commit"];

/// Where Git hooks are configured.
pub(super) fn hooks(project: &Project<'_>) -> Vec<Evidence> {
    let files = &project.files;
    let is_hook =
        |path: &str| HOOK_FILES.contains(&path) || HOOK_FOLDERS.iter().any(|folder| path.starts_with(folder));
    let mut found: Vec<Evidence> =
        files.matching(is_hook).take(3).map(|path| Evidence::file(path, "is there")).collect();
    if let Some(path) = files.at("package.json")
        && let Ok(parsed) = serde_json::from_str::<Value>(&files.text(path))
    {
        let said = [("husky", "hooks"), ("simple-git-hooks", ""), ("gitHooks", ""), ("pre-commit", "")];
        let holds = |(key, inner): &&(&str, &str)| {
            parsed.get(*key).is_some_and(|value| inner.is_empty() || value.get(*inner).is_some())
        };
        found
            .extend(said.iter().filter(holds).map(|(key, _)| Evidence::file(path, format!("holds `{key}`"))));
    }
    if let Some(path) = files.at("Cargo.toml") {
        found.extend(files.lines([path], &pattern(r"^\s*(cargo-husky|rusty-hook|husky-rs)\s*=")));
    }
    found.truncate(3);
    found
}

/// Files at the root that name the required toolchain.
const TOOLCHAIN_FILES: &[&str] = &[
    "rust-toolchain.toml",
    "rust-toolchain",
    ".nvmrc",
    ".node-version",
    ".python-version",
    ".ruby-version",
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
    ".java-version",
    ".sdkmanrc",
    "global.json",
    ".swift-version",
    ".php-version",
    ".go-version",
    ".perl-version",
    ".bazelversion",
    ".terraform-version",
    ".dvmrc",
    ".fvmrc",
    ".crystal-version",
    ".scala-version",
    ".deno-version",
];

/// Lines that name it, by the ends of the names of their files.
const TOOLCHAIN_LINES: &[(&[&str], &str)] = &[
    (
        &["pom.xml"],
        r"<(maven\.compiler\.(release|source|target)|java\.version|release|source)>\s*(1\.)?\d+\s*<|<requireJavaVersion>",
    ),
    (
        &[".gradle", ".gradle.kts"],
        r"\blanguageVersion\b|\bjvmToolchain\s*[({]|\b(source|target)Compatibility\b\s*(=|\(|\s)\s*\S|\brelease\s*(\.set\(|=)\s*\d",
    ),
    (&["Gemfile", "gems.rb"], r#"^\s*ruby[\s(]+(['"]|file:)"#),
    (&["pubspec.yaml"], r#"^\s+sdk:\s*['"]?[\^<>=\d]"#),
    (&["build.zig.zon"], r"^\s*\.minimum_zig_version\s*="),
    (&["mix.exs"], r#"^\s*elixir:\s*""#),
    (&["build.sbt"], r"\bscalaVersion\s*:="),
    (&[".gemspec"], r"\.required_ruby_version\s*="),
    (&["Pipfile"], r"^\s*python_(full_)?version\s*="),
    (&["gradle-daemon-jvm.properties"], r"^\s*toolchainVersion\s*="),
    (&["proj", "Directory.Build.props"], r"<TargetFrameworks?>\s*[^<\s]"),
    (&["stack.yaml"], r"^(resolver|snapshot):\s*\S"),
    (&["shard.yml"], r"^crystal:\s*\S"),
    (&["rebar.config"], r"\bminimum_otp_vsn\b"),
    (&["gleam.toml"], r"^\s*gleam\s*="),
    (&["Makefile.PL"], r"\bMIN_PERL_VERSION\b"),
    (&["cpanfile"], r#"^\s*requires\s*\(?\s*['"]perl['"]"#),
];

/// Where the required toolchain is named.
pub(super) fn toolchain(project: &Project<'_>) -> Vec<Evidence> {
    let files = &project.files;
    let mut found = files.present(TOOLCHAIN_FILES);
    let said = pattern(
        r#"^\s*rust-version\s*=|^\s*requires-python\s*=|^\s*"(engines|volta|devEngines)"\s*:|[{,]\s*"(engines|volta|devEngines)"\s*:\s*\{|^go\s+\d|\bpython_requires\s*="#,
    );
    found.extend(files.lines(manifests(project), &said));
    for (names, said) in TOOLCHAIN_LINES {
        let mut own: Vec<&RepoPath> =
            files.matching(|path| names.iter().any(|name| path.ends_with(name))).collect();
        own.sort_by_key(|path| path.as_bytes().iter().filter(|byte| **byte == b'/').count());
        found.extend(files.lines(own, &pattern(said)));
    }
    if let Some(path) = files.at("Package.swift") {
        // It is named in a comment.
        let text = files.text(path);
        let said = text.lines().next().filter(|line| line.contains("swift-tools-version"));
        found.extend(said.map(|line| Evidence::line(path, 1, shortened(line))));
    }
    if let Some(path) = files.at("composer.json")
        && let Ok(parsed) = serde_json::from_str::<Value>(&files.text(path))
        && let Some(version) = parsed.pointer("/require/php").and_then(Value::as_str)
    {
        found.push(Evidence::file(path, format!("requires PHP {version}")));
    }
    if let Some(path) = files.at("pyproject.toml")
        && let Ok(parsed) = files.text(path).parse::<toml::Table>()
        && let Some(poetry) =
            parsed.get("tool").and_then(|tool| tool.get("poetry")?.get("dependencies")?.get("python"))
    {
        found.push(Evidence::file(path, format!("requires Python {}", poetry.as_str().unwrap_or_default())));
    }
    found.truncate(3);
    found
}

/// Files of these paths, from the root.
fn named<'f>(files: &'f Files<'_>, paths: &[&str]) -> Vec<&'f RepoPath> {
    paths.iter().filter_map(|path| files.at(path)).collect()
}
