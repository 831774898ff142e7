use super::*;

fn one(comment: &str) -> Satd {
    let mut found = of(comment);
    assert_eq!(found.len(), 1, "{comment:?}: {found:?}");
    found.remove(0)
}

fn of(comment: &str) -> Vec<Satd> {
    detect(comment, CommentKind::Line, Language::Rust, Mode::Full)
}

fn documented(comment: &str) -> Vec<Satd> {
    detect(comment, CommentKind::Doc, Language::Rust, Mode::Full)
}

#[test]
fn each_marker_is_reported_under_its_name() {
    let cases = [
        ("// TODO: implement IPv6", "TODO", Category::Requirement, Severity::Low),
        ("// todo implement IPv6", "TODO", Category::Requirement, Severity::Low),
        ("// FIXME this crashes at the last byte", "FIXME", Category::Defect, Severity::High),
        ("# XXX: is there another caller", "XXX", Category::Design, Severity::Medium),
        ("-- HACK around the driver", "HACK", Category::Design, Severity::Medium),
        ("// BUG: off by one", "BUG", Category::Defect, Severity::High),
        ("/* KLUDGE */", "KLUDGE", Category::Design, Severity::Medium),
        ("// OPTIMIZE: two passes", "OPTIMIZE", Category::Performance, Severity::Low),
    ];
    for (comment, marker, category, severity) in cases {
        let item = one(comment);
        assert_eq!(
            (item.marker, item.category, item.severity, item.explicit),
            (marker, category, severity, true),
            "{comment}"
        );
    }
}

#[test]
fn the_words_after_a_marker_tell_the_category() {
    let cases = [
        ("// TODO: write unit tests for the empty case", Category::Test, Severity::Low),
        ("// TODO: this is quadratic, speed it up", Category::Performance, Severity::Low),
        ("// TODO: sanitize the path, users control it", Category::Security, Severity::Critical),
        ("// TODO: refactor into two functions", Category::Design, Severity::Low),
        ("// TODO: crashes on an empty list", Category::Defect, Severity::Medium),
        ("// FIXME: may corrupt the index", Category::Defect, Severity::Critical),
        ("// TODO implement IPv6", Category::Requirement, Severity::Low),
    ];
    for (comment, category, severity) in cases {
        let item = one(comment);
        assert_eq!((item.category, item.severity), (category, severity), "{comment}");
    }
}

#[test]
fn phrases_admit_debt_without_a_marker() {
    let cases = [
        ("// workaround for a driver that lies about its version", "workaround"),
        ("// This is a temporary fix until the protocol is settled", "temporary fix"),
        ("// ugly, but the API leaves no choice", "ugly"),
        ("// this should be refactored", "should be changed"),
        ("// not implemented yet", "not implemented"),
        ("// what a kludge", "kludge"),
        ("// quick and dirty", "dirty solution"),
        ("// there must be a better way to do this", "better way"),
    ];
    for (comment, marker) in cases {
        let item = one(comment);
        assert_eq!((item.marker, item.explicit), (marker, false), "{comment}");
        assert_eq!(detect(comment, CommentKind::Line, Language::Rust, Mode::Strict), []);
    }
}

#[test]
fn a_workaround_is_design_whatever_it_works_around() {
    let cases = [
        ("// Windows bug workaround in case a dialog is open", Category::Design, Severity::Medium),
        ("// workaround for a hang when nothing matches", Category::Design, Severity::Medium),
        ("// HACK: crashes otherwise", Category::Design, Severity::Medium),
        ("// HACK: lets untrusted input through", Category::Security, Severity::Critical),
        ("// this is a known memory leak", Category::Defect, Severity::High),
        ("// not sure whether this is safe with untrusted input", Category::Security, Severity::High),
        ("// ugly, and far too slow", Category::Performance, Severity::Medium),
    ];
    for (comment, category, severity) in cases {
        let item = one(comment);
        assert_eq!((item.category, item.severity), (category, severity), "{comment}");
    }
}

#[test]
fn words_that_only_begin_like_a_subject_tell_none() {
    let cases = [
        ("// eats each SecurityException; this is temporary and goes away with Java 7", Category::Security),
        ("// TODO: perhaps optimistically return true", Category::Performance),
    ];
    for (comment, not) in cases {
        assert_ne!(one(comment).category, not, "{comment}");
    }
    assert_eq!(one("// TODO: optimise this").category, Category::Performance);
    assert_eq!(one("// TODO: improve the security of tokens").category, Category::Security);
}

