//! The grammar's kinds and fields that types are read from, as numbers, because they are looked up for every node of a
//! file.

use std::sync::LazyLock;
use tree_sitter::Node;

macro_rules! kinds {
    ($($kind:ident = $name:literal,)*) => {
        /// The kind of a node.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Kind {
            /// Looked through.
            Other,
            $(#[doc = $name] $kind,)*
        }

        impl Kind {
            fn of_name(name: &str) -> Kind {
                match name {
                    $($name => Kind::$kind,)*
                    _ => Kind::Other,
                }
            }

            #[cfg(test)]
            const NAMES: &[&str] = &[$($name,)*];
        }
    };
}

kinds! {
    AbstractType = "abstract_type",
    ArrayExpression = "array_expression",
    ArrayType = "array_type",
    AssociatedType = "associated_type",
    AsyncBlock = "async_block",
    AttributeItem = "attribute_item",
    AwaitExpression = "await_expression",
    BinaryExpression = "binary_expression",
    Block = "block",
    BlockComment = "block_comment",
    BooleanLiteral = "boolean_literal",
    BoundedType = "bounded_type",
    BracketedType = "bracketed_type",
    CallExpression = "call_expression",
    CapturedPattern = "captured_pattern",
    CharLiteral = "char_literal",
    ClosureExpression = "closure_expression",
    ClosureParameters = "closure_parameters",
    Comma = ",",
    ConstBlock = "const_block",
    ConstItem = "const_item",
    Crate = "crate",
    DeclarationList = "declaration_list",
    DynamicType = "dynamic_type",
    EnumItem = "enum_item",
    EnumVariant = "enum_variant",
    ExpressionStatement = "expression_statement",
    ExternCrateDeclaration = "extern_crate_declaration",
    FieldDeclaration = "field_declaration",
    FieldExpression = "field_expression",
    FieldPattern = "field_pattern",
    FloatLiteral = "float_literal",
    ForExpression = "for_expression",
    ForeignModItem = "foreign_mod_item",
    FunctionItem = "function_item",
    FunctionModifiers = "function_modifiers",
    FunctionSignatureItem = "function_signature_item",
    FunctionType = "function_type",
    GenericFunction = "generic_function",
    GenericType = "generic_type",
    GenericTypeWithTurbofish = "generic_type_with_turbofish",
    HigherRankedTraitBound = "higher_ranked_trait_bound",
    Identifier = "identifier",
    IfExpression = "if_expression",
    ImplItem = "impl_item",
    IndexExpression = "index_expression",
    InnerAttributeItem = "inner_attribute_item",
    IntegerLiteral = "integer_literal",
    Label = "label",
    LetCondition = "let_condition",
    LetDeclaration = "let_declaration",
    Lifetime = "lifetime",
    LineComment = "line_comment",
    LoopExpression = "loop_expression",
    MacroDefinition = "macro_definition",
    MacroInvocation = "macro_invocation",
    MatchArm = "match_arm",
    MatchExpression = "match_expression",
    MatchPattern = "match_pattern",
    Metavariable = "metavariable",
    ModItem = "mod_item",
    MutableSpecifier = "mutable_specifier",
    NeverType = "never_type",
    OrderedFieldDeclarationList = "ordered_field_declaration_list",
    Parameter = "parameter",
    ParenthesizedExpression = "parenthesized_expression",
    PointerType = "pointer_type",
    PrimitiveType = "primitive_type",
    QualifiedType = "qualified_type",
    RangeExpression = "range_expression",
    RawStringLiteral = "raw_string_literal",
    ReferenceExpression = "reference_expression",
    ReferenceType = "reference_type",
    RemainingFieldPattern = "remaining_field_pattern",
    ScopedIdentifier = "scoped_identifier",
    ScopedTypeIdentifier = "scoped_type_identifier",
    SelfKeyword = "self",
    SelfParameter = "self_parameter",
    ShorthandFieldIdentifier = "shorthand_field_identifier",
    SlicePattern = "slice_pattern",
    SourceFile = "source_file",
    StaticItem = "static_item",
    StringLiteral = "string_literal",
    StructExpression = "struct_expression",
    StructItem = "struct_item",
    StructPattern = "struct_pattern",
    Super = "super",
    TokenTree = "token_tree",
    TraitBounds = "trait_bounds",
    TraitItem = "trait_item",
    TryExpression = "try_expression",
    TupleExpression = "tuple_expression",
    TuplePattern = "tuple_pattern",
    TupleStructPattern = "tuple_struct_pattern",
    TupleType = "tuple_type",
    TypeBinding = "type_binding",
    TypeCastExpression = "type_cast_expression",
    TypeIdentifier = "type_identifier",
    TypeItem = "type_item",
    TypeParameter = "type_parameter",
    UnaryExpression = "unary_expression",
    UnionItem = "union_item",
    UnitType = "unit_type",
    UnsafeBlock = "unsafe_block",
    UseAsClause = "use_as_clause",
    UseDeclaration = "use_declaration",
    VisibilityModifier = "visibility_modifier",
    WhereClause = "where_clause",
    WhileExpression = "while_expression",
}

