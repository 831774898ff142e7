//! From the text of a `batuta.toml` to a [`Config`], collecting every problem on the way.

use super::error::{nearest, suggestion};
use super::keys::{self, Key, Kind, Value};
use super::layers::Entry;
use super::{AllowedEdge, Config, ConfigError, HookSettings, Layers, PathPatterns, Problem, RuleSettings};
use crate::report::Level;
use crate::rule::Rule;
use crate::rules;
use facts::source::beyond_bounds;
use globset::{GlobBuilder, GlobSetBuilder};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The names that may stand at the top of the file.
pub(super) const TOP: [&str; 6] = ["exclude", "limits", "gate", "hooks", "rules", "layers"];

/// Bytes of a configuration. A long one of a large repository has 50 KB.
const LARGEST: usize = 1 << 20;
/// Problems that are told: each is looked up in the text.
const MOST_PROBLEMS: usize = 100;
/// Path patterns of a configuration. Each is compared with every file.
const MOST_PATTERNS: usize = 10_000;
/// Entries of `layers.order`, and of `layers.allow`.
const MOST_LAYER_ENTRIES: usize = 2000;
/// Bytes of an entry of `layers.order`: each becomes a regular expression.
const LONGEST_LAYER_ENTRY: usize = 1024;
/// The largest `limits.max-file-size`. What is parsed takes some twenty times its size in memory.
const LARGEST_FILE_SIZE: u64 = 64 << 20;

pub(super) fn decode(text: &str, origin: &str) -> Result<Config, ConfigError> {
    if text.len() > LARGEST {
        let message = format!("the file has {} bytes; a configuration has at most {LARGEST}", text.len());
        let help = "merge path patterns into fewer, e.g. whole folders".to_owned();
        let problems = vec![Problem { line: 1, column: 1, message, help }];
        return Err(ConfigError { origin: origin.to_owned(), problems });
    }
    let mut decoder = Decoder { text, problems: Vec::new(), patterns: 0 };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        decoder.report(span, format!("not valid TOML: {}", error.message().trim()), String::new());
    }
    let config = decoder.config(root.get_ref());
    let mut problems: Vec<Problem> = decoder.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    // What follows from broken syntax is noise beside the syntax error itself.
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
}

type Values = BTreeMap<&'static str, Value>;

