//! `cargo xtask bench --only clones`: the search for duplicated code on growing parts of real trees, compared with jscpd, in turn.

use super::BenchArgs;
use super::measure::{Usage, measure};
use super::tree;
use crate::peers::Peers;
use crate::process::output;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Sizes of the measured trees, in megabytes of source.
const SIZES: &[u64] = &[1, 3, 10, 30, 100];

/// Minimum speed in megabytes of source per second, with facts from the cache.
const LEAST_SPEED: f64 = 40.0;

/// Time may grow at most with this power of size.
const MOST_GROWTH: f64 = 1.2;

/// The files that both programs read.
const EXTENSIONS: &[&str] =
    &["rs", "py", "js", "ts", "tsx", "jsx", "java", "c", "h", "go", "cc", "cpp", "sh", "scala"];

/// jscpd skips larger files.
const LARGEST_FILE: u64 = 1_000_000;

/// Both look for clones of at least this size.
const LIMITS: &[&str] = &["--min-tokens", "50", "--min-lines", "5"];

/// One size: megabytes, and the median seconds of each command.
struct Row {
    megabytes: f64,
    files: usize,
    warm: Usage,
    cold: Usage,
    peer: Usage,
}

/// Measures parts of the trees of the arguments (of pinned crates without) and prints a table.
pub fn run(root: &Path, program: &Path, args: &BenchArgs) -> Result<()> {
    let peer = Peers::new(root, args.peers.as_deref())?.jscpd()?;
    let trees = if args.tree.is_empty() { vec![tree::vendored(root)?] } else { args.tree.clone() };
    let files = source_files(&trees)?;
    let mut rows = Vec::new();
    for megabytes in SIZES {
        let Some(part) = Part::of(&files, megabytes * 1_000_000)? else { break };
        rows.push(row(&part, program, &peer, args)?);
    }
    print(&rows, args.rounds);
    Ok(())
}

/// Source files with their sizes, in an order independent of their folders, so that a part holds some of each.
fn source_files(trees: &[PathBuf]) -> Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    for tree in trees {
        let tree = tree.canonicalize().with_context(|| format!("cannot open {}", tree.display()))?;
        let listed =
            output(Command::new("find").arg(&tree).args(["-type", "f", "-not", "-path", "*/.git/*"]))?;
        for path in listed.lines().map(PathBuf::from) {
            let known = path.extension().is_some_and(|own| EXTENSIONS.iter().any(|other| own == *other));
            let size = path.metadata()?.len();
            if known && (1..LARGEST_FILE).contains(&size) {
                let inside = path.strip_prefix(&tree)?.to_string_lossy().into_owned();
                files.push((fnv(&inside), path, size));
            }
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path, size)| (path, size)).collect())
}

/// The hash of Fowler, Noll and Vo (FNV-1a, 64 bits): the same in every run.
fn fnv(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    text.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}

/// A folder with some of the files.
struct Part {
    folder: tempfile::TempDir,
    bytes: u64,
    files: usize,
}

impl Part {
    /// The first files that together have this many bytes; `None` if there are not enough.
    fn of(files: &[(PathBuf, u64)], wanted: u64) -> Result<Option<Part>> {
        let mut part = Part { folder: tempfile::tempdir()?, bytes: 0, files: 0 };
        for (path, size) in files {
            if part.bytes >= wanted {
                break;
            }
            let folder = part.folder.path().join(format!("{:03}", part.files / 200));
            std::fs::create_dir_all(&folder)?;
            let name = path.file_name().context("a file has a name")?.to_string_lossy();
            std::fs::copy(path, folder.join(format!("{}_{name}", part.files)))?;
            part.bytes += size;
            part.files += 1;
        }
        Ok((part.bytes >= wanted).then_some(part))
    }
}

