//! `pyproject.toml` (PEP 621, PEP 735, Poetry, PDM, uv), `setup.cfg`, `Pipfile`.

use super::DependencyScope::{Build, Development, Optional, Runtime};
use super::requirement;
use super::{Declared, DependencyScope, Trouble, table_at};
use crate::model::RepoPath;
use toml::{Table, Value};

/// `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements/dev.txt`.
pub(super) fn is_requirements(path: &RepoPath, name: &str) -> bool {
    let in_folder = path.parent().rsplit(|byte| *byte == b'/').next() == Some(b"requirements");
    let stem = name.strip_suffix(".txt");
    stem.is_some_and(|stem| in_folder || stem.starts_with("requirements") || stem.ends_with("requirements"))
}

/// True if the file's name says that its packages are for developers.
pub(super) fn is_for_development(path: &RepoPath) -> bool {
    let name = String::from_utf8_lossy(path.file_name()).to_ascii_lowercase();
    let part = |word: &&str| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == *word);
    let requirements = name.ends_with(".txt");
    requirements
        && [
            "dev",
            "develop",
            "development",
            "test",
            "tests",
            "testing",
            "lint",
            "doc",
            "docs",
            "ci",
            "typing",
        ]
        .iter()
        .any(part)
}

pub(super) fn read_pyproject(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let manifest: Table = toml::from_str(text).map_err(|error| Trouble::of_toml(text, &error))?;
    let project = table_at(&manifest, &["project"]);
    let list = |table: Option<&Table>, key: &str| table.and_then(|table| table.get(key)).cloned();
    add_list(list(project, "dependencies").as_ref(), Runtime, text, declared)?;
    add_list(list(table_at(&manifest, &["build-system"]), "requires").as_ref(), Build, text, declared)?;
    let groups: [(&[&str], DependencyScope); 3] = [
        (&["project", "optional-dependencies"], Optional),
        (&["dependency-groups"], Development),
        (&["tool", "pdm", "dev-dependencies"], Development),
    ];
    for (path, scope) in groups {
        for group in table_at(&manifest, path).into_iter().flat_map(Table::values) {
            add_list(Some(group), scope, text, declared)?;
        }
    }
    add_list(
        list(table_at(&manifest, &["tool", "uv"]), "dev-dependencies").as_ref(),
        Development,
        text,
        declared,
    )?;
    if let Some(poetry) = table_at(&manifest, &["tool", "poetry"]) {
        add_poetry(poetry, declared);
    }
    Ok(())
}

/// Adds each string of an array of requirements; the tables among them (`{include-group = …}`) name other groups.
fn add_list(
    list: Option<&Value>,
    scope: DependencyScope,
    text: &str,
    declared: &mut Declared,
) -> Result<(), Trouble> {
    for entry in list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        requirement::add(entry, line_of(text, entry), scope, declared)?;
    }
    Ok(())
}

/// The first line that holds `entry`, for error messages.
fn line_of(text: &str, entry: &str) -> Option<usize> {
    text.find(entry).map(|at| 1 + text[..at].matches('\n').count())
}

fn add_poetry(poetry: &Table, declared: &mut Declared) {
    let mut sections = vec![
        (table_at(poetry, &["dependencies"]), Runtime),
        (table_at(poetry, &["dev-dependencies"]), Development),
    ];
    for group in table_at(poetry, &["group"]).into_iter().flat_map(Table::values) {
        sections.push((group.as_table().and_then(|group| table_at(group, &["dependencies"])), Development));
    }
    for (section, scope) in sections {
        for (name, value) in section.into_iter().flatten().filter(|(name, _)| *name != "python") {
            add_table_entry(name, value, scope, declared);
        }
    }
}

/// `name = "^1"` or `name = { version = "^1", … }`, as in Poetry and Pipenv. Of a list of these tables (one for each
/// platform) the first one counts.
fn add_table_entry(name: &str, value: &Value, scope: DependencyScope, declared: &mut Declared) {
    match value {
        Value::String(version) => {
            declared.add(name, Some(version), scope);
        }
        Value::Table(table) => {
            let text = |key| table.get(key).and_then(Value::as_str);
            let optional = table.get("optional").and_then(Value::as_bool) == Some(true);
            let scope = if optional && scope == Runtime { Optional } else { scope };
            let requirement = ["version", "git", "url", "file"].into_iter().find_map(text);
            declared.add(name, requirement, scope).local = table.contains_key("path");
        }
        Value::Array(choices) => {
            if let Some(first) = choices.iter().find(|choice| choice.is_table()) {
                add_table_entry(name, first, scope, declared);
            }
        }
        _ => {}
    }
}

pub(super) fn read_pipfile(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let manifest: Table = toml::from_str(text).map_err(|error| Trouble::of_toml(text, &error))?;
    for (section, scope) in [("packages", Runtime), ("dev-packages", Development)] {
        for (name, value) in table_at(&manifest, &[section]).into_iter().flatten() {
            add_table_entry(name, value, scope, declared);
        }
    }
    Ok(())
}

/// Reads `[options]` and `[options.extras_require]` of `setup.cfg`, whose values are lists with one entry on a line.
pub(super) fn read_setup_cfg(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let (mut section, mut key) = (String::new(), String::new());
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = content.strip_prefix('[') {
            let Some(name) = name.strip_suffix(']') else {
                return Err(Trouble::at(index + 1, format!("`{content}`: `]` is missing")));
            };
            section = name.trim().to_owned();
            key.clear();
        } else if line.starts_with(char::is_whitespace) {
            add_cfg(&section, &key, content, index + 1, declared)?;
        } else if let Some((name, value)) = content.split_once(['=', ':']) {
            key = name.trim().to_owned();
            add_cfg(&section, &key, value, index + 1, declared)?;
        }
    }
    Ok(())
}

fn add_cfg(
    section: &str,
    key: &str,
    value: &str,
    line: usize,
    declared: &mut Declared,
) -> Result<(), Trouble> {
    let scope = match (section, key) {
        ("options", "install_requires") => Runtime,
        ("options", "setup_requires") => Build,
        ("options", "tests_require") => Development,
        ("options.extras_require", _) => Optional,
        _ => return Ok(()),
    };
    let entry = value.split(" #").next().unwrap_or_default().trim();
    if entry.is_empty() || entry.starts_with("file:") {
        return Ok(());
    }
    requirement::add(entry, Some(line), scope, declared)
}
