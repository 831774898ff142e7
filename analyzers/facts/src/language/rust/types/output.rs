//! Collected output: names, types and code, each name and type once.

use crate::hash::HashMap;
use crate::language::rust::types::is_transparent;
use crate::model::{MAX_TYPE_PARTS, NameId, NameTable, Op, TypeId, UNKNOWN_TYPE, WrittenType, write_number};

/// A type's own name, without its path.
pub fn bare(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// The output for a file so far.
pub(super) struct Output {
    pub names: NameTable,
    by_name: HashMap<String, NameId>,
    /// The names of variables, which are not stored.
    locals: HashMap<String, u32>,
    pub written: Vec<WrittenType>,
    /// The number of parts of each of them.
    parts: Vec<u8>,
    by_type: HashMap<WrittenType, TypeId>,
    pub code: Vec<u8>,
    /// The number of uses of names in the code.
    pub notes: usize,
}

impl Output {
    pub fn new() -> Self {
        Output {
            names: NameTable::default(),
            by_name: HashMap::default(),
            locals: HashMap::default(),
            written: vec![WrittenType::Unknown],
            parts: vec![1],
            by_type: HashMap::default(),
            code: Vec::new(),
            notes: 0,
        }
    }

    /// The number of a name.
    pub fn name(&mut self, name: &str) -> NameId {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let number = self.names.push(name);
        self.by_name.insert(name.to_owned(), number);
        number
    }

    /// The number of a variable's name.
    pub fn local(&mut self, name: &str) -> u32 {
        if let Some(known) = self.locals.get(name) {
            return *known;
        }
        let number = self.locals.len() as u32;
        self.locals.insert(name.to_owned(), number);
        number
    }

    pub fn text(&self, name: NameId) -> &str {
        self.names.get(name)
    }

    // ---- types

    /// The number of a type; a type with more than [`MAX_TYPE_PARTS`] parts becomes unknown.
    pub fn of(&mut self, written: WrittenType) -> TypeId {
        let inner = |types: &[TypeId]| types.iter().map(|of| usize::from(self.parts[*of as usize])).sum();
        let inner: usize = match &written {
            WrittenType::Unknown => return UNKNOWN_TYPE,
            WrittenType::Named(_, types) | WrittenType::Tuple(types) => inner(types),
            WrittenType::List(of) => inner(&[*of]),
            WrittenType::Bounded(traits) => traits.len(),
            WrittenType::Parameter(_) | WrittenType::Plain(_) => 0,
        };
        if inner >= MAX_TYPE_PARTS {
            return UNKNOWN_TYPE;
        }
        if let Some(known) = self.by_type.get(&written) {
            return *known;
        }
        let number = self.written.len() as TypeId;
        self.written.push(written.clone());
        self.parts.push(inner as u8 + 1);
        self.by_type.insert(written, number);
        number
    }

    pub fn named(&mut self, name: &str, arguments: &[TypeId]) -> TypeId {
        let name = self.name(name);
        self.of(WrittenType::Named(name, arguments.into()))
    }

    pub fn plain(&mut self, name: &str) -> TypeId {
        let name = self.name(name);
        self.of(WrittenType::Plain(name))
    }

    pub fn get(&self, of: TypeId) -> &WrittenType {
        &self.written[of as usize]
    }

    /// A type of that name with these arguments, without smart pointers.
    pub fn peeled(&mut self, name: NameId, arguments: Vec<TypeId>) -> TypeId {
        let (mut name, mut arguments) = (name, arguments);
        while is_transparent(bare(self.text(name))) {
            let of = arguments.pop().unwrap_or(UNKNOWN_TYPE);
            match self.get(of) {
                WrittenType::Named(inner, given) => (name, arguments) = (*inner, given.to_vec()),
                _ => return of,
            }
        }
        self.of(WrittenType::Named(name, arguments.into()))
    }

    // ---- code

    pub fn op(&mut self, op: Op) {
        self.code.push(op as u8);
    }

    pub fn number(&mut self, number: u32) {
        write_number(&mut self.code, number);
    }

    /// Inserts the length of the code that begins at `start` before it.
    pub fn length_before(&mut self, start: usize) {
        let mut length = Vec::new();
        write_number(&mut length, (self.code.len() - start) as u32);
        self.code.splice(start..start, length);
    }
}
