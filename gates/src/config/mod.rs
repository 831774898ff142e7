//! `batuta.toml`: every key has a default, so no file is needed; an unknown key or a wrong value is an error that says
//! where it stands and what to write instead.
//!
//! The keys are defined once, in [`keys`] and in the rules themselves; decoding, the JSON schema and the documentation
//! follow from those definitions.

mod decode;
mod error;
mod hook_settings;
mod keys;
mod layers;
mod patterns;
mod schema;
mod show;

pub(crate) use error::suggestion;
pub use error::{ConfigError, Problem};
pub use hook_settings::{HookSettings, Judged};
pub use keys::{Key, Kind, Section, Value, fixed_sections};
pub(crate) use layers::Entry as LayerEntry;
pub use layers::{AllowedEdge, Layers};
pub use patterns::PathPatterns;
pub use schema::schema;

use crate::report::Level;
use crate::rule::{Group, Rule};
use crate::rules;
use std::collections::BTreeMap;

/// The file's name, at the root of the repository.
pub const CONFIG_FILE: &str = "batuta.toml";

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// `exclude.paths`: what is not analysed at all.
    pub exclude: PathPatterns,
    /// `limits.max-file-size`: larger files are listed, not parsed; in bytes.
    pub max_file_size: u64,
    /// `gate.fail-on`: findings of this level and above fail the gate.
    pub fail_on: Level,
    /// `gate.baseline`: the file with accepted findings; empty where none is named.
    pub baseline: String,
    /// `[hooks]`: what the hooks judge.
    pub hooks: HookSettings,
    /// `[layers]`, if the file has it.
    pub layers: Option<Layers>,
    rules: BTreeMap<&'static str, RuleSettings>,
}

/// The settings of one rule.
#[derive(Debug, Clone)]
pub struct RuleSettings {
    /// The level of its findings; none when it is off.
    pub level: Option<Level>,
    /// Files that it does not look at.
    pub exclude: PathPatterns,
    options: BTreeMap<&'static str, Value>,
}

impl Default for Config {
    fn default() -> Self {
        Config::parse("", CONFIG_FILE).expect("every key has a default")
    }
}

impl Config {
    /// Reads the text of a `batuta.toml`; `origin` names it in errors.
    ///
    /// # Errors
    /// Every problem found, in order of its place.
    pub fn parse(text: &str, origin: &str) -> Result<Config, ConfigError> {
        decode::decode(text, origin)
    }

    /// The settings of a rule.
    ///
    /// # Panics
    /// When there is no such rule: rules are known when the program is built.
    pub fn rule(&self, id: &str) -> &RuleSettings {
        self.rules.get(id).expect("every rule of rules::all() has settings")
    }

    /// The same, to be changed by command-line flags.
    ///
    /// # Errors
    /// When there is no such rule; the message suggests the nearest.
    pub fn rule_mut(&mut self, id: &str) -> Result<&mut RuleSettings, String> {
        let unknown = || format!("there is no rule \"{id}\"{}", suggestion(id, rules::ids()));
        self.rules.get_mut(id).ok_or_else(unknown)
    }

    /// The same with every rule switched off that is not `wanted`.
    pub fn only(&self, wanted: impl Fn(&Rule) -> bool) -> Config {
        let mut config = self.clone();
        for rule in rules::all().filter(|rule| !wanted(rule)) {
            config.rules.get_mut(rule.id).expect("every rule of rules::all() has settings").level = None;
        }
        config
    }

    /// Switches off every rule whose id or group is not in `wanted`. The rules on suppressions stay as they are unless
    /// the wish names none of the others. A rule that is named by its id and off by configuration is switched on.
    ///
    /// # Errors
    /// When a name is neither a rule nor a group; the message suggests the nearest.
    pub fn select<S: AsRef<str>>(&mut self, wanted: &[S]) -> Result<(), String> {
        let mut chosen = Vec::new();
        for name in wanted {
            let name = name.as_ref();
            let matching: Vec<&Rule> =
                rules::all().filter(|r| r.id == name || r.group.name() == name).collect();
            if matching.is_empty() {
                let known = rules::all().flat_map(|rule| [rule.id, rule.group.name()]);
                return Err(format!("there is no rule or group \"{name}\"{}", suggestion(name, known)));
            }
            chosen.extend(matching.into_iter().map(|rule| (rule.id, rule.id == name)));
        }
        for rule in rules::all() {
            let settings = self.rules.get_mut(rule.id).expect("every rule of rules::all() has settings");
            match chosen.iter().find(|(id, _)| *id == rule.id) {
                Some((_, true)) => settings.level = settings.level.or(rule.level).or(Some(Level::Error)),
                Some((_, false)) => {}
                None if rule.group == Group::Suppression => {}
                None => settings.level = None,
            }
        }
        Ok(())
    }
}

impl RuleSettings {
    /// A whole-number option.
    ///
    /// # Panics
    /// When the rule defines no such option: options are known when the program is built.
    pub fn integer(&self, key: &str) -> u64 {
        match self.options.get(key) {
            Some(Value::Integer(value) | Value::Bytes(value)) => *value,
            other => panic!("a rule asked for the number \"{key}\" but defines {other:?}"),
        }
    }

    /// A percentage.
    ///
    /// # Panics
    /// As [`integer`](RuleSettings::integer).
    pub fn percent(&self, key: &str) -> f64 {
        match self.options.get(key) {
            Some(Value::Percent(value)) => *value,
            other => panic!("a rule asked for the percentage \"{key}\" but defines {other:?}"),
        }
    }

    /// A yes-or-no option.
    ///
    /// # Panics
    /// As [`integer`](RuleSettings::integer).
    pub fn flag(&self, key: &str) -> bool {
        match self.options.get(key) {
            Some(Value::Flag(value)) => *value,
            other => panic!("a rule asked for the flag \"{key}\" but defines {other:?}"),
        }
    }

    /// A choice.
    ///
    /// # Panics
    /// As [`integer`](RuleSettings::integer).
    pub fn choice(&self, key: &str) -> &'static str {
        match self.options.get(key) {
            Some(Value::Choice(value)) => value,
            other => panic!("a rule asked for the choice \"{key}\" but defines {other:?}"),
        }
    }

    /// A path; empty when none is set.
    ///
    /// # Panics
    /// As [`integer`](RuleSettings::integer).
    pub fn path(&self, key: &str) -> &str {
        match self.options.get(key) {
            Some(Value::Path(path)) => path,
            other => panic!("a rule asked for the path \"{key}\" but defines {other:?}"),
        }
    }

    /// Sets a whole-number option, as a command-line flag does.
    ///
    /// # Errors
    /// When the rule has no such option.
    pub fn set_integer(&mut self, key: &str, value: u64) -> Result<(), String> {
        match self.options.get_mut(key) {
            Some(Value::Integer(slot) | Value::Bytes(slot)) => {
                *slot = value;
                Ok(())
            }
            _ => Err(format!("the rule has no number \"{key}\"")),
        }
    }
}

#[cfg(test)]
mod tests;
