//! `layers`

mod circles;
mod judge;
mod origins;
mod places;

use crate::config::Options;
use crate::level::Level;
use crate::report::Unmeasured;
use crate::rule::{Docs, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
use facts::Sections;
use facts::model::RepoPath;
use facts::source::Entry;
use judge::{Followed, LayerJudge};
use trueno_graph::code::imports::{Manifests, Resolver, is_manifest};

/// The rule.
pub static RULE: Rule = Rule {
    id: "layers",
    title: "Folders depend on lower layers only",
    group: Group::Architecture,
    docs: Docs {
        what: "Follows imports (Rust, Python, JavaScript and TypeScript, Go, Java and the like, quoted \
               includes of C and the like, relative paths elsewhere) and the path dependencies of every \
               `Cargo.toml` to the folders they lead to, and reports each edge that `layers.order` forbids: \
               to a higher layer, or to another folder of the same layer. `layers.allow` names exceptions, \
               each with its reason; one that no edge needs is reported, and so is an entry of the order \
               that matches no folder. With `require-all`, so is every folder with code outside the order. \
               Off without `[layers]`. `[layers.within.\"src/core\"]` gives the modules of one folder an \
               order of their own, with `allow` and `require-all` as above. Its entries are names in that \
               folder: `parse` is the folder `parse` and the file `parse.rs` (`parse.py`, `parse.ts`). \
               `layers.acyclic` names folders whose modules may use each other in any order, but not in \
               circles. In both a name counts for the module that defines it, also where another file hands \
               it on (`pub use`, `export … from`), and imports of tests do not count. Files that no entry \
               names, such as a crate's `lib.rs`, are not judged. Only imports are followed: a path that is \
               written out where it is used (`crate::b::f()`) is not seen.",
        why: "An architecture that nothing checks is a wish. One edge upwards makes two layers one.",
        fix: "Move the code to the layer that it belongs to, hand the dependency in from above, or give the exception a \
              reason.",
        example: "With `order = [[\"cli\"], [\"core\"]]`, a `use cli::…` in `core/src/lib.rs` is reported. With \
                  `[layers.within.\"core/src\"]` and `order = [[\"cache\"], [\"model\"]]`, a `use crate::cache::…` in \
                  `core/src/model/row.rs` is.",
    },
    level: Some(Level::Error),
    options: Options::none(),
    sections: Sections { comments: false, symbols: true, tokens: false, types: false },
    reach: Reach::Tree,
    on_new_code: OnNewCode::Compared,
    unit: "dependencies",
    judge: Judge::Tree(check),
    fixtures: &[
        Fixture {
            name: "a use and a manifest that lead upwards",
            files: &[
                ("cli/Cargo.toml", "[package]\nname = \"the-cli\"\n"),
                ("cli/src/lib.rs", "pub fn run() {}\n"),
                (
                    "core/Cargo.toml",
                    "[package]\nname = \"core-parts\"\n\n[dependencies]\nthe-cli = { path = \"../cli\" }\n",
                ),
                ("core/src/lib.rs", "//! Parts.\nuse the_cli::run;\n"),
            ],
            config: TWO_LAYERS,
            findings: &[("core/Cargo.toml", 5), ("core/src/lib.rs", 2)],
        },
        Fixture {
            name: "a Python module that imports its neighbour in the same layer",
            files: &[
                ("app/main.py", "import parts.a\n"),
                ("parts/a/__init__.py", "from ..b import thing\n"),
                ("parts/b/__init__.py", "thing = 1\n"),
                ("parts/__init__.py", ""),
            ],
            config: "[layers]\norder = [[\"app\"], [\"parts/*\"]]",
            findings: &[("parts/a/__init__.py", 1)],
        },
        Fixture {
            name: "an entry without a folder, an exception without an edge",
            files: &[("cli/main.py", "import core\n"), ("core/__init__.py", ""), ("setup.py", "")],
            config: "[layers]\norder = [[\"cli\", \"gone\"], [\"core\"]]\nallow = [{ from = \"core\", to = \"cli\", reason = \"r\" }]",
            findings: &[("batuta.toml", 2), ("batuta.toml", 3)],
        },
        Fixture {
            name: "code outside the order",
            files: &[("cli/main.py", "import core\n"), ("core/__init__.py", ""), ("extra/x.py", "")],
            config: "[layers]\norder = [[\"cli\"], [\"core\"]]\nrequire-all = true",
            findings: &[("extra/x.py", 0)],
        },
        Fixture {
            name: "edges downwards, and one upwards with a reason",
            files: &[
                (
                    "cli/Cargo.toml",
                    "[package]\nname = \"the-cli\"\n\n[dependencies]\ncore-parts.path = \"../core\"\n",
                ),
                ("cli/src/lib.rs", "use core_parts::part;\n"),
                ("core/Cargo.toml", "[package]\nname = \"core-parts\"\n"),
                ("core/src/lib.rs", "pub fn part() {}\n"),
                ("core/tests/whole.rs", "use the_cli as _;\n"),
            ],
            config: "[layers]
order = [[\"cli\"], [\"core\"]]
allow = [{ from = \"core/tests\", to = \"cli\", reason = \"tests of the whole\" }]",
            findings: &[],
        },
        Fixture {
            name: "a module that uses one above it, straight and through the root of the crate",
            files: &[
                ("core/src/lib.rs", "mod cache;\nmod model;\nmod size;\npub use cache::Cache;\n"),
                (
                    "core/src/cache/mod.rs",
                    "use crate::model::Row;\nuse crate::size::Size;\npub struct Cache;\n",
                ),
                (
                    "core/src/model.rs",
                    "use crate::Cache;\npub struct Row;\n\n#[cfg(test)]\nmod tests {\n    use crate::cache::Cache;\n}\n",
                ),
                ("core/src/model/column.rs", "use super::Row;\nuse crate::{cache::Cache, size::Size};\n"),
                ("core/src/size.rs", "use crate::model::Row;\npub struct Size;\n"),
            ],
            config: "[layers.within.\"core/src\"]\norder = [[\"cache\"], [\"model\", \"size\"]]",
            findings: &[
                ("core/src/model.rs", 1),
                ("core/src/model/column.rs", 2),
                ("core/src/model/column.rs", 2),
                ("core/src/size.rs", 1),
            ],
        },
        Fixture {
            name: "modules in circles in Python and TypeScript",
            files: &[
                ("shop/__init__.py", ""),
                ("shop/cart.py", "from . import price\n"),
                ("shop/price/__init__.py", "from .tax import rate\n"),
                ("shop/price/tax.py", "from shop.cart import items\n\nrate = 1\n"),
                ("ui/index.ts", "export { draw } from './draw';\nexport { state } from './state';\n"),
                ("ui/draw.ts", "import { state } from './index';\nexport const draw = () => state;\n"),
                ("ui/state.ts", "import { draw } from './index';\nexport const state = draw;\n"),
            ],
            config: "[layers.within.shop]\norder = [[\"cart\"], [\"price\"]]\n\
                     [layers.within.ui]\norder = [[\"draw\"], [\"state\"]]",
            findings: &[("shop/price/tax.py", 1), ("ui/state.ts", 1)],
        },
        Fixture {
            name: "a module without an order, an entry without a module, an exception without an edge",
            files: &[
                ("Cargo.toml", "[package]\nname = \"core\"\n"),
                ("src/lib.rs", "mod a;\nmod b;\n"),
                ("src/a.rs", "use crate::b::B;\n"),
                ("src/b/mod.rs", "pub struct B;\n"),
            ],
            config: "[layers.within.src]\norder = [[\"a\"], [\"gone\"]]\nrequire-all = true\n\
                     allow = [{ from = \"b\", to = \"a\", reason = \"r\" }]",
            findings: &[("batuta.toml", 2), ("batuta.toml", 4), ("src/b/mod.rs", 0)],
        },
        Fixture {
            name: "modules in a circle, one of them through the root of the crate, and a folder that is not there",
            files: &[
                ("Cargo.toml", "[package]\nname = \"core\"\n"),
                ("src/lib.rs", "mod a;\nmod b;\nmod c;\npub use c::C;\n"),
                ("src/a.rs", "use crate::b::B;\npub struct A;\n"),
                ("src/b/mod.rs", "mod inner;\npub struct B;\n"),
                ("src/b/inner.rs", "use super::B;\nuse crate::C;\n"),
                ("src/c.rs", "use crate::a::A;\npub struct C;\n"),
            ],
            config: "[layers]\nacyclic = [\"src\", \"lib\"]",
            findings: &[("batuta.toml", 2), ("src/a.rs", 1)],
        },
        Fixture {
            name: "no circle but one with a reason",
            files: &[
                ("Cargo.toml", "[package]\nname = \"core\"\n"),
                ("src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
                (
                    "src/a.rs",
                    "use crate::b::B;\npub struct A;\n\n#[cfg(test)]\nmod tests {\n    use crate::c::C;\n}\n",
                ),
                ("src/b.rs", "use crate::a::A;\npub struct B;\n"),
                ("src/c.rs", "use crate::{a::A, b::B};\npub struct C;\n"),
            ],
            config: "[layers]\nacyclic = [\"*\"]\nallow = [{ from = \"src/b\", to = \"src/a\", reason = \"r\" }]",
            findings: &[],
        },
        Fixture {
            name: "modules that use what stands below them, one exception, and tests",
            files: &[
                ("Cargo.toml", "[package]\nname = \"core\"\n"),
                ("src/lib.rs", "mod cache;\nmod model;\npub use model::Row;\n"),
                ("src/cache.rs", "mod store;\nuse crate::Row;\n"),
                ("src/cache/store.rs", "use super::*;\nuse crate::model::Row;\n"),
                ("src/model.rs", "use crate::cache::Cache;\npub struct Row;\n\n#[cfg(test)]\nmod tests;\n"),
                ("src/model/tests.rs", "use crate::cache::store::Store;\n"),
            ],
            config: "[layers.within.src]\norder = [[\"cache\"], [\"model\"]]\nrequire-all = true\n\
                     allow = [{ from = \"model\", to = \"cache\", reason = \"the rows know their cache\" }]",
            findings: &[],
        },
    ],
};

const TWO_LAYERS: &str = "[layers]\norder = [[\"cli\"], [\"core\"]]";

fn check(input: &Input<'_>) -> Outcome {
    let Some(layers) = &input.config.layers else {
        return Outcome::not_asked("batuta.toml has no [layers]");
    };
    let listing = match input.listing() {
        Ok(listing) => listing,
        Err(why) => return Outcome::failed(why),
    };
    let paths = listing.entries.iter().filter_map(|entry| std::str::from_utf8(entry.path.as_bytes()).ok());
    let mut outcome = Outcome::default();
    let manifests = read_manifests(input, &listing.entries, &mut outcome);
    let resolver = Resolver::new(paths, manifests, input.facts);
    let mut judge = LayerJudge::new(layers, &resolver, input.facts, outcome);
    let mut followed = Followed::default();
    for file in input.files() {
        judge.follow_imports(file, &mut followed);
    }
    for declared in &resolver.manifests.declared {
        if !input.settings.exclude.is_match(&RepoPath::from(declared.manifest.as_str())) {
            judge.declared(declared);
        }
    }
    judge.circles();
    if resolver.index.is_whole() {
        judge.unused();
    }
    judge.outside(input);
    judge.conclude(followed)
}

/// The manifests of the tree. Those that cannot be read or parsed are reported as not measured.
fn read_manifests(input: &Input<'_>, entries: &[Entry], outcome: &mut Outcome) -> Manifests {
    let mut texts = Vec::new();
    for entry in entries {
        let Ok(path) = std::str::from_utf8(entry.path.as_bytes()) else {
            continue;
        };
        if !is_manifest(path) {
            continue;
        }
        let text = input.tree.read(entry).map_err(|error| error.to_string());
        match text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())) {
            Ok(text) => texts.push((path.to_owned(), text)),
            Err(why) => outcome.not_measured.push(Unmeasured { path: entry.path.clone(), why }),
        }
    }
    let manifests = Manifests::new(&texts);
    let unclear = manifests.unclear.iter().map(|(path, why)| {
        let why = format!("the manifest cannot be understood: {}", why.trim());
        Unmeasured { path: RepoPath::from(path.as_str()), why }
    });
    outcome.not_measured.extend(unclear);
    manifests
}
