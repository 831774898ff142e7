use super::bounds::{self, LARGEST_RULES, MOST_RULES, MOST_RULES_IN_ALL};
use super::confined::read_regular;
use super::{Entry, Listing, SkipReason, Skipped, SourceError, git};
use crate::hash::{HashMap, HashSet};
use gix::attrs::search::{AttributeId, MetadataCollection, Outcome};
use gix::attrs::{Search, StateRef};
use gix::bstr::{BStr, ByteSlice};
use gix::glob::pattern::Case;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Attributes that leave a file out.
const LINGUIST: [&str; 2] = ["linguist-generated", "linguist-vendored"];

/// Attributes that may make Git store other bytes than it checks out.
const CONVERSIONS: [&str; 6] = ["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"];

/// Entries per parallel task: enough to pay for the task.
const CHUNK: usize = 512;

/// The attributes of a tree, reduced to the lines that matter here, so that other attributes in .gitattributes cost
/// nothing.
#[derive(Default)]
pub(super) struct AttributeRules {
    /// From the lowest to the highest precedence: those of the machine and the user, of the tree, of
    /// `.git/info/attributes`.
    levels: [Search; 3],
    names: MetadataCollection,
    asked: Vec<(&'static str, AttributeId)>,
    matters: bool,
    case: Case,
    converts_by_default: bool,
}

/// A .gitattributes file: its folder, without a trailing slash, and its bytes.
pub(super) type AttributeFile = (Vec<u8>, Vec<u8>);

/// The attributes of one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FileAttributes {
    generated: bool,
    vendored: bool,
    /// The bytes in the work tree may differ from the blob's.
    converted: bool,
}

impl AttributeRules {
    /// Rules from the .gitattributes `files` of the tree and, inside a repository, from the files outside the tree.
    /// With `work_tree`, also the attributes that convert files on checkout.
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
        let mut words: Words = asked.iter().map(|name| name.as_bytes().to_vec()).collect();
        words.insert(b"binary".to_vec());
        let outer = repository.map(outer_files).unwrap_or_default();
        files.sort();
        // Git does not accept macro definitions elsewhere in the tree.
        let of_root = files.iter().filter(|(folder, _)| folder.is_empty()).map(|(_, bytes)| bytes);
        let with_macros = outer.global.iter().chain(of_root).chain(&outer.info);
        words.extend(with_macros.flat_map(|bytes| macro_names(bytes)));
        check_amount(&files, &words)?;

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

    fn add(&mut self, level: usize, bytes: &[u8], folder: &[u8], words: &Words) {
        let mut kept = Vec::new();
        for line in lines_that_matter(bytes, words) {
            self.matters |= !line.trim_start().starts_with(b"[attr]");
            kept.extend_from_slice(line);
        }
        if kept.is_empty() {
            return;
        }
        let source = git::path_from_bytes(folder).join(".gitattributes");
        let macros_allowed = level != 1 || folder.is_empty();
        // Fails only if a path has no parent or is not representable; then the file has no rules.
        let _ = self.levels[level].add_patterns_buffer(
            &kept,
            source,
            Some(Path::new("")),
            &mut self.names,
            macros_allowed,
        );
    }

    /// An [`Outcome`] that is reused for many files.
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

    /// Removes generated and vendored files from `files`, and clears the blob id of a file that Git may have converted:
    /// its bytes in the work tree are not the blob's.
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
        let is_wrapper = |entry: &Entry| WRAPPERS.contains(&entry.path.file_name());
        let wrappers = listing.entries.extract_if(.., |entry| is_wrapper(entry));
        listing
            .skipped
            .extend(wrappers.map(|entry| Skipped { path: entry.path, reason: SkipReason::BuildWrapper }));
        listing.skipped.sort();
        listing
    }
}

/// Scripts that Gradle and Maven write into a project.
const WRAPPERS: [&[u8]; 4] = [b"gradlew", b"gradlew.bat", b"mvnw", b"mvnw.cmd"];

/// Like GitHub's linguist, takes every value except `false` as true.
fn is_true(state: StateRef<'_>) -> bool {
    match state {
        StateRef::Set => true,
        StateRef::Value(value) => value.as_bstr() != "false",
        StateRef::Unset | StateRef::Unspecified => false,
    }
}

/// Names of attributes.
type Words = HashSet<Vec<u8>>;

/// The lines that mention one of the attributes. A line that could match in too many ways matches nothing.
fn lines_that_matter<'b>(bytes: &'b [u8], words: &'b Words) -> impl Iterator<Item = &'b [u8]> {
    bytes.lines_with_terminator().filter(|line| {
        let is_comment = line.trim_start().starts_with(b"#");
        let name = |word: &'b [u8]| {
            let word = word.strip_prefix(b"-").or(word.strip_prefix(b"!")).unwrap_or(word);
            word.split(|byte| *byte == b'=').next().unwrap_or(word)
        };
        !is_comment
            && line.fields().any(|word| words.contains(name(word)))
            && !bounds::has_many_ways(line.trim_start())
    })
}

