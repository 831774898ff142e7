//! One file's bytes in, its facts out.

mod arity;
mod complexity;
mod docstring;
mod document;
mod halstead;
mod kinds;
mod lines;
mod names;
mod parse;
mod parse_memory;
mod symbols;
mod walk;

use crate::file::{FileData, FileFacts};
use crate::language::lexical::Scanned;
use crate::language::{Detection, Language, Syntax, detect, is_translation, lexical};
use crate::model::{
    BlobId, FileTests, Halstead, Indentation, ParseStatus, RepoPath, Symbols, TopLevel, Types,
};
use crate::secrets;
use crate::source::SkipReason;
use crate::test_code::configured_names;
use bstr::ByteSlice;
use kinds::KindTable;
use lines::LineMap;
use std::borrow::Cow;
use std::sync::Arc;

pub use parse_memory::{Meter, parser};

/// The facts of a file with every section filled, or the reason why it was not measured.
pub fn extract(path: &RepoPath, bytes: &[u8], max_file_size: u64) -> Result<FileData, SkipReason> {
    let language = match detect(path, Some(bytes)) {
        Detection::Known(language) => language,
        Detection::NeedsContent | Detection::Unknown => return Err(unknown_reason(bytes)),
    };
    extract_as(language, bytes, max_file_size)
}

/// The facts of bytes whose name says that they are `language`, with every section filled.
pub fn extract_as(language: Language, bytes: &[u8], max_file_size: u64) -> Result<FileData, SkipReason> {
    extract_for(language, bytes, max_file_size, true)
}

/// Like [`extract_as`], but extracts types only if `with_types` is set, because macros are parsed once more for them.
pub(crate) fn extract_for(
    language: Language,
    bytes: &[u8],
    max_file_size: u64,
    with_types: bool,
) -> Result<FileData, SkipReason> {
    if is_lfs_pointer(bytes) {
        return Err(SkipReason::LfsPointer);
    }
    if bytes.len() as u64 > max_file_size {
        return Err(SkipReason::TooLarge { size: bytes.len() as u64, limit: max_file_size });
    }
    if let Some(encoding) = wide_encoding(bytes) {
        return Err(SkipReason::Encoding(encoding.to_owned()));
    }
    if is_binary(bytes) {
        return Err(SkipReason::BinarySource);
    }
    let bytes = &*with_line_feeds(bytes);
    let mut data = match (KindTable::of(language), language.has_sections()) {
        _ if is_translation(language, bytes) => {
            not_parsed(language, bytes, ParseStatus::Failed { errors: 1, first_line: 1 })
        }
        (Some(table), _) => {
            let parsed = parse::parse(table, bytes).ok_or(SkipReason::ParseBudget)?;
            let mut data = walk::Walk::new(table, language, bytes, &parsed)
                .run(&parsed)
                .ok_or(SkipReason::ParseBudget)?;
            if language.has_types() {
                data.types = with_types.then(|| Arc::new(types(table, &parsed, bytes, data.symbols())));
            }
            data
        }
        (None, true) => document::read(language, bytes)?,
        (None, false) => not_parsed(language, bytes, ParseStatus::LinesOnly),
    };
    // We hold the only reference, so this does not copy.
    let facts = Arc::make_mut(&mut data.facts);
    facts.indentation = indentation(bytes);
    facts.secrets = secrets::scan(bytes, secrets::Text::of(Some(language)));
    facts.conflict_markers = conflict_markers(bytes);
    Ok(data)
}

/// Type information of a file, in languages with a rule for it; empty if the bytes are not text.
fn types(table: &'static KindTable, parsed: &parse::Parsed<'_>, bytes: &[u8], symbols: &Symbols) -> Types {
    match (table.grammar.types, std::str::from_utf8(bytes)) {
        (Some(read), Ok(source)) => {
            let mut fragments = parse::Fragments::new(table, bytes.len());
            read(parsed.tree.root_node(), source, &symbols.definitions, &mut |text| fragments.whole(text))
        }
        _ => Types::default(),
    }
}

/// The syntax tree of bytes in a language with a grammar; none for other languages, or if the parser exceeded its
/// budget.
pub fn syntax_tree(language: Language, bytes: &[u8]) -> Option<tree_sitter::Tree> {
    Some(parse::parse(KindTable::of(language)?, bytes)?.tree)
}

/// Git's id of the bytes: SHA-1 of `blob <length>\0<bytes>`.
pub fn blob_id(bytes: &[u8]) -> BlobId {
    let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, bytes)
        .expect("SHA-1 of bytes in memory has no collision attack");
    BlobId(id.as_bytes().try_into().expect("a SHA-1 has 20 bytes"))
}

/// Lines and comments of bytes that were not parsed: there is no grammar, or they do not fit it. In the second case
/// nothing counts as a comment.
fn not_parsed(language: Language, bytes: &[u8], parse: ParseStatus) -> FileData {
    let scanned = match &language.spec().syntax {
        Syntax::Lexical(rules) => lexical::scan(rules, bytes),
        Syntax::Tree(_) => lexical::scan(&lexical::PLAIN, bytes),
    };
    lines_and_comments(language, bytes, parse, vec![scanned])
}

