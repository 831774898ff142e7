use super::measure::{Head, MeasureRun, head, measure};
use super::trends;
use super::watch::Watch;
use crate::events::{Event, Events};
use crate::metrics::Metrics;
use crate::state::{GateEvents, Repositories, Repository, Snapshot, Status};
use facts::{Measured, Progress};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How repositories are kept up to date.
#[derive(Debug, Clone, Copy)]
pub struct IndexerOptions {
    /// Repositories measured at the same time.
    pub at_once: usize,
    /// Threads that measure one repository.
    pub threads: usize,
    /// Every repository is looked at this often, besides when its folder tells of a change.
    pub poll: Duration,
}

/// Keeps snapshots up to date: a bounded number of background threads measures repositories whose HEAD moved.
pub struct Indexer {
    shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    watch: Mutex<Option<Watch>>,
}

struct Shared {
    repositories: Arc<Repositories>,
    events: Events,
    metrics: Arc<Metrics>,
    options: IndexerOptions,
    queue: Mutex<Queue>,
    changed: Condvar,
    stopping: AtomicBool,
}

/// Which repositories are to be looked at. One that is asked for while it is being measured is looked at once more.
#[derive(Default)]
struct Queue {
    wanted: BTreeSet<usize>,
    running: BTreeSet<usize>,
    /// Repositories whose past is to be measured when there is nothing else to do.
    past: BTreeSet<usize>,
}

/// What a worker does next.
enum Task {
    Look(usize),
    Past(usize),
}

