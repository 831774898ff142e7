//! Installing and uninstalling.

use super::{BAD, GOOD, attempt, commit, git_command, hooked, printed};
use crate::program::{command, finish, program, run};
use crate::repository::{Tree, git};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Names, modes and contents of a hooks folder; for a link, its target.
fn folder(path: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(path)
        .into_iter()
        .flatten()
        .map(|entry| {
            let entry = entry.expect("the folder can be listed");
            let kind = entry.metadata().expect("it is there");
            let bytes = match kind.is_symlink() {
                true => fs::read_link(entry.path()).expect("a link").into_os_string().into_encoded_bytes(),
                false => fs::read(entry.path()).expect("a file"),
            };
            (entry.file_name().to_string_lossy().into_owned(), kind.permissions().mode(), bytes)
        })
        .collect();
    files.sort();
    files
}

fn write_hook(tree: &Tree, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = tree.join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(&path, text).expect("it can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
    path
}

fn state(tree: &Path, hook: &str) -> serde_json::Value {
    let status = run(tree, &["pmat", "hooks", "status", "--format", "json"]).exits(0).json();
    let hooks = status["hooks"].as_array().expect("a list").clone();
    hooks.into_iter().find(|entry| entry["hook"] == hook).expect("every hook is listed")
}

#[test]
fn a_hook_comes_does_its_work_and_goes_without_a_trace() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let hooks = tree.join(".git/hooks");
    let before = folder(&hooks);
    let told = run(tree.path(), &["pmat", "hooks", "init"]).exits(0).stdout;
    assert!(told.starts_with("pre-commit installed: ") && told.contains(".git/hooks/pre-commit"), "{told}");
    assert_eq!(state(tree.path(), "pre-commit")["state"], "installed");
    let installed = folder(&hooks);
    assert!(run(tree.path(), &["pmat", "hooks", "install"]).exits(0).stdout.contains("is there already"));
    assert_eq!(folder(&hooks), installed, "installing twice is installing once");

    tree.write("src/bad.rs", BAD);
    tree.git(&["add", "--all"]);
    let refused = commit(&tree, &[]);
    assert!(refused.code == Some(1) && printed(&refused).contains("src/bad.rs:2:1: error: "), "{refused:?}");

    run(tree.path(), &["pmat", "hooks", "uninstall"]).exits(0);
    assert_eq!(folder(&hooks), before);
    assert_eq!(commit(&tree, &[]).code, Some(0), "nothing judges any more");
    assert_eq!(
        run(tree.path(), &["pmat", "hooks", "uninstall"]).exits(0).stdout,
        "no hook of ours is installed\n"
    );
}

#[test]
fn a_hook_of_the_user_runs_first_and_comes_back_as_it_was() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    // Not UTF-8, and with an unusual mode.
    let own = write_hook(&tree, "pre-commit", "", 0o751);
    fs::write(&own, b"#!/bin/sh\n# \xff\necho own hook \"$#\"\n[ ! -e refuse ]\n")
        .expect("it can be written");
    let before = folder(&tree.join(".git/hooks"));
    let told = run(tree.path(), &["pmat", "hooks", "install"]).exits(0).stdout;
    assert!(told.contains("runs first") && told.contains("pre-commit.before-batuta"), "{told}");
    assert!(state(tree.path(), "pre-commit")["before"].is_string());

    tree.write("src/more.rs", GOOD.replace("good", "more"));
    tree.git(&["add", "src"]);
    let passed = commit(&tree, &[]);
    assert!(passed.code == Some(0) && printed(&passed).contains("own hook 0"), "{passed:?}");
    tree.write("refuse", "");
    tree.write("src/more.rs", BAD);
    tree.git(&["add", "src"]);
    let refused = commit(&tree, &[]);
    assert!(refused.code == Some(1), "{refused:?}");
    assert!(
        !printed(&refused).contains("REFUSED"),
        "what the user's hook refuses is not judged: {refused:?}"
    );
    fs::remove_file(tree.join("refuse")).expect("it is there");
    assert!(printed(&commit(&tree, &[])).contains("REFUSED"));

    run(tree.path(), &["pmat", "hooks", "uninstall"]).exits(0);
    assert_eq!(folder(&tree.join(".git/hooks")), before);
}

