//! Tests of reading CI files.

use super::*;

/// The results of the CI checks for a project with these files and this step: tests, lints, format.
fn ci_checks(run: &str, files: &[(&str, &str)]) -> [bool; 3] {
    let workflow = format!("jobs:\n  a:\n    steps:\n      - run: {run}\n");
    let mut all: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    all.push((".github/workflows/ci.yml".to_owned(), workflow));
    all.push(("a.py".to_owned(), "def f(a):\n    return a\n".to_owned()));
    all.sort();
    let report = scored(&all, &best());
    ["ci-tests", "ci-lints", "ci-format"].map(|id| {
        let check = report.checks.iter().find(|check| check.id == id).expect("there is such a check");
        matches!(check.answer, Answer::Earned { .. })
    })
}

#[test]
fn what_ci_calls_is_followed_to_the_commands() {
    const ALL: [bool; 3] = [true, true, true];
    let python = "pytest tests\nruff check .\nruff format --check .\n";
    let script = format!("#!/bin/sh -e\n{python}");
    for (run, files) in [
        ("scripts/check", &[("scripts/check", script.as_str())][..]),
        ("./ci/check.sh --fast", &[("ci/check.sh", &script)]),
        ("bash -e ci/check.sh", &[("ci/check.sh", &script)]),
        ("|\n          set -e\n          . ci/check.sh", &[("ci/check.sh", &script)]),
        ("ci/outer.sh", &[("ci/outer.sh", "#!/bin/sh\nexec ./ci/inner.sh\n"), ("ci/inner.sh", &script)]),
        (
            "python tools/ci.py",
            &[("tools/ci.py", "run([\"pytest\"])\nrun(\"ruff check .\")\nrun(\"black --check .\")\n")],
        ),
        (
            "make -C py verify",
            &[(
                "py/Makefile",
                "PYTEST ?= pytest\nbuild:\n\ttrue\nverify: lint\n\t$(PYTEST) -q\nlint:\n\truff check . && black --check .\n",
            )],
        ),
        (
            "just ci",
            &[("justfile", "ci: style\n    pytest\nstyle:\n    ruff check .\n    ruff format --check .\n")],
        ),
        (
            "task ci",
            &[(
                "Taskfile.yml",
                "version: 3\ntasks:\n  ci:\n    deps: [style]\n    cmds:\n      - pytest\n  style:\n    cmds:\n      - ruff check .\n      - ruff format --check .\n",
            )],
        ),
        (
            "npm run verify",
            &[(
                "package.json",
                "{\"scripts\": {\"verify\": \"npm run unit && eslint . && prettier --check .\", \"unit\": \"mocha\"}}",
            )],
        ),
        (
            "yarn verify",
            &[("package.json", "{\"scripts\": {\"verify\": \"jest && eslint . && prettier --check .\"}}")],
        ),
        (
            "composer ci",
            &[(
                "composer.json",
                "{\"scripts\": {\"ci\": [\"phpunit\", \"phpstan\", \"php-cs-fixer check\"]}}",
            )],
        ),
        (
            "deno task ci",
            &[("deno.json", "{\"tasks\": {\"ci\": \"deno test && deno lint && deno fmt --check\"}}")],
        ),
        (
            "tox -e all",
            &[(
                "tox.ini",
                "[testenv:all]\ncommands =\n    pytest {posargs}\n    ruff check .\n    ruff format --check .\n",
            )],
        ),
        (
            "tox run -e py3-lint,py3-unit",
            &[(
                "tox.ini",
                "[testenv]\ncommands =\n    unit: pytest\n    lint: flake8 .\n    lint: black --check .\n",
            )],
        ),
        (
            "nox -s ci",
            &[(
                "noxfile.py",
                "@nox.session\ndef ci(session):\n    session.run(\"pytest\")\n    session.run(\"ruff\", \"check\", \".\")\n    session.run(\"ruff\", \"format\", \"--check\")\n",
            )],
        ),
        (
            "hatch run ci",
            &[(
                "pyproject.toml",
                "[tool.hatch.envs.default.scripts]\nci = [\"pytest\", \"ruff check .\", \"black --check .\"]\n",
            )],
        ),
        (
            "poetry run poe ci",
            &[(
                "pyproject.toml",
                "[tool.poe.tasks.ci]\nsequence = [{cmd = \"pytest\"}, {cmd = \"mypy .\"}, {cmd = \"black --check .\"}]\n",
            )],
        ),
        (
            "cargo ci && cargo xtask check",
            &[
                (".cargo/config.toml", "[alias]\nci = \"test --workspace\"\nxtask = \"run -p xtask --\"\n"),
                ("xtask/src/main.rs", "fn main() { run(\"cargo clippy\"); run(\"cargo fmt --check\"); }\n"),
            ],
        ),
        (
            "pytest && pre-commit run --all-files",
            &[(
                ".pre-commit-config.yaml",
                "repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  hooks:\n  - id: ruff\n  - id: ruff-format\n",
            )],
        ),
    ] {
        assert_eq!(ci_checks(run, files), ALL, "{run}");
    }
}

