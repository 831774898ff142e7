//! Generated trees with known clones: counts found and false clones.

mod program;

use clones::{CloneKind, CloneOptions, Clones, Kinds, SECTIONS, detect};
use facts::source::MemoryTree;
use facts::{MeasureOptions, RepoFacts};
use program::{Function, Maker, Random, Style, Writer};
use std::collections::{BTreeMap, BTreeSet};

/// All types, with the usual minimum length.
const SHORT: CloneOptions = CloneOptions { min_tokens: 50, min_lines: 5, kinds: Kinds::ALL };

const STYLES: [Style; 3] = [Style::Rust, Style::Python, Style::JavaScript];

/// A function in a tree.
#[derive(Debug, Clone)]
struct Placed {
    /// Number of its set of copies; `None` for a unique function.
    set: Option<usize>,
    function: Function,
}

/// The place of a function of a set.
#[derive(Debug, Clone, Copy)]
struct Site {
    set: usize,
    file: usize,
    first: u32,
    last: u32,
}

struct Tree {
    facts: RepoFacts,
    sites: Vec<Site>,
}

/// Functions of one style in files of ten, in random order.
fn tree(style: Style, mut functions: Vec<Placed>, seed: u64) -> Tree {
    let mut random = Random(seed);
    random.shuffle(&mut functions);
    let ending = match style {
        Style::Rust => "rs",
        Style::Python => "py",
        Style::JavaScript => "js",
    };
    let mut files = Vec::new();
    let mut sites = Vec::new();
    for (file, functions) in functions.chunks(10).enumerate() {
        let mut writer = Writer { style, layout: &mut random, text: String::new() };
        for placed in functions {
            let first = writer.text.lines().count() as u32 + 1;
            writer.function(&placed.function);
            let last = writer.text.lines().count() as u32;
            sites.extend(placed.set.map(|set| Site { set, file, first, last }));
            writer.text.push('\n');
        }
        files.push((format!("f{file:04}.{ending}"), writer.text));
    }
    let options = MeasureOptions { sections: SECTIONS, ..MeasureOptions::default() };
    let facts = facts::measure(&MemoryTree::new(files), None, &options).expect("memory can be read");
    let broken: Vec<String> = facts.partial().map(|file| file.path().to_string()).collect();
    assert!(broken.is_empty(), "{style:?}: {broken:?} do not parse");
    Tree { facts, sites }
}

/// Generates this many functions. A share of them belongs to sets of two to four copies made by `copy`.
fn functions(
    count: usize,
    share: f64,
    seed: u64,
    copy: impl Fn(&mut Maker, &Function) -> Function,
) -> Vec<Placed> {
    let mut maker = Maker::new(seed);
    let copied = (count as f64 * share).round() as usize;
    let mut all = Vec::new();
    let mut set = 0;
    while all.len() < copied {
        let size = match copied - all.len() {
            left @ 2..=4 => left,
            5 => 3,
            _ => 2 + maker.random.below(3),
        };
        let function = maker.function();
        for number in 0..size {
            let function = if number == 0 { function.clone() } else { copy(&mut maker, &function) };
            all.push(Placed { set: Some(set), function });
        }
        set += 1;
    }
    while all.len() < count {
        all.push(Placed { set: None, function: maker.function() });
    }
    all
}

/// Found and wanted items, and their intersection.
#[derive(Debug, Default)]
struct Agreement {
    found: usize,
    wanted: usize,
    both: usize,
}

impl Agreement {
    fn precision(&self) -> f64 {
        if self.found == 0 { 1.0 } else { self.both as f64 / self.found as f64 }
    }

    fn recall(&self) -> f64 {
        if self.wanted == 0 { 1.0 } else { self.both as f64 / self.wanted as f64 }
    }
}

/// Lines with code, found and wanted.
fn lines(tree: &Tree, clones: &Clones) -> Agreement {
    let mut agreement = Agreement::default();
    for (file, record) in tree.facts.files.iter().enumerate() {
        let mut line = 1;
        let code: BTreeSet<u32> = record
            .data
            .tokens()
            .tokens
            .iter()
            .map(|token| {
                line += token.line_delta;
                line
            })
            .collect();
        for line in code {
            let found =
                clones.duplicated[file].iter().any(|range| (range.first..=range.last).contains(&line));
            let wanted =
                tree.sites.iter().any(|site| site.file == file && (site.first..=site.last).contains(&line));
            agreement.found += usize::from(found);
            agreement.wanted += usize::from(wanted);
            agreement.both += usize::from(found && wanted);
        }
    }
    agreement
}

