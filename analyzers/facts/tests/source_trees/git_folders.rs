//! Git folders of strangers: no error quotes a file of them, and links in them lead out of no folder that the operator named.

use super::fixture::Repo;
use facts::history::HistoryOptions;
use facts::source::{ExcludeRules, GitContext, Which};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// What is in the files that links lead to, in the forms that Git's own files have.
const SECRETS: [&str; 7] = [
    "SECRET=4711",
    "ref: SECRET 4711",
    "ref: refs/heads/SECRET..4711",
    "# pack-refs with: peeled fully-peeled sorted\nSECRET 4711\n",
    "DIRC SECRET 4711",
    "[SECRET",
    "[core]\n\texcludesFile = ~SECRET/4711\n\thooksPath = ~SECRET/4711\n\tbare = SECRET\n",
];

/// All that is said when the repository is read in every way.
fn errors(repo: &Repo) -> Vec<String> {
    let mut errors = Vec::new();
    let mut tell = |error: Option<String>| errors.extend(error);
    for which in [Which::WorkTree, Which::Index, Which::Revision("HEAD".to_owned())] {
        let tree = facts::source::open(repo.path(), &which, &ExcludeRules::none());
        tell(tree.and_then(|tree| tree.listing()).err().map(|error| error.to_string()));
    }
    let git = match GitContext::discover(repo.path()) {
        Ok(Some(git)) => git,
        // Without a HEAD that Git would take it is not a repository at all.
        Ok(None) => return errors,
        Err(error) => return [errors, vec![error.to_string()]].concat(),
    };
    tell(git.head().err().map(|error| error.to_string()));
    tell(git.tags().err().map(|error| error.to_string()));
    tell(git.has_references().err().map(|error| error.to_string()));
    tell(git.commits_of_references("refs/").err().map(|error| error.to_string()));
    tell(git.hooks_folder().err().map(|error| error.to_string()));
    tell(git.history(&HistoryOptions::default(), None).err().map(|error| error.to_string()));
    for revision in ["HEAD", "main", "main@{1}", "v1"] {
        tell(git.commit(revision).err().map(|error| error.to_string()));
        tell(git.commit_time(revision).err().map(|error| error.to_string()));
    }
    errors
}

/// A repository with a tag and packed references.
fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("a.rs", "a").commit("a");
    repo.git(["tag", "v1"]);
    repo
}

#[test]
fn no_error_quotes_a_file_of_git() {
    for name in [
        "HEAD",
        "packed-refs",
        "refs/heads/main",
        "refs/tags/v1",
        "index",
        "shallow",
        "config",
        "info/exclude",
        "info/attributes",
        "objects/info/alternates",
        "logs/HEAD",
        "logs/refs/heads/main",
        "commondir",
        "gitdir",
    ] {
        let repo = repository();
        let outside = Repo::plain_folder();
        let file = repo.join(".git").join(name);
        let _ = fs::remove_file(&file);
        fs::create_dir_all(file.parent().expect("it lies in .git")).expect("a folder");
        symlink(outside.join("file"), &file).expect("a link");
        for secret in SECRETS {
            outside.write("file", secret);
            for error in errors(&repo) {
                assert!(!error.contains("SECRET") && !error.contains("4711"), "{name}: {secret:?}: {error}");
            }
        }
    }
}

#[test]
fn an_error_says_which_file_of_git_is_wrong() {
    let repo = repository();
    fs::write(repo.join(".git/packed-refs"), "SECRET 4711\n").expect("written");
    let said = GitContext::discover(repo.path()).expect("readable").expect("a repository").tags();
    let said = said.expect_err("no such line is known").to_string();
    assert!(said.contains("the file packed-refs is no reference"), "{said}");
    fs::remove_file(repo.join(".git/packed-refs")).expect("it is there");
    fs::write(repo.join(".git/refs/heads/main"), "SECRET 4711\n").expect("written");
    let said = GitContext::discover(repo.path()).expect("readable").expect("a repository").head();
    let said = said.expect_err("it is no id").to_string();
    assert!(said.contains("HEAD") && said.contains("below refs"), "{said}");
}