#[test]
fn a_hook_that_git_would_not_run_is_not_run_and_a_link_stays_a_link() {
    let tree =
        Tree::repository(&[("src/lib.rs", GOOD), ("tools/hook.sh", "#!/bin/sh\necho through the link\n")]);
    fs::set_permissions(tree.join("tools/hook.sh"), fs::Permissions::from_mode(0o755)).expect("it is ours");
    write_hook(&tree, "pre-commit", "#!/bin/sh\nexit 1\n", 0o644);
    symlink("../../tools/hook.sh", tree.join(".git/hooks/commit-msg")).expect("a link can be made");
    let before = folder(&tree.join(".git/hooks"));
    run(tree.path(), &["pmat", "hooks", "install", "--all"]).exits(0);
    let made = commit(&tree, &["--allow-empty"]);
    assert!(made.code == Some(0) && printed(&made).contains("through the link"), "{made:?}");
    run(tree.path(), &["pmat", "hooks", "uninstall"]).exits(0);
    assert_eq!(folder(&tree.join(".git/hooks")), before);
}

#[test]
fn two_hooks_of_the_user_are_never_made_one() {
    let tree = hooked("pre-commit");
    write_hook(&tree, "pre-commit.before-batuta", "#!/bin/sh\n", 0o755);
    write_hook(&tree, "pre-commit", "#!/bin/sh\necho mine\n", 0o755);
    let before = folder(&tree.join(".git/hooks"));
    run(tree.path(), &["pmat", "hooks", "install"]).fails_with("another hook is kept there already");
    assert_eq!(folder(&tree.join(".git/hooks")), before);
    let told = run(tree.path(), &["pmat", "hooks", "uninstall", "--hook", "pre-commit"]).exits(0).stdout;
    assert!(told.contains("is not ours"), "{told}");
    assert_eq!(folder(&tree.join(".git/hooks")), before);
}

#[test]
fn an_installation_that_was_ended_halfway_goes_on() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let own = write_hook(&tree, "pre-commit", "#!/bin/sh\necho own\n", 0o755);
    let before = folder(&tree.join(".git/hooks"));
    fs::hard_link(&own, tree.join(".git/hooks/pre-commit.before-batuta")).expect("hard links work here");
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
    run(tree.path(), &["pmat", "hooks", "uninstall"]).exits(0);
    assert_eq!(folder(&tree.join(".git/hooks")), before);
}

#[test]
fn an_edited_hook_of_ours_is_neither_replaced_nor_removed_unasked() {
    let tree = hooked("pre-commit");
    let file = tree.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&file).expect("it is text");
    fs::write(&file, format!("{text}echo more\n")).expect("it can be written");
    assert_eq!(state(tree.path(), "pre-commit")["state"], "edited");
    for words in [["install"], ["uninstall"]] {
        run(tree.path(), &[&["pmat", "hooks"], &words[..]].concat()).fails_with("somebody edited");
    }
    run(tree.path(), &["pmat", "hooks", "install", "--force"]).exits(0);
    assert_eq!(fs::read_to_string(&file).expect("it is text"), text);
}

#[test]
fn a_hook_whose_program_is_gone_says_so_and_refuses() {
    let tree = hooked("pre-commit");
    let file = tree.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&file).expect("it is text");
    let gone =
        text.replace(&program().canonicalize().expect("it is built").display().to_string(), "/gone/batuta");
    fs::write(&file, gone).expect("it can be written");
    let refused = commit(&tree, &["--allow-empty"]);
    assert_ne!(refused.code, Some(0));
    let told = printed(&refused);
    assert!(told.contains("/gone/batuta is gone") && told.contains("git commit --no-verify"), "{told}");
    // It is found in PATH again.
    let links = tempfile::tempdir().expect("a temporary folder can be made");
    symlink(program(), links.path().join("batuta")).expect("a link can be made");
    let mut again = git_command(tree.path(), &["commit", "--allow-empty", "--message", "x"]);
    let path = std::env::var("PATH").expect("there is a PATH");
    again.env("PATH", format!("{}:{path}", links.path().display()));
    assert_eq!(finish(again).code, Some(0));
}

