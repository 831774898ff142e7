//! Cargo packages.

use super::cargo_manifests::Workspace;
use super::{Found, Kind, Place, Unit, make};
use crate::command_line::CommandLine;
use crate::failure::MutationError;
use programs::Program;
use rustc_hash::FxHashMap;

/// Runs the tests of Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RustTestTool {
    /// `cargo test`, documentation tests included.
    #[default]
    Cargo,
    /// `cargo nextest run`
    Nextest,
}

/// The workspaces that were read, by the folder whose workspace was asked for.
#[derive(Default)]
pub struct Workspaces {
    known: FxHashMap<String, Workspace>,
}

impl Workspaces {
    fn of(&mut self, file: &Place<'_>, folder: &str) -> Result<&Workspace, MutationError> {
        if !self.known.contains_key(folder) {
            self.known.insert(folder.to_owned(), Workspace::of(file.root, folder)?);
        }
        Ok(&self.known[folder])
    }
}

/// The package whose folder is the nearest above the file. Where the folder that was asked for holds a manifest, only the
/// packages of that workspace count: others (fuzzers, examples with a workspace of their own) are built another way.
pub fn find(workspaces: &mut Workspaces, file: &Place<'_>, asked: &str) -> Result<Found, MutationError> {
    let Some(nearest) = file.nearest(|place| place.has("Cargo.toml")) else {
        return Ok(Err("no Cargo.toml stands above it".to_owned()));
    };
    let from = [asked, ""].into_iter().find(|folder| file.at(folder).has("Cargo.toml"));
    let workspace = workspaces.of(file, from.unwrap_or(&nearest))?;
    // Nearest folder of a package of this workspace: a manifest between may be a virtual one or belong to another.
    let Some(name) = workspace.package_at(&nearest) else {
        let root = file.root.join(workspace.folder());
        return Ok(Err(format!("{nearest}/Cargo.toml is no package of the workspace {}", root.display())));
    };
    let name = name.to_owned();
    let wanted = &file.options.packages;
    if !wanted.is_empty() && !wanted.contains(&name) {
        return Ok(Err(super::NOT_ASKED_FOR.to_owned()));
    }
    let made = make(move |place| Ok(unit(place, name)));
    Ok(Ok((Kind::Cargo, nearest, made)))
}

fn unit(place: &Place<'_>, name: String) -> Unit {
    let whose = match place.options.test_workspace {
        true => vec!["--workspace".to_owned()],
        false => vec!["--package".to_owned(), name.clone()],
    };
    let (build, test): (&[&str], &[&str]) = match place.options.rust_test_tool {
        RustTestTool::Cargo => (&["test", "--no-run"], &["test"]),
        RustTestTool::Nextest => (&["nextest", "run", "--no-run"], &["nextest", "run"]),
    };
    let line = |words: &[&str]| CommandLine::of(Program::Cargo, words.iter().copied()).with(&whose);
    // What the user adds after `--` chooses what is compiled (--lib, --features), too.
    let own: Vec<String> =
        place.options.test_arguments.iter().take_while(|word| *word != "--").cloned().collect();
    let mut unit = Unit::new(Kind::Cargo, &place.folder, Some(line(build).with(&own)), line(test));
    unit.package = Some(name);
    unit
}
