//! Quality gates: a tree's facts and a configuration in, a verdict out.
//!
//! ```text
//! batuta.toml ─▶ Config ─┐
//! RepoFacts ─────────────┼─▶ rules ─▶ drafts ─▶ suppressions ─▶ new code ─▶ baseline ─▶ GateReport ─▶ formats
//! SourceTree (manifests) ┘
//! ```
//!
//! A rule is one file in [`rules`]: its name, documentation, defaults, check, and the fixtures that it must reject and
//! accept. Everything else (the configuration's keys, its JSON schema, the documentation, SARIF's rule metadata) is
//! derived from that definition.
//!
//! A gate that could not measure what it was asked to judge does not pass: see [`Verdict`].

pub mod baseline;
pub mod config;
mod copies;
pub mod docs;
mod evidence;
pub mod formats;
mod measurements;
mod new_code;
mod report;
mod rule;
pub mod rules;
mod run;
mod suppression;

pub use config::{CONFIG_FILE, Config, ConfigError, PathPatterns};
pub use evidence::{Evidence, NoEvidence};
pub use formats::Format;
pub use measurements::{Duplication, clone_options, duplication, import_cycles, measurements};
pub use new_code::{BaseTree, NewCode, NewCodeExtent, OnNewCode};
pub use report::{Finding, GateReport, Level, Location, RuleReport, Status, Suppressed, Unmeasured, Verdict};
pub use rule::{Docs, Draft, Fixture, Group, Input, Judge, Outcome, Reach, Rule};
pub use run::{Gate, not_judged, run, sections};
