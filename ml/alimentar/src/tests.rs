//! The examples of RFC 4180, every kind of bad input with its line, and properties over random bytes and frames.

use super::*;
use proptest::prelude::*;

fn csv(text: &str) -> Result<Frame, DataError> {
    read_csv(text.as_bytes(), "x.csv", &Options::default())
}

#[track_caller]
fn refused(text: &[u8], expected: &str) {
    let error = read_csv(text, "x.csv", &Options::default()).expect_err("bad input");
    assert_eq!(error.to_string(), expected);
    assert!(!error.problem.help().is_empty());
}

fn words(frame: &Frame, name: &str) -> Vec<Option<String>> {
    (0..frame.rows()).map(|row| frame.get(name).expect("there").text(row)).collect()
}

#[test]
fn quotes_line_ends_and_marks_as_rfc_4180_has_them() {
    let text = "\u{FEFF}aaa,bbb,ccc\r\n\"a \"\"b\"\" c\",\"one\r\ntwo\",x\r\n\r\nplain,\"comma, here\",\"\"\r\nzzz,yyy,xxx";
    let frame = csv(text).expect("valid");
    assert_eq!(frame.names().collect::<Vec<_>>(), ["aaa", "bbb", "ccc"]);
    let own = |words: [&str; 3]| words.map(|word| Some(word.to_owned())).to_vec();
    assert_eq!(words(&frame, "aaa"), own(["a \"b\" c", "plain", "zzz"]));
    assert_eq!(words(&frame, "bbb"), own(["one\r\ntwo", "comma, here", "yyy"]));
    assert_eq!(words(&frame, "ccc"), own(["x", "", "xxx"]));
}

#[test]
fn types_follow_from_all_rows() {
    let text = "n,i,b,t,none,z\n1,1,true,a,,007\n2.5,-3,FALSE,1,NA,12\nNA,?,,NA,nan,1\n";
    let frame = csv(text).expect("valid");
    let types = frame.columns().iter().map(|(_, column)| column.column_type()).collect::<Vec<_>>();
    use ColumnType::*;
    assert_eq!(types, [Number, Integer, Boolean, Text, Number, Text]);
    assert_eq!(frame.get("i"), Some(&Column::Integer(vec![Some(1), Some(-3), None])));
    assert_eq!(frame.get("b"), Some(&Column::Boolean(vec![Some(true), Some(false), None])));
    assert_eq!(frame.columns().iter().map(|(_, c)| c.missing()).collect::<Vec<_>>(), [1, 1, 1, 1, 3, 0]);
}

