//! Go: `main`, `init`, exported names of packages that others may import, methods that satisfy interfaces.

use crate::dead_code::places::{Place, folder};
use crate::dead_code::world::{Def, FileView, World};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Visibility};
use trueno_graph::code::NodeId;

/// `main`, `init`, and what stands under the blank name.
pub(super) fn is_entry(def: &Def<'_>) -> bool {
    let top = def.parent.is_none() && def.definition.kind == DefinitionKind::Function;
    (top && matches!(def.definition.name.as_str(), "main" | "init" | "TestMain"))
        || def.definition.name == "_"
        || (top && def.definition.name.starts_with("Example"))
}

/// An exported method, or one that an interface of the tree asks for.
pub(super) fn implied(world: &World<'_>, definition: &Definition) -> bool {
    definition.visibility == Visibility::Public
        || world
            .named(&definition.name)
            .iter()
            .filter_map(|node| world.def(*node))
            .any(|def| def.definition.function.is_none() && def.definition.kind == DefinitionKind::Method)
}

/// True for a file with a build constraint.
fn is_conditional(file: &FileView<'_>) -> bool {
    let comments = file.record.data.comments.as_deref().unwrap_or(&[]);
    let first = comments.iter().take(20).map(|comment| comment.text.as_str());
    first.into_iter().any(|text| text.starts_with("//go:build ") || text.starts_with("// +build "))
}

/// Exported names of packages that are neither programs nor internal, and of files that are built under a condition of their
/// own: tools (`//go:build mage`) find them by name.
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let mut programs: HashSet<&str> = HashSet::default();
    for (_, def) in world.definitions() {
        let file = world.file_of(def);
        // A method may have that name, too.
        let function = def.definition.kind == DefinitionKind::Function;
        let main = function && def.definition.name == "main" && def.parent.is_none();
        if file.language == Language::Go && main && !is_conditional(file) {
            programs.insert(folder(file.path));
        }
    }
    helps_tests(world, all);
    for (node, def) in world.definitions() {
        let file = world.file_of(def);
        let internal = folder(file.path).split('/').any(|part| part == "internal");
        let importable = !internal && !programs.contains(folder(file.path));
        let importable = importable || (file.language == Language::Go && is_conditional(file));
        if file.language == Language::Go && importable && def.definition.visibility == Visibility::Public {
            all.insert(node);
        }
    }
}

/// Marks what stands in packages of which a file that is no test imports `testing`, and in those that tests alone import and whose name says so: `httpdtest`, `testctx`.
fn helps_tests(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let says_so = |file: &FileView<'_>| {
        let name = stem_of(folder(file.path));
        let helps = name.starts_with("test") || name.ends_with("test") || name.ends_with("mock");
        file.language == Language::Go && helps && name.len() > "test".len()
    };
    let mut imported: HashSet<&str> = HashSet::default();
    let mut by_product: HashSet<&str> = HashSet::default();
    for import in &world.graph.imports {
        let (from, to) = (&world.files[import.from as usize], &world.files[import.to as usize]);
        if !says_so(to) || folder(from.path) == folder(to.path) {
            continue;
        }
        imported.insert(folder(to.path));
        if from.place != Place::Test {
            by_product.insert(folder(to.path));
        }
    }
    // A file that is no test by its name and imports `testing`.
    let is_helper = |file: &FileView<'_>| {
        let by_name = file.path.ends_with("_test.go");
        file.language == Language::Go && file.place == Place::Test && !by_name
    };
    let helpers = world.files.iter().filter(|file| is_helper(file));
    let helpers: HashSet<&str> = helpers.map(|file| folder(file.path)).collect();
    let helps = |def: &Def<'_>| {
        let file = world.file_of(def);
        let folder = folder(file.path);
        let by_importers = imported.contains(folder) && !by_product.contains(folder);
        file.language == Language::Go && (by_importers || helpers.contains(folder))
    };
    all.extend(world.definitions().filter(|(_, def)| helps(def)).map(|(node, _)| node));
}

/// The last folder of a path.
fn stem_of(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}
