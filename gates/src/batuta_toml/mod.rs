//! Reads `batuta.toml`: the [configuration](crate::config) together with the rules that there are.

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

    /// The settings of a rule, to be changed.
    ///
    /// # Errors
    /// When there is no such rule; the message suggests the nearest.
    pub fn rule_mut(&mut self, id: &str) -> Result<&mut RuleSettings, UnknownName> {
        self.rules.get_mut(id).ok_or_else(|| UnknownName::rule(id))
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
    /// Of a name where only a rule may stand.
    pub fn rule(name: &str) -> UnknownName {
        UnknownName { name: name.to_owned(), or_group: false, nearest: nearest(name, rules::ids()) }
    }

    /// Of a name where a rule or a group may stand.
    pub fn rule_or_group(name: &str) -> UnknownName {
        let known = rules::all().flat_map(|rule| [rule.id, rule.group.name()]);
        UnknownName { name: name.to_owned(), or_group: true, nearest: nearest(name, known) }
    }
}

#[cfg(test)]
mod tests;
