use super::Outcome;
use crate::args::{DevicesArgs, ReportFormat};
use crate::failure::Failure;
use crate::output::{self, Cell, ColorChoice, Column, Destination, Meaning, Screen, Table, shown};
use facts::cache::CacheDirs;
use serde::Serialize;
use std::path::PathBuf;
use trueno_gpu::chooser::{Calibration, Class, Place, PlaceKind, Residence, calibrate, choose};
use trueno_gpu::webgpu::AdapterKind;

/// Sides of the square matrices of the table of choices.
const SIDES: [(usize, &str); 4] =
    [(64, "64 × 64"), (256, "256 × 256"), (1024, "1024 × 1024"), (4096, "4096 × 4096")];

/// What was found, measured and decided.
#[derive(Serialize)]
struct Report {
    places: Vec<PlaceReport>,
    broken: Vec<Broken>,
    /// Why the CUDA driver gives no card; none if it gives one.
    no_cuda: Option<String>,
    /// Number of places that this run measured; the others were cached.
    measured: usize,
    /// Folder where the measurements are stored.
    remembered_in: Option<PathBuf>,
    not_remembered: Option<String>,
    choices: Vec<ChoiceReport>,
}

#[derive(Serialize)]
struct PlaceReport {
    /// How the choices call it.
    id: String,
    #[serde(flatten)]
    kind: PlaceKind,
    flops: Option<f64>,
    bytes_per_second: Option<f64>,
    upload_bytes_per_second: Option<f64>,
    download_bytes_per_second: Option<f64>,
    /// Seconds for the smallest operation, including the wait for its end.
    latency: Option<f64>,
}

#[derive(Serialize)]
struct Broken {
    #[serde(flatten)]
    kind: PlaceKind,
    error: String,
}

/// Where an operation on square matrices in main memory would run.
#[derive(Serialize)]
struct ChoiceReport {
    operation: Class,
    side: usize,
    /// Id of the place.
    place: String,
    /// Expected seconds at each place, in the order of `places`.
    seconds: Vec<Option<f64>>,
}

