//! The definition of every key.

use super::PathPatterns;
use crate::rule::Rule;

/// One key: its name, documentation, kind and default.
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it sets, in one sentence.
    pub doc: &'static str,
    /// What it takes, with its default.
    pub kind: Kind,
}

/// What a key takes, with its default.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A whole number from 0.
    Integer(u64),
    /// A number from 0 to 100.
    Percent(f64),
    /// A number of bytes, or a text such as `4 MiB`.
    Bytes(u64),
    /// `true` or `false`.
    Flag(bool),
    /// One of several words.
    Choice {
        /// The words.
        of: &'static [&'static str],
        /// The default.
        default: &'static str,
    },
    /// A list of path patterns; empty by default.
    Patterns,
    /// A path of the repository; the default where it is not empty.
    Path(&'static str),
}

/// A decoded value.
#[derive(Debug, Clone)]
pub enum Value {
    /// A whole number.
    Integer(u64),
    /// A percentage.
    Percent(f64),
    /// A number of bytes.
    Bytes(u64),
    /// Yes or no.
    Flag(bool),
    /// One of the words of its [`Kind::Choice`].
    Choice(&'static str),
    /// Path patterns.
    Patterns(PathPatterns),
    /// A path; empty when none is set.
    Path(String),
}

impl Kind {
    /// The value when the key is absent.
    pub fn default_value(self) -> Value {
        match self {
            Kind::Integer(value) => Value::Integer(value),
            Kind::Percent(value) => Value::Percent(value),
            Kind::Bytes(value) => Value::Bytes(value),
            Kind::Flag(value) => Value::Flag(value),
            Kind::Choice { default, .. } => Value::Choice(default),
            Kind::Patterns => Value::Patterns(PathPatterns::none()),
            Kind::Path(path) => Value::Path(path.to_owned()),
        }
    }

    /// What the key takes, for a person.
    pub fn wanted(self) -> String {
        match self {
            Kind::Integer(_) => "a whole number from 0".to_owned(),
            Kind::Percent(_) => "a number from 0 to 100".to_owned(),
            Kind::Bytes(_) => "a number of bytes or a size such as \"4 MiB\"".to_owned(),
            Kind::Flag(_) => "true or false".to_owned(),
            Kind::Choice { of, .. } => {
                let quoted: Vec<String> = of.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
            Kind::Patterns => "a list of path patterns such as [\"vendor/**\"]".to_owned(),
            Kind::Path(_) => "a path such as \"target/lcov.info\"".to_owned(),
        }
    }

    /// The default as TOML.
    pub fn default_toml(self) -> String {
        match self {
            Kind::Integer(value) => value.to_string(),
            Kind::Percent(value) => value.to_string(),
            Kind::Bytes(value) => match (value % (1 << 20), value % (1 << 10)) {
                (0, _) if value > 0 => format!("\"{} MiB\"", value >> 20),
                (_, 0) if value > 0 => format!("\"{} KiB\"", value >> 10),
                _ => value.to_string(),
            },
            Kind::Flag(value) => value.to_string(),
            Kind::Choice { default, .. } => format!("\"{default}\""),
            Kind::Patterns => "[]".to_owned(),
            Kind::Path(path) => format!("\"{path}\""),
        }
    }
}

/// A section whose keys are always the same.
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// `[exclude]`, `[limits]`, `[gate]` and `[hooks]`.
pub fn fixed_sections() -> [&'static Section; 4] {
    [&EXCLUDE, &LIMITS, &GATE, &HOOKS]
}

pub(super) static EXCLUDE: Section = Section {
    name: "exclude",
    doc: "What is not analysed at all.",
    keys: &[Key {
        name: "paths",
        doc: "Files and folders to leave out, besides those that .gitignore and .gitattributes (linguist-generated, \
              linguist-vendored) leave out.",
        kind: Kind::Patterns,
    }],
};

pub(super) static LIMITS: Section = Section {
    name: "limits",
    doc: "Bounds on the work done for one file.",
    keys: &[Key {
        name: "max-file-size",
        doc: "Larger files are listed as not measured instead of being parsed. At most 64 MiB.",
        kind: Kind::Bytes(4 << 20),
    }],
};

pub(super) static GATE: Section = Section {
    name: "gate",
    doc: "When the quality gate fails.",
    keys: &[
        Key {
            name: "fail-on",
            doc: "Findings of this level and above fail the gate.",
            kind: Kind::Choice { of: &["error", "warning"], default: "error" },
        },
        Key {
            name: "baseline",
            doc: "The file with findings that are accepted, from the repository's root. When it is named, every gate judges \
                  by it; otherwise `--baseline check` does, by batuta-baseline.json.",
            kind: Kind::Path(""),
        },
    ],
};

/// What a hook judges, word by word of [`Judged`](super::Judged).
const JUDGED: Kind = Kind::Choice { of: &["changed", "new-code", "all", "off"], default: "changed" };

pub(super) static HOOKS: Section = Section {
    name: "hooks",
    doc: "What the hooks of `pmat hooks` judge.",
    keys: &[
        Key {
            name: "pre-commit",
            doc: "Which findings refuse a commit: those in the files that it touches, those that are new in it, all of the \
                  index, or none.",
            kind: JUDGED,
        },
        Key {
            name: "commit-msg",
            doc: "Whether a commit message must follow Conventional Commits 1.0.0.",
            kind: Kind::Choice { of: &["off", "conventional"], default: "off" },
        },
        Key {
            name: "pre-push",
            doc: "Which findings refuse a push on the side that pushes: those in the files that the pushed commits touch, those \
                  that are new in them, all of the pushed tree, or none.",
            kind: JUDGED,
        },
        Key {
            name: "pre-receive",
            doc: "The same on the side that receives, for the hooks pre-receive and update.",
            kind: JUDGED,
        },
    ],
};

/// The words of a rule's `level`.
const LEVELS: &[&str] = &["error", "warning", "off"];

/// What every rule has besides its own keys: `level` and `exclude`.
pub(super) fn keys_of_all_rules(rule: &Rule) -> [Key; 2] {
    let level = Kind::Choice { of: LEVELS, default: rule.default_level() };
    [
        Key { name: "level", doc: LEVEL_DOC, kind: level },
        Key { name: "exclude", doc: RULE_EXCLUDE_DOC, kind: Kind::Patterns },
    ]
}

const LEVEL_DOC: &str = "How serious the rule's findings are; \"off\" switches it off.";
const RULE_EXCLUDE_DOC: &str = "Files and folders that the rule does not look at.";
