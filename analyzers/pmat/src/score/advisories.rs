//! Advisories of the RustSec database (github.com/rustsec/advisory-db) against the packages of a `Cargo.lock`, where a copy
//! of the database lies on this machine. Nothing is fetched.

use facts::source::confined::read_regular;
use semver::{Version, VersionReq};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of an advisory that are read; they are texts of some pages.
const LARGEST_ADVISORY: u64 = 1 << 20;

/// What the database says of the locked packages.
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

impl Advisories {
    /// Reads the database in `folder` (a checkout with a folder `crates`) and the text of a `Cargo.lock`.
    ///
    /// # Errors
    /// What cannot be read, in words for the user.
    #[expect(
        clippy::disallowed_methods,
        reason = "files: the database of advisories on this machine, which is a folder of its own"
    )]
    pub fn of(folder: &Path, lock: &str) -> Result<Advisories, String> {
        let locked = locked_packages(lock)?;
        let mut found =
            Advisories { known: 0, packages: locked.values().map(Vec::len).sum(), against: Vec::new() };
        let crates = folder.join("crates");
        let listing = |path: &Path| {
            let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            paths.sort();
            Ok::<_, String>(paths)
        };
        for package in listing(&crates)? {
            let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in
                listing(&package)?.iter().filter(|file| file.extension().is_some_and(|ending| ending == "md"))
            {
                found.known += 1;
                let Some(versions) = locked.get(&name) else { continue };
                let text = read_regular(file, LARGEST_ADVISORY)
                    .map_err(|error| format!("{}: {error}", file.display()))?;
                let text = String::from_utf8_lossy(&text);
                let advisory = Advisory::parse(&text).map_err(|why| format!("{}: {why}", file.display()))?;
                found.against.extend(advisory.against(&name, versions));
            }
        }
        found.against.sort();
        Ok(found)
    }
}

/// Versions of each package that comes from a registry.
fn locked_packages(lock: &str) -> Result<BTreeMap<String, Vec<Version>>, String> {
    let lock: toml::Table =
        lock.parse().map_err(|error: toml::de::Error| format!("Cargo.lock: {}", error.message()))?;
    let packages = lock.get("package").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut locked: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for package in packages.iter().filter(|package| package.get("source").is_some()) {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let version = Version::parse(text("version"))
            .map_err(|error| format!("Cargo.lock: {}: {error}", text("name")))?;
        locked.entry(text("name").to_owned()).or_default().push(version);
    }
    Ok(locked)
}

struct Advisory {
    id: String,
    withdrawn: bool,
    informational: bool,
    /// Versions that are not affected: patched, or older than the fault.
    sound: Vec<VersionReq>,
}

impl Advisory {
    /// The TOML block at the head of an advisory's Markdown.
    fn parse(text: &str) -> Result<Advisory, String> {
        let block =
            text.split_once("```toml").and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block);
        let block: toml::Table = block
            .ok_or("no TOML block")?
            .parse()
            .map_err(|error: toml::de::Error| error.message().to_owned())?;
        let advisory = block.get("advisory").and_then(toml::Value::as_table).ok_or("no [advisory]")?;
        let mut sound = Vec::new();
        for key in ["patched", "unaffected"] {
            let listed =
                block.get("versions").and_then(|versions| versions.get(key)).and_then(toml::Value::as_array);
            for requirement in listed.into_iter().flatten().filter_map(toml::Value::as_str) {
                sound
                    .push(VersionReq::parse(requirement).map_err(|error| format!("{requirement}: {error}"))?);
            }
        }
        Ok(Advisory {
            id: advisory.get("id").and_then(toml::Value::as_str).ok_or("no id")?.to_owned(),
            withdrawn: advisory.contains_key("withdrawn"),
            informational: advisory.contains_key("informational"),
            sound,
        })
    }

    /// Locked versions that it applies to. Notices (unmaintained and the like) are no vulnerabilities.
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
