use super::measure::{Head, MeasureRun, head, measure};
use super::opening::to_open;
use super::trends;
use super::watch::Watch;
use crate::api::sent_summary;
use crate::events::{Event, Events};
use crate::failure::Failure;
use crate::guard::guarded;
use crate::metrics::Metrics;
use crate::state::{GateEvents, Repositories, Repository, Snapshot, Status};
use crate::webhooks::{GateChanged, Webhooks};
use facts::{Measured, Progress};
use gates::Verdict;
use pmat::trend::Part;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
    /// Every repository is checked this often, in addition to changes that its folder reports.
    pub poll: Duration,
    /// Stack size of each thread in bytes. Deeply nested code may need more than the default.
    pub stack: usize,
    /// Called after work: returns free memory to the system.
    pub give_back: fn(),
}

/// A repository is measured for this long before waiting ones get their turn. The cache keeps the work done so far.
const TURN: Duration = Duration::from_secs(20);

/// If measuring a commit takes less than this, no early snapshot is shown.
const SHORT: Duration = Duration::from_millis(300);

/// Receivers of news about commits.
pub struct Told {
    /// Listeners to events.
    pub events: Events,
    /// Counts runs.
    pub metrics: Arc<Metrics>,
    /// Receivers of changes of a gate's verdict.
    pub webhooks: Arc<Webhooks>,
}

/// With more files than this, figures that compare files (grades, clones) are not measured for past commits by default:
/// each commit would cost seconds and much memory.
const MOST_FILES_OF_PAST_TREES: usize = 5_000;

/// Keeps snapshots up to date: a bounded number of background threads measures repositories whose HEAD moved.
pub struct Indexer {
    shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    watch: Mutex<Option<Watch>>,
}

struct Shared {
    repositories: Arc<Repositories>,
    told: Told,
    options: IndexerOptions,
    queue: Mutex<Queue>,
    changed: Condvar,
    stopping: AtomicBool,
}

/// The repositories to check. One that is requested while it is being measured is checked once more.
#[derive(Default)]
struct Queue {
    /// In the order of the requests.
    wanted: VecDeque<usize>,
    running: BTreeSet<usize>,
    /// Repositories whose past commits are to be measured when idle.
    past: BTreeSet<usize>,
    /// Repositories for which measuring a commit was cancelled for a newer one; it is not cancelled twice in a row.
    given_up: BTreeSet<usize>,
    /// How often in a row a repository was put back for waiting ones.
    put_back: BTreeMap<usize, u32>,
}

impl Queue {
    fn want(&mut self, at: usize) {
        if !self.wanted.contains(&at) {
            self.wanted.push_back(at);
        }
    }

    /// The first one that is not being measured.
    fn take(&mut self) -> Option<usize> {
        let place = self.wanted.iter().position(|at| !self.running.contains(at))?;
        let at = self.wanted.remove(place)?;
        self.running.insert(at);
        Some(at)
    }

    /// True if a repository has used up its turn and others wait. Each time it is put back, its next turn is twice as
    /// long, so that it finishes eventually.
    fn had_its_turn(&self, at: usize, took: Duration) -> bool {
        let turn = TURN * 2_u32.saturating_pow(self.put_back.get(&at).copied().unwrap_or(0).min(16));
        took > turn && self.wanted.iter().any(|other| *other != at && !self.running.contains(other))
    }
}

