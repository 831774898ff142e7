//! Times fitting (and, for neighbours, queries) on data that a peer also gets. `cargo xtask bench --only models` calls
//! it.
//!
//! Usage: `models SUBJECT FOLDER REPEATS`. FOLDER holds `x.f64` (rows × 50), `y.f64` (0 or 1) and `z.f64` (numbers).
//! Prints `ours SECONDS QUALITY`: the median time, and the same quality figure that the peer prints.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its measurements")]

use aprender::boosting::BoostingClassifier;
use aprender::cluster::KMeans;
use aprender::decomposition::Pca;
use aprender::ensemble::ForestClassifier;
use aprender::linear::{LinearRegression, LogisticRegression};
use aprender::metrics::log_loss;
use aprender::neighbors::NearestClassifier;
use aprender::{Classifier, Estimator, Model, Table, Transformer};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

const COLUMNS: usize = 50;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn read(folder: &Path, name: &str) -> Outcome<Vec<f64>> {
    let bytes = std::fs::read(folder.join(name))?;
    Ok(bytes.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
}

/// The data, with the requested number of rows.
struct Data {
    x: Table,
    classes: Vec<u32>,
    numbers: Vec<f64>,
}

impl Data {
    fn read(folder: &Path, rows: usize) -> Outcome<Self> {
        let x = read(folder, "x.f64")?;
        let y = read(folder, "y.f64")?;
        let rows = rows.min(y.len());
        Ok(Self {
            x: Table::new(x[..rows * COLUMNS].to_vec(), COLUMNS)?,
            classes: y[..rows].iter().map(|v| *v as u32).collect(),
            numbers: read(folder, "z.f64")?[..rows].to_vec(),
        })
    }

    fn part(&self, rows: std::ops::Range<usize>) -> Outcome<Table> {
        Ok(Table::new(self.x.values()[rows.start * COLUMNS..rows.end * COLUMNS].to_vec(), COLUMNS)?)
    }
}

/// The median time of a fit, and the quality of the last model.
fn time<M>(
    repeats: usize,
    mut fit: impl FnMut() -> Outcome<M>,
    quality: impl Fn(&M) -> Outcome<f64>,
) -> Outcome<()> {
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..repeats {
        let start = Instant::now();
        last = Some(fit()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let quality = last.as_ref().map_or(Ok(f64::NAN), quality)?;
    println!("ours {} {quality}", seconds[seconds.len() / 2]);
    Ok(())
}

fn run(subject: &str, folder: &Path, repeats: usize) -> Outcome<()> {
    match subject {
        "boosting" => {
            let data = Data::read(folder, 200_000)?;
            let fit = || Ok(BoostingClassifier::default().fit(&data.x, &data.classes)?);
            time(repeats, fit, |m| Ok(log_loss(&data.classes, &m.predict_proba(&data.x)?, m.classes())?))
        }
        "forest" => {
            let data = Data::read(folder, 60_000)?;
            let (x, rest) = (data.part(0..50_000)?, data.part(50_000..60_000)?);
            let settings = ForestClassifier { trees: 20, ..Default::default() };
            let fit = || Ok(settings.fit(&x, &data.classes[..50_000])?);
            time(repeats, fit, |m| Ok(m.score(&rest, &data.classes[50_000..])?))
        }
        "k-means" => {
            let data = Data::read(folder, 100_000)?;
            let settings =
                KMeans { clusters: 16, starts: 1, max_iterations: 50, tolerance: 0.0, ..Default::default() };
            time(repeats, || Ok(settings.fit(&data.x)?), |m| Ok(m.inertia))
        }
        "logistic" => {
            let data = Data::read(folder, 200_000)?;
            let fit = || {
                Ok(LogisticRegression { tolerance: 1e-4, ..Default::default() }
                    .fit(&data.x, &data.classes)?)
            };
            time(repeats, fit, |m| Ok(log_loss(&data.classes, &m.predict_proba(&data.x)?, m.classes())?))
        }
        "neighbours" => {
            let data = Data::read(folder, 22_000)?;
            let (x, queries) = (data.part(0..20_000)?, data.part(20_000..22_000)?);
            let ask = || {
                let model = NearestClassifier::default().fit(&x, &data.classes[..20_000])?;
                Ok(model.score(&queries, &data.classes[20_000..])?)
            };
            time(repeats, ask, |score| Ok(*score))
        }
        "components" => {
            let data = Data::read(folder, 200_000)?;
            time(repeats, || Ok(Pca { components: 10 }.fit(&data.x)?), |m| Ok(m.variances.iter().sum()))
        }
        "least squares" => {
            let data = Data::read(folder, 200_000)?;
            let fit = || Ok(LinearRegression.fit(&data.x, &data.numbers)?);
            time(repeats, fit, |m| Ok(m.score(&data.x, &data.numbers)?))
        }
        _ => Err(format!("no subject {subject}").into()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the number of threads to measure with")]
fn main() -> Outcome<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let [subject, folder, repeats] = arguments.as_slice() else {
        return Err("usage: models SUBJECT FOLDER REPEATS".into());
    };
    // Models never use more threads than they are given.
    rayon::ThreadPoolBuilder::new()
        .num_threads(std::env::var("THREADS").ok().and_then(|t| t.parse().ok()).unwrap_or(1))
        .build()?
        .install(|| run(subject, Path::new(folder), repeats.parse().unwrap_or(1)).map_err(|e| e.to_string()))
        .map_err(Into::into)
}
