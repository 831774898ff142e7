//! Writing a model file as a whole or not at all.

use super::error::{AprError, Result};
use std::fs::{File, Permissions};
use std::path::Path;

/// Has `write` fill a new file beside `path`, which then takes that name: there is never half a model. The new file has a name
/// that nobody can guess and must not exist before: what somebody planted there is neither written to nor followed (CWE-59).
///
/// # Errors
/// Those of `write`; [`AprError::Io`]. Nothing is left behind then.
pub(super) fn replace<T>(
    path: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(&mut File) -> Result<T>,
) -> Result<T> {
    let io = |error| AprError::io(path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
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
    new.persist(path).map_err(|error| io(error.error))?;
    Ok(written)
}

/// What any program asks for; the user's mask takes from it.
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
        std::fs::write(&path, "old").expect("a file");
        let failed = replace(&path, None, |file| {
            file.write_all(b"half").expect("a new file");
            Err::<(), _>(AprError::malformed("refused".to_owned()))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).expect("it is there"), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 1);
        replace(&path, None, |file| file.write_all(b"new").map_err(|error| AprError::io(&path, error)))
            .expect("the folder can be written");
        assert_eq!(std::fs::read(&path).expect("it is there"), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_can_be_guessed_are_not_used() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("m.apr");
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "precious").expect("a file");
        let planted = folder.path().join(format!("m.apr.{}.partial", std::process::id()));
        std::os::unix::fs::symlink(&victim, &planted).expect("a link");
        replace(&path, None, |file| file.write_all(b"new").map_err(|error| AprError::io(&path, error)))
            .expect("the folder can be written");
        assert_eq!(std::fs::read(&victim).expect("it is there"), b"precious");
        assert!(planted.symlink_metadata().is_ok_and(|found| found.is_symlink()));
    }
}
