//! What keeps a dead definition from being certain.

use super::entry_points::Roots;
use super::heaps;
use super::judge::{Judgement, is_judged, is_underscored};
use super::places::{Place, folder};
use super::reach::Reach;
use super::uses::{in_function, is_header};
use super::world::{Def, FileView, World, family, is_function};
use super::{Confidence, Reason};
use facts::hash::HashMap;
use facts::language::{Language, is_test_condition};
use facts::model::{Definition, DefinitionKind, ParseStatus, Visibility};
use trueno_graph::code::NodeId;

/// A reason for which a definition that looks dead may be in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doubt {
    pub why: &'static str,
    /// How sure it is under this doubt at most.
    pub at_most: Confidence,
}

impl Doubt {
    const fn likely(why: &'static str) -> Doubt {
        Doubt { why, at_most: Confidence::Likely }
    }

    const fn possible(why: &'static str) -> Doubt {
        Doubt { why, at_most: Confidence::Possible }
    }
}

const RULED_OUT: Doubt = Doubt::likely("a member of its name is used, it seems of another type");

/// The doubts about every dead definition: its own, that of a heap in which it lies, and that what uses it may be in
/// use after all. Nothing is surer than what it stands on.
pub(super) fn of(judgement: &Judgement<'_, '_>, roots: &Roots) -> HashMap<NodeId, Doubt> {
    let world = judgement.world;
    let mut doubts: HashMap<NodeId, Doubt> = HashMap::default();
    let by_place = ByPlace::of(judgement);
    for (node, def) in world.definitions().filter(|(node, _)| judgement.is_dead(*node)) {
        let own = match is_judged(world, def) {
            true => [
                judgement.own_doubt(def),
                judgement.is_ruled_out(node).then_some(RULED_OUT),
                by_place.doubt(judgement, node, def),
            ],
            // Nobody says that this is dead. What else is not judged goes with its type.
            false => [is_kept_aside(world, def).then_some(Doubt::likely("it is not judged")), None, None],
        };
        // The first of the gravest.
        let gravest = own.into_iter().flatten().min_by_key(|doubt| doubt.at_most);
        doubts.extend(gravest.map(|doubt| (node, doubt)));
    }
    for (node, doubt) in heaps::doubts(judgement) {
        let graver = doubts.get(&node).is_none_or(|own| own.at_most > doubt.at_most);
        if graver {
            doubts.insert(node, doubt);
        }
    }
    for at_most in [Confidence::Possible, Confidence::Likely] {
        pass_on(judgement, roots, at_most, &mut doubts);
    }
    doubts
}

/// How much of a file or folder the product uses, and how much tests alone use.
#[derive(Default)]
struct Users {
    product: usize,
    tests: usize,
}

/// By file and by folder.
#[derive(Default)]
struct ByPlace<'a> {
    files: HashMap<u32, Users>,
    folders: HashMap<&'a str, Users>,
}

impl<'a> ByPlace<'a> {
    fn of(judgement: &Judgement<'_, 'a>) -> ByPlace<'a> {
        let world = judgement.world;
        let mut all = ByPlace::default();
        let of_code = |def: &Def<'_>| !def.test && def.definition.kind != DefinitionKind::Module;
        for (node, def) in world.definitions().filter(|(_, def)| of_code(def)) {
            let of_file = all.files.entry(def.file).or_default();
            let of_folder = all.folders.entry(folder(world.file_of(def).path)).or_default();
            for users in [of_file, of_folder] {
                match judgement.is_dead(node) {
                    false => users.product += 1,
                    true if judgement.reason(node, def) == Reason::UsedByTests => users.tests += 1,
                    true => {}
                }
            }
        }
        all
    }

    /// What only tests use may be there for them: which code is a test is told by names and folders.
    fn doubt(&self, judgement: &Judgement<'_, '_>, node: NodeId, def: &Def<'_>) -> Option<Doubt> {
        if judgement.reason(node, def) != Reason::UsedByTests {
            return None;
        }
        let path = judgement.world.file_of(def).path;
        let of_tests = |users: Option<&Users>| users.is_some_and(|users| users.tests > users.product);
        let by_place = of_tests(self.files.get(&def.file)) || of_tests(self.folders.get(folder(path)));
        Some(match () {
            () if by_place => Doubt::possible("tests alone use most of its file or folder"),
            () if helps_tests(&def.definition.qualified_name) || helps_tests(path) => {
                Doubt::possible("its name or path says that it is for tests")
            }
            () => Doubt::likely("it may be there for the tests that use it"),
        })
    }
}

