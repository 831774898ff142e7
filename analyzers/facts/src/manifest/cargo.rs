//! `Cargo.toml` (The Cargo Book, "Specifying Dependencies").

use super::DependencyScope::{Build, Development, Inherited, Optional, Runtime};
use super::{Declared, DependencyScope, Trouble, table_at};
use toml::{Table, Value};

const SECTIONS: [(&str, DependencyScope); 5] = [
    ("dependencies", Runtime),
    ("dev-dependencies", Development),
    ("dev_dependencies", Development),
    ("build-dependencies", Build),
    ("build_dependencies", Build),
];

pub(super) fn read(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let manifest: Table = toml::from_str(text).map_err(|error| Trouble::of_toml(text, &error))?;
    add_sections(&manifest, declared);
    for target in table_at(&manifest, &["target"]).into_iter().flat_map(Table::values) {
        if let Some(target) = target.as_table() {
            add_sections(target, declared);
        }
    }
    if let Some(shared) = table_at(&manifest, &["workspace", "dependencies"]) {
        add_all(shared, Inherited, declared);
    }
    Ok(())
}

fn add_sections(table: &Table, declared: &mut Declared) {
    for (section, scope) in SECTIONS {
        if let Some(dependencies) = table_at(table, &[section]) {
            add_all(dependencies, scope, declared);
        }
    }
}

fn add_all(dependencies: &Table, scope: DependencyScope, declared: &mut Declared) {
    for (key, value) in dependencies {
        match value {
            Value::String(version) => {
                declared.add(key, Some(version), scope);
            }
            Value::Table(table) => {
                let text = |key| table.get(key).and_then(Value::as_str);
                let optional = table.get("optional").and_then(Value::as_bool) == Some(true);
                let scope = if optional && scope == Runtime { Optional } else { scope };
                let requirement = text("version").or_else(|| text("git"));
                let dependency = declared.add(text("package").unwrap_or(key), requirement, scope);
                dependency.local = table.contains_key("path");
            }
            _ => {}
        }
    }
}
