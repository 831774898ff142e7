//! Checks of code quality.

use super::{Answer, Project};
use crate::satd::{SatdOptions, analyze};
use crate::tdg::{Grade, Points};
use facts::Measured;
use facts::model::{Function, ParseStatus};
use facts::repo::FileRecord;

const MAX_COGNITIVE: u32 = 25;
const MAX_DUPLICATED: f64 = 5.0;
const MAX_DEBT: f64 = 1.0;

fn grade(project: &Project<'_>, wanted: Grade) -> Answer {
    let says =
        |(points, grade): &(Points, Grade)| format!("technical-debt grade {grade}, {points} of 100 points");
    Answer::of_figure(&project.measured.tdg, |(_, grade)| *grade <= wanted, says)
}

pub(super) fn tdg_c(project: &Project<'_>) -> Answer {
    grade(project, Grade::C)
}

pub(super) fn tdg_b(project: &Project<'_>) -> Answer {
    grade(project, Grade::B)
}

pub(super) fn tdg_a(project: &Project<'_>) -> Answer {
    grade(project, Grade::AMinus)
}

pub(super) fn complexity(project: &Project<'_>) -> Answer {
    let functions = || project.facts.files.iter().flat_map(|file| &file.data.facts.functions);
    let all = functions().count();
    let simple = functions().filter(|function: &&Function| function.cognitive <= MAX_COGNITIVE).count();
    let share = match all {
        0 => Measured::unsupported("no function was measured"),
        _ => Measured::Value(100.0 * simple as f64 / all as f64),
    };
    let says = |share: &f64| {
        format!(
            "{simple} of {all} functions ({share:.2} %) have a cognitive complexity of at most {MAX_COGNITIVE}"
        )
    };
    Answer::of_figure(&share, |share| *share >= 99.0, says)
}

pub(super) fn admitted_debt(project: &Project<'_>) -> Answer {
    let report = analyze(project.facts, &SatdOptions::default());
    let says =
        |density: &f64| format!("{density:.2} items of self-admitted debt in 1,000 lines ({})", report.total);
    Answer::of_figure(&report.density, |density| *density <= MAX_DEBT, says)
}

pub(super) fn duplication(project: &Project<'_>) -> Answer {
    let says =
        |share: &f64| format!("{share:.2} % of the lines are duplicated (as the rule `duplication` counts)");
    Answer::of_figure(&project.measured.duplicated, |share| *share <= MAX_DUPLICATED, says)
}

pub(super) fn import_cycles(project: &Project<'_>) -> Answer {
    let says = |cycles: &usize| match cycles {
        0 => "no cycle among the imports of files".to_owned(),
        1 => "1 group of files that import each other".to_owned(),
        n => format!("{n} groups of files that import each other"),
    };
    Answer::of_figure(&project.measured.import_cycles, |cycles| *cycles == 0, says)
}

pub(super) fn parses(project: &Project<'_>) -> Answer {
    let mut files = 0;
    let mut broken = Vec::new();
    let parsed = |file: &&FileRecord| file.data.facts.parse != ParseStatus::LinesOnly;
    for file in project.facts.files.iter().filter(parsed) {
        files += 1;
        let conflict = !file.data.facts.conflict_markers.is_empty();
        if conflict || file.data.facts.parse != ParseStatus::Complete {
            broken.push(file.path().to_string());
        }
    }
    let broken_files = match files {
        0 => Measured::unsupported("no file of a language with a grammar"),
        _ => Measured::Value(broken.len()),
    };
    let says = |count: &usize| match broken.first() {
        Some(first) => format!("{count} of {files} files cannot be parsed in full, the first is {first}"),
        None => format!("all {files} files were parsed in full"),
    };
    Answer::of_figure(&broken_files, |count| *count == 0, says)
}

pub(super) fn no_secrets(project: &Project<'_>) -> Answer {
    let found = project.facts.files.iter().find(|file| !file.data.facts.secrets.is_empty());
    let files = project.facts.files.len();
    let first = match (files, found) {
        (0, _) => Measured::unsupported("no file was measured"),
        (_, found) => Measured::Value(
            found.map(|file| format!("{}:{}", file.path(), file.data.facts.secrets[0].span.start_line)),
        ),
    };
    let says = |first: &Option<String>| match first {
        Some(place) => format!("{place} has something like a credential"),
        None => format!("no credential was found in {files} files"),
    };
    Answer::of_figure(&first, Option::is_none, says)
}
