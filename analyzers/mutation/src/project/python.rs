//! Python projects.

use super::{Found, Kind, Place, Unit, make};
use crate::command_line::CommandLine;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const MARKS: [&str; 5] = ["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"];

/// The nearest folder with a manifest, else the outermost one with tests.
pub fn find(file: &Place<'_>) -> Found {
    let is_project = |place: &Place<'_>| MARKS.iter().any(|name| place.has(name));
    let folder = file.nearest(is_project).or_else(|| file.outermost(has_tests));
    let Some(folder) = folder else {
        let marks = MARKS.join(", ");
        return Err(format!("neither a Python project ({marks}) nor a folder with tests stands above it"));
    };
    Ok((Kind::Python, folder, make(|place| Ok(unit(place)))))
}

fn has_tests(place: &Place<'_>) -> bool {
    let names =
        std::fs::read_dir(place.path("")).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.into_iter().any(|name| {
        let name = name.to_string_lossy();
        name == "tests" || name == "test" || (name.starts_with("test_") && name.ends_with(".py"))
    })
}

fn unit(place: &Place<'_>) -> Unit {
    let python = interpreter(place);
    let words: &[&str] = match has_pytest(&python) {
        true => &["-m", "pytest", "-x", "-q"],
        false => &["-m", "unittest", "--failfast"],
    };
    let test = CommandLine::words([python.as_str()].iter().chain(words).copied());
    let mut unit = Unit::new(Kind::Python, &place.folder, None, test);
    let source = if place.folder.is_empty() { "src".to_owned() } else { format!("{}/src", place.folder) };
    // The tree's own modules come before a copy that is installed, or linked to by an editable installation.
    if place.path("src").is_dir() {
        unit.python_path.push(source);
    }
    unit.python_path.push(place.folder.clone());
    unit
}

/// The interpreter of the project's virtual environment, of the active one, or of the search path.
fn interpreter(place: &Place<'_>) -> String {
    let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let mut environments: Vec<PathBuf> = Vec::new();
    for folder in [place.path(""), place.root.to_owned()] {
        environments.extend([".venv", "venv"].map(|name| folder.join(name)));
    }
    environments.extend(std::env::var_os("VIRTUAL_ENV").map(PathBuf::from));
    let own = environments.into_iter().map(|folder| folder.join(inside)).find(|python| python.is_file());
    if let Some(python) = own {
        return python.to_string_lossy().into_owned();
    }
    let works = |name: &&str| {
        let mut python = Command::new(name);
        let status = python.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    ["python3", "python"].into_iter().find(works).unwrap_or("python3").to_owned()
}

fn has_pytest(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import pytest"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
