//! Generated hostile files, as an attacker might push them: deep, long, broken, in every language that the program
//! knows.
//!
//! [`nested`] returns texts that a compiler would accept, with something in them that never ends; [`malformed`] returns
//! texts that are no longer valid in their language. [`every`] returns both. Each file has its own path, all under one
//! folder, and the content depends only on the arguments.

mod nested;

use crate::program::workspace;
use facts::language::Language;
use nested::NESTED;
use std::collections::BTreeMap;
use std::fs;

/// The folder that all paths begin with.
pub const FOLDER: &str = "hostile";

/// A file.
pub struct HostileFile {
    /// Its path in its repository.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Its language.
    pub language: Language,
}

impl HostileFile {
    fn new(language: Language, shape: &str, bytes: impl Into<Vec<u8>>) -> HostileFile {
        let spec = language.spec();
        let name = match (spec.extensions.first(), spec.file_names.first()) {
            (Some(ending), _) => format!("{shape}.{ending}"),
            (None, Some(name)) => format!("{shape}/{name}"),
            (None, None) => panic!("{} has neither an ending nor a file name", spec.name),
        };
        HostileFile { path: format!("{FOLDER}/{}/{name}", spec.id), bytes: bytes.into(), language }
    }
}

/// For every language something nested, chained or repeated this many times.
pub fn nested(times: usize) -> Vec<HostileFile> {
    let file = |one: &nested::Nested| {
        HostileFile::new(one.language, &format!("{}-{times}", one.shape), one.text(times))
    };
    NESTED.iter().map(file).collect()
}

/// For every language invalid text: brackets that are never closed, one endless line, constructs that begin and do not
/// end, bytes that are not text, and programs with parts missing, doubled or moved.
pub fn malformed(times: usize) -> Vec<HostileFile> {
    let shapes = shapes(times);
    let mut files = Vec::new();
    for language in Language::ALL {
        files.extend(shapes.iter().map(|(name, bytes)| HostileFile::new(*language, name, bytes.clone())));
        if let Some(program) = program_in(*language) {
            let broken = (0..8).map(|seed| (seed, Broken::new(seed).of(&program)));
            files.extend(
                broken.map(|(seed, bytes)| HostileFile::new(*language, &format!("broken-{seed}"), bytes)),
            );
        }
    }
    files
}

/// Malformed texts are smaller than nested ones by this factor, because error recovery takes parsers so much longer.
const SMALLER: usize = 8;

/// All of them, with the languages in turn, so that the first ones are of many kinds.
pub fn every(times: usize) -> Vec<HostileFile> {
    let mut of: BTreeMap<Language, Vec<HostileFile>> = BTreeMap::new();
    for file in nested(times).into_iter().chain(malformed(times / SMALLER)) {
        of.entry(file.language).or_default().push(file);
    }
    let mut queues: Vec<_> = of.into_values().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(queues.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}

/// Texts that are hostile to parsers of any language.
fn shapes(times: usize) -> Vec<(&'static str, Vec<u8>)> {
    let nest = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}\n", open.repeat(times), close.repeat(times)).into_bytes()
    };
    let chain = |part: &str| format!("x = a{}\n", part.repeat(times)).into_bytes();
    vec![
        ("parentheses", nest("(", "1", ")")),
        ("open-parentheses", nest("(", "", "")),
        ("open-brackets", nest("[", "", "")),
        ("open-braces", nest("{", "", "")),
        ("open-angles", nest("a<", "", "")),
        ("closed-only", nest("", "", ")}]>")),
        ("mixed-brackets", nest("([{<", "1", "}])>")),
        ("calls", nest("f(", "", "")),
        ("minus", chain(" - ")),
        ("dots", chain(".b")),
        ("questions", chain(" ? b : ")),
        ("quotes", chain("\"'`")),
        ("backslashes", chain("\\")),
        ("long-name", nest("abcdefghij", "", "")),
        ("long-number", nest("1234567890", "", "")),
        ("blank-lines", nest("\n", "x", "\r")),
        (
            "indented",
            (0..times.min(500)).map(|at| format!("{}if a:\n", " ".repeat(at))).collect::<String>().into(),
        ),
        ("open-string", format!("x = \"{}", "a ".repeat(times)).into()),
        ("open-long-string", format!("x = \"\"\"{}", "'''a\n".repeat(times)).into()),
        ("open-comments", nest("/* (* {- --[[ <!-- #= #| =begin\n", "TODO", "")),
        ("heredocs", (0..times / 4).map(|at| format!("cat <<E{at} <<~F{at}\n")).collect::<String>().into()),
        ("directives", nest("#if A\n#else\n", "", "")),
        ("conflicts", nest("<<<<<<< a\n=======\n", "", ">>>>>>> b\n")),
        ("nul", [b"fn f() {}\n".as_slice(), &vec![0; times]].concat()),
        ("no-utf-8", [b"x = \"".as_slice(), &[0xff, 0xc0, 0xed, 0xa0, 0x80].repeat(times), b"\"\n"].concat()),
        ("utf-16", "\u{FEFF}fn f() {}\n".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("marks", format!("a{}\n", "\u{301}\u{202E}\u{FEFF}".repeat(times)).into()),
        ("noise", Broken::new(1).noise(times)),
        ("empty", Vec::new()),
    ]
}

