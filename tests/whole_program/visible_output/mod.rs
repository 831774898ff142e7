//! Whatever a repository contains, the program prints nothing that controls a terminal, reorders text or is invisible:
//! not on standard output, not on standard error, not in a file, in no format.

pub mod hostile;

use crate::every_command;
use crate::program::{Run, command, finish, run};
use crate::repository::Tree;
use hostile::{STEERING, all};
use std::fs;
use std::path::Path;

/// Characters that must not be printed, defined again and independently of the program: control characters,
/// bidirectional controls, invisible characters, line and paragraph separators, tags.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(u32::from(c), 0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
            | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

#[track_caller]
pub fn is_visible(text: &str, what: &str) {
    // Source code has tabs, and a history as CSV has the line ends of RFC 4180.
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    let line = text.lines().find(|line| line.contains(steers));
    assert!(line.is_none(), "{what}: {line:?}");
}

/// The values of a command's `--format`, from its help.
fn formats(command: &str) -> Vec<String> {
    let words: Vec<&str> = command.split(' ').chain(["-h"]).collect();
    // On one line: a narrow help may wrap it anywhere.
    let help = run(Path::new("."), &words).exits(0).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let formats = help.split_once("--format <").map_or("", |(_, after)| after);
    let formats = formats.split_once("possible values: ").map_or("", |(_, values)| values);
    let formats = formats.split_once(']').map_or("", |(values, _)| values);
    formats.split(',').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// Every command of the parser, with its formats.
fn commands() -> Vec<(String, Vec<String>)> {
    every_command::leaves().into_iter().map(|command| (command.clone(), formats(&command))).collect()
}

/// Calls of commands on the hostile repository, one or more each. `served` tests the service, `models` tests models.
const CALLED: &[(&[&str], &[&str])] = &[
    (&["analyze"], &["", "--languages --dependencies --complexity --debt --tdg --gate", "--staged"]),
    (&["pmat analyze complexity"], &["--top-files 0 --top-functions 0 --max-cyclomatic 1 --max-cognitive 1"]),
    (&["pmat analyze churn", "pmat analyze hotspots", "pmat hotspots"], &["--days 0"]),
    (&["pmat analyze crap"], &["", "--top 0 --max 0"]),
    (&["pmat analyze dead-code"], &["--include-tests"]),
    (&["pmat analyze duplicates"], &["--min-tokens 10 --min-lines 1"]),
    (
        &["pmat analyze graph"],
        &["--top 0", "--level definition --top 0", "--level folder", "--cycles --communities"],
    ),
    (&["pmat analyze satd"], &["--blame", "--detector both", "--strict"]),
    (
        &["pmat analyze tdg", "pmat tdg"],
        &["--components --top-files 0 --top-functions 0", "--explain", "--baseline HEAD~1"],
    ),
    (&["pmat context"], &["", "--full --max-tokens 200000", "--full --tokenizer cl100k --since HEAD~1"]),
    (&["pmat quality-gate"], &["", "--base HEAD~1", "--revision HEAD", "--staged"]),
    (&["pmat query"], &["shown", "a -n 100"]),
    (&["pmat repo-score", "pmat rust-project-score"], &["", "--failures-only"]),
    (&["pmat mutate"], &["--list --test-command true", "--list --json --test-command true"]),
    (&["pmat hooks install"], &["--all --force"]),
    (&["pmat hooks status", "pmat hooks uninstall"], &[""]),
    (&["pmat hooks run"], &["pre-commit", "commit-msg .git/message", "update refs/heads/x HEAD~1 HEAD"]),
    (&["pmat hooks ci"], &["--provider github", "--provider gitlab"]),
    (&["history"], &["--every commit --metrics all", "--every tag"]),
    (&["blame-metric"], &["cognitive", "debt"]),
    (&["cache info", "cache prune", "cache clear", "config show", "config schema"], &[""]),
    (&["languages", "rules", "devices", "man"], &[""]),
    (&["completions"], &["bash", "zsh", "fish", "elvish", "powershell"]),
    (&["link"], &["--dir links --force"]),
];

/// How to call a command; empty for commands with their own tests.
fn calls(command: &str) -> Option<&'static [&'static str]> {
    if command == "serve" || command.starts_with("aprender ") {
        return None;
    }
    let found = CALLED.iter().find(|(commands, _)| commands.contains(&command));
    let (_, calls) = found.unwrap_or_else(|| panic!("say how `{command}` is called on a hostile repository"));
    Some(calls)
}

