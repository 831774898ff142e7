//! Attributes, decorators and annotations, told by their names.

pub(super) use facts::language::of_rust::{allows_dead_code as rust_allows, registers as rust_registers};

/// The name of an attribute without its arguments.
pub(super) fn name(text: &str) -> &str {
    text.split(['(', '=', '<', ' ']).next().unwrap_or(text).trim()
}

/// The last part of a dotted or scoped name.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
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