/// A program in the language: the one with which its metrics are tested.
fn program_in(language: Language) -> Option<Vec<u8>> {
    let spec = language.spec();
    let folder =
        workspace().join("analyzers/facts/src/language").join(spec.id.replace('-', "_")).join("cases");
    let entries = fs::read_dir(folder).ok()?;
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.sort();
    let ending =
        |path: &std::path::PathBuf| path.extension().and_then(|ending| ending.to_str().map(str::to_owned));
    let path =
        paths.iter().find(|path| ending(path).is_some_and(|ending| spec.extensions.contains(&&*ending)))?;
    Some(fs::read(path).expect("a case can be read"))
}

/// Breaks programs with random numbers from a seed (Marsaglia's xorshift64).
struct Broken {
    state: u64,
}

impl Broken {
    fn new(seed: u64) -> Broken {
        Broken { state: 0x9E37_79B9_7F4A_7C15 ^ (seed + 1) }
    }

    /// A number below a limit.
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit.max(1) as u64).expect("it is below a usize")
    }

    fn noise(&mut self, bytes: usize) -> Vec<u8> {
        (0..bytes).map(|_| u8::try_from(self.below(255) + 1).expect("it is below 256")).collect()
    }

    /// The program with a few parts removed, doubled, moved or cut off.
    fn of(&mut self, program: &[u8]) -> Vec<u8> {
        let mut bytes = program.to_vec();
        for _ in 0..12 {
            let (a, b) = (self.below(bytes.len()), self.below(bytes.len()));
            let part = a.min(b)..a.max(b).min(a.min(b) + 200);
            let cut: Vec<u8> = bytes[part.clone()].to_vec();
            match self.below(4) {
                0 => drop(bytes.drain(part)),
                1 => drop(bytes.splice(part.start..part.start, cut.repeat(3))),
                2 => {
                    bytes.drain(part);
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, cut);
                }
                _ => {
                    let other = self.noise(3);
                    bytes.splice(part.start..part.start, other);
                }
            }
        }
        let most = bytes.len() * 3 / 4;
        if self.below(2) == 0 {
            bytes.truncate(most);
        }
        bytes
    }
}

#[test]
fn there_is_something_hostile_in_every_language_and_enough_of_it() {
    let all = every(10);
    assert!(all.len() >= 1_000, "{}", all.len());
    let mut paths: Vec<&str> = all.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), all.len(), "two files have one path");
    for language in Language::ALL {
        let nested = NESTED.iter().filter(|one| one.language == *language).count();
        let wanted = if language.grammar().is_some() { 3 } else { 0 };
        assert!(nested >= wanted, "{}: {nested} of {wanted}", language.name());
        assert!(all.iter().any(|file| file.language == *language), "{}", language.name());
    }
}
