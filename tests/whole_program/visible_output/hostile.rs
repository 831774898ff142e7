//! A repository, and data, in which every word tries to control a terminal, a spreadsheet, a CI log or a page.

use crate::repository::Tree;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

/// Clears the screen; C1 and its CSI; a link; the clipboard; bell, backspace, return, DEL; reordering and invisible
/// characters.
pub const STEERING: &str = "\x1b[2J\u{9b}31m\u{85}\x1b]8;;http://x\x07\x1b]52;c;aGk=\x07\x08\r\x7f\u{202e}\u{2066}\u{200b}\u{2028}\u{e0041}\u{ad}\u{feff}";
/// Text with a special meaning in Markdown, HTML, XML, workflow commands.
pub const MARKUP: &str = "`</td><script>alert(1)</script>|]]>\"'&amp;%0A::error::%0D```";
/// At the beginning of a line it is a command to a CI system.
pub const FORGED: &str = "\n::error::forged\n::set-env name=A::b\n";

/// All of it in one text of several lines.
pub fn all() -> String {
    format!("a{STEERING}b{MARKUP}c{FORGED}d")
}

/// All of it in one line.
fn one_line() -> String {
    format!("a{STEERING}b{MARKUP}c").replace('\r', "")
}

/// A repository of two commits in which every word is hostile.
pub fn repository() -> Tree {
    let word = one_line();
    let tree = Tree::unborn(&[]);
    code(&tree, &word);
    texts(&tree, &word);
    configuration(&tree, &word);
    commit(tree.path(), &format!("@SUM(1) {word}"), &format!("=cmd|x {STEERING}"));
    for tag in ["=1+1", "v1\u{9b}\u{202e}\u{200b}"] {
        tree.git(&["tag", tag]);
    }
    tree.write("src/sum.py", "def more(x):\n    return x + 1\n");
    tree.write("crlf.py", "def ends():\r\n    \"\"\"Ends.\"\"\"\r\n    return 1\r\n");
    commit(tree.path(), &format!("=HYPERLINK(\"http://x\"){FORGED}{word}"), &format!("-1+1{STEERING}"));
    tree.git(&["switch", "--quiet", "--create", "=branch\u{9b}\u{202e}\u{200b}"]);
    tree
}

/// Source files: their names, and every place in them where a language allows any text.
fn code(tree: &Tree, word: &str) {
    let branches = (0..12).map(|n| format!("  if (x === {n}) {{ y += x * {n} - 1; }}\n")).collect::<String>();
    let quoted = word.replace('\\', "").replace('"', "'");
    let script = format!(
        "// TODO: {word}\n// FIXME: {word}\nclass A {{\n \"{quoted}\"(x, y) {{\n{branches}  return y;\n }}\n}}\n\
         const table = {{ \"{quoted}\": function (x, y) {{\n{branches}  return y; }} }};\n\
         describe(\"{quoted}\", () => {{ it(\"{quoted}\", () => {{ table[\"{quoted}\"](1, 2); }}); }});\n\
         import {{ a }} from \"./{quoted}\";\nexport default A;\n"
    );
    let kotlin = format!(
        "// batuta: allow(satd, \"{quoted}\")\n// HACK: {word}\nfun `{}`(x: Int): Int {{\n    return x + 1\n}}\n",
        word.replace(['`', '\n'], "").replace('/', "")
    );
    let python = format!(
        "\"\"\"{word}{FORGED}\"\"\"\nimport os\n\n\ndef shown(x):\n    \"\"\"{word}\"\"\"\n    # XXX: {word}\n    return \"{quoted}\" + x\n"
    );
    // Names as Git accepts them; one that is not UTF-8, one with line ends, one that is a formula.
    let name = file_name();
    tree.write(format!("{name}.js"), &script);
    tree.write(format!("copy/{name}.js"), &script);
    tree.write(format!("line{}/forged.kt", FORGED.replace('/', "")), kotlin);
    tree.write("=cmd|' C calc'!A0.py", &python);
    tree.write("-lead.py", &python);
    tree.write(
        "@SUM(1).rs",
        format!(
            "//! {word}\n\n/// {word}\npub fn f<'a>(x: &'a str) -> String {{ format!(\"{{x}}{quoted}\") }}\n"
        ),
    );
    tree.write(Path::new(OsStr::from_bytes(b"stray\xff\x9b[2J.py")), &python);
    let mut raw = b"# TODO: \xff\x1b[2J\x9b\ndef raw():\n    return '".to_vec();
    raw.extend_from_slice(b"\xfe\x1b]0;x\x07'\n");
    tree.write("raw.py", raw);
}

