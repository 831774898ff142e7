//! Go packages.

use super::{Found, Kind, Place, Unit, below, make};
use crate::command_line::CommandLine;
use programs::Program;

/// The package in the file's own folder, in the nearest module above.
pub fn find(file: &Place<'_>) -> Found {
    let Some(module) = file.nearest(|place| place.has("go.mod")) else {
        return Err("there is no go.mod above it".to_owned());
    };
    let package = file.folder.clone();
    let made = make(move |place| {
        let folder = match below(&module, &package).as_str() {
            "." => ".".to_owned(),
            inner => format!("./{inner}"),
        };
        let whose = if place.options.test_workspace { "./...".to_owned() } else { folder.clone() };
        let build = CommandLine::of(Program::Go, ["test", "-c", "-o", null_device(), folder.as_str()]);
        let test = CommandLine::of(Program::Go, ["test", "-count=1", whose.as_str()]);
        Ok(Unit { package: Some(folder), ..Unit::new(Kind::Go, &module, Some(build), test) })
    });
    Ok((Kind::Go, file.folder.clone(), made))
}

fn null_device() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}
