use super::rules::{
    BATCH, CMAKE, DOCKER, GRAPHQL, HCL, JSON, MAKE, MARKDOWN, NIX, POWERSHELL, PROPERTIES, RESTRUCTURED, SQL,
    XML, YAML,
};
use super::{DOCUMENT, LexicalRules, STYLE_SHEET_WITH_LINE_COMMENTS, scan};
use crate::language::{Language, Syntax};

fn comments(rules: &'static LexicalRules, text: &str) -> (Vec<String>, Vec<u32>) {
    let scanned = scan(rules, text.as_bytes());
    (scanned.comments.into_iter().map(|c| c.text).collect(), scanned.code_lines)
}

#[track_caller]
fn has_comments(rules: &'static LexicalRules, text: &str, expected: &[&str]) {
    assert_eq!(comments(rules, text).0, expected, "{text}");
}

#[test]
fn comment_openings_inside_strings_are_not_comments() {
    let (found, code) = comments(&JSON, "{ \"url\": \"http://x\" } // note\n/* a\n b */ 1\n");
    assert_eq!(found, ["// note", "/* a\n b */"]);
    assert_eq!(code, [1, 3]);
}

#[test]
fn an_unclosed_string_ends_with_its_line() {
    has_comments(&SQL, "select 'it\n-- real\n", &["-- real"]);
    has_comments(&YAML, "a: \"b\n# real\n", &["# real"]);
}

#[test]
fn an_unclosed_block_comment_reaches_the_end() {
    let (found, code) = comments(&DOCUMENT, "<p>\n<!-- open\n\n</p>");
    assert_eq!(found, ["<!-- open\n\n</p>"]);
    assert_eq!(code, [1]);
}

#[test]
fn strings_of_many_lines_hold_no_comments() {
    has_comments(&SQL, "select 'a\n-- no\n''b' -- yes\n", &["-- yes"]);
    has_comments(&YAML, "a: \"b\n  # no\n  c\" # yes\n", &["# yes"]);
    has_comments(&GRAPHQL, "\"\"\"\n# no\n\"\"\"\ntype A # it's\n", &["# it's"]);
    has_comments(&NIX, "a = ''\n # no '''x'''\n ''${b} # no\n''; # yes\n", &["# yes"]);
}

/// YAML 1.2.2, chapter 8.1, with the indentation of the examples there.
#[test]
fn block_scalars_of_yaml_end_where_the_indentation_does() {
    has_comments(&YAML, "a: | # head\n  # no\n\n  no\n# yes\nb: 1\n", &["# head", "# yes"]);
    has_comments(&YAML, "- |+\n # no\n- >-\n  # no\n# yes\n", &["# yes"]);
    has_comments(&YAML, "- key: |\n    # no\n  other: 1 # yes\n", &["# yes"]);
    has_comments(&YAML, "a: !!str |2\n    # no\nb: |\n# yes\n", &["# yes"]);
    has_comments(&YAML, "--- |\n# no\n...\n# yes\n", &["# yes"]);
    has_comments(&YAML, "a: b | c\n# yes\n", &["# yes"]);
    has_comments(&YAML, "run: the '90s # yes\nb: it's # yes, too\n", &["# yes", "# yes, too"]);
}

#[test]
fn here_documents_end_with_their_word() {
    has_comments(&HCL, "a = <<-EOT\n  # no\n  // no\n  EOT\n# yes\n", &["# yes"]);
    has_comments(&DOCKER, "RUN <<EOF\n# no\nEOF\n# yes\n", &["# yes"]);
    has_comments(&DOCKER, "COPY <<A <<\"B\" /x/\n# no\nA\n# no\nB\n# yes\n", &["# yes"]);
    has_comments(&DOCKER, "RUN cat <<< \"x\"\n# yes\n", &["# yes"]);
}

