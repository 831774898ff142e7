//! Runs a command with a limit on its time and its output.
//!
//! Each command runs in its own process group: when its time is up, or the user interrupts, the whole group is killed,
//! including processes that a test left running in the background.

use crate::finished::{Answer, End, Finished};
use crate::limits::{Limits, NotStarted};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Only this many bytes at the beginning and at the end of a command's output are kept: a mutant may print without end.
const HEAD: usize = 256 << 10;
const TAIL: usize = 1 << 20;
/// An answer that this program reads is kept whole, up to this many bytes.
const ANSWER: usize = 256 << 20;
/// Time between asking a group to end and killing it.
const GRACE: Duration = Duration::from_millis(300);
/// How long to wait for output after the process and its group have ended: a process that left the group may keep the
/// pipe open.
const OUTPUT_GRACE: Duration = Duration::from_millis(500);

/// Runs the command until it ends or its limits are reached.
pub fn run(mut command: Command, limits: &Limits<'_>) -> Result<Finished, NotStarted> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    own_group(&mut command);
    let started = Instant::now();
    let mut child = command.spawn()?;
    // The command holds the write end of the pipe; only the child may have it.
    drop(command);
    let reading = Reading::of(reader, Kept::both_ends());
    let end = wait(&mut child, started, limits)?;
    Ok(Finished { end, took: started.elapsed(), output: reading.finish(Instant::now()).bytes() })
}

/// The same, with separate streams and complete standard output.
pub fn answer(mut command: Command, limits: &Limits<'_>) -> Result<Answer, NotStarted> {
    let (output, to_output) = io::pipe()?;
    let (errors, to_errors) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(to_output).stderr(to_errors);
    own_group(&mut command);
    let started = Instant::now();
    let mut child = command.spawn()?;
    drop(command);
    let (output, errors) = (Reading::of(output, Kept::whole()), Reading::of(errors, Kept::both_ends()));
    let end = wait(&mut child, started, limits)?;
    let ended = Instant::now();
    let (output, errors) = (output.finish(ended), errors.finish(ended));
    if output.dropped > 0 {
        return Err(NotStarted::TooLong(ANSWER));
    }
    Ok(Answer { end, output: output.bytes(), errors: errors.bytes() })
}

fn wait(child: &mut Child, started: Instant, limits: &Limits<'_>) -> io::Result<End> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            end_group(child, true);
            return Ok(how(status));
        }
        let interrupted = (limits.cancelled)();
        if interrupted || limits.time.is_some_and(|limit| started.elapsed() >= limit) {
            stop(child)?;
            return Ok(if interrupted { End::Interrupted } else { End::TimedOut });
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

/// Ends the child and its group: asks first, then kills.
fn stop(child: &mut Child) -> io::Result<()> {
    end_group(child, false);
    let asked = Instant::now();
    while asked.elapsed() < GRACE && child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    end_group(child, true);
    // Outside of Unix there is no group, so only the child is killed.
    let _ = child.kill();
    child.wait()?;
    Ok(())
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

/// Ends the remaining processes in the child's group. The group keeps its number while any process is in it.
#[cfg(unix)]
fn end_group(child: &Child, by_force: bool) {
    use nix::sys::signal::{Signal, killpg};
    let Ok(group) = i32::try_from(child.id()) else { return };
    let signal = if by_force { Signal::SIGKILL } else { Signal::SIGTERM };
    // An error because the group is empty is fine.
    let _ = killpg(nix::unistd::Pid::from_raw(group), signal);
}

#[cfg(not(unix))]
fn end_group(_: &Child, _: bool) {}

#[cfg(unix)]
fn how(status: ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, signal) => End::Signalled(signal.unwrap_or(0)),
    }
}

#[cfg(not(unix))]
fn how(status: ExitStatus) -> End {
    End::Exited(status.code().unwrap_or(-1))
}

/// A stream that is read concurrently.
struct Reading {
    thread: thread::JoinHandle<()>,
    kept: Arc<Mutex<Kept>>,
}

impl Reading {
    fn of(reader: io::PipeReader, kept: Kept) -> Reading {
        let kept = Arc::new(Mutex::new(kept));
        let thread = {
            let kept = Arc::clone(&kept);
            thread::spawn(move || keep(reader, &kept))
        };
        Reading { thread, kept }
    }

