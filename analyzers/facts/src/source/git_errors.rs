//! Errors of Git's library, in our own words.
//!
//! The library's messages quote what it read: an invalid line of packed-refs, the content of a reference, the value of
//! a setting. Any file of an untrusted Git folder may be a link to any file of the user, so these messages never leave
//! the program. Instead, causes are classified, and each class has its text here.

use std::error::Error;
use std::fmt::{self, Write};
use std::io;

/// The most causes of one error that are reported.
const MOST_CAUSES: usize = 16;
/// How much of a message is searched. A quotation in it may be as long as the file.
const LOOKED_AT: usize = 200;

/// Words by which the library's causes are classified, in lower case, and our text for each. The first match counts.
const CAUSES: &[(&str, &str)] = &[
    (
        "packed ref",
        "a line of the file packed-refs is no reference; correct or remove the line, or restore the file",
    ),
    ("shallow file", "the file shallow is not a list of commits; restore it, or clone again"),
    (
        "could not interpolate path",
        "a path in a configuration file of Git leads nowhere; correct the setting",
    ),
    ("checksum mismatch", "the file is damaged: its checksum is another one"),
    ("index", "the file index is damaged, or of a kind that is not supported"),
    ("could not be found", "something that is named is not there"),
    ("did not exist", "something that is named is not there"),
    ("could not find", "something that is named is not there"),
    ("does not have any commits", "the branch has no commit yet"),
    ("does not have a reference log", "there is no log of the reference (reflog)"),
    ("out of range", "the history is not as long as that"),
    ("ambiguous", "several objects have an id that begins like this"),
    ("expected object", "it is an object of another kind"),
    ("but needed it to be", "it is an object of another kind"),
    ("loose object", "an object below the folder objects is damaged"),
    ("cannot store", "an object is larger than what is read"),
    ("alternate", "the file objects/info/alternates names a folder that cannot be used"),
    (
        "reference",
        "a file of a reference (HEAD, or one below refs) does not hold one; write it again with `git update-ref`",
    ),
    ("ref name", "a reference has an invalid name; rename or remove it"),
    ("unsafe", "the repository belongs to another user"),
    (
        "does not appear to be a git repository",
        "the folder is no Git repository: HEAD, objects or refs is missing",
    ),
    (
        "configuration",
        "a configuration file of Git (config, or one that it includes) cannot be used; `git config --list` says more",
    ),
    ("decode", "it is damaged: it does not read as what it should be"),
    ("hex", "an id of an object is expected and something else is there"),
];

/// Describes the error, from the outermost cause on. No byte of one of Git's files is in it.
pub(crate) fn own_words(error: &(dyn Error + 'static)) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut tell = |cause: &(dyn Error + 'static)| {
        if let Some(words) = words_of(cause).filter(|words| !told.contains(words)) {
            told.push(words);
        }
    };
    match error.downcast_ref::<gix::Error>() {
        Some(error) => error.iter_errors().take(MOST_CAUSES).for_each(&mut tell),
        None => {
            let causes = std::iter::successors(Some(error), |error| (**error).source());
            causes.take(MOST_CAUSES).for_each(&mut tell);
        }
    }
    // The first cause is the most general one, and the last is the one to fix.
    match told.is_empty() {
        true => "it cannot be understood; `git fsck` says more".to_owned(),
        false => told.join(": "),
    }
}

/// The text for one cause; `None` for an unknown one.
fn words_of(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        // The message of a custom error may contain anything.
        return Some(match error.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code).to_string(),
            None => error.kind().to_string(),
        });
    }
    if let Some(wrong) = cause.downcast_ref::<gix::config::parse::Error>() {
        return Some(format!(
            "line {} of a configuration file of Git is invalid; correct or remove it",
            wrong.line_number()
        ));
    }
    let text = beginning(cause).to_ascii_lowercase();
    CAUSES.iter().find(|(known, _)| text.contains(known)).map(|(_, words)| (*words).to_owned())
}

/// The beginning of a message, without formatting all of it.
fn beginning(cause: &dyn fmt::Display) -> String {
    struct Beginning(String);
    impl Write for Beginning {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = LOOKED_AT.saturating_sub(self.0.len());
            self.0.extend(text.chars().take(room));
            if text.len() > room { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut beginning = Beginning(String::new());
    // Fails if the message is longer.
    let _ = write!(beginning, "{cause}");
    beginning.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Quoting(String);

    #[test]
    fn a_cause_is_named_and_nothing_of_its_text_is_shown() {
        let said = |text: &str| own_words(&Quoting(text.to_owned()));
        assert!(said("Invalid packed reference, input=SECRET").starts_with("a line of the file packed-refs"));
        for text in
            ["SECRET", "Invalid packed reference, input=SECRET", "index SECRET", "could not be found: SECRET"]
        {
            assert!(!said(text).contains("SECRET"), "{text}");
        }
        let long = format!("reference {}", "SECRET".repeat(1 << 20));
        assert!(said(&long).contains("git update-ref") && !said(&long).contains("SECRET"));
        let nested = gix::Error::from_error(Quoting("packed reference SECRET".to_owned()));
        assert!(own_words(&nested).contains("packed-refs") && !own_words(&nested).contains("SECRET"));
    }

    #[test]
    fn errors_of_the_system_keep_their_words_and_others_lose_them() {
        let missing = io::Error::from_raw_os_error(2);
        assert_eq!(own_words(&missing), missing.to_string());
        assert_eq!(own_words(&io::Error::other("SECRET")), io::ErrorKind::Other.to_string());
    }
}
