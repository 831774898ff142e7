//! One file's bytes in, its facts out.

mod complexity;
mod halstead;
mod kinds;
mod lines;
mod names;
mod parse;
mod symbols;
mod walk;

use crate::language::{Detection, Language, detect, lexical};
use crate::model::{
    BlobId, FileFacts, Halstead, Indentation, ParseStatus, RepoPath, Symbols, TokenStream, TopLevel,
};
use crate::repo::FileData;
use crate::secrets;
use crate::source::SkipReason;
use bstr::ByteSlice;
use kinds::KindTable;
use lines::LineMap;

/// The facts of a file, every section filled, or why it was not measured.
pub fn extract(path: &RepoPath, bytes: &[u8], max_file_size: u64) -> Result<FileData, SkipReason> {
    let language = match detect(path, Some(bytes)) {
        Detection::Known(language) => language,
        Detection::NeedsContent | Detection::Unknown => return Err(unknown_reason(bytes)),
    };
    extract_as(language, bytes, max_file_size)
}

/// The facts of bytes that are known to be of `language`.
pub fn extract_as(language: Language, bytes: &[u8], max_file_size: u64) -> Result<FileData, SkipReason> {
    if bytes.len() as u64 > max_file_size {
        return Err(SkipReason::TooLarge { size: bytes.len() as u64, limit: max_file_size });
    }
    if let Some(encoding) = wide_encoding(bytes) {
        return Err(SkipReason::Encoding(encoding.to_owned()));
    }
    if is_binary(bytes) {
        return Err(SkipReason::Binary);
    }
    let mut data = match KindTable::of(language) {
        Some(table) => {
            let tree = parse::parse(table, bytes).ok_or(SkipReason::ParseBudget)?;
            walk::Walk::new(table, language, bytes).run(&tree).ok_or(SkipReason::ParseBudget)?
        }
        None => lines_only(language, bytes),
    };
    data.facts.indentation = indentation(bytes);
    data.facts.secrets = secrets::scan(bytes, secrets::Text::of(Some(language)));
    data.facts.conflict_markers = conflict_markers(bytes);
    Ok(data)
}

/// The syntax tree of bytes in a language with a grammar; none for other languages, or where the parser ran over its
/// allowance.
pub fn syntax_tree(language: Language, bytes: &[u8]) -> Option<tree_sitter::Tree> {
    parse::parse(KindTable::of(language)?, bytes)
}

/// Git's id of the bytes: SHA-1 of `blob <length>\0<bytes>`.
pub fn blob_id(bytes: &[u8]) -> BlobId {
    let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, bytes)
        .expect("SHA-1 of bytes in memory has no collision attack");
    BlobId(id.as_bytes().try_into().expect("a SHA-1 has 20 bytes"))
}

fn lines_only(language: Language, bytes: &[u8]) -> FileData {
    let crate::language::Syntax::Lexical(rules) = &language.spec().syntax else {
        unreachable!("languages without a grammar have lexical rules");
    };
    let scanned = lexical::scan(rules, bytes);
    let mut map = LineMap::new(bytes);
    scanned
        .comments
        .iter()
        .for_each(|comment| map.mark_comment(comment.span.start_line, comment.span.end_line));
    scanned.code_lines.iter().for_each(|line| map.mark_code(*line, *line));
    let facts = FileFacts {
        language,
        parse: ParseStatus::LinesOnly,
        lines: map.whole_file(),
        indentation: Indentation::default(),
        halstead: Halstead::default(),
        top_level: TopLevel::default(),
        functions: Vec::new(),
        secrets: Vec::new(),
        conflict_markers: Vec::new(),
    };
    FileData {
        facts,
        comments: Some(scanned.comments),
        symbols: Some(Symbols::default()),
        tokens: Some(TokenStream::default()),
    }
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