#[test]
fn what_ci_does_not_call_and_what_only_prepares_earns_nothing() {
    const NONE: [bool; 3] = [false, false, false];
    let makefile = "build:\n\tcc a.c\ntests:\n\tpytest\nlint:\n\truff check . && black --check .\n";
    for (run, files) in [
        ("make build", &[("Makefile", makefile)][..]),
        ("pip install pytest ruff black", &[]),
        ("echo pytest", &[]),
        (
            "npm run build",
            &[(
                "package.json",
                "{\"scripts\": {\"build\": \"tsc\", \"unit\": \"jest\", \"style\": \"eslint . && prettier -c .\"}}",
            )],
        ),
        (
            "tox -e docs",
            &[(
                "tox.ini",
                "[testenv:docs]\ncommands = sphinx-build\n[testenv:lint]\ncommands = ruff check .\n[testenv]\ncommands = pytest\n",
            )],
        ),
        ("make check", &[("Makefile", "check:\n\t./configure\n")]),
        (
            "pre-commit run -a",
            &[(
                ".pre-commit-config.yaml",
                "repos:\n- repo: https://x.org\n  hooks:\n  - id: trailing-whitespace\n",
            )],
        ),
        ("scripts/../../outside.sh", &[("outside.sh", "pytest\n")]),
    ] {
        assert_eq!(ci_checks(run, files), NONE, "{run}");
    }
}

#[test]
fn scripts_and_tasks_that_call_each_other_end() {
    let makefile = "a: b\n\tmake b\nb: a\n\tmake a\n\t./loop.sh\nX = $(X) $(X)\n";
    let files = [
        ("Makefile", makefile),
        ("loop.sh", "./loop.sh\nmake a\nnpm run x\n"),
        ("package.json", "{\"scripts\": {\"x\": \"npm run x\"}}"),
    ];
    assert_eq!(ci_checks("make a", &files), [false, false, false]);
}

/// A Makefile is read once, however often its targets are called, and expanded lines have a maximum length.
#[test]
fn large_makefiles_end() {
    let targets: String = (0..4000).map(|n| format!("t{n}:\n\tmake t{}\n", n + 1)).collect();
    let makefile = format!("{targets}t4000:\n\tpytest\n");
    assert_eq!(ci_checks("make t0", &[("Makefile", &makefile)]), [true, false, false]);
    let mut makefile = format!("X = {}\nt:\n\techo {}\n", "a".repeat(100_000), "$(X)".repeat(200_000));
    makefile.push_str(&"Y += aaaaaaaaaaaaaaaa\n".repeat(20_000));
    makefile.push_str("Z = py\nZ += t\nu: t\n\tpytest $(Z)\n");
    assert_eq!(ci_checks("make u", &[("Makefile", &makefile)]), [true, false, false]);
}

