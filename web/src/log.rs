//! What the service tells whoever runs it, on standard error.

use std::io;
pub use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object for each line.
    Json,
}

/// Begins to log lines of that level and more serious ones. Does nothing where somebody logs already.
pub fn start(format: LogFormat, level: LevelFilter) {
    let lines = fmt().with_max_level(level).with_writer(io::stderr).with_target(false).with_ansi(false);
    // Only the first of several subscribers counts.
    let _ = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(lines.finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
}
