//! What Rust attributes say about the item below them.

/// True for an attribute that silences reports about an unused item: `allow(dead_code)`, `expect(unused)`.
pub fn allows_dead_code(text: &str) -> bool {
    // `cfg_attr(not(test), expect(dead_code))`
    let under = |text: &str| {
        let conditional = text.starts_with("cfg_attr(");
        ["allow(", "expect("].iter().any(|word| conditional && text.contains(word))
    };
    let allows = text.starts_with("allow(") || text.starts_with("expect(") || under(text);
    allows
        && text[6..]
            .split([',', '(', ')', ' '])
            .any(|lint| matches!(lint, "dead_code" | "unused" | "unused_macros" | "warnings"))
}

/// Attributes that do not cause a function to be called from outside of the code.
const INERT: &[&str] = &[
    "inline",
    "cold",
    "must_use",
    "allow",
    "warn",
    "deny",
    "forbid",
    "expect",
    "doc",
    "derive",
    "cfg",
    "cfg_attr",
    "deprecated",
    "track_caller",
    "target_feature",
    "non_exhaustive",
    "repr",
    "rustfmt",
    "rustfmt::skip",
    "serde",
    "arg",
    "command",
    "value",
    "clap",
    "error",
    "source",
    "from",
    "instrument",
    "tracing::instrument",
    "async_trait",
    "default",
    "automatically_derived",
    "stable",
    "unstable",
    "rustc_const_stable",
    "coverage",
    "optimize",
    "ignore",
    "should_panic",
    "macro_use",
    "path",
    "clippy::cognitive_complexity",
    "clippy::msrv",
    "diagnostic::on_unimplemented",
    "rustc_hash",
    "async_recursion",
    "cached",
    "memoize",
];

/// True for an attribute that may let outside code call a function, or that turns the function into another one.
pub fn registers(text: &str) -> bool {
    let name = text.split(['(', '=', '<', ' ']).next().unwrap_or(text).trim();
    !INERT.contains(&name) && !name.starts_with("clippy::")
}
