//! Duplicated code: clone classes of types 1 (equal text), 2 (equal up to names and literals) and 3 (equal up to
//! inserted, removed or changed pieces), over the token streams of [`facts`].

mod alignment;
mod classes;
mod content;
mod gapped;
mod mixing;
mod recurring;
mod repeats;
mod stream;
mod suffixes;
mod symbols;
mod windows;

use classes::Class;
pub use content::Content;
use facts::repo::FileRecord;
use facts::{Measured, RepoFacts, Sections};
pub use gapped::MIN_SIMILARITY;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stream::{Likeness, Stream};

/// The definition of a clone.
#[derive(Debug, Clone, PartialEq)]
pub struct CloneOptions {
    /// Shortest clone, in tokens.
    pub min_tokens: usize,
    /// Shortest clone, in lines.
    pub min_lines: u32,
    /// The types to find.
    pub kinds: Kinds,
}

impl Default for CloneOptions {
    fn default() -> Self {
        CloneOptions::DEFAULT
    }
}

impl CloneOptions {
    /// The default options: pieces so long that they are hardly ever similar by chance.
    pub const DEFAULT: CloneOptions = CloneOptions {
        min_tokens: 100,
        min_lines: 10,
        kinds: Kinds { exact: true, renamed: true, gapped: false },
    };

    /// [`CloneOptions::min_tokens`], limited to valid window lengths.
    fn window(&self) -> u32 {
        u32::try_from(self.min_tokens).unwrap_or(u32::MAX).clamp(1, u32::from(u16::MAX))
    }
}

/// The types of clones to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kinds {
    /// Equal tokens.
    pub exact: bool,
    /// Equal up to a renaming of names and other literals.
    pub renamed: bool,
    /// Equal up to gaps.
    pub gapped: bool,
}

impl Kinds {
    /// All three.
    pub const ALL: Kinds = Kinds { exact: true, renamed: true, gapped: true };

    /// Whether clones of that type are included.
    pub fn holds(self, kind: CloneKind) -> bool {
        match kind {
            CloneKind::Exact => self.exact,
            CloneKind::Renamed => self.renamed,
            CloneKind::Gapped => self.gapped,
        }
    }
}

/// The type of a clone class (Bellon et al. 2007).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CloneKind {
    /// Type 1.
    Exact,
    /// Type 2.
    Renamed,
    /// Type 3.
    Gapped,
}

/// A piece of a file, in lines from 1, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct LineRange {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// One occurrence of duplicated code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloneMember {
    /// Index into [`RepoFacts::files`].
    pub file: u32,
    /// Its lines.
    pub lines: LineRange,
    /// Its tokens.
    pub tokens: u32,
}

/// Pieces of code that are copies of each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloneClass {
    /// The type of the clone.
    pub kind: CloneKind,
    /// Tokens that all members share.
    pub tokens: u32,
    /// 1 for types 1 and 2; for type 3 the least share of tokens that a member has in common with the best connected
    /// member, from [`MIN_SIMILARITY`] to 1.
    pub similarity: f64,
    /// At least two, sorted by file and line.
    pub members: Vec<CloneMember>,
    /// Identifies the code without paths and lines.
    pub content: Content,
}

/// The clones of a tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clones {
    /// Every class, the largest (tokens × members) first.
    pub classes: Vec<CloneClass>,
    /// For each file of [`RepoFacts::files`], its duplicated lines: disjoint, sorted ranges over all its clones.
    pub duplicated: Vec<Vec<LineRange>>,
    /// For each file of [`RepoFacts::files`], the number of its duplicated lines.
    pub lines: Vec<LineShare>,
}

/// How many of a file's lines are duplicated. Only lines that hold code (and not just an import) count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineShare {
    /// Lines with compared tokens.
    pub compared: u64,
    /// Those lines that are in a clone.
    pub duplicated: u64,
}

impl LineShare {
    /// Duplicated lines in percent of the compared lines; missing if there are none.
    pub fn percent(self) -> Measured<f64> {
        match self.compared {
            0 => Measured::unsupported("no line of code was compared"),
            compared => Measured::Value(100.0 * self.duplicated as f64 / compared as f64),
        }
    }
}

impl std::ops::AddAssign for LineShare {
    fn add_assign(&mut self, other: LineShare) {
        self.compared += other.compared;
        self.duplicated += other.duplicated;
    }
}

impl std::iter::Sum for LineShare {
    fn sum<I: Iterator<Item = LineShare>>(shares: I) -> LineShare {
        shares.fold(LineShare::default(), |mut total, share| {
            total += share;
            total
        })
    }
}

