//! `go.mod` (Go Modules Reference, "go.mod files").

use super::DependencyScope::Runtime;
use super::{Declared, Trouble};

pub(super) fn read(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let mut block: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let code = code.trim();
        if code.is_empty() {
            continue;
        }
        let (directive, rest) = match block {
            Some(_) if code == ")" => {
                block = None;
                continue;
            }
            Some(directive) => (directive, code),
            None => code
                .split_once([' ', '\t', '('])
                .map_or((code, ""), |(first, _)| (first, code[first.len()..].trim())),
        };
        if block.is_none() && rest == "(" {
            block = Some(directive);
        } else if directive == "require" {
            require(rest, comment, index + 1, declared)?;
        }
    }
    match block {
        Some(directive) => Err(Trouble::at(text.lines().count(), format!("`{directive} (` is not closed"))),
        None => Ok(()),
    }
}

/// `module version`, either of them perhaps quoted.
fn require(rest: &str, comment: &str, line: usize, declared: &mut Declared) -> Result<(), Trouble> {
    let mut parts = rest.split_whitespace().map(|part| part.trim_matches(['"', '`']));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(module), Some(version), None) => {
            let indirect = comment.split([';', ' ']).any(|word| word == "indirect");
            declared.add(module, Some(version), Runtime).direct = !indirect;
            Ok(())
        }
        _ => Err(Trouble::at(line, format!("`require {rest}`: expected a module and a version"))),
    }
}