#[test]
fn a_quoted_marker_is_text_in_text_and_missing_in_numbers() {
    let frame = csv("t,n\n\"NA\",\"NA\"\nx,\"1\"\n").expect("valid");
    assert_eq!(words(&frame, "t"), [Some("NA".to_owned()), Some("x".to_owned())]);
    assert_eq!(frame.get("n"), Some(&Column::Integer(vec![None, Some(1)])));
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_column() {
    refused(b"", "x.csv: there are no columns");
    refused(b"a,b\n", "x.csv: there are no rows under the header");
    refused(b"a,b\n1,2\n1,2,3\n", "x.csv:3: 3 fields, the header has 2");
    refused(b"a,b\n\"x\ny\",2\n1\n", "x.csv:4: 1 fields, the header has 2");
    refused(b"a,b\n1,x\"y\n", "x.csv:2: column 2: a quotation mark in the middle of a field");
    refused(b"a,b\n1,\"x\"y\n", "x.csv:2: column 2: text after the closing quotation mark of a field");
    refused(
        b"a,b\n1,2\n3,\"x\n\n\n",
        "x.csv:3: column 2: the quotation mark that opens here is never closed",
    );
    refused(b"a,b\r1,2\r", "x.csv:1: column 2: a carriage return without a line feed");
    refused(b"a,b\n1,\xff\n", "x.csv:2: column 2: bytes that are not UTF-8");
    refused(b"a,b\n\xc3,\xa9\n", "x.csv:2: column 1: bytes that are not UTF-8");
    refused(b"a,b\n1,\0\n", "x.csv:2: column 2: a zero byte: this is not a text file");
    refused(b"\xff\xfea\0", "x.csv: the file is UTF-16");
    refused(b"a,,c\n1,2,3\n", "x.csv:1: column 2: the column has no name");
    refused(b"a,b,a\n1,2,3\n", "x.csv:1: column \"a\": another column has this name too");
}

#[test]
fn declared_types_are_kept_or_refused() {
    let mut options = Options::default();
    options.types.insert("code".into(), ColumnType::Text);
    let frame = read_csv(&b"code\n1\n2\n"[..], "x.csv", &options).expect("valid");
    assert_eq!(words(&frame, "code"), [Some("1".to_owned()), Some("2".to_owned())]);
    options.types.insert("code".into(), ColumnType::Integer);
    let error = read_csv(&b"code\n1\n2.5\n"[..], "x.csv", &options).expect_err("no integer");
    assert_eq!(error.to_string(), "x.csv:3: column \"code\": \"2.5\" is not a whole number");
    options.types.insert("kode".into(), ColumnType::Text);
    assert!(read_csv(&b"code\n1\n"[..], "x.csv", &options).is_err());
}

#[test]
fn memory_is_bounded() {
    let limits = Limits { field_bytes: 10, record_bytes: 15, columns: 3, total_bytes: 90, absent_cells: 5 };
    let options = Options { limits, ..Options::default() };
    let refused = |text: String| {
        let error = read_csv(text.as_bytes(), "x.csv", &options).expect_err("beyond a limit");
        assert!(matches!(error.problem, Problem::Limit { .. }), "{error}");
    };
    refused(format!("a\n{}\n", "x".repeat(11)));
    refused(format!("a\n\"{}", "x\n".repeat(1000)));
    refused(format!("a,b\n{0},{0}\n", "x".repeat(8)));
    refused("a,b,c,d\n1,2,3,4\n".into());
    refused(format!("a\n{}", "12345\n".repeat(9)));
    // Empty fields take memory too.
    refused(format!("a,b,c\n{}", ",,\n".repeat(4)));
    let json = |text: String| read_json_lines(text.as_bytes(), "x.jsonl", &options);
    let refused = |text: String| {
        let error = json(text).expect_err("beyond a limit");
        assert!(matches!(error.problem, Problem::Limit { .. }), "{error}");
    };
    refused("{\"a\": 1}\n".repeat(11));
    assert!(json("{\"a\": 1}\n{\"b\": 1}\n{\"c\": 1,\"a\":0}".into()).is_ok(), "five cells without a value");
    refused("{\"a\": 1}\n{\"b\": 1}\n{\"c\": 1}".into());
}

/// A name on a single line makes a cell in every row: with few bytes, the number of cells grows with their square.
#[test]
fn names_of_one_row_each_do_not_fill_memory() {
    let text = (0..100_000).map(|row| format!("{{\"c{row}\":1}}\n")).collect::<String>();
    let error = read_json_lines(text.as_bytes(), "x.jsonl", &Options::default()).expect_err("too sparse");
    assert_eq!(error.to_string(), "x.jsonl: cells without a value: more than the limit of 134217728");
}

/// Both know 200,000 names, and neither checks all of them for each row.
#[test]
fn many_declared_columns_are_found() {
    let names = (0..100_000).map(|column| format!("a long name of a column {column}")).collect::<Vec<_>>();
    let types = names.iter().map(|name| (name.clone(), ColumnType::Text)).collect();
    let options = Options { types, ..Options::default() };
    let text = format!("{}\n{}\n", names.join(","), vec!["x"; names.len()].join(","));
    let start = std::time::Instant::now();
    assert_eq!(read_csv(text.as_bytes(), "x.csv", &options).expect("valid").columns().len(), names.len());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn json_lines_give_the_same_frame_as_delimited_text() {
    let json =
        "{\"size\": 1.5, \"kind\": \"oak\"}\n\n{\"kind\": null, \"n\": 3, \"ok\": true, \"size\": 2}\n";
    let frame = read_json_lines(json.as_bytes(), "x.jsonl", &Options::default()).expect("valid");
    assert_eq!(frame, csv("size,kind,n,ok\n1.5,oak,,\n2,,3,true\n").expect("valid"));
}

#[test]
fn bad_json_lines_are_said_with_their_line() {
    let refused = |text: &str, expected: &str| {
        let error = read_json_lines(text.as_bytes(), "x", &Options::default()).expect_err("bad input");
        assert!(error.to_string().starts_with(expected), "{error}");
    };
    refused("", "x: there are no rows");
    refused("{\"a\":1}\n[1]\n", "x:2: not a JSON object");
    refused("{\"a\":1}\n{\"a\":{}}\n", "x:2: not a JSON object: invalid type: map, expected a number");
    refused("{\"a\":1,\"a\":2}\n", "x:1: column \"a\": another column has this name too");
    refused("{\"a\":1}\n{\"a\":\"1\"}\n", "x:2: column \"a\": text, but the rows before have numbers");
    refused("{\"a\":1", "x:1: not a JSON object: EOF");
    refused("{\"a\":1e999}\n", "x:1: not a JSON object: number out of range");
    refused(&"[".repeat(100_000), "x:1: not a JSON object");
    refused("{}\n", "x: there are no columns");
}

#[test]
fn formats_are_told_by_the_ending() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.TSV");
    std::fs::write(&path, "a\tb\n1,5\t2\n").expect("writable");
    let frame = read_path(&path, None, &Options::default()).expect("valid");
    assert_eq!(words(&frame, "a"), [Some("1,5".to_owned())]);
    let error = read_path(&folder.path().join("x.dat"), None, &Options::default()).expect_err("unknown");
    assert!(matches!(error.problem, Problem::UnknownFormat));
    let error = read_path(&folder.path().join("x.csv"), None, &Options::default()).expect_err("not there");
    assert!(matches!(error.problem, Problem::Io(_)));
}

/// Bytes that often have a special meaning to the parsers.
fn lively() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => prop::sample::select(b"\",\n\r;\t{}[]:.-+eE0189aNul\xEF\xBB\xBF\0 ".to_vec()),
        1 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..120)
}

