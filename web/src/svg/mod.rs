//! Pictures rendered on the server, so they work without JavaScript: treemaps, line charts, module graphs.
//!
//! Each is a function from plain numbers and names to an `<svg>` element. Colours are classes of the style sheet, so a
//! picture follows the page's light or dark theme. There are no inline styles. The same input gives the same bytes.

pub mod line_chart;
pub mod module_graph;
pub mod treemap;

use std::fmt;
use unicode_width::UnicodeWidthChar;

/// A length or coordinate in a picture, written with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Px(pub f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (self.0 * 100.0).round() as i64;
        let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
        match (size / 100, size % 100) {
            (whole, 0) => write!(f, "{sign}{whole}"),
            (whole, part) if part % 10 == 0 => write!(f, "{sign}{whole}.{}", part / 10),
            (whole, part) => write!(f, "{sign}{whole}.{part:02}"),
        }
    }
}

impl maud::Render for Px {
    fn render_to(&self, buffer: &mut String) {
        use fmt::Write;
        // Writing to a string cannot fail.
        let _ = write!(buffer, "{self}");
    }
}

/// Cuts a text to fit a width and adds an ellipsis where it was cut. Empty if fewer than three letters would remain.
/// The width is estimated from terminal columns, because fonts differ.
pub(crate) fn fitted(text: &str, width: f64, font_size: f64) -> Option<String> {
    let column = font_size * 0.6;
    let columns = (width / column).floor().max(0.0) as usize;
    let width_of = |c: char| c.width().unwrap_or(0);
    if text.chars().map(width_of).sum::<usize>() <= columns {
        return Some(text.to_owned());
    }
    let mut left = columns.checked_sub(1)?;
    let kept: String = text
        .chars()
        .take_while(|c| {
            let fits = width_of(*c) <= left;
            left = left.saturating_sub(width_of(*c));
            fits
        })
        .collect();
    (kept.chars().count() >= 3).then(|| kept + "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_no_more_decimals_than_they_need() {
        let written = [0.0, 1.0, 1.5, -2.25, 3.333_333, 0.05, -0.001].map(|x| Px(x).to_string());
        assert_eq!(written, ["0", "1", "1.5", "-2.25", "3.33", "0.05", "0"]);
    }

    #[test]
    fn a_text_is_cut_where_it_does_not_fit() {
        assert_eq!(fitted("main.rs", 100.0, 12.0).as_deref(), Some("main.rs"));
        assert_eq!(fitted("configuration.rs", 60.0, 12.0).as_deref(), Some("configu…"));
        assert_eq!(fitted("configuration.rs", 20.0, 12.0), None);
        assert_eq!(fitted("漢字漢字漢字", 60.0, 12.0).as_deref(), Some("漢字漢…"));
    }
}
