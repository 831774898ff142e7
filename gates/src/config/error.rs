use std::fmt;

/// What is wrong with a `batuta.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as the user named it.
    pub origin: String,
    /// Every problem, in order of its place; never empty.
    pub problems: Vec<Problem>,
}

/// One problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{}:{}: {}", self.origin, problem.line, problem.column, problem.message)?;
            if !problem.help.is_empty() {
                write!(f, "\n  help: {}", problem.help)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// `; did you mean "…"?` for the known name nearest to `name`; empty if none is near.
pub(crate) fn suggestion<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    suggested(nearest(name, known))
}

/// The same for a given nearest name.
pub(crate) fn suggested(nearest: Option<&str>) -> String {
    nearest.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

/// The known name nearest to `name`: fewer than half of its letters differ (Damerau-Levenshtein), or one is a prefix of
/// the other.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase().replace('_', "-");
    let distance = |candidate: &str| match candidate.starts_with(&lower) || lower.starts_with(candidate) {
        true if !lower.is_empty() => 1,
        _ => strsim::damerau_levenshtein(&lower, candidate),
    };
    let nearest = known.into_iter().map(|candidate| (distance(candidate), candidate)).min()?;
    (nearest.0 * 2 < nearest.1.chars().count().max(3)).then_some(nearest.1)
}