#[test]
fn commands_run_in_the_folder_that_ci_says() {
    let make = ("backend/Makefile", "verify:\n\tpytest\n\truff check .\n\tblack --check .\n");
    let idle = ("Makefile", "verify:\n\techo\n");
    let scripts = "{\"scripts\": {\"verify\": \"vitest run && eslint . && prettier -c .\"}}";
    let web = ("web/package.json", scripts);
    let own = ("package.json", "{\"scripts\": {\"verify\": \"echo\"}}");
    let check = ("backend/check.sh", "cd \"$(dirname \"$0\")\" && make verify\n");
    for (run, files) in [
        ("make verify\n        working-directory: ./backend/", &[make, idle][..]),
        ("npm run verify\n        working-directory: web", &[web, own]),
        ("|\n          cd backend\n          make verify", &[make, idle]),
        (
            "|\n          (cd other && true)\n          pushd backend\n          make verify\n          popd",
            &[make],
        ),
        ("|\n          mkdir x && cd x\n          cd ../backend\n          make verify", &[make]),
        ("./check.sh\n        working-directory: backend", &[make, check]),
        ("bash backend/check.sh", &[make, check, idle]),
        ("npm --prefix web run verify", &[web, own]),
        ("yarn --cwd=web verify", &[web, own]),
    ] {
        assert_eq!(ci_checks(run, files), [true, true, true], "{run}");
    }
    for (run, files) in [
        ("make verify", &[make, idle][..]),
        ("npm run verify", &[web, own]),
        ("|\n          (cd backend)\n          make verify", &[make, idle]),
        ("|\n          cd backend\n          cd -\n          make verify", &[make, idle]),
        ("cd backend\n      - run: make verify", &[make, idle]),
    ] {
        assert_eq!(ci_checks(run, files), [false, false, false], "{run}");
    }
    let step = "jobs:\n  a:\n    steps:\n      - run: make verify\n";
    for workflow in [
        format!("defaults:\n  run:\n    working-directory: backend\n{step}"),
        step.replace("    steps", "    defaults: {run: {working-directory: backend}}\n    steps"),
    ] {
        assert!(earns("ci-tests", &[(".github/workflows/ci.yml", &workflow), make, idle]), "{workflow}");
    }
    for (path, text) in [
        (".gitlab-ci.yml", "unit test:\n  before_script:\n    - cd backend\n  script:\n    - make verify\n"),
        ("azure-pipelines.yml", "steps:\n- script: make verify\n  workingDirectory: backend\n"),
        (
            ".circleci/config.yml",
            "jobs:\n  a:\n    steps:\n      - run:\n          command: make verify\n          working_directory: ~/project/backend\n",
        ),
    ] {
        assert!(earns("ci-tests", &[(path, text), make, idle]), "{path}");
    }
}

#[test]
fn build_tools_run_tests_and_linters() {
    for run in [
        "mvn -B package --file pom.xml",
        "./mvnw clean verify -DskipTests=false",
        "./gradlew testDebugUnitTest",
        "gradle :core:check --no-daemon",
        "cmake --build build --target test",
        "ninja -C build test",
        "make distcheck",
        "make unit-tests",
        "make -j4 reg-tests",
        "make -j\"$(nproc || sysctl -n hw.ncpu)\" check",
        "cargo hack --feature-powerset test",
        "cargo hack test --each-feature",
        "cargo +nightly t --all",
        "stack build --test --no-run-benchmarks",
        "php artisan test --parallel",
        "bin/rails test",
        "bazelisk test //...",
        "hatch test",
        "python setup.py test",
    ] {
        assert_eq!(ci_checks(run, &[]), [true, false, false], "{run}");
    }
    assert_eq!(ci_checks("./gradlew :app:lint", &[]), [false, true, false]);
    assert_eq!(ci_checks("./gradlew testDebugUnitTest lintDebug", &[]), [true, true, false]);
}

#[test]
fn what_is_skipped_shown_or_rewritten_earns_nothing() {
    let placeholder = "{\"scripts\": {\"test\": \"echo \\\"Error: no test specified\\\" && exit 1\"}}";
    for (run, files) in [
        ("mvn -B install -DskipTests", &[][..]),
        ("./mvnw clean install -Dmaven.test.skip=true", &[]),
        ("./gradlew build -x test", &[]),
        ("./gradlew --build-cache assembleDebugAndroidTest", &[]),
        ("cargo test --no-run", &[]),
        ("npm test", &[("package.json", placeholder)]),
        ("make test", &[("Makefile", "test:\n\techo nothing\n")]),
        ("|\n          cat <<EOF > x\n          pytest\n          ruff check .\n          EOF", &[]),
        ("curl -sS https://webi.sh/shfmt | sh", &[]),
        ("./tools/install-shfmt.sh", &[("tools/install-shfmt.sh", "curl -L x.org/shfmt -o shfmt\n")]),
        ("cargo clippy --version && rustup +nightly component add rustfmt", &[]),
        ("prettier --write . && black . && gofmt -w . && cargo fmt", &[]),
        ("make deps # pytest, flake8 and black", &[]),
    ] {
        assert_eq!(ci_checks(run, files), [false, false, false], "{run}");
    }
    for run in ["prettier --write . && git diff --exit-code", "black --check .", "test -z \"$(gofmt -l .)\""]
    {
        assert_eq!(ci_checks(run, &[]), [false, false, true], "{run}");
    }
}

