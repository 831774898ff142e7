//! Every command, from the argument parser's own tree: how to call each on a repository, and properties that hold for
//! all.
//!
//! A command that is new in the parser and missing in [`CALLS`] fails a test. So no command is left out of the tests of
//! hostile input, equal bytes, exit codes, and opened files and started programs.

mod consent;
pub mod endpoints;
mod hostile;
mod traced;

use crate::program::run;
use crate::repository::Tree;
use abilities::{ABILITIES, Listed, Trees};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

/// The subject of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A source tree: it takes a path, `--revision`, `--staged`, `--config` and `--output`, and fails if nothing could
    /// be measured.
    Tree,
    /// A repository, in some other way.
    Repository,
    /// The commits of a repository.
    History,
    /// A table, a model or a key; [`model_folder`] provides them.
    Model,
    /// Nothing: it reports on the program itself.
    Program,
    /// It runs until it is asked to stop.
    Service,
}

/// A call of a command; the current folder is a repository, or a folder with models.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The words that name it, as in the parser.
    pub command: &'static str,
    /// The words after them.
    pub words: &'static [&'static str],
    /// What it works on.
    pub on: On,
    /// It creates or changes files, or reports on earlier runs: a second run gives another result.
    pub once: bool,
    /// It grades, scores or judges, so it ends with 2 if nothing could be measured, even if it has other output.
    pub judges: bool,
}

impl Call {
    /// All words.
    pub fn all(&self) -> Vec<&'static str> {
        self.command.split(' ').chain(self.words.iter().copied()).collect()
    }

    /// All words and more.
    pub fn with<'a>(&self, more: &[&'a str]) -> Vec<&'a str>
    where
        'static: 'a,
    {
        [self.all(), more.to_vec()].concat()
    }

    const fn once(mut self) -> Call {
        self.once = true;
        self
    }

    const fn judging(mut self) -> Call {
        self.judges = true;
        self
    }
}

const fn call(command: &'static str, words: &'static [&'static str], on: On) -> Call {
    Call { command, words, on, once: false, judges: false }
}

const fn tree(command: &'static str, words: &'static [&'static str]) -> Call {
    call(command, words, On::Tree)
}

/// Every command, by default and in the formats that some test needs: those of the list of abilities, and the others.
pub static CALLS: LazyLock<Vec<Call>> =
    LazyLock::new(|| ABILITIES.iter().flat_map(of_ability).chain(OTHERS.iter().copied()).collect());

/// An ability's command, as it is and in JSON.
fn of_ability(ability: &Listed) -> Vec<Call> {
    let about = &ability.about;
    let (words, options): (Vec<&str>, Vec<&str>) =
        about.command.iter().copied().partition(|word| !word.starts_with('-'));
    let command: &'static str = Vec::leak(vec![words.join(" ")])[0].as_str();
    let forms: [&[&str]; 2] = [&[], &["--format", "json"]];
    let calls = forms.map(|form| {
        let words = [options.clone(), demanded(ability), form.to_vec()].concat();
        let on = match about.trees {
            Trees::Any => On::Tree,
            Trees::Commits => On::History,
            Trees::None => On::Program,
        };
        Call { judges: about.judges, ..call(command, Vec::leak(words), on) }
    });
    calls.into()
}

/// Arguments for the required inputs of an ability.
pub fn demanded(ability: &Listed) -> Vec<&'static str> {
    let schema = ability.input().to_value();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let words = required.iter().map(|name| match name.as_str() {
        Some("text") => "sum",
        Some("metric") => "cognitive",
        other => panic!("{} demands {other:?}, which no test knows", ability.about.id),
    });
    words.collect()
}

/// Commands that belong to no ability, and more options of those that do.
static OTHERS: &[Call] = &[
    tree("analyze", &["--languages", "--dependencies"]),
    tree("pmat analyze satd", &["--blame"]),
    tree("pmat analyze satd", &["--detector", "both"]),
    tree("pmat analyze tdg", &[]).judging(),
    tree("pmat analyze tdg", &["--format", "json"]).judging(),
    tree("pmat context", &["--format", "markdown"]),
    tree("pmat context", &["--format", "xml", "--full"]),
    tree("pmat hotspots", &[]),
    tree("pmat quality-gate", &["--format", "sarif"]).judging(),
    tree(
        "pmat quality-gate",
        &["--checks", "tdg,duplication,dead-code,coverage,mutation,cycles,hotspots,score,secrets"],
    )
    .judging(),
    tree("pmat rust-project-score", &[]).judging(),
    call("pmat mutate", &["--list"], On::Repository),
    call("pmat mutate", &["--list", "--json"], On::Repository),
    call("pmat hooks install", &["--all"], On::Repository).once(),
    call("pmat hooks status", &[], On::Repository),
    call("pmat hooks status", &["--format", "json"], On::Repository),
    call("pmat hooks run", &["pre-commit"], On::Repository),
    call("pmat hooks run", &["pre-push", "origin", "."], On::Repository),
    call("pmat hooks run", &["pre-receive"], On::Repository),
    call("pmat hooks run", &["commit-msg", "message.txt"], On::Repository),
    call("pmat hooks ci", &["--provider", "github"], On::Program),
    call("pmat hooks ci", &["--provider", "gitlab"], On::Program),
    call("pmat hooks ci", &["--provider", "github", "--write", "--force"], On::Repository).once(),
    call("pmat hooks uninstall", &[], On::Repository).once(),
    call("history", &["--every", "commit"], On::History),
    call("history", &["--every", "commit", "--metrics", "all", "--format", "csv"], On::History),
    call("blame-metric", &["cognitive"], On::History),
    call("blame-metric", &["debt", "--format", "json"], On::History),
    call("serve", &["--listen", "127.0.0.1:0"], On::Service),
    call("cache info", &[], On::Repository).once(),
    call("cache prune", &[], On::Repository).once(),
    call("cache clear", &[], On::Repository).once(),
    call("config show", &[], On::Repository),
    call("config show", &["--format", "json"], On::Repository),
    call("config schema", &[], On::Program),
    call("languages", &[], On::Program),
    call("languages", &["--format", "json"], On::Program),
    call("devices", &[], On::Program).once(),
    call("rules", &["satd"], On::Program),
    call("link", &["--dir", "links", "--force"], On::Program).once(),
    call("completions", &["bash"], On::Program),
    call("man", &[], On::Program),
    call("man", &["--list"], On::Program),
    call(
        "aprender fit",
        &["table.csv", "--target", "cultivar", "--model", "tree", "--output", "new.apr"],
        On::Model,
    )
    .once(),
    call("aprender predict", &["model.apr", "table.csv"], On::Model),
    call("aprender predict", &["model.apr", "table.csv", "--format", "jsonl"], On::Model),
    call("aprender evaluate", &["model.apr", "table.csv"], On::Model),
    call("aprender explain", &["model.apr", "table.csv"], On::Model),
    call("aprender inspect", &["model.apr"], On::Model),
    call("aprender validate", &["model.apr"], On::Model),
    call("aprender convert", &["tensors.safetensors", "--output", "converted.apr"], On::Model).once(),
    call("aprender sign", &["model.apr", "--key", "keys/me.key"], On::Model).once(),
    call("aprender verify", &["model.apr", "--trust", "keys/me.pub"], On::Model),
    call("aprender keygen", &["other", "--dir", "keys"], On::Model).once(),
];

/// Each command that works on a source tree, with its first call.
pub fn on_trees() -> impl Iterator<Item = &'static Call> {
    let is_first =
        |(index, call): &(usize, &Call)| !CALLS[..*index].iter().any(|one| one.command == call.command);
    let first = CALLS.iter().enumerate().filter(is_first).map(|(_, call)| call);
    first.filter(|call| call.on == On::Tree)
}

