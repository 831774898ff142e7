//! A service that is killed at any moment leaves nothing that breaks the next start.

use super::security::slug;
use super::server::Server;
use crate::every_command::endpoints::answers;
use crate::repository::{Tree, branching};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn killed_while_it_measures_it_is_right_the_next_time() {
    let tree = Tree::folder(&[]);
    for number in 0..60 {
        let text = format!("{}\n{}", branching("first", 5 + number), branching("second", 3));
        tree.write(format!("src/part_{number}.rs"), text);
    }
    tree.git(&["init", "--quiet", "--initial-branch=main"]);
    tree.commit("Begin");
    let head = tree.git(&["rev-parse", "HEAD"]);
    let (fresh, torn) = (Tree::folder(&[]), Tree::folder(&[]));
    let start = |cache: &Tree| Server::start_with(tree.path(), &[], &[("BATUTA_CACHE_DIR", cache.path())]);
    let server = start(&fresh);
    let begun = Instant::now();
    let slug = slug(&server);
    server.await_commit(&slug, &head);
    let whole = begun.elapsed();
    let expected = answers(&server, &slug, "src/part_1.rs");
    drop(server);
    // Moments spread evenly over the time of a whole run, and slightly beyond.
    for moment in 0..10 {
        let server = start(&torn);
        thread::sleep(whole.mul_f64(f64::from(moment) / 8.0).min(Duration::from_secs(2)));
        server.kill();
    }
    let server = start(&torn);
    server.await_commit(&slug, &head);
    for (served, expected) in answers(&server, &slug, "src/part_1.rs").iter().zip(&expected) {
        assert_eq!(served, expected);
    }
}
