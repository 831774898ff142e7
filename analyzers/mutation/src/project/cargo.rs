//! Cargo packages.

use super::cargo_build::Build;
use super::cargo_manifests::Workspace;
use super::cargo_targets::{self, Modules};
use super::{Found, Kind, Place, Unit, make};
use crate::command_line::CommandLine;
use crate::failure::MutationError;
use facts::hash::HashMap;
use facts::model::RepoPath;
use programs::Program;

/// The program that runs Rust tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RustTestTool {
    /// `cargo test`, including documentation tests.
    #[default]
    Cargo,
    /// `cargo nextest run`
    Nextest,
}

/// The loaded workspaces, by the folder for which they were requested.
pub struct Workspaces<'a> {
    /// The modules that the measured files declare.
    modules: &'a Modules,
    known: HashMap<String, Known>,
}

/// A workspace, and which of its packages build each file.
struct Known {
    workspace: Workspace,
    builders: HashMap<RepoPath, Vec<String>>,
}

impl<'a> Workspaces<'a> {
    pub fn new(modules: &'a Modules) -> Workspaces<'a> {
        Workspaces { modules, known: HashMap::default() }
    }

    fn of(&mut self, file: &Place<'_>, folder: &str) -> Result<&Known, MutationError> {
        if !self.known.contains_key(folder) {
            let workspace = Workspace::of(file.root, folder)?;
            let builders = builders(file, &workspace, self.modules);
            self.known.insert(folder.to_owned(), Known { workspace, builders });
        }
        Ok(&self.known[folder])
    }
}

/// The packages that build each file, by folder.
fn builders(file: &Place<'_>, workspace: &Workspace, modules: &Modules) -> HashMap<RepoPath, Vec<String>> {
    let options = file.options;
    let by_commands =
        options.test_command.is_some() || options.build_command.is_some() || options.test_workspace;
    let native = !has_other_target(&file.at(workspace.folder()));
    let mut builders: HashMap<RepoPath, Vec<String>> = HashMap::default();
    for (folder, member) in workspace.packages() {
        let build = match by_commands {
            true => Build::unknown(),
            false => Build::of(member, &options.cargo_words(), native),
        };
        for path in cargo_targets::files_of(&file.at(folder), member, &build, modules) {
            builders.entry(path).or_default().push(folder.to_owned());
        }
    }
    builders
}

/// True if the project's own settings may make Cargo build for another machine than this one.
fn has_other_target(workspace: &Place<'_>) -> bool {
    let mut texts = [".cargo/config.toml", ".cargo/config"].iter().filter_map(|name| workspace.text(name));
    let names_target = |text: String| {
        let settings = text.parse::<toml::Table>().unwrap_or_default();
        settings.get("build").is_some_and(|build| build.get("target").is_some())
    };
    texts.any(names_target)
}

/// The package that builds the file: the nearest above it, or another whose modules lead there. If the requested folder
/// has a manifest, only the packages of that workspace count: others (fuzzers, examples with a workspace of their own)
/// are built separately.
pub fn find(
    workspaces: &mut Workspaces<'_>,
    file: &Place<'_>,
    path: &RepoPath,
    asked: &str,
) -> Result<Found, MutationError> {
    let Some(nearest) = file.nearest(|place| place.has("Cargo.toml")) else {
        return Ok(Err("there is no Cargo.toml above it".to_owned()));
    };
    let from = [asked, ""].into_iter().find(|folder| file.at(folder).has("Cargo.toml"));
    let Known { workspace, builders } = workspaces.of(file, from.unwrap_or(&nearest))?;
    let Some(builders) = builders.get(path) else {
        return Ok(Err(match workspace.package_at(&nearest) {
            Some(name) => {
                format!("no `mod` leads to it from a library or program that a build of {name} makes here")
            }
            None => {
                let root = file.root.join(workspace.folder());
                let slash = if nearest.is_empty() { "" } else { "/" };
                format!("{nearest}{slash}Cargo.toml is no package of the workspace {}", root.display())
            }
        }));
    };
    let options = file.options;
    let is_wanted = |folder: &&String| match options.packages.is_empty() {
        true => options.all_packages || options.test_command.is_some() || workspace.is_default(folder),
        false => workspace
            .package_at(folder)
            .is_some_and(|name| options.packages.iter().any(|wanted| wanted == name)),
    };
    let wanted: Vec<&String> = builders.iter().filter(is_wanted).collect();
    let Some(folder) = wanted.iter().find(|folder| **folder == &nearest).or(wanted.first()) else {
        return Ok(Err(super::NOT_ASKED_FOR.to_owned()));
    };
    let name = workspace.package_at(folder).unwrap_or_default().to_owned();
    let made = make(move |place| Ok(unit(place, name)));
    Ok(Ok((Kind::Cargo, (*folder).clone(), made)))
}

fn unit(place: &Place<'_>, name: String) -> Unit {
    let options = place.options;
    let tested = match options.test_packages.as_slice() {
        [] => std::slice::from_ref(&name),
        named => named,
    };
    let whose = match options.test_workspace {
        true => vec!["--workspace".to_owned()],
        false => tested.iter().flat_map(|name| ["--package".to_owned(), name.clone()]).collect(),
    };
    let (build, test): (&[&str], &[&str]) = match options.rust_test_tool {
        None | Some(RustTestTool::Cargo) => (&["test", "--no-run"], &["test"]),
        Some(RustTestTool::Nextest) => (&["nextest", "run", "--no-run"], &["nextest", "run"]),
    };
    let line = |words: &[&str]| CommandLine::of(Program::Cargo, words.iter().copied()).with(&whose);
    // The user's arguments after `--` also choose what is compiled (--lib, --features).
    let own = options.cargo_words();
    let mut unit = Unit::new(Kind::Cargo, &place.folder, Some(line(build).with(&own)), line(test));
    unit.package = Some(name);
    unit
}
