//! The folder of a store. It may have come with the repository, prepared by an attacker, so we do not follow links in
//! it, do not wait for pipes, and accept no name that leads out of it.

use super::error::FolderError;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest file name in a store.
const LONGEST_NAME: usize = 240;

/// Where a store may be: parts below a folder that Git, the user or the operator names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    base: PathBuf,
    below: Vec<String>,
    /// Create the base, with all its parents, if it is missing.
    make_base: bool,
    /// The operator named the folder, so its owner is not checked.
    vouched: bool,
}

impl Place {
    /// Below a Git folder, which must exist. It must be one that belongs to the user
    /// ([`GitContext::belongs_to_user`](crate::source::GitContext::belongs_to_user)).
    pub fn in_git(git_dir: &Path, below: &[&str]) -> Place {
        Place::new(git_dir, below, false, false)
    }

    /// Below the user's own cache folder.
    pub fn of_user(folder: &Path, below: &[&str]) -> Place {
        Place::new(folder, below, true, false)
    }

    /// Below a folder that the operator named: links on the way to it are the operator's responsibility.
    pub fn named(folder: &Path, below: &[&str]) -> Place {
        Place::new(folder, below, true, true)
    }

    fn new(base: &Path, below: &[&str], make_base: bool, vouched: bool) -> Place {
        let below = below.iter().map(|part| (*part).to_owned()).collect();
        Place { base: base.to_owned(), below, make_base, vouched }
    }

    /// The place of a folder inside this one.
    pub fn join(mut self, part: &str) -> Place {
        self.below.push(part.to_owned());
        self
    }

    /// Its path as it was given.
    pub fn path(&self) -> PathBuf {
        self.below.iter().fold(self.base.clone(), |path, part| path.join(part))
    }

    /// The folder, created if it is missing.
    ///
    /// # Errors
    /// If it cannot be used: a part of it is a link or not a folder, belongs to another user, can be written to by
    /// anybody, or cannot be created.
    pub fn make(&self) -> Result<StoreFolder, FolderError> {
        let wrong = |error: io::Error| FolderError::system(&self.base, error);
        if self.make_base {
            fs::create_dir_all(&self.base).map_err(wrong)?;
        }
        self.start()?.descend(&self.below)
    }

    /// The folder, if it exists.
    ///
    /// # Errors
    /// If it exists but cannot be used.
    pub fn find(&self) -> Result<Option<StoreFolder>, FolderError> {
        let mut folder = match self.base.try_exists() {
            Ok(true) => self.start()?,
            _ => return Ok(None),
        };
        for part in &self.below {
            match folder.existing(part)? {
                Some(inner) => folder = inner,
                None => return Ok(None),
            }
        }
        Ok(Some(folder))
    }

    fn start(&self) -> Result<StoreFolder, FolderError> {
        let wrong = |error: io::Error| FolderError::system(&self.base, error);
        // SQLite refuses links, and so do we, but links on the way to the base are not part of the store.
        let path = self.base.canonicalize().map_err(wrong)?;
        let metadata = fs::metadata(&path).map_err(wrong)?;
        if !metadata.is_dir() {
            return Err(FolderError::NoFolder(self.base.clone()));
        }
        let owner = (!self.vouched).then(|| Owner::of(&metadata));
        Ok(StoreFolder { path, owner })
    }
}

/// The folder of a store after the safety checks: below its base every part is a real folder that belongs to the user
/// (or to the owner of the base) and that others cannot write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFolder {
    path: PathBuf,
    /// The owner of the base; none if the operator named the folder.
    owner: Option<Owner>,
}

impl StoreFolder {
    /// Its path, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder inside this one, created if it is missing.
    ///
    /// # Errors
    /// As for [`Place::make`].
    pub fn sub(&self, name: &str) -> Result<StoreFolder, FolderError> {
        self.descend(&[name.to_owned()])
    }

    fn descend(&self, parts: &[String]) -> Result<StoreFolder, FolderError> {
        let mut folder = self.clone();
        for part in parts {
            folder = match folder.existing(part)? {
                Some(inner) => inner,
                None => folder.make(part)?,
            };
        }
        Ok(folder)
    }

