//! The cells of a file before their types are known: text, column by column.

/// The cells of one column, from the top.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    text: String,
    ends: Vec<usize>,
    quoted: Vec<bool>,
}

impl Cells {
    pub(crate) fn push(&mut self, text: &str, quoted: bool) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.quoted.push(quoted);
    }

    /// Each cell, and whether it was between quotation marks.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, bool)> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(self.ends.iter().copied());
        ranges.zip(&self.quoted).map(|((start, end), quoted)| (&self.text[start..end], *quoted))
    }
}
