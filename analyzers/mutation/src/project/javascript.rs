//! JavaScript and TypeScript packages.

use super::{Found, Kind, Place, Unit, make};
use crate::command_line::CommandLine;
use programs::Program;

/// The nearest package.json with a test script, which chooses the test runner.
pub fn find(file: &Place<'_>) -> Found {
    let Some(folder) = file.nearest(has_test_script) else {
        return Err("there is no package.json with a test script above it".to_owned());
    };
    let test = || CommandLine::of(Program::Npm, ["test", "--silent"]);
    Ok((Kind::Npm, folder, make(move |place| Ok(Unit::new(Kind::Npm, &place.folder, None, test())))))
}

fn has_test_script(place: &Place<'_>) -> bool {
    let Some(text) = place.text("package.json") else { return false };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else { return false };
    // The script that `npm init` writes always fails.
    manifest["scripts"]["test"].as_str().is_some_and(|script| !script.contains("no test specified"))
}
