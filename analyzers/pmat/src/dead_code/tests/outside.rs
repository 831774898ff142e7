//! What is used from where no use can be seen: by those who install a package, by the language and its tools, by what is not
//! read as code. And what stands on a doubt.

use super::{Confidence, DeadCodeOptions, MANIFEST, analyzed, dead};

const PACKAGE: (&str, &str) =
    ("package.json", "{\"name\": \"a\", \"version\": \"1.0.0\", \"main\": \"index.js\"}");
const PYPROJECT: (&str, &str) = ("pyproject.toml", "[project]\nname = \"pkg\"\nversion = \"1\"\n");

pub(super) fn none_dead(files: &[(&str, &str)]) {
    assert_eq!(dead(files), Vec::<String>::new(), "{files:?}");
}

#[test]
fn what_a_doubtful_definition_uses_is_as_doubtful() {
    let rust = "fn main() { red(); green(); blue(); }\nfn red() {}\nfn green() {}\nfn blue() {}\n#[cfg(windows)]\nfn there() { used_there(); }\nfn used_there() { deeper(); }\nfn deeper() {}\n\
                mod other;\n";
    let other = "pub(crate) fn nowhere() {}\n";
    let files = [MANIFEST, ("src/main.rs", rust), ("src/other.rs", other)];
    assert_eq!(dead(&files), ["there?", "used_there?", "deeper?", "nowhere"]);
    let python = "def open_to_all():\n    def inner():\n        return _helper()\n    return inner()\n\n\
                  def _helper():\n    return 1\n\ndef _nowhere():\n    return 2\n";
    assert_eq!(dead(&[("a.py", python)]), ["open_to_all??", "open_to_all.inner??", "_helper??", "_nowhere?"]);
}

#[test]
fn no_confidence_is_above_that_of_a_user() {
    let script = "class Linter {\n  getCode() {\n    function inner() { return 2; }\n    return inner();\n  }\n}\nnew Linter();\n";
    let files = [("package.json", "{\"name\": \"a\", \"private\": true}"), ("index.js", script)];
    let report = analyzed(&files, DeadCodeOptions::default());
    assert!(report.items.iter().all(|item| item.confidence == Confidence::Likely), "{:?}", report.items);
}

#[test]
fn a_class_may_have_the_name_of_its_base() {
    let wrapper = "import textwrap\n\nclass TextWrapper(textwrap.TextWrapper):\n    def _wrap_chunks(self, chunks):\n        \
                   return []\n";
    none_dead(&[
        PYPROJECT,
        ("pkg/__init__.py", "from ._wrap import TextWrapper\n"),
        ("pkg/_wrap.py", wrapper),
    ]);
    let java = "public class Handler extends java.util.logging.Handler {\n  void flushAll() {}\n  private void own() {}\n}\n";
    assert_eq!(dead(&[("Handler.java", java)]), ["Handler.own"]);
}

#[test]
fn declarations_that_merge_with_others_are_used() {
    let global =
        "export {};\ndeclare global {\n  interface Window { myFlag: boolean }\n  type Own = number;\n}\n";
    none_dead(&[PACKAGE, ("index.js", "console.log(1);\n"), ("src/g.ts", global)]);
    let module = "import 'express';\ndeclare module 'express' {\n  interface Request { user: string }\n}\n";
    none_dead(&[PACKAGE, ("index.js", "console.log(1);\n"), ("src/m.ts", module)]);
    none_dead(&[
        PACKAGE,
        ("index.js", "console.log(1);\n"),
        ("src/s.ts", "interface Window { flag: boolean }\n"),
    ]);
}

#[test]
fn a_document_with_scripts_names_things_and_defines_none() {
    let page =
        "<script>\nfunction one() { helper(); }\nfunction two() { one(); }\nfunction three() {}\n</script>\n";
    let main = "fn main() {}\nfn idle() {}\n";
    // The page stands before and behind the code: nothing of it is taken for a definition there.
    for path in ["a.html", "z.html", "z.vue"] {
        let files = [(path, page), MANIFEST, ("src/main.rs", main), ("src/z.js", "function helper() {}\n")];
        assert_eq!(dead(&files), ["idle"], "{path}");
    }
}

#[test]
fn a_file_that_a_string_names_by_path_is_loaded() {
    let loader =
        "export async function run(plop) {\n  await plop.load('../lib/make-files.js', {}, true);\n}\n";
    let made = "export default function makeFiles() { return helper(); }\nfunction helper() { return 1; }\n";
    let idle = "export function idle() { return 1; }\n";
    let files = [
        PACKAGE,
        ("index.js", "export { run } from './src/run.js';\n"),
        ("src/run.js", loader),
        ("lib/make-files.ts", made),
        ("lib/files.ts", idle),
    ];
    assert_eq!(dead(&files), ["idle?"]);
}

