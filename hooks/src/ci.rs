//! CI configuration that runs the gate on proposed changes.

use serde::Serialize;

/// A service that runs checks on proposed changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
}

/// The parts of the file that differ between projects.
#[derive(Debug, Clone, Copy)]
pub struct CiOptions<'a> {
    /// The branch that changes are proposed for.
    pub default_branch: &'a str,
    /// The Git address that batuta is built from; if absent, the service's variable `BATUTA_SOURCE` names it.
    pub source: Option<&'a str>,
}

impl Provider {
    /// Where its file belongs in the repository.
    pub fn path(self) -> &'static str {
        match self {
            Provider::Github => ".github/workflows/batuta.yml",
            Provider::Gitlab => ".gitlab/batuta.yml",
        }
    }

    /// What the user still has to do after the file is written.
    pub fn what_remains(self, options: &CiOptions<'_>) -> Vec<&'static str> {
        let source = match self {
            Provider::Github => {
                "set the variable BATUTA_SOURCE (Settings, Secrets and variables, Actions, Variables) to the Git address \
                 that batuta is built from, or say --source"
            }
            Provider::Gitlab => {
                "set the variable BATUTA_SOURCE (Settings, CI/CD, Variables) to the Git address that batuta is built \
                 from, or say --source"
            }
        };
        let include = "include it in .gitlab-ci.yml: `include: [{ local: .gitlab/batuta.yml }]`";
        let source = options.source.is_none().then_some(source);
        let include = (self == Provider::Gitlab).then_some(include);
        include.into_iter().chain(source).collect()
    }

    /// The text of the file.
    pub fn text(self, options: &CiOptions<'_>) -> String {
        match self {
            Provider::Github => github(options),
            Provider::Gitlab => gitlab(options),
        }
    }
}

/// A text as a quoted YAML scalar.
fn scalar(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\x{:02x}", c as u32 & 0xff)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn github(options: &CiOptions<'_>) -> String {
    let source = options.source.map_or_else(|| "${{ vars.BATUTA_SOURCE }}".to_owned(), scalar);
    let branch = scalar(options.default_branch);
    format!(
        r#"# Made by `batuta pmat hooks ci --provider github`. Runs the quality gate on every pull request.
name: batuta

on:
  pull_request:
  push:
    branches: [{branch}]

permissions:
  contents: read
  # For the findings under Security, Code scanning.
  security-events: write

jobs:
  quality-gate:
    runs-on: ubuntu-latest
    env:
      # The Git address that batuta is built from.
      BATUTA_SOURCE: {source}
    steps:
      - uses: actions/checkout@v4
        with:
          # The whole history: the comparison with the base needs it, and so do some rules.
          fetch-depth: 0

      - uses: actions/cache@v4
        with:
          path: ~/.cargo/bin/batuta
          key: batuta-${{{{ runner.os }}}}-${{{{ env.BATUTA_SOURCE }}}}

      - name: Install batuta
        run: |
          if [ ! -x ~/.cargo/bin/batuta ]; then
            cargo install --locked --git "$BATUTA_SOURCE" batuta
          fi

      - name: Quality gate
        run: |
          # A pull request is judged by what is new in it; a push to the branch by all there is.
          set --
          if [ -n "$GITHUB_BASE_REF" ]; then set -- --base "origin/$GITHUB_BASE_REF"; fi
          code=0
          batuta pmat quality-gate "$@" --format sarif --output gate.sarif || code=$?
          batuta pmat quality-gate "$@" --format markdown >> "$GITHUB_STEP_SUMMARY" || true
          batuta pmat quality-gate "$@" --format github || true
          exit "$code"

      - uses: github/codeql-action/upload-sarif@v3
        if: always() && hashFiles('gate.sarif') != ''
        with:
          sarif_file: gate.sarif
          category: batuta
"#
    )
}

fn gitlab(options: &CiOptions<'_>) -> String {
    let source = options
        .source
        .map(|source| {
            format!(
                "    # The Git address that batuta is built from.\n    BATUTA_SOURCE: {}\n",
                scalar(source)
            )
        })
        .unwrap_or_default();
    let branch = scalar(&format!("$CI_COMMIT_BRANCH == \"{}\"", options.default_branch));
    format!(
        r#"# Made by `batuta pmat hooks ci --provider gitlab`. Runs the quality gate on every merge request.
batuta:
  stage: test
  image: rust:1
  variables:
    # The whole history: the comparison with the base needs it, and so do some rules.
    GIT_DEPTH: "0"
    CARGO_HOME: $CI_PROJECT_DIR/.cargo-home
{source}  cache:
    key: batuta
    paths:
      - .cargo-home/bin/
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: {branch}
  script:
    - |
      batuta="$CARGO_HOME/bin/batuta"
      if [ ! -x "$batuta" ]; then
        cargo install --locked --git "$BATUTA_SOURCE" batuta
      fi
      # A merge request is judged by what is new in it; a push to the branch by all there is.
      set --
      if [ -n "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ]; then set -- --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"; fi
      code=0
      "$batuta" pmat quality-gate "$@" --format gitlab --output gl-code-quality-report.json || code=$?
      "$batuta" pmat quality-gate "$@" || true
      exit "$code"
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"#
    )
}