/// Git itself confirms the location of the hooks.
#[test]
fn the_hooks_folder_is_where_git_looks() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let home = elsewhere.path().canonicalize().expect("it is there");
    fs::write(home.join(".gitconfig"), "[core]\n\thooksPath = ~/all-hooks\n").expect("it can be written");
    let linked = home.join("linked");
    tree.git(&["worktree", "add", "--quiet", "-b", "topic", linked.to_str().expect("UTF-8")]);
    let bare = home.join("bare.git");
    git(&home, &["clone", "--quiet", "--bare", tree.path().to_str().expect("UTF-8"), "bare.git"]);
    let host = Tree::repository(&[("a.rs", GOOD)]);
    host.git(&["submodule", "--quiet", "add", tree.path().to_str().expect("UTF-8"), "sub"]);
    let module = host.join("sub");

    let check = |folder: &Path, global: &str| {
        let mut git = git_command(folder, &["rev-parse", "--path-format=absolute", "--git-path", "hooks"]);
        git.env("HOME", &home).env("GIT_CONFIG_GLOBAL", global);
        let expected = PathBuf::from(finish(git).exits(0).stdout.trim_end());
        let mut status = command(folder, &["pmat", "hooks", "status", "--format", "json"]);
        status.env("HOME", &home).env("GIT_CONFIG_GLOBAL", global);
        let found = finish(status).exits(0).json();
        let found = PathBuf::from(found["folder"].as_str().expect("a path"));
        // The folder need not exist.
        let real = |path: &Path| {
            let there = path.ancestors().find(|part| part.exists()).expect("the root exists");
            let rest = path.strip_prefix(there).expect("an ancestor").to_owned();
            there.canonicalize().expect("it is there").join(rest)
        };
        assert_eq!(real(&found), real(&expected), "in {} with {global}", folder.display());
    };
    let gitconfig = home.join(".gitconfig");
    let gitconfig = gitconfig.to_str().expect("UTF-8");
    for place in [tree.path(), &tree.join("src"), linked.as_path(), bare.as_path(), module.as_path()] {
        check(place, "/dev/null");
        check(place, gitconfig);
    }
    for value in [".githooks", "../beside", "~/mine", "/absolute/hooks"] {
        for place in [tree.path(), bare.as_path(), module.as_path()] {
            git(place, &["config", "core.hooksPath", value]);
            check(place, "/dev/null");
        }
        check(&linked, "/dev/null");
        check(&tree.join("src"), gitconfig);
    }
}

#[test]
fn a_hooks_folder_of_somebody_else_is_not_written_to_unasked() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD), (".githooks/pre-push", "#!/bin/sh\n")]);
    tree.git(&["config", "core.hooksPath", ".githooks"]);
    let before = folder(&tree.join(".githooks"));
    let refused = run(tree.path(), &["pmat", "hooks", "install"]).fails_with("under version control");
    assert!(
        refused
            .stderr
            .contains("add this line to .githooks/pre-commit: batuta pmat hooks run pre-commit \"$@\""),
        "{}",
        refused.stderr
    );
    assert_eq!(folder(&tree.join(".githooks")), before);

    // The user adds the line.
    let call = format!("#!/bin/sh\n'{}' pmat hooks run pre-commit \"$@\"\n", program().display());
    tree.write(".githooks/pre-commit", call);
    fs::set_permissions(tree.join(".githooks/pre-commit"), fs::Permissions::from_mode(0o755))
        .expect("it is ours");
    assert_eq!(state(tree.path(), "pre-commit")["state"], "foreign-calling");
    let told = run(tree.path(), &["pmat", "hooks", "install"]).exits(0).stdout;
    assert!(told.contains("calls batuta"), "{told}");
    tree.write("src/bad.rs", BAD);
    tree.git(&["add", "--all"]);
    assert!(printed(&commit(&tree, &[])).contains("REFUSED"));

    // Husky's generated folder; and a folder shared by many repositories.
    tree.write(".husky/_/pre-commit", "");
    tree.git(&["config", "core.hooksPath", ".husky/_"]);
    let refused = run(tree.path(), &["pmat", "hooks", "install"]).fails_with("is in the work tree");
    assert!(refused.stderr.contains("add this line to .husky/pre-commit: "), "{}", refused.stderr);
    let shared = tempfile::tempdir().expect("a temporary folder can be made");
    tree.git(&["config", "core.hooksPath", shared.path().to_str().expect("UTF-8")]);
    run(tree.path(), &["pmat", "hooks", "install"]).fails_with("other repositories may use");
    assert!(folder(shared.path()).is_empty());
    run(tree.path(), &["pmat", "hooks", "install", "--force"]).exits(0);
    assert_eq!(folder(shared.path()).len(), 1);
}

