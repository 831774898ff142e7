//! One JSON object on each line, its values numbers, strings, true, false or null. Columns come in the order in which their names
//! first appear; a name that a row lacks is missing there. Strings are text, whatever they look like; whole numbers that all fit
//! 64 bits are integers.

use crate::error::{DataError, Place, Problem};
use crate::frame::{Column, ColumnType, Frame, Text};
use crate::options::{Limits, Options};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

/// Reads JSON lines; `file` names the input in errors.
///
/// # Errors
/// What is wrong, with the line and column.
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
    let columns = reader.columns.into_iter().map(|column| column.finish(rows, file, options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Frame::new(columns).ok_or_else(|| whole.error(Problem::DuplicateHeader))
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
            // The line that serde counts is always the first.
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
        self.columns.push(Values { name, rows: Vec::new(), kind: None });
        Ok(self.columns.len() - 1)
    }
}

/// The values of one column that are not missing, with their rows and lines.
struct Values {
    name: String,
    rows: Vec<(usize, u64, Scalar)>,
    kind: Option<&'static str>,
}

impl Values {
    fn push(&mut self, row: usize, scalar: Scalar, place: Place) -> Result<(), DataError> {
        let found = match scalar {
            Scalar::Null => return Ok(()),
            Scalar::Boolean(_) => "true or false",
            Scalar::Integer(_) | Scalar::Number(_) => "numbers",
            Scalar::Text(_) => "text",
        };
        let expected = *self.kind.get_or_insert(found);
        if expected != found {
            return Err(place.in_column(&self.name, Problem::Mixed { expected, found }));
        }
        if self.rows.last().is_some_and(|(last, ..)| *last == row) {
            return Err(place.in_column(&self.name, Problem::DuplicateHeader));
        }
        self.rows.push((row, place.line, scalar));
        Ok(())
    }

    fn inferred(&self) -> ColumnType {
        match self.rows.first().map(|(.., scalar)| scalar) {
            Some(Scalar::Text(_)) => ColumnType::Text,
            Some(Scalar::Boolean(_)) => ColumnType::Boolean,
            Some(_) if self.rows.iter().all(|(.., x)| matches!(x, Scalar::Integer(_))) => ColumnType::Integer,
            _ => ColumnType::Number,
        }
    }

    fn finish(self, rows: usize, file: &str, options: &Options) -> Result<(String, Column), DataError> {
        let column_type = options.types.get(&self.name).copied().unwrap_or_else(|| self.inferred());
        let column = match column_type {
            ColumnType::Number => Column::Number(
                self.spread(rows, file, column_type, Scalar::number)?
                    .into_iter()
                    .map(|x| x.unwrap_or(f64::NAN))
                    .collect(),
            ),
            ColumnType::Integer => Column::Integer(self.spread(rows, file, column_type, Scalar::integer)?),
            ColumnType::Boolean => Column::Boolean(self.spread(rows, file, column_type, Scalar::boolean)?),
            ColumnType::Text => {
                let words = self.spread(rows, file, column_type, |scalar| Some(scalar.to_string()))?;
                Column::Text(Text::new(words.iter().map(|word| word.as_deref())))
            }
        };
        Ok((self.name, column))
    }

    /// One value for each row.
    fn spread<T: Clone>(
        &self,
        rows: usize,
        file: &str,
        column_type: ColumnType,
        convert: impl Fn(&Scalar) -> Option<T>,
    ) -> Result<Vec<Option<T>>, DataError> {
        let mut values = vec![None; rows];
        for (row, line, scalar) in &self.rows {
            let value = convert(scalar).ok_or_else(|| {
                let value = scalar.to_string().chars().take(60).collect();
                Place { file, line: *line }
                    .in_column(&self.name, Problem::WrongType { value, wanted: column_type.name() })
            })?;
            values[*row] = Some(value);
        }
        Ok(values)
    }
}

/// A value that a cell can have.
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

/// An object's fields in their order.
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
