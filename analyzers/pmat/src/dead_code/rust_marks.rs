//! What Rust files say of themselves that keeps code from being dead, besides the uses of names.

use super::places::{folder, join, stem};
use super::world::World;
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use std::ops::Range;

/// What the Rust files of a tree say.
#[derive(Debug, Default)]
pub(super) struct RustMarks<'a> {
    /// Folders and files in which an inner attribute allows dead code, by the start of their paths.
    allowing: Vec<String>,
    /// Packages that include what a build script writes.
    generated: HashSet<&'a str>,
    /// By file, the bytes of `impl` blocks that an attribute hands to a macro, or in which it allows dead code.
    kept_impls: HashMap<&'a str, &'a [Range<u32>]>,
    exported_macros: HashSet<&'a str>,
    included_texts: HashSet<&'a str>,
    modules_in_macros: HashSet<&'a str>,
}

impl<'a> RustMarks<'a> {
    pub fn of(world: &World<'a>) -> RustMarks<'a> {
        let mut marks = RustMarks::default();
        for file in world.files.iter().filter(|file| file.language == Language::Rust) {
            let types = file.record.data.types();
            let found = &types.declarations;
            marks.exported_macros.extend(found.exported_macros.iter().map(|name| types.names.get(*name)));
            marks.included_texts.extend(found.included_texts.iter().map(|name| types.names.get(*name)));
            marks.modules_in_macros.extend(found.modules_in_macros.iter().map(|name| types.names.get(*name)));
            if !found.kept_impls.is_empty() {
                marks.kept_impls.insert(file.path, &found.kept_impls);
            }
            // What a build script writes and the file includes may use all of it.
            if found.includes_generated {
                marks.allowing.push(file.path.to_owned());
                marks.generated.extend(file.package);
            }
            // `#![allow(dead_code)]` holds for a file and those below its module.
            if found.allows_dead_code {
                let below = match stem(file.path) {
                    "lib" | "main" | "mod" => folder(file.path).to_owned(),
                    stem => join(folder(file.path), stem),
                };
                marks.allowing.push(file.path.to_owned());
                marks.allowing.push(format!("{below}/").trim_start_matches('/').to_owned());
            }
        }
        marks
    }

    /// True for a file in which dead code is allowed.
    pub fn allows_dead_code(&self, path: &str) -> bool {
        self.allowing.iter().any(|start| path.starts_with(start.as_str()))
    }

    /// True for what stands in an `impl` block that an attribute keeps.
    pub fn is_kept(&self, path: &str, byte: u32) -> bool {
        self.kept_impls.get(path).is_some_and(|blocks| blocks.iter().any(|block| block.contains(&byte)))
    }

    /// True for a package that includes what a build script writes: it may use whatever other files can see.
    pub fn includes_generated(&self, package: &str) -> bool {
        self.generated.contains(package)
    }

    /// True for a macro that other crates see.
    pub fn exports_macro(&self, name: &str) -> bool {
        self.exported_macros.contains(name)
    }

    /// True for the name of a file that `include_str!` or `include_bytes!` takes in.
    pub fn includes_text(&self, file: &str) -> bool {
        self.included_texts.contains(file)
    }

    /// True for a module that the arguments of a macro declare: `cfg_if! { … mod unix; }`.
    pub fn is_declared_in_macro(&self, module: &str) -> bool {
        self.modules_in_macros.contains(module)
    }
}
