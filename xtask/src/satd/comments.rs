//! The labelled comments.

use alimentar::{Column, ColumnType, Options, Text, read_csv};
use anyhow::{Context, Result, bail};
use pmat::satd::Category;
use pmat::satd::learned::{self, Terms};
use regex::Regex;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::process::Command;

/// The label of a comment without debt.
const NONE: &str = "WITHOUT_CLASSIFICATION";

/// One comment and its label.
pub struct Labelled {
    /// Place of its project.
    pub project: usize,
    /// Whether it admits debt.
    pub admits: bool,
    /// The subject of the debt; `None` for documentation, which the model does not know.
    pub subject: Option<Category>,
    /// The comment as it would be in a source file.
    pub text: String,
    /// Its terms; `None` for licence headers and commented-out code.
    pub terms: Option<Terms>,
    /// Number of comments in its project with the same terms.
    pub copies: usize,
}

/// All of them.
pub struct Comments {
    /// Names of the projects, ascending.
    pub projects: Vec<String>,
    /// In the order of the file.
    pub rows: Vec<Labelled>,
    /// BLAKE3 of the file without its compression.
    pub digest: blake3::Hash,
}

impl Comments {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Comments> {
        let bytes = contents(path)?;
        let name = path.display().to_string();
        let text = |column: &str| (column.to_owned(), ColumnType::Text);
        let types = ["project", "class", "comment"].map(text).into_iter().collect();
        let frame = read_csv(&bytes[..], &name, &Options { types, ..Options::default() })?;
        let column = |column: &str| match frame.get(column) {
            Some(Column::Text(text)) => Ok(strings(text)),
            _ => bail!("{name}: no column \"{column}\""),
        };
        let (of, classes, texts) = (column("project")?, column("class")?, column("comment")?);
        let projects: Vec<String> = of.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let mut rows = Vec::with_capacity(of.len());
        for ((project, class), text) in of.iter().zip(&classes).zip(texts) {
            let text = as_in_source(&text);
            rows.push(Labelled {
                project: projects.partition_point(|known| known < project),
                admits: class != NONE,
                subject: subject(class).with_context(|| format!("{name}: unknown class {class}"))?,
                terms: learned::terms(&text),
                text,
                copies: 0,
            });
        }
        count_copies(&mut rows);
        Ok(Comments { projects, rows, digest: blake3::hash(&bytes) })
    }

    /// Every row.
    pub fn all(&self) -> Vec<usize> {
        (0..self.rows.len()).collect()
    }
}

fn strings(text: &Text) -> Vec<String> {
    text.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
}

/// The bytes of a file, unpacked if it is gzip-compressed.
fn contents(path: &Path) -> Result<Vec<u8>> {
    if path.extension().is_none_or(|ending| ending != "gz") {
        return std::fs::read(path).with_context(|| path.display().to_string());
    }
    let unpacked = Command::new("gzip").arg("-dc").arg(path).output().context("gzip cannot be started")?;
    if !unpacked.status.success() {
        bail!("gzip: {}", String::from_utf8_lossy(&unpacked.stderr).trim());
    }
    Ok(unpacked.stdout)
}

/// The data set joins adjacent line comments into one line; this restores a comment's lines.
fn as_in_source(comment: &str) -> String {
    let join = Regex::new(r"\s//").expect("a fixed expression");
    if comment.starts_with("//") {
        join.replace_all(comment, "\n//").into_owned()
    } else {
        comment.to_owned()
    }
}

fn subject(class: &str) -> Option<Option<Category>> {
    Some(match class {
        NONE | "DOCUMENTATION" => None,
        "DESIGN" => Some(Category::Design),
        "IMPLEMENTATION" => Some(Category::Requirement),
        "DEFECT" => Some(Category::Defect),
        "TEST" => Some(Category::Test),
        _ => return None,
    })
}

fn count_copies(rows: &mut [Labelled]) {
    let mut counts: HashMap<(usize, Option<Vec<u32>>), usize> = HashMap::new();
    let key = |row: &Labelled| (row.project, row.terms.as_ref().map(|terms| terms.hashes().to_vec()));
    rows.iter().for_each(|row| *counts.entry(key(row)).or_insert(0) += 1);
    for row in rows {
        row.copies = counts[&key(row)];
    }
}
