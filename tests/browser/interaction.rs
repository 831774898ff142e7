//! Interaction with the pages: drilling down to a line, filtering, sorting, keyboard use; trends and maps are drawn.

use crate::devtools::Browser;
use crate::every_page::assert_quiet;
use crate::service::Service;
use crate::shop::{shop, slug_in};
use serde_json::{Value, json};

#[test]
fn a_map_leads_down_to_the_line() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    page.open(&service.at(&format!("/r/{slug}/map?metric=cognitive")));
    let areas = page.evaluate(
        "[...document.querySelectorAll('.treemap a:not(.folder) rect')].map((r) => r.getBoundingClientRect()).reduce((sum, r) => sum + r.width * r.height, 0) / (() => { const r = document.querySelector('.treemap').getBoundingClientRect(); return r.width * r.height; })()",
    );
    let areas = areas.as_f64().expect("a number");
    assert!((areas - 1.0).abs() < 0.01, "the tiles fill the picture: {areas}");
    page.follow(".treemap a.folder[href*='folder=src'] text");
    assert!(page.address().contains("folder=src"), "{}", page.address());
    page.follow(".treemap a[href$='coupon.rs'] rect");
    assert!(page.address().ends_with("/file/src/cart/coupon.rs"), "{}", page.address());
    page.follow("tr.finding a");
    assert!(page.address().contains("/findings/"), "{}", page.address());
    page.follow("main dl a[href*='#L']");
    let line: u64 = page.address().split("#L").nth(1).and_then(|line| line.parse().ok()).expect("an anchor");
    let in_view = format!(
        "(() => {{ const r = document.getElementById('L{line}').getBoundingClientRect(); return (r.top > -2 && r.bottom <= innerHeight) || [r.top, r.bottom, innerHeight]; }})()"
    );
    assert_eq!(page.evaluate(&in_view), Value::Bool(true), "line {line} is in view");
    assert_quiet(&page, &service, "on the way to a line");
}

#[test]
fn trends_are_drawn_by_the_server_and_can_be_read_off_with_scripts() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    page.open(&service.at(&format!("/r/{slug}")));
    let html = page.until(
        "document.querySelector('[data-chart] canvas') && document.querySelectorAll('[data-chart]').length",
    );
    assert!(html.as_u64().is_some_and(|charts| charts >= 3), "there are several trends: {html}");
    let painted = page.evaluate(
        "(() => { const c = document.querySelector('[data-chart] canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()",
    );
    assert!(painted.as_u64().is_some_and(|dots| dots > 500), "the canvas is painted: {painted}");
    let marks = page.evaluate(
        "JSON.parse(document.querySelector('[data-chart]').dataset.chart).marks.map((mark) => mark[1])",
    );
    assert!(
        marks.to_string().contains("v1.0") && marks.to_string().contains("v2.0"),
        "tags are marked: {marks}"
    );
    let drawn = service.get(&format!("/r/{slug}"));
    assert!(
        drawn.matches("<svg class=\"line-chart\"").count() >= 3,
        "without scripts the server's picture is there"
    );
}

#[test]
fn filters_and_sorting_change_a_part_of_the_page() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    page.open(&service.at(&format!("/r/{slug}/findings")));
    page.evaluate("window.still = true");
    let all = page.evaluate("document.querySelectorAll('table.findings tbody tr').length").as_u64();
    page.evaluate("document.getElementById('level').value = 'warning'");
    page.click("form.filters button");
    page.until("location.search.includes('level=warning')");
    page.until("[...document.querySelectorAll('table.findings tbody .badge')].every((badge) => badge.textContent === 'warning')");
    let some = page.evaluate("document.querySelectorAll('table.findings tbody tr').length").as_u64();
    assert!(some < all, "{some:?} of {all:?}");
    assert_eq!(page.evaluate("window.still"), Value::Bool(true), "only a part was fetched anew");

    page.open(&service.at(&format!("/r/{slug}/files")));
    page.evaluate("window.still = true");
    page.click("#sort-lines");
    page.until("document.querySelector('th[aria-sort] a')?.id === 'sort-lines'");
    let lines = page.evaluate("[...document.querySelectorAll('table.files tbody tr td:nth-child(3)')].map((cell) => Number(cell.textContent))");
    let lines: Vec<u64> = lines.as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
    assert!(lines.len() > 5 && lines.windows(2).all(|pair| pair[0] >= pair[1]), "{lines:?}");
    assert_eq!(page.evaluate("window.still"), Value::Bool(true));
    assert_quiet(&page, &service, "while filtering");
}

#[test]
fn the_keyboard_gets_everywhere() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    page.open(&service.at(&format!("/r/{slug}")));
    let press = |key: &str, code: u32| {
        for kind in ["keyDown", "keyUp"] {
            let text = if key == "Enter" && kind == "keyDown" { "\r" } else { "" };
            let event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": text });
            page.call("Input.dispatchKeyEvent", event);
        }
    };
    press("Tab", 9);
    assert_eq!(page.evaluate("document.activeElement.className"), json!("skip"));
    let outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth");
    assert_eq!(outline, json!("solid3px"), "focus can be seen");
    press("Enter", 13);
    page.until("document.activeElement.id === 'main'");
    press("Tab", 9);
    assert_eq!(
        page.evaluate("document.getElementById('main').contains(document.activeElement)"),
        Value::Bool(true)
    );
}
