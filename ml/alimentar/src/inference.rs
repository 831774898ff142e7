//! From text to typed columns, by the rule that [`ColumnType`] states.

use crate::cells::Cells;
use crate::column_type::ColumnType;
use crate::date::{days, declared_days};
use crate::error::{DataError, Place, Problem};
use crate::frame::{Column, Text};
use crate::options::{Options, trimmed};
use crate::remark::{Fate, Remark};

/// The cells as the type that they allow, or the declared one, and the odd cells among them. `lines` are the lines of
/// the rows.
pub(crate) fn typed(
    name: &str,
    cells: &Cells,
    lines: &[u64],
    file: &str,
    options: &Options,
) -> Result<(Column, Option<Remark>), DataError> {
    let line = |row: usize| lines.get(row).copied().unwrap_or_default();
    let Some(column_type) = options.types.get(name).copied() else {
        let (column_type, odd) = Census::of(cells, options).verdict();
        let odd = odd.or_else(|| question_marks(cells, options, column_type));
        let remark =
            odd.map(|Odd { first, cells, fate }| Remark::new(name, line(first.0), first.1, cells, fate));
        return Ok((Parsed::of(cells, options, column_type).column, remark));
    };
    let mut parsed = Parsed::of(cells, options, column_type);
    if column_type == ColumnType::Number && parsed.odd > 0 && parsed.odd == parsed.present {
        parsed = truths(cells, options).unwrap_or(parsed);
    }
    let Some((row, cell)) = parsed.first_odd else {
        let odd = question_marks(cells, options, column_type);
        let remark = odd.map(|odd| Remark::new(name, line(odd.first.0), odd.first.1, odd.cells, odd.fate));
        return Ok((parsed.column, remark));
    };
    let few = options.few_odd_cells && are_few(parsed.odd, parsed.present - parsed.odd);
    if few || options.any_odd_cells.contains(name) {
        let fate = Fate::Missing(column_type);
        return Ok((parsed.column, Some(Remark::new(name, line(row), cell, parsed.odd, fate))));
    }
    let value = cell.chars().take(60).collect();
    let problem = Problem::WrongType { value, wanted: column_type.name() };
    Err(Place { file, line: line(row) }.in_column(name, problem))
}

/// If numbers are declared and all cells are true or false, these are 1 and 0.
fn truths<'a>(cells: &'a Cells, options: &Options) -> Option<Parsed<'a>> {
    let parsed = Parsed::of(cells, options, ColumnType::Boolean);
    let numbers = parsed.column.numbers().filter(|_| parsed.odd == 0)?;
    Some(Parsed { column: Column::Number(numbers), ..parsed })
}

/// Question marks that count as missing by convention, in a column that is not text.
fn question_marks<'a>(cells: &'a Cells, options: &Options, column_type: ColumnType) -> Option<Odd<'a>> {
    if column_type == ColumnType::Text || !options.assumes_question_marks() {
        return None;
    }
    let mut marks = cells.iter().map(|(cell, _)| trimmed(cell)).enumerate().filter(|(_, cell)| *cell == "?");
    let first = marks.next()?;
    Some(Odd { first, cells: 1 + marks.count(), fate: Fate::QuestionMark })
}

/// Whether this many odd cells count as accidents among this many others: one, or at most one in twenty.
pub fn are_few(odd: usize, others: usize) -> bool {
    odd <= ((odd + others) / 20).max(1) && others >= 4 * odd
}

/// A column, and the cells that do not have its type and became missing.
struct Parsed<'a> {
    column: Column,
    present: usize,
    odd: usize,
    first_odd: Option<(usize, &'a str)>,
}

impl<'a> Parsed<'a> {
    fn of(cells: &'a Cells, options: &Options, column_type: ColumnType) -> Self {
        let none = Parsed { column: Column::Number(Vec::new()), present: 0, odd: 0, first_odd: None };
        let numbers = |values: Vec<Option<f64>>| values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        match column_type {
            ColumnType::Boolean => none.filled(cells, options, boolean, Column::Boolean),
            ColumnType::Integer => none.filled(cells, options, integer, Column::Integer),
            ColumnType::Number => {
                none.filled(cells, options, declared_number, |values| Column::Number(numbers(values)))
            }
            ColumnType::Date => {
                let days = |cell: &str| declared_days(trimmed(cell));
                none.filled(cells, options, days, |values| Column::Date(numbers(values)))
            }
            // Quoted cells in a text column are text, even if they look like a marker of missing values.
            ColumnType::Text => {
                let words =
                    cells.iter().map(|(cell, quoted)| (quoted || !options.is_missing(cell)).then_some(cell));
                Parsed { column: Column::Text(Text::new(words)), ..none }
            }
        }
    }

