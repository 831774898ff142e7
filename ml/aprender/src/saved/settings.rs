//! Settings by name, as text.

use super::error::{Result, SavedError};
use super::kinds::Kind;
use std::collections::BTreeMap;

/// All settings of a kind of model; the ones not given have their defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// The defaults of a kind.
    pub fn of(kind: &Kind) -> Self {
        let own = |text: &str| text.to_owned();
        Self(kind.settings.iter().map(|setting| (own(setting.name), own(setting.default))).collect())
    }

    /// Changes one.
    ///
    /// # Errors
    /// The kind has no such setting.
    pub fn set(&mut self, kind: &Kind, name: &str, value: &str) -> Result<()> {
        match self.0.get_mut(name) {
            Some(own) => {
                value.clone_into(own);
                Ok(())
            }
            None => {
                let names = kind.settings.iter().map(|setting| setting.name).collect::<Vec<_>>();
                let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                Err(SavedError::NoSetting { kind: kind.name, name: name.to_owned(), known })
            }
        }
    }

    /// Changes a setting written as `name=value`.
    ///
    /// # Errors
    /// As [`Settings::set`], or the text has another form.
    pub fn set_text(&mut self, kind: &Kind, text: &str) -> Result<()> {
        let (name, value) = text.split_once('=').ok_or_else(|| SavedError::NotASetting(text.to_owned()))?;
        self.set(kind, name.trim(), value.trim())
    }

    /// All of them by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn bad(&self, name: &str, wanted: &'static str) -> SavedError {
        SavedError::BadSetting { name: name.to_owned(), value: self.text(name).to_owned(), wanted }
    }

    /// A finite number.
    pub(super) fn number(&self, name: &str) -> Result<f64> {
        let number = self.text(name).parse().ok().filter(|x: &f64| x.is_finite());
        number.ok_or_else(|| self.bad(name, "a number"))
    }

    /// A finite number, or `None` for `none`.
    pub(super) fn optional_number(&self, name: &str) -> Result<Option<f64>> {
        match self.text(name) {
            "none" => Ok(None),
            _ => self.number(name).map(Some).map_err(|_| self.bad(name, "a number or none")),
        }
    }

    /// A whole number.
    pub(super) fn count(&self, name: &str) -> Result<usize> {
        self.text(name).parse().map_err(|_| self.bad(name, "a whole number that is not negative"))
    }

    /// A whole number, or `None` for `none`.
    pub(super) fn optional_count(&self, name: &str) -> Result<Option<usize>> {
        match self.text(name) {
            "none" => Ok(None),
            _ => self.count(name).map(Some).map_err(|_| self.bad(name, "a whole number or none")),
        }
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
        wanted: &'static str,
    ) -> Result<T> {
        let found = choices.iter().find(|(word, _)| *word == self.text(name));
        found.map(|(_, value)| *value).ok_or_else(|| self.bad(name, wanted))
    }
}
