//! Every maximal repeat of at least one window, in near-linear time.
//!
//! ```text
//! hash of each window ──▶ those that occur twice ──▶ numbered ──▶ periodic runs as one ──▶ chains without forks as one
//!                                                      ──▶ suffix array of what is left ──▶ maximal repeats
//! ```
//! Little is left after the third step, because most repeats are one chain: a suffix array over all tokens would cost
//! ten times as much. Only hashes are compared here; [`crate::classes`] compares the tokens themselves.

use crate::recurring::recurring;
use crate::stream::{Likeness, Stream};
use crate::suffixes::{intervals, suffixes};
use crate::windows;
use facts::hash::HashMap;

/// Pieces with the same windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Length in tokens.
    pub tokens: u32,
    /// Index of the stream and first token of each, in order.
    pub places: Vec<(u32, u32)>,
}

/// A window that occurs more than once, or a periodic run of them.
#[derive(Debug, Clone, Copy)]
struct Element {
    id: u32,
    /// Number of the first window.
    start: u32,
    /// Number of windows.
    windows: u32,
    /// Whether it is a periodic run.
    run: bool,
}

/// A chain of elements that always occur together.
#[derive(Debug, Clone, Copy)]
struct Chain {
    id: u32,
    start: u32,
    windows: u32,
    /// Tokens of periodic runs in this chain and all before it.
    run_tokens_before: u64,
    run_tokens: u32,
}

/// The elements of all sequences.
struct Sequences {
    elements: Vec<Element>,
    /// One past the last element of each sequence.
    ends: Vec<usize>,
    ids: u32,
    /// Pieces that repeat directly after themselves: first windows by id and period.
    tandems: Vec<Repeat>,
}

/// The repeats of at least `window` tokens that cannot be extended on either side without losing an occurrence.
///
/// A piece that repeats three times or more in direct succession becomes one repeat of its period (only exact ones,
/// because lists and tables repeat their shape without being copies), and one indivisible element of any other repeat.
pub fn repeats(streams: &[Stream], window: u32, likeness: Likeness) -> Vec<Repeat> {
    let places = Places::of(streams, window);
    let numbered = recurring(streams, &places.bases, window, likeness);
    let mut sequences = collapse_runs(&numbered, &places, window);
    drop(numbered);
    let mut found = maximal(&chains(&sequences, window), &places, window, likeness);
    if likeness == Likeness::Exact {
        found.append(&mut sequences.tandems);
    }
    found
}

/// Windows are numbered across all streams.
struct Places {
    bases: Vec<u32>,
}

impl Places {
    fn of(streams: &[Stream], window: u32) -> Places {
        let mut bases = Vec::with_capacity(streams.len() + 1);
        let mut total = 0_u32;
        for stream in streams {
            bases.push(total);
            total = total.saturating_add(windows::count(stream, window) as u32);
        }
        bases.push(total);
        Places { bases }
    }

    fn stream(&self, number: u32) -> usize {
        self.bases.partition_point(|base| *base <= number) - 1
    }

    fn place(&self, number: u32) -> (u32, u32) {
        let stream = self.stream(number);
        (stream as u32, number - self.bases[stream])
    }
}

/// Divides the windows into sequences without gaps and turns every periodic run in them into one element.
fn collapse_runs(numbered: &[(u32, u32)], places: &Places, window: u32) -> Sequences {
    let ids = numbered.iter().map(|(_, id)| id + 1).max().unwrap_or(0);
    let mut collapse = Collapse {
        window,
        last: vec![u32::MAX; ids as usize],
        run_ids: HashMap::default(),
        next_id: ids,
        elements: Vec::with_capacity(numbered.len()),
        tandems: HashMap::default(),
    };
    let mut ends = Vec::new();
    let mut first = 0;
    let mut stream_end = 0;
    for place in 0..numbered.len() {
        let number = numbered[place].0;
        if place == first {
            stream_end = places.bases[places.stream(number) + 1];
        }
        let goes_on = numbered.get(place + 1).is_some_and(|next| next.0 == number + 1 && next.0 < stream_end);
        if !goes_on {
            collapse.sequence(&numbered[first..=place], first as u32);
            ends.push(collapse.elements.len());
            first = place + 1;
        }
    }
    let mut tandems: Vec<((u32, u32), Vec<u32>)> = collapse.tandems.into_iter().collect();
    tandems.sort_unstable();
    let tandems = tandems.into_iter().map(|((_, tokens), numbers)| Repeat {
        tokens,
        places: numbers.into_iter().map(|number| places.place(number)).collect(),
    });
    Sequences { elements: collapse.elements, ends, ids: collapse.next_id, tandems: tandems.collect() }
}