/// Commands that show nothing from a repository.
const OWN_WORDS: &[&str] = &["config schema", "languages", "rules", "devices", "man", "completions", "link"];

/// Additional guarantees of a format: a reader of it can parse it, and no line of it is forged.
#[track_caller]
fn is_sound(run: &Run, format: &str, what: &str) {
    let text = &run.stdout;
    match format {
        "json" | "sarif" | "gitlab" | "github-review" | "gitlab-review" if !text.is_empty() => {
            let read = serde_json::from_str::<serde_json::Value>(text);
            assert!(read.is_ok(), "{what}: {read:?}\n{text}");
        }
        "github" => {
            for line in text.lines() {
                let own = line.starts_with("::error ") || line.starts_with("::warning ");
                assert!(own, "{what}: {line}");
            }
        }
        "csv" => text.lines().flat_map(cells).for_each(|cell| is_no_formula(&cell, what)),
        "junit" | "xml" | "graphml" => assert!(!text.contains("<script"), "{what}"),
        _ => {}
    }
    // Names with line ends, messages of several lines: none of them begins a line that is a CI command.
    let quotes_files = what.contains("context");
    let forged = |line: &&str| line.starts_with("::error::forged") || line.starts_with("::set-env");
    assert!(quotes_files || !text.lines().any(|line| forged(&line)), "{what}:\n{text}");
}

/// The cells of a CSV line.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("there is one").push(c),
        }
    }
    cells
}

#[track_caller]
fn is_no_formula(cell: &str, what: &str) {
    let starts = cell.trim_start().starts_with(['=', '+', '-', '@']);
    assert!(!starts || cell.parse::<f64>().is_ok(), "{what}: {cell:?}");
}

#[test]
fn no_command_in_any_format_prints_what_steers_a_terminal() {
    let tree = hostile::repository();
    let commands = commands();
    assert!(commands.len() > 30, "{commands:?}");
    for (name, formats) in &commands {
        let Some(calls) = calls(name) else { continue };
        let mut escapes = false;
        let formats: Vec<&str> = match formats.is_empty() || name == "pmat mutate" {
            true => vec![""],
            false => formats.iter().map(String::as_str).collect(),
        };
        for call in calls {
            for format in &formats {
                let mut words: Vec<&str> = name.split(' ').chain(call.split_whitespace()).collect();
                if !format.is_empty() {
                    words.extend(["--format", format]);
                }
                let what = words.join(" ");
                let run = run(tree.path(), &words);
                assert!(run.code.is_some_and(|code| code < 3), "{what}: {run:?}");
                is_visible(&run.stdout, &what);
                is_visible(&run.stderr, &what);
                is_sound(&run, format, &what);
                escapes |= ["\\x1B", "\\u001b", "\\u001B"].iter().any(|escape| run.stdout.contains(escape));
            }
        }
        // Otherwise the repository is not hostile to this command, and nothing was tested.
        let own_words =
            name.starts_with("pmat hooks") || name.starts_with("cache") || OWN_WORDS.contains(&name.as_str());
        assert!(escapes || own_words, "`{name}` shows nothing of the repository");
    }
}

#[test]
fn no_file_that_a_command_writes_holds_what_steers_a_terminal() {
    let tree = hostile::repository();
    let folder = Tree::folder(&[]);
    let file = folder.join("report").display().to_string();
    for (name, formats) in commands() {
        let (Some(calls), words) = (calls(&name), name.split(' ')) else { continue };
        let help = run(tree.path(), &words.clone().chain(["-h"]).collect::<Vec<_>>()).stdout;
        if !help.contains("--output <FILE>") {
            continue;
        }
        for format in &formats {
            let words: Vec<&str> = words.clone().chain(calls[0].split_whitespace()).collect();
            run(tree.path(), &[&words[..], &["--format", format, "--output", &file]].concat());
            let written = fs::read(&file).unwrap_or_default();
            is_visible(
                &String::from_utf8(written).expect("reports are text"),
                &format!("{words:?} {format}"),
            );
        }
    }
    run(tree.path(), &["pmat", "quality-gate", "--baseline", "write", "--accept-new", "--reason", &all()]);
    let baseline = fs::read_dir(tree.path()).expect("a folder").flatten();
    let baseline = baseline.filter(|entry| entry.file_name().to_string_lossy().contains("baseline"));
    let texts: Vec<String> = baseline.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect();
    assert!(!texts.is_empty(), "there is a baseline");
    texts.iter().for_each(|text| is_visible(text, "baseline"));
}