fn column(rows: usize) -> impl Strategy<Value = Column> {
    let word = prop_oneof![3 => "[a-c\",\n\r ;é]{0,6}", 1 => Just("NA".to_owned()), 1 => "[0-9]{1,3}"];
    prop_oneof![
        prop::collection::vec(prop_oneof![4 => any::<f64>(), 1 => Just(f64::NAN)], rows)
            .prop_map(Column::Number),
        prop::collection::vec(any::<Option<i64>>(), rows).prop_map(Column::Integer),
        prop::collection::vec(any::<Option<bool>>(), rows).prop_map(Column::Boolean),
        prop::collection::vec(
            prop_oneof![4 => (-700_000i32..2_900_000).prop_map(f64::from), 1 => Just(f64::NAN)],
            rows
        )
        .prop_map(Column::Date),
        prop::collection::vec(prop::option::of(word), rows)
            .prop_map(|rows| Column::Text(Text::new(rows.iter().map(|row| row.as_deref())))),
    ]
}

fn frames() -> impl Strategy<Value = Frame> {
    (1usize..6, 1usize..5).prop_flat_map(|(rows, columns)| {
        prop::collection::vec(("[a-z\",\n ]{1,5}x", column(rows)), columns)
            .prop_filter_map("two columns of one name", Frame::new)
    })
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(bytes in lively(), tsv in any::<bool>(), dates in any::<bool>()) {
        let mut options = Options { delimiter: if tsv { b'\t' } else { b',' }, ..Options::default() };
        if dates {
            options.types = [("a".to_owned(), ColumnType::Date)].into();
            options.any_odd_cells = ["a".to_owned()].into();
        }
        if let Ok(frame) = read_csv(&bytes[..], "x", &options) {
            prop_assert!(frame.columns().iter().all(|(_, column)| column.len() == frame.rows()));
        }
        if let Ok(frame) = read_json_lines(&bytes[..], "x", &options) {
            prop_assert!(frame.rows() > 0);
        }
    }

    #[test]
    fn a_frame_that_was_written_is_read_back(frame in frames(), delimiter in prop::sample::select(b",;\t|".to_vec())) {
        let types = frame.columns().iter().map(|(name, column)| (name.clone(), column.column_type()));
        let options = Options { delimiter, types: types.collect(), ..Options::default() };
        let mut bytes = Vec::new();
        write_csv(&frame, &mut bytes, &options).expect("memory takes all");
        let again = read_csv(&bytes[..], "x", &options);
        prop_assert_eq!(again.expect("what was written is valid"), frame);
    }

    #[test]
    fn short_reads_change_nothing(bytes in lively()) {
        struct Drip<'a>(&'a [u8]);
        impl std::io::Read for Drip<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let room = buffer.len().min(1);
                self.0.read(&mut buffer[..room])
            }
        }
        let text = |frame: Result<Frame, DataError>| frame.map_err(|error| error.to_string());
        let (whole, drip) = (read_csv(&bytes[..], "x", &Options::default()), read_csv(Drip(&bytes), "x", &Options::default()));
        prop_assert_eq!(text(whole), text(drip));
    }
}

