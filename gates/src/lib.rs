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
pub mod batuta_toml;
mod code_graph;
pub mod config;
mod copies;
pub mod docs;
mod duplicated;
mod evidence;
pub mod formats;
mod level;
mod measurements;
mod new_code;
mod report;
mod results;
mod rule;
pub mod rules;
mod run;
mod suppression;

pub use code_graph::code_graph;
pub use config::{CONFIG_FILE, Config, ConfigError, PathPatterns};
pub use duplicated::Duplication;
pub use evidence::{Evidence, EvidenceError, NoEvidence};
pub use formats::Format;
pub use level::Level;
pub use measurements::{
    TreeError, clone_options, complexity_limits, dead_code, duplication, import_cycles, measurements,
    tdg_inputs,
};
pub use new_code::{BaseTree, NewCode};
pub use report::{
    Finding, GateReport, Location, NewCodeExtent, RuleReport, Status, Suppressed, Unmeasured, Verdict,
};
pub use results::{Known, TreeResults};
pub use rule::{Docs, Draft, Fixture, Group, Input, Judge, OnNewCode, Outcome, Reach, Rule};
pub use run::{Gate, not_judged, run, sections};
