//! The service, and a command, end at once, whatever they are doing.

use super::client::Connection;
use super::server::Server;
use crate::program::{command, signal, wait};
use crate::repository::{CLEAN, Tree, tree_bomb};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

#[test]
fn the_service_ends_while_it_is_at_something_that_has_no_end() {
    for name in ["TERM", "INT"] {
        let tree = tree_bomb();
        let server = Server::start(tree.path(), &["bomb.git"]);
        server.await_status("bomb", |status| status["status"]["state"] != "waiting");
        assert_eq!(server.signal(name), Some(0), "{name}");
    }
}

#[test]
fn clients_that_are_in_the_middle_of_something_do_not_hold_the_end_up() {
    let tree = Tree::repository(&[("src/lib.rs", CLEAN)]);
    let server = Server::start(tree.path(), &[]);
    let mut clients: Vec<Connection> = (0..8).map(|_| Connection::open(server.address)).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.send(match number % 4 {
            0 => b"GET /healthz HT".as_slice(),
            1 => b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nto",
            2 => b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n",
            _ => b"",
        });
    }
    assert_eq!(server.terminate(), Some(0));
    for client in &mut clients {
        while client.line().is_some() {}
    }
}

#[test]
fn a_command_ends_at_once_when_it_is_interrupted() {
    let tree = tree_bomb();
    tree.git(&["clone", "--quiet", "--no-checkout", "bomb.git", "bomb"]);
    let bomb = tree.join("bomb");
    let commands: [&[&str]; 3] = [
        &["pmat", "analyze", "complexity", "--revision", "HEAD"],
        &["pmat", "quality-gate", "--revision", "HEAD"],
        &["history", "--every", "commit"],
    ];
    let signals = [("INT", [Some(130), Some(130)]), ("TERM", [None, Some(143)])];
    let mut interrupted = 0;
    for (words, (name, codes)) in commands.iter().flat_map(|words| signals.map(|signal| (words, signal))) {
        // The bomb is refused eventually, sooner on a fast machine; that also counts as an end. A history then lists
        // the commit without its figures.
        let refused = Some(if words[0] == "history" { 0 } else { 2 });
        for pause in [700, 350, 150] {
            let mut analysis = command(&bomb, words);
            let analysis = analysis.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = analysis.spawn().expect("the program starts");
            thread::sleep(Duration::from_millis(pause));
            signal(&child, name);
            let status = wait(&mut child).unwrap_or_else(|| panic!("{words:?} goes on after SIG{name}"));
            if codes.contains(&status.code()) {
                interrupted += 1;
                break;
            }
            assert_eq!(status.code(), refused, "{words:?}, SIG{name}: {status:?}");
        }
    }
    assert!(interrupted > 0, "nothing ran for long enough to be interrupted");
}
