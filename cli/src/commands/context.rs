use super::Outcome;
use crate::args::{ContextArgs, ContextFormat, GlobalArgs};
use crate::output::Destination;
use crate::source::Analysed;
use context::Format;

/// Writes a summary of the tree for a language model, within the budget.
pub fn run(args: &ContextArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let format = match args.format {
        ContextFormat::LlmOptimized => Format::LlmOptimized,
        ContextFormat::Markdown => Format::Markdown,
        ContextFormat::Json => Format::Json,
        ContextFormat::Xml => Format::Xml,
    };
    let context =
        analysed.with_terminal(|session, terminal| args.asked.written(format, session, terminal))?;
    destination.write(&context.text)?;
    Ok(Outcome::Fine)
}