#[test]
fn runners_are_followed_to_what_they_run() {
    const ALL: [bool; 3] = [true, true, true];
    let scripts = "{\"scripts\": {\"ci\": \"run-s lint unit fmt:*\", \"par\": \"npm-run-all --parallel lint unit fmt:*\", \"con\": \"concurrently \\\"npm:lint\\\" \\\"yarn:unit\\\" \\\"npm run fmt:x\\\"\", \"lint\": \"eslint .\", \"unit\": \"node --test\", \"fmt:x\": \"prettier -c .\"}}";
    let package = ("package.json", scripts);
    let workspace = ("packages/a/package.json", scripts);
    let nox = (
        "noxfile.py",
        "@nox.session\ndef unit(session):\n    session.run(\"pytest\")\n@nox.session\ndef style(session):\n    session.run(\"flake8\")\n    session.run(\"black\", \"--check\", \".\")\n",
    );
    let tox = ("tox.ini", "[testenv:ci]\ncommands =\n    pytest\n    flake8\n    black --check .\n");
    let python = "pytest\n\tflake8\n\tblack --check .\n";
    let make = format!("ci:\n\t{python}");
    let inner = "mk/x.mk";
    for (run, files) in [
        ("npm run ci", &[package][..]),
        ("npm run par", &[package]),
        ("npm run con", &[package]),
        ("pnpm turbo run lint unit fmt:x", &[workspace]),
        ("npx nx affected -t lint unit fmt:x", &[workspace]),
        ("npx nx run-many --targets=lint,unit,fmt:x --all", &[workspace]),
        ("nox -s unit style", &[nox]),
        ("uvx nox -s unit style", &[nox]),
        ("pipx run tox -e ci", &[tox]),
        ("uvx --with tox-uv tox -e ci", &[tox]),
        ("uv run --group dev make ci", &[("Makefile", &make)]),
        ("make ci", &[("Makefile", "include mk/*.mk\n"), (inner, &make)]),
        ("make -C build ci", &[("build/Makefile", "include ../mk/x.mk\n"), (inner, &make)]),
        ("make", &[("Makefile", ".DEFAULT_GOAL := ci\nall:\n\ttrue\ninclude mk/x.mk\n"), (inner, &make)]),
        ("make ci", &[("Makefile", "ci:\n\tcd a && \\\n\t$(MAKE) ci\n"), ("a/Makefile", &make)]),
        (
            "composer ci",
            &[(
                "composer.json",
                "{\"scripts\": {\"ci\": [\"@all\"], \"all\": [\"phpunit\", \"@php phpstan\", \"php-cs-fixer check\"]}}",
            )],
        ),
        (
            "cargo t && cargo xfmt --check && cargo lint",
            &[(
                ".cargo/config.toml",
                "[alias]\nxfmt = \"fmt -- --config x=y\"\nlint = [\"clippy\", \"--all\"]\n",
            )],
        ),
        (
            "deno task ci",
            &[(
                "deno.jsonc",
                "{ // all\n\"tasks\": {\"ci\": {\"command\": \"deno test\", \"dependencies\": [\"l\"]}, \"l\": \"deno lint && deno fmt --check\",}}",
            )],
        ),
        (
            "mise run ci",
            &[(
                "mise.toml",
                "[tasks.ci]\ndepends = [\"style\"]\nrun = \"cargo test\"\n[tasks]\nstyle = [\"cargo clippy\", \"cargo fmt --check\"]\n",
            )],
        ),
        (
            "mage ci",
            &[(
                "magefile.go",
                "package main\n\nfunc Ci() error {\n\tmg.Deps(Style)\n\treturn sh.Run(\"go\", \"test\", \"./...\")\n}\n\nfunc Style() {\n\tsh.Run(\"go\", \"vet\")\n\tsh.Run(\"gofmt\", \"-l\", \".\")\n}\n",
            )],
        ),
        (
            "mage -v check",
            &[(
                "magefile.go",
                "package main\n\nfunc Check() error { mg.Deps(Vet); return run(goexe, \"test\", \"-race\") }\n\nfunc Vet() {\n\tsh.Run(\"go\", \"vet\")\n\tsh.Run(\"gofmt\", \"-l\")\n}\n",
            )],
        ),
        (
            "hatch run lint:all",
            &[(
                "pyproject.toml",
                "[tool.hatch.envs.lint.scripts]\nall = [\"style\", \"pytest\"]\nstyle = [\n  \"flake8\",\n  \"black --check .\",\n]\n",
            )],
        ),
        (
            "npm run ci",
            &[(
                "package.json",
                "{\"scripts\": {\"ci\": \"wireit\"}, \"wireit\": {\"ci\": {\"command\": \"vitest run\", \"dependencies\": [\"lint\"]}, \"lint\": {\"command\": \"eslint . && prettier -c .\"}}}",
            )],
        ),
        (
            "mix ci",
            &[(
                "mix.exs",
                "  defp aliases do\n    [\n      ci: [\"format --check-formatted\", \"credo\", \"test\"]\n    ]\n  end\n",
            )],
        ),
        (
            "task go:ci",
            &[
                ("Taskfile.yml", "version: '3'\nincludes:\n  go: ./tools/go.yml\n"),
                (
                    "tools/go.yml",
                    "tasks:\n  ci:\n    deps:\n      - unit\n    cmds:\n      - task: style\n  unit: go test ./...\n  style:\n    cmds:\n      - go vet ./...\n      - |\n        gofmt -l .\n",
                ),
            ],
        ),
        (
            "just ci",
            &[
                ("justfile", "import 'tools/x.just'\n"),
                ("tools/x.just", "ci:\n    cargo test\n    cargo clippy\n    cargo fmt --check\n"),
            ],
        ),
    ] {
        assert_eq!(ci_checks(run, files), ALL, "{run}");
    }
    let gitlab =
        [(".gitlab-ci.yml", "include: '/ci/t.yml'\n"), ("ci/t.yml", "t:\n  script:\n    - go test ./...\n")];
    assert!(earns("ci-tests", &gitlab));
}

