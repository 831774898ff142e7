//! `[layers]`.

use super::Decoder;
use crate::config::keys::{Key, Kind};
use crate::config::layers::{AllowedEdge, Entry, Layers, Within};
use facts::source::beyond_bounds;
use globset::{GlobBuilder, GlobSetBuilder};
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Limit on the entries of all orders together, and of a list of exceptions.
const MOST_ENTRIES: usize = 2000;
/// Limit on the folders of `layers.within`: each file is looked up in each.
const MOST_FOLDERS: usize = 100;
/// Limit on the bytes of an entry of an order: each becomes a regular expression.
const LONGEST_ENTRY: usize = 1024;

const ORDER_HELP: &str =
    "write the layers from top to bottom, each a list of folders: order = [[\"app\"], [\"core\"]]";
const ALLOW_HELP: &str = "write { from = \"folder\", to = \"folder\", reason = \"why\" }";
const WITHIN_HELP: &str = "write the modules of a folder from top to bottom: [layers.within.\"src/core\"] order = [[\"api\"], [\"model\"]]";

/// The table that an order stands in: that of the repository, or of one folder.
struct Of<'a> {
    /// How it is called in messages.
    name: &'a str,
    /// The folder, with a slash at its end; empty for the repository.
    folder: &'a str,
    /// Help for an invalid entry: what it should be.
    entry_help: &'a str,
}

