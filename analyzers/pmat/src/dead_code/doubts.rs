//! What keeps a dead definition from being certain.

use super::entry_points::Roots;
use super::judge::{Judgement, is_judged, is_underscored};
use super::places::Place;
use super::reach::Reach;
use super::uses::{in_function, is_header};
use super::world::{Def, FileView, World, family, is_function};
use facts::hash::HashMap;
use facts::language::{Language, is_test_condition};
use facts::model::{DefinitionKind, ParseStatus, Visibility};
use trueno_graph::code::NodeId;

/// The doubts about every dead definition: its own, and that what uses it may be in use after all. Nothing is surer than what it
/// stands on.
pub(super) fn of(judgement: &Judgement<'_, '_>, roots: &Roots) -> HashMap<NodeId, &'static str> {
    let world = judgement.world;
    let mut doubts = HashMap::default();
    let mut dead = Vec::new();
    let mut doubtful = Vec::new();
    for (node, def) in world.definitions().filter(|(node, _)| judgement.is_dead(*node)) {
        let own = match is_judged(world, def) {
            true if judgement.is_ruled_out(node) => {
                Some("a member of its name is used, it seems of another type")
            }
            true => judgement.own_doubt(def),
            // Nobody says that this is dead. What else is not judged goes with its type.
            false => is_kept_aside(world, def).then_some("it is not judged"),
        };
        doubts.extend(own.map(|doubt| (node, doubt)));
        match own {
            Some(_) => doubtful.push((node, def.test)),
            None => dead.push((node, def.test)),
        }
    }
    if doubtful.is_empty() || dead.is_empty() {
        return doubts;
    }
    let of = |test: bool| doubtful.iter().filter(move |(_, of)| *of == test).map(|(node, _)| *node);
    let mut reach = Reach::new(world);
    reach.run(roots.program.iter().copied().chain(of(false)));
    let program = reach.live.clone();
    reach.run(roots.tests.iter().copied().chain(of(true)));
    for (node, test) in dead {
        if (if test { &reach.live } else { &program })[node as usize] {
            doubts.insert(node, "what uses it may be in use");
        }
    }
    doubts
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
    fn own_doubt(&self, def: &Def<'a>) -> Option<&'static str> {
        let file = self.world.file_of(def);
        if let Some(doubt) = doubt_of_language(self.world, def, file) {
            return Some(doubt);
        }
        let definition = def.definition;
        if !matches!(file.record.data.facts.parse, ParseStatus::Complete) {
            return Some("its file could be parsed in part only");
        }
        if !self.is_whole {
            return Some("a file that is not checked out may use it");
        }
        if is_conditional(self.world, def) {
            return Some("it is compiled under a condition");
        }
        let closed = definition.visibility == Visibility::Private && is_closed(file);
        if !closed && self.mentions.misses(file.language) {
            return Some("a file of its language is in the tree and could not be read");
        }
        if self.world.generated.contains(&family(file.language)) {
            return Some("files of its language are made by the build and not in the tree");
        }
        let only = closed.then_some(def.file);
        if self.mentions.unaccounted(&definition.name, only) {
            return Some("its name stands in a string or in text that is not read as code");
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

const OPEN: &str = "code outside of the tree could use it";
const DYNAMIC: &str = "its file looks names up at run time";

/// What the language leaves open about a definition that nothing in the tree can use.
fn doubt_of_language(world: &World<'_>, def: &Def<'_>, file: &FileView<'_>) -> Option<&'static str> {
    let private = def.definition.visibility == Visibility::Private;
    let says = |names: &[&str]| world.file_uses(def.file, names);
    match file.language {
        Language::Rust => {
            says(&["paste", "concat_idents"]).then_some("its file puts names together in a macro")
        }
        Language::Go if private || !file.path.contains("internal/") => None,
        Language::C if private && is_function(def.definition.kind) && is_closed(file) => None,
        Language::Java if private => None,
        Language::Python => doubt_of_python(world, def),
        Language::JavaScript | Language::TypeScript | Language::Tsx if says(&["eval", "Function"]) => {
            Some(DYNAMIC)
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx if private => {
            let computed = def.definition.kind == DefinitionKind::Constant
                && def.definition.signature.contains(['(', '`']);
            match file.is_plain_script && def.parent.is_none() {
                true => Some(OPEN),
                false => computed.then_some("what computes its value may do more than that"),
            }
        }
        Language::Bash => says(&["eval"]).then_some(DYNAMIC),
        _ => Some(OPEN),
    }
}

/// The same for Python, where a leading underscore hides.
fn doubt_of_python(world: &World<'_>, def: &Def<'_>) -> Option<&'static str> {
    const LOOK_UP: [&str; 7] = ["getattr", "eval", "exec", "globals", "locals", "vars", "import_module"];
    if world.file_uses(def.file, &LOOK_UP) {
        return Some(DYNAMIC);
    }
    if def.owner.is_some_and(|owner| world.has_outside_base(owner, 8)) {
        return Some("a base of its class outside of the tree could call it");
    }
    // What has an object of a class in a function may call its public members.
    let hidden = def.definition.name.starts_with('_') || (def.owner.is_none() && in_function(world, def));
    (!hidden).then_some(OPEN)
}
