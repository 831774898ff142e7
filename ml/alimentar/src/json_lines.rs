//! One JSON object on each line, with numbers, strings, true, false or null as values. Columns come in the order in
//! which their names first appear; if a row lacks a name, the value is missing there. Strings are text, unless all
//! strings of a column are dates; whole numbers are integers if all of them fit 64 bits. A string among numbers is
//! missing if it is a marker of missing values, and otherwise an odd cell.

use crate::column_type::ColumnType;
use crate::date::{days, declared_days};
use crate::error::{ABSENT_CELLS, DataError, Place, Problem};
use crate::frame::{Column, Frame, Text};
use crate::inference::are_few;
use crate::options::{Limits, Options};
use crate::remark::{Fate, Remark};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

/// Reads JSON lines; `file` names the input in errors.
///
/// # Errors
/// The problem, with line and column.
pub fn read_json_lines(input: impl Read, file: &str, options: &Options) -> Result<Frame, DataError> {
    let whole = Place { file, line: 0 };
    let mut input = BufReader::new(input);
    let mut reader = Lines { columns: Vec::new(), places: HashMap::new(), rows: 0, file, options };
    let (mut line, mut number, mut total) = (Vec::new(), 0u64, 0u64);
    loop {
        number += 1;
        line.clear();
        let place = Place { file, line: number };
        let Limits { record_bytes, total_bytes, .. } = options.limits;
        let mut bounded = (&mut input).take(record_bytes as u64 + 1);
        let read = bounded.read_until(b'\n', &mut line).map_err(|error| place.error(Problem::Io(error)))?;
        if read == 0 {
            break;
        }
        if read > record_bytes {
            return Err(place.error(Problem::Limit { what: "bytes of a line", limit: record_bytes as u64 }));
        }
        total += read as u64;
        if total > total_bytes {
            return Err(place.error(Problem::Limit { what: "bytes of all lines", limit: total_bytes }));
        }
        let text = if number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line) } else { &line };
        reader.line(text, place)?;
    }
    if reader.rows == 0 {
        return Err(whole.error(Problem::Nothing("rows")));
    }
    if reader.columns.is_empty() {
        return Err(whole.error(Problem::Nothing("columns")));
    }
    if let Some(unknown) = options.types.keys().find(|name| !reader.places.contains_key(*name)) {
        return Err(whole.in_column(unknown, Problem::NoColumn));
    }
    let rows = reader.rows;
    let given = reader.columns.iter().map(|column| column.rows.len() as u64).sum::<u64>();
    let cells = (rows as u64).saturating_mul(reader.columns.len() as u64);
    let limit = options.limits.absent_cells;
    if cells.saturating_sub(given) > limit {
        return Err(whole.error(Problem::Limit { what: ABSENT_CELLS, limit }));
    }
    let mut remarks = Vec::new();
    let columns = reader.columns.into_iter().map(|column| {
        let (name, column, remark) = column.finish(rows, file, options)?;
        remarks.extend(remark);
        Ok((name, column))
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let frame = Frame::new(columns).ok_or_else(|| whole.error(Problem::DuplicateHeader))?;
    Ok(frame.with_remarks(remarks))
}

struct Lines<'a> {
    columns: Vec<Values>,
    places: HashMap<String, usize>,
    rows: usize,
    file: &'a str,
    options: &'a Options,
}

impl Lines<'_> {
    fn line(&mut self, bytes: &[u8], place: Place) -> Result<(), DataError> {
        let text = std::str::from_utf8(bytes).map_err(|_| place.error(Problem::NotUtf8))?;
        if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            return Ok(());
        }
        if text.contains('\0') {
            return Err(place.error(Problem::ZeroByte));
        }
        let object: Object = serde_json::from_str(text).map_err(|error| {
            // serde's line number is always 1 here.
            let message = error.to_string().replace(" at line 1 column ", ", at byte ");
            place.error(Problem::Json(message))
        })?;
        for (name, scalar) in object.0 {
            let index = match self.places.get(&name) {
                Some(index) => *index,
                None => self.add(name, place)?,
            };
            self.columns[index].push(self.rows, scalar, place)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn add(&mut self, name: String, place: Place) -> Result<usize, DataError> {
        if name.trim().is_empty() {
            return Err(place.error(Problem::EmptyHeader));
        }
        let limit = self.options.limits.columns;
        if self.columns.len() == limit {
            let place = Place { file: self.file, line: place.line };
            return Err(place.error(Problem::Limit { what: "columns", limit: limit as u64 }));
        }
        self.places.insert(name.clone(), self.columns.len());
        self.columns.push(Values { name, rows: Vec::new() });
        Ok(self.columns.len() - 1)
    }
}