    fn filled<T>(
        mut self,
        cells: &'a Cells,
        options: &Options,
        parse: impl Fn(&str) -> Option<T>,
        column: impl Fn(Vec<Option<T>>) -> Column,
    ) -> Self {
        let value = |(row, (cell, _)): (usize, (&'a str, bool))| {
            if options.is_missing(cell) {
                return None;
            }
            self.present += 1;
            let value = parse(cell);
            if value.is_none() {
                self.odd += 1;
                self.first_odd.get_or_insert((row, cell));
            }
            value
        };
        let values = cells.iter().enumerate().map(value).collect();
        Parsed { column: column(values), ..self }
    }
}

/// The number of cells of each kind, and the first of each.
#[derive(Default)]
struct Census<'a> {
    tallies: [Tally<'a>; 6],
    /// Words that are numbers in another notation.
    dressed: Tally<'a>,
}

#[derive(Default, Clone, Copy)]
struct Tally<'a> {
    cells: usize,
    first: Option<(usize, &'a str)>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, row: usize, cell: &'a str) {
        self.cells += 1;
        self.first.get_or_insert((row, cell));
    }
}

/// Kinds of cells. A code is a numeral with leading zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Boolean,
    Integer,
    Number,
    Date,
    Code,
    Word,
}

const LOOKS: [Look; 6] = [Look::Boolean, Look::Integer, Look::Number, Look::Date, Look::Code, Look::Word];

/// Cells that differ from the others.
struct Odd<'a> {
    first: (usize, &'a str),
    cells: usize,
    fate: Fate,
}

impl<'a> Census<'a> {
    fn of(cells: &'a Cells, options: &Options) -> Self {
        let mut census = Census::default();
        for (row, (cell, _)) in cells.iter().enumerate().filter(|(_, (cell, _))| !options.is_missing(cell)) {
            let look = look(cell);
            census.tallies[look as usize].add(row, cell);
            if look == Look::Word && is_dressed(trimmed(cell)) {
                census.dressed.add(row, cell);
            }
        }
        census
    }

    fn count(&self, look: Look) -> usize {
        self.tallies[look as usize].cells
    }

    /// The type that all or almost all cells allow, and the exceptions.
    fn verdict(&self) -> (ColumnType, Option<Odd<'a>>) {
        let present = self.tallies.iter().map(|tally| tally.cells).sum::<usize>();
        let numbers = self.count(Look::Integer) + self.count(Look::Number);
        let numeral = if self.count(Look::Number) > 0 { ColumnType::Number } else { ColumnType::Integer };
        if present == 0 {
            return (ColumnType::Number, None);
        }
        let kinds = [
            (ColumnType::Boolean, self.count(Look::Boolean), &[Look::Boolean][..]),
            (numeral, numbers, &[Look::Integer, Look::Number][..]),
            (ColumnType::Date, self.count(Look::Date), &[Look::Date][..]),
        ];
        for (column_type, members, looks) in kinds {
            if members == present {
                return (column_type, None);
            }
            // One code among numbers makes all of them codes.
            let codes = column_type == numeral && self.count(Look::Code) > 0;
            if members > 0 && !codes && are_few(present - members, members) {
                return (column_type, self.others(looks, Fate::Missing(column_type)));
            }
        }
        let mostly_numbers = 2 * numbers > present;
        let dressed = || {
            let Tally { cells, first } = self.dressed;
            Some(Odd { first: first.filter(|_| 2 * cells > present)?, cells, fate: Fate::Dressed })
        };
        match mostly_numbers {
            true => (ColumnType::Text, self.others(&[Look::Integer, Look::Number], Fate::Text)),
            false => (ColumnType::Text, dressed()),
        }
    }

    /// All cells of other looks.
    fn others(&self, looks: &[Look], fate: Fate) -> Option<Odd<'a>> {
        let others =
            LOOKS.into_iter().filter(|look| !looks.contains(look)).map(|look| self.tallies[look as usize]);
        let cells = others.clone().map(|tally| tally.cells).sum();
        let first = others.filter_map(|tally| tally.first).min_by_key(|(row, _)| *row)?;
        Some(Odd { first, cells, fate })
    }
}

