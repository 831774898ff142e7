//! The keys and texts of a YAML document with their lines.
//!
//! ```text
//! lines ──columns of keys and dashes──▶ Node { key, text, parent, item }
//! ```
//! Supports only as much YAML as CI files use; everything else is left out.

use std::collections::BTreeMap;

/// The keys and texts of a document, in document order.
pub(super) struct Document<'t> {
    pub nodes: Vec<Node<'t>>,
    /// The nodes of each mapping and list item.
    places: BTreeMap<Place, Vec<usize>>,
    anchors: BTreeMap<&'t str, usize>,
}

/// The mapping that a node is in: the node above, and which item of its list.
pub(super) type Place = (Option<usize>, usize);

/// A key with its value, or a text in a list.
pub(super) struct Node<'t> {
    /// The line, from 1.
    pub line: u32,
    /// Which node it is.
    pub at: usize,
    /// The node that it is under.
    pub parent: Option<usize>,
    /// Nodes of one mapping have one number.
    item: usize,
    /// Empty for a text in a list.
    pub key: &'t str,
    text: String,
    /// Its text, if that is a block of lines (`run: |`).
    pub block: Option<Block>,
    anchor: Option<&'t str>,
}

/// A block of lines.
pub(super) struct Block {
    /// Column of the node; its lines are indented further.
    column: usize,
    /// Lines are joined (`>`).
    folded: bool,
    pub lines: Vec<(u32, String)>,
    /// Column of the previous line, if the next one may be joined to it.
    last: Option<usize>,
}

/// Limit on the keys of one mapping that are searched: a step has few.
const MAX_KEYS: usize = 64;
/// Limit on the texts below an anchor, for each use of it.
const MAX_ANCHORED: usize = 200;
/// Limit on the nesting of mappings in braces.
const MAX_BRACES: usize = 8;

impl Node<'_> {
    pub fn place(&self) -> Place {
        (self.parent, self.item)
    }

    /// Its text, without quotes.
    pub fn text(&self) -> &str {
        unquoted(&self.text)
    }
}

