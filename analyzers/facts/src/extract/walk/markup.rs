//! The text around the scripts of a document: its lines and comments, and the names used in tags and braces.

use super::Walk;
use crate::language::lexical::Scanned;
use crate::language::sections::{Content, Section};
use bstr::ByteSlice;

impl<'t> Walk<'t> {
    /// Records the text around the scripts. Must be called before the walk.
    pub fn around_scripts(&mut self, sections: &[Section], scanned: Vec<Scanned>) {
        for found in scanned {
            for comment in &found.comments {
                self.lines.mark_comment(comment.span.start_line, comment.span.end_line);
            }
            found.code_lines.iter().for_each(|line| self.lines.mark_code(*line, *line));
            self.comments.extend(found.comments);
        }
        self.around_comments = self.comments.len();
        for section in sections.iter().filter(|section| section.content == Content::Markup) {
            self.names_in_markup(&self.source[section.range.clone()]);
        }
    }

    /// Sorts the comments around the scripts into the others.
    pub(super) fn sort_comments(&mut self) {
        if self.around_comments > 0 {
            self.comments.sort_by_key(|comment| comment.span);
        }
    }

    /// Tags, attribute values and text in braces may use what scripts define.
    fn names_in_markup(&mut self, text: &'t [u8]) {
        let mut rest = text;
        while let Some(open) = rest.find_byteset(b"<{") {
            let inside = &rest[open + 1..];
            if inside.starts_with(b"!--") {
                let end = inside.find(b"-->").map_or(inside.len(), |end| end + 3);
                rest = &inside[end..];
                continue;
            }
            let closer = if rest[open] == b'<' { b'>' } else { b'}' };
            let end = inside.find_byte(closer).unwrap_or(inside.len());
            let part = &inside[..end];
            // In a tag quotes enclose code; in code they enclose strings.
            match closer {
                b'>' => part.split(|b| *b == b'"').for_each(|code| self.names_in_code(code, false)),
                _ => self.names_in_code(part, false),
            }
            rest = &inside[end..];
        }
    }
}
