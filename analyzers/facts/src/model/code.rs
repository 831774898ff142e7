//! Bodies of functions as a sequence of operations: what the inference of types looks at, without the syntax.

use super::{NameId, TypeId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Bodies as a row of operations, in the order in which the inference looks at them; see [`Op`].
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

/// The operations of [`Code`], each one byte, with what follows it.
///
/// `name`, `type` and `number` are numbers of seven bits a byte, the lowest first. `note` is a name that is used:
/// `2 · name + 1` where the enclosing definition is another one than before, which follows as `definition + 1` (0: none), else
/// `2 · name`. `path` is the number of its levels and, for each, the last one first, `note prefix`: see [`Prefix`].
/// `list` is any number of what it lists, then [`Op::End`]. An expression is one of the operations up to [`Op::Alone`] and any
/// number of those that go on from it ([`Op::is_continuation`]); so no number ever follows an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Op {
    /// The end of a list; of code that ends early, too.
    End,
    // ---- expressions
    /// Of which nothing is known.
    Unknown,
    /// A number, a comparison, `()`.
    Plain,
    /// A string.
    Text,
    /// `number`: a variable, the innermost is 0.
    Local,
    /// `name`: no variable, and it begins with a capital letter.
    Name,
    /// `path`: a value behind a path.
    Path,
    /// `path`: what is mentioned, in a type.
    Mention,
    /// `list of type paths, path, arguments`: the call of what is behind a path. `arguments` are an expression, of which the
    /// type counts, and a list of others, or [`Op::End`] alone.
    CallPath,
    /// `list of type paths, name, arguments`: the call of a bare name.
    CallName,
    /// `list of type paths, type, arguments`: `Self(…)`.
    CallOwn,
    /// `path, type, list`: `a::B { … }`.
    ConstructPath,
    /// `type, list`: `A { … }`.
    Construct,
    /// `note, length, expressions as of arguments`: a macro; `length` is that of the arguments in bytes. The note is none of a use.
    Macro,
    /// `list of patterns, type + 1 (0: none), expression`: a closure.
    Closure,
    /// `list (condition), expression, list (all other branches)`.
    If,
    /// `expression, list of (pattern, expression)`.
    Match,
    /// `list`: `while`.
    While,
    /// `list`: a part with variables of its own, which gives nothing.
    Scoped,
    /// `expression, pattern, list`.
    For,
    /// `list`: a block that gives nothing.
    BlockPlain,
    /// `list, expression`: a block and what it gives.
    Block,
    /// `expression, pattern`: `let a = b;`
    Let,
    /// `expression, list, type + 1 (0: none), pattern`: `let` with a type or an `else`.
    LetTyped,
    /// `expression, pattern`: `if let`.
    LetCondition,
    /// `list`: gives what the last of them gives.
    Last,
    /// `list`: a future of what the last of them gives.
    Async,
    /// `list`.
    Tuple,
    /// `expression, list`.
    Array,
    /// `list`: several expressions, which give nothing.
    All,
    /// `list of patterns, list`: a function.
    Function,
    /// `list`: what sees no variables.
    Alone,
    // ---- what goes on from an expression
    /// A comparison.
    CompareBare,
    /// `list`: a comparison with what is to be looked at.
    Compare,
    /// Another operator.
    OperateBare,
    /// `list`: another operator with what is to be looked at.
    Operate,
    /// `note`: a field.
    Field,
    /// `note, list of arguments`: a method that is called.
    Method,
    /// `list of type paths, note, type + 1 (0: none), list of arguments`: the same with types given; the type is the first of them.
    MethodTyped,
    /// `number (1: a range, 2: a name), list`: an index; of a name the first expression is the name.
    Index,
    /// `?`.
    Try,
    /// `.await`.
    Await,
    /// `list of type paths, type`: `as`.
    Cast,
    /// `list`: what gives the value on as it is.
    Same,
    // ---- arguments of methods, besides expressions
    /// As [`Op::Closure`].
    GivenClosure,
    /// `path`: a function that is passed on.
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

    /// True for what goes on from an expression.
    pub fn is_continuation(self) -> bool {
        (Op::CompareBare as u8..=Op::Same as u8).contains(&(self as u8))
    }
}

/// What is before a name in a path: `tag + flags, …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// A module: `self`, `super`, `crate`, `$crate`.
    Keyword,
    /// A name, and the type that it is if it is one.
    Named(NameId, TypeId),
    /// A type.
    Type(TypeId),
    /// `<T as Trait>`, by the trait.
    Trait(TypeId),
}

/// One level of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathLevel {
    /// What is before the name.
    pub prefix: Prefix,
    /// That is `mem`, of the standard library by its words.
    pub is_mem: bool,
    /// That begins with `crate`, `self` or `super`.
    pub is_own: bool,
}

impl PathLevel {
    const MEM: u8 = 4;
    const OWN: u8 = 8;

    /// Writes it behind other code.
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

/// Writes a number behind other code.
pub fn write_number(code: &mut Vec<u8>, number: u32) {
    let mut rest = number;
    while rest >= 0x80 {
        code.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    code.push(rest as u8);
}

/// Reads code from its beginning. What has an end too early reads as [`Op::End`] and 0.
#[derive(Debug, Clone)]
pub struct CodeReader<'c> {
    rest: &'c [u8],
}

impl<'c> CodeReader<'c> {
    /// At the beginning of the code.
    pub fn new(code: &'c Code) -> Self {
        CodeReader { rest: &code.0 }
    }

    /// The next operation, which is not passed.
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

    /// The next level of a path, behind its name.
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

    /// Passes this many bytes.
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
