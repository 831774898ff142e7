//! Advisories of the RustSec database (github.com/rustsec/advisory-db) against the packages of a `Cargo.lock`, if a
//! copy of the database is on this machine. Nothing is fetched.

use facts::source::confined::{Unread, read_regular};
use semver::{Version, VersionReq};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Limit on the bytes of an advisory; they are a few pages long.
const LARGEST_ADVISORY: u64 = 1 << 20;

/// What the database says about the locked packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advisories {
    /// Advisories in the database.
    pub known: usize,
    /// Packages in the lock file.
    pub packages: usize,
    /// Those that apply, sorted by id.
    pub against: Vec<KnownAdvisory>,
}

/// An advisory that applies to a locked package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KnownAdvisory {
    /// `RUSTSEC-…`
    pub id: String,
    /// The package.
    pub package: String,
    /// The locked version.
    pub version: String,
}

/// Why advisories are not known.
#[derive(Debug)]
pub enum AdvisoriesError {
    /// A folder of the database cannot be listed.
    Unlisted {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// An advisory cannot be read.
    Unread {
        /// Its file.
        path: PathBuf,
        /// Why.
        error: Unread,
    },
    /// An advisory is malformed.
    Malformed {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        fault: AdvisoryFault,
    },
    /// The lock file is not TOML.
    Lock(toml::de::Error),
    /// A package is locked to an invalid version.
    Locked {
        /// The package.
        package: String,
        /// What is wrong with its version.
        error: semver::Error,
    },
}

impl fmt::Display for AdvisoriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AdvisoriesError::Unlisted { path, error } => write!(f, "{}: {error}", path.display()),
            AdvisoriesError::Unread { path, error } => write!(f, "{}: {error}", path.display()),
            AdvisoriesError::Malformed { path, fault } => write!(f, "{}: {fault}", path.display()),
            AdvisoriesError::Lock(error) => write!(f, "Cargo.lock: {}", error.message()),
            AdvisoriesError::Locked { package, error } => write!(f, "Cargo.lock: {package}: {error}"),
        }
    }
}

impl std::error::Error for AdvisoriesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(match self {
            AdvisoriesError::Unlisted { error, .. } => error,
            AdvisoriesError::Unread { error, .. } => error,
            AdvisoriesError::Malformed { fault, .. } => fault,
            AdvisoriesError::Lock(error) => error,
            AdvisoriesError::Locked { error, .. } => error,
        })
    }
}

/// What is wrong with an advisory.
#[derive(Debug)]
pub enum AdvisoryFault {
    /// It lacks this part.
    Lacks(&'static str),
    /// The block at its head is not TOML.
    Toml(toml::de::Error),
    /// A version requirement in it cannot be parsed.
    Requirement {
        /// The requirement as written.
        text: String,
        /// What is wrong with it.
        error: semver::Error,
    },
}

impl fmt::Display for AdvisoryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AdvisoryFault::Lacks(part) => write!(f, "no {part}"),
            AdvisoryFault::Toml(error) => f.write_str(error.message()),
            AdvisoryFault::Requirement { text, error } => write!(f, "{text}: {error}"),
        }
    }
}

impl std::error::Error for AdvisoryFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            AdvisoryFault::Lacks(_) => None,
            AdvisoryFault::Toml(error) => Some(error),
            AdvisoryFault::Requirement { error, .. } => Some(error),
        }
    }
}

impl Advisories {
    /// Reads the database in `folder` (a checkout with a folder `crates`) and the text of a `Cargo.lock`.
    ///
    /// # Errors
    /// What cannot be read, in words for the user.
    #[expect(
        clippy::disallowed_methods,
        reason = "files: the database of advisories on this machine, which is a folder of its own"
    )]
    pub fn of(folder: &Path, lock: &str) -> Result<Advisories, AdvisoriesError> {
        let locked = locked_packages(lock)?;
        let mut found =
            Advisories { known: 0, packages: locked.values().map(Vec::len).sum(), against: Vec::new() };
        let crates = folder.join("crates");
        let listing = |path: &Path| {
            let unlisted = |error| AdvisoriesError::Unlisted { path: path.to_owned(), error };
            let entries = std::fs::read_dir(path).map_err(unlisted)?;
            let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            paths.sort();
            Ok::<_, AdvisoriesError>(paths)
        };
        for package in listing(&crates)? {
            let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in
                listing(&package)?.iter().filter(|file| file.extension().is_some_and(|ending| ending == "md"))
            {
                found.known += 1;
                let Some(versions) = locked.get(&name) else { continue };
                let text = read_regular(file, LARGEST_ADVISORY)
                    .map_err(|error| AdvisoriesError::Unread { path: file.clone(), error })?;
                let text = String::from_utf8_lossy(&text);
                let advisory = Advisory::parse(&text)
                    .map_err(|fault| AdvisoriesError::Malformed { path: file.clone(), fault })?;
                found.against.extend(advisory.against(&name, versions));
            }
        }
        found.against.sort();
        Ok(found)
    }
}

/// Versions of each package that comes from a registry.
fn locked_packages(lock: &str) -> Result<BTreeMap<String, Vec<Version>>, AdvisoriesError> {
    let lock: toml::Table = lock.parse().map_err(AdvisoriesError::Lock)?;
    let packages = lock.get("package").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut locked: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for package in packages.iter().filter(|package| package.get("source").is_some()) {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let version = Version::parse(text("version"))
            .map_err(|error| AdvisoriesError::Locked { package: text("name").to_owned(), error })?;
        locked.entry(text("name").to_owned()).or_default().push(version);
    }
    Ok(locked)
}

struct Advisory {
    id: String,
    withdrawn: bool,
    informational: bool,
    /// Unaffected versions: patched, or older than the fault.
    sound: Vec<VersionReq>,
}

impl Advisory {
    /// The TOML block at the head of an advisory's Markdown.
    fn parse(text: &str) -> Result<Advisory, AdvisoryFault> {
        let block =
            text.split_once("```toml").and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block);
        let block: toml::Table =
            block.ok_or(AdvisoryFault::Lacks("TOML block"))?.parse().map_err(AdvisoryFault::Toml)?;
        let advisory = block.get("advisory").and_then(toml::Value::as_table);
        let advisory = advisory.ok_or(AdvisoryFault::Lacks("[advisory]"))?;
        let mut sound = Vec::new();
        for key in ["patched", "unaffected"] {
            let listed =
                block.get("versions").and_then(|versions| versions.get(key)).and_then(toml::Value::as_array);
            for requirement in listed.into_iter().flatten().filter_map(toml::Value::as_str) {
                let wrong = |error| AdvisoryFault::Requirement { text: requirement.to_owned(), error };
                sound.push(VersionReq::parse(requirement).map_err(wrong)?);
            }
        }
        Ok(Advisory {
            id: advisory
                .get("id")
                .and_then(toml::Value::as_str)
                .ok_or(AdvisoryFault::Lacks("id"))?
                .to_owned(),
            withdrawn: advisory.contains_key("withdrawn"),
            informational: advisory.contains_key("informational"),
            sound,
        })
    }

    /// Locked versions that it applies to. Notices (e.g. unmaintained) do not count as vulnerabilities.
    fn against(&self, package: &str, versions: &[Version]) -> Vec<KnownAdvisory> {
        if self.withdrawn || self.informational {
            return Vec::new();
        }
        let hit = versions.iter().filter(|version| !self.sound.iter().any(|sound| sound.matches(version)));
        hit.map(|version| KnownAdvisory {
            id: self.id.clone(),
            package: package.to_owned(),
            version: version.to_string(),
        })
        .collect()
    }
}
