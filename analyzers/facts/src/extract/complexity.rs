//! Decision points, cognitive complexity, nesting, exits and ABC of the functions that are open during the walk.

use super::arity::Taken;
use crate::model::{Abc, Decisions, TopLevel};

/// Counters of one open function.
#[derive(Debug, Default)]
pub(super) struct OpenFunction {
    /// Index into the file's functions.
    pub index: u32,
    /// Bare name, to recognise recursion; empty if unknown.
    pub name: String,
    /// The name by which the function refers to its own object, besides the keywords for it.
    pub own_object: Option<Vec<u8>>,
    /// Nesting level of its own code.
    pub base: u32,
    /// How many of these levels come from closures.
    pub base_closures: u32,
    /// Decision points of its own code.
    pub decisions: Decisions,
    /// Cognitive complexity including nested functions.
    pub cognitive: u32,
    /// Cognitive complexity of its own code alone.
    pub cognitive_own: u32,
    /// Deepest control structure of its own code.
    pub nesting: u16,
    /// Early and final exits.
    pub exits: u16,
    /// Assignments, branches, conditions.
    pub abc: Abc,
    /// True once it was seen calling itself.
    pub recursive: bool,
    /// True once the recursion was counted.
    pub recursion_counted: bool,
    /// Clauses after the first, in languages that write a function as several of them.
    pub more_clauses: u16,
    /// True for a function that consists of one nested function: it adds no nesting.
    pub decorator: bool,
    /// True once a control structure of its own was seen.
    pub structured: bool,
    /// The arguments it takes, in languages where functions of the same name may differ in them.
    pub takes: Option<Taken>,
    /// True for a function that is called right where it is written.
    pub at_once: bool,
}

/// The counters of the walk.
#[derive(Debug, Default)]
pub(super) struct Complexity {
    /// Open functions, outermost first.
    pub open: Vec<OpenFunction>,
    /// Code outside all functions.
    pub top_level: TopLevel,
    /// Last operator of each open sequence of logical operators.
    sequences: Vec<u16>,
    /// For each open selection: whether its free branch was taken.
    pub selections: Vec<bool>,
    /// Number of updates of functions so far, for the step limit.
    pub steps: u64,
}

impl Complexity {
    /// The decision counters of the innermost function, or of the top level.
    pub fn decisions(&mut self) -> &mut Decisions {
        match self.open.last_mut() {
            Some(function) => &mut function.decisions,
            None => &mut self.top_level.decisions,
        }
    }

    /// The ABC counters of the innermost function, if any.
    pub fn abc(&mut self) -> Option<&mut Abc> {
        self.open.last_mut().map(|function| &mut function.abc)
    }

    /// Counts a condition for ABC.
    pub fn condition(&mut self) {
        if let Some(abc) = self.abc() {
            abc.conditions += 1;
        }
    }

    /// An increment that grows with nesting: a control structure at level `nesting`; `closures` of these levels come
    /// from closures. Closures count for cognitive complexity; the nesting depth counts control structures only.
    pub fn structural(&mut self, nesting: u32, closures: u32) {
        self.steps += self.open.len() as u64;
        for function in &mut self.open {
            let depth = nesting.saturating_sub(function.base).saturating_add(1);
            function.cognitive = function.cognitive.saturating_add(depth);
        }
        match self.open.last_mut() {
            Some(function) => {
                let depth = nesting.saturating_sub(function.base) + 1;
                function.cognitive_own = function.cognitive_own.saturating_add(depth);
                function.structured = true;
                let depth = depth.saturating_sub(closures.saturating_sub(function.base_closures)).max(1);
                function.nesting = function.nesting.max(depth.min(u32::from(u16::MAX)) as u16);
            }
            None => {
                self.top_level.cognitive = self.top_level.cognitive.saturating_add(nesting + 1);
                let depth = (nesting + 1).saturating_sub(closures).max(1);
                self.top_level.nesting = self.top_level.nesting.max(depth.min(u32::from(u16::MAX)) as u16);
            }
        }
    }

    /// An increment of 1, independent of nesting.
    pub fn flat(&mut self) {
        self.steps += self.open.len() as u64;
        for function in &mut self.open {
            function.cognitive = function.cognitive.saturating_add(1);
        }
        let own = match self.open.last_mut() {
            Some(function) => &mut function.cognitive_own,
            None => &mut self.top_level.cognitive,
        };
        *own = own.saturating_add(1);
    }

    /// Opens a sequence of logical operators.
    pub fn open_sequence(&mut self) -> usize {
        self.sequences.push(0);
        self.sequences.len() - 1
    }

    /// Closes the sequences that were opened since there were `length` of them.
    pub fn close_sequences(&mut self, length: usize) {
        self.sequences.truncate(length);
    }

    /// A logical operator in the given sequence: a change of operator is an increment.
    pub fn logical_operator(&mut self, sequence: usize, operator: u16) {
        self.decisions().logicals = self.decisions().logicals.saturating_add(1);
        if self.sequences.get(sequence).is_some_and(|last| *last != operator) {
            self.sequences[sequence] = operator;
            self.flat();
        }
    }

    /// A branch of the innermost open selection; the first one is free where selections are exhaustive.
    pub fn branch(&mut self, exhaustive: bool) {
        self.condition();
        let free = match self.selections.last_mut() {
            Some(taken) if exhaustive => !std::mem::replace(taken, true),
            _ => false,
        };
        let decisions = self.decisions();
        let counter = if free { &mut decisions.defaults } else { &mut decisions.cases };
        *counter = counter.saturating_add(1);
    }

    /// Adds another clause to the innermost function, whose code is at level `base`; the first extra clause turns the
    /// function into a selection.
    pub fn another_clause(&mut self, first: bool, base: u32, closures: u32) {
        if first {
            let decisions = self.decisions();
            decisions.switches = decisions.switches.saturating_add(1);
            self.structural(base, closures);
        }
        if let Some(function) = self.open.last_mut() {
            function.more_clauses = function.more_clauses.saturating_add(1);
            function.decisions.cases = function.decisions.cases.saturating_add(1);
        }
    }

    /// A default branch.
    pub fn default_branch(&mut self) {
        self.condition();
        self.decisions().defaults = self.decisions().defaults.saturating_add(1);
    }
}
