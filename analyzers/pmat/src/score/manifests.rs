//! Manifests of packages: where they are, which of them are programs, and how they declare a licence.

use super::files::{Files, MAX_EVIDENCE, file_name, pattern};
use super::{Evidence, Project};
use facts::manifest;
use facts::model::RepoPath;

/// A kind of manifest.
pub(super) struct Format {
    /// Names, or their ends after a `*`.
    names: &'static [&'static str],
    /// Lines that declare a licence; empty if manifests of the kind declare none.
    license: &'static str,
}

const TOML: &str = r"^\s*(license|license-file|license_file|license-expression)(\.workspace)?\s*=|^\s*licen[sc]e(s|-files)\s*=|\bLicense :: ";
const JSON: &str = r#"^\s*"license"\s*:|[{,]\s*"license"\s*:"#;
const NONE: &str = "";

static FORMATS: &[Format] = &[
    Format {
        names: &["Cargo.toml", "pyproject.toml", "setup.cfg", "gleam.toml", "*.rockspec"],
        license: TOML,
    },
    Format {
        names: &[
            "package.json",
            "composer.json",
            "deno.json",
            "deno.jsonc",
            "jsr.json",
            "vcpkg.json",
            "dub.json",
        ],
        license: JSON,
    },
    Format { names: &["pom.xml"], license: r"<licenses?>" },
    Format { names: &["*.gemspec", "*.podspec"], license: r"\.licenses?\s*=" },
    Format { names: &["build.gradle", "build.gradle.kts"], license: r"^\s*licenses\s*\{" },
    Format {
        names: &["setup.py", "conanfile.py"],
        license: r"\blicense(_expression|_files?)?\s*=|\bLicense :: ",
    },
    Format { names: &["mix.exs"], license: r"\blicenses:\s*\[" },
    Format { names: &["build.sbt"], license: r"\blicenses\s*(:=|\+=|\+\+=)" },
    Format { names: &["Makefile.PL", "Build.PL"], license: r#"(?i)\blicense['"]?\s*=>"# },
    Format { names: &["*.cabal", "*.opam", "shard.yml"], license: r"(?i)^license(-file)?\s*:" },
    Format { names: &["*.csproj", "*.fsproj", "*.vbproj"], license: r"<PackageLicense(Expression|File)>" },
    Format {
        names: &[
            "go.mod",
            "Gemfile",
            "gems.rb",
            "Package.swift",
            "Podfile",
            "Pipfile",
            "pubspec.yaml",
            "build.zig.zon",
        ],
        license: NONE,
    },
];

impl Format {
    fn fits(&self, path: &str) -> bool {
        let name = file_name(path);
        self.names.iter().any(|own| match own.strip_prefix('*') {
            Some(ending) => name.ends_with(ending) && name != ending,
            None => name == *own,
        })
    }
}

/// Manifests of all known kinds, those nearest the root first.
pub(super) fn all<'p>(project: &'p Project<'_>) -> Vec<&'p RepoPath> {
    let is_known = |path: &str| {
        FORMATS.iter().any(|format| format.fits(path)) || manifest::is_manifest(&RepoPath::from(path))
    };
    nearest_first(&project.files, is_known)
}

/// Manifests that could declare a licence, those nearest the root first.
pub(super) fn with_license<'p>(project: &'p Project<'_>) -> Vec<&'p RepoPath> {
    let could = |path: &str| FORMATS.iter().any(|format| format.license != NONE && format.fits(path));
    nearest_first(&project.files, could)
}

fn nearest_first<'f>(files: &'f Files<'_>, wanted: impl Fn(&str) -> bool + 'f) -> Vec<&'f RepoPath> {
    let mut found: Vec<&RepoPath> = files.matching(wanted).collect();
    found.sort_by_key(|path| depth(path));
    found
}

/// Lines that declare a licence, those nearest the root first.
pub(super) fn licenses(project: &Project<'_>) -> Vec<Evidence> {
    let files = &project.files;
    let mut found: Vec<Evidence> = Vec::new();
    for format in FORMATS.iter().filter(|format| format.license != NONE) {
        let own = nearest_first(files, |path| format.fits(path));
        if !own.is_empty() {
            found.extend(files.lines(own, &pattern(format.license)));
        }
    }
    found.sort_by_key(|evidence| evidence.path.as_ref().map_or(0, depth));
    found.truncate(MAX_EVIDENCE);
    found
}

/// How many folders a path is in.
pub(super) fn depth(path: &RepoPath) -> usize {
    path.as_bytes().iter().filter(|byte| **byte == b'/').count()
}

/// Why the content of an unread manifest is not known.
pub(super) fn not_read(path: &RepoPath) -> String {
    match manifest::is_program(path) {
        true => format!("{path} would need to be executed"),
        false => format!("{path} is of a kind that is not read"),
    }
}
