//! `duplication`

use super::function_limit;
use crate::config::{Options, Percent};
use crate::copies::Copies;
use crate::level::Level;
use crate::measurements::{clone_options, duplication};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use clones::{CloneClass, CloneKind, CloneMember, CloneOptions, Clones, Content, LineRange};
use facts::Sections;
use facts::hash::HashMap;
use facts::model::Span;
use facts::source::Additions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The own keys of `[rules.duplication]`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The highest share of duplicated lines, in percent.
    pub max: Percent,
    /// The shortest clone, in tokens.
    pub min_tokens: u64,
    /// The shortest clone, in lines.
    pub min_lines: u64,
    /// The loosest type of clones that counts, in addition to the stricter ones.
    pub types: Types,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            max: Percent(5.0),
            min_tokens: CloneOptions::DEFAULT.min_tokens as u64,
            min_lines: CloneOptions::DEFAULT.min_lines.into(),
            types: Types::Renamed,
        }
    }
}

/// The loosest type of clones that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Types {
    /// The same tokens.
    Exact,
    /// Other names and literals.
    Renamed,
    /// Functions with some lines changed.
    Gapped,
}

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplication",
    title: "Code is not duplicated",
    group: Group::Duplication,
    docs: Docs {
        what: "Compares the share of duplicated lines in the whole repository with a maximum. When the share \
               is too high, the largest clone classes are reported, each at its first member whose lines are \
               not in a larger reported class; classes without such a member are not reported. The value of \
               a finding is the number of tokens in all members. A baseline recognises a class by its \
               content, wherever its members are, and also accepts classes that are not listed. Exact copies \
               and copies with other names and literals count, across files; `types` adds functions with \
               changed lines. Comments, layout and imports do not count. These settings apply to every \
               figure of duplication: in `pmat analyze duplicates`, the score, the service and the history.",
        why: "A fix in one copy is missed in the others.",
        fix: "Give the common part a name and call it from all places. Leave generated files out with `exclude`.",
        example: "With `max = 0`, a function that was copied into another file and given another name is reported.",
    },
    level: Some(Level::Warning),
    options: Options::of::<Settings>(),
    // More sections are loaded only if the answer is not cached.
    sections: Sections { comments: false, symbols: false, tokens: false, types: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::ByItself,
    unit: "lines of code",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "a function that was copied and renamed",
            files: &[("a.py", ORIGINAL), ("b.py", RENAMED)],
            config: SHORT,
            findings: &[("a.py", 1)],
        },
        Fixture {
            name: "renamed copies count only when asked for",
            files: &[("a.py", ORIGINAL), ("b.py", RENAMED)],
            config: "[rules.duplication]\nmin-tokens = 30\nmin-lines = 5\ntypes = \"exact\"",
            findings: &[],
        },
        Fixture {
            name: "a copy in a file that is left out",
            files: &[("a.py", ORIGINAL), ("b.py", RENAMED)],
            config: "[rules.duplication]\nmin-tokens = 30\nmin-lines = 5\nexclude = [\"b.py\"]",
            findings: &[],
        },
        Fixture {
            name: "less is duplicated than is allowed",
            files: &[("a.py", ORIGINAL), ("b.py", RENAMED)],
            config: "[rules.duplication]\nmin-tokens = 30\nmin-lines = 5\nmax = 100",
            findings: &[],
        },
    ],
};

const SHORT: &str = "[rules.duplication]\nmin-tokens = 30\nmin-lines = 5";

const ORIGINAL: &str = "def longest(words, limit):
    best = None
    for word in words:
        if len(word) > limit:
            continue
        if best is None or len(word) > len(best):
            best = word
    return best
";

const RENAMED: &str = "def widest(boxes, maximum):
    found = None
    for box in boxes:
        if len(box) > maximum:
            continue
        if found is None or len(box) > len(found):
            found = box
    return found
";

/// Limit on the members of a class that a message names.
const MOST_NAMED: usize = 5;