struct Collapse {
    window: u32,
    /// The last occurrence of each id.
    last: Vec<u32>,
    run_ids: HashMap<(u32, u32, u32), u32>,
    next_id: u32,
    elements: Vec<Element>,
    tandems: HashMap<(u32, u32), Vec<u32>>,
}

impl Collapse {
    /// Finds the runs of one sequence, whose first element is at `offset`, in one pass: `period` is the distance to the
    /// last occurrence of an id, and stays valid as long as every following id repeats at that distance.
    fn sequence(&mut self, sequence: &[(u32, u32)], offset: u32) {
        let mut period = 0;
        let mut repeated = 0;
        let mut done = 0;
        for place in 0..=sequence.len() {
            let id = sequence.get(place).map(|(_, id)| *id);
            if period > 0 && id.is_some_and(|id| sequence[place - period].1 == id) {
                repeated += 1;
            } else {
                if period > 0 {
                    let first = (place - repeated - period).max(done);
                    if place - first >= 3 * period {
                        self.plain(&sequence[done..first]);
                        self.run(&sequence[first..place], period as u32);
                        done = place;
                    }
                }
                let before = id.map_or(u32::MAX, |id| self.last[id as usize]);
                let own = before != u32::MAX && before >= offset && before < offset + place as u32;
                period = if own { (offset + place as u32 - before) as usize } else { 0 };
                repeated = usize::from(own);
            }
            if let Some(id) = id {
                self.last[id as usize] = offset + place as u32;
            }
        }
        self.plain(&sequence[done..]);
    }

    fn plain(&mut self, windows: &[(u32, u32)]) {
        let element = |(start, id): &(u32, u32)| Element { id: *id, start: *start, windows: 1, run: false };
        self.elements.extend(windows.iter().map(element));
    }

    fn run(&mut self, windows: &[(u32, u32)], period: u32) {
        let (start, first) = windows[0];
        let length = windows.len() as u32;
        let id = *self.run_ids.entry((first, period, length)).or_insert_with(|| {
            self.next_id += 1;
            self.next_id - 1
        });
        self.elements.push(Element { id, start, windows: length, run: true });
        let tokens = period * self.window.div_ceil(period);
        let copies = (length + self.window - 1) / tokens;
        let numbers = (0..copies).map(|copy| start + copy * tokens);
        self.tandems.entry((first, tokens)).or_default().extend(numbers);
    }
}

/// The neighbour of an id on one side.
const NOTHING_YET: u32 = u32::MAX;
const SEVERAL: u32 = u32::MAX - 1;
const AN_END: u32 = u32::MAX - 2;

fn note(slot: &mut u32, neighbour: u32) {
    if *slot == NOTHING_YET {
        *slot = neighbour;
    } else if *slot != neighbour {
        *slot = SEVERAL;
    }
}

