//! The numbers of one file, from which those of a tree are computed.

use super::figures::{FileFigures, LanguageLines};
use super::settings::Limits;
use crate::complexity::Distribution;
use crate::satd::{self, SatdOptions};
use crate::tdg;
use facts::cache::Subject;
use facts::language::Language;
use facts::model::{Function, LineCounts, ParseStatus};
use facts::{FileRecord, Sections};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Under which summaries are kept. Raised by every change of what they hold or of the analyses they come from.
pub const SUMMARIES: Subject = Subject { name: "trend-file", version: 1 };

/// The sections of the facts that [`Summary::of`] reads.
pub const SECTIONS: Sections = Sections { comments: true, symbols: true, tokens: false, types: false };

/// The numbers of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    language: Language,
    has_functions: bool,
    partly_parsed: bool,
    lines: LineCounts,
    /// Cyclomatic and cognitive complexity of each function.
    functions: Vec<(u32, u32)>,
    debt: u32,
    public: u32,
    documented: u32,
}

impl Summary {
    /// Of a file with [`SECTIONS`].
    pub fn of(file: &FileRecord) -> Summary {
        let facts = &file.data.facts;
        let figures = |function: &Function| (function.cyclomatic(), function.cognitive);
        let (public, documented) = tdg::public_items(file);
        Summary {
            language: facts.language,
            has_functions: facts.has_functions(),
            partly_parsed: matches!(facts.parse, ParseStatus::Partial { .. }),
            lines: facts.lines,
            functions: facts.functions.iter().map(figures).collect(),
            debt: count(satd::items_of(file, &SatdOptions::default()).len()),
            public: count(public),
            documented: count(documented),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl FileFigures {
    /// Of all files of a tree; none if there is no file.
    pub(crate) fn of<'s>(
        summaries: impl Iterator<Item = &'s Summary>,
        left_out: usize,
        limits: Limits,
    ) -> Option<FileFigures> {
        let mut languages: BTreeMap<Language, LanguageLines> = BTreeMap::new();
        let mut all = FileFigures { left_out: count(left_out), ..FileFigures::nothing() };
        let (mut cyclomatic, mut cognitive) = (Vec::new(), Vec::new());
        for file in summaries {
            all.files += 1;
            all.with_functions += u32::from(file.has_functions);
            all.partly_parsed += u32::from(file.partly_parsed);
            all.lines += file.lines;
            all.debt += file.debt;
            all.public += file.public;
            all.documented += file.documented;
            let language = languages.entry(file.language).or_insert_with(|| LanguageLines::of(file.language));
            language.files += 1;
            language.source_lines += file.lines.source;
            for (of_flow, of_mind) in &file.functions {
                cyclomatic.push(*of_flow);
                cognitive.push(*of_mind);
                let over = *of_flow > limits.cyclomatic || *of_mind > limits.cognitive;
                all.over_limits += u32::from(over);
            }
        }
        all.functions = count(cyclomatic.len());
        all.cyclomatic = Distribution::of(cyclomatic);
        all.cognitive = Distribution::of(cognitive);
        all.languages = languages.into_values().collect();
        all.languages.sort_by_key(|language| (Reverse(language.source_lines), language.id()));
        (all.files > 0).then_some(all)
    }
}
