use super::{ProjectFiles, beside, ci, depth, line_of};
use crate::report::{Place, ProjectCommand, Purpose};
use facts::model::RepoPath;

/// How the repository is built, tested, checked and run, with the file that says so: build files first, then what only CI
/// runs. Sorted by purpose, the shallow files first.
pub(crate) fn commands(files: &ProjectFiles<'_>) -> Vec<ProjectCommand> {
    let mut found = Vec::new();
    cargo(files, &mut found);
    npm(files, &mut found);
    make(files, &mut found);
    python(files, &mut found);
    fixed(files, &mut found);
    gradle_and_maven(files, &mut found);
    for (command, place) in ci::ci_commands(files) {
        let purpose = purpose_of(&command);
        if purpose != Purpose::Other
            && starts_a_build_tool(&command)
            && !found.iter().any(|known| known.command == command)
        {
            found.push(ProjectCommand { purpose, command, found_in: place });
        }
    }
    found.sort_by_key(|command| (command.purpose, depth(&command.found_in.path)));
    found
}

fn push(found: &mut Vec<ProjectCommand>, purpose: Purpose, command: impl Into<String>, found_in: Place) {
    found.push(ProjectCommand { purpose, command: command.into(), found_in });
}

/// `command` as it is run in the folder of `manifest`.
fn in_folder(manifest: &RepoPath, command: &str) -> String {
    let folder = RepoPath::new(manifest.parent());
    if manifest.parent().is_empty() { command.to_owned() } else { format!("cd {folder} && {command}") }
}

fn cargo(files: &ProjectFiles<'_>, found: &mut Vec<ProjectCommand>) {
    // Members of a workspace are built from its root; only the shallowest manifests stand for themselves.
    let Some(root) = files.named("Cargo.toml").next() else {
        return;
    };
    let text = files.text(root).unwrap_or_default();
    let all = if text.contains("[workspace]") { " --workspace" } else { "" };
    let place = || Place::file(&root.path);
    push(found, Purpose::Build, in_folder(&root.path, &format!("cargo build{all}")), place());
    push(found, Purpose::Test, in_folder(&root.path, &format!("cargo test{all}")), place());
}

fn npm(files: &ProjectFiles<'_>, found: &mut Vec<ProjectCommand>) {
    let Some(entry) = files.named("package.json").next() else {
        return;
    };
    let Some(text) = files.text(entry) else { return };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else {
        return;
    };
    let lock = |name: &str| {
        let path = beside(&entry.path, name);
        files.entries.iter().any(|entry| entry.path == path)
    };
    let manager = match () {
        () if lock("pnpm-lock.yaml") => "pnpm",
        () if lock("yarn.lock") => "yarn",
        () if lock("bun.lockb") || lock("bun.lock") => "bun",
        () => "npm",
    };
    push(
        found,
        Purpose::Build,
        in_folder(&entry.path, &format!("{manager} install")),
        Place::file(&entry.path),
    );
    for (name, script) in manifest["scripts"].as_object().into_iter().flatten() {
        let script = script.as_str().unwrap_or_default();
        let purpose = match purpose_of(name) {
            Purpose::Other => purpose_of(script),
            known => known,
        };
        let line = line_of(&text, &format!("\"{name}\":"));
        let place = Place { path: entry.path.clone(), line };
        push(found, purpose, in_folder(&entry.path, &format!("{manager} run {name}")), place);
    }
}

fn make(files: &ProjectFiles<'_>, found: &mut Vec<ProjectCommand>) {
    let kinds = [
        ("Makefile", "make"),
        ("GNUmakefile", "make"),
        ("makefile", "make"),
        ("justfile", "just"),
        ("Justfile", "just"),
    ];
    for (name, tool) in kinds {
        let Some(entry) = files.named(name).next().filter(|entry| depth(&entry.path) == 0) else {
            continue;
        };
        let Some(text) = files.text(entry) else { continue };
        if tool == "make" {
            push(found, Purpose::Build, tool, Place::file(&entry.path));
        }
        let mut seen: Vec<&str> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let Some(target) = make_target(line).filter(|target| !seen.contains(target)) else {
                continue;
            };
            seen.push(target);
            let purpose = if target == "all" { Purpose::Build } else { purpose_of(target) };
            push(found, purpose, format!("{tool} {target}"), Place::line(&entry.path, index as u32 + 1));
        }
    }
}

/// The name of the phony-looking target that a line defines: no pattern, variable, path or special target.
fn make_target(line: &str) -> Option<&str> {
    let (head, tail) = line.split_once(':')?;
    let name = head.split_whitespace().next()?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    (plain && !tail.starts_with('=') && !tail.starts_with(":=") && !line.starts_with([' ', '\t', '#']))
        .then_some(name)
}

fn python(files: &ProjectFiles<'_>, found: &mut Vec<ProjectCommand>) {
    let root = |name: &str| files.named(name).find(|entry| depth(&entry.path) <= 1);
    let installed = root("pyproject.toml").or_else(|| root("setup.py"));
    if let Some(entry) = installed {
        push(found, Purpose::Build, in_folder(&entry.path, "pip install ."), Place::file(&entry.path));
    }
    for (name, marker) in [
        ("pyproject.toml", "[tool.pytest"),
        ("pytest.ini", "[pytest]"),
        ("setup.cfg", "[tool:pytest]"),
        ("tox.ini", "[pytest]"),
    ] {
        let hit = root(name).and_then(|entry| Some((entry, line_of(&files.text(entry)?, marker)?)));
        if let Some((entry, line)) = hit {
            push(found, Purpose::Test, in_folder(&entry.path, "pytest"), Place::line(&entry.path, line));
            break;
        }
    }
    for (name, command) in [("tox.ini", "tox"), ("noxfile.py", "nox")] {
        if let Some(entry) = root(name) {
            push(found, Purpose::Test, in_folder(&entry.path, command), Place::file(&entry.path));
        }
    }
    if let Some(entry) = root("pyproject.toml")
        && let Some(line) = files.text(entry).and_then(|text| line_of(&text, "[tool.tox"))
    {
        push(found, Purpose::Test, in_folder(&entry.path, "tox"), Place::line(&entry.path, line));
    }
}