/// Shows the devices that array operations could run on, their measurements, and where operations would run.
pub fn run(args: &DevicesArgs, colour: ColorChoice) -> anyhow::Result<Outcome> {
    let destination = Destination::StandardOutput;
    let folder = folder();
    let calibration = calibrate(folder.as_deref(), args.refresh)
        .map_err(|error| Failure::new("the processor cannot be measured").why(error))?;
    let report = report(calibration, folder);
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/devices/1", &report)?,
        ReportFormat::Human => human(&report, &Screen::of(&destination, colour)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

/// Where measurements of this machine are stored: they belong to no repository.
fn folder() -> Option<PathBuf> {
    let folders = CacheDirs::from_env();
    folders.chosen.or_else(|| Some(folders.user?.join("batuta")))
}

fn report(calibration: Calibration, folder: Option<PathBuf>) -> Report {
    let ids: Vec<String> = ids(&calibration.places);
    let choice = |(operation, side): (Class, usize)| {
        let choice = choose(&calibration.places, &operation.square(side), Residence::Main)?;
        Some(ChoiceReport { operation, side, place: ids[choice.place].clone(), seconds: choice.seconds })
    };
    let asked = Class::ALL.into_iter().flat_map(|class| SIDES.map(|(side, _)| (class, side)));
    let choices = asked.filter_map(choice).collect();
    let broken = calibration.broken.into_iter();
    Report {
        places: calibration.places.iter().zip(&ids).map(|(place, id)| place_report(place, id)).collect(),
        broken: broken.map(|(kind, error)| Broken { kind, error: error.to_string() }).collect(),
        no_cuda: calibration.no_cuda.map(|absence| absence.to_string()),
        measured: calibration.measured,
        remembered_in: folder,
        not_remembered: calibration.not_remembered.map(|error| error.to_string()),
        choices,
    }
}

/// `processor`, `adapter 1`, `adapter 2`, `card 1` and so on.
fn ids(places: &[Place]) -> Vec<String> {
    let (mut adapters, mut cards) = (0, 0);
    let counted = |what: &str, count: &mut usize| {
        *count += 1;
        format!("{what} {count}")
    };
    places
        .iter()
        .map(|place| match place.kind {
            PlaceKind::Processor(_) => "processor".to_owned(),
            PlaceKind::Adapter(_) => counted("adapter", &mut adapters),
            PlaceKind::Card(_) => counted("card", &mut cards),
        })
        .collect()
}

fn place_report(place: &Place, id: &str) -> PlaceReport {
    PlaceReport {
        id: id.to_owned(),
        kind: place.kind.clone(),
        flops: place.flops(),
        bytes_per_second: place.bandwidth(),
        upload_bytes_per_second: place.upload.as_ref().map(|curve| curve.last_rate()),
        download_bytes_per_second: place.download.as_ref().map(|curve| curve.last_rate()),
        latency: place.latency(),
    }
}

fn human(report: &Report, screen: &Screen) -> String {
    let mut text = String::new();
    for place in &report.places {
        text.push_str(&format!("{}: {}\n", place.id, shown(&name(&place.kind))));
    }
    for broken in &report.broken {
        text.push_str(&format!("{} does not work: {}\n", shown(&name(&broken.kind)), shown(&broken.error)));
    }
    if let Some(reason) = &report.no_cuda {
        text.push_str(&format!("No CUDA card: {reason}\n"));
    }
    text.push('\n');
    text.push_str(&measured(report).render(screen));
    text.push('\n');
    text.push_str(&choices(report).render(screen));
    text.push_str(
        "\nOf f32 matrices in main memory: where it would run, and the expected time, copies included\n",
    );
    text.push_str(&match (&report.not_remembered, &report.remembered_in, report.measured) {
        (Some(error), ..) => format!("Measured now; cannot be remembered: {error}\n"),
        (None, None, _) => {
            "Measured now; there is no folder to remember it in (BATUTA_CACHE_DIR can name one)\n".to_owned()
        }
        (None, Some(folder), 0) => format!("Stored in {}; `--refresh` measures again\n", folder.display()),
        (None, Some(folder), _) => format!("Measured now, remembered in {}\n", folder.display()),
    });
    text
}

fn measured(report: &Report) -> Table {
    let mut table = Table::new([
        Column::text("Place"),
        Column::figure("GFLOP/s"),
        Column::figure("GB/s"),
        Column::figure("To it"),
        Column::figure("From it"),
        Column::figure("Latency"),
    ]);
    for place in &report.places {
        let billions =
            |rate: Option<f64>| Cell::new(rate.map_or(String::new(), |rate| format!("{:.1}", rate / 1e9)));
        table.row([
            Cell::meaning(&place.id, Meaning::Heading),
            billions(place.flops),
            billions(place.bytes_per_second),
            billions(place.upload_bytes_per_second),
            billions(place.download_bytes_per_second),
            Cell::new(place.latency.map_or(String::new(), duration)),
        ]);
    }
    table
}

fn name(kind: &PlaceKind) -> String {
    match kind {
        PlaceKind::Processor(p) => {
            let caches = format!("caches {}, {}, {}", size(p.l1), size(p.l2), size(p.l3));
            format!("{}: {}, {} threads, {caches}", p.name, p.level, p.threads)
        }
        PlaceKind::Adapter(a) => {
            let kind = match a.kind {
                AdapterKind::Discrete => "a card",
                AdapterKind::Integrated => "part of the processor",
                AdapterKind::Virtual => "virtual",
                AdapterKind::Software => "a program on the processor",
                AdapterKind::Unknown => "kind unknown",
            };
            format!("{}: {kind}, {}, {} {}", a.name, a.backend, a.driver, a.driver_info).trim_end().to_owned()
        }
        PlaceKind::Card(c) => {
            let (major, minor) = c.capability;
            let memory = size(usize::try_from(c.memory_bytes).unwrap_or(usize::MAX));
            format!("{}: CUDA, compute capability {major}.{minor}, {memory}", c.name)
        }
    }
}

fn choices(report: &Report) -> Table {
    let mut columns = vec![Column::text("Operation")];
    columns.extend(SIDES.map(|(_, heading)| Column::text(heading)));
    let mut table = Table::new(columns);
    for class in Class::ALL {
        let mut row = vec![Cell::new(output::word(&class).replace('-', " "))];
        for (side, _) in SIDES {
            let choice = report.choices.iter().find(|c| c.operation == class && c.side == side);
            row.push(Cell::new(choice.map_or(String::new(), |choice| {
                let place = report.places.iter().position(|place| place.id == choice.place);
                let seconds = place.and_then(|place| choice.seconds[place]);
                format!("{} {}", choice.place, seconds.map_or(String::new(), duration))
            })));
        }
        table.row(row);
    }
    table
}

/// Bytes with a binary unit.
fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

/// Seconds with a suitable unit and two or three digits.
fn duration(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 1e-6 => (s * 1e9, "ns"),
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let digits = if number < 10.0 { 1 } else { 0 };
    format!("{number:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::{duration, size};

    #[test]
    fn sizes_and_durations_have_units_that_fit() {
        assert_eq!(
            [size(512), size(49_152), size(1 << 20), size(80 << 30)],
            ["512 B", "48 KiB", "1 MiB", "80 GiB"]
        );
        assert_eq!(
            [duration(2e-9), duration(3.25e-5), duration(0.0042), duration(12.0)],
            ["2.0 ns", "32 µs", "4.2 ms", "12 s"]
        );
    }
}
