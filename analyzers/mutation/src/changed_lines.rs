//! The changed lines of a patch.

use crate::failure::MutationError;
use facts::model::RepoPath;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The lines that a patch in unified format adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    files: BTreeMap<RepoPath, BTreeMap<u32, Vec<u8>>>,
}

/// Why a text is not a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// A line looks like the head of a change but is malformed.
    #[error("line {line} is no hunk header of a unified diff")]
    NoHeader {
        /// The line, from 1.
        line: usize,
    },
    /// The text ends within a change.
    #[error("the change that begins in line {line} is cut off")]
    CutOff {
        /// The line, from 1.
        line: usize,
    },
    /// The patch changes nothing.
    #[error("it holds no change in unified format (`git diff`)")]
    NoChange,
}

impl Patch {
    /// Reads the output of `git diff` or `diff -u`. Text between the changes is skipped.
    ///
    /// # Errors
    /// It has no change, or a change is cut off.
    pub fn parse(text: &[u8]) -> Result<Patch, PatchError> {
        let mut patch = Patch::default();
        let mut path = None;
        let mut lines = text.split(|byte| *byte == b'\n').enumerate();
        let mut hunks = 0;
        while let Some((index, line)) = lines.next() {
            if let Some(name) = line.strip_prefix(b"+++ ") {
                path = new_path(name);
            } else if line.starts_with(b"@@ -") {
                hunks += 1;
                let (mut old, first, mut new) = hunk(line).ok_or(PatchError::NoHeader { line: index + 1 })?;
                let mut number = first;
                while old > 0 || new > 0 {
                    let Some((_, line)) = lines.next() else {
                        return Err(PatchError::CutOff { line: index + 1 });
                    };
                    match line.first() {
                        Some(b'+') => {
                            if let Some(path) = &path {
                                let added = patch.files.entry(RepoPath::clone(path)).or_default();
                                added.insert(number, without_return(&line[1..]).to_vec());
                            }
                            (new, number) = (new.saturating_sub(1), number.saturating_add(1));
                        }
                        Some(b'-') => old = old.saturating_sub(1),
                        Some(b'\\') => {}
                        _ => {
                            (old, new) = (old.saturating_sub(1), new.saturating_sub(1));
                            number = number.saturating_add(1);
                        }
                    }
                }
            }
        }
        if hunks == 0 { Err(PatchError::NoChange) } else { Ok(patch) }
    }