#[test]
fn methods_of_protocols_are_called_by_name() {
    let python = "import enum\n\nclass Table:\n    def _repr_html_(self):\n        return ''\n    def _ipython_display_(self):\n        \
                  pass\n    def _own(self):\n        pass\n\nclass Kind(enum.Enum):\n    @classmethod\n    def _missing_(cls, \
                  value):\n        return None\n\nprint(Table(), Kind)\n";
    assert_eq!(dead(&[("main.py", python)]), ["Table._own"]);
}

#[test]
fn a_module_of_the_program_may_have_the_name_of_a_test() {
    let files = [
        MANIFEST,
        ("src/main.rs", "mod test_plan;\nmod limits;\nfn main() { test_plan::plan(); }\n"),
        ("src/test_plan.rs", "pub fn plan() -> u8 { crate::limits::largest() }\n"),
        ("src/limits.rs", "pub fn largest() -> u8 { 9 }\n"),
    ];
    none_dead(&files);
    let files = [
        MANIFEST,
        ("src/lib.rs", "#[cfg(test)]\nmod support;\nfn by_tests() {}\n"),
        ("src/support/mod.rs", "mod deep;\n"),
        ("src/support/deep.rs", "#[test]\nfn t() { crate::by_tests(); }\n"),
    ];
    assert_eq!(dead(&files), ["by_tests??!"]);
}

#[test]
fn who_installs_a_package_calls_the_members_of_what_it_gives() {
    let class = "class Linter {\n  verify() { return 1; }\n}\n";
    none_dead(&[PACKAGE, ("index.js", &format!("{class}exports.Linter = Linter;\n"))]);
    none_dead(&[PACKAGE, ("index.js", &format!("{class}module.exports = new Linter();\n"))]);
    none_dead(&[
        PACKAGE,
        ("index.js", "const { Linter } = require('./lib/linter');\nmodule.exports = { Linter };\n"),
        ("lib/linter.js", &format!("{class}module.exports = {{ Linter }};\n")),
    ]);
    none_dead(&[
        PACKAGE,
        ("index.js", "class Core {\n  run() { return 1; }\n}\nexport class Checker extends Core {}\n"),
    ]);
    let models = "class Base:\n    def raw(self):\n        return 1\n\nclass Response(Base):\n    def is_redirect(self):\n        \
                  return True\n    def _own(self):\n        return 1\n";
    let files =
        [PYPROJECT, ("pkg/__init__.py", "from ._models import Response\n"), ("pkg/_models.py", models)];
    assert_eq!(dead(&files), ["Response._own?"]);
    none_dead(&[
        PYPROJECT,
        ("pkg/__init__.py", "from ._all import *\n"),
        ("pkg/_all.py", "def shown():\n    return 1\n"),
    ]);
}

#[test]
fn entries_that_are_built_have_their_sources_here() {
    let operations = ("src/ops.ts", "export function lint(): number { return 1; }\n");
    let by_pattern = "{\"name\": \"a\", \"exports\": {\"./*\": \"./dist/*.js\"}}";
    let compiler = ("tsconfig.json", "{\"compilerOptions\": {\"rootDir\": \"src\", \"outDir\": \"dist\"}}");
    none_dead(&[("package.json", by_pattern), compiler, operations]);
    none_dead(&[("package.json", "{\"name\": \"a\", \"bin\": {\"a\": \"./dist/esm/ops.mjs\"}}"), operations]);
    let bundled = "{\"name\": \"a\", \"main\": \"dist/bundle.js\", \"scripts\": {\"build\": \"esbuild src/ops.ts --bundle\"}}";
    none_dead(&[("package.json", bundled), operations]);
    // What is named and not here may be built of anything.
    none_dead(&[("package.json", "{\"name\": \"a\", \"main\": \"build/all.js\"}"), operations]);
}

#[test]
fn files_that_are_not_read_as_code_use_what_they_name() {
    let manifest = ("package.json", "{\"name\": \"a\", \"version\": \"1.0.0\", \"main\": \"src/main.js\"}");
    let thing = ("src/thing.js", "export function useThing() { return 1; }\n");
    let main = ("src/main.js", "console.log(1);\n");
    for (path, text) in [
        ("src/App.vue", "<script setup>\nimport { useThing } from './thing';\nuseThing();\n</script>\n"),
        ("src/App.svelte", "<script>\nimport { useThing } from './thing';\n</script>\n<p>{useThing()}</p>\n"),
        (
            "index.html",
            "<script type=\"module\">import { useThing } from './src/thing.js'; useThing();</script>\n",
        ),
    ] {
        none_dead(&[manifest, thing, main, (path, text)]);
    }
    let notebook =
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"import a\\n\", \"a._shown()\"]}]}\n";
    none_dead(&[("a.py", "def _shown():\n    return 1\n"), ("b.ipynb", notebook)]);
}

