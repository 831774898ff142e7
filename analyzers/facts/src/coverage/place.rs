//! Maps the files of a report to the files of a tree.
//!
//! A report names all its files relative to one folder: the checkout, the package whose tests ran, a folder in a
//! container. So the search is for one prefix, for the report as a whole, that leads from the report's names to paths
//! of the tree. A name that does not lead to a file of the tree is third-party code (an installed package, a system
//! header), whatever it is called. If nearly all names share the prefix, folder names of installed packages only count
//! below it.

use super::installed::{self, Installed};
use super::shared::{Crowd, crowds, folder_of_most, shared_folders};
use super::{FileCoverage, LineCoverage, Names};
use crate::hash::HashMap;
use crate::model::RepoPath;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The most compared pairs of a name and a path with the same file name. Reports whose files are all called `index.js`
/// are placed by a part of them.
const MOST_PAIRS: usize = 2_000_000;
/// The most bytes of a name: as in the longest path that a system opens.
const LONGEST_NAME: usize = 4096;
/// The most parts of all names together, each counted for every folder that it may be below. Each name counts as one
/// part more, so that empty names count too.
const MOST_PARTS: usize = 30_000_000;
/// The same of the names that may be below several folders: their parts are many times those in the report. The place
/// that a name takes counts too.
const MOST_PARTS_BELOW_SEVERAL: usize = 6_000_000;
/// The memory that a name takes besides its parts, counted in parts.
const PARTS_OF_A_NAME: usize = 4;
/// The most parts of the compared pairs of a name and a path.
const MOST_COMPARED_PARTS: usize = 10_000_000;
/// The most folders above a report that relative names are tried below.
const MOST_ABOVE: usize = 16;

/// What is known about a report beyond its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The folder of the tree that contains the report; empty for the root, or if the report is elsewhere.
    pub folder: String,
    /// The Go modules of the tree: each module's path and its folder.
    pub modules: Vec<(String, String)>,
}

/// The part of a report that is about a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Coverage by index of the path.
    pub files: BTreeMap<usize, FileCoverage>,
    /// Files of the report that are not in the tree, or that are ambiguous. Sorted.
    pub elsewhere: Vec<String>,
}

impl LineCoverage {
    /// Like [`LineCoverage::placed_in`], for a report whose place is not known.
    pub fn placed(&self, paths: &[&RepoPath]) -> Placed {
        self.placed_in(paths, &Surroundings::default())
    }

    /// Finds the report's files in the tree, with one common prefix for all names: the one that places most of them. In
    /// a tie, the tree's root is preferred to a folder of it, and of two checkouts that fit equally well, the first by
    /// name is taken. If two folders of the tree fit equally well, the one that contains the report is taken, and
    /// otherwise neither.
    ///
    /// - The folder of the checkout is removed from absolute names (also those below a `<source>`). A checkout does not
    ///   contain other checkouts.
    /// - A file in a folder of installed packages is not a file of the tree. Exception: the checkout itself is in that
    ///   folder. This holds if nearly all names that are not in another folder of this kind share it, and if it leads
    ///   several files, more than half of them, to paths of the tree. A report of one file is never enough.
    /// - Relative names start at a folder that contains the report, else at the root or another folder of the tree;
    ///   only a prefix that all of them share may be removed. If one of them is already a path of the tree, absolute
    ///   names are those of foreign files.
    /// - If the only evidence for a prefix is one matching file name, the prefix must hold for most of the report.
    /// - Import paths of Go begin with a module's path, if the tree's modules are known.
    pub fn placed_in(&self, paths: &[&RepoPath], around: &Surroundings) -> Placed {
        let records = self.records(around);
        let tree = Tree::of(paths);
        let folder = Name::read(&[&around.folder]).parts;
        let prefix = below(&records, &tree, &folder).or_else(|| best(&records, &tree, &folder));
        let mut placed = Placed { files: BTreeMap::new(), elsewhere: Vec::new() };
        for (place, (name, coverage)) in self.files.iter().enumerate() {
            let by_prefix = || {
                prefix.as_ref().zip(records.get(place)).and_then(|(prefix, record)| tree.only(record, prefix))
            };
            let found = match self.is_decided_by_modules(name, around) {
                true => in_module(name, &around.modules).and_then(|parts| tree.by_path.get(&parts).copied()),
                false => by_prefix(),
            };
            match found {
                Some(index) => match placed.files.entry(index) {
                    Entry::Vacant(first) => {
                        first.insert(coverage.clone());
                    }
                    Entry::Occupied(known) => {
                        let known = known.into_mut();
                        coverage.lines.iter().for_each(|(line, hits)| known.add(*line, *hits));
                    }
                },
                None => placed.elsewhere.push(name.clone()),
            }
        }
        placed
    }

