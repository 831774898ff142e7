//! The run: copies the tree, tests the unchanged code, then one mutant after another.

use crate::baseline::{self, Baseline};
use crate::copy::Contents;
use crate::failure::MutationError;
use crate::outcome::{Outcome, Phase, Status, Step};
use crate::plan::{Plan, Planned};
use crate::project::{BuiltWorkspace, Kind};
use crate::report::folder::Folder;
use crate::results::Results;
use crate::resume::{Journal, Known};
use crate::timeout::{Limits, TimeoutOptions};
use crate::worker::Worker;
use facts::stores::Secret;
use programs::Consent;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;
use xxhash_rust::xxh3::xxh3_128;

/// How to run.
pub struct RunOptions<'a> {
    /// Permission to run the project's own code.
    pub consent: Consent,
    /// The folder for outcomes, logs and diffs.
    pub output: PathBuf,
    /// The secret that outcomes are bound to: outcomes written without it are ignored.
    pub secret: Secret,
    /// How many mutants are built and tested at once, each in its own copy.
    pub jobs: NonZeroUsize,
    /// The time limits.
    pub timeouts: TimeoutOptions,
    /// Copy ignored files too.
    pub copy_ignored: bool,
    /// Fill Cargo's build folders with files that are already compiled.
    pub copy_target: bool,
    /// Ignore the outcomes of earlier runs.
    pub fresh: bool,
    /// Called periodically, from any thread.
    pub progress: &'a (dyn Fn(&Progress) + Sync),
    /// Called periodically; true ends the run.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

/// The progress of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Work other than testing mutants: `building the unchanged code of sums`.
    pub doing: Option<String>,
    /// Outcomes so far, by status.
    pub outcomes: BTreeMap<Status, usize>,
    /// Total number of mutants.
    pub total: usize,
}

/// Tests every mutant of the plan; the test commands are determined first. Reuses the outcomes of an earlier, perhaps
/// killed, run of the same mutants on the same bytes by the same commands.
///
/// # Errors
/// The unchanged code does not pass, the copies cannot be made, or the user interrupted: the outcomes so far are kept.
pub fn run(plan: &mut Plan, options: &RunOptions<'_>) -> Result<Results, MutationError> {
    for unit in &mut plan.units {
        unit.decide(&plan.root, &options.consent, options.cancelled)?;
    }
    let contents = Contents::of(&plan.root, options.copy_ignored)?;
    let key = key(plan, options, contents.fingerprint()?);
    let (journal, known) = Journal::open(&options.output, &options.secret, &key, options.fresh)?;
    let folder = Folder::new(&options.output, known.outcomes.is_empty() && known.baselines.is_empty())?;
    let run = Run { plan, options, journal, folder, contents };
    run.all(known)
}

/// Everything besides the mutant itself that outcomes depend on: the program, the bytes of the tree, the commands, the
/// limits.
fn key(plan: &Plan, options: &RunOptions<'_>, tree: u128) -> String {
    let units: Vec<String> = plan
        .units
        .iter()
        .map(|unit| {
            format!("{:?} {} {:?} {:?} {}", unit.kind, unit.folder, unit.prepare, unit.build, unit.test)
        })
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("{version}\n{tree:032x}\n{:?}\n{}", options.timeouts, units.join("\n"));
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

struct Run<'a> {
    plan: &'a Plan,
    options: &'a RunOptions<'a>,
    journal: Journal,
    folder: Folder,
    contents: Contents,
}

/// The state that the jobs share.
struct Shared {
    waiting: VecDeque<usize>,
    outcomes: Vec<Option<Outcome>>,
    progress: Progress,
    failed: Option<MutationError>,
}

