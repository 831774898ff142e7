//! Every page loads, writes nothing to the console, contacts no other host, and is accessible.

use crate::devtools::{Browser, Page};
use crate::service::Service;
use crate::shop::{pages, shop, slug_in};
use serde_json::Value;

const AUDIT: &str = include_str!("audit.js");

/// Fails if anything went wrong since the last call: scripts, the console, requests.
#[track_caller]
pub fn assert_quiet(page: &Page<'_>, service: &Service, address: &str) {
    let said = page.events(&["Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"]);
    assert!(said.is_empty(), "{address}: {said:?}");
    let origin = service.at("/");
    for event in page.events(&["Network.requestWillBeSent"]) {
        let url = event["params"]["request"]["url"].as_str().expect("a request has an address");
        assert!(url.starts_with(&origin) || url.starts_with("data:"), "{address} asks for {url}");
    }
    for event in page.events(&["Network.responseReceived"]) {
        let status = event["params"]["response"]["status"].as_u64().expect("an answer has a status");
        assert!(status < 400, "{address}: {}", event["params"]["response"]);
    }
    for event in page.events(&["Network.loadingFailed"]) {
        let cancelled = event["params"]["canceled"] == Value::Bool(true);
        assert!(cancelled, "{address}: {}", event["params"]);
    }
}

/// Fails if the page is not accessible.
#[track_caller]
pub fn assert_readable(page: &Page<'_>, address: &str) {
    let problems = page.evaluate(AUDIT);
    assert_eq!(problems, Value::Array(Vec::new()), "{address}");
}

#[test]
fn pages_load_without_a_word_and_are_readable_in_light_and_dark() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    let mut requests = 0;
    for scheme in ["light", "dark"] {
        page.prefers(scheme);
        for address in pages(&slug) {
            page.open(&service.at(&address));
            assert_readable(&page, &format!("{address} ({scheme})"));
            requests += page.events(&["Network.dataReceived"]).len();
            assert_quiet(&page, &service, &address);
        }
    }
    assert!(requests > 0, "the network was watched");
}

#[test]
fn the_checks_find_what_they_are_for() {
    let tree = shop();
    let service = Service::start(&[tree.path()]);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&service.at("/"));
    let found = |change: &str| page.evaluate(&format!("{change}; {AUDIT}")).to_string();
    assert!(found("document.querySelector('caption').style.color = '#999'").contains("contrast"));
    assert!(
        found("document.querySelector('main').append(document.createElement('input'))").contains("no label")
    );
    assert!(
        found("document.querySelector('main').append(document.createElement('h1'))").contains("not one h1")
    );
    assert!(found("document.documentElement.lang = ''").contains("no language"));
    let svg = "document.querySelector('main').append(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))";
    assert!(found(svg).contains("no name"));
    // The service's policy must block inline scripts and connections to other hosts.
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.inline = 1' }))");
    page.evaluate("new Promise((done) => { const image = new Image(); image.onerror = image.onload = () => done(1); image.src = 'http://example.org/x.png'; })");
    assert_eq!(page.evaluate("window.inline === undefined"), Value::Bool(true), "an inline script ran");
    assert!(!page.events(&["Log.entryAdded"]).is_empty(), "the browser complains of what the policy forbids");
}