#[test]
fn what_is_denied_is_not_admitted() {
    for comment in [
        "// This is not a hack",
        "// Not a workaround",
        "// no workaround needed",
        "// it isn't a hack, the protocol says so",
        "// no longer a workaround",
        "// there is no ugly cast here",
        "// done without any hacks",
        "// not a bad idea",
        "// no longer a TODO",
        "// No TODO left here",
        "// NO TODO here",
        "// No FIXME needed",
        "// never a FIXME again",
    ] {
        assert_eq!(of(comment), [], "{comment}");
    }
    for (comment, marker) in [
        ("// not only a hack, a slow one", "hack"),
        ("// if not, this hack breaks", "hack"),
        ("// without this workaround it hangs", "workaround"),
        ("// no. Ugly, but it works", "ugly"),
        ("// not a hack? It is a hack.", "hack"),
        ("// is it needed? No. TODO remove it", "TODO"),
        ("// no TODO: say why", "TODO"),
    ] {
        assert_eq!(one(comment).marker, marker, "{comment}");
    }
}

#[test]
fn what_speaks_about_markers_is_no_use_of_them() {
    for comment in [
        "// See TODO above",
        "// See the TODO in the dialect",
        "// Supports TODO and FIXME keywords",
        "// TODO, FIXME and XXX are markers",
        "// XXX is a placeholder",
        "// counts each TODO of a file",
        "// TODO keywords",
        "// ToDo list view",
        "// Todo item component",
        "// Todo App state",
        "// Todo page",
        "// todo view",
    ] {
        assert_eq!(of(comment), [], "{comment}");
    }
    for comment in [
        "// XXX is this right",
        "// the rest is TODO",
        "// still a TODO",
        "// for now; clean it up TODO",
        "// THIS IS THE HACK that we spoke of",
        "// TODO state machines may be better here",
        "// TODO and then remove it",
        "// See: TODO rename",
        "// Todo viewer is not closed",
    ] {
        assert_eq!(of(comment).len(), 1, "{comment}");
    }
    assert_eq!(of("// TODO: TODO: twice").len(), 2);
}

#[test]
fn a_marker_in_small_letters_may_name_somebody() {
    for (comment, owner, issue) in [
        ("// todo(bob) rename", Some("bob"), None),
        ("// fixme(bob) it hangs", Some("bob"), None),
        ("// todo(#12) rename", None, Some("#12")),
        ("// Todo(bob.b) rename", Some("bob.b"), None),
    ] {
        let item = one(comment);
        assert_eq!((item.owner.as_deref(), item.issue.as_deref()), (owner, issue), "{comment}");
    }
    for comment in ["// todo(1) is nothing", "// todo(item)", "// todo(a, b) adds", "// hack(x) returns it"] {
        assert_eq!(of(comment), [], "{comment}");
    }
    assert_eq!(documented("/// todo(item) adds an item"), []);
}

#[test]
fn prose_that_only_shares_a_word_is_left_alone() {
    let fine = [
        "// slow path: the list is not sorted",
        "// temp holds the swapped element",
        "// a security token of the session",
        "// see bug 1234 of the kernel for the layout",
        "// the todo item that the user checked",
        "// label.todo-pane",
        "// handles XXX-large and xx-small",
        "// `TODO` is a word that editors highlight",
        "// hackathon results",
        "// the escape\n// xxx stands for three digits",
        "/* \\xxx */",
        "// what people\n// hack internally",
        "// see hack/build.sh",
        "// todo!() panics",
        "// matches \"FIXME\" in comments",
        "// let x = todo(1);",
        "// This file is Licensed under the Apache License. TODO",
        "// how this works: first A, then B",
        "// debugging aids",
        "// everything works around midnight is fine",
    ];
    for comment in fine {
        assert_eq!(of(comment), [], "{comment}");
    }
}

#[test]
fn todo_is_a_word_of_other_languages() {
    let fine = [
        "// Todo está bien aquí",
        "// todo el mundo",
        "// todo lo demás se ignora",
        "# Todo esto es necesario para el arranque",
        "// todo o resto fica igual",
        "// todo mundo sabe",
        "-- todo il resto",
        "// Todo correcto",
        "// todo va con el mismo hilo",
    ];
    for comment in fine {
        assert_eq!(of(comment), [], "{comment}");
    }
    let admitted = [
        "// TODO write it",
        "// todo: write it",
        "// todo write it",
        "// Todo make this faster",
        "// todo",
        "// TODO el índice no está ordenado",
        "// todo: el índice no está ordenado",
        "// todo(ana): el índice",
        "// todo ok to remove after 2.0",
    ];
    for comment in admitted {
        assert_eq!(of(comment).len(), 1, "{comment}");
    }
}

#[test]
fn who_writes_may_stand_before_a_marker() {
    for comment in [
        "/// AB TODO: handle CRLF",
        "/// ann: TODO handle CRLF",
        "/// (ann) FIXME: handle CRLF",
        "/** [AB] TODO handle CRLF */",
        "/// @ann: TODO handle CRLF",
        "/// JD - XXX why twice",
    ] {
        assert_eq!(documented(comment).len(), 1, "{comment}");
    }
    for comment in
        ["// AB-TODO: handle CRLF", "// AB/FIXME handle CRLF", "// ab: fix me: twice", "// JD: BUG: twice"]
    {
        assert_eq!(of(comment).len(), 1, "{comment}");
    }
    for comment in [
        "/// @param todo the item",
        "/// usage: todo add <item>",
        "/// Example: todo done",
        "/// API todo page",
        "/// The model TODO of the tutorial",
    ] {
        assert_eq!(documented(comment), [], "{comment}");
    }
    assert_eq!(of("// usage: todo add"), []);
}

