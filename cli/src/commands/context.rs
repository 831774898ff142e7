use super::Outcome;
use crate::args::{ContextArgs, ContextFormat, GlobalArgs, Vocabulary};
use crate::failure::Failure;
use crate::output::Destination;
use crate::source::Analysed;
use context::{ContextOptions, Format, Seeds, Tokenizer};

/// Writes what a language model should know about the tree, within the budget.
pub fn run(args: &ContextArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    let analysed = Analysed::open(&args.source, global, &destination)?;
    let seeds = seeds(args, &analysed)?;
    let facts = analysed.measure(context::SECTIONS)?;
    let options = ContextOptions {
        max_tokens: Some(args.max_tokens),
        tokenizer: match args.tokenizer {
            Vocabulary::O200k => Tokenizer::O200k,
            Vocabulary::Cl100k => Tokenizer::Cl100k,
        },
        format: match args.format {
            ContextFormat::LlmOptimized => Format::LlmOptimized,
            ContextFormat::Markdown => Format::Markdown,
            ContextFormat::Json => Format::Json,
            ContextFormat::Xml => Format::Xml,
        },
        seeds,
        full: args.full,
    };
    let context = context::build(analysed.tree.as_ref(), &facts, &options).map_err(|error| {
        Failure::new("no context can be written").why(error).help("allow more tokens with --max-tokens")
    })?;
    destination.write(&context.text)?;
    Ok(Outcome::Fine)
}

fn seeds(args: &ContextArgs, analysed: &Analysed) -> anyhow::Result<Seeds> {
    let changed = match &args.since {
        None => Vec::new(),
        Some(revision) => {
            let unknown = |why: String| Failure::new(format!("--since {revision} cannot be used")).why(why);
            let outside = || unknown(format!("{} is in no Git repository", analysed.path.display()));
            let git = analysed.git.as_ref().ok_or_else(outside)?;
            git.changed_since(revision).map_err(|error| unknown(error.to_string()))?
        }
    };
    let files = args.files.iter().map(|file| analysed.path_in_tree(file)).collect();
    Ok(Seeds { files, changed, question: args.question.clone() })
}