    fn existing(&self, part: &str) -> Result<Option<StoreFolder>, FolderError> {
        let not_plain = |error| FolderError::Name { name: part.to_owned(), error: Arc::new(error) };
        let path = self.plain(part).map_err(not_plain)?;
        let metadata = match path.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FolderError::system(path, error)),
        };
        let refused = |why: &'static str| Err(FolderError::Refused { path: path.clone(), why });
        if metadata.is_symlink() {
            return refused("it is a link");
        }
        if !metadata.is_dir() {
            return refused("it is no folder");
        }
        if !self.may_belong_to(&metadata) {
            return refused("it belongs to another user");
        }
        if self.owner.is_some() && !closed_to_others(&path, &metadata) {
            return refused("others may write to it");
        }
        Ok(Some(StoreFolder { path, owner: self.owner }))
    }

    fn make(&self, part: &str) -> Result<StoreFolder, FolderError> {
        let path = self.path.join(part);
        match make_private_folder(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(FolderError::system(path, error));
            }
            _ => {}
        }
        self.give_to_owner(&path);
        self.existing(part)?.ok_or(FolderError::Removed(path))
    }

    /// The path of a file or folder of the store.
    ///
    /// # Errors
    /// If the name is not a plain name: it would lead out of the store.
    pub fn plain(&self, name: &str) -> io::Result<PathBuf> {
        let forbidden = |c: char| matches!(c, '/' | '\\' | ':') || c.is_control();
        if name.is_empty()
            || name == "."
            || name == ".."
            || name.len() > LONGEST_NAME
            || name.contains(forbidden)
        {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a plain name of a file of the store",
            ));
        }
        Ok(self.path.join(name))
    }

    /// Why a file is not a regular file of the user's; none for a missing file.
    ///
    /// # Errors
    /// If it cannot be examined.
    pub fn fault(&self, name: &str) -> io::Result<Option<&'static str>> {
        match self.plain(name)?.symlink_metadata() {
            Ok(metadata) => Ok(self.fault_of(&metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn fault_of(&self, metadata: &Metadata) -> Option<&'static str> {
        match () {
            () if metadata.is_symlink() => Some("it is a link"),
            () if metadata.is_dir() => Some("it is a folder"),
            () if !metadata.is_file() => Some("it is no regular file"),
            () if !self.may_belong_to(metadata) => Some("it belongs to another user"),
            () => None,
        }
    }

    /// Opens a regular file in the store.
    ///
    /// # Errors
    /// If it does not exist, is a link or not a regular file, or the system refuses.
    pub fn open(&self, name: &str) -> io::Result<File> {
        self.open_with(name, File::options().read(true))
    }

    /// Opens a file for reading and writing, and creates it if it is missing. Existing content stays; a link or a pipe
    /// of that name does not belong in a store and is replaced by a file.
    ///
    /// # Errors
    /// If a folder has that name, or the system refuses.
    pub fn open_or_create(&self, name: &str) -> io::Result<File> {
        if self.fault(name)?.is_some() {
            self.remove(name)?;
        }
        match self.create_new(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.open_with(name, File::options().read(true).write(true))
            }
            made => made,
        }
    }

    fn open_with(&self, name: &str, options: &mut OpenOptions) -> io::Result<File> {
        let path = self.plain(name)?;
        if let Some(fault) = self.fault(name)? {
            return Err(io::Error::other(fault));
        }
        let file = without_following(options).open(&path)?;
        match self.fault_of(&file.metadata()?) {
            Some(fault) => Err(io::Error::other(fault)),
            None => Ok(file),
        }
    }

    /// Creates a file that does not exist yet.
    ///
    /// # Errors
    /// If something with that name exists, or the system refuses.
    pub fn create_new(&self, name: &str) -> io::Result<File> {
        let path = self.plain(name)?;
        let file = private(File::options().read(true).write(true).create_new(true)).open(&path)?;
        self.give_to_owner(&path);
        Ok(file)
    }

    /// The bytes of a regular file; none if it does not exist.
    ///
    /// # Errors
    /// If it is a link or not a regular file, is larger than the limit, or the system refuses.
    pub fn read(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match self.open(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > limit {
            true => Err(io::Error::other(format!("it is larger than {limit} bytes"))),
            false => Ok(Some(bytes)),
        }
    }

    /// Writes a file as a whole: a reader sees the old one or the new one. A link with that name is replaced, not followed.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.plain(name)?;
        // Created exclusively, under an unguessable name.
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.path)?;
        file.write_all(bytes)?;
        self.give_to_owner(file.path());
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes a file, or a link itself; does nothing if there is none.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.plain(name)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Removes all files of the store, and links themselves. Leaves subfolders alone.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if !entry.file_type()?.is_dir() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn may_belong_to(&self, metadata: &Metadata) -> bool {
        self.owner.is_none_or(|base| {
            let found = Owner::of(metadata);
            found == base || found == Owner::current()
        })
    }

    /// Files that root creates in a user's folder are given to that user, whose next run must be able to use them.
    #[cfg(unix)]
    fn give_to_owner(&self, path: &Path) {
        if let Some(Owner(user, group)) = self.owner
            && user != 0
            && Owner::current().0 == 0
        {
            // If this fails, the file stays root's, and the user's own runs just do not use it.
            let _ = std::os::unix::fs::lchown(path, Some(user), Some(group));
        }
    }

    #[cfg(not(unix))]
    fn give_to_owner(&self, _path: &Path) {}
}