#[test]
fn documentation_counts_only_what_begins_a_line_or_sentence() {
    assert_eq!(documented("/// Finds TODO markers in comments, and hacks around them for now.").len(), 0);
    assert_eq!(documented("/// Parses it.\n/// TODO: handle CRLF").len(), 1);
    assert_eq!(documented("/** Parses it. TODO handle CRLF */").len(), 1);
    assert_eq!(documented("/**\n * @todo handle CRLF\n */").len(), 1);
    assert_eq!(documented("\"\"\"Gives the list of todo entries.\"\"\"").len(), 0);
}

#[test]
fn every_marker_of_a_block_is_an_item_at_its_own_offset() {
    let comment = "/*\n * TODO(ann): first\n *   more of it\n * FIXME #12: second\n */";
    let found = of(comment);
    assert_eq!(found.len(), 2);
    for (item, word) in found.iter().zip(["TODO", "FIXME"]) {
        assert_eq!(item.marker, word);
        assert!(comment[item.offset..].starts_with(word));
    }
    assert_eq!(found[0].text, "TODO(ann): first");
    assert_eq!((found[0].owner.as_deref(), found[0].issue.as_deref()), (Some("ann"), None));
    assert_eq!((found[1].owner.as_deref(), found[1].issue.as_deref()), (None, Some("#12")));
}

#[test]
fn owners_and_issues_are_read_in_their_usual_forms() {
    let cases = [
        ("// TODO(ann): x", Some("ann"), None),
        ("// todo(ann): x", Some("ann"), None),
        ("// TODO(#123): x", None, Some("#123")),
        ("// TODO(ann, #123): x", Some("ann"), Some("#123")),
        ("// TODO @ann-b x", Some("ann-b"), None),
        ("// TODO(ABC-77) x", None, Some("ABC-77")),
        ("// FIXME(rust-lang/rust#54725): x", None, Some("rust-lang/rust#54725")),
        ("// TODO: x, see https://github.com/a/b/issues/9.", None, Some("https://github.com/a/b/issues/9")),
        ("// TODO(12345): x", None, Some("#12345")),
        ("// TODO (when it is stable): x", None, None),
        ("// TODO: read UTF-16 as well", None, None),
        ("// TODO: x", None, None),
    ];
    for (comment, owner, issue) in cases {
        let item = one(comment);
        assert_eq!((item.owner.as_deref(), item.issue.as_deref()), (owner, issue), "{comment}");
    }
}

#[test]
fn what_asks_advises_quotes_or_is_meant_admits_nothing() {
    for comment in [
        // Decided by the next line, or by the same comment.
        "// is this a plugin with no meaningful dependencies?",
        "// Do we need to register the new waker?",
        "// Is this timer still in the timer wheel?",
        "// Why is this overload deleted? So users are not confused by the other.",
        "// Q. What about the rest of the data? Ans: remaining frames are sent later",
        // About the state of the running program.
        "// Not yet complete",
        "// cancel the timeout if not done yet",
        "// Usually it is true when an option has another value, so it must be rewritten",
        "// elapsed time should eventually fall within the range",
        // Other people's bugs, code and duties.
        "// jruby has a bug where nil is not set",
        "// which you should probably do anyway unless you call it in a loop",
        "// Binding describes the interface which needs to be implemented for each kind",
        "// your code should be fixed, callers should ideally close it",
        "// we skip them as the check really should only be a safeguard",
        // Quoted, avoided, meant.
        "// the message is \"not implemented yet\" then",
        "// less verbose, but not a mess like the debug level",
        "// promoted, to reduce code duplication",
        "// tests both without horrible macros",
        "// ugly, but intentional",
        "// deliberately a quick and dirty hash",
        // Any word.
        "// in case of the command help XXX, we need to start it",
    ] {
        assert_eq!(of(comment), [], "{comment}");
    }
    for (comment, marker) in [
        ("// is this right?", "open question"),
        ("// do we need this?", "open question"),
        ("// do we really need to update it?", "open question"),
        ("// why is this needed?", "why"),
        ("// this is a bug", "known defect"),
        ("// not yet supported on Windows", "not done yet"),
        ("// this needs to be refactored", "should be changed"),
        ("// this really should be a map", "should rather"),
        ("// \"x\" is ugly", "ugly"),
        ("// unintentional, a horrible mess", "disparaged code"),
        ("// XXX the order is not kept", "XXX"),
        ("// see also: XXX: why twice", "XXX"),
    ] {
        assert_eq!(one(comment).marker, marker, "{comment}");
    }
}
