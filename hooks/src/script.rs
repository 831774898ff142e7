//! The text of our hook files, and how they are recognised.

use crate::Hook;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// Raised when the text of the script changes.
pub const VERSION: u32 = 1;

/// Suffix of the user's own hook file while ours is in its place.
pub const BEFORE: &str = ".before-batuta";

const MARK: &str = "# batuta hook ";

/// The script for a hook that calls `program`, or the program in `PATH` if that file is gone.
pub fn text(hook: Hook, program: &Path) -> Vec<u8> {
    let program = quoted(&program.as_os_str().to_string_lossy());
    let gone = match hook.way_past() {
        Some(command) => format!("Install it again, or go on without it this once: {command}"),
        None => "Whoever keeps this server has to install it again.".to_owned(),
    };
    let run = if hook.reads_input() {
        // Git lists the pushed references on standard input; both hooks need it.
        "\
input=$(cat)
feed() { [ -z \"$input\" ] || printf '%s\\n' \"$input\"; }
if [ -x \"$before\" ]; then feed | \"$before\" \"$@\" || exit; fi
find_batuta
feed | \"$batuta\" pmat hooks run \"$hook\" \"$@\"
"
    } else {
        "\
if [ -x \"$before\" ]; then \"$before\" \"$@\" || exit; fi
find_batuta
exec \"$batuta\" pmat hooks run \"$hook\" \"$@\"
"
    };
    let body = format!(
        "\
# Made by `batuta pmat hooks install`, taken away by `batuta pmat hooks uninstall`. A hook that stood here before is
# kept beside this one as {hook}{BEFORE} and runs first.
hook={hook}
batuta={program}
before=\"${{0%/*}}/$hook{BEFORE}\"
find_batuta() {{
    [ -x \"$batuta\" ] && return
    recorded=$batuta
    batuta=$(command -v batuta) && return
    echo \"batuta: the hook $hook cannot run: $recorded is gone, and no batuta is in PATH.\" >&2
    echo {} >&2
    exit 2
}}
{run}",
        quoted(&gone)
    );
    format!("#!/bin/sh\n{MARK}{VERSION} {:016x}\n{body}", xxh3_64(body.as_bytes())).into_bytes()
}

/// Quotes a text as one shell word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A hook file that this program wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The version of the script.
    pub version: u32,
    /// True if it was not edited since.
    pub intact: bool,
    /// The program that it calls.
    pub program: String,
}

/// Recognises a hook file by its bytes; `None` if this program did not write it.
pub fn recognise(bytes: &[u8]) -> Option<Own> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, marked) =
        text.split_once(MARK).filter(|(before, _)| before.ends_with('\n') || before.is_empty())?;
    let (mark, body) = marked.split_once('\n')?;
    let (version, hash) = mark.split_once(' ')?;
    let program = body.lines().find_map(|line| line.strip_prefix("batuta='")?.strip_suffix('\''));
    Some(Own {
        version: version.parse().ok()?,
        intact: hash == format!("{:016x}", xxh3_64(body.as_bytes())) && text.starts_with("#!/bin/sh\n# "),
        program: program.unwrap_or_default().replace("'\\''", "'"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_recognised_and_an_edited_one_too() {
        for hook in Hook::ALL {
            let program = Path::new("/opt/it's here/batuta");
            let script = text(hook, program);
            let own = recognise(&script).expect("it is marked");
            assert_eq!(
                (own.version, own.intact, own.program.as_str()),
                (VERSION, true, "/opt/it's here/batuta")
            );
            let edited = [script.as_slice(), b"echo more\n"].concat();
            assert!(!recognise(&edited).expect("the mark is still there").intact);
        }
        assert_eq!(recognise(b"#!/bin/sh\n# calls a batuta hook 1 day\nexit 0\n"), None);
        assert_eq!(recognise(b"\xff\xfe"), None);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test has a shell check the script")]
    fn every_script_is_valid_shell() {
        for hook in Hook::ALL {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            let file = folder.path().join(hook.name());
            std::fs::write(&file, text(hook, Path::new("/opt/it's/batuta")))
                .expect("the folder can be written");
            let checked = std::process::Command::new("sh").arg("-n").arg(&file).status().expect("sh runs");
            assert!(checked.success(), "{hook}");
        }
    }
}