#[test]
fn an_export_without_a_name_is_used_by_who_imports_the_file() {
    let page =
        ("page.js", "export function other() { return 2; }\nexport default function Page() { return 1; }\n");
    none_dead(&[
        PACKAGE,
        page,
        (
            "index.js",
            "const lazy = (load) => load().then((m) => m.default());\nlazy(() => import('./page'));\n",
        ),
    ]);
    let index = "import Shown from './page';\nimport { other } from './page';\nShown(other());\n";
    none_dead(&[PACKAGE, page, ("index.js", index)]);
}

#[test]
fn names_that_are_put_together_are_used() {
    let c = "#define CALL(n) by_##n()\nstatic int by_macro(void) { return 1; }\nstatic int really_dead(void) { return 2; }\n\
             int main(void) { return CALL(macro); }\n";
    assert_eq!(dead(&[("main.c", c)]), ["really_dead"]);
    let pairs = "#define CAT(a, b) a##b\nstatic int get_size(void) { return 1; }\nint main(void) { return CAT(get_, size)(); }\n";
    none_dead(&[("main.c", pairs)]);
    let python = "class Shell:\n    def run(self, word):\n        return getattr(self, f'_do_{word}')()\n    def _do_quit(self):\n        \
                  return 1\n\nShell().run('quit')\n";
    none_dead(&[("a.py", python)]);
}

#[test]
fn comments_that_are_directives_name_entry_points() {
    let go = "package main\n\nimport \"C\"\n\n//export goCallback\nfunc goCallback(a C.int) C.int { return a }\n\nfunc main() {}\n";
    none_dead(&[("go.mod", "module a\n\ngo 1.22\n"), ("main.go", go)]);
    let assembly = "TEXT ·start(SB), 0, $0\n    CALL ·inGo(SB)\n";
    let go = "package main\n\nfunc start()\n\nfunc inGo() {}\n\nfunc main() { start() }\n";
    none_dead(&[("go.mod", "module a\n"), ("main.go", go), ("a_amd64.s", assembly)]);
    none_dead(&[PACKAGE, ("index.js", "/* exported init */\nfunction init() { return 1; }\n")]);
}

#[test]
fn programs_start_where_their_language_says() {
    let csharp = "class P {\n  static void Main() { Helper(); }\n  static void Helper() { System.Console.WriteLine(1); }\n  \
                  static void Nobody() {}\n}\n";
    assert_eq!(dead(&[("a.cs", csharp)]), ["P.Nobody"]);
    none_dead(&[("a.kt", "private fun main() { helper() }\nprivate fun helper() { println(1) }\n")]);
}

#[test]
fn parts_of_a_type_in_other_files_use_its_private_members() {
    let files = [
        ("a.cs", "public partial class A {\n  private void Shared() {}\n  private void Nobody() {}\n}\n"),
        ("b.cs", "public partial class A {\n  public void Run() { Shared(); }\n}\n"),
    ];
    assert_eq!(dead(&files), ["A.Nobody"]);
}

#[test]
fn files_of_c_that_others_include_are_used_by_them() {
    let files = [
        (
            "ae.c",
            "#ifdef HAVE_EPOLL\n#include \"ae_epoll.c\"\n#else\n#include \"ae_select.c\"\n#endif\nint main(void) { return poll_it(); }\n",
        ),
        ("ae_epoll.c", "static int poll_it(void) { return 1; }\n"),
        ("ae_select.c", "static int poll_it(void) { return 2; }\n"),
    ];
    none_dead(&files);
}

#[test]
fn macros_above_an_include_may_be_for_the_header() {
    let c = "#define _GNU_SOURCE\n#define WITH_EXTRAS 1\n#include <stdio.h>\n#define NOBODY 2\nenum kinds { ONE, TWO };\n\
             int main(void) { return ONE; }\n";
    assert_eq!(dead(&[("main.c", c)]), ["NOBODY"]);
}

