//! Git's input to a hook: names of objects and references, messages of commits, names in trees.
#![no_main]

use facts::source::confined::{forbidden_part, join_inside};
use hooks::{CommentMark, RefUpdate, breaches_of_conventional_commits};
use libfuzzer_sys::fuzz_target;
use std::path::{Component, Path};

fuzz_target!(|data: &[u8]| {
    let _ = forbidden_part(data);
    let folder = Path::new("folder");
    if let Ok(joined) = join_inside(folder, &facts::model::RepoPath::new(data)) {
        assert!(joined.starts_with(folder), "a path of a tree stays inside of the folder");
        assert!(joined.components().all(|part| !matches!(part, Component::ParentDir)));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = (RefUpdate::of_push(text), RefUpdate::of_receive(text));
    for setting in [None, Some("auto")] {
        let mark = CommentMark::of_setting(setting, text);
        let _ = breaches_of_conventional_commits(text, &mark);
    }
});
