//! `layers`

use crate::config::{AllowedEdge, CONFIG_FILE, LayerEntry, Layers};
use crate::new_code::OnNewCode;
use crate::report::{Level, Unmeasured};
use crate::rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Reach, Rule};
use facts::Sections;
use facts::hash::HashSet;
use facts::model::{RepoPath, Span};
use facts::repo::FileRecord;
use facts::source::Entry;
use std::collections::BTreeMap;
use trueno_graph::code::imports::{Declared, Manifests, Resolver, TreeIndex, folder, is_manifest};

/// The rule.
pub static RULE: Rule = Rule {
    id: "layers",
    title: "Folders depend on lower layers only",
    group: Group::Architecture,
    docs: Docs {
        what: "Follows imports (Rust, Python, JavaScript and TypeScript, Go, Java and its kin, quoted includes of C and its \
               kin, relative paths elsewhere) and the path dependencies of every `Cargo.toml` to the folders they lead \
               to, and reports each edge that `layers.order` forbids: to a higher layer, or to another folder of the \
               same layer. `layers.allow` names exceptions, each with its reason; one that no edge needs is reported, \
               and so is an entry of the order that matches no folder. With `require-all`, so is every folder with code \
               outside the order. Off without `[layers]`.",
        why: "An architecture that nothing checks is a wish. One edge upwards makes two layers one.",
        fix: "Move the code to the layer that it belongs to, hand the dependency in from above, or give the exception a \
              reason.",
        example: "With `order = [[\"cli\"], [\"core\"]]`, a `use cli::…` in `core/src/lib.rs` is reported.",
    },
    level: Some(Level::Error),
    options: &[],
    sections: Sections { comments: false, symbols: true, tokens: false },
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
    ],
};

const TWO_LAYERS: &str = "[layers]\norder = [[\"cli\"], [\"core\"]]";

fn check(input: &Input<'_>) -> Outcome {
    let Some(layers) = &input.config.layers else {
        return Outcome::not_asked("batuta.toml has no [layers]");
    };
    let listing = match input.listing() {
        Ok(listing) => listing,
        Err(why) => return Outcome::missing(why),
    };
    let paths = listing.entries.iter().filter_map(|entry| std::str::from_utf8(entry.path.as_bytes()).ok());
    let mut outcome = Outcome::default();
    let manifests = read_manifests(input, &listing.entries, &mut outcome);
    let resolver = Resolver::new(paths, manifests, input.facts);
    let mut judge = LayerJudge { layers, places: BTreeMap::new(), used: HashSet::default(), outcome };
    let mut followed = Followed::default();
    for file in input.files() {
        judge.follow_imports(file, &resolver, &mut followed);
    }
    for declared in &resolver.manifests.declared {
        if !input.settings.exclude.is_match(&RepoPath::from(declared.manifest.as_str())) {
            judge.declared(declared);
        }
    }
    if resolver.index.is_whole() {
        judge.unused_entries(&resolver.index);
        judge.unused_allowances();
    }
    if layers.require_all {
        judge.outside(input);
    }
    judge.conclude(followed)
}

/// The manifests of the tree. One that cannot be read or understood is not measured.
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

/// The files of the layers whose imports were followed, and those whose imports could not be, by language.
#[derive(Default)]
struct Followed {
    files: usize,
    not: BTreeMap<&'static str, Vec<RepoPath>>,
}

/// A folder of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Counted from the top.
    layer: usize,
    /// The folder that the entry matched.
    folder: String,
}

struct LayerJudge<'a> {
    layers: &'a Layers,
    /// Places by folder or file.
    places: BTreeMap<String, Option<Place>>,
    /// Indices of the allowances that were needed.
    used: HashSet<usize>,
    outcome: Outcome,
}

