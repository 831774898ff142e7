//! Everything again with JavaScript off.

use crate::devtools::Browser;
use crate::every_page::assert_quiet;
use crate::service::Service;
use crate::shop::{pages, shop, slug_in};

#[test]
fn all_pages_work_with_scripts_off() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    page.scripts(false);
    for address in pages(&slug) {
        page.open(&service.at(&address));
        assert!(page.html("main").contains("<h1>"), "{address}");
        assert_quiet(&page, &service, &address);
    }

    page.open(&service.at(&format!("/r/{slug}")));
    let main = page.html("main");
    assert!(main.matches("<svg class=\"line-chart\"").count() >= 3, "trends are there");
    assert!(!main.contains("<canvas"), "no script ran");

    page.open(&service.at(&format!("/r/{slug}/map")));
    page.follow(".treemap a.folder[href*='folder=src'] text");
    page.follow(".treemap a[href$='coupon.rs'] rect");
    assert!(page.address().ends_with("/file/src/cart/coupon.rs"), "{}", page.address());
    page.follow("tr.finding a");
    page.follow("main dl a[href*='#L']");
    assert!(page.address().contains("#L"), "{}", page.address());

    page.open(&service.at(&format!("/r/{slug}/files")));
    page.follow("#sort-lines");
    assert!(page.address().contains("sort=lines"), "{}", page.address());
    page.open(&service.at(&format!("/r/{slug}/findings")));
    page.follow("form.filters button");
    assert!(page.address().contains("rule="), "the form was sent: {}", page.address());
    page.open(&service.at(&format!("/r/{slug}/clones")));
    page.follow("table.clones tbody a");
    let main = page.html("main");
    assert!(
        main.contains("class=\"source beside\"") && main.contains("x += 3;"),
        "copies stand side by side"
    );
}
