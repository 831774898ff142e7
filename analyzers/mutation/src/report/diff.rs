//! A mutant as a patch.

use crate::mutant::Mutant;
use facts::visible;

/// Unchanged lines around the change.
const AROUND: usize = 3;

/// The change as a patch for `git apply`, with three lines of context, after a line that describes it. Empty if the
/// source has changed. Bytes that are not UTF-8 are replaced.
pub fn patch(mutant: &Mutant, source: &[u8]) -> String {
    let Some(changed) = mutant.apply(source) else { return String::new() };
    let (old, new) = (lines(source), lines(&changed));
    let first = mutant.span.start_line.saturating_sub(1) as usize;
    // The lines after the change are the same in both.
    let after = old.len().saturating_sub(line_at(source, mutant.span.end_byte as usize) + 1);
    let (old_end, new_end) = (old.len() - after, new.len().saturating_sub(after));
    let (first, new_end) = (first.min(old_end).min(new_end), new_end);
    let before = &old[first.saturating_sub(AROUND)..first];
    let after = &old[old_end..(old_end + AROUND).min(old.len())];
    let (removed, added) = (&old[first..old_end], &new[first..new_end]);
    let start = first + 1 - before.len();
    let around = before.len() + after.len();
    let mut text = format!(
        "{description}\n--- a/{path}\n+++ b/{path}\n@@ -{start},{old} +{start},{new} @@\n",
        description = visible::line(&mutant.description),
        path = mutant.path,
        old = removed.len() + around,
        new = added.len() + around,
    );
    for (sign, lines) in [(' ', before), ('-', removed), ('+', added), (' ', after)] {
        for line in lines {
            text.push(sign);
            text.push_str(&String::from_utf8_lossy(line));
            if !line.ends_with(b"\n") {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// The lines with their line ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Index of the line with the last byte before `end`.
fn line_at(text: &[u8], end: usize) -> usize {
    text[..end.min(text.len()).saturating_sub(1)].iter().filter(|byte| **byte == b'\n').count()
}
