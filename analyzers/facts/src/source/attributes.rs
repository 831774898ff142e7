use super::bounds::{self, LARGEST_RULES, MOST_DOUBLE_STARS, MOST_RULES};
use super::confined::read_regular;
use super::{Entry, Listing, SkipReason, Skipped, SourceError, git};
use gix::attrs::search::{AttributeId, MetadataCollection, Outcome};
use gix::attrs::{Search, StateRef};
use gix::bstr::{BStr, ByteSlice};
use gix::glob::pattern::Case;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Attributes that leave a file out.
const LINGUIST: [&str; 2] = ["linguist-generated", "linguist-vendored"];

/// Attributes by which Git may store other bytes than it checks out.
const CONVERSIONS: [&str; 6] = ["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"];

/// Entries per parallel task: enough to pay for the task.
const CHUNK: usize = 512;

/// The attributes of a tree, reduced to the lines that matter here, so that a repository whose .gitattributes speak of
/// other things pays nothing.
#[derive(Default)]
pub(super) struct AttributeRules {
    /// From the lowest to the highest precedence: of the machine and the user, of the tree, of `.git/info/attributes`.
    levels: [Search; 3],
    names: MetadataCollection,
    asked: Vec<(&'static str, AttributeId)>,
    matters: bool,
    case: Case,
    converts_by_default: bool,
}

/// A .gitattributes file: its folder, without a trailing slash, and its bytes.
pub(super) type AttributeFile = (Vec<u8>, Vec<u8>);

/// What the attributes say about one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FileAttributes {
    generated: bool,
    vendored: bool,
    /// The bytes in the work tree may differ from those of the blob.
    converted: bool,
}

impl AttributeRules {
    /// Rules from the .gitattributes `files` of the tree and, inside a repository, from the files outside of the tree.
    /// `work_tree` asks for the attributes that convert files on checkout, too.
    ///
    /// # Errors
    /// There are too many rules.
    pub(super) fn new(
        repository: Option<&gix::Repository>,
        mut files: Vec<AttributeFile>,
        work_tree: bool,
    ) -> Result<Self, SourceError> {
        let mut rules = AttributeRules::default();
        let conversions: &[&str] = if work_tree { &CONVERSIONS } else { &[] };
        let asked: Vec<&'static str> = LINGUIST.iter().chain(conversions).copied().collect();
        let mut words: Vec<Vec<u8>> = asked.iter().map(|name| name.as_bytes().to_vec()).collect();
        words.push(b"binary".to_vec());
        let outer = repository.map(outer_files).unwrap_or_default();
        files.sort();
        let lines = files.iter().map(|(_, bytes)| bytes.find_iter(b"\n").count() + 1).sum::<usize>();
        if lines > MOST_RULES {
            return Err(SourceError::new(format!(
                "the .gitattributes files of the tree have more than {MOST_RULES} lines; every one is compared with many files"
            )));
        }
        if files.iter().any(|(_, bytes)| bytes.lines().any(bounds::has_many_ways)) {
            return Err(SourceError::new(format!(
                "a .gitattributes file of the tree has a pattern with more than {MOST_DOUBLE_STARS} `**`; write a simpler one"
            )));
        }
        let all = || outer.global.iter().chain(files.iter().map(|(_, bytes)| bytes)).chain(&outer.info);
        words.extend(all().flat_map(|bytes| macro_names(bytes)));

        rules.add(0, b"[attr]binary -diff -merge -text", b"", &words);
        for bytes in &outer.global {
            rules.add(0, bytes, b"", &words);
        }
        for (folder, bytes) in &files {
            rules.add(1, bytes, folder, &words);
        }
        if let Some(bytes) = &outer.info {
            rules.add(2, bytes, b"", &words);
        }
        let known =
            |name: &&'static str| Some((*name, rules.names.iter().find(|(known, _)| known == name)?.1.id));
        rules.asked = asked.iter().filter_map(known).collect();
        if let Some(repository) = repository {
            rules.case = git::case(repository);
            rules.converts_by_default = work_tree && git::converts_line_ends(repository);
        }
        Ok(rules)
    }

