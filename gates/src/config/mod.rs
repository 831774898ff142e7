//! `batuta.toml`: every key has a default, so no file is needed; an unknown key or a wrong value is an error that says
//! where it is and what to write instead.
//!
//! Each section is a struct, and each of its fields a key. The fixed sections are in [`sections`], the settings of a
//! rule are next to the rule. Decoding, errors, the JSON schema and the documentation are derived from the struct. This
//! module does not know the rules: [`batuta_toml`](crate::batuta_toml) reads the file.

pub(crate) mod error;
mod hook_settings;
pub(crate) mod keys;
pub(crate) mod layers;
mod patterns;
pub(crate) mod rule_settings;
pub(crate) mod sections;
mod show;
mod unknown;
mod values;

pub use error::{ConfigError, Problem};
pub use hook_settings::{HookSettings, Judged, MessageForm};
pub use keys::{Key, Kind, Table};
pub(crate) use layers::Entry as LayerEntry;
pub use layers::{AllowedEdge, Layers, Within};
pub use patterns::{PathPatterns, PatternError};
pub use rule_settings::{NoSettings, Options, RuleSettings, Settings};
pub use sections::{Section, fixed_sections};
pub use unknown::UnknownName;
pub use values::{Bytes, LevelOrOff, NamedPath, Percent};

use crate::level::Level;
use std::collections::BTreeMap;

/// The file's name, at the root of the repository.
pub const CONFIG_FILE: &str = "batuta.toml";

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// `exclude.paths`: files that are not analysed at all.
    pub exclude: PathPatterns,
    /// `limits.max-file-size`: larger files are listed, not parsed; in bytes.
    pub max_file_size: u64,
    /// `gate.fail-on`: findings of this level and above fail the gate.
    pub fail_on: Level,
    /// `gate.baseline`: the file with accepted findings; empty if none is set.
    pub baseline: String,
    /// `[hooks]`: what the hooks judge.
    pub hooks: HookSettings,
    /// `[layers]`, if the file has it.
    pub layers: Option<Layers>,
    /// The settings of every rule, by its id.
    pub(crate) rules: BTreeMap<&'static str, RuleSettings>,
}

impl Config {
    /// The settings of a rule.
    ///
    /// # Panics
    /// There is no rule with this id: rules are known when the program is built.
    pub fn rule(&self, id: &str) -> &RuleSettings {
        self.rules.get(id).expect("every rule of rules::all() has settings")
    }

    /// The settings of the one rule whose own settings have this type.
    ///
    /// # Panics
    /// No rule has settings of this type: rules are known when the program is built.
    pub fn own<S: Settings>(&self) -> &S {
        self.rules.values().find_map(RuleSettings::own).expect("a rule has these settings")
    }
}