/// True where a word says so: `newMockStore`, `src/fixtures/a.rs`.
fn helps_tests(name: &str) -> bool {
    const WORDS: [&str; 10] =
        ["test", "tests", "testing", "mock", "mocks", "fake", "fakes", "stub", "dummy", "fixtures"];
    heaps::words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Lowers to a confidence what is surer and may be used by something that has no higher one.
fn pass_on(
    judgement: &Judgement<'_, '_>,
    roots: &Roots,
    at_most: Confidence,
    doubts: &mut HashMap<NodeId, Doubt>,
) {
    let world = judgement.world;
    let dead = world.definitions().filter(|(node, _)| judgement.is_dead(*node));
    let (doubtful, surer): (Vec<(NodeId, &Def<'_>)>, Vec<_>) =
        dead.partition(|(node, _)| doubts.get(node).is_some_and(|doubt| doubt.at_most <= at_most));
    if doubtful.is_empty() || surer.is_empty() {
        return;
    }
    let of = |test: bool| doubtful.iter().filter(move |(_, def)| def.test == test).map(|(node, _)| *node);
    let mut reach = Reach::new(world);
    reach.run(roots.program.iter().copied().chain(of(false)));
    let program = reach.live.clone();
    reach.run(roots.tests.iter().copied().chain(of(true)));
    for (node, def) in surer {
        if (if def.test { &reach.live } else { &program })[node as usize] {
            doubts.insert(node, Doubt { why: "what uses it may be in use", at_most });
        }
    }
}

/// True for what stands in examples and the like, in headers, or behind an underscore of Rust's.
fn is_kept_aside(world: &World<'_>, def: &Def<'_>) -> bool {
    let file = world.file_of(def);
    match family(file.language) {
        Language::C if is_header(file.path) => true,
        Language::Rust if is_underscored(world, def) => true,
        _ => file.place == Place::Aside,
    }
}

impl<'a> Judgement<'_, 'a> {
    /// What keeps it from being certain by itself.
    fn own_doubt(&self, def: &Def<'a>) -> Option<Doubt> {
        let file = self.world.file_of(def);
        if let Some(doubt) = doubt_of_language(self, def, file) {
            return Some(doubt);
        }
        let definition = def.definition;
        if !matches!(file.record.data.facts.parse, ParseStatus::Complete) {
            return Some(Doubt::likely("its file could be parsed in part only"));
        }
        if !self.is_whole {
            return Some(Doubt::likely("a file that is not checked out may use it"));
        }
        if is_conditional(self.world, def) {
            return Some(Doubt::likely("it is compiled under a condition"));
        }
        let closed = definition.visibility == Visibility::Private && is_closed(file);
        if !closed && self.mentions.misses(file.language) {
            return Some(Doubt::likely("a file of its language is in the tree and could not be read"));
        }
        if self.world.generated.contains(&family(file.language)) {
            return Some(Doubt::likely("files of its language are made by the build and not in the tree"));
        }
        let only = closed.then_some(def.file);
        if self.mentions.unaccounted(&definition.name, only) {
            return Some(Doubt::likely("its name stands in a string or in text that is not read as code"));
        }
        None
    }
}

/// `#[cfg(…)]` at it or around it; `#[cfg(test)]` is known.
fn is_conditional(world: &World<'_>, def: &Def<'_>) -> bool {
    let conditional = |def: &Def<'_>| {
        def.definition.attributes.iter().any(|text| text.starts_with("cfg(") && !is_test_condition(text))
    };
    let mut here = Some(*def);
    while let Some(def) = here {
        if conditional(&def) {
            return true;
        }
        here = def.parent.and_then(|parent| world.def(parent)).copied();
    }
    is_conditional_file(world, world.file_of(def).path)
}

/// A file of Rust, or one in its folder, that a `mod` under a condition declares.
fn is_conditional_file(world: &World<'_>, path: &str) -> bool {
    let parts = path.trim_end_matches(".rs").split('/');
    parts.filter(|part| !matches!(*part, "src" | "mod" | "lib")).any(|part| {
        world.named(part).iter().filter_map(|node| world.def(*node)).any(|def| {
            let definition = def.definition;
            let cfg = |text: &String| text.starts_with("cfg(") && text != "cfg(test)";
            definition.kind == DefinitionKind::Module && definition.attributes.iter().any(cfg)
        })
    })
}

/// Languages in which what is private to a file cannot be named in another by any means.
pub(super) fn is_closed(file: &FileView<'_>) -> bool {
    let of_file =
        matches!(file.language, Language::C | Language::JavaScript | Language::TypeScript | Language::Tsx);
    of_file && !file.is_plain_script && !file.is_included
}

const OPEN: Doubt = Doubt::likely("code outside of the tree could use it");
/// Objects go where nothing says what they are: a listener, a view, a plugin.
const OPEN_MEMBER: Doubt = Doubt::possible("whatever is given such an object could call it");
const LOADED_BY_PATH: Doubt =
    Doubt::possible("no file imports its own, and what loads it could use all of it");
const DYNAMIC: Doubt = Doubt::likely("its file looks names up at run time");

/// What the language leaves open about a definition that nothing in the tree can use.
fn doubt_of_language(judgement: &Judgement<'_, '_>, def: &Def<'_>, file: &FileView<'_>) -> Option<Doubt> {
    let world = judgement.world;
    let private = def.definition.visibility == Visibility::Private;
    let private_function = private && is_function(def.definition.kind);
    let says = |names: &[&str]| world.file_uses(def.file, names);
    match file.language {
        Language::Rust => {
            let composed = says(&["paste", "concat_idents"]);
            let shown = def.definition.visibility == Visibility::Public && judgement.is_in_rust_library(file);
            match () {
                () if composed => Some(Doubt::likely("its file puts names together in a macro")),
                () => shown.then_some(Doubt::likely("it is public in a library")),
            }
        }
        // What other modules may import is an entry point; what is in `internal` they may not.
        Language::Go => None,
        Language::C if is_closed(file) && (is_macro(def.definition.kind) || private_function) => None,
        // Neither a subclass nor an extension of others can name it. A base of others may find it by its name.
        Language::CSharp | Language::Kotlin | Language::Swift if private => {
            let by_base = def.owner.is_none_or(|owner| world.has_outside_base(owner, 8));
            by_base.then_some(OPEN)
        }
        Language::Java if private => is_accessor(def.definition)
            .then_some(Doubt::likely("frameworks call accessors by the names of properties")),
        Language::Python => doubt_of_python(judgement, def),
        Language::JavaScript | Language::TypeScript | Language::Tsx => doubt_of_script(world, def, file),
        Language::Bash => Some(match says(&["eval"]) {
            true => DYNAMIC,
            false => Doubt::likely("a shell calls a function by any word"),
        }),
        _ => Some(OPEN),
    }
}

/// The same for JavaScript and TypeScript, where what a module does not export is hidden.
fn doubt_of_script(world: &World<'_>, def: &Def<'_>, file: &FileView<'_>) -> Option<Doubt> {
    let definition = def.definition;
    let private = definition.visibility == Visibility::Private;
    let computed = definition.kind == DefinitionKind::Constant && definition.signature.contains(['(', '`']);
    match () {
        () if !private && def.owner.is_some() => Some(OPEN_MEMBER),
        () if world.file_uses(def.file, &["eval", "Function"]) => Some(DYNAMIC),
        () if !private || (file.is_plain_script && def.parent.is_none()) => Some(OPEN),
        () => computed.then_some(Doubt::likely("what computes its value may do more than that")),
    }
}

/// True for what the preprocessor replaces: no other file sees what a file that is not included defines.
fn is_macro(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Macro | DefinitionKind::Constant)
}