impl Indexer {
    /// Starts the threads, and asks for every repository.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(
        repositories: Arc<Repositories>,
        told: Told,
        options: IndexerOptions,
    ) -> std::io::Result<Indexer> {
        let wanted = (0..repositories.iter().len()).collect();
        let queue = Mutex::new(Queue { wanted, ..Queue::default() });
        let (changed, stopping) = (Condvar::new(), AtomicBool::new(false));
        let shared = Arc::new(Shared { repositories, told, options, queue, changed, stopping });
        let thread = |name: &str| std::thread::Builder::new().name(name.to_owned()).stack_size(options.stack);
        let worker = |number: usize| {
            let shared = Arc::clone(&shared);
            thread(&format!("index-{number}")).spawn(move || shared.work())
        };
        let mut workers = (0..options.at_once.max(1)).map(worker).collect::<std::io::Result<Vec<_>>>()?;
        let past = Arc::clone(&shared);
        workers.push(thread("past").spawn(move || past.work_on_the_past())?);
        let asked = Arc::clone(&shared);
        let watch = Watch::start(Arc::clone(&shared.repositories), options.poll, move |at| asked.ask(at))?;
        Ok(Indexer { shared, workers: Mutex::new(workers), watch: Mutex::new(Some(watch)) })
    }

    /// Requests a check of a repository, even if it failed before; false if there is none with that slug.
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

    /// Runs `work` on threads like those that measure a repository. A panic becomes an error.
    ///
    /// # Errors
    /// The error of the work, a panic, or that no threads can be started.
    pub fn apart<T: Send>(
        &self,
        what: &str,
        work: impl FnOnce() -> Result<T, Failure> + Send,
    ) -> Result<T, Failure> {
        self.shared.apart(what, self.shared.options.threads, work)
    }

    /// True if the service is stopping.
    pub fn is_stopping(&self) -> bool {
        self.shared.stopping()
    }

    /// Ends running work at the next file; the cache keeps the work done so far.
    pub fn cancel(&self) {
        // Under the lock, so that a worker that is about to sleep does not miss it.
        let _queue = self.shared.queue();
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
    }

    /// The same, and waits for all threads, but not longer than this: a thread may be in work that cannot be
    /// interrupted. The process can still end, because each store operation is atomic.
    pub fn stop(&self, longest: Duration) {
        self.cancel();
        drop(self.watch.lock().unwrap_or_else(PoisonError::into_inner).take());
        let end = Instant::now() + longest;
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in workers.drain(..) {
            while !worker.is_finished() && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(2));
            }
            if !worker.is_finished() {
                let name = worker.thread().name().unwrap_or_default();
                tracing::warn!(thread = name, "not waited for any longer");
            }
        }
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, at: usize) {
        self.queue().want(at);
        self.changed.notify_all();
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// The next repository to measure that is not being measured; none if the service stops.
    fn next(&self) -> Option<usize> {
        self.when_there_is(Queue::take)
    }

    /// The next repository whose past commits are to be measured, when idle; none if the service stops.
    fn next_past(&self) -> Option<usize> {
        self.when_there_is(|queue| {
            let idle = queue.running.is_empty() && queue.wanted.is_empty();
            if idle { queue.past.pop_first() } else { None }
        })
    }

    /// Waits until there is something to take.
    fn when_there_is(&self, take: impl Fn(&mut Queue) -> Option<usize>) -> Option<usize> {
        let mut queue = self.queue();
        loop {
            if self.stopping() {
                return None;
            }
            if let Some(at) = take(&mut queue) {
                return Some(at);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self) {
        while let Some(at) = self.next() {
            if let Some(repository) = self.repositories.iter().nth(at)
                && self.look_guarded(at, repository)
            {
                self.queue().past.insert(at);
            }
            self.queue().running.remove(&at);
            self.changed.notify_all();
        }
    }

    /// Runs on its own thread, so that new commits do not wait for it.
    fn work_on_the_past(&self) {
        while let Some(at) = self.next_past() {
            let past = |repository: &Repository| {
                guarded(&self.told.metrics, "past commits", || Ok(self.past(repository)))
            };
            if self.repositories.iter().nth(at).is_some_and(|repository| past(repository) == Ok(true)) {
                self.queue().past.insert(at);
            }
        }
    }

    /// Measures past commits until something more urgent comes up; true if there is more to do.
    fn past(&self, repository: &Repository) -> bool {
        let Some(snapshot) = repository.snapshot() else { return false };
        let commit = snapshot.commit.id;
        let interrupted = AtomicBool::new(false);
        let urgent = || {
            let busy = |queue: &Queue| !queue.wanted.is_empty() || !queue.running.is_empty();
            let urgent = self.stopping() || busy(&self.queue());
            interrupted.fetch_or(urgent, Ordering::SeqCst) || urgent
        };
        let known = || {
            let known = self.apart("past commits", 1, || Ok(trends::known(to_open(repository)?, commit)));
            repository.set_trend(known.unwrap_or_else(Measured::failed));
        };
        if repository.trend().value().is_none() {
            known();
        }
        // Nobody waits for it: a single thread leaves the others to requests and keeps few trees in memory.
        let fill = |part| {
            self.apart("past commits", 1, || trends::fill(to_open(repository)?, commit, part, &urgent))
        };
        let small = snapshot.facts.files.len() <= MOST_FILES_OF_PAST_TREES;
        let filled = fill(Part::Files).and_then(|()| {
            known();
            if small { fill(Part::Tree) } else { Ok(()) }
        });
        let interrupted = filled.is_err() && interrupted.load(Ordering::SeqCst);
        if let (Err(why), false) = (&filled, interrupted) {
            tracing::warn!(repository = repository.slug, %why, "past commits are not measured");
        }
        if interrupted {
            return !self.stopping();
        }
        known();
        // Pages that show the past must be redrawn.
        self.told.events.send(Event::snapshot(&snapshot));
        false
    }

    /// Runs `work` on its own threads, which end with it and return their memory to the system. A panic becomes an
    /// error.
    fn apart<T: Send>(
        &self,
        what: &str,
        threads: usize,
        work: impl FnOnce() -> Result<T, Failure> + Send,
    ) -> Result<T, Failure> {
        let guarded = || guarded(&self.told.metrics, what, work);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(self.options.stack)
            .thread_name(|at| format!("measure-{at}"));
        let result = match pool.build() {
            Ok(pool) => pool.install(guarded),
            Err(error) => Err(Failure::NoThreads(error.to_string())),
        };
        (self.options.give_back)();
        result
    }

    /// Checks a repository. After a panic, the thread goes on with the others.
    fn look_guarded(&self, at: usize, repository: &Repository) -> bool {
        let looked = guarded(&self.told.metrics, "reading it", || Ok(self.look(at, repository)));
        looked.unwrap_or_else(|why| {
            self.tell(repository, Status::Gone { why: why.to_string() });
            false
        })
    }

    /// Measures the repository if HEAD is not what is served; true when there is another commit since.
    fn look(&self, at: usize, repository: &Repository) -> bool {
        let head = match to_open(repository).and_then(head) {
            Ok(head) => head,
            Err(why) => {
                let status = Status::Gone { why: why.to_string() };
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
        if served.is_some_and(|snapshot| same(&snapshot) && snapshot.complete) {
            if !repository.status().is_current() {
                self.tell(repository, Status::Ready);
            }
            return false;
        }
        // A failure is not retried automatically: the same commit gives the same result.
        if matches!(repository.status(), Status::Failed { commit, .. } if commit == head.commit) {
            return false;
        }
        self.measure(at, repository, &head);
        true
    }

    /// True if a repository that is being measured has a new commit. It is checked again then.
    fn superseded(&self, at: usize, repository: &Repository, measured: &Head) -> bool {
        {
            let mut queue = self.queue();
            let asked = queue.wanted.iter().position(|wanted| *wanted == at);
            let (Some(place), false) = (asked, queue.given_up.contains(&at)) else { return false };
            queue.wanted.remove(place);
        }
        let now = to_open(repository).and_then(head);
        let newer = now.as_ref().is_ok_and(|now| now.commit != measured.commit);
        if newer || now.is_err() {
            let mut queue = self.queue();
            queue.want(at);
            if newer {
                queue.given_up.insert(at);
            }
        }
        newer
    }

    /// True if a repository that is being measured must let others go first. It continues after them.
    fn put_back(&self, at: usize, took: Duration) -> bool {
        let mut queue = self.queue();
        let back = queue.had_its_turn(at, took);
        if back {
            *queue.put_back.entry(at).or_default() += 1;
            queue.want(at);
        }
        back
    }

    fn measure(&self, at: usize, repository: &Repository, head: &Head) {
        let started = Instant::now();
        let commit = head.commit;
        self.tell(repository, Status::Indexing { commit, done: 0, total: 0 });
        let progress = |Progress { done, total }: Progress| {
            repository.set_status(Status::Indexing { commit, done, total });
        };
        let given_up = AtomicBool::new(false);
        let at_once = repository.took().is_none_or(|took| took > SHORT);
        let early = |snapshot: &Snapshot| {
            if at_once {
                self.show(repository, Arc::new(snapshot.clone()));
            }
        };
        let cancelled = || {
            let ended = self.stopping()
                || given_up.load(Ordering::SeqCst)
                || self.superseded(at, repository, head)
                || self.put_back(at, started.elapsed());
            given_up.fetch_or(ended, Ordering::SeqCst);
            ended
        };
        let run = |path| MeasureRun {
            metrics: &self.told.metrics,
            early: &early,
            slug: &repository.slug,
            name: &repository.name,
            path,
            progress: &progress,
            cancelled: &cancelled,
        };
        let work = || to_open(repository).and_then(|path| measure(&run(path), head));
        let measured = self.apart("measuring it", self.options.threads, work);
        let took = started.elapsed();
        match measured {
            Ok(snapshot) => self.publish(repository, Arc::new(snapshot), took),
            Err(_) if given_up.load(Ordering::SeqCst) => return,
            Err(why) => {
                self.told.metrics.index_failures.add(1);
                let why = why.to_string();
                tracing::warn!(repository = repository.slug, commit = %commit, why, "not measured");
                let begun =
                    repository.snapshot().filter(|shown| shown.commit.id == commit && !shown.complete);
                if let Some(begun) = begun {
                    self.show(repository, Arc::new(begun.given_up(&why)));
                }
                self.tell(repository, Status::Failed { commit, why });
            }
        }
        let mut queue = self.queue();
        queue.given_up.remove(&at);
        queue.put_back.remove(&at);
    }

    fn publish(&self, repository: &Repository, snapshot: Arc<Snapshot>, took: Duration) {
        let seconds = took.as_secs_f64();
        repository.set_took(took);
        self.told.metrics.index_runs.add(1);
        self.told.metrics.index_seconds.observe(seconds);
        let commit = snapshot.commit.id;
        tracing::info!(
            repository = repository.slug,
            commit = %commit,
            files = snapshot.facts.files.len(),
            from_cache = snapshot.facts.from_cache,
            gate = snapshot.verdict().map(Verdict::as_str),
            seconds,
            "measured"
        );
        // From the memory of this process, because the record on disk may not be writable.
        let before = repository.view().gate_events.last().map(|last| last.after.clone());
        if let Ok(path) = to_open(repository) {
            repository.set_gate_events(GateEvents::of(path).record(&snapshot));
        }
        if let Some(change) = before.and_then(|before| GateChanged::since(&before, &snapshot)) {
            self.told.webhooks.send(&change);
        }
        self.show(repository, snapshot);
        self.tell(repository, Status::Ready);
    }

    fn show(&self, repository: &Repository, snapshot: Arc<Snapshot>) {
        repository.publish(Arc::clone(&snapshot), sent_summary(&snapshot));
        self.told.events.send(Event::snapshot(&snapshot));
    }

    fn tell(&self, repository: &Repository, status: Status) {
        repository.set_status(status);
        self.told.events.send(Event::status(repository));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_looked_at_in_the_order_in_which_they_were_asked_for() {
        let mut queue = Queue::default();
        [3, 1, 3, 2].into_iter().for_each(|at| queue.want(at));
        assert_eq!(queue.take(), Some(3));
        queue.want(3);
        assert_eq!((queue.take(), queue.take(), queue.take()), (Some(1), Some(2), None));
        queue.running.clear();
        assert_eq!(queue.take(), Some(3));
    }

    #[test]
    fn one_that_takes_long_lets_others_go_first_and_comes_to_its_end() {
        let mut queue = Queue::default();
        queue.want(0);
        assert_eq!(queue.take(), Some(0));
        assert!(!queue.had_its_turn(0, 1_000 * TURN), "nobody waits");
        queue.want(0);
        assert!(!queue.had_its_turn(0, 1_000 * TURN), "nobody else waits");
        queue.want(1);
        assert!(!queue.had_its_turn(0, TURN));
        assert!(queue.had_its_turn(0, TURN + Duration::from_secs(1)));
        queue.put_back.insert(0, 3);
        assert!(!queue.had_its_turn(0, 8 * TURN));
        assert!(queue.had_its_turn(0, 9 * TURN));
        queue.running.insert(1);
        assert!(!queue.had_its_turn(0, 9 * TURN), "the other one is being measured, too");
    }
}
