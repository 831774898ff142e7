//! Maven and Gradle projects.

use super::{Found, Kind, Place, Unit, below, make};
use crate::command_line::CommandLine;
use programs::Program;

/// The nearest module, with the build of its outermost manifest.
pub fn find(file: &Place<'_>) -> Found {
    let is_gradle = |place: &Place<'_>| place.has("build.gradle") || place.has("build.gradle.kts");
    match (file.nearest(|place| place.has("pom.xml")), file.nearest(is_gradle)) {
        (Some(maven), gradle) if gradle.as_ref().is_none_or(|gradle| gradle.len() <= maven.len()) => {
            Ok((Kind::Maven, maven, make(|place| Ok(of_maven(place)))))
        }
        (_, Some(gradle)) => Ok((Kind::Gradle, gradle, make(|place| Ok(of_gradle(place))))),
        (_, None) => Err("there is neither pom.xml nor build.gradle above it".to_owned()),
    }
}

fn of_maven(place: &Place<'_>) -> Unit {
    let root = place.outermost(|place| place.has("pom.xml")).unwrap_or_default();
    let module = below(&root, &place.folder);
    let mut words = vec!["--batch-mode"];
    if module != "." && !place.options.test_workspace {
        words.extend(["--projects", module.as_str(), "--also-make"]);
    }
    let line = |goal| CommandLine::of(Program::Maven, words.iter().copied().chain([goal]));
    Unit::new(Kind::Maven, &root, Some(line("test-compile")), line("test"))
}

fn of_gradle(place: &Place<'_>) -> Unit {
    let wrapper = place.nearest(|place| place.has("gradlew"));
    let program = wrapper.map_or(Program::Gradle, |folder| {
        let up = below(&folder, &place.folder).split('/').filter(|part| *part != ".").count();
        let above = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
        Program::OfTheTree(format!("{above}gradlew").into())
    });
    let line = |task| CommandLine::of(program.clone(), ["--console=plain", task]);
    Unit::new(Kind::Gradle, &place.folder, Some(line("testClasses")), line("test"))
}
