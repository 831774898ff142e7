//! Function bodies as a sequence of operations: what type inference reads, without the syntax.

use super::{NameId, TypeId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Bodies as a sequence of operations, in the order in which type inference reads them; see [`Op`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Code(pub Box<[u8]>);

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Code({} bytes)", self.0.len())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl de::Visitor<'_> for Bytes {
            type Value = Code;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Code, E> {
                Ok(Code(bytes.into()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// The operations of [`Code`]: one byte each, followed by the operands.
///
/// `name`, `type` and `number` are varints: seven bits per byte, lowest bits first. `note` is a name that is used: `2 ·
/// name` if the enclosing definition is the same as for the note before, else `2 · name + 1` followed by `definition +
/// 1` (0: none). `path` is the number of its levels, then `note prefix` for each level, the last level first: see
/// [`Prefix`]. `list` is any number of the listed items, then [`Op::End`]. An expression is one of the operations up to
/// [`Op::Alone`], followed by any number of continuations ([`Op::is_continuation`]); so an expression is never followed
/// by a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Op {
    /// The end of a list, and of code that ends too early.
    End,
    // ---- expressions
    /// Nothing is known about it.
    Unknown,
    /// A number, a comparison, `()`.
    Plain,
    /// A string.
    Text,
    /// `number`: a variable, the innermost is 0.
    Local,
    /// `name`: not a variable, and begins with a capital letter.
    Name,
    /// `path`: a value named by a path.
    Path,
    /// `path`: a path mentioned in a type.
    Mention,
    /// `list of type paths, path, arguments`: a call by path. `arguments` are an expression whose type counts and a
    /// list of the other arguments, or [`Op::End`] alone.
    CallPath,
    /// `list of type paths, name, arguments`: a call by bare name.
    CallName,
    /// `list of type paths, type, arguments`: `Self(…)`.
    CallOwn,
    /// `path, type, list`: `a::B { … }`.
    ConstructPath,
    /// `type, list`: `A { … }`.
    Construct,
    /// `note, length, expressions as of arguments`: a macro; `length` is the length of the arguments in bytes. The note
    /// does not count as a use.
    Macro,
    /// `list of patterns, type + 1 (0: none), expression`: a closure.
    Closure,
    /// `list (condition), expression, list (all other branches)`.
    If,
    /// `expression, list of (pattern, expression)`.
    Match,
    /// `list`: `while`.
    While,
    /// `list`: a scope with its own variables and no value.
    Scoped,
    /// `expression, pattern, list`.
    For,
    /// `list`: a block without a value.
    BlockPlain,
    /// `list, expression`: a block and its value.
    Block,
    /// `expression, pattern`: `let a = b;`
    Let,
    /// `expression, list, type + 1 (0: none), pattern`: `let` with a type or an `else`.
    LetTyped,
    /// `expression, pattern`: `if let`.
    LetCondition,
    /// `list`: has the value of its last item.
    Last,
    /// `list`: a future with the value of its last item.
    Async,
    /// `list`.
    Tuple,
    /// `expression, list`.
    Array,
    /// `list`: several expressions without a value.
    All,
    /// `list of patterns, list`: a function.
    Function,
    /// `list`: code that cannot see the variables around it.
    Alone,
    // ---- continuations of an expression
    /// A comparison.
    CompareBare,
    /// `list`: a comparison whose right side needs to be read.
    Compare,
    /// Another operator.
    OperateBare,
    /// `list`: another operator whose right side needs to be read.
    Operate,
    /// `note`: a field.
    Field,
    /// `note, list of arguments`: a method call.
    Method,
    /// `list of type paths, note, type + 1 (0: none), list of arguments`: a method call with type arguments; the type
    /// is the first of them.
    MethodTyped,
    /// `number (1: a range, 2: a name), list`: an index; for a name, the first expression of the list is that name.
    Index,
    /// `?`.
    Try,
    /// `.await`.
    Await,
    /// `list of type paths, type`: `as`.
    Cast,
    /// `list`: passes the value on unchanged.
    Same,
    // ---- arguments of methods, besides expressions
    /// As [`Op::Closure`].
    GivenClosure,
    /// `path`: a function passed as an argument.
    GivenPath,
    // ---- patterns
    /// Binds nothing.
    Skip,
    /// Binds a variable.
    Bind,
    /// `name (variant), path, list of patterns by place`.
    BindTupleStruct,
    /// `name (variant), path, list of (name, pattern)`.
    BindStruct,
    /// `list of patterns by place`.
    BindTuple,
    /// `list`: parts of a slice.
    BindSlice,
    /// `list`: several patterns for one value.
    BindEach,
    /// `expression`.
    BindExpression,
    /// `list of type paths, type, pattern`: a parameter with its type.
    BindParameter,
    /// `type`: `self`.
    BindOwn,
    /// `..`.
    Rest,
}

impl Op {
    const ALL: [Op; 57] = [
        Op::End,
        Op::Unknown,
        Op::Plain,
        Op::Text,
        Op::Local,
        Op::Name,
        Op::Path,
        Op::Mention,
        Op::CallPath,
        Op::CallName,
        Op::CallOwn,
        Op::ConstructPath,
        Op::Construct,
        Op::Macro,
        Op::Closure,
        Op::If,
        Op::Match,
        Op::While,
        Op::Scoped,
        Op::For,
        Op::BlockPlain,
        Op::Block,
        Op::Let,
        Op::LetTyped,
        Op::LetCondition,
        Op::Last,
        Op::Async,
        Op::Tuple,
        Op::Array,
        Op::All,
        Op::Function,
        Op::Alone,
        Op::CompareBare,
        Op::Compare,
        Op::OperateBare,
        Op::Operate,
        Op::Field,
        Op::Method,
        Op::MethodTyped,
        Op::Index,
        Op::Try,
        Op::Await,
        Op::Cast,
        Op::Same,
        Op::GivenClosure,
        Op::GivenPath,
        Op::Skip,
        Op::Bind,
        Op::BindTupleStruct,
        Op::BindStruct,
        Op::BindTuple,
        Op::BindSlice,
        Op::BindEach,
        Op::BindExpression,
        Op::BindParameter,
        Op::BindOwn,
        Op::Rest,
    ];

    /// True for a continuation of an expression.
    pub fn is_continuation(self) -> bool {
        (Op::CompareBare as u8..=Op::Same as u8).contains(&(self as u8))
    }
}

/// What precedes a name in a path: `tag + flags, …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// A module: `self`, `super`, `crate`, `$crate`.
    Keyword,
    /// A name, and its type if it names one.
    Named(NameId, TypeId),
    /// A type.
    Type(TypeId),
    /// `<T as Trait>`, represented by the trait.
    Trait(TypeId),
}

/// One level of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathLevel {
    /// What is before the name.
    pub prefix: Prefix,
    /// The prefix is `mem`, `std::mem` or `core::mem`.
    pub is_mem: bool,
    /// The prefix begins with `crate`, `self` or `super`.
    pub is_own: bool,
}

impl PathLevel {
    const MEM: u8 = 4;
    const OWN: u8 = 8;

    /// Appends it to `code`.
    pub fn write(self, code: &mut Vec<u8>) {
        let (tag, numbers) = match self.prefix {
            Prefix::Keyword => (0, [None, None]),
            Prefix::Named(name, of) => (1, [Some(name), Some(of)]),
            Prefix::Type(of) => (2, [Some(of), None]),
            Prefix::Trait(of) => (3, [Some(of), None]),
        };
        let flags = u8::from(self.is_mem) * Self::MEM + u8::from(self.is_own) * Self::OWN;
        code.push(tag + flags);
        numbers.into_iter().flatten().for_each(|number| write_number(code, number));
    }
}

/// Appends a number to `code`.
pub fn write_number(code: &mut Vec<u8>, number: u32) {
    let mut rest = number;
    while rest >= 0x80 {
        code.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    code.push(rest as u8);
}

/// Reads code from its beginning. Code that ends too early reads as [`Op::End`] and 0.
#[derive(Debug, Clone)]
pub struct CodeReader<'c> {
    rest: &'c [u8],
}

impl<'c> CodeReader<'c> {
    /// A reader at the beginning of the code.
    pub fn new(code: &'c Code) -> Self {
        CodeReader { rest: &code.0 }
    }

    /// The next operation, without moving past it.
    pub fn peek(&self) -> Op {
        let known = |byte: &u8| Op::ALL.get(*byte as usize).copied();
        self.rest.first().and_then(known).unwrap_or(Op::End)
    }

    /// The next operation.
    pub fn op(&mut self) -> Op {
        let op = self.peek();
        self.byte();
        op
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// The next number.
    pub fn number(&mut self) -> u32 {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte();
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    /// The next level of a path, which follows its name.
    pub fn level(&mut self) -> PathLevel {
        let byte = self.byte();
        let prefix = match byte & 3 {
            0 => Prefix::Keyword,
            1 => Prefix::Named(self.number(), self.number()),
            2 => Prefix::Type(self.number()),
            _ => Prefix::Trait(self.number()),
        };
        let is_mem = byte & PathLevel::MEM != 0;
        PathLevel { prefix, is_mem, is_own: byte & PathLevel::OWN != 0 }
    }

    /// Skips this many bytes.
    pub fn skip(&mut self, bytes: u32) {
        self.rest = self.rest.get(bytes as usize..).unwrap_or_default();
    }

    /// True at the end.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_read_back_from_its_byte() {
        for (byte, op) in (0..).zip(Op::ALL) {
            assert_eq!(op as u8, byte);
            assert_eq!(CodeReader::new(&Code([byte].into())).op(), op);
        }
        assert_eq!(CodeReader::new(&Code([Op::ALL.len() as u8].into())).op(), Op::End);
        assert_eq!(CodeReader::new(&Code::default()).op(), Op::End);
    }

    #[test]
    fn numbers_and_levels_are_read_back() {
        let levels = [
            PathLevel { prefix: Prefix::Keyword, is_mem: false, is_own: true },
            PathLevel { prefix: Prefix::Named(300, 7), is_mem: true, is_own: false },
            PathLevel { prefix: Prefix::Type(128), is_mem: false, is_own: false },
            PathLevel { prefix: Prefix::Trait(0), is_mem: false, is_own: false },
        ];
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u32::MAX];
        let mut code = Vec::new();
        levels.iter().for_each(|level| level.write(&mut code));
        numbers.iter().for_each(|number| write_number(&mut code, *number));
        let code = Code(code.into());
        let mut reader = CodeReader::new(&code);
        levels.iter().for_each(|level| assert_eq!(reader.level(), *level));
        numbers.iter().for_each(|number| assert_eq!(reader.number(), *number));
        assert!(reader.is_at_end());
    }
}