impl<'t> Document<'t> {
    pub fn of(text: &'t str) -> Document<'t> {
        let mut reader = Reader::default();
        for (number, line) in (1..).zip(text.lines()) {
            reader.read(number, line);
        }
        let (mut places, mut anchors) = (BTreeMap::<Place, Vec<usize>>::new(), BTreeMap::new());
        for node in &reader.nodes {
            places.entry(node.place()).or_default().push(node.at);
            if let Some(name) = node.anchor {
                anchors.entry(name).or_insert(node.at);
            }
        }
        Document { nodes: reader.nodes, places, anchors }
    }

    pub fn parent(&self, node: &Node<'t>) -> Option<&Node<'t>> {
        node.parent.map(|at| &self.nodes[at])
    }

    /// The key that a node is under; empty at the top.
    pub fn key_of_parent(&self, node: &Node<'t>) -> &'t str {
        self.parent(node).map_or("", |parent| parent.key)
    }

    /// The nodes of the mapping that a node is in.
    pub fn beside(&self, node: &Node<'t>) -> impl Iterator<Item = &Node<'t>> {
        let beside = self.places.get(&node.place()).into_iter().flatten().take(MAX_KEYS);
        beside.map(|at| &self.nodes[*at])
    }

    /// The direct children of a node.
    pub fn children(&self, node: &Node<'t>) -> impl Iterator<Item = &Node<'t>> {
        let places = (Some(node.at), 0)..=(Some(node.at), usize::MAX);
        self.places.range(places).flat_map(|(_, nodes)| nodes).map(|at| &self.nodes[*at])
    }

    /// The direct child with a key.
    pub fn child(&self, node: &Node<'t>, key: &str) -> Option<&Node<'t>> {
        self.children(node).take(MAX_KEYS).find(|child| child.key == key)
    }

    /// The node of an anchor and the texts directly below it.
    pub fn anchored(&self, name: &str) -> Vec<&Node<'t>> {
        let Some(node) = self.anchors.get(name).map(|at| &self.nodes[*at]) else { return Vec::new() };
        let texts = self.children(node).filter(|node| node.key.is_empty()).take(MAX_ANCHORED);
        std::iter::once(node).chain(texts).collect()
    }
}

/// An open key.
struct Open {
    column: usize,
    node: usize,
    item: usize,
}

#[derive(Default)]
struct Reader<'t> {
    nodes: Vec<Node<'t>>,
    open: Vec<Open>,
    /// The last node and its column: lines right of it continue it.
    last: Option<(usize, usize)>,
    items: usize,
    /// The item of a dash that stands alone.
    begun: Option<usize>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, number: u32, line: &'t str) {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if self.in_block(number, content, indent) || content.is_empty() || content.starts_with('#') {
            return;
        }
        if indent == 0 && content.starts_with("---") {
            (self.open, self.last) = (Vec::new(), None);
            return;
        }
        if self.continues(number, content, indent) {
            return;
        }
        let (column, entry) = self.without_dashes(indent, content);
        let dash = column > indent;
        if entry.is_empty() {
            return;
        }
        if let Some((key, value)) = key_and_value(entry, !dash) {
            self.key(number, column, dash, key, value);
        } else if dash {
            let parent = self.open.last().map(|open| open.node);
            match entry.strip_prefix('{') {
                Some(inner) => self.braces(number, parent, self.items, inner, 0),
                None => self.node(number, parent, self.items, "", entry, indent),
            }
        }
    }

    /// True for a line of an open block.
    fn in_block(&mut self, number: u32, content: &str, indent: usize) -> bool {
        let Some(block) = self.nodes.last_mut().and_then(|node| node.block.as_mut()) else { return false };
        if content.is_empty() {
            block.last = None;
            return true;
        }
        if indent <= block.column {
            return false;
        }
        match block.lines.last_mut() {
            Some((_, before)) if block.folded && block.last == Some(indent) => {
                before.push(' ');
                before.push_str(content);
            }
            _ => block.lines.push((number, content.to_owned())),
        }
        block.last = Some(indent);
        true
    }

    /// True for a line that continues the text of the last node.
    fn continues(&mut self, number: u32, content: &'t str, indent: usize) -> bool {
        let last = self.last.filter(|(_, column)| indent > *column);
        let Some((at, _)) = last else { return false };
        if content.starts_with('{') && self.nodes[at].text.starts_with('[') {
            // Mappings of a list in brackets, one on each line.
            self.items_in_braces(number, at, content.trim_end_matches(','), 0);
            self.last = last;
            return true;
        }
        let node = &mut self.nodes[at];
        let begins = content.starts_with("- ") || content == "-" || key_and_value(content, true).is_some();
        if node.block.is_some() || (node.text.is_empty() && begins) {
            return false;
        }
        if !node.text.is_empty() {
            node.text.push(' ');
        }
        node.text.push_str(content);
        true
    }

    /// The entry behind the dashes of lists, and the column where it starts.
    fn without_dashes(&mut self, indent: usize, content: &'t str) -> (usize, &'t str) {
        let (mut column, mut entry) = (indent, content);
        while let Some(rest) = entry.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            self.open
                .truncate(self.open.iter().rposition(|open| open.column <= column).map_or(0, |at| at + 1));
            self.items += 1;
            self.begun = Some(self.items);
            let inner = rest.trim_start();
            column += entry.len() - inner.len();
            entry = inner;
        }
        (column, entry)
    }

    fn key(&mut self, number: u32, column: usize, dash: bool, key: &'t str, value: &'t str) {
        let mut sibling = None;
        while let Some(open) = self.open.pop_if(|open| open.column >= column) {
            sibling = Some(open.item).filter(|_| open.column == column);
        }
        let begun = self.begun.take();
        let item = if dash { self.items } else { sibling.or(begun).unwrap_or_default() };
        let parent = self.open.last().map(|open| open.node);
        self.open.push(Open { column, node: self.nodes.len(), item });
        self.node(number, parent, item, key, value, column);
    }

    fn node(
        &mut self,
        line: u32,
        parent: Option<usize>,
        item: usize,
        key: &'t str,
        value: &'t str,
        column: usize,
    ) {
        let (anchor, value) = without_properties(value);
        let block = value.starts_with(['|', '>']).then(|| Block {
            column,
            folded: value.starts_with('>'),
            lines: Vec::new(),
            last: None,
        });
        let at = self.nodes.len();
        let inner = value.strip_prefix('{');
        let text = if block.is_some() || inner.is_some() { String::new() } else { value.to_owned() };
        self.nodes.push(Node { line, at, parent, item, key, text, block, anchor });
        let last = Some((at, column));
        self.last = last;
        if let Some(inner) = inner {
            self.braces(line, Some(at), 0, inner, 0);
        } else if let Some(list) = value.strip_prefix('[') {
            self.items_in_braces(line, at, list, 0);
            self.last = last;
        }
    }

    /// The mappings in braces among the items of a list in brackets.
    fn items_in_braces(&mut self, line: u32, parent: usize, list: &'t str, depth: usize) {
        for part in flow_parts(list.strip_suffix(']').unwrap_or(list)) {
            if let Some(inner) = part.strip_prefix('{') {
                self.items += 1;
                self.braces(line, Some(parent), self.items, inner, depth);
            }
        }
    }

    /// The keys of a mapping in braces.
    fn braces(&mut self, line: u32, parent: Option<usize>, item: usize, inner: &'t str, depth: usize) {
        for part in flow_parts(inner.strip_suffix('}').unwrap_or(inner)) {
            let Some((key, value)) = key_and_value(part, false) else { continue };
            let at = self.nodes.len();
            let inner = value.strip_prefix('{').filter(|_| depth < MAX_BRACES);
            let text = if inner.is_some() { String::new() } else { value.to_owned() };
            self.nodes.push(Node { line, at, parent, item, key, text, block: None, anchor: None });
            if let Some(inner) = inner {
                self.braces(line, Some(at), 0, inner, depth + 1);
            } else if let Some(list) = value.strip_prefix('[').filter(|_| depth < MAX_BRACES) {
                self.items_in_braces(line, at, list, depth + 1);
            }
        }
        self.last = None;
    }
}

/// The comma-separated parts of a list or mapping in brackets, without their outer quotes.
pub(super) fn flow_parts(inner: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quote, mut depth) = (0, None, 0_usize);
    for (at, sign) in inner.char_indices() {
        match (sign, quote) {
            ('"' | '\'', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                found.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&inner[start..]);
    found.into_iter().map(|part| unquoted(part.trim())).filter(|part| !part.is_empty()).collect()
}

/// A value without its anchor and its tag.
fn without_properties(value: &str) -> (Option<&str>, &str) {
    let (mut anchor, mut value) = (None, value);
    while value.starts_with(['&', '!']) {
        let (property, rest) = value.split_once(' ').unwrap_or((value, ""));
        anchor = property.strip_prefix('&').or(anchor);
        value = rest.trim_start();
    }
    (anchor, value)
}

/// `key: value`, the value without a trailing comment. A key alone on its line may have several words.
fn key_and_value(entry: &str, alone: bool) -> Option<(&str, &str)> {
    let strict = || {
        let (key, value) = entry.split_once(':')?;
        let key = key.trim_matches(['"', '\'']);
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        let value = value.strip_prefix(' ').or(value.is_empty().then_some(value))?.trim();
        is_key.then(|| (key, without_comment(value)))
    };
    let several = || {
        let before = without_comment(entry);
        let (key, anchor) =
            before.split_once(" &").map_or((before, ""), |(key, _)| (key, &before[key.len() + 1..]));
        let key = key.strip_suffix(':').filter(|key| alone && !key.is_empty())?;
        Some((key.trim_matches(['"', '\'']), anchor))
    };
    strict().or_else(several)
}

fn without_comment(value: &str) -> &str {
    if value.starts_with('#') {
        return "";
    }
    let quoted = value.chars().next().filter(|sign| matches!(sign, '"' | '\''));
    let begin = quoted.and_then(|sign| Some(value[1..].find(sign)? + 2)).unwrap_or(0);
    value[begin..].find(" #").map_or(value, |at| value[..begin + at].trim_end())
}

fn unquoted(value: &str) -> &str {
    let quoted = |sign: char| value.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value)
}
