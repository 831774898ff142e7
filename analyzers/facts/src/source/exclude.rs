use super::{SourceError, bounds};
use gix::bstr::ByteSlice;
use gix::glob::pattern::Case;

/// The `[exclude] paths` of batuta.toml: patterns as in a .gitignore at the root of the tree.
#[derive(Debug, Clone, Default)]
pub struct ExcludeRules {
    search: Option<gix::ignore::Search>,
}

impl ExcludeRules {
    /// Excludes nothing.
    pub fn none() -> Self {
        ExcludeRules::default()
    }

    /// Reads one pattern per item, in the order of the file: a later one overrides an earlier one.
    ///
    /// # Errors
    /// A pattern that could never match: an empty one, a comment, or one that is not a valid glob.
    pub fn new<P: AsRef<str>>(patterns: impl IntoIterator<Item = P>) -> Result<Self, SourceError> {
        let patterns: Vec<String> = patterns.into_iter().map(|pattern| pattern.as_ref().to_owned()).collect();
        for pattern in &patterns {
            check(pattern)?;
        }
        if patterns.is_empty() {
            return Ok(ExcludeRules::none());
        }
        let parse = gix::ignore::search::Ignore { support_precious: false };
        Ok(ExcludeRules { search: Some(gix::ignore::Search::from_overrides(patterns, parse)) })
    }

    /// True if nothing is excluded.
    pub fn is_empty(&self) -> bool {
        self.search.is_none()
    }

    /// True if this path is excluded; then its folders are not searched.
    pub(super) fn matches(&self, path: &[u8], is_folder: bool) -> bool {
        let Some(search) = &self.search else { return false };
        search
            .pattern_matching_relative_path(path.as_bstr(), Some(is_folder), Case::Sensitive)
            .is_some_and(|found| !found.pattern.is_negative())
    }

    /// The outermost excluded folder of the file `path`, or `path` itself if it is excluded.
    pub fn excluded_part<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        self.search.as_ref()?;
        let folder =
            path.find_iter(b"/").map(|slash| &path[..slash]).find(|folder| self.matches(folder, true));
        folder.or_else(|| self.matches(path, false).then_some(path))
    }

    /// The same for a folder.
    pub(super) fn excluded_part_of_folder<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        self.search.as_ref()?;
        let above = path.find_iter(b"/").map(|slash| &path[..slash]);
        above.chain((!path.is_empty()).then_some(path)).find(|folder| self.matches(folder, true))
    }
}

/// Why a pattern exceeds the limits, if it does: the glob compiler recurses into its braces, and the repository may be
/// untrusted.
pub fn beyond_bounds(pattern: &str) -> Option<&'static str> {
    const LONGEST: usize = 4_000;
    const DEEPEST: usize = 8;
    let mut depth = 0_usize;
    let nests = pattern.bytes().any(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    });
    match pattern.len() {
        length if length > LONGEST => Some("is longer than 4,000 bytes"),
        _ if nests => Some("has braces more than eight deep"),
        _ => None,
    }
}

fn check(pattern: &str) -> Result<(), SourceError> {
    let wrong = |why: &str| {
        SourceError::new(format!(
            "[exclude] paths in batuta.toml: the pattern {pattern:?} {why}; write patterns as in a .gitignore"
        ))
    };
    let bare = pattern.trim();
    if bare.is_empty() || bare.starts_with('#') {
        return Err(wrong("matches nothing"));
    }
    if let Some(why) = beyond_bounds(bare) {
        return Err(wrong(why));
    }
    if bounds::has_many_ways(bare.as_bytes()) {
        return Err(wrong(&format!("has more than {} `**/`", bounds::MOST_DOUBLE_STARS)));
    }
    match globset::Glob::new(bare.trim_start_matches('!')) {
        Ok(_) => Ok(()),
        Err(error) => Err(wrong(&format!("is not a valid glob ({})", error.kind()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_excluded_folder_is_named() {
        let rules = ExcludeRules::new(["third_party/", "*.min.js", "!keep.min.js"]).expect("valid patterns");
        assert_eq!(rules.excluded_part(b"a/third_party/b/c.rs"), Some(&b"a/third_party"[..]));
        assert_eq!(rules.excluded_part(b"web/x.min.js"), Some(&b"web/x.min.js"[..]));
        assert_eq!(rules.excluded_part(b"web/keep.min.js"), None);
        assert_eq!(rules.excluded_part(b"third_party"), None, "a file is not the folder of that name");
    }

    #[test]
    fn patterns_without_bounds_are_errors() {
        let deep = format!("{}a{}", "{".repeat(100_000), "}".repeat(100_000));
        for pattern in [&deep, &"{".repeat(9), &"a".repeat(5_000)] {
            assert!(ExcludeRules::new([pattern]).is_err(), "{}", pattern.len());
        }
        assert!(ExcludeRules::new(["a/{b,{c,d}}/*.rs"]).is_ok());
    }

    #[test]
    fn double_stars_mean_any_number_of_folders_and_only_a_few_are_allowed() {
        let rules = ExcludeRules::new(["**/foo", "bar/**", "a/**/b", "**/x/**/y/**/z/**"]).expect("few");
        for path in ["foo", "d/e/foo", "bar/d/f", "a/b", "a/d/e/b", "x/y/z/f", "d/x/d/e/y/d/z/f"] {
            assert!(rules.matches(path.as_bytes(), false), "{path}");
        }
        for path in ["d/food", "bar", "d/bar/f", "a/d/c", "d/a/b", "x/y/z", "x/z/y/f"] {
            assert!(!rules.matches(path.as_bytes(), false), "{path}");
        }
        let error = ExcludeRules::new(["**/a/**/a/**/a/**/b"]).expect_err("16 times the work").to_string();
        assert!(error.contains("has more than 3 `**/`"), "{error}");
    }

    #[test]
    fn patterns_that_cannot_match_are_errors() {
        for pattern in ["", "  ", "# note", "a[b"] {
            let error = ExcludeRules::new([pattern]).expect_err("a useless pattern").to_string();
            assert!(error.contains("[exclude] paths") && error.contains(pattern), "{error}");
        }
    }
}