/// A folder with the repository `own`, and another folder outside.
fn scanned() -> (Repo, PathBuf, Repo) {
    let place = Repo::plain_folder();
    let root = place.path().canonicalize().expect("it is there");
    let own = root.join("own");
    fs::create_dir(&own).expect("a folder");
    let repo = repository();
    for entry in fs::read_dir(repo.path()).expect("a folder").flatten() {
        fs::rename(entry.path(), own.join(entry.file_name())).expect("it can be moved");
    }
    (place, own, Repo::plain_folder())
}

fn is_left_out(own: &Path) -> bool {
    let folder = own.parent().expect("it lies in one");
    match GitContext::discover_below(own, folder) {
        Ok(found) => found.is_none(),
        Err(error) => {
            assert!(error.leads_elsewhere, "{error}");
            true
        }
    }
}

#[test]
fn a_link_anywhere_in_a_git_folder_that_leads_out_is_found() {
    for name in [
        "HEAD",
        "config",
        "index",
        "packed-refs",
        "shallow",
        "description",
        "info/exclude",
        "objects",
        "objects/pack",
        "objects/info/alternates",
        "objects/pack/pack-1.pack",
        "objects/ff",
        "refs",
        "refs/tags",
        "refs/heads/deep/er/branch",
        "logs",
        "worktrees",
        "modules/inner/HEAD",
    ] {
        let (place, own, outside) = scanned();
        assert!(!is_left_out(&own), "nothing leads out yet");
        let path = own.join(".git").join(name);
        let target = outside.join("moved");
        match fs::rename(&path, &target) {
            Ok(()) => {}
            Err(_) => fs::write(&target, "").expect("a file"),
        }
        fs::create_dir_all(path.parent().expect("it lies in .git")).expect("a folder");
        symlink(&target, &path).expect("a link");
        assert!(is_left_out(&own), "{name}");
        // The same within the folder leads nowhere else, and a link to what leads out does.
        fs::remove_file(&path).expect("it is a link");
        fs::rename(&target, place.join("moved")).expect("it can be moved");
        symlink(place.join("moved"), &path).expect("a link");
        assert!(!is_left_out(&own), "{name}");
        fs::rename(place.join("moved"), &target).expect("it can be moved");
        symlink(&target, place.join("moved")).expect("a link");
        assert!(is_left_out(&own), "{name}, by two links");
    }
}

#[test]
fn what_a_git_folder_names_outside_is_found_whenever_it_comes() {
    let (place, own, outside) = scanned();
    outside.git(["init", "-q"]);
    let alternates = own.join(".git/objects/info/alternates");
    let objects = outside.join(".git/objects");
    assert!(!is_left_out(&own));
    fs::create_dir_all(own.join(".git/objects/info")).expect("a folder");
    fs::write(&alternates, format!("{}\n", objects.display())).expect("a file");
    assert!(is_left_out(&own), "it borrows objects");
    fs::remove_file(&alternates).expect("it is there");
    assert!(!is_left_out(&own));
    let config = fs::read_to_string(own.join(".git/config")).expect("a file");
    fs::write(outside.join("more"), "[core]\n").expect("a file");
    let included = format!("{config}[include]\npath = {}\n", outside.join("more").display());
    fs::write(own.join(".git/config"), included).expect("a file");
    assert!(is_left_out(&own), "it includes a configuration");
    fs::write(own.join(".git/config"), config).expect("a file");
    assert!(!is_left_out(&own));
    fs::rename(&own, outside.join("own")).expect("it can be moved");
    symlink(outside.join("own"), place.join("own")).expect("a link");
    assert!(is_left_out(&own), "its folder is a link now");
}
