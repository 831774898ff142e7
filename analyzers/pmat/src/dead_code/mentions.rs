//! Where names stand that no use accounts for: in strings, in text that the parser skipped, in files that are not read as code.

use super::composed::{Composed, Pieces};
use super::places::{stem, suffix};
use super::world::{FileView, World, family};
use aho_corasick::AhoCorasick;
use bstr::ByteSlice;
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{BlobId, Comment, ParseStatus, RepoPath};
use facts::source::{Entry, SkipReason};
use rayon::prelude::*;

/// Larger files hold data.
const MAX_BYTES: u64 = 2 << 20;

/// What the file is, in which a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Code whose definitions and uses are known.
    Code,
    /// Anything else that may be run: templates, single-file components, notebooks, configuration, generated code that is left
    /// out, assembly.
    Unread,
    /// Text for people.
    Prose,
}

/// A name in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Mention {
    /// Index of the file among the facts; none for a file of no known language.
    file: Option<u32>,
    kind: Kind,
    /// Between quotes.
    quoted: bool,
    /// The file is included by compilers beside the language's own: assembly, tables.
    included: bool,
    /// The file is code that could be parsed in part only.
    in_part: bool,
}

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
    hidden: HashMap<String, Vec<Mention>>,
    /// Names that are put together at run time or by macros.
    composed: Composed,
    /// Where what a file exports without a name begins, by file.
    defaults: HashSet<(u32, u32)>,
    /// Scripts that read members of `this` whose names are values.
    by_value: HashSet<u32>,
    /// Languages of which a file of the tree could not be read.
    unread: HashSet<Language>,
}

/// What one file says.
#[derive(Default)]
struct Found {
    mentions: Vec<(usize, Mention)>,
    pieces: Pieces,
    defaults: Vec<(u32, u32)>,
    by_value: Option<u32>,
    unread: Option<Language>,
}

impl Mentions {
    /// Looks for the names in every file of the tree.
    pub fn of(world: &World<'_>, names: &[&str]) -> Mentions {
        let Some(finder) = Finder::new(names) else { return Mentions::default() };
        let by_path: HashMap<&RepoPath, u32> =
            (0..).zip(&world.files).map(|(index, file)| (file.record.path(), index)).collect();
        let left_out = left_out(world);
        let entries: Vec<&Entry> = world.listing.entries.iter().chain(&left_out).collect();
        let found: Vec<Found> = entries
            .par_iter()
            .map(|entry| {
                let known = by_path.get(&entry.path).copied();
                match bytes_of(world, entry) {
                    Some(bytes) => in_file(world, (known, &entry.path), &bytes, &finder),
                    None => Found { unread: unread_language(&entry.path), ..Found::default() },
                }
            })
            .collect();
        let mut all = Mentions::default();
        for of_file in found {
            for (name, mention) in of_file.mentions {
                all.hidden.entry(names[name].to_owned()).or_default().push(mention);
            }
            all.composed.add(of_file.pieces);
            all.defaults.extend(of_file.defaults);
            all.by_value.extend(of_file.by_value);
            all.unread.extend(of_file.unread);
        }
        all
    }

    fn any(&self, name: &str, test: impl Fn(&Mention) -> bool) -> bool {
        self.hidden.get(name).map_or(&[][..], Vec::as_slice).iter().any(test)
    }

    /// True where the name stands somewhere unaccounted for: in that file if one is given, else anywhere.
    pub fn unaccounted(&self, name: &str, only: Option<u32>) -> bool {
        self.any(name, |at| at.kind != Kind::Prose && only.is_none_or(|only| at.file == Some(only)))
    }

    /// True where the name stands in a file that is not read as code; `included` asks for those only that compilers read with
    /// the code: assembly, tables.
    pub fn in_unread_files(&self, name: &str, included: bool) -> bool {
        self.any(name, |at| at.kind == Kind::Unread && (at.included || !included))
    }

    /// True where code of another language names it in what it writes: the scripts in PHP, `onclick` in a string of Ruby.
    pub fn in_pages(&self, world: &World<'_>, name: &str) -> bool {
        let is_page = |file: u32| family(world.files[file as usize].language) != Language::JavaScript;
        self.any(name, |at| at.kind == Kind::Code && at.file.is_some_and(is_page))
    }

    /// True where the name stands, besides its known uses, in code of which a part did not parse: in that file if one is given.
    pub fn in_unparsed_code(&self, name: &str, only: Option<u32>) -> bool {
        self.any(name, |at| at.in_part && only.is_none_or(|only| at.file == Some(only)))
    }

