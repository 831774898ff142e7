//! Where names stand that no use accounts for: in strings, in text that the parser skipped, in files that are not read as code.

use super::world::{World, family};
use aho_corasick::AhoCorasick;
use facts::language::Language;
use facts::model::{Comment, RepoPath};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Larger files hold data.
const MAX_BYTES: u64 = 2 << 20;

/// What was found of a name in one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    /// As a whole word, outside of comments.
    all: u32,
    /// Of these between quotes.
    quoted: u32,
}

/// Mentions of names.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Number of the name → (index of the file among the facts, none for a file that is not read as code; unaccounted; quoted)
    hidden: FxHashMap<String, Vec<(Option<u32>, bool)>>,
}

impl Mentions {
    /// Looks for the names in every file of the tree.
    pub fn of(world: &World<'_>, names: &[&str]) -> Mentions {
        let Some(finder) = Finder::new(names) else { return Mentions::default() };
        let by_path: FxHashMap<&RepoPath, u32> =
            (0..).zip(&world.files).map(|(index, file)| (file.record.path(), index)).collect();
        let entries = &world.listing.entries;
        let found: Vec<Vec<(usize, Option<u32>, bool)>> = entries
            .par_iter()
            .map(|entry| {
                let known = by_path.get(&entry.path).copied();
                let is_prose = known.is_some_and(|file| is_prose(world.files[file as usize].language));
                if is_prose || entry.size.is_some_and(|size| size > MAX_BYTES) {
                    return Vec::new();
                }
                let Ok(bytes) = world.tree.read(entry) else { return Vec::new() };
                if bytes.len() as u64 > MAX_BYTES || bytes[..bytes.len().min(8000)].contains(&0) {
                    return Vec::new();
                }
                in_file(world, known, &bytes, &finder)
            })
            .collect();
        let mut hidden: FxHashMap<String, Vec<(Option<u32>, bool)>> = FxHashMap::default();
        for (name, file, quoted) in found.into_iter().flatten() {
            hidden.entry(names[name].to_owned()).or_default().push((file, quoted));
        }
        Mentions { hidden }
    }

    /// True where the name stands somewhere unaccounted for: in that file if one is given, else anywhere.
    pub fn unaccounted(&self, name: &str, only: Option<u32>) -> bool {
        let found = self.hidden.get(name).map_or(&[][..], Vec::as_slice);
        found.iter().any(|(file, _)| only.is_none_or(|only| *file == Some(only)))
    }

    /// True where the name stands in a file that is not read as code.
    pub fn in_other_files(&self, name: &str) -> bool {
        let found = self.hidden.get(name).map_or(&[][..], Vec::as_slice);
        found.iter().any(|(file, _)| file.is_none())
    }

    /// True where the name stands between quotes, in code of that family or in a file that is not read as code.
    pub fn quoted(&self, world: &World<'_>, name: &str, language: Language) -> bool {
        let found = self.hidden.get(name).map_or(&[][..], Vec::as_slice);
        found.iter().any(|(file, quoted)| {
            let near = file.is_none_or(|file| {
                let other = world.files[file as usize].language;
                other.grammar().is_none() || family(other) == family(language)
            });
            *quoted && near
        })
    }
}

/// Text for people.
fn is_prose(language: Language) -> bool {
    matches!(language, Language::Markdown | Language::ReStructuredText | Language::Text)
}

/// Finds names as whole words.
struct Finder<'n> {
    names: &'n [&'n str],
    /// Names that are one word each, with their numbers.
    words: FxHashMap<&'n [u8], usize>,
    /// All others (operators and the like), and their numbers.
    others: Option<(AhoCorasick, Vec<usize>)>,
}

impl<'n> Finder<'n> {
    /// None where the names are too many to be looked for.
    fn new(names: &'n [&'n str]) -> Option<Finder<'n>> {
        let of_words = |number: &usize| names[*number].bytes().all(is_word) && !names[*number].is_empty();
        let (words, others): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(of_words);
        let words = words.into_iter().map(|number| (names[number].as_bytes(), number)).collect();
        let others = match others.is_empty() {
            true => None,
            false => Some((AhoCorasick::new(others.iter().map(|number| names[*number])).ok()?, others)),
        };
        Some(Finder { names, words, others })
    }

    /// Tells the number of every name that stands in the bytes, and where it begins and ends.
    fn each(&self, bytes: &[u8], mut found: impl FnMut(usize, usize, usize)) {
        let mut start = 0;
        for word in bytes.split(|byte| !is_word(*byte)) {
            if let Some(number) = self.words.get(word) {
                found(*number, start, start + word.len());
            }
            start += word.len() + 1;
        }
        let Some((matcher, numbers)) = &self.others else { return };
        for other in matcher.find_overlapping_iter(bytes) {
            let (start, end) = (other.start(), other.end());
            let before = start.checked_sub(1).and_then(|at| bytes.get(at));
            if !before.is_some_and(|byte| is_word(*byte))
                && !bytes.get(end).is_some_and(|byte| is_word(*byte))
            {
                found(numbers[other.pattern().as_usize()], start, end);
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn in_file(
    world: &World<'_>,
    known: Option<u32>,
    bytes: &[u8],
    finder: &Finder<'_>,
) -> Vec<(usize, Option<u32>, bool)> {
    let mut counts: FxHashMap<usize, Count> = FxHashMap::default();
    let comments: &[Comment] =
        known.map_or(&[], |file| world.files[file as usize].record.data.comments.as_deref().unwrap_or(&[]));
    let quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\'' | b'`'));
    finder.each(bytes, |name, start, end| {
        if in_comment(comments, start) {
            return;
        }
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let opens = quote(before) || matches!(before, Some(b'.' | b':' | b'#'));
        let count = counts.entry(name).or_default();
        count.all += 1;
        count.quoted += u32::from(opens && quote(bytes.get(end)));
    });
    let accounted = known.map(|file| Accounted::of(world, file));
    let accounted = |name| accounted.as_ref().map_or(0, |accounted| accounted.times(name));
    let mut unaccounted: Vec<_> = counts
        .into_iter()
        .filter(|(name, count)| count.all > accounted(finder.names[*name]))
        .map(|(name, count)| (name, known, count.quoted > 0))
        .collect();
    unaccounted.sort_unstable();
    unaccounted
}

fn in_comment(comments: &[Comment], byte: usize) -> bool {
    let after = comments.partition_point(|comment| comment.span.start_byte as usize <= byte);
    after.checked_sub(1).is_some_and(|index| byte < comments[index].span.end_byte as usize)
}

/// How often a file defines or uses names.
struct Accounted<'a>(FxHashMap<&'a str, u32>);

impl<'a> Accounted<'a> {
    fn of(world: &World<'a>, file: u32) -> Accounted<'a> {
        let symbols = world.files[file as usize].symbols;
        let mut times: FxHashMap<&str, u32> = FxHashMap::default();
        for definition in &symbols.definitions {
            *times.entry(&definition.name).or_default() += 1;
        }
        for usage in &symbols.references {
            *times.entry(&symbols.names[usage.name as usize]).or_default() +=
                usage.calls + usage.uses + usage.mentions;
        }
        Accounted(times)
    }

    fn times(&self, name: &str) -> u32 {
        self.0.get(name).copied().unwrap_or(0)
    }
}