#[test]
fn what_was_typed_is_shown_harmless_in_errors() {
    let tree = hostile::repository();
    let word = all();
    let path = format!("no{word}");
    let calls: &[&[&str]] = &[
        &[&word],
        &["pmat", &word],
        &["pmat", "context", "--format", &word],
        &["pmat", "analyze", "satd", &path],
        &["pmat", "analyze", "complexity", "--revision", &word],
        &["pmat", "analyze", "graph", "--focus", &word],
        &["pmat", "analyze", "graph", "--chain", &word, &word],
        &["pmat", "quality-gate", "--base", &word],
        &["pmat", "quality-gate", "--checks", &word],
        &["pmat", "query", &word],
        &["pmat", "query", "x", "--path", &word],
        &["pmat", "tdg", "--explain", &word],
        &["pmat", "context", "--question", &word, "--files", &word],
        &["pmat", "hooks", "run", "update", &word, &word, &word],
        &["pmat", "mutate", "--list", "--re", &word],
        &["pmat", "mutate", "--list", "--target", &path],
        &["history", "--since", &word],
        &["history", "--until", &word],
        &["blame-metric", &word],
        &["rules", &word],
        &["cache", "info", &path],
        &["analyze", "--config", &path],
        &["analyze", "--output", &path],
        &["aprender", "inspect", &path],
        &["aprender", "predict", &path, &path],
        &["aprender", "fit", &path, "--target", &word, "--model", &word, "--output", "m.apr"],
    ];
    for words in calls {
        let run = run(tree.path(), words);
        for text in [&run.stdout, &run.stderr] {
            is_visible(text, &format!("{words:?}"));
            assert!(!text.lines().any(|line| line.starts_with("::")), "{words:?}:\n{text}");
        }
        assert!(!run.stderr.contains("this is a bug"));
    }
}

#[test]
fn errors_about_a_configuration_show_its_words_harmless() {
    let word = serde_json::to_string(&all()).expect("text is JSON").replace('\u{7f}', "\\u007f");
    for text in [
        format!("[rules.{word}]\nlevel = \"error\"\n"),
        format!("[gate]\nfail-on = {word}\n"),
        format!("[rules.satd]\n{word} = 1\n"),
        format!("[layers]\norder = [[{word}], [{word}]]\n"),
        format!("# {STEERING}\n[rules.satd\nx\n"),
        format!("[exclude]\npaths = [{word}, \"[{STEERING}\"]\n"),
        format!("[baseline]\nfile = {word}\n[rules.coverage]\nlevel = \"error\"\nreport = {word}\n"),
    ] {
        let tree = Tree::repository(&[("batuta.toml", &text), ("a.py", "def f():\n    pass\n")]);
        for words in [&["pmat", "quality-gate"][..], &["config", "show"], &["analyze"]] {
            let run = run(tree.path(), words);
            is_visible(&run.stdout, &text);
            is_visible(&run.stderr, &text);
        }
    }
}

#[test]
fn what_colours_the_output_does_not_colour_what_strangers_say() {
    let tree = Tree::repository(&[("a.py", "# TODO: \x1b[31m\x1b[2J red\ndef f():\n    pass\n")]);
    for words in [&["analyze"][..], &["pmat", "analyze", "satd"], &["pmat", "context", "--full"]] {
        let run = run(tree.path(), &[words, &["--color", "always"]].concat()).exits(0);
        assert!(!run.stdout.contains("\x1b[31m\\x1B") && !run.stdout.contains("\x1b[2J"), "{}", run.stdout);
    }
}

