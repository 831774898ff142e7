//! Where the cache of a repository or folder is, and which secret seals it.

use super::error::{NoResultsFolder, NoSecret, PlaceError};
use super::limit::{self, Size};
use crate::source::GitContext;
use crate::stores::{Place, Secret, StoreFolder};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

pub(super) const FILE_NAME: &str = "cache.sqlite";
/// The folder of all stores in a Git folder, and in the user's folder for caches.
const FOLDER: &str = "batuta";

/// The cache settings in a user's environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheDirs {
    /// Where the user wants all caches (`BATUTA_CACHE_DIR`): one file, shared by all analysed trees. No other place is
    /// tried then.
    pub chosen: Option<PathBuf>,
    /// The user's cache folder: `XDG_CACHE_HOME`, else `.cache` in the home folder.
    pub user: Option<PathBuf>,
    /// The user's configuration folder: `XDG_CONFIG_HOME`, else `.config` in the home folder. The secret that entries
    /// are bound to is there, unless one of the next two settings gives it.
    pub config: Option<PathBuf>,
    /// A text that the secret is derived from (`BATUTA_CACHE_KEY`).
    pub key: Option<OsString>,
    /// A file with such a text (`BATUTA_CACHE_KEY_FILE`).
    pub key_file: Option<PathBuf>,
    /// How large the cache may grow (`BATUTA_CACHE_MAX_SIZE`): see [`Size`].
    pub max_size: Option<OsString>,
}

impl CacheDirs {
    /// Reads the environment. Empty and relative values count as unset, as the XDG base directory specification asks.
    #[expect(clippy::disallowed_methods, reason = "environment: where the cache lies")]
    pub fn from_env() -> Self {
        let absolute =
            |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let home = |below: &str| absolute("HOME").map(|home| home.join(below));
        CacheDirs {
            chosen: set("BATUTA_CACHE_DIR").map(PathBuf::from),
            user: absolute("XDG_CACHE_HOME").or_else(|| home(".cache")),
            config: absolute("XDG_CONFIG_HOME").or_else(|| home(".config")),
            key: set("BATUTA_CACHE_KEY"),
            key_file: set("BATUTA_CACHE_KEY_FILE").map(PathBuf::from),
            max_size: set("BATUTA_CACHE_MAX_SIZE"),
        }
    }

    /// Everything in one folder, for a private cache; its secret is there too.
    pub fn within(folder: &Path) -> Self {
        let folder = Some(folder.to_owned());
        CacheDirs { chosen: folder.clone(), config: folder, ..CacheDirs::default() }
    }

    /// The secret that entries of stores are bound to.
    ///
    /// # Errors
    /// Why there is none: then nothing can be cached.
    pub fn secret(&self) -> Result<Secret, NoSecret> {
        if let Some(key) = &self.key {
            return Secret::of_text(key.as_encoded_bytes()).map_err(NoSecret::Key);
        }
        if let Some(file) = &self.key_file {
            return Secret::of_file(file).map_err(NoSecret::KeyFile);
        }
        let folder = self.config.as_deref().ok_or(NoSecret::NoFolder)?;
        Secret::in_folder(folder).map_err(NoSecret::Own)
    }

    /// The secret that binds whole files with results about the tree at `root`: a result about one tree of the user is
    /// not accepted for another.
    ///
    /// # Errors
    /// As for [`secret`](CacheDirs::secret).
    pub fn secret_of_tree(&self, root: &Path) -> Result<Secret, NoSecret> {
        let secret = self.secret()?.for_purpose("files about a tree");
        Ok(secret.for_bytes(&root_bytes(root)))
    }

    /// The size limit of the cache. If the setting is invalid, the default, with what is wrong.
    pub(super) fn size_limit(&self) -> (Size, Option<String>) {
        let Some(text) = &self.max_size else { return (limit::DEFAULT, None) };
        match text.to_string_lossy().parse() {
            Ok(size) => (size, None),
            Err(why) => {
                (limit::DEFAULT, Some(format!("BATUTA_CACHE_MAX_SIZE: {why}; {} counts", limit::DEFAULT)))
            }
        }
    }