/// # Errors
/// There are more lines to compare with one file, or more files of attributes, than allowed.
fn check_amount(files: &[AttributeFile], words: &Words) -> Result<(), SourceError> {
    let count =
        |(folder, bytes): &'_ AttributeFile| (folder.clone(), lines_that_matter(bytes, words).count());
    let counts: HashMap<Vec<u8>, usize> = files.iter().map(count).filter(|(_, lines)| *lines > 0).collect();
    let too_many = |what: &str| {
        Err(SourceError::new(format!(
            "too many .gitattributes in the tree: more than {what} with attributes that matter here"
        )))
    };
    if counts.len() > MOST_RULES {
        return too_many(&format!("{MOST_RULES} files"));
    }
    if counts.values().sum::<usize>() > MOST_RULES_IN_ALL {
        return too_many(&format!("{MOST_RULES_IN_ALL} lines"));
    }
    let of = |folder: &[u8]| counts.get(folder).copied().unwrap_or(0);
    let chain = |folder: &Vec<u8>| {
        let above = folder.find_iter(b"/").map(|end| of(&folder[..end])).sum::<usize>();
        of(folder) + above + if folder.is_empty() { 0 } else { of(b"") }
    };
    match counts.keys().any(|folder| chain(folder) > MOST_RULES) {
        true => too_many(&format!("{MOST_RULES} lines for one folder")),
        false => Ok(()),
    }
}

/// The names that `[attr]name …` lines define.
fn macro_names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    bytes.lines().filter_map(|line| {
        let definition = line.trim_start().strip_prefix(b"[attr]")?;
        definition.fields().next().map(<[u8]>::to_vec)
    })
}

/// Attribute files outside the tree.
#[derive(Default)]
struct OuterFiles {
    global: Vec<Vec<u8>>,
    info: Option<Vec<u8>>,
}

fn outer_files(repository: &gix::Repository) -> OuterFiles {
    // A missing or unreadable file is no reason to stop the analysis: Git also continues without it.
    let global: Vec<PathBuf> = repository.attribute_global_paths().unwrap_or_default();
    OuterFiles {
        global: global.iter().filter_map(|path| read_regular(path, LARGEST_RULES).ok()).collect(),
        info: read_regular(&repository.common_dir().join("info").join("attributes"), LARGEST_RULES).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(files: &[(&str, String)]) -> Result<AttributeRules, SourceError> {
        let bytes = |(folder, text): &(&str, String)| (folder.as_bytes().to_vec(), text.clone().into_bytes());
        AttributeRules::new(None, files.iter().map(bytes).collect(), true)
    }

    fn generated(rules: &AttributeRules, path: &str) -> bool {
        rules.of(path.into(), &mut rules.outcome()).generated
    }

    #[test]
    fn only_lines_that_matter_count_against_the_limit() {
        let other = format!("# text\n\n*.png diff=image\n{}", "*.md diff\n".repeat(2 * MOST_RULES));
        let found = rules(&[("", format!("{other}*.g.rs linguist-generated\n"))]).expect("one line matters");
        assert!(generated(&found, "a.g.rs"));
        let own = "*.g.rs linguist-generated\n".repeat(MOST_RULES / 2);
        let apart = [("a", own.clone()), ("a-b", own.clone()), ("b", own.clone())];
        assert!(rules(&apart).is_ok(), "no file is compared with all of them");
        let error = rules(&[("", own.clone()), ("a", "*.x -text\n".to_owned()), ("a/b", own)]);
        let error = error.err().expect("one too many").to_string();
        assert!(error.contains("20000 lines for one folder"), "{error}");
    }

    #[test]
    fn a_line_that_would_be_tried_in_too_many_ways_matches_nothing() {
        let odd = format!("{}x linguist-generated\n*.g.rs linguist-generated=true\n", "**/a/".repeat(9));
        let found = rules(&[("", odd)]).expect("one odd line is left out");
        assert!(generated(&found, "d/x.g.rs"));
        assert!(!generated(&found, &format!("{}x", "a/a/".repeat(9))));
    }

    #[test]
    fn attributes_are_told_apart_by_their_whole_names() {
        let words: Words = [b"text".to_vec(), b"eol".to_vec()].into_iter().collect();
        let text = b"text diff\na\t-text\r\n b text=auto \n*.rs !eol\n# text\nx context\ny textual=1\n";
        assert_eq!(lines_that_matter(text, &words).count(), 4, "a pattern of that name is kept for nothing");
    }
}
