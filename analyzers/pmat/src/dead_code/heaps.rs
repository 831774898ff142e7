//! Heaps: findings that come in numbers.
//!
//! Unused code is rare, and it is strewn. Where much that stands together looks dead, it is likelier that something reaches it
//! in a way that the rules do not know (a framework, a naming scheme, a build) than that all of it is dead; and one way explains all
//! of it. So what lies in a heap is less sure than each of its findings is by itself.

use super::Confidence;
use super::doubts::Doubt;
use super::judge::Judgement;
use super::places::folder;
use super::world::{Def, family};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use trueno_graph::code::{EdgeKind, NodeId};

/// From when on findings are a heap.
struct Limit {
    /// So many of them.
    least: usize,
    /// So large a share of what was judged in the same place.
    share: f64,
    /// So many in each file that has any, on average: one here and one there are no heap.
    each: f64,
}

/// What a heap takes away.
struct Limits {
    why: &'static str,
    /// From one of these on nothing is certain.
    small: &'static [Limit],
    /// From one of these on nothing is likely.
    large: &'static [Limit],
}

const fn limit(least: usize, share: f64, each: f64) -> Limit {
    Limit { least, share, each }
}

/// What stands together, and how much of it makes a heap.
const OF_FILE: Limits = Limits {
    why: "much of its file looks dead, which is rarely so",
    small: &[limit(3, 0.5, 1.0), limit(4, 0.2, 1.0), limit(6, 0.0, 1.0)],
    large: &[limit(8, 0.5, 1.0), limit(12, 0.25, 1.0), limit(25, 0.0, 1.0)],
};
const OF_TYPE: Limits = Limits {
    why: "many members of its type look dead, which is rarely so",
    small: &[limit(3, 0.3, 1.0), limit(5, 0.0, 1.0)],
    large: &[limit(6, 0.5, 1.0), limit(10, 0.2, 1.0), limit(15, 0.0, 1.0)],
};
const OF_FOLDER: Limits = Limits {
    why: "much of its folder looks dead, which is rarely so",
    small: &[limit(6, 0.25, 1.5), limit(12, 0.1, 1.5)],
    large: &[limit(10, 0.5, 2.0), limit(20, 0.35, 2.0)],
};
const OF_WORD: Limits = Limits {
    why: "many names like its own look dead, which is rarely so",
    small: &[limit(4, 0.5, 1.0), limit(8, 0.25, 1.0)],
    large: &[limit(8, 0.6, 1.5)],
};
const OF_PACKAGE: Limits = Limits {
    why: "much of its package looks dead, which is rarely so",
    small: &[limit(15, 0.1, 1.5), limit(40, 0.05, 1.5)],
    large: &[limit(30, 0.3, 2.0)],
};
const TOGETHER: Limits = Limits {
    why: "it stands or falls with many others",
    small: &[limit(6, 0.0, 0.0)],
    large: &[limit(14, 0.0, 0.0)],
};

/// Where a definition stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place<'a> {
    File(u32),
    /// Among the members of a type.
    Type(NodeId),
    Folder(Language, &'a str),
    /// In a folder among names with the same word.
    Word(Language, &'a str, String),
    Package(Language, &'a str),
}

impl Place<'_> {
    fn limits(&self) -> &'static Limits {
        match self {
            Place::File(_) => &OF_FILE,
            Place::Type(_) => &OF_TYPE,
            Place::Folder(..) => &OF_FOLDER,
            Place::Word(..) => &OF_WORD,
            Place::Package(..) => &OF_PACKAGE,
        }
    }
}

/// What was found in a place.
#[derive(Debug, Clone, Default)]
struct Count {
    dead: usize,
    judged: usize,
    /// The files of the dead ones.
    files: HashSet<u32>,
}

impl Limits {
    /// The doubt about a finding among so many.
    fn doubt(&self, count: &Count) -> Option<Doubt> {
        let share = count.dead as f64 / count.judged.max(1) as f64;
        let each = count.dead as f64 / count.files.len().max(1) as f64;
        let exceeds = |limit: &Limit| count.dead >= limit.least && share >= limit.share && each >= limit.each;
        let reached = |limits: &[Limit]| limits.iter().any(exceeds);
        let at_most = match () {
            () if reached(self.large) => Confidence::Possible,
            () if reached(self.small) => Confidence::Likely,
            () => return None,
        };
        Some(Doubt { why: self.why, at_most })
    }
}

