//! From the text of a `batuta.toml` to a [`Config`], collecting every problem on the way.

mod layers;

use crate::config::error::suggestion;
use crate::config::keys::{Key, Kind, Table, in_units, keys_of, with_values};
use crate::config::rule_settings::OfEveryRule;
use crate::config::sections::{Exclude, FixedSection, GateSection, Limits};
use crate::config::{Config, ConfigError, HookSettings, PathPatterns, PatternError, Problem, RuleSettings};
use crate::rule::Rule;
use crate::rules;
use facts::source::beyond_bounds;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The names that may stand at the top of the file.
pub(super) const TOP: [&str; 6] =
    [Exclude::NAME, Limits::NAME, GateSection::NAME, HookSettings::NAME, "rules", "layers"];

/// Limit on the bytes of a configuration. A long one, of a large repository, has 50 KB.
const LARGEST: usize = 1 << 20;
/// Limit on reported problems: each one is looked up in the text.
const MOST_PROBLEMS: usize = 100;
/// Limit on the path patterns of a configuration: each is compared with every file.
const MOST_PATTERNS: usize = 10_000;

pub(super) fn decode(text: &str, origin: &str) -> Result<Config, ConfigError> {
    if text.len() > LARGEST {
        let message = format!("the file has {} bytes; a configuration has at most {LARGEST}", text.len());
        let help = "merge path patterns into fewer, e.g. whole folders".to_owned();
        let problems = vec![Problem { line: 1, column: 1, message, help }];
        return Err(ConfigError { origin: origin.to_owned(), problems });
    }
    let mut decoder = Decoder { text, problems: Vec::new(), patterns: 0, layer_entries: 0 };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        decoder.report(span, format!("not valid TOML: {}", error.message().trim()), String::new());
    }
    let config = decoder.config(root.get_ref());
    let mut problems: Vec<Problem> = decoder.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    // Errors that follow from a syntax error are noise.
    if !errors.is_empty() {
        problems.retain(|problem| problem.message.starts_with("not valid TOML"));
    }
    if problems.is_empty() {
        return Ok(config);
    }
    Err(ConfigError { origin: origin.to_owned(), problems })
}

struct Decoder<'s> {
    text: &'s str,
    problems: Vec<Problem>,
    /// Path patterns so far.
    patterns: usize,
    /// Entries of layer orders so far.
    layer_entries: usize,
}

/// The valid values that a table's text gives.
type Values = Map<String, Value>;

/// The keys `level` and `exclude`, with the rule's defaults.
pub(super) fn keys_of_every_rule(rule: &Rule) -> Vec<Key> {
    keys_of(&OfEveryRule::of(rule.level))
}

