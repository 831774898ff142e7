//! The same input gives the same bytes, with any number of threads and any cache content.

use crate::every_command::{CALLS, On, model_folder};
use crate::program::run;
use crate::repository::{CLEAN, Tree, branching};

fn tree() -> Tree {
    let mut files = vec![("Cargo.toml".to_owned(), "[dependencies]\nserde = \"1\"\n".to_owned())];
    for index in 0..30 {
        // Equal figures everywhere: only a full tie-break gives one order.
        let text = format!("// FIXME: {}\n{}{CLEAN}", index % 3, branching(&format!("f{}", index % 5), 25));
        files.push((format!("src/m{index}.rs"), text));
        files.push((format!("py/m{index}.py"), format!("def f{}():\n    return {index}\n", index % 5)));
    }
    files.push(("message.txt".to_owned(), "feat: change\n".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Tree::repository(&files)
}

#[test]
fn threads_and_cache_change_no_byte_of_what_any_command_prints() {
    let (tree, models) = (tree(), Tree::folder(&[]));
    model_folder(models.path());
    for call in CALLS.iter().filter(|call| !call.once && call.on != On::Service) {
        let folder = if call.on == On::Model { models.path() } else { tree.path() };
        let with = |more: &[&str]| {
            let run = run(folder, &call.with(more));
            (run.code, run.stdout, run.stderr)
        };
        run(tree.path(), &["cache", "clear"]).exits(0);
        let cold = with(&["-j1"]);
        assert_eq!(with(&["-j1"]), cold, "warm: {call:?}");
        assert_eq!(with(&["-j2"]), cold, "two threads: {call:?}");
        assert_eq!(with(&["-j7", "--no-cache"]), cold, "seven threads, no cache: {call:?}");
    }
}

#[test]
fn the_work_tree_and_the_commit_of_it_have_the_same_figures() {
    let tree = tree();
    for words in [&["pmat", "analyze", "complexity"][..], &["pmat", "analyze", "satd"]] {
        let figures = |source: &[&str]| {
            let mut report =
                run(tree.path(), &[words, &["--format", "json"], source].concat()).exits(0).json();
            report.as_object_mut().expect("a report is an object").remove("tree");
            report
        };
        let work_tree = figures(&[]);
        assert_eq!(figures(&["--revision", "HEAD"]), work_tree);
        assert_eq!(figures(&["--staged"]), work_tree);
    }
}
