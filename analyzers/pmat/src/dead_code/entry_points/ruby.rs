//! Ruby: what a program adds to classes and modules of its gems, which call it in the place of their own.

use super::packages::text_of;
use crate::dead_code::world::{Def, World, is_function};
use facts::hash::HashSet;
use facts::language::Language;
use trueno_graph::code::NodeId;

/// Constants of Rails, whose gems have other names.
const RAILS: [&str; 12] = [
    "ActionController",
    "ActionDispatch",
    "ActionMailer",
    "ActionView",
    "ActiveJob",
    "ActiveModel",
    "ActiveRecord",
    "ActiveStorage",
    "ActiveSupport",
    "ActionCable",
    "Rails",
    "Rack",
];
/// Calls that add a module to what is in front of them.
const ADDS: [&str; 3] = ["prepend", "include", "extend"];
/// Calls that run a block as code of what is in front of them.
const EVALUATES: [&str; 4] = [".module_eval", ".class_eval", ".class_exec", ".module_exec"];

/// What the tree adds to code outside of it.
#[derive(Default)]
struct Additions {
    /// Modules that are added, by their last names.
    modules: HashSet<String>,
    /// Files that run blocks as code of a class outside of the tree.
    files: HashSet<u32>,
}

/// Marks the methods of reopened classes of gems (`module Mail; class Message`), of modules that are added to such classes
/// (`ActionDispatch::Http::MimeNegotiation.prepend(Formats)`), and of files that run blocks in them (`module_eval`).
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let is_ruby = |def: &Def<'_>| world.file_of(def).language == Language::Ruby;
    if !world.files.iter().any(|file| file.language == Language::Ruby) {
        return;
    }
    let gems = gems(world);
    let is_of_gem = |constant: &str| {
        let first = first_part(constant);
        RAILS.contains(&first) || gems.contains(&plain(first))
    };
    let outer = world.definitions().filter(|(_, def)| is_ruby(def) && def.parent.is_none());
    let own: HashSet<&str> = outer.map(|(_, def)| first_part(&def.definition.name)).collect();
    let is_outside = |constant: &str| is_of_gem(constant) || !own.contains(first_part(constant));
    let additions = additions(world, &is_outside);
    for (node, def) in world.definitions().filter(|(_, def)| is_ruby(def) && is_function(def.definition.kind))
    {
        let owner = def.owner.or(def.parent).and_then(|owner| world.def(owner));
        let added = owner.is_some_and(|owner| {
            is_of_gem(&owner.definition.qualified_name)
                || additions.modules.contains(last_part(&owner.definition.name))
        });
        if added || additions.files.contains(&def.file) {
            all.insert(node);
        }
    }
}

fn additions(world: &World<'_>, is_outside: &dyn Fn(&str) -> bool) -> Additions {
    let mut additions = Additions::default();
    let scripts = (0u32..).zip(&world.files).filter(|(_, file)| file.language == Language::Ruby);
    for (number, file) in scripts {
        let Some(text) = text_of(world, file.path) else { continue };
        for line in text.lines() {
            if EVALUATES.iter().any(|call| constant_before(line, call).is_some_and(is_outside)) {
                additions.files.insert(number);
            }
            let added = ADDS.iter().filter_map(|call| added_module(line, call, is_outside));
            additions.modules.extend(added.map(|module| last_part(module).to_owned()));
        }
    }
    additions
}

/// The constant right in front of a call.
fn constant_before<'l>(line: &'l str, call: &str) -> Option<&'l str> {
    let before = &line[..line.find(call)?];
    let start = before
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':')))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let constant = before[start..].trim_start_matches(':');
    constant.starts_with(|c: char| c.is_uppercase()).then_some(constant)
}

/// The module that a line adds to something outside: `Outside.prepend(Module)`, `Outside.send(:include, Module)`.
fn added_module<'l>(line: &'l str, call: &str, is_outside: &dyn Fn(&str) -> bool) -> Option<&'l str> {
    let words = [format!(".send(:{call},"), format!(".{call}")];
    let (receiver, word) = words.iter().find_map(|word| Some((constant_before(line, word)?, word)))?;
    let after = line[line.find(word)? + word.len()..].trim_start_matches(['(', ' ', ':']);
    let end = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))).unwrap_or(after.len());
    let module = &after[..end];
    (is_outside(receiver) && module.starts_with(|c: char| c.is_uppercase())).then_some(module)
}

/// The gems that the tree uses, by plain names. A gem that the tree itself defines is none of them.
fn gems(world: &World<'_>) -> HashSet<String> {
    let lock = text_of(world, "Gemfile.lock").unwrap_or_default();
    let mut gems: HashSet<String> = lock
        .lines()
        .filter(|line| line.starts_with("    ") && line.contains('('))
        .filter_map(|line| Some(plain(line.split_whitespace().next()?)))
        .collect();
    let file = text_of(world, "Gemfile").unwrap_or_default();
    let named = file.lines().filter_map(|line| line.trim_start().strip_prefix("gem "));
    gems.extend(named.filter_map(|rest| Some(plain(rest.split(['"', '\'']).nth(1)?))));
    for entry in &world.listing.entries {
        let path = entry.path.to_string();
        if let Some(own) = path.rsplit('/').next().and_then(|name| name.strip_suffix(".gemspec")) {
            gems.remove(&plain(own));
        }
    }
    gems
}

/// A name without what gems and constants write differently: `http_parser.rb`, `HttpParser`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn first_part(constant: &str) -> &str {
    constant.split([':', '.', '#']).next().unwrap_or(constant)
}

fn last_part(constant: &str) -> &str {
    constant.rsplit(':').next().unwrap_or(constant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_that_are_added_are_read_from_lines() {
        let added = |line| ADDS.iter().find_map(|call| added_module(line, call, &|of| of != "Own"));
        assert_eq!(added("ActionDispatch::Http.prepend(Formats::Path)"), Some("Formats::Path"));
        assert_eq!(added("  Mail.send(:include, Fixes)"), Some("Fixes"));
        assert_eq!(added("::Mail.extend Fixes"), Some("Fixes"));
        assert_eq!(added("Own.include(Fixes)"), None);
        assert_eq!(added("include Fixes"), None);
        assert_eq!(added("base.extend(ClassMethods)"), None);
    }

    #[test]
    fn names_of_gems_and_constants_meet() {
        assert_eq!(plain("active-record_x"), plain("ActiveRecordX"));
        assert_eq!(first_part("Mail::Message"), "Mail");
        assert_eq!(last_part("Mail::Message"), "Message");
    }
}
