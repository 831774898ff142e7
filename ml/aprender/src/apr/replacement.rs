//! Writing a model file completely or not at all.

use super::error::{AprError, Result};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Seek, SeekFrom};
use std::path::Path;

/// Has `write` fill a new file next to `path`, then renames it to `path`: there is never half a model. The new file has
/// a random name and must not exist before, so nothing that an attacker planted there is written to or followed
/// (CWE-59).
///
/// A symbolic link stays a link: its target is replaced. Special files (a device, a pipe) are not replaced but written
/// to.
///
/// # Errors
/// Those of `write`; [`AprError::Io`]. No file is left behind then.
pub(super) fn replace<T>(
    path: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(&mut File) -> Result<T>,
) -> Result<T> {
    let io = |error| AprError::io(path, error);
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(|found| !found.is_file()) {
        return write_through(&target, write).map_err(|error| match error {
            AprError::Io { source, .. } => io(source),
            other => other,
        });
    }
    let permissions = permissions.or(existing.map(|found| found.permissions()));
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".apr-").suffix(".partial");
    #[cfg(unix)]
    builder.permissions(permissions.clone().unwrap_or_else(usual));
    let mut new = builder.tempfile_in(folder).map_err(io)?;
    let written = write(new.as_file_mut())?;
    if let Some(permissions) = permissions {
        new.as_file().set_permissions(permissions).map_err(io)?;
    }
    new.as_file().sync_all().map_err(io)?;
    new.persist(&target).map_err(|error| io(error.error))?;
    Ok(written)
}

/// Has `write` fill an unnamed file, then copies its bytes to `target`.
fn write_through<T>(target: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let io = |error| AprError::io(target, error);
    let mut device = OpenOptions::new().write(true).open(target).map_err(io)?;
    let mut file = tempfile::tempfile().map_err(io)?;
    let written = write(&mut file)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    std::io::copy(&mut file, &mut device).map_err(io)?;
    Ok(written)
}

/// The usual mode of new files; the user's umask restricts it.
#[cfg(unix)]
fn usual() -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(0o666)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("m.apr");
        fs::write(&path, "old").expect("a file");
        let failed = replace(&path, None, |file| {
            file.write_all(b"half").expect("a new file");
            Err::<(), _>(AprError::malformed("refused".to_owned()))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).expect("it is there"), b"old");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
        replace(&path, None, |file| file.write_all(b"new").map_err(|error| AprError::io(&path, error)))
            .expect("the folder can be written");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_a_device_is_not_replaced() {
        use std::os::unix::fs::{FileTypeExt, symlink};
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [real, link, null] = ["real", "link", "null"].map(|name| folder.path().join(name));
        fs::write(&real, "old").expect("a file");
        symlink(&real, &link).expect("a link");
        symlink("/dev/null", &null).expect("a link");
        for path in [&link, &null] {
            replace(path, None, |file| file.write_all(b"new").map_err(|error| AprError::io(path, error)))
                .expect("both can be written");
            assert!(path.symlink_metadata().is_ok_and(|found| found.is_symlink()));
        }
        assert_eq!(fs::read(&real).expect("it is there"), b"new");
        let device = fs::metadata("/dev/null").expect("a device");
        assert!(device.file_type().is_char_device());
        let folder_error = replace(folder.path(), None, |_| Ok(()));
        assert!(folder_error.is_err());
    }

    #[cfg(unix)]
    #[test]
    fn names_that_can_be_guessed_are_not_used() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("m.apr");
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").expect("a file");
        let planted = folder.path().join(format!("m.apr.{}.partial", std::process::id()));
        std::os::unix::fs::symlink(&victim, &planted).expect("a link");
        replace(&path, None, |file| file.write_all(b"new").map_err(|error| AprError::io(&path, error)))
            .expect("the folder can be written");
        assert_eq!(fs::read(&victim).expect("it is there"), b"precious");
        assert!(planted.symlink_metadata().is_ok_and(|found| found.is_symlink()));
    }
}