/// Commands that read anything in a tree: every command on trees, and those that also produce something from one.
pub fn readers() -> impl Iterator<Item = &'static Call> {
    on_trees().chain(CALLS.iter().filter(|call| call.command == "pmat mutate" || call.on == On::History))
}

/// Creates a table in a folder, and with the real program a model and a key pair.
pub fn model_folder(folder: &Path) {
    let table = crate::program::workspace().join("docs/tutorial/wine.csv");
    std::fs::copy(table, folder.join("table.csv")).expect("the tutorial's data can be copied");
    std::fs::create_dir_all(folder.join("keys")).expect("a folder");
    // One number named `w`: the length of the head, the head, the bytes.
    let head = r#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let tensors = [&(head.len() as u64).to_le_bytes()[..], head.as_bytes(), &1.5_f32.to_le_bytes()].concat();
    std::fs::write(folder.join("tensors.safetensors"), tensors).expect("the folder can be written");
    let fit =
        ["aprender", "fit", "table.csv", "--target", "cultivar", "--model", "tree", "--output", "model.apr"];
    run(folder, &fit).exits(0);
    run(folder, &["aprender", "keygen", "me", "--dir", "keys"]).exits(0);
}

/// The commands that do something, from the parser itself: those without subcommands.
pub fn leaves() -> Vec<String> {
    let folder = Tree::folder(&[]);
    let listed = run(folder.path(), &["man", "--list"]).exits(0).stdout;
    let all: Vec<&str> = listed.lines().collect();
    let is_leaf = |line: &&&str| !all.iter().any(|other| other.starts_with(&format!("{line} ")));
    let leaves = all.iter().filter(is_leaf).filter_map(|line| line.strip_prefix("batuta "));
    leaves.map(str::to_owned).collect()
}

#[test]
fn every_command_of_the_parser_is_called_and_nothing_else_is() {
    let leaves: BTreeSet<String> = leaves().into_iter().collect();
    let called: BTreeSet<String> = CALLS.iter().map(|call| call.command.to_owned()).collect();
    assert!(leaves.len() >= 35, "{leaves:?}");
    let missing: Vec<&String> = leaves.difference(&called).collect();
    assert!(missing.is_empty(), "commands without an entry in CALLS: {missing:?}");
    let gone: Vec<&String> = called.difference(&leaves).collect();
    assert!(gone.is_empty(), "the parser does not know {gone:?}");
}
