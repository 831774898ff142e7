use super::Outcome;
use crate::args::{Cli, CompletionsArgs};
use crate::output::Destination;
use clap::CommandFactory;

/// Prints the completion script of a shell, generated from the command line's definition.
pub fn run(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut command = Cli::command();
    let mut name = "batuta";
    if let Some(tool) = &args.tool {
        name = tool;
        let global: Vec<_> = command.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
        let found = command.find_subcommand(tool).expect("every name in TOOLS is a command").clone();
        command = found.args(global);
    }
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.write(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Fine)
}