/// The owning user and group; comparison ignores the group.
#[derive(Debug, Clone, Copy, Eq)]
struct Owner(u32, u32);

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Owner {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Owner {
        use std::os::unix::fs::MetadataExt;
        Owner(metadata.uid(), metadata.gid())
    }

    #[cfg(unix)]
    fn current() -> Owner {
        Owner(nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw())
    }

    #[cfg(not(unix))]
    fn of(_metadata: &Metadata) -> Owner {
        Owner::current()
    }

    #[cfg(not(unix))]
    fn current() -> Owner {
        Owner(0, 0)
    }
}

/// Takes away other users' write permission on our own folder; false if others can still write to it.
#[cfg(unix)]
fn closed_to_others(path: &Path, metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    if mode & 0o022 == 0 {
        return true;
    }
    if Owner::of(metadata) == Owner::current() {
        let closed = fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o7755));
        let now = path.symlink_metadata().map(|metadata| metadata.permissions().mode());
        return closed.is_ok() && now.is_ok_and(|mode| mode & 0o022 == 0);
    }
    mode & 0o002 == 0
}

#[cfg(not(unix))]
fn closed_to_others(_path: &Path, _metadata: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn make_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Creates the file with permissions for the user alone.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Do not follow links, and do not wait for pipes.
#[cfg(unix)]
fn without_following(options: &mut OpenOptions) -> &mut OpenOptions {
    use nix::fcntl::OFlag;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    private(options).custom_flags(flags.bits())
}

#[cfg(not(unix))]
fn without_following(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn store(base: &Path) -> StoreFolder {
        Place::in_git(base, &["store"]).make().expect("it can be made")
    }

    #[test]
    fn only_plain_names_are_names_of_files_of_a_store() {
        let base = folder();
        let store = store(base.path());
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "../a",
            "/etc/passwd",
            "..\\a",
            "C:\\a",
            "a:b",
            "a\0",
            "a\n",
            &"x".repeat(999),
        ] {
            assert!(store.plain(name).is_err(), "{name:?}");
            assert!(store.read(name, 9).is_err() && store.replace(name, b"").is_err(), "{name:?}");
            assert!(store.remove(name).is_err() && store.create_new(name).is_err(), "{name:?}");
            assert!(store.sub(name).is_err(), "{name:?}");
        }
        for name in ["a", ".managed.json", "..a", "cache.sqlite-wal", "0f.123.del"] {
            assert_eq!(store.plain(name).ok(), Some(store.path().join(name)));
        }
    }

    #[test]
    fn what_was_written_is_read_and_removed() {
        let base = folder();
        let store = store(base.path());
        assert_eq!(store.read("a", 9).expect("it can be looked for"), None);
        store.replace("a", b"one").expect("it can be written");
        store.replace("a", b"two").expect("it can be replaced");
        assert_eq!(store.read("a", 3).expect("it is there").as_deref(), Some(&b"two"[..]));
        assert!(store.read("a", 2).is_err(), "it is larger");
        assert!(store.create_new("a").is_err(), "it is there");
        store.sub("inner").expect("a folder inside").replace("b", b"b").expect("it can be written");
        store.clear().expect("it can be cleared");
        assert_eq!(store.read("a", 9).expect("it can be looked for"), None);
        assert!(store.path().join("inner/b").is_file(), "folders are not looked into");
        store.remove("a").expect("nothing is there");
    }

    #[test]
    fn a_folder_is_found_only_where_it_was_made() {
        let base = folder();
        let place = Place::in_git(base.path(), &["a"]).join("b");
        assert_eq!(place.find().expect("no trouble"), None);
        let made = place.make().expect("it can be made");
        assert_eq!(place.find().expect("no trouble"), Some(made));
        assert!(Place::in_git(&base.path().join("none"), &["a"]).make().is_err(), "no Git folder is made up");
        assert!(Place::of_user(&base.path().join("some"), &["a"]).make().is_ok());
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

        #[test]
        fn no_part_of_the_folder_may_be_a_link_or_a_file() {
            let (base, victim) = (folder(), folder());
            symlink(victim.path(), base.path().join("batuta")).expect("a link");
            let place = Place::in_git(base.path(), &["batuta"]);
            for place in [place.clone(), place.join("inner")] {
                assert!(place.make().expect_err("a link").to_string().contains("it is a link"));
                assert!(place.find().is_err());
            }
            assert_eq!(fs::read_dir(victim.path()).expect("it is there").count(), 0);
            fs::write(base.path().join("file"), "").expect("a file");
            assert!(
                Place::in_git(base.path(), &["file"])
                    .make()
                    .expect_err("a file")
                    .to_string()
                    .contains("no folder")
            );
            symlink("nowhere", base.path().join("dangling")).expect("a link");
            assert!(Place::in_git(base.path(), &["dangling"]).make().is_err());
        }

        #[test]
        fn links_pipes_and_folders_in_the_place_of_files_are_neither_read_nor_written_through() {
            let (base, victim) = (folder(), folder());
            let store = store(base.path());
            let precious = victim.path().join("precious");
            fs::write(&precious, "precious").expect("a file");
            symlink(&precious, store.path().join("link")).expect("a link");
            nix::unistd::mkfifo(&store.path().join("pipe"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
            fs::create_dir(store.path().join("folder")).expect("a folder");
            for name in ["link", "pipe", "folder"] {
                assert!(store.fault(name).expect("it can be looked at").is_some(), "{name}");
                assert!(store.read(name, 99).is_err() && store.create_new(name).is_err(), "{name}");
            }
            store.replace("link", b"new").expect("a link can be replaced");
            assert_eq!(store.read("link", 9).expect("it is a file now").as_deref(), Some(&b"new"[..]));
            symlink(&precious, store.path().join("other")).expect("a link");
            store.clear().expect("it can be cleared");
            symlink(&precious, store.path().join("opened")).expect("a link");
            store
                .open_or_create("opened")
                .and_then(|mut file| file.write_all(b"x"))
                .expect("a file of its own");
            assert_eq!(store.read("opened", 9).expect("it is a file now").as_deref(), Some(&b"x"[..]));
            assert!(store.open_or_create("folder").is_err());
            assert_eq!(fs::read_to_string(&precious).expect("it is there"), "precious");
            assert!(!store.path().join("other").is_symlink());
        }

        #[test]
        fn others_are_kept_from_writing() {
            let base = folder();
            fs::create_dir(base.path().join("store")).expect("a folder");
            let open = fs::Permissions::from_mode(0o777);
            fs::set_permissions(base.path().join("store"), open.clone()).expect("it is ours");
            let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
            let store = store(base.path());
            assert_eq!(mode(store.path()), 0o755);
            let inner = store.sub("inner").expect("it can be made");
            inner.replace("file", b"").expect("it can be written");
            assert_eq!((mode(inner.path()), mode(&inner.path().join("file"))), (0o700, 0o600));
        }

        /// Files and folders of a third party; for a user who is not root, those of root count as a third party's.
        #[test]
        fn what_belongs_to_a_third_party_is_not_used_unless_the_operator_named_it() {
            let base = folder();
            let store = store(base.path());
            store.replace("file", b"text").expect("it can be written");
            let third = Owner(Owner::current().0.wrapping_add(4242), 0);
            let as_third = StoreFolder { path: store.path().to_owned(), owner: Some(third) };
            assert!(as_third.fault("file").expect("it is there").is_none(), "our own");
            let found = fs::metadata(store.path().join("file")).expect("it is there");
            let foreign =
                |folder: &StoreFolder| !folder.may_belong_to(&fs::metadata("/proc/1").expect("init"));
            if Owner::of(&found) != Owner(0, 0) {
                assert!(foreign(&as_third) && foreign(&store));
            } else {
                let other = base.path().join("store/other");
                fs::write(&other, "").expect("a file");
                std::os::unix::fs::chown(&other, Some(4242), None).expect("root may");
                assert!(store.read("other", 9).is_err() && as_third.read("other", 9).is_ok());
            }
            let named = StoreFolder { path: store.path().to_owned(), owner: None };
            assert!(!foreign(&named));
        }
    }
}
