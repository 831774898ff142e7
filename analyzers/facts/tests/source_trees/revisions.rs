//! What reading many commits rests on: their trees, their order, their tags, measured one after the other.

use crate::fixture::{Repo, git_in};
use facts::cache::{Cache, CacheDirs};
use facts::history::{LogOptions, Since};
use facts::source::{CommitId, ExcludeRules, GitContext, RevisionTree, Revisions, SkipReason, SourceTree};
use facts::{MeasureOptions, Sections, measure, measuring_many};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

const OPTIONS: MeasureOptions<'static> = MeasureOptions {
    sections: Sections { comments: true, symbols: true, tokens: true, types: true },
    max_file_size: 400,
    progress: None,
    cancelled: None,
};

fn context(path: &Path) -> GitContext {
    GitContext::discover(path).expect("discovery works").expect("it is a repository")
}

/// Files of several sorts that change, move, and go, two branches, a merge, and a clock that goes back.
fn changing() -> Repo {
    let repo = Repo::new();
    repo.write("src/a.rs", "/// A.\npub fn a() {}\n")
        .write("tool", "#!/bin/sh\necho one\n")
        .write("x.h", "int x;\n");
    repo.write("blob.rs", b"fn f() {\0}\n").write("big.rs", "fn big() {}\n".repeat(60)).commit("begin");
    repo.write("src/b.rs", "fn b() { if c() { d() } }\n")
        .write("copy.rs", "/// A.\npub fn a() {}\n")
        .commit("more");
    repo.git(["checkout", "-q", "-b", "side"]);
    repo.write("src/side.py", "def side():\n    pass\n").commit_as("Bob <bob@example.org>", "side");
    repo.git(["checkout", "-q", "main"]);
    repo.git(["mv", "src/a.rs", "src/moved.rs"]);
    repo.write("x.h", "namespace x { }\n").commit_as("Cyd <cyd@example.org>", "move");
    let early = 1_000_000_000;
    git_in(repo.path(), ["merge", "-q", "--no-ff", "-m", "merge side", "side"], early);
    repo.write("notes.md", "# Notes\n").commit("after");
    repo
}

fn commits(repo: &Repo) -> Vec<CommitId> {
    let git = context(repo.path());
    let ids = repo.text(["rev-list", "HEAD"]);
    ids.lines().map(|id| git.commit(id).expect("git listed it")).collect()
}

#[test]
fn trees_opened_one_after_the_other_are_those_of_each_revision() {
    let repo = changing();
    let exclude = ExcludeRules::new(["copy.rs"]).expect("a pattern");
    for folder in [".", "src"] {
        let path = repo.join(folder);
        let revisions = Revisions::open(&path).expect("it is a repository");
        assert_eq!(revisions.prefix().to_string(), if folder == "." { "" } else { "src" });
        for commit in commits(&repo) {
            let own = revisions.tree(commit, &exclude).expect("the commit is there");
            let alone =
                RevisionTree::open(&path, &commit.to_string(), &exclude).expect("the commit is there");
            let (own_listing, listing) = (own.listing().expect("a tree"), alone.listing().expect("a tree"));
            assert_eq!((&own_listing.entries, &own_listing.skipped), (&listing.entries, &listing.skipped));
            assert_eq!((own.describe(), own.commit()), (alone.describe(), Some(commit)));
            for entry in &listing.entries {
                assert_eq!(own.read(entry).expect("a blob"), alone.read(entry).expect("a blob"));
            }
        }
    }
    assert!(Revisions::open(Repo::plain_folder().path()).is_err());
}

