//! Stored measurements: one JSON file in a folder that the caller chooses.

use super::Place;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Version of the file's layout; with any other version everything is measured again.
const LAYOUT: u32 = 1;

/// Maximum number of bytes read from the file: a machine has a handful of devices.
const LARGEST: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
struct File {
    layout: u32,
    places: Vec<Place>,
}

fn path(folder: &Path) -> PathBuf {
    folder.join("devices.json")
}

/// The stored times; empty if there is no file, or it cannot be read.
pub fn load(folder: &Path) -> Vec<Place> {
    let mut text = Vec::new();
    let read = std::fs::File::open(path(folder)).and_then(|file| file.take(LARGEST).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    match serde_json::from_slice::<File>(&text) {
        Ok(file) if file.layout == LAYOUT => file.places,
        _ => Vec::new(),
    }
}

/// Replaces the stored times atomically.
pub fn save(folder: &Path, places: &[Place]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let text = serde_json::to_vec_pretty(&File { layout: LAYOUT, places: places.to_vec() })?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&text)?;
    file.persist(path(folder))?;
    Ok(())
}
