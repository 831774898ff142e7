//! Output to a terminal, a file, a pipe.

use crate::program::{command, finish, program, run, wait};
use crate::repository::{CLEAN, Tree, branching};
use std::fs;
use std::io::Read;
use std::process::Stdio;

fn tangled() -> Tree {
    Tree::repository(&[("src/lib.rs", &branching("tangled", 60)), ("src/clean.rs", CLEAN)])
}

#[test]
fn a_pipe_gets_no_colour_unless_forced_and_no_color_wins() {
    let tree = tangled();
    let colourful = |setting: &[(&str, &str)], words: &[&str]| {
        let mut gate = command(tree.path(), &[&["pmat", "quality-gate"][..], words].concat());
        gate.envs(setting.iter().copied());
        finish(gate).exits(1).stdout.contains('\x1b')
    };
    assert!(!colourful(&[], &[]));
    assert!(colourful(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colourful(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(colourful(&[("NO_COLOR", "1")], &["--color", "always"]));
    assert!(!colourful(&[("CLICOLOR_FORCE", "1")], &["--color=never"]));
}

#[test]
fn colour_only_repeats_what_the_text_says() {
    let tree = tangled();
    for words in [&["analyze"][..], &["pmat", "quality-gate"], &["pmat", "analyze", "complexity"]] {
        let plain = run(tree.path(), words).stdout;
        let coloured = run(tree.path(), &[words, &["--color", "always"][..]].concat()).stdout;
        assert_ne!(plain, coloured);
        assert_eq!(plain, without_escapes(&coloured));
    }
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.split_once('m').expect("only colours are set").1;
    }
    plain + rest
}

#[test]
fn output_writes_the_same_bytes_to_a_file() {
    let tree = tangled();
    for format in ["human", "json", "sarif", "junit", "markdown", "github", "gitlab"] {
        let words = ["pmat", "quality-gate", "--format", format];
        let printed = run(tree.path(), &words).exits(1).stdout;
        let file = Tree::folder(&[("report", "something longer that stood here before")]);
        let path = file.join("report").display().to_string();
        let written = run(tree.path(), &[&words[..], &["--output", &path]].concat()).exits(1);
        assert_eq!(written.stdout, "");
        assert_eq!(fs::read_to_string(file.join("report")).expect("it was written"), printed);
        assert_eq!(
            fs::read_dir(file.path()).expect("it is a folder").count(),
            1,
            "nothing is left beside it"
        );
        let dash = run(tree.path(), &[&words[..], &["--output", "-"]].concat()).exits(1);
        assert_eq!(dash.stdout, printed);
    }
}

#[test]
fn a_file_written_into_the_tree_does_not_change_the_next_report() {
    let tree = tangled();
    let words = ["pmat", "context", "--output", "context.md"];
    run(tree.path(), &words).exits(0);
    let first = fs::read(tree.join("context.md")).expect("it was written");
    run(tree.path(), &words).exits(0);
    assert_eq!(fs::read(tree.join("context.md")).expect("it was written"), first);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let functions: String = (0..3000).map(|index| branching(&format!("function_{index}"), 3)).collect();
    let tree = Tree::folder(&[("lib.rs", &functions)]);
    let words = ["pmat", "analyze", "complexity", "--top-functions", "0", "--format", "json"];
    let mut child = command(tree.path(), &words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = [0; 16];
    let mut pipe = child.stdout.take().expect("it is piped");
    pipe.read_exact(&mut first).expect("it prints");
    drop(pipe);
    let mut stderr = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("it is text");
    let status = wait(&mut child).expect("it ends");
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn hostile_names_never_reach_the_terminal() {
    let tree = Tree::folder(&[("ok.py", "def f():\n    pass\n")]);
    tree.write("evil\x1b[2Jname\n.py", "# FIXME: \x1b]0;owned\x07 this\ndef f():\n    pass\n");
    tree.write("\u{202E}yp.exe.py", "# TODO: x\n");
    for words in [
        &["analyze"][..],
        &["pmat", "analyze", "complexity"],
        &["pmat", "analyze", "satd"],
        &["pmat", "quality-gate"],
        &["pmat", "context"],
    ] {
        let run = run(tree.path(), words);
        for text in [&run.stdout, &run.stderr] {
            let hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202E}';
            assert!(!text.contains(hostile), "{words:?}:\n{text:?}");
        }
    }
}

#[test]
fn progress_goes_to_standard_error_and_only_where_wanted() {
    let tree = tangled();
    let run = run(tree.path(), &["analyze", "--quiet"]).exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn the_overview_fits_one_screen() {
    let mut files = vec![("README.md".to_owned(), "# A\n".to_owned())];
    for index in 0..40 {
        let debt = format!("// FIXME: number {index}\n");
        files.push((format!("src/part_{index}.rs"), debt + &branching(&format!("part_{index}"), 25)));
        files.push((format!("py/part_{index}.py"), format!("def part_{index}():\n    return {index}\n")));
        files.push((format!("blob/part_{index}.bin"), "\0\0".to_owned()));
    }
    for (extension, text) in
        [("c", "int a;\n"), ("go", "package a\n"), ("java", "class A {}\n"), ("js", "a();\n")]
    {
        files.push((format!("more/a.{extension}"), text.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::repository(&files);
    let overview = run(tree.path(), &["analyze"]).exits(0).stdout;
    assert!(overview.lines().count() <= 45, "{} lines:\n{overview}", overview.lines().count());
    assert!(overview.lines().all(|line| line.chars().count() <= 80), "{overview}");
    for section in ["Rust", "Python", "part_", "Not measured", "Gate"] {
        assert!(overview.contains(section), "{section} is missing:\n{overview}");
    }
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_the_cache_usable() {
    let functions: String = (0..400).map(|index| branching(&format!("function_{index}"), 9)).collect();
    let files: Vec<(String, String)> =
        (0..300).map(|index| (format!("f{index}.rs"), format!("{functions}// {index}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::repository(&files);
    let mut child = command(tree.path(), &["analyze", "-j1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(
        kill.expect("kill runs").success(),
        "{} ended before it could be interrupted",
        program().display()
    );
    assert_eq!(wait(&mut child).expect("it ends").code(), Some(130));
    run(tree.path(), &["analyze"]).exits(0);
}
