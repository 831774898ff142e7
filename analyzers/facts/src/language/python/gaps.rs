//! Syntax missing from the Python grammar: defaults of type parameters (3.13).

use crate::language::gaps::{Gaps, Reading};
use bstr::ByteSlice;

pub(super) fn gaps(source: &[u8], reading: Reading, gaps: &mut Gaps) {
    if reading == Reading::First {
        return;
    }
    let mut at = 0;
    while at < source.len() {
        let end = source[at..].find_byte(b'\n').map_or(source.len(), |length| at + length + 1);
        if let Some(opening) = type_parameters(&source[at..end]) {
            defaults(source, at + opening, gaps);
        }
        at = end;
    }
}

/// The position of the type parameters in a line that defines a class, a function or a type alias.
fn type_parameters(line: &[u8]) -> Option<usize> {
    let text = line.trim_ascii_start();
    let text = text.strip_prefix(b"async ").map_or(text, <[u8]>::trim_ascii_start);
    let heads = [&b"class "[..], b"def ", b"type "];
    let named = heads.iter().find_map(|head| text.strip_prefix(*head))?.trim_ascii_start();
    let name = named.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 0x80).count();
    let list = named[name..].trim_ascii_start();
    (name > 0 && list.starts_with(b"[")).then(|| line.len() - list.len())
}

/// Longest list that is searched.
const LONGEST: usize = 1024;

/// Leaves out `= default` of each parameter in the list at `opening`.
fn defaults(source: &[u8], opening: usize, gaps: &mut Gaps) {
    let (mut depth, mut at) = (0u32, opening);
    let mut start: Option<usize> = None;
    let mut found = Vec::new();
    while at < source.len().min(opening + LONGEST) {
        match source[at] {
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' if depth > 1 => depth -= 1,
            b']' | b',' if depth == 1 => {
                found.extend(start.take().map(|start| start..at));
                if source[at] == b']' {
                    found.into_iter().for_each(|range| gaps.blank(range));
                    return;
                }
            }
            quote @ (b'"' | b'\'') => at += source[at + 1..].find_byte(quote).map_or(0, |length| length + 1),
            b'#' => at += source[at..].find_byte(b'\n').unwrap_or(0),
            b'=' if depth == 1 && start.is_none() => start = Some(at),
            b')' | b'}' => return,
            _ => {}
        }
        at += 1;
    }
}