fn check(input: &Input<'_>) -> Outcome {
    let duplication = match duplication(input.tree, input.facts, input.config, input.evidence) {
        Ok(duplication) => duplication,
        Err(why) => return Outcome::failed(why),
    };
    let clones = &duplication.clones;
    if let Some(additions) = input.additions {
        return on_new_lines(input, clones, additions);
    }
    let share = clones.share();
    let Some(percent) = share.percent().value().copied() else {
        return Outcome::unsupported(function_limit::NO_CODE);
    };
    let max = input.own::<Settings>().max.0;
    let mut outcome =
        Outcome { checked: usize::try_from(share.compared).unwrap_or(usize::MAX), ..Outcome::default() };
    if percent > max {
        let all = format!("{percent:.1} % of all lines are duplicated, {max} % are allowed");
        let every = |class: &CloneClass| (0..class.members.len()).collect();
        outcome.findings = findings(input, clones, &all, every);
    }
    outcome
}

/// Judges the share of duplicated new lines; each class with new lines is reported at these lines.
fn on_new_lines(input: &Input<'_>, clones: &Clones, additions: &Additions) -> Outcome {
    let is_new = |member: &CloneMember| {
        let path = input.facts.files[member.file as usize].path();
        additions.new_lines(path, member.lines.first..=member.lines.last) > 0
    };
    let mut duplicated: BTreeSet<(u32, u32)> = BTreeSet::new();
    for member in clones.classes.iter().flat_map(|class| &class.members).filter(|member| is_new(member)) {
        let path = input.facts.files[member.file as usize].path();
        let lines = (member.lines.first..=member.lines.last)
            .filter(|line| additions.new_lines(path, *line..=*line) > 0);
        duplicated.extend(lines.map(|line| (member.file, line)));
    }
    let compared = input.code_files().filter_map(|file| additions.files.get(file.path()));
    let all: usize = compared.flat_map(|file| &file.lines).map(|range| range.clone().count()).sum();
    let percent = if all == 0 { 0.0 } else { 100.0 * duplicated.len() as f64 / all as f64 };
    let max = input.own::<Settings>().max.0;
    let mut outcome = Outcome { checked: all, ..Outcome::default() };
    if percent > max {
        let text = format!("{percent:.1} % of the new lines are duplicated, {max} % are allowed");
        let new = |class: &CloneClass| {
            let members = class.members.iter().enumerate();
            members.filter(|(_, member)| is_new(member)).map(|(index, _)| index).collect()
        };
        outcome.findings = findings(input, clones, &text, new);
    }
    outcome
}

/// A finding for every class with `wanted` members, the largest first, at the first of these members that larger
/// classes do not name already. If they name all of them, the finding is marked as covered.
fn findings(
    input: &Input<'_>,
    clones: &Clones,
    all: &str,
    wanted: impl Fn(&CloneClass) -> Vec<usize>,
) -> Vec<Draft> {
    let mut classes: Vec<&CloneClass> = clones.classes.iter().collect();
    classes.sort_by_key(|class| Reverse(size(class)));
    let min_lines = clone_options(input.config).min_lines;
    let mut named = NamedLines::default();
    let mut drafts = Vec::with_capacity(classes.len());
    for class in classes {
        let members = wanted(class);
        let Some(first) = members.first() else { continue };
        let open = members.iter().find(|member| !named.hold(&class.members[**member], min_lines));
        let mut draft = finding(input, class, *open.unwrap_or(first), all);
        draft.is_covered = open.is_none();
        if *open.unwrap_or(first) != *first {
            let first = &class.members[*first];
            let path = input.facts.files[first.file as usize].path().clone();
            draft.also_at = Some((path, first.lines.first));
        }
        drafts.push(draft);
        if open.is_some() {
            class.members.iter().for_each(|member| named.add(member));
        }
    }
    drafts
}

/// The total number of tokens in all members.
fn size(class: &CloneClass) -> u64 {
    u64::from(class.tokens) * class.members.len() as u64
}

/// The lines of each file that findings name, as ranges: first line to last line.
#[derive(Default)]
struct NamedLines(HashMap<u32, BTreeMap<u32, u32>>);

