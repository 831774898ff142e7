use super::{Abc, Decisions, Halstead, LineCounts, Span, Visibility, maintainability_index};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One function, method or constructor with a body, and every figure measured on it.
///
/// A closure belongs to the function it is in, except in languages where function expressions are the usual way to
/// write functions (JavaScript, TypeScript, Lua, R): there each is a separate function. Definitions are in
/// `docs/metrics.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// The bare name; `<anonymous>` if there is none to infer.
    pub name: String,
    /// The name with its enclosing types, modules and functions, joined by the language's own separator.
    pub qualified_name: String,
    /// What sort of function it is.
    pub kind: FunctionKind,
    /// The whole definition without its documentation. Attributes belong to it where the grammar has them inside (Java, C#,
    /// Kotlin, Swift, Scala, PHP), not where they are before it (Rust, Python's decorators).
    pub span: Span,
    /// Index (into the file's functions) of the function this one is nested in.
    pub enclosing: Option<u32>,
    /// Lines of the span.
    pub lines: LineCounts,
    /// Decision points by kind; cyclomatic complexity is one more than their sum.
    pub decisions: Decisions,
    /// Cognitive complexity (SonarSource white paper, version 1.7).
    pub cognitive: u32,
    /// Cognitive complexity of its own code, without the functions nested in it.
    pub cognitive_own: u32,
    /// Depth of the deepest nested control structure: 0 for straight-line code.
    pub nesting: u16,
    /// Declared parameters, the receiver (`self`) included.
    pub parameters: u16,
    /// Parameters that a caller must get right by position. Excluded: the receiver, parameters with a default,
    /// parameters given by name, parameters filled in by a framework, and all parameters of functions whose signature
    /// is prescribed (an override, a callback).
    pub positional: u16,
    /// `return`, `throw`, `raise`, `yield`-like statements that leave the function early or at its end.
    pub exits: u16,
    /// Operators and operands.
    pub halstead: Halstead,
    /// Assignments, branches, conditions.
    pub abc: Abc,
    /// Who can call it.
    pub visibility: Visibility,
    /// True if a documentation comment (or docstring) is attached.
    pub documented: bool,
    /// What its file says about it and tests; [`FileRecord::is_test`](crate::FileRecord::is_test) has the final answer,
    /// which also considers the file's place in the tree.
    pub test: TestMark,
    /// True if the parser had to skip text inside it: its figures hold for the rest only.
    pub incomplete: bool,
}

/// What sort of function a [`Function`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FunctionKind {
    /// Is by itself.
    Function,
    /// Belongs to a type.
    Method,
    /// A function expression without a name of its own.
    Anonymous,
    /// A block that a test framework runs, named by its title (`it("adds", …)`, `TEST(Add, Zero)`).
    Test,
    /// A block of a test framework that holds tests, named by its title (`describe("add", …)`).
    Suite,
}

/// What the text of a file says about whether a function is a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum TestMark {
    /// Nothing.
    #[default]
    None,
    /// It is in test code, but is not a test itself.
    Inside,
    /// A test if the framework looks for tests in its file (`def test_x` in `test_*.py`).
    ByName,
    /// A test wherever it is: by an attribute, its base class or the framework's own call.
    Marked,
}

impl TestMark {
    /// True if the file itself marks it as test code.
    pub fn is_test_code(self) -> bool {
        matches!(self, TestMark::Inside | TestMark::Marked)
    }
}

impl Function {
    /// McCabe's cyclomatic complexity: 1 + decision points (McCabe 1976).
    pub fn cyclomatic(&self) -> u32 {
        1 + self.decisions.total()
    }

    /// Maintainability index from 0 to 100, higher is better; see [`maintainability_index`].
    pub fn maintainability(&self) -> f64 {
        maintainability_index(&self.halstead, self.cyclomatic(), &self.lines)
    }
}
