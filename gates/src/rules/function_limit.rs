//! The common part of the rules that compare a figure of each function with a limit.

use crate::config::Settings;
use crate::rule::{Draft, Input, Outcome};
use facts::Missing;
use facts::model::{Function, FunctionKind, TopLevel};
use facts::repo::FileRecord;

/// One figure of a function.
pub(super) struct FunctionLimit {
    /// The figure.
    pub figure: fn(&Function) -> u32,
    /// The same for the code outside functions; none if the figure does not apply to it or there is nothing to measure.
    pub top_level: Option<fn(&TopLevel) -> Option<u32>>,
    /// What a function with this figure "has", e.g. `a nesting depth of 3`.
    pub phrase: fn(u32) -> String,
    /// What to do if the figure is too high.
    pub help: &'static str,
}

/// Why a rule about functions could not be measured.
pub(super) const NO_CODE: &str = "no file of a language with a grammar could be measured";

/// The common settings of these rules.
pub(super) trait Limited: Settings {
    /// The highest figure that is allowed.
    fn max(&self) -> u64;
    /// Test code counts too.
    fn tests(&self) -> bool;
}

/// Defines `Settings` with the keys `tests` and `max`; the rule gives the documentation and the default of `max`.
macro_rules! limit_settings {
    ($(#[$about:meta])* $doc:literal, $default:literal) => {
        $(#[$about])*
        #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub struct Settings {
            #[doc = $doc]
            pub max: u64,
            /// Whether test code counts too: tests, and code in test files, folders and modules.
            pub tests: bool,
        }

        impl Default for Settings {
            fn default() -> Self {
                Settings { max: $default, tests: true }
            }
        }

        impl function_limit::Limited for Settings {
            fn max(&self) -> u64 {
                self.max
            }

            fn tests(&self) -> bool {
                self.tests
            }
        }
    };
}

pub(super) use limit_settings;

/// Compares the figure of every function with the key `max`. A limit of 0 is a limit like any other.
pub(super) fn check<S: Limited>(input: &Input<'_>, limit: &FunctionLimit) -> Outcome {
    let settings = input.own::<S>();
    let (max, tests) = (settings.max(), settings.tests());
    let mut outcome = Outcome::default();
    let mut files = 0;
    for file in input.code_files() {
        files += 1;
        // A group of tests is not a function: its length grows with the number of tests.
        let functions =
            file.data.facts.functions.iter().filter(|function| function.kind != FunctionKind::Suite);
        for function in functions.filter(|function| tests || !file.is_test(function)) {
            outcome.checked += 1;
            let figure = (limit.figure)(function);
            if u64::from(figure) > max {
                outcome.findings.push(draft(file, function, figure, max, limit));
            }
        }
        if !tests && file.is_test_file() {
            continue;
        }
        let top_level = limit.top_level.and_then(|measure| measure(&file.data.facts.top_level));
        if let Some(figure) = top_level.filter(|figure| u64::from(*figure) > max) {
            let has = (limit.phrase)(figure);
            let message = format!("the code outside functions has {has}, over the limit of {max}");
            outcome.findings.push(Draft {
                value: Some(f64::from(figure)),
                limit: Some(max as f64),
                help: limit.help.to_owned(),
                context: "top level".to_owned(),
                ..Draft::new(file.path(), message)
            });
        }
    }
    if files == 0 {
        outcome.missing = Some(Missing::Unsupported(NO_CODE.to_owned()));
    }
    outcome
}

fn draft(file: &FileRecord, function: &Function, figure: u32, max: u64, limit: &FunctionLimit) -> Draft {
    let name = &function.qualified_name;
    let has = (limit.phrase)(figure);
    let least = if function.incomplete { " (at least: the parser skipped part of it)" } else { "" };
    Draft {
        span: Some(function.span),
        symbol: Some(name.clone()),
        value: Some(f64::from(figure)),
        limit: Some(max as f64),
        help: limit.help.to_owned(),
        ..Draft::new(file.path(), format!("`{name}` has {has}{least}, over the limit of {max}"))
    }
}
