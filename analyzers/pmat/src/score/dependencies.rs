//! Checks of dependencies.

use super::files::{file_name, pattern};
use super::tooling::manifests;
use super::{Answer, Evidence, Project};
use facts::manifest;
use facts::model::RepoPath;

/// Lock files by the manifest that they belong to.
const LOCKS: &[(&str, &[&str])] = &[
    ("Cargo.toml", &["Cargo.lock"]),
    (
        "package.json",
        &[
            "package-lock.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "bun.lockb",
            "npm-shrinkwrap.json",
            "deno.lock",
        ],
    ),
    (
        "pyproject.toml",
        &["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.txt", "Pipfile.lock"],
    ),
    ("Pipfile", &["Pipfile.lock"]),
    ("go.mod", &["go.sum"]),
    ("Gemfile", &["Gemfile.lock"]),
    ("composer.json", &["composer.lock"]),
    ("mix.exs", &["mix.lock"]),
    ("pubspec.yaml", &["pubspec.lock"]),
];
const NO_MANIFEST: &str = "there is no manifest at the root";

pub(super) fn lock_file(project: &Project<'_>) -> Answer {
    let mut evidence = Vec::new();
    let mut missing = Vec::new();
    for (manifest, locks) in LOCKS.iter().filter(|(manifest, _)| project.files.at(manifest).is_some()) {
        let present = project.files.present(locks);
        if present.is_empty() {
            missing.push(format!("{manifest} has no {}", locks[0]));
        }
        evidence.extend(present.into_iter().take(1));
    }
    match (missing.first(), evidence.is_empty()) {
        (Some(first), _) => Answer::missed(first.clone()),
        (None, true) => Answer::not_applicable(NO_MANIFEST),
        (None, false) => Answer::Earned { evidence },
    }
}

pub(super) fn no_wildcards(project: &Project<'_>) -> Answer {
    let mut declared = 0;
    let mut files = Vec::new();
    for path in project.files.matching(|path| manifest::is_manifest(&RepoPath::from(path))) {
        let Ok(dependencies) = manifest::dependencies(path, project.files.text(path).as_bytes()) else {
            continue;
        };
        let loose = dependencies.iter().find(|dependency| {
            !dependency.local
                && matches!(dependency.requirement.as_deref().map(str::trim), Some("*" | "" | "latest" | "x"))
        });
        if let Some(loose) = loose {
            return Answer::missed(format!("{path} takes any version of {}", loose.name));
        }
        if !dependencies.is_empty() {
            files.push(path);
        }
        declared += dependencies.len();
    }
    if declared == 0 {
        return Answer::not_applicable("no manifest declares a dependency");
    }
    let mut evidence: Vec<Evidence> =
        files.into_iter().take(3).map(|path| Evidence::file(path, "was read")).collect();
    evidence.push(Evidence::measured(format!("none of {declared} declared dependencies takes any version")));
    Answer::Earned { evidence }
}

pub(super) fn updates(project: &Project<'_>) -> Answer {
    if manifests(project).is_empty() {
        return Answer::not_applicable("there is no manifest");
    }
    let found = project.files.present(&[
        ".github/dependabot.yml",
        ".github/dependabot.yaml",
        "renovate.json",
        "renovate.json5",
        ".github/renovate.json",
        ".github/renovate.json5",
        ".renovaterc",
        ".renovaterc.json",
        ".gitlab/renovate.json",
    ]);
    Answer::earned(found, "neither Dependabot nor Renovate is configured")
}

pub(super) fn audit(project: &Project<'_>) -> Answer {
    if manifests(project).is_empty() {
        return Answer::not_applicable("there is no manifest");
    }
    let mut found = project.files.present(&[
        "deny.toml",
        ".cargo/audit.toml",
        "audit.toml",
        "osv-scanner.toml",
        ".snyk",
        "supply-chain/config.toml",
    ]);
    let is_automation = |path: &str| {
        path.starts_with(".github/workflows/")
            || path.starts_with(".ci/")
            || path == ".gitlab-ci.yml"
            || file_name(path) == "Makefile"
    };
    let commands = pattern(
        r"(?x)\bcargo[\s-](audit|deny|vet)\b|\bnpm\s+audit\b|\byarn\s+audit\b|\bpnpm\s+audit\b|\bpip-audit\b|\bsafety\s+check\b|\bgovulncheck\b
          |\bosv-scanner\b|\btrivy\b|\bsnyk\b|rustsec/audit-check|dependency-review-action|EmbarkStudios/cargo-deny-action|\bbundle[\s-]audit\b",
    );
    let automation: Vec<&RepoPath> = project.files.matching(is_automation).collect();
    found.extend(project.files.lines(automation, &commands));
    Answer::earned(found, "no tool that checks dependencies for advisories was found in CI or configured")
}

pub(super) fn advisories(project: &Project<'_>) -> Answer {
    let says = |found: &super::Advisories| match found.against.first() {
        Some(first) => format!(
            "{} against {} {}{}",
            first.id,
            first.package,
            first.version,
            if found.against.len() > 1 {
                format!(" and {} more", found.against.len() - 1)
            } else {
                String::new()
            }
        ),
        None => {
            format!("none of {} advisories is about one of {} locked packages", found.known, found.packages)
        }
    };
    Answer::of_figure(&project.measured.advisories, |found| found.against.is_empty(), says)
}

pub(super) fn declared_license(project: &Project<'_>) -> Answer {
    let candidates: Vec<&RepoPath> = manifests(project)
        .into_iter()
        .filter(|path| !matches!(file_name(&path.to_string()), "go.mod" | "setup.py"))
        .collect();
    if candidates.is_empty() {
        return Answer::not_applicable("there is no manifest that could declare a licence");
    }
    let declared = pattern(
        r#"^\s*(license|license-file|license_file|license-expression)(\.workspace)?\s*=|^\s*"license"\s*:|^\s*license-files\s*="#,
    );
    Answer::earned(project.files.lines(candidates, &declared), "no manifest declares a licence")
}