/// The name of a file, without its extension.
fn file_name() -> String {
    format!("x{STEERING}{}", MARKUP.replace('/', ""))
}

/// Other files that are read besides code.
fn texts(tree: &Tree, word: &str) {
    tree.write("README.md", format!("# {word}\n\n{word} is a tool.{FORGED}\n"));
    tree.write("LICENSE", format!("MIT {word}\n"));
    tree.write("CODEOWNERS", format!("* @{word}\n"));
    tree.write(".mailmap", format!("{STEERING} <m@x> <other@x>\n"));
    tree.write(
        "lcov.info",
        format!(
            "SF:{word}.py\nDA:1,0\nend_of_record\nSF:raw.py\nDA:2,1\nend_of_record\nSF:{}.js\n{}end_of_record\n",
            file_name(),
            (1..=16).map(|line| format!("DA:{line},0\n")).collect::<String>()
        ),
    );
    tree.write(".env", format!("API_KEY=\"sk_live_{}{word}\"\n", "4eC39HqLyjWDarjtT1zdp7dc"));
    let json = |text: &str| serde_json::to_string(text).expect("text is JSON");
    let scripts = format!("{{ \"test\": {0}, \"build\": {0}, {0}: {0} }}", json(&all()));
    tree.write("package.json", format!("{{ \"name\": {0}, \"main\": {0}, \"bin\": {{ {0}: \"x.js\" }}, \"scripts\": {scripts}, \"dependencies\": {{ {0}: {0} }} }}\n", json(&all())));
    tree.write("composer.json", format!("{{ \"name\": {}, \"scripts\": {scripts} }}\n", json(&all())));
    // TOML writes control characters as escapes, with this many digits.
    let toml = json(word).replace('\u{7f}', "\\u007f");
    tree.write("Cargo.toml", format!("[package]\nname = {toml}\nversion = \"1.0.0\"\ndescription = {toml}\n\n[dependencies]\n{toml} = {toml}\n"));
    tree.write(
        "pyproject.toml",
        format!("[project]\nname = {toml}\nversion = \"1\"\n\n[project.scripts]\n{toml} = {toml}\n"),
    );
    tree.write("Makefile", format!("test: {}\n\techo {word}\n", "x"));
    tree.write(
        ".github/workflows/ci.yml",
        format!("on: push\njobs:\n  test:\n    steps:\n      - run: {}\n", json(&all())),
    );
}

fn configuration(tree: &Tree, word: &str) {
    let toml = serde_json::to_string(&word.replace(['[', ']', '{', '}'], "")).expect("text is JSON");
    let toml = toml.replace('\u{7f}', "\\u007f");
    tree.write(
        "batuta.toml",
        format!(
            "[rules.cyclomatic-complexity]\nlevel = \"error\"\nmax = 2\nexclude = [{toml}]\n\n[rules.satd]\nlevel = \"error\"\n\n\
             [rules.function-length]\nmax = 3\n\n[rules.coverage]\nlevel = \"error\"\nreport = \"lcov.info\"\n\n\
             [rules.duplication]\nmin-tokens = 20\n"
        ),
    );
}

/// Commits everything under a hostile name.
fn commit(folder: &Path, message: &str, author: &str) {
    // Read from a file, because then Git's own cleanup removes only blank lines.
    let file = folder.join(".git/message");
    fs::write(&file, message).expect("the tree can be written");
    let words: [&[&str]; 2] =
        [&["add", "--all"], &["commit", "--quiet", "--cleanup=verbatim", "--file", ".git/message"]];
    for words in words {
        let mut command = Command::new("git");
        command.args(words).current_dir(folder);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), author.replace('\n', " "));
            command.env(format!("GIT_{role}_EMAIL"), format!("+1@example.org{STEERING}"));
            command.env(format!("GIT_{role}_DATE"), "2024-03-01T12:00:00Z");
        }
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A folder with data whose columns and classes are hostile, and a model of it.
pub fn data() -> Tree {
    let word = one_line().replace('"', "");
    let mut csv = format!("\"=n {word}\",\"@x\",\"class {word}\"\n");
    for row in 0..40 {
        let class = if row % 2 == 0 { format!("=1+1 {word}") } else { "-x\u{9b}".to_owned() };
        csv.push_str(&format!("{row},{},\"{class}\"\n", (row * 7) % 13));
    }
    Tree::folder(&[("data.csv", &csv)])
}
