//! Names and messages of commits that are not encoded in UTF-8.
//!
//! A commit names its encoding in its header `encoding` (git-commit(1), "Discussion"), and `git log` re-encodes
//! accordingly. As in Git, text is left unchanged if its encoding is unknown, or if it is not valid in that encoding.

use encoding_rs::Encoding;
use gix::bstr::{BStr, BString, ByteSlice};
use std::borrow::Cow;

/// Names that programs other than browsers use, and those of <https://encoding.spec.whatwg.org/#names-and-labels> for
/// the same encodings.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("eucjp", "euc-jp"),
    ("euckr", "euc-kr"),
    ("gb2312-80", "gb2312"),
    ("koi8r", "koi8-r"),
    ("sjis-win", "shift_jis"),
];

/// The text of a commit as UTF-8; `encoding` is the value of the header `encoding`.
pub(crate) fn as_utf8<'t>(text: &'t BStr, encoding: Option<&BStr>) -> Cow<'t, BStr> {
    let Some(named) =
        encoding.and_then(|name| name.to_str().ok()).filter(|_| !text.is_ascii() || is_escaped(text))
    else {
        return Cow::Borrowed(text);
    };
    let name = named.trim().to_ascii_lowercase().replace('_', "-");
    // The browsers' standard reads Latin-1 as Windows-1252. Git does not.
    if matches!(name.as_str(), "iso-8859-1" | "iso8859-1" | "iso88591" | "latin1" | "latin-1" | "l1") {
        return Cow::Owned(BString::from(encoding_rs::mem::decode_latin1(text).into_owned()));
    }
    let label =
        OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name.as_str(), |(_, label)| *label);
    let known = Encoding::for_label(label.as_bytes()).or_else(|| Encoding::for_label(named.as_bytes()));
    match known.and_then(|known| known.decode_without_bom_handling_and_without_replacement(text)) {
        Some(Cow::Owned(decoded)) => Cow::Owned(BString::from(decoded)),
        Some(Cow::Borrowed(_)) | None => Cow::Borrowed(text),
    }
}

/// ISO-2022-JP writes other alphabets in ASCII, behind an escape.
fn is_escaped(text: &BStr) -> bool {
    text.contains(&0x1b)
}

#[cfg(test)]
mod tests {
    use super::as_utf8;
    use gix::bstr::ByteSlice;

    /// Bytes as `iconv -f UTF-8 -t NAME` writes them.
    #[test]
    fn text_is_decoded_by_the_encoding_that_the_commit_names() {
        for (encoding, bytes, text) in [
            (Some("ISO-8859-1"), &b"J\xf6rg M\xfcller"[..], "J\u{f6}rg M\u{fc}ller"),
            (Some("latin-1"), b"\x85", "\u{85}"),
            (Some("ISO-8859-15"), b"10 \xa4", "10 \u{20ac}"),
            (Some("CP1252"), b"\x80", "\u{20ac}"),
            (Some("eucJP"), b"\xa4\xa2", "\u{3042}"),
            (Some("Shift_JIS"), b"\x82\xa0", "\u{3042}"),
            (Some("ISO-2022-JP"), b"\x1b$B$\"\x1b(B", "\u{3042}"),
            (Some("KOI8-R"), b"\xc1", "\u{430}"),
            (Some("GB18030"), b"\xc4\xe3", "\u{4f60}"),
            (Some("UTF-8"), "\u{f6}".as_bytes(), "\u{f6}"),
            (None, "\u{f6}".as_bytes(), "\u{f6}"),
        ] {
            assert_eq!(
                as_utf8(bytes.as_bstr(), encoding.map(|name| name.as_bytes().as_bstr())).as_ref(),
                text,
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn what_is_in_no_known_encoding_or_not_in_the_named_one_stays() {
        for (encoding, bytes) in
            [("x-none", &b"\xff"[..]), ("UTF-8", b"\xff"), ("EUC-JP", b"\xa4"), ("", b"\xff")]
        {
            assert_eq!(
                as_utf8(bytes.as_bstr(), Some(encoding.as_bytes().as_bstr())).as_ref(),
                bytes.as_bstr(),
                "{encoding}"
            );
        }
    }
}