/// The sets whose copies a class member consists of: usually one, several if copies are adjacent in the same order.
/// `None` unless its lines and those of the copies agree to nine tenths.
fn sets_of(tree: &Tree, member: &clones::CloneMember) -> Option<Vec<usize>> {
    let clones::LineRange { first, last } = member.lines;
    let mut inside: Vec<&Site> = tree
        .sites
        .iter()
        .filter(|site| site.file == member.file as usize && site.first <= last && first <= site.last)
        .collect();
    inside.sort_by_key(|site| site.first);
    let (from, to) = (inside.first()?.first, inside.last()?.last);
    let shared = f64::from(last.min(to) + 1 - first.max(from));
    let same = shared >= 0.9 * f64::from((last - first).max(to - from) + 1);
    same.then(|| inside.iter().map(|site| site.set).collect())
}

/// The found classes that consist of copies of the same functions; the wanted sets; the sets whose members are all in
/// one class.
fn sets(tree: &Tree, clones: &Clones, kinds: &[CloneKind]) -> (Agreement, usize) {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for site in &tree.sites {
        *sizes.entry(site.set).or_default() += 1;
    }
    let mut whole = BTreeSet::new();
    let mut right = 0;
    let mut found = 0;
    for class in clones.classes.iter().filter(|class| kinds.contains(&class.kind)) {
        found += 1;
        let Some(sets) = sets_of(tree, &class.members[0]) else { continue };
        let same = class.members.iter().all(|member| sets_of(tree, member).as_ref() == Some(&sets));
        right += usize::from(same);
        whole.extend(sets.into_iter().filter(|set| same && sizes[set] == class.members.len()));
    }
    (Agreement { found, wanted: sizes.len(), both: whole.len() }, right)
}

/// Precision and recall by lines and by sets, in this order.
fn scores(tree: &Tree, kinds: &[CloneKind]) -> [f64; 4] {
    let clones = detect(&tree.facts, &SHORT);
    let lines = lines(tree, &clones);
    let (sets, right) = sets(tree, &clones, kinds);
    let precision = if sets.found == 0 { 1.0 } else { right as f64 / sets.found as f64 };
    [lines.precision(), lines.recall(), precision, sets.recall()]
}

fn check(copy: impl Fn(&mut Maker, &Function) -> Function + Copy) {
    let kinds = [CloneKind::Exact, CloneKind::Renamed, CloneKind::Gapped];
    for style in STYLES {
        for (number, share) in [0.0, 0.5, 0.88, 1.0].into_iter().enumerate() {
            let tree = tree(style, functions(150, share, 7 + number as u64, copy), 11);
            let scores = scores(&tree, &kinds);
            assert!(scores.iter().all(|score| *score >= 0.99), "{style:?}, {share} copied: {scores:?}");
            if share == 0.0 {
                assert_eq!(detect(&tree.facts, &SHORT).classes, []);
            }
        }
    }
}

#[test]
fn exact_copies_are_found_and_nothing_else() {
    check(|_, function| function.clone());
}

#[test]
fn exact_copies_are_of_type_1() {
    let tree = tree(Style::Rust, functions(100, 0.5, 3, |_, function| function.clone()), 5);
    let clones = detect(&tree.facts, &SHORT);
    assert!(!clones.classes.is_empty());
    assert!(clones.classes.iter().all(|class| class.kind == CloneKind::Exact), "{:?}", clones.classes);
}

#[test]
fn renamed_copies_are_found_and_nothing_else() {
    check(|maker, function| maker.renamed(function));
}

#[test]
fn copies_with_up_to_a_fifth_of_the_statements_edited_are_found_and_nothing_else() {
    for share in [0.1, 0.2] {
        for rename in [false, true] {
            for style in STYLES {
                let copy = |maker: &mut Maker, function: &Function| {
                    let edited = maker.edited(function, share);
                    if rename { maker.renamed(&edited) } else { edited }
                };
                let tree = tree(style, functions(120, 0.5, 21, copy), 13);
                let scores = scores(&tree, &[CloneKind::Gapped]);
                let what = format!("{style:?}, {share} edited, renamed: {rename}");
                assert!(scores.iter().all(|score| *score >= 0.9), "{what}: {scores:?}");
            }
        }
    }
}