impl Decoder<'_> {
    fn config(&mut self, root: &DeTable<'_>) -> Config {
        self.reject_unknown(root, "", &TOP);
        let exclude = self.section(root, &keys::EXCLUDE);
        let limits = self.section(root, &keys::LIMITS);
        let gate = self.section(root, &keys::GATE);
        let hooks = HookSettings::of(&self.section(root, &keys::HOOKS));
        let rules = self.rules(root);
        let layers = self.sub_table(root, "layers", "layers").map(|table| self.layers(table));
        let Some(Value::Patterns(exclude)) = exclude.get("paths").cloned() else {
            unreachable!("exclude.paths takes patterns")
        };
        let Some(Value::Bytes(max_file_size)) = limits.get("max-file-size").cloned() else {
            unreachable!("limits.max-file-size takes bytes")
        };
        let fail_on = match gate.get("fail-on") {
            Some(Value::Choice("warning")) => Level::Warning,
            _ => Level::Error,
        };
        let Some(Value::Path(baseline)) = gate.get("baseline").cloned() else {
            unreachable!("gate.baseline is a path")
        };
        Config { exclude, max_file_size, fail_on, baseline, hooks, layers, rules }
    }

    fn section(&mut self, root: &DeTable<'_>, section: &keys::Section) -> Values {
        let table = self.sub_table(root, section.name, section.name);
        if let Some(table) = table {
            let known: Vec<&str> = section.keys.iter().map(|key| key.name).collect();
            self.reject_unknown(table, section.name, &known);
        }
        self.values(table, section.keys, section.name)
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
        let mut settings = RuleSettings {
            level: rule.level,
            exclude: PathPatterns::none(),
            options: self.values(table, rule.options, section),
        };
        let Some(table) = table else { return settings };
        let [level, exclude] = keys::keys_of_all_rules(rule);
        let all = [&level, &exclude].into_iter().chain(rule.options);
        let known: Vec<&str> = all.map(|key| key.name).collect();
        self.reject_unknown(table, section, &known);
        match self.value(table, &level, section) {
            Some(Value::Choice("off")) => settings.level = None,
            Some(Value::Choice("warning")) => settings.level = Some(Level::Warning),
            Some(Value::Choice(_)) => settings.level = Some(Level::Error),
            _ => {}
        }
        if let Some(Value::Patterns(patterns)) = self.value(table, &exclude, section) {
            settings.exclude = patterns;
        }
        settings
    }

    /// The values of `keys` in a table, with defaults for those that are absent or wrong.
    fn values(&mut self, table: Option<&DeTable<'_>>, keys: &[Key], section: &str) -> Values {
        let mut values = Values::new();
        for key in keys {
            let found = table.and_then(|table| self.value(table, key, section));
            values.insert(key.name, found.unwrap_or_else(|| key.kind.default_value()));
        }
        values
    }

    fn value(&mut self, table: &DeTable<'_>, key: &Key, section: &str) -> Option<Value> {
        let value = table.get(key.name)?;
        let name = format!("{section}.{}", key.name);
        match key.kind {
            Kind::Integer(_) => match integer(value.get_ref()) {
                Some(number) => return Some(Value::Integer(number)),
                None => self.wrong(value, &name, key.kind),
            },
            Kind::Percent(_) => match number(value.get_ref()).filter(|number| (0.0..=100.0).contains(number))
            {
                Some(number) => return Some(Value::Percent(number)),
                None => self.wrong(value, &name, key.kind),
            },
            Kind::Bytes(_) => match integer(value.get_ref()).or_else(|| size(value.get_ref().as_str()?)) {
                Some(number) if name == "limits.max-file-size" && number > LARGEST_FILE_SIZE => self.report(
                    value.span(),
                    format!("{name} is {number} bytes; it is at most {LARGEST_FILE_SIZE} (64 MiB)"),
                    format!("the default is {}", key.kind.default_toml()),
                ),
                Some(number) => return Some(Value::Bytes(number)),
                None => self.wrong(value, &name, key.kind),
            },
            Kind::Flag(_) => match value.get_ref().as_bool() {
                Some(flag) => return Some(Value::Flag(flag)),
                None => self.wrong(value, &name, key.kind),
            },
            Kind::Choice { of, .. } => match choice(value.get_ref(), of) {
                Some(word) => return Some(Value::Choice(word)),
                None => self.wrong(value, &name, key.kind),
            },
            Kind::Patterns => return self.patterns(value, &name).map(Value::Patterns),
            Kind::Path(_) => match value.get_ref().as_str() {
                Some(path) => return Some(Value::Path(path.to_owned())),
                None => self.wrong(value, &name, key.kind),
            },
        }
        None
    }

    fn patterns(&mut self, value: &Spanned<DeValue<'_>>, name: &str) -> Option<PathPatterns> {
        let texts = self.strings(value, name, Kind::Patterns)?;
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
            Err((index, why)) => {
                let span = texts.get(index).map_or(value.span(), Spanned::span);
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
        kind: Kind,
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

    // ---- layers

    fn layers(&mut self, table: &DeTable<'_>) -> Layers {
        self.reject_unknown(table, "layers", &["order", "allow", "require-all"]);
        let require_all = Key { name: "require-all", doc: "", kind: Kind::Flag(false) };
        let require_all = matches!(self.value(table, &require_all, "layers"), Some(Value::Flag(true)));
        let order = match table.get("order") {
            Some(order) => self.order(order),
            None => {
                let at = table.iter().next().map_or(0..0, |(key, _)| key.span());
                self.report(at, "[layers] has no key \"order\"".to_owned(), ORDER_HELP.to_owned());
                Vec::new()
            }
        };
        let allow = table.get("allow").map(|allow| self.allowed_edges(allow)).unwrap_or_default();
        Layers { order, allow, require_all }
    }

    fn order(&mut self, order: &Spanned<DeValue<'_>>) -> Vec<Vec<Entry>> {
        let Some(layers) = order.get_ref().as_array() else {
            self.wrong_as(order, "layers.order", ORDER_HELP);
            return Vec::new();
        };
        let mut seen: Vec<String> = Vec::new();
        let mut decoded = Vec::new();
        let entries = layers.iter().filter_map(|layer| layer.get_ref().as_array()).map(|layer| layer.len());
        if layers.len().max(entries.sum()) > MOST_LAYER_ENTRIES {
            let message = format!("layers.order has more than {MOST_LAYER_ENTRIES} entries");
            self.report(order.span(), message, ORDER_HELP.to_owned());
            return Vec::new();
        }
        for layer in layers.iter() {
            if layer.get_ref().as_array().is_none() {
                self.wrong_as(layer, "a layer of layers.order", ORDER_HELP);
                continue;
            }
            let mut entries = Vec::new();
            for text in self.strings(layer, "layers.order", Kind::Patterns).unwrap_or_default() {
                if let Some(entry) = self.layer_entry(&text, &seen) {
                    seen.push(entry.text.clone());
                    entries.push(entry);
                }
            }
            decoded.push(entries);
        }
        decoded
    }

    fn layer_entry(&mut self, text: &Spanned<&str>, seen: &[String]) -> Option<Entry> {
        let folder = text.get_ref().trim_start_matches("./").trim_end_matches('/');
        let problem =
            if folder.is_empty() || folder.starts_with('/') || folder.split('/').any(|part| part == "..") {
                Some("is no folder inside the repository".to_owned())
            } else if folder.len() > LONGEST_LAYER_ENTRY {
                Some(format!("has more than {LONGEST_LAYER_ENTRY} bytes"))
            } else if seen.iter().any(|known| known == folder) {
                Some("stands in layers.order twice".to_owned())
            } else {
                beyond_bounds(folder).map(str::to_owned)
            };
        let compile = || {
            let glob = GlobBuilder::new(folder).literal_separator(true).build();
            // A set of one: compiling it can fail, where that of a single pattern would end the program.
            glob.and_then(|glob| GlobSetBuilder::new().add(glob).build())
                .map_err(|error| format!("is no pattern of folders: {}", error.kind()))
        };
        let compiled = problem.map_or_else(compile, |problem| Err(problem.to_owned()));
        match compiled {
            Ok(glob) => {
                let line = self.place(text.span().start).0 as u32;
                Some(Entry { text: folder.to_owned(), matcher: glob, line })
            }
            Err(why) => {
                let message = format!("\"{}\" {why}", text.get_ref());
                self.report(text.span(), message, "write a folder such as \"src/core\", once".to_owned());
                None
            }
        }
    }

    fn allowed_edges(&mut self, allow: &Spanned<DeValue<'_>>) -> Vec<AllowedEdge> {
        let Some(items) = allow.get_ref().as_array() else {
            self.wrong_as(allow, "layers.allow", ALLOW_HELP);
            return Vec::new();
        };
        if items.len() > MOST_LAYER_ENTRIES {
            let message = format!("layers.allow has more than {MOST_LAYER_ENTRIES} entries");
            self.report(allow.span(), message, ALLOW_HELP.to_owned());
            return Vec::new();
        }
        items.iter().filter_map(|item| self.allowed_edge(item)).collect()
    }

    fn allowed_edge(&mut self, item: &Spanned<DeValue<'_>>) -> Option<AllowedEdge> {
        let Some(table) = item.get_ref().as_table() else {
            self.wrong_as(item, "an entry of layers.allow", ALLOW_HELP);
            return None;
        };
        self.reject_unknown(table, "layers.allow", &["from", "to", "reason"]);
        let mut text = |name: &str| {
            let found = table.get(name).and_then(|value| value.get_ref().as_str()).map(str::trim);
            if found.is_none_or(str::is_empty) {
                let at = table.get(name).map_or(item.span(), Spanned::span);
                self.report(at, format!("an entry of layers.allow has no {name}"), ALLOW_HELP.to_owned());
            }
            found.map(|text| text.trim_start_matches("./").trim_end_matches('/').to_owned())
        };
        let (from, to, reason) = (text("from"), text("to"), text("reason"));
        let line = self.place(item.span().start).0 as u32;
        Some(AllowedEdge { from: from?, to: to?, reason: reason?, line })
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
            let near = nearest(name, known.iter().copied());
            let mean = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            let rule = rules::ids().find(|id| section.is_empty() && *id == name.as_ref());
            let help = match rule {
                Some(id) => format!("the settings of a rule stand in [rules.{id}]"),
                None => format!("the keys here are {}", known.join(", ")),
            };
            self.report(key.span(), format!("unknown key \"{name}\"{place}{mean}"), help);
        }
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, name: &str, kind: Kind) {
        let mean = match (kind, value.get_ref().as_str()) {
            (Kind::Choice { of, .. }, Some(word)) => suggestion(word, of.iter().copied()),
            _ => String::new(),
        };
        let message = format!("{name} is {}; it takes {}{mean}", describe(value.get_ref()), kind.wanted());
        self.report(value.span(), message, format!("the default is {}", kind.default_toml()));
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

const ORDER_HELP: &str =
    "write the layers from top to bottom, each a list of folders: order = [[\"app\"], [\"core\"]]";
const ALLOW_HELP: &str = "write { from = \"folder\", to = \"folder\", reason = \"why\" }";

fn integer(value: &DeValue<'_>) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let float = value.as_float().and_then(|float| float.as_str().parse().ok());
    float.or_else(|| integer(value).map(|number| number as f64))
}

fn choice(value: &DeValue<'_>, of: &'static [&'static str]) -> Option<&'static str> {
    let word = value.as_str()?;
    of.iter().copied().find(|known| *known == word)
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

/// What a value is, for a person.
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