#[test]
fn a_file_at_the_root_is_found_in_each_commit_by_its_full_name() {
    let repo = changing();
    let revisions = Revisions::open(&repo.join("src")).expect("it is a repository");
    for commit in commits(&repo) {
        for name in ["notes.md", "notes", "x.h", "src", "a.rs"] {
            let by_git = repo.text(["ls-tree", &commit.to_string(), "--", name]);
            let blob = by_git.split_once(" blob ").map(|(_, rest)| rest[..40].to_owned());
            let found = revisions.root_file(commit, name).expect("the commit is there");
            assert_eq!(found.map(|blob| blob.to_string()), blob, "{name} in {commit}");
        }
    }
    let newest = commits(&repo)[0];
    let blob = revisions.root_file(newest, "notes.md").expect("a commit").expect("a file");
    assert_eq!(revisions.blob(blob, &"notes").expect("a blob"), b"# Notes\n");
    let nowhere = CommitId([7; 20]);
    assert!(
        revisions.root_file(nowhere, "x").is_err() && revisions.tree(nowhere, &ExcludeRules::none()).is_err()
    );
}

#[test]
fn many_trees_measured_together_have_the_facts_of_each_measured_alone() {
    let repo = changing();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dirs = CacheDirs::within(folder.path());
    let cache = Cache::open_in(&dirs, None, repo.path());
    let revisions = Revisions::open(repo.path()).expect("it is a repository");
    let tree = |commit| revisions.tree(commit, &ExcludeRules::none()).expect("a commit");
    for cache in [None, Some(&cache), Some(&cache)] {
        let (all, trouble) = measuring_many(cache, &OPTIONS, true, |many| {
            let measured = |commit: &CommitId| many.measure(&tree(*commit)).expect("a tree");
            commits(&repo).iter().map(measured).collect::<Vec<_>>()
        });
        assert_eq!(trouble, None);
        for (commit, own) in commits(&repo).into_iter().zip(&all) {
            let alone = measure(&tree(commit), None, &OPTIONS).expect("a tree");
            assert_eq!((&own.files, &own.skipped), (&alone.files, &alone.skipped));
            assert_eq!((&own.tree, own.fingerprint()), (&alone.tree, alone.fingerprint()));
        }
        assert!(all[0].skipped.iter().any(|skipped| skipped.reason == SkipReason::BinarySource));
        assert!(all[0].skipped.iter().any(|skipped| matches!(skipped.reason, SkipReason::TooLarge { .. })));
        // Two files of equal bytes, in whichever trees, have their facts in one place.
        let data: Vec<_> = all
            .iter()
            .flat_map(|repo| &repo.files)
            .filter(|file| ["copy.rs", "src/a.rs"].contains(&file.path().to_string().as_str()))
            .collect();
        assert!(data.len() > 2 && data.iter().all(|file| Arc::ptr_eq(&file.data, &data[0].data)));
    }
    let newest = commits(&repo)[0];
    let facts = measure(&tree(newest), Some(&cache), &OPTIONS).expect("a tree");
    assert_eq!(facts.from_cache, facts.files.len(), "what was measured is stored");
}

#[test]
fn facts_are_stored_only_where_that_was_asked_for() {
    let repo = changing();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dirs = CacheDirs::within(folder.path());
    let cache = Cache::open_in(&dirs, None, repo.path());
    let tree = RevisionTree::open(repo.path(), "HEAD", &ExcludeRules::none()).expect("a commit");
    let (files, _) =
        measuring_many(Some(&cache), &OPTIONS, false, |many| many.measure(&tree).expect("a tree").files);
    assert!(!files.is_empty());
    assert_eq!(cache.info().expect("there is a cache").entries, 0);
}

#[test]
fn a_cancelled_run_over_many_trees_says_so() {
    let repo = changing();
    let tree = RevisionTree::open(repo.path(), "HEAD", &ExcludeRules::none()).expect("a commit");
    let options = MeasureOptions { cancelled: Some(&|| true), ..OPTIONS };
    let (outcome, _) =
        measuring_many(None, &options, false, |many| many.measure(&tree).map(|facts| facts.files));
    assert_eq!(outcome.map_err(|error| error.message), Err("interrupted".to_owned()));
}