/// Build systems whose commands do not depend on what the file says.
fn fixed(files: &ProjectFiles<'_>, found: &mut Vec<ProjectCommand>) {
    const FIXED: &[(&str, &[(Purpose, &str)])] = &[
        ("go.mod", &[(Purpose::Build, "go build ./..."), (Purpose::Test, "go test ./...")]),
        ("CMakeLists.txt", &[(Purpose::Build, "cmake -B build && cmake --build build")]),
        (
            "meson.build",
            &[
                (Purpose::Build, "meson setup build && ninja -C build"),
                (Purpose::Test, "meson test -C build"),
            ],
        ),
        ("configure.ac", &[(Purpose::Build, "autoreconf -i && ./configure && make")]),
        ("mix.exs", &[(Purpose::Build, "mix compile"), (Purpose::Test, "mix test")]),
        ("build.sbt", &[(Purpose::Build, "sbt compile"), (Purpose::Test, "sbt test")]),
        ("Package.swift", &[(Purpose::Build, "swift build"), (Purpose::Test, "swift test")]),
        ("build.zig", &[(Purpose::Build, "zig build")]),
        ("Gemfile", &[(Purpose::Build, "bundle install")]),
        ("Rakefile", &[(Purpose::Other, "rake")]),
    ];
    for (name, commands) in FIXED {
        let Some(entry) = files.named(name).next().filter(|entry| depth(&entry.path) <= 1) else {
            continue;
        };
        for (purpose, command) in *commands {
            push(found, *purpose, in_folder(&entry.path, command), Place::file(&entry.path));
        }
        if *name == "CMakeLists.txt"
            && let Some(line) = files.text(entry).and_then(|text| line_of(&text, "enable_testing"))
        {
            push(found, Purpose::Test, "ctest --test-dir build", Place::line(&entry.path, line));
        }
    }
}

fn gradle_and_maven(files: &ProjectFiles<'_>, found: &mut Vec<ProjectCommand>) {
    let wrapper = |script: &'static str, plain: &'static str| {
        if files.has(script) { format!("./{script}") } else { plain.into() }
    };
    let gradle = files.named("build.gradle").next().or_else(|| files.named("build.gradle.kts").next());
    if let Some(entry) = gradle {
        let tool = wrapper("gradlew", "gradle");
        push(found, Purpose::Build, format!("{tool} build"), Place::file(&entry.path));
        push(found, Purpose::Test, format!("{tool} test"), Place::file(&entry.path));
    }
    if let Some(entry) = files.named("pom.xml").next() {
        let tool = wrapper("mvnw", "mvn");
        push(
            found,
            Purpose::Build,
            in_folder(&entry.path, &format!("{tool} package")),
            Place::file(&entry.path),
        );
        push(found, Purpose::Test, in_folder(&entry.path, &format!("{tool} test")), Place::file(&entry.path));
    }
}

/// True for a line of a CI script that starts a build or test tool: the rest sets up its machine, publishes, or is shell
/// syntax.
fn starts_a_build_tool(command: &str) -> bool {
    const TOOLS: &[&str] = &[
        "cargo",
        "npm",
        "npx",
        "yarn",
        "pnpm",
        "bun",
        "deno",
        "make",
        "cmake",
        "ctest",
        "ninja",
        "meson",
        "go",
        "gradle",
        "./gradlew",
        "mvn",
        "./mvnw",
        "pytest",
        "tox",
        "nox",
        "python",
        "python3",
        "uv",
        "hatch",
        "poetry",
        "pdm",
        "bazel",
        "just",
        "dotnet",
        "swift",
        "mix",
        "sbt",
        "bundle",
        "rake",
        "rspec",
        "composer",
        "phpunit",
        "zig",
        "stack",
        "cabal",
        "dune",
        "./configure",
        "./build.sh",
        "./test.sh",
        "./runtest",
        "ruff",
        "mypy",
        "flake8",
        "black",
    ];
    let setting_up = ["install", "sync", "publish", "login", "--version", "${{", "pre-commit"];
    let mut words = command.split_whitespace();
    words.next().is_some_and(|first| TOOLS.contains(&first))
        && !words.any(|word| setting_up.iter().any(|setup| word.contains(setup)))
}

/// The purpose of a command or script, from its words.
fn purpose_of(command: &str) -> Purpose {
    let words: Vec<String> =
        command.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase).collect();
    let any = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if any(&[
        "test", "tests", "pytest", "nextest", "ctest", "jest", "vitest", "mocha", "tox", "nox", "check",
        "spec", "unittest",
    ]) && !any(&["fmt", "format", "lint", "clippy"])
    {
        Purpose::Test
    } else if any(&[
        "lint", "fmt", "format", "clippy", "eslint", "ruff", "black", "flake8", "mypy", "prettier", "vet",
    ]) {
        Purpose::Check
    } else if any(&[
        "build", "compile", "bundle", "install", "package", "dist", "cmake", "make", "tsc", "webpack",
    ]) {
        Purpose::Build
    } else if any(&["start", "serve", "dev", "run", "watch"]) && !any(&["echo", "git", "apt"]) {
        Purpose::Run
    } else {
        Purpose::Other
    }
}
