//! Bad input is ordinary: it gives a clear error, or a file marked as not measured. It never makes the program panic,
//! hang, or report a figure for something that it did not measure.

use crate::every_command::readers;
use crate::program::{Run, command, finish, program, run, wait};
use crate::repository::{CLEAN, Tree, branching};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The reason why a file was not measured.
#[track_caller]
fn reason(tree: &Tree, path: &str) -> String {
    let report = complexity(tree);
    let left_out = report["not_measured"].as_array().expect("the report lists what was not measured");
    let entry = left_out.iter().find(|entry| entry["path"] == path);
    let entry = entry.unwrap_or_else(|| panic!("{path} is not listed: {left_out:#?}"));
    entry["why"].as_str().expect("a reason is text").to_owned()
}

fn complexity(tree: &Tree) -> Value {
    run(
        tree.path(),
        &["pmat", "analyze", "complexity", "--top-functions", "0", "--top-files", "0", "--format", "json"],
    )
    .exits(0)
    .json()
}

/// Runs every command that reads a tree; each must end by itself with one of its own exit codes.
#[track_caller]
fn survives(tree: &Tree) {
    for call in readers() {
        let run = run(tree.path(), &call.all());
        assert!(matches!(run.code, Some(0..=2)), "{call:?}: {run:?}");
    }
}

