//! Checks of testing.

use super::{Answer, Evidence, Project};
use facts::{FileRecord, Measured};

/// The numbers of tests and of functions that are not test code.
fn counted(project: &Project<'_>) -> (usize, usize) {
    let others = |file: &FileRecord| {
        file.data.facts.functions.iter().filter(|function| !file.is_test(function)).count()
    };
    (project.facts.tests(), project.facts.files.iter().map(others).sum())
}

pub(super) fn tests(project: &Project<'_>) -> Answer {
    let (tests, others) = counted(project);
    if tests + others == 0 {
        return Answer::not_measured("no function was measured");
    }
    let with_tests = project.facts.files.iter().filter_map(|file| {
        let first = file.tests().next()?;
        Some(Evidence::line(file.path(), first.span.start_line, format!("test {}", first.name)))
    });
    Answer::earned(with_tests.take(3).collect(), "no test was found")
}

pub(super) fn test_share(project: &Project<'_>) -> Answer {
    let (tests, others) = counted(project);
    let figure = match others {
        0 => Measured::unsupported("no function except tests was measured"),
        _ => Measured::Value(tests),
    };
    Answer::of_figure(
        &figure,
        |tests| tests * 10 >= others,
        |tests| format!("{tests} tests, {others} other functions"),
    )
}

fn at_least(figure: &Measured<(String, f64)>, least: f64, what: &str) -> Answer {
    let says = |(report, share): &(String, f64)| format!("{report}: {share:.1} % of the {what}");
    Answer::of_figure(figure, |(_, share)| *share >= least, says)
}

pub(super) fn coverage_60(project: &Project<'_>) -> Answer {
    at_least(&project.measured.coverage, 60.0, "lines ran")
}

pub(super) fn coverage_80(project: &Project<'_>) -> Answer {
    at_least(&project.measured.coverage, 80.0, "lines ran")
}

pub(super) fn mutation_60(project: &Project<'_>) -> Answer {
    at_least(&project.measured.mutation, 60.0, "mutants were detected")
}

pub(super) fn mutation_80(project: &Project<'_>) -> Answer {
    at_least(&project.measured.mutation, 80.0, "mutants were detected")
}
