//! The log of the service, on standard error.

use facts::visible;
use std::io::{self, Write};
pub use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object for each line.
    Json,
}

/// Writes lines with hidden characters escaped: a reason may quote text from a repository or a client.
struct Lines<W> {
    format: LogFormat,
    stream: W,
}

impl<W: Write> Write for Lines<W> {
    /// Takes a whole line, as the subscriber writes it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let shown = match self.format {
            LogFormat::Text => visible::line(text).into_owned(),
            LogFormat::Json => visible::json::escaped(text),
        };
        self.stream.write_all(format!("{shown}\n").as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Starts logging at this level and above. Does nothing if a logger is already installed.
pub fn start(format: LogFormat, level: LevelFilter) {
    let writer = move || Lines { format, stream: io::stderr() };
    let lines = fmt().with_max_level(level).with_writer(writer).with_target(false).with_ansi(false);
    // Only the first subscriber counts.
    let _ = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(lines.finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
}

#[cfg(test)]
mod tests {
    use super::{Lines, LogFormat};
    use std::io::Write;

    #[test]
    fn a_line_cannot_be_forged_and_hides_nothing() {
        let written = |format, line: &str| {
            let mut lines = Lines { format, stream: Vec::new() };
            lines.write_all(line.as_bytes()).expect("memory takes all bytes");
            String::from_utf8(lines.stream).expect("it is text")
        };
        let text = written(LogFormat::Text, "WARN not measured why=\x1b[2J\u{9b}31m\nINFO all is well\n");
        assert_eq!(text, "WARN not measured why=\\x1B[2J\\x9B31m\\nINFO all is well\n");
        let json = written(LogFormat::Json, "{\"why\":\"\\u001b\u{9b}\u{202e}\"}\n");
        assert_eq!(json, "{\"why\":\"\\u001b\\u009b\\u202e\"}\n");
    }
}
