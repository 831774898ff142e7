use super::{ColorChoice, Destination, Painter};
use std::io;

/// The properties of the screen for a human-readable report.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Its colours.
    pub painter: Painter,
    /// Columns of the terminal. `None` for a file or a pipe, where nothing is shortened.
    pub width: Option<usize>,
}

impl Screen {
    /// The screen for a destination.
    pub fn of(destination: &Destination, colour: ColorChoice) -> Screen {
        if !destination.is_standard_output() {
            let painter = match colour {
                ColorChoice::Always => Painter::for_stream(colour, &io::stdout()),
                _ => Painter::OFF,
            };
            return Screen { painter, width: None };
        }
        let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        Screen { painter: Painter::for_stream(colour, &io::stdout()), width }
    }
}

/// `1 file`, `2 files`, `1,234 files`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

/// A number with commas between groups of three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn numbers_group_by_three() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "file", "files"), "1 file");
        assert_eq!(counted(0, "file", "files"), "0 files");
    }
}
