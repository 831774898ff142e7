//! The differences of two trees, for valid paths and within limits.

use crate::source::{Cancelled, SourceError, bounds, confined};
use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteVec};
use gix::diff::tree::visit::{Action, Change};
use gix::diff::tree::{State, Visit};
use gix::objs::TreeRefIter;
use gix::objs::tree::EntryMode;
use std::collections::VecDeque;
use std::ops::ControlFlow;

/// The most files and folders that one commit may change: four times all files of Chromium.
const MOST_CHANGES: usize = 2_000_000;
/// The most bytes of a path while trees are compared. Files do not have longer ones, and each level is copied.
const LONGEST_PATH: usize = 64 << 10;
/// Changes between two cancellation checks.
const QUESTION_STEP: usize = 256;

/// One side of a difference.
pub type Side = (EntryMode, ObjectId);

/// The difference at a path; `None` for folders.
pub struct Difference {
    pub path: BString,
    pub old: Option<Side>,
    pub new: Option<Side>,
}

/// Why the comparison failed.
pub enum Failed {
    /// It was cancelled.
    Interrupted(SourceError),
    /// There are too many differences, or they are too deep.
    TooMuch(String),
    /// A tree cannot be read.
    Unreadable(gix::diff::tree::Error),
}

/// The files that differ between two trees, in no particular order. Paths with names that Git forbids, and paths that
/// no system can open, are left out.
pub fn between(
    old: &[u8],
    new: &[u8],
    state: &mut State,
    objects: &gix::OdbHandle,
    cancelled: Option<Cancelled<'_>>,
) -> Result<Vec<Difference>, Failed> {
    let kind = gix::hash::Kind::Sha1;
    let mut collected = Collected { cancelled, ..Collected::default() };
    let trees = (TreeRefIter::from_bytes(old, kind), TreeRefIter::from_bytes(new, kind));
    let result = gix::diff::tree(trees.0, trees.1, state, objects, &mut collected);
    match (collected.end, result) {
        (Some(end), _) => Err(end),
        (None, Err(error)) => Err(Failed::Unreadable(error)),
        (None, Ok(())) => Ok(collected.differences),
    }
}

/// The current place of the comparison.
#[derive(Clone, Default)]
struct Place {
    path: BString,
    /// A part of the path is one that Git forbids.
    is_forbidden: bool,
}

#[derive(Default)]
struct Collected<'a> {
    cancelled: Option<Cancelled<'a>>,
    place: Place,
    /// The state to go back to: the length of the path, and whether it was forbidden.
    before: Vec<(usize, bool)>,
    folders: VecDeque<Place>,
    differences: Vec<Difference>,
    seen: usize,
    end: Option<Failed>,
}

impl Collected<'_> {
    fn goes_on(&mut self) -> Result<(), Failed> {
        self.seen += 1;
        if self.seen > MOST_CHANGES {
            return Err(Failed::TooMuch(format!(
                "more than {MOST_CHANGES} changed files, the most that are compared"
            )));
        }
        if self.place.path.len() > LONGEST_PATH {
            return Err(Failed::TooMuch(format!("a path of more than {LONGEST_PATH} bytes")));
        }
        if self.seen.is_multiple_of(QUESTION_STEP) {
            bounds::go_on(self.cancelled).map_err(Failed::Interrupted)?;
        }
        Ok(())
    }
}

impl Visit for Collected<'_> {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.place = self.folders.pop_front().unwrap_or_default();
        self.before.clear();
    }

    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.push_path_component(component);
        self.folders.push_back(self.place.clone());
    }

    fn push_path_component(&mut self, component: &BStr) {
        self.before.push((self.place.path.len(), self.place.is_forbidden));
        if !self.place.path.is_empty() {
            self.place.path.push_byte(b'/');
        }
        self.place.path.push_str(component);
        self.place.is_forbidden |= confined::forbidden_part(component).is_some();
    }

    fn pop_path_component(&mut self) {
        let (length, is_forbidden) = self.before.pop().unwrap_or_default();
        self.place.path.truncate(length);
        self.place.is_forbidden = is_forbidden;
    }

    fn visit(&mut self, change: Change) -> Action {
        if let Err(end) = self.goes_on() {
            self.end = Some(end);
            return ControlFlow::Break(());
        }
        let (old, new) = match change {
            Change::Addition { entry_mode, oid, .. } => (None, Some((entry_mode, oid))),
            Change::Deletion { entry_mode, oid, .. } => (Some((entry_mode, oid)), None),
            Change::Modification { previous_entry_mode, previous_oid, entry_mode, oid } => {
                (Some((previous_entry_mode, previous_oid)), Some((entry_mode, oid)))
            }
        };
        let is_folder = new.or(old).is_some_and(|(mode, _)| mode.is_tree());
        if !is_folder && !self.place.is_forbidden && !bounds::is_too_long(&self.place.path) {
            self.differences.push(Difference { path: self.place.path.clone(), old, new });
        }
        ControlFlow::Continue(())
    }
}
