//! Splits bytes into records of fields.

use crate::error::{DataError, Place, Problem};
use crate::options::{Limits, Options};
use std::io::{BufRead, BufReader, Chain, Cursor, ErrorKind, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The records of a file, one after the other.
pub(super) struct Records<'a, R> {
    input: BufReader<Chain<Cursor<Vec<u8>>, R>>,
    file: &'a str,
    parser: Parser,
    ended: bool,
}

impl<'a, R: Read> Records<'a, R> {
    pub(super) fn new(mut input: R, file: &'a str, options: &Options) -> Result<Self, DataError> {
        let place = Place { file, line: 0 };
        let delimiter = options.delimiter;
        if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n' | 0) {
            return Err(place.error(Problem::Delimiter(char::from(delimiter))));
        }
        let mut start = Vec::new();
        (&mut input).take(3).read_to_end(&mut start).map_err(|error| place.error(Problem::Io(error)))?;
        if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
            return Err(place.error(Problem::Utf16));
        }
        if start == BYTE_ORDER_MARK {
            start.clear();
        }
        let parser = Parser {
            delimiter,
            outside: among(&[delimiter, b'"', b'\r', b'\n', 0]),
            inside: among(b"\"\n\0"),
            limits: options.limits,
            state: State::Start,
            line: 1,
            opened: 0,
            record: Record::default(),
        };
        let input = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(input));
        Ok(Self { input, file, parser, ended: false })
    }

    /// The next record that is not an empty line.
    pub(super) fn next(&mut self) -> Result<Option<&Record>, DataError> {
        self.parser.begin();
        while !self.ended {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    let place = Place { file: self.file, line: self.parser.line };
                    return Err(place.error(Problem::Io(error)));
                }
            };
            let (used, complete) = if chunk.is_empty() {
                self.ended = true;
                (0, self.parser.end())
            } else {
                self.parser.feed(chunk)
            };
            self.input.consume(used);
            let complete = complete.map_err(|problem| self.parser.error(self.file, problem))?;
            if complete {
                return self.parser.finished(self.file).map(Some);
            }
        }
        Ok(None)
    }
}

/// True at the positions of these bytes.
fn among(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    bytes.iter().for_each(|byte| table[usize::from(*byte)] = true);
    table
}

/// One record.
#[derive(Default)]
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: u64,
    text: String,
    raw: Vec<u8>,
    ends: Vec<usize>,
    quoted: Vec<bool>,
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Each field, and whether it was between quotation marks.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, bool)> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(self.ends.iter().copied());
        ranges.zip(&self.quoted).map(|((start, end), quoted)| (&self.text[start..end], *quoted))
    }

    fn field_bytes(&self) -> usize {
        self.raw.len() - self.ends.last().copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    Start,
    /// In a field without quotation marks.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// After a quotation mark between quotation marks: the end of the field, or the first half of a doubled one.
    Quote,
    /// After a carriage return outside quotation marks.
    Return,
}

struct Parser {
    delimiter: u8,
    /// Bytes with a special meaning outside quotes, and inside quotes.
    outside: [bool; 256],
    inside: [bool; 256],
    limits: Limits,
    state: State,
    line: u64,
    /// The line of the open quotation mark.
    opened: u64,
    record: Record,
}

impl Parser {
    fn begin(&mut self) {
        self.state = State::Start;
        let record = &mut self.record;
        record.line = self.line;
        record.raw.clear();
        record.ends.clear();
        record.quoted.clear();
    }

    /// Consumes bytes up to the end of a record; returns how many, and whether the record is complete.
    fn feed(&mut self, chunk: &[u8]) -> (usize, Result<bool, Problem>) {
        let mut index = 0;
        while index < chunk.len() {
            let run = self.ordinary(&chunk[index..]);
            let done = if run > 0 {
                let state = if self.state == State::Start { State::Plain } else { self.state };
                self.keep(&chunk[index..index + run], state)
            } else {
                self.step(chunk[index])
            };
            index += run.max(1);
            if !matches!(done, Ok(false)) {
                return (index, done);
            }
        }
        (index, Ok(false))
    }

