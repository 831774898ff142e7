use crate::model::LineCounts;
use std::ops::Range;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Which lines of a file hold code and comments. Lines count from 1.
pub(super) struct LineMap {
    blank: Vec<bool>,
    code: Vec<bool>,
    comment: Vec<bool>,
}

/// Running totals of a [`LineMap`], so that any stretch of lines is counted in constant time.
pub(super) struct LineTotals {
    blank: Vec<u32>,
    code: Vec<u32>,
    comment: Vec<u32>,
}

impl LineMap {
    /// Determines the blank lines; code and comments are marked later. A final line without a line break counts, an
    /// empty string after the last line break does not.
    pub fn new(bytes: &[u8]) -> Self {
        let mut blank = Vec::with_capacity(bytes.len() / 30 + 1);
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        for line in text.split_inclusive(|b| *b == b'\n') {
            blank.push(line.iter().all(u8::is_ascii_whitespace));
        }
        let count = blank.len();
        LineMap { blank, code: vec![false; count], comment: vec![false; count] }
    }

    /// Marks the non-blank lines among `first..=last` as holding code.
    pub fn mark_code(&mut self, first: u32, last: u32) {
        for line in first..=last {
            if let Some(flag) = self.code.get_mut(line as usize - 1) {
                *flag = !self.blank[line as usize - 1];
            }
        }
    }

    /// Marks the non-blank lines among `first..=last` as holding a comment.
    pub fn mark_comment(&mut self, first: u32, last: u32) {
        for line in first..=last {
            if let Some(flag) = self.comment.get_mut(line as usize - 1) {
                *flag = !self.blank[line as usize - 1];
            }
        }
    }

    /// True if code was marked on the line.
    pub fn has_code(&self, line: u32) -> bool {
        self.code.get(line as usize - 1).copied().unwrap_or(false)
    }

    /// Runs of lines that are neither blank nor marked: the first line of each, and its bytes in the file.
    pub fn untold(&self, bytes: &[u8]) -> Vec<(u32, Range<usize>)> {
        let is_told = |line: usize| self.blank[line] || self.code[line] || self.comment[line];
        let mut runs: Vec<(u32, Range<usize>)> = Vec::new();
        if (0..self.blank.len()).all(is_told) {
            return runs;
        }
        let mut start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        for (index, line) in bytes[start..].split_inclusive(|b| *b == b'\n').enumerate() {
            let end = start + line.len();
            match runs.last_mut() {
                _ if is_told(index) => {}
                Some((_, run)) if run.end == start => run.end = end,
                _ => runs.push((index as u32 + 1, start..end)),
            }
            start = end;
        }
        runs
    }

    /// Marks the remaining non-blank lines as code.
    pub fn mark_rest_as_code(&mut self) {
        for (code, (blank, comment)) in self.code.iter_mut().zip(self.blank.iter().zip(&self.comment)) {
            *code |= !blank && !comment;
        }
    }

    /// Counts of the whole file; statements stay 0.
    pub fn whole_file(&self) -> LineCounts {
        let totals = self.totals();
        totals.between(1, self.blank.len() as u32, 0)
    }

    /// Running totals.
    pub fn totals(&self) -> LineTotals {
        let running = |flags: &[bool]| {
            let mut total = 0;
            let sums = flags.iter().map(|flag| {
                total += u32::from(*flag);
                total
            });
            std::iter::once(0).chain(sums).collect()
        };
        LineTotals { blank: running(&self.blank), code: running(&self.code), comment: running(&self.comment) }
    }
}

impl LineTotals {
    /// Counts of the lines `first..=last` with the given number of statements.
    pub fn between(&self, first: u32, last: u32, logical: u32) -> LineCounts {
        let count = |sums: &[u32]| {
            let end = (last as usize).min(sums.len() - 1);
            sums[end] - sums[(first as usize - 1).min(end)]
        };
        let physical = (last as usize).min(self.blank.len() - 1).saturating_sub(first as usize - 1) as u32;
        LineCounts {
            physical,
            source: count(&self.code),
            logical,
            comment: count(&self.comment),
            blank: count(&self.blank),
        }
    }
}