#[test]
fn methods_of_classes_without_a_name_go_with_their_object() {
    let java = "public class A {\n  public Runnable make() {\n    return new Task() {\n      @Override\n      boolean canOpen() { return \
                true; }\n      void other() {}\n    };\n  }\n}\n";
    none_dead(&[("A.java", java)]);
    let script = "module.exports = new (class extends Visitor {\n  onEnter() { return 1; }\n})();\n";
    none_dead(&[PACKAGE, ("index.js", script)]);
}

#[test]
fn functions_in_fields_are_members() {
    let layout = "export class Portal {\n  setLayout = (x: number) => x;\n  private own = () => 1;\n  private used = () => 2;\n  \
                  run() { return this.used(); }\n}\n";
    let files = [PACKAGE, ("index.ts", "export { Portal } from './portal';\n"), ("portal.ts", layout)];
    assert_eq!(dead(&files), ["Portal.own"]);
}

#[test]
fn what_is_kept_on_purpose_says_so() {
    let go = "package main\n\nfunc main() {}\n\n//lint:ignore U1000 useful for debugging\nfunc show() {}\n\nfunc hide() {}\n";
    assert_eq!(dead(&[("go.mod", "module a\n"), ("main.go", go)]), ["hide"]);
    let java = "public class A {\n  @SuppressWarnings(\"unused\")\n  private void kept() {}\n  private void dropped() {}\n}\n";
    assert_eq!(dead(&[("A.java", java)]), ["A.dropped"]);
}

#[test]
fn tools_find_functions_of_files_with_a_build_constraint() {
    let mage = "//go:build mage\n\npackage main\n\nfunc Install() error { return help() }\n\nfunc help() error { return nil }\n";
    none_dead(&[
        ("go.mod", "module a\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
        ("magefile.go", mage),
    ]);
    let kinds = "package main\n\nconst (\n\tfirst = iota\n\tsecond\n\tthird\n)\n\nconst alone = 1\n\nfunc main() { println(second) }\n";
    assert_eq!(dead(&[("go.mod", "module a\n"), ("main.go", kinds)]), ["alone"]);
}

#[test]
fn members_that_an_interface_asks_for_have_no_modifier() {
    let csharp = "public class A : IBindingList {\n  void IBindingList.RemoveIndex(int a) {}\n}\n";
    none_dead(&[("a.cs", csharp)]);
}

#[test]
fn members_of_local_classes_are_called_from_elsewhere() {
    let files = [
        (
            "a.py",
            "import b\n\ndef make():\n    class Shape:\n        def _draw(self):\n            return 1\n    b.show(Shape())\n\nmake()\n",
        ),
        ("b.py", "def show(shape):\n    return shape._draw()\n"),
    ];
    none_dead(&files);
}

#[test]
fn a_script_of_a_page_shares_its_names_whatever_it_asks_a_library_for() {
    let files = [
        PACKAGE,
        ("index.js", "console.log(1);\n"),
        ("gui/app.js", "angular.module('a', []);\nvar base = 'rest';\nfunction listed(m) { return m; }\n"),
        ("gui/other.js", "angular.module('a').run(function () { listed(base); });\n"),
    ];
    none_dead(&files);
}

#[test]
fn pointers_words_and_modules_name_functions() {
    let c = "static void set_up(void) {}\nvoid (* const first[])(void) = { set_up };\nint main(void) { return 0; }\n";
    assert!(!dead(&[("main.c", c)]).contains(&"set_up".to_owned()));
    let bash =
        "#!/bin/bash\nrun() { \"$1\"; }\nbackup_all() { echo 1; }\nnobody() { echo 2; }\nrun backup_all\n";
    assert_eq!(dead(&[("a.sh", bash)]), ["nobody?"]);
    let rust = "mod as_text { pub fn serialize() -> u8 { 1 } pub fn other() {} }\n#[derive(Serialize)]\nstruct S {\n    \
                #[serde(with = \"as_text\")]\n    a: u8,\n}\nfn main() { S { a: 1 }; }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", rust)]), ["as_text::other"]);
    let help = (
        "help/testing.go",
        "package help\n\nimport \"testing\"\n\nfunc Env(t testing.TB) string { return \"\" }\n",
    );
    none_dead(&[("go.mod", "module a\n"), ("main.go", "package main\n\nfunc main() {}\n"), help]);
}

#[test]
fn a_manifest_says_where_its_library_begins() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"1.0.0\"\n[lib]\npath = \"demo.rs\"\n";
    let library = "pub mod part;\npub fn shown() {}\nfn idle() {}\n";
    let files = [("Cargo.toml", manifest), ("demo.rs", library), ("part.rs", "pub fn shown_too() {}\n")];
    assert_eq!(dead(&files), ["idle"]);
}
