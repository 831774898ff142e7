//! The figures of files that colour the map and sort the list.

use crate::state::Snapshot;
use facts::model::RepoPath;
use facts::repo::FileRecord;
use gates::Finding;
use pmat::hotspots::Hotspot;
use pmat::tdg::FileScore;
use std::collections::HashMap;

/// A figure of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// The hotspot score: change and complexity.
    Hotspot,
    /// Commits in the window of the hotspots.
    Revisions,
    /// The highest cognitive complexity among the functions.
    Cognitive,
    /// Duplicated lines, in percent.
    Duplication,
    /// 100 minus the TDG score.
    PointsLost,
    /// Findings of the gate.
    Findings,
}

impl Metric {
    /// All of them. The first one is the default.
    pub const ALL: [Metric; 6] = [
        Metric::Hotspot,
        Metric::Revisions,
        Metric::Cognitive,
        Metric::Duplication,
        Metric::PointsLost,
        Metric::Findings,
    ];

    /// The name used in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Metric::Hotspot => "hotspot",
            Metric::Revisions => "revisions",
            Metric::Cognitive => "cognitive",
            Metric::Duplication => "duplication",
            Metric::PointsLost => "points-lost",
            Metric::Findings => "findings",
        }
    }

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Metric::Hotspot => "Hotspot score",
            Metric::Revisions => "Revisions",
            Metric::Cognitive => "Hardest function",
            Metric::Duplication => "Duplication",
            Metric::PointsLost => "Points lost",
            Metric::Findings => "Gate findings",
        }
    }

    /// The explanation.
    pub fn meaning(self) -> &'static str {
        match self {
            Metric::Hotspot => "0 to 100, from commits of the last year and cognitive complexity",
            Metric::Revisions => "commits of the last year that changed the file",
            Metric::Cognitive => "cognitive complexity of the file's hardest function",
            Metric::Duplication => "lines of code that are duplicated, in percent",
            Metric::PointsLost => "100 minus the score of the technical debt gradient",
            Metric::Findings => "what the gate found in the file",
        }
    }

    /// The thresholds between colours, the same for all repositories.
    pub fn cuts(self) -> [f64; 6] {
        match self {
            Metric::Hotspot => [5.0, 10.0, 20.0, 30.0, 45.0, 60.0],
            Metric::Revisions => [1.0, 3.0, 6.0, 12.0, 25.0, 50.0],
            Metric::Cognitive => [5.0, 10.0, 15.0, 25.0, 40.0, 75.0],
            Metric::Duplication => [1.0, 3.0, 6.0, 12.0, 25.0, 50.0],
            Metric::PointsLost => [5.0, 10.0, 15.0, 25.0, 35.0, 50.0],
            Metric::Findings => [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        }
    }

    /// The words of the command that lists this figure.
    pub fn command(self) -> &'static str {
        match self {
            Metric::Hotspot | Metric::Revisions => "pmat analyze hotspots",
            Metric::Cognitive => "pmat analyze complexity",
            Metric::Duplication => "pmat analyze duplicates",
            Metric::PointsLost => "pmat tdg",
            Metric::Findings => "pmat quality-gate",
        }
    }

    /// Finds a metric by its name in addresses.
    pub fn named(id: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.id() == id)
    }
}

/// The figures of all files of a snapshot.
pub struct FileFigures<'s> {
    snapshot: &'s Snapshot,
    hotspots: HashMap<&'s RepoPath, &'s Hotspot>,
    scores: HashMap<&'s RepoPath, &'s FileScore>,
    findings: HashMap<&'s RepoPath, usize>,
}

impl<'s> FileFigures<'s> {
    /// Collects the figures of a snapshot.
    pub fn of(snapshot: &'s Snapshot) -> FileFigures<'s> {
        let hotspots = snapshot.hotspots.value().map_or(&[][..], |report| &report.files);
        let mut findings: HashMap<&RepoPath, usize> = HashMap::new();
        for Finding { path, .. } in snapshot.findings() {
            *findings.entry(path).or_default() += 1;
        }
        FileFigures {
            snapshot,
            hotspots: hotspots.iter().map(|hotspot| (&hotspot.path, hotspot)).collect(),
            scores: snapshot.file_scores().iter().map(|score| (&score.path, score)).collect(),
            findings,
        }
    }

    /// The hotspot entry of a file.
    pub fn hotspot(&self, path: &RepoPath) -> Option<&'s Hotspot> {
        self.hotspots.get(path).copied()
    }

    /// The grade of a file.
    pub fn score(&self, path: &RepoPath) -> Option<&'s FileScore> {
        self.scores.get(path).copied()
    }

    /// The gate's findings in a file.
    pub fn findings(&self, path: &RepoPath) -> usize {
        self.findings.get(path).copied().unwrap_or(0)
    }

    /// A figure of the file at this index in the facts, or `None` if it was not measured.
    pub fn figure(&self, index: usize, metric: Metric) -> Option<f64> {
        let file = &self.snapshot.facts.files[index];
        match metric {
            Metric::Hotspot => self.in_history(file, |hotspot| hotspot.score),
            Metric::Revisions => self.in_history(file, |hotspot| f64::from(hotspot.revisions)),
            Metric::Cognitive => hardest(file).map(f64::from),
            Metric::Duplication => {
                let share = self.snapshot.clones.value()?.lines.get(index)?;
                share.percent().value().copied()
            }
            Metric::PointsLost => self.score(file.path()).map(|score| 100.0 - score.card.score.value()),
            Metric::Findings => {
                self.snapshot.gate.value()?;
                Some(self.findings(file.path()) as f64)
            }
        }
    }

    /// A figure of the hotspots: 0 for a file that has a complexity but did not change in the window.
    fn in_history(&self, file: &FileRecord, figure: impl Fn(&Hotspot) -> f64) -> Option<f64> {
        self.snapshot.hotspots.value()?;
        let unchanged = file.data.facts.has_functions().then_some(0.0);
        self.hotspot(file.path()).map(figure).or(unchanged)
    }
}

/// The highest cognitive complexity among a file's functions and its code outside functions. `None` if functions are
/// not measured.
pub fn hardest(file: &FileRecord) -> Option<u32> {
    let facts = &file.data.facts;
    let functions = facts.functions.iter().map(|function| function.cognitive);
    facts.has_functions().then(|| functions.chain([facts.top_level.cognitive]).max().unwrap_or(0))
}
