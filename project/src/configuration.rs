//! The configuration in force.

use crate::ProjectError;
use facts::model::RepoPath;
use facts::source::confined::{self, Unread, read_regular};
use facts::source::{self, ExcludeRules, Which};
use gates::{CONFIG_FILE, Config};
use std::fmt::Display;
use std::path::Path;

/// The configuration from the file that the user names, else from the batuta.toml at the root of the opened tree (of
/// the index, of the commit), else the defaults.
///
/// # Errors
/// The file cannot be read or contains errors: every problem with its place.
pub fn configuration(named: Option<&Path>, root: &Path, which: &Which) -> Result<Config, ProjectError> {
    let (origin, bytes) = match named {
        Some(file) => {
            let unreadable = |why: Unread| {
                ProjectError::new(format!("cannot read the configuration {}", file.display())).why(why)
            };
            (file.display().to_string(), read_regular(file, LARGEST).map_err(unreadable)?)
        }
        None => match file_of_tree(root, which, &RepoPath::from(CONFIG_FILE), LARGEST)? {
            Some(bytes) => (CONFIG_FILE.to_owned(), bytes),
            None => return Ok(Config::default()),
        },
    };
    let wrong = || ProjectError::new(format!("the configuration {origin} cannot be used"));
    let text = String::from_utf8(bytes).map_err(|error| wrong().why(error).help("save it as UTF-8 text"))?;
    let help = "`batuta config schema` lists all keys, `batuta rules` all rules";
    Config::parse(&text, &origin).map_err(|error| wrong().why(error).help(help))
}

/// Limit on the bytes read of a configuration file. It is above the limit of a configuration, which reports its own
/// error.
const LARGEST: u64 = 4 << 20;

/// The bytes of a file of the tree; none if there is no such file. No link is followed out of it.
pub(crate) fn file_of_tree(
    root: &Path,
    which: &Which,
    path: &RepoPath,
    limit: u64,
) -> Result<Option<Vec<u8>>, ProjectError> {
    let unreadable =
        |why: &dyn Display| ProjectError::new(format!("cannot read {path} of {}", root.display())).why(why);
    if *which == Which::WorkTree {
        return match confined::read_inside(root, path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Unread::Missing) => Ok(None),
            Err(why) => Err(unreadable(&why)),
        };
    }
    // Only the file's part of the tree is listed. A link in the work tree could lead to another repository.
    let file = confined::join_inside(root, path).map_err(|why| unreadable(&why))?;
    let below = file.ancestors().take_while(|part| *part != root);
    let has_link = below.into_iter().any(|part| part.is_symlink());
    let start = if has_link { root } else { &file };
    let tree = source::open(start, which, &ExcludeRules::none()).map_err(|error| unreadable(&error))?;
    let listing = tree.listing().map_err(|error| unreadable(&error))?;
    let Some(entry) = listing.entries.iter().find(|entry| entry.path == *path) else { return Ok(None) };
    if tree.size(entry).map_err(|error| unreadable(&error))?.is_some_and(|size| size > limit) {
        return Err(unreadable(&Unread::TooLarge { limit }));
    }
    tree.read(entry).map(Some).map_err(|error| unreadable(&error))
}