#[test]
fn a_file_of_100_megabytes_is_listed_not_read() {
    let tree = Tree::folder(&[("a.rs", CLEAN)]);
    let big = fs::File::create(tree.join("big.rs")).expect("the tree can be written");
    big.set_len(100 << 20).expect("a file can have a hole");
    tree.write("text.rs", "fn a() {}\n".repeat(10 << 20));
    survives(&tree);
    for path in ["big.rs", "text.rs"] {
        assert!(reason(&tree, path).contains("104857600 bytes"), "{}", reason(&tree, path));
    }
    assert_eq!(complexity(&tree)["functions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_line_of_one_megabyte_is_measured_like_any_other() {
    let array = format!("const x = [{}];\nfunction f(a) {{ return a ? 1 : 2; }}\n", "1,".repeat(500_000));
    let tree = Tree::folder(&[("a.js", &array), ("b.py", &format!("x = [{}]\n", "1,".repeat(500_000)))]);
    survives(&tree);
}

#[test]
fn ten_thousand_nested_parentheses_overflow_nothing_in_any_language() {
    let list = run(Path::new("/"), &["languages", "--format", "json"]).exits(0).json();
    let tree = Tree::folder(&[("ok.rs", CLEAN)]);
    for language in list["languages"].as_array().expect("a list") {
        let Some(extension) = language["extensions"][0].as_str() else {
            continue;
        };
        let (open, close) = ("(".repeat(10_000), ")".repeat(10_000));
        tree.write(format!("paren.{extension}"), format!("{open}1{close}\n"));
        tree.write(format!("open.{extension}"), format!("x = {open}\n"));
        tree.write(format!("brace.{extension}"), "{".repeat(10_000));
        tree.write(format!("bracket.{extension}"), "[".repeat(10_000));
    }
    tree.write("ifs.rs", format!("fn f() {{ {} }}\n", "if a {".repeat(10_000) + &"}".repeat(10_000)));
    tree.write("ifs.py", (0..3000).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect::<String>());
    tree.write("calls.js", format!("f({}1{});\n", "g(".repeat(10_000), ")".repeat(10_000)));
    tree.write("and.c", format!("int f(void) {{ return {}1; }}\n", "a && ".repeat(10_000)));
    survives(&tree);
}

#[test]
fn carriage_returns_and_a_byte_order_mark_change_no_figure() {
    let text = format!("{}// FIXME: x\n", branching("f", 9));
    let figures = |text: &str| {
        let tree = Tree::folder(&[("a.rs", text)]);
        let function = &complexity(&tree)["functions"][0];
        let names = ["name", "line", "cyclomatic", "cognitive", "lines", "nesting"];
        names.map(|name| function[name].clone())
    };
    let plain = figures(&text);
    assert_eq!(plain[2], 9);
    assert_eq!(figures(&text.replace('\n', "\r\n")), plain);
    assert_eq!(figures(&format!("\u{FEFF}{text}")), plain);
}

#[test]
fn utf_16_and_nul_bytes_are_named_as_the_reason() {
    let tree = Tree::folder(&[("a.rs", CLEAN)]);
    let wide: Vec<u8> = "\u{FEFF}fn f() {}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    tree.write("wide.rs", wide);
    tree.write("nul.rs", b"fn f() {}\0\0\0\x01\x02");
    survives(&tree);
    assert!(reason(&tree, "wide.rs").contains("UTF-16"));
    assert!(reason(&tree, "nul.rs").starts_with("binary by a NUL"));
}

#[test]
fn broken_utf_8_is_read_as_it_stands() {
    let tree = Tree::folder(&[]);
    tree.write("a.rs", b"// caf\xe9 FIXME: old encoding\nfn f() {}\n");
    survives(&tree);
    let satd = run(tree.path(), &["pmat", "analyze", "satd"]).exits(0).stdout;
    assert!(satd.contains("old encoding"), "{satd}");
}

#[test]
fn an_unresolved_merge_is_found_by_the_gate() {
    let text = "fn f() {\n<<<<<<< HEAD\n    a();\n=======\n    b();\n>>>>>>> other\n}\n";
    let tree = Tree::folder(&[("a.rs", text), ("b.rs", CLEAN)]);
    survives(&tree);
    let gate = run(tree.path(), &["pmat", "quality-gate"]).exits(1);
    assert!(gate.stdout.contains("a.rs") && gate.stdout.contains("conflict"), "{}", gate.stdout);
}

#[cfg(unix)]
#[test]
fn links_that_loop_and_pipes_are_passed_by() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    std::os::unix::fs::symlink("..", tree.join("up")).expect("a link can be made");
    std::os::unix::fs::symlink("self.rs", tree.join("self.rs")).expect("a link can be made");
    std::os::unix::fs::symlink("/dev/zero", tree.join("zero.rs")).expect("a link can be made");
    let made = Command::new("mkfifo").arg(tree.join("pipe.rs")).status().expect("mkfifo runs");
    assert!(made.success());
    survives(&tree);
    assert_eq!(complexity(&tree)["functions"].as_array().map(Vec::len), Some(1));
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_or_hold_newlines_are_kept_apart() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::unborn(&[]);
    for name in [&b"\xff\xfe.rs"[..], b"\xff.rs", b"new\nline.rs", b"-rf.rs", b"tab\t.rs", b"quote\".rs"] {
        tree.write(std::ffi::OsStr::from_bytes(name), CLEAN);
    }
    tree.commit("Odd names");
    survives(&tree);
    for source in [&[][..], &["--staged"], &["--revision", "HEAD"]] {
        let words = ["pmat", "analyze", "complexity", "--top-functions", "0", "--format", "json"];
        let report = run(tree.path(), &[&words[..], source].concat()).exits(0).json();
        let paths: Vec<&str> = report["functions"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|f| f["path"].as_str())
            .collect();
        assert_eq!(paths.len(), 6, "{paths:?}");
        assert!(paths.contains(&"\\xFF\\xFE.rs") && paths.contains(&"new\\nline.rs"), "{paths:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_listed_with_the_system_s_reason() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::folder(&[("a.rs", CLEAN), ("secret.rs", CLEAN), ("closed/b.rs", CLEAN)]);
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("modes can be set");
    };
    set(tree.path(), 0o755);
    set(&tree.join("secret.rs"), 0o000);
    set(&tree.join("closed"), 0o000);
    // The superuser can read everything, so the program runs as another user here.
    let as_nobody = |words: &[&str]| {
        let mut analysis = command(tree.path(), words);
        if fs::read(tree.join("secret.rs")).is_ok() {
            let copy = tree.join("program");
            if !copy.exists() {
                fs::copy(program(), &copy).expect("the program can be copied");
                set(&copy, 0o755);
            }
            analysis = Command::new(copy);
            analysis.args(words).current_dir(tree.path()).stdin(Stdio::null()).env("HOME", "/nonexistent");
            std::os::unix::process::CommandExt::uid(&mut analysis, 65534);
        }
        finish(analysis)
    };
    let report = as_nobody(&["pmat", "analyze", "complexity", "--format", "json"]).exits(0).json();
    set(&tree.join("closed"), 0o755);
    let skipped = report["not_measured"].to_string();
    assert!(skipped.contains("secret.rs") && skipped.contains("closed"), "{skipped}");
    assert!(skipped.to_lowercase().contains("permission denied"), "{skipped}");
}

/// The cache's files after one run.
fn cache_files(tree: &Tree) -> Vec<std::path::PathBuf> {
    run(tree.path(), &["analyze"]).exits(0);
    let mut files: Vec<_> = fs::read_dir(tree.join(".git/batuta"))
        .expect("the cache is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

#[test]
fn a_damaged_cache_heals_and_changes_no_figure() {
    let tree = Tree::repository(&[("a.rs", &branching("f", 9)), ("b.py", "def g():\n    pass\n")]);
    let right = run(tree.path(), &["pmat", "analyze", "complexity", "--no-cache"]).exits(0).stdout;
    let damages: [fn(Vec<u8>) -> Vec<u8>; 4] = [
        |_| b"no database at all".repeat(1000),
        |_| Vec::new(),
        |mut bytes| {
            bytes.truncate(bytes.len() / 2 + 7);
            bytes
        },
        |mut bytes| {
            let third = bytes.len() / 3;
            bytes[third..].iter_mut().step_by(97).for_each(|byte| *byte ^= 0x5a);
            bytes
        },
    ];
    for damage in damages {
        for path in cache_files(&tree) {
            let bytes = fs::read(&path).expect("the cache can be read");
            fs::write(&path, damage(bytes)).expect("the cache can be written");
        }
        for _ in 0..2 {
            let run = run(tree.path(), &["pmat", "analyze", "complexity"]).exits(0);
            assert_eq!(run.stdout, right);
        }
        run(tree.path(), &["cache", "info"]).exits(0);
    }
}

#[test]
fn a_cache_that_is_a_folder_or_cannot_be_written_costs_only_time() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    let right = run(tree.path(), &["pmat", "analyze", "complexity", "--no-cache"]).exits(0).stdout;
    tree.write(".git/batuta", "a file where the folder should be");
    assert_eq!(run(tree.path(), &["pmat", "analyze", "complexity"]).exits(0).stdout, right);
}

#[test]
fn processes_at_once_agree_and_leave_a_sound_cache() {
    let functions: String = (0..40).map(|index| branching(&format!("f{index}"), 7)).collect();
    let files: Vec<(String, String)> =
        (0..60).map(|index| (format!("m{index}.rs"), format!("{functions}// {index}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::repository(&files);
    let words = ["pmat", "analyze", "complexity", "--top-functions", "0"];
    let right = run(tree.path(), &[&words[..], &["--no-cache"]].concat()).exits(0).stdout;
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let start = |_| scope.spawn(|| run(tree.path(), &words));
        let started: Vec<_> = (0..6).map(start).collect();
        started.into_iter().map(|thread| thread.join().expect("a run does not panic")).collect()
    });
    for run in runs {
        assert_eq!(run.exits(0).stdout, right);
    }
    let info = run(tree.path(), &["cache", "info", "--format", "json"]).exits(0).json();
    assert_eq!(info["entries"], 60, "{info}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_costs_the_cache_not_the_report() {
    let functions: String = (0..200).map(|index| branching(&format!("f{index}"), 7)).collect();
    let files: Vec<(String, String)> =
        (0..40).map(|index| (format!("m{index}.rs"), format!("{functions}// {index}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::repository(&files);
    let words = ["pmat", "analyze", "complexity"];
    let right = run(tree.path(), &[&words[..], &["--no-cache"]].concat()).exits(0).stdout;
    // With a limit on file size every write beyond it fails, as on a full disk.
    let mut limited = command(tree.path(), &[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 32; exec \"$0\" \"$@\""]).arg(program()).args(words);
    shell.current_dir(tree.path()).stdin(Stdio::null());
    shell.envs(limited.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    limited.stdin(Stdio::null());
    let full = finish(shell).exits(0);
    assert_eq!(full.stdout, right);
    assert_eq!(run(tree.path(), &words).exits(0).stdout, right);
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    run(tree.path(), &["analyze", "--output", "/dev/full"]).fails_with("/dev/full");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut child = command(tree.path(), &["analyze"])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    assert_eq!(wait(&mut child).expect("it ends").code(), Some(2));
}

#[test]
fn a_broken_git_folder_is_a_clear_error_or_an_ordinary_folder() {
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    fs::write(tree.join(".git/HEAD"), "nonsense").expect("it can be written");
    survives(&tree);
    let tree = Tree::folder(&[("a.rs", CLEAN), (".git", "gitdir: /no/such/place\n")]);
    survives(&tree);
    let tree = Tree::repository(&[("a.rs", CLEAN)]);
    fs::write(tree.join(".git/index"), b"DIRC\0\0\0\x02garbage").expect("it can be written");
    survives(&tree);
    run(tree.path(), &["analyze", "--staged"]).exits(2);
}

#[test]
fn a_gate_file_that_is_no_toml_or_no_text_is_a_clear_error() {
    for text in [&b"[[["[..], b"\xff\xfe", b"[rules]\nsatd = 3\n", b"[layers]\nx = [1]\n"] {
        let tree = Tree::folder(&[("a.rs", CLEAN)]);
        tree.write("batuta.toml", text);
        run(tree.path(), &["pmat", "quality-gate"]).fails_with("batuta.toml");
    }
}

#[test]
fn manifests_that_are_broken_are_listed_with_the_reason() {
    let tree = Tree::folder(&[
        ("a.rs", CLEAN),
        ("Cargo.toml", "[dependencies\nserde = 1"),
        ("package.json", "{ \"dependencies\": [ }"),
        ("pom.xml", "<project><dependencies><dependency>"),
        ("go.mod", "require ("),
        ("pyproject.toml", "= ="),
    ]);
    survives(&tree);
    let report = run(tree.path(), &["analyze", "--dependencies"]).exits(0).stdout;
    for manifest in ["Cargo.toml", "package.json", "pyproject.toml"] {
        assert!(report.contains(manifest), "{report}");
    }
}
