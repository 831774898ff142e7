//! Tests of pages made from trees in memory: all links work, hostile input is escaped, and figures match the analysers.

mod markup;
mod site;

use super::{Address, Query, portfolio};
use gates::Verdict;
use markup::Element;
use site::{HOSTILE, Site};
use std::collections::{BTreeMap, BTreeSet};

/// A small project with a complex function, a clone and a cycle.
fn ordinary() -> Site {
    let hard: String = (0..30).map(|n| format!("    if x == {n} {{\n        y += {n};\n    }}\n")).collect();
    let steps: String = (0..12)
        .map(|n| format!("    if price > {n}:\n        result += price * {n} + offset({n}, price)\n"))
        .collect();
    let copied = format!(
        "def total(price):\n    result = 0\n{steps}    print('total is', result)\n    return result\n"
    );
    let files = [
        (
            "src/main.rs",
            format!("/// Runs.\npub fn hard(x: i32) -> i32 {{\n    let mut y = 0;\n{hard}    y\n}}\n"),
        ),
        ("src/small.rs", "pub fn small() -> i32 {\n    1\n}\n".to_owned()),
        ("py/one.py", format!("from py import two\n\n\n{copied}")),
        ("py/two.py", format!("from py import one\n\n\n{copied}")),
        ("docs/read me.md", "# Title\n\ntext\n".to_owned()),
    ];
    let files: Vec<(&[u8], &[u8])> =
        files.iter().map(|(path, text)| (path.as_bytes(), text.as_bytes())).collect();
    Site::new(&files, "Ada Lovelace", "Begin")
}

/// The size of a file page is bounded for any content. A control character becomes forty bytes of HTML, and a program
/// may be on one line.
#[test]
fn a_page_holds_so_much_of_a_file_and_no_more() {
    let control = [&[1; 1_999][..], b"\n"].concat().repeat(500);
    let functions = "fn f() {} ".repeat(30_000);
    let site = Site::new(&[(b"control.md", &control), (b"many.rs", functions.as_bytes())], "Ada", "Begin");
    let page = site.get("/r/shop/file/control.md").expect("it is there");
    assert!(page.len() < 24 << 20, "{} bytes", page.len());
    assert!(
        page.contains("1\u{202F}999 more bytes") && page.contains("id=\"L500\""),
        "what is not shown is counted"
    );
    let page = site.get("/r/shop/file/many.rs").expect("it is there");
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
    assert!(
        page.contains("29\u{202F}000 more") && page.contains("29\u{202F}980 more"),
        "those that are not listed are counted"
    );
}

/// Follows every link from the first page. Returns the pages by address.
fn crawl(site: &Site) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut open = vec!["/r/shop".to_owned()];
    while let Some(address) = open.pop() {
        let html = site.get(&address).unwrap_or_else(|| panic!("{address} leads nowhere"));
        for element in markup::elements(&html) {
            let link = element.attribute("href").or_else(|| element.attribute("action"));
            let link = link
                .filter(|link| link.starts_with("/r/"))
                .map(|link| link.split('#').next().unwrap_or_default().to_owned());
            if let Some(link) =
                link.filter(|link| !pages.contains_key(link) && !open.contains(link) && *link != address)
            {
                open.push(link);
            }
        }
        pages.insert(address, html);
        assert!(pages.len() < 3000, "the links do not end");
    }
    pages
}

#[test]
fn every_link_leads_to_a_page_and_every_page_can_be_reached() {
    let site = ordinary();
    let pages = crawl(&site);
    for page in [
        "map",
        "files",
        "findings",
        "clones",
        "graph",
        "people",
        "gate",
        "file/src/main.rs",
        "file/docs/read%20me.md",
    ] {
        assert!(pages.contains_key(&format!("/r/shop/{page}")), "{page} is not linked to");
    }
    assert!(pages.keys().any(|address| address.starts_with("/r/shop/findings/")), "no permalink");
    assert!(pages.keys().any(|address| address.contains("clones?class=0")), "no clones side by side");
}

#[test]
fn anchors_that_links_name_are_there() {
    let pages = crawl(&ordinary());
    for (address, html) in &pages {
        let ids: BTreeSet<String> = markup::elements(html)
            .iter()
            .filter_map(|element| element.attribute("id").map(str::to_owned))
            .collect();
        for element in markup::elements(html) {
            if let Some(id) = element.attribute("href").and_then(|href| href.strip_prefix('#')) {
                assert!(ids.contains(id), "{address} has no #{id}");
            }
        }
    }
    let source = &pages["/r/shop/file/src/main.rs"];
    assert!(source.contains("id=\"L2\""), "lines have anchors");
}

