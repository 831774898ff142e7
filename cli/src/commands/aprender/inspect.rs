use super::keys;
use crate::args::{GlobalArgs, InspectArgs, ReportFormat};
use crate::commands::Outcome;
use crate::output::{self, Cell, Column, Destination, Inputs, Meaning, Screen, Table, grouped};
use aprender::apr::{AprError, Cipher, License, ModelCard, OpenOptions, Provenance, Reader, Section, hex};
use serde::Serialize;
use std::path::Path;

/// What is known about a file without its keys.
#[derive(Serialize)]
pub struct Inspected {
    file: String,
    version: u32,
    bytes: u64,
    root: Option<String>,
    cipher: Option<&'static str>,
    sections: Vec<Listed>,
    signatures: Vec<Signed>,
    license: Option<License>,
    card: Option<ModelCard>,
    provenance: Option<Provenance>,
    /// Why the provenance is not shown, or what an older version cannot tell.
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Listed {
    name: String,
    kind: String,
    shape: Vec<u64>,
    stored: u64,
    plain: u64,
    compressed: bool,
    encrypted: bool,
    digest: Option<String>,
}

#[derive(Serialize)]
struct Signed {
    id: String,
    trusted: Option<String>,
}

/// Prints what is in a model file.
pub fn run(args: &InspectArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::from_option(args.output.output.as_deref());
    destination.check()?;
    Inputs::new(std::iter::once(args.model.as_path()).chain(args.trust.as_deref()))
        .apart_from([&destination])?;
    let trust = args.trust.as_deref().map(keys::trusted).transpose()?;
    let found =
        inspect(&args.model, trust.as_ref()).map_err(|error| super::opening::refused(&args.model, &error))?;
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/aprender-inspect/1", &found)?,
        ReportFormat::Human => human(&found, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn inspect(path: &Path, trust: Option<&aprender::apr::TrustStore>) -> Result<Inspected, AprError> {
    let options = OpenOptions { trust, ..OpenOptions::default() };
    let mut notes = Vec::new();
    let opened = match Reader::inspect(path, &options) {
        Err(AprError::NotTrusted(why)) => {
            notes.push(format!("no signature by a trusted key: {why}"));
            Reader::inspect(path, &OpenOptions::default())
        }
        other => other,
    };
    let reader = match opened {
        Err(AprError::Version { major: 2, .. }) => return version_2(path),
        Err(AprError::Version { major: 1, .. }) => return version_1(path),
        other => other?,
    };
    let provenance = reader.provenance().unwrap_or_else(|error| {
        notes.push(format!("provenance: {error}"));
        None
    });
    let signatures = reader.signatures().iter();
    Ok(Inspected {
        file: path.display().to_string(),
        version: 3,
        bytes: std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
        root: Some(hex(reader.root())),
        cipher: reader.cipher().map(|cipher| match cipher {
            Cipher::ChaCha20Poly1305 => "ChaCha20-Poly1305",
            Cipher::Aes256Gcm => "AES-256-GCM",
        }),
        sections: reader.sections().iter().map(listed).collect(),
        signatures: signatures.map(|s| Signed { id: hex(&s.id), trusted: s.trusted.clone() }).collect(),
        license: reader.license().cloned(),
        card: reader.card()?,
        provenance,
        notes,
    })
}

fn listed(section: &Section) -> Listed {
    Listed {
        name: section.name.clone(),
        kind: section.kind.name(),
        shape: section.shape.clone(),
        stored: section.stored,
        plain: section.plain,
        compressed: section.compressed,
        encrypted: section.encrypted,
        digest: Some(hex(&section.digest)),
    }
}

/// The same for an older file, as far as it has it.
fn older(path: &Path, version: u32, sections: Vec<Listed>, notes: Vec<String>) -> Inspected {
    Inspected {
        file: path.display().to_string(),
        version,
        bytes: std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
        root: None,
        cipher: None,
        sections,
        signatures: Vec::new(),
        license: None,
        card: None,
        provenance: None,
        notes,
    }
}

fn version_2(path: &Path) -> Result<Inspected, AprError> {
    let model = aprender::apr::v2::Model::open(path, &OpenOptions::default())?;
    let mut sections = Vec::new();
    for tensor in model.tensors() {
        let bytes = model.bytes(&tensor.name)?.len() as u64;
        sections.push(Listed {
            name: tensor.name.clone(),
            kind: format!("{:?}", tensor.tensor_type),
            shape: tensor.shape.clone(),
            stored: bytes,
            plain: bytes,
            compressed: false,
            encrypted: false,
            digest: None,
        });
    }
    let notes = vec!["guarded by a CRC-32 only; `aprender convert` writes it as version 3".to_owned()];
    Ok(older(path, 2, sections, notes))
}

fn version_1(path: &Path) -> Result<Inspected, AprError> {
    let mut notes = vec!["guarded by a CRC-32 only; `aprender convert` writes it as version 3".to_owned()];
    match super::convert::version_1(path, &OpenOptions::default()) {
        Ok(model) => notes.push(format!("it says that it is: {}", model.type_name())),
        Err(AprError::KeyNeeded(how)) => notes.push(format!("encrypted {how}")),
        Err(error) => return Err(error),
    }
    Ok(older(path, 1, Vec::new(), notes))
}

fn human(found: &Inspected, screen: &Screen) -> String {
    let head = |text: &str| screen.painter.paint(Meaning::Heading, text).into_owned();
    let mut text =
        format!("{}\n", head(&format!("{}: version {} of .apr", output::shown(&found.file), found.version)));
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {name}: {}\n", output::shown(value)));
        }
    };
    line("bytes", &grouped(found.bytes));
    line("content", found.root.as_deref().unwrap_or_default());
    line("encrypted", found.cipher.unwrap_or_default());
    for signature in &found.signatures {
        match &signature.trusted {
            Some(name) => line("signed by", &format!("{name} (trusted)")),
            None => line("signed by", &format!("key {} (not in the trust store)", &signature.id[..16])),
        }
    }
    if let Some(card) = &found.card {
        line("name", &card.name);
        line("description", &card.description);
        line("limitations", &card.limitations.join("; "));
        for (name, value) in &card.metrics {
            line(name, &format!("{value:.4}"));
        }
    }
    if let Some(license) = &found.license {
        line("licence", &format!("{} of {}", license.id, license.licensee));
    }
    if let Some(provenance) = &found.provenance {
        line("made by", &provenance.program);
        for (name, digest) in &provenance.data {
            line("fitted to", &format!("{name} (BLAKE3 {digest})"));
        }
        line("seed", &provenance.seed.map(|seed| seed.to_string()).unwrap_or_default());
        line("code revision", &provenance.code_revision);
    }
    found.notes.iter().for_each(|note| line("note", note));
    if !found.sections.is_empty() {
        text.push_str(&format!("\n{}", sections(found, screen)));
    }
    text
}

fn sections(found: &Inspected, screen: &Screen) -> String {
    let mut table = Table::new([
        Column::path("Section"),
        Column::text("Holds"),
        Column::text("Shape"),
        Column::figure("Bytes"),
        Column::text("Digest"),
    ]);
    for section in &found.sections {
        let shape = section.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" × ");
        let digest = section.digest.as_deref().map(|digest| &digest[..16]).unwrap_or_default();
        let marks = [(section.compressed, ", compressed"), (section.encrypted, ", encrypted")];
        let marks = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect::<String>();
        table.row([
            Cell::new(&section.name),
            Cell::new(format!("{}{marks}", section.kind)),
            Cell::new(shape),
            Cell::new(grouped(section.stored)),
            Cell::meaning(digest, Meaning::Quiet),
        ]);
    }
    table.render(screen)
}
