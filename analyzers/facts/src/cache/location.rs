//! Where the cache of a repository or folder lies.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

const FILE_NAME: &str = "cache.sqlite";

/// The folders that a user's environment names for caches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheDirs {
    /// Where the user wants all caches (`BATUTA_CACHE_DIR`): one file, shared by everything analysed. No other place is
    /// tried then.
    pub chosen: Option<PathBuf>,
    /// The user's cache folder: `XDG_CACHE_HOME`, else `.cache` in the home folder.
    pub user: Option<PathBuf>,
}

impl CacheDirs {
    /// As the environment says. Empty and relative values count as unset, as the XDG base directory specification asks.
    pub fn from_env() -> Self {
        let absolute =
            |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let set = |value: &OsString| !value.is_empty();
        CacheDirs {
            chosen: std::env::var_os("BATUTA_CACHE_DIR").filter(set).map(PathBuf::from),
            user: absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache"))),
        }
    }

    /// The files to try, best first; a place that must not be used is an error with its reason.
    pub(super) fn candidates(&self, git_dir: Option<&Path>, root: &Path) -> Vec<Result<PathBuf, String>> {
        if let Some(chosen) = &self.chosen {
            return vec![Ok(chosen.join(FILE_NAME))];
        }
        // A Git folder that does not exist is not made up.
        let in_git = git_dir.filter(|dir| dir.is_dir()).map(|dir| Ok(dir.join("batuta").join(FILE_NAME)));
        let in_home = match &self.user {
            Some(user) => outside(user.join("batuta").join(root_id(root)), root),
            None => {
                Err("neither XDG_CACHE_HOME nor HOME is set (BATUTA_CACHE_DIR can name a folder)".to_owned())
            }
        };
        in_git.into_iter().chain([in_home]).collect()
    }
}

impl CacheDirs {
    /// Where results of a kind are kept that are files themselves and no rows of the cache: a folder `name` of the tree's
    /// own. `git_dir` is that of the work tree. The folder need not exist.
    ///
    /// # Errors
    /// Why there is no such place.
    pub fn folder_for(&self, git_dir: Option<&Path>, root: &Path, name: &str) -> Result<PathBuf, String> {
        if let Some(chosen) = &self.chosen {
            return Ok(chosen.join(root_id(root)).join(name));
        }
        let places = self.candidates(git_dir, root);
        let first = places.into_iter().find_map(Result::ok).and_then(|file| Some(file.parent()?.join(name)));
        first.ok_or_else(|| "there is no folder for results (BATUTA_CACHE_DIR can name one)".to_owned())
    }
}

/// The absolute path of the analysed tree, as bytes: tells work-tree files of one name apart.
pub(super) fn root_bytes(root: &Path) -> Vec<u8> {
    let absolute = std::fs::canonicalize(root).or_else(|_| std::path::absolute(root));
    absolute.unwrap_or_else(|_| root.to_owned()).into_os_string().into_encoded_bytes()
}

fn root_id(root: &Path) -> String {
    format!("{:016x}", xxh3_64(&root_bytes(root)))
}

/// The analysed tree is never written to, not even where the user's cache folder lies inside it.
fn outside(folder: PathBuf, root: &Path) -> Result<PathBuf, String> {
    let resolved = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = folder.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(&folder);
    match resolved(existing).starts_with(resolved(root)) {
        true => Err(format!(
            "{} lies inside the analysed folder (BATUTA_CACHE_DIR can name another)",
            folder.display()
        )),
        false => Ok(folder.join(FILE_NAME)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(chosen: Option<&str>, user: Option<&str>) -> CacheDirs {
        CacheDirs { chosen: chosen.map(PathBuf::from), user: user.map(PathBuf::from) }
    }

    #[test]
    fn a_repository_comes_before_the_user_and_the_users_choice_before_both() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let git = root.path().join(".git");
        std::fs::create_dir(&git).expect("a folder in a temporary folder");
        let places = dirs(None, Some("/home/u/.cache")).candidates(Some(&git), root.path());
        assert_eq!(places[0], Ok(git.join("batuta/cache.sqlite")));
        let second = places[1].as_ref().expect("the user's folder lies elsewhere");
        assert!(
            second.starts_with("/home/u/.cache/batuta") && second.ends_with("cache.sqlite"),
            "{second:?}"
        );
        let chosen = dirs(Some("/c"), Some("/home/u/.cache")).candidates(Some(&git), root.path());
        assert_eq!(chosen, [Ok(PathBuf::from("/c/cache.sqlite"))]);
    }

    #[test]
    fn results_of_two_trees_lie_apart_also_where_the_user_chose_one_folder() {
        let chosen = dirs(Some("/c"), None);
        let place = |root| chosen.folder_for(None, Path::new(root), "mutants").expect("a place");
        assert!(
            place("/a").starts_with("/c") && place("/a").ends_with("mutants") && place("/a") != place("/b")
        );
        assert!(dirs(None, None).folder_for(None, Path::new("/a"), "mutants").is_err());
    }

    #[test]
    fn two_folders_do_not_share_a_file() {
        let user = dirs(None, Some("/home/u/.cache"));
        let (a, b) = (user.candidates(None, Path::new("/a")), user.candidates(None, Path::new("/b")));
        assert!(a.len() == 1 && a != b);
    }

    #[test]
    fn a_cache_folder_inside_the_analysed_folder_is_refused() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let cache = home.path().join(".cache");
        let places = CacheDirs { chosen: None, user: Some(cache) }.candidates(None, home.path());
        assert!(
            matches!(&places[..], [Err(why)] if why.contains("inside the analysed folder")),
            "{places:?}"
        );
    }
}