#[test]
fn a_cargo_alias_that_names_itself_ends() {
    let files = [(".cargo/config.toml", "[alias]\na = \"a x\"\n")];
    assert_eq!(ci_checks("cargo a", &files), [false, false, false]);
}

#[test]
fn ci_is_what_a_service_reads() {
    let steps = "jobs:\n  a:\n    steps:\n      - run: go test ./...\n";
    for (path, text) in [
        (".forgejo/workflows/t.yml", steps),
        (".gitea/workflows/t.yaml", steps),
        (".build.yml", "tasks:\n  - unit: |\n      go test ./...\n"),
        (".builds/alpine.yml", "tasks:\n  - unit: |\n      go test ./...\n"),
        (".azure-pipelines/ci.yml", "steps:\n- bash: go test ./...\n"),
        ("azure-pipelines.yml", "steps:\n- task: DotNetCoreCLI@2\n  inputs:\n    command: 'test'\n"),
        (
            ".semaphore/semaphore.yml",
            "blocks:\n  - task:\n      jobs:\n        - commands:\n          - go test ./...\n",
        ),
        (".ci/run.sh", "go test ./...\n"),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - uses: houseabsolute/actions-rust-cross@v1\n        with:\n          target: x\n          command: test\n",
        ),
    ] {
        assert!(earns("ci-tests", &[(path, text)]), "{path}");
    }
    for name in ["dprint/check@v2.2", "actions-rust-lang/rustfmt@v1"] {
        assert_eq!(ci_checks(&format!("true\n      - uses: {name}"), &[]), [false, false, true], "{name}");
    }
    for (path, text) in [
        (".ci/tool/composer.lock", "\"name\": \"phpunit/phpunit\"\n"),
        (".ci/.gitignore", "clang-format\n"),
        (".github/workflows/notes/a.yml", steps),
    ] {
        assert!(!earns("ci", &[(path, text)]), "{path}");
    }
}