/// With an empty path `git rev-parse --git-path hooks/pre-commit` names `/pre-commit`; below a device no file can
/// exist.
#[test]
fn where_git_runs_no_hooks_none_is_said_to_be_installed() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    for (value, why) in [
        ("", "core.hooksPath of this repository is empty"),
        ("/dev/null", "is /dev/null, which is no folder"),
    ] {
        tree.git(&["config", "core.hooksPath", value]);
        for words in [&["pmat", "hooks", "install"][..], &["pmat", "hooks", "install", "--force"]] {
            run(tree.path(), words).fails_with(why);
        }
        let told = run(tree.path(), &["pmat", "hooks", "status"]).exits(0).stdout;
        assert!(told.contains(why), "{told}");
    }
    tree.git(&["config", "--unset", "core.hooksPath"]);
    run(tree.path(), &["pmat", "hooks", "install"]).exits(0);
}

#[test]
fn a_bare_repository_gets_the_hook_of_a_server() {
    let tree = Tree::folder(&[]);
    git(tree.path(), &["init", "--quiet", "--bare", "server.git"]);
    let server = tree.join("server.git");
    let told = run(&server, &["pmat", "hooks", "install"]).exits(0).stdout;
    assert!(told.starts_with("pre-receive installed"), "{told}");
    assert_eq!(state(&server, "pre-receive")["state"], "installed");
    run(&server, &["pmat", "hooks", "uninstall", "--hook", "pre-receive"]).exits(0);
    assert_eq!(state(&server, "pre-receive")["state"], "not-installed");
}

#[test]
fn outside_of_git_and_with_unknown_hooks_there_is_a_clear_error() {
    let tree = Tree::folder(&[("a.rs", GOOD)]);
    for words in [["install"], ["status"], ["uninstall"]] {
        run(tree.path(), &[&["pmat", "hooks"], &words[..]].concat()).fails_with("is in no Git repository");
    }
    let run = run(tree.path(), &["pmat", "hooks", "install", "--hook", "post-coffee"]).exits(2);
    assert!(run.stderr.contains("there is no hook \"post-coffee\""), "{}", run.stderr);
    assert_eq!(attempt(tree.path(), &["status"]).code, Some(128), "the folder is in no repository");
}

#[test]
fn what_is_no_file_is_not_waited_for_and_a_linked_folder_is_not_the_repository_s_own() {
    let tree = Tree::repository(&[("src/lib.rs", GOOD)]);
    fs::create_dir_all(tree.join(".git/hooks")).expect("a folder");
    let hook = tree.join(".git/hooks/pre-commit");
    assert!(std::process::Command::new("mkfifo").arg(&hook).status().expect("it runs").success());
    for words in [["status"].as_slice(), &["install"], &["uninstall"]] {
        run(tree.path(), &[&["pmat", "hooks"], words].concat()).fails_with("no regular file");
    }
    fs::remove_file(&hook).expect("it is there");
    symlink("/dev/zero", &hook).expect("a link");
    run(tree.path(), &["pmat", "hooks", "status"]).fails_with("no regular file");
    run(tree.path(), &["pmat", "hooks", "run", "commit-msg", "/dev/zero"]).exits(0);
    tree.write("batuta.toml", "[hooks]\ncommit-msg = \"conventional\"\n");
    tree.git(&["add", "--all"]);
    run(tree.path(), &["pmat", "hooks", "run", "commit-msg", "/dev/zero"]).fails_with("no regular file");
    let shared = tempfile::tempdir().expect("a temporary folder can be made");
    fs::remove_dir_all(tree.join(".git/hooks")).expect("it is there");
    symlink(shared.path(), tree.join(".git/hooks")).expect("a link");
    run(tree.path(), &["pmat", "hooks", "install"]).fails_with("is a link to");
    assert!(folder(shared.path()).is_empty());
    run(tree.path(), &["pmat", "hooks", "install", "--force"]).exits(0);
    assert_eq!(folder(shared.path()).len(), 1);
}

#[test]
fn servers_that_share_a_folder_of_hooks_each_note_what_they_had() {
    let tree = Tree::folder(&[]);
    let shared = tree.join("shared");
    for name in ["one.git", "two.git"] {
        git(tree.path(), &["init", "--quiet", "--bare", name]);
        git(&tree.join(name), &["config", "core.hooksPath", shared.to_str().expect("UTF-8")]);
        run(&tree.join(name), &["pmat", "hooks", "install", "--force"]).exits(0);
    }
    let noted = || {
        let names = folder(&shared).into_iter().map(|(name, ..)| name);
        names.filter(|name| name.starts_with("batuta-accepted")).count()
    };
    assert_eq!(noted(), 2);
    run(&tree.join("one.git"), &["pmat", "hooks", "uninstall"]).exits(0);
    assert_eq!(noted(), 1);
}
