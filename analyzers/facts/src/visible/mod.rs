//! How untrusted text is shown: names, messages, source code. A repository may be hostile, and its text ends up on a
//! terminal: printed there, or in a file or a log that somebody reads later. So no text leaves the program with a
//! character that controls a terminal, reorders other text, or is invisible ("Trojan Source", Boucher and Anderson
//! 2021). This module alone says which characters those are ([`is_hidden`]) and what is shown for them; each format
//! writes them as well as it can:
//!
//! | where | how |
//! |---|---|
//! | terminal, plain text, Markdown, DOT, XML, CSV | as escapes that are text themselves: `\x1B`, `\u{202E}` ([`line`], [`lines`]) |
//! | JSON | as `\u001b`, which a reader of JSON turns back ([`json`]) |
//! | also CSV | what a spreadsheet would run as a formula begins with `'` ([`csv`]) |
//! [`printable`] is the last check: all text that the command line prints or writes goes through it.

pub mod csv;
pub mod json;
mod text;
pub mod xml;

pub use text::{byte_lines, bytes, is_hidden, line, lines, lines_of_patch, pieces, printable};

#[cfg(test)]
mod tests;
