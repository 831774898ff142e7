use super::{Language, header};
use crate::hash::HashMap;
use crate::model::RepoPath;
use bstr::ByteSlice;
use std::sync::LazyLock;

/// How many leading bytes of a file are enough for [`detect`].
pub const HEAD_BYTES: usize = 64 << 10;

/// The result of detecting a file's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detection {
    /// The language is known.
    Known(Language),
    /// The path alone does not decide: ask again with the first [`HEAD_BYTES`] bytes.
    NeedsContent,
    /// The language is unknown.
    Unknown,
}

struct Names {
    extensions: HashMap<&'static [u8], Language>,
    file_names: HashMap<&'static [u8], Language>,
    interpreters: HashMap<&'static [u8], Language>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names {
        extensions: HashMap::default(),
        file_names: HashMap::default(),
        interpreters: HashMap::default(),
    };
    for &language in Language::ALL {
        let spec = language.spec();
        names.extensions.extend(spec.extensions.iter().map(|e| (e.as_bytes(), language)));
        names.file_names.extend(spec.file_names.iter().map(|n| (n.as_bytes(), language)));
        names.interpreters.extend(spec.interpreters.iter().map(|i| (i.as_bytes(), language)));
    }
    names
});

/// Determines a file's language by its name, then by its extension, then by content: the `#!` line of a file without
/// extension, and for extensions that several languages share (`.h`, `.m`) the constructs in `head`.
///
/// `head` must hold at least the first [`HEAD_BYTES`] bytes, or the whole file. With content the answer is never
/// [`Detection::NeedsContent`].
pub fn detect(path: &RepoPath, head: Option<&[u8]>) -> Detection {
    let name = path.file_name();
    if let Some(&language) = NAMES.file_names.get(name) {
        return Detection::Known(language);
    }
    if name.starts_with(b".env.") {
        return Detection::Known(Language::Ini);
    }
    let head = head.map(|bytes| &bytes[..bytes.len().min(HEAD_BYTES)]);
    let Some(extension) = path.extension() else {
        return head.map_or(Detection::NeedsContent, by_shebang);
    };
    let extension = extension.to_ascii_lowercase();
    match (extension.as_slice(), head) {
        (b"h" | b"m", None) => Detection::NeedsContent,
        (b"h", Some(head)) => Detection::Known(header_language(head)),
        (b"m", Some(head)) if looks_like_objective_c(head) => Detection::Known(Language::ObjectiveC),
        (b"m", Some(_)) => Detection::Unknown,
        (extension, _) => match NAMES.extensions.get(extension) {
            Some(&language) => Detection::Known(language),
            None => Detection::Unknown,
        },
    }
}

/// True for an XML file with TypeScript's extension: a Qt translation
/// (<https://doc.qt.io/qt-6/linguist-ts-file-format.html>). The parser would search all of it for a program.
pub(crate) fn is_translation(language: Language, bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_start();
    let starts = [&b"<?xml"[..], b"<!DOCTYPE TS", b"<TS "];
    language == Language::TypeScript && starts.iter().any(|start| text.starts_with(start))
}

fn by_shebang(head: &[u8]) -> Detection {
    interpreter(head)
        .and_then(|name| NAMES.interpreters.get(name))
        .map_or(Detection::Unknown, |&l| Detection::Known(l))
}

/// The interpreter a `#!` line names, without folder and version: `python` for `#!/usr/bin/env -S python3.11 -u`.
fn interpreter(head: &[u8]) -> Option<&[u8]> {
    let line = head.strip_prefix(b"#!")?.lines().next()?;
    let mut words = line.fields().map(|word| word.rsplit(|b| *b == b'/').next().unwrap_or_default());
    let mut name = words.next()?;
    if name == b"env" {
        name = words.find(|word| !word.starts_with(b"-") && !word.contains(&b'='))?;
    }
    Some(name.trim_end_with(|c| c.is_ascii_digit() || c == '.'))
}

fn looks_like_objective_c(head: &[u8]) -> bool {
    [&b"@interface"[..], b"@implementation", b"@protocol", b"@class", b"@import", b"#import"]
        .iter()
        .any(|construct| head.lines().any(|line| line.trim_start().starts_with(construct)))
}

fn header_language(head: &[u8]) -> Language {
    if looks_like_objective_c(head) {
        return Language::ObjectiveC;
    }
    if header::is_cpp(head) { Language::Cpp } else { Language::C }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(path: &str, head: &str) -> Option<&'static str> {
        match detect(&path.into(), Some(head.as_bytes())) {
            Detection::Known(language) => Some(language.name()),
            _ => None,
        }
    }

    #[test]
    fn shebangs_name_the_language_of_files_without_extension() {
        assert_eq!(known("run", "#!/usr/bin/env -S python3.11 -u\n"), Some("Python"));
        assert_eq!(known("run", "#! /bin/sh -e\n"), Some("Bash"));
        assert_eq!(known("run", "#!/usr/bin/env FOO=1 node\n"), Some("JavaScript"));
        assert_eq!(known("run", "plain words\n"), None);
    }

    #[test]
    fn shared_extensions_are_told_by_content() {
        assert_eq!(known("a.h", "#include <x.h>\nint f(void);\n"), Some("C"));
        assert_eq!(known("a.h", "namespace a {\n}\n"), Some("C++"));
        assert_eq!(known("a.h", "#import <Foundation/Foundation.h>\n"), Some("Objective-C"));
        assert_eq!(known("a.m", "function y = f(x)\n"), None);
        assert_eq!(detect(&"a.h".into(), None), Detection::NeedsContent);
        assert_eq!(detect(&"a.rs".into(), None), Detection::Known(Language::Rust));
    }

    #[test]
    fn translations_of_qt_are_no_scripts() {
        let translation = b"<?xml version=\"1.0\"?>\n<!DOCTYPE TS>\n<TS version=\"2.1\"></TS>\n";
        assert!(is_translation(Language::TypeScript, translation));
        assert!(is_translation(Language::TypeScript, b"<!DOCTYPE TS><TS></TS>\n"));
        assert!(!is_translation(Language::TypeScript, b"<T>(x: T) => x;\n"));
        assert!(!is_translation(Language::Html, b"<?xml ?>\n"));
    }

    #[test]
    fn no_two_languages_claim_one_name() {
        let mut seen = std::collections::BTreeSet::new();
        for language in Language::ALL {
            let spec = language.spec();
            for (sort, names) in
                [("ext", spec.extensions), ("name", spec.file_names), ("shebang", spec.interpreters)]
            {
                for name in names {
                    assert!(
                        seen.insert((sort, *name)),
                        "{sort} {name} is claimed twice, again by {}",
                        spec.name
                    );
                }
            }
        }
    }
}