#[test]
fn here_strings_and_words_of_powershell() {
    has_comments(&POWERSHELL, "$a = @'\n# no\n'@ # yes\n", &["# yes"]);
    has_comments(&POWERSHELL, "$b = @\"\n# no \"@\n\"@\n<# yes #> a#b\n", &["<# yes #>"]);
}

#[test]
fn dollar_quotes_of_sql() {
    has_comments(&SQL, "do $$ -- no\n$$; select $tag$ -- no $$ $tag$; -- yes\n", &["-- yes"]);
    has_comments(&SQL, "select a$b$c -- yes\n", &["-- yes"]);
}

/// PostgreSQL, 4.1.2.2, and Oracle's text literals.
#[test]
fn escape_strings_and_chosen_quotes_of_sql() {
    has_comments(&SQL, "select E'it\\'s -- no', e'a''b\\'-- no' -- yes\n", &["-- yes"]);
    has_comments(&SQL, "select date'2020-01-01\\' -- yes\n", &["-- yes"]);
    has_comments(&SQL, "select q'[it's -- no]', nQ'!it's -- no!' -- yes\n", &["-- yes"]);
    has_comments(&SQL, "select faq'it -- no' -- yes\n", &["-- yes"]);
}

/// `java.util.Properties.load`.
#[test]
fn comments_of_properties_begin_entries() {
    has_comments(&PROPERTIES, "# yes\n ! yes\n; no\na = b # no\n", &["# yes", "! yes"]);
    has_comments(&PROPERTIES, "a = b\\\n# no\\\r\n! no\n# yes\n", &["# yes"]);
    has_comments(&PROPERTIES, "a = b\\\\\n# yes\\\n! yes\n", &["# yes\\", "! yes"]);
    let (_, code) = comments(&PROPERTIES, "# a\n\nb = c\\\n  # d\n! e\n");
    assert_eq!(code, [3, 4]);
}

/// HTML Standard, 13.2.5.
#[test]
fn attributes_and_elements_of_text_hold_no_comments() {
    has_comments(&DOCUMENT, "<p title=\"<!-- no -->\" b = '<!-- no -->'><!-- yes --></p>", &["<!-- yes -->"]);
    has_comments(&DOCUMENT, "<textarea rows=1>\n<!-- no -->\n</textarea><!-- yes -->", &["<!-- yes -->"]);
    has_comments(&DOCUMENT, "<TITLE><!-- no --></Title> a < b <!-- yes -->", &["<!-- yes -->"]);
    has_comments(&DOCUMENT, "<!--> a <!-- b --!> c <!--->", &["<!-->", "<!-- b --!>", "<!--->"]);
    has_comments(&DOCUMENT, "<p it's><!-- yes --> {a <b ? \"c\" : 'd'} <!-- yes -->", &["<!-- yes -->"; 2]);
}

#[test]
fn addresses_in_style_sheets() {
    has_comments(&STYLE_SHEET_WITH_LINE_COMMENTS, "a { b: url(//c/d.png) } // yes\n", &["// yes"]);
    has_comments(&STYLE_SHEET_WITH_LINE_COMMENTS, "a { b: url( \"//c\" ) } // yes\n", &["// yes"]);
}

#[test]
fn long_brackets_of_cmake() {
    has_comments(
        &CMAKE,
        "set(a [=[ # no ]] ]=]) # yes\n#[=[ yes\n ]] ]=]\n",
        &["# yes", "#[=[ yes\n ]] ]=]"],
    );
}

#[test]
fn code_in_markdown_is_no_comment() {
    has_comments(&MARKDOWN, "```html\n<!-- no -->\n```\n`<!-- no -->` <!-- yes -->\n", &["<!-- yes -->"]);
    has_comments(&MARKDOWN, "~~~~\n~~~\n<!-- no -->\n~~~~~\n<!-- yes -->\n", &["<!-- yes -->"]);
}

