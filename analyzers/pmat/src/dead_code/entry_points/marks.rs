//! Attributes, decorators and annotations, told by their names.

/// The name of an attribute without its arguments.
pub(super) fn name(text: &str) -> &str {
    text.split(['(', '=', '<', ' ']).next().unwrap_or(text).trim()
}

/// The last part of a dotted or scoped name.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

/// An attribute of Rust's that keeps an item that nothing uses from being reported.
pub(in crate::dead_code) fn rust_allows(text: &str) -> bool {
    let allows = text.starts_with("allow(") || text.starts_with("expect(");
    allows
        && text[6..]
            .split([',', '(', ')', ' '])
            .any(|lint| matches!(lint, "dead_code" | "unused" | "unused_macros" | "warnings"))
}

/// Attributes of Rust's functions after which nobody but the code itself calls them.
const RUST_INERT: &[&str] = &[
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

/// True for an attribute by which something outside of the code may call a function.
pub(in crate::dead_code) fn rust_registers(text: &str) -> bool {
    let name = name(text);
    !RUST_INERT.contains(&name) && !name.starts_with("clippy::")
}

const PYTHON_INERT: &[&str] = &[
    "property",
    "staticmethod",
    "classmethod",
    "abstractmethod",
    "abstractproperty",
    "cached_property",
    "lru_cache",
    "cache",
    "wraps",
    "contextmanager",
    "asynccontextmanager",
    "dataclass",
    "total_ordering",
    "overload",
    "final",
    "deprecated",
    "singledispatch",
    "setter",
    "getter",
    "deleter",
    "no_type_check",
    "runtime_checkable",
    "unique",
    "attrs",
    "define",
    "frozen",
    "override",
    "coroutine",
];

/// True for a decorator that may hand the function on to somebody.
pub(super) fn python_registers(text: &str) -> bool {
    !PYTHON_INERT.contains(&last_part(name(text)))
}

const JAVA_INERT: &[&str] = &[
    "Override",
    "Deprecated",
    "SuppressWarnings",
    "Nullable",
    "NonNull",
    "NotNull",
    "Nonnull",
    "CheckForNull",
    "SafeVarargs",
    "FunctionalInterface",
    "VisibleForTesting",
    "CanIgnoreReturnValue",
    "CheckReturnValue",
    "GuardedBy",
    "ThreadSafe",
    "Immutable",
    "Pure",
    "JvmStatic",
    "JvmField",
    "JvmOverloads",
    "Throws",
    "inline",
    "tailrec",
    "discardableResult",
    "available",
    "MainActor",
    "override",
    "immutable",
    "protected",
    "internal",
    "override",
    "visibleForTesting",
    "Obsolete",
    "Serializable",
    "Flags",
    "Pure",
    "NoReturn",
];

/// True for an annotation through which a framework may find what it stands at.
pub(super) fn annotation_registers(text: &str) -> bool {
    // `SuppressWarnings("unused")`: kept on purpose.
    !JAVA_INERT.contains(&last_part(name(text))) || text.contains("unused")
}

/// An attribute of C's by which something other than the code uses a function, or by which it is kept on purpose.
pub(super) fn c_keeps(text: &str) -> bool {
    let name = name(text).trim_matches('_');
    matches!(
        name,
        "constructor"
            | "destructor"
            | "used"
            | "unused"
            | "section"
            | "weak"
            | "alias"
            | "visibility"
            | "dllexport"
            | "interrupt"
            | "signal"
            | "maybe_unused"
            | "export_name"
            | "ifunc"
            | "retain"
    )
}
