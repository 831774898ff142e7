//! Prevents a command from overwriting its own inputs.

use super::Destination;
use crate::failure::Failure;
use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

/// The identity of an ordinary file, independent of the name or link used.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Identity {
    /// Device and inode number of an existing file: the same for all hard and symbolic links.
    #[cfg(unix)]
    Inode(u64, u64),
    /// The path of an existing or future file, without symbolic links in its folder.
    Place(PathBuf),
}

impl Identity {
    /// The ordinary file at a path, existing or future. `None` for folders, devices and pipes.
    fn of(path: &Path) -> Option<Identity> {
        match fs::metadata(path) {
            Ok(found) => Identity::of_file(&found, path),
            Err(_) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
                Some(Identity::Place(folder.join(path.file_name()?)))
            }
        }
    }

    #[cfg(unix)]
    fn of_file(found: &Metadata, _path: &Path) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt;
        found.is_file().then(|| Identity::Inode(found.dev(), found.ino()))
    }

    #[cfg(not(unix))]
    fn of_file(found: &Metadata, path: &Path) -> Option<Identity> {
        if found.is_file() { fs::canonicalize(path).ok().map(Identity::Place) } else { None }
    }

    /// The ordinary file that one of the program's streams is connected to.
    #[cfg(unix)]
    fn of_stream(stream: impl std::os::fd::AsFd) -> Option<Identity> {
        let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
        Identity::of_file(&file.metadata().ok()?, Path::new(""))
    }
}

/// The files that a command reads.
#[derive(Debug, Default)]
pub struct Inputs {
    read: Vec<(String, Identity)>,
}

impl Inputs {
    /// Collects these files; `-` is standard input.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Inputs {
        let mut inputs = Inputs::default();
        for path in paths {
            let (shown, identity) = match path == Path::new("-") {
                true => ("standard input".to_owned(), standard_input()),
                false => (path.display().to_string(), Identity::of(path)),
            };
            inputs.read.extend(identity.map(|identity| (shown, identity)));
        }
        inputs
    }

    /// Fails if an output file is also an input, or if two outputs are the same file.
    pub fn apart_from<'a>(&self, written: impl IntoIterator<Item = &'a Destination>) -> anyhow::Result<()> {
        let mut before = Vec::<Identity>::new();
        for destination in written {
            let (shown, identity) = match destination {
                Destination::File(path) => (path.display().to_string(), Identity::of(path)),
                Destination::StandardOutput => ("standard output".to_owned(), standard_output()),
            };
            let Some(identity) = identity else { continue };
            if let Some((read, _)) = self.read.iter().find(|(_, own)| *own == identity) {
                return Err(Failure::new(format!("cannot write {shown}"))
                    .why(match *read == shown {
                        true => "it is read, too, and would be lost".to_owned(),
                        false => format!("it is {read}, which is read, too, and would be lost"),
                    })
                    .help("name another file for the output")
                    .into());
            }
            if before.contains(&identity) {
                return Err(Failure::new(format!("cannot write {shown}"))
                    .why("something else is written to the same file")
                    .help("name another file for one of them")
                    .into());
            }
            before.push(identity);
        }
        Ok(())
    }
}

#[cfg(unix)]
fn standard_input() -> Option<Identity> {
    Identity::of_stream(std::io::stdin())
}

#[cfg(unix)]
fn standard_output() -> Option<Identity> {
    Identity::of_stream(std::io::stdout())
}

#[cfg(not(unix))]
fn standard_input() -> Option<Identity> {
    None
}

#[cfg(not(unix))]
fn standard_output() -> Option<Identity> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(inputs: &Inputs, outputs: &[&Path]) -> bool {
        let outputs = outputs.iter().map(|path| Destination::File(path.to_path_buf())).collect::<Vec<_>>();
        inputs.apart_from(&outputs).is_err()
    }

    #[test]
    fn the_same_file_by_any_path_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("data.csv"), "x").expect("the folder is new");
        fs::create_dir(at("in")).expect("the folder is new");
        let inputs = Inputs::new([at("data.csv").as_path()]);
        assert!(refused(&inputs, &[&at("data.csv")]));
        assert!(refused(&inputs, &[&at("in/../data.csv")]));
        assert!(!refused(&inputs, &[&at("other.csv"), &at("in/other.csv")]));
        assert!(refused(&inputs, &[&at("new"), &at("in/../new")]), "two outputs that are one");
    }

    #[cfg(unix)]
    #[test]
    fn links_of_both_kinds_are_the_file_and_devices_are_nobody_s() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("data.csv"), "x").expect("the folder is new");
        symlink("data.csv", at("soft")).expect("the folder is new");
        symlink("soft", at("softer")).expect("the folder is new");
        fs::hard_link(at("data.csv"), at("hard")).expect("the folder is new");
        for (read, written) in
            [("data.csv", "softer"), ("softer", "data.csv"), ("data.csv", "hard"), ("hard", "soft")]
        {
            assert!(refused(&Inputs::new([at(read).as_path()]), &[&at(written)]), "{read} {written}");
        }
        let null = Path::new("/dev/null");
        assert!(!refused(&Inputs::new([null]), &[null, null]));
    }
}
