use facts::model::RepoPath;
use facts::source::{ExcludeRules, SourceError};

/// Patterns of paths as in a `.gitignore` at the root of the tree.
#[derive(Debug, Clone, Default)]
pub struct PathPatterns {
    texts: Vec<String>,
    rules: ExcludeRules,
}

/// A pattern that can match nothing.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct PatternError {
    /// Its index among the patterns, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub source: SourceError,
}

impl PathPatterns {
    /// Patterns that match nothing.
    pub fn none() -> Self {
        PathPatterns::default()
    }

    /// Reads patterns; a later one overrides an earlier one.
    ///
    /// # Errors
    /// The first pattern that can match nothing.
    pub fn new(texts: Vec<String>) -> Result<Self, PatternError> {
        for (index, text) in texts.iter().enumerate() {
            ExcludeRules::new([text]).map_err(|source| PatternError { index, source })?;
        }
        let rules = ExcludeRules::new(&texts).map_err(|source| PatternError { index: 0, source })?;
        Ok(PathPatterns { texts, rules })
    }

    /// True when a pattern matches the path or a folder above it.
    pub fn is_match(&self, path: &RepoPath) -> bool {
        self.rules.excluded_part(path.as_bytes()).is_some()
    }

    /// The patterns as they were written.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The same patterns as exclude rules for opening a tree.
    pub fn exclude_rules(&self) -> &ExcludeRules {
        &self.rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        PathPatterns::new(vec![pattern.to_owned()]).expect("a valid pattern").is_match(&RepoPath::from(path))
    }

    /// The rules of gitignore(5) for the same patterns.
    #[test]
    fn patterns_match_as_in_gitignore() {
        assert!(matches("target", "a/target/b.rs") && matches("target", "target"));
        assert!(matches("*.pb.go", "x/y/z.pb.go") && !matches("*.pb.go", "x/z.go"));
        assert!(matches("src/gen", "src/gen/a.rs") && !matches("src/gen", "lib/src/gen/a.rs"));
        assert!(matches("/build", "build/a") && !matches("/build", "x/build/a"));
        assert!(matches("src/*/a.rs", "src/x/a.rs") && !matches("src/*/a.rs", "src/x/y/a.rs"));
        assert!(matches("src/**/a.rs", "src/x/y/a.rs") && matches("vendor/", "vendor/x"));
    }

    #[test]
    fn a_path_that_is_not_utf8_is_matched_by_its_bytes() {
        let patterns = PathPatterns::new(vec!["odd/*".to_owned()]).expect("a valid pattern");
        assert!(patterns.is_match(&RepoPath::new(b"odd/\xff.rs".to_vec())));
    }
}
