//! Initial inputs of a fuzz target: files of the repository, and those of `fuzz/seeds/`, in the target's input format.

use crate::process::repository_files;
use anyhow::{Context, Result};
use facts::language::{Detection, Language, detect};
use std::path::Path;

/// Files of a target: their paths contain the first text and end in one of the second.
struct Source {
    target: &'static str,
    within: &'static str,
    endings: &'static [&'static str],
}

/// Whole files of the repository.
const SOURCES: &[Source] = &[
    Source { target: "languages", within: "/cases/", endings: &[""] },
    Source { target: "configuration", within: "batuta.toml", endings: &[""] },
    Source { target: "tables", within: "docs/tutorial/", endings: &[".csv"] },
    Source { target: "apr", within: "tests/apr/golden/", endings: &[".apr"] },
    Source { target: "secrets", within: "docs/secrets", endings: &[".md"] },
    Source { target: "text", within: "docs/", endings: &[".md"] },
];

/// Models of other programs, from the tests of the import.
const FOREIGN_MODELS: &str = "ml/aprender/tests/data/foreign_models.json";

/// Larger files would slow the search down.
const LARGEST: usize = 64 << 10;

/// Writes the seeds of a target into its corpus.
///
/// # Errors
/// A file cannot be read or written.
pub fn write(root: &Path, target: &str, corpus: &Path) -> Result<()> {
    let mut seeds = Vec::new();
    for path in repository_files(root)?.iter().filter(|path| is_seed(path, target)) {
        let bytes = std::fs::read(root.join(path)).with_context(|| format!("cannot read {path}"))?;
        seeds.extend(shaped(target, path, bytes));
    }
    if target == "foreign_trees" {
        seeds.extend(foreign_models(root)?);
    }
    for (number, bytes) in seeds.iter().enumerate().filter(|(_, bytes)| bytes.len() <= LARGEST) {
        let path = corpus.join(format!("seed-{number}"));
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn is_seed(path: &str, target: &str) -> bool {
    let own = path.strip_prefix("fuzz/seeds/").and_then(|rest| rest.strip_prefix(target));
    own.is_some_and(|rest| rest.starts_with('/'))
        || SOURCES.iter().any(|source| {
            source.target == target
                && path.contains(source.within)
                && source.endings.iter().any(|ending| path.ends_with(ending))
        })
}

/// The bytes in the target's format: some formats begin with a selector.
fn shaped(target: &str, path: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    match target {
        "languages" => {
            let Detection::Known(language) = detect(&path.into(), Some(&bytes)) else { return None };
            let place = Language::ALL.iter().position(|known| *known == language)?;
            bytes.insert(0, u8::try_from(place).ok()?);
        }
        "apr" => bytes.insert(0, 1),
        _ => {}
    }
    Some(bytes)
}

fn foreign_models(root: &Path) -> Result<Vec<Vec<u8>>> {
    let text = std::fs::read_to_string(root.join(FOREIGN_MODELS))
        .with_context(|| format!("cannot read {FOREIGN_MODELS}"))?;
    let data: serde_json::Value = serde_json::from_str(&text)?;
    let cases = data["cases"].as_array().into_iter().flatten();
    Ok(cases.filter_map(|case| Some(case["model"].as_str()?.as_bytes().to_vec())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_belong_to_their_target() {
        assert!(is_seed("fuzz/seeds/coverage/lcov.info", "coverage"));
        assert!(!is_seed("fuzz/seeds/coverage/lcov.info", "cover"));
        assert!(is_seed("docs/tutorial/wine.csv", "tables") && !is_seed("docs/tutorial/wine.csv", "text"));
    }

    #[test]
    fn a_source_file_begins_with_its_language() {
        let seed = shaped("languages", "a/cases/b.py", b"x = 1\n".to_vec()).expect("a language");
        assert_eq!(Language::ALL[usize::from(seed[0])], Language::Python);
        assert_eq!(&seed[1..], b"x = 1\n");
        assert_eq!(shaped("languages", "a/cases/b.expected", Vec::new()), None);
    }

    #[test]
    fn there_are_models_of_other_programs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the crate stands in the workspace's folder");
        let models = foreign_models(root).expect("the file is there");
        assert!(models.len() > 5 && models.iter().all(|model| !model.is_empty()));
    }
}
