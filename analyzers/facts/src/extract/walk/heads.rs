//! What the head of a definition contains besides its name: attributes, and what a type extends or implements.

use super::Walk;
use crate::extract::kinds::flag;
use crate::extract::names::{base_name, end_line_of};
use crate::extract::symbols::one_line;
use crate::language::NodeRef;
use crate::model::DefinitionKind;
use bstr::ByteSlice;

/// Longest text of an attribute, in characters.
const MAX_ATTRIBUTE: usize = 80;
/// The lists of a type's bases are at most this many levels below the type's node.
const BASES_DEPTH: usize = 3;

impl<'t> Walk<'t> {
    /// An attribute inside a definition's head belongs to that definition, any other to the next one.
    pub(super) fn attribute(&mut self, node: NodeRef<'t>) {
        let parents = self.frames.len();
        let in_holder = self.ancestors.last().is_some_and(|parent| {
            self.table.info(parent.kind_id()).has(flag::ATTRIBUTE_HOLDER) && parents > 1
        });
        let definition = match in_holder {
            true => self.frames[parents - 2].definition,
            false => self.frames.last().is_some_and(|parent| parent.definition),
        };
        if definition && let Some(index) = self.symbols.open.last() {
            let texts = attribute_texts(&self.source[node.byte_range()]);
            self.symbols.definitions[*index as usize].attributes.extend(texts);
        }
        self.attributes.push(node);
        self.attributes_end = end_line_of(node);
        self.attribute_depths.push(self.ancestors.len());
    }

    pub(super) fn clear_attributes(&mut self) {
        self.attributes.clear();
        self.attribute_depths.clear();
    }

    /// The texts of the attributes right above a definition whose node is being entered.
    pub(super) fn attributes_above(&self) -> Vec<String> {
        let depth = self.ancestors.len();
        let above = self.attributes.iter().zip(&self.attribute_depths).filter(|(_, at)| **at == depth);
        above.flat_map(|(node, _)| attribute_texts(&self.source[node.byte_range()])).collect()
    }

    /// Records the bases from a node that lists what a type extends or implements.
    pub(super) fn bases(&mut self, node: NodeRef<'t>) {
        let nearest =
            self.frames.iter().rev().take(BASES_DEPTH).find(|frame| frame.definition || frame.named);
        let Some(owner) = nearest else { return };
        let definition = owner.definition;
        // In Julia the head of a type also contains the type's own name.
        let own_name = self.names.last().is_some_and(|start| node.byte_range().contains(start));
        let mut names = self.base_names(node);
        if !definition {
            if let Some(part) = self.scope.last_mut() {
                part.bases.extend(names);
            }
            return;
        }
        let Some(index) = self.symbols.open.last() else { return };
        let definition = &mut self.symbols.definitions[*index as usize];
        if matches!(
            definition.kind,
            DefinitionKind::Class
                | DefinitionKind::Struct
                | DefinitionKind::Enum
                | DefinitionKind::Interface
                | DefinitionKind::Type
        ) {
            // A base may have the same name as the type: `class Wrapper(textwrap.Wrapper)`.
            names.retain(|name| !own_name || *name != definition.name);
            definition.bases.extend(names);
        }
    }

