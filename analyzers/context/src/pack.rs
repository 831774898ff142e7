//! Packs the text of files after the map.

use crate::ContextOptions;
use crate::material::Material;
use crate::rank;
use crate::report::{ContextReport, Lines, Omitted, PackedFile};
use facts::source::SourceTree;
use facts::{FileRecord, RepoFacts};

/// What is around a file: its path twice, marks, quotes.
const AROUND: usize = 16;
/// What is before a part of a file, in tokens.
const BEFORE_PART: usize = 6;
/// Parts of one file that are tried.
const MOST_PARTS: usize = 200;

/// Appends the text of files in the order of the map while it fits into `room` tokens: whole, or, where that is too much and
/// a question was asked, what in them mentions it. Where a question was asked, files that no word of it matches are left out.
pub(crate) fn pack(
    report: &mut ContextReport,
    material: &Material,
    tree: &dyn SourceTree,
    repo: &RepoFacts,
    options: &ContextOptions,
    room: usize,
) {
    let mut left = room;
    for &file in material.files.iter().filter(|file| material.wanted[**file]) {
        let record = &repo.files[file];
        let asked = options.seeds.question.is_some();
        let hopeless = |size: u64| size as usize / 64 > left;
        if !asked && record.entry.size.is_some_and(hopeless) {
            continue;
        }
        let Some(bytes) = tree.read(&record.entry).ok() else { continue };
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let around = AROUND + 2 * options.tokenizer.count(&options.format.quoted(&record.path().to_string()));
        let cost = |text: &str| options.tokenizer.count(&options.format.quoted(text));
        let whole = (room == usize::MAX || !hopeless(bytes.len() as u64)).then(|| masked(record, text));
        let whole = whole.map(|text| (cost(&text) + around, text));
        let (tokens, packed) = match whole {
            Some((tokens, text)) if room == usize::MAX || tokens <= left => {
                (tokens, PackedFile { path: record.path().clone(), lines: Vec::new(), text })
            }
            _ if asked => match parts(record, text, options, left.saturating_sub(around), &cost) {
                Some((tokens, packed)) => (tokens + around, packed),
                None => continue,
            },
            _ => continue,
        };
        left = left.saturating_sub(tokens);
        report.packed.push(packed);
    }
    note_unpacked(report, repo.files.len());
}

fn masked(record: &FileRecord, text: &str) -> String {
    facts::secrets::mask(text, facts::secrets::Text::of(Some(record.data.facts.language))).0
}

/// The definitions of a file that mention the question, the best first while they fit into `room` tokens, in the order of
/// their lines; with the tokens that they take.
fn parts(
    record: &FileRecord,
    text: &str,
    options: &ContextOptions,
    room: usize,
    cost: &dyn Fn(&str) -> usize,
) -> Option<(usize, PackedFile)> {
    let lines: Vec<&str> = text.lines().collect();
    let text_of = |part: &Lines| {
        let first = (part.first as usize).saturating_sub(1).min(lines.len());
        let last = (part.last as usize).clamp(first, lines.len());
        masked(record, &lines[first..last].join("\n"))
    };
    let (mut taken, mut tokens): (Vec<Lines>, usize) = (Vec::new(), 0);
    for part in rank::parts_that_answer(record, &options.seeds).into_iter().take(MOST_PARTS) {
        if taken.iter().any(|other| other.first <= part.last && part.first <= other.last) {
            continue;
        }
        let more = cost(&text_of(&part)) + BEFORE_PART;
        if tokens + more <= room {
            tokens += more;
            taken.push(part);
        }
    }
    taken.sort_unstable();
    let texts: Vec<String> = taken.iter().map(text_of).collect();
    (!taken.is_empty()).then(|| {
        let packed =
            PackedFile { path: record.path().clone(), lines: taken, text: texts.join("\n…\n") + "\n" };
        (tokens, packed)
    })
}

/// Says how many files are not packed whole.
pub(crate) fn note_unpacked(report: &mut ContextReport, files: usize) {
    const WHAT: &str = "files not packed whole";
    report.omitted.retain(|omitted| omitted.what != WHAT);
    let count = files - report.packed.iter().filter(|packed| packed.lines.is_empty()).count();
    if count > 0 {
        let why = "token budget, no word of the question, or not UTF-8 text".to_owned();
        report.omitted.push(Omitted { what: WHAT, count, why });
    }
}
