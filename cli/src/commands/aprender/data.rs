//! Files of data.

use crate::args::{DataArgs, TableFormat};
use crate::failure::Failure;
use alimentar::{ColumnType, Format, Frame, Options};
use aprender::frame::read_digested;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Data, and which it was.
pub struct Data {
    /// The columns.
    pub frame: Frame,
    /// The file's name without its folders.
    pub name: String,
    /// BLAKE3 of all its bytes.
    pub digest: String,
}

/// Reads a file of data, its columns of these types where they are named.
pub fn read(args: &DataArgs, types: BTreeMap<String, ColumnType>) -> anyhow::Result<Data> {
    let path = &args.data;
    let standard_input = path == Path::new("-");
    let shown = if standard_input { "standard input".to_owned() } else { path.display().to_string() };
    let asked = args.data_format.map(format);
    let format = asked.or_else(|| Format::of(path)).or(standard_input.then_some(Format::Csv));
    let format = format.ok_or_else(|| {
        Failure::new(format!("cannot tell the format of {shown}"))
            .why("its name ends with none of .csv, .tsv, .tab, .jsonl, .ndjson")
            .help("name the format with --data-format")
    })?;
    let delimiter = u8::try_from(u32::from(args.delimiter)).map_err(|_| {
        Failure::new(format!("{:?} cannot separate fields", args.delimiter))
            .help("choose an ASCII character for --delimiter")
    })?;
    let options = Options { delimiter, types, ..Options::default() };
    let input: Box<dyn Read> = if standard_input {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(|error| Failure::new(format!("cannot read {shown}")).why(error))?)
    };
    let (frame, digest) = read_digested(input, &shown, format, &options).map_err(|error| {
        Failure::new(format!("cannot use {shown}")).why(&error).help(error.problem.help())
    })?;
    let name = path.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
    Ok(Data { frame, name, digest })
}

/// The library's name of a format.
pub fn format(asked: TableFormat) -> Format {
    match asked {
        TableFormat::Csv => Format::Csv,
        TableFormat::Tsv => Format::Tsv,
        TableFormat::Jsonl => Format::JsonLines,
    }
}
