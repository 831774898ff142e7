//! Who knows the code, and how much knowledge was lost with people who left.

use super::ownership::Tracked;
use super::truck_factor::key_people;
use facts::Measured;
use facts::history::{History, PersonId};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Folders are reported down to this depth.
const FOLDER_DEPTH: usize = 2;
/// Folders with fewer files are not reported.
const LEAST_FILES: usize = 3;

/// Who knows a part of the code.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Knowledge {
    /// The folder; empty for the whole tree.
    pub folder: String,
    /// Files with code that the history knows.
    pub files: usize,
    /// Their source lines.
    pub source_lines: u64,
    /// How many people can leave before more than half of the files have no author left.
    pub truck_factor: Measured<usize>,
    /// Those people, in the order in which they would be missed.
    pub key_people: Vec<KeyPerson>,
    /// Share of the source lines in files whose main author has left, 0 to 1.
    pub knowledge_loss: Measured<f64>,
}

/// A person that the truck factor counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyPerson {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Files that they are an author of.
    pub files: usize,
    /// They have left.
    pub former: bool,
}

/// A person and the code they are the main author of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Owner {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Their commits in the whole history.
    pub commits: usize,
    /// Whole days from their last commit to the newest one of the history.
    pub days_since_last_commit: u32,
    /// They have left: that was longer ago than the limit.
    pub former: bool,
    /// Files with code that they are the main author of.
    pub files: usize,
    /// The source lines of these.
    pub source_lines: u64,
}

/// Who committed when, and who has left.
pub struct Attendance<'h> {
    history: &'h History,
    /// Commits, and the time of the last one.
    of: BTreeMap<PersonId, (usize, i64)>,
    former_after: u32,
}

impl<'h> Attendance<'h> {
    /// A person has left if they made no commit in the last `former_after` days of the history.
    pub fn of(history: &'h History, former_after: u32) -> Self {
        let mut of: BTreeMap<PersonId, (usize, i64)> = BTreeMap::new();
        for commit in &history.commits {
            let (commits, last) = of.entry(commit.author).or_insert((0, commit.commit_time));
            *commits += 1;
            *last = (*last).max(commit.commit_time);
        }
        Attendance { history, of, former_after }
    }

    /// Whole days since the person's last commit.
    fn days_since_last(&self, person: PersonId) -> u32 {
        self.of.get(&person).map_or(u32::MAX, |(_, last)| self.history.days_before_head(*last))
    }

    /// True if they have left.
    pub fn is_former(&self, person: PersonId) -> bool {
        self.days_since_last(person) > self.former_after
    }
}

/// The knowledge of the whole tree and of its upper folders, sorted by folder.
pub fn knowledge(files: &[Tracked<'_>], attendance: &Attendance<'_>) -> (Knowledge, Vec<Knowledge>) {
    let code: Vec<&Tracked<'_>> =
        files.iter().filter(|file| file.record.data.facts.has_functions()).collect();
    let mut folders: BTreeMap<Vec<u8>, Vec<&Tracked<'_>>> = BTreeMap::new();
    for file in &code {
        let parent = file.record.path().parent();
        let ends = parent.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| end);
        for end in ends.chain([parent.len()]).filter(|end| *end > 0).take(FOLDER_DEPTH) {
            folders.entry(parent[..end].to_vec()).or_default().push(file);
        }
    }
    let folders = folders.into_iter().filter(|(_, files)| files.len() >= LEAST_FILES);
    let of_folder = |(folder, files): (Vec<u8>, Vec<&Tracked<'_>>)| {
        of(facts::model::RepoPath::new(folder).to_string(), &files, attendance)
    };
    (of(String::new(), &code, attendance), folders.map(of_folder).collect())
}

fn of(folder: String, files: &[&Tracked<'_>], attendance: &Attendance<'_>) -> Knowledge {
    let authors: Vec<Vec<PersonId>> = files.iter().map(|file| file.key_authors()).collect();
    let history = attendance.history;
    let reason = if history.shallow {
        Some("the clone is shallow: who created the files is not known; `git fetch --unshallow` brings it")
    } else if authors.iter().all(Vec::is_empty) {
        Some("no file with code has an author that the history knows")
    } else {
        None
    };
    let people = match reason {
        None => key_people(authors.iter().map(Vec::as_slice)),
        Some(_) => Vec::new(),
    };
    let key_people: Vec<KeyPerson> = people
        .into_iter()
        .map(|(id, files)| {
            let person = history.person(id).clone();
            KeyPerson { name: person.name, email: person.email, files, former: attendance.is_former(id) }
        })
        .collect();
    Knowledge {
        folder,
        files: files.len(),
        source_lines: files.iter().map(|file| source_lines(file)).sum(),
        truck_factor: reason.map_or(Measured::Value(key_people.len()), Measured::unsupported),
        key_people,
        knowledge_loss: knowledge_loss(files, attendance),
    }
}

fn knowledge_loss(files: &[&Tracked<'_>], attendance: &Attendance<'_>) -> Measured<f64> {
    let (mut lost, mut all) = (0, 0);
    for file in files {
        if let Some(main) = file.main_author() {
            all += source_lines(file);
            lost += if attendance.is_former(main.person) { source_lines(file) } else { 0 };
        }
    }
    match (all, attendance.history.shallow) {
        (_, true) => Measured::unsupported("the clone is shallow: who wrote most is not known"),
        (0, _) => Measured::unsupported("no file with code has a main author"),
        _ => Measured::Value(lost as f64 / all as f64),
    }
}

/// Main authors, most source lines first.
pub fn owners(files: &[Tracked<'_>], attendance: &Attendance<'_>) -> Vec<Owner> {
    let mut owned: BTreeMap<PersonId, (usize, u64)> = BTreeMap::new();
    for file in files.iter().filter(|file| file.record.data.facts.has_functions()) {
        if let Some(main) = file.main_author() {
            let (count, lines) = owned.entry(main.person).or_default();
            *count += 1;
            *lines += source_lines(file);
        }
    }
    let mut owners: Vec<Owner> = owned
        .into_iter()
        .map(|(id, (files, source_lines))| {
            let person = attendance.history.person(id).clone();
            Owner {
                name: person.name,
                email: person.email,
                commits: attendance.of.get(&id).map_or(0, |(commits, _)| *commits),
                days_since_last_commit: attendance.days_since_last(id),
                former: attendance.is_former(id),
                files,
                source_lines,
            }
        })
        .collect();
    owners.sort_by(|a, b| {
        let order = |owner: &Owner| (Reverse(owner.source_lines), Reverse(owner.files));
        order(a).cmp(&order(b)).then_with(|| (&a.name, &a.email).cmp(&(&b.name, &b.email)))
    });
    owners
}

/// The number of main authors who have left.
pub fn former_owners(owners: &[Owner]) -> usize {
    owners.iter().filter(|owner| owner.former).map(|owner| &owner.email).collect::<BTreeSet<_>>().len()
}

fn source_lines(file: &Tracked<'_>) -> u64 {
    u64::from(file.record.data.facts.lines.source)
}
