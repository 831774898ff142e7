use crate::output::{shown, shown_lines};
use std::io::{self, Write};
use std::panic;

/// Reports a panic as a bug in this program, since no input may cause one. Includes the details needed for a bug
/// report.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let message = info.payload_as_str().unwrap_or("no message");
        let text = format!(
            "error: this is a bug in batuta {version}\n  {}: {}\n  help: report it with the command line \
             and, if you can, the file that brings it about; RUST_BACKTRACE=1 shows where it happened\n",
            shown(&place),
            shown(message),
            version = crate::args::version(),
        );
        let _ = io::stderr().write_all(text.as_bytes());
        let backtrace = std::backtrace::Backtrace::capture();
        if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
            let _ = writeln!(io::stderr(), "{}", shown_lines(&backtrace.to_string()));
        }
    }));
}