    /// The output, when the stream ends or some time after the program ended.
    fn finish(self, ended: Instant) -> Kept {
        while !self.thread.is_finished() && ended.elapsed() < OUTPUT_GRACE {
            thread::sleep(Duration::from_millis(2));
        }
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The beginning and the end of an output.
#[derive(Default)]
struct Kept {
    /// Limits in bytes for the beginning and the end.
    most: (usize, usize),
    head: Vec<u8>,
    tail: Vec<u8>,
    dropped: u64,
}

impl Kept {
    fn both_ends() -> Kept {
        Kept { most: (HEAD, TAIL), ..Kept::default() }
    }

    fn whole() -> Kept {
        Kept { most: (ANSWER, 0), ..Kept::default() }
    }

    fn add(&mut self, bytes: &[u8]) {
        let (head, tail) = self.most;
        let room = head.saturating_sub(self.head.len());
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(first);
        self.tail.extend_from_slice(rest);
        if self.tail.len() > 2 * tail {
            let surplus = self.tail.len() - tail;
            self.tail.drain(..surplus);
            self.dropped += surplus as u64;
        }
    }

    fn bytes(mut self) -> Vec<u8> {
        if self.dropped > 0 {
            self.head.extend_from_slice(format!("\n[{} bytes left out]\n", self.dropped).as_bytes());
        }
        self.head.extend_from_slice(&self.tail);
        self.head
    }
}

fn keep(mut reader: io::PipeReader, kept: &Mutex<Kept>) {
    let mut buffer = [0; 16 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => kept.lock().unwrap_or_else(PoisonError::into_inner).add(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test starts a program to stop it")]
    fn sh(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    }

    fn run_within(text: &str, time: Option<Duration>) -> Finished {
        run(sh(text), &Limits { time, cancelled: &|| false }).expect("sh runs")
    }

    #[test]
    fn both_streams_are_kept_and_the_exit_code_is_told() {
        let finished = run_within("echo one; echo two >&2; exit 3", None);
        assert_eq!(finished.end, End::Exited(3));
        assert_eq!(String::from_utf8_lossy(&finished.output), "one\ntwo\n");
        assert_eq!(run_within("kill -6 $$", None).end, End::Signalled(6));
    }

    #[test]
    fn when_the_time_is_up_the_grandchildren_end_too() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mark = folder.path().join("mark");
        // The grandchild would create the file after its parent's time is up.
        let text = format!("(sleep 1; touch {}) & trap '' TERM; while :; do sleep 0.1; done", mark.display());
        assert_eq!(run_within(&text, Some(Duration::from_millis(200))).end, End::TimedOut);
        thread::sleep(Duration::from_millis(1200));
        assert!(!mark.exists());
    }

    #[test]
    fn what_a_test_leaves_running_ends_with_it() {
        let started = Instant::now();
        let finished = run_within("sleep 60 & echo $!", None);
        assert!(started.elapsed() < Duration::from_secs(30));
        let pid: i32 = String::from_utf8_lossy(&finished.output).trim().parse().expect("a process id");
        let gone = || nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None).is_err();
        let is_zombie = || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.contains(") Z ")
        };
        let patience = Instant::now();
        while !gone() && !is_zombie() && patience.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(gone() || is_zombie());
    }

    #[test]
    fn an_interruption_ends_the_command() {
        let limits = Limits { time: None, cancelled: &|| true };
        assert_eq!(run(sh("sleep 60"), &limits).expect("sh runs").end, End::Interrupted);
        assert_eq!(answer(sh("sleep 60"), &limits).expect("sh runs").end, End::Interrupted);
    }

    #[test]
    fn output_without_end_keeps_its_beginning_and_its_end() {
        let finished = run_within("echo first; yes 0123456789 | head -c 9000000; echo last", None);
        let text = String::from_utf8_lossy(&finished.output);
        assert!(text.starts_with("first\n") && text.ends_with("last\n") && text.contains("bytes left out"));
        assert!(text.len() < 4 << 20);
    }

    #[test]
    fn an_answer_is_whole_and_one_that_is_too_long_is_none() {
        let free = Limits { time: None, cancelled: &|| false };
        let whole = answer(sh("head -c 9000000 /dev/zero; echo bad >&2; exit 1"), &free).expect("sh runs");
        assert_eq!(
            (whole.end, whole.output.len(), &whole.errors[..]),
            (End::Exited(1), 9_000_000, &b"bad\n"[..])
        );
        let long = answer(sh("head -c 300000000 /dev/zero"), &free);
        assert!(matches!(long, Err(NotStarted::TooLong(_))));
    }
}
