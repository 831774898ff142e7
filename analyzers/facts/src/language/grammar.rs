//! The table that maps a grammar's node kinds to their roles in measurement.

use super::gaps::{Gaps, Reading};
use super::lexical::{self, LexicalRules};
use super::test_rule::TestRule;
use crate::model::{Definition, DefinitionKind, FunctionKind, Types, Visibility};

/// A syntax node.
pub type NodeRef<'t> = tree_sitter::Node<'t>;

/// A node and its surroundings. The ancestors come from the walk itself: asking a node for its parent means a search
/// from the root.
pub struct Site<'a, 't> {
    /// The node.
    pub node: NodeRef<'t>,
    /// Its ancestors, the root first.
    pub ancestors: &'a [NodeRef<'t>],
    /// The attributes ([`Grammar::attributes`]) right above it.
    pub attributes: &'a [NodeRef<'t>],
    /// The file's bytes.
    pub source: &'t [u8],
}

impl<'t> Site<'_, 't> {
    /// The ancestor `level` steps up: 0 is the parent.
    pub fn ancestor(&self, level: usize) -> Option<NodeRef<'t>> {
        self.ancestors.len().checked_sub(level + 1).map(|index| self.ancestors[index])
    }

    /// The parent's kind, `""` at the root.
    pub fn parent_kind(&self) -> &'static str {
        self.ancestor(0).map_or("", |parent| parent.kind())
    }

    /// A child by its field name.
    pub fn field(&self, name: &str) -> Option<NodeRef<'t>> {
        self.node.child_by_field_name(name)
    }

    /// The bytes of a node.
    pub fn text(&self, node: NodeRef<'t>) -> &'t [u8] {
        &self.source[node.byte_range()]
    }

    /// The first child of that kind.
    pub fn child_of_kind(&self, kind: &str) -> Option<NodeRef<'t>> {
        let mut cursor = self.node.walk();
        self.node.children(&mut cursor).find(|child| child.kind() == kind)
    }

    /// True if all named children of the node are of these kinds: a string without code in it.
    pub fn holds_only(&self, kinds: &[&str]) -> bool {
        let mut cursor = self.node.walk();
        self.node.named_children(&mut cursor).all(|child| kinds.contains(&child.kind()))
    }

    /// True if a child of one of `wrappers` kinds (or the node itself) has `word` among its white-space separated words.
    pub fn has_modifier(&self, wrappers: &[&str], word: &str) -> bool {
        let mut cursor = self.node.walk();
        self.node.children(&mut cursor).any(|child| {
            (wrappers.contains(&child.kind()) || child.kind() == word)
                && self.text(child).split(u8::is_ascii_whitespace).any(|w| w == word.as_bytes())
        })
    }
}
/// Names of node kinds of one grammar. A test checks that the grammar knows each of them.
pub type Kinds = &'static [&'static str];

/// Extracts type information from a file's syntax tree, text and definitions. The last argument parses the contents of
/// macros.
pub type TypesRule = fn(NodeRef<'_>, &str, &[Definition], &mut ParseFragment<'_>) -> Types;

/// Parses a piece of text from a file, such as the arguments of a macro; none if it does not fit the grammar, or if the
/// file's budget is used up.
pub type ParseFragment<'a> = dyn FnMut(&str) -> Option<tree_sitter::Tree> + 'a;

/// How the nodes of one grammar count. Every list holds node kinds; `docs/metrics.md` defines the figures.
///
/// `..Grammar::EMPTY` fills in whatever a language does not have.
pub struct Grammar {
    /// The compiled grammar.
    pub language: fn() -> tree_sitter::Language,

    // ---- syntax that it cannot parse
    /// Finds syntax of the language that the grammar does not support.
    pub gaps: fn(&[u8], Reading, &mut Gaps),
    /// Comment and string delimiters, to classify the lines of text that did not parse.
    pub lexical: &'static LexicalRules,
    /// Words that cannot be the name of a function or type: in a file with errors, a definition with this name was
    /// misread.
    pub reserved: Kinds,

    /// Extracts type information, for languages with receiver inference.
    pub types: Option<TypesRule>,

