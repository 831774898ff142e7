//! Matches each finding with one of the base by the code it is on, never by its position in the list.

use super::{Passage, lines};
use crate::rule::{Draft, OnNewCode, REPOSITORY, Rule};
use facts::hash::HashMap;
use facts::model::RepoPath;
use facts::source::Additions;
use std::collections::BTreeSet;

/// Limit on pairs whose texts are compared. If a tree needs more comparisons, some findings are shown as new.
const MOST_COMPARED: usize = 500_000;
/// How functions without a name are called (`facts::model::Function::name`).
const ANONYMOUS: &str = "<anonymous>";

/// A finding and its rule.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub rule: &'static Rule,
    pub draft: &'a Draft,
}

/// Reads the passages that findings are on.
pub(crate) struct Passages<'r> {
    /// In the judged tree.
    pub now: &'r mut dyn FnMut(&Draft) -> Option<Passage>,
    /// In the base.
    pub then: &'r mut dyn FnMut(&Draft) -> Option<Passage>,
}

/// True for an anonymous definition or one inside it: its name does not identify it.
pub(crate) fn is_anonymous(symbol: Option<&str>) -> bool {
    symbol.is_some_and(|symbol| symbol.contains(ANONYMOUS))
}

/// For each current finding, the index of the matching finding of the base. Each base finding is used at most once.
pub(crate) fn matched(
    current: &[Placed<'_>],
    base: &[Placed<'_>],
    additions: &Additions,
    read: &mut Passages<'_>,
) -> Vec<Option<usize>> {
    let mut matching = Matching::new(current, base, additions);
    matching.named_alike();
    matching.read(read);
    matching.same_place();
    matching.renamed_definitions();
    matching.moved();
    matching.of_current
}

struct Matching<'a> {
    current: &'a [Placed<'a>],
    base: &'a [Placed<'a>],
    additions: &'a Additions,
    /// The findings of the base at the same place as each of the current ones.
    at_place: Vec<Vec<usize>>,
    /// Current findings with lines that are new.
    touched: Vec<bool>,
    of_current: Vec<Option<usize>>,
    is_taken: Vec<bool>,
    now: Vec<Option<Passage>>,
    then: Vec<Option<Passage>>,
    compared: usize,
}

/// Rule, symbol, and the path at the base; no path for findings about several files or the whole repository.
type Place<'a> = (&'static str, Option<&'a str>, Option<&'a RepoPath>);

