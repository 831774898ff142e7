//! Tests of the batuta program as its users run it: the real binary on real folders, judged by its exit code and by
//! every byte it prints.
#![allow(clippy::disallowed_methods, reason = "tests start the program and talk to it")]

mod aprender;
mod bad_input;
mod command_line;
mod dead_code;
mod deep_inputs;
mod devices;
mod documented_commands;
mod every_ability;
mod every_command;
mod exit_codes;
mod gate_formats;
mod graph;
mod history;
mod hooks;
mod hostile_files;
#[cfg(unix)]
mod hostile_repository;
mod hostile_stores;
mod mutate;
mod new_code;
mod nothing_measured;
mod output;
mod program;
mod query;
mod repository;
mod same_bytes;
mod satd;
mod score;
mod serve;
mod sources;
mod tdg;
mod trend;
mod truncation;
mod upkeep;
mod visible_output;
