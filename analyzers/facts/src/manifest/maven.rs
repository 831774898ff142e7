//! `pom.xml` (Maven's POM reference).

use super::DependencyScope::{Build, Development, Inherited, Optional, Runtime};
use super::{Declared, Trouble};
use crate::xml;
use roxmltree::Node;
use std::collections::BTreeMap;

/// The most nodes of a document that is read.
const MOST_NODES: u32 = 400_000;
/// The most levels of properties that refer to properties.
const DEEPEST: usize = 8;
/// A property's text after substitution is at most this long.
const LONGEST: usize = 4_096;
/// The most properties that are substituted in one text: empty ones would not make it longer.
const MOST: usize = 1_000;

pub(super) fn read(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let document = xml::parse(text, MOST_NODES).map_err(|error| Trouble::at(error.line, error.what))?;
    let project = document.root_element();
    if project.tag_name().name() != "project" {
        let name = project.tag_name().name();
        let before = text.find(&format!("<{name}")).map_or("", |at| &text[..at]);
        let line = 1 + before.matches('\n').count();
        return Err(Trouble::at(line, format!("<{name}> where <project> was expected")));
    }
    let properties = properties(project);
    let profiles = child(project, "profiles").into_iter().flat_map(|profiles| children(profiles, "profile"));
    for part in std::iter::once(project).chain(profiles) {
        for dependency in dependencies(Some(part)) {
            add(dependency, false, &properties, declared);
        }
        for dependency in dependencies(child(part, "dependencyManagement")) {
            add(dependency, true, &properties, declared);
        }
    }
    Ok(())
}

fn add(node: Node<'_, '_>, managed: bool, properties: &BTreeMap<String, String>, declared: &mut Declared) {
    let value = |name| child_text(node, name).map(|text| substituted(text, properties));
    let Some(artifact) = value("artifactId") else {
        return;
    };
    let name = value("groupId").map_or(artifact.clone(), |group| format!("{group}:{artifact}"));
    let optional = value("optional").as_deref() == Some("true");
    let scope = match value("scope").as_deref() {
        _ if managed => Inherited,
        Some("test") => Development,
        Some("provided") => Build,
        _ if optional => Optional,
        _ => Runtime,
    };
    declared.add(&name, value("version").as_deref(), scope);
}

/// The `<dependency>` elements below `parent`'s `<dependencies>`.
fn dependencies<'a, 'i>(parent: Option<Node<'a, 'i>>) -> impl Iterator<Item = Node<'a, 'i>> {
    let list = parent.and_then(|parent| child(parent, "dependencies"));
    list.into_iter().flat_map(|list| children(list, "dependency"))
}

/// The values of `${…}`: the file's own properties and the project's coordinates.
fn properties(project: Node<'_, '_>) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let parent = child(project, "parent");
    for name in ["groupId", "artifactId", "version"] {
        let inherited = parent.and_then(|parent| child_text(parent, name));
        if let Some(value) = inherited {
            properties.insert(format!("project.parent.{name}"), value.to_owned());
        }
        if let Some(value) = child_text(project, name).or(inherited) {
            properties.insert(format!("project.{name}"), value.to_owned());
            properties.insert(format!("pom.{name}"), value.to_owned());
        }
    }
    for property in child(project, "properties").into_iter().flat_map(|list| list.children()) {
        if property.is_element() {
            let value = property.text().unwrap_or_default().trim().to_owned();
            properties.insert(property.tag_name().name().to_owned(), value);
        }
    }
    properties
}

/// `text` with every known `${name}` replaced; unknown ones stay. Returns the text unchanged if the substitution does
/// not end.
fn substituted(text: &str, properties: &BTreeMap<String, String>) -> String {
    let mut left = MOST;
    let result = substitute(text, properties, DEEPEST, &mut left);
    if left == 0 { text.to_owned() } else { result }
}

fn substitute(text: &str, properties: &BTreeMap<String, String>, depth: usize, left: &mut usize) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        result.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}') else { break };
        let whole = &rest[start..start + end + 1];
        match properties.get(&whole[2..whole.len() - 1]) {
            Some(value) if depth > 0 && *left > 0 && result.len() < LONGEST => {
                *left -= 1;
                result.push_str(&substitute(value, properties, depth - 1, left));
            }
            _ => result.push_str(whole),
        }
        rest = &rest[start + end + 1..];
    }
    result.push_str(rest);
    if result.len() > LONGEST { text.to_owned() } else { result }
}

fn children<'a, 'i: 'a>(parent: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = Node<'a, 'i>> + 'a {
    parent.children().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

fn child<'a, 'i>(parent: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    parent.children().find(|node| node.is_element() && node.tag_name().name() == name)
}

fn child_text<'a>(parent: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(parent, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}
