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
        let item = if is_marked_type(item) { &item["type ".len()..] } else { item };
        let (name, local) = item.split_once(" as ").unwrap_or((item, item));
        leads.push(lead(vec![name.trim().to_owned()], Binds::Name(local.trim().to_owned())));
    }
    leads
}

/// What stands behind `import` or `export`, and whether that is marked as one of types (`import type`). None for a call.
fn statement(text: &str) -> Option<(&str, bool)> {
    let ends =
        |rest: &str| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '{' | '*' | '"' | '\''));
    let after =
        text.strip_prefix("import").or_else(|| text.strip_prefix("export")).filter(|rest| ends(rest))?;
    let after = after.trim_start();
    let marked =
        ["typeof", "type"].iter().find_map(|word| after.strip_prefix(word)).filter(|rest| ends(rest));
    // `import type from "./a"` has a default import of that name.
    let is_name = |rest: &str| {
        rest.trim_start().strip_prefix("from").is_some_and(|rest| rest.trim_start().starts_with(['"', '\'']))
    };
    match marked.filter(|rest| !is_name(rest)) {
        Some(rest) => Some((rest.trim_start(), true)),
        None => Some((after, false)),
    }
}

/// What stands between `import` or `export` and `from`; empty where nothing is named, or where the text is cut off. None for
/// a call.
fn clause(text: &str) -> Option<&str> {
    let (after, _) = statement(text)?;
    if let Some((name, _)) = after.split_once("= require") {
        return Some(name.trim());
    }
    // Names may hold the word, and so may the module: it is the one before the quote.
    let is_word = |(at, _): &(usize, &str)| {
        let module = after[at + "from".len()..].trim_start();
        let begins =
            after[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"_$#".contains(c));
        begins && module.starts_with(['"', '\''])
    };
    let from = after.match_indices("from").find(is_word);
    Some(from.map_or("", |(at, _)| after[..at].trim()))
}

/// The names that an `import` of names alone brings in and that are not marked as types; none where it brings in a module or
/// its default export as well, and of other statements.
pub(crate) fn imported_values(import: &Import) -> Option<Vec<&str>> {
    let text = import.text.trim();
    let listed = clause(text).filter(|_| text.starts_with("import"))?;
    let listed = listed.strip_prefix('{')?.strip_suffix('}')?;
    let names = listed.split(',').map(str::trim).filter(|name| !name.is_empty() && !is_marked_type(name));
    Some(names.map(|name| name.split_once(" as ").map_or(name, |(name, _)| name.trim())).collect())
}

/// True for an import of types only: it is gone before the program runs. `keeps` is true where the compiler leaves what is not
/// marked as a whole: `import { type A } from` becomes `import {} from`.
pub(crate) fn is_erased(import: &Import, keeps: bool) -> bool {
    let text = import.text.trim();
    let Some((after, marked)) = statement(text) else {
        return false;
    };
    // A list that is cut off does not say what else is imported.
    let listed = after.strip_prefix('{').and_then(|list| list.split_once('}')).filter(|_| !keeps);
    marked
        || listed.is_some_and(|(names, _)| {
            let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).peekable();
            names.peek().is_some() && names.all(|name| is_marked_type(name) || name.starts_with("typeof "))
        })
}

/// True for `type A` of a list of imported names, not for `type as a`, which gives the value `type` another name.
fn is_marked_type(name: &str) -> bool {
    let mut words = name.split_whitespace();
    let begins = words.next() == Some("type");
    let others = (words.next(), words.next(), words.next());
    begins && others.0.is_some() && !matches!(others, (Some("as"), Some(_), None))
}

/// Where a module path leads: a relative file, what a configuration says, or a package of the same repository.
fn module(resolver: &Resolver<'_>, file: &str, target: &str) -> Option<String> {
    if target.starts_with('.') {
        return relative::file(&resolver.index, file, target);
    }
    if let Some(found) = configured(resolver, file, target) {
        return Some(found);
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

/// The file that a name stands for which is no path: by the `tsconfig.json` or the `package.json` above.
fn configured(resolver: &Resolver<'_>, file: &str, target: &str) -> Option<String> {
    let Resolver { index, manifests } = resolver;
    let existing = |place: String| relative::below(index, "", &place).filter(|found| index.has_file(found));
    let said = manifests.scripts.places(file, target);
    said.into_iter().find_map(existing).or_else(|| {
        let imports = target.starts_with('#').then(|| manifests.npm_import(file, target));
        imports.into_iter().flatten().find_map(existing)
    })
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