    // ---- structure
    /// Nodes that are separate functions.
    pub functions: Kinds,
    /// Function expressions that count towards the function they are in, one nesting level deeper.
    pub lambdas: Kinds,
    /// Nodes that define a named type, module or the like, and qualify the names inside them.
    pub scopes: &'static [(&'static str, DefinitionKind)],
    /// Nodes that qualify the names inside them without defining anything (Rust's `impl`).
    pub name_scopes: Kinds,
    /// Other definitions (constants, aliases, macros, functions without bodies).
    pub definitions: &'static [(&'static str, DefinitionKind)],
    /// Nodes whose role depends on more than their kind; [`Grammar::classify`] decides and returns a kind that is in
    /// one of the other lists (or any other name if there is no role).
    pub dynamic: Kinds,
    /// For nodes in [`Grammar::dynamic`]: the kind whose role the node gets.
    pub classify: fn(&Site<'_, '_>) -> &'static str,

    // ---- decisions
    /// `if`, `unless`, statement modifiers. An `if` right inside an `else` counts as `else if`.
    pub ifs: Kinds,
    /// Clauses that are a separate `else if` (`elif`, `elsif`).
    pub else_ifs: Kinds,
    /// Nodes that wrap the `else` branch of an [`Grammar::ifs`] node.
    pub elses: Kinds,
    /// True if an `if` right inside an `else` is an `else if`; false if the language has a separate clause for it.
    pub else_if_by_nesting: bool,
    /// Nodes without a meaning of their own that may wrap the `if` of an `else if`.
    pub else_wrappers: Kinds,
    /// Loops.
    pub loops: Kinds,
    /// Loops inside comprehensions: counted by cyclomatic complexity only.
    pub comprehension_loops: Kinds,
    /// Conditions inside comprehensions: counted by cyclomatic complexity only.
    pub comprehension_ifs: Kinds,
    /// Multi-way selections.
    pub switches: Kinds,
    /// Branches of a selection; [`Grammar::is_default_case`] recognises a default branch.
    pub cases: Kinds,
    /// Default branches with their own node kind.
    pub default_cases: Kinds,
    /// True if a node in [`Grammar::cases`] is the default branch, or its pattern matches everything.
    pub is_default_case: fn(&Site<'_, '_>) -> bool,
    /// True if the language requires selections to be exhaustive: then one branch of each is free (n branches, n − 1
    /// decisions).
    pub exhaustive_switch: bool,
    /// Guards of selection branches.
    pub guards: Kinds,
    /// Keywords that begin a guard, in grammars without a node for guards.
    pub guard_keywords: Kinds,
    /// Keywords that begin a branch of a selection, in grammars without a node for branches.
    pub case_keywords: Kinds,
    /// Exception handlers.
    pub catches: Kinds,
    /// Conditional expressions.
    pub ternaries: Kinds,
    /// Binary expressions: logical when their operator is in [`Grammar::logical_operators`].
    pub binaries: Kinds,
    /// Spellings of the short-circuit operators.
    ///
    /// The null-coalescing ones (`??`, `?:`) and assignments (`??=`, `||=`) are decisions like the others, but no
    /// cognitive increment: the white paper ignores shorthand ("Ignore shorthand", page 5).
    pub logical_operators: Kinds,
    /// Nodes without a meaning of their own between two operators of one sequence (parentheses).
    pub parentheses: Kinds,
    /// `break`, `continue`: they count as a jump to a label if they contain one of [`Grammar::labels`].
    pub jumps: Kinds,
    /// Node kinds of labels inside a jump.
    pub labels: Kinds,
    /// `goto`.
    pub gotos: Kinds,
    /// `return`, `throw`, `raise`, `yield`.
    pub exits: Kinds,
    /// Early-return operators.
    pub propagations: Kinds,

    // ---- text
    /// Comments.
    pub comments: Kinds,
    /// How documentation is written.
    pub docs: DocRule,
    /// String and character literals, taken as one operand.
    pub strings: Kinds,
    /// String literals with code in them (interpolation): the pieces of text are operands, the code is walked.
    pub templates: Kinds,
    /// Named nodes that are operators or keywords, distinguished by their text (Scala's `operator_identifier`, Swift's
    /// `else`).
    pub operators: Kinds,
    /// Attributes, decorators and modifiers that may come between documentation and definition.
    pub attributes: Kinds,

    // ---- names
    /// Leaves that are names.
    pub identifiers: Kinds,
    /// Leaves that are literals.
    pub literals: Kinds,
    /// Calls.
    pub calls: Kinds,
    /// The field of a call that holds the callee (if a call lacks it: `name`, `method` or `type`); `""` for the first
    /// named child.
    pub callee_field: &'static str,
    /// Accesses whose last child is the member, in grammars without a field for it.
    pub member_accesses: Kinds,
    /// Imports.
    pub imports: Kinds,
    /// For a node in [`Grammar::imports`]: how many of its ancestors, starting with the parent, contain only imports (2
    /// for the call in `const a = require("a")`); `None` if it is part of other code.
    pub import_statement: fn(&Site<'_, '_>) -> Option<usize>,
    /// True if the child is part of a branch that is not taken when the file is loaded (`if __name__ == "__main__":`):
    /// gets the branching node and its child.
    pub never_on_load: fn(NodeRef<'_>, NodeRef<'_>, &[u8]) -> bool,
    /// Statements that name the package of a file, if they have no body.
    pub packages: Kinds,
    /// Signs between a qualifier and a name (and nodes that only consist of such a sign).
    pub qualifiers: Kinds,
    /// True if a call writes the object right before the method, without a sign (Objective-C).
    pub juxtaposed_receivers: bool,
    /// Lists of type arguments: the name before them qualifies the name after them (`Vec::<u8>::new`).
    pub type_arguments: Kinds,
    /// Nodes of unparsed tokens (arguments of Rust's macros): a name followed by one of them in parentheses is called,
    /// and strings in them may contain names in braces.
    pub token_trees: Kinds,
    /// Leaves with unparsed code (bodies of C's macros): the names in it are used.
    pub raw_code: Kinds,
    /// Nodes whose string literals name definitions (`__all__`, types in quotes), in addition to attributes.
    pub naming_strings: Kinds,
    /// Nodes, in addition to imports, that mention names without using them, up to a node of [`Grammar::mentions_end`].
    pub mentions: Kinds,
    /// See [`Grammar::mentions`].
    pub mentions_end: Kinds,
    /// Nodes that may come between an attribute and its definition (Java's `modifiers`).
    pub attribute_holders: Kinds,
    /// Nodes in the head of a type (with at most two nodes in between) that list what it extends or implements.
    pub bases: Kinds,
    /// Assignments, and definitions of variables with a value.
    pub assignments: Kinds,
    /// Statements and declarations, for logical lines.
    pub statements: Kinds,
    /// Nodes whose named children are statements, in grammars where an expression statement has no node of its own.
    pub blocks: Kinds,

    // ---- functions
    /// How a function's parts are found.
    pub function: FunctionRule,
    /// How tests are recognised.
    pub tests: TestRule,
    /// How visibility is recognised.
    pub visibility: VisibilityRule,
    /// The separator between the parts of a qualified name.
    pub separator: &'static str,
}

