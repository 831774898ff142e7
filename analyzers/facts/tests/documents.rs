//! Documents that hold programs, line ends of old, and files whose content is elsewhere.

use facts::FileData;
use facts::model::{ParseStatus, RepoPath};
use facts::source::SkipReason;

fn extract(path: &str, text: &str) -> Result<FileData, SkipReason> {
    facts::extract::extract(&RepoPath::new(path.as_bytes()), text.as_bytes(), u64::MAX)
}

fn read(path: &str, text: &str) -> FileData {
    extract(path, text).expect("a known language")
}

/// Physical, source, comment and blank lines.
fn lines(data: &FileData) -> (u32, u32, u32, u32) {
    let lines = data.facts.lines;
    (lines.physical, lines.source, lines.comment, lines.blank)
}

fn functions(data: &FileData) -> Vec<(u32, &str, u32)> {
    let functions = data.facts.functions.iter();
    functions.map(|f| (f.span.start_line, f.qualified_name.as_str(), f.cyclomatic())).collect()
}

fn comments(data: &FileData) -> Vec<(u32, &str)> {
    data.comments().iter().map(|comment| (comment.span.start_line, comment.text.as_str())).collect()
}

#[test]
fn a_component_of_vue() {
    let data = read(
        "a.vue",
        "<!-- a -->\n<template>\n  <p @click=\"save(1)\">{{ text }}</p> <!-- b -->\n</template>\n\n<script setup lang=\"ts\">\n\
         // c\nimport { x } from './x';\nfunction save(a: number) { return a ? x : 2; }\nconst text = () => 1; /* d\ne */\n</script>\n\
         <style>\n/* f */ a { b: url(//c) } // no\n</style>\n",
    );
    assert_eq!(data.facts.parse, ParseStatus::Complete);
    assert_eq!(functions(&data), [(9, "save", 2), (10, "text", 1)]);
    assert_eq!(
        comments(&data),
        [(1, "<!-- a -->"), (3, "<!-- b -->"), (7, "// c"), (10, "/* d\ne */"), (14, "/* f */")]
    );
    assert_eq!(lines(&data), (15, 11, 6, 1));
    assert_eq!(data.symbols().imports[0].target, "./x");
    let uses = |name: &str| {
        let symbols = data.symbols();
        symbols.references.iter().any(|r| symbols.names[r.name as usize] == name && r.calls + r.uses > 0)
    };
    assert!(uses("save") && uses("text"), "what the template uses is used");
}

#[test]
fn components_of_svelte_and_astro() {
    let data = read(
        "a.svelte",
        "<script context=\"module\">\n  export function load(a) { if (a) return 1 }\n</script>\n<script>\n  let a = 1 // TODO: x\n  $: b = a\n</script>\n\
         {#if a}<p>{b}</p>{/if}\n<style lang=\"scss\">\n// y\n</style>\n",
    );
    assert_eq!(functions(&data), [(2, "load", 2)]);
    assert_eq!(comments(&data), [(5, "// TODO: x"), (10, "// y")]);
    let data = read(
        "a.astro",
        "---\n// a\nconst f = (b: number) => b && 1;\n---\n<p>{f(1)}</p>\n<script>\nlet c: number = 1;\n</script>\n",
    );
    assert_eq!((data.facts.parse, functions(&data)), (ParseStatus::Complete, vec![(3, "f", 2)]));
    assert_eq!(lines(&data), (8, 7, 1, 0));
}

#[test]
fn scripts_of_a_page_are_programs_of_their_own() {
    let data = read(
        "a.html",
        "<script>var a = 1</script>\n<p>it's // no</p>\n<script>function f() {}</script>\n<script type=\"text/x-t\">\n// no\n</script>\n",
    );
    assert_eq!(data.facts.parse, ParseStatus::Complete);
    assert_eq!(functions(&data), [(3, "f", 1)]);
    assert_eq!(comments(&data), []);
}

/// ECMAScript, Annex B.1.1; HTML Standard, 13.2.5.
#[test]
fn comments_of_html_in_scripts_and_texts_that_look_like_comments() {
    let data = read("a.html", "<script>\n<!--\nvar a = 1;\n//-->\n</script>\n<p title=\"<!-- no -->\">\n");
    assert_eq!(comments(&data), [(2, "<!--"), (4, "//-->")]);
    assert_eq!(lines(&data), (6, 4, 2, 0));
}

#[test]
fn a_template_is_no_program_before_it_is_filled() {
    let data = read("a.html", "<script>\n// a\nvar b = {{ c | safe }};\n</script>\n");
    assert_eq!(data.facts.parse, ParseStatus::LinesOnly);
    assert_eq!(lines(&data), (4, 3, 1, 0));
    let data = read("a.vue", "<template><p/></template>\n");
    assert_eq!(data.facts.parse, ParseStatus::LinesOnly);
    assert!(data.facts.why_no_functions().contains("script"));
}

#[test]
fn carriage_returns_alone_end_lines() {
    let data = read("a.py", "a = 1\r# c\rdef f(b):\r    return b if a else 2\r");
    assert_eq!(lines(&data), (4, 3, 1, 0));
    assert_eq!(functions(&data), [(3, "f", 2)]);
    assert_eq!(lines(&read("a.yml", "a: 1\r# b\r\rc: 2")), (4, 2, 1, 1));
    assert_eq!(lines(&read("a.py", "a = 1\r\n# c\r\n")), (2, 1, 1, 0), "CR LF is one line end");
}

#[test]
fn a_pointer_of_git_lfs_is_not_measured() {
    let oid = "4d".repeat(32);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12345678\n");
    let pointer = pointer.as_str();
    for path in ["d.json", "s.py", "a.vue"] {
        assert_eq!(extract(path, pointer).err(), Some(SkipReason::LfsPointer), "{path}");
    }
    assert!(extract("a.md", &format!("{pointer}{}", "text\n".repeat(300))).is_ok(), "a longer text is none");
    assert!(
        extract("a.txt", "version https://git-lfs.github.com/spec/v1\n").is_ok(),
        "nor is one without an object"
    );
    assert!(
        extract("a.sh", &format!("{pointer}if a; then b; fi\n")).is_ok(),
        "nor is one with a program behind it"
    );
}