impl Indexer {
    /// Starts the threads, and asks for every repository.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(
        repositories: Arc<Repositories>,
        events: Events,
        metrics: Arc<Metrics>,
        options: IndexerOptions,
    ) -> std::io::Result<Indexer> {
        let wanted = (0..repositories.iter().len()).collect();
        let queue = Mutex::new(Queue { wanted, ..Queue::default() });
        let (changed, stopping) = (Condvar::new(), AtomicBool::new(false));
        let shared = Arc::new(Shared { repositories, events, metrics, options, queue, changed, stopping });
        let worker = |number: usize| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("index-{number}")).spawn(move || shared.work())
        };
        let workers = (0..options.at_once.max(1)).map(worker).collect::<std::io::Result<Vec<_>>>()?;
        let asked = Arc::clone(&shared);
        let watch = Watch::start(Arc::clone(&shared.repositories), options.poll, move |at| asked.ask(at))?;
        Ok(Indexer { shared, workers: Mutex::new(workers), watch: Mutex::new(Some(watch)) })
    }

    /// Has a repository looked at soon, also one that failed before; false when there is none of that slug.
    pub fn ask(&self, slug: &str) -> bool {
        let repositories = &self.shared.repositories;
        let Some(at) = repositories.iter().position(|repository| repository.slug == slug) else {
            return false;
        };
        if let Some(repository) = repositories.get(slug)
            && matches!(repository.status(), Status::Failed { .. })
        {
            repository.set_status(Status::Waiting);
        }
        self.shared.ask(at);
        true
    }

    /// Ends what is running at the next file; the cache keeps what was done.
    pub fn cancel(&self) {
        // Under the lock: a worker that just found nothing to do must not sleep through it.
        let _queue = self.shared.queue();
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
    }

    /// The same, and waits until all threads are done.
    pub fn stop(&self) {
        self.cancel();
        drop(self.watch.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in workers.drain(..) {
            // A worker that panicked outside of its guarded part has nothing left to be waited for.
            let _ = worker.join();
        }
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, at: usize) {
        self.queue().wanted.insert(at);
        self.changed.notify_all();
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// The next thing to do with a repository that nobody is busy with; none when the service stops.
    fn next(&self) -> Option<Task> {
        let mut queue = self.queue();
        loop {
            if self.stopping() {
                return None;
            }
            if let Some(at) = queue.wanted.iter().copied().find(|at| !queue.running.contains(at)) {
                queue.wanted.remove(&at);
                queue.running.insert(at);
                return Some(Task::Look(at));
            }
            let idle = queue.running.is_empty();
            if let Some(at) = queue.past.iter().copied().find(|_| idle) {
                queue.past.remove(&at);
                queue.running.insert(at);
                return Some(Task::Past(at));
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self) {
        while let Some(task) = self.next() {
            let (Task::Look(at) | Task::Past(at)) = task;
            if let Some(repository) = self.repositories.iter().nth(at) {
                let again = match task {
                    Task::Look(_) => self.look(repository),
                    Task::Past(_) => self.past(repository),
                };
                if again {
                    self.queue().past.insert(at);
                }
            }
            self.queue().running.remove(&at);
            self.changed.notify_all();
        }
    }

    /// Measures past commits until something more urgent comes up; true when there is more to do.
    fn past(&self, repository: &Repository) -> bool {
        let Some(snapshot) = repository.snapshot() else { return false };
        let commit = snapshot.commit.id;
        let urgent = || self.stopping() || !self.queue().wanted.is_empty();
        let known = || {
            let known = self.apart(|| Ok(trends::known(repository.path(), commit)));
            repository.set_trend(known.unwrap_or_else(Measured::Missing));
        };
        if repository.trend().value().is_none() {
            known();
        }
        let filled = self.apart(|| trends::fill(repository.path(), commit, &urgent));
        let interrupted = filled.is_err() && urgent();
        if let (Err(why), false) = (&filled, interrupted) {
            tracing::warn!(repository = repository.slug, why, "past commits are not measured");
        }
        if interrupted {
            return !self.stopping();
        }
        known();
        // Pages that show the past are to be drawn anew.
        self.events.send(Event::snapshot(&snapshot));
        false
    }

    /// Does something on threads of its own: they end with it, and what they held goes back to the system. What breaks down
    /// is an error.
    fn apart<T: Send>(&self, work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
        let guarded = || {
            catch_unwind(AssertUnwindSafe(work))
                .unwrap_or_else(|_| Err("an analysis broke down; the log says more".to_owned()))
        };
        let threads = self.options.threads;
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|at| format!("measure-{at}"));
        match pool.build() {
            Ok(pool) => pool.install(guarded),
            Err(error) => Err(format!("no threads can be started: {error}")),
        }
    }

    /// Measures the repository if HEAD is not what is served; true when there is another commit since.
    fn look(&self, repository: &Repository) -> bool {
        let head = match head(repository.path()) {
            Ok(head) => head,
            Err(why) => {
                let status = Status::Gone { why };
                if repository.status() != status {
                    tracing::warn!(repository = repository.slug, ?status, "repository cannot be read");
                    self.tell(repository, status);
                }
                return false;
            }
        };
        let served = repository.snapshot();
        let same =
            |snapshot: &Snapshot| snapshot.commit.id == head.commit && snapshot.commit.branch == head.branch;
        if served.is_some_and(|snapshot| same(&snapshot)) {
            if !repository.status().is_current() {
                self.tell(repository, Status::Ready);
            }
            return false;
        }
        // What failed is not tried again by itself: the same commit gives the same answer.
        if matches!(repository.status(), Status::Failed { commit, .. } if commit == head.commit) {
            return false;
        }
        self.measure(repository, &head);
        true
    }

    fn measure(&self, repository: &Repository, head: &Head) {
        let started = Instant::now();
        let commit = head.commit;
        self.tell(repository, Status::Indexing { commit, done: 0, total: 0 });
        let progress = |Progress { done, total }: Progress| {
            repository.set_status(Status::Indexing { commit, done, total });
        };
        let early = |snapshot: Arc<Snapshot>| self.show(repository, snapshot);
        let run = MeasureRun {
            early: &early,
            slug: &repository.slug,
            name: &repository.name,
            path: repository.path(),
            progress: &progress,
            cancelled: &|| self.stopping(),
        };
        let measured = self.apart(|| measure(&run, head));
        let seconds = started.elapsed().as_secs_f64();
        match measured {
            Ok(snapshot) => self.publish(repository, Arc::new(snapshot), seconds),
            Err(_) if self.stopping() => {}
            Err(why) => {
                self.metrics.index_failures.add(1);
                tracing::warn!(repository = repository.slug, commit = %commit, why, "not measured");
                self.tell(repository, Status::Failed { commit, why });
            }
        }
    }

    fn publish(&self, repository: &Repository, snapshot: Arc<Snapshot>, seconds: f64) {
        self.metrics.index_runs.add(1);
        self.metrics.index_seconds.observe(seconds);
        let commit = snapshot.commit.id;
        tracing::info!(
            repository = repository.slug,
            commit = %commit,
            files = snapshot.facts.files.len(),
            from_cache = snapshot.facts.from_cache,
            gate = snapshot.gate.verdict.as_str(),
            seconds,
            "measured"
        );
        repository.set_gate_events(GateEvents::of(repository.path()).record(&snapshot));
        self.show(repository, snapshot);
        self.tell(repository, Status::Ready);
    }

    fn show(&self, repository: &Repository, snapshot: Arc<Snapshot>) {
        repository.publish(Arc::clone(&snapshot));
        self.events.send(Event::snapshot(&snapshot));
    }

    fn tell(&self, repository: &Repository, status: Status) {
        repository.set_status(status);
        self.events.send(Event::status(repository));
    }
}
