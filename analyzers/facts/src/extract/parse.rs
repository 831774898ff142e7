use super::kinds::KindTable;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ops::ControlFlow;
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

thread_local! {
    static PARSERS: RefCell<FxHashMap<usize, Parser>> = RefCell::default();
}

/// Progress reports a parse may make before it is given up: a fixed number and some for each byte. The parser reports after a
/// fixed number of steps, so the limit is the same on every machine. Ordinary code stays a hundred times below it.
const FREE_REPORTS: usize = 50_000;
const REPORTS_PER_BYTE: usize = 2;

/// The syntax tree of `bytes`, or `None` when the parser ran over its allowance.
pub(super) fn parse(table: &'static KindTable, bytes: &[u8]) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(std::ptr::from_ref(table) as usize).or_insert_with(|| {
            let mut parser = Parser::new();
            parser
                .set_language(&table.parser_language)
                .expect("the grammar crates are built for this library's ABI");
            parser
        });
        let allowance = FREE_REPORTS + REPORTS_PER_BYTE * bytes.len();
        let mut reports = 0;
        let mut watch = |_: &ParseState| {
            reports += 1;
            if reports > allowance { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut watch);
        let tree = parser.parse_with_options(
            &mut |offset, _| &bytes[offset.min(bytes.len())..],
            None,
            Some(options),
        );
        if tree.is_none() {
            parser.reset();
        }
        tree
    })
}
