//! Changes of figures whose effect on the score can be computed.

use super::FigureChange;
use super::details::FileDetails;
use crate::tdg::figures::{FileFigures, FunctionFigures, Part};
use crate::tdg::metric::{COUPLING, Fact, SEMANTIC, STRUCTURAL, Scope};
use clones::LineRange;
use facts::FileRecord;

/// One thing that could be done about a file or a function. Every change makes figures better and leaves sizes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Bring every figure of a function that costs points to what is free.
    Simplify(usize),
    /// The same for the code outside functions.
    SimplifyRest,
    /// Have nothing in it that is elsewhere too.
    RemoveCopies,
    /// Document everything that needs it.
    Document,
    /// Use no more other files than is free.
    UseFewerFiles,
    /// Be in no import cycle.
    LeaveCycle,
    /// Name everything as is usual.
    Rename,
    /// Indent every line as is usual.
    Indent,
}

/// What can be done about a file.
pub fn of_file(figures: &FileFigures) -> Vec<Edit> {
    let functions = (0..figures.functions.len()).map(Edit::Simplify);
    let whole = [
        Edit::SimplifyRest,
        Edit::RemoveCopies,
        Edit::Document,
        Edit::UseFewerFiles,
        Edit::LeaveCycle,
        Edit::Rename,
        Edit::Indent,
    ];
    functions.chain(whole).collect()
}

/// What can be done about a function by itself.
pub const OF_A_FUNCTION_ALONE: [Edit; 5] =
    [Edit::Simplify(0), Edit::RemoveCopies, Edit::Document, Edit::UseFewerFiles, Edit::Rename];

impl Edit {
    /// What to do, in words.
    pub fn advice(self) -> &'static str {
        match self {
            Edit::Simplify(_) => "split it, or flatten its control flow",
            Edit::SimplifyRest => "move the code outside functions into functions",
            Edit::RemoveCopies => "keep only one copy of the duplicated lines",
            Edit::Document => "document what is public",
            Edit::UseFewerFiles => "use fewer other files",
            Edit::LeaveCycle => "break its import cycle",
            Edit::Rename => "write names as most of their kind are written",
            Edit::Indent => "indent as most files of the language are indented",
        }
    }

    /// The function and the lines it concerns.
    pub fn place(self, file: &FileRecord, details: &FileDetails) -> (Option<String>, Vec<LineRange>) {
        let lines = |lines: &[u32]| lines.iter().map(|&line| LineRange { first: line, last: line }).collect();
        match self {
            Edit::Simplify(index) => match file.data.facts.functions.get(index) {
                Some(function) => {
                    let span = function.span;
                    let lines = vec![LineRange { first: span.start_line, last: span.end_line }];
                    (Some(function.qualified_name.clone()), lines)
                }
                None => (None, Vec::new()),
            },
            Edit::RemoveCopies => (None, details.duplicated.iter().map(|(range, _)| *range).collect()),
            Edit::Document => (None, lines(&details.undocumented)),
            Edit::Rename => (None, lines(&details.off_names)),
            Edit::SimplifyRest | Edit::UseFewerFiles | Edit::LeaveCycle | Edit::Indent => (None, Vec::new()),
        }
    }

    /// Changes the figures of a file; returns what was changed.
    pub fn apply(self, file: &mut FileFigures) -> Vec<FigureChange> {
        match self {
            Edit::Simplify(index) => file.functions.get_mut(index).map_or_else(Vec::new, simplify),
            Edit::SimplifyRest => {
                let flow = &mut file.rest;
                let figures = [
                    (Fact::Cognitive, &mut flow.cognitive),
                    (Fact::Cyclomatic, &mut flow.cyclomatic),
                    (Fact::Nesting, &mut flow.nesting),
                ];
                figures.into_iter().filter_map(|(fact, value)| to_free(fact, Scope::File, value)).collect()
            }
            Edit::RemoveCopies => to_none("duplicated lines", &mut file.duplicated),
            Edit::Document => {
                let Part { count, of } = file.documented;
                file.documented.count = of;
                changed("public items documented", count, of)
            }
            Edit::UseFewerFiles => {
                to_free(COUPLING[0], Scope::File, &mut file.used_files).into_iter().collect()
            }
            Edit::LeaveCycle => to_free(COUPLING[1], Scope::File, &mut file.cycle).into_iter().collect(),
            Edit::Rename => to_none("names written otherwise", &mut file.off_names),
            Edit::Indent => to_none("lines indented otherwise", &mut file.off_indentation),
        }
    }

    /// The same for a function by itself.
    pub fn apply_to_function(self, function: &mut FunctionFigures) -> Vec<FigureChange> {
        match self {
            Edit::Simplify(_) => simplify(function),
            Edit::RemoveCopies => to_none("duplicated lines", &mut function.duplicated),
            Edit::Document if function.documented == Ok(false) => {
                function.documented = Ok(true);
                changed("documented", 0, 1)
            }
            Edit::Rename if function.usual_name == Some(false) => {
                function.usual_name = Some(true);
                changed("names written otherwise", 1, 0)
            }
            Edit::UseFewerFiles => {
                let files = function.used_files.as_mut();
                files.and_then(|files| to_free(Fact::UsedFiles, Scope::Function, files)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

fn simplify(function: &mut FunctionFigures) -> Vec<FigureChange> {
    let facts = STRUCTURAL.iter().chain(&SEMANTIC);
    facts.filter_map(|&fact| to_free(fact, Scope::Function, function.value_mut(fact)?)).collect()
}

fn to_free(fact: Fact, scope: Scope, value: &mut u64) -> Option<FigureChange> {
    let free = fact.curve(scope).free;
    if *value <= free {
        return None;
    }
    let change = FigureChange { figure: fact.name(), from: fact.shown(*value), to: fact.shown(free) };
    *value = free;
    Some(change)
}

fn to_none(figure: &'static str, part: &mut Part) -> Vec<FigureChange> {
    let count = std::mem::take(&mut part.count);
    changed(figure, count, 0)
}

fn changed(figure: &'static str, from: u64, to: u64) -> Vec<FigureChange> {
    if from == to {
        return Vec::new();
    }
    vec![FigureChange { figure, from: from as f64, to: to as f64 }]
}
