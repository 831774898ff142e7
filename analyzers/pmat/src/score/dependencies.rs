//! Checks of dependencies.

use super::files::{file_name, pattern};
use super::{Answer, Evidence, Project, manifests};
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
    ("gems.rb", &["gems.locked"]),
    ("Podfile", &["Podfile.lock"]),
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
    let at_root = || manifests::all(project).into_iter().find(|path| manifests::depth(path) == 0);
    match (missing.first(), evidence.is_empty()) {
        (Some(first), _) => Answer::missed(first.clone()),
        (None, true) => Answer::not_applicable(match at_root() {
            Some(path) => format!("{path} is of a kind that has no lock file as a rule"),
            None => NO_MANIFEST.to_owned(),
        }),
        (None, false) => Answer::Earned { evidence },
    }
}

pub(super) fn no_wildcards(project: &Project<'_>) -> Answer {
    let mut declared = 0;
    let mut files = Vec::new();
    let mut faulty = None;
    let can_be_read = |path: &RepoPath| manifest::is_manifest(path) && !manifest::is_program(path);
    for path in project.files.matching(|path| can_be_read(&RepoPath::from(path))) {
        let dependencies = match manifest::dependencies(path, project.files.text(path).as_bytes()) {
            Ok(dependencies) => dependencies,
            Err(why) => {
                faulty = faulty.or(Some(why.to_string()));
                continue;
            }
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
    // The manifests that were read count only if no unread one is nearer to the root.
    let nearest = files.iter().map(|path| manifests::depth(path)).min();
    let unread = manifests::all(project).into_iter().find(|path| !can_be_read(path));
    match (unread.filter(|path| nearest.is_none_or(|nearest| manifests::depth(path) < nearest)), faulty) {
        (Some(path), _) => return Answer::not_measured(manifests::not_read(path)),
        (None, Some(why)) if declared == 0 => return Answer::not_measured(why),
        (None, _) if declared == 0 => return Answer::not_applicable("no manifest declares a dependency"),
        (None, _) => {}
    }
    let mut evidence: Vec<Evidence> =
        files.into_iter().take(3).map(|path| Evidence::file(path, "was read")).collect();
    evidence.push(Evidence::measured(format!("none of {declared} declared dependencies takes any version")));
    Answer::Earned { evidence }
}

/// Lines of package.json that configure Renovate.
const RENOVATE_IN_PACKAGE: &str = r#"^\s*"renovate"\s*:|[{,]\s*"renovate"\s*:\s*\{"#;

/// The answer of a check that found nothing; without a manifest, the check does not apply.
fn none_found(project: &Project<'_>, otherwise: &str) -> Answer {
    match manifests::all(project).is_empty() {
        true => Answer::not_applicable("there is no manifest"),
        false => Answer::missed(otherwise),
    }
}

pub(super) fn updates(project: &Project<'_>) -> Answer {
    let mut found = project.files.present(&[
        ".github/dependabot.yml",
        ".github/dependabot.yaml",
        "renovate.json",
        "renovate.json5",
        ".github/renovate.json",
        ".github/renovate.json5",
        ".renovaterc",
        ".renovaterc.json",
        ".renovaterc.json5",
        "renovate.jsonc",
        ".github/renovate.jsonc",
        ".gitlab/renovate.json",
        ".gitlab/renovate.json5",
        ".pyup.yml",
        ".scala-steward.conf",
        ".github/.scala-steward.conf",
    ]);
    found.extend(project.files.lines(project.files.at("package.json"), &pattern(RENOVATE_IN_PACKAGE)));
    if found.is_empty() {
        return none_found(project, "neither Dependabot nor Renovate is configured");
    }
    Answer::Earned { evidence: found }
}

pub(super) fn audit(project: &Project<'_>) -> Answer {
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
    if found.is_empty() {
        return none_found(
            project,
            "no tool that checks dependencies for advisories was found in CI or configured",
        );
    }
    Answer::Earned { evidence: found }
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
    let found = manifests::licenses(project);
    if !found.is_empty() {
        return Answer::Earned { evidence: found };
    }
    let candidates = manifests::with_license(project);
    match candidates.iter().find(|path| manifest::is_program(path)) {
        Some(program) => Answer::not_measured(manifests::not_read(program)),
        None if candidates.is_empty() => {
            Answer::not_applicable("there is no manifest that could declare a licence")
        }
        None => Answer::missed("no manifest declares a licence"),
    }
}
