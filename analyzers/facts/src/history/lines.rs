//! Lines added and removed between two blobs, as `git diff --numstat` counts them.

use crate::source::binary::is_binary;
use gix::bstr::ByteSlice;
use gix::diff::blob::{Algorithm, Diff, InternedInput};

/// Lines added and lines removed; `None` when either blob is binary.
pub fn changed(old: &[u8], new: &[u8]) -> Option<(u32, u32)> {
    if is_binary(old) || is_binary(new) {
        return None;
    }
    let start = common_start(old, new);
    let end = common_end(&old[start..], &new[start..]);
    let (old_rest, new_rest) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    if old_rest.is_empty() || new_rest.is_empty() {
        return Some((count(new_rest), count(old_rest)));
    }
    // Compares the whole blobs: the algorithm drops lines by how often they occur in the files.
    let input = InternedInput::new(old, new);
    let diff = Diff::compute(Algorithm::Myers, &input);
    Some((diff.count_additions(), diff.count_removals()))
}

/// Number of lines; the last one need not have a line end.
fn count(text: &[u8]) -> u32 {
    let ends = text.find_iter(b"\n").count();
    let open = !text.is_empty() && !text.ends_with(b"\n");
    u32::try_from(ends + usize::from(open)).unwrap_or(u32::MAX)
}

/// Bytes of the whole lines that both begin with.
fn common_start(old: &[u8], new: &[u8]) -> usize {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    if same == old.len() && same == new.len() {
        return same;
    }
    old[..same].rfind_byte(b'\n').map_or(0, |end| end + 1)
}

/// Bytes of the whole lines that both end with.
fn common_end(old: &[u8], new: &[u8]) -> usize {
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    if same == 0 {
        return 0;
    }
    let begins_line = |text: &[u8]| text.len() == same || text[text.len() - same - 1] == b'\n';
    if begins_line(old) && begins_line(new) {
        return same;
    }
    let tail = &old[old.len() - same..];
    tail.find_byte(b'\n').map_or(0, |end| same - end - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_its_end_is_another_line() {
        assert_eq!(changed(b"a\nb", b"a\nb\n"), Some((1, 1)));
        assert_eq!(changed(b"a\nb\n", b"a\r\nb\r\n"), Some((2, 2)));
        assert_eq!(changed(b"", b"a"), Some((1, 0)));
        assert_eq!(changed(b"a\n", b""), Some((0, 1)));
        assert_eq!(changed(b"a\n", b"a\n"), Some((0, 0)));
        assert_eq!(changed(b"", b""), Some((0, 0)));
    }

    #[test]
    fn insertions_and_removals_inside_count_whole_lines() {
        assert_eq!(changed(b"a\nb\nc\n", b"a\nx\nb\nc\n"), Some((1, 0)));
        assert_eq!(changed(b"a\nb\nc\n", b"a\nc\n"), Some((0, 1)));
        assert_eq!(changed(b"a\nxb\nc\n", b"a\nb\nc\n"), Some((1, 1)));
        assert_eq!(changed(b"same\n", b"same\nsame\n"), Some((1, 0)));
        assert_eq!(changed(b"aa\nb", b"a\nb"), Some((1, 1)));
    }

    #[test]
    fn binary_content_has_no_lines() {
        assert_eq!(changed(b"a\0b", b"a\n"), None);
        assert_eq!(changed(b"a\n", b"\0"), None);
    }
}