/// Builds a file's facts from the scan results, in order.
fn lines_and_comments(
    language: Language,
    bytes: &[u8],
    parse: ParseStatus,
    scanned: Vec<Scanned>,
) -> FileData {
    let mut map = LineMap::new(bytes);
    let mut comments = Vec::new();
    for part in scanned {
        for comment in &part.comments {
            map.mark_comment(comment.span.start_line, comment.span.end_line);
        }
        part.code_lines.iter().for_each(|line| map.mark_code(*line, *line));
        comments.extend(part.comments);
    }
    let facts = FileFacts {
        language,
        parse,
        lines: map.whole_file(),
        indentation: Indentation::default(),
        halstead: Halstead::default(),
        top_level: TopLevel::default(),
        functions: Vec::new(),
        tests: FileTests { pytest_files: configured_names(language, bytes), ..FileTests::default() },
        secrets: Vec::new(),
        conflict_markers: Vec::new(),
    };
    FileData {
        facts: Arc::new(facts),
        comments: Some(comments.into()),
        symbols: Some(Arc::default()),
        tokens: Some(Arc::default()),
        types: Some(Arc::default()),
    }
}

/// A Git LFS pointer: "a text file of under 1,024 bytes". Its first line names the version; only the object, its size
/// and extensions follow (git-lfs specification). Anything else may be a script that begins like a pointer.
fn is_lfs_pointer(bytes: &[u8]) -> bool {
    const VERSIONS: [&[u8]; 3] = [
        b"https://git-lfs.github.com/spec/v1",
        b"https://hawser.github.com/spec/v1",
        b"http://git-media.io/v/2",
    ];
    let is_oid = |value: &[u8]| {
        let digits = value.strip_prefix(b"sha256:");
        digits.is_some_and(|digits| digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit))
    };
    let is_line = |line: &[u8]| {
        let Some((key, value)) = line.split_once_str(b" ") else { return false };
        match key {
            b"oid" => is_oid(value),
            b"size" => !value.is_empty() && value.iter().all(u8::is_ascii_digit),
            _ => key.starts_with(b"ext-") && is_oid(value),
        }
    };
    if bytes.len() >= 1024 {
        return false;
    }
    let mut lines = bytes.lines();
    let version = lines.next().and_then(|line| line.strip_prefix(b"version "));
    version.is_some_and(|version| VERSIONS.contains(&version))
        && lines.clone().any(|line| line.starts_with(b"oid "))
        && lines.all(is_line)
}

/// The bytes with carriage returns replaced by line feeds, if lines end in carriage returns only, as on old
/// Macintoshes. Every byte keeps its position.
fn with_line_feeds(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = bytes.find_byte(b'\r') else { return Cow::Borrowed(bytes) };
    if bytes.get(first + 1) == Some(&b'\n') || bytes[..first].contains(&b'\n') {
        return Cow::Borrowed(bytes);
    }
    let ends = |index: usize| bytes[index] == b'\r' && bytes.get(index + 1) != Some(&b'\n');
    let returns = (first..bytes.len()).filter(|index| ends(*index)).count();
    if returns <= bytes[first..].find_iter(b"\n").count() {
        return Cow::Borrowed(bytes);
    }
    let feed = |index: usize| if ends(index) { b'\n' } else { bytes[index] };
    Cow::Owned((0..bytes.len()).map(feed).collect())
}

fn unknown_reason(bytes: &[u8]) -> SkipReason {
    if is_binary(bytes) { SkipReason::Binary } else { SkipReason::UnknownLanguage }
}

/// Git's rule: a NUL among the first 8,000 bytes.
fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(8000)].contains(&0)
}

fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        _ => None,
    }
}

fn indentation(bytes: &[u8]) -> Indentation {
    let mut found = Indentation::default();
    for line in bytes.lines() {
        let code = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        let (indent, rest) = line.split_at(code);
        if indent.is_empty() || matches!(rest, [] | [b'\r']) {
            continue;
        }
        match (indent.contains(&b'\t'), indent.contains(&b' ')) {
            (true, true) => found.mixed += 1,
            (true, false) => found.tabs += 1,
            (false, _) => found.blanks += 1,
        }
    }
    found
}

/// Lines where an unresolved merge conflict starts: `<<<<<<< `, later `=======` and `>>>>>>> `, each at a line's start.
fn conflict_markers(bytes: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    if bytes.find(b"<<<<<<< ").is_none() {
        return found;
    }
    let mut open = None;
    let mut middle = false;
    for (number, line) in (1u32..).zip(bytes.lines()) {
        if line.starts_with(b"<<<<<<< ") {
            (open, middle) = (Some(number), false);
        } else if line == b"=======" {
            middle = open.is_some();
        } else if line.starts_with(b">>>>>>> ") && middle {
            found.extend(open.take());
            middle = false;
        }
    }
    found
}