fn look(cell: &str) -> Look {
    if boolean(cell).is_some() {
        Look::Boolean
    } else if integer(cell).is_some() {
        Look::Integer
    } else if number(cell).is_some() {
        Look::Number
    } else if days(trimmed(cell)).is_some() {
        Look::Date
    } else if is_code(trimmed(cell)) {
        Look::Code
    } else {
        Look::Word
    }
}

/// True for `$1.50`, `5%`, `1,000`, `1.000,50`, `(3.00)`: a numeral with a currency or percent sign, digit groups, or
/// another decimal mark. Words and dates do not count.
fn is_dressed(cell: &str) -> bool {
    let is_around = |c: char| "$€£¥₹%‰ \u{a0}()".contains(c);
    let core = unsigned(cell).trim_matches(is_around);
    let core = unsigned(core).trim_start_matches(is_around);
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let inside = |c: char| c.is_ascii_digit() || ".,'’_ \u{a0}\u{202f}".contains(c);
    let ends =
        (is_digit(core.chars().next()) || core.starts_with(['.', ','])) && is_digit(core.chars().next_back());
    let points = core.matches('.').count();
    // 1.2.3 is a version.
    let is_one = points <= 1 || core.contains(',');
    let marked =
        core.len() < unsigned(cell).len() || core.contains(|c: char| !c.is_ascii_digit() && c != '.');
    ends && marked && is_one && !has_leading_zeros(core) && core.chars().all(inside)
}

fn is_code(cell: &str) -> bool {
    has_leading_zeros(cell) && cell.bytes().all(|byte| byte.is_ascii_digit())
}

fn boolean(cell: &str) -> Option<bool> {
    match trimmed(cell) {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn integer(cell: &str) -> Option<i64> {
    let cell = trimmed(cell);
    let digits = unsigned(cell);
    // "-0" is a number: as a whole number it would lose its sign.
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !has_leading_zeros(digits);
    if whole && cell != "-0" { cell.parse().ok() } else { None }
}

fn number(cell: &str) -> Option<f64> {
    let cell = trimmed(cell);
    let digits = unsigned(cell);
    if ["inf", "Inf", "INF", "infinity", "Infinity"].contains(&digits) {
        return cell.parse().ok();
    }
    let decimal = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if decimal && !has_leading_zeros(digits) { cell.parse().ok() } else { None }
}

/// As [`number`], also with leading zeros: if numbers are declared, `007` is not a code.
fn declared_number(cell: &str) -> Option<f64> {
    number(cell).or_else(|| {
        let cell = trimmed(cell);
        let digits = Some(unsigned(cell)).filter(|digits| has_leading_zeros(digits))?.trim_start_matches('0');
        // One zero stays before a decimal point, and if there are no other digits.
        let bare = !digits.starts_with(|c: char| c.is_ascii_digit());
        let value = number(&format!("{}{digits}", if bare { "0" } else { "" }))?;
        Some(if cell.starts_with('-') { -value } else { value })
    })
}

fn unsigned(cell: &str) -> &str {
    cell.strip_prefix(['+', '-']).unwrap_or(cell)
}

fn has_leading_zeros(digits: &str) -> bool {
    digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals() {
        assert_eq!(
            ["7", "-12", "+3", "0", " 4 "].map(integer),
            [Some(7), Some(-12), Some(3), Some(0), Some(4)]
        );
        assert_eq!(["007", "1.0", "9223372036854775808", "", "-", "1_000", "-0"].map(integer), [None; 7]);
        assert_eq!(
            [".5", "1e3", "-2.50", "0.1"].map(number),
            [Some(0.5), Some(1000.0), Some(-2.5), Some(0.1)]
        );
        assert_eq!(["1,5", "0x10", "00.5", "e5", "nan", "1e", "--1", "infinite"].map(number), [None; 8]);
        assert_eq!(number("-inf"), Some(f64::NEG_INFINITY));
        assert_eq!(
            ["007", "-00.5", "000", "e5", "1,5"].map(declared_number),
            [Some(7.0), Some(-0.5), Some(0.0), None, None]
        );
        assert_eq!(["TRUE", "yes", "1"].map(boolean), [Some(true), None, None]);
        for cell in [
            "$1.50", "-$1.50", "$-1.50", "5%", "5 %", "1,000", "1.000,50", "1,5", "3 €", "1 000", "1'000",
            "(3.00)",
        ] {
            assert!(is_dressed(cell), "{cell}");
        }
        for cell in ["1.2.3", "a1", "12 kg", "$", "%", "-", "10:30", "2024-01-02", "A-1", "", "1,", "c. 5"] {
            assert!(!is_dressed(cell), "{cell}");
        }
    }
}