impl Decoder<'_> {
    fn config(&mut self, root: &DeTable<'_>) -> Config {
        self.reject_unknown(root, "", &TOP);
        let Exclude { paths: exclude } = self.section(root);
        let Limits { max_file_size } = self.section(root);
        let GateSection { fail_on, baseline } = self.section(root);
        let hooks: HookSettings = self.section(root);
        let rules = self.rules(root);
        let layers = self.sub_table(root, "layers", "layers").map(|table| self.layers(table));
        let (max_file_size, fail_on, baseline) = (max_file_size.0, fail_on.into(), baseline.0);
        Config { exclude, max_file_size, fail_on, baseline, hooks, layers, rules }
    }

    fn section<S: FixedSection>(&mut self, root: &DeTable<'_>) -> S {
        let defaults = S::default();
        let Some(table) = self.sub_table(root, S::NAME, S::NAME) else { return defaults };
        let keys = keys_of(&defaults);
        self.reject_unknown(table, S::NAME, &names(&keys));
        let values = self.values(table, &keys, S::NAME);
        self.filled(defaults, values, table, S::NAME)
    }

    /// A table with the values from the text, and defaults for the rest.
    fn filled<T: Table>(&mut self, defaults: T, values: Values, table: &DeTable<'_>, section: &str) -> T {
        match with_values(&defaults, values) {
            Ok(filled) => filled,
            Err(error) => {
                self.unfit(table, section, &error);
                defaults
            }
        }
    }

    /// Reports a value that fits its key's kind but not the type of the field.
    fn unfit(&mut self, table: &DeTable<'_>, section: &str, error: &serde_json::Error) {
        let at = table.iter().next().map_or(0..0, |(key, _)| key.span());
        self.report(at, format!("[{section}]: {error}"), String::new());
    }

    fn rules(&mut self, root: &DeTable<'_>) -> BTreeMap<&'static str, RuleSettings> {
        let table = self.sub_table(root, "rules", "rules");
        if let Some(table) = table {
            let ids: Vec<&str> = rules::ids().collect();
            for (key, _) in table.iter().filter(|(key, _)| !ids.contains(&key.get_ref().as_ref())) {
                let name = key.get_ref();
                let message = format!("there is no rule \"{name}\"{}", suggestion(name, ids.iter().copied()));
                self.report(key.span(), message, format!("the rules are {}", ids.join(", ")));
            }
        }
        let mut settings = BTreeMap::new();
        for rule in rules::all() {
            let section = format!("rules.{}", rule.id);
            let own = table.and_then(|table| self.sub_table(table, rule.id, &section));
            settings.insert(rule.id, self.rule(rule, own, &section));
        }
        settings
    }

    fn rule(&mut self, rule: &Rule, table: Option<&DeTable<'_>>, section: &str) -> RuleSettings {
        let defaults = OfEveryRule::of(rule.level);
        let Some(table) = table else { return RuleSettings::new(defaults, (rule.options.default)()) };
        let (of_every_rule, own) = (keys_of_every_rule(rule), rule.options.keys());
        let known: Vec<&str> = of_every_rule.iter().chain(own).map(|key| key.name).collect();
        self.reject_unknown(table, section, &known);
        let values = self.values(table, own, section);
        let own = (rule.options.filled)(values).unwrap_or_else(|error| {
            self.unfit(table, section, &error);
            (rule.options.default)()
        });
        let values = self.values(table, &of_every_rule, section);
        RuleSettings::new(self.filled(defaults, values, table, section), own)
    }

    /// The values that a table gives for `keys`; wrong ones are reported and left out.
    fn values(&mut self, table: &DeTable<'_>, keys: &[Key], section: &str) -> Values {
        let mut values = Values::new();
        for key in keys {
            if let Some(value) = self.value(table, key, section) {
                values.insert(key.name.to_owned(), value);
            }
        }
        values
    }

    fn value(&mut self, table: &DeTable<'_>, key: &Key, section: &str) -> Option<Value> {
        let value = table.get(key.name)?;
        let name = format!("{section}.{}", key.name);
        let found = value.get_ref();
        let taken = match &key.kind {
            Kind::Integer(_) => integer(found).map(Value::from),
            Kind::Percent(_) => {
                number(found).filter(|number| (0.0..=100.0).contains(number)).map(Value::from)
            }
            Kind::Bytes { most, .. } => {
                let bytes = integer(found).or_else(|| size(found.as_str()?));
                if let (Some(bytes), Some(most)) = (bytes, *most)
                    && bytes > most
                {
                    let units = in_units(most).map(|size| format!(" ({size})")).unwrap_or_default();
                    let message = format!("{name} is {bytes} bytes; it is at most {most}{units}");
                    self.report(value.span(), message, default_help(&key.kind));
                    return None;
                }
                bytes.map(Value::from)
            }
            Kind::Flag(_) => found.as_bool().map(Value::from),
            Kind::Choice { of, .. } => {
                found.as_str().filter(|word| of.iter().any(|known| known == word)).map(Value::from)
            }
            Kind::Patterns => return self.patterns(value, &name).map(|patterns| patterns.texts().into()),
            Kind::Path(_) => found.as_str().map(Value::from),
        };
        if taken.is_none() {
            self.wrong(value, &name, &key.kind);
        }
        taken
    }

    fn patterns(&mut self, value: &Spanned<DeValue<'_>>, name: &str) -> Option<PathPatterns> {
        let texts = self.strings(value, name, &Kind::Patterns)?;
        self.patterns += texts.len();
        if self.patterns > MOST_PATTERNS {
            let message = format!("{name}: more than {MOST_PATTERNS} path patterns in all");
            self.report(value.span(), message, "name whole folders".to_owned());
            return None;
        }
        // Not quoted: it may be as long as the file.
        let wrong = texts.iter().find_map(|text| Some((text.span(), beyond_bounds(text.get_ref())?)));
        if let Some((span, why)) = wrong {
            self.report(span, format!("{name}: a path pattern {why}"), "name whole folders".to_owned());
            return None;
        }
        match PathPatterns::new(texts.iter().map(|text| text.get_ref().to_string()).collect()) {
            Ok(patterns) => Some(patterns),
            Err(PatternError { index, source }) => {
                let span = texts.get(index).map_or(value.span(), Spanned::span);
                let why = source.to_string();
                let why = why.strip_prefix("[exclude] paths in batuta.toml: ").unwrap_or(&why);
                let (why, help) = why.rsplit_once("; ").unwrap_or((why, ""));
                self.report(span, format!("{name}: {why}"), help.to_owned());
                None
            }
        }
    }

    fn strings<'v>(
        &mut self,
        value: &'v Spanned<DeValue<'_>>,
        name: &str,
        kind: &Kind,
    ) -> Option<Vec<Spanned<&'v str>>> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, name, kind);
            return None;
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Spanned::new(item.span(), text)),
                None => {
                    let what = describe(item.get_ref());
                    self.report(
                        item.span(),
                        format!("{name} holds {what}; it takes texts only"),
                        kind.wanted(),
                    );
                }
            }
        }
        Some(texts)
    }

    // ---- problems

    fn sub_table<'v>(&mut self, table: &'v DeTable<'_>, key: &str, name: &str) -> Option<&'v DeTable<'v>> {
        let value = table.get(key)?;
        let found = value.get_ref().as_table();
        if found.is_none() {
            self.wrong_as(value, name, &format!("write a table: [{name}]"));
        }
        found
    }

    fn reject_unknown(&mut self, table: &DeTable<'_>, section: &str, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
            let mean = suggestion(name, known.iter().copied());
            let rule = rules::ids().find(|id| section.is_empty() && *id == name.as_ref());
            let help = match rule {
                Some(id) => format!("the settings of a rule stand in [rules.{id}]"),
                None => format!("the keys here are {}", known.join(", ")),
            };
            self.report(key.span(), format!("unknown key \"{name}\"{place}{mean}"), help);
        }
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, name: &str, kind: &Kind) {
        let mean = match (kind, value.get_ref().as_str()) {
            (Kind::Choice { of, .. }, Some(word)) => suggestion(word, of.iter().map(String::as_str)),
            _ => String::new(),
        };
        let message = format!("{name} is {}; it takes {}{mean}", describe(value.get_ref()), kind.wanted());
        self.report(value.span(), message, default_help(kind));
    }

    fn wrong_as(&mut self, value: &Spanned<DeValue<'_>>, name: &str, help: &str) {
        self.report(value.span(), format!("{name} is {}", describe(value.get_ref())), help.to_owned());
    }

    fn report(&mut self, span: Range<usize>, message: String, help: String) {
        if self.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let (line, column) = self.place(span.start);
        self.problems.push(Problem { line, column, message, help });
    }

    /// Line and column (in characters) of a byte, both from 1.
    fn place(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

fn integer(value: &DeValue<'_>) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let float = value.as_float().and_then(|float| float.as_str().parse().ok());
    float.or_else(|| integer(value).map(|number| number as f64))
}

fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

fn default_help(kind: &Kind) -> String {
    format!("the default is {}", kind.default_toml())
}

/// Bytes of a text such as `4 MiB`, `500kB` or `12`.
fn size(text: &str) -> Option<u64> {
    let digits = text.trim().find(|c: char| !c.is_ascii_digit()).unwrap_or(text.trim().len());
    let (number, unit) = text.trim().split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// Describes a value for a person.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