    /// The folders of the cache to try, best first; a place that must not be used is an error with its reason.
    /// `git_dir` is the Git folder of a repository that belongs to the user.
    pub(super) fn places(&self, git_dir: Option<&Path>, root: &Path) -> Vec<Result<Place, PlaceError>> {
        if let Some(chosen) = &self.chosen {
            return vec![Ok(Place::named(chosen, &[]))];
        }
        // A missing Git folder is not created.
        let in_git = git_dir.filter(|dir| dir.is_dir()).map(|dir| Ok(Place::in_git(dir, &[FOLDER])));
        let in_home = match &self.user {
            Some(user) => outside(Place::of_user(user, &[FOLDER, &root_id(root)]), root),
            None => Err(PlaceError::NoFolder),
        };
        in_git.into_iter().chain([in_home]).collect()
    }

    /// Where results of a kind are kept as separate files instead of rows of the cache: a folder `name` for this tree,
    /// created if it is missing.
    ///
    /// # Errors
    /// Why there is no such place.
    pub fn make_folder(
        &self,
        git: Option<&GitContext>,
        root: &Path,
        name: &str,
    ) -> Result<StoreFolder, NoResultsFolder> {
        let mut reasons = Vec::new();
        for place in self.folder_places(git, root, name) {
            match place.and_then(|place| Ok(place.make()?)) {
                Ok(folder) => return Ok(folder),
                Err(why) => reasons.push(why),
            }
        }
        Err(NoResultsFolder::NotMade(reasons))
    }

    /// The same folder, if it exists.
    ///
    /// # Errors
    /// Why there is no such place.
    pub fn find_folder(
        &self,
        git: Option<&GitContext>,
        root: &Path,
        name: &str,
    ) -> Result<Option<StoreFolder>, NoResultsFolder> {
        let mut reasons = Vec::new();
        for place in self.folder_places(git, root, name) {
            match place.and_then(|place| Ok(place.find()?)) {
                Ok(Some(folder)) => return Ok(Some(folder)),
                // For a read-only repository, the folder is in the next place.
                Ok(None) => {}
                Err(why) => reasons.push(why),
            }
        }
        match reasons.is_empty() {
            true => Ok(None),
            false => Err(NoResultsFolder::NotUsed(reasons)),
        }
    }

    fn folder_places(
        &self,
        git: Option<&GitContext>,
        root: &Path,
        name: &str,
    ) -> Vec<Result<Place, PlaceError>> {
        if let Some(chosen) = &self.chosen {
            return vec![Ok(Place::named(chosen, &[&root_id(root), name]))];
        }
        // The Git folder of the work tree: two work trees of one repository do not share these folders.
        let git_dir = git.filter(|git| git.belongs_to_user()).map(GitContext::git_dir);
        self.places(git_dir, root).into_iter().map(|place| Ok(place?.join(name))).collect()
    }
}

/// The absolute path of the analysed tree, as bytes: it distinguishes work-tree files of the same name.
pub(super) fn root_bytes(root: &Path) -> Vec<u8> {
    let absolute = std::fs::canonicalize(root).or_else(|_| std::path::absolute(root));
    absolute.unwrap_or_else(|_| root.to_owned()).into_os_string().into_encoded_bytes()
}

fn root_id(root: &Path) -> String {
    format!("{:016x}", xxh3_64(&root_bytes(root)))
}

