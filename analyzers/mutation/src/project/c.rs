//! C and C++ projects.

use super::{Found, Kind, Place, Unit, make};
use crate::command_line::CommandLine;
use programs::Program;

/// CMake's build folder, in the copy.
const BUILD: &str = "batuta-build";

/// The nearest Makefile with a test target, else the outermost CMakeLists.txt.
pub fn find(file: &Place<'_>) -> Found {
    if let Some(folder) = file.nearest(|place| test_target(place).is_some()) {
        return Ok((Kind::Make, folder, make(|place| Ok(of_make(place)))));
    }
    match file.outermost(|place| place.has("CMakeLists.txt")) {
        Some(folder) => Ok((Kind::CMake, folder, make(|place| Ok(of_cmake(place))))),
        None => {
            Err("there is neither a Makefile with a target `test` or `check` nor CMakeLists.txt above it"
                .to_owned())
        }
    }
}

/// `test` or `check`, if the Makefile has such a target.
fn test_target(place: &Place<'_>) -> Option<&'static str> {
    let text = ["GNUmakefile", "makefile", "Makefile"].into_iter().find_map(|name| place.text(name))?;
    let has = |target: &&str| {
        text.lines().any(|line| {
            line.split_once(':').is_some_and(|(targets, rest)| {
                !rest.starts_with('=') && targets.split_whitespace().any(|word| word == *target)
            })
        })
    };
    ["test", "check"].into_iter().find(has)
}

fn of_make(place: &Place<'_>) -> Unit {
    let target = test_target(place).unwrap_or("test");
    let build = CommandLine::of(Program::Make, [""; 0]);
    Unit::new(Kind::Make, &place.folder, Some(build), CommandLine::of(Program::Make, [target]))
}

fn of_cmake(place: &Place<'_>) -> Unit {
    let build = CommandLine::of(Program::CMake, ["--build", BUILD]);
    let test = CommandLine::of(Program::CTest, ["--test-dir", BUILD, "--output-on-failure"]);
    let mut unit = Unit::new(Kind::CMake, &place.folder, Some(build), test);
    unit.prepare.push(CommandLine::of(Program::CMake, ["-S", ".", "-B", BUILD]));
    unit
}