impl NamedLines {
    /// True if the unnamed lines of a member are too few for a clone, and at most a quarter of it.
    fn hold(&self, member: &CloneMember, min_lines: u32) -> bool {
        let Some(ranges) = self.0.get(&member.file) else { return false };
        let LineRange { first, last } = member.lines;
        let before = ranges.range(..first).next_back();
        let overlapping = before.into_iter().chain(ranges.range(first..=last));
        let held: u32 =
            overlapping.map(|(from, to)| (last.min(*to) + 1).saturating_sub(first.max(*from))).sum();
        let all = last - first + 1;
        let left = all.saturating_sub(held);
        left < min_lines.max(1) && left <= all / 4
    }

    fn add(&mut self, member: &CloneMember) {
        let ranges = self.0.entry(member.file).or_default();
        let LineRange { mut first, mut last } = member.lines;
        while let Some((from, to)) = ranges.range(..=last.saturating_add(1)).next_back() {
            if to.saturating_add(1) < first {
                break;
            }
            let from = *from;
            (first, last) = (first.min(from), last.max(*to));
            ranges.remove(&from);
        }
        ranges.insert(first, last);
    }
}

/// A finding for a class of clones, at one of its members.
fn finding(input: &Input<'_>, class: &CloneClass, member: usize, all: &str) -> Draft {
    let first = &class.members[member];
    let path = |member: &CloneMember| input.facts.files[member.file as usize].path();
    let place =
        |member: &CloneMember| format!("{}:{}-{}", path(member), member.lines.first, member.lines.last);
    let others = class.members.iter().enumerate().filter(|(index, _)| *index != member);
    let mut others: Vec<String> = others.take(MOST_NAMED).map(|(_, member)| place(member)).collect();
    let unnamed = class.members.len() - 1 - others.len();
    if unnamed > 0 {
        let places = if unnamed == 1 { "place" } else { "places" };
        others.push(format!("{unnamed} more {places}"));
    }
    let lines = first.lines.last - first.lines.first + 1;
    let others = others.join(", ");
    let message = match class.kind {
        CloneKind::Exact => format!("{lines} lines stand in {others} too ({all})"),
        CloneKind::Renamed => format!("{lines} lines stand with other names or literals in {others} ({all})"),
        CloneKind::Gapped => format!("this function stands with some lines changed in {others} ({all})"),
    };
    let span = Span {
        start_line: first.lines.first,
        end_line: first.lines.last,
        start_column: 1,
        ..Span::default()
    };
    let Content { whole, pieces } = &class.content;
    Draft {
        span: Some(span),
        anchor: Some(path(&class.members[0]).clone()),
        value: Some(size(class) as f64),
        help: "give the common part a name and call it from all places".to_owned(),
        context: format!("{:?} {} {}", class.kind, class.tokens, class.members.len()),
        copies: Some(Copies {
            content: format!("{whole:016x}"),
            pieces: pieces.clone(),
            places: u32::try_from(class.members.len()).unwrap_or(u32::MAX),
        }),
        ..Draft::new(path(first), message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::evidence::NoEvidence;
    use facts::MeasureOptions;
    use facts::source::MemoryTree;

    /// The messages for the same function in this many files.
    fn messages(copies: usize) -> Vec<String> {
        let names: Vec<String> = (0..copies).map(|n| format!("f{n}.py")).collect();
        let tree = MemoryTree::new(names.iter().map(|name| (name.as_str(), ORIGINAL)));
        let mut config = Config::parse(SHORT, "test").expect("valid");
        config.select(&["duplication"]).expect("a known rule");
        let options = MeasureOptions { sections: crate::sections(&config), ..MeasureOptions::default() };
        let facts = facts::measure(&tree, None, &options).expect("memory can be read");
        let report = crate::run(&tree, &facts, &config, &NoEvidence);
        report.findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn some_of_the_other_places_are_named_and_the_rest_is_counted() {
        let all = "100.0 % of all lines are duplicated, 5 % are allowed";
        assert_eq!(messages(2), [format!("8 lines stand in f1.py:1-8 too ({all})")]);
        let named = "f1.py:1-8, f2.py:1-8, f3.py:1-8, f4.py:1-8, f5.py:1-8";
        assert_eq!(messages(6), [format!("8 lines stand in {named} too ({all})")]);
        assert_eq!(messages(8), [format!("8 lines stand in {named}, 2 more places too ({all})")]);
        assert_eq!(messages(7), [format!("8 lines stand in {named}, 1 more place too ({all})")]);
    }
}
