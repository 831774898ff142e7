//! The commands shown on pages work.

use crate::program;
use crate::service::Service;
use crate::shop::{pages, shop, slug_in};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn every_command_on_a_page_runs() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let mut commands = BTreeSet::new();
    for address in pages(&slug) {
        let html = service.get(&address);
        let shown = html.split("<details class=\"command\">").skip(1);
        commands.extend(shown.filter_map(|rest| {
            let command = rest.split_once("<code>")?.1.split_once("</code>")?.0;
            Some(
                command
                    .replace("&quot;", "\"")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&"),
            )
        }));
    }
    assert!(commands.len() > 8, "{commands:?}");
    let folder = program::program().parent().map(PathBuf::from).expect("the program lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    for line in commands {
        let mut command = Command::new("bash");
        command
            .args(["-c", &line])
            .current_dir(tree.path())
            .env("PATH", format!("{}:{path}", folder.display()));
        let run = program::finish(command);
        assert!(matches!(run.code, Some(0 | 1)), "{line}: {}\n{}", run.stdout, run.stderr);
        assert!(!run.stdout.is_empty(), "{line} says nothing");
    }
}
