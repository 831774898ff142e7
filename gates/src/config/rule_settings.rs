//! `[rules.<id>]`

use super::keys::{Key, Table, json_of, keys_of, with_values};
use super::{LevelOrOff, PathPatterns};
use crate::level::Level;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

/// The settings of one rule.
#[derive(Debug, Clone)]
pub struct RuleSettings {
    /// The level of its findings; none when it is off.
    pub level: Option<Level>,
    /// Files that it does not look at.
    pub exclude: PathPatterns,
    own: Arc<dyn Own>,
}

impl RuleSettings {
    pub(crate) fn new(of_every_rule: OfEveryRule, own: Arc<dyn Own>) -> RuleSettings {
        let OfEveryRule { level, exclude } = of_every_rule;
        RuleSettings { level: level.level(), exclude, own }
    }

    /// The rule's own settings; none if its definition names another struct.
    pub fn own<S: Settings>(&self) -> Option<&S> {
        let own: &dyn Any = self.own.as_ref();
        own.downcast_ref()
    }

    /// Every key with its value: those of all rules, then the rule's own, sorted.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut keys = json_of(&OfEveryRule { level: self.level.into(), exclude: self.exclude.clone() });
        let mut own: Vec<(String, Value)> = self.own.to_json().into_iter().collect();
        own.sort_by(|a, b| a.0.cmp(&b.0));
        keys.extend(own);
        keys
    }
}

/// What every rule has besides its own keys.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OfEveryRule {
    /// How serious the rule's findings are; "off" switches it off.
    level: LevelOrOff,
    /// Files and folders that the rule does not look at.
    exclude: PathPatterns,
}

impl OfEveryRule {
    /// The defaults for a rule of this level; none for a rule that is off.
    pub fn of(level: Option<Level>) -> OfEveryRule {
        OfEveryRule { level: level.into(), exclude: PathPatterns::none() }
    }
}

/// The settings that only one rule has: a struct whose fields are its keys.
pub trait Settings: Table + Default + Debug + Send + Sync + 'static {}

impl<S: Table + Default + Debug + Send + Sync + 'static> Settings for S {}

/// The same settings, type-erased.
pub(crate) trait Own: Any + Debug + Send + Sync {
    fn to_json(&self) -> Map<String, Value>;
}

impl<S: Settings> Own for S {
    fn to_json(&self) -> Map<String, Value> {
        json_of(self)
    }
}

/// Of a rule that has no keys besides those of every rule.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct NoSettings {}

/// Settings with the values of a file, or why the values do not fit.
type Filled = Result<Arc<dyn Own>, serde_json::Error>;

/// The type of a rule's own settings, type-erased.
pub struct Options {
    make_keys: fn() -> Vec<Key>,
    keys: OnceLock<Vec<Key>>,
    pub(crate) filled: fn(Map<String, Value>) -> Filled,
    pub(crate) default: fn() -> Arc<dyn Own>,
}

impl Options {
    /// Options that are the fields of a struct.
    pub const fn of<S: Settings>() -> Options {
        Options {
            make_keys: || keys_of(&S::default()),
            keys: OnceLock::new(),
            filled: |values| Ok(Arc::new(with_values(&S::default(), values)?)),
            default: || Arc::new(S::default()),
        }
    }

    /// None.
    pub const fn none() -> Options {
        Options::of::<NoSettings>()
    }

    /// The rule's own keys, in the order of the struct's fields.
    pub fn keys(&self) -> &[Key] {
        self.keys.get_or_init(self.make_keys)
    }
}
