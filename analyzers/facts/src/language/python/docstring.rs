//! Which string is the docstring of a class or function: the language reference's "string literal which occurs as the first
//! statement", as `ast.get_docstring` finds it.

use crate::language::grammar::{NodeRef, Site};

/// The most nested parentheses that are looked into.
const MAX_PARENTHESES: usize = 16;

/// The literal, or several adjacent literals, that document a definition. Byte strings and formatted strings do not
/// count.
pub(super) fn of<'t>(site: &Site<'_, 't>) -> Option<NodeRef<'t>> {
    let body = site.field("body")?;
    let statement = first_part(body).filter(|statement| statement.kind() == "expression_statement")?;
    if statement.named_child_count() != 1 {
        return None;
    }
    let mut value = statement.named_child(0)?;
    for _ in 0..MAX_PARENTHESES {
        if value.kind() != "parenthesized_expression" {
            break;
        }
        value = first_part(value)?;
    }
    let is_text = match value.kind() {
        "string" => is_text(site, value),
        "concatenated_string" => {
            let mut cursor = value.walk();
            value.named_children(&mut cursor).all(|part| part.kind() != "string" || is_text(site, part))
        }
        _ => false,
    };
    is_text.then_some(value)
}

/// The first named child that is not a comment.
fn first_part<'t>(node: NodeRef<'t>) -> Option<NodeRef<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| child.kind() != "comment")
}

/// True for a literal without prefix, or with `r` or `u`.
fn is_text(site: &Site<'_, '_>, string: NodeRef<'_>) -> bool {
    let text = site.text(string);
    let prefix = text.iter().take_while(|byte| byte.is_ascii_alphabetic());
    prefix.into_iter().all(|letter| matches!(letter.to_ascii_lowercase(), b'r' | b'u'))
}