macro_rules! fields {
    ($($field:ident = $name:literal,)*) => {
        /// A field of a node.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Field {
            $(#[doc = $name] $field,)*
        }

        const FIELD_NAMES: &[&str] = &[$($name,)*];
    };
}

fields! {
    Alias = "alias",
    Alternative = "alternative",
    Arguments = "arguments",
    Body = "body",
    Bounds = "bounds",
    Condition = "condition",
    Consequence = "consequence",
    Element = "element",
    Member = "field",
    Function = "function",
    Left = "left",
    Macro = "macro",
    Name = "name",
    Operator = "operator",
    Parameters = "parameters",
    Path = "path",
    Pattern = "pattern",
    ReturnType = "return_type",
    Right = "right",
    Trait = "trait",
    Type = "type",
    TypeArguments = "type_arguments",
    TypeParameters = "type_parameters",
    Value = "value",
}

struct Numbers {
    /// Indexed by the grammar's number of a kind.
    kinds: Vec<Kind>,
    /// By field; 0, which no field has, if the grammar does not know it.
    fields: Vec<u16>,
}

static NUMBERS: LazyLock<Numbers> = LazyLock::new(|| {
    let language = tree_sitter::Language::from(tree_sitter_rust::LANGUAGE);
    let kind = |number: usize| Kind::of_name(language.node_kind_for_id(number as u16).unwrap_or_default());
    Numbers {
        kinds: (0..language.node_kind_count()).map(kind).collect(),
        fields: FIELD_NAMES
            .iter()
            .map(|name| language.field_id_for_name(name).map_or(0, u16::from))
            .collect(),
    }
});

/// The kind of a node.
pub(super) fn kind(node: Node<'_>) -> Kind {
    NUMBERS.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
}

/// The child in a field.
pub(super) fn field<'t>(node: Node<'t>, field: Field) -> Option<Node<'t>> {
    node.child_by_field_id(NUMBERS.fields[field as usize])
}

/// The text of a node.
pub(super) fn text<'s>(source: &'s str, node: Node<'_>) -> &'s str {
    source.get(node.byte_range()).unwrap_or_default()
}

/// The named children except comments.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// The only child of a node, if it has just one.
pub(super) fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor).filter(|of| !of.is_extra());
    children.next().filter(|_| children.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_knows_every_kind_and_field() {
        for name in Kind::NAMES {
            assert!(NUMBERS.kinds.contains(&Kind::of_name(name)), "{name}");
        }
        for (name, number) in FIELD_NAMES.iter().zip(&NUMBERS.fields) {
            assert_ne!(*number, 0, "{name}");
        }
    }
}