impl Run<'_> {
    fn all(&self, known: Known) -> Result<Results, MutationError> {
        let Known { baselines, outcomes } = known;
        let of_before = |planned: &Planned| match planned.reached {
            true => outcomes.get(&planned.id).cloned(),
            false => Some(Outcome::of(Vec::new())),
        };
        let outcomes: Vec<Option<Outcome>> = self.plan.mutants.iter().map(of_before).collect();
        let waiting: VecDeque<usize> =
            (0..outcomes.len()).filter(|index| outcomes[*index].is_none()).collect();
        let from_before = self.plan.mutants.iter().filter(|planned| planned.reached).count() - waiting.len();
        let mut progress = Progress { total: outcomes.len(), ..Progress::default() };
        for outcome in outcomes.iter().flatten() {
            *progress.outcomes.entry(outcome.status).or_default() += 1;
        }
        let units: BTreeSet<usize> = waiting.iter().map(|index| self.plan.mutants[*index].unit).collect();
        let mut found: Vec<Option<Baseline>> =
            self.plan.units.iter().map(|unit| baselines.get(&unit.name()).cloned()).collect();
        let shared = Mutex::new(Shared { waiting, outcomes, progress, failed: None });
        if !units.is_empty() {
            let seeds = self.seeds(&units)?;
            let first = self.worker(&seeds, &shared)?;
            for unit in units {
                // The tree is a new copy, so the code is built and tested again; the limits stay those of the first
                // run.
                let again = self.baseline(&first, unit, &shared)?;
                found[unit].get_or_insert(again);
            }
            let limits: Vec<Option<Limits>> =
                found.iter().map(|baseline| baseline.as_ref().map(|baseline| baseline.limits)).collect();
            self.jobs(first, &seeds, &limits, &shared);
        }
        let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = shared.failed {
            return Err(error);
        }
        let outcomes: Option<Vec<Outcome>> = shared.outcomes.into_iter().collect();
        let outcomes = outcomes.ok_or(MutationError::Interrupted)?;
        Ok(Results { outcomes, baselines: found, from_before })
    }

    /// Build folders with compiled dependencies, for the units that Cargo builds.
    fn seeds(&self, units: &BTreeSet<usize>) -> Result<Vec<(PathBuf, BuiltWorkspace)>, MutationError> {
        let mut seeds: BTreeMap<PathBuf, BuiltWorkspace> = BTreeMap::new();
        if self.options.copy_target {
            for unit in
                units.iter().map(|unit| &self.plan.units[*unit]).filter(|unit| unit.kind == Kind::Cargo)
            {
                let RunOptions { consent, cancelled, .. } = self.options;
                let workspace = BuiltWorkspace::of(&self.plan.root, &unit.folder, consent, cancelled)?;
                seeds.entry(workspace.target_directory.clone()).or_insert(workspace);
            }
        }
        Ok(seeds.into_iter().collect())
    }

    fn worker(
        &self,
        seeds: &[(PathBuf, BuiltWorkspace)],
        shared: &Mutex<Shared>,
    ) -> Result<Worker, MutationError> {
        self.tell(shared, Some("copying the tree".to_owned()));
        let RunOptions { consent, cancelled, .. } = self.options;
        Worker::new(&self.contents, seeds, *consent, &|folder| self.journal.tree(folder), cancelled)
    }

    fn baseline(
        &self,
        worker: &Worker,
        unit: usize,
        shared: &Mutex<Shared>,
    ) -> Result<Baseline, MutationError> {
        self.tell(shared, Some(format!("testing the unchanged code of {}", self.plan.units[unit].name())));
        let (baseline, steps) =
            baseline::run(worker, self.plan, unit, &self.options.timeouts, self.options.cancelled)?;
        self.folder.log(&format!("baseline-{unit}"), &baseline.unit, &steps)?;
        self.journal.baseline(&baseline)?;
        self.tell(shared, None);
        Ok(baseline)
    }

    /// Tests the waiting mutants, in the requested number of trees: the first one exists already.
    fn jobs(
        &self,
        first: Worker,
        seeds: &[(PathBuf, BuiltWorkspace)],
        limits: &[Option<Limits>],
        shared: &Mutex<Shared>,
    ) {
        let waiting = lock(shared).waiting.len();
        let more = self.options.jobs.get().min(waiting).saturating_sub(1);
        // Later copies start with the files that the first one has compiled.
        let later: Vec<(PathBuf, BuiltWorkspace)> =
            seeds.iter().map(|(_, workspace)| (first.target(), workspace.clone())).collect();
        thread::scope(|scope| {
            for _ in 0..more {
                scope.spawn(|| match self.worker(&later, shared) {
                    Ok(worker) => self.work(&worker, limits, shared),
                    Err(error) => fail(shared, error),
                });
            }
            self.work(&first, limits, shared);
        });
    }

    fn work(&self, worker: &Worker, limits: &[Option<Limits>], shared: &Mutex<Shared>) {
        let mut prepared = BTreeSet::new();
        loop {
            let next = {
                let mut shared = lock(shared);
                if shared.failed.is_some() || (self.options.cancelled)() {
                    None
                } else {
                    shared.waiting.pop_front()
                }
            };
            let Some(index) = next else { return };
            match self.mutant(worker, index, limits, &mut prepared) {
                Ok(outcome) => {
                    let mut shared = lock(shared);
                    *shared.progress.outcomes.entry(outcome.status).or_default() += 1;
                    shared.progress.doing = None;
                    shared.outcomes[index] = Some(outcome);
                    (self.options.progress)(&shared.progress);
                }
                Err(error) => return fail(shared, error),
            }
        }
    }

    fn mutant(
        &self,
        worker: &Worker,
        index: usize,
        limits: &[Option<Limits>],
        prepared: &mut BTreeSet<usize>,
    ) -> Result<Outcome, MutationError> {
        let planned = &self.plan.mutants[index];
        let unit = &self.plan.units[planned.unit];
        let limits = limits[planned.unit].expect("the unchanged code was tested before its mutants");
        let cancelled = self.options.cancelled;
        let mut steps = Vec::new();
        if prepared.insert(planned.unit) {
            for line in &unit.prepare {
                worker.run(unit, Phase::Prepare, line, None, cancelled)?;
            }
        }
        let changed = worker.mutate(self.plan, &planned.mutant)?;
        let build = unit.build.iter().map(|line| (Phase::Build, line, limits.build()));
        for (phase, line, limit) in build.chain([(Phase::Test, &unit.test, limits.test())]) {
            steps.push(worker.run(unit, phase, line, Some(limit), cancelled)?);
            if steps.last().is_some_and(|(step, _)| !step.end.success()) {
                break;
            }
        }
        drop(changed);
        self.folder.log(&Folder::name(planned), &planned.mutant.name(), &steps)?;
        let ran: Vec<Step> = steps.into_iter().map(|(step, _)| step).collect();
        let outcome = Outcome::of(ran);
        self.journal.outcome(&planned.id, &outcome)?;
        Ok(outcome)
    }

    fn tell(&self, shared: &Mutex<Shared>, doing: Option<String>) {
        let mut shared = lock(shared);
        shared.progress.doing = doing;
        (self.options.progress)(&shared.progress);
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first failure becomes the run's; an interruption of one job interrupts all.
fn fail(shared: &Mutex<Shared>, error: MutationError) {
    lock(shared).failed.get_or_insert(error);
}
