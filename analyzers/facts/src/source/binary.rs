//! Content without lines.

/// Git searches this many bytes for a NUL byte to tell binary from text.
const HEAD: usize = 8000;

/// True for binary content, which has no lines.
pub fn is_binary(blob: &[u8]) -> bool {
    blob[..blob.len().min(HEAD)].contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_looks_at_the_beginning_only() {
        assert!(is_binary(b"a\0b"));
        let late = [vec![b'x'; HEAD], vec![0]].concat();
        assert!(!is_binary(&late));
    }
}