    /// The changed files.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.files.keys()
    }

    /// Returns an error unless the file has the lines that the patch adds.
    ///
    /// # Errors
    /// The patch belongs to another state of the tree.
    pub fn check(&self, path: &RepoPath, source: &[u8]) -> Result<(), MutationError> {
        let Some(added) = self.files.get(path) else { return Ok(()) };
        let lines: Vec<&[u8]> = source.split(|byte| *byte == b'\n').collect();
        for (number, text) in added {
            let there = lines.get((*number as usize).wrapping_sub(1)).map(|line| without_return(line));
            if there != Some(text.as_slice()) {
                return Err(MutationError::failed(
                    format!("the patch does not fit {path}"),
                    format!("line {number} is not {:?}", String::from_utf8_lossy(text)),
                    "check out the state that the patch leads to, or name a revision instead",
                ));
            }
        }
        Ok(())
    }

    /// The added lines of each file, as ranges.
    pub fn lines(&self) -> BTreeMap<RepoPath, Vec<RangeInclusive<u32>>> {
        let ranges = |added: &BTreeMap<u32, Vec<u8>>| {
            let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
            for &line in added.keys() {
                match ranges.last_mut() {
                    Some(range) if range.end().checked_add(1) == Some(line) => *range = *range.start()..=line,
                    _ => ranges.push(line..=line),
                }
            }
            ranges
        };
        self.files.iter().map(|(path, added)| (path.clone(), ranges(added))).collect()
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Number of old lines, first new line, and number of new lines of `@@ -1,2 +3,4 @@`.
fn hunk(line: &[u8]) -> Option<(u32, u32, u32)> {
    let text = std::str::from_utf8(line.split(|byte| *byte == b'@').nth(2)?).ok()?;
    let mut parts = text.split_whitespace();
    let range = |text: &str| -> Option<(u32, u32)> {
        match text.split_once(',') {
            Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let old = range(parts.next()?.strip_prefix('-')?)?;
    let new = range(parts.next()?.strip_prefix('+')?)?;
    // Overflowing line numbers would all saturate at the largest one.
    new.0.checked_add(new.1)?;
    Some((old.1, new.0, new.1))
}

/// The path after `+++ `; `None` for a deleted file.
fn new_path(name: &[u8]) -> Option<RepoPath> {
    let name = without_return(name);
    let name = match name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) {
        Some(quoted) => unquoted(quoted),
        // `diff -u` appends a tab and the time.
        None => name.split(|byte| *byte == b'\t').next().unwrap_or_default().to_vec(),
    };
    if name == b"/dev/null" {
        return None;
    }
    let path = name.strip_prefix(b"b/").map_or(name.clone(), <[u8]>::to_vec);
    Some(RepoPath::new(path))
}

/// Git quotes unusual names as C strings.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for digit in rest.by_ref().take(2) {
                    value = value * 8 + u32::from(digit.wrapping_sub(b'0') & 7);
                }
                bytes.push(value as u8);
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "\
diff --git a/src/a.rs b/src/a.rs
index 1..2 100644
--- a/src/a.rs
+++ b/src/a.rs
@@ -1,4 +1,5 @@ fn context
 one
-two
+2
+2.5
 three
 four
@@ -9 +10,2 @@
-nine
+9
+-- a/not/a/header
diff --git a/gone.rs b/gone.rs
--- a/gone.rs
+++ /dev/null
@@ -1 +0,0 @@
-gone
--- /dev/null
+++ \"b/gr\\303\\266\\303\\237e.py\"
@@ -0,0 +1 @@
+x = 1
\\ No newline at end of file
";

    #[test]
    fn added_lines_are_read_with_their_numbers() {
        let patch = Patch::parse(PATCH.as_bytes()).expect("a patch");
        let lines = patch.lines();
        assert_eq!(lines[&RepoPath::from("src/a.rs")], [2..=3, 10..=11]);
        assert_eq!(lines[&RepoPath::from("größe.py")], [1..=1]);
        assert_eq!(lines.len(), 2);
        assert!(patch.check(&RepoPath::from("größe.py"), b"x = 1\r\n").is_ok());
        assert!(patch.check(&RepoPath::from("größe.py"), b"x = 2\n").is_err());
    }

    #[test]
    fn what_is_no_patch_is_an_error() {
        assert!(Patch::parse(b"").is_err() && Patch::parse(b"HEAD~3\n").is_err());
        let cut = &PATCH.as_bytes()[..PATCH.find(" three").expect("it is there")];
        assert!(Patch::parse(cut).expect_err("cut off").to_string().contains("cut off"));
    }

    #[test]
    fn lines_that_cannot_be_counted_are_an_error() {
        for (header, sound) in [
            ("@@ -1 +4294967294 @@", true),
            ("@@ -1 +4294967295 @@", false),
            ("@@ -1 +4294967296 @@", false),
            ("@@ -1 +1,4294967295 @@", false),
            ("@@ -1 +-1 @@", false),
            ("@@ -1,99999999999 +1 @@", false),
        ] {
            let patch = Patch::parse(format!("+++ b/a.rs\n{header}\n+1\n-2\n").as_bytes());
            assert_eq!(patch.is_ok(), sound, "{header}");
            let _ = patch.map(|patch| (patch.lines(), patch.check(&RepoPath::from("a.rs"), b"1\n").is_ok()));
        }
        // Line numbers of the context next to the added lines saturate.
        let text = format!("+++ b/a.rs\n@@ -1,9 +4294967290,2 @@\n+1\n{}+2\n", " \n".repeat(9));
        assert!(Patch::parse(text.as_bytes()).is_ok());
    }
}