/// The sections of the facts that [`detect`] reads.
pub const SECTIONS: Sections = Sections { comments: false, symbols: false, tokens: true, types: false };

/// Finds the clones of a tree. The result does not depend on the number of threads.
///
/// # Panics
/// When `facts` were measured without [`SECTIONS`].
pub fn detect(facts: &RepoFacts, options: &CloneOptions) -> Clones {
    let streams: Vec<Stream> =
        facts.files.par_iter().enumerate().filter_map(|(index, record)| Stream::of(index, record)).collect();
    let classes = find(&streams, options);
    report(facts, &streams, &classes, options)
}

impl Clones {
    /// The duplicated lines of all files together.
    pub fn share(&self) -> LineShare {
        self.lines.iter().copied().sum()
    }

    /// The clones of some types among some of the files: members elsewhere are left out, and so are classes with fewer
    /// than two remaining members. Lines of other files do not count.
    ///
    /// # Panics
    /// When `facts` were measured without [`SECTIONS`].
    pub fn among(
        &self,
        facts: &RepoFacts,
        kinds: Kinds,
        is_in: impl Fn(&FileRecord) -> bool + Sync,
    ) -> Clones {
        let in_files: Vec<bool> = facts.files.iter().map(is_in).collect();
        let mut classes: Vec<CloneClass> =
            self.classes.iter().filter(|class| kinds.holds(class.kind)).cloned().collect();
        for class in &mut classes {
            class.members.retain(|member| in_files[member.file as usize]);
        }
        classes.retain(|class| class.members.len() > 1);
        let mut members: Vec<Vec<LineRange>> = vec![Vec::new(); facts.files.len()];
        for member in classes.iter().flat_map(|class| &class.members) {
            members[member.file as usize].push(member.lines);
        }
        members.iter_mut().for_each(|lines| *lines = joined(std::mem::take(lines)));
        let shares = facts.files.par_iter().enumerate().map(|(index, record)| {
            let stream = if in_files[index] { Stream::of(index, record) } else { None };
            stream.map_or_else(LineShare::default, |stream| stream.share(&members[index]))
        });
        let lines = shares.collect();
        Clones { classes, duplicated: members, lines }
    }
}

/// Merges ranges into sorted, disjoint ones with the same lines.
fn joined(mut ranges: Vec<LineRange>) -> Vec<LineRange> {
    ranges.sort_unstable();
    let mut joined: Vec<LineRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut().filter(|last| last.last.saturating_add(1) >= range.first) {
            Some(last) => last.last = last.last.max(range.last),
            None => joined.push(range),
        }
    }
    joined
}

fn find(streams: &[Stream], options: &CloneOptions) -> Vec<Class> {
    let Kinds { exact, renamed, gapped } = options.kinds;
    let mut found = Vec::new();
    let mut add = |likeness| {
        let repeats = repeats::repeats(streams, options.window(), likeness);
        found.extend(classes::classes(streams, &repeats, likeness, options));
    };
    if exact {
        add(Likeness::Exact);
    }
    if renamed {
        add(Likeness::Renamed);
    }
    found.retain(|class| options.kinds.holds(class.kind));
    if gapped {
        found.extend(gapped::classes(streams, options));
    }
    classes::largest(found)
}

fn report(facts: &RepoFacts, streams: &[Stream], classes: &[Class], options: &CloneOptions) -> Clones {
    let member = |(stream, extent): &classes::Piece| {
        let stream = &streams[*stream as usize];
        let (first, last) = classes::lines(stream, *extent).unwrap_or_default();
        CloneMember { file: stream.file, lines: LineRange { first, last }, tokens: extent.len() }
    };
    let classes: Vec<CloneClass> = classes
        .par_iter()
        .map(|class| CloneClass {
            kind: class.kind,
            tokens: class.tokens,
            similarity: class.similarity,
            members: class.members.iter().map(member).collect(),
            content: content::of(streams, class, options),
        })
        .collect();
    let mut duplicated = vec![Vec::new(); facts.files.len()];
    for member in classes.iter().flat_map(|class| &class.members) {
        duplicated[member.file as usize].push(member.lines);
    }
    duplicated
        .par_iter_mut()
        .for_each(|ranges: &mut Vec<LineRange>| *ranges = joined(std::mem::take(ranges)));
    let mut lines = vec![LineShare::default(); facts.files.len()];
    for stream in streams {
        lines[stream.file as usize] = stream.share(&duplicated[stream.file as usize]);
    }
    Clones { classes, duplicated, lines }
}