/// Joins elements that are always neighbours; each sequence ends with a unique number.
fn chains(sequences: &Sequences, window: u32) -> Vec<Chain> {
    let ids = sequences.ids as usize;
    let mut next = vec![NOTHING_YET; ids];
    let mut previous = vec![NOTHING_YET; ids];
    let mut first = 0;
    for end in &sequences.ends {
        let elements = &sequences.elements[first..*end];
        for (place, element) in elements.iter().enumerate() {
            let before = place.checked_sub(1).map_or(AN_END, |before| elements[before].id);
            let after = elements.get(place + 1).map_or(AN_END, |after| after.id);
            note(&mut previous[element.id as usize], before);
            note(&mut next[element.id as usize], after);
        }
        first = *end;
    }
    let mut chains: Vec<Chain> = Vec::new();
    let mut first = 0;
    let mut run_tokens_before = 0;
    for (number, end) in sequences.ends.iter().enumerate() {
        let mut before: Option<u32> = None;
        for element in &sequences.elements[first..*end] {
            let joined = before.is_some_and(|before| {
                next[before as usize] == element.id && previous[element.id as usize] == before
            });
            let run_tokens = if element.run { element.windows + window - 1 } else { 0 };
            match chains.last_mut().filter(|_| joined) {
                Some(chain) => {
                    chain.windows += element.windows;
                    chain.run_tokens += run_tokens;
                }
                None => chains.push(Chain {
                    id: element.id,
                    start: element.start,
                    windows: element.windows,
                    run_tokens_before,
                    run_tokens,
                }),
            }
            run_tokens_before += u64::from(run_tokens);
            before = Some(element.id);
        }
        let id = sequences.ids + number as u32;
        chains.push(Chain { id, start: 0, windows: 0, run_tokens_before, run_tokens: 0 });
        first = *end;
    }
    chains
}

/// The most occurrences of all reported repeats together, for each chain: only adversarial sequences nest deeper.
const PLACES_PER_CHAIN: usize = 64;
/// The most tokens of all reported repeats together: a fixed number and some for each token of the tree. All of them
/// are compared. In code written by people a token is repeated ten times; in an adversarial table (every pair of a
/// hundred names) thousands of times.
const FREE_TOKENS: u64 = 32 << 20;
const TOKENS_PER_TOKEN: u64 = 256;

fn maximal(chains: &[Chain], places: &Places, window: u32, likeness: Likeness) -> Vec<Repeat> {
    let text: Vec<u32> = chains.iter().map(|chain| chain.id).collect();
    let (order, lengths) = suffixes(&text);
    // How often the chain before a suffix changes along the suffix array: an interval without a change can be extended
    // to the left.
    let before = |place: usize| (order[place] as usize).checked_sub(1).map(|before| text[before]);
    let mut changes = vec![0_u32; order.len()];
    for place in 1..order.len() {
        let same = before(place).is_some() && before(place) == before(place - 1);
        changes[place] = changes[place - 1] + u32::from(!same);
    }
    let mut found: Vec<(u32, u32, u32)> = Vec::new();
    for interval in intervals(&lengths) {
        if changes[interval.first as usize] == changes[interval.last as usize] {
            continue;
        }
        let first = &chains[order[interval.first as usize] as usize];
        let last = &chains[(order[interval.first as usize] + interval.length - 1) as usize];
        let tokens = last.start + last.windows - first.start + window - 1;
        let run_tokens = last.run_tokens_before + u64::from(last.run_tokens) - first.run_tokens_before;
        // Tables may have the same shape; so the part without periodic runs must be long enough by itself.
        if likeness == Likeness::Renamed && u64::from(tokens) < run_tokens + u64::from(window) {
            continue;
        }
        found.push((tokens, interval.first, interval.last));
    }
    found.sort_unstable_by_key(|(tokens, first, last)| (std::cmp::Reverse(*tokens), *first, *last));
    let mut left = chains.len() * PLACES_PER_CHAIN;
    let windows = u64::from(places.bases.last().copied().unwrap_or(0));
    let mut tokens_left = FREE_TOKENS + TOKENS_PER_TOKEN * windows;
    let affordable = found.iter().take_while(|(tokens, first, last)| {
        let size = (last - first + 1) as usize;
        let whole = size as u64 * u64::from(*tokens);
        let fits = size <= left && whole <= tokens_left;
        left = left.saturating_sub(size);
        tokens_left = tokens_left.saturating_sub(whole);
        fits
    });
    affordable
        .map(|(tokens, first, last)| {
            let mut starts: Vec<u32> = order[*first as usize..=*last as usize]
                .iter()
                .map(|chain| chains[*chain as usize].start)
                .collect();
            starts.sort_unstable();
            Repeat { tokens: *tokens, places: starts.into_iter().map(|start| places.place(start)).collect() }
        })
        .collect()
}