    /// True where text for people names it.
    pub fn in_prose(&self, name: &str) -> bool {
        self.any(name, |at| at.kind == Kind::Prose)
    }

    /// True where the name stands between quotes, in code of that family or in a file that is not read as code.
    pub fn quoted(&self, world: &World<'_>, name: &str, language: Language) -> bool {
        self.any(name, |at| {
            let near = at.file.is_none_or(|file| {
                let other = world.files[file as usize].language;
                // C finds methods of Java by their names.
                let by_jni =
                    matches!(language, Language::Java | Language::Kotlin) && family(other) == Language::C;
                other.grammar().is_none() || family(other) == family(language) || by_jni
            });
            at.quoted && near && at.kind != Kind::Prose
        })
    }

    /// True where the name may be put together of pieces in code of that family.
    pub fn composes(&self, name: &str, language: Language) -> bool {
        self.composed.can_be(name, family(language))
    }

    /// True where code of another language may put the name together in a page that it writes.
    pub fn composes_in_pages(&self, name: &str) -> bool {
        self.composed.can_be_in_page(name)
    }

    /// True for a script that reads members of `this` whose names are values: `this[kind](node)`.
    pub fn reads_by_value(&self, file: u32) -> bool {
        self.by_value.contains(&file)
    }

    /// True for what a file exports without a name.
    pub fn is_default(&self, file: u32, start: u32) -> bool {
        self.defaults.contains(&(file, start))
    }

    /// True where a file of that family stands in the tree and could not be read.
    pub fn misses(&self, language: Language) -> bool {
        self.unread.contains(&family(language))
    }
}

/// Files of the tree that the analysis leaves out, whose code may use what is analysed.
fn left_out(world: &World<'_>) -> Vec<Entry> {
    let skipped = world.listing.skipped.iter();
    let of_code = skipped.filter(|skipped| {
        !matches!(
            skipped.reason,
            SkipReason::Submodule
                | SkipReason::SymbolicLink
                | SkipReason::Special
                | SkipReason::Binary
                | SkipReason::BinarySource
                | SkipReason::ForbiddenName(_)
        ) && suffix(&skipped.path.to_string()).is_some()
    });
    let blob: Option<BlobId> = None;
    of_code.map(|skipped| Entry { path: skipped.path.clone(), blob, size: None, stat: None }).collect()
}

fn bytes_of(world: &World<'_>, entry: &Entry) -> Option<Vec<u8>> {
    if entry.size.is_some_and(|size| size > MAX_BYTES) {
        return None;
    }
    let bytes = world.tree.read(entry).ok()?;
    let is_text = bytes.len() as u64 <= MAX_BYTES && !bytes[..bytes.len().min(8000)].contains(&0);
    is_text.then_some(bytes)
}

/// The language of a file that could not be read, by its ending.
fn unread_language(path: &RepoPath) -> Option<Language> {
    let path = path.to_string();
    let ending = suffix(&path)?;
    let has =
        |language: &&Language| language.grammar().is_some() && language.spec().extensions.contains(&ending);
    Language::ALL.iter().find(has).map(|language| family(*language))
}

/// Text for people, and lists that tools write.
fn is_prose(language: Option<Language>, path: &str) -> bool {
    const NAMES: [&str; 9] =
        ["license", "licence", "changelog", "changes", "authors", "news", "readme", "notice", "copying"];
    let name = stem(path).to_ascii_lowercase();
    let of_tools = path.ends_with(".lock") || path.ends_with("-lock.json") || path.ends_with("-lock.yaml");
    let data =
        matches!(suffix(path), Some("po" | "pot" | "csv" | "tsv" | "svg" | "map" | "sum" | "log" | "snap"));
    let text = matches!(language, Some(Language::Markdown | Language::ReStructuredText | Language::Text));
    text || of_tools || data || NAMES.contains(&name.as_str())
}