    /// True for an import path where the modules of the tree are known.
    fn is_decided_by_modules(&self, name: &str, around: &Surroundings) -> bool {
        let name =
            Some(name).filter(|name| name.len() <= LONGEST_NAME && !name.starts_with(['.', '/', '\\', '_']));
        self.names == Names::ImportPaths
            && !around.modules.is_empty()
            && name.is_some_and(|name| !Name::read(&[name]).rooted)
    }
}

/// The path in the tree of a file that a Go profile names, by the module with the longest path that the name begins with.
fn in_module<'n>(name: &'n str, modules: &'n [(String, String)]) -> Option<Vec<&'n [u8]>> {
    let inside = modules.iter().filter_map(|(module, folder)| {
        let rest = name.strip_prefix(module.as_str())?.strip_prefix('/')?;
        Some((module.len(), folder, rest))
    });
    let (_, folder, rest) = inside.max_by_key(|(length, ..)| *length)?;
    Some(Name::read(&[folder, rest]).parts)
}

impl LineCoverage {
    /// The possible meanings of the names in the report. Empty if they have too many parts together: figures from a
    /// part of a report would be wrong.
    fn records(&self, around: &Surroundings) -> Vec<Vec<Name<'_>>> {
        let (mut left, mut left_below_several) = (MOST_PARTS, MOST_PARTS_BELOW_SEVERAL);
        let mut records = Vec::new();
        for name in self.files.keys() {
            let decided = self.is_decided_by_modules(name, around);
            let record = if decided { Vec::new() } else { self.names.read(name) };
            let parts: usize = record.iter().map(|name| name.parts.len() + 1).sum();
            if record.len() > 1 {
                let all = parts + record.len() * PARTS_OF_A_NAME;
                let Some(rest) = left_below_several.checked_sub(all) else { return Vec::new() };
                left_below_several = rest;
            }
            let Some(rest) = left.checked_sub(parts) else { return Vec::new() };
            left = rest;
            records.push(record);
        }
        records
    }
}

impl Names {
    /// The possible meanings of a name in the report: several if it is relative to one of several folders.
    fn read<'n>(&'n self, name: &'n str) -> Vec<Name<'n>> {
        if name.len() > LONGEST_NAME {
            return Vec::new();
        }
        let plain = Name::read(&[name]);
        match self {
            Names::AsWritten => vec![plain],
            Names::ImportPaths => vec![Name { rooted: plain.up == 0 && !name.starts_with('.'), ..plain }],
            Names::Below(folders) if !plain.rooted && !folders.is_empty() => {
                let short = folders.iter().filter(|folder| folder.len() <= LONGEST_NAME);
                short.map(|folder| Name::read(&[folder, name])).collect()
            }
            Names::Below(_) => vec![plain],
        }
    }
}

/// The name of a file, in parts.
pub(super) struct Name<'n> {
    /// Absolute, or an import path: nothing comes before the parts.
    pub rooted: bool,
    /// How many folders a relative name goes up from its start.
    pub up: usize,
    pub parts: Vec<&'n [u8]>,
    /// The parts at which its places of installed packages begin.
    pub installed: Option<Installed>,
}