/// Forty numbers, with some cells replaced.
fn column_of(replaced: &[(usize, &str)]) -> String {
    let mut cells = (0..40).map(|row| format!("{row}.5")).collect::<Vec<_>>();
    replaced.iter().for_each(|(row, cell)| cells[*row] = (*cell).to_owned());
    format!("a\n{}\n", cells.join("\n"))
}

fn remarks(frame: &Frame) -> Vec<String> {
    frame.remarks().iter().map(ToString::to_string).collect()
}

#[test]
fn few_odd_cells_leave_numbers_numbers_and_are_told() {
    let frame = csv(&column_of(&[(3, "n.a.")])).expect("valid");
    assert!(matches!(frame.get("a"), Some(Column::Number(values)) if values[3].is_nan() && values[4] == 4.5));
    assert_eq!(remarks(&frame), ["column \"a\": \"n.a.\" in line 5 is not a number and counts as missing"]);
    let two = csv(&column_of(&[(3, "\"1,5\""), (7, "unknown")])).expect("valid");
    assert_eq!(
        remarks(&two),
        ["column \"a\": 2 cells are not a number and count as missing, the first \"1,5\" in line 5"]
    );
    let truths = csv("b\ntrue\nfalse\ntrue\ntrue\nperhaps\n").expect("valid");
    assert_eq!(truths.get("b").map(Column::column_type), Some(ColumnType::Boolean));
    assert_eq!(
        remarks(&truths),
        ["column \"b\": \"perhaps\" in line 6 is not true or false and counts as missing"]
    );
    // Markers are not odd cells.
    assert!(
        remarks(&csv(&column_of(&[(3, "n/a"), (4, "#N/A"), (5, "-nan"), (6, "")])).expect("valid"))
            .is_empty()
    );
}