#[test]
fn steps_of_others_are_pinned_by_tag_digest_or_commit() {
    let workflow =
        |uses: &str| format!("jobs:\n  a:\n    steps:\n      - uses: a/b@v1\n      - uses: {uses}\n");
    for (uses, pinned) in [
        ("\"./.github/workflows/x.yml\"", true),
        ("docker://alpine:3.8", true),
        ("docker://alpine", false),
        ("docker://alpine:latest", false),
        ("docker://x.org:5000/alpine", false),
        ("\"a/b@main\"", false),
        ("'a/b@8e5e7e5ab8b370d6c329ec480221332ada57f0ab' # v3", true),
        ("a/b", false),
    ] {
        assert_eq!(earns("ci-pinned", &[(".github/workflows/a.yml", &workflow(uses))]), pinned, "{uses}");
    }
    let own = (".github/workflows/a.yml", workflow("c/d@v1"));
    let config = (".github/workflows/codeql/config.yml", "queries:\n  - uses: security-extended\n");
    assert!(earns("ci-pinned", &[(own.0, &own.1), config]));
    let action = (".github/actions/x/action.yml", "runs:\n  steps:\n    - uses: a/b@main\n");
    assert!(!earns("ci-pinned", &[(own.0, &own.1), action]));
}

#[test]
fn programs_that_wrap_others_run_tests() {
    for run in [
        "richgo test -v ./...",
        "gotestsum --format short -- ./...",
        "go run gotest.tools/gotestsum@latest ./...",
        "ginkgo -r",
        "bin/rails test:all",
        "pnpm -r test",
        "pnpm --filter web test",
        "yarn workspaces foreach -A run test",
        "npm --prefix web run test",
        "npx nyc --reporter=lcov tape test/*.js",
        "sbt +test",
        "bazel test //...",
        "xcodebuild -scheme x -destination y test",
        "coverage run -m unittest",
        "uv run -m unittest discover",
        "poetry run coverage run -m pytest",
        "pipenv run pytest",
        "hatch run test",
        "pdm run tests",
        "swift test",
        "dotnet test",
        "ctest --output-on-failure",
        "cargo nextest run",
        "rebar3 do xref, eunit",
        "clojure -M:test",
        "composer test",
        "node --import tsx --test",
    ] {
        assert_eq!(ci_checks(run, &[]), [true, false, false], "{run}");
    }
    for run in ["pnpm --filter test build", "go install gotest.tools/gotestsum@latest", "composer install"] {
        assert_eq!(ci_checks(run, &[]), [false, false, false], "{run}");
    }
}

#[test]
fn tasks_of_rake_are_followed() {
    let made =
        "require \"rake/testtask\"\nRake::TestTask.new(\"test:regular\") do |t|\n  t.libs << \"test\"\nend\n";
    let rack = format!(
        "task default: :check\n{made}task check: %w[doc test:regular]\ntask :doc do\n  puts 1\nend\n"
    );
    let spaces = "namespace :ci do\n  task :all => [\n    :unit,\n    \"style\"\n  ]\n  task :unit do\n    sh \"bundle exec rspec\"\n  end\nend\ntask \"style\" do\n  sh('rubocop', '.')\nend\ntask :idle do\n  puts 1\nend\n";
    let rails = "require_relative \"config/application\"\nRails.application.load_tasks\n";
    let written =
        "%w[a b].each do |name|\n  task name do\n    sh \"cd x && bundle exec rspec\"\n  end\nend\n";
    let invoked = "task :cov, [:x] => :idle do |t|\n  Rake::Task['unit'].invoke\nend\nMinitest::TestTask.create(:unit)\n";
    let beside = [("Rakefile", "Dir.glob('tasks/*.rake') { |f| load f }\n"), ("tasks/a.rake", made)];
    for (run, files, expected) in [
        ("bundle exec rake", &[("Rakefile", rack.as_str())][..], [true, false, false]),
        ("rake check", &[("Rakefile", &rack)], [true, false, false]),
        ("rake doc", &[("Rakefile", &rack)], [false, false, false]),
        ("ruby -S rake", &[("Rakefile", &rack)], [true, false, false]),
        ("rake ci:all", &[("Rakefile", spaces)], [true, true, false]),
        ("rake ci:unit", &[("Rakefile", spaces)], [true, false, false]),
        ("rake idle", &[("Rakefile", spaces)], [false, false, false]),
        ("rake", &[("Rakefile", spaces)], [false, false, false]),
        ("bin/rake", &[("Rakefile", rails)], [true, false, false]),
        ("rake db:migrate", &[("Rakefile", rails)], [false, false, false]),
        ("rake a", &[("Rakefile", written)], [true, false, false]),
        ("rake \"cov[1]\"", &[("Rakefile", invoked)], [true, false, false]),
        ("rake test:regular", &beside, [true, false, false]),
        ("rake one", &[("Rakefile", "task(:one) { sh 'rspec' }\n")], [true, false, false]),
        ("rake", &[("Rakefile", "Hoe.spec 'x' do\nend\n")], [true, false, false]),
        ("rake", &[("Rakefile", "task default: :a\ntask a: :default do\n  sh \"rake\"\nend\n")], [false; 3]),
    ] {
        assert_eq!(ci_checks(run, files), expected, "{run}");
    }
}

