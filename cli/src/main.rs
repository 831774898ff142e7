//! `batuta`: the command line over the libraries. It parses the arguments, calls one library, prints the result and
//! exits. It contains no analysis of its own.

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
