//! Python projects.

use super::{Found, Kind, Otherwise, Place, Unit, make};
use crate::command_line::CommandLine;
use programs::Program;
use std::path::PathBuf;

const MARKS: [&str; 5] = ["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"];

/// The nearest folder with a manifest, else the outermost one with tests.
pub fn find(file: &Place<'_>) -> Found {
    let is_project = |place: &Place<'_>| MARKS.iter().any(|name| place.has(name));
    let folder = file.nearest(is_project).or_else(|| file.outermost(has_tests));
    let Some(folder) = folder else {
        let marks = MARKS.join(", ");
        return Err(format!("there is neither a Python project ({marks}) nor a folder with tests above it"));
    };
    Ok((Kind::Python, folder, make(|place| Ok(unit(place)))))
}

fn has_tests(place: &Place<'_>) -> bool {
    let is_test = |name: &String| {
        name == "tests" || name == "test" || (name.starts_with("test_") && name.ends_with(".py"))
    };
    place.names("").iter().any(is_test)
}

/// Tested by pytest if the interpreter has it; it is asked when the tests are to run.
fn unit(place: &Place<'_>) -> Unit {
    let python = interpreter(place);
    let line = |words: &[&str]| CommandLine::of(python.clone(), words.iter().copied());
    let mut unit = Unit::new(Kind::Python, &place.folder, None, line(&["-m", "pytest", "-x", "-q"]));
    unit.otherwise = Some(Otherwise {
        question: line(&["-c", "import pytest"]),
        test: line(&["-m", "unittest", "--failfast"]),
    });
    let source = if place.folder.is_empty() { "src".to_owned() } else { format!("{}/src", place.folder) };
    // The tree's own modules take precedence over a copy that is installed, or linked by an editable installation.
    if place.has_folder("src") {
        unit.python_path.push(source);
    }
    unit.python_path.push(place.folder.clone());
    unit
}

/// The interpreter of the project's virtual environment, of the active one, or on the search path.
#[expect(clippy::disallowed_methods, reason = "environment: the virtual environment that is switched on")]
fn interpreter(place: &Place<'_>) -> Program {
    let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let mut environments: Vec<PathBuf> = Vec::new();
    for folder in [place.path(""), place.root.to_owned()] {
        environments.extend([".venv", "venv"].map(|name| folder.join(name)));
    }
    environments.extend(std::env::var_os("VIRTUAL_ENV").map(PathBuf::from));
    let own = environments.into_iter().map(|folder| folder.join(inside)).find(|python| python.is_file());
    own.map_or(Program::Python, Program::OfTheTree)
}
