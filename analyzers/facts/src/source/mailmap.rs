//! The names and addresses that authors want to be known by (gitmailmap(5)).

use super::bounds::LARGEST_RULES;
use super::confined;
use super::git::GitContext;
use super::object_reader;
use crate::model::RepoPath;
use gix::bstr::ByteSlice;
use gix::config::Source;
use gix::mailmap::{Snapshot, parse_ignore_errors};
use std::path::Path;

/// The most bytes of a line: names and addresses from it are shown.
const LONGEST_LINE: usize = 4 << 10;

impl GitContext {
    /// The rules of .mailmap: from the work tree (or HEAD in a bare repository), then `mailmap.blob`, then
    /// `mailmap.file`. As in Git, missing or unreadable files map nobody. The same holds for files that are larger than
    /// 4 MiB or not regular files, for lines of more than 4 KiB, and for a `mailmap.file` outside the repository's folders that its own configuration
    /// names: names from there must not be shown.
    pub(crate) fn mailmap(&self) -> &Snapshot {
        self.mailmap.get_or_init(|| read(&self.local()))
    }
}

fn read(repository: &gix::Repository) -> Snapshot {
    let mut mailmap = Snapshot::default();
    let config = repository.config_snapshot();
    let named = config.string("mailmap.blob");
    let blob = match (named, repository.workdir()) {
        (Some(revision), _) => repository.rev_parse_single(revision.as_bstr()).ok().map(gix::Id::detach),
        (None, None) => of_head(repository),
        (None, Some(_)) => None,
    };
    if let Some(root) = repository.workdir()
        && let Ok(bytes) = confined::read_listed(root, &RepoPath::from(".mailmap"), LARGEST_RULES)
    {
        mailmap.merge(parse_ignore_errors(&without_long_lines(&bytes)));
    }
    if let Some(blob) = blob
        && let Ok(bytes) = object_reader::read_up_to(repository, blob, LARGEST_RULES, &".mailmap")
    {
        mailmap.merge(parse_ignore_errors(&without_long_lines(&bytes)));
    }
    if let Ok(Some(file)) = config.trusted_path("mailmap.file")
        && (!is_named_by_repository(config.plumbing()) || is_inside(repository, &file))
        && let Ok(bytes) = confined::read_regular(&file, LARGEST_RULES)
    {
        mailmap.merge(parse_ignore_errors(&without_long_lines(&bytes)));
    }
    mailmap
}

/// The lines that may hold a rule.
fn without_long_lines(bytes: &[u8]) -> Vec<u8> {
    let short = bytes.lines_with_terminator().filter(|line| line.len() <= LONGEST_LINE);
    short.collect::<Vec<&[u8]>>().concat()
}

fn of_head(repository: &gix::Repository) -> Option<gix::ObjectId> {
    let tree = repository.head().ok()?.peel_to_commit().ok()?.tree().ok()?;
    tree.find_entry(".mailmap").map(|entry| entry.object_id())
}

/// True if the effective `mailmap.file` is set in the configuration of the repository or of its work tree.
fn is_named_by_repository(config: &gix::config::File) -> bool {
    let sections = config.sections_by_name("mailmap").into_iter().flatten();
    let setting = sections.filter(|section| section.body().value("file").is_some()).last();
    setting.is_some_and(|section| matches!(section.meta().source, Source::Local | Source::Worktree))
}

/// True for a path that is, with links followed, in the work tree or in Git's own folder.
fn is_inside(repository: &gix::Repository, file: &Path) -> bool {
    let Ok(real) = file.canonicalize() else { return false };
    let folders = [repository.workdir(), Some(repository.common_dir())];
    let real_folders = folders.into_iter().flatten().filter_map(|folder| folder.canonicalize().ok());
    real_folders.into_iter().any(|folder| real.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names would be shown wherever their authors are.
    #[test]
    fn a_line_that_is_longer_than_names_are_maps_nobody() {
        let long = "A".repeat(900_000);
        let text = format!(
            "Ada <ada@x> <a@x>\r\n{long} <b@y> <b@x>\nBob <{long}@y> <c@x>\n\u{f6}{} <d@y> <d@x>\nEve <e@y> <e@x>",
            "A".repeat(4000)
        );
        let mut mailmap = Snapshot::default();
        mailmap.merge(parse_ignore_errors(&without_long_lines(text.as_bytes())));
        let mapped: Vec<String> = mailmap.iter().map(|entry| entry.old_email().to_string()).collect();
        assert_eq!(mapped, ["a@x", "d@x", "e@x"]);
    }
}
