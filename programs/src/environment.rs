//! The part of this process's environment that a started program gets: the user's settings, so that the project's own
//! tools work as usual (`PATH`, `HOME`, proxies, `LD_LIBRARY_PATH`, compiler flags, credentials that tests need),
//! except:
//! | not passed on | why |
//! |---|---|
//! | what `git rev-parse --local-env-vars` lists (`GIT_DIR`, `GIT_INDEX_FILE`, …), `GIT_QUARANTINE_PATH` | a hook's variables name the repository that is judged; a test that calls Git must not write to it |
//! | `CARGO_PKG_*`, `CARGO_MANIFEST_*`, `CARGO_BIN_NAME`, `CARGO_MAKEFLAGS`, `MAKEFLAGS`, `MFLAGS` | what started this process set them for it, and they would change what is built |
//! | `BATUTA_*` | this program's own settings, among them secrets: the token of the service, the key of the cache |
//! A variable such as `LD_PRELOAD` is the user's: it also applied to this process.

use std::ffi::OsStr;

/// The output of `git rev-parse --local-env-vars` (Git 2.39), and the quarantine folder of a push.
const OF_A_REPOSITORY: [&str; 17] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

const OF_OTHER_BUILDS: [&str; 4] = ["CARGO_BIN_NAME", "CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];

/// Prefixes of names.
const FAMILIES: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "BATUTA_"];

/// True for a variable that started programs do not get.
pub fn is_kept_back(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    OF_A_REPOSITORY.contains(&&*name)
        || OF_OTHER_BUILDS.contains(&&*name)
        || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the list with Git's own list of variables that belong to a repository.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test asks Git itself")]
    fn what_git_calls_local_to_a_repository_is_kept_back() {
        let listed = std::process::Command::new("git").args(["rev-parse", "--local-env-vars"]).output();
        let listed = String::from_utf8(listed.expect("git runs").stdout).expect("names are ASCII");
        assert!(listed.lines().count() > 10, "{listed}");
        for name in listed.lines() {
            assert!(is_kept_back(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn secrets_of_this_program_are_kept_back_and_the_user_s_settings_handed_on() {
        for name in [
            "BATUTA_TOKEN",
            "BATUTA_CACHE_DIR",
            "BATUTA_CACHE_KEY",
            "BATUTA_CACHE_KEY_FILE",
            "CARGO_PKG_NAME",
            "MAKEFLAGS",
            "GIT_QUARANTINE_PATH",
        ] {
            assert!(is_kept_back(OsStr::new(name)), "{name}");
        }
        for name in
            ["PATH", "HOME", "VIRTUAL_ENV", "CARGO_HOME", "RUSTFLAGS", "GIT_AUTHOR_NAME", "DATABASE_URL"]
        {
            assert!(!is_kept_back(OsStr::new(name)), "{name}");
        }
    }
}