#[test]
fn the_files_of_a_mutation_run_hold_nothing_that_steers_a_terminal() {
    let sums = format!(
        "def add(a, b):\n    # {STEERING}\n    return a + b\n\n\ndef less(a, b):\n    print(\"{}\")\n    return a < b\n",
        STEERING.replace('\r', "")
    );
    let tests = "import unittest\nfrom sums import add, less\n\n\nclass T(unittest.TestCase):\n    def test(self):\n        \
                 less(1, 2)\n        self.assertEqual(add(2, 3), 5)\n";
    let folder = Tree::folder(&[]);
    let out = folder.path().display().to_string();
    let tree = Tree::repository(&[
        ("pyproject.toml", "[project]\nname = \"sums\"\nversion = \"1\"\n"),
        ("sums.py", &sums.replace('\r', "")),
        ("tests/__init__.py", ""),
        ("tests/test_sums.py", tests),
    ]);
    let words =
        ["pmat", "mutate", "--test-command", "python3 -m unittest discover -t . -s tests", "--output", &out];
    for format in ["human", "json", "stryker"] {
        let run = run(tree.path(), &[&words[..], &["--format", format]].concat()).exits(0);
        is_visible(&run.stdout, format);
        is_visible(&run.stderr, format);
    }
    let mut folders = vec![folder.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let text = fs::read_to_string(entry.path()).expect("text");
                is_visible(&text, &entry.path().display().to_string());
                files += 1;
            }
        }
    }
    assert!(files > 6, "{files} files");
}

#[test]
fn models() {
    let tree = hostile::data();
    let class = fs::read_to_string(tree.join("data.csv")).expect("it is there");
    let class = class.lines().next().expect("a header").rsplit_once(",\"").expect("three columns").1;
    let class = class.trim_end_matches('"').to_owned();
    let name = format!("n{STEERING}");
    let fit = [
        "aprender", "fit", "data.csv", "--target", &class, "--model", "tree", "--name", &name, "--output",
        "m.apr",
    ];
    let shown = |words: &[&str]| {
        let run = finish(command(tree.path(), words));
        is_visible(&run.stdout, &format!("{words:?}"));
        is_visible(&run.stderr, &format!("{words:?}"));
        run
    };
    shown(&[&fit[..], &["--format", "json", "--cv", "3"]].concat()).exits(0);
    shown(&[&fit[..], &["--cv", "3"]].concat()).exits(0);
    for (name, formats) in commands().iter().filter(|(name, _)| name.starts_with("aprender ")) {
        let call: &[&str] = match name.as_str() {
            "aprender predict" => &["m.apr", "data.csv", "--proba"],
            "aprender evaluate" => &["m.apr", "data.csv", "--plots", "drawings"],
            "aprender explain" => &["m.apr", "data.csv"],
            "aprender inspect" | "aprender validate" => &["m.apr"],
            "aprender convert" => &["m.apr", "--output", "n.apr"],
            "aprender keygen" => &["ada"],
            "aprender sign" => &["m.apr", "--key", "ada.key"],
            "aprender verify" => &["m.apr", "--trust", "ada.pub"],
            "aprender fit" => continue,
            unknown => panic!("say how `{unknown}` is called"),
        };
        let words: Vec<&str> = name.split(' ').chain(call.iter().copied()).collect();
        for format in formats.iter().map(String::as_str).chain(formats.is_empty().then_some("")) {
            let format_words: &[&str] = if format.is_empty() { &[] } else { &["--format", format] };
            let run = shown(&[&words[..], format_words].concat());
            assert!(run.code.is_some_and(|code| code < 3), "{words:?}: {run:?}");
            if format == "csv" {
                assert!(run.stdout.lines().count() > 40, "{run:?}");
                run.stdout.lines().flat_map(cells).for_each(|cell| is_no_formula(&cell, name));
            }
        }
    }
    for drawing in fs::read_dir(tree.join("drawings")).expect("drawings").flatten() {
        is_visible(&fs::read_to_string(drawing.path()).expect("SVG is text"), "drawing");
    }
    let unknown =
        shown(&["aprender", "fit", "data.csv", "--target", "x", "--model", "tree", "--output", "m.apr"]);
    assert_eq!(unknown.code, Some(2));
}