/// Accessibility requirements of a page.
fn assert_accessible(address: &str, elements: &[Element]) {
    let of = |name: &'static str| elements.iter().filter(move |element| element.name == name);
    assert_eq!(of("h1").count(), 1, "{address}: one main heading");
    assert_eq!(of("main").count(), 1, "{address}: one main part");
    assert!(of("html").all(|html| html.attribute("lang") == Some("en")), "{address}: a language");
    let levels: Vec<u32> = elements.iter().filter_map(Element::heading_level).collect();
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{address}: headings skip a level: {levels:?}"
    );
    let labelled: BTreeSet<&str> = of("label").filter_map(|label| label.attribute("for")).collect();
    for control in
        elements.iter().filter(|element| ["input", "select", "meter"].contains(&element.name.as_str()))
    {
        let hidden = control.attribute("type") == Some("hidden");
        let named = control.attribute("aria-label").is_some()
            || control.attribute("id").is_some_and(|id| labelled.contains(id));
        assert!(hidden || named, "{address}: {control:?} has no label");
    }
    for picture in of("svg") {
        assert!(
            picture.attribute("aria-label").is_some_and(|label| !label.is_empty()),
            "{address}: unnamed picture"
        );
    }
    assert_eq!(of("table").count(), of("caption").count(), "{address}: a table without a caption");
    assert!(
        of("th").all(|cell| cell.attribute("scope").is_some()),
        "{address}: a heading cell without scope"
    );
    let mut ids = BTreeSet::new();
    for id in elements.iter().filter_map(|element| element.attribute("id")) {
        assert!(ids.insert(id), "{address}: two elements have the id {id}");
    }
}

/// Checks for what the service's content security policy forbids, and for anything that could execute.
fn assert_inert(address: &str, elements: &[Element]) {
    const TAGS: &[&str] = &[
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "body",
        "a",
        "header",
        "nav",
        "main",
        "footer",
        "section",
        "div",
        "span",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "form",
        "label",
        "select",
        "option",
        "input",
        "button",
        "details",
        "summary",
        "code",
        "strong",
        "time",
        "meter",
        "figure",
        "figcaption",
        "svg",
        "g",
        "rect",
        "text",
        "path",
        "line",
        "circle",
        "defs",
        "marker",
    ];
    for element in elements {
        assert!(TAGS.contains(&element.name.as_str()), "{address}: an element {element:?}");
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on"), "{address}: {element:?} has a handler");
            assert!(name != "style", "{address}: {element:?} has a style");
            let is_link = ["href", "src", "action", "formaction"].contains(&name.as_str());
            let is_own = value.starts_with('#')
                || value == "data:,"
                || (value.starts_with('/') && !value.starts_with("//"));
            let leads_out = is_link && !is_own;
            assert!(!leads_out, "{address}: {element:?} leads out");
            let by_htmx = name.starts_with("hx-") && name != "hx-boost";
            assert!(!by_htmx, "{address}: {element:?}");
        }
        let script = element.name == "script";
        assert!(
            !script || element.attribute("src").is_some_and(|src| src.starts_with("/assets/")),
            "{address}: a script"
        );
    }
}

#[test]
fn pages_are_accessible_and_need_no_inline_code() {
    for (address, html) in crawl(&ordinary()) {
        let elements = markup::elements(&html);
        assert_accessible(&address, &elements);
        assert_inert(&address, &elements);
    }
}

