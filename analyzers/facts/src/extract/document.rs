//! Documents with scripts in them: each section is read by its own language, and the file keeps one count of lines.

use super::kinds::KindTable;
use super::walk::Walk;
use super::{lines_and_comments, parse};
use crate::file::FileData;
use crate::language::Language;
use crate::language::lexical::{self, Line, Scanned};
use crate::language::sections::{Content, Section, script_language, sections};
use crate::model::ParseStatus;
use crate::source::SkipReason;
use bstr::ByteSlice;

/// The facts of a document. Functions are not measured if there is no script, or if the scripts of an HTML file do not
/// parse and contain template marks: they only become programs when the template is filled in.
pub(super) fn read(language: Language, bytes: &[u8]) -> Result<FileData, SkipReason> {
    let sections = sections(language, bytes);
    let table = script_language(&sections).and_then(KindTable::of);
    let Some(table) = table else {
        return Ok(lines_only(language, bytes, &sections));
    };
    let scripts = only_scripts(bytes, &sections);
    let parsed = parse::parse(table, &scripts).ok_or(SkipReason::ParseBudget)?;
    if parsed.tree.root_node().has_error() && language == Language::Html && is_template(&scripts) {
        return Ok(lines_only(language, bytes, &sections));
    }
    let around = scanned(bytes, &sections, |section| !matches!(section.content, Content::Script(_)));
    let mut walk = Walk::new(table, language, bytes, &parsed);
    walk.around_scripts(&sections, around);
    walk.run(&parsed).ok_or(SkipReason::ParseBudget)
}

fn lines_only(language: Language, bytes: &[u8], sections: &[Section]) -> FileData {
    lines_and_comments(language, bytes, ParseStatus::LinesOnly, scanned(bytes, sections, |_| true))
}

/// The wanted sections, each scanned by the rules for its content.
fn scanned(bytes: &[u8], sections: &[Section], wanted: impl Fn(&Section) -> bool) -> Vec<Scanned> {
    let (mut line, mut at) = (Line { number: 1, start: 0 }, 0);
    let mut found = Vec::new();
    for section in sections {
        let range = section.range.clone();
        for feed in bytes[at..range.start].find_iter(b"\n") {
            line = Line { number: line.number + 1, start: at + feed + 1 };
        }
        at = range.start;
        if wanted(section) {
            found.push(lexical::scan_part(section.content.rules(), bytes, range, line));
        }
    }
    found
}

/// The document with everything but its scripts blanked out.
fn only_scripts(bytes: &[u8], sections: &[Section]) -> Vec<u8> {
    let mut text = bytes.to_vec();
    let mut behind_script = false;
    for section in sections {
        let is_script = matches!(section.content, Content::Script(_));
        let other = if is_script { &mut [][..] } else { &mut text[section.range.clone()] };
        other.iter_mut().filter(|b| !matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
        // Scripts are separate programs: one never continues another.
        if behind_script && let Some(first) = other.first_mut() {
            *first = b';';
        }
        behind_script = is_script;
    }
    text
}

/// Marks of template engines (Jinja, ERB, PHP, Handlebars).
fn is_template(text: &[u8]) -> bool {
    ["{{", "{%", "<%", "<?", "#{", "${{"].iter().any(|mark| text.contains_str(mark))
}
