//! A tree that may change while it is analysed is listed once, so that a run's results all describe one state.

use super::{Listing, SourceError};
use std::sync::OnceLock;

/// The listing from the first call.
#[derive(Debug, Default)]
pub(super) struct Listed(OnceLock<Listing>);

impl Listed {
    /// The earlier listing, or the result of `list`. A listing that failed or was cancelled is repeated.
    ///
    /// # Errors
    /// The errors of `list`.
    pub fn or_list(
        &self,
        list: impl FnOnce() -> Result<Listing, SourceError>,
    ) -> Result<Listing, SourceError> {
        if let Some(listing) = self.0.get() {
            return Ok(listing.clone());
        }
        let listing = list()?;
        Ok(self.0.get_or_init(|| listing).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;
    use crate::source::{SkipReason, Skipped};

    #[test]
    fn a_failed_listing_is_made_again_and_a_good_one_is_kept() {
        let listed = Listed::default();
        assert!(listed.or_list(|| Err(SourceError::new("cancelled"))).is_err());
        let skipped = vec![Skipped { path: RepoPath::new("a"), reason: SkipReason::Binary }];
        let first = listed.or_list(|| Ok(Listing { entries: Vec::new(), skipped: skipped.clone() }));
        assert_eq!(first.expect("it was made").skipped, skipped);
        let again = listed.or_list(|| unreachable!("it is known"));
        assert_eq!(again.expect("it is kept").skipped, skipped);
    }
}