fn row(part: &Part, program: &Path, peer: &Path, args: &BenchArgs) -> Result<Row> {
    let folder = part.folder.path();
    let line = |program: &Path, arguments: &[&str]| -> Vec<String> {
        let arguments = arguments.iter().chain(LIMITS).map(|argument| (*argument).to_owned());
        [program.display().to_string()].into_iter().chain(arguments).collect()
    };
    let ours = line(program, &["pmat", "analyze", "duplicates", "--quiet", "--detection-type", "all", "."]);
    let theirs = line(peer, &[".", "--no-gitignore", "--reporters", "silent"]);
    let (mut warm, mut cold, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..args.rounds.max(1) {
        let cache = tempfile::tempdir()?;
        let variables = [("BATUTA_CACHE_DIR", cache.path())];
        cold.push(sound(measure(folder, &variables, &ours, args.limit)?)?);
        others.push(sound(measure(folder, &[], &theirs, args.limit)?)?);
        warm.push(sound(measure(folder, &variables, &ours, args.limit)?)?);
    }
    Ok(Row {
        megabytes: part.bytes as f64 / 1e6,
        files: part.files,
        warm: middle(warm),
        cold: middle(cold),
        peer: middle(others),
    })
}

fn sound(usage: Usage) -> Result<Usage> {
    if usage.code != Some(0) {
        bail!("a command failed or took too long: {usage:?}");
    }
    Ok(usage)
}

/// The median of each figure separately.
fn middle(runs: Vec<Usage>) -> Usage {
    let median = |figure: fn(&Usage) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let peak = median(|usage| usage.peak as f64) as u64;
    Usage { wall: median(|usage| usage.wall), cpu: median(|usage| usage.cpu), peak, ..runs[0] }
}

fn print(rows: &[Row], rounds: usize) {
    println!(
        "Whole commands, medians of {rounds} rounds, in turn: ours warm (facts from the cache), ours cold (every file parsed, \
         the cache written), jscpd. Wall and processor time.\n"
    );
    println!(
        "| source | files | ours warm | | speed | ours cold | | jscpd | | jscpd / warm | jscpd / cold | peaks |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for row in rows {
        let time = |usage: &Usage| format!("{:.2} s | {:.2} s", usage.wall, usage.cpu);
        println!(
            "| {:.0} MB | {} | {} | {:.0} MB/s | {} | {} | {:.1} | {:.1} | {}, {}, {} MB |",
            row.megabytes,
            row.files,
            time(&row.warm),
            row.megabytes / row.warm.wall,
            time(&row.cold),
            time(&row.peer),
            row.peer.wall / row.warm.wall,
            row.peer.wall / row.cold.wall,
            row.warm.peak >> 20,
            row.cold.peak >> 20,
            row.peer.peak >> 20,
        );
    }
    let Some(last) = rows.last() else {
        println!("\nThe trees hold less than a megabyte of source: nothing was measured.");
        return;
    };
    let speed = last.megabytes / last.warm.wall;
    let growth = exponent(rows.iter().map(|row| (row.megabytes, row.warm.cpu)));
    let verdict = |missed| if missed { " **missed**" } else { "" };
    println!(
        "\nSpeed, warm, on the largest part: {speed:.0} MB/s (demanded: {LEAST_SPEED:.0}{}). jscpd's time over ours there: {:.1} warm \
         (demanded: 1{}), {:.1} cold. Processor time grows with size to the power {growth:.2} (demanded: at most {MOST_GROWTH}{}).",
        verdict(speed < LEAST_SPEED),
        last.peer.wall / last.warm.wall,
        verdict(last.peer.wall < last.warm.wall),
        last.peer.wall / last.cold.wall,
        verdict(growth > MOST_GROWTH),
    );
}

/// The slope of the best-fitting line through the logarithms of sizes and times.
fn exponent(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let logarithms: Vec<(f64, f64)> = points.map(|(size, time)| (size.ln(), time.ln())).collect();
    let count = logarithms.len() as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| logarithms.iter().map(part).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let covariance: f64 = logarithms.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let variance: f64 = logarithms.iter().map(|point| (point.0 - x).powi(2)).sum();
    covariance / variance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_is_that_of_a_power() {
        let power =
            |exponent: f64| [1.0_f64, 3.0, 10.0, 100.0].map(|size| (size, 0.02 * size.powf(exponent)));
        for wanted in [0.9, 1.0, 1.2, 2.0] {
            assert!((exponent(power(wanted).into_iter()) - wanted).abs() < 1e-9);
        }
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the authors, http://www.isthe.com/chongo/tech/comp/fnv.
        assert_eq!(fnv(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(fnv("foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn a_part_holds_as_much_as_was_asked_for_or_is_none() {
        let scratch = tempfile::tempdir().expect("a temporary folder can be made");
        for name in ["a.rs", "b.rs", "c.rs", "notes.txt"] {
            std::fs::write(scratch.path().join(name), [b'x'; 100]).expect("it can be written");
        }
        let files = source_files(&[scratch.path().to_owned()]).expect("it can be listed");
        assert_eq!(files.len(), 3);
        let part = |bytes| Part::of(&files, bytes).expect("files can be copied");
        assert_eq!(part(150).map(|part| (part.bytes, part.files)), Some((200, 2)));
        assert!(part(301).is_none());
    }
}
