//! Pages follow their repository.

use crate::devtools::Browser;
use crate::every_page::assert_quiet;
use crate::repository::branching;
use crate::service::{Service, commit_as};
use crate::shop::{shop, slug_in};
use std::io::Write;
use std::time::Instant;

#[test]
fn a_commit_shows_on_an_open_page() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    page.open(&service.at(&format!("/r/{slug}")));
    page.evaluate("window.still = true; document.querySelector('main details').open = true");
    let before = page.evaluate("document.querySelector('.commit-id').textContent");
    let before = before.as_str().expect("a commit is shown");
    assert!(tree.git(&["rev-parse", "HEAD"]).starts_with(before), "{before}");

    tree.write("src/returns.rs", branching("send_back", 3));
    commit_as(&tree, "Alan Turing", "2025-01-10", "Take things back");
    let committed = Instant::now();
    page.until(&format!("document.querySelector('.commit-id')?.textContent !== '{before}' && document.querySelector('.commit-id') !== null"));
    let took = committed.elapsed();
    // Output for a person who runs the test by hand; a busy machine takes longer.
    let _ = writeln!(std::io::stderr(), "visible {} ms after the commit", took.as_millis());
    let after = page.evaluate("document.querySelector('.commit-id').textContent");
    let head = tree.git(&["rev-parse", "HEAD"]);
    assert!(head.starts_with(after.as_str().expect("a commit is shown")), "{after} is not {head}");
    page.until("document.getElementById('news').textContent !== ''");
    assert_eq!(page.evaluate("window.still"), true, "the page was not loaded anew");
    // Open parts are open again; each part that is measured later updates the page again.
    page.until("document.querySelector('main details')?.open === true");
    page.until("document.querySelector('[data-chart] canvas') !== null");
    assert_quiet(&page, &service, "after a commit");
}