impl<'n> Name<'n> {
    /// Joins the texts by `/`; `\` is also a separator. Resolves `.` and `..`.
    fn read(texts: &[&'n str]) -> Name<'n> {
        let first = texts.iter().find(|text| !text.is_empty()).copied().unwrap_or_default();
        let drive =
            matches!(first.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
        let rooted = first.starts_with(['/', '\\']) || drive || first.starts_with("file://");
        let mut name = Name { rooted, up: 0, parts: Vec::new(), installed: None };
        let texts = texts.iter().map(|text| text.strip_prefix("file://").unwrap_or(*text));
        for part in texts.flat_map(|text| text.split(['/', '\\'])) {
            match part {
                "" | "." => {}
                ".." => {
                    let is_above = name.parts.pop().is_none();
                    name.up += usize::from(is_above && !rooted);
                }
                part => name.parts.push(part.as_bytes()),
            }
        }
        name.installed = installed::places(&name.parts, rooted);
        name
    }

    /// True if removing this many parts removes one of its places of installed packages.
    fn is_installed_above(&self, parts: usize) -> bool {
        self.installed.is_some_and(|installed| installed.outermost < parts)
    }

    pub fn folders(&self) -> &[&'n [u8]] {
        self.parts.split_last().map_or(&[], |(_, folders)| folders)
    }
}

/// The paths of a tree.
struct Tree<'t> {
    paths: Vec<Vec<&'t [u8]>>,
    by_path: HashMap<Vec<&'t [u8]>, usize>,
    by_name: HashMap<&'t [u8], Vec<usize>>,
}

impl<'t> Tree<'t> {
    fn of(paths: &[&'t RepoPath]) -> Tree<'t> {
        let paths: Vec<Vec<&[u8]>> =
            paths.iter().map(|path| path.as_bytes().split(|byte| *byte == b'/').collect()).collect();
        let mut by_name: HashMap<&[u8], Vec<usize>> = HashMap::default();
        for (index, parts) in paths.iter().enumerate() {
            by_name.entry(parts.last().copied().unwrap_or_default()).or_default().push(index);
        }
        let by_path = paths.iter().cloned().enumerate().map(|(index, parts)| (parts, index)).collect();
        Tree { paths, by_path, by_name }
    }

    fn named_like(&self, name: &Name<'_>) -> &[usize] {
        name.parts.last().and_then(|last| self.by_name.get(*last)).map_or(&[], Vec::as_slice)
    }

    /// The only file that a record can mean.
    fn only<'n>(&self, record: &[Name<'n>], prefix: &Prefix<'n>) -> Option<usize> {
        // Most names are of no file of the tree, which their last part shows.
        let known = record.iter().filter(|name| !self.named_like(name).is_empty());
        let mut found = known.filter_map(|name| self.by_path.get(&prefix.path_of(name)?).copied());
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }
}

/// What comes before a file in the report, and before it in the tree. The two do not end alike.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Prefix<'a> {
    rooted: bool,
    report: Vec<&'a [u8]>,
    tree: Vec<&'a [u8]>,
    /// The prefix in the report is in a place of installed packages.
    installed: bool,
}

impl<'a> Prefix<'a> {
    /// The path in the tree of a file that the report names.
    fn path_of<'n>(&self, name: &Name<'n>) -> Option<Vec<&'n [u8]>>
    where
        'a: 'n,
    {
        let climbs = name.up > 0 && !self.report.is_empty();
        let is_foreign = !self.installed && name.is_installed_above(self.report.len());
        if name.rooted != self.rooted || climbs || is_foreign {
            return None;
        }
        let rest = name.parts.strip_prefix(self.report.as_slice())?;
        let above = self.tree.len().checked_sub(name.up)?;
        Some(self.tree[..above].iter().chain(rest).copied().collect())
    }

    fn is_of_the_root(&self) -> bool {
        self.tree.is_empty()
    }
}

/// The evidence for a prefix.
#[derive(Clone, Copy, Default)]
struct Evidence {
    /// Files of the report that it places.
    files: usize,
    /// The most parts that one of them has in common with its path.
    parts: usize,
}

/// The folder above the report, the root aside, that places most of its relative names; the innermost of several.
/// `None` if the root places more of them.
fn below<'a>(records: &[Vec<Name<'a>>], tree: &Tree<'a>, folder: &[&'a [u8]]) -> Option<Prefix<'a>> {
    if folder.is_empty() {
        return None;
    }
    let placed = |tree_folder: &[&'a [u8]]| {
        let prefix =
            Prefix { rooted: false, report: Vec::new(), tree: tree_folder.to_vec(), installed: false };
        let files = records.iter().filter(|record| tree.only(record, &prefix).is_some()).count();
        (files, prefix)
    };
    let least = folder.len().saturating_sub(MOST_ABOVE);
    let above = (least..=folder.len()).rev().chain((least > 0).then_some(0));
    // The first of those that place most: the innermost.
    let (files, prefix) = above
        .map(|depth| placed(&folder[..depth]))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (files > 0 && !prefix.is_of_the_root()).then_some(prefix)
}

