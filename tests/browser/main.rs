//! Tests of the dashboard in a real Chromium, against the real `batuta serve`.
#![allow(clippy::disallowed_methods, reason = "tests start a browser and talk to it")]

mod commands;
mod devtools;
mod every_page;
mod hostile;
mod interaction;
mod live;
#[path = "../whole_program/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the command line, which use more of it")]
mod program;
#[path = "../whole_program/repository.rs"]
#[allow(dead_code, reason = "shared with the tests of the command line, which use more of it")]
mod repository;
mod screenshots;
mod service;
mod shop;
mod without_scripts;