    /// Number of leading bytes that belong to a field no matter what follows.
    fn ordinary(&self, bytes: &[u8]) -> usize {
        let special = match self.state {
            State::Start | State::Plain => &self.outside,
            State::Quoted => &self.inside,
            State::Quote | State::Return => return 0,
        };
        bytes.iter().position(|byte| special[usize::from(*byte)]).unwrap_or(bytes.len())
    }

    fn step(&mut self, byte: u8) -> Result<bool, Problem> {
        match (self.state, byte) {
            (_, 0) => Err(Problem::ZeroByte),
            (State::Return, b'\n') => Ok(self.end_of_line()),
            (State::Return, _) => Err(Problem::LoneCarriageReturn),
            (State::Quoted, b'"') => self.to(State::Quote),
            (State::Quoted, _) | (State::Quote, b'"') => {
                self.line += u64::from(byte == b'\n');
                self.keep(&[byte], State::Quoted)
            }
            (_, b'\n') => Ok(self.end_of_line()),
            (_, b'\r') => self.to(State::Return),
            (_, byte) if byte == self.delimiter => {
                self.end_of_field();
                if self.record.len() > self.limits.columns {
                    return Err(Problem::Limit { what: "columns", limit: self.limits.columns as u64 });
                }
                self.to(State::Start)
            }
            (State::Quote, _) => Err(Problem::AfterQuote),
            (State::Start, b'"') => {
                self.opened = self.line;
                self.record.quoted.push(true);
                self.to(State::Quoted)
            }
            (_, b'"') => Err(Problem::StrayQuote),
            (State::Start | State::Plain, byte) => self.keep(&[byte], State::Plain),
        }
    }

    fn to(&mut self, state: State) -> Result<bool, Problem> {
        self.state = state;
        Ok(false)
    }

    fn keep(&mut self, bytes: &[u8], state: State) -> Result<bool, Problem> {
        self.record.raw.extend_from_slice(bytes);
        if self.record.field_bytes() > self.limits.field_bytes {
            return Err(Problem::Limit { what: "bytes of a field", limit: self.limits.field_bytes as u64 });
        }
        if self.record.raw.len() > self.limits.record_bytes {
            return Err(Problem::Limit { what: "bytes of a record", limit: self.limits.record_bytes as u64 });
        }
        self.to(state)
    }

    fn end_of_field(&mut self) {
        self.record.ends.push(self.record.raw.len());
        if self.record.quoted.len() < self.record.ends.len() {
            self.record.quoted.push(false);
        }
    }

    /// True if the line holds a record; an empty line does not.
    fn end_of_line(&mut self) -> bool {
        self.line += 1;
        if self.record.ends.is_empty() && self.record.raw.is_empty() && self.record.quoted.is_empty() {
            self.begin();
            return false;
        }
        self.end_of_field();
        true
    }

    /// At the end of the file.
    fn end(&mut self) -> Result<bool, Problem> {
        match self.state {
            State::Quoted => Err(Problem::OpenQuote),
            State::Return => Err(Problem::LoneCarriageReturn),
            State::Start | State::Plain | State::Quote => Ok(self.end_of_line()),
        }
    }

    fn error(&self, file: &str, problem: Problem) -> DataError {
        // If a quotation mark is still open, the error names the line where it was opened.
        let opened = self.state == State::Quoted && !matches!(problem, Problem::ZeroByte);
        let line = if opened { self.opened } else { self.line };
        let number = (self.record.len() + 1).to_string();
        DataError { column: Some(number), ..Place { file, line }.error(problem) }
    }

    fn finished(&mut self, file: &str) -> Result<&Record, DataError> {
        let record = &mut self.record;
        record.text.clear();
        if let Some(text) = std::str::from_utf8(&record.raw).ok().filter(|text| text.is_ascii()) {
            record.text.push_str(text);
            return Ok(record);
        }
        // Fields are checked one by one: two halves of a character on either side of a delimiter are not valid.
        let mut start = 0;
        for (number, end) in record.ends.iter().enumerate() {
            match std::str::from_utf8(&record.raw[start..*end]) {
                Ok(text) => record.text.push_str(text),
                Err(_) => {
                    let column = Some((number + 1).to_string());
                    let place = Place { file, line: record.line };
                    return Err(DataError { column, ..place.error(Problem::NotUtf8) });
                }
            }
            start = *end;
        }
        Ok(record)
    }
}