    /// The bare names of the types in a list, without their arguments.
    pub(super) fn base_names(&mut self, list: NodeRef<'t>) -> Vec<String> {
        let mut names = Vec::new();
        let mut pending = vec![list];
        let mut steps = 0;
        while let Some(node) = pending.pop() {
            steps += 1;
            if self.grammar.identifiers.contains(&node.kind()) {
                names.push(base_name(&self.source[node.byte_range()]));
            } else if let Some(only) = self.only_base(node) {
                pending.push(only);
            } else {
                let skipped = |child: &NodeRef<'t>| {
                    self.table.info(child.kind_id()).has(flag::TYPE_ARGUMENTS) || is_no_base(child.kind())
                };
                let first = pending.len();
                let mut cursor = node.walk();
                pending.extend(node.named_children(&mut cursor).filter(|child| !skipped(child)));
                pending[first..].reverse();
            }
        }
        self.spend(steps);
        names
    }

    /// The child that names the type, when the others only qualify it.
    fn only_base(&self, node: NodeRef<'t>) -> Option<NodeRef<'t>> {
        let last = |node: NodeRef<'t>| {
            let types = |child: &NodeRef<'t>| !self.table.info(child.kind_id()).has(flag::TYPE_ARGUMENTS);
            (0..node.named_child_count()).rev().filter_map(|i| node.named_child(i as u32)).find(types)
        };
        let inner = self.table.called_name_fields.iter().find_map(|field| node.child_by_field_id(*field));
        match node.kind() {
            kind if is_path(kind) => inner.or_else(|| last(node)),
            "subscript" | "explicit_delegation" => node.named_child(0),
            "binary_expression" => last(node),
            _ => inner,
        }
    }
}

/// Qualified names.
fn is_path(kind: &str) -> bool {
    kind.starts_with("scoped_") || kind.starts_with("qualified_") || kind == "user_type"
}

/// Arguments, and nodes next to types.
fn is_no_base(kind: &str) -> bool {
    kind.ends_with("arguments")
        || kind.ends_with("argument_list")
        || matches!(
            kind,
            "call_argument"
                | "keyword_argument"
                | "dictionary_splat"
                | "annotation"
                | "modifiers"
                | "lifetime"
        )
}

/// The texts of an attribute without its sign or brackets; several if one pair of brackets holds several. Empty for
/// what is not an attribute (C++'s template parameters, which the grammar puts in the same place).
fn attribute_texts(text: &[u8]) -> Vec<String> {
    const BRACKETS: &[(&[u8], &[u8])] = &[
        (b"#![", b"]"),
        (b"#[", b"]"),
        (b"[[", b"]]"),
        (b"[@@", b"]"),
        (b"[", b"]"),
        (b"__attribute__((", b"))"),
        (b"{-#", b"#-}"),
    ];
    let text = text.trim();
    if let Some(name) = text.strip_prefix(b"@") {
        // In Elixir these attributes are documentation.
        let documents = name.starts_with(b"doc ") || name.starts_with(b"spec ");
        return if documents { Vec::new() } else { vec![attribute_text(name)] };
    }
    let stripped = |(open, close): &(&[u8], &[u8])| text.strip_prefix(*open)?.strip_suffix(*close);
    match BRACKETS.iter().find_map(stripped) {
        Some(inside) => {
            parts(inside).into_iter().map(attribute_text).filter(|part| !part.is_empty()).collect()
        }
        None => Vec::new(),
    }
}

fn attribute_text(text: &[u8]) -> String {
    one_line(text).chars().take(MAX_ATTRIBUTE).collect::<String>().trim_end().to_owned()
}

/// Splits at commas outside of brackets and quotes.
fn parts(text: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut quoted) = (0u32, 0, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_lose_their_signs() {
        for (text, expected) in [
            ("#[derive(Debug,  Clone)]", &["derive(Debug, Clone)"][..]),
            ("@app.route(\"/\", methods=[\"GET\"])", &["app.route(\"/\", methods=[\"GET\"])"]),
            ("[Serializable, Foo(\"a,b\", 1)]", &["Serializable", "Foo(\"a,b\", 1)"]),
            ("[[nodiscard]]", &["nodiscard"]),
            ("__attribute__((unused, aligned(4)))", &["unused", "aligned(4)"]),
            ("[@@deriving show]", &["deriving show"]),
            ("#[Route(\"/x\")]", &["Route(\"/x\")"]),
            ("<class T>", &[]),
        ] {
            assert_eq!(attribute_texts(text.as_bytes()), expected, "{text}");
        }
    }
}
