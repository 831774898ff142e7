//! Extracts facts from each file of a source tree.
//!
//! ```text
//! SourceTree ──entries──▶ blobs ──extract (one walk of the syntax tree)──▶ FileData ──▶ RepoFacts
//!                            └──────── Cache (by blob id and extractor version) ───────┘
//! ```
//! Only this crate reads the analysed tree; everything above it works on [`RepoFacts`]. A file's facts depend only on
//! its bytes, its language and [`EXTRACTOR_VERSION`].

pub mod cache;
pub mod calendar;
pub mod contained;
pub mod coverage;
pub mod extract;
pub mod file;
pub mod hash;
pub mod history;
pub mod jsonc;
pub mod language;
pub mod manifest;
pub mod measured;
pub mod model;
pub mod progress;
pub mod repo;
pub mod schema;
pub mod secrets;
pub mod source;
pub mod stores;
pub mod test_code;
pub mod visible;
mod xml;

pub use file::{FileData, FileFacts, FileRecord, Sections};
pub use measured::{Measured, Missing};
pub use progress::Progress;
pub use repo::{ContentKey, LanguageTotal, ManyTrees, MeasureOptions, RepoFacts, measure, measuring_many};

/// Raised by every change that alters what is extracted from the same bytes: older cache entries are then ignored.
pub const EXTRACTOR_VERSION: u32 = 10;

/// Raised by every change that alters what is mined from the same commits: older cache entries are then ignored.
pub const MINING_VERSION: u32 = 3;

/// A number that differs between extractors that may produce different results for the same bytes: data kept with one
/// extractor's facts does not fit another's.
pub fn extractor_id() -> u64 {
    cache::Version::current().number() as u64
}
