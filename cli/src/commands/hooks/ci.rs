//! `pmat hooks ci`

use crate::args::{CiProvider, HooksCiArgs};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::Destination;
use facts::model::RepoPath;
use facts::source::confined::{self, Unread};
use hooks::ci::{CiOptions, Provider};
use std::path::Path;

/// Files up to this many bytes are compared. A larger one certainly differs.
const LARGEST: u64 = 1 << 20;

/// Prints the CI configuration that runs the gate on proposed changes, or writes it.
pub fn run(args: &HooksCiArgs) -> anyhow::Result<Outcome> {
    let (root, git) = project::place(&args.repository.path).map_err(Failure::from)?;
    let branch = args.branch.clone().or_else(|| git.as_ref()?.default_branch());
    let options =
        CiOptions { default_branch: branch.as_deref().unwrap_or("main"), source: args.source.as_deref() };
    let provider = match args.provider {
        CiProvider::Github => Provider::Github,
        CiProvider::Gitlab => Provider::Gitlab,
    };
    let text = provider.text(&options);
    if !args.write {
        Destination::StandardOutput.write(&text)?;
        return Ok(Outcome::Fine);
    }
    if git.is_some_and(|git| git.work_dir().is_none()) {
        return Err(Failure::new("a bare repository has no work tree to write to").into());
    }
    let done = write(&root, provider.path(), &text, args.force)?;
    let mut report = format!("{done} {}\n", provider.path());
    for rest in provider.what_remains(&options) {
        report.push_str(&format!("  {rest}\n"));
    }
    Destination::StandardOutput.write(&report)?;
    Ok(Outcome::Fine)
}

/// Creates or replaces the file in the repository. Does not follow links out of it.
fn write(root: &Path, name: &str, text: &str, force: bool) -> anyhow::Result<&'static str> {
    let inside = RepoPath::from(name);
    let cannot = |why: Unread| {
        Failure::new(format!("{name} cannot be written"))
            .why(why)
            .help("only a regular file in the repository is read and replaced: remove what is in its place")
    };
    let file = confined::place_to_write(root, &inside).map_err(cannot)?;
    match confined::read_inside(root, &inside, LARGEST) {
        Ok(present) if present == text.as_bytes() => return Ok("unchanged:"),
        Ok(_) | Err(Unread::TooLarge { .. }) if !force => {
            return Err(Failure::new(format!("{} is there already and says something else", file.display()))
                .help("compare it with what is printed without --write, or replace it with --force")
                .into());
        }
        Ok(_) | Err(Unread::TooLarge { .. } | Unread::Missing) => {}
        Err(why) => return Err(cannot(why).into()),
    }
    let folder = file.parent().unwrap_or(root);
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("cannot make the folder {}", folder.display())).why(error))?;
    Destination::File(file).write(text)?;
    Ok("wrote")
}
