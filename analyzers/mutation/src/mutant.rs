//! What a mutant is.

use facts::model::{RepoPath, Span};
use serde::{Deserialize, Serialize};

/// A small change to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// The changed file.
    pub path: RepoPath,
    /// What is replaced. Empty for an insertion.
    pub span: Span,
    /// Column of the last replaced byte, in bytes from 1.
    pub end_column: u32,
    /// The text that stood there.
    pub original: String,
    /// The text that stands there now.
    pub replacement: String,
    /// The operator that made it.
    pub operator: Operator,
    /// Qualified name of the innermost function around it.
    pub function: Option<String>,
    /// What was done, in the words of the field: `replace + with - in sum`.
    pub description: String,
}

/// Kinds of changes. The names are those of the mutation-testing elements' report schema where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub enum Operator {
    /// A function's body replaced by a value of its return type.
    FunctionBody,
    /// `+` ↔ `-`, `*` ↔ `/`, …
    ArithmeticOperator,
    /// `==` ↔ `!=`, `<` → `==`, `>`, `<=`, …
    EqualityOperator,
    /// `&&` ↔ `||`
    LogicalOperator,
    /// `&`, `|`, `^`, shifts
    BitwiseOperator,
    /// `+=` ↔ `-=`, …
    AssignmentOperator,
    /// `-x` → `x`, `!x` → `x`
    UnaryOperator,
    /// `++` ↔ `--`
    UpdateOperator,
    /// `true` ↔ `false`
    BooleanLiteral,
    /// A number changed by one.
    NumberLiteral,
    /// A string emptied or changed.
    StringLiteral,
    /// A condition replaced by `true` or `false`.
    ConditionalExpression,
    /// A `match` or `switch` arm removed.
    MatchArm,
    /// A guard of an arm replaced by `true` or `false`.
    MatchGuard,
    /// A field of a struct literal removed, so that its default counts.
    StructField,
    /// A statement removed.
    Statement,
    /// `break` ↔ `continue`
    LoopControl,
    /// The value of a `return` changed.
    ReturnValue,
}
