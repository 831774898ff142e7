//! Strings with several dollars in front (2.2), and with extra quotes at the end.

use crate::language::gaps::Gaps;
use crate::language::rough::Tokens;

/// Adapts a string to the grammar, which expects one dollar before an expression, and at most four quotes at the end of
/// a multi-line string.
pub(super) fn string(tokens: &Tokens<'_>, index: usize, gaps: &mut Gaps) {
    let (text, start) = (tokens.text(index), tokens.all[index].start());
    let quotes = text.iter().rev().take_while(|b| **b == b'"').count();
    if text.starts_with(b"\"\"\"") && text.len() >= 6 && quotes > 3 {
        let end = start + text.len();
        let more = (quotes - 3).min(text.len() - 6);
        gaps.name(end - 3 - more..end - 3);
    }
    let signs = tokens.source[..start].iter().rev().take_while(|b| **b == b'$').count();
    if signs > 1 && text.first() == Some(&b'"') {
        gaps.blank(start - signs..start);
        dollars(text, start, signs, gaps);
    }
}

/// In a string with `signs` dollars in front, shorter runs of dollars are text, and the last dollar of a long enough
/// run begins an expression.
fn dollars(text: &[u8], start: usize, signs: usize, gaps: &mut Gaps) {
    let mut at = 0;
    while at < text.len() {
        let run = text[at..].iter().take_while(|b| **b == b'$').count();
        if run > 0 {
            let kept = usize::from(run >= signs);
            gaps.name(start + at..start + at + run - kept);
        }
        at += run.max(1);
    }
}
