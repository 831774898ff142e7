//! The only place that knows where a repository is: every caller asks here each time before opening it.

use super::private_paths::PrivatePaths;
use crate::failure::Failure;
use crate::state::Repository;
use facts::source::GitContext;
use std::path::Path;

/// The path of a repository. If it was found by searching a folder, it must still be in that folder, with everything
/// that Git reads of it: anyone with write access can change that at any time.
///
/// # Errors
/// It is gone, or a part of it is outside of that folder. The error contains no path of this machine.
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
