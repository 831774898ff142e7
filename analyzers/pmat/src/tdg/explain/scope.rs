//! What is explained: the repository, a folder, a file, a function.

use crate::tdg::report::{Card, Group, Scored};
use facts::RepoFacts;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;

/// What is explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Within {
    /// Everything.
    Repository,
    /// A folder with all in it.
    Folder {
        /// The folder.
        path: RepoPath,
    },
    /// A file.
    File {
        /// The file.
        path: RepoPath,
    },
    /// A function.
    Function {
        /// Its file.
        path: RepoPath,
        /// Its qualified name.
        name: String,
        /// Its first line.
        line: u32,
        /// Index of its file in the facts.
        #[serde(skip)]
        file: usize,
        /// Its index in the file.
        #[serde(skip)]
        function: usize,
    },
}

impl Within {
    /// Indices of the files that belong to it.
    pub(super) fn files(&self, scored: &Scored<'_>) -> Vec<usize> {
        let files = scored.repo.files.iter().enumerate();
        let inside = |path: &RepoPath| match self {
            Within::Repository => true,
            Within::Folder { path: own }
            | Within::File { path: own }
            | Within::Function { path: own, .. } => path.is_under(own.as_bytes()),
        };
        files.filter(|(_, file)| inside(file.path())).map(|(index, _)| index).collect()
    }

    pub(super) fn card(&self, scored: &Scored<'_>, files: &[usize]) -> Option<Card> {
        let mut group = Group::default();
        files.iter().filter_map(|index| scored.files[*index].as_ref()).for_each(|file| group.add(file));
        group.card()
    }
}

/// Why a name could not be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    /// No file, folder or function is called so.
    Nothing,
    /// Several functions are: their files and lines.
    Several(Vec<(RepoPath, u32)>),
}

/// What a name means: `path` in the tree as the user's words give it, else a function by its name or qualified name,
/// also as `FILE:NAME` or `FILE:LINE`.
///
/// # Errors
/// When nothing, or more than one function, is called so.
pub fn find(repo: &RepoFacts, named: &str, path: &RepoPath) -> Result<Within, NotFound> {
    if repo.files.iter().any(|file| file.path() == path) {
        return Ok(Within::File { path: path.clone() });
    }
    if path.as_bytes().is_empty() || path.as_bytes() == b"." {
        return Ok(Within::Repository);
    }
    if repo.files.iter().any(|file| file.path().is_under(path.as_bytes())) {
        return Ok(Within::Folder { path: path.clone() });
    }
    let whole = named_functions(repo, |_| true, named);
    let found = match (whole.is_empty(), named.split_once(':')) {
        (true, Some((file, name))) => {
            let file = file.trim_start_matches("./").as_bytes();
            let in_file = |path: &RepoPath| path.as_bytes() == file || ends_with_part(path, file);
            named_functions(repo, in_file, name)
        }
        _ => whole,
    };
    match <[Within; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(none) if none.is_empty() => Err(NotFound::Nothing),
        Err(several) => Err(NotFound::Several(several.into_iter().filter_map(place).collect())),
    }
}

fn place(within: Within) -> Option<(RepoPath, u32)> {
    match within {
        Within::Function { path, line, .. } => Some((path, line)),
        _ => None,
    }
}

fn ends_with_part(path: &RepoPath, end: &[u8]) -> bool {
    let before = path.as_bytes().strip_suffix(end);
    before.is_some_and(|before| before.ends_with(b"/"))
}

/// Functions whose qualified name is `name`, else whose bare name is, else that are around line `name`.
fn named_functions(repo: &RepoFacts, in_file: impl Fn(&RepoPath) -> bool, name: &str) -> Vec<Within> {
    let line = name.parse::<u32>().ok();
    let (mut qualified, mut bare, mut around) = (Vec::new(), Vec::new(), Vec::new());
    for (file, record) in repo.files.iter().enumerate().filter(|(_, record)| in_file(record.path())) {
        for (index, function) in record.data.facts.functions.iter().enumerate() {
            let within = || Within::Function {
                path: record.path().clone(),
                name: function.qualified_name.clone(),
                line: function.span.start_line,
                file,
                function: index,
            };
            if function.qualified_name == name {
                qualified.push(within());
            } else if function.name == name {
                bare.push(within());
            } else if line
                .is_some_and(|line| (function.span.start_line..=function.span.end_line).contains(&line))
            {
                around.push(within());
            }
        }
    }
    // Of functions around a line the innermost starts last.
    let innermost = around.pop().into_iter().collect();
    [qualified, bare, innermost].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}
