//! The sections with fixed keys: each is a struct, and each of its fields is a key.

use super::keys::{Key, Table, description_of, keys_of};
use super::{Bytes, HookSettings, NamedPath, PathPatterns};
use crate::level::Level;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A section of `batuta.toml` with fixed keys.
pub(crate) trait FixedSection: Table + Default {
    /// Its name.
    const NAME: &'static str;
}

/// What is not analysed at all.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Exclude {
    /// Files and folders to leave out, besides those that .gitignore and .gitattributes (linguist-generated,
    /// linguist-vendored) leave out.
    pub paths: PathPatterns,
}

impl FixedSection for Exclude {
    const NAME: &'static str = "exclude";
}

/// Bounds on the work done for one file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Limits {
    /// Larger files are listed as not measured instead of being parsed. At most 16 MiB.
    #[schemars(range(max = LARGEST_FILE_SIZE))]
    pub max_file_size: Bytes,
}

/// The largest `limits.max-file-size`. A file of many short functions takes 200 times its size in memory, and a
/// repository sets its own limit.
const LARGEST_FILE_SIZE: u64 = 16 << 20;

impl Default for Limits {
    fn default() -> Self {
        Limits { max_file_size: Bytes(4 << 20) }
    }
}

impl FixedSection for Limits {
    const NAME: &'static str = "limits";
}

/// When the quality gate fails.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct GateSection {
    /// Findings of this level and above fail the gate.
    pub fail_on: FailOn,
    /// The file with findings that are accepted, from the repository's root. When it is named, every gate judges by it;
    /// otherwise `--baseline check` does, by batuta-baseline.json.
    pub baseline: NamedPath,
}

impl FixedSection for GateSection {
    const NAME: &'static str = "gate";
}

/// From which level on findings fail the gate.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FailOn {
    /// [`Level::Error`]
    #[default]
    Error,
    /// [`Level::Warning`]
    Warning,
}

impl From<FailOn> for Level {
    fn from(from: FailOn) -> Level {
        match from {
            FailOn::Error => Level::Error,
            FailOn::Warning => Level::Warning,
        }
    }
}

impl From<Level> for FailOn {
    fn from(from: Level) -> FailOn {
        match from {
            Level::Error => FailOn::Error,
            Level::Warning => FailOn::Warning,
        }
    }
}

impl FixedSection for HookSettings {
    const NAME: &'static str = "hooks";
}

/// The documentation of a fixed section.
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// Its keys.
    pub keys: Vec<Key>,
}

impl Section {
    fn of<S: FixedSection>() -> Section {
        Section { name: S::NAME, doc: description_of::<S>(), keys: keys_of(&S::default()) }
    }
}

/// `[exclude]`, `[limits]`, `[gate]` and `[hooks]`.
pub fn fixed_sections() -> [Section; 4] {
    [
        Section::of::<Exclude>(),
        Section::of::<Limits>(),
        Section::of::<GateSection>(),
        Section::of::<HookSettings>(),
    ]
}