/// How the parts of a function (or other definition) are found.
pub struct FunctionRule {
    /// The node that holds the name of a function, scope or definition; `None` for an anonymous function.
    pub name: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
    /// The node that holds the parameters.
    pub parameters: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
    /// Number of parameters in that node. The default counts its named children except comments and attributes.
    pub count: fn(NodeRef<'_>, &[u8]) -> usize,
    /// How many of the parameters in that node a caller must get right by position: see
    /// [`parameters`](super::parameters). The default counts all.
    pub positional: Option<fn(&Site<'_, '_>, NodeRef<'_>) -> usize>,
    /// The body; a node of [`Grammar::functions`] without one is a definition only.
    pub body: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
    /// Statements that no function contains: if a body contains one, it is not really a function.
    pub never_in_body: Kinds,
    /// The kind of function, given whether it is directly in a type.
    pub kind: fn(&Site<'_, '_>, bool) -> FunctionKind,
    /// A type named by the function itself (Go receivers, C++ `A::f`), put before the function's name.
    pub receiver: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
    /// The name by which a method refers to its own object, if that is not a keyword (Go receivers): a call on it may
    /// be recursive.
    pub own_object: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
    /// True if functions of the same name may differ in the number of their arguments: then a call with a different
    /// number is not recursive.
    pub overloads: bool,
    /// True if argument labels are part of a function's name (Swift): a call with other labels is not recursive.
    pub labels: bool,
    /// True for a function that is called right where it is written (`(function () { … })()`).
    pub runs_at_once: fn(&Site<'_, '_>) -> bool,
    /// True if a function without its own control structures is a namespace, whose cognitive complexity excludes the
    /// functions in it (the white paper's exception for JavaScript).
    pub declarative_outer: bool,
    /// True if a function that consists of one nested function and a `return` is a decorator, which adds no nesting
    /// (the white paper's exception for Python).
    pub decorators: bool,
    /// True if adjacent definitions of the same name are clauses of one function (Haskell): a selection by the
    /// arguments, whose first clause is free.
    pub merge_clauses: bool,
    /// An extended or implemented type that is not in a node of [`Grammar::bases`]: of a type itself, or of a node of
    /// [`Grammar::name_scopes`] and the members in it.
    pub base: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
    /// The string that documents a definition, in languages where documentation is not a comment (Python's docstrings,
    /// Elixir's `@doc`).
    pub doc: for<'t> fn(&Site<'_, 't>) -> Option<NodeRef<'t>>,
}

/// How visibility is recognised from a definition.
pub enum VisibilityRule {
    /// A function of the node and its name decides.
    By(fn(&Site<'_, '_>, &str) -> Visibility),
    /// Everything is public.
    AlwaysPublic,
    /// Public unless a modifier (kinds given) says `private`, `protected`, `internal` or `fileprivate`.
    PublicUnless(Kinds),
    /// Private unless a modifier (kinds given) says `public`; `protected` and `internal` are restricted.
    PublicIf(Kinds),
    /// Private if the name begins with an underscore.
    Underscore,
}

/// How documentation is written.
#[derive(Debug, Clone, Copy)]
pub struct DocRule {
    /// Openings of documentation comments (`///`, `/**`).
    pub openings: &'static [&'static str],
    /// Openings that only look like documentation (`////`, `/***`).
    pub not_openings: &'static [&'static str],
    /// Openings of documentation for the item that contains the comment, not for the next one (`//!`).
    pub inner_openings: &'static [&'static str],
    /// True if documentation is not a comment but the string that [`FunctionRule::doc`] finds.
    pub docstrings: bool,
    /// True if any comment right above a definition counts as documentation.
    pub plain: bool,
}

