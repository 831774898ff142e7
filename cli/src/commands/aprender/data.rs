//! Files of data.

use crate::args::{DataArgs, DeclaredType, TableFormat};
use crate::failure::Failure;
use crate::output;
use alimentar::{ColumnType, Format, Frame, Options};
use aprender::frame::read_digested;
use aprender::saved::SavedModel;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Data and its source.
pub struct Data {
    /// The columns.
    pub frame: Frame,
    /// The file's name without its folders.
    pub name: String,
    /// BLAKE3 of all its bytes.
    pub digest: String,
}

impl Data {
    /// Prints the remarks about odd columns.
    pub fn say_remarks(&self, quiet: bool) {
        self.frame
            .remarks()
            .iter()
            .for_each(|remark| output::warn(quiet, &format!("{}: {remark}", self.name)));
    }
}

/// Reads a data file. Column types are declared on the command line or inferred from all rows.
pub fn read(args: &DataArgs) -> anyhow::Result<Data> {
    let options = Options { types: declared(args), ..options(args)? };
    read_with(args, options)
}

/// Reads a data file for a model, with the column types that the model needs.
pub fn read_for(args: &DataArgs, model: &SavedModel, with_target: bool) -> anyhow::Result<Data> {
    let types = model.types(with_target);
    for (column, wanted) in declared(args) {
        let own = types.get(&column).copied();
        let same =
            |own: ColumnType| own == wanted || (own == ColumnType::Integer && wanted == ColumnType::Number);
        if let Some(own) = own.filter(|own| !same(*own)) {
            return Err(Failure::new(format!("\"{column}\" cannot be read as {}", wanted.name()))
                .why(format!("the model takes {} there", own.name()))
                .help("leave out --type, or fit a model with it")
                .into());
        }
    }
    let mut options = Options { types, few_odd_cells: true, ..options(args)? };
    options.missing.extend(model.recipe.missing().iter().cloned());
    read_with(args, options)
}

fn declared(args: &DataArgs) -> BTreeMap<String, ColumnType> {
    let declared = args.types.iter().map(|(column, declared)| {
        let column_type = match declared {
            DeclaredType::Number => ColumnType::Number,
            DeclaredType::Category => ColumnType::Text,
            DeclaredType::Date => ColumnType::Date,
        };
        (column.clone(), column_type)
    });
    declared.collect()
}

/// The options for reading data from the command line, except for the types of columns.
fn options(args: &DataArgs) -> anyhow::Result<Options> {
    let delimiter = u8::try_from(u32::from(args.delimiter)).map_err(|_| {
        Failure::new(format!("{:?} cannot separate fields", args.delimiter))
            .help("choose an ASCII character for --delimiter")
    })?;
    let any_odd_cells = args.types.iter().map(|(column, _)| column.clone()).collect();
    let mut options = Options { delimiter, any_odd_cells, ..Options::default() };
    options.missing.extend(args.missing.iter().cloned());
    Ok(options)
}

fn read_with(args: &DataArgs, options: Options) -> anyhow::Result<Data> {
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