/// The values of one column that are not missing, with their rows and lines.
struct Values {
    name: String,
    rows: Vec<(usize, u64, Scalar)>,
}

/// The type of a column's values, if none is declared, and the odd ones among them.
struct Verdict {
    column_type: ColumnType,
    /// Whether values of other kinds count as missing.
    others_missing: bool,
}

impl Values {
    fn push(&mut self, row: usize, scalar: Scalar, place: Place) -> Result<(), DataError> {
        if scalar == Scalar::Null {
            return Ok(());
        }
        if self.rows.last().is_some_and(|(last, ..)| *last == row) {
            return Err(place.in_column(&self.name, Problem::DuplicateHeader));
        }
        self.rows.push((row, place.line, scalar));
        Ok(())
    }

    /// Removes strings that mark missing values: all markers next to numbers and truth values, among strings only those
    /// that the user names.
    fn without_markers(mut self, options: &Options) -> Self {
        let only_text = self.rows.iter().all(|(.., scalar)| matches!(scalar, Scalar::Text(_)));
        self.rows.retain(|(.., scalar)| match scalar {
            Scalar::Text(text) if only_text => !options.is_named_missing(text),
            Scalar::Text(text) => !options.is_missing(text),
            scalar => !options.is_named_missing(&scalar.to_string()),
        });
        self
    }

    fn verdict(&self, file: &str) -> Result<Verdict, DataError> {
        let count = |kind: &str| self.rows.iter().filter(|(.., scalar)| scalar.kind() == kind).count();
        let all = self.rows.len();
        let wholes = self.rows.iter().all(|(.., x)| !matches!(x, Scalar::Number(_)));
        let numeral = if wholes && all > 0 { ColumnType::Integer } else { ColumnType::Number };
        let text = || {
            let dates =
                self.rows.iter().all(|(.., x)| matches!(x, Scalar::Text(text) if days(text).is_some()));
            if dates { ColumnType::Date } else { ColumnType::Text }
        };
        let of = |column_type: ColumnType, others_missing: bool| Ok(Verdict { column_type, others_missing });
        if all == count(NUMBERS) {
            return of(numeral, false);
        }
        if all == count(TEXT) {
            return of(text(), false);
        }
        for (kind, column_type) in [(NUMBERS, numeral), (TRUTHS, ColumnType::Boolean)] {
            let members = count(kind);
            if members == all || are_few(all - members, members) {
                return of(column_type, true);
            }
        }
        let expected = self.rows.first().map_or(NUMBERS, |(.., scalar)| scalar.kind());
        let other = self.rows.iter().find(|(.., scalar)| scalar.kind() != expected);
        let (line, found) = other.map_or((0, TEXT), |(_, line, scalar)| (*line, scalar.kind()));
        Err(Place { file, line }.in_column(&self.name, Problem::Mixed { expected, found }))
    }

    fn finish(
        self,
        rows: usize,
        file: &str,
        options: &Options,
    ) -> Result<(String, Column, Option<Remark>), DataError> {
        let values = self.without_markers(options);
        let verdict = match options.types.get(&values.name) {
            Some(declared) => Verdict {
                column_type: *declared,
                others_missing: options.few_odd_cells || options.any_odd_cells.contains(&values.name),
            },
            None => values.verdict(file)?,
        };
        let (column, remark) = values.column(rows, file, &verdict, options)?;
        Ok((values.name, column, remark))
    }

