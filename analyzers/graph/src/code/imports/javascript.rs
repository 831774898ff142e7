//! JavaScript and TypeScript: relative paths, and packages of the same repository by the names in their manifests.

use super::{Binds, Lead, Resolver, relative};
use facts::model::Import;

/// The name under which a module gives what it exports without a name.
pub(crate) const DEFAULT: &str = "default";

/// What an `import`, `export … from`, `require(…)` or `import(…)` brings in.
pub(super) fn leads(resolver: &Resolver<'_>, file: &str, import: &Import) -> Vec<Lead> {
    let target = module(resolver, file, &import.target);
    let lead = |rest: Vec<String>, binds: Binds| Lead::new(target.clone(), rest, binds);
    let text = import.text.trim();
    let Some(clause) = clause(text) else {
        // `require("./a-b")`: what it is put into stands outside the call; by custom a variable named after the file.
        let by_name = |name| lead(Vec::new(), Binds::Name(name));
        let named = variable_name(&import.target).map(by_name);
        return named.into_iter().chain([lead(Vec::new(), Binds::Some)]).collect();
    };
    if clause.is_empty() {
        return vec![lead(Vec::new(), Binds::Nothing)];
    }
    let mut leads = Vec::new();
    let (outside, named) = match clause.split_once('{') {
        Some((before, after)) => (before, after.split('}').next().unwrap_or_default()),
        None => (clause, ""),
    };
    for item in outside.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        leads.push(match item.strip_prefix('*') {
            Some(rest) => match rest.split_whitespace().nth(1) {
                Some(name) => lead(Vec::new(), Binds::Name(name.to_owned())),
                None => lead(Vec::new(), Binds::All),
            },
            None => lead(vec![DEFAULT.to_owned()], Binds::Name(item.to_owned())),
        });
    }
    for item in named.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let item = item.strip_prefix("type ").unwrap_or(item);
        let (name, local) = item.split_once(" as ").unwrap_or((item, item));
        leads.push(lead(vec![name.trim().to_owned()], Binds::Name(local.trim().to_owned())));
    }
    leads
}

/// What stands between `import` or `export` and `from`; empty where nothing is named. None for a call.
fn clause(text: &str) -> Option<&str> {
    let after = text.strip_prefix("import").or_else(|| text.strip_prefix("export"))?;
    if !after.starts_with(|c: char| c.is_whitespace() || matches!(c, '{' | '*' | '"' | '\'')) {
        return None;
    }
    let after = after.trim_start();
    let after = after.strip_prefix("type ").filter(|rest| !rest.starts_with("from ")).unwrap_or(after);
    if let Some((name, _)) = after.split_once("= require") {
        return Some(name.trim());
    }
    match after.rfind("from") {
        Some(end) => Some(after[..end].trim()),
        None => Some(""),
    }
}

/// Where a module path leads: a relative file, or a package of the same repository.
fn module(resolver: &Resolver<'_>, file: &str, target: &str) -> Option<String> {
    if target.starts_with('.') {
        return relative::file(&resolver.index, file, target);
    }
    let (folder, inside, entry) = resolver.manifests.npm_package(target)?;
    let index = &resolver.index;
    let found = match inside {
        "" => entry
            .and_then(|entry| relative::below(index, folder, entry))
            .or_else(|| ["index", "src/index"].iter().find_map(|name| relative::below(index, folder, name))),
        inside => relative::below(index, folder, inside),
    };
    Some(found.unwrap_or_else(|| folder.to_owned()))
}

/// `mergeDescriptors` for `./merge-descriptors.js`.
fn variable_name(target: &str) -> Option<String> {
    let trimmed = target.trim_end_matches('/');
    let last = trimmed.rsplit('/').next().unwrap_or(trimmed);
    let stem = last.split('.').find(|part| !part.is_empty())?;
    let mut name = String::with_capacity(stem.len());
    let mut upper = false;
    for c in stem.chars() {
        match c {
            '-' | '_' | ' ' => upper = !name.is_empty(),
            c if upper => {
                name.extend(c.to_uppercase());
                upper = false;
            }
            c => name.push(c),
        }
    }
    Some(name)
}
