//! A repository with every attack: if the program trusted it, each part would start a program, read or write a file
//! outside, or never end.

use crate::repository::{CLEAN, Tree, branching};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository, and the folder around it, which must stay untouched.
pub struct Hostile {
    /// Holds both, and is deleted when dropped.
    outer: Tree,
}

impl Hostile {
    /// Where the repository is.
    pub fn path(&self) -> PathBuf {
        self.outer.join("repository")
    }

    /// The files outside, sorted, for comparison.
    pub fn outside(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut waiting = vec![self.outer.path().to_owned()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let kind = path.symlink_metadata().expect("it is there");
                if kind.is_dir() && path != self.path() {
                    waiting.push(path);
                } else if kind.is_file() {
                    found.push((path.clone(), fs::read(&path).expect("a file")));
                }
            }
        }
        found.sort();
        found
    }
}

/// A script that leaves a mark in the folder where it was started.
fn script(path: &Path) {
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, "#!/bin/sh\ntouch \"$(dirname \"$0\")/STARTED\"\nexec cat\n").expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("modes can be set");
}

/// Creates it. Everything that Git accepts is committed; its Git folder is armed last.
pub fn repository() -> Hostile {
    let outer = Tree::folder(&[
        ("secret.txt", "the secret\n"),
        ("more.config", "[user]\n\tname = Nobody\n"),
        ("lcov.info", "SF:src/lib.rs\nDA:1,1\nend_of_record\n"),
    ]);
    outer.write("outside/lib.rs", "pub fn outside() {}\n");
    let root = outer.join("repository");
    let evil = root.join("evil.sh");
    script(&evil);
    for (path, text) in files(&evil) {
        outer.write(Path::new("repository").join(path), text);
    }
    outer.write("repository/src/tangled.rs", branching("tangled", 30));
    for program in [
        ".venv/bin/python",
        "venv/bin/python",
        "node_modules/.bin/npm",
        "gradlew",
        "bin/cargo",
        "toolchain/bin/rustc",
    ] {
        script(&root.join(program));
    }
    let git = |words: &[&str]| crate::repository::git(&root, words);
    git(&["init", "--quiet", "--initial-branch=main"]);
    for message in ["Begin", "=cmd|' /C calc'!A0", "fix: \u{1b}[31mred"] {
        outer.write(
            "repository/src/log.py",
            format!("# FIXME: {}\ndef f(a):\n    return a + 1\n", message.len()),
        );
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", message]);
    }
    links_and_pipes(&root, outer.path());
    arm(&root, &evil, outer.path());
    Hostile { outer }
}

/// Text that names programs and files outside.
fn files(evil: &Path) -> Vec<(&'static str, String)> {
    let evil = evil.display();
    vec![
        ("src/lib.rs", CLEAN.to_owned()),
        ("src/main.rs", "mod log;\nfn main() {\n    println!(\"{}\", 1 + 2);\n}\n".to_owned()),
        ("src/log.rs", "// TODO: later\nfn unused() -> u8 {\n    3\n}\n".to_owned()),
        ("m.py", "def add(a, b):\n    return a + b\n".to_owned()),
        ("web/a.js", "function add(a, b) { return a + b; }\nmodule.exports = { add };\n".to_owned()),
        ("build.rs", "fn main() {\n    std::fs::write(\"STARTED\", \"\").unwrap();\n}\n".to_owned()),
        (
            "Cargo.toml",
            "[package]\nname = \"hostile\"\nversion = \"0.1.0\"\nedition = \"2021\"\nbuild = \"build.rs\"\n\
             [workspace]\nmembers = [\"*\", \"../outside\", \"/\", \"linked/*\"]\n\
             [dependencies]\noutside = { path = \"../outside\" }\n"
                .to_owned(),
        ),
        (
            ".cargo/config.toml",
            format!(
                "include = [\"../../secret.txt\"]\n[build]\nrustc = \"{evil}\"\nrustc-wrapper = \"{evil}\"\ntarget-dir = \"../outside\"\n\
                 [registry]\nglobal-credential-providers = [\"{evil}\"]\n[target.'cfg(all())']\nrunner = \"{evil}\"\n"
            ),
        ),
        ("rust-toolchain.toml", format!("[toolchain]\npath = \"{evil}\"\n")),
        (
            "package.json",
            format!(
                "{{\"scripts\": {{\"test\": \"{evil}\", \"preinstall\": \"{evil}\"}}, \"main\": \"../outside/x.js\"}}\n"
            ),
        ),
        (
            "pyproject.toml",
            "[build-system]\nrequires = []\nbuild-backend = \"evil\"\nbackend-path = [\".\"]\n".to_owned(),
        ),
        ("setup.py", "open('STARTED', 'w')\n".to_owned()),
        ("conftest.py", "open('STARTED', 'w')\n".to_owned()),
        ("pytest.py", "open('STARTED', 'w')\n".to_owned()),
        ("sitecustomize.py", "open('STARTED', 'w')\n".to_owned()),
        ("Makefile", "X := $(shell touch STARTED)\ntest:\n\ttouch STARTED\n".to_owned()),
        ("build.gradle", "'touch STARTED'.execute()\n".to_owned()),
        ("CMakeLists.txt", "execute_process(COMMAND touch STARTED)\n".to_owned()),
        ("go.mod", "module example.org/x\nreplace example.org/y => ../outside\n".to_owned()),
        ("batuta.toml", BATUTA.to_owned()),
        (
            "coverage.xml",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><coverage>&e;</coverage>\n".to_owned(),
        ),
        (".gitattributes", ATTRIBUTES.to_owned()),
        (".mailmap", "Ada Tester <ada@example.org> \u{1b}[31m <x@example.org>\n".to_owned()),
        (
            ".gitmodules",
            format!("[submodule \"x\"]\n\tpath = ../outside\n\turl = ext::{evil}\n\tupdate = !{evil}\n"),
        ),
        (".git-blame-ignore-revs", "../secret.txt\n".to_owned()),
        ("message.txt", "feat: change\n".to_owned()),
        ("table.csv", "=cmd|' /C calc'!A0,b\n1,2\n".to_owned()),
    ]
}

