//! The page that compares two revisions.

use super::page::{Head, Page};
use crate::output::{Meaning, counted, word};
use facts::Measured;
use pmat::tdg::{Change, FileChange, Standing, TdgComparison};

/// Fills the page.
pub fn fill(page: &mut Page, name: &str, comparison: &TdgComparison) {
    page.heading(format!("{name}: change since {}", comparison.baseline));
    let standing = |standing: &Measured<Standing>| match standing {
        Measured::Value(standing) => format!("{} {}", standing.score, standing.grade),
        Measured::Missing(why) => format!("not graded ({why})"),
    };
    let (text, meaning) = match &comparison.change {
        Measured::Missing(_) => (String::new(), Meaning::Warning),
        Measured::Value(change) => {
            let meaning = match change.as_hundredths() {
                0 => Meaning::Plain,
                below if below < 0 => Meaning::Bad,
                _ => Meaning::Good,
            };
            (format!(" ({change:+})"), meaning)
        }
    };
    page.line(format!("{} → {}{text}", standing(&comparison.before), standing(&comparison.after)), meaning);
    page.table(
        vec![
            Head::Text("Change"),
            Head::Figure("Points"),
            Head::Figure("Before"),
            Head::Figure("After"),
            Head::Path("File"),
        ],
        comparison.files.iter().map(row).collect(),
    );
    let count = |status: Change| comparison.files.iter().filter(|file| file.status == status).count();
    page.line(
        format!(
            "{} worsened, {} new, {} improved, {} removed, {} unchanged",
            count(Change::Worsened),
            count(Change::New),
            count(Change::Improved),
            count(Change::Removed),
            counted(comparison.unchanged, "file", "files"),
        ),
        Meaning::Plain,
    );
}

fn row(file: &FileChange) -> Vec<(String, Meaning)> {
    let standing = |standing: &Option<Standing>| match standing {
        Some(standing) => format!("{} {}", standing.score, standing.grade),
        None => String::new(),
    };
    let meaning = match file.status {
        Change::Worsened => Meaning::Bad,
        Change::Improved => Meaning::Good,
        Change::New | Change::Removed => Meaning::Plain,
    };
    let change = file.change.map_or_else(String::new, |change| format!("{change:+}"));
    vec![
        (word(&file.status), meaning),
        (change, meaning),
        (standing(&file.before), Meaning::Plain),
        (standing(&file.after), Meaning::Plain),
        (file.path.to_string(), Meaning::Plain),
    ]
}