impl Grammar {
    /// An empty table.
    pub const EMPTY: Grammar = Grammar {
        language: || panic!("a grammar table names its grammar"),
        gaps: |_, _, _| {},
        lexical: &lexical::C_LIKE,
        reserved: &["if", "else", "for", "while", "return"],
        types: None,
        functions: &[],
        lambdas: &[],
        scopes: &[],
        name_scopes: &[],
        definitions: &[],
        dynamic: &[],
        classify: |_| "",
        ifs: &[],
        else_ifs: &[],
        elses: &[],
        else_if_by_nesting: true,
        else_wrappers: &[],
        loops: &[],
        comprehension_loops: &[],
        comprehension_ifs: &[],
        switches: &[],
        cases: &[],
        default_cases: &[],
        is_default_case: |site| site.child_of_kind("default").is_some(),
        exhaustive_switch: false,
        guards: &[],
        guard_keywords: &[],
        case_keywords: &[],
        catches: &[],
        ternaries: &[],
        binaries: &[],
        logical_operators: &["&&", "||"],
        parentheses: &["parenthesized_expression"],
        jumps: &[],
        labels: &[],
        gotos: &[],
        exits: &[],
        propagations: &[],
        comments: &["comment"],
        docs: DocRule {
            openings: &["/**"],
            not_openings: &["/***", "/**/"],
            inner_openings: &[],
            docstrings: false,
            plain: false,
        },
        strings: &[],
        templates: &[],
        operators: &[],
        attributes: &[],
        identifiers: &["identifier"],
        literals: &[],
        calls: &[],
        callee_field: "function",
        member_accesses: &[],
        imports: &[],
        import_statement: |_| Some(0),
        never_on_load: |_, _, _| false,
        packages: &[],
        qualifiers: &["."],
        juxtaposed_receivers: false,
        type_arguments: &[],
        token_trees: &[],
        raw_code: &[],
        naming_strings: &[],
        mentions: &[],
        mentions_end: &[],
        attribute_holders: &[],
        bases: &[],
        assignments: &[],
        statements: &[],
        blocks: &[],
        function: FunctionRule::BY_FIELDS,
        tests: TestRule::EMPTY,
        visibility: VisibilityRule::AlwaysPublic,
        separator: ".",
    };
}

impl FunctionRule {
    /// Fields `name`, `parameters` and `body`.
    pub const BY_FIELDS: FunctionRule = FunctionRule {
        name: |site| site.field("name"),
        parameters: |site| site.field("parameters"),
        count: |parameters, _| {
            let mut cursor = parameters.walk();
            let counted = |child: &NodeRef<'_>| {
                let kind = child.kind();
                !child.is_extra() && !kind.contains("comment") && !kind.contains("attribute")
            };
            parameters.named_children(&mut cursor).filter(counted).count()
        },
        positional: None,
        body: |site| site.field("body"),
        never_in_body: &[],
        kind: |_, in_type| if in_type { FunctionKind::Method } else { FunctionKind::Function },
        receiver: |_| None,
        own_object: |_| None,
        overloads: false,
        labels: false,
        runs_at_once: |_| false,
        declarative_outer: false,
        decorators: false,
        merge_clauses: false,
        base: |_| None,
        doc: |_| None,
    };
}
