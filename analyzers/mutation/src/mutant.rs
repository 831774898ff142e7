//! The description of a mutant.

use facts::model::{RepoPath, Span};
use serde::{Deserialize, Serialize};

/// A small change to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// The changed file.
    pub path: RepoPath,
    /// The replaced span; never empty.
    pub span: Span,
    /// Column of the last replaced byte, in bytes from 1.
    pub end_column: u32,
    /// The original text.
    pub original: String,
    /// The new text; empty for a deletion.
    pub replacement: String,
    /// The operator that made it.
    pub operator: Operator,
    /// Qualified name of the innermost function around it.
    pub function: Option<String>,
    /// The change in the usual words of mutation testing: `replace + with - in sum`.
    pub description: String,
}

impl Mutant {
    /// The changed file; `None` if `source` does not have the original text at that place.
    pub fn apply(&self, source: &[u8]) -> Option<Vec<u8>> {
        let range = self.span.start_byte as usize..self.span.end_byte as usize;
        if source.get(range.clone())? != self.original.as_bytes() {
            return None;
        }
        let mut mutated = Vec::with_capacity(source.len() + self.replacement.len());
        mutated.extend_from_slice(&source[..range.start]);
        mutated.extend_from_slice(self.replacement.as_bytes());
        mutated.extend_from_slice(&source[range.end..]);
        Some(mutated)
    }

    /// Place and change, as shown in lists and matched by filters: `src/sum.rs:3:7: replace + with - in sum`.
    pub fn name(&self) -> String {
        format!("{}:{}:{}: {}", self.path, self.span.start_line, self.span.start_column, self.description)
    }
}

macro_rules! operators {
    ($($(#[doc = $doc:literal])+ $name:ident),* $(,)?) => {
        /// Kinds of changes. Where StrykerJS, whose report schema is written here, has a name for a kind, it is that name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase")]
        pub enum Operator {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Operator {
            /// Every kind.
            pub const ALL: &'static [Operator] = &[$(Operator::$name),*];

            /// Its name in options and reports.
            pub fn name(self) -> &'static str {
                match self { $(Operator::$name => stringify!($name)),* }
            }

            /// What it does, in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Operator::$name => concat!($($doc),+).trim_ascii()),* }
            }
        }
    };
}

operators! {
    /// A function's body replaced by a value of its return type.
    FunctionBody,
    /// `+` ↔ `-`, `*` ↔ `/`, …
    ArithmeticOperator,
    /// `==` ↔ `!=`, `<` → `<=`, `>`, …
    EqualityOperator,
    /// `&&` ↔ `||`.
    LogicalOperator,
    /// `&`, `|`, `^`, shifts.
    BitwiseOperator,
    /// `+=` ↔ `-=`, `+=` → `=`, …
    AssignmentOperator,
    /// `-x` → `x`, `!x` → `x`; tests of one operand in a shell.
    UnaryOperator,
    /// `++` ↔ `--`.
    UpdateOperator,
    /// `true` ↔ `false`.
    BooleanLiteral,
    /// A number changed by one.
    NumberLiteral,
    /// A string emptied or changed.
    StringLiteral,
    /// A list literal emptied or filled.
    ArrayDeclaration,
    /// An object literal emptied.
    ObjectLiteral,
    /// A condition replaced by `true` or `false`, or negated.
    ConditionalExpression,
    /// A `match` or `switch` arm removed.
    MatchArm,
    /// A guard of an arm replaced by `true` or `false`.
    MatchGuard,
    /// A field of a struct literal removed, so that its default counts.
    StructField,
    /// A statement removed.
    Statement,
    /// A block emptied.
    BlockStatement,
    /// `break` ↔ `continue`, `break` → `return`.
    LoopControl,
    /// The value of a `return` or an exit status changed.
    ReturnValue,
    /// The assigned value replaced by the language's nothing.
    AssignedValue,
    /// The value of an anonymous function replaced by the language's nothing.
    ArrowFunction,
    /// A method replaced by its counterpart, or its call by the receiver.
    MethodExpression,
    /// `a?.b` → `a.b`.
    OptionalChaining,
    /// An argument of a call replaced by the language's nothing, or removed.
    Argument,
    /// A decorator removed.
    Decorator,
    /// A loop that runs over nothing.
    EmptyLoop,
}

impl Operator {
    /// The operator of a name as written in options: letter case, `-` and `_` do not matter.
    pub fn from_name(name: &str) -> Option<Operator> {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
        };
        let wanted = plain(name);
        Operator::ALL.iter().copied().find(|operator| plain(operator.name()) == wanted)
    }
}
