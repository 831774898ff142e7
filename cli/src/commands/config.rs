use super::Outcome;
use crate::args::{ConfigAction, ConfigArgs, ConfigShowArgs, GlobalArgs, ReportFormat};
use crate::output::{self, Destination};
use crate::source;
use anyhow::Context;
use facts::source::Which;

/// Prints the configuration in force, or the schema of the file.
pub fn run(args: &ConfigArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    match &args.action {
        ConfigAction::Show(args) => Destination::StandardOutput.write(&show(args, global)?)?,
        ConfigAction::Schema(output) => {
            let schema = output::pretty(&gates::batuta_toml::schema())?;
            Destination::from_option(output.output.as_deref()).write(&schema)?;
        }
    }
    Ok(Outcome::Fine)
}

fn show(args: &ConfigShowArgs, global: &GlobalArgs) -> anyhow::Result<String> {
    let (root, git) = source::place(&args.path)?;
    let bare = git.is_some_and(|git| git.work_dir().is_none());
    let which = if bare { Which::Revision("HEAD".to_owned()) } else { Which::WorkTree };
    let config = source::config(global, &root, &which)?.to_json();
    match args.format {
        ReportFormat::Json => output::pretty(&config),
        ReportFormat::Human => toml::to_string(&config).context("cannot write the configuration as TOML"),
    }
}
