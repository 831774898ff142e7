//! Names, contents, messages and authors that try to break out: nothing executes.

use crate::devtools::Browser;
use crate::every_page::assert_quiet;
use crate::repository::Tree;
use crate::service::{Service, commit_as};
use crate::shop::slug_in;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// After the OWASP filter evasion list, and characters that mislead the eye.
const HOSTILE: [&str; 14] = [
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=window.pwned=1>",
    "'><svg onload=window.pwned=1>",
    "javascript:window.pwned=1",
    "</title><script>window.pwned=1</script>",
    "--><script>window.pwned=1</script><!--",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    "\" autofocus onfocus=window.pwned=1 x=\"",
    "<a href=\"javascript:window.pwned=1\">x</a>",
    "{{constructor.constructor('window.pwned=1')()}}",
    "<div hx-get=/ hx-trigger=load hx-on:load=window.pwned=1>",
    "<form action=javascript:window.pwned=1><button>",
    "<style>*{display:none}</style>",
    "user\u{202E}nimda\u{2066}x",
];

/// Counts elements that a page must not have; the marks come from the corpus.
const INTRUDERS: &str = "(() => {
  const all = [...document.querySelectorAll('*')];
  const handlers = all.filter((element) => [...element.attributes].some((attribute) => attribute.name.startsWith('on') || attribute.name.startsWith('hx-on') || attribute.name === 'hx-get'));
  const links = all.filter((element) => /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute('href') ?? element.getAttribute('action') ?? '') && element.tagName !== 'LINK');
  const scripts = [...document.scripts].filter((script) => !script.src.startsWith(location.origin + '/assets/'));
  const others = [...document.querySelectorAll('iframe, object, embed, img, base, style, body form button:not([type])')].filter((element) => !element.closest('.uplot'));
  return { pwned: window.pwned ?? null, handlers: handlers.length, links: links.length, scripts: scripts.length, others: others.length };
})()";

#[test]
fn nothing_of_the_corpus_executes() {
    let tree = Tree::unborn(&[]);
    for (nth, hostile) in HOSTILE.iter().enumerate() {
        let name = hostile.replace('/', "\u{2215}");
        tree.write(
            format!("{nth} {name}.py"),
            format!("# TODO {hostile}\ndef f{nth}():\n    return '''{hostile}'''\n"),
        );
        let branches: String = (0..40).map(|n| format!(" if (x == {n}) y += {n};\n")).collect();
        tree.write(
            format!("{name}/{nth}.js"),
            format!("const o = {{ {}: function (x, y) {{\n{branches} return y; }} }};\n", json!(hostile)),
        );
        commit_as(&tree, &hostile.replace(['<', '>'], "\u{2039}"), "2024-01-10", hostile);
    }
    let whole = HOSTILE.join(" ");
    tree.git(&["tag", "v<b>1\">"]);
    commit_as(&tree, "\"'&;onload=window.pwned=1", "2024-02-10", &whole);

    let service = Service::start(&[tree.path()]);
    let slug = slug_in(&service.get("/"));
    let browser = Browser::start();
    let page = browser.page();
    let clean = json!({ "pwned": null, "handlers": 0, "links": 0, "scripts": 0, "others": 0 });
    for address in addresses(&service, &slug) {
        page.open(&service.at(&address));
        assert_eq!(page.evaluate(INTRUDERS), clean, "{address}");
        assert!(page.events(&["Page.javascriptDialogOpening"]).is_empty(), "{address} opened a dialog");
        assert_quiet(&page, &service, &address);
    }
    assert_eq!(page.evaluate("window.pwned === undefined"), Value::Bool(true));
}

/// Every page of the repository, and the pages of its files and findings.
fn addresses(service: &Service, slug: &str) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    for page in
        ["", "/map", "/files", "/findings", "/clones", "/clones?class=0", "/graph", "/people", "/gate"]
    {
        let address = format!("/r/{slug}{page}");
        let html = service.get(&address);
        for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.split('#').next().unwrap_or_default().replace("&amp;", "&");
            let wanted = link.contains("/file/") || link.contains("/findings/") || link.contains("folder=");
            if wanted && all.len() < 120 {
                all.insert(link);
            }
        }
        all.insert(address);
    }
    assert!(all.iter().any(|address| address.contains("/file/")), "files have pages");
    assert!(all.iter().any(|address| address.contains("/findings/")), "findings have pages");
    all
}
