//! lizard prints CSV without a header: lines of code, cyclomatic complexity, tokens, parameters, length, location,
//! file, function, signature, first line, last line.

use super::{TheirFunction, relative};
use crate::agree::{Figures, ours::OurFunction};
use crate::process::output;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Runs the program on the files that we measured.
pub fn run(program: &Path, tree: &Path, ours: &[OurFunction]) -> Result<Vec<TheirFunction>> {
    let list = tempfile::NamedTempFile::new()?;
    std::fs::write(list.path(), super::files(ours).join("\n"))?;
    let text = output(Command::new(program).current_dir(tree).arg("--csv").arg("-f").arg(list.path()))?;
    Ok(text.lines().filter_map(|line| row(tree, line)).collect())
}

fn row(tree: &Path, line: &str) -> Option<TheirFunction> {
    let cells = cells(line);
    let number = |at: usize| cells.get(at)?.parse::<u32>().ok();
    Some(TheirFunction {
        path: relative(tree, cells.get(6)?)?,
        name: cells.get(7)?.clone(),
        line: number(cells.len() - 2),
        column: None,
        figures: Figures {
            cyclomatic: Some(number(1)?),
            parameters: Some(number(3)?),
            source_lines: Some(number(0)?),
            cognitive: None,
        },
    })
}

/// The cells of a CSV line; a quoted cell may contain commas, and doubled quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("there is always a cell").push(c),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_lizard_is_read() {
        let line = r#"4,6,67,2,4,"f@1-4@a.rs","a.rs","f","f a : i32 , b : i32",1,4"#;
        let function = row(Path::new("x"), line).expect("the row is whole");
        assert_eq!((function.path.as_str(), function.name.as_str(), function.line), ("a.rs", "f", Some(1)));
        assert_eq!((function.figures.cyclomatic, function.figures.parameters), (Some(6), Some(2)));
    }
}
