use super::Outcome;
use crate::args::{CacheAction, CacheArgs, CachePruneArgs, GlobalArgs, ReportFormat};
use crate::failure::Failure;
use crate::output::{self, Cell, Column, Destination, Meaning, Screen, Table, counted, grouped, shown};
use crate::source;
use facts::cache::{Cache, CacheInfo, Prune, Pruned, Size};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

/// Shows the stored facts, or removes some or all of them.
pub fn run(args: &CacheArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::StandardOutput;
    let text = match &args.action {
        CacheAction::Info(args) => {
            let info = open(&args.place.path)?.info().map_err(unusable)?;
            match args.format {
                ReportFormat::Json => output::json("batuta/cache/1", &InfoReport::from(&info))?,
                ReportFormat::Human => human(&info, &Screen::of(&destination, global.color)),
            }
        }
        CacheAction::Prune(args) => removed(prune(args)?),
        CacheAction::Clear(args) => removed(open(&args.path)?.clear().map_err(unusable)?),
    };
    destination.write(&text)?;
    Ok(Outcome::Fine)
}

fn open(path: &Path) -> anyhow::Result<Cache> {
    let (root, git) = source::place(path)?;
    Ok(Cache::open_for(git.as_ref(), &root))
}

fn prune(args: &CachePruneArgs) -> anyhow::Result<Pruned> {
    let what = Prune { unused_days: Some(args.unused_days), other_versions: true, max_size: args.max_size };
    open(&args.place.path)?.prune(what).map_err(unusable)
}

fn unusable(error: facts::cache::CacheError) -> anyhow::Error {
    Failure::new("the cache cannot be used")
        .why(error)
        .help("BATUTA_CACHE_DIR can name another folder for it")
        .into()
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Cache")]
struct InfoReport {
    path: String,
    bytes: u64,
    /// Null for no limit.
    max_bytes: Option<u64>,
    /// Better places that were passed over, each with the reason.
    passed_over: Vec<String>,
    entries: u64,
    versions: Vec<VersionReport>,
}

#[derive(Serialize, JsonSchema)]
struct VersionReport {
    extractor: u32,
    current: bool,
    entries: u64,
}

impl From<&CacheInfo> for InfoReport {
    fn from(info: &CacheInfo) -> Self {
        let version = |version: &facts::cache::VersionInfo| VersionReport {
            extractor: version.extractor,
            current: version.current,
            entries: version.entries,
        };
        InfoReport {
            path: info.path.display().to_string(),
            bytes: info.bytes,
            max_bytes: Some(info.limit).filter(|limit| *limit != Size::NONE).map(|limit| limit.0),
            passed_over: info.passed_over.clone(),
            entries: info.entries,
            versions: info.versions.iter().map(version).collect(),
        }
    }
}

fn human(info: &CacheInfo, screen: &Screen) -> String {
    let mut table = Table::new([Column::text(""), Column::text("")]);
    let name = |name| Cell::meaning(name, Meaning::Heading);
    table.row([name("File"), info.path.display().to_string().into()]);
    let limit = match info.limit {
        Size::NONE => "no limit".to_owned(),
        Size(bytes) => format!("at most {}", grouped(bytes)),
    };
    table.row([name("Size"), format!("{} bytes, {limit}", grouped(info.bytes)).into()]);
    table.row([name("Entries"), grouped(info.entries).into()]);
    for version in &info.versions {
        let whose = if version.current { "this program" } else { "another version of the program" };
        let text = format!("{} of extractor {} ({whose})", grouped(version.entries), version.extractor);
        table.row([Cell::new(""), Cell::meaning(text, Meaning::Quiet)]);
    }
    for why in &info.passed_over {
        table.row([name("Not used"), Cell::meaning(shown(why), Meaning::Quiet)]);
    }
    table.render(screen)
}

fn removed(pruned: Pruned) -> String {
    let entries = counted(usize::try_from(pruned.entries).unwrap_or(usize::MAX), "entry", "entries");
    format!("removed {entries}, freed {} bytes\n", grouped(pruned.bytes))
}