#[test]
fn comments_of_restructured_text() {
    has_comments(&RESTRUCTURED, ".. yes\n   too\n\ntext\n", &[".. yes\n   too"]);
    has_comments(&RESTRUCTURED, ".. note:: no\n\n   .. yes\n", &[".. yes"]);
    has_comments(&RESTRUCTURED, ".. _target: x\n.. [1] note\n.. |a| image:: b\n", &[]);
    has_comments(&RESTRUCTURED, "so::\n\n  .. no\n\n.. code-block:: rst\n\n   .. no\n", &[]);
    has_comments(&RESTRUCTURED, "..\n\n   a quote\n", &[".."]);
}

#[test]
fn character_data_of_xml_and_words_of_batch() {
    has_comments(&XML, "<a><![CDATA[<!-- no -->]]><!-- yes --></a>", &["<!-- yes -->"]);
    has_comments(
        &BATCH,
        "echo a&rem yes\r\necho \"b & rem no\" ^& rem no && @REM yes\r\n",
        &["rem yes", "@REM yes"],
    );
    has_comments(&BATCH, "ReM yes\r\nREMOVE\n rem\n@rem yes\n", &["ReM yes", "rem", "@rem yes"]);
}

/// GNU make, 5.1 and 3.1: the lines of a recipe go to the shell, so the shell decides what is a comment.
#[test]
fn comments_in_recipes_are_those_of_the_shell() {
    for line in [
        "@sed \"s/#//\" x",
        "grep '^# ' x",
        "echo \"issue #1\"",
        "echo $${a#b} $#",
        "a=\"\\\n# no\"",
        "echo \\# a",
    ] {
        has_comments(&MAKE, &format!("a: b # yes\n\t{line}\n# yes, too\n"), &["# yes", "# yes, too"]);
    }
    has_comments(
        &MAKE,
        "a:\n\t# one\n\t@# two\n\techo a # three\r\n\techo a;# four",
        &["# one", "# two", "# three", "# four"],
    );
    let (_, code) = comments(&MAKE, "a:\n\t# one\n\t@# two\n\techo a # three\n# four\nB = c # five\n");
    assert_eq!(code, [1, 3, 4, 6]);
}

/// GNU make, 3.1: "a trailing backslash not escaped by another backslash will continue the comment".
#[test]
fn a_backslash_continues_a_comment_of_make() {
    has_comments(&MAKE, "# a \\\r\n\tb \\\n c # d\nE = f\n", &["# a \\\r\n\tb \\\n c # d"]);
    has_comments(&MAKE, "A = b # c \\\\\n\t# d\n# e \\", &["# c \\\\", "# d", "# e \\"]);
    let (_, code) = comments(&MAKE, "# a \\\n b\nC = d\n");
    assert_eq!(code, [3]);
}

#[test]
fn a_definition_of_make_holds_no_comments() {
    has_comments(&MAKE, "define A =\n# no\ndefine B\n\t# no\nendef\n# no\nendef\n# yes\n", &["# yes"]);
    has_comments(&MAKE, "override define A\n# no\nendef\nC = \\# D # yes\n", &["# yes"]);
    has_comments(&MAKE, "define A\n# never closed\n", &[]);
}

#[test]
fn a_line_of_a_million_signs_is_looked_through_once() {
    const UNITS: [&str; 23] = [
        "\"a\",", "'a',", "\"a ", "'a ", "`a`", "<<A ", "[[", "[=[", "$a$", "url(", "@'", "/*", "<!--", "{#",
        "a: 'b", "# ", "\t\"#", "# \\\n", "<a b='", "<a b=\"", "<title>", "q'[", "E'\\",
    ];
    for language in Language::ALL {
        let Syntax::Lexical(rules) = language.spec().syntax else { continue };
        for unit in UNITS {
            let text = unit.repeat(1_000_000 / unit.len());
            let started = std::time::Instant::now();
            scan(rules, text.as_bytes());
            assert!(started.elapsed().as_secs() < 20, "{language:?} {unit}");
        }
    }
}
