//! The rights of a licensee, and the counting of limited uses.
//!
//! The licence is a plain section, so everybody can read it. The file's signature, or the seal of an encrypted file,
//! shows whether it is genuine; anybody can rewrite an unsigned, unencrypted file, licence and all.
//!
//! Uses and seats are counted in a ledger, a folder that the licensee keeps. Deleting it restarts the count: like any
//! count that the licensee keeps, it only keeps honest people honest.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::hex;

/// The section of the [`License`].
pub const LICENSE: &str = "apr/license";

/// Seconds that a clock may go back without being reported: a day.
const CLOCK_SLACK: u64 = 86_400;
/// A larger ledger was not written by this program.
const MAX_LEDGER: u64 = 1 << 24;

/// What a licensee may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct License {
    /// Identifies this licence among all of the licensor.
    pub id: String,
    /// Who may use the model.
    pub licensee: String,
    /// Start, in seconds since 1970 UTC.
    pub issued: u64,
    /// The first second after the licence ends; `None`: no end.
    #[serde(default)]
    pub expires: Option<u64>,
    /// Number of different seats (users or machines) that may open the model; `None`: any number.
    #[serde(default)]
    pub seats: Option<u32>,
    /// Number of times that the model may be opened; `None`: any number.
    #[serde(default)]
    pub uses: Option<u64>,
    /// The terms, or a reference to them.
    #[serde(default)]
    pub terms: String,
}

/// Why the licence does not allow a use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LicenseError {
    /// The licence has expired.
    #[error("the licence \"{id}\" of {licensee} ended at {expires} (seconds since 1970 UTC); it is {now}")]
    Expired {
        /// The licence.
        id: String,
        /// Who had it.
        licensee: String,
        /// When it ended.
        expires: u64,
        /// What time it is.
        now: u64,
    },
    /// The licence has not begun yet.
    #[error("the licence \"{id}\" begins at {issued} (seconds since 1970 UTC); it is {now}")]
    NotYet {
        /// The licence.
        id: String,
        /// When it begins.
        issued: u64,
        /// What time it is.
        now: u64,
    },
    /// The clock shows an earlier time than at an earlier use.
    #[error("the clock was set back: it is {now}, and was {seen} at an earlier use (seconds since 1970 UTC)")]
    ClockSetBack {
        /// What time it is.
        now: u64,
        /// What time it was.
        seen: u64,
    },
    /// All uses are spent.
    #[error("the licence \"{id}\" allows {uses} uses, and all are spent")]
    NoUsesLeft {
        /// The licence.
        id: String,
        /// How many it allows.
        uses: u64,
    },
    /// All seats are taken.
    #[error("the licence \"{id}\" allows {seats} seats, and \"{seat}\" would be one more")]
    NoSeatLeft {
        /// The licence.
        id: String,
        /// How many it allows.
        seats: u32,
        /// Who asked.
        seat: String,
    },
    /// The licence has a limit, but there is no ledger or no name for the seat.
    #[error("the licence \"{id}\" limits {limited}: {missing} must be given")]
    CannotCount {
        /// The licence.
        id: String,
        /// What it limits.
        limited: &'static str,
        /// What must be given.
        missing: &'static str,
    },
    /// The ledger cannot be read or written.
    #[error("the ledger {}: {reason}", path.display())]
    Ledger {
        /// The ledger's file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// The counts for one licence.
#[derive(Default, Serialize, Deserialize)]
struct Counted {
    uses: u64,
    seats: Vec<String>,
    last_seen: u64,
}

impl License {
    /// Allows one use at the time `now` (seconds since 1970 UTC) by `seat`, and counts it in `ledger`.
    ///
    /// # Errors
    /// Names the violated condition; nothing is counted then.
    pub fn enforce(&self, now: u64, ledger: Option<&Path>, seat: Option<&str>) -> Result<(), LicenseError> {
        let id = || self.id.clone();
        if now < self.issued {
            return Err(LicenseError::NotYet { id: id(), issued: self.issued, now });
        }
        if let Some(expires) = self.expires.filter(|expires| now >= *expires) {
            return Err(LicenseError::Expired { id: id(), licensee: self.licensee.clone(), expires, now });
        }
        let cannot = |limited, missing| Err(LicenseError::CannotCount { id: id(), limited, missing });
        match (ledger, seat) {
            (None, _) if self.uses.is_some() => cannot("uses", "a ledger"),
            (None, _) if self.seats.is_some() => cannot("seats", "a ledger"),
            (_, None) if self.seats.is_some() => cannot("seats", "the name of a seat"),
            (None, _) => Ok(()),
            (Some(folder), seat) => self.count(folder, seat, now),
        }
    }

    /// The file in the ledger that holds the counts of this licence.
    fn ledger_file(&self, folder: &Path) -> PathBuf {
        let name = blake3::derive_key(
            "apr 3 licence",
            &[self.id.as_bytes(), b"\0", self.licensee.as_bytes()].concat(),
        );
        folder.join(format!("{}.json", hex(&name[..16])))
    }

    fn count(&self, folder: &Path, seat: Option<&str>, now: u64) -> Result<(), LicenseError> {
        let path = self.ledger_file(folder);
        let trouble = |reason: String| LicenseError::Ledger { path: path.clone(), reason };
        let io = |error: std::io::Error| trouble(error.to_string());
        std::fs::create_dir_all(folder).map_err(io)?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        file.lock().map_err(io)?;
        let mut text = String::new();
        (&file).take(MAX_LEDGER).read_to_string(&mut text).map_err(io)?;
        let mut counted: Counted = match text.as_str() {
            "" => Counted::default(),
            text => serde_json::from_str(text)
                .map_err(|error| trouble(format!("it was not written by us: {error}")))?,
        };
        self.allow(&mut counted, seat, now)?;
        write_ledger(&mut file, &counted).map_err(io)
    }

    fn allow(&self, counted: &mut Counted, seat: Option<&str>, now: u64) -> Result<(), LicenseError> {
        if now + CLOCK_SLACK < counted.last_seen {
            return Err(LicenseError::ClockSetBack { now, seen: counted.last_seen });
        }
        if let Some(uses) = self.uses.filter(|uses| counted.uses >= *uses) {
            return Err(LicenseError::NoUsesLeft { id: self.id.clone(), uses });
        }
        if let (Some(seats), Some(seat)) = (self.seats, seat) {
            let name = hex(&blake3::derive_key("apr 3 seat", seat.as_bytes())[..16]);
            if !counted.seats.contains(&name) {
                if counted.seats.len() >= seats as usize {
                    return Err(LicenseError::NoSeatLeft { id: self.id.clone(), seats, seat: seat.into() });
                }
                counted.seats.push(name);
            }
        }
        counted.uses += 1;
        counted.last_seen = counted.last_seen.max(now);
        Ok(())
    }
}

fn write_ledger(file: &mut File, counted: &Counted) -> std::io::Result<()> {
    let text = serde_json::to_string(counted)?;
    file.rewind()?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
