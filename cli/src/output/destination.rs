use crate::failure::Failure;
use facts::visible::printable;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    StandardOutput,
    /// A file, replaced atomically: readers see either the old text or the new one.
    File(PathBuf),
}

impl Destination {
    /// The destination that `--output` names. Without it, or for `-`, standard output.
    pub fn from_option(output: Option<&Path>) -> Destination {
        match output {
            Some(path) if path != Path::new("-") => Destination::File(path.to_owned()),
            _ => Destination::StandardOutput,
        }
    }

    /// True for standard output.
    pub fn is_standard_output(&self) -> bool {
        matches!(self, Destination::StandardOutput)
    }

    /// Fails early if the report's folder does not exist, before any work is done.
    pub fn check(&self) -> anyhow::Result<()> {
        let Destination::File(path) = self else {
            return Ok(());
        };
        match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                Err(Failure::new(format!("cannot write {}", path.display()))
                    .why(format!("there is no folder {}", folder.display()))
                    .help("make it first, or name a file in another")
                    .into())
            }
            _ => Ok(()),
        }
    }

    /// Writes all of `text`. Hidden characters are escaped for every destination, since a terminal may show a file
    /// later. A reader that closed the pipe (`batuta … | head`) is not an error.
    pub fn write(&self, text: &str) -> anyhow::Result<()> {
        self.write_bytes(printable(text).as_bytes())
    }

    /// Like [`Destination::write`], for binary data, which is written unchanged.
    pub fn write_bytes(&self, bytes: &[u8]) -> anyhow::Result<()> {
        match self {
            Destination::StandardOutput => {
                let mut stream = io::stdout().lock();
                match stream.write_all(bytes).and_then(|()| stream.flush()) {
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                    Err(error) => Err(Failure::new("cannot write to standard output").why(error).into()),
                    Ok(()) => Ok(()),
                }
            }
            Destination::File(path) => write_file(path, bytes).map_err(|error| {
                Failure::new(format!("cannot write {}", path.display()))
                    .why(error)
                    .help(
                        "name a file in a folder that exists and can be written, or `-` for standard output",
                    )
                    .into()
            }),
        }
    }
}

/// Replaces the file at `path` through a temporary file next to it, which is then renamed. Anything other than an
/// ordinary file (a device, a pipe) is written to directly.
fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Keep a symbolic link and replace the file that it points to.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(|metadata| metadata.is_dir()) {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return match fs::OpenOptions::new().write(true).open(&target)?.write_all(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result,
        };
    }
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".batuta-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(new_file_permissions(existing.as_ref()));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    if let Some(metadata) = existing {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.persist(&target)?;
    Ok(())
}

/// The permissions of the replaced file, or the usual ones for a new file (reduced by the user's umask).
#[cfg(unix)]
fn new_file_permissions(existing: Option<&fs::Metadata>) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    existing.map_or_else(|| fs::Permissions::from_mode(0o666), fs::Metadata::permissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("report.json");
        fs::write(&path, "a longer text that stood here before").expect("the folder is new");
        Destination::File(path.clone()).write("new\n").expect("the folder can be written");
        assert_eq!(fs::read_to_string(&path).expect("it was written"), "new\n");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").expect("the folder is new");
        std::os::unix::fs::symlink(&real, &link).expect("the folder is new");
        Destination::File(link.clone()).write("new").expect("the folder can be written");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("it is there"), "new");
    }

    #[test]
    fn what_a_report_forgot_to_escape_is_escaped_at_the_door() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("report.txt");
        Destination::File(path.clone()).write("a\x1b[2J\u{9b}\n\tb\n").expect("the folder can be written");
        assert_eq!(fs::read_to_string(&path).expect("it was written"), "a\\x1B[2J\\x9B\n\tb\n");
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_the_file() {
        let error =
            Destination::File("/no/such/folder/x".into()).write("x").expect_err("there is no such folder");
        assert!(error.to_string().contains("/no/such/folder/x"));
    }
}
