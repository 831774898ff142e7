//! All places of this machine, with new or stored measurements.

use super::measure::{self, Places};
use super::{Place, PlaceKind, processor, store};
use crate::GpuError;
use crate::cuda::{self, Absence};
use crate::webgpu::adapters;
use std::path::Path;

/// The result of a calibration.
#[derive(Debug)]
pub struct Calibration {
    /// The processor, then the adapters and cards that work.
    pub places: Vec<Place>,
    /// How many of them were measured just now; the others come from the store.
    pub measured: usize,
    /// Adapters and cards that do not work, with the reason.
    pub broken: Vec<(PlaceKind, GpuError)>,
    /// Why there is no card of the CUDA driver, if there is none.
    pub no_cuda: Option<Absence>,
    /// Why the measurements could not be stored.
    pub not_remembered: Option<std::io::Error>,
}

/// Measures the processor and each adapter, unless `folder` has their times and `refresh` is false.
///
/// Stored times are valid for the same name, driver and version of this crate. Without a folder nothing is stored.
///
/// # Errors
/// The processor could not be measured because there is not enough memory.
pub fn calibrate(folder: Option<&Path>, refresh: bool) -> Result<Calibration, GpuError> {
    let known = folder.map(store::load).unwrap_or_default();
    let usable = if refresh { &[] } else { known.as_slice() };
    let mut result = Calibration {
        places: Vec::new(),
        measured: 0,
        broken: Vec::new(),
        no_cuda: None,
        not_remembered: None,
    };
    let own = PlaceKind::Processor(processor());
    result.add(usable, own, measure::processor)?;
    for adapter in adapters() {
        result.try_to_add(usable, PlaceKind::Adapter(adapter.info().clone()), || measure::adapter(&adapter));
    }
    match cuda::devices() {
        Err(absence) => result.no_cuda = Some(absence),
        Ok(cards) => cards.iter().for_each(|card| {
            result.try_to_add(usable, PlaceKind::Card(card.clone()), || measure::card(card));
        }),
    }
    if let Some(folder) = folder.filter(|_| result.measured > 0) {
        // Places that are absent today (the card of a dock, for example) stay in the store.
        let gone = known.into_iter().filter(|old| result.places.iter().all(|new| new.key != old.key));
        let all: Vec<Place> = result.places.iter().cloned().chain(gone).collect();
        result.not_remembered = store::save(folder, &all).err();
    }
    Ok(result)
}

/// The key under which a place is stored.
fn key(kind: &PlaceKind) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match kind {
        PlaceKind::Processor(p) => {
            format!("{} | {} | {} threads | {version}", p.name, p.level, p.threads)
        }
        PlaceKind::Adapter(a) => {
            format!("{} | {} | {} {} | {version}", a.name, a.backend, a.driver, a.driver_info)
        }
        PlaceKind::Card(c) => {
            format!("{} | cuda {} | driver {} | {version}", c.name, c.index, c.driver_version)
        }
    }
}

impl Calibration {
    fn try_to_add(
        &mut self,
        known: &[Place],
        kind: PlaceKind,
        measure: impl FnOnce() -> Result<Places, GpuError>,
    ) {
        if let Err(error) = self.add(known, kind.clone(), measure) {
            self.broken.push((kind, error));
        }
    }

    fn add(
        &mut self,
        known: &[Place],
        kind: PlaceKind,
        measure: impl FnOnce() -> Result<Places, GpuError>,
    ) -> Result<(), GpuError> {
        let key = key(&kind);
        if let Some(place) = known.iter().find(|place| place.key == key && place.kind == kind) {
            self.places.push(place.clone());
            return Ok(());
        }
        let Places { classes, copies } = measure()?;
        let (upload, download) = copies.unzip();
        self.places.push(Place { key, kind, classes, upload, download });
        self.measured += 1;
        Ok(())
    }
}