/// The doubts about what lies in heaps.
pub(super) fn doubts(judgement: &Judgement<'_, '_>) -> HashMap<NodeId, Doubt> {
    let world = judgement.world;
    let judged = || world.definitions().filter(|(node, def)| judgement.judges(*node, def));
    let dead: Vec<(NodeId, &Def<'_>)> = judged().filter(|(node, _)| judgement.is_dead(*node)).collect();
    let mut counts: HashMap<(bool, Place<'_>), Count> = HashMap::default();
    // What goes with something dead around it is no finding of its own.
    let stands_alone = |def: &Def<'_>| judgement.dead_whole(def).is_none();
    for (_, def) in dead.iter().filter(|(_, def)| stands_alone(def)) {
        for place in places(judgement, def) {
            let count = counts.entry((def.test, place)).or_default();
            count.dead += 1;
            count.files.insert(def.file);
        }
    }
    if counts.is_empty() {
        return HashMap::default();
    }
    for (_, def) in judged().filter(|(_, def)| stands_alone(def)) {
        for place in places(judgement, def) {
            if let Some(count) = counts.get_mut(&(def.test, place)) {
                count.judged += 1;
            }
        }
    }
    let together = together(judgement, &dead);
    let mut doubts = HashMap::default();
    for (node, def) in &dead {
        let of_places = places(judgement, def).into_iter().filter_map(|place| {
            let limits = place.limits();
            counts.get(&(def.test, place)).and_then(|count| limits.doubt(count))
        });
        let dead = together.get(node).copied().unwrap_or_default();
        let linked = TOGETHER.doubt(&Count { dead, judged: dead, files: HashSet::default() });
        // The first of the gravest.
        let gravest = of_places.chain(linked);
        doubts.extend(gravest.min_by_key(|doubt| doubt.at_most).map(|doubt| (*node, doubt)));
    }
    doubts
}

/// The places in which a definition stands, the nearest first.
fn places<'a>(judgement: &Judgement<'_, 'a>, def: &Def<'a>) -> Vec<Place<'a>> {
    let world = judgement.world;
    let file = world.file_of(def);
    let (language, folder) = (family(file.language), folder(file.path));
    let mut places = Vec::new();
    places.extend(def.owner.map(Place::Type));
    places.push(Place::File(def.file));
    places.extend(words(&def.definition.name).into_iter().map(|word| Place::Word(language, folder, word)));
    places.push(Place::Folder(language, folder));
    places.push(Place::Package(language, file.package.unwrap_or_default()));
    places
}

/// The words of a name in lower case, each once: `set`, `device` of `setDevice`.
pub(super) fn words(name: &str) -> Vec<String> {
    const SHORTEST: usize = 2;
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars().chain([' ']) {
        let ends = !c.is_alphabetic() || (c.is_uppercase() && was_lower);
        if ends && word.len() >= SHORTEST && !words.contains(&word) {
            words.push(std::mem::take(&mut word));
        } else if ends {
            word.clear();
        }
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words
}

/// By finding, how many findings hang together with it: uses and membership lead from one to the other. If one of them is in use,
/// so may be all.
fn together(judgement: &Judgement<'_, '_>, dead: &[(NodeId, &Def<'_>)]) -> HashMap<NodeId, usize> {
    let findings: HashSet<NodeId> = dead.iter().map(|(node, _)| *node).collect();
    let mut beside: HashMap<NodeId, Vec<NodeId>> = HashMap::default();
    let mut join = |one: NodeId, other: NodeId| {
        if one != other && findings.contains(&one) && findings.contains(&other) {
            beside.entry(one).or_default().push(other);
            beside.entry(other).or_default().push(one);
        }
    };
    for edge in judgement.world.graph.edges.iter().filter(|edge| edge.kind != EdgeKind::Import) {
        join(edge.from, edge.to);
    }
    for (node, def) in dead {
        [def.owner, def.parent].into_iter().flatten().for_each(|whole| join(*node, whole));
    }
    let mut sizes = HashMap::default();
    let mut seen: HashSet<NodeId> = HashSet::default();
    for (node, _) in dead {
        let mut group = Vec::new();
        let mut pending = vec![*node];
        while let Some(node) = pending.pop() {
            if seen.insert(node) {
                group.push(node);
                pending.extend(beside.get(&node).map_or(&[][..], Vec::as_slice));
            }
        }
        let alone = |node: &&NodeId| {
            judgement.world.def(**node).is_some_and(|def| judgement.dead_whole(def).is_none())
        };
        let size = group.iter().filter(alone).count();
        sizes.extend(group.into_iter().map(|node| (node, size)));
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("op_alsa_set_device"), ["op", "alsa", "set", "device"]);
        assert_eq!(words("setDeviceName2"), ["set", "device", "name"]);
        assert_eq!(words("SET_ALL_SET"), ["set", "all"]);
        assert!(words("x1").is_empty());
    }

    #[test]
    fn a_heap_is_told_by_number_and_share() {
        let doubt = |dead, judged| {
            let count = Count { dead, judged, files: HashSet::from_iter([1]) };
            OF_FILE.doubt(&count).map(|doubt| doubt.at_most)
        };
        assert_eq!(doubt(2, 2), None);
        assert_eq!(doubt(3, 100), None);
        assert_eq!(doubt(3, 6), Some(Confidence::Likely));
        assert_eq!(doubt(10, 12), Some(Confidence::Possible));
    }

    #[test]
    fn one_in_each_file_is_no_heap() {
        let doubt = |files: u32| {
            let count = Count { dead: 40, judged: 60, files: (0..files).collect() };
            OF_PACKAGE.doubt(&count).map(|doubt| doubt.at_most)
        };
        assert_eq!(doubt(40), None);
        assert_eq!(doubt(10), Some(Confidence::Possible));
    }
}