#[test]
fn many_odd_cells_and_codes_make_a_column_text() {
    let three = csv(&column_of(&[(3, "low"), (7, "low"), (9, "high")])).expect("valid");
    assert_eq!(three.get("a").map(Column::column_type), Some(ColumnType::Text));
    assert_eq!(
        remarks(&three),
        ["column \"a\" is read as text: 3 cells are no plain numbers, the first \"low\" in line 5"]
    );
    let codes = csv("zip\n10115\n20095\n01067\n50667\n80331\n99084\n").expect("valid");
    assert_eq!(codes.get("zip").map(Column::column_type), Some(ColumnType::Text));
    assert_eq!(
        remarks(&codes),
        ["column \"zip\" is read as text: \"01067\" in line 4 is no plain number, all others are"]
    );
    assert!(remarks(&csv("t\na\nb\n1\nc\n").expect("valid")).is_empty());
}

#[test]
fn numbers_that_are_not_written_plainly_are_told() {
    for (cells, first) in [
        (["$1.50", "$2.50", "$3"], "$1.50"),
        (["5%", "7 %", "9%"], "5%"),
        (["\"1,000\"", "\"2,000\"", "7"], "1,000"),
    ] {
        let frame = csv(&format!("x\n{}\n", cells.join("\n"))).expect("valid");
        assert_eq!(frame.get("x").map(Column::column_type), Some(ColumnType::Text), "{first}");
        let told = remarks(&frame);
        assert_eq!(told.len(), 1, "{first}");
        let begins = "column \"x\" is read as text, each different cell a category of its own: ";
        let ends = format!("the first \"{first}\" in line 2; write them as plain numbers (1234.5)");
        assert!(told[0].starts_with(begins) && told[0].ends_with(&ends), "{told:?}");
    }
    assert!(remarks(&csv("x\nlow\n$5\nhigh\n").expect("valid")).is_empty());
}

#[test]
fn question_marks_in_numbers_are_told_unless_somebody_said_so() {
    let frame = csv("a,t\n1,?\n?,b\n3,c\n?,d\n").expect("valid");
    assert_eq!(frame.get("a"), Some(&Column::Integer(vec![Some(1), None, Some(3), None])));
    assert_eq!(
        remarks(&frame),
        ["column \"a\": 2 cells are \"?\" and count as missing, the first in line 3"]
    );
    let mut options = Options::default();
    options.types.insert("a".into(), ColumnType::Number);
    let read = |options: &Options| read_csv(&b"a\n1\n?\n"[..], "x.csv", options).expect("valid");
    assert_eq!(remarks(&read(&options)), ["column \"a\": \"?\" in line 3 counts as missing"]);
    options.missing.push("?".to_owned());
    assert!(remarks(&read(&options)).is_empty());
}

#[test]
fn true_and_false_are_1_and_0_where_numbers_are_declared() {
    let mut options = Options { few_odd_cells: true, ..Options::default() };
    options.types.insert("a".into(), ColumnType::Number);
    let frame = read_csv(&b"a\nTrue\nFalse\nTRUE\n"[..], "x.csv", &options).expect("valid");
    assert_eq!(frame.get("a"), Some(&Column::Number(vec![1.0, 0.0, 1.0])));
    let frame = read_csv(&b"a\nTrue\nNA\n"[..], "x.csv", &options).expect("valid");
    assert!(matches!(frame.get("a"), Some(Column::Number(x)) if x[0] == 1.0 && x[1].is_nan()));
    let json = "{\"a\":true}\n{\"a\":false}\n";
    let frame = read_json_lines(json.as_bytes(), "x", &options).expect("valid");
    assert_eq!(frame.get("a"), Some(&Column::Number(vec![1.0, 0.0])));
    // Among numbers they are odd.
    assert!(read_csv(&b"a\nTrue\n0\n1\n"[..], "x.csv", &options).is_err());
}

