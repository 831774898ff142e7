//! The only place that knows where a repository is: whoever opens it asks here each time.

use super::private_paths::PrivatePaths;
use crate::failure::Failure;
use crate::state::Repository;
use facts::source::GitContext;
use std::path::Path;

/// The path to open a repository at. One that was found in a folder which the operator had searched must be in it now, with
/// all that Git reads of it: whoever may write there can change that at any time.
///
/// # Errors
/// It is gone, or something of it leads out of that folder; without any path of this machine.
pub fn to_open(repository: &Repository) -> Result<&Path, Failure> {
    let place = repository.place();
    let path = place.path.as_path();
    if !path.exists() {
        return Err(Failure::Gone);
    }
    let Some(scanned) = &place.scanned else { return Ok(path) };
    match GitContext::discover_below(path, scanned) {
        Ok(Some(_)) => Ok(path),
        Ok(None) => Err(Failure::NoRepository),
        Err(error) => Err(Failure::Told(PrivatePaths::around(path).hidden(&error.to_string()))),
    }
}
