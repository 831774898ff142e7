//! The configuration in force.

use crate::ProjectError;
use facts::source::{self, ExcludeRules, SourceError, Which};
use gates::{CONFIG_FILE, Config};
use std::io;
use std::path::Path;

/// The configuration of the file that the user names, else the batuta.toml at the root of that very tree (of the index, of
/// the commit), else the defaults.
///
/// # Errors
/// The file cannot be read, or holds something wrong: every problem with its place.
pub fn configuration(named: Option<&Path>, root: &Path, which: &Which) -> Result<Config, ProjectError> {
    let (origin, bytes) = match named {
        Some(file) => {
            let unreadable = |error: io::Error| {
                ProjectError::new(format!("cannot read the configuration {}", file.display())).why(error)
            };
            (file.display().to_string(), std::fs::read(file).map_err(unreadable)?)
        }
        None => match file_of_tree(root, which, CONFIG_FILE)? {
            Some(bytes) => (CONFIG_FILE.to_owned(), bytes),
            None => return Ok(Config::default()),
        },
    };
    let wrong = || ProjectError::new(format!("the configuration {origin} cannot be used"));
    let text = String::from_utf8(bytes).map_err(|error| wrong().why(error).help("save it as UTF-8 text"))?;
    let help = "`batuta config schema` lists all keys, `batuta rules` all rules";
    Config::parse(&text, &origin).map_err(|error| wrong().why(error).help(help))
}

/// The bytes of a file of the very tree, by its path from the root; none where there is no such file.
pub(crate) fn file_of_tree(root: &Path, which: &Which, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
    let file = root.join(path);
    if *which == Which::WorkTree {
        return match std::fs::read(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ProjectError::new(format!("cannot read {}", file.display())).why(error)),
        };
    }
    let unreadable = |error: SourceError| {
        ProjectError::new(format!("cannot read {path} of {}", root.display())).why(error)
    };
    let tree = source::open(&file, which, &ExcludeRules::none()).map_err(unreadable)?;
    let listing = tree.listing().map_err(unreadable)?;
    let entry = listing.entries.iter().find(|entry| entry.path.as_bytes() == path.as_bytes());
    entry.map(|entry| tree.read(entry)).transpose().map_err(unreadable)
}