fn best<'a>(records: &'a [Vec<Name<'a>>], tree: &Tree<'a>, folder: &[&'a [u8]]) -> Option<Prefix<'a>> {
    let (shared, most) = (shared_folders(records), folder_of_most(records));
    let crowds = crowds(records);
    let mut prefixes = candidates(records, tree);
    prefixes.retain(|prefix, &mut evidence| {
        let holds_for_most = || most.starts_with(&prefix.report);
        let is_shared = prefix.rooted || shared.starts_with(&prefix.report);
        match (prefix.rooted, evidence) {
            _ if prefix.installed => is_shared && is_crowded(prefix, evidence, &crowds),
            // The folders match too.
            (true, Evidence { parts: 2.., .. }) => true,
            // The whole path matches and is just a file name; or several names match.
            (true, Evidence { files, .. }) => (prefix.is_of_the_root() || files > 1) && holds_for_most(),
            (false, Evidence { files, parts }) => {
                prefix.report.is_empty() || (is_shared && (files > 1 || parts > 1))
            }
        }
    });
    let of_the_root = prefixes.keys().filter(|prefix| prefix.is_of_the_root());
    let mut checkouts: Vec<Folder<'_>> =
        of_the_root.map(|prefix| (prefix.rooted, prefix.report.as_slice())).collect();
    checkouts.sort_unstable();
    // Keeps only the topmost folders. In sorted order, everything between a folder and one inside it is inside it too.
    checkouts.dedup_by(|inner, outer| lies_in(inner, outer));
    // Names that are already paths of the tree show where the report is from.
    let stands_as_it_is = checkouts.first() == Some(&(false, &[][..]));
    let lies_in_another = |prefix: &Prefix<'_>| {
        let folder = (prefix.rooted, prefix.report.as_slice());
        let before = checkouts.partition_point(|checkout| *checkout < folder);
        let above = before.checked_sub(1).map(|place| &checkouts[place]);
        above.is_some_and(|above| lies_in(&folder, above)) || prefix.rooted && stands_as_it_is
    };
    let rank = |prefix: &Prefix<'_>, evidence: &Evidence| {
        let holds_report = !prefix.tree.is_empty() && folder.starts_with(&prefix.tree);
        (evidence.files, holds_report, prefix.is_of_the_root(), std::cmp::Reverse(prefix.report.len()))
    };
    let left = prefixes.iter().filter(|(prefix, _)| !lies_in_another(prefix));
    let mut ranked: Vec<_> = left.map(|(prefix, evidence)| (rank(prefix, evidence), prefix)).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let (first, prefix) = ranked.first()?;
    let is_only = ranked.get(1).is_none_or(|(second, _)| second != first);
    (is_only || prefix.is_of_the_root()).then(|| (*prefix).clone())
}

/// True for a prefix in a place of installed packages that is still a checkout: nearly all names share it, and it leads
/// most of them to paths of the tree.
fn is_crowded(prefix: &Prefix<'_>, evidence: Evidence, crowds: &[Crowd<'_>]) -> bool {
    let leads_most = |crowd: &Crowd<'_>| evidence.files > 1 && evidence.files * 2 > crowd.files;
    (prefix.is_of_the_root() || evidence.parts > 1)
        && crowds.iter().any(|crowd| crowd.lies_in(prefix.rooted, &prefix.report) && leads_most(crowd))
}

/// A folder that a report names, and whether its name is absolute.
type Folder<'a> = (bool, &'a [&'a [u8]]);

/// True for a folder inside another one, or that one itself.
fn lies_in(inner: &Folder<'_>, outer: &Folder<'_>) -> bool {
    inner.0 == outer.0 && inner.1.starts_with(outer.1)
}

/// Every prefix that leads some file of the report to one of the tree.
fn candidates<'a>(records: &'a [Vec<Name<'a>>], tree: &Tree<'a>) -> HashMap<Prefix<'a>, Evidence> {
    let mut by_work: Vec<(usize, &Vec<Name<'_>>)> = records
        .iter()
        .map(|record| (record.iter().map(|name| tree.named_like(name).len()).sum(), record))
        .filter(|(pairs, _)| *pairs > 0)
        .collect();
    // Rare names tell most. The sort is stable: the same report is always placed in the same way.
    by_work.sort_by_key(|(pairs, _)| *pairs);
    let mut prefixes: HashMap<Prefix<'a>, Evidence> = HashMap::default();
    let (mut looked_at, mut parts_left) = (0, MOST_COMPARED_PARTS);
    for (pairs, record) in by_work {
        looked_at += pairs;
        if (looked_at > MOST_PAIRS || parts_left == 0) && !prefixes.is_empty() {
            break;
        }
        let mut of_record: HashMap<Prefix<'a>, usize> = HashMap::default();
        for name in record.iter().filter(|name| name.up == 0) {
            for path in tree.named_like(name).iter().take(MOST_PAIRS).map(|index| &tree.paths[*index]) {
                if parts_left == 0 {
                    break;
                }
                parts_left = parts_left.saturating_sub(name.parts.len() + path.len());
                let (prefix, parts) = leading(name, path);
                let known = of_record.entry(prefix).or_default();
                *known = parts.max(*known);
            }
        }
        for (prefix, parts) in of_record {
            let evidence = prefixes.entry(prefix).or_default();
            *evidence = Evidence { files: evidence.files + 1, parts: evidence.parts.max(parts) };
        }
    }
    prefixes
}

/// What comes before the parts that a name and a path have in common at their ends, and how many parts these are.
fn leading<'a>(name: &Name<'a>, path: &[&'a [u8]]) -> (Prefix<'a>, usize) {
    let parts = name.parts.iter().rev().zip(path.iter().rev()).take_while(|(a, b)| a == b).count();
    let (report, tree) = (&name.parts[..name.parts.len() - parts], &path[..path.len() - parts]);
    let installed = name.is_installed_above(report.len());
    (Prefix { rooted: name.rooted, report: report.to_vec(), tree: tree.to_vec(), installed }, parts)
}