/// The analysed tree is never written to, even if the user's cache folder is inside it.
fn outside(place: Place, root: &Path) -> Result<Place, PlaceError> {
    let resolved = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = place.path();
    let existing = folder.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(&folder);
    match resolved(existing).starts_with(resolved(root)) {
        true => Err(PlaceError::InTree(folder)),
        false => Ok(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(chosen: Option<&str>, user: Option<&str>) -> CacheDirs {
        CacheDirs { chosen: chosen.map(PathBuf::from), user: user.map(PathBuf::from), ..CacheDirs::default() }
    }

    fn paths(dirs: &CacheDirs, git_dir: Option<&Path>, root: &Path) -> Vec<PathBuf> {
        let places = dirs.places(git_dir, root);
        places.into_iter().map(|place| place.expect("a place").path()).collect()
    }

    #[test]
    fn a_repository_comes_before_the_user_and_the_users_choice_before_both() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let git = root.path().join(".git");
        std::fs::create_dir(&git).expect("a folder in a temporary folder");
        let places = paths(&dirs(None, Some("/home/u/.cache")), Some(&git), root.path());
        assert_eq!(places[0], git.join("batuta"));
        assert!(places[1].starts_with("/home/u/.cache/batuta"), "{:?}", places[1]);
        let chosen = paths(&dirs(Some("/c"), Some("/home/u/.cache")), Some(&git), root.path());
        assert_eq!(chosen, [PathBuf::from("/c")]);
    }

    #[test]
    fn results_of_two_trees_lie_apart_also_where_the_user_chose_one_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let chosen = CacheDirs::within(folder.path());
        let place = |root| chosen.make_folder(None, Path::new(root), "mutants").expect("a place");
        let (a, b) = (place("/a"), place("/b"));
        assert!(a.path().ends_with("mutants") && a != b);
        let found = |root| chosen.find_folder(None, Path::new(root), "mutants").expect("no trouble");
        assert_eq!((found("/a"), found("/c")), (Some(a), None));
        assert!(dirs(None, None).make_folder(None, Path::new("/a"), "mutants").is_err());
    }

    #[test]
    fn two_folders_do_not_share_a_file() {
        let user = dirs(None, Some("/home/u/.cache"));
        let (a, b) = (paths(&user, None, Path::new("/a")), paths(&user, None, Path::new("/b")));
        assert!(a.len() == 1 && a != b);
    }

    #[test]
    fn a_cache_folder_inside_the_analysed_folder_is_refused() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let cache = home.path().join(".cache");
        let places = CacheDirs { user: Some(cache), ..CacheDirs::default() }.places(None, home.path());
        assert!(
            matches!(&places[..], [Err(why)] if why.to_string().contains("inside the analysed folder")),
            "{places:?}"
        );
    }

    #[test]
    fn a_given_key_comes_before_a_file_and_both_before_the_users_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("key");
        std::fs::write(&file, "f".repeat(40)).expect("a file");
        let text = "t".repeat(40);
        let mut dirs = CacheDirs { config: Some(folder.path().to_owned()), ..CacheDirs::default() };
        let own = dirs.secret().expect("it can be made");
        dirs.key_file = Some(file.clone());
        assert_eq!(dirs.secret().ok(), Secret::of_file(&file).ok());
        dirs.key = Some(text.clone().into());
        assert_eq!(dirs.secret().ok(), Secret::of_text(text.as_bytes()).ok());
        assert_ne!(dirs.secret().ok(), Some(own));
        dirs.key = Some("short".into());
        assert!(dirs.secret().expect_err("it is too short").to_string().contains("BATUTA_CACHE_KEY: "));
        assert!(CacheDirs::default().secret().expect_err("there is none").to_string().contains("HOME"));
    }

    #[test]
    fn a_size_that_is_none_is_reported_and_the_default_counts() {
        let of = |text: &str| CacheDirs { max_size: Some(text.into()), ..CacheDirs::default() }.size_limit();
        assert_eq!(of("64M"), (Size(64 << 20), None));
        let (size, trouble) = of("large");
        assert_eq!(size, limit::DEFAULT);
        assert!(trouble.is_some_and(|why| why.contains("BATUTA_CACHE_MAX_SIZE")));
        assert_eq!(CacheDirs::default().size_limit(), (limit::DEFAULT, None));
    }
}