impl Decoder<'_> {
    pub(super) fn layers(&mut self, table: &DeTable<'_>) -> Layers {
        self.reject_unknown(table, "layers", &["order", "allow", "require-all", "within", "acyclic"]);
        let of = Of { name: "layers", folder: "", entry_help: "write a folder such as \"src/core\", once" };
        let within = table.get("within").map(|within| self.all_within(within));
        let acyclic = table.get("acyclic").map(|folders| self.acyclic(folders, &of));
        let order = match table.get("order") {
            None if within.is_some() || acyclic.is_some() => Vec::new(),
            _ => self.order(table, &of),
        };
        let mut allow = self.allowed_edges(table, &of);
        let (within, allowed_within) = within.unwrap_or_default();
        allow.extend(allowed_within);
        let require_all = self.require_all(table, &of);
        Layers { order, allow, require_all, within, acyclic: acyclic.unwrap_or_default() }
    }

    fn acyclic(&mut self, folders: &Spanned<DeValue<'_>>, of: &Of<'_>) -> Vec<Entry> {
        const LIST: &str = "layers.acyclic";
        let texts = self.strings(folders, LIST, &Kind::Patterns).unwrap_or_default();
        self.layer_entries += texts.len();
        if self.layer_entries > MOST_ENTRIES {
            let message = format!("{LIST} has more than {MOST_ENTRIES} entries, with the other orders");
            self.report(folders.span(), message, of.entry_help.to_owned());
            return Vec::new();
        }
        let mut entries: Vec<Entry> = Vec::new();
        for text in &texts {
            let is_known = |name: &str| entries.iter().any(|entry| entry.text == name);
            let entry = self.layer_entry(text, is_known, LIST, of.entry_help);
            entries.extend(entry);
        }
        entries
    }

    /// The orders within folders, and the exceptions from them.
    fn all_within(&mut self, within: &Spanned<DeValue<'_>>) -> (Vec<Within>, Vec<AllowedEdge>) {
        let Some(table) = within.get_ref().as_table() else {
            self.wrong_as(within, "layers.within", WITHIN_HELP);
            return (Vec::new(), Vec::new());
        };
        if table.len() > MOST_FOLDERS {
            let message = format!("layers.within has more than {MOST_FOLDERS} folders");
            self.report(within.span(), message, WITHIN_HELP.to_owned());
            return (Vec::new(), Vec::new());
        }
        let mut decoded: Vec<Within> = Vec::new();
        let mut allow = Vec::new();
        for (key, value) in table.iter() {
            let folder = plain(key.get_ref());
            let why = match no_folder(folder) {
                Some(why) => Some(why.to_owned()),
                None if decoded.iter().any(|other| other.folder == folder) => {
                    Some("stands in layers.within twice".to_owned())
                }
                None => None,
            };
            if let Some(why) = why {
                let message = format!("\"{}\" {why}", key.get_ref());
                self.report(key.span(), message, WITHIN_HELP.to_owned());
                continue;
            }
            let name = format!("layers.within.\"{folder}\"");
            let Some(own) = value.get_ref().as_table() else {
                self.wrong_as(value, &name, WITHIN_HELP);
                continue;
            };
            self.reject_unknown(own, &name, &["order", "allow", "require-all"]);
            let prefix = format!("{folder}/");
            let entry_help = "write the name of a module in that folder, once";
            let of = Of { name: &name, folder: &prefix, entry_help };
            allow.extend(self.allowed_edges(own, &of));
            decoded.push(Within {
                folder: folder.to_owned(),
                order: self.order(own, &of),
                require_all: self.require_all(own, &of),
            });
        }
        decoded.sort_by(|a, b| a.folder.cmp(&b.folder));
        (decoded, allow)
    }

    fn require_all(&mut self, table: &DeTable<'_>, of: &Of<'_>) -> bool {
        let key = Key { name: "require-all", doc: String::new(), kind: Kind::Flag(false) };
        self.value(table, &key, of.name) == Some(Value::Bool(true))
    }

    fn order(&mut self, table: &DeTable<'_>, of: &Of<'_>) -> Vec<Vec<Entry>> {
        let Some(order) = table.get("order") else {
            let at = table.iter().next().map_or(0..0, |(key, _)| key.span());
            self.report(at, format!("[{}] has no key \"order\"", of.name), ORDER_HELP.to_owned());
            return Vec::new();
        };
        let name = format!("{}.order", of.name);
        let Some(layers) = order.get_ref().as_array() else {
            self.wrong_as(order, &name, ORDER_HELP);
            return Vec::new();
        };
        let mut seen: Vec<String> = Vec::new();
        let mut decoded = Vec::new();
        let entries = layers.iter().filter_map(|layer| layer.get_ref().as_array()).map(|layer| layer.len());
        self.layer_entries += layers.len().max(entries.sum());
        if self.layer_entries > MOST_ENTRIES {
            let all = if of.folder.is_empty() { "" } else { ", with the other orders" };
            let message = format!("{name} has more than {MOST_ENTRIES} entries{all}");
            self.report(order.span(), message, ORDER_HELP.to_owned());
            return Vec::new();
        }
        for layer in layers.iter() {
            if layer.get_ref().as_array().is_none() {
                self.wrong_as(layer, &format!("a layer of {name}"), ORDER_HELP);
                continue;
            }
            let mut entries = Vec::new();
            for text in self.strings(layer, &name, &Kind::Patterns).unwrap_or_default() {
                let is_known = |name: &str| seen.iter().any(|known| known == name);
                if let Some(entry) = self.layer_entry(&text, is_known, &name, of.entry_help) {
                    seen.push(entry.text.clone());
                    entries.push(entry);
                }
            }
            decoded.push(entries);
        }
        decoded
    }

    /// An entry of a list; `is_known` says whether the list already has a name.
    fn layer_entry(
        &mut self,
        text: &Spanned<&str>,
        is_known: impl Fn(&str) -> bool,
        list: &str,
        help: &str,
    ) -> Option<Entry> {
        let name = plain(text.get_ref());
        let problem = if let Some(why) = no_folder(name) {
            Some(why.to_owned())
        } else if name.len() > LONGEST_ENTRY {
            Some(format!("has more than {LONGEST_ENTRY} bytes"))
        } else if is_known(name) {
            Some(format!("stands in {list} twice"))
        } else {
            beyond_bounds(name).map(str::to_owned)
        };
        let compile = || {
            let glob = GlobBuilder::new(name).literal_separator(true).build();
            // A set of one pattern: compiling a set returns an error, whereas compiling a single pattern would panic.
            glob.and_then(|glob| GlobSetBuilder::new().add(glob).build())
                .map_err(|error| format!("is no pattern of folders: {}", error.kind()))
        };
        let compiled = problem.map_or_else(compile, Err);
        match compiled {
            Ok(glob) => {
                let line = self.place(text.span().start).0 as u32;
                Some(Entry { text: name.to_owned(), matcher: glob, line })
            }
            Err(why) => {
                let message = format!("\"{}\" {why}", text.get_ref());
                self.report(text.span(), message, help.to_owned());
                None
            }
        }
    }

    fn allowed_edges(&mut self, table: &DeTable<'_>, of: &Of<'_>) -> Vec<AllowedEdge> {
        let Some(allow) = table.get("allow") else { return Vec::new() };
        let name = format!("{}.allow", of.name);
        let Some(items) = allow.get_ref().as_array() else {
            self.wrong_as(allow, &name, ALLOW_HELP);
            return Vec::new();
        };
        if items.len() > MOST_ENTRIES {
            let message = format!("{name} has more than {MOST_ENTRIES} entries");
            self.report(allow.span(), message, ALLOW_HELP.to_owned());
            return Vec::new();
        }
        items.iter().filter_map(|item| self.allowed_edge(item, &name, of.folder)).collect()
    }

    fn allowed_edge(&mut self, item: &Spanned<DeValue<'_>>, name: &str, folder: &str) -> Option<AllowedEdge> {
        let entry = format!("an entry of {name}");
        let Some(table) = item.get_ref().as_table() else {
            self.wrong_as(item, &entry, ALLOW_HELP);
            return None;
        };
        self.reject_unknown(table, name, &["from", "to", "reason"]);
        let mut text = |name: &str| {
            let found = table.get(name).and_then(|value| value.get_ref().as_str()).map(str::trim);
            if found.is_none_or(str::is_empty) {
                let at = table.get(name).map_or(item.span(), Spanned::span);
                self.report(at, format!("{entry} has no {name}"), ALLOW_HELP.to_owned());
            }
            found.map(plain)
        };
        let (from, to, reason) = (text("from"), text("to"), text("reason"));
        let line = self.place(item.span().start).0 as u32;
        let whole = |name: &str| format!("{folder}{name}");
        Some(AllowedEdge { from: whole(from?), to: whole(to?), reason: reason?.to_owned(), line })
    }
}

/// A normalised path: `./a/` is `a`.
fn plain(text: &str) -> &str {
    text.trim_start_matches("./").trim_end_matches('/')
}

/// Why a text does not name a folder of the repository; none if it does.
fn no_folder(folder: &str) -> Option<&'static str> {
    let leaves = folder.is_empty() || folder.starts_with('/') || folder.split('/').any(|part| part == "..");
    leaves.then_some("is no folder inside the repository")
}
