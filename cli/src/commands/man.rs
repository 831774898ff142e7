use super::Outcome;
use crate::args::{Cli, ManArgs};
use crate::failure::Failure;
use crate::output::Destination;
use clap::CommandFactory;
use clap_mangen::Man;
use std::path::Path;

/// Prints the manual page, writes the pages of all commands, or lists the commands.
pub fn run(args: &ManArgs) -> anyhow::Result<Outcome> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    if args.list {
        Destination::StandardOutput.write(&list(root))?;
        return Ok(Outcome::Fine);
    }
    match &args.dir {
        None => Destination::StandardOutput.write(&page(root)?)?,
        Some(folder) => write_pages(root, folder)?,
    }
    Ok(Outcome::Fine)
}

/// Every command as the user types it. A parent comes before its subcommands.
fn list(root: clap::Command) -> String {
    let mut lines = String::new();
    let mut pending = vec![root];
    while let Some(command) = pending.pop() {
        pending.extend(command.get_subcommands().cloned());
        let name = command.get_bin_name().unwrap_or(command.get_name());
        lines.push_str(&format!("{name}\n"));
    }
    lines
}

fn page(command: clap::Command) -> anyhow::Result<String> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// One page per command, with the name that `man` looks up: `batuta-pmat-analyze.1`.
fn write_pages(root: clap::Command, folder: &Path) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return Err(Failure::new(format!("{} is no folder", folder.display())).help("make it first").into());
    }
    let mut pending = vec![root];
    while let Some(command) = pending.pop() {
        let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
        pending.extend(command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned());
        Destination::File(folder.join(format!("{name}.1"))).write(&page(command)?)?;
    }
    Ok(())
}
