//! Reads `batuta.toml`: the [configuration](crate::config) together with the existing rules.

mod decode;
mod schema;

pub use schema::schema;

use crate::config::error::nearest;
use crate::config::{CONFIG_FILE, Config, ConfigError, RuleSettings, UnknownName};
use crate::level::Level;
use crate::rule::{Group, Rule};
use crate::rules;

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

    /// The settings of a rule, mutable.
    ///
    /// # Errors
    /// There is no rule with this id; the message suggests the nearest.
    pub fn rule_mut(&mut self, id: &str) -> Result<&mut RuleSettings, UnknownName> {
        self.rules.get_mut(id).ok_or_else(|| UnknownName::rule(id))
    }

    /// The same configuration with all rules off except those that are `wanted`.
    pub fn only(&self, wanted: impl Fn(&Rule) -> bool) -> Config {
        let mut config = self.clone();
        for rule in rules::all().filter(|rule| !wanted(rule)) {
            config.rules.get_mut(rule.id).expect("every rule of rules::all() has settings").level = None;
        }
        config
    }

    /// Switches off every rule whose id or group is not in `wanted`. The rules on suppressions stay as they are unless
    /// `wanted` names no other rule. A rule that is named by its id is switched on even if the configuration has it
    /// off.
    ///
    /// # Errors
    /// A name is neither a rule nor a group; the message suggests the nearest.
    pub fn select<S: AsRef<str>>(&mut self, wanted: &[S]) -> Result<(), UnknownName> {
        let mut chosen = Vec::new();
        for name in wanted {
            let name = name.as_ref();
            let matching: Vec<&Rule> =
                rules::all().filter(|r| r.id == name || r.group.name() == name).collect();
            if matching.is_empty() {
                return Err(UnknownName::rule_or_group(name));
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

impl UnknownName {
    /// For a name in a place where only a rule is allowed.
    pub fn rule(name: &str) -> UnknownName {
        UnknownName { name: name.to_owned(), or_group: false, nearest: nearest(name, rules::ids()) }
    }

    /// For a name in a place where a rule or a group is allowed.
    pub fn rule_or_group(name: &str) -> UnknownName {
        let known = rules::all().flat_map(|rule| [rule.id, rule.group.name()]);
        UnknownName { name: name.to_owned(), or_group: true, nearest: nearest(name, known) }
    }
}

#[cfg(test)]
mod tests;