#[test]
fn a_declared_type_decides_about_odd_cells() {
    let text = column_of(&[(3, "low"), (7, "low"), (9, "high")]);
    let read = |declared: ColumnType, few: bool, any: bool| {
        let mut options = Options { few_odd_cells: few, ..Options::default() };
        options.types.insert("a".into(), declared);
        options.any_odd_cells.extend(any.then(|| "a".to_owned()));
        read_csv(text.as_bytes(), "x.csv", &options)
    };
    let number = ColumnType::Number;
    assert_eq!(
        read(number, false, false).expect_err("odd").to_string(),
        "x.csv:5: column \"a\": \"low\" is not a number"
    );
    assert!(read(number, true, false).is_err(), "three of forty are not few");
    let all = read(number, false, true).expect("any odd cell is allowed");
    assert_eq!((all.get("a").map(Column::missing), all.remarks()[0].cells), (Some(3), 3));
    assert!(read(ColumnType::Text, false, false).expect("text is anything").remarks().is_empty());
}

#[test]
fn what_stands_for_a_missing_value_can_be_named() {
    let mut options = Options::default();
    options.missing.extend(["-999".to_owned(), "unbekannt".to_owned()]);
    let frame = read_csv(&b"a,b\n1,x\n-999,unbekannt\n3,y\n"[..], "x.csv", &options).expect("valid");
    assert_eq!(frame.get("a"), Some(&Column::Integer(vec![Some(1), None, Some(3)])));
    assert_eq!(words(&frame, "b"), [Some("x".to_owned()), None, Some("y".to_owned())]);
    let json = "{\"a\":1,\"b\":\"x\"}\n{\"a\":-999,\"b\":\"unbekannt\"}\n{\"a\":3,\"b\":\"NA\"}\n";
    let frame = read_json_lines(json.as_bytes(), "x", &options).expect("valid");
    assert_eq!(frame.get("a"), Some(&Column::Integer(vec![Some(1), None, Some(3)])));
    // A JSON string is text by default, and missing only if an option says so.
    assert_eq!(words(&frame, "b"), [Some("x".to_owned()), None, Some("NA".to_owned())]);
}

#[test]
fn dates_are_columns_of_their_own() {
    let frame = csv("d,n\n2024-02-29,1\n,2\n2024-03-01T12:00:00Z,3\n").expect("valid");
    assert!(
        matches!(frame.get("d"), Some(Column::Date(days)) if days[0] == 19_782.0 && days[1].is_nan() && days[2] == 19_783.5)
    );
    assert_eq!(
        words(&frame, "d"),
        [Some("2024-02-29".to_owned()), None, Some("2024-03-01T12:00:00".to_owned())]
    );
    let json = "{\"d\":\"2024-02-29\"}\n{\"d\":\"2024-03-01\"}\n";
    let frame = read_json_lines(json.as_bytes(), "x", &Options::default()).expect("valid");
    assert_eq!(frame.get("d"), Some(&Column::Date(vec![19_782.0, 19_783.0])));
    let mut options = Options::default();
    options.types.insert("d".into(), ColumnType::Date);
    let compact = read_csv(&b"d\n20240229\n"[..], "x.csv", &options).expect("valid");
    assert_eq!(compact.get("d"), Some(&Column::Date(vec![19_782.0])));
    let mixed = csv("d\n2024-01-01\n2024-01-02\n2024-01-03\n2024-01-04\nsoon\n").expect("valid");
    assert_eq!(remarks(&mixed), ["column \"d\": \"soon\" in line 6 is not a date and counts as missing"]);
}

#[test]
fn odd_values_of_json_are_told_too() {
    let mut json = (0..30).map(|row| format!("{{\"a\":{row}}}\n")).collect::<String>();
    json.push_str("{\"a\":\"none yet\"}\n{\"a\":\"NA\"}\n");
    let frame = read_json_lines(json.as_bytes(), "x", &Options::default()).expect("valid");
    assert_eq!(frame.get("a").map(Column::missing), Some(2));
    assert_eq!(
        remarks(&frame),
        ["column \"a\": \"none yet\" in line 31 is not a whole number and counts as missing"]
    );
}