/// The same for Python, where a leading underscore hides.
fn doubt_of_python(judgement: &Judgement<'_, '_>, def: &Def<'_>) -> Option<Doubt> {
    const LOOK_UP: [&str; 7] = ["getattr", "eval", "exec", "globals", "locals", "vars", "import_module"];
    let world = judgement.world;
    let name = def.definition.name.as_str();
    // What has an object of a class in a function may call its public members.
    let hidden = name.starts_with('_') || (def.owner.is_none() && in_function(world, def));
    let of_class = def.owner.and_then(|owner| world.def(owner));
    // A class that others can import may have subclasses with them.
    let protected = of_class.is_some_and(|class| !class.definition.name.starts_with('_'))
        && !name.starts_with("__")
        && world.file_of(def).package.is_some();
    match () {
        () if !hidden && def.owner.is_some() => Some(OPEN_MEMBER),
        () if !hidden && is_loaded_by_others(judgement, def) => Some(LOADED_BY_PATH),
        () if world.file_uses(def.file, &LOOK_UP) => Some(DYNAMIC),
        () if def.owner.is_some_and(|owner| world.has_outside_base(owner, 8)) => {
            Some(Doubt::likely("a base of its class outside of the tree could call it"))
        }
        () if !hidden => Some(OPEN),
        () => protected.then_some(Doubt::likely("a subclass outside of the tree could use it")),
    }
}

/// True for a file that no other imports and that runs nothing itself: something that is not in the tree loads it.
fn is_loaded_by_others(judgement: &Judgement<'_, '_>, def: &Def<'_>) -> bool {
    let references = &judgement.world.file_of(def).symbols.references;
    let runs = references.iter().any(|usage| usage.from.is_none() && usage.calls > 0);
    !runs && !judgement.is_imported(def.file)
}

/// Java: `String getName()`, `void setName(String name)`.
fn is_accessor(definition: &Definition) -> bool {
    let starts = |start: &str| {
        definition.name.strip_prefix(start).is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    let given = definition.signature.split_once('(').map_or("", |(_, given)| given);
    let nothing = given.trim_start().starts_with(')');
    let one = !nothing && !given.contains(',');
    definition.kind == DefinitionKind::Method
        && ((nothing && (starts("get") || starts("is"))) || (one && starts("set")))
}
