use crate::{Ability, About, Duration, Effect, Session, Trees, Watch};
use clap::Args;
use gates::Rule;
use gates::config::{Key, UnknownName};
use project::ProjectError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The rules of the quality gate, with their reasons and defaults.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Show one rule in full
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}

/// Rules.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Rules")]
pub struct RulesReport {
    rules: Vec<RuleEntry>,
}

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ListedRule")]
struct RuleEntry {
    id: &'static str,
    title: &'static str,
    group: &'static str,
    /// `off` if it is off by default.
    level: &'static str,
    what: &'static str,
    why: &'static str,
    fix: &'static str,
    example: &'static str,
    options: Vec<OptionEntry>,
}

/// A key of a rule.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RuleOption")]
struct OptionEntry {
    key: &'static str,
    default: String,
    doc: String,
}

impl Rules {
    /// The rules that were asked for.
    ///
    /// # Errors
    /// No rule has that name.
    pub fn chosen(&self) -> Result<Vec<&'static Rule>, ProjectError> {
        match &self.rule {
            None => Ok(gates::rules::all().collect()),
            Some(id) => gates::rules::by_id(id).map(|rule| vec![rule]).ok_or_else(|| {
                ProjectError::new(UnknownName::rule(id).to_string()).help("`batuta rules` lists them all")
            }),
        }
    }

    /// The report, which is about the program and not about a repository.
    ///
    /// # Errors
    /// Those of [`Rules::chosen`].
    pub fn report(&self) -> Result<RulesReport, ProjectError> {
        Ok(RulesReport { rules: self.chosen()?.into_iter().map(entry).collect() })
    }
}

fn entry(rule: &'static Rule) -> RuleEntry {
    let option =
        |key: &Key| OptionEntry { key: key.name, default: key.kind.default_toml(), doc: key.doc.clone() };
    RuleEntry {
        id: rule.id,
        title: rule.title,
        group: rule.group.name(),
        level: rule.default_level(),
        what: rule.docs.what,
        why: rule.docs.why,
        fix: rule.docs.fix,
        example: rule.docs.example,
        options: rule.options.keys().iter().map(option).collect(),
    }
}

impl Ability for Rules {
    const ABOUT: About = About {
        id: "rules",
        title: "The rules of the quality gate, with their reasons and defaults",
        when: "What a finding of the quality gate means, and how to fix it",
        command: &["rules"],
        report: "batuta/rules/1",
        duration: Duration::Moment,
        trees: Trees::None,
        effect: Effect::OnlyReads,
        needs_history: false,
        judges: false,
    };
    type Report = RulesReport;

    fn answer(&self, _: &Session, _: &dyn Watch) -> Result<RulesReport, ProjectError> {
        self.report()
    }
}
