//! `cargo xtask train-satd`: trains the model that gives comments a second opinion, and compares it with the words.

mod calibration;
mod comments;
mod evaluation;
mod training;

use anyhow::{Context, Result, bail};
use aprender::apr::{ModelCard, Provenance, Writer, hex};
use comments::Comments;
use evaluation::Evaluation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `cargo xtask train-satd`
#[derive(Debug, clap::Args)]
pub struct TrainArgs {
    /// Labelled comments: CSV with the columns project, class and comment, or the same compressed by gzip
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Fail where training does not give the file in the program bit for bit, instead of writing it
    #[arg(long)]
    check: bool,
}

/// Path of the model, below the root.
const MODEL: &str = "analyzers/pmat/src/satd/learned/satd.apr";

/// Source of the labels.
const SOURCE: &str = "E. Maldonado, E. Shihab, N. Tsantalis, \"Using natural language processing to automatically detect \
    self-admitted technical debt\", IEEE Transactions on Software Engineering 43(11), 2017";

/// Evaluates with each project left out, trains on all, writes or compares the file.
pub fn run(root: &Path, args: &TrainArgs) -> Result<()> {
    let comments = Comments::read(&args.data)?;
    println!("{} comments of {} projects", comments.rows.len(), comments.projects.len());
    let evaluation = Evaluation::of(&comments)?;
    print!("{}", evaluation.table(&comments)?);
    let model = training::train(&comments, &comments.all(), Some(&evaluation.scores))?;
    let mut file = Writer::new();
    model.write(&mut file)?;
    let (card, provenance) = (card(&evaluation, &comments), provenance(&comments));
    file.card(&card)?.provenance(&provenance)?;
    let bytes = file.to_bytes()?;
    let path = root.join(MODEL);
    if !args.check {
        std::fs::write(&path, &bytes).with_context(|| format!("{MODEL} cannot be written"))?;
        println!("{MODEL}: {} bytes", bytes.len());
        return Ok(());
    }
    let present = std::fs::read(&path).with_context(|| format!("{MODEL} cannot be read"))?;
    if present != bytes {
        bail!("{MODEL}: training gives {} other bytes", bytes.len());
    }
    println!("{MODEL}: the same {} bytes", bytes.len());
    Ok(())
}

fn card(evaluation: &Evaluation, comments: &Comments) -> ModelCard {
    ModelCard {
        name: "satd".into(),
        version: "2".into(),
        description: "Tells whether a source comment admits technical debt, and what it concerns: a linear model over words and \
            pairs of words"
            .into(),
        authors: vec!["the batuta project".into()],
        intended_use: "A second opinion beside marker words, on comments of program sources in English".into(),
        limitations: vec![
            "Trained on comments of five Java programs of the years 2000 to 2010".into(),
            "Documentation debt is not told apart from the other kinds".into(),
        ],
        metrics: evaluation.metrics(comments),
        terms: "MIT OR Apache-2.0".into(),
        notes: BTreeMap::from([("labels".into(), SOURCE.into())]),
    }
}

fn provenance(comments: &Comments) -> Provenance {
    Provenance {
        program: "cargo xtask train-satd".into(),
        data: BTreeMap::from([("labelled comments".into(), hex(comments.digest.as_bytes()))]),
        parameters: training::parameters(),
        seed: None,
        ..Provenance::default()
    }
}
