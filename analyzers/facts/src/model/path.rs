use crate::visible;
use bstr::{BStr, BString, ByteSlice};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A path inside the tree, with `/` between parts. Git paths are bytes: a path that is not UTF-8 keeps its bytes and
/// shows each stray byte as `\xNN`; hidden characters are shown as [`visible`] shows them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(BString);

impl RepoPath {
    /// Takes the bytes as they are.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        RepoPath(BString::from(bytes.into()))
    }

    /// The path's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path's bytes as a byte string.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// The last part.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or_default()
    }

    /// The bytes after the last dot of the file name, if it has one that does not start it.
    pub fn extension(&self) -> Option<&[u8]> {
        let name = self.file_name();
        match name.rfind_byte(b'.') {
            Some(dot) if dot > 0 => Some(&name[dot + 1..]),
            _ => None,
        }
    }

    /// The folder, without a trailing slash; empty for a file at the root.
    pub fn parent(&self) -> &[u8] {
        match self.0.rfind_byte(b'/') {
            Some(slash) => &self.0[..slash],
            None => b"",
        }
    }

    /// True if the path is `folder` or is under it. The empty folder holds everything.
    pub fn is_under(&self, folder: &[u8]) -> bool {
        folder.is_empty()
            || (self.0.starts_with(folder) && matches!(self.0.get(folder.len()), None | Some(b'/')))
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible::bytes(&self.0))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        RepoPath::new(path)
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for RepoPath {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RepoPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

impl<'de> Deserialize<'de> for RepoPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(RepoPath::new(String::deserialize(deserializer)?))
    }
}

/// A Git blob id (SHA-1 of `blob <length>\0<bytes>`), computed the same way for files outside Git.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub [u8; 20]);

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_bytes_newlines_and_reordering_show_escaped() {
        assert_eq!(RepoPath::from("a\u{202E}sr.b").to_string(), "a\\u{202E}sr.b");
        assert_eq!(RepoPath::new(b"a\xff/b\nc.rs".to_vec()).to_string(), "a\\xFF/b\\nc.rs");
    }

    #[test]
    fn a_folder_holds_its_files_but_not_its_namesakes() {
        let path = RepoPath::from("src/lib/a.rs");
        assert!(path.is_under(b"src/lib") && path.is_under(b"src") && path.is_under(b""));
        assert!(!path.is_under(b"src/li"));
        assert_eq!(path.extension(), Some(&b"rs"[..]));
        assert_eq!(RepoPath::from(".bashrc").extension(), None);
    }
}