/// Hidden fields keep names unchanged.
fn without_hidden_fields(html: &str) -> String {
    let mut parts = html.split("<input type=\"hidden\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, rest| shown + rest.split_once('>').map_or("", |(_, rest)| rest))
}

#[test]
fn hostile_names_contents_authors_and_messages_stay_text() {
    let mut files: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for (nth, hostile) in HOSTILE.iter().enumerate() {
        let name = hostile.replace('/', "\u{2215}");
        files.push((
            format!("{nth}{name}.py").into_bytes(),
            format!("# TODO {hostile}\nx = '''{hostile}'''\n").into_bytes(),
        ));
        files.push((format!("dir{name}/f.py").into_bytes(), b"def f():\n    return 1\n".to_vec()));
        files.push((
            format!("{nth}.js").into_bytes(),
            format!("const o = {{ {}: function () {{ return 1; }} }};\n", serde_json::json!(hostile))
                .into_bytes(),
        ));
    }
    files.push((
        b"not\xFFutf8\xFE.py".to_vec(),
        b"def g(a, b, c, d, e, f, h, i, j):\n    return '\xFF'\n".to_vec(),
    ));
    let files: Vec<(&[u8], &[u8])> = files.iter().map(|(path, text)| (&path[..], &text[..])).collect();
    let whole = HOSTILE.join(" ");
    let site = Site::new(&files, &whole, &whole);
    let pages = crawl(&site);
    assert!(pages.contains_key("/r/shop/file/not%FFutf8%FE.py"), "a name that is not UTF-8 has its page");
    for (address, html) in &pages {
        let elements = markup::elements(html);
        assert_inert(address, &elements);
        assert_accessible(address, &elements);
        let shown = without_hidden_fields(html);
        for hidden in ['\u{202E}', '\u{2066}', '\u{200B}', '\u{0}', '\u{1B}'] {
            assert!(!shown.contains(hidden), "{address}: {hidden:?} came through");
        }
    }
}

#[test]
fn lists_are_sorted_by_the_column_that_was_asked_for() {
    let site = ordinary();
    let order = |query: &str| -> Vec<String> {
        let html = site.get(&format!("/r/shop/files?{query}")).expect("the list is there");
        let body = html.split_once("<tbody>").expect("there are rows").1;
        let rows = body.split("<tr>").skip(1);
        rows.map(|row| {
            row.split("/r/shop/file/")
                .nth(1)
                .and_then(|link| link.split('"').next())
                .expect("a link")
                .to_owned()
        })
        .collect()
    };
    assert_eq!(order(""), ["docs/read%20me.md", "py/one.py", "py/two.py", "src/main.rs", "src/small.rs"]);
    assert_eq!(order("sort=path&order=down")[0], "src/small.rs");
    assert_eq!(order("sort=lines")[0], "src/main.rs");
    assert_eq!(order("sort=lines&order=up").last().map(String::as_str), Some("src/main.rs"));
    assert_eq!(
        order("sort=cognitive").last().map(String::as_str),
        Some("docs/read%20me.md"),
        "not measured is last"
    );
    assert_eq!(order("sort=cognitive&order=up").last().map(String::as_str), Some("docs/read%20me.md"));
    assert_eq!(order("folder=py"), ["py/one.py", "py/two.py"]);
    assert_eq!(order("q=MAIN"), ["src/main.rs"]);
}

#[test]
fn findings_are_filtered_and_each_has_its_page() {
    let site = ordinary();
    let all = &site.view.snapshot.as_ref().expect("it was measured").findings();
    assert!(!all.is_empty(), "the tree has something to find");
    let rule = all[0].rule;
    let html = site.get(&format!("/r/shop/findings?rule={rule}")).expect("the list is there");
    let of_rule = all.iter().filter(|finding| finding.rule == rule).count();
    assert_eq!(html.matches("href=\"/r/shop/findings/").count(), of_rule);
    assert!(
        site.get("/r/shop/findings?path=no-such").expect("the list is there").contains("none is like that")
    );
    let one = site.get(&format!("/r/shop/findings/{}", all[0].fingerprint)).expect("the finding has a page");
    assert!(one.contains(&all[0].fingerprint) && one.contains("How to fix it"));
    assert_eq!(site.get("/r/shop/findings/0123"), None);
}

#[test]
fn the_figures_of_functions_are_those_of_the_facts() {
    let site = ordinary();
    let html = site.get("/r/shop/file/src/main.rs").expect("the file has a page");
    let snapshot = site.view.snapshot.as_ref().expect("it was measured");
    let function = &snapshot.file(&"src/main.rs".into()).expect("it was measured").data.facts.functions[0];
    assert_eq!((function.cyclomatic(), function.cognitive), (31, 30));
    let margin = "cyclomatic 31 · cognitive 30 · 94 lines";
    assert!(html.contains(margin), "{margin:?} is not on the page");
}

#[test]
fn copies_stand_side_by_side() {
    let html = ordinary().get("/r/shop/clones?class=0").expect("there are clones");
    assert!(html.contains("py/one.py") && html.contains("py/two.py"), "{html}");
    assert_eq!(html.matches("class=\"differs\"").count(), 0, "the copies are exact");
    assert!(html.contains("total is"), "the source is shown");
}

#[test]
fn circles_are_marked() {
    let html = ordinary().get("/r/shop/graph?folder=py").expect("there is a graph");
    assert_eq!(html.matches("class=\"module circle\"").count(), 2, "{html}");
}

#[test]
fn the_portfolio_puts_failed_gates_first() {
    let site = ordinary();
    let mut second = site.view.clone();
    second.slug = "unmeasured".to_owned();
    second.snapshot = None;
    let verdict = site.view.snapshot.as_ref().expect("it was measured").verdict();
    assert_eq!(verdict, Some(Verdict::Fail));
    let html = portfolio(&[second, site.view.clone()]).into_string();
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text:?} is not in {html}"));
    assert!(place("href=\"/r/shop\"") < place("href=\"/r/unmeasured\""));
    let elements = markup::elements(&html);
    assert_accessible("/", &elements);
    assert_inert("/", &elements);
}

#[test]
fn pages_are_the_same_each_time() {
    let site = ordinary();
    for page in [Address::Health, Address::Map, Address::Graph] {
        let address = page.with("shop", &Query::default());
        assert_eq!(site.get(&address), site.get(&address));
        assert_eq!(site.get(&address), ordinary().get(&address));
    }
}

#[test]
fn pages_of_what_is_still_being_measured_say_so() {
    let whole = ordinary();
    let pending = ordinary().pending();
    for address in crawl(&whole).keys().filter(|address| !address.contains("/findings/")) {
        let Some(html) = pending.get(address) else {
            // An unknown clone class.
            assert!(address.contains("class="), "{address} is gone");
            continue;
        };
        let elements = markup::elements(&html);
        assert_accessible(address, &elements);
    }
    for page in ["", "/findings", "/gate", "/clones", "/graph", "/people"] {
        let html = pending.get(&format!("/r/shop{page}")).expect("a page");
        assert!(html.contains("it is being measured"), "{page} does not say it");
        assert!(!html.contains(">passed<") && !html.contains(">failed<"), "{page} gives an answer");
    }
    let html = portfolio(std::slice::from_ref(&pending.view)).into_string();
    assert!(html.contains("not measured: it is being measured"));
}