impl LayerJudge<'_> {
    fn follow_imports(&mut self, file: &FileRecord, resolver: &Resolver<'_>, followed: &mut Followed) {
        let Ok(path) = std::str::from_utf8(file.path().as_bytes()) else {
            return;
        };
        if self.place(path).is_none() || !file.data.facts.has_functions() {
            return;
        }
        let language = file.data.facts.language.spec();
        let mut seen: HashSet<(u32, String)> = HashSet::default();
        let mut understood = true;
        for import in &file.data.symbols().imports {
            let Some(targets) = resolver.targets(language.id, path, import) else {
                understood = false;
                break;
            };
            self.outcome.checked += 1;
            for target in targets {
                let Some(to) = self.place(&target).map(|place| place.folder) else {
                    continue;
                };
                if seen.insert((import.line, to)) {
                    let span = Span {
                        start_line: import.line,
                        end_line: import.line,
                        start_column: 1,
                        ..Span::default()
                    };
                    self.edge(path, &target, span, "imports");
                }
            }
        }
        match understood {
            true => followed.files += 1,
            false => followed.not.entry(language.name).or_default().push(file.path().clone()),
        }
    }

    fn declared(&mut self, declared: &Declared) {
        self.outcome.checked += 1;
        let how = format!("declares the dependency \"{}\", and so uses", declared.name);
        self.edge(&declared.manifest, &declared.to, declared.span, &how);
    }

    /// Judges the edge from one file to another file or folder.
    fn edge(&mut self, from_path: &str, to_path: &str, span: Span, how: &str) {
        let (Some(from), Some(to)) = (self.place(from_path), self.place(to_path)) else {
            return;
        };
        if from.layer < to.layer || from.folder == to.folder {
            return;
        }
        let allows = |edge: &AllowedEdge| is_under(from_path, &edge.from) && is_under(to_path, &edge.to);
        if let Some(index) = self.layers.allow.iter().position(allows) {
            self.used.insert(index);
            return;
        }
        let relation =
            if from.layer == to.layer { "stands in the same layer" } else { "stands in a higher layer" };
        let message = format!("`{}` {how} `{}`, which {relation}", from.folder, to.folder);
        self.outcome.findings.push(Draft {
            span: Some(span),
            help: "move the code, hand the dependency in from above, or add the edge with its reason to layers.allow"
                .to_owned(),
            context: format!("{} -> {}", from.folder, to.folder),
            ..Draft::new(&RepoPath::from(from_path), message)
        });
    }

    /// Where a file or folder stands: by the deepest of the folders around it that an entry names.
    fn place(&mut self, path: &str) -> Option<Place> {
        if let Some(known) = self.places.get(path) {
            return known.clone();
        }
        let own = self.layer_of(path).map(|layer| Place { layer, folder: path.to_owned() });
        let place = match own {
            Some(place) => Some(place),
            None if path.is_empty() => None,
            None => self.place(folder(path)),
        };
        self.places.insert(path.to_owned(), place.clone());
        place
    }

    /// The layer of the entry that names a folder: one that spells it out before one with a wildcard.
    fn layer_of(&self, path: &str) -> Option<usize> {
        let path = if path.is_empty() { "." } else { path };
        let find = |fits: &dyn Fn(&LayerEntry) -> bool| {
            self.layers.order.iter().position(|entries| entries.iter().any(fits))
        };
        find(&|entry| entry.text == path).or_else(|| find(&|entry| entry.matcher.is_match(path)))
    }

    /// An entry that matches nothing is a misspelling or a relic: what it should bind is not bound.
    fn unused_entries(&mut self, index: &TreeIndex<'_>) {
        let mut unused = Vec::new();
        for entry in self.layers.order.iter().flatten() {
            let matches = |path: &str| entry.matcher.is_match(path);
            if entry.text != "." && !index.has(&entry.text) && !index.folders().any(matches) {
                unused.push((
                    entry.line,
                    format!("layers.order names \"{}\", but there is no such folder", entry.text),
                ));
            }
        }
        for (line, message) in unused {
            self.config_finding(line, message, "correct or remove the entry");
        }
    }

    fn unused_allowances(&mut self) {
        for (index, edge) in self.layers.allow.iter().enumerate() {
            if !self.used.contains(&index) {
                let message =
                    format!("layers.allow lets `{}` use `{}`, which it does not", edge.from, edge.to);
                self.config_finding(edge.line, message, "remove the entry");
            }
        }
    }

    fn config_finding(&mut self, line: u32, message: String, help: &str) {
        self.outcome.findings.push(Draft {
            span: Some(Span::of_line(line)),
            help: help.to_owned(),
            context: message.clone(),
            ..Draft::new(&RepoPath::from(CONFIG_FILE), message)
        });
    }

    /// One finding for each folder with code outside the order, on its first file.
    fn outside(&mut self, input: &Input<'_>) {
        let mut folders: HashSet<Vec<u8>> = HashSet::default();
        for file in input.code_files() {
            let path = String::from_utf8_lossy(file.path().as_bytes()).into_owned();
            if self.place(&path).is_none() && folders.insert(file.path().parent().to_vec()) {
                let folder = folder(&path);
                self.outcome.findings.push(Draft {
                    help: "add the folder to layers.order".to_owned(),
                    context: folder.to_owned(),
                    ..Draft::new(file.path(), format!("the folder `{folder}` stands in no layer"))
                });
            }
        }
    }

    fn conclude(mut self, followed: Followed) -> Outcome {
        for (language, files) in &followed.not {
            let why =
                format!("the imports of {} files cannot be followed ({} of them)", language, files.len());
            let first = files.first().expect("a language is listed with a file").clone();
            self.outcome.not_measured.push(Unmeasured { path: first, why });
        }
        // Layers of code without a single import are far less likely than imports that nobody recognised.
        if self.outcome.checked == 0 {
            let languages: Vec<&str> = followed.not.keys().copied().collect();
            self.outcome.missing = Some(match (languages.as_slice(), followed.files) {
                ([], 0) => "no file with code stands in a folder of layers.order".to_owned(),
                ([], files) => format!("no import was found in the {files} files with code of the layers"),
                (languages, _) => format!("the imports of {} cannot be followed", languages.join(", ")),
            });
        }
        self.outcome
    }
}

fn is_under(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