#[test]
fn scripts_beside_a_script_are_followed() {
    let python = "pytest\nruff check .\nblack --check .\n";
    for text in [
        "source \"$(dirname \"$0\")/lib.sh\"\n",
        ". \"$(dirname \"$0\")\"/lib.sh\n",
        "SCRIPT_DIR=\"$( cd \"$( dirname \"${BASH_SOURCE[0]}\" )\" && pwd )\"\n\"$SCRIPT_DIR/lib.sh\"\n",
        "\"${0%/*}/lib.sh\"\n",
        "cd \"$(dirname \"$0\")\"\n./lib.sh\n",
    ] {
        let files = [("ci/run.sh", text), ("ci/lib.sh", python)];
        assert_eq!(ci_checks("ci/run.sh", &files), [true, true, true], "{text}");
    }
    let action =
        "runs:\n  using: composite\n  steps:\n    - run: $GITHUB_ACTION_PATH/x.sh\n      shell: bash\n";
    let files = [(".github/actions/x/action.yml", action), (".github/actions/x/x.sh", python)];
    assert_eq!(ci_checks("true\n      - uses: ./.github/actions/x", &files), [true, true, true]);
}

#[test]
fn steps_of_jenkins_and_azure_are_followed() {
    let beside = [("t.sh", "pytest\n"), ("t.ps1", "Invoke-Pester\n"), ("sub/Makefile", "f:\n\tpytest\n")];
    let earned = |path: &str, text: &str| {
        let files: Vec<(&str, &str)> = [(path, text)].into_iter().chain(beside).collect();
        earns("ci-tests", &files)
    };
    for text in [
        "pipeline {\n  steps { sh './t.sh' }\n}\n",
        "sh(script: './t.sh')\n",
        "dir('sub') { sh 'make f' }\n",
        "dir('sub') {\n  sh 'make f'\n}\n",
    ] {
        assert!(earned("Jenkinsfile", text), "{text}");
    }
    assert!(!earned("Jenkinsfile", "dir('sub') {\n  echo 'a'\n}\nsh 'make f'\n"));
    for text in [
        "steps:\n- task: Bash@3\n  inputs:\n    filePath: t.sh\n",
        "steps:\n- task: Bash@3\n  inputs:\n    filePath: '$(Build.SourcesDirectory)/t.sh'\n",
        "steps:\n- task: PowerShell@2\n  inputs:\n    filePath: t.ps1\n",
        "steps:\n- task: Bash@3\n  inputs:\n    targetType: inline\n    script: pytest\n",
    ] {
        assert!(earned("azure-pipelines.yml", text), "{text}");
    }
}

#[test]
fn tasks_are_found_in_every_spelling() {
    for (run, file, expected) in [
        (
            "pre-commit run -a",
            (".pre-commit-config.yaml", "repos:\n- repo: https://x.org\n  hooks: [{id: flake8}]\n"),
            [false, true, false],
        ),
        (
            "poe t",
            ("pyproject.toml", "[tool.poe.tasks]\nt.cmd = \"pytest\"\nu.cmd = \"flake8\"\n"),
            [true, false, false],
        ),
        (
            "poe t",
            ("pyproject.toml", "[tool.poe.tasks.t]\nhelp = \"x\"\ncmd = \"pytest\"\n"),
            [true, false, false],
        ),
        (
            "pixi run t",
            (
                "pixi.toml",
                "[tasks]\nt = { cmd = \"pytest\", depends-on = [\"u\"] }\nu = \"flake8\"\nv = \"black --check .\"\n",
            ),
            [true, true, false],
        ),
        (
            "pixi run -e dev t",
            ("pyproject.toml", "[tool.pixi.feature.dev.tasks]\nt = \"pytest\"\n"),
            [true, false, false],
        ),
    ] {
        assert_eq!(ci_checks(run, &[file]), expected, "{run}");
    }
}