/// Finds names as whole words.
struct Finder<'n> {
    names: &'n [&'n str],
    /// Names that are one word each, with their numbers.
    words: HashMap<&'n [u8], usize>,
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
            // Go's assembly writes `·name`.
            let dot = if word.starts_with("·".as_bytes()) { "·".len() } else { 0 };
            if let Some(number) = self.words.get(&word[dot..]) {
                found(*number, start + dot, start + word.len());
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
    (known, path): (Option<u32>, &RepoPath),
    bytes: &[u8],
    finder: &Finder<'_>,
) -> Found {
    let view = known.map(|file| &world.files[file as usize]);
    let path = path.to_string();
    let is_code = view.is_some_and(|view| {
        let parsed = !matches!(view.record.data.facts.parse, ParseStatus::Failed { .. });
        view.language.grammar().is_some() && view.record.data.symbols.is_some() && parsed
    });
    let kind = match () {
        () if is_code => Kind::Code,
        () if is_prose(view.map(|view| view.language), &path) => Kind::Prose,
        () => Kind::Unread,
    };
    let in_part = is_code && view.is_some_and(|view| view.record.data.facts.parse != ParseStatus::Complete);
    let included = matches!(
        suffix(&path),
        Some("s" | "S" | "asm" | "inc" | "def" | "in" | "y" | "l" | "tbl" | "pyx" | "pxd")
    );
    let counts = counted(view, kind, bytes, finder);
    let accounted = known.filter(|_| is_code).map(|file| Accounted::of(world, file));
    let accounted = |name| accounted.as_ref().map_or(0, |accounted| accounted.times(name));
    let mut mentions: Vec<_> = counts
        .into_iter()
        .filter(|(name, count)| count.all > accounted(finder.names[*name]))
        .map(|(name, count)| {
            (name, Mention { file: known, kind, quoted: count.quoted > 0, included, in_part })
        })
        .collect();
    mentions.sort_unstable();
    let language = view.filter(|_| is_code).map(|view| view.language);
    let pieces = language.map_or_else(Pieces::default, |language| Pieces::of(bytes, language));
    let is_script = language.is_some_and(|language| family(language) == Language::JavaScript);
    let defaults = known.filter(|_| is_script).map_or_else(Vec::new, |file| default_exports(bytes, file));
    let by_value = known.filter(|_| is_script && bytes.contains_str("this["));
    Found { mentions, pieces, defaults, by_value, unread: None }
}

/// How often each name stands in a file, and how often in a way that code looks it up by.
fn counted(
    view: Option<&FileView<'_>>,
    kind: Kind,
    bytes: &[u8],
    finder: &Finder<'_>,
) -> HashMap<usize, Count> {
    let mut counts: HashMap<usize, Count> = HashMap::default();
    let comments: &[Comment] = view.and_then(|view| view.record.data.comments.as_deref()).unwrap_or(&[]);
    let quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\'' | b'`'));
    let symbols = view.is_some_and(|view| matches!(view.language, Language::Ruby | Language::Elixir));
    // Kotlin's `"$name"`; `#name` in the patterns of Ruby's libraries, whose comments are left out.
    let sign = view.and_then(|view| match view.language {
        Language::Kotlin => Some(b'$'),
        Language::Ruby => Some(b'#'),
        _ => None,
    });
    finder.each(bytes, |name, start, end| {
        if kind == Kind::Code && in_comment(comments, start) {
            return;
        }
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let opens = quote(before) || matches!(before, Some(b'.' | b':' | b'#' | b'['));
        // `"name"`, and code in strings: `"name(x)"`, `"list[Name]"`.
        let closes = match bytes.get(end) {
            Some(b'(' | b']') => true,
            after => quote(after) || (symbols && before == Some(&b':')),
        };
        let filled_in = sign.is_some() && before == sign.as_ref();
        let count = counts.entry(name).or_default();
        count.all += 1;
        count.quoted += u32::from((opens && closes) || filled_in);
    });
    counts
}

/// Where what follows each `export default` begins.
fn default_exports(bytes: &[u8], file: u32) -> Vec<(u32, u32)> {
    const WORDS: &[u8] = b"export default";
    let starts = bytes.windows(WORDS.len()).enumerate().filter(|(_, text)| *text == WORDS);
    let blank = |byte: &&u8| byte.is_ascii_whitespace();
    let after = |at: usize| at + bytes[at..].iter().take_while(blank).count();
    starts.map(|(start, _)| (file, after(start + WORDS.len()) as u32)).collect()
}

fn in_comment(comments: &[Comment], byte: usize) -> bool {
    let after = comments.partition_point(|comment| comment.span.start_byte as usize <= byte);
    after.checked_sub(1).is_some_and(|index| byte < comments[index].span.end_byte as usize)
}

/// How often a file defines or uses names.
struct Accounted<'a>(HashMap<&'a str, u32>);

impl<'a> Accounted<'a> {
    fn of(world: &World<'a>, file: u32) -> Accounted<'a> {
        let symbols = world.files[file as usize].symbols;
        let mut times: HashMap<&str, u32> = HashMap::default();
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
