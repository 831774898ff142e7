//! `batuta`: the command line over the libraries. It parses what was typed, calls one library, prints, and exits; it
//! knows no analysis.

mod args;
mod commands;
mod failure;
mod history;
mod interrupt;
mod output;
mod panic_message;
mod program;
mod source;

use std::process::ExitCode;

/// Parsing allocates a node at a time, in C too: this allocator is quicker at it and keeps more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    panic_message::install();
    interrupt::install();
    program::run(std::env::args_os().collect())
}