impl<'a> Matching<'a> {
    fn new(current: &'a [Placed<'a>], base: &'a [Placed<'a>], additions: &'a Additions) -> Matching<'a> {
        let mut by_place: HashMap<Place<'_>, Vec<usize>> = HashMap::default();
        for (index, Placed { rule, draft }) in base.iter().enumerate() {
            let everywhere = is_about_several(draft) || is_about_all(draft);
            let path = (!everywhere).then_some(&draft.path);
            by_place.entry((rule.id, draft.symbol.as_deref(), path)).or_default().push(index);
        }
        let at_place = current.iter().map(|Placed { rule, draft }| {
            if rule.on_new_code != OnNewCode::Compared {
                return Vec::new();
            }
            let origin = additions.origin(&draft.path);
            let places = origin.map(Some).into_iter().chain([None]);
            let there = places.filter_map(|path| by_place.get(&(rule.id, draft.symbol.as_deref(), path)));
            let fits = |then: &usize| same_context(draft, base[*then].draft, additions);
            there.flatten().copied().filter(fits).collect()
        });
        let is_touched = |placed: &Placed<'_>| {
            lines(placed.draft).is_some_and(|lines| additions.new_lines(&placed.draft.path, lines) > 0)
        };
        Matching {
            at_place: at_place.collect(),
            touched: current.iter().map(is_touched).collect(),
            of_current: vec![None; current.len()],
            is_taken: vec![false; base.len()],
            now: vec![None; current.len()],
            then: vec![None; base.len()],
            compared: 0,
            current,
            base,
            additions,
        }
    }

    /// Matches definitions whose name is unique both at the base and now, however much their text changed.
    fn named_alike(&mut self) {
        let mut claims = vec![0_usize; self.base.len()];
        self.at_place.iter().flatten().for_each(|then| claims[*then] += 1);
        for now in 0..self.current.len() {
            match self.at_place[now][..] {
                [then] if claims[then] == 1 && !is_anonymous(self.current[now].draft.symbol.as_deref()) => {
                    self.take(now, then)
                }
                _ => {}
            }
        }
    }

    /// Reads the texts of findings that are not matched yet.
    fn read(&mut self, read: &mut Passages<'_>) {
        let open: BTreeSet<&str> = self.open().map(|now| self.current[now].rule.id).collect();
        let open_now: Vec<usize> = self.open().collect();
        for now in open_now {
            self.now[now] = (read.now)(self.current[now].draft);
        }
        for then in 0..self.base.len() {
            if !self.is_taken[then] && open.contains(self.base[then].rule.id) {
                self.then[then] = (read.then)(self.base[then].draft);
            }
        }
    }

    /// Matches the same definition in the same file (which may have been renamed), or findings about the whole
    /// repository. Of several with one name it takes the one with the same text, starting with findings without new
    /// lines; then the most similar; then, if there is a name, the next in order.
    fn same_place(&mut self) {
        for touched in [false, true] {
            let open: Vec<usize> = self.open().filter(|now| self.touched[*now] == touched).collect();
            for now in open {
                let is_same = |then: &usize| {
                    !self.is_taken[*then] && self.now[now].is_some() && self.now[now] == self.then[*then]
                };
                if let Some(then) = self.at_place[now].iter().copied().find(is_same) {
                    self.take(now, then);
                }
            }
        }
        let at_place = std::mem::take(&mut self.at_place);
        self.most_alike(|now| at_place[now].clone());
        let has_name = |now: &usize| !is_anonymous(self.current[*now].draft.symbol.as_deref());
        let mut open: Vec<usize> = self.open().filter(has_name).collect();
        open.sort_by_key(|now| self.touched[*now]);
        for now in open {
            if let Some(then) = at_place[now].iter().copied().find(|then| !self.is_taken[*then]) {
                self.take(now, then);
            }
        }
    }

    /// Matches definitions that were renamed within their file and are mostly old.
    fn renamed_definitions(&mut self) {
        let mut there: HashMap<(&str, &RepoPath), Vec<usize>> = HashMap::default();
        for then in self.left() {
            let Placed { rule, draft } = self.base[then];
            there.entry((rule.id, &draft.path)).or_default().push(then);
        }
        let (current, additions) = (self.current, self.additions);
        self.most_alike(|now| {
            let Placed { rule, draft } = current[now];
            let origin = additions.origin(&draft.path).filter(|_| mostly_old(draft, additions));
            origin.and_then(|path| there.get(&(rule.id, path))).cloned().unwrap_or_default()
        });
    }

    /// Matches findings that moved to another file and are mostly old.
    fn moved(&mut self) {
        let mut there: HashMap<(&str, Option<&str>), Vec<usize>> = HashMap::default();
        for then in self.left() {
            let Placed { rule, draft } = self.base[then];
            there.entry((rule.id, last_part(draft))).or_default().push(then);
        }
        let (current, additions) = (self.current, self.additions);
        self.most_alike(|now| {
            let Placed { rule, draft } = current[now];
            let same_name = there.get(&(rule.id, last_part(draft)));
            same_name.filter(|_| mostly_old(draft, additions)).cloned().unwrap_or_default()
        });
    }

    /// Matches similar texts, the most similar first; among equals, those without new lines first.
    fn most_alike(&mut self, candidates: impl Fn(usize) -> Vec<usize>) {
        let mut pairs = Vec::new();
        for now in self.open().collect::<Vec<_>>() {
            for then in candidates(now).into_iter().filter(|then| !self.is_taken[*then]) {
                self.compared += 1;
                if self.compared > MOST_COMPARED {
                    break;
                }
                let same_context = self.current[now].draft.context == self.base[then].draft.context;
                let texts = self.now[now].as_ref().zip(self.then[then].as_ref());
                if let Some(likeness) =
                    texts.filter(|_| same_context).and_then(|(now, then)| now.likeness(then))
                {
                    pairs.push((likeness, now, then));
                }
            }
        }
        pairs.sort_by(|a, b| {
            let touched = |pair: &(f64, usize, usize)| self.touched[pair.1];
            b.0.total_cmp(&a.0)
                .then_with(|| touched(a).cmp(&touched(b)))
                .then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
        });
        for (_, now, then) in pairs {
            if self.of_current[now].is_none() && !self.is_taken[then] {
                self.take(now, then);
            }
        }
    }

    fn take(&mut self, now: usize, then: usize) {
        self.of_current[now] = Some(then);
        self.is_taken[then] = true;
    }

    /// Current findings that are compared and not matched yet.
    fn open(&self) -> impl Iterator<Item = usize> {
        let is_open = |now: &usize| {
            self.of_current[*now].is_none() && self.current[*now].rule.on_new_code == OnNewCode::Compared
        };
        (0..self.current.len()).filter(is_open)
    }

    /// Findings of the base that are not matched yet.
    fn left(&self) -> impl Iterator<Item = usize> {
        (0..self.base.len()).filter(|then| !self.is_taken[*then])
    }
}

fn is_about_all(draft: &Draft) -> bool {
    draft.span.is_none() && draft.context == REPOSITORY
}

/// True if the context names the finding's own file: then it is about all the files named there, and is placed in the
/// first.
fn is_about_several(draft: &Draft) -> bool {
    draft.context.contains(' ')
        && draft.context.split(' ').any(|word| word.as_bytes() == draft.path.as_bytes())
}

/// True if both have the same context, allowing for renamed files in it.
fn same_context(now: &Draft, then: &Draft, additions: &Additions) -> bool {
    let at_base = |word: &str| {
        let path = RepoPath::from(word);
        let file = additions.files.get(&path);
        file.and_then(|file| file.origin.as_ref()).map_or_else(|| word.to_owned(), ToString::to_string)
    };
    let sorted = |mut words: Vec<String>| {
        words.sort();
        words
    };
    now.context == then.context
        || sorted(now.context.split(' ').map(at_base).collect())
            == sorted(then.context.split(' ').map(str::to_owned).collect())
}

/// The last part of the name: moving a method to another type changes only the parts before it.
fn last_part(draft: &Draft) -> Option<&str> {
    let symbol = draft.symbol.as_deref()?;
    symbol.rsplit(['.', ':', '#', '/', ' ']).next()
}

fn mostly_old(draft: &Draft, additions: &Additions) -> bool {
    lines(draft).is_some_and(|lines| {
        let all = lines.end() - lines.start() + 1;
        additions.new_lines(&draft.path, lines) * 2 < all
    })
}