#[test]
fn the_log_is_that_of_git_along_all_parents_and_along_the_first() {
    let repo = changing();
    let git = context(repo.path());
    for (first_parent, since) in
        [(false, None), (true, None), (false, Some("HEAD~3")), (true, Some("HEAD~2"))]
    {
        let options = LogOptions {
            first_parent,
            since: since.map_or(Since::Beginning, Since::Revision),
            ..LogOptions::default()
        };
        let log = git.log(&options).expect("the history is there");
        let range = since.map_or("HEAD".to_owned(), |since| format!("{since}..HEAD"));
        let mut words = vec!["log", "--format=%H|%P|%an|%ae|%at|%ct|%s", range.as_str()];
        words.extend(first_parent.then_some("--first-parent"));
        let by_git = repo.text(words);
        let ours: Vec<String> = log
            .commits
            .iter()
            .map(|commit| {
                let parents: Vec<String> = commit.parents.iter().map(CommitId::to_string).collect();
                let person = log.person(commit.author);
                let (name, email) = (&person.name, &person.email);
                let (author_time, commit_time) = (commit.author_time, commit.commit_time);
                format!(
                    "{}|{}|{name}|{email}|{author_time}|{commit_time}|{}",
                    commit.id,
                    parents.join(" "),
                    commit.summary
                )
            })
            .collect();
        let sorted = |lines: Vec<String>| lines.into_iter().collect::<BTreeSet<_>>();
        let theirs: Vec<String> = by_git.lines().map(str::to_owned).collect();
        match first_parent {
            true => assert_eq!(ours, theirs, "in the order of the line, whatever the clocks say"),
            false => assert_eq!(sorted(ours), sorted(theirs)),
        }
        assert!(!log.shallow && log.commits.iter().all(|commit| !commit.cut_off));
    }
    let side = LogOptions { until: "side", ..LogOptions::default() };
    assert_eq!(git.log(&side).expect("a branch").commits.len(), 3);
    let cancelled = LogOptions { cancelled: Some(&|| true), ..LogOptions::default() };
    assert!(git.log(&cancelled).is_err());
    let bots = ["bob".to_owned()];
    let log = git.log(&LogOptions { bots: &bots, ..LogOptions::default() }).expect("a history");
    let bots: Vec<&str> =
        log.people.iter().filter(|person| person.bot).map(|person| person.name.as_str()).collect();
    assert_eq!(bots, ["Bob"]);
}

#[test]
fn the_log_of_a_shallow_clone_ends_where_it_was_cut() {
    let repo = changing();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("file://{}", repo.path().display());
    git_in(folder.path(), ["clone", "-q", "--depth", "2", &url, "cut"], 1_700_000_000);
    let log = context(&folder.path().join("cut")).log(&LogOptions::default()).expect("a history");
    assert!(log.shallow);
    let kept: Vec<bool> = log.commits.iter().map(|commit| commit.cut_off).collect();
    assert_eq!(kept.first(), Some(&false));
    assert!(kept.iter().any(|cut_off| *cut_off));
}

#[test]
fn tags_of_both_kinds_lead_to_their_commits_and_others_are_none() {
    let repo = changing();
    repo.git(["tag", "light", "HEAD~1"]);
    repo.git(["tag", "-a", "-m", "one", "folder/annotated", "HEAD~2"]);
    repo.git(["tag", "-a", "-m", "two", "again", "folder/annotated"]);
    repo.git(["tag", "tree", "HEAD^{tree}"]);
    repo.git(["pack-refs", "--all"]);
    repo.git(["tag", "loose"]);
    let tags = context(repo.path()).tags().expect("tags");
    let ours: Vec<String> = tags.iter().map(|(name, commit)| format!("{name} {commit}")).collect();
    let by_git: Vec<String> = ["again", "folder/annotated", "light", "loose"]
        .iter()
        .map(|name| format!("{name} {}", repo.text(["rev-parse", &format!("{name}^{{commit}}")])))
        .collect();
    assert_eq!(ours, by_git);
}