    fn add(&mut self, level: usize, bytes: &[u8], folder: &[u8], words: &[Vec<u8>]) {
        let mut kept = Vec::new();
        for line in bytes.lines_with_terminator() {
            let is_macro = line.trim_start().starts_with(b"[attr]");
            if words.iter().any(|word| line.contains_str(word)) {
                self.matters |= !is_macro && !line.trim_start().starts_with(b"#");
                kept.extend_from_slice(line);
            }
        }
        if kept.is_empty() {
            return;
        }
        let source = git::path_from_bytes(folder).join(".gitattributes");
        let macros_allowed = level != 1 || folder.is_empty();
        // Fails only where a path has no parent or is not representable; such a file has no rules to give.
        let _ = self.levels[level].add_patterns_buffer(
            &kept,
            source,
            Some(Path::new("")),
            &mut self.names,
            macros_allowed,
        );
    }

    /// An [`Outcome`] to be used for many files.
    fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.initialize_with_selection(&self.names, self.asked.iter().map(|(name, _)| name));
        outcome
    }

    fn of(&self, path: &BStr, outcome: &mut Outcome) -> FileAttributes {
        outcome.reset();
        for level in self.levels.iter().rev() {
            level.pattern_matching_relative_path(path, self.case, Some(false), outcome);
            if outcome.is_done() {
                break;
            }
        }
        let mut found = FileAttributes { converted: self.converts_by_default, ..FileAttributes::default() };
        for (name, id) in &self.asked {
            let Some(matched) = outcome.match_by_id(*id) else {
                continue;
            };
            let state = matched.assignment.state;
            match *name {
                "linguist-generated" => found.generated = is_true(state),
                "linguist-vendored" => found.vendored = is_true(state),
                "text" if state == StateRef::Unset => found.converted = false,
                _ => found.converted |= !matches!(state, StateRef::Unspecified | StateRef::Unset),
            }
        }
        found
    }

    /// Leaves generated and vendored files out of `files`, and withdraws the blob id of a file that Git may have
    /// converted: its bytes in the work tree are not those of the blob.
    pub(super) fn apply(&self, files: Vec<Entry>, skipped: Vec<Skipped>) -> Listing {
        let mut listing = Listing { entries: files, skipped };
        if self.matters || self.converts_by_default {
            let found: Vec<FileAttributes> = listing
                .entries
                .par_chunks(CHUNK)
                .flat_map_iter(|chunk| {
                    let mut outcome = self.outcome();
                    chunk.iter().map(move |entry| self.of(entry.path.as_bstr(), &mut outcome))
                })
                .collect();
            let entries = std::mem::take(&mut listing.entries);
            for (mut entry, attributes) in entries.into_iter().zip(found) {
                let reason = match attributes {
                    FileAttributes { generated: true, .. } => SkipReason::Generated,
                    FileAttributes { vendored: true, .. } => SkipReason::Vendored,
                    FileAttributes { converted, .. } => {
                        entry.blob = entry.blob.filter(|_| !converted);
                        listing.entries.push(entry);
                        continue;
                    }
                };
                listing.skipped.push(Skipped { path: entry.path, reason });
            }
        }
        listing.skipped.sort();
        listing
    }
}

/// GitHub's linguist takes every value but `false` for yes.
fn is_true(state: StateRef<'_>) -> bool {
    match state {
        StateRef::Set => true,
        StateRef::Value(value) => value.as_bstr() != "false",
        StateRef::Unset | StateRef::Unspecified => false,
    }
}

/// The names that `[attr]name …` lines define.
fn macro_names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    bytes.lines().filter_map(|line| {
        let definition = line.trim_start().strip_prefix(b"[attr]")?;
        definition.fields().next().map(<[u8]>::to_vec)
    })
}

/// Attribute files that lie outside of the tree.
#[derive(Default)]
struct OuterFiles {
    global: Vec<Vec<u8>>,
    info: Option<Vec<u8>>,
}

fn outer_files(repository: &gix::Repository) -> OuterFiles {
    // What cannot be found or read there is no reason not to analyse: Git goes on without it as well.
    let global: Vec<PathBuf> = repository.attribute_global_paths().unwrap_or_default();
    OuterFiles {
        global: global.iter().filter_map(|path| read_regular(path, LARGEST_RULES).ok()).collect(),
        info: read_regular(&repository.common_dir().join("info").join("attributes"), LARGEST_RULES).ok(),
    }
}
