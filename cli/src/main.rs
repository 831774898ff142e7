//! `batuta`: the command line over the libraries. It parses what was typed, calls one library, prints, and exits; it
//! knows no analysis.

mod args;
mod commands;
mod failure;
mod interrupt;
mod memory;
mod output;
mod panic_message;
mod program;
mod source;
mod stack;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    panic_message::install();
    interrupt::install();
    stack::with_a_large_one(|| program::run(std::env::args_os().collect()))
}