/// Names of files outside, in every key that takes a file name.
const BATUTA: &str = "\
[rules.coverage]
level = \"error\"
report = \"../lcov.info\"
min = 1

[rules.mutation]
level = \"error\"
report = \"/etc/passwd\"

[exclude]
paths = [\"../**\", \"/etc/**\"]
";

const ATTRIBUTES: &str = "\
* filter=evil diff=evil merge=evil
*.rs filter=evil diff=evil textconv working-tree-encoding=UTF-8
*.py ident
[attr]evil filter=evil
";

/// Links that lead outside, and endless inputs.
fn links_and_pipes(root: &Path, outer: &Path) {
    let link = |leads_to: &Path, at: &str| {
        let at = root.join(at);
        fs::create_dir_all(at.parent().expect("a file has a folder")).expect("a folder");
        symlink(leads_to, at).expect("a link");
    };
    link(outer, "linked");
    link(&outer.join("secret.txt"), "secret.rs");
    link(Path::new("../../outside/lib.rs"), "src/outside.rs");
    link(Path::new("/etc/passwd"), "passwd.py");
    link(Path::new("/dev/zero"), "zero.rs");
    link(Path::new("/proc/self/environ"), "environ.rs");
    link(Path::new("/etc"), "tests");
    link(Path::new("/"), "packages/root");
    for pipe in
        ["pipe.rs", "web/package.json", "pipes/Cargo.toml", "pipes/batuta.toml", "codecov.yml", "README.md"]
    {
        let pipe = root.join(pipe);
        fs::create_dir_all(pipe.parent().expect("a file has a folder")).expect("a folder");
        let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
    }
}

/// A Git folder whose settings and hooks start programs.
fn arm(root: &Path, evil: &Path, outer: &Path) {
    let (evil, outer) = (evil.display(), outer.display());
    let settings = format!(
        "[core]\n\tfsmonitor = {evil}\n\thooksPath = evil-hooks\n\tsshCommand = {evil}\n\tpager = {evil}\n\teditor = {evil}\n\
         \tgitProxy = {evil}\n\talternateRefsCommand = {evil}\n\taskPass = {evil}\n\
         [diff]\n\texternal = {evil}\n[diff \"evil\"]\n\tcommand = {evil}\n\ttextconv = {evil}\n\
         [filter \"evil\"]\n\tclean = {evil}\n\tsmudge = {evil}\n\tprocess = {evil}\n\trequired = true\n\
         [merge \"evil\"]\n\tdriver = {evil}\n[gpg]\n\tprogram = {evil}\n[commit]\n\tgpgSign = true\n\
         [credential]\n\thelper = !{evil}\n[alias]\n\tstatus = !{evil}\n\tlog = !{evil}\n\
         [uploadpack]\n\tpackObjectsHook = {evil}\n[include]\n\tpath = {outer}/more.config\n\
         [includeIf \"gitdir:/\"]\n\tpath = {outer}/more.config\n\
         [remote \"origin\"]\n\turl = ext::{evil}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n\tuploadpack = {evil}\n\
         [init]\n\ttemplateDir = {outer}/outside\n[interactive]\n\tdiffFilter = {evil}\n[trailer \"x\"]\n\tcommand = {evil}\n"
    );
    let config = root.join(".git/config");
    let mut text = fs::read_to_string(&config).expect("Git wrote it");
    text.push_str(&settings);
    fs::write(config, text).expect("it can be written");
    for hook in [
        "pre-commit",
        "post-checkout",
        "post-index-change",
        "fsmonitor-watchman",
        "reference-transaction",
        "update",
    ] {
        script(&root.join(".git/hooks").join(hook));
    }
}