    fn column(
        &self,
        rows: usize,
        file: &str,
        verdict: &Verdict,
        options: &Options,
    ) -> Result<(Column, Option<Remark>), DataError> {
        let mut spread = Spread { values: self, rows, file, verdict, options, remark: None };
        let numbers = |values: Vec<Option<f64>>| values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        let column = match verdict.column_type {
            // If numbers are declared and all values are true or false, these are 1 and 0.
            ColumnType::Number if self.rows.iter().all(|(.., x)| matches!(x, Scalar::Boolean(_))) => {
                let number = |x: &Scalar| x.boolean().map(|truth| f64::from(u8::from(truth)));
                Column::Number(numbers(spread.cells(number)?))
            }
            ColumnType::Number => Column::Number(numbers(spread.cells(Scalar::number)?)),
            ColumnType::Integer => Column::Integer(spread.cells(Scalar::integer)?),
            ColumnType::Boolean => Column::Boolean(spread.cells(Scalar::boolean)?),
            ColumnType::Date => Column::Date(numbers(spread.cells(Scalar::days)?)),
            ColumnType::Text => {
                let words = spread.cells(|scalar| Some(scalar.to_string()))?;
                Column::Text(Text::new(words.iter().map(|word| word.as_deref())))
            }
        };
        Ok((column, spread.remark))
    }
}

/// The values of a column during the conversion to one cell for each row.
struct Spread<'a> {
    values: &'a Values,
    rows: usize,
    file: &'a str,
    verdict: &'a Verdict,
    options: &'a Options,
    remark: Option<Remark>,
}

impl Spread<'_> {
    /// One value for each row. Odd ones become missing if that is allowed.
    fn cells<T: Clone>(
        &mut self,
        convert: impl Fn(&Scalar) -> Option<T>,
    ) -> Result<Vec<Option<T>>, DataError> {
        let mut cells = vec![None; self.rows];
        let mut odd = 0;
        let mut first = None;
        for (row, line, scalar) in &self.values.rows {
            cells[*row] = convert(scalar);
            if cells[*row].is_none() {
                odd += 1;
                first.get_or_insert((*line, scalar));
            }
        }
        let Some((line, scalar)) = first else { return Ok(cells) };
        let (name, value) = (&self.values.name, scalar.to_string());
        let column_type = self.verdict.column_type;
        let any = self.options.any_odd_cells.contains(name);
        if self.verdict.others_missing && (any || are_few(odd, self.values.rows.len() - odd)) {
            self.remark = Some(Remark::new(name, line, &value, odd, Fate::Missing(column_type)));
            return Ok(cells);
        }
        let problem =
            Problem::WrongType { value: value.chars().take(60).collect(), wanted: column_type.name() };
        Err(Place { file: self.file, line }.in_column(name, problem))
    }
}

const NUMBERS: &str = "numbers";
const TEXT: &str = "text";
const TRUTHS: &str = "true or false";

/// A value that a cell can hold.
#[derive(Debug, Clone, PartialEq)]
enum Scalar {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => f.write_str("null"),
            Scalar::Boolean(value) => value.fmt(f),
            Scalar::Integer(value) => value.fmt(f),
            Scalar::Number(value) => value.fmt(f),
            Scalar::Text(value) => value.fmt(f),
        }
    }
}

impl Scalar {
    fn kind(&self) -> &'static str {
        match self {
            Scalar::Integer(_) | Scalar::Number(_) => NUMBERS,
            Scalar::Boolean(_) => TRUTHS,
            Scalar::Null | Scalar::Text(_) => TEXT,
        }
    }

    fn days(&self) -> Option<f64> {
        match self {
            Scalar::Text(text) => declared_days(text.trim()),
            Scalar::Integer(digits) => declared_days(&digits.to_string()),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Scalar::Integer(value) => Some(*value as f64),
            Scalar::Number(value) => Some(*value),
            _ => None,
        }
    }

    fn integer(&self) -> Option<i64> {
        match self {
            Scalar::Integer(value) => Some(*value),
            _ => None,
        }
    }

    fn boolean(&self) -> Option<bool> {
        match self {
            Scalar::Boolean(value) => Some(*value),
            _ => None,
        }
    }
}

/// An object's fields, in order.
struct Object(Vec<(String, Scalar)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl Visitor<'_> for Value {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number, a string, true, false or null")
            }

            fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
                Ok(Scalar::Null)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Boolean(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Integer(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Value)
    }
}
