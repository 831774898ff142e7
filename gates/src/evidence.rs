//! What rules judge by besides the tree's facts.

/// Where evidence outside the analysed tree comes from: reports that other programs left. Asked only by rules that are on.
pub trait Evidence: Sync {
    /// The bytes of a report that another program wrote, at a path as `batuta.toml` gives it.
    ///
    /// # Errors
    /// Why there is none, in words for the user.
    fn report(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// No evidence at all: rules that need some are not measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvidence;

impl Evidence for NoEvidence {
    fn report(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("{path} was not looked for"))
    }
}
