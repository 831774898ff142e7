use crate::{Ability, About, Duration, Effect, Graphed, Session, Trees, Watch};
use clap::{Args, ValueEnum};
use context::{ContextOptions, ContextReport, Format, Seeds, Tokenizer};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a language model should know about the repository, within a budget of tokens.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// Never write more tokens than this
    #[arg(long, value_name = "N", default_value_t = Context::default().max_tokens)]
    pub max_tokens: usize,
    /// Tokenizer that counts the tokens
    #[arg(long, value_name = "NAME", default_value = "o200k")]
    pub tokenizer: Vocabulary,
    /// What the context is for: files that match its words come first
    #[arg(long, value_name = "TEXT")]
    pub question: Option<String>,
    /// Files that matter: they and what they use come first
    #[arg(long, value_name = "FILES", value_delimiter = ',')]
    pub files: Vec<String>,
    /// Files changed since the branch left this revision come first
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Include the files' text too, as far as the budget allows
    #[arg(long)]
    pub full: bool,
}

impl Default for Context {
    fn default() -> Context {
        Context {
            max_tokens: context::DEFAULT_MAX_TOKENS,
            tokenizer: Vocabulary::default(),
            question: None,
            files: Vec::new(),
            since: None,
            full: false,
        }
    }
}

/// Tokenizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Vocabulary {
    /// o200k_base (GPT-4o and later)
    #[default]
    #[value(alias = "o200k_base")]
    O200k,
    /// cl100k_base (GPT-4, GPT-3.5)
    #[value(alias = "cl100k_base")]
    Cl100k,
}

impl Context {
    /// The context in a format, which determines how much fits into the budget.
    ///
    /// # Errors
    /// Those of [`Ability::answer`].
    pub fn written(
        &self,
        format: Format,
        session: &Session,
        watch: &dyn Watch,
    ) -> Result<context::Context, ProjectError> {
        let seeds = self.seeds(session)?;
        let Graphed { facts, graph } = session.graphed(context::SECTIONS, watch)?;
        let options = ContextOptions {
            max_tokens: Some(self.max_tokens),
            tokenizer: match self.tokenizer {
                Vocabulary::O200k => Tokenizer::O200k,
                Vocabulary::Cl100k => Tokenizer::Cl100k,
            },
            format,
            seeds,
            full: self.full,
        };
        context::build(session.tree.as_ref(), &facts, &graph, &options).map_err(|error| {
            ProjectError::new("no context can be written")
                .why(error)
                .help("allow more tokens with --max-tokens")
        })
    }

    fn seeds(&self, session: &Session) -> Result<Seeds, ProjectError> {
        let changed = match &self.since {
            None => Vec::new(),
            Some(revision) => {
                let unknown =
                    |why: String| ProjectError::new(format!("--since {revision} cannot be used")).why(why);
                let outside = || unknown(format!("{} is in no Git repository", session.path.display()));
                let git = session.git.as_ref().ok_or_else(outside)?;
                git.changed_since(revision).map_err(|error| unknown(error.to_string()))?
            }
        };
        let files = self.files.iter().map(|file| session.path_in_tree(file)).collect();
        Ok(Seeds { files, changed, question: self.question.clone() })
    }
}

impl Ability for Context {
    const ABOUT: About = About {
        id: "context",
        title: "What a language model should know about the repository, within a budget of tokens",
        when: "What to read first, for a question or for some files",
        command: &["pmat", "context"],
        report: "batuta/context/1",
        duration: Duration::Seconds,
        trees: Trees::Any,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    const IS_BARE: bool = true;
    type Report = ContextReport;

    fn answer(&self, session: &Session, watch: &dyn Watch) -> Result<ContextReport, ProjectError> {
        Ok(self.written(Format::Json, session, watch)?.report)
    }
}
